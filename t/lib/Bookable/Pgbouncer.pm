package Bookable::Pgbouncer;

# A pgbouncer of its own for a test, in front of a Bookable::Postgres: one temporary directory, one free
# port on the loopback address.
#
#   my $pooler = Bookable::Pgbouncer->new(postgres => $postgres, mode => 'transaction')->start;
#   ... $pooler->conninfo ...

use strict;
use warnings FATAL => 'all';

use parent 'Bookable::Daemon';

use Bookable::File qw(write_file);

sub name { return 'pgbouncer' }

# postgres  what it is in front of
# mode      session or transaction
# size      how many connections to it there are at most
sub new
{
    my ($class, %args) = @_;
    my $self = $class->make(size => 20, %args);
    my ($users, $ini) = map { "$self->{dir}/$_" } qw(users ini);
    write_file($users, sprintf(qq("bookable" "%s"\n), $self->{postgres}->password), 0600);
    write_file($ini, <<"END");
[databases]
bookable = host=127.0.0.1 port=@{[ $self->{postgres}->port ]} dbname=bookable

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $self->{port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $users
pool_mode = $self->{mode}
default_pool_size = $self->{size}
max_client_conn = 200
END
    Bookable::Daemon::give_to_nobody($ini, $users);
    return $self;
}

# For httpd, as Bookable::Postgres has it.
sub conninfo
{
    my ($self) = @_;
    return $self->{postgres}->conninfo =~ s/port=\d+/port=$self->{port}/r;
}

# Start it, and wait until it takes connections.
sub start
{
    my ($self) = @_;
    return $self->launch(20, sub { $self->log_tail =~ /process up/ }, 'pgbouncer', "$self->{dir}/ini");
}

1;

package Bench::Ha::Pgbouncer;

# pgbouncer, as conf/ha/pgbouncer.ini has it, before HAProxy's port for the primary.

use strict;
use warnings FATAL => 'all';

use parent 'Bookable::Daemon';

use Bench::Ha::Conf ();

# leader    that port
# password  of the role bookable
sub new
{
    my ($class, %args) = @_;
    my $self = $class->make(%args);
    Bench::Ha::Conf::write_file("$self->{dir}/users", qq("bookable" "$self->{password}"\n));
    Bench::Ha::Conf::copy('pgbouncer.ini', "$self->{dir}/ini", 'port=5000' => "port=$self->{leader}",
        'listen_port = 6432' => "listen_port = $self->{port}", '/etc/pgbouncer/userlist.txt' => "$self->{dir}/users");
    return $self;
}

sub name { return 'pgbouncer' }

sub start
{
    my ($self) = @_;
    return $self->launch(20, sub { $self->log_tail =~ /process up/ }, 'pgbouncer', "$self->{dir}/ini");
}

1;

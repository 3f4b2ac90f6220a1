package Bookable::Pgbouncer;

# A pgbouncer of its own for a test, in front of a Bookable::Postgres: one temporary directory, one free
# port on the loopback address.
#
#   my $pooler = Bookable::Pgbouncer->new(postgres => $postgres, mode => 'transaction')->start;
#   ... $pooler->conninfo ...

use strict;
use warnings FATAL => 'all';

use File::Path qw(remove_tree);

use Bookable::Process qw(collected free_port group run_dir spawn wait_until);

# postgres  what it is in front of
# mode      session or transaction
# size      how many connections to it there are at most
sub new
{
    my ($class, %args) = @_;
    my $self = bless { size => 20, %args, port => free_port(), dir => run_dir() }, $class;
    Bookable::Process::watch($self);
    $self->_write('users', sprintf qq("bookable" "%s"\n), $self->{postgres}->password);
    $self->_write('ini', <<"END");
[databases]
bookable = host=127.0.0.1 port=@{[ $self->{postgres}->port ]} dbname=bookable

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $self->{port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $self->{dir}/users
pool_mode = $self->{mode}
default_pool_size = $self->{size}
max_client_conn = 200
END
    if ($> == 0) {
        chown +(getpwnam 'nobody')[2], (getgrnam group())[2], $self->{dir}, "$self->{dir}/ini", "$self->{dir}/users"
            or die "chown: $!\n";
    }
    return $self;
}

sub _write
{
    my ($self, $name, $text) = @_;
    open my $out, '>', "$self->{dir}/$name" or die "$self->{dir}/$name: $!\n";
    chmod 0600, "$self->{dir}/$name";
    print {$out} $text;
    close $out or die "$self->{dir}/$name: $!\n";
    return;
}

# For httpd, as Bookable::Postgres has it.
sub conninfo
{
    my ($self) = @_;
    return $self->{postgres}->conninfo =~ s/port=\d+/port=$self->{port}/r;
}

sub _said
{
    my ($self) = @_;
    open my $in, '<', "$self->{dir}/output" or return '';
    return join '', <$in>;
}

# Start it, and wait until it takes connections.
sub start
{
    my ($self) = @_;
    my @as = $> == 0 ? ('setpriv', '--reuid=nobody', '--regid=' . group(), '--clear-groups') : ();
    $self->{pid} = spawn("$self->{dir}/output", @as, 'pgbouncer', "$self->{dir}/ini");
    wait_until(20, sub { !$self->is_alive || $self->_said =~ /process up/ }) && $self->is_alive
        or die "pgbouncer does not start:\n" . $self->_said;
    return $self;
}

sub is_alive
{
    my ($self) = @_;
    return unless $self->{pid};
    return 1 unless collected($self->{pid});
    delete $self->{pid};
    return;
}

sub finish
{
    my ($self) = @_;
    if (my $pid = $self->{pid}) {
        kill KILL => $pid;
        wait_until(10, sub { !$self->is_alive }) or die "pgbouncer $pid survives kill -9\n";
    }
    remove_tree($self->{dir}) unless Bookable::Process::keep_files();
    return;
}

sub DESTROY { my ($self) = @_; Bookable::Process::end($self); return }

1;

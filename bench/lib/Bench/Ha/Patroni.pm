package Bench::Ha::Patroni;

# A host of PostgreSQL, as conf/ha/patroni.yml and conf/ha/patroni.env have it: Patroni, and the server that it
# runs. All of it can be killed, or held, as if the host were; and PostgreSQL alone.

use strict;
use warnings FATAL => 'all';

use parent 'Bookable::Daemon';

use Bench::Ha::Conf ();
use Bookable::Postgres ();
use Bookable::Process qw(children free_port pause processes wait_until);
use File::Basename qw(dirname);
use HTTP::Tiny ();
use JSON::PP ();

# name      of the host
# etcd      addresses of its members
# password  of all roles
sub new
{
    my ($class, %args) = @_;
    my $self = $class->make(rest => free_port(), %args);
    mkdir "$self->{dir}/conf" or die "$self->{dir}/conf: $!\n";
    Bookable::Daemon::give_to_nobody("$self->{dir}/conf");
    Bench::Ha::Conf::copy('patroni.yml', "$self->{dir}/conf/1.yml",
        '/var/run/postgresql' => $self->{dir}, '/usr/lib/postgresql/15/bin' => dirname(Bookable::Postgres::program('postgres')),
        '/var/lib/postgresql/15/bookable' => $self->_data, '/var/lib/postgresql/.pgpass-patroni' => "$self->{dir}/pgpass-patroni");
    # Shared memory that a server leaves behind when it is killed would stay in /dev/shm.
    Bench::Ha::Conf::write_file("$self->{dir}/conf/2.yml",
        "postgresql:\n  parameters:\n    dynamic_shared_memory_type: mmap\n");
    Bench::Ha::Conf::write_file($self->passfile, "*:*:*:*:$self->{password}\n");
    return $self;
}

sub name     { return 'patroni' }
sub passfile { my ($self) = @_; return "$self->{dir}/pgpass" }
sub _data    { my ($self) = @_; return "$self->{dir}/data" }
sub logs     { my ($self) = @_; return $self->output }
sub address  { my ($self) = @_; return "127.0.0.1:$self->{port}" }
sub api      { my ($self) = @_; return "127.0.0.1:$self->{rest}" }

# ---- start and stop ------------------------------------------------------------------------------

sub _environment
{
    my ($self) = @_;
    my %passwords = map { ("PATRONI_${_}_PASSWORD" => $self->{password}) } qw(RESTAPI SUPERUSER REPLICATION REWIND);
    return (HOME => $self->{dir}, Bench::Ha::Conf::environment('patroni.env', PATRONI_NAME => $self->{name},
        PATRONI_RESTAPI_LISTEN => $self->api, PATRONI_RESTAPI_CONNECT_ADDRESS => $self->api,
        PATRONI_POSTGRESQL_LISTEN => $self->address, PATRONI_POSTGRESQL_CONNECT_ADDRESS => $self->address,
        PATRONI_ETCD_HOSTS => $self->{etcd}, %passwords));
}

# Start it (again, on the same files), without waiting for its PostgreSQL.
sub start
{
    my ($self) = @_;
    local %ENV = (%ENV, $self->_environment);
    return $self->launch(60, sub { return $self->ask('/liveness')->{status} != 599 }, '/usr/bin/patroni',
        "$self->{dir}/conf");
}

sub _pid_file
{
    my ($self) = @_;
    open my $in, '<', $self->_data . '/postmaster.pid' or return;
    return <$in>;
}

# PostgreSQL's processes, the first one first.
sub _servers
{
    my ($self) = @_;
    my ($pid) = map { /^(\d+)$/ } ($self->_pid_file)[0] // '' or return;
    return -e "/proc/$pid" ? ($pid, children($pid)) : ();
}

# The processes of "postgresql", or of the "host". Those that start others are stopped first, so that none comes
# after they were counted.
sub _all
{
    my ($self, $what) = @_;
    kill STOP => ($what eq 'host' ? $self->{pid} : ()), ($self->_servers)[0] // ();
    return (($what eq 'host' ? $self->{pid} : ()), $self->_servers);
}

# kill -9 of "postgresql", or of the "host".
sub kill_all
{
    my ($self, $what) = @_;
    my %killed = map { $_ => 1 } $self->_all($what);
    my ($segment) = map { /(\d+)\s*\z/ } ($self->_pid_file)[6] // '';
    kill KILL => keys %killed;
    wait_until(10, sub { $self->is_alive; !grep { $killed{ $_->[0] } } processes() })
        or die "a process of $self->{name} survives kill -9\n";
    system "ipcrm -m $segment 2>/dev/null" if $segment;
    return;
}

# kill -9 of pg_rewind, as soon as it is there.
sub kill_rewind
{
    my ($self) = @_;
    my $data = $self->_data;
    my ($pid, $command);
    my $is_it = sub {
        for my $file (glob '/proc/[0-9]*/cmdline') {
            open my $in, '<', $file or next;
            $command = <$in> // next;
            ($pid) = $file =~ /(\d+)/;
            return 1 if $command =~ /pg_rewind\0/ && $command =~ /\Q$data\E\0/;
        }
        return;
    };
    wait_until(60, $is_it) or die "there is no pg_rewind of $self->{name}\n";
    return kill KILL => $pid;
}

# SIGSTOP, until resume().
sub hold
{
    my ($self, $what) = @_;
    $self->{held} = [ $self->_all($what) ];
    pause(@{ $self->{held} });
    return;
}

sub resume { my ($self) = @_; return kill CONT => @{ delete $self->{held} || [] } }

sub finish
{
    my ($self) = @_;
    $self->resume;
    $self->kill_all('host') if $self->is_alive || $self->_servers;
    return $self->remove_files;
}

# ---- questions -----------------------------------------------------------------------------------

sub ask
{
    my ($self, $path) = @_;
    return HTTP::Tiny->new(timeout => 5)->get('http://' . $self->api . $path);
}

# Its view of the cluster: [ { name, role, state, ... } ], nothing where it has none.
sub members
{
    my ($self) = @_;
    my $answer = $self->ask('/cluster');
    return $answer->{success} ? @{ JSON::PP::decode_json($answer->{content})->{members} } : ();
}

# It hands over to whoever has every commit.
sub switch_over
{
    my ($self) = @_;
    my $to = 'http://patroni:' . $self->{password} . '@' . $self->api . '/switchover';
    my $answer = HTTP::Tiny->new(timeout => 60)->post($to, { content => qq({"leader":"$self->{name}"}) });
    $answer->{success} or die "switchover: $answer->{status} $answer->{content}\n";
    return;
}

sub query
{
    my ($self, $database, @sql) = @_;
    local %ENV = (%ENV, PGHOST => '127.0.0.1', PGPORT => $self->{port}, PGUSER => 'postgres', PGDATABASE => $database,
        PGPASSFILE => $self->passfile, PGCONNECT_TIMEOUT => 10);
    return Bookable::Postgres::rows(@sql);
}

1;

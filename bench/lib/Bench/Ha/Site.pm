package Bench::Ha::Site;

# All of conf/ha on this machine: HAProxy, two hosts of services behind it (a gateway and an instance of each
# service), three hosts of PostgreSQL with Patroni and etcd, three Redis with their Sentinels.

use strict;
use warnings FATAL => 'all';

use Bench::Ha::Conf ();
use Bench::Ha::Etcd ();
use Bench::Ha::Haproxy ();
use Bench::Ha::Patroni ();
use Bench::Ha::Pgbouncer ();
use Bench::Ha::Redis ();
use Bench::Host ();
use Bookable::File qw(write_file);
use Bookable::Process qw(free_port run_dir wait_until);
use HTTP::Tiny ();

my @SERVICES = qw(user space booking product);
my $HOSTS    = 2;

# As many as some clients need: the numbers of conf/ are for hosts of their own.
my $SMALL = <<'END';
ThreadLimit       32
ThreadsPerChild   32
ServerLimit       4
StartServers      2
MaxRequestWorkers 128
MinSpareThreads   32
MaxSpareThreads   64
END

# pooler  1: the services reach PostgreSQL through pgbouncer
sub new
{
    my ($class, %args) = @_;
    my $self = bless { %args, dir => run_dir(), password => join('', map { sprintf '%04x', rand 65536 } 1 .. 8) }, $class;
    my @etcd = Bench::Ha::Etcd->cluster(3);
    my $clients = join ',', map { $_->client } @etcd;
    $self->{etcd} = \@etcd;
    $self->{patroni} = [ map { Bench::Ha::Patroni->new(name => "db$_", etcd => $clients, password => $self->{password}) } 1 .. 3 ];
    $self->_start_redis;
    $self->{ports} = [ map { { map { $_ => free_port() } 'gateway', @SERVICES } } 1 .. $HOSTS ];
    $self->{haproxy} = Bench::Ha::Haproxy->new(password => $self->{password}, patroni => $self->{patroni},
        redis => $self->{redis}, gateways => [ map { "127.0.0.1:$_->{gateway}" } @{ $self->{ports} } ])->start;
    $self->_start_database;
    $self->_start_pooler if $self->{pooler};
    $self->_start_services;
    return $self;
}

sub url { my ($self) = @_; return "http://127.0.0.1:$self->{haproxy}{port}" }
sub patroni { my ($self) = @_; return @{ $self->{patroni} } }
sub redis   { my ($self) = @_; return @{ $self->{redis} } }
sub etcd    { my ($self) = @_; return @{ $self->{etcd} } }

# ---- start ---------------------------------------------------------------------------------------

sub _start_redis
{
    my ($self) = @_;
    my @password = (password => $self->{password});
    my $master = Bench::Ha::Redis->new(@password)->start;
    $self->{redis} = [ $master, map { Bench::Ha::Redis->new(@password, master => $master)->start } 1, 2 ];
    $self->{sentinels} = [ map { Bench::Ha::Redis->new(@password, watches => $master)->start } 1 .. 3 ];
    return;
}

sub _start_database
{
    my ($self) = @_;
    # The first one makes the cluster, and the others are copies of it.
    for my $node ($self->patroni) {
        $node->start;
        wait_until(60, sub { grep { $_->{name} eq $node->{name} && $_->{state} =~ /\A(?:running|streaming)/ } $node->members })
            or die "$node->{name} does not start:\n" . $node->log_tail;
    }
    $self->wait_until_well;
    my $leader = $self->leader;
    # A password is no part of a statement, which a log may hold: the superuser's is copied.
    $leader->query('postgres', 'CREATE ROLE bookable LOGIN', 'UPDATE pg_authid SET rolpassword = (SELECT rolpassword FROM'
        . " pg_authid WHERE rolname = 'postgres') WHERE rolname = 'bookable'", 'CREATE DATABASE bookable OWNER bookable');
    return;
}

sub _start_pooler
{
    my ($self) = @_;
    # As docs/operations.md has it: a statement that is a transaction by itself has the limits of its role.
    $self->leader->query('postgres', map { "ALTER ROLE bookable SET $_" } "statement_timeout = '4500ms'", "lock_timeout = '5s'");
    $self->{pgbouncer} = Bench::Ha::Pgbouncer->new(leader => $self->{haproxy}{leader}, password => $self->{password})->start;
    return;
}

# What conf/ha/service.conf leaves to whoever includes it.
sub _service_places
{
    my ($self) = @_;
    my $port = $self->{pooler} ? $self->{pgbouncer}->port : $self->{haproxy}{leader};
    return (
        DBDPARAMS => "host=127.0.0.1 port=$port dbname=bookable user=bookable password=$self->{password} connect_timeout=2",
        REDIS => "redis://:$self->{password}\@127.0.0.1:$self->{haproxy}{master}/0?timeout=50ms",
        CACHE_KEY => "$self->{dir}/cache-key",
        HIREDIS => Bookable::Server::module_path('socache_hiredis')
    );
}

sub _start_services
{
    my ($self) = @_;
    # It has to belong to who starts httpd.
    write_file("$self->{dir}/cache-key", join('', map({ sprintf '%02x', rand 256 } 1 .. 16), "\n"), 0600);
    my %members = map {
        my $service = $_;
        $service => [ map { "http://127.0.0.1:$_->{$service}" } @{ $self->{ports} } ];
    } @SERVICES;
    my %include = map { $_ => 'Include "' . Bench::Ha::Conf::file("$_.conf") . "\"\n" } qw(service gateway);
    my @hosts;
    for my $ports (@{ $self->{ports} }) {
        my %on = map { $_ => Bench::Host->new(serves => 'service', service => $_, port => $ports->{$_}, members => \%members,
            places => { $self->_service_places }, config => $SMALL . $include{service}
                . ($self->{pooler} ? "BookablePreparedStatements Off\n" : '') . ($_ eq 'user' ? "UserBcryptCost 4\n" : ''))
            ->start } @SERVICES;
        $on{gateway} = Bench::Host->new(serves => 'gateway', port => $ports->{gateway}, members => \%members,
            places => { PROXY => '127.0.0.1' }, before => $include{gateway}, config => $SMALL)->start;
        push @hosts, \%on;
    }
    $self->{hosts} = \@hosts;
    $self->wait_until_served;
    return;
}

# ---- questions -----------------------------------------------------------------------------------

# Of whoever of Patroni's answers.
sub members
{
    my ($self) = @_;
    for my $node (grep { $_->is_alive && !$_->{held} } $self->patroni) {
        my @members = $node->members;
        return @members if @members;
    }
    return;
}

sub leader
{
    my ($self) = @_;
    my ($name) = map { $_->{name} } grep { $_->{role} eq 'leader' } $self->members;
    my ($leader) = grep { $_->{name} eq ($name // '') } $self->patroni;
    return $leader // die "no host of PostgreSQL is the primary\n";
}

# A lag in bytes, of what a standby has yet to receive, that is none while clients book.
my $IS_THERE = 1 << 20;

# One primary, a standby that has every acknowledged commit, and another one; and each of these follows, for one that
# is on another timeline, or far behind, is none that could take over.
sub _is_well
{
    my ($self) = @_;
    my @members = grep { $_->{state} =~ /\A(?:running|streaming)\z/ } $self->members;
    my %role;
    $role{ $_->{role} }++ for @members;
    return if grep { ($role{$_} // 0) != 1 } qw(leader sync_standby replica);
    my ($timeline) = map { $_->{timeline} } grep { $_->{role} eq 'leader' } @members;
    return !grep { ($_->{timeline} // 0) != $timeline || ($_->{lag} // 0) !~ /\A\d+\z/ || ($_->{lag} // 0) > $IS_THERE } @members;
}

sub wait_until_well
{
    my ($self) = @_;
    wait_until(120, sub { $self->_is_well })
        or die "PostgreSQL is not well:\n" . join("\n", map { join ' ', map { $_ // '-' } @$_{qw(name role state timeline lag)} } $self->members) . "\n";
    return;
}

# { name => file }, of all whose lines say how a fault was taken.
sub logs
{
    my ($self) = @_;
    my %log = map { $_->{name} => $_->output } $self->patroni;
    $log{$_} = $self->{$_}->output for grep { $self->{$_} } qw(haproxy pgbouncer);
    for my $number (1 .. $HOSTS) {
        my $on = $self->{hosts}[ $number - 1 ];
        $log{"$_-$number"} = $on->{$_}->error_log for keys %$on;
    }
    return %log;
}

# Each gateway, and HAProxy before them, can book.
sub wait_until_served
{
    my ($self) = @_;
    for my $url ($self->url, map { "http://127.0.0.1:$_->{gateway}" } @{ $self->{ports} }) {
        for my $path (qw(user space booking)) {
            wait_until(60, sub { HTTP::Tiny->new(timeout => 5)->get("$url/$path/health")->{status} == 200 })
                or die "$url/$path is not served\n";
        }
    }
    return;
}

# What is in the primary, of these spaces, as Bookable::History wants it.
sub rows
{
    my ($self, @spaces) = @_;
    my $names = join ', ', map { "'$_'" } @spaces;
    return map { { id => $_->[0], space => $_->[1], start => $_->[2], end => $_->[3] } }
        $self->leader->query('bookable', 'SELECT id, space_id, start_ns, end_ns FROM bookings WHERE occupies = 1'
            . " AND space_id IN ($names)");
}

1;

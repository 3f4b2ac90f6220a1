package Bench::Ha::Faults;

# What is done to a site while clients book: each fault is a function that does it, and returns one that undoes it,
# where there is something to undo.

use strict;
use warnings FATAL => 'all';

use Bookable::Process qw(wait_until);
use Time::HiRes qw(sleep);

# Seconds that something is held: long enough to be replaced, and to be found replaced when it goes on.
my $HELD = 40;

my @FAULTS = (
    [ 'switchover', 'Patroni is told to switch the primary over', sub { my ($site) = @_; $site->leader->switch_over; return } ],
    [ 'kill-postgresql', 'kill -9 of PostgreSQL on the primary', sub { my ($site) = @_; $site->leader->kill_all('postgresql'); return } ],
    [ 'kill-node', 'kill -9 of the primary\'s host: PostgreSQL and Patroni', sub {
        my ($site) = @_;
        my $leader = $site->leader;
        $leader->kill_all('host');
        return sub { $leader->start };
    } ],
    [ 'stop-postgresql', "SIGSTOP of PostgreSQL on the primary, for $HELD s", sub { return _held($_[0]->leader, 'postgresql') } ],
    [ 'stop-node', "SIGSTOP of the primary's host, for $HELD s", sub { return _held($_[0]->leader, 'host') } ],
    [ 'kill-rewind', "SIGSTOP of PostgreSQL on the primary, and kill -9 of the pg_rewind that brings it back", sub {
        my ($site) = @_;
        my $former = $site->leader;
        my $undo = _held($former, 'postgresql');
        return sub { $undo->(); $former->kill_rewind };
    } ],
    [ 'kill-standby', 'kill -9 of the host of the synchronous standby', sub {
        my ($site) = @_;
        my ($name) = map { $_->{name} } grep { $_->{role} eq 'sync_standby' } $site->members;
        my ($standby) = grep { $_->{name} eq $name } $site->patroni;
        $standby->kill_all('host');
        return sub { $standby->start };
    } ],
    [ 'kill-etcd', 'kill -9 of one of three members of etcd', sub { return _killed(($_[0]->etcd)[0]) } ],
    [ 'kill-gateway', 'kill -9 of one of two gateways', sub { return _killed($_[0]{hosts}[0]{gateway}) } ],
    [ 'kill-services', 'kill -9 of one of two hosts of services: gateway and all', sub {
        my ($site) = @_;
        my @httpds = values %{ $site->{hosts}[0] };
        $_->kill9 for @httpds;
        return sub { $_->start for @httpds };
    } ],
    [ 'kill-redis', 'kill -9 of the Redis master', sub { return _killed(_master($_[0])) } ],
    [ 'stop-redis', "SIGSTOP of the Redis master, for $HELD s", sub {
        my $master = _master($_[0]);
        $master->hold;
        return sub { sleep $HELD; $master->resume };
    } ],
);

sub names { return map { $_->[0] } @FAULTS }
sub title { my ($name) = @_; return (grep { $_->[0] eq $name } @FAULTS)[0][1] }

sub make
{
    my ($name, $site) = @_;
    return (grep { $_->[0] eq $name } @FAULTS)[0][2]->($site);
}

sub _held
{
    my ($node, $what) = @_;
    $node->hold($what);
    return sub { sleep $HELD; $node->resume };
}

sub _killed
{
    my ($daemon) = @_;
    $daemon->kill9;
    return sub { $daemon->start };
}

sub _master
{
    my ($site) = @_;
    my $master;
    wait_until(30, sub { ($master) = grep { $_->is_alive && $_->is_master } $site->redis })
        or die "no Redis is the master\n";
    return $master;
}

1;

package Bench::Ha::Etcd;

# A member of etcd, as conf/ha/etcd has it.

use strict;
use warnings FATAL => 'all';

use parent 'Bookable::Daemon';

use Bench::Ha::Conf ();
use Bookable::Process qw(free_port wait_until);
use HTTP::Tiny ();

sub name { return 'etcd' }

# So many members, started.
sub cluster
{
    my ($class, $count) = @_;
    my @members = map { $class->make(number => $_, peer => free_port()) } 1 .. $count;
    my $all = join ',', map { "etcd$_->{number}=http://127.0.0.1:$_->{peer}" } @members;
    $_->{all} = $all for @members;
    $_->start for @members;
    $_->wait_until_well for @members;
    return @members;
}

sub client { my ($self) = @_; return "127.0.0.1:$self->{port}" }

# Start it (again, on the same files): it is well once most of the members are there.
sub start
{
    my ($self) = @_;
    my ($client, $peer) = map { "http://127.0.0.1:$_" } @$self{qw(port peer)};
    local %ENV = (%ENV, Bench::Ha::Conf::environment('etcd', ETCD_NAME => "etcd$self->{number}",
        ETCD_DATA_DIR => "$self->{dir}/data", ETCD_LISTEN_CLIENT_URLS => $client,
        ETCD_ADVERTISE_CLIENT_URLS => $client, ETCD_LISTEN_PEER_URLS => $peer,
        ETCD_INITIAL_ADVERTISE_PEER_URLS => $peer, ETCD_INITIAL_CLUSTER => $self->{all}));
    return $self->launch(10, sub { return 1 }, 'etcd');
}

sub wait_until_well
{
    my ($self) = @_;
    my $health = 'http://' . $self->client . '/health';
    wait_until(30, sub { (HTTP::Tiny->new(timeout => 5)->get($health)->{content} // '') =~ /"true"/ })
        or die "etcd is not well:\n" . $self->log_tail;
    return;
}

1;

package Bench::Reads;

# Clients who ask one httpd for the same again and again: what bench/availability, bench/lists and bench/search
# share.
#
#   my $reads = Bench::Reads->new(clients => 8, seconds => 5, rounds => 1, spaces => 1000);
#   $reads->run([ 'first', 'last' ], sub {
#       my ($server, $client) = @_;
#       ...
#       return { first => [ '/v1/spaces', $auth ], ... };
#   });
#
# The options of the command line are those of new(), and --store, as often as there are some (sqlite and pgsql,
# where there is none); its arguments are names of requests. For each store and each of them: requests a second,
# percentiles in milliseconds, and the CPU time of httpd and the database for one request, which tells more than
# they do on a machine that has other work; medians of the rounds. The modules are those of build/, or of
# BOOKABLE_BUILDDIR; wrk sends the requests, on the same machine.

use strict;
use warnings FATAL => 'all';

use Getopt::Long qw(GetOptions);

use Bench::Results qw(median);
use Bench::Usage ();
use Bench::Wrk qw(wrk);
use Bookable::Client ();
use Bookable::Process ();
use Bookable::Server ();

# Options by name, numbers, with what they are where nobody says.
sub new
{
    my ($class, %default) = @_;
    my $self = bless { option => { %default, store => [] } }, $class;
    GetOptions($self->{option}, 'store=s@', map { "$_=i" } keys %default) or exit 2;
    return $self;
}

sub option { my ($self, $name) = @_; return $self->{option}{$name} }

# Seconds of CPU time of the children of httpd and of the database.
sub _cpu
{
    my ($server) = @_;
    my @parents = ($server->{pid}, $server->store->can('postgres') ? $server->store->postgres->{pid} : ());
    return Bench::Usage::cpu_of(map { Bookable::Process::children($_) } @parents);
}

sub _measure
{
    my ($self, $server, $path, $auth) = @_;
    my $before = _cpu($server);
    my $figure = wrk($server->base_url, $self->option('clients'), $self->option('seconds'), 'get',
        path => $path =~ s/%/%%/gr, count => 1, defined $auth ? (auth => $auth) : ());
    die "$path: $figure->{refused} refused, $figure->{lost} lost\n" if $figure->{refused} + $figure->{lost} > 0;
    $figure->{cpu} = (_cpu($server) - $before) / $figure->{requests} * 1000;
    return $figure;
}

# What was asked for, of these names.
sub _wanted
{
    my (@names) = @_;
    my %wanted = map { $_ => 1 } @ARGV ? @ARGV : @names;
    my @found  = grep { delete $wanted{$_} } @names;
    die "no such request: @{[ sort keys %wanted ]}; there are @names\n" if %wanted;
    return @found;
}

sub _print
{
    my ($store, $figures, @names) = @_;
    printf "%-7s %-14s %9s %8s %8s %8s %8s\n", 'store', 'request', '1/s', 'p50 ms', 'p95 ms', 'p99 ms', 'CPU ms';
    for my $name (@names) {
        my @medians = map { my $of = $_; median(map { $_->{$of} } @{ $figures->{$name} }) } qw(rps p50 p95 p99 cpu);
        printf "%-7s %-14s %9.0f %8.2f %8.2f %8.2f %8.3f\n", $store, $name, @medians;
    }
    return;
}

# names    of the requests, in the order in which they are measured
# prepare  makes what they are about, of a Bookable::Server and a Bookable::Client: { name => [ path, auth ] }
sub run
{
    my ($self, $names, $prepare) = @_;
    my @names  = _wanted(@$names);
    my @stores = @{ $self->option('store') } ? @{ $self->option('store') } : qw(sqlite pgsql);
    $| = 1;
    for my $store (@stores) {
        my $server   = Bookable::Server->new(store => $store, api => '/v1', children => 2, threads => 32)->start;
        my $requests = $prepare->($server, Bookable::Client->new(base => $server->base_url));
        my %figures;
        for my $round (1 .. $self->option('rounds')) {
            push @{ $figures{$_} }, $self->_measure($server, @{ $requests->{$_} }) for @names;
        }
        _print($store, \%figures, @names);
        $server->stop;
    }
    return;
}

1;

package Bench::Turns;

# Programs that work in turn, ours and the peers, in pairs: what they did is added to a file: pair,
# connections, program, measure, value. $run is what Bench::Rows::run() is given, with the row's name and file.

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);

use Bench::Host ();
use Bench::Store ();
use Bench::Wrk qw(wrk);

use constant V1_DAYS => 3000;

our @EXPORT_OK = qw(alternate answered booking_program figures host program record trivial v1_program wanted);

# Those of the stores that this run is to measure.
sub wanted
{
    my ($run, @stores) = @_;
    return grep { $run->{wants}->($_) } @stores;
}

sub record
{
    my ($run, $pair, $connections, $program, %figures) = @_;
    $run->{file}->add($pair, $connections, $program, $_, $figures{$_}) for sort keys %figures;
    return;
}

# Each program in each pair at each number of connections: programs is a list of [name, code], and
# code(connections, seconds) gives figures by name. Those of $run->{at_64} work at 64 connections only.
sub alternate
{
    my ($run, $connections, @programs) = @_;
    $_->[1]->(16, 1) for @programs;    # what is only slow the first time
    for my $pair (1 .. $run->{pairs}) {
        for my $count (@$connections) {
            for my $program (@programs) {
                my ($name, $code) = @$program;
                next if $count != 64 && grep { $_ eq $name } @{ $run->{at_64} || [] };
                $run->{progress}->step("$run->{row}: pair $pair, $count connections, $name");
                record($run, $pair, $count, $name, figures($code->($count, $run->{seconds})));
            }
        }
    }
    return;
}

# What is kept of what wrk says.
sub figures
{
    my ($all) = @_;
    my %kept = map { $_ => $all->{$_} } grep { $_ ne 'next' } keys %$all;
    return %kept;
}

# [name, code] for a kind of load on a URL.
sub program
{
    my ($name, $url, @load) = @_;
    return [ $name, sub { return answered($name, wrk($url, $_[0], $_[1], @load)) } ];
}

# Figures of requests that failed say nothing: it dies where more than one in a hundred did.
sub answered
{
    my ($name, $figures) = @_;
    my $wrong = $figures->{refused} + $figures->{lost};
    die "$name: $wrong of $figures->{requests} requests failed\n" if $wrong > $figures->{requests} / 100;
    return $figures;
}

# Bookings that have not been made before, of one site.
sub booking_program
{
    my ($name, $site, %more) = @_;
    return [
        $name,
        sub {
            my ($connections, $seconds) = @_;
            my $figures = wrk($site->url('booking'), $connections, $seconds, 'booking', $site->booking_args, %more);
            $site->booked($figures);
            return answered($name, $figures);
        }
    ];
}

# The same by API v1, of the same people in the same spaces; its days come years after those of the base API.
sub v1_program
{
    my ($name, $base) = @_;
    my $next = V1_DAYS * 20 * $base->{spaces};
    return [
        $name,
        sub {
            my ($connections, $seconds) = @_;
            my $figures =
                wrk($base->url('booking'), $connections, $seconds, 'booking-v1', $base->booking_args, from => $next);
            $next = 1 + int $figures->{next};
            return answered($name, $figures);
        }
    ];
}

sub trivial { return (trivial => "$ENV{BOOKABLE_BUILDDIR}/bench/cost/.libs/mod_trivial.so") }

sub host
{
    my ($store, %args) = @_;
    return Bench::Host->new(on => Bench::Store->new($store, sizes => { Booking => '1G' }), %args)->start;
}

1;

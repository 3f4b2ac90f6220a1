package Bench::Experiment::Spaces;

use strict;
use warnings FATAL => 'all';
use utf8;

use Bench::Host ();
use Bench::Locust ();
use Bench::Experiment qw(codes ms pick);

sub title { return 'Spaces ramped up' }

sub reference
{
    return <<'END';
With 100 users for 2 minutes: 1067 requests, of which 75 % failed, and a median of 8 s for `POST
/booking`. The circuit breaker was opened by saturation alone. With 1000 users the load balancer
answered 5xx.
END
}

sub here
{
    return <<'END';
`bench/run booking` on one host with SQLite: users who book, read and delete in 1, 20 and 200
spaces, and 1000 users in 200 spaces. A refusal is compared with what was booked at that moment: a
true `CONFLICT` is an answer, counted by itself, and a false one is a failure. Few spaces are soon
full, so most bookings in one space have to be refused.
END
}

# [spaces, users, seconds]
sub _steps
{
    my ($run) = @_;
    return @{
        pick(
            $run,
            [ [ 1, 100, 120 ], [ 20, 100, 120 ], [ 200, 100, 120 ], [ 200, 400, 60 ], [ 200, 1000, 60 ] ],
            [ [ 1, 100, 12 ], [ 20, 100, 12 ], [ 200, 100, 12 ], [ 200, 1000, 15 ] ],
            [ [ 20, 20, 3 ] ]
        )
    };
}

sub run
{
    my ($run) = @_;
    my $out = $run->{results}
        ->create('spaces', qw(spaces users name requests failures codes p50 p95 p99 longest rps));
    for my $step (_steps($run)) {
        my ($spaces, $users, $seconds) = @$step;
        $run->{progress}->step("spaces: $users users in $spaces spaces for $seconds s");
        my $host = Bench::Host->new->start;
        my @requests = Bench::Locust->start(
            'booking', $host->base_url,
            users => $users,
            seconds => $seconds,
            client => 'fast',
            arrive => $users / 5,
            options => [ '--spaces', $spaces ]
        )->wait($run->{progress});
        $out->add(
            $spaces, $users,
            @$_{qw(name requests failures)},
            codes($_->{codes}),
            map { sprintf '%.1f', $_ } @$_{qw(p50 p95 p99 longest rps)}
        ) for Bench::Locust::summary(@requests);
    }
    return;
}

sub report
{
    my ($results, $plot) = @_;
    my @rows = $results->read('spaces');
    my @table = (
        [
            'spaces', 'users', 'request', 'answered', 'failed', 'ErrCode of those',
            'median ms', '95 %', '99 %', 'per s'
        ]
    );
    push @table,
        [
        @$_{qw(spaces users name requests failures codes)}, (map { ms($_) } @$_{qw(p50 p95 p99)}),
        $_->{rps}
        ]
        for @rows;
    my @all = grep { $_->{name} eq 'all' } @rows;
    my @place = map { "$_->{users} in $_->{spaces}" } @all;
    $plot->(
        'spaces',
        title => 'All requests, milliseconds',
        x => 'users in spaces',
        y => 'ms',
        commands => [ 'set style data histograms', 'set style fill solid', 'set logscale y' ],
        lines => [
            map {
                my $measure = $_;
                {
                    title => $measure =~ s/p(\d+)/$1 %/r,
                    with => 'histograms',
                    using => '2:xtic(1)',
                    points => [ map { [ qq("$place[$_]"), $all[$_]{$measure} || 0.5 ] } 0 .. $#all ]
                }
            } qw(p50 p95 p99)
        ]
    );
    return (\@table, 'spaces');
}

1;

package Bench::Experiment::Cache;

use strict;
use warnings FATAL => 'all';
use utf8;

use Bench::Experiment qw(codes cut figures ms pick);
use Bench::Host ();
use Bench::Locust ();
use Bench::Plot qw(bars);
use Bench::Results qw(median);
use Bench::Site ();
use Bench::Store ();
use Bench::Wrk qw(wrk);

sub title { return 'Spaces read through a cache' }

sub reference
{
    return <<'END';
With Redis in front of its database: median 50–55 ms, 95th percentile 76–270 ms, 99th 280–350 ms,
150 requests per second, and 502s at first.
END
}

sub here
{
    return <<'END';
`bench/run space`: 100 users on 15 spaces. Four of five wait 1 to 2 s and read one, one time in five
one of the popular three; the fifth waits 0.1 to 0.5 s and reads one three times. Then `wrk` with 64
connections on the same spaces, for users that wait say nothing of what a cache costs or saves. The
store is PostgreSQL; with no cache, with `shmcb` in shared memory, and with Redis. SQLite without a
cache and with `shmcb`, and the store in shared memory, for comparison.
END
}

my @STORES = qw(pgsql+nocache pgsql pgsql+redis sqlite+nocache sqlite shm+nocache);

my %NAME = (
    'pgsql+nocache' => 'PostgreSQL, no cache',
    'pgsql' => 'PostgreSQL, shmcb',
    'pgsql+redis' => 'PostgreSQL, Redis',
    'sqlite+nocache' => 'SQLite, no cache',
    'sqlite' => 'SQLite, shmcb',
    'shm+nocache' => 'shm, no cache',
);

sub run
{
    my ($run) = @_;
    my $seconds = pick($run, 30, 8, 3);
    my $out = $run->{results}
        ->create('cache', qw(store requests failures codes p50 p95 p99 rps wrk_rps wrk_p50 wrk_p99));
    for my $store (grep { $run->{wants}->($_) } @STORES) {
        $run->{progress}->step("cache: $store for $seconds s");
        my $host = Bench::Host->new(on => Bench::Store->new($store))->start;
        my ($all) =
            grep { $_->{name} eq 'all' }
            Bench::Locust::summary(
            Bench::Locust->start('space', $host->base_url, users => pick($run, 100, 100, 10), seconds => $seconds)
                ->wait($run->{progress}));
        Bench::Site->of_host($host->base_url)->spaces(15);
        my @runs =
            map { wrk($host->base_url, 64, pick($run, 2, 1, 1), 'get', path => '/space/Bench-%d', count => 15) }
            1 .. pick($run, 3, 2, 1);
        $out->add(
            $store,
            @$all{qw(requests failures)},
            codes($all->{codes}),
            figures(@$all{qw(p50 p95 p99)}),
            sprintf('%.1f', $all->{rps}),
            map {
                my $measure = $_;
                sprintf '%.2f', median(map { $_->{$measure} } @runs)
            } qw(rps p50 p99)
        );
        $host->stop;
    }
    return;
}

sub report
{
    my ($results, $plot) = @_;
    my @rows = $results->read('cache');
    my @table = (
        [
            'store', 'requests', 'failed', 'median ms', '95 %', '99 %', 'per s',
            '`wrk`: per s', 'median ms', '99 %'
        ],
        [ 'the reference, Redis', '', 'some 502', '50–55', '76–270', '280–350', '150', '', '', '' ],
        map { [
            $NAME{ $_->{store} }, @$_{qw(requests failures)}, (map { ms($_) } @$_{qw(p50 p95 p99)}),
            $_->{rps}, sprintf('%.0f', $_->{wrk_rps}), ms($_->{wrk_p50}), ms($_->{wrk_p99})
        ] } @rows
    );
    _plot($plot, 'cache', \@rows, 'requests per second', 'per s', [ 'requests per second', 'wrk_rps', '%.0f' ]);
    _plot($plot, 'cache-ms', \@rows, 'milliseconds', 'ms', [ 'median', 'wrk_p50', '%.1f' ],
        [ '99 %', 'wrk_p99', '%.1f' ]);
    return (\@table, cut(map { $_->{p50} } @rows), 'cache', 'cache-ms');
}

# Measures: [title, column, format].
sub _plot
{
    my ($plot, $name, $rows, $what, $unit, @measures) = @_;
    return $plot->(
        $name,
        title => "GET /space/{id} at 64 connections of wrk: $what",
        x => '',
        y => $unit,
        bars(
            groups => [ map { $NAME{ $_->{store} } =~ s/, /\\n/r } @$rows ],
            series => [
                map {
                    my ($title, $column, $format) = @$_;
                    {
                        title => $title,
                        values => [ map { $_->{$column} } @$rows ],
                        text => [ map { sprintf $format, $_->{$column} } @$rows ]
                    }
                } @measures
            ],
            commands => [ @measures > 1 ? 'set key top right inside' : 'unset key', 'set xtics font ",10"', 'set bmargin 4' ]
        )
    );
}

1;

package Bench::Experiment::Product;

use strict;
use warnings FATAL => 'all';
use utf8;

use Bench::Experiment qw(codes ms pick);
use Bench::Host ();
use Bench::Locust ();

sub title { return 'The product service' }

sub reference
{
    return <<'END';
10 to 1000 users with HttpUser and FastHttpUser: no failure, 5 to 497 requests per second (its users
wait for 1 to 3 s), medians of 15–17 ms, 95th percentiles of 18–190 ms.
END
}

sub here
{
    return <<'END';
`bench/run product` on one host with SQLite: products 1 to 100 are there, users wait for 1 to 3 s
and read one of them or add one, 9:1. Locust is one process: what HttpUser shows at 1000 users is
Locust at its limit, as the same server with FastHttpUser shows. FastHttpUser counts whole
milliseconds.
END
}

sub run
{
    my ($run) = @_;
    my $seconds = pick($run, 60, 6, 2);
    my $out = $run->{results}
        ->create('product', qw(client users requests failures codes p50 p95 p99 longest rps));
    for my $client (pick($run, [qw(http fast)], [qw(http fast)], ['fast'])->@*) {
        for my $users (pick($run, [ 10, 100, 500, 1000 ], [ 10, 100, 1000 ], [10])->@*) {
            $run->{progress}->step("product: $users users, $client, for $seconds s");
            my $host = Bench::Host->new->start;
            my ($all) = grep { $_->{name} eq 'all' } Bench::Locust::summary(
                Bench::Locust->start(
                    'product', $host->base_url,
                    users => $users,
                    seconds => $seconds,
                    client => $client,
                    arrive => $users / 5 + 1,
                    options => ['--once']
                )->wait($run->{progress})
            );
            $out->add(
                $client, $users,
                @$all{qw(requests failures)},
                codes($all->{codes}),
                map { sprintf '%.1f', $all->{$_} } qw(p50 p95 p99 longest rps)
            );
        }
    }
    return;
}

sub report
{
    my ($results, $plot) = @_;
    my %name = (http => 'HttpUser', fast => 'FastHttpUser');
    my @rows = $results->read('product');
    my @table = (
        [ 'client', 'users', 'requests', 'failed', 'median ms', '95 %', '99 %', 'longest', 'per s' ],
        map { [
            $name{ $_->{client} }, @$_{qw(users requests failures)},
            (map { ms($_) } @$_{qw(p50 p95 p99 longest)}), $_->{rps}
        ] } @rows
    );
    my @curves;
    for my $client (qw(http fast)) {
        for my $measure (qw(p50 p95)) {
            my @points = map { [ $_->{users}, $_->{$measure} || 0.5 ] } grep { $_->{client} eq $client } @rows;
            push @curves, { title => "$name{$client}, " . $measure =~ s/p(\d+)/$1 %/r, points => \@points }
                if @points;
        }
    }
    $plot->(
        'product',
        title => 'The product service: milliseconds by users',
        x => 'users',
        y => 'ms',
        commands => ['set logscale xy'],
        lines => \@curves
    );
    return (\@table, 'product');
}

1;

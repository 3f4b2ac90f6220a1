package Bench::Experiment::Killed;

use strict;
use warnings FATAL => 'all';
use utf8;

use Bench::Cluster ();
use Bench::Experiment qw(codes cut figures ms percent pick steps);
use Bench::Locust ();
use Bench::Results qw(percentile);
use Time::HiRes qw(sleep time);

sub title { return 'A task is killed' }

sub reference
{
    return <<'END';
Failures while the task was away, until it was replaced.
END
}

sub here
{
    return <<'END';
A cluster of two instances of each service, 50 users, and `kill -9` of all processes of one instance
of the booking service, then of the space service. Full strength is when every process answers its
health route again.
END
}

sub run
{
    my ($run) = @_;
    my $seconds = pick($run, 60, 24, 12);
    my $out = $run->{results}->create('killed', qw(service second requests failures codes p50 p99));
    my $what = $run->{results}->create('killed-summary', qw(service killed well requests failures codes));
    for my $service (steps($run, pick($run, [qw(booking space)], ['booking'], ['booking'])->@*)) {
        $run->{progress}->step("killed: $service-1, $seconds s");
        my $cluster = Bench::Cluster->new;
        my $load =
            Bench::Locust->start('booking', $cluster->url, users => 50, seconds => $seconds, client => 'fast');
        sleep $seconds / 3 + 1;
        my $killed = time;
        $cluster->kill($service, 1);
        my $well = $cluster->wait_until_well(30);
        my @requests = $load->wait($run->{progress});
        my $began = (sort { $a <=> $b } map { $_->{second} } @requests)[0];
        _by_second($out, $service, $began, @requests);
        my ($all) = grep { $_->{name} eq 'all' } Bench::Locust::summary(@requests);
        $what->add(
            $service,
            (map { sprintf '%.1f', $_ } $killed - $began, $well - $killed),
            @$all{qw(requests failures)},
            codes($all->{codes})
        );
    }
    return;
}

sub _by_second
{
    my ($out, $service, $began, @requests) = @_;
    my %second;
    push @{ $second{ int($_->{second} - $began) } }, $_ for @requests;
    for my $second (sort { $a <=> $b } keys %second) {
        my @some = @{ $second{$second} };
        my %codes;
        $codes{ $_->{error} }++ for grep { length $_->{error} } @some;
        my $failed = 0;
        $failed += $_ for values %codes;
        my @ms = map { $_->{ms} } @some;
        $out->add($service, $second, scalar @some, $failed, codes(\%codes),
            figures(map { percentile($_, @ms) } 50, 99));
    }
    return;
}

sub report
{
    my ($results, $plot) = @_;
    my @summary = $results->read('killed-summary');
    my @rows = $results->read('killed');
    my @table = (
        [ 'killed', 'at s', 'full strength after s', 'requests', 'failed', 'failed %', 'how' ],
        map { [
            "$_->{service}-1", @$_{qw(killed well requests failures)},
            percent(@$_{qw(failures requests)}), $_->{codes}
        ] } @summary
    );
    my @plots;
    for my $killed (@summary) {
        my @own = grep { $_->{service} eq $killed->{service} } @rows;
        push @plots, "killed-$killed->{service}";
        _plot($plot, $killed, @own);
    }
    return (\@table, cut(map { $_->{p50} } @rows), @plots);
}

sub _plot
{
    my ($plot, $killed, @rows) = @_;
    my $of = sub {
        my ($measure) = @_;
        return [ map { [ $_->{second}, $_->{$measure} || 0 ] } @rows ];
    };
    my $failed = grep { $_->{failures} > 0 } @rows;
    my $at = $killed->{killed};
    return $plot->(
        "killed-$killed->{service}",
        title => "$killed->{service}-1 is killed: answers, second by second",
        x => 'second',
        y => 'ms',
        commands => [
            'set y2label "requests"',
            'set y2tics',
            'set y2range [0:*]',
            'set yrange [0:*]',
            'set key below',
            'set bmargin 6',
            "set arrow from $at, graph 0 to $at, graph 1 nohead dt 2 lc rgb 'black'",
            "set label 'kill -9' at $at, graph 0.96 offset 0.5,0"
        ],
        lines => [
            { title => 'median, ms', points => $of->('p50') },
            { title => '99 %, ms', points => $of->('p99') },
            { title => 'requests', with => 'lines lc rgb "gray" lw 2 axes x1y2', points => $of->('requests') },
            {
                title => $failed ? 'failed requests' : 'failed requests: none',
                with => 'impulses lw 4 lc rgb "red" axes x1y2',
                points => $of->('failures')
            }
        ]
    );
}

1;

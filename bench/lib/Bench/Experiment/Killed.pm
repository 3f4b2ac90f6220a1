package Bench::Experiment::Killed;

use strict;
use warnings FATAL => 'all';
use utf8;

use Bench::Cluster ();
use Bench::Experiment qw(codes ms pick);
use Bench::Locust ();
use Bench::Results qw(percentile);
use Time::HiRes qw(sleep time);

sub title { return 'A task is killed' }

sub reference
{
    return <<'END';
Failures during the failover; the task was replaced within 2 minutes.
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
    for my $service (pick($run, [qw(booking space)], ['booking'], ['booking'])->@*) {
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
            map { sprintf '%.1f', percentile($_, @ms) } 50, 99);
    }
    return;
}

sub report
{
    my ($results, $plot) = @_;
    my @summary = $results->read('killed-summary');
    my @rows = $results->read('killed');
    my @table = (
        [ 'killed', 'at s', 'full strength after s', 'requests', 'failed', 'how' ],
        map { [ "$_->{service}-1", @$_{qw(killed well requests failures codes)} ] } @summary
    );
    my @plots;
    for my $killed (@summary) {
        my $service = $killed->{service};
        my @own = grep { $_->{service} eq $service } @rows;
        my $plot_of = sub {
            my ($measure) = @_;
            return [ map { [ $_->{second}, $_->{$measure} || 0 ] } @own ];
        };
        push @plots, "killed-$service";
        $plot->(
            "killed-$service",
            title => "$service-1 is killed at $killed->{killed} s",
            x => 'second',
            y => 'ms',
            commands => [
                'set y2label "requests"',
                'set y2tics',
                'set y2range [0:*]',
                'set yrange [0:*]',
                "set arrow from $killed->{killed}, graph 0 to $killed->{killed}, graph 1 nohead lc rgb 'red'"
            ],
            lines => [
                { title => 'median', points => $plot_of->('p50') },
                { title => '99 %', points => $plot_of->('p99') },
                { title => 'failed', with => 'impulses lw 4 lc rgb "red" axes x1y2', points => $plot_of->('failures') },
                { title => 'per second', with => 'lines lc rgb "gray" axes x1y2', points => $plot_of->('requests') }
            ]
        );
    }
    return (\@table, @plots);
}

1;

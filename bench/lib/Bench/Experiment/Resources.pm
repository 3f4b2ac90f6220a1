package Bench::Experiment::Resources;

use strict;
use warnings FATAL => 'all';
use utf8;

use Bench::Cluster ();
use Bench::Experiment qw(codes cut figures ms percent pick steps);
use Bench::Locust ();
use Bench::Plot qw(bars);
use Bench::Usage ();
use Bookable::Load ();
use Time::HiRes qw(sleep time);

sub title { return 'CPU and memory' }

sub reference
{
    return <<'END';
Failures rose from 5.1 % at 50 users to 9.3 % at 100, at 12–15 and 20–25 requests per second; CPU from 7 to
11 %, memory by 30 %; the median stayed below 200 ms.
END
}

sub here
{
    return <<'END';
A cluster of two instances of each service, with 50 and with 100 users of `bench/run booking`: CPU
time, memory and requests as each instance's own `/metrics` tells them, the mean of a service's
instances; of the gateway, which has no metrics, as `/proc` tells. A booking is more than one
request, for its service asks the other two.
END
}

sub run
{
    my ($run) = @_;
    my $seconds = pick($run, 40, 10, 5);
    my $out = $run->{results}->create('resources', qw(users service cpu_percent memory_mb rps));
    my $all = $run->{results}->create('resources-load', qw(users requests failures codes p50 p95 p99 rps));
    for my $users (steps($run, 50, 100)) {
        $run->{progress}->step("resources: $users users for $seconds s");
        my $cluster = Bench::Cluster->new;
        my $members = $cluster->members;
        my $load = Bench::Locust->start(
            'booking', $cluster->url,
            users => $users,
            seconds => $seconds,
            client => 'fast'
        );
        sleep 3;
        my $before = _look($members);
        sleep $seconds - 2;
        my $after = _look($members);
        _add($out, $users, $members, $before, $after);
        my ($sum) = grep { $_->{name} eq 'all' } Bench::Locust::summary($load->wait($run->{progress}));
        $all->add(
            $users,
            @$sum{qw(requests failures)},
            codes($sum->{codes}),
            figures(@$sum{qw(p50 p95 p99)}),
            sprintf('%.1f', $sum->{rps})
        );
    }
    return;
}

# { name => { cpu, memory, requests, at } }; the gateway has no metrics, for it has none of the modules.
sub _look
{
    my ($members) = @_;
    my %found;
    for my $name (keys %$members) {
        my ($port, $group) = @{ $members->{$name} }{qw(port group)};
        $found{$name} =
            $name eq 'gateway'
            ? { cpu => Bench::Usage::cpu($group), memory => Bench::Usage::memory($group), requests => 0 }
            : _metrics("http://127.0.0.1:$port");
        $found{$name}{at} = time;
    }
    return \%found;
}

sub _metrics
{
    my ($url) = @_;
    my $text = Bookable::Load::Connection->new($url)->request(GET => '/metrics')->body;
    my %sum = (cpu => 0, memory => 0, requests => 0);
    $sum{cpu} += $1 while $text =~ /^bookable_cpu_seconds_total\{.*\} ([\d.]+)$/mg;
    $sum{memory} += $1 while $text =~ /^bookable_memory_bytes\{.*\} (\d+)$/mg;
    $sum{requests} += $1 while $text =~ /^bookable_requests_total\{(?!.*health).*\} (\d+)$/mg;
    return \%sum;
}

sub _add
{
    my ($out, $users, $members, $before, $after) = @_;
    for my $service (qw(gateway user space booking product)) {
        my @names = grep { /^$service(-|\z)/ } keys %$members;
        my ($cpu, $memory, $rps) = (0, 0, 0);
        for my $name (@names) {
            my ($from, $to) = ($before->{$name}, $after->{$name});
            my $seconds = $to->{at} - $from->{at};
            $cpu += 100 * ($to->{cpu} - $from->{cpu}) / $seconds / @names;
            $memory += $to->{memory} / 1e6 / @names;
            $rps += ($to->{requests} - $from->{requests}) / $seconds / @names;
        }
        $out->add($users, $service, map { sprintf '%.1f', $_ } $cpu, $memory, $rps);
    }
    return;
}

sub report
{
    my ($results, $plot) = @_;
    my @rows = $results->read('resources');
    my @load = $results->read('resources-load');
    my @table = (
        [ 'users', 'an instance of', 'CPU % of a core', 'memory MB', 'requests per s' ],
        map { [ @$_{qw(users service cpu_percent memory_mb rps)} ] } @rows
    );
    my @whole = (
        [ 'users', 'requests', 'failed', 'failed %', 'median ms', '95 %', '99 %', 'per s' ],
        map { [
            @$_{qw(users requests failures)},
            percent(@$_{qw(failures requests)}), (map { ms($_) } @$_{qw(p50 p95 p99)}),
            $_->{rps}
        ] } @load
    );
    _plot($plot, 'resources', 'CPU time of an instance', '% of a core', 'cpu_percent', [ 7, 11 ], @rows);
    _plot($plot, 'resources-memory', 'Memory of an instance', 'MB', 'memory_mb', undef, @rows);
    _plot_failures($plot, @load);
    return (_beside(\@rows, \@load), cut(map { $_->{p50} } @load),
        \@whole, 'resources-failures', \@table, 'resources', 'resources-memory');
}

# From 50 to 100 users, as the reference tells of it. Its CPU and memory are those of the service that the
# users book at.
sub _beside
{
    my ($rows, $load) = @_;
    my ($few, $many) = map {
        my $users = $_;
        grep { $_->{users} == $users && $_->{service} eq 'booking' } @$rows
    } 50, 100;
    my ($low, $high) = map {
        my $users = $_;
        grep { $_->{users} == $users } @$load
    } 50, 100;
    return [
        [ 'from 50 to 100 users', 'the reference', 'here' ],
        [
            'failed, %', '5.1 → 9.3', join ' → ', map { percent(@$_{qw(failures requests)}) } $low, $high
        ],
        [ 'requests per second', '12–15 → 20–25', "$low->{rps} → $high->{rps}" ],
        [ 'median, ms', 'below 200', join ' → ', map { ms($_->{p50}) } $low, $high ],
        [ 'CPU, % of a core (booking)', '7 → 11', "$few->{cpu_percent} → $many->{cpu_percent}" ],
        [
            'memory (booking)', '+30 %', sprintf '%+.0f %%',
            100 * ($many->{memory_mb} / $few->{memory_mb} - 1)
        ],
    ];
}

# reference  its two values
sub _plot
{
    my ($plot, $name, $title, $unit, $column, $reference, @rows) = @_;
    my @services = map { $_->{service} } grep { $_->{users} == 50 } @rows;
    return $plot->(
        $name,
        title => $title,
        x => '',
        y => $unit,
        bars(
            groups => [ @services, $reference ? 'the reference' : () ],
            series => [
                map {
                    my $users = (50, 100)[$_];
                    {
                        title => "$users users",
                        values => [
                            (map { $_->{$column} } grep { $_->{users} == $users } @rows),
                            $reference ? $reference->[$_] : ()
                        ]
                    }
                } 0, 1
            ],
        )
    );
}

sub _plot_failures
{
    my ($plot, @load) = @_;
    return $plot->(
        'resources-failures',
        title => 'Of all requests, % that failed',
        x => 'users',
        y => '%',
        bars(
            groups => [ map { $_->{users} } @load ],
            series => [
                { title => 'here', values => [ map { percent(@$_{qw(failures requests)}) } @load ] },
                { title => 'the reference', values => [ 5.1, 9.3 ] },
            ]
        )
    );
}

1;

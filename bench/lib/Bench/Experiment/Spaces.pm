package Bench::Experiment::Spaces;

use strict;
use warnings FATAL => 'all';
use utf8;

use Bench::Host ();
use Bench::Locust ();
use Bench::Experiment qw(codes cut figures ms own percent pick steps);
use Bench::Plot qw(bars);

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
full, so most bookings in one space have to be refused. The users' times are those that Locust sees,
which shares the machine; `httpd's own` are from its log.
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

# What the load calls a request that httpd logged; nothing for those that prepare it.
sub _name
{
    my ($time) = @_;
    return unless $time->{path} =~ m{\A/booking};
    my $name = "$time->{method} /booking";
    return $time->{method} eq 'POST'
        ? $name . ($time->{status} == 201 ? '' : ' (CONFLICT)')
        : "$name/{date}/{bookingId}";
}

sub run
{
    my ($run) = @_;
    my $out = $run->{results}->create('spaces',
        qw(spaces users name requests failures codes p50 p95 p99 longest rps own50 own95 own99));
    for my $step (steps($run, _steps($run))) {
        my ($spaces, $users, $seconds) = @$step;
        $run->{progress}->step("spaces: $users users in $spaces spaces for $seconds s");
        my $host = Bench::Host->new(times => 1)->start;
        my @requests = Bench::Locust->start(
            'booking', $host->base_url,
            users => $users,
            seconds => $seconds,
            client => 'fast',
            arrive => $users / 5,
            options => [ '--spaces', $spaces ]
        )->wait($run->{progress});
        my %own;
        for my $time ($host->times) {
            my $name = _name($time) or next;
            push @{ $own{$_} }, $time for $name, 'all';
        }
        $out->add(
            $spaces, $users,
            @$_{qw(name requests failures)},
            codes($_->{codes}),
            figures(@$_{qw(p50 p95 p99 longest)}),
            sprintf('%.1f', $_->{rps}),
            own(@{ $own{ $_->{name} } || [] })
        ) for Bench::Locust::summary(@requests);
        $host->stop;
    }
    return;
}

sub report
{
    my ($results, $plot) = @_;
    my @rows = $results->read('spaces');
    my @own = grep { exists $rows[0]{$_} } qw(own50 own95 own99);
    my @table = (
        [
            'spaces', 'users', 'request', 'answered', 'failed', 'failed %', 'ErrCode of those',
            'median ms', '95 %', '99 %', 'per s', (map { s/own(\d+)/httpd's own $1 %/r } @own)
        ],
        [ '', 100, 'the reference, all', 1067, '', '75', '', '', '', '', '' ],
        [ '', 100, 'the reference, POST /booking', '', '', '', '', '8000', '', '', '' ],
    );
    push @table,
        [
        @$_{qw(spaces users name requests failures)}, percent(@$_{qw(failures requests)}), $_->{codes},
        (map { ms($_) } @$_{qw(p50 p95 p99)}), $_->{rps}, (map { ms($_) } @$_{@own})
        ]
        for @rows;
    my @all = grep { $_->{name} eq 'all' } @rows;
    _plot_answers($plot, \@rows, \@all);
    _plot_times($plot, scalar @own, @all);
    return (\@table, cut(map { $_->{p50} } @rows), 'spaces', 'spaces-ms');
}

sub _place { return map { "$_->{users} in $_->{spaces}" } @_ }

# What part of all requests failed, as the reference shows it, and what part was refused rightly.
sub _plot_answers
{
    my ($plot, $rows, $all) = @_;
    my @conflicts = map {
        my $of = $_;
        my ($found) =
            grep { $_->{spaces} == $of->{spaces} && $_->{users} == $of->{users} && $_->{name} =~ /CONFLICT/ } @$rows;
        percent($found ? $found->{requests} - $found->{failures} : 0, $of->{requests});
    } @$all;
    return $plot->(
        'spaces',
        title => 'Of all requests: % that failed, and % that were refused rightly',
        x => 'users in spaces',
        y => '%',
        bars(
            groups => [ 'reference, 100', _place(@$all) ],
            series => [
                { title => 'failed', values => [ 75, map { percent(@$_{qw(failures requests)}) } @$all ] },
                { title => 'refused as true CONFLICT', values => [ undef, @conflicts ] },
            ],
            commands => [ 'set key below', 'set bmargin 6', 'set xtics font ",10"' ]
        )
    );
}

sub _plot_times
{
    my ($plot, $is_own, @all) = @_;
    my @measures = $is_own ? qw(own50 own95 own99) : qw(p50 p95 p99);
    return $plot->(
        'spaces-ms',
        title => 'All requests, milliseconds' . ($is_own ? " by httpd's own clock" : ' by Locust'),
        x => 'users in spaces',
        y => 'ms',
        bars(
            groups => [ _place(@all) ],
            series => [
                map {
                    my $measure = $_;
                    {
                        title => $measure =~ s/\D+(\d+)/$1 %/r,
                        values => [ map { $_->{$measure} } @all ],
                        text => [ map { ms($_->{$measure}) } @all ]
                    }
                } @measures
            ]
        )
    );
}

1;

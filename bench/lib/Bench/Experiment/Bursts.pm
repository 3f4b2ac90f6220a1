package Bench::Experiment::Bursts;

use strict;
use warnings FATAL => 'all';
use utf8;

use Bench::Experiment qw(ms percent pick);
use Bench::Host ();
use Bench::Plot qw(bars);
use Bench::Results qw(percentile);
use Bench::Site ();
use Bench::Store ();
use Bookable::Load ();
use IO::Select ();
use Time::HiRes qw(time);

use constant SLOTS => 100;

sub title { return 'Bursts' }

sub reference
{
    return <<'END';
10, 50 and 100 users at once after the same slots: 90, 75 and 63 % of the bookings were made on the
database, 70 to 47 % on the map.
END
}

sub here
{
    return <<'END';
10, 50 and 100 users send a booking at the same moment, each of a random one of the same 100 hours
of a space: all bytes but the last are there before the last of any is sent. Then everything is
compared: each hour that anybody asked for must have gone to exactly one, and nobody else was
refused. With random hours the success rate, *made*, cannot be 100 %: *possible* is what a perfect
service makes of these bursts.
END
}

my @STORES = qw(shm sqlite pgsql);

# Store, users at once, % that was made.
my @REFERENCE = (
    [ 'database', 10, 90 ],
    [ 'database', 50, 75 ],
    [ 'database', 100, 63 ],
    [ 'map', 10, 70 ],
    [ 'map', 100, 47 ]
);

sub run
{
    my ($run) = @_;
    my $rounds = pick($run, 20, 5, 1);
    my $out = $run->{results}
        ->create('bursts', qw(store users round possible made conflicts false empty p50 p95));
    for my $store (grep { $run->{wants}->($_) } @STORES) {
        my $host = Bench::Host->new(on => Bench::Store->new($store))->start;
        my $site = Bench::Site->of_host($host->base_url)->spaces($rounds * 3);
        my $space = 0;
        for my $users (10, 50, 100) {
            $run->{progress}->step("bursts: $store, $users users");
            my @connections = map { Bookable::Load::Connection->new($host->base_url) } 1 .. $users;
            for my $round (1 .. $rounds) {
                $out->add($store, $users, $round, _burst($site, ++$space, @connections));
            }
        }
        $host->stop;
    }
    return;
}

# One burst on a space that nobody has booked.
sub _burst
{
    my ($site, $space, @connections) = @_;
    my @hours = map { int rand SLOTS } @connections;
    my @requests = map {
        $connections[$_]->encode(
            POST => '/booking',
            body => $site->booking_body($hours[$_], $space),
            authorization => $site->auth
        )
    } 0 .. $#connections;
    my ($answers, $ms) = _send(\@connections, \@requests);
    my (%wanted, %made);
    my ($conflicts, $false) = (0, 0);
    for my $i (0 .. $#hours) {
        $wanted{ $hours[$i] }++;
        if ($answers->[$i]->status == 201) { $made{ $hours[$i] }++ }
        elsif (($answers->[$i]->error_code // '') eq 'CONFLICT') { $conflicts++ }
        else { die 'a booking: ' . $answers->[$i]->text . "\n" }
    }
    $false += abs(($made{$_} // 0) - 1) for keys %wanted;
    my $made = 0;
    $made += $_ for values %made;
    my $empty = grep { !$made{$_} } keys %wanted;
    return (scalar keys %wanted,
        $made, $conflicts, $false, $empty, map { sprintf '%.2f', percentile($_, @$ms) } 50, 95);
}

# All at once: the answers, and how long each took from that moment.
sub _send
{
    my ($connections, $requests) = @_;
    for my $i (0 .. $#$connections) {
        $connections->[$i]->open or die "connect: $!\n";
        $connections->[$i]->send(substr $requests->[$i], 0, -1) or die "send: $!\n";
    }
    my $start = time;
    $_->[0]->send(substr $_->[1], -1)
        or die "send: $!\n"
        for map { [ $connections->[$_], $requests->[$_] ] } 0 .. $#$connections;
    my %waiting = map { fileno($connections->[$_]{socket}) => $_ } 0 .. $#$connections;
    my (@answers, @ms);
    while (%waiting) {
        my $bits = '';
        vec($bits, $_, 1) = 1 for keys %waiting;
        select $bits, undef, undef, 20 or die "no answer within 20 s\n";
        for my $file (grep { vec $bits, $_, 1 } keys %waiting) {
            my $i = delete $waiting{$file};
            push @ms, 1000 * (time - $start);
            $answers[$i] = $connections->[$i]->receive('POST');
        }
    }
    return (\@answers, \@ms);
}

sub report
{
    my ($results, $plot) = @_;
    my (%sum, @keys);
    for my $row ($results->read('bursts')) {
        my $key = "$row->{store}, $row->{users}";
        push @keys, $key unless $sum{$key};
        $sum{$key}{$_} += $row->{$_} for qw(possible made conflicts false empty);
        $sum{$key}{users} = $row->{users};
        $sum{$key}{store} = $row->{store};
        push @{ $sum{$key}{$_} }, $row->{$_} for qw(p50 p95);
    }
    my @table = (
        [
            'store', 'users at once',
            'possible %', 'made %', 'refused as conflict %',
            'wrong', 'hours that nobody got',
            'median ms', '95 %'
        ],
        map {
            my ($store, $users, $made) = @$_;
            [ "the reference: $store", $users, '', $made, ('') x 5 ]
        } @REFERENCE
    );
    my @rates;
    for my $key (@keys) {
        my $of = $sum{$key};
        my $all = $of->{made} + $of->{conflicts};
        $of->{$_} = percent($of->{$_}, $all) for qw(possible made conflicts);
        push @table,
            [
            @$of{qw(store users possible made conflicts false empty)},
            map { ms(percentile(50, @{ $of->{$_} })) } qw(p50 p95)
            ];
    }
    my @all = map { $sum{$_} } @keys;
    _plot_success($plot, @all);
    _plot_times($plot, @all);
    return (\@table, 'bursts', 'bursts-ms');
}

sub _stores { my %seen; return grep { !$seen{$_}++ } map { $_->{store} } @_ }

# As the reference shows it; the rest of each burst is refused, because somebody else was faster.
sub _plot_success
{
    my ($plot, @all) = @_;
    my @users = do {
        my %seen;
        grep { !$seen{$_}++ } map { $_->{users} } @all;
    };
    my @stores = _stores(@all);
    my $of = sub {
        my ($store, $measure) = @_;
        return map {
            my $users = $_;
            my ($found) = grep { $_->{store} eq $store && $_->{users} == $users } @all;
            $found ? $found->{$measure} : undef
        } @users;
    };
    my %reference;
    $reference{ $_->[0] }{ $_->[1] } = $_->[2] for @REFERENCE;
    return $plot->(
        'bursts',
        title => 'Bookings made, % of a burst (its hours are drawn at random)',
        x => 'users at once',
        y => '%',
        bars(
            groups => \@users,
            series => [
                (map { { title => $_, values => [ $of->($_, 'made') ] } } @stores),
                (map { { title => "possible: $_", values => [ $of->($_, 'possible') ], color => 'rgb "#bbbbbb"' } }
                        $stores[-1]),
                (map { { title => "reference: $_", values => [ @{ $reference{$_} }{@users} ] } } 'database', 'map'),
            ],
            commands => [ 'set key below', 'set bmargin 6' ]
        )
    );
}

sub _plot_times
{
    my ($plot, @all) = @_;
    my @curves;
    for my $store (_stores(@all)) {
        for my $measure (qw(p50 p95)) {
            my @points = map { [ $_->{users}, percentile(50, @{ $_->{$measure} }) ] }
                grep { $_->{store} eq $store } @all;
            push @curves, { title => "$store, " . $measure =~ s/p(\d+)/$1 %/r, points => \@points };
        }
    }
    return $plot->(
        'bursts-ms',
        title => 'Milliseconds until half, and 95 %, of a burst is answered',
        x => 'users at once',
        y => 'ms',
        commands => ['set yrange [0:*]'],
        lines => \@curves
    );
}

1;

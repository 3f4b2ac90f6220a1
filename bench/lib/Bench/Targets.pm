package Bench::Targets;

# What is asked of the rows of bench/compare, and how their figures compare with it.

use strict;
use warnings FATAL => 'all';
use utf8;

use Bench::Results qw(median);

# A ratio is of two programs in one pair, and the median of those is judged.
#   least     the least ratio of requests per second
#   most_p99  the largest ratio of 99th percentiles
#   most      of a measure: the largest value, or the largest ratio where there is a peer
my @TARGETS = (
    [ 'product-get', 'GET /products/{id}', 'shm', 'trivial', least => 0.95 ],
    [ 'product-get', 'GET /products/{id}', 'shm', 'go', least => 1.0, most_p99 => 0.25 ],
    [ 'product-get', 'GET /products/{id}', 'sqlite', 'trivial', least => 0.95 ],
    [ 'product-get', 'GET /products/{id}', 'sqlite', 'go', least => 1.0, most_p99 => 0.25 ],
    [ 'product-get', 'the trivial handler', 'trivial', 'nginx' ],
    [ 'product-put', 'POST /products/{id}/details', 'shm', 'go', least => 0.9 ],
    [ 'product-put', 'POST /products/{id}/details', 'sqlite', 'sqlite3' ],
    [ 'product-put', 'POST /products/{id}/details', 'sqlite-normal', 'go' ],
    [ 'product-put', 'POST /products/{id}/details', 'pgsql', 'go' ],
    [ 'space-get', 'GET /space/{id}', 'shm', 'go', least => 1.2, most_p99 => 0.25 ],
    [ 'space-get', 'GET /space/{id}', 'sqlite', 'go', least => 1.2, most_p99 => 0.25 ],
    [ 'space-get', 'GET /space/{id}', 'shm', 'go-nolog' ],
    [ 'booking-get', 'GET /booking/{date}/{id}', 'shm', 'go', least => 1.2, most_p99 => 0.25 ],
    [ 'booking-get', 'GET /booking/{date}/{id}', 'sqlite', 'go', least => 1.2, most_p99 => 0.25 ],
    [ 'booking-get', 'GET /booking/{date}/{id}', 'shm', 'go-nolog' ],
    [ 'booking-post', 'POST /booking', 'shm', 'go', least => 4, most_p99 => 0.5 ],
    [ 'booking-post', 'POST /booking', 'sqlite-normal', 'go', least => 1.5, most_p99 => 0.5 ],
    [ 'booking-post', 'POST /booking', 'sqlite', 'go' ],
    [ 'booking-post', 'POST /booking', 'shm', 'go-nolog' ],
    [ 'booking-post', 'POST /booking', 'pgsql', 'go', least => 1.2, most_p99 => 0.5 ],
    (map { [ 'booking-v1', 'POST /v1/bookings', $_, "$_ base", least => 0.9 ] } qw(sqlite-normal sqlite pgsql)),
    [ 'gateway', 'POST /booking, two hops', 'shm POST', 'go POST', least => 1.5 ],
    [ 'gateway', 'POST /booking, two hops', 'sqlite-normal POST', 'go POST', least => 1.5 ],
    [ 'gateway', 'GET /space/{id}, two hops', 'shm GET', 'go GET' ],
    [ 'gateway', 'GET /space/{id}, two hops', 'sqlite-normal GET', 'go GET' ],
    [ 'sign-up', 'bookings while 50 sign up', 'shm storm', 'shm quiet', most_p99 => 2 ],
    [ 'sign-up', 'bookings while 50 sign up', 'sqlite storm', 'sqlite quiet', most_p99 => 2 ],
    [ 'sign-up', 'bookings while 50 sign up', 'go storm', 'go quiet' ],
    [ 'cpu', 'CPU per GET, microseconds', 'shm', undef, measure => 'cpu_us', most => 50 ],
    [ 'cpu', 'CPU per GET, microseconds', 'sqlite', undef, measure => 'cpu_us', most => 50 ],
    [ 'cpu', 'CPU per GET, microseconds', 'trivial', undef, measure => 'cpu_us' ],
    [ 'cpu', 'CPU per GET, microseconds', 'go', undef, measure => 'cpu_us' ],
    [ 'memory', 'memory of all services, MB', 'shm', undef, measure => 'pss_mb', most => 60 ],
    [ 'memory', 'memory of all services, MB', 'sqlite', undef, measure => 'pss_mb', most => 60 ],
    [ 'memory', 'memory of all services, MB', 'go', undef, measure => 'pss_mb' ],
    [ 'store-booking', 'POST /booking', 'pgsql', 'pgbench', least => 0.75 ],
    (map { [ 'store-booking', 'POST /booking', $_, 'pgbench' ] } qw(pgsql+redis pgsql+nocache)),
    [ 'store-read', 'GET /space/{id}', 'sqlite', 'trivial', least => 0.8 ],
    (
        map { [ 'store-read', 'GET /space/{id}', $_, 'trivial' ] }
            qw(pgsql+redis shm+nocache sqlite+nocache pgsql+nocache)
    ),
);

# { connections => { program => { measure => { pair => value } } } } of a row.
sub _figures
{
    my ($results, $row) = @_;
    my %figures;
    $figures{ $_->{connections} }{ $_->{program} }{ $_->{measure} }{ $_->{pair} } = $_->{value}
        for $results->read("compare-$row");
    return \%figures;
}

sub _ratio
{
    my ($ours, $peer) = @_;
    return median(map { $ours->{$_} / $peer->{$_} } grep { $peer->{$_} } keys %$ours);
}

sub _judge
{
    my (@limits) = @_;    # [value, least, most] of each
    my $wrong = 0;
    my $asked = 0;
    for my $limit (@limits) {
        my ($value, $least, $most) = @$limit;
        $asked++ if defined $least || defined $most;
        $wrong++ if !defined $value || (defined $least && $value < $least) || (defined $most && $value > $most);
    }
    return !$asked ? '' : $wrong ? 'missed' : 'met';
}

# One line: a target at one number of connections.
sub _line
{
    my ($target, $connections, $at) = @_;
    my ($row, $work, $ours, $peer, %asked) = @$target;
    my $measure = $asked{measure} // 'rps';
    my $own = $at->{$ours} or return;
    my %line = (
        row => $row,
        work => $work,
        connections => $connections,
        ours => $ours,
        peer => $peer // '',
        own => median(values %{ $own->{$measure} }),
        own_p99 => median(values %{ $own->{p99} || {} })
    );
    if (!defined $peer) {
        $line{target} = defined $asked{most} ? "at most $asked{most}" : '';
        $line{verdict} = _judge([ $line{own}, undef, $asked{most} ]);
        return \%line;
    }
    my $other = $at->{$peer} or return;
    $line{theirs} = median(values %{ $other->{rps} });
    $line{theirs_p99} = median(values %{ $other->{p99} || {} });
    $line{ratio} = _ratio($own->{rps}, $other->{rps});
    $line{ratio_p99} = _ratio($own->{p99}, $other->{p99}) if $other->{p99};
    $line{target} = join ', ', (defined $asked{least} ? "≥ $asked{least} ×" : ()),
        (defined $asked{most_p99} ? "p99 ≤ $asked{most_p99} ×" : ());
    $line{verdict} = _judge([ $line{ratio}, $asked{least}, undef ],
        defined $asked{most_p99} ? [ $line{ratio_p99}, undef, $asked{most_p99} ] : ());
    return \%line;
}

# Lines of all rows that there are figures of, in order; at each number of connections.
sub lines
{
    my ($results, @rows) = @_;
    my @lines;
    for my $target (@TARGETS) {
        my $row = $target->[0];
        next if (@rows && !grep { $_ eq $row } @rows) || !$results->has("compare-$row");
        my $figures = _figures($results, $row);
        push @lines, map { _line($target, $_, $figures->{$_}) } sort { $a <=> $b } keys %$figures;
    }
    return @lines;
}

sub _number
{
    my ($value) = @_;
    return '' unless defined $value;
    return $value >= 100 ? sprintf '%.0f', $value : sprintf '%.3g', $value;
}

my @HEADER = (
    'work', 'conn.', 'ours', 'per s', 'p99 ms', 'beside',
    'per s', 'p99 ms', 'ratio', 'p99 ratio', 'target', ''
);

# The lines as rows of a table, its header first.
sub table
{
    my (@lines) = @_;
    return (
        \@HEADER,
        map { [
            $_->{work}, $_->{connections}, $_->{ours}, _number($_->{own}),
            _number($_->{own_p99}), $_->{peer}, _number($_->{theirs}), _number($_->{theirs_p99}),
            _number($_->{ratio}), _number($_->{ratio_p99}), $_->{target}, $_->{verdict}
        ] } @lines
    );
}

1;

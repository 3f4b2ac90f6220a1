package Bench::Experiment::Product;

use strict;
use warnings FATAL => 'all';
use utf8;

use Bench::Experiment qw(codes cut figures ms own pick steps);
use Bench::Host ();
use Bench::Locust ();
use List::Util qw(max);

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
`bench/run product` on one host with SQLite, as the reference ran it: each user first posts products 1 to
100, which 10 users make 1000 posts and 1000 users 100 000; from then on each waits for 1 to 3 s and reads
one of them or adds one, 9:1. The figures of the latter are of the time when all users have posted theirs.
Locust is one process: what it shows at 1000 users, and while many users post, is Locust at its limit;
`httpd's own` times are from httpd's log. Where Locust takes longer than `KeepAliveTimeout`, 5 s, to come back to
a connection, httpd has closed it, and HttpUser does not send a POST again: "Remote end closed connection".
END
}

# Of the first posts, and of what came after all of them.
my @COLUMNS = qw(client users requests failures codes p50 p95 p99 longest rps own50 own95 own99);

sub run
{
    my ($run) = @_;
    my $seconds = pick($run, 60, 10, 2);
    my %out = map { $_ => $run->{results}->create($_, @COLUMNS) } qw(product-first product);
    for my $step (steps($run, _steps($run))) {
        my ($client, $users) = @$step;
        $run->{progress}->step("product: $users users, $client, for $seconds s and their first posts");
        my $host = Bench::Host->new(times => 1)->start;
        my @requests = Bench::Locust->start(
            'product', $host->base_url,
            users => $users,
            seconds => 900,    # at most
            client => $client,
            arrive => $users / 5 + 1,
            options => [ '--then', $seconds ]
        )->wait($run->{progress});
        my %part = _parts(\@requests, $host->times);
        $out{$_}->add($client, $users, _figures(@{ $part{$_} })) for keys %part;
        $host->stop;
    }
    return;
}

# [client, users]
sub _steps
{
    my ($run) = @_;
    my @users = pick($run, [ 10, 100, 500, 1000 ], [ 10, 100 ], [10])->@*;
    return map { my $client = $_; map { [ $client, $_ ] } @users } pick($run, [qw(http fast)], [qw(http fast)], ['fast'])->@*;
}

# { name of a file => [requests, httpd's own times] }
sub _parts
{
    my ($requests, @times) = @_;
    my ($first, $work) = ([], []);
    push @{ $_->{name} =~ /first/ ? $first : $work }, $_ for @$requests;
    my $ready = max map { $_->{second} } @$first;
    return (
        'product-first' => [ $first, grep { $_->{at} < $ready && $_->{method} eq 'POST' } @times ],
        'product' => [ [ grep { $_->{second} > $ready } @$work ], grep { $_->{at} > $ready } @times ]
    );
}

sub _figures
{
    my ($requests, @own) = @_;
    my ($all) = grep { $_->{name} eq 'all' } Bench::Locust::summary(@$requests);
    return (
        @$all{qw(requests failures)},
        codes($all->{codes}),
        figures(@$all{qw(p50 p95 p99 longest)}),
        sprintf('%.1f', $all->{rps}),
        own(@own)
    );
}

my %NAME = (http => 'HttpUser', fast => 'FastHttpUser');

sub report
{
    my ($results, $plot) = @_;
    my ($first, $work) = map { [ $results->read($_) ] } qw(product-first product);
    _plot($plot, @$work);
    return (
        _table('first posts', @$first),
        '*' . $results->machine_of('product-first') . '*',
        _table('requests then', @$work),
        $work->[0]{own50} ? () : 'In this run the first products were there before its users.',
        (map { "$_ The picture has the former at half a millisecond." } cut(map { $_->{p50} } grep { $_->{client} eq 'fast' } @$work)),
        'product'
    );
}

sub _table
{
    my ($what, @rows) = @_;
    my @own = grep { exists $rows[0]{$_} } qw(own50 own95 own99);
    return [
        [
            'client', 'users', $what, 'failed', 'how', 'per s', 'median ms', '95 %', '99 %', 'longest',
            map { s/own(\d+)/httpd's own $1 %/r } @own
        ],
        map { [
            $NAME{ $_->{client} }, @$_{qw(users requests failures codes rps)},
            map { ms($_) } @$_{qw(p50 p95 p99 longest), @own}
        ] } @rows
    ];
}

# What was cut to nothing is drawn at half a millisecond.
sub _plot
{
    my ($plot, @rows) = @_;
    my @curves;
    for my $client (qw(http fast)) {
        my @some = grep { $_->{client} eq $client } @rows or next;
        for my $measure (grep { $some[0]{$_} } qw(p50 p95 own50 own95)) {
            push @curves, {
                title => $NAME{$client} . ($measure =~ /own/ ? ", httpd's own " : ', ') . $measure =~ s/\D+(\d+)/$1 %/r,
                points => [ map { [ $_->{users}, $_->{$measure} > 0 ? $_->{$measure} : 0.5 ] } @some ]
            };
        }
    }
    return $plot->(
        'product',
        title => 'The product service: milliseconds by users',
        x => 'users',
        y => 'ms',
        commands => [
            'set logscale xy', 'set format y "%g"', 'set xrange [8:1300]', 'set key below maxcols 2', 'set bmargin 9'
        ],
        lines => \@curves
    );
}

1;

package Bench::Experiment::Latency;

use strict;
use warnings FATAL => 'all';
use utf8;

use Bench::Experiment qw(ms pick);
use Bench::Host ();
use Bench::Results qw(median percentile);
use Bench::Site ();
use Bench::Store ();

sub title { return 'Latency by store' }

sub reference
{
    return <<'END';
100 sequential writes to each endpoint on the in-memory map, the distributed database, and that with
a replica: creating a user took 4.6 s whatever the store, for it hashed a password at cost 14 on a
small machine.
END
}

sub here
{
    return <<'END';
100 requests one after the other to each endpoint, on one kept-alive connection, on each store.
Creating a user is one bcrypt hash of cost 12, the default. PostgreSQL and SQLite sync each commit
(`fsync`, `BookableSynchronous full`); `pgsql-eventual` has an asynchronous standby that is read
where a read may be, `pgsql-strong` one that is not.
END
}

my @STORES = qw(shm sqlite pgsql pgsql-strong pgsql-eventual);

# [name, code that makes one request]
sub _endpoints
{
    my ($site) = @_;
    my $hour = 0;
    my $booking = $site->a_booking;
    return (
        [
            'POST /user' => sub {
                $site->request('user', POST => '/user', qq({"username":"user $_[0]","userPassword":"a password"}));
            }
        ],
        [
            'POST /space' =>
                sub { $site->request('space', POST => '/space', qq({"buildingCode":"Latency","roomCode":$_[0]})) }
        ],
        [
            'POST /booking' => sub { $site->request('booking', POST => '/booking', $site->booking_body($hour++)) }
        ],
        [
            'POST /products' => sub {
                $site->request('product', POST => "/products/$_[0]/details", Bench::Site::product_body($_[0]));
            }
        ],
        [ 'GET /user' => sub { $site->request('user', GET => "/user/$site->{user}") } ],
        [ 'GET /space' => sub { $site->request('space', GET => '/space/Bench-1') } ],
        [ 'GET /booking' => sub { $site->request('booking', GET => $booking) } ],
        [ 'GET /products' => sub { $site->request('product', GET => "/products/$_[0]") } ],
    );
}

sub run
{
    my ($run) = @_;
    my $count = pick($run, 100, 30, 3);
    my $out = $run->{results}->create('latency', qw(store endpoint number ms));
    for my $store (grep { $run->{wants}->($_) } @STORES) {
        $run->{progress}->step("latency: $store");
        my $host = Bench::Host->new(on => Bench::Store->new($store))->start;
        my $site = Bench::Site->of_host($host->base_url)->spaces(1);
        for my $endpoint (_endpoints($site)) {
            my ($name, $request) = @$endpoint;
            for my $number (1 .. $count) {
                my ($answer, $ms) = $request->($number);
                die "$name: " . $answer->text . "\n" if $answer->status !~ /\A2/;
                $out->add($store, $name, $number, sprintf '%.3f', $ms);
            }
        }
        $host->stop;
    }
    return;
}

sub report
{
    my ($results, $plot) = @_;
    my (%ms, @endpoints, @stores);
    for my $row ($results->read('latency')) {
        push @endpoints, $row->{endpoint} unless grep { $_ eq $row->{endpoint} } @endpoints;
        push @stores, $row->{store} unless grep { $_ eq $row->{store} } @stores;
        push @{ $ms{ $row->{endpoint} }{ $row->{store} } }, $row->{ms};
    }
    my @table = ([ 'median (95 %), ms', @stores ]);
    for my $endpoint (@endpoints) {
        push @table, [
            "`$endpoint`",
            map {
                my @all = @{ $ms{$endpoint}{$_} };
                ms(median(@all)) . ' (' . ms(percentile(95, @all)) . ')'
            } @stores
        ];
    }
    for my $kind (qw(POST GET)) {
        _plot($plot, $kind, \%ms, \@stores, grep { /^$kind/ } @endpoints);
    }
    return (\@table, 'latency-post', 'latency-get');
}

# A box from the 25th to the 75th percentile, with the median in it, and lines from the 5th to the 95th.
sub _plot
{
    my ($plot, $kind, $ms, $stores, @endpoints) = @_;
    my $width = 0.8 / @$stores;
    my @boxes = map {
        my $s = $_;
        [ map { [
            $_ + ($s - $#$stores / 2) * $width,
            (map { sprintf '%.4f', $_ } _quantiles(@{ $ms->{ $endpoints[$_] }{ $stores->[$s] } })),
            0.7 * $width
        ] } 0 .. $#endpoints ]
    } 0 .. $#$stores;
    return $plot->(
        'latency-' . lc $kind,
        title => "$kind, one after the other: milliseconds (box: half of them; line: 90 %)",
        x => '',
        y => 'ms',
        commands => [
            'set style fill solid 0.4 border',
            'set logscale y',
            'set format y "%g"',
            "set xrange [-0.6:$#endpoints.6]",
            'set xtics (' . join(', ', map { my $name = $endpoints[$_] =~ s/^$kind //r; qq("$name" $_) } 0 .. $#endpoints)
                . ')'
        ],
        lines => [
            map {
                my $color = $_ + 1;
                {
                    title => $stores->[$_],
                    with => "candlesticks whiskerbars lc $color",
                    using => '1:3:2:6:5:7',
                    points => $boxes[$_]
                },
                    { with => 'candlesticks lc rgb "black"', using => '1:4:4:4:4:7', points => $boxes[$_] }
            } 0 .. $#$stores
        ]
    );
}

sub _quantiles
{
    my (@ms) = @_;
    return map { percentile($_, @ms) } 5, 25, 50, 75, 95;
}

1;

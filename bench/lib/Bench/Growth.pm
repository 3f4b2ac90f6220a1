package Bench::Growth;

# What work costs as more is stored: bookings and reads at some numbers of spaces and of bookings that
# are there already, which are put into the database itself, in one statement.

use strict;
use warnings FATAL => 'all';

use Bench::Results qw(median);
use Bench::Site ();
use Bench::Turns ();
use Bench::Wrk qw(wrk);
use Bookable::Process qw(wait_until);

use constant { CONNECTIONS => 16, PEOPLE => 5000 };

# Spaces and stored bookings of each step: first the one grows, then the other.
my @FULL =
    ([ 1000, 1_000 ], [ 1000, 100_000 ], [ 1000, 1_000_000 ], [ 10, 100_000 ], [ 100_000, 100_000 ]);
my @FULL_PGSQL = (@FULL, [ 1000, 10_000_000 ]);
my @SMALL = ([ 1000, 1_000 ], [ 1000, 20_000 ], [ 10, 20_000 ]);

# PostgreSQL builds the index of a constraint faster than it extends it ten million times. What is put in is
# not logged: it has been there for long.
sub _without_overlap
{
    my ($insert) = @_;
    return "DO \$\$ DECLARE rule text; BEGIN"
        . " SELECT pg_get_constraintdef(oid) INTO STRICT rule FROM pg_constraint WHERE conname = 'bookings_overlap';"
        . " ALTER TABLE bookings DROP CONSTRAINT bookings_overlap, DISABLE TRIGGER USER; $insert;"
        . " ALTER TABLE bookings ENABLE TRIGGER USER;"
        . " EXECUTE 'ALTER TABLE bookings ADD CONSTRAINT bookings_overlap ' || rule; END \$\$";
}

# A space's bookings follow each other, an hour each; ids are scattered, as random ones are.
sub _fill
{
    my ($is_pgsql, $spaces, $bookings) = @_;
    my $numbers = sub {
        "WITH RECURSIVE n(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $_[0] - 1)";
    };
    my $building = Bench::Site::BUILDING;
    my $two = sub { "substr(CAST(100 + $_[0] AS TEXT), 2, 2)" };
    my $hour = "i / $spaces";
    my $day = "($hour / 24)";
    my $date =
        "CAST(1970 + $day / 336 AS TEXT) || '-' || "
        . $two->("1 + $day / 28 % 12")
        . " || '-' || "
        . $two->("1 + $day % 28");
    my $insert =
        $numbers->($bookings)
        . " INSERT INTO bookings (id, space_id, user_id, date, occupants, start_ns, end_ns)"
        . " SELECT i * 48271 % 99999999977 + 1, '$building-' || (i % $spaces + 1), 1, $date, 1,"
        . " ($hour) * 3600000000000, ($hour + 1) * 3600000000000 FROM n";
    return (
        $numbers->($spaces)
            . " INSERT INTO spaces (id, room_code, building_code, capacity, open_time, close_time)"
            . " SELECT '$building-' || (i + 1), i + 1, '$building', 10, '2031-01-01T00:00:00Z',"
            . " '2031-01-01T23:00:00Z' FROM n",
        $is_pgsql ? _without_overlap($insert) : $insert
    );
}

sub _measure
{
    my ($run, $store, $spaces, $bookings) = @_;
    my $host = Bench::Turns::host($store);
    my $site = Bench::Site->of_host($host->base_url)->admin;
    for my $service (qw(space booking)) {    # whose tables are made once it looks at them
        wait_until(60, sub { ($site->request($service, GET => "/$service/health"))[0]->status == 200 })
            or die "/$service/health is not well\n";
    }
    $host->execute(_fill($host->{on}->is_pgsql, $spaces, $bookings));
    $host->execute('ANALYZE');
    $host->execute('PRAGMA wal_checkpoint(TRUNCATE)') unless $host->{on}->is_pgsql;
    Bench::Turns::record($run, 1, CONNECTIONS, "$store/size/$spaces/$bookings", bytes => _size($host));
    $site->{spaces} = $spaces;
    $site->people($host, PEOPLE);
    my $booking = $site->a_booking;
    my %load = (
        'POST /booking' => Bench::Turns::booking_program($store, $site)->[1],
        'POST /v1/bookings' => Bench::Turns::v1_program($store, $site)->[1],
        'GET /space' => sub {
            return wrk(
                $host->base_url, @_, 'get',
                count => $spaces > 1000 ? 1000 : $spaces,
                path => '/space/' . Bench::Site::BUILDING . '-%d'
            );
        },
        'GET /booking' => sub {
            return wrk(
                $host->base_url, @_, 'get',
                count => 1,
                path => $booking,
                auth => $site->member->{auth}
            );
        },
    );
    for my $name (sort keys %load) {
        my $cpu = $host->cpu;
        my $figures = $load{$name}->(CONNECTIONS, $run->{seconds});
        Bench::Turns::record(
            $run, 1, CONNECTIONS,
            "$store/$name/$spaces/$bookings",
            Bench::Turns::figures($figures),
            cpu_us => ($host->cpu - $cpu) / $figures->{requests} * 1e6
        );
    }
    return $host->stop;
}

sub _size
{
    my ($host) = @_;
    return -s $host->db if !$host->{on}->is_pgsql;
    return ($host->{on}->query('SELECT pg_total_relation_size(\'bookings\')'))[0][0];
}

sub row
{
    my ($run, @stores) = @_;
    for my $store (@stores) {
        for my $step ($run->{small} ? @SMALL : $store eq 'pgsql' ? @FULL_PGSQL : @FULL) {
            $run->{progress}->step("$run->{row}: $store, $step->[0] spaces, $step->[1] bookings");
            _measure($run, $store, @$step);
        }
    }
    return;
}

# ---- report --------------------------------------------------------------------------------------

# { store => { load => { "spaces/bookings" => { measure => [values] } } } }
sub _figures
{
    my ($results) = @_;
    my %figures;
    for my $row ($results->read('compare-growth')) {
        my ($store, $load, $spaces, $bookings) = $row->{program} =~ m{\A([^/]+)/(.+)/(\d+)/(\d+)\z};
        push @{ $figures{$store}{$load}{"$spaces/$bookings"}{ $row->{measure} } }, $row->{value};
    }
    return \%figures;
}

# Bytes of a store's files for each booking, at the largest number of them; undef if not known.
sub bytes_per_booking
{
    my ($results, $store) = @_;
    my $sizes = _figures($results)->{$store}{size} or return;
    my ($largest) = sort { ($b =~ m{/(\d+)})[0] <=> ($a =~ m{/(\d+)})[0] } keys %$sizes;
    return median(@{ $sizes->{$largest}{bytes} }) / ($largest =~ m{/(\d+)})[0];
}

sub report
{
    my ($results, $plot) = @_;
    my $figures = _figures($results);
    my @table = ([
        'store', 'spaces',
        'bookings stored',
        map { ("`$_` per s", '99 % ms') } 'POST /booking',
        'GET /space', 'GET /booking'
    ]);
    my @curves;
    for my $store (sort keys %$figures) {
        my $loads = $figures->{$store};
        for my $step (sort { _order($a) <=> _order($b) } keys %{ $loads->{'POST /booking'} }) {
            push @table, [
                $store,
                (split m{/}, $step),
                map {
                    my $at = $loads->{$_}{$step};
                    (sprintf('%.0f', median(@{ $at->{rps} })), sprintf '%.1f', median(@{ $at->{p99} }))
                } 'POST /booking',
                'GET /space',
                'GET /booking'
            ];
        }
        for my $load ('POST /booking', 'GET /space') {
            my @points = map { [ (split m{/})[1], median(@{ $loads->{$load}{$_}{rps} }) ] }
                sort { _order($a) <=> _order($b) } grep { m{\A1000/} } keys %{ $loads->{$load} };
            push @curves, { title => "$store, $load", points => \@points };
        }
    }
    $plot->(
        'growth',
        title => 'Requests per second at 16 connections, 1000 spaces',
        x => 'bookings stored',
        y => 'per second',
        commands => [ 'set logscale xy', 'set format x "%.0s %c"', 'set format y "%.0s %c"' ],
        lines => \@curves
    );
    return ('`bench/compare growth`: 16 connections, with more and more bookings stored, and spaces.',
        \@table, 'growth');
}

sub _order { my ($spaces, $bookings) = split m{/}, $_[0]; return $spaces * 1e9 + $bookings }

1;

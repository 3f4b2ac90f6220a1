package Bench::Growth;

# What work costs as more is stored: bookings made and cancelled, and reads whose answers stay the same, at some numbers
# of spaces and of bookings that are there already, which are put into the database itself.

use strict;
use warnings FATAL => 'all';

use Bench::Fill ();
use Bench::Results qw(median);
use Bench::Site ();
use Bench::Turns ();
use Bench::Wrk qw(wrk);
use Bookable::Process qw(wait_until);

use constant { CONNECTIONS => 16, PEOPLE => 5000 };

# Spaces and stored bookings of each step: first the one grows, then the other.
my @FULL =
    (map({ [ 1000, $_ ] } 1_000, 10_000, 100_000, 1_000_000), [ 10, 100_000 ], [ 100_000, 100_000 ]);
my @FULL_PGSQL = (@FULL, [ 1000, 10_000_000 ]);
my @SMALL = ([ 1000, 1_000 ], [ 1000, 20_000 ], [ 10, 20_000 ]);

# How many bookings are the member's own, however many there are: the first ones.
use constant OWN => 50;

# A space's bookings follow each other, an hour each, from the second day of 1970 on; ids are scattered, as random
# ones are.
sub _bookings
{
    my ($is_pgsql, $spaces, $bookings, $member) = @_;
    my $building = Bench::Site::BUILDING;
    my $two = sub { "substr(CAST(100 + $_[0] AS TEXT), 2, 2)" };
    my $hour = "(24 + n / $spaces)";
    my $day = "($hour / 24)";
    my $date =
        "CAST(1970 + $day / 336 AS TEXT) || '-' || "
        . $two->("1 + $day / 28 % 12")
        . " || '-' || "
        . $two->("1 + $day % 28");
    my $owner = 'CASE WHEN n < ' . OWN . " THEN $member ELSE 1 + n % " . PEOPLE . ' END';
    return 'INSERT INTO bookings (id, space_id, user_id, date, occupants, start_ns, end_ns)'
        . " SELECT n * 48271 % 99999999977 + 1, '$building-' || (n % $spaces + 1), $owner, $date, 1,"
        . " $hour * 3600000000000, ($hour + 1) * 3600000000000 FROM "
        . Bench::Fill::numbers($is_pgsql, $bookings);
}

sub _spaces
{
    my ($is_pgsql, $spaces) = @_;
    my $building = Bench::Site::BUILDING;
    return 'INSERT INTO spaces (id, room_code, building_code, capacity, open_time, close_time)'
        . " SELECT '$building-' || (n + 1), n + 1, '$building', 10, '2031-01-01T00:00:00Z',"
        . " '2031-01-01T23:00:00Z' FROM "
        . Bench::Fill::numbers($is_pgsql, $spaces);
}

# The host's database, for Bench::Fill.
sub _database
{
    my ($host) = @_;
    my $is_pgsql = $host->{on}->is_pgsql;
    return {
        is_pgsql => $is_pgsql,
        query => sub { return $is_pgsql ? $host->{on}->query(@_) : $host->store->query(@_) },
        change => sub { return $host->execute(@_) },
    };
}

# Pages of tables and their indexes that PostgreSQL has looked at so far, in its memory or elsewhere. A session says so
# when it has been idle for ten seconds, or at its end: so they end. httpd notices that, and opens others.
sub _pages
{
    my ($host) = @_;
    my $sessions = "FROM pg_stat_activity WHERE usename = 'bookable'";
    wait_until(60, sub {
        my @counts = $host->{on}->query("SELECT count(pg_terminate_backend(pid)) $sessions", "SELECT count(*) $sessions");
        return $counts[1][0] == 0;
    }) or die "sessions of PostgreSQL do not end\n";
    my $pages = join ' + ', map { "coalesce($_, 0)" } qw(heap_blks_hit heap_blks_read idx_blks_hit idx_blks_read);
    return ($host->{on}->query("SELECT sum($pages) FROM pg_statio_user_tables"))[0][0];
}

# One kind of work: what wrk says, CPU time, and on PostgreSQL the pages that were looked at, for each request.
sub _work
{
    my ($run, $host, $program, $load) = @_;
    my $pages = $host->{on}->is_pgsql ? _pages($host) : undef;
    my $cpu = $host->cpu;
    my $figures = $load->(CONNECTIONS, $run->{seconds});
    my %cost = (cpu_us => ($host->cpu - $cpu) / $figures->{requests} * 1e6);
    $cost{pages} = (_pages($host) - $pages) / $figures->{requests} if defined $pages;
    return Bench::Turns::record($run, 1, CONNECTIONS, $program, Bench::Turns::figures($figures), %cost);
}

# A site with all that has to be there.
sub _prepare
{
    my ($run, $host, $store, $spaces, $bookings) = @_;
    my $site = Bench::Site->of_host($host->base_url)->admin;
    for my $service (qw(space booking)) {    # a service makes its tables when it is first asked
        wait_until(60, sub { ($site->request($service, GET => "/$service/health"))[0]->status == 200 })
            or die "/$service/health is not well\n";
    }
    my $database = _database($host);
    $host->execute(_spaces($database->{is_pgsql}, $spaces));
    Bench::Fill::bookings($database, _bookings($database->{is_pgsql}, $spaces, $bookings, $site->member->{id}));
    $host->execute('PRAGMA wal_checkpoint(TRUNCATE)') unless $database->{is_pgsql};
    # Its work would be counted with what is being measured just then.
    $host->{on}->primary->set(autovacuum => 'off') if $database->{is_pgsql};
    Bench::Turns::record($run, 1, CONNECTIONS, "$store/size/$spaces/$bookings", bytes => _size($host));
    $site->{spaces} = $spaces;
    return $site->people($host, PEOPLE);
}

# Reads whose answers do not grow.
sub _reads
{
    my ($host, $site, $spaces) = @_;
    my $building = Bench::Site::BUILDING;
    my $hour = 'from=1970-01-02T00:00:00Z&to=1970-01-02T01:00:00Z';
    my %path = (
        'GET /space' => "/space/$building-%d",
        'GET /booking' => $site->a_booking,
        'GET /v1/bookings' => "/v1/bookings?user=me&$hour&limit=" . OWN,
        'GET /v1/availability' => "/v1/availability?building=$building&$hour",
    );
    my $count = $spaces > 1000 ? 1000 : $spaces;
    return map {
        my @load = ('get', path => $path{$_}, count => /space/ ? $count : 1);
        push @load, auth => $site->member->{auth} unless /space/;
        ($_ => sub { return Bench::Turns::answered('a read', wrk($host->base_url, @_, @load)) })
    } keys %path;
}

sub _measure
{
    my ($run, $store, $spaces, $bookings) = @_;
    # How long signing up takes is not measured here; and a session lasts while many bookings are put there.
    my $host = Bench::Turns::host($store, config => "UserBcryptCost 4\nUserSessionLifetime 1d");
    my $site = _prepare($run, $host, $store, $spaces, $bookings);
    my %load = (
        'POST /booking' => Bench::Turns::booking_program($store, $site)->[1],
        'POST /v1/bookings' => Bench::Turns::v1_program($store, $site)->[1],
        _reads($host, $site, $spaces)
    );
    $_->(CONNECTIONS, 1) for values %load;    # what is only slow the first time
    $host->execute('ANALYZE');    # as autovacuum does: plans are for bookings ahead, too
    _work($run, $host, "$store/$_/$spaces/$bookings", $load{$_}) for sort keys %load;
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

package Bench::Capacity;

# docs/capacity.md: what a planner has to reckon with, computed from what was measured.

use strict;
use warnings FATAL => 'all';
use utf8;

use Bench::Growth ();
use Bench::Results qw(median);
use Bench::Table ();

use constant { BOOKINGS => 10_000_000, SECONDS => 365.25 * 86400 };

# One request in so many is a booking, or a log-in: people look before they book.
use constant { PER_BOOKING => 10, PER_LOGIN => 50 };

my @PARTS = qw(requests login connections tls gateway wal commit fdw);

# Whether all is there that the page is made of.
sub possible
{
    my ($results) = @_;
    return !grep { !$results->has("capacity-$_") } @PARTS;
}

# { "part what" => median, "part what range" => "least to most" }
sub _values
{
    my ($results) = @_;
    my %all;
    for my $part (@PARTS) {
        push @{ $all{"$part $_->{what}"} }, $_->{value} for $results->read("capacity-$part");
    }
    return map {
        my @sorted = sort { $a <=> $b } @{ $all{$_} };
        ($_ => median(@sorted), "$_ range" => sprintf '%.2f to %.2f', @sorted[ 0, -1 ])
    } keys %all;
}

# Cores, and megabytes a second, for people: a small number is no nothing.
sub _few { my ($value) = @_; return sprintf $value < 0.1 ? '%.3f' : '%.1f', $value }

sub page
{
    my ($results) = @_;
    my %value = _values($results);
    my $of = sub {
        my ($part, @text) = @_;
        my $file = $part =~ /^(?:compare|ha)/ ? $part : "capacity-$part";
        return join('', @text) . "\n*`bench/results/$file.csv`: " . $results->machine_of($file) . "*\n\n";
    };
    my $text = join '', _head(),
        $of->('requests', _requests($results, \%value)), $of->('login', _login(\%value)),
        $of->('connections', _connections(\%value)), $of->('tls', _tls(\%value)),
        $of->('gateway', _gateway(\%value)), $of->('wal', _storage($results, \%value)),
        $of->('commit', _commit(\%value)), _outage($results, $of),
        _rates($results, \%value), _year(), $of->('fdw', _country(\%value));
    return $text =~ s/\s+\z/\n/r;
}

sub _head
{
    return <<'END';
# What it takes

For who plans a house, a city or a country: what was measured, multiplied. `bench/capacity` and `bench/compare` measure,
`bench/report` writes this page, and below each part stands the file that its numbers are from, with the machine and
how busy that was. CPU time is that of the servers alone. Other work makes it longer, for it takes turns in the
processors' caches: on the busy machine of most parts it was about three times what a quiet one took, as the first table
shows. So read it as an upper bound. Figures are medians of the rounds in the files.

END
}

# ---- costs ---------------------------------------------------------------------------------------

my %STORE = (shm => 'shared memory', sqlite => 'SQLite', pgsql => 'PostgreSQL');

# Of bench/compare, on a machine with nothing else to do: of a read from the cache, and of a booking.
sub _quiet
{
    my ($results) = @_;
    my %all;
    push @{ $all{ $_->{program} } }, $_->{value}
        for grep { $_->{measure} eq 'cpu_us' } $results->read('compare-cpu');
    return map { $_ => median(@{ $all{$_} }) } keys %all;
}

sub _requests
{
    my ($results, $value) = @_;
    my %quiet = _quiet($results);
    my @kinds = ('GET /space', 'GET /booking', 'POST /booking');
    return "## A request\n\n",
        Bench::Table::markdown(
        [ 'µs of CPU', (map { "`$_`" } @kinds), 'quiet: a cached `GET`', 'quiet: `POST /booking`' ],
        map {
            my $store = $_;
            [
                $STORE{$store},
                map { sprintf '%.0f', $_ } (map { $value->{"requests $store $_ cpu_us"} } @kinds),
                @quiet{ $store, "$store POST /booking" }
            ]
        } qw(shm sqlite pgsql)
        ),
        <<'END', '*`bench/results/compare-cpu.csv`: ' . $results->machine_of('compare-cpu') . "*\n";

Of all processes of httpd and, for PostgreSQL, of the database. A space comes from the cache that `conf/bookable.conf` has; a
booking is never cached; each caller has a token. *Quiet* is another, quicker machine that did nothing else. The store in
shared memory keeps nothing when httpd stops: it shows what the rest costs without a database.

END
}

sub _login
{
    my ($value) = @_;
    my $ms = $value->{'login login cpu_ms'};
    my $read = $value->{'requests sqlite GET /space cpu_us'} / 1000;
    my @rows = map { [
        $_,
        sprintf('%.1f', $_ / 3600),
        _few($_ / 3600 * $ms / 1000),
        2 * (int($_ / 3600 * $ms / 1000) + 1)
    ] } 1000, 10_000, 100_000, 1_000_000;
    return "## People who log in\n\n",
        Bench::Table::markdown(
        [ 'log-ins in an hour', 'per s', 'cores that hash', 'cores of the hosts of the user service, at least' ], @rows),
        sprintf <<'END', $ms, $value->{'login sign-up cpu_ms'}, 100 * int($ms / $read / 100), 1000 / $ms;

**Log-ins cost most of all.** One is a bcrypt hash of cost 12: %.0f ms of CPU, as a sign-up is (%.0f ms), whatever the
store: more than %.0f reads of a space. One core hashes %.1f passwords a second, and at most half of a host's cores hash at the
same time ([UserHashLimit](mod_user.md#userhashlimit)), so that bookings go on: hence the last column. What wait longer than
[UserHashWait](mod_user.md#userhashwait) are told to try again. Who [signs on](sign-on.md) elsewhere costs no hash here.
Sessions that last longer make fewer log-ins: plan for the first morning of a term, not for the mean.
END
}

sub _connections
{
    my ($value) = @_;
    my ($rest, $each) = ($value->{'connections at rest mb'}, $value->{'connections connection kb'});
    my @rows = map { [
        $_,
        sprintf('%.0f', $rest + $_ * $each / 1000),
        int(($_ + 2559) / 2560)
    ] } 500, 2500, 10_000, 50_000;
    return "## Connections\n\n",
        Bench::Table::markdown([ 'clients that keep one', 'memory of httpd, MB', 'hosts at 2560 each' ], @rows),
        sprintf <<'END', $each, $rest;

Under the MPM worker a connection holds a thread, and a thread that has worked holds %.0f KB, above the %.0f MB of an httpd
at rest (proportional set sizes; all four services, SQLite). What bounds a host is
`MaxRequestWorkers`, 2560 in `conf/`, and each holds `KeepAliveTimeout` after its last request: 5 s. A gateway keeps far
fewer to the services than clients keep to it. With PostgreSQL each child opens up to `DBDMax` connections,
each of them a process there: about four for each core of the database's host, of all httpds together;
[pgbouncer](cluster.md) where there are more.
END
}

sub _tls
{
    my ($value) = @_;
    my %us = map { $_ => $value->{"tls $_ cpu_us"} } 'new TLS 1.3', 'new TLS 1.2', 'resumed TLS 1.2';
    return "## TLS\n\n",
        Bench::Table::markdown([ 'handshake', 'ms of CPU', 'per s and core' ],
        map { [ $_, sprintf('%.2f', $us{$_} / 1000), sprintf '%.0f', 1e6 / $us{$_} ] } sort keys %us),
        <<'END';

With the connection that it is for, a certificate of RSA with 2048 bits, and `conf/tls.conf`. A browser keeps its connection for
all that a page asks.
END
}

sub _gateway
{
    my ($value) = @_;
    my @rows = map {
        my ($gateway, $services) = map { $value->{"gateway $$_[0] $$_[1] cpu_us"} } [ $_, 'gateway' ], [ $_, 'services' ];
        [ "`$_`", (map { sprintf '%.0f', $_ } $gateway, $services), sprintf('%.0f', 1e6 / $gateway) ]
    } 'GET /space', 'POST /booking';
    return "## The gateway\n\n",
        Bench::Table::markdown(
        [ 'through it', 'µs of CPU of the gateway', 'of all services', 'per s and core of the gateway' ], @rows),
        <<'END';

A cluster of a gateway and two instances of each service, on SQLite. The services' part is more than it is on one host, for a
booking asks two other services through HTTP, and the gateway looks after the health of eight instances. A gateway does
not ask the database: two of them, of which one may fail, are enough for what one host's cores can pass on.
END
}

sub _storage
{
    my ($results, $value) = @_;
    my ($early, $late, $standby) =
        map { $value->{"wal $_"} } 'after a checkpoint wal_bytes', 'later wal_bytes', 'later standby cpu_us';
    my %bytes = map { $_ => Bench::Growth::bytes_per_booking($results, $_) } qw(sqlite pgsql);
    my @rows = map { [
        $_,
        _few($_ * $late / 1e6),
        _few($_ * $early / 1e6),
        sprintf('%.0f', $_ * $early * 86400 / 1e9),
        _few($_ * $standby / 1e6)
    ] } 10, 100, 1000;
    return "## Storage, write-ahead log, replication\n\n",
        Bench::Table::markdown(
        [
            'store', 'bytes of a booking, with its indexes', 'ten million bookings, GB'
        ],
        map { [ $STORE{$_}, sprintf('%.0f', $bytes{$_}), sprintf '%.1f', $bytes{$_} * BOOKINGS / 1e9 ] } qw(sqlite pgsql)
        ),
        "\n*`bench/results/compare-growth.csv`: " . $results->machine_of('compare-growth') . "*\n\n",
        Bench::Table::markdown(
        [
            'bookings per s', 'WAL, MB per s', 'WAL just after a checkpoint, MB per s',
            'at most GB a day', "cores of each standby"
        ],
        @rows
        ),
        sprintf <<'END', $late, $early, $standby;

A booking writes %.0f bytes of PostgreSQL's write-ahead log, and %.0f just after a checkpoint, when whole pages go into it. Each
standby is sent all of it, and takes %.0f µs of CPU to replay a booking; an archive for recovery to a point in time keeps it. Checkpoints
that are further apart (`max_wal_size`, `checkpoint_timeout`) make less of it, and a longer recovery.
Bookings of the past cost disk, and hardly any time ([experiments.md](experiments.md#as-more-is-stored)); [bookable-admin
prune](operations.md#old-bookings) deletes them.
END
}

my @COMMIT = (
    [ 'off', 'nothing: the last ones may be lost with this server' ],
    [ 'on without a standby', "this server's disk" ],
    [ 'remote_write', "this server's disk, and a standby's kernel" ],
    [ 'on', "this server's disk and a standby's" ],
    [ 'remote_apply', 'and the standby shows it' ],
);

sub _commit
{
    my ($value) = @_;
    return "## What a commit waits for\n\n",
        Bench::Table::markdown(
        [ '`synchronous_commit`', 'waits for', 'bookings per s', 'median time' ],
        map {
            my ($name, $what) = @$_;
            [ $name, $what, map { sprintf '%.2f × (%s)', @$value{"commit $name $_ ratio", "commit $name $_ ratio range"} } qw(rate median) ]
        } @COMMIT
        ),
        <<'END';

Beside *on without a standby* in the same round, by 16 connections, with the least and the most of the rounds: the machine
had much else to do. The standby is on the same machine: add the network's way there and back for
one in another building. To lose no acknowledged booking when a server is lost, a commit has to wait for the disk of a standby
(*on* with `synchronous_standby_names`); with only one standby named, bookings wait while it is away.
END
}

# Of bench/ha, where it was run.
sub _outage
{
    my ($results, $of) = @_;
    return '' unless $results->has('ha');
    my @rows = $results->read('ha');
    return $of->(
        'ha', "## An outage\n\n",
        Bench::Table::markdown(
            [ 'fault', 'no booking for, s', 'errors', 'acknowledged', 'lost', 'overlaps' ],
            map { [ $_->{fault} =~ tr/-/ /r, @$_{qw(outage_s errors acknowledged lost overlaps)} ] } @rows
        ),
        "\nBy `bench/ha`, with the configuration of [cluster.md](cluster.md): each fault once, under clients that book all the time.\n"
    );
}

# ---- what that makes -----------------------------------------------------------------------------

# What one PostgreSQL took, with all else on the same two cores.
sub _most_bookings
{
    my ($results) = @_;
    my @rates = map { $_->{value} }
        grep { $_->{program} eq 'pgsql' && $_->{measure} eq 'rps' && $_->{connections} == 16 }
        $results->read('compare-store-booking');
    return 100 * int(median(@rates) / 100);
}

sub _rates
{
    my ($results, $value) = @_;
    my $cores = sub {
        my ($store, $rate) = @_;
        my ($read, $book) = map { $value->{"requests $store $_ cpu_us"} } 'GET /booking', 'POST /booking';
        return $rate * ($book / PER_BOOKING + $read * (1 - 1 / PER_BOOKING)) / 1e6;
    };
    my @rows = map {
        my $rate = $_;
        my ($read, $book) = map { $value->{"gateway $_ gateway cpu_us"} } 'GET /space', 'POST /booking';
        [
            $rate, $rate / PER_BOOKING,
            (map { _few($cores->($_, $rate)) } qw(sqlite pgsql)),
            _few($rate / PER_LOGIN * $value->{'login login cpu_ms'} / 1000),
            _few($rate * ($book / PER_BOOKING + $read * (1 - 1 / PER_BOOKING)) / 1e6),
            _few($rate / PER_BOOKING * $value->{'wal after a checkpoint wal_bytes'} / 1e6)
        ]
    } 10, 100, 1000, 10_000;
    return "## 10 to 10 000 requests per second\n\n"
        . Bench::Table::markdown(
        [
            'requests per s', 'bookings per s',
            'cores, SQLite', 'cores, PostgreSQL and its services',
            'cores for log-ins', 'cores of the gateway', 'WAL, MB per s'
        ],
        @rows
        ) . sprintf <<'END', PER_BOOKING, PER_LOGIN, _most_bookings($results);

One request in %d is a booking, and one in %d a log-in; the others read bookings, which no cache has. Cores that are busy: have
twice as many, for a peak within the second and for a host that fails.

| requests per second | what it takes |
| ------------------- | ------------- |
| 10     | Any machine that one can buy or rent: one host, `conf/bookable.conf`, SQLite. All of a year's bookings fit into its memory. |
| 100    | The same, with four cores for the log-ins. Keep `BookableSynchronous full`: the disk's sync bounds bookings then, not the CPU. A second host that can take over needs PostgreSQL with a standby. |
| 1000   | Two gateways, two or three hosts for the services, of which one may fail, PostgreSQL on a host of its own, and its standby on another. Log-ins ask for more cores than all else: let people sign on elsewhere, or give the user service hosts of its own. |
| 10 000 | The same, with more hosts for the services, and reads from standbys (`eventual`). One PostgreSQL still decides all bookings: %d per second were made on two cores, httpd and the load generator included (`bench/results/compare-store-booking.csv`). Measure on the hosts that are to do it: `bench/capacity`, `bench/compare`. |

END
}

sub _year
{
    return sprintf <<'END', BOOKINGS / SECONDS, BOOKINGS / 365.25 * 3 / 2 / 7200;
## Ten million bookings a year

They are %.2f per second on average. If half of a day's come within two hours, and one day has three times as many as the average
one, the peak is %.0f bookings per second: with what people read meanwhile, less than 100 requests per second.

END
}

sub _country
{
    my ($value) = @_;
    return sprintf <<'END', @$value{'fdw rate ratio', 'fdw rate ratio range'};
## A country

**What works today** is a house for each town or university: an installation, a database and a name of its own. They share
nothing, so each of them is as fast as the only one, and a fault is that of one town. A country of a hundred such houses, ten million
bookings a year each, is a hundred times the row above, and no server does more than one row of it.

**One service for all of it is a plan, and not built.** Only bookings of one space can be in each other's way, so the space decides where they are kept:

- *Slots.* The space's id is hashed to one of, say, 1024 slots, and a table that all gateways have says which PostgreSQL, with
  its standby, keeps which slots. A server that gets full gives half of its slots to a new one.
- *Ids are drawn in their slot.* `GET` and `DELETE /booking/{date}/{id}` do not name a space: so an id has its slot in
  it, for example as its remainder by 1024. Bookings get random ids already; they would be drawn until one fits.
- *Users and spaces* are few and are read a lot: they are replicated to every server. What is asked of all, such as "my bookings",
  asks each slot's server, or a copy by user that follows the [log](api-v1.md#events).
- Each booking stays one statement in one database, and that database decides.

**Not postgres_fdw**, by which one PostgreSQL would show the tables of the others as its own: the statement of a booking names the
constraint that may refuse it (`ON CONFLICT ON CONSTRAINT bookings_overlap`), and a foreign table takes no such clause: without it a
conflict is an error, which ends the transaction. Inserts through it had %.2f × the rate of inserts on the server itself (%s in nine rounds), and all
bookings go through the one server that was to be relieved.
END
}

1;

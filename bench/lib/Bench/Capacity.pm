package Bench::Capacity;

# docs/capacity.md: what a city would need, computed from what was measured.

use strict;
use warnings FATAL => 'all';
use utf8;

use Bench::Growth ();
use Bench::Results qw(median);
use Bench::Table ();

use constant { BOOKINGS => 10_000_000, SECONDS => 365.25 * 86400 };

# Of all requests: what the booking load of the reference has, 4 of 8 that write.
use constant WRITES => 0.5;

# { program => microseconds of CPU }
sub _costs
{
    my ($results) = @_;
    my %values;
    push @{ $values{ $_->{program} } }, $_->{value}
        for grep { $_->{measure} eq 'cpu_us' } $results->read('compare-cpu');
    return map { $_ => median(@{ $values{$_} }) } keys %values;
}

sub _cores
{
    my ($microseconds, $rate) = @_;
    return sprintf '%.3f', $microseconds * $rate / 1e6;
}

sub page
{
    my ($results) = @_;
    my %cost = _costs($results);
    my @stores = grep { $cost{"$_ POST /booking"} && $cost{$_} } qw(shm sqlite pgsql);
    my @costs = (
        [
            'store',
            'one `GET`, µs of CPU',
            'one `POST /booking`, µs of CPU',
            'bytes stored per booking',
            'ten million bookings, GB'
        ]
    );
    my @need = ([ 'requests per second', map { "$_, cores" } @stores ]);
    for my $store (@stores) {
        my $bytes =
            $results->has('compare-growth') ? Bench::Growth::bytes_per_booking($results, $store) : undef;
        push @costs,
            [
            $store,
            (map { sprintf '%.0f', $cost{$_} } $store, "$store POST /booking"),
            defined $bytes ? (sprintf('%.0f', $bytes), sprintf('%.1f', $bytes * BOOKINGS / 1e9)) : ('', '')
            ];
    }
    for my $rate (10, 100, 1000) {
        push @need,
            [
            $rate, map { _cores($cost{"$_ POST /booking"} * WRITES + $cost{$_} * (1 - WRITES), $rate) } @stores
            ];
    }
    my ($costs, $need) = map { Bench::Table::markdown(@$_) } \@costs, \@need;
    my $mean = sprintf '%.2f', BOOKINGS / SECONDS;
    my $machine = $results->machine_of('compare-cpu');
    return <<"END";
# What a city needs

On paper: what was measured ([experiments.md](experiments.md)), multiplied. `bench/report` writes this page.

## Costs

$costs
*$machine.*

CPU time is that of all processes of httpd and, for PostgreSQL, of the database: at 4800 `GET`s of a
product per second, which `conf/bookable.conf` caches, and at 500 bookings per second, each by a
caller with a token. `shm` keeps nothing when httpd stops; it is here for what the rest costs without
a database.

## Ten million bookings a year

Ten million bookings a year are $mean per second on average. If half of a day's come within two hours, and one day has three times as
many as the average one, the peak is @{[ sprintf '%.0f', BOOKINGS / 365.25 * 3 / 2 / 7200 ]} bookings per second. The rest of a rate is people who look before they book: so half of all
requests are taken to be bookings, which is far more than there will be, and costs more than there will be to pay.

Cores that are busy at a rate, where half of the requests are bookings and half are reads:

$need
| requests per second | what it takes |
| ------------------- | ------------- |
| 10   | Any machine that one can buy or rent: one host, `conf/bookable.conf`, SQLite. All of the year fits into its memory. |
| 100  | The same. Keep `BookableSynchronous full`: it is the disk's sync that bounds bookings then, not the CPU. A second host that can take over needs PostgreSQL with a standby. |
| 1000 | Two hosts with httpd for the services, so that one may fail, PostgreSQL on a third and its standby on a fourth; a gateway in front. By CPU one host would do; what asks for more is that none of them may be missed. |

What is on no table:

- A sign-up or a login costs a bcrypt hash, a quarter of a second of one core, whatever the store: that is as much as thousands of reads.
  At most half of the cores hash at the same time (`UserHashLimit`), so that bookings go on. With tokens that last an hour, 10 000 people
  who log in within an hour need 2500 seconds of CPU: most of one core.
- TLS: a new connection costs about a millisecond of CPU for its handshake, or a tenth of that when it is resumed. Behind a gateway each
  request costs the gateway about as much again as it costs the service.
- The database grows by what stands above. Bookings of past years can be moved away; until then they cost disk and no time, as the
  measurements with more and more stored bookings show.
- One PostgreSQL takes all writes. What bounds them is measured in [experiments.md](experiments.md), and is far above 1000 requests per second on
  two cores; after that see [operations.md](operations.md).
END
}

1;

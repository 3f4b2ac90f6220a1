package Bench::Stores;

# Rows of bench/compare that set stores and caches side by side: bookings on PostgreSQL, beside what its
# own pgbench does with the same statement; and reads of a space from each store and from each cache,
# beside the trivial handler.

use strict;
use warnings FATAL => 'all';

use Bench::Pgbench qw(pgbench);
use Bench::Site ();
use Bench::Turns qw(alternate booking_program host program trivial);

use constant SPACES => 200;

# A host on each of the stores, with a site of so many spaces.
sub _hosts
{
    my ($names, %args) = @_;
    my (%host, %site);
    for my $name (@$names) {
        $host{$name} = host($name, %args);
        $site{$name} = Bench::Site->of_host($host{$name}->base_url)->spaces(SPACES);
    }
    return (\%host, \%site);
}

# mod_booking's statement: what the server can do while it shares the processors with nothing but its clients.
my $SCRIPT = <<'END';
\set id random(1, 4000000000000000000)
\set room random(1, 200)
\set hour random(1, 2000000)
INSERT INTO bookings (id, space_id, user_id, date, occupants, start_ns, end_ns) VALUES (:id, 'Pgbench-' || :room, 1, '2031-01-01', 1, :hour * 3600000000000::bigint, (:hour + 1) * 3600000000000::bigint) ON CONFLICT ON CONSTRAINT bookings_overlap DO NOTHING
END

sub bookings
{
    my ($run, @stores) = @_;
    my ($host, $site) = _hosts(\@stores);
    my @programs = map { booking_program($_, $site->{$_}) } @stores;
    my $pgsql = $host->{pgsql};
    push @programs, [
        pgbench => sub {
            my ($clients, $seconds) = @_;
            # Connecting takes it a second or two, which it does not count.
            return pgbench($pgsql->{on}->primary, $SCRIPT, clients => $clients, seconds => $seconds + 2, is_timed => 1);
        }
    ] if $pgsql;
    return alternate($run, [ 16, 64 ], @programs);
}

sub reads
{
    my ($run, @stores) = @_;
    my ($host) = _hosts(\@stores, load => { trivial() });
    my ($first) = @stores or return;
    my @get = ('get', path => '/space/' . Bench::Site::BUILDING . '-%d', count => SPACES);
    my $trivial = $host->{$first}->base_url;
    return alternate(
        $run, [64],
        (map { program($_, $host->{$_}->base_url, @get) } @stores),
        program(trivial => $trivial, 'get', path => '/trivial', count => 1)
    );
}

1;

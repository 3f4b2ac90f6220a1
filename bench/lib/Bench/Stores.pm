package Bench::Stores;

# Rows of bench/compare that set stores and caches side by side: bookings on PostgreSQL, beside what its
# own pgbench does with the same statement; and reads of a space from each store and from each cache,
# beside the trivial handler.

use strict;
use warnings FATAL => 'all';

use Bench::Site ();
use Bench::Turns qw(alternate booking_program host program trivial);
use Bookable::Process ();
use File::Path ();

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

sub bookings
{
    my ($run, @stores) = @_;
    my ($host, $site) = _hosts(\@stores);
    my @programs = map { booking_program($_, $site->{$_}) } @stores;
    my $pgsql = $host->{pgsql};
    push @programs, [ pgbench => sub { return pgbench($pgsql->{on}{primary}, @_) } ] if $pgsql;
    return alternate($run, [ 16, 64 ], @programs);
}

# mod_booking's statement, by as many clients, each of which has the next ready when one is done: what
# the server can do while it shares the processors with nothing but its clients. Connecting takes it a
# second, which it does not count.
my $SCRIPT = <<'END';
\set id random(1, 4000000000000000000)
\set room random(1, 200)
\set hour random(1, 2000000)
INSERT INTO bookings (id, space_id, user_id, date, occupants, start_ns, end_ns) VALUES (:id, 'Pgbench-' || :room, 1, '2031-01-01', 1, :hour * 3600000000000::bigint, (:hour + 1) * 3600000000000::bigint) ON CONFLICT ON CONSTRAINT bookings_overlap DO NOTHING
END

sub pgbench
{
    my ($primary, $clients, $seconds) = @_;
    my $dir = Bookable::Process::run_dir();
    open my $out, '>', "$dir/booking.sql" or die "booking.sql: $!\n";
    print {$out} $SCRIPT;
    close $out or die "booking.sql: $!\n";
    my @command = (
        Bookable::Postgres::program('pgbench'),
        '-n', '-M', 'prepared', '-c', $clients, '-j', 2, '-T', $seconds + 2,
        '-l', '--log-prefix', "$dir/log", '-f', "$dir/booking.sql"
    );
    local %ENV = (%ENV, $primary->environment);
    open my $in, '-|', @command or die "pgbench: $!\n";
    my $output = join '', <$in>;
    close $in or die "pgbench fails: $output\n";
    my ($tps) = $output =~ /^tps = ([\d.]+)/m or die "pgbench says nothing: $output\n";
    my @took = sort { $a <=> $b } map { _third_words($_) } glob "$dir/log.*";
    File::Path::remove_tree($dir);
    return { rps => $tps, p99 => $took[ int $#took * 0.99 ] / 1000 };
}

# pgbench's log: client, number, microseconds, ...
sub _third_words
{
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!\n";
    return map { (split ' ')[2] } <$in>;
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

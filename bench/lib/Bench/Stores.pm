package Bench::Stores;

# Rows of bench/compare that set the stores side by side: bookings on each of them, beside what
# PostgreSQL's own pgbench does with the same statement; and reads of a space from each of them and
# from each cache, beside the trivial handler of the same httpd.

use strict;
use warnings FATAL => 'all';

use Bench::Site ();
use Bookable::Process ();
use File::Path ();

use constant SPACES => 200;

# A host on each of the stores, with a site of so many spaces and a member who books.
sub _hosts
{
    my ($run, $names, %args) = @_;
    my (%host, %site);
    for my $name (Bench::Rows::wanted($run, @$names)) {
        $host{$name} = Bench::Rows::host($name, %args);
        $site{$name} = Bench::Site->of_host($host{$name}->base_url)->spaces(SPACES)->member;
    }
    return (\%host, \%site);
}

sub bookings
{
    my ($run) = @_;
    my @names =
        qw(shm sqlite-normal+nocache sqlite-normal+shmcb sqlite+nocache sqlite+shmcb pgsql+nocache pgsql+shmcb
        pgsql+redis);
    my ($host, $site) = _hosts($run, \@names);
    my @programs = map { Bench::Rows::booking_program($_, $site->{$_}) } grep { $site->{$_} } @names;
    my ($pgsql) = map { $host->{$_} } grep { /pgsql/ && $host->{$_} } @names;
    push @programs, [ pgbench => sub { return pgbench($pgsql->{on}{primary}, @_) } ] if $pgsql;
    return Bench::Rows::alternate($run, [16, 64], @programs);
}

# mod_booking's statement, by as many clients, each of which has the next ready when one is done: what
# the server can do while it shares the processors with nothing but its clients.
my $SCRIPT = <<'END';
\set id random(1, 99999999999)
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
        Bookable::Postgres::program('pgbench'), '-n', '-M', 'prepared', '-c', $clients, '-j', 2, '-T', $seconds,
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
    my ($run) = @_;
    my @names = qw(sqlite+shmcb sqlite+redis shm sqlite+nocache pgsql+nocache);
    my ($host, $site) = _hosts($run, \@names, load => { Bench::Rows::trivial() });
    my @get = ('get', path => '/space/' . Bench::Site::BUILDING . '-%d', count => SPACES);
    # Each beside the trivial handler of its own httpd: they are configured alike.
    return Bench::Rows::alternate(
        $run,
        [16, 64],
        map {
            (
                Bench::Rows::program($_, $host->{$_}->base_url, @get),
                Bench::Rows::program(
                    "$_ trivial", $host->{$_}->base_url, 'get', path => '/trivial', count => 1
                )
            )
        } grep { $host->{$_} } @names
    );
}

1;

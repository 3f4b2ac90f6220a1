package Bench::Fill;

# Puts many bookings into a database itself, fast, as if they had been there for long: without what the log would say
# of each, and with the indexes and constraints of the table made afterwards, which takes a part of what it takes to
# extend them row by row.
#
#   Bench::Fill::bookings($database, 'INSERT INTO bookings ... SELECT ...');
#
# $database  query(SQL), rows of columns; change(SQL, ...), statements of one connection; is_pgsql, 1 or 0: functions

use strict;
use warnings FATAL => 'all';

# What PostgreSQL says of its constraints and indexes: [ how to drop it, how to make it ]. The primary key is made
# first; checks stay.
my $OF_PGSQL = <<'END';
SELECT 'ALTER TABLE bookings DROP CONSTRAINT ' || conname,
    'ALTER TABLE bookings ADD CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE conrelid = 'bookings'::regclass AND contype IN ('p', 'x')
UNION ALL SELECT 'DROP INDEX ' || indexname, indexdef FROM pg_indexes WHERE tablename = 'bookings'
    AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = 'bookings'::regclass)
END

# The same of SQLite, with the triggers.
my $OF_SQLITE = "SELECT 'DROP ' || type || ' ' || name, sql FROM sqlite_master"
    . " WHERE tbl_name = 'bookings' AND type IN ('index', 'trigger') AND sql IS NOT NULL";

sub bookings
{
    my ($database, @insert) = @_;
    my $is_pgsql = $database->{is_pgsql};
    my @made = $database->{query}->($is_pgsql ? $OF_PGSQL : $OF_SQLITE);
    die "nothing is known of the table of bookings\n" unless @made;
    return $database->{change}->(
        $is_pgsql ? ("SET maintenance_work_mem = '1GB'", 'ALTER TABLE bookings DISABLE TRIGGER USER') : (),
        map({ $_->[0] } @made),
        @insert,
        map({ $_->[1] } @made),
        $is_pgsql ? ('ALTER TABLE bookings ENABLE TRIGGER USER', 'VACUUM ANALYZE') : 'ANALYZE'
    );
}

# Rows of the numbers from 0 on, as one column of a table: n.
sub numbers
{
    my ($is_pgsql, $count) = @_;
    my $last = $count - 1;
    return $is_pgsql
        ? "generate_series(CAST(0 AS BIGINT), $last) AS n"
        : '(WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers'
        . " WHERE n < $last) SELECT n FROM numbers) AS numbers";
}

1;

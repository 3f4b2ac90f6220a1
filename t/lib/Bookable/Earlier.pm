package Bookable::Earlier;

# A database as an earlier version left it: its tables, as that version made them, and rows. The
# modules of today find it when they start, and migrate it.
#
#   my $server = Bookable::Server->new(store => 'pgsql');
#   Bookable::Earlier::make($server->store, Bookable::Earlier::user(id => 7, name => 'Ann'), ...);
#   $server->start;
#
# The SQL here is what version 0.1.0 ran, and so never changes.

use strict;
use warnings FATAL => 'all';

use Bookable::Daemon ();

# Types, by kind of database.
my %TYPES = (
    sqlite => { key => 'INTEGER PRIMARY KEY', int => 'INTEGER', flag => 'INTEGER', bytes => 'BLOB',
        norowid => ' WITHOUT ROWID' },
    pgsql => { key => 'BIGINT PRIMARY KEY', int => 'BIGINT', flag => 'SMALLINT', bytes => 'BYTEA', norowid => '' },
);

my @TABLES = (
    'CREATE TABLE bookable_schema (component TEXT PRIMARY KEY, version INTEGER NOT NULL)',
    "INSERT INTO bookable_schema VALUES ('user', 3), ('space', 1), ('booking', 1), ('product', 1)",
    'CREATE TABLE users (id {key}, name TEXT NOT NULL, email TEXT, password_hash TEXT NOT NULL,'
        . ' is_admin {flag} NOT NULL, session_start {int} NOT NULL, session_end {int} NOT NULL)',
    'CREATE INDEX users_by_name ON users (name)',
    'CREATE TABLE user_tokens (digest {bytes} PRIMARY KEY, user_id {int} NOT NULL,'
        . ' expires {int} NOT NULL){norowid}',
    'CREATE INDEX user_tokens_by_user ON user_tokens (user_id)',
    'ALTER TABLE users ADD COLUMN state {flag} NOT NULL DEFAULT 0',
    'CREATE INDEX users_by_cost ON users (substr(password_hash, 5, 2))',
    'CREATE TABLE spaces (id TEXT PRIMARY KEY, room_code {int} NOT NULL, building_code TEXT NOT NULL,'
        . ' capacity {int}, open_time TEXT, close_time TEXT){norowid}',
    'CREATE TABLE products (id {key}, sku TEXT NOT NULL, manufacturer TEXT NOT NULL,'
        . ' category_id {int} NOT NULL, weight {int} NOT NULL, some_other_id {int} NOT NULL)',
    'CREATE TABLE bookings (id {key}, space_id TEXT NOT NULL, user_id {int} NOT NULL, date TEXT NOT NULL,'
        . ' occupants {int} NOT NULL, start_ns {int} NOT NULL, end_ns {int} NOT NULL, CHECK (start_ns < end_ns))',
    'CREATE INDEX bookings_by_date ON bookings (date)',
);

my %OWN = (
    sqlite => ['CREATE INDEX bookings_by_space ON bookings (space_id, end_ns, start_ns)'],
    pgsql  => [
        'CREATE EXTENSION IF NOT EXISTS btree_gist',
        'ALTER TABLE bookings ADD CONSTRAINT bookings_overlap EXCLUDE USING gist'
            . ' (space_id WITH =, int8range(start_ns, end_ns) WITH &&)',
    ],
);

sub _quote { my ($text) = @_; return defined $text ? "'" . $text =~ s/'/''/gr . "'" : 'NULL' }

# SQL for a row of users: id, name, and if need be email, hash, is_admin, state (1 disabled, 2 deleted).
sub user
{
    my (%user) = @_;
    return "INSERT INTO users VALUES ($user{id}, " . join(', ', _quote($user{name}), _quote($user{email}),
        _quote($user{hash} // '$2y$04$none'), $user{is_admin} // 0, 1, 100, $user{state} // 0) . ')';
}

# Make the tables in a store that has none yet, and then run this SQL.
sub make
{
    my ($store, @sql) = @_;
    my $kind  = $store->kind;
    my $types = $TYPES{$kind} or die "version 0.1.0 kept nothing in $kind\n";
    my @all   = (map({ s/\{(\w+)\}/$types->{$1}/gr } @TABLES), @{ $OWN{$kind} }, @sql);
    # The tables are the modules' own, not the superuser's.
    return $store->start->postgres->query('SET ROLE bookable', @all) if $kind eq 'pgsql';
    local $ENV{LC_ALL} = 'C.UTF-8';
    open my $out, '|-', 'sqlite3', '-bail', $store->file or die "sqlite3: $!\n";
    print {$out} "PRAGMA synchronous = OFF;\n", map { "$_;\n" } @all;
    close $out or die "sqlite3 fails: " . ($! || "exit $?") . "\n";
    Bookable::Daemon::give_to_nobody($store->file);
    return;
}

1;

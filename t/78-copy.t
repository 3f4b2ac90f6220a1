# From SQLite to PostgreSQL by bookable-admin: every row as it was, or nothing at all; and httpd on the
# copy goes on as if nothing had happened.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Cwd qw(realpath);
use File::Basename qw(dirname);
use POSIX ();

use Bookable::Client;
use Bookable::Server;
use Bookable::Store;

my $ADMIN = realpath(dirname(Bookable::Server::module_path('user')) . '/../..') . '/bookable-admin';
my @TABLES = qw(users user_tokens user_groups groups policies spaces bookings series closures booking_events products);

my $store    = Bookable::Store->new(kind => 'pgsql')->start;
my $postgres = $store->postgres;
# Where PostgreSQL's password is: in no argument.
$ENV{PGPASSFILE} = { $postgres->environment }->{PGPASSFILE};

my $server = Bookable::Server->new(store => 'sqlite', children => 2, threads => 4)->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $dir    = $server->dir;

# Runs bookable-admin: (exit code, what it said).
sub admin
{
    my (@args) = @_;
    my $pid = open(my $in, '-|') // die "fork: $!\n";
    if (!$pid) {
        open STDERR, '>&', \*STDOUT;
        open STDIN, '<', '/dev/null';
        exec $ADMIN, @args;
    }
    my $said = join '', <$in>;
    close $in;
    return ($? >> 8, $said);
}

sub target
{
    my ($database, %more) = @_;
    my %conninfo = (host => '127.0.0.1', port => $postgres->port, user => 'bookable',
        dbname => $database, connect_timeout => 2, %more);
    return join ' ', map { "$_=$conninfo{$_}" } sort keys %conninfo;
}

sub copy
{
    my ($file, $database, %more) = @_;
    return admin('--params', $file, '--to-params', target($database, %more), 'copy');
}

sub refuses
{
    my ($name, $said, $code, $text) = @_;
    ok($code == 1 && $text =~ $said, $name) or diag("exit code $code: $text");
    return;
}

# A new, empty database.
my $made = 0;
sub database
{
    my ($how) = @_;
    my $name = 'copy_' . ++$made;
    $postgres->query("CREATE DATABASE $name OWNER bookable " . ($how // ''));
    return $name;
}

sub in_database
{
    my ($name, $sql) = @_;
    local $postgres->{database} = $name;
    return $postgres->query($sql);
}

sub sqlite
{
    my ($file, $sql) = @_;
    system('sqlite3', '-cmd', '.timeout 10000', $file, $sql) == 0 or die "sqlite3: $sql\n";
    return;
}

# Another source like the first, changed by a statement.
sub source
{
    my ($sql) = @_;
    my $file = "$dir/db/source-" . ++$made . '.db';
    sqlite($server->db, "VACUUM INTO '$file'");
    sqlite($file, $sql);
    chown((stat "$dir/db")[ 4, 5 ], $file);
    return $file;
}

# How many rows there are, of each table that is there.
sub counts
{
    my ($database) = @_;
    my %there = map { $_->[0] => 1 } in_database($database,
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace");
    return join ' ', map { "$_ " . (in_database($database, "SELECT count(*) FROM $_"))[0][0] }
        grep { $there{$_} } @TABLES;
}

# ---- a database with all that can be in one ------------------------------------------------------

my $ann     = $client->member(name => unique('ann'));
my $bob     = $client->sign_up(name => "J\x{f6}rg \x{1f4da} ' \" \\ %");
my $space   = $client->space(capacity => 3, openTime => '2030-01-01T08:00:00+02:00');
my $booking = $client->book($ann, spaceID => $space)->content;
my %product = (sku => "a\\'b", manufacturer => "\x{65e5}\x{672c}", category_id => 1,
    weight => 9_000_000_000_000_000_000, some_other_id => 9_223_372_036_854_775_807);
is($client->post('/products/5/details', \%product)->code, 204, 'a product is stored');

# More than a page of each, in keys that languages sort in another way than bytes do; and what only
# another program could have written.
sqlite($server->db, <<'END');
WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 2500)
INSERT INTO spaces (id, room_code, building_code, capacity, open_time, close_time)
    SELECT substr('aBcDeFgH-_. ', n % 12 + 1, 1) || char(97 + n % 26, 65 + n % 25, 228 + n % 9)
    || '-' || n, n, 'Hall', NULLIF(n % 4, 0), NULL, NULL FROM i;
INSERT INTO policies VALUES ('z', '{"name":"Z"}', '["everyone"]', 3, 1, 2), ('y ''', '{}', '[]', 1, 1, 1);
UPDATE spaces SET policy = CASE room_code % 3 WHEN 0 THEN 'z' WHEN 1 THEN 'y ''' END,
    features = '["a","b"]', description = char(10, 9) || 'x', is_archived = room_code % 2 WHERE building_code = 'Hall';
WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 3000)
INSERT INTO bookings (id, space_id, user_id, date, occupants, start_ns, end_ns) SELECT 99999999999 - n * 31, 'Hall-' || (n % 7), n, '2031-01-01', n,
    n * 3600000000123, n * 3600000000123 + 3600000000122 FROM i;
INSERT INTO bookings (id, space_id, user_id, date, occupants, start_ns, end_ns) VALUES (-9223372036854775807, '', 0, '', -9223372036854775807 - 1,
    -9223372036854775807 - 1, 9223372036854775806);
-- The log has more of them than there are bookings, and the rows that triggers write while bookings are copied are none.
UPDATE bookings SET kind = 2, state = 3, occupies = 0, is_private = 1, via = 3, setup_ns = 1, teardown_ns = 2, version = 9,
    created_ns = 4, created_by = 5, changed_ns = 6, changed_by = 0, expires_ns = 7, series_id = 8, parent_id = 9,
    checked_in_ns = 10, occurrence = '2030', title = char(228), notes = char(10), attributes = '{}', participants = '[]',
    group_name = 'staff', policy = 'z', building = 'Hall', external_source = 's', external_key = 'k', reason = char(39),
    overridden = 'hours' WHERE occupants = 3;
UPDATE bookings SET space_id = 'Hall-8', version = 2 WHERE occupants IN (4, 5);
INSERT INTO series VALUES (9223372036854775807, 'Hall-1', 7, '2030-09-02T09:00', 90, 'Europe/Helsinki', '{}', '["2030-10-14"]', NULL, 7, 1, 8, 2, 3),
    (1, 'Hall-2', 7, '', -1, '', char(39), '[]', char(228), 0, 0, 0, 0, 1);
INSERT INTO closures VALUES (1, -5, 9223372036854775806, '["Hall-1","Hall-2"]', char(10, 228), 1, 0, 7, 1, 8, 2, 3);
INSERT INTO users (id, name, email, password_hash, is_admin, session_start, session_end, state)
    VALUES (7, '', '', char(10, 9, 13, 8, 1, 127) || '\N\\N''""', 0, 0, -1, 2),
    (8, '''; DROP TABLE users; --', NULL, 'NULL', 1, 9223372036854775807, 0, 1),
    (9, char(65533, 1114111, 8238, 160), 'x@y', '{"a":1}', 0, 1, 1, 0);
UPDATE users SET login = 'Odd', login_key = 'odd', display_name = char(228, 39), language = 'fi',
    time_zone = 'Europe/Helsinki', settings = '{"mail":{}}', identity = 'odd@idp', is_auditor = 1, is_service = 1,
    version = 77, created = 5, changed = 9223372036854775807, signed_on = -1 WHERE id = 8;
INSERT INTO user_tokens (digest, user_id, expires)
    VALUES (x'00', 7, 1), (x'', 8, 1), (x'27005cff0a22', 9, 9223372036854775807);
UPDATE user_tokens SET kind = 2, token_id = 9223372036854775807, label = char(9786), prefix = 'bk_x', scopes = 'read',
    spaces = '["a"]', opened = 1, seen = 2, idle = 3, ends = 4, agent = 'a ''b"' WHERE user_id = 9;
-- More than a page of the copy, and at its end one user in several groups.
WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 2101)
INSERT INTO user_groups SELECT n / 7, 'group' || (n % 7), CASE n % 2 WHEN 0 THEN 'local' ELSE 'sso' END FROM i;
INSERT INTO groups VALUES ('staff', NULL, 3, 4, 5), ('students', char(228), 1, 0, 0);
WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 1000)
INSERT INTO user_tokens (digest, user_id, expires) SELECT CAST('token' || n AS BLOB), n, n FROM i;
END

my %rows = map { $_ => ($server->query("SELECT count(*) FROM $_"))[0][0] } @TABLES;
my $counted = join ' ', map { "$_ $rows{$_}" } @TABLES;
my $before = join "\n", qx(sqlite3 -readonly '@{[ $server->db ]}' .dump);

# ---- what is refused -----------------------------------------------------------------------------

refuses('copy without --to-params is refused', qr/--to-params is required/, admin('--params', $server->db, 'copy'));
refuses('copy with an argument is refused', qr/\Abookable-admin: copy: there is no such command with 1 argument\nUsage:/,
    admin('--params', $server->db, '--to-params', 'x', 'copy', 'all'));
refuses('a source that does not exist is refused', qr{nosuch\.db: No such file}, copy("$dir/db/nosuch.db", 'bookable'));
ok(!-e "$dir/db/nosuch.db", 'a source that does not exist is not made');
sqlite("$dir/db/other.db", 'CREATE TABLE things (id)');
refuses('a source with other tables only is refused', qr/bookable_schema/, copy("$dir/db/other.db", 'bookable'));
refuses('a source without tables of the services is refused', qr/nothing in the source/,
    copy(source("DELETE FROM bookable_schema"), 'bookable'));
refuses('a source of a later version', qr/of space are of version 99, later than/,
    copy(source("UPDATE bookable_schema SET version = 99 WHERE component = 'space'"), 'bookable'));
refuses('a source of an earlier version', qr/of user are of version -1, earlier than .*start httpd/,
    copy(source("UPDATE bookable_schema SET version = -1 WHERE component = 'user'"), 'bookable'));
refuses('a target database that does not exist is refused', qr/"nosuch" does not exist/, copy($server->db, 'nosuch'));
refuses('a target server that does not listen is refused', qr/refused/, copy($server->db, 'bookable', port => Bookable::Server::free_port()));
is(counts('bookable'), '', 'refused copies make no tables in the target');
my $theirs = database();
in_database('postgres', "ALTER DATABASE $theirs OWNER TO postgres");
refuses('a target without the right to make tables is refused', qr/not ready.*permission denied/s, copy($server->db, $theirs));

# What PostgreSQL cannot hold, and what is no value of its column: the row is named, the target empty.
my %unfit = (
    "UPDATE users SET name = 'a' || char(0) || 'b' WHERE id = 9" => qr/users .*row 9: a text with a NUL/,
    "UPDATE users SET name = CAST(x'61ff' AS TEXT) WHERE id = 9" => qr/users .*row 9: .*no UTF-8/,
    "UPDATE users SET name = x'6162' WHERE id = 9" => qr/users is not the same/,
    "UPDATE users SET is_admin = 'yes' WHERE id = 9" => qr/users .*row 9: .*smallint.*yes/,
    "UPDATE users SET is_admin = 70000 WHERE id = 9" => qr/users .*row 9: .*out of range/,
    "UPDATE products SET weight = 1.5" => qr/products .*row 5: .*bigint.*1\.5/,
    "INSERT INTO bookings (id, space_id, user_id, date, occupants, start_ns, end_ns) VALUES (6, 'Hall-1', 1, '', 1, 5, 9000000000000)" =>
        qr/bookings .*row \d+: .*bookings_overlap/,
);
my $empty = join ' ', map { "$_ 0" } @TABLES;
for my $change (sort keys %unfit) {
    my $target = database();
    refuses("copy is refused after $change", $unfit{$change}, copy(source($change), $target));
    is(counts($target), $empty, "no row is in the target after the refusal: $change");
}

# ---- the copy ------------------------------------------------------------------------------------

# httpd may run, and what is written in the middle of it does not matter.
my ($code, $said) = copy($server->db, 'bookable');
is($code, 0, 'copy succeeds while httpd runs') or diag($said);
is($said, join('', map { "$_ $rows{$_}\n" } @TABLES) . "copied, read back, and the same\n",
    'copy says how many rows of which table it copied');
is(counts('bookable'), $counted, 'the target has the rows of the source');
is(join("\n", qx(sqlite3 -readonly '@{[ $server->db ]}' .dump)), $before,
    'the source is unchanged after the copy');

# Compared without the program that copied: as text, but bytes and odd characters in hexadecimal.
my %columns = (
    users => [qw(id x:name x:email x:password_hash is_admin session_start session_end state x:login
        x:login_key x:display_name x:language x:time_zone x:settings x:identity is_auditor is_service version created
        changed signed_on)],
    user_tokens => [qw(b:digest user_id expires kind token_id x:label x:prefix x:scopes x:spaces opened seen idle ends
        x:agent)],
    user_groups => [qw(user_id x:name x:source)],
    groups => [qw(x:name x:description version created changed)],
    policies => [qw(x:id x:body x:see version created_ns changed_ns)],
    spaces => [qw(x:id room_code x:building_code capacity x:open_time x:close_time x:name x:floor x:room
        x:description x:time_zone x:features x:attributes x:policy x:managers x:parts is_archived x:reason
        sort_order x:sort_key x:search version created_ns changed_ns)],
    bookings => [qw(id x:space_id user_id x:date occupants start_ns end_ns kind state occupies setup_ns teardown_ns
        expires_ns version series_id x:occurrence parent_id x:title x:notes x:attributes x:participants is_private
        checked_in_ns x:group_name x:policy x:building x:external_source x:external_key created_by created_ns changed_by
        changed_ns via x:reason x:overridden)],
    booking_events => [qw(seq at_ns booking_id version kind via actor x:space_id start_ns end_ns state user_id x:reason
        x:overridden x:old_space_id old_start_ns old_end_ns old_state old_user_id)],
    series => [qw(id x:space_id user_id x:start_wall minutes x:time_zone x:rule x:left_out x:title created_by
        created_ns changed_by changed_ns version)],
    closures => [qw(id start_ns end_ns x:spaces x:reason is_public is_ended created_by created_ns changed_by changed_ns
        version)],
    products => [qw(id x:sku x:manufacturer category_id weight some_other_id)],
);
sub select_of
{
    my ($table, $text, $bytes) = @_;
    my @columns = map { /^x:(.*)/ ? sprintf $text, $1 : /^b:(.*)/ ? sprintf $bytes, $1 : $_ }
        @{ $columns{$table} };
    return 'SELECT ' . join(', ', map { "coalesce(CAST($_ AS TEXT), 'NULL')" } @columns) . " FROM $table";
}

sub sorted { return join "\n", sort map { lc join '|', @$_ } @_ }

sub same
{
    my ($name, $database) = @_;
    for my $table (@TABLES) {
        my $there = sorted(in_database($database,
            select_of($table, "encode(convert_to(%s, 'UTF8'), 'hex')", "encode(%s, 'hex')")));
        my $here = sorted($server->query(
            select_of($table, 'CASE WHEN %1$s IS NOT NULL THEN hex(%1$s) END', 'hex(%s)')));
        ok($there eq $here, "$name: every row of $table");
    }
    return;
}
same('copied', 'bookable');

refuses('a second copy to the same target is refused', qr/table users of the target has rows already/, copy($server->db, 'bookable'));
is(counts('bookable'), $counted, 'a refused second copy changes nothing');

in_database('bookable', "UPDATE bookings SET version = version + 1 WHERE occupants = 7");
my ($log) = map { join ' ', @$_ } in_database('bookable', 'SELECT count(*), max(seq), count(DISTINCT seq) FROM booking_events');
my $more = $rows{booking_events} + 1;
is($log, "$more $more $more", 'the log goes on behind what was copied');

my $words = database("TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de'");
($code, $said) = copy($server->db, $words);
is($code, 0, 'copy into a database with the sort order of a language succeeds') or diag($said);
same('sorted', $words);

($code, $said) = admin('--driver', 'pgsql', '--params', target($words), '--to-driver', 'sqlite3',
    '--to-params', "$dir/db/back.db", 'copy');
is($code, 0, 'copy from PostgreSQL into a file succeeds') or diag($said);
# But for the name of the log of events, which is each database's own.
sub dumped { my ($file) = @_;
    return join "\n", sort grep { !/^INSERT INTO booking_log / } split /\n/, qx(sqlite3 -readonly '$file' .dump) }
is(dumped("$dir/db/back.db"), dumped($server->db), 'the file copied back equals the first file');

# ---- of one service, and cut short ---------------------------------------------------------------

my $alone = Bookable::Server->new(store => 'sqlite', modules => ['product'], children => 1,
    threads => 2)->start;
Bookable::Client->new(base => $alone->base_url)->post('/products/5/details', \%product);
my $catalogue = database();
($code, $said) = copy($alone->db, $catalogue);
is($code, 0, 'copy of a database of one service succeeds') or diag($said);
like($said, qr/no tables of the $_ service/,
    "copy says that the $_ service is skipped") for qw(user space booking);
is(counts($catalogue), 'products 1', 'copy of one service makes the tables of that service only');

# The server ends the connection in the middle: bookings wait for a lock, with users already written.
my $cut = database();
is((admin('--driver', 'pgsql', '--params', target($cut), 'tables'))[0], 0,
    'bookable-admin tables makes the tables');
is(counts($cut), $empty, 'the tables are empty at first');
{
    local $postgres->{database} = $cut;
    my $session = $postgres->session('BEGIN', 'LOCK TABLE bookings IN SHARE MODE');
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        my ($ended, $text) = copy($server->db, $cut);
        POSIX::_exit($ended == 1 && $text =~ /bookings .*(?:terminating|lost|closed)/s ? 0 : 1);
    }
    my $waiting = "FROM pg_stat_activity WHERE datname = '$cut' AND wait_event_type = 'Lock'";
    my $waits = sub { ($postgres->query("SELECT count(*) $waiting"))[0][0] };
    ok(Bookable::Server::wait_until(30, $waits), 'a copy waits for a locked table');
    $postgres->query("SELECT pg_terminate_backend(pid) $waiting");
    waitpid $pid, 0;
    is($?, 0, 'a copy whose connection is ended fails, and says why');
    $session->end;
}
is(counts($cut), $empty, 'a failed copy leaves no rows in the target');
is((copy($server->db, $cut))[0], 0, 'a copy after a failed one succeeds');
is(counts($cut), $counted, 'a copy after a failed one has all rows');

# ---- httpd on the copy ---------------------------------------------------------------------------

my @paths = ("/user/$ann->{id}", '/user/caller', "/space/$space", "/booking/2030-05-14/$booking",
    '/products/5');
my @answers = map { $client->get($_, as => $ann)->content } @paths;
$server->stop;
my $moved = Bookable::Server->new(store => $store, children => 2, threads => 4)->start;
$client = Bookable::Client->new(base => $moved->base_url);
for my $i (0 .. $#paths) {
    my $answer = $client->get($paths[$i], as => $ann);
    is($answer->code . $answer->content, 200 . $answers[$i], "with the old token: $paths[$i]");
}
is($client->log_in($_)->code, 200, 'httpd on the copy accepts the old password') for $ann, $bob;
is_error($client->book($ann, spaceID => $space), 400, ['CONFLICT'],
    'httpd on the copy refuses a booking that overlaps a copied one');
is_answer($client->book($ann, spaceID => $space, startTime => '2030-05-14T11:00:00Z',
    endTime => '2030-05-14T12:00:00Z'), 201, qr/^\d+$/, 'httpd on the copy takes a booking after a copied one');
$moved->stop;

# ---- the other commands, on PostgreSQL -----------------------------------------------------------

sub on_postgres { return admin('--driver', 'pgsql', '--params', target('bookable'), @_) }

($code, $said) = on_postgres('list');
like($said, qr/^$ann->{id}\tmember\t\Q$ann->{name}\E$/m, 'list shows a member on PostgreSQL');
is((on_postgres('grant', $ann->{id}, 'admin'))[0], 0, 'grant succeeds on PostgreSQL');
like((on_postgres('list'))[1], qr/^$ann->{id}\tadmin\t/m, 'list shows the granted role on PostgreSQL');
refuses('grant to an unknown id is refused on PostgreSQL', qr/no user of this id/, on_postgres('grant', 1, 'admin'));
my $tool = "'$ADMIN' --driver pgsql --params '" . target('bookable') . "'";
is(system("echo another-word | $tool password $ann->{id}"), 0, 'password succeeds on PostgreSQL');
is(($postgres->query("SELECT count(*) FROM user_tokens WHERE user_id = $ann->{id}"))[0][0], 0,
    'password ends the tokens of the user on PostgreSQL');
my $new = qx(echo a-secret-word | $tool add --name eve --role member);
like($new, qr/^\d+\n\z/, 'add prints the id on PostgreSQL');
chomp $new;
is(join(' ', map { @$_ } $postgres->query("SELECT name, is_admin FROM users WHERE id = $new")), 'eve 0',
    'the added user is in the table on PostgreSQL');
is((on_postgres('rename', $new, "J\xc3\xb6rg"))[0], 0, 'a user is renamed on PostgreSQL');
is((on_postgres('disable', $new))[0], 0, 'a user is disabled on PostgreSQL');
like((on_postgres('list'))[1], qr/^$new\tmember\tJ\xc3\xb6rg\tdisabled$/m, 'list has the name and the state');
is((on_postgres('enable', $new))[0], 0, 'a user is enabled on PostgreSQL');
is((on_postgres('delete', $new))[0], 0, 'a user is deleted on PostgreSQL');
unlike((on_postgres('list'))[1], qr/^$new\t/m, 'list has the user no more');
is(join(' ', map { @$_ } $postgres->query("SELECT name || password_hash, state FROM users WHERE id = $new")), ' 2',
    'only the id of a deleted user is left on PostgreSQL');

done_testing();

# SQLite: made ready at start, and what clients see while it is out of reach. That it is kept over
# restarts is in t/71-restarts.t.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::File ();
use Bookable::Said qw(body);
use Bookable::Server;
use File::Path qw(remove_tree);
use Time::HiRes qw(time);

$ENV{BOOKABLE_STORE} = 'sqlite';    # whatever the suite runs on

my @HEALTH = @Bookable::Client::HEALTH;
my @AWAY   = @Bookable::Client::AWAY;
my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);
# Under memcheck, where to start a server takes many times as long, once: the code is the same.
my @mpms = $ENV{VALGRIND} ? 'worker' : qw(worker prefork);

sub write_file
{
    my ($file, $text) = @_;
    Bookable::File::write_file($file, $text);
    chown((getpwnam 'nobody')[2], -1, $file) if $> == 0;
    return;
}

# ---- an empty file is made ready ----------------------------------------------------------------
my $server = Bookable::Server->new(children => 2, threads => 4);
write_file($server->db, '');
$server->start;
my $client = Bookable::Client->new(base => $server->base_url);
is($client->get($_)->content, 'OK', "an empty file is made ready: $_") for @HEALTH;
is(join(' ', sort map { $_->[0] } $server->query(
    "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite%'")),
    'bookable_schema booking_events booking_keys booking_log bookings closures groups policies products series space_keys space_words spaces user_groups user_keys user_tokens users',
        'an empty file gets the tables of all services');
is(join(' ', map { "@$_" } $server->query('PRAGMA journal_mode')), 'wal',
    'the database is in write-ahead mode');
is(join(' ', sort map { $_->[0] } $server->query('SELECT component FROM bookable_schema')),
    'booking product space user', 'each service says which version its tables have');

$server->stop;

# ---- every service alone makes its own tables ---------------------------------------------------
for my $module ($ENV{VALGRIND} ? 'booking' : qw(user space booking product)) {
    my $alone = Bookable::Server->new(modules => [$module], children => 1, threads => 2);
    $alone->start;
    is(join(' ', map { $_->[0] } $alone->query('SELECT component FROM bookable_schema')), $module,
        "mod_$module alone makes its own tables");
    $alone->stop;
}

# ---- out of reach -------------------------------------------------------------------------------
my $mislaid = Bookable::Server->new(children => 1, threads => 4, config => "BookableRetryAfter 9s\n");
remove_tree($mislaid->dir . '/db');
$mislaid->start;
$client = Bookable::Client->new(base => $mislaid->base_url);
all_away($client, 'no such folder');
is($client->get('/space/Hall-1')->header('Retry-After'), 9, 'the 503 has the Retry-After of the configuration');
mkdir $mislaid->dir . '/db' or die $!;
chown((getpwnam 'nobody')[2], -1, $mislaid->dir . '/db') if $> == 0;
ok(Bookable::Server::wait_until(10, sub { $client->get('/user/health')->code == 200 }),
    'when the missing folder is made the service works without a restart');
is($client->get($_)->content, 'OK', "$_ is OK when the missing folder was made") for @HEALTH;
is_answer($client->post('/products/5/details', \%product), 204, undef,
    'a product is stored when the missing folder was made');
is($client->book($client->member, spaceID => $client->space)->code, 201,
    'a booking is made when the missing folder was made');
$mislaid->stop;

my $spoilt = Bookable::Server->new(children => 1, threads => 4);
write_file($spoilt->db, 'This is a shopping list, and no database. ' x 100);
$spoilt->start;
all_away(Bookable::Client->new(base => $spoilt->base_url), 'a file that is no database');
$spoilt->stop;

# An administrator restores the wrong file under the running server, and then the right one.
my $restored = Bookable::Server->new(children => 1, threads => 4);
$restored->start;
$client = Bookable::Client->new(base => $restored->base_url);
my $ann = $client->member;
my $copy = $restored->dir . '/copy.db';
is(system('sqlite3', $restored->db, ".backup '$copy'"), 0, 'a backup is made while httpd runs');
my $empty = $restored->dir . '/empty.db';
is(system('sqlite3', $empty, 'PRAGMA page_size = 2048; CREATE TABLE t (i); DROP TABLE t; VACUUM'), 0, 'an empty file is made');
is(system('sqlite3', $restored->db, ".restore '$empty'"), 0,
    'an empty file is restored under the running httpd');
is_error($client->get($_), 503, ['UNAVAILABLE'], "$_ is 503 after an empty file was restored") for @HEALTH;
is_error($client->get("/user/$ann->{id}"), 503, \@AWAY, 'a session is 503 after an empty file was restored');
is(system('sqlite3', $restored->db, ".restore '$copy'"), 0, 'the backup is restored under the running httpd');
is($client->get($_)->content, 'OK', "$_ is OK after the backup was restored") for @HEALTH;
is_answer($client->get('/user/caller', as => $ann), 200, qr/$ann->{id}/,
    'a token of before is valid after the backup was restored');
$restored->stop;

my $unknown = Bookable::Server->new(children => 1, threads => 4);
$unknown->start;
$unknown->stop;
is(system('sqlite3', $unknown->db, 'UPDATE bookable_schema SET version = 999'), 0,
    'the version of the tables is set to 999');
$unknown->start;
is_error(Bookable::Client->new(base => $unknown->base_url)->get('/user/health'), 503, \@AWAY,
    'tables of a later version are not touched');
$unknown->stop;

# ---- moved away while running -------------------------------------------------------------------
# Connections that are there would go on writing into the file that was moved, and new ones would make
# an empty one: so nothing is read or written until the file is back.

sub well { my ($client, $path) = @_; return Bookable::Server::wait_until(10, sub { $client->get($path // '/products/1')->code == 200 }) }

my $moved = Bookable::Server->new(children => 2, threads => 8);
my $home  = $moved->dir . '/db';
my $db    = $moved->db;
$moved->start;
$client = Bookable::Client->new(base => $moved->base_url);
my $anew = sub { return Bookable::Client->new(base => $moved->base_url) };
is($client->post("/products/$_/details", \%product)->code, 204,
    "product $_ is stored before the file is moved") for 1, 2;

sub all_refused
{
    my ($what, $id) = @_;
    is_error($client->post("/products/$id/details", \%product), 503, ['UNAVAILABLE'], "$what: the next write is refused");
    ok(Bookable::Server::wait_until(10, sub { $client->get('/products/1')->code == 503 }), "$what: reads are, too");
    my %answers;
    $answers{ $anew->()->get('/products/' . ($_ % 2 + 1))->code }++ for 1 .. 40;
    is_deeply(\%answers, { 503 => 40 }, "$what: nobody is told that what was stored is not there");
    is_error($client->get($_), 503, ['UNAVAILABLE'], "$what: $_ says so") for @HEALTH;
    return;
}

rename $db, "$home/elsewhere.db" or die $!;
all_refused('moved', 3);
$client->{agent}->conn_cache->drop;    # a POST on a connection of the child's would be lost with it
kill KILL => ($moved->children)[0];
ok(Bookable::Server::wait_until(10, sub { $moved->_has_all_but }), 'moved: a child that was killed is replaced');
all_refused('moved, with a new child', 3);
ok($moved->renew($client), 'moved: restarted gracefully');
all_refused('moved, after a restart', 3);
ok(!-s $db, 'moved: no other database is made');
like($moved->log_tail(1e6), qr/BK0116: the database is not ready: \Q$db\E was moved, removed or replaced/,
    'moved: the log says why requests are refused');
rename "$home/elsewhere.db", $db or die $!;
ok(well($client), 'moved: requests are served without a restart when the file is back');
is($client->get('/products/3')->code, 404, 'moved: a refused product was not stored');
is($client->post('/products/3/details', \%product)->code, 204,
    'moved: the product is stored when the file is back');

is(system('sqlite3', $db, ".backup '$home/backup.db'"), 0, 'replaced: a backup is made');
is($client->post('/products/4/details', \%product)->code, 204,
    'replaced: a product is stored after the backup');
rename $db, "$home/old.db" or die $!;
rename "$home/backup.db", $db or die $!;
all_refused('another file in its place', 5);
rename "$home/old.db", $db or die $!;
ok(well($client), 'replaced: requests are served again when the first file is back');
is($client->get('/products/4')->code, 200, 'replaced: the product stored after the backup is there');

rename $home, "$home.away" or die $!;
all_refused('the whole folder moved', 5);
rename "$home.away", $home or die $!;
ok(well($client), 'folder moved: requests are served again when the folder is back');
ok($moved->stop, 'httpd stops');

# Who closes a database last puts its log into the file. A child that httpd had to kill did not.
is(system('sqlite3', $db, ".backup '$home/two.db'"), 0, 'link: a second database is made');
rename $db, "$home/one.db" or die $!;
symlink 'one.db', $db or die $!;
$moved->start;
ok(well($client), 'link: requests are served from a file behind a link');
symlink 'two.db', "$home/link" or die $!;
rename "$home/link", $db or die $!;
all_refused('a link that was switched', 5);
symlink 'one.db', "$home/link" or die $!;
rename "$home/link", $db or die $!;
ok(well($client), 'link: requests are served again when the link is switched back');
ok($moved->stop, 'httpd stops');

# ---- opened when it could not be written --------------------------------------------------------
for my $mpm (@mpms) {
    my $server = Bookable::Server->new(mpm => $mpm, children => 1, threads => 4);
    $server->start;
    ok($server->stop, "$mpm: httpd makes a database and stops");
    my @rights = (stat $server->db)[ 4, 5 ];
    chown 0, 0, $server->db if $> == 0;
    chmod 0444, $server->db or die $!;
    $server->start;
    my $client = Bookable::Client->new(base => $server->base_url);
    is_error($client->post('/products/1/details', \%product), 503, ['UNAVAILABLE'],
        "$mpm: read-only: a write is refused") for 1 .. 6;
    is($client->get('/products/1')->code, 404, "$mpm: read-only: a refused product is not there");
    is($client->get("/products/health$_->[0]")->code, $_->[1], "$mpm: read-only: health$_->[0] is $_->[1]")
        for [ '', 503 ], [ '?for=write', 503 ], [ '?for=read', 200 ];
    chmod 0644, $server->db or die $!;
    chown @rights, $server->db if $> == 0;
    my %answers;
    $answers{ Bookable::Client->new(base => $server->base_url)->post("/products/$_/details", \%product)->code }++
        for 1 .. 20;
    cmp_ok($answers{204} // 0, '>', 0, "$mpm: writable again: some writes succeed at once, without a restart");
    ok(Bookable::Server::wait_until(10, sub { $client->post('/products/1/details', \%product)->code == 204 }),
        "$mpm: writable again: a write succeeds on the kept connection");
    is($client->get('/products/health')->code, 200, "$mpm: writable again: health is OK");
    %answers = ();
    $answers{ Bookable::Client->new(base => $server->base_url)->post("/products/$_/details", \%product)->code }++
        for 1 .. 40;
    is_deeply(\%answers, { 204 => 40 }, "$mpm: writable again: writes succeed on all connections");
    ok($server->stop, 'httpd stops');
}

# Another program that has begun something, and stays.
sub other
{
    my ($server, $sql) = @_;
    my $there = $server->dir . '/there';
    unlink $there;
    open my $other, '|-', 'sqlite3', $server->db or die "sqlite3: $!\n";
    $other->autoflush;
    print {$other} ".output /dev/null\n$sql;\n.shell echo > '$there'\n";
    Bookable::Server::wait_until(10, sub { -e $there }) or die "no answer to $sql\n";
    return $other;
}

# ---- somebody else is writing -------------------------------------------------------------------
$server = Bookable::Server->new(children => 1, threads => 4, config => "BookableBusyTimeout 300ms\n");
$server->start;
$client = Bookable::Client->new(patient => 1, base => $server->base_url);
$ann    = $client->member;
my $space = $client->space;
my $writer = other($server, 'BEGIN IMMEDIATE');
my $start = time;
is_error($client->book($ann, spaceID => $space), 503, \@AWAY,
    'a booking is refused while another program holds the write lock');
my $waited = time - $start;
cmp_ok($waited, '>=', 0.25, 'the refused booking waited for the lock');
cmp_ok($waited, '<',  Bookable::Server::late(0.3),
    'the refused booking waited no longer than BookableBusyTimeout');
is_answer($client->get("/space/$space"), 200, qr/spaceID/,
    'a space can be read while another program holds the write lock');
is_answer($client->get('/user/caller', as => $ann), 200, qr/$ann->{id}/,
    'a token is valid while another program holds the write lock');
print {$writer} "ROLLBACK;\n.quit\n";
close $writer;
is($client->book($ann, spaceID => $space)->code, 201, 'a booking is made when the write lock is released');
$server->stop;

# ---- somebody else is writing where there are no tables yet -------------------------------------
$server = Bookable::Server->new(modules => ['user'], children => 1, threads => 2, config => "BookableBusyTimeout 300ms\nLogLevel info\n");
write_file($server->db, '');
$writer = other($server, 'BEGIN EXCLUSIVE');
$server->start;
$client = Bookable::Client->new(base => $server->base_url);
is_error($client->get('/user/1'), 503, [ 'UNAVAILABLE', 'Service unavailable', qr/^(?!.*connection is in use)./ ],
    'who cannot make the tables is not told that every connection is in use');
is($client->get('/user/1')->code, 503, 'nor is the next one served') for 1 .. 2;
my $said = $server->log_tail(1e6);
is(join('', $said =~ /\[user:(\w+)\].*BK0735: user: the database is not ready yet, and is tried again: .*locked/g), 'warn',
    'the log says once, as a warning, that somebody else has the lock');
unlike($said, qr/BK0111/, 'to wait for a lock is no error');
unlike($said, qr/BK0112/, 'the log says of no connection that it did not come free');
print {$writer} "ROLLBACK;\n.quit\n";
close $writer;
is($client->get('/user/1')->code, 404, 'the tables are made when the lock is released');
$server->stop;

# ---- somebody reads for long --------------------------------------------------------------------
# Another program makes the log nearly too long, and httpd's own writes make it so.
use constant { FRAME => 2048 + 24, BOUND => 18_000 };

sub log_pages { my ($server) = @_; return int((-s $server->db . '-wal') / FRAME) }

sub add_pages
{
    my ($server, $pages) = @_;
    close other($server, 'PRAGMA wal_autocheckpoint = 0; CREATE TABLE IF NOT EXISTS other (bytes);'
        . ' INSERT INTO other VALUES (zeroblob(' . ($pages - 10) * 2044 . '))') or die "sqlite3: $?\n";
    return;
}

for my $mpm (@mpms) {
    my $server = Bookable::Server->new(mpm => $mpm, children => 2, threads => 4,
        config => "<Location /metrics>\nSetHandler bookable-metrics\n</Location>\n");
    $server->start;
    my $client = Bookable::Client->new(base => $server->base_url);
    my $id     = 0;
    my $bytes  = sub { return $client->get('/metrics')->content =~ /^bookable_db_wal_bytes\{pool=".*"\} (\d+)$/m ? $1 : -1 };
    my $store  = sub {
        my ($times) = @_;
        my %answers;
        $answers{ Bookable::Client->new(base => $server->base_url)->post('/products/' . ++$id . '/details', \%product)->code }++
            for 1 .. $times;
        return \%answers;
    };
    is_deeply($store->(1), { 204 => 1 }, "$mpm: a product is stored before the long read");
    my $reader = other($server, 'BEGIN; SELECT count(*) FROM products');
    add_pages($server, BOUND - 30 - log_pages($server));
    unlike($server->log_tail(1e6), qr/BK0117/, "$mpm: there is no BK0117 before the log has 18000 pages");
    is_deeply($store->(60), { 204 => 60 }, "$mpm: writes succeed while another program reads for long");
    is(() = $server->log_tail(1e6) =~ /BK0117: \Q@{[ $server->db ]}\E-wal has 180\d\d pages and grows/g, 1,
        "$mpm: BK0117 is logged once during the long read");
    add_pages($server, 37_980 - log_pages($server));
    is($bytes->(), -s $server->db . '-wal', "$mpm: the metrics show the size of the write-ahead log");
    cmp_ok($bytes->(), '>', 2 * BOUND * FRAME,
        "$mpm: the write-ahead log is longer than 36000 pages during the long read");
    print {$reader} "COMMIT;\n.quit\n";
    close $reader;
    is_deeply($store->(60), { 204 => 60 }, "$mpm: writes succeed when the long read has ended");
    cmp_ok(-s $server->db . '-wal', '<=', (BOUND + 1) * FRAME,
        "$mpm: the write-ahead log is truncated when the long read has ended");
    ok($server->stop, "$mpm: stopped");
}

# ---- full ---------------------------------------------------------------------------------------
$server = Bookable::Server->new(children => 1, threads => 2,
    config => qq{DBDInitSQL "PRAGMA max_page_count = 60"\n});
$server->start;
$client = Bookable::Client->new(base => $server->base_url);
my ($response, $stored) = (undef, 0);
for my $id (1 .. 2000) {
    $response = $client->post("/products/$id/details", { %product, manufacturer => "\x{20ac}" x 200 });
    last if $response->code != 204;
    $stored = $id;
}
is_error($response, 503, ['CAPACITY'], 'a product is refused with CAPACITY when the database is full');
for (1 .. 200) {
    $response = $client->post('/user', { username => 'ann', userPassword => 'open-sesame' });
    last if $response->code != 201;
}
is_error($response, 503, [ 'CAPACITY', 'Store is full' ],
    'a user is refused with CAPACITY when the database is full');
cmp_ok($stored, '>', 10, 'more than ten products were stored before the database was full');
is_answer($client->get("/products/$stored"), 200, qr/"product_id": ?$stored\b/,
    'the last stored product can be read when the database is full');
is_error($client->get('/products/' . ($stored + 1)), 404, ['NOT_FOUND'], 'the refused product is not there');
$server->stop;

# ---- full in the middle of a batch --------------------------------------------------------------
$server = Bookable::Server->new(api => '/v1', modules => [qw(user space)], children => 1, threads => 2)->start;
$client = Bookable::Client->new(base => $server->base_url);
my $admin = $client->admin;
my $pages = ($server->store->query('PRAGMA page_count'))[0][0];
$server->stop;
$server->{config} = 'DBDInitSQL "PRAGMA max_page_count = ' . ($pages + 20) . "\"\n";
$server->start;
$response = $client->post('/v1/spaces/batch', { items => [ map { { id => "room-$_", name => "Room $_", description => 'x' x 500 } } 1 .. 150 ] },
    as => $admin);
is($response->code, 200, 'a batch that fills the database has a result for each item') or diag $response->as_string;
my $results = body($response);
my @refused = grep { $_->{status} != 201 } @{ $results->{items} };
my $fits    = 150 - @refused;
cmp_ok($fits, '>', 0, 'some of a batch were made') or diag $response->content;
cmp_ok(scalar @refused, '>', 0, 'some of a batch had no room');
my %why = map { ("$_->{status} $_->{problem}{code}" => 1) } @refused;
is(join(' ', sort keys %why), '503 capacity', 'of those a batch says that the store is full');
is($results->{created}, $fits, 'a batch counts those that were made');
is(($server->store->query('SELECT count(*) FROM spaces'))[0][0], $fits, 'as many spaces are there as a batch says');
is(scalar(() = $server->log_tail(1e6) =~ /BK0103: the store failed: database or disk is full/g), 1,
    'the log says once why the rest of a batch was not made');
$server->stop;

done_testing();

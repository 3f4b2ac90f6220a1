# SQLite: made ready at start, and what clients see while it is out of reach. That it is kept over
# restarts is in t/71-restarts.t.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::Server;
use File::Path qw(remove_tree);
use Time::HiRes qw(time);

$ENV{BOOKABLE_STORE} = 'sqlite';    # whatever the suite runs on

my @HEALTH = @Bookable::Client::HEALTH;
my @AWAY   = @Bookable::Client::AWAY;
my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);

sub write_file
{
    my ($file, $text) = @_;
    open my $out, '>', $file or die "$file: $!\n";
    print {$out} $text;
    close $out or die "$file: $!\n";
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
    'bookable_schema bookings products spaces user_tokens users', 'its tables');
is(join(' ', map { "@$_" } $server->query('PRAGMA journal_mode')), 'wal', 'it writes ahead');
is(join(' ', sort map { $_->[0] } $server->query('SELECT component FROM bookable_schema')),
    'booking product space user', 'each service says which version its tables have');

$server->stop;

# ---- every service alone makes its own tables ---------------------------------------------------
for my $module (qw(user space booking product)) {
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
is($client->get('/space/Hall-1')->header('Retry-After'), 9, 'as many seconds as it is told');
mkdir $mislaid->dir . '/db' or die $!;
chown((getpwnam 'nobody')[2], -1, $mislaid->dir . '/db') if $> == 0;
ok(Bookable::Server::wait_until(10, sub { $client->get('/user/health')->code == 200 }),
    'the folder is there: the service is, too, without a restart');
is($client->get($_)->content, 'OK', "again: $_") for @HEALTH;
is_answer($client->post('/products/5/details', \%product), 204, undef, 'and stores');
is($client->book($client->member, spaceID => $client->space)->code, 201, 'and books');
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
is(system('sqlite3', $restored->db, ".backup '$copy'"), 0, 'a copy is made at work');
is(system('sqlite3', $restored->db, ".restore '/dev/null'"), 0, 'an empty file is restored');
is_error($client->get($_), 503, ['UNAVAILABLE'], "an empty store: $_") for @HEALTH;
is_error($client->get("/user/$ann->{id}"), 503, \@AWAY, 'an empty store: a session');
is(system('sqlite3', $restored->db, ".restore '$copy'"), 0, 'the copy is restored');
is($client->get($_)->content, 'OK', "the right store: $_") for @HEALTH;
is_answer($client->get('/user/caller', as => $ann), 200, qr/$ann->{id}/, 'nothing is lost');
$restored->stop;

my $unknown = Bookable::Server->new(children => 1, threads => 4);
$unknown->start;
$unknown->stop;
is(system('sqlite3', $unknown->db, 'UPDATE bookable_schema SET version = 999'), 0, 'tables of the future');
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
is($client->post("/products/$_/details", \%product)->code, 204, "product $_ is stored") for 1, 2;

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
like($moved->log_tail(1e6), qr/BK0116: the database is not ready: \Q$db\E was moved, removed or replaced/, 'the log says why');
rename "$home/elsewhere.db", $db or die $!;
ok(well($client), 'it is back: served again, without a restart');
is($client->get('/products/3')->code, 404, 'what was refused was not stored');
is($client->post('/products/3/details', \%product)->code, 204, 'and now it is');

is(system('sqlite3', $db, ".backup '$home/backup.db'"), 0, 'a backup is made');
is($client->post('/products/4/details', \%product)->code, 204, 'and a product stored after that');
rename $db, "$home/old.db" or die $!;
rename "$home/backup.db", $db or die $!;
all_refused('another file in its place', 5);
rename "$home/old.db", $db or die $!;
ok(well($client), 'the right one is back: served again');
is($client->get('/products/4')->code, 200, 'with all that was stored');

rename $home, "$home.away" or die $!;
all_refused('the whole folder moved', 5);
rename "$home.away", $home or die $!;
ok(well($client), 'the folder is back: served again');
ok($moved->stop, 'stopped');

rename $db, "$home/one.db" or die $!;
is(system('sqlite3', "$home/one.db", ".backup '$home/two.db'"), 0, 'two databases, and a link to one');
symlink 'one.db', $db or die $!;
$moved->start;
ok(well($client), 'a link: served');
symlink 'two.db', "$home/link" or die $!;
rename "$home/link", $db or die $!;
all_refused('a link that was switched', 5);
symlink 'one.db', "$home/link" or die $!;
rename "$home/link", $db or die $!;
ok(well($client), 'the link is switched back: served again');
ok($moved->stop, 'stopped');

# ---- opened when it could not be written --------------------------------------------------------
for my $mpm (qw(worker prefork)) {
    my $server = Bookable::Server->new(mpm => $mpm, children => 1, threads => 4);
    $server->start;
    ok($server->stop, "$mpm: a database was made");
    my @rights = (stat $server->db)[ 4, 5 ];
    chown 0, 0, $server->db if $> == 0;
    chmod 0444, $server->db or die $!;
    $server->start;
    my $client = Bookable::Client->new(base => $server->base_url);
    is_error($client->post('/products/1/details', \%product), 503, ['UNAVAILABLE'], "$mpm: read-only: not stored") for 1 .. 6;
    is($client->get('/products/1')->code, 404, "$mpm: and not there");
    is($client->get("/products/health$_->[0]")->code, $_->[1], "$mpm: read-only: health$_->[0] is $_->[1]")
        for [ '', 503 ], [ '?for=write', 503 ], [ '?for=read', 200 ];
    chmod 0644, $server->db or die $!;
    chown @rights, $server->db if $> == 0;
    my %answers;
    $answers{ Bookable::Client->new(base => $server->base_url)->post("/products/$_/details", \%product)->code }++
        for 1 .. 20;
    cmp_ok($answers{204} // 0, '>', 0, "$mpm: writable again: stored, without a restart");
    ok(Bookable::Server::wait_until(10, sub { $client->post('/products/1/details', \%product)->code == 204 }),
        "$mpm: by and by on each connection");
    is($client->get('/products/health')->code, 200, "$mpm: and healthy");
    %answers = ();
    $answers{ Bookable::Client->new(base => $server->base_url)->post("/products/$_/details", \%product)->code }++
        for 1 .. 40;
    is_deeply(\%answers, { 204 => 40 }, "$mpm: and then on all of them");
    ok($server->stop, 'stopped');
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
$client = Bookable::Client->new(base => $server->base_url);
$ann    = $client->member;
my $space = $client->space;
my $writer = other($server, 'BEGIN IMMEDIATE');
my $start = time;
is_error($client->book($ann, spaceID => $space), 503, \@AWAY, 'the store is locked: no booking');
my $waited = time - $start;
cmp_ok($waited, '>=', 0.25, 'it was waited for');
cmp_ok($waited, '<',  Bookable::Server::late(0.3), 'but not for ever');
is_answer($client->get("/space/$space"), 200, qr/spaceID/, 'reading goes on');
is_answer($client->get('/user/caller', as => $ann), 200, qr/$ann->{id}/, 'a token is good');
print {$writer} "ROLLBACK;\n.quit\n";
close $writer;
is($client->book($ann, spaceID => $space)->code, 201, 'the lock is gone: booked');
$server->stop;

# ---- somebody reads for long --------------------------------------------------------------------
# Another program makes the log nearly too long, and httpd's own writes make it so.
use constant { FRAME => 4096 + 24, BOUND => 9000 };

sub log_pages { my ($server) = @_; return int((-s $server->db . '-wal') / FRAME) }

sub add_pages
{
    my ($server, $pages) = @_;
    close other($server, 'PRAGMA wal_autocheckpoint = 0; CREATE TABLE IF NOT EXISTS other (bytes);'
        . ' INSERT INTO other VALUES (zeroblob(' . ($pages - 10) * 4092 . '))') or die "sqlite3: $?\n";
    return;
}

for my $mpm (qw(worker prefork)) {
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
    is_deeply($store->(1), { 204 => 1 }, "$mpm: stored");
    my $reader = other($server, 'BEGIN; SELECT count(*) FROM products');
    add_pages($server, BOUND - 30 - log_pages($server));
    unlike($server->log_tail(1e6), qr/BK0117/, "$mpm: a log of usual length");
    is_deeply($store->(60), { 204 => 60 }, "$mpm: somebody reads for long: what is written is stored");
    is(() = $server->log_tail(1e6) =~ /BK0117: \Q@{[ $server->db ]}\E-wal has 90\d\d pages and grows/g, 1, "$mpm: and it is told once");
    add_pages($server, 18_980 - log_pages($server));
    is($bytes->(), -s $server->db . '-wal', "$mpm: how long the log is, the metrics tell");
    cmp_ok($bytes->(), '>', 2 * BOUND * FRAME, "$mpm: and it is long");
    print {$reader} "COMMIT;\n.quit\n";
    close $reader;
    is_deeply($store->(60), { 204 => 60 }, "$mpm: that ends: stored");
    cmp_ok(-s $server->db . '-wal', '<=', (BOUND + 1) * FRAME, "$mpm: and the log is as short as it was");
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
is_error($response, 503, ['CAPACITY'], 'the store is full');
for (1 .. 200) {
    $response = $client->post('/user', { username => 'ann', userPassword => 'open-sesame' });
    last if $response->code != 201;
}
is_error($response, 503, [ 'CAPACITY', 'Store is full' ], 'for users as well');
cmp_ok($stored, '>', 10, 'it took what fits');
is_answer($client->get("/products/$stored"), 200, qr/"product_id": ?$stored\b/, 'which can be read');
is_error($client->get('/products/' . ($stored + 1)), 404, ['NOT_FOUND'], 'what was refused is not there');
$server->stop;

done_testing();

# PostgreSQL: made ready at start, by several at once; restarted, stopped and silent under httpd, which
# goes on without a restart of its own; full, locked and refusing. Whatever it is, every answer comes
# in time.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use IO::Select ();
use Time::HiRes qw(sleep time);

use Bookable::Client;
use Bookable::Load ();
use Bookable::Server;
use Bookable::Store;

my @HEALTH = @Bookable::Client::HEALTH;
my @AWAY   = @Bookable::Client::AWAY;
my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);

# The times that the servers below are given, in seconds; the connection's is that of
# Bookable::Postgres::conninfo. What one request may cost is the sum.
use constant { POOL => 1, STATEMENT => 3, CONNECT => 2 };
my $TIMES = <<'END';
BookablePoolTimeout 1s
BookableStatementTimeout 3s
BookableDatabaseBreaker minimum-calls=3 open-time=1s probe-timeout=2s
END
# Where no limit is to be reached.
my $PATIENT = $Bookable::Server::PATIENT;
my $BOUND = Bookable::Server::late(POOL + STATEMENT + CONNECT);

my $logs = '';    # of all the servers: no password may be in them

sub server
{
    my ($store, %args) = @_;
    my $config = delete $args{config} // '';
    my $trace = join ' ', map { "$_:trace8" } 'dbd', @{ $args{modules} // [qw(user space booking product)] };
    my $server = Bookable::Server->new(store => $store, children => 2, threads => 8,
        config => "${TIMES}LogLevel debug $trace\n$config", %args)->start;
    return ($server, Bookable::Client->new(patient => 1, base => $server->base_url));
}

sub stop
{
    my ($server) = @_;
    ok($server->stop, 'httpd stops');
    $logs .= $server->log_tail(1e6);
    return;
}

sub at_once { my ($server, @requests) = @_; return at_once_until($server, 0, sub { }, @requests) }

# The same; when so many have been answered, something happens that the others wait for.
sub at_once_until
{
    my ($server, $count, $happens, @requests) = @_;
    return Bookable::Load::at_once($server->base_url, $count, $happens, @requests);
}

sub slowest { my ($slowest) = sort { $b <=> $a } map { $_->[1] } @_; return $slowest }

# All of it works, and goes on: without a restart of httpd, nor help.
sub well_again
{
    my ($client, $what) = @_;
    my $works = sub {
        return eval { $client->book($client->member, spaceID => $client->space)->code == 201 }
            && !grep { $client->get($_)->code != 200 } @HEALTH;
    };
    my $begin = time;
    # The last failures may still count: a breaker may open once more.
    ok(Bookable::Server::wait_until(10, sub { $works->() && $works->() && $works->() }),
        sprintf '%s: bookings and health work again, in %.1f s', $what, time - $begin);
    return;
}

# ---- an empty database, and eight children that find it at once ---------------------------------
my $store    = Bookable::Store->new(kind => 'pgsql', connect_timeout => 2)->start;
my $postgres = $store->postgres;
my ($server, $client) = server($store, mpm => 'prefork', children => 8, threads => 1, config => $PATIENT);
is($client->get($_)->content, 'OK', "an empty database is made ready: $_") for @HEALTH;
is(join(' ', map { $_->[0] } $store->query(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")),
    'bookable_schema booking_events booking_keys booking_log bookings closures groups policies products series space_keys spaces user_groups user_keys user_tokens users',
        'an empty database gets the tables of all services');
is(join(' ', map { $_->[0] } $store->query('SELECT component FROM bookable_schema ORDER BY 1')),
    'booking product space user', 'each service says which version its tables have');
unlike($server->log_tail(1e6), qr/\[(?:user|space|booking|product|dbd):(?:error|crit|alert|emerg)\]/,
    'no child logs an error when another one made the tables first');
stop($server);

for my $module (qw(user space booking product)) {
    $store->query('DROP OWNED BY bookable');
    my ($alone) = server($store, modules => [$module], children => 1, threads => 2, config => $PATIENT);
    is(join(' ', map { $_->[0] } $store->query('SELECT component FROM bookable_schema')), $module,
        "mod_$module alone makes its own tables");
    stop($alone);
}

# ---- a table that grows under a connection, and was never analysed ----------------------------------

{
    my $store = Bookable::Store->new(kind => 'pgsql', connect_timeout => 2);
    my ($server, $client) = server($store, children => 1, config => "DBDMin 1\nDBDKeep 1\nDBDMax 1\n$PATIENT");
    my $ann     = $client->member;
    my $booking = $client->book($ann, spaceID => $client->space);
    my $find    = sub { return $client->get('/booking/2030-05-14/' . $booking->content, as => $ann)->code };
    is(scalar(grep { $find->() != 200 } 1 .. 20), 0, 'a booking is found while the table is as good as empty');
    my $postgres = $store->postgres;
    $postgres->query("INSERT INTO bookings (id, space_id, date, user_id, occupants, start_ns, end_ns)"
        . " SELECT n, 'many', '2030-01-02', 1, 1, n * 60000000000, (n + 1) * 60000000000 FROM generate_series(1, 5000) AS n");
    my $count = sub {
        my ($what, $of) = @_;
        my ($row) = $postgres->query("SELECT COALESCE(sum($what), 0) FROM pg_stat_user_indexes"
            . " WHERE relname = 'bookings' AND $of");
        return $row->[0];
    };
    my ($ALL, $KEY) = ('TRUE', "indexrelname = 'bookings_pkey'");
    my ($all, $key) = map { $count->('idx_scan', $_) } $ALL, $KEY;
    is(scalar(grep { $find->() != 200 } 1 .. 50), 0, 'it is found again and again when the table has grown');
    ok(Bookable::Server::wait_until(60, sub { $count->('idx_scan', $ALL) >= $all + 50 }), 'by an index');
    cmp_ok($count->('idx_scan', $KEY), '>=', $key + 50, 'which is that of the key');
    stop($server);
}

# ---- values -------------------------------------------------------------------------------------
($server, $client) = server($store);
my $most = 9223372036854775807;
my @products = (
    { %product, product_id => $most, category_id => $most, weight => $most, some_other_id => $most },
    { %product, product_id => 1, category_id => 1, weight => 0, some_other_id => 1 },
    { %product, product_id => 2, sku => q{'; DROP TABLE products; --}, manufacturer => q{\\'"$1 %s \\000} },
    { %product, product_id => 3, sku => "\x{1f3e0}" x 100, manufacturer => "\x{20ac}\x{fffd}\x{10ffff}\t\n" },
    { %product, product_id => 4, sku => 'NULL', manufacturer => ' ' },
);
for my $product (@products) {
    is_answer($client->post("/products/$product->{product_id}/details", $product), 204, undef,
        "product $product->{product_id} is stored");
    is_answer($client->get("/products/$product->{product_id}"), 200, $product,
        "product $product->{product_id} reads back as it was stored");
}
is_error($client->post('/products/5/details', { %product, sku => "a\0b" }), 400, ['INVALID_INPUT'],
    'a text with a NUL is refused');
is_error($client->get('/products/5'), 404, ['NOT_FOUND'], 'the product with a NUL was not stored');
my $name = "J\x{f6}rg \x{1f3e0}";
my $jorg = $client->member(name => $name);
is_answer($client->get('/user/caller', as => $jorg), 200, qr/$jorg->{id}/,
    'a user may have a name beyond the basic plane');
my $space = $client->space(capacity => 2147483647);
my @from_to = (startTime => '2030-05-14T10:00:00.000000001Z', endTime => '2030-05-14T10:00:00.000000002Z');
my $booking = $client->book($jorg, spaceID => $space, occupants => 2147483647, @from_to);
is_answer($client->get('/booking/2030-05-14/' . $booking->content, as => $jorg), 200,
    qr/10:00:00\.000000001Z.*10:00:00\.000000002Z/, 'a booking of one nanosecond reads back');

# ---- restarted under connections that stay ------------------------------------------------------
my $ann = $client->member;
$space = $client->space;
my @kept = map { Bookable::Load::Connection->new($server->base_url, 60) } 1 .. 8;
my $hour = 0;
my $ask_all = sub {
    my %wrong;
    for my $connection (@kept) {
        my ($begin, $end) = map { sprintf '2031-01-%02dT%02d:00:00Z', 1 + $_ / 24, $_ % 24 } $hour, $hour + 1;
        $hour++;
        my %as = (authorization => bearer($ann));
        for my $answer ($connection->request(GET => "/space/$space"), $connection->request(
            POST => '/booking', %as, body => Bookable::Load::booking_body($ann, $space, $begin, $end)),
            $connection->request(GET => '/user/caller', %as), $connection->request(GET => '/products/1'),
            $connection->request(POST => '/products/1/details', body => json_text(\%product))) {
            $wrong{ $answer->text }++ if $answer->status !~ /\A20[014]\z/;
        }
    }
    return \%wrong;
};
is_deeply($ask_all->(), {}, 'before it is restarted, every request is answered');
for my $how (qw(fast immediate)) {
    $postgres->restart($how);
    is_deeply($ask_all->(), {}, "after a restart ($how) no request fails, nor needs to be sent again");
}

# ---- stopped ------------------------------------------------------------------------------------
@kept = ();    # each has a thread of httpd to itself
$postgres->stop;
my $begin = time;
all_away($client, 'stopped');
my $each = (time - $begin) / 16;
cmp_ok($each, '<', $BOUND, sprintf 'stopped: %.2f s for a request', $each);
is_deeply([ map { $_->code } map { $client->get($_) } '/user/x', '/space/a/b/c', '/nowhere' ],
    [ 400, 404, 404 ], 'stopped: what needs no database is answered');
my @stopped = at_once($server, map { [ GET => "/products/$_" ] } 1 .. 16);
is_deeply([ grep { $_->[0]->status != 503 } @stopped ], [],
    'stopped: of sixteen requests at once each gets a 503');
cmp_ok(slowest(@stopped), '<', $BOUND, 'stopped: no request waits longer than its time limits');
$postgres->start;
well_again($client, 'started');

# ---- silent -------------------------------------------------------------------------------------
# Its processes stand still: the kernel takes connections for it and every byte, and nothing comes.
$postgres->hold;
my %ann = (authorization => bearer($ann));
my $user = qq({"username":"$ann->{name}","userPassword":"x"});
my @silent = at_once($server, (map { [ GET => $_ ] } @HEALTH, "/space/$space", '/products/1', "/user/$ann->{id}"),
    [ GET => '/user/caller', %ann ], [ POST => '/user', body => $user ],
    [ POST => "/user/$ann->{id}", body => $user ],
    [ POST => '/products/1/details', body => json_text(\%product) ], map { [ GET => "/products/$_" ] } 1 .. 5);
is_deeply([ grep { $_->[0]->status != 503 || !$_->[0]->header('Retry-After') } @silent ], [],
    'silent: of sixteen requests at once, on every route, each gets a 503 with Retry-After');
cmp_ok(slowest(@silent), '<', $BOUND, sprintf 'silent: within its time-outs (%.1f s)', slowest(@silent))
    or diag join ' ', map { sprintf '%.1f', $_->[1] } @silent;
is_error($client->get('/user/x'), 400, ['INPUT_ERROR'], 'silent: a request that needs no database is answered');
$postgres->resume;
well_again($client, 'no longer silent');

# ---- locked -------------------------------------------------------------------------------------
my $lock = $postgres->session('BEGIN', 'LOCK TABLE bookings');
$begin = time;
is_error($client->book($ann, spaceID => $space), 503, \@AWAY, 'a booking is refused while its table is locked');
my $waited = time - $begin;
cmp_ok($waited, '>=', STATEMENT * 0.8, 'the refused booking waited for the lock');
cmp_ok($waited, '<', Bookable::Server::late(STATEMENT),
    'the refused booking waited no longer than BookableStatementTimeout');
is_answer($client->get("/space/$space"), 200, qr/spaceID/,
    'a space can be read while the table of bookings is locked');
$lock->end;
is($client->book($ann, spaceID => $space)->code, 201, 'a booking is made when the table is unlocked');
stop($server);

# ---- more requests than connections -------------------------------------------------------------
($server, $client) = server($store, children => 1, threads => 16,
    config => "DBDMax 2\nDBDKeep 2\n$PATIENT"
        . "BookablePoolTimeout 1s\nBookableRetryAfter 7s\n");
is_error($client->book($ann, spaceID => $space), 400, ['CONFLICT'], 'one request works with two connections');
$lock = $postgres->session('BEGIN', 'LOCK TABLE products');
my @full = at_once_until($server, 8, sub { $lock->end }, map { [ GET => "/products/$_" ] } 1 .. 10);
my @refused = sort { $a->[1] <=> $b->[1] } grep { $_->[0]->status == 503 } @full;
is(scalar @refused, 8, 'of ten requests two hold all connections and wait for the lock, and eight are refused');
is_deeply([ grep { $_->[0]->header('Retry-After') ne '7' } @refused ], [],
    'each request that found no connection gets the Retry-After of the configuration');
is_deeply([ grep { $_->[0]->status !~ /\A(?:200|400|404|503)\z/ } @full ], [],
    'the two requests with connections are answered when the lock is released');
cmp_ok($refused[0][1], '>=', POOL * 0.8, 'a refused request waited for a connection');
cmp_ok($refused[-1][1], '<', Bookable::Server::late(POOL),
    'no refused request waited longer than BookablePoolTimeout');
well_again($client, 'connections are free');
stop($server);
($server, $client) = server($store, children => 1, threads => 16, config => "DBDMax 2\nDBDKeep 2\n$PATIENT");
my @busy = at_once($server, map { [ GET => '/products/' . $_ % 4 ] } 1 .. 16);
is_deeply([ grep { $_->[0]->status !~ /\A(?:200|400)\z/ } @busy ], [], 'sixteen requests share two connections');
stop($server);

# ---- two of httpd -------------------------------------------------------------------------------
{
    # On a busy machine a connection takes longer than the seconds that the other sections let it.
    my $params  = $store->conninfo =~ s/connect_timeout=\d+/connect_timeout=60/r;
    my @servers = map { (server($store, config => "DBDParams \"$params\"\n$PATIENT"))[0] } 1, 2;
    my @many = map { Bookable::Load::Connection->new($servers[ $_ % 2 ]->base_url, 60) } 1 .. 16;
    my $load = Bookable::Load->new(base_url => $servers[0]->base_url, clients => 1, spaces => 1)->prepare;
    my ($caller, $id) = ($load->{callers}[0], $load->{space_ids}[0]);
    my %winners;
    for my $round (1 .. 40) {
        my ($from, $to) = map { $load->{first_day} + $_ * 3600 * Bookable::Load::NS } $round, $round + 1;
        my $request = $many[0]->encode(POST => '/booking', authorization => $caller->{bearer},
            body => Bookable::Load::booking_body($caller, $id, map { Bookable::Load::spell($_, 0, 4) } $from, $to));
        my ($answers) = Bookable::Load::volley(\@many, [ ($request) x @many ]);
        my %got;
        $got{ $_->status == 201 ? 'booked' : $_->error_code // $_->text }++ for @$answers;
        $winners{ join ' ', map { "$_ $got{$_}" } sort keys %got }++;
    }
    is_deeply(\%winners, { 'CONFLICT 15 booked 1' => 40 }, 'two servers on one database: never two, never none');
    stop($_) for @servers;
}

# ---- refused ------------------------------------------------------------------------------------
# The server lets three in, and the administrator.
$store = Bookable::Store->new(kind => 'pgsql', connect_timeout => 2, settings => { max_connections => 6, max_wal_senders => 0 });
($server, $client) = server($store, children => 1, threads => 16);
my @crowd = at_once($server, map { [ GET => "/products/$_" ] } 1 .. 16);
is_deeply([ grep { $_->[0]->status !~ /\A(?:404|503)\z/ } @crowd ], [],
    'more connections than the server takes: found, or told to come again');
ok(scalar(grep { $_->[0]->status == 404 } @crowd), 'requests that got a connection are answered');
cmp_ok(slowest(@crowd), '<', $BOUND, 'no request waits longer than its time limits when the server has too few connections');
well_again($client, 'fewer requests');
stop($server);

my $wrong = 'no-such-password-7a1';
($server, $client) = server($store, children => 1, config => 'DBDParams "' .
    ($store->conninfo =~ s/password=\S+/password=$wrong/r) . qq("\n));
all_away($client, 'a wrong password');
unlike($server->log_tail(1e6), qr/\Q$wrong\E/, 'the wrong password is not in the log');
stop($server);

# ---- to be read only ------------------------------------------------------------------------------
# A server that takes no writes: set so by its administrator; a standby, alone, is the same.
($server, $client) = server($store, children => 1);
for my $when ([ on => 503 ], [ off => 200 ]) {
    $store->postgres->set(default_transaction_read_only => $when->[0]);
    my %is = ('' => $when->[1], '?for=write' => $when->[1], '?for=read' => 200);
    ok(Bookable::Server::wait_until(10, sub { $client->get('/products/health')->code == $when->[1] }),
        "default_transaction_read_only = $when->[0]: health is $when->[1]");
    is($client->get("/products/health$_")->code, $is{$_}, "default_transaction_read_only = $when->[0]: health$_")
        for sort keys %is;
    is($client->post('/products/1/details', { sku => 'a', manufacturer => 'b', category_id => 1, weight => 1,
        some_other_id => 1 })->code, $when->[0] eq 'on' ? 503 : 204,
            "default_transaction_read_only = $when->[0]: a write is answered accordingly");
}
like($server->log_tail(1e6), qr/BK0103: .*read-only transaction/, 'the log says that the database takes no writes');
unlike($server->log_tail(1e6), qr/server closed the connection/, 'the log does not say that the server closed a connection, which it did not');
stop($server);

# ---- tables of the future -----------------------------------------------------------------------
$store->query('UPDATE bookable_schema SET version = 999');
($server, $client) = server($store);
is_error($client->get('/user/health'), 503, \@AWAY, 'tables of a later version are not touched');
stop($server);

# ---- of another encoding ------------------------------------------------------------------------
$store->postgres->query("CREATE DATABASE latin OWNER bookable ENCODING 'LATIN1' TEMPLATE template0");
($server, $client) = server($store, children => 1, config => 'DBDParams "' .
    ($store->conninfo =~ s/dbname=\S+/dbname=latin/r) . qq("\n));
all_away($client, 'a database that cannot hold every text');
like($server->log_tail(1e6), qr/BK0111: .*encoding is LATIN1, and must be UTF8/,
    'the log names the wrong encoding');
stop($server);

# ---- configured ---------------------------------------------------------------------------------
my ($exit, $output) = Bookable::Server->configtest(config =>
    "DBDriver pgsql\nDBDParams \"host=127.0.0.1 password=$wrong\"\nProductPath /products\n");
isnt($exit, 0, 'configtest refuses DBDParams without connect_timeout');
like($output, qr/connect_timeout/, 'the message about a connection without a time limit names connect_timeout');
unlike($output, qr/\Q$wrong\E/, 'the message about a connection without a time limit has no password');
unlike($logs, qr/\Q@{[ $store->postgres->password ]}\E|password=/, 'no log has a password');
unlike($logs, qr/exit signal/, 'no child of httpd died');

done_testing();

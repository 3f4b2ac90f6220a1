# A standby: reads that need not be the latest go there, and to the primary where the client asks for
# that, where the standby has nothing, and where there is no standby. When the primary is gone and the
# standby promoted, httpd finds it.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Time::HiRes qw(time);

use Bookable::Client;
use Bookable::Server;
use Bookable::Store;

my @HEALTH = @Bookable::Client::HEALTH;
my @AWAY   = @Bookable::Client::AWAY;
my @EVENTUAL = (headers => [ 'X-Consistency' => 'eventual' ]);
my @STRONG = (headers => [ 'X-Consistency' => 'strong' ]);
my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);

# What one request may cost, with a standby that says nothing and then a primary that answers.
use constant { POOL => 1, STATEMENT => 2, CONNECT => 2 };
my $BOUND = Bookable::Server::late(POOL + STATEMENT + CONNECT);
my $TIMES = <<'END';
BookablePoolTimeout 1s
BookableStatementTimeout 2s
BookableDatabaseBreaker minimum-calls=3 open-time=1s probe-timeout=2s
END

sub server
{
    my ($store, $config) = @_;
    my $server = Bookable::Server->new(store => $store, children => 2, threads => 8,
        config => $TIMES . ($config // ''))->start;
    return ($server, Bookable::Client->new(patient => 1, base => $server->base_url));
}

sub put
{
    my ($client, $id, $weight) = @_;
    my $response = $client->post("/products/$id/details", { %product, weight => $weight });
    return $response->code == 204 || die "product $id: " . $response->as_string;
}

# A product's weight, as a client reads it.
sub weight
{
    my ($client, $id, @more) = @_;
    my $response = $client->get("/products/$id", @more);
    return $response->content =~ /"weight": ?(\d+)/ ? $1 : $response->code;
}

# What a client sees while the standby receives, and shows nothing of it.
sub behind
{
    my ($store, $test) = @_;
    $store->postgres->wait_for_replay($store->standby);
    $store->standby->pause_replay;
    $test->();
    $store->standby->resume_replay;
    $store->postgres->wait_for_replay($store->standby);
    return;
}

# ---- a standby that lags ------------------------------------------------------------------------
my $store = Bookable::Store->new(kind => 'standby', connect_timeout => 2, asynchronous => 1)->start;
my ($server, $client) = server($store, $Bookable::Server::PATIENT);
my $ann   = $client->member;
my $space = $client->space;
my $path  = '/booking/2030-05-14/' . $client->book($ann, spaceID => $space)->content;
put($client, 1, 10);

behind($store, sub {
    put($client, 1, 20);
    is(weight($client, 1), 10, 'a read goes to the standby, which lags');
    is(weight($client, 1, @STRONG), 20, 'a read with X-Consistency: strong goes to the primary');
    is(weight($client, 1, headers => [ 'X-Consistency' => 'STRONG' ]), 20,
        'the case of X-Consistency: STRONG does not matter');
    put($client, 2, 30);
    is(weight($client, 2), 30, 'a product that the standby does not have yet is read from the primary');
    is_error($client->get('/products/3'), 404, ['NOT_FOUND'],
        'a product that neither server has is answered 404');

    my $bob = $client->member;
    is_answer($client->get("/user/$bob->{id}"), 200, qr/$bob->{id}/,
        'a new user is found though the standby lags');
    is_answer($client->get('/user/caller', as => $bob), 200, qr/"$bob->{id}"/,
        'a new token is valid though the standby lags');
    my $hall = $client->space;
    is_answer($client->get("/space/$hall"), 200, qr/"\Q$hall\E"/,
        'a new space is found though the standby lags');
    my $new = $client->book($bob, spaceID => $hall);
    is_answer($new, 201, qr/^\d+$/, 'a new user books a new space though the standby lags');
    is_answer($client->get('/booking/2030-05-14/' . $new->content, as => $bob), 200, qr/"\Q$hall\E"/,
        'a new booking is found though the standby lags');
    is_error($client->book($ann, spaceID => $hall), 400, ['CONFLICT'],
        'a conflict is detected though the standby lags');

    is_answer($client->delete($path, as => $ann), 200, 'Deleted',
        'a booking is deleted while the standby lags');
    is_answer($client->get($path, as => $ann), 200, qr/"\Q$space\E"/,
        'a deleted booking is still read from the lagging standby');
    is_error($client->get($path, as => $ann, @STRONG), 404, ['NOT_FOUND'],
        'a deleted booking is not found with X-Consistency: strong');
    is_error($client->delete($path, as => $ann), 404, ['NOT_FOUND'],
        'deleting a deleted booking again is answered 404 by the primary');
    is($client->book($ann, spaceID => $space)->code, 201,
        'the time of a deleted booking can be booked while the standby lags');
});
is(weight($client, 1), 20, 'the new weight is read when the standby has caught up');
is_error($client->get($path, as => $ann), 404, ['NOT_FOUND'],
    'the deleted booking is not found when the standby has caught up');

# ---- strong, by directive -----------------------------------------------------------------------
{
    my ($strong, $reader) = server($store, "ProductConsistency strong\n");
    behind($store, sub {
        put($client, 1, 40);
        is(weight($reader, 1), 40, 'a service with ProductConsistency strong reads from the primary');
        is(weight($client, 1), 20, 'a service with ProductConsistency eventual reads from the standby');
    });
    $strong->stop;
}

# ---- no standby ---------------------------------------------------------------------------------
$server->stop;
($server, $client) = server($store);
my $read_all = sub {
    my ($what) = @_;
    my $begin = time;
    is(weight($client, 1), 40, "$what: the primary is read");
    cmp_ok(time - $begin, '<', $BOUND, sprintf '%s: in %.2f s', $what, time - $begin);
    is($client->get($_)->content, 'OK', "$what: $_") for @HEALTH;
    is_answer($client->get("/space/$space"), 200, qr/"\Q$space\E"/, "$what: a space can be read");
    ok(Bookable::Server::wait_until(30, sub {
        return $client->book($client->member, spaceID => $client->space)->code == 201;
    }), "$what: a booking is made");
    weight($client, 1) for 1 .. 10;
    # Now and then one of them finds out whether it is back: so the middle one of many counts.
    my @times;
    for (1 .. 21) {
        $begin = time;
        is(weight($client, 1), 40, "$what: the primary is read instead");
        push @times, time - $begin;
    }
    cmp_ok((sort { $a <=> $b } @times)[10], '<', STATEMENT / 2,
        "$what: requests do not wait for the standby once its breaker is open");
    return;
};
$store->standby->stop;
$read_all->('the standby is stopped');
$store->standby->start;
behind($store, sub {
    put($client, 1, 40) for 1 .. 2;
    put($client, 1, 50);
    ok(Bookable::Server::wait_until(10, sub { weight($client, 1) == 40 }),
        'the standby is back: it is read again');
    put($client, 1, 40);
});
$store->standby->hold;
$read_all->('the standby is silent');
$store->standby->resume;
$server->stop;

# ---- synchronous --------------------------------------------------------------------------------
$store = Bookable::Store->new(kind => 'standby', connect_timeout => 2)->start;
($server, $client) = server($store);
my $stale = 0;
for my $round (1 .. 200) {
    put($client, 1, $round);
    $stale++ if weight($client, 1) != $round;
}
is($stale, 0, 'remote_apply: 200 times, what was written is read from the standby at once');
# A connection says within seconds what it has read.
ok(Bookable::Server::wait_until(20, sub {
    my ($reads) = $store->standby->query("SELECT seq_scan + idx_scan FROM pg_stat_user_tables WHERE relname = 'products'");
    return $reads->[0] >= 200;
}), 'remote_apply: the products were read from the standby');

# ---- the primary is gone ------------------------------------------------------------------------
$ann   = $client->member;
$space = $client->space;
$path  = '/booking/2030-05-14/' . $client->book($ann, spaceID => $space)->content;
my $admin = $client->admin;
my ($strict_server, $strict) = server($store, "UserStandbyCallers Off\n");
for my $what (qw(read write)) {
    is($client->get("$_?for=$what")->content, 'OK', "$_ for $what") for @HEALTH;
}
is($client->get("$HEALTH[0]?x=1&$_")->content, 'OK', "health with other words: $_") for 'for=write', 'y', 'forread=1';
is_error($client->get("$HEALTH[0]?for=$_"), 400, ['BAD_REQUEST'], "health for '$_' is none") for 'reads', '', 'READ';
$store->postgres->kill9;
is($client->post('/products/1/details', \%product)->code, 503, 'no primary: nothing can be written');
is(weight($client, 1), 200, 'no primary: the standby can be read');
# Several times, for breakers open meanwhile.
for my $round (1, 2) {
    is($client->get("$_?for=read")->content, 'OK', "no primary, $round: $_ says that reads are answered") for @HEALTH;
    is_error($client->get("$_?for=write"), 503, ['UNAVAILABLE'], "no primary, $round: $_ says that writes are not") for @HEALTH;
    is_error($client->get($_), 503, ['UNAVAILABLE'], "no primary, $round: $_ says that it cannot do all") for @HEALTH;
    is_answer($client->get("/space/$space"), 200, qr/"\Q$space\E"/, "no primary, $round: a space is read");
    is_answer($client->get($path, as => $ann), 200, qr/"\Q$space\E"/,
        "no primary, $round: a booking is read by token");
    is_answer($client->get($path, as => basic(@$ann{qw(id password)})), 200, qr/"\Q$space\E"/,
        "no primary, $round: a booking is read by password");
    is_answer($client->get($path, as => basic(@$ann{qw(name id)})), 200, qr/"\Q$space\E"/,
        "no primary, $round: a booking is read by session id");
    is_error($client->get($path, as => 'Bearer bk_x'), 400, ['SESSION EXPIRED'],
        "no primary, $round: a token that the standby does not know is refused");
    is_error($client->get($path, as => $ann, @STRONG), 400, ['DEPENDENCY_UNAVAILABLE'],
        "no primary, $round: a read with X-Consistency: strong is refused");
    for my $word (undef, 'eventual') {
        my @headers = $word ? (headers => [ 'X-Consistency' => $word ]) : ();
        is_error($client->post('/booking', $client->booking($ann, spaceID => $space), as => $ann, @headers), 400,
            ['DEPENDENCY_UNAVAILABLE'], "no primary, $round: a user cannot book");
        is_error($client->post('/space', { buildingCode => 'x', roomCode => 1 }, as => $admin, @headers), 400,
            ['DEPENDENCY_UNAVAILABLE'], "no primary, $round: an administrator cannot make a space");
        is_error($client->delete("/user/$ann->{id}/session", as => $ann, @headers), 503, \@AWAY,
            "no primary, $round: a user cannot log out");
    }
    is_answer($client->get('/user/caller', as => $admin, @EVENTUAL), 200, qr/"member"/,
        "no primary, $round: an administrator who is known from the standby counts as a member");
    is_error($client->get('/user/caller', as => $admin), 503, \@AWAY,
        "no primary, $round: the caller is not read from the standby without X-Consistency: eventual");
}
is_error($strict->get($path, as => $ann), 400, ['DEPENDENCY_UNAVAILABLE'],
    'no primary: UserStandbyCallers Off lets nobody in by what a standby says');
$store->standby->promote;
my $begin = time;
ok(Bookable::Server::wait_until(15, sub { $client->post('/products/1/details', \%product)->code == 204 }),
    'promoted: httpd writes to the new primary');
diag(sprintf 'written again %.1f s after the promotion', time - $begin);
# Each service has a breaker of its own in front of the database, which may be open for a moment more.
ok(Bookable::Server::wait_until(15, sub { $client->get($_)->content eq 'OK' }),
    "promoted: $_ is OK") for @HEALTH;
is(weight($client, 1), 1, 'promoted: the new value is read');
is_answer($client->get($path, as => $ann), 200, qr/"\Q$space\E"/, 'promoted: what was booked is there');
is_error($client->book($ann, spaceID => $space), 400, ['CONFLICT'], 'promoted: what was booked is taken');
is($client->book($client->member, spaceID => $client->space)->code, 201, 'promoted: bookings go on');
$_->stop for $server, $strict_server;

# ---- configured ---------------------------------------------------------------------------------
for my $case (
    [ "BookableStandby nowhere.pool\n", qr/nowhere\.pool/, 'a standby that no virtual host names' ],
    [ "ProductConsistency sometimes\n", qr/strong.*eventual|eventual.*strong/, 'neither strong nor eventual' ],
) {
    my ($config, $says, $what) = @$case;
    my ($exit, $output) = Bookable::Server->configtest(config => "ProductPath /products\n$config");
    isnt($exit, 0, "$what: refused");
    like($output, $says, "$what: the message says what would be right");
}

my ($exit, $output) = Bookable::Server->configtest(stock => ['socache_shmcb'], config => <<'END');
ProductPath /products
BookableCache shmcb
BookableStandby standby.pool
<VirtualHost 127.0.0.1:1>
    ServerName standby.pool
    DBDParams "/nowhere/standby.db"
</VirtualHost>
END
is($exit, 0, 'a standby and a cache go together') or diag($output);

done_testing();

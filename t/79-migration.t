# A database of version 0.1.0 is migrated at the first start: nothing is lost, old passwords and tokens open
# what they did, and each user whose name is nobody else's, whatever its case, has it for a login. On SQLite and
# PostgreSQL.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Digest::SHA qw(sha256_hex);
use Encode qw(encode_utf8);
use JSON::PP ();

use Bookable::Client;
use Bookable::Earlier;
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my $hash  = crypt 'open-sesame', '$2y$04$abcdefghijklmnopqrstuu';
my $token = 'bk_' . 'x' x 43;
my $until = (time + 3600) * 1_000_000;

# Id, name, state, and the login after the migration.
my @users = (
    [ 1,  'Root',            0, 'Root' ],
    [ 2,  'Bob',             0, undef ],
    [ 3,  'bob',             0, undef ],
    [ 4,  'Eve',             0, undef ],
    [ 5,  'Eve',             0, undef ],
    [ 6,  "Zo\x{eb}",        0, "Zo\x{eb}" ],
    [ 7,  'zoe',             0, 'zoe' ],
    [ 8,  'Dora',            1, 'Dora' ],
    [ 9,  'carl',            1, undef ],
    [ 10, 'CARL',            0, undef ],
    [ 11, "J\x{f6}rg",       0, undef ],
    [ 12, "Jo\x{308}RG",     0, undef ],
    [ 13, '',                2, undef ],
    [ 14, '',                2, undef ],
    [ 15, 'Ann Other Smith', 0, 'Ann Other Smith' ],
);

for my $kind ($ENV{BOOKABLE_STORE} ? $ENV{BOOKABLE_STORE} : qw(sqlite pgsql)) {
    my $server = Bookable::Server->new(store => $kind, cache => 'none', api => '/v1', children => 2, threads => 4,
        config => "BookingMaxFuture 2\n");
    my $bytes  = $kind eq 'sqlite' ? "x'" . sha256_hex($token) . "'" : "'\\x" . sha256_hex($token) . "'";
    Bookable::Earlier::make($server->store,
        map({ Bookable::Earlier::user(id => $_->[0], name => encode_utf8($_->[1]), hash => $_->[2] == 2 ? '' : $hash, state => $_->[2],
            is_admin => ($_->[0] == 1 ? 1 : 0), email => $_->[0] == 15 ? 'ann@example.org' : undef) } @users),
        "INSERT INTO user_tokens VALUES ($bytes, 1, $until)",
        "UPDATE users SET session_end = $until WHERE id = 1",
        "INSERT INTO spaces VALUES ('Hall-1', 1, 'Hall', 8, NULL, NULL)",
        "INSERT INTO products VALUES (5, 'a', 'b', 1, 2, 3)",
        "INSERT INTO bookings VALUES (77, 'Hall-1', 15, '2030-05-14', 1, 1904976000000000000, 1904979600000000000)",
        "INSERT INTO bookings VALUES (78, 'Hall-1', 15, '2030-06-01', 1, 1906531200000000000, 1906704000000000000)");
    $server->start;
    my $client = Bookable::Client->new(base => $server->base_url);
    my $admin  = { token => $token };

    is($client->get("/$_/health")->code, 200, "$kind: after the migration $_ is well") for qw(user space booking products);
    is_answer($client->get('/user/caller', as => $admin), 200, qr/"userID":"1"/, "$kind: a token of before is valid");
    is_answer($client->get('/booking/2030-05-14/77', as => $admin), 200, qr/"userID":"15"/, "$kind: a booking of before is there");
    is($client->get('/space/Hall-1')->code, 200, "$kind: a space of before is there");
    is($client->get('/products/5')->code,   200, "$kind: a product of before is there");
    is($client->log_in({ id => $_->[0], name => encode_utf8($_->[1]), password => 'open-sesame' })->code, 200,
        "$kind: the password of user $_->[0] is the same") for $users[1], $users[3];

    my $range = '/v1/bookings?from=2030-05-01T00:00:00Z&to=2030-06-01T00:00:00Z';
    my $old   = JSON::PP::decode_json($client->get($range, as => $admin)->content)->{items}[0];
    is_deeply([ @{$old}{qw(id createdAt changedAt)} ], [ 77, undef, undef ], "$kind: nobody knows when a booking of before was made");
    my ($names, $cells) = map { [ split /,/, $_, -1 ] } split /\r\n/, $client->get("$range&format=csv", as => $admin)->content;
    my %csv;
    @csv{@$names} = @$cells;
    is_deeply([ @csv{qw(id createdAt changedAt)} ], [ 77, '', '' ], "$kind: CSV does not say that it was in 1970");
    unlike($client->get("$range&format=ics", as => $admin)->content, qr/LAST-MODIFIED/, "$kind: nor does a calendar");

    my $book = sub {
        my ($id, $day) = @_;
        my $in = $client->log_in({ id => $id, name => $users[ $id - 1 ][1], password => 'open-sesame' });
        return $client->post('/v1/bookings', { space => 'Hall-1', start => "${day}T10:00:00Z", end => "${day}T11:00:00Z" },
            as => { token => $in->header('X-Session-Token') });
    };
    is_problem($book->(15, '2030-07-01'), 422, 'quota-used', "$kind: bookings of before, a long one too, use up a quota");
    is($book->(4, '2030-07-01')->code, 201, "$kind: who had none before books");
    my $long = $kind eq 'sqlite' ? "SELECT sql FROM sqlite_master WHERE name = 'bookings_long'"
        : "SELECT indexdef FROM pg_indexes WHERE indexname = 'bookings_long'";
    like(($server->query($long))[0][0], qr/end_ns, user_id.*kind = 0/, "$kind: closures are not in the index of long bookings");

    my %row = map { $_->[0] => $_ } $server->query('SELECT id, name, login, sort_key, search, version FROM users');
    is(scalar(keys %row), scalar(@users), "$kind: there are as many users as before");
    for (@users) {
        my ($id, $name, $state, $login) = @$_;
        is($row{$id}[1], encode_utf8($name), "$kind: user $id has the name of before");
        is($row{$id}[2], encode_utf8($login // ''), "$kind: the login of user $id");
        is($row{$id}[3] ne '' ? 1 : 0, $state == 2 ? 0 : 1, "$kind: user $id can be found, unless deleted");
        is($row{$id}[5], 1, "$kind: user $id has version 1");
    }
    my $list = JSON::PP::decode_json($client->get('/v1/users?limit=200', as => $admin)->content);
    is_deeply([ sort { $a <=> $b } map { $_->{id} } @{ $list->{items} } ], [ map { $_->[0] } grep { $_->[2] != 2 } @users ],
        "$kind: all who were not deleted are listed");
    $list = JSON::PP::decode_json($client->get('/v1/users?q=smi+ann+example', as => $admin)->content);
    is_deeply([ map { $_->{id} } @{ $list->{items} } ], [15], "$kind: a user of before is found by name and address");
    is($client->post('/v1/users', { login => 'eve' }, as => $admin)->code, 201, "$kind: a login that nobody could have is free");
    is_problem($client->post('/v1/users', { login => 'ZOE' }, as => $admin), 409, 'login-taken', "$kind: a login that somebody has is taken");
    ok($server->stop, "$kind: httpd stops");
    $server->start;
    is_answer($client->get('/user/caller', as => $admin), 200, qr/"userID":"1"/, "$kind: it starts again on the migrated tables");
    $server->stop;
}

done_testing();

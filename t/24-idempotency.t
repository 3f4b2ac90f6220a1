# Idempotency-Key: a request that creates something is carried out once, however often it is sent, and is
# answered the same. t/unit/test_db_keys.c has the ends of keys.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use IO::Handle ();
use IO::Select ();
use JSON::PP ();

use Bookable::Client;
use Bookable::Process qw(free_port wait_until);
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my $required = free_port();
my $server = Bookable::Server->new(api => '/v1', modules => [qw(user space booking)], config => <<"END")->start;
<Location /metrics>
    SetHandler bookable-metrics
</Location>
Listen 127.0.0.1:$required
<VirtualHost 127.0.0.1:$required>
    BookableIdempotency required
</VirtualHost>
END
my $client = Bookable::Client->new(base => $server->base_url);
my $admin  = $client->admin;

sub key { my ($key) = @_; return (headers => [ 'Idempotency-Key' => $key ]) }
sub made { my ($id, @more) = @_; return $client->post('/v1/spaces', { id => $id, name => "Room $id" }, as => $admin, @more) }

sub replays { return $client->get('/metrics')->content =~ /^bookable_replays_total\{service="space"\} (\d+)$/m ? $1 : undef }

sub is_replayed
{
    my ($again, $first, $name) = @_;
    is($again->code, 201, "$name: answered as the first time");
    is($again->header('Idempotency-Replayed'), 'true', "$name: said to be a repetition");
    is($again->content, $first->content, "$name: the same body");
    is($again->header($_), $first->header($_), "$name: the same $_") for qw(Location ETag Content-Type Cache-Control);
    return;
}

# ---- spaces --------------------------------------------------------------------------------------

my $first = made('i-1', key('k-1'));
is($first->code, 201, 'a space is made under a key') or diag($first->as_string);
is($first->header('Idempotency-Replayed'), undef, 'the first request is no repetition');
is(replays(), 0, 'what is no repetition is not counted as one');
is_replayed(made('i-1', key('k-1')), $first, 'a repetition');
is_replayed(made('i-1', key('"k-1"')), $first, 'a repetition with its key in quotes');
is_replayed($client->post('/v1/spaces', '{ "name":"Room i-1", "id":"i-1" }', as => $admin, type => 'application/json', key('k-1')),
    $first, 'a repetition in another spelling');
is(replays(), 3, 'each repetition is counted');
is_problem(made('i-2', key('k-1')), 422, 'idempotency-key-reused', 'the key with another body');
is($client->get('/v1/spaces/i-2', as => $admin)->code, 404, 'the key with another body made nothing');
is_problem(made('i-1', key('k-2')), 409, 'space-exists', 'another key for what exists');
is_problem(made('i-1'), 409, 'space-exists', 'no key for what exists');

# A refusal is not kept.
is_problem(made('i-1', key('k-3')), 409, 'space-exists', 'a request that is refused');
is(made('i-3', key('k-3'))->code, 201, 'a key whose request was refused is free');

# Of whom, and of what.
is_problem(made('i-4', key('a b')), 400, 'bad-header', 'a key that is none');
is_problem(made('i-4', key('x' x 129)), 400, 'bad-header', 'a key that is too long');
is(made('i-4', key('x' x 128))->code, 201, 'the longest key');
my $other = $client->member;
is($client->put("/user/$other->{id}/role", { role => 'admin' }, as => $admin)->code, 200, 'there is a second administrator');
is_problem($client->post('/v1/spaces', { id => 'i-1', name => 'Room i-1' }, as => $other, key('k-1')), 409, 'space-exists',
    'the key of somebody else');
is_problem($client->post('/v1/spaces', { id => 'i-1', name => 'Room i-1' }, as => $client->member, key('k-1')), 403, 'forbidden',
    'the key, and who may not make spaces');

# ---- people --------------------------------------------------------------------------------------

my $login  = unique('idem');
my $person = { login => $login, displayName => 'Ida' };
my $added  = $client->post('/v1/users', $person, as => $admin, key('k-1'));
is($added->code, 201, 'a person is added under a key that made a space') or diag($added->as_string);
is_replayed($client->post('/v1/users', $person, as => $admin, key('k-1')), $added, 'a person, again');
is_problem($client->post('/v1/users', $person, as => $admin, key('k-5')), 409, 'login-taken', 'a person with another key');
my @people = $server->store->query("SELECT count(*) FROM users WHERE login = '$login'");
is($people[0][0], 1, 'one person was added');
my @kept = $server->store->query('SELECT count(*) FROM user_keys');
is($kept[0][0], 1, 'a refusal keeps no key');

# ---- the base API --------------------------------------------------------------------------------

# The id alone, and where it is; errors are of the base API's shape.
sub is_replayed_base
{
    my ($again, $first, $name) = @_;
    is($again->code, 201, "$name: answered as the first time") or diag($again->as_string);
    is($again->header('Idempotency-Replayed'), 'true', "$name: said to be a repetition");
    is($again->content, $first->content, "$name: the same body");
    is($again->header($_), $first->header($_), "$name: the same $_") for qw(Location Content-Type Cache-Control);
    return;
}

sub is_refused_base
{
    my ($response, $status, $code, $name) = @_;
    my $body = eval { JSON::PP::decode_json($response->content) } // {};
    is($response->code, $status, "$name: status") or diag($response->as_string);
    is($body->{ErrCode}, $code, "$name: ErrCode");
    return;
}

my $ann   = $client->member;
my $space = $client->space(capacity => 4);
my $wish  = $client->booking($ann, spaceID => $space);
sub booked { my ($body, @more) = @_; return $client->post('/booking', $body, as => $ann, @more) }

my $booked = booked($wish, key('b-1'));
is($booked->code, 201, 'a booking is made under a key') or diag($booked->as_string);
is($booked->header('Idempotency-Replayed'), undef, 'the first request for a booking is no repetition');
is_replayed_base(booked($wish, key('b-1')), $booked, 'a booking, again');
is_refused_base(booked({ %$wish, occupants => 2 }, key('b-1')), 422, 'idempotency-key-reused', 'the key of a booking with another body');
is_refused_base(booked($wish, key('b-2')), 400, 'CONFLICT', 'another key for the same time');
is_refused_base(booked($wish), 400, 'CONFLICT', 'no key for the same time');
is_refused_base(booked($wish, key('a b')), 400, 'bad-header', 'a key that is none, for a booking');
my %later = (startTime => '2030-05-14T12:00:00Z', endTime => '2030-05-14T13:00:00Z');
is(booked({ %$wish, %later }, key('b-2'))->code, 201, 'the key of a booking that was refused is free');

# What is checked of a booking may come out otherwise by then.
is($client->post("/v1/spaces/$space/archive", { bookings => 'keep' }, as => $admin)->code, 200, 'the space is archived');
is_replayed_base(booked($wish, key('b-1')), $booked, 'a booking, again, of a space that is archived by now');
is_refused_base(booked($wish, key('b-3')), 400, 'INVALID SPACE', 'a new key, of that space');

my $free   = $client->space(capacity => 4);
my @raced = $client->at_once(map {
    [ POST => '/booking', $client->booking($ann, spaceID => $free), as => $ann, headers => [ 'Idempotency-Key' => 'b-race' ] ]
} 1 .. 10);
is(join(' ', map { $_->code } @raced), join(' ', (201) x 10), 'ten bookings at once under one key are all answered 201');
my %ids = map { $_->content => 1 } @raced;
is(scalar keys %ids, 1, 'ten bookings at once under one key get the same id');
my @made = $server->store->query("SELECT count(*) FROM bookings WHERE space_id = '$free'");
is($made[0][0], 1, 'ten bookings at once under one key are one booking');

my $new = { username => unique('new'), userPassword => 'open-sesame-7' };
my $signed_up = $client->post('/user', $new, key('u-1'));
is($signed_up->code, 201, 'somebody signs up under a key') or diag($signed_up->as_string);
is_replayed_base($client->post('/user', $new, key('u-1')), $signed_up, 'a sign-up, again');
is_refused_base($client->post('/user', { %$new, username => unique('new') }, key('u-1')), 422, 'idempotency-key-reused',
    'the key of a sign-up with another body');
my @accounts = $server->store->query("SELECT count(*) FROM users WHERE name = '$new->{username}'");
is($accounts[0][0], 1, 'one account was made');
isnt($client->post('/user', $new)->header('Idempotency-Replayed'), 'true', 'a sign-up without a key is none that was answered before');

# ---- tokens --------------------------------------------------------------------------------------

# The secret is shown once: it can be given again only by who kept it.
my $token  = { label => 'script', scopes => ['read'] };
my $issued = $client->post('/v1/tokens', $token, as => $admin, key('k-1'));
is($issued->code, 201, 'a token is made under a key') or diag($issued->as_string);
my ($secret) = $issued->content =~ /"token":"([^"]+)"/;
my $twice = $client->post('/v1/tokens', $token, as => $admin, key('k-1'));
is_problem($twice, 422, 'idempotency-key-reused', 'a token, again');
is($twice->header('Location'), $issued->header('Location'), 'a token, again: Location names the one that was made');
unlike($twice->content, qr/\Q$secret/, 'a token, again: the secret is not shown');
is_problem($client->post('/v1/tokens', { %$token, label => 'other' }, as => $admin, key('k-1')), 422, 'idempotency-key-reused',
    'a token with another body');
is(scalar(() = $client->get('/v1/tokens', as => $admin)->content =~ /"label":"script"/g), 1, 'one token was made');
is($client->get('/v1/me', as => { token => $secret })->code, 200, 'the token is good');
my @rows = $server->store->query('SELECT body FROM user_keys WHERE location LIKE \'%/tokens/%\'');
is_deeply([ map { $_->[0] // '' } @rows ], [''], 'no answer with a secret is kept');
my @tokens = $client->at_once(map {
    [ POST => '/v1/tokens', { label => 'race', scopes => ['read'] }, as => $admin, headers => [ 'Idempotency-Key' => 'race' ] ]
} 1 .. 8);
is(join(' ', sort map { $_->code } @tokens), join(' ', 201, (422) x 7), 'of eight at once one makes a token');

# ---- many at once --------------------------------------------------------------------------------

my @answers = $client->at_once(map {
    [ POST => '/v1/spaces', { id => 'i-race', name => 'Race' }, as => $admin, headers => [ 'Idempotency-Key' => 'race' ] ]
} 1 .. 12);
is(join(' ', map { $_->code } @answers), join(' ', (201) x 12), 'twelve at once are all answered 201');
my %bodies = map { $_->content => 1 } @answers;
is(scalar keys %bodies, 1, 'twelve at once get the same body');
is(scalar(grep { !$_->header('Idempotency-Replayed') } @answers), 1, 'of twelve at once one made the space');

# ---- somebody else is writing --------------------------------------------------------------------

# A transaction of another program that has what the first request with the key would have.
my $slow = Bookable::Server->new(api => '/v1', modules => [qw(user space)], children => 1, threads => 4,
    config => "BookableBusyTimeout 300ms\nBookableStatementTimeout 300ms\nBookableRetryAfter 3s\n")->start;
my $waiting = Bookable::Client->new(patient => 1, base => $slow->base_url);
sub ask { return $waiting->post('/v1/spaces', { id => 'i-wait', name => 'Wait' }, as => $waiting->admin, key('wait')) }
$waiting->admin;
my ($session, $sqlite, $there);
if ($slow->store->can('postgres')) {
    $session = $slow->store->postgres->session('BEGIN', 'LOCK TABLE space_keys IN ACCESS EXCLUSIVE MODE');
}
else {
    $there = $slow->dir . '/there';
    open $sqlite, '|-', 'sqlite3', $slow->db or die "sqlite3: $!\n";
    $sqlite->autoflush;
    print {$sqlite} ".output /dev/null\nBEGIN IMMEDIATE;\n.shell echo > '$there'\n";
    wait_until(30, sub { -e $there }) or die "sqlite3 does not begin\n";
}
my $late = ask();
is_problem($late, 409, 'idempotency-in-progress', 'a request with a key that waited for another in vain');
is($late->header('Retry-After'), 3, 'a request with a key that waited in vain is told when to ask again');
$session->end if $session;
close $sqlite if $sqlite;
is(ask()->code, 201, 'what waited in vain is made when it is asked again');
is(ask()->header('Idempotency-Replayed'), 'true', 'and it is made once');
$slow->finish;

# ---- where a key is required ---------------------------------------------------------------------

my $strict = Bookable::Client->new(base => "http://127.0.0.1:$required");
is_problem($strict->post('/v1/spaces', { id => 'i-6', name => 'Room' }, as => $admin), 400, 'idempotency-key-missing',
    'where a key is required, a request without one');
is($strict->post('/v1/spaces', { id => 'i-6', name => 'Room' }, as => $admin, key('k-6'))->code, 201,
    'where a key is required, a request with one');
is($strict->get('/v1/spaces/i-6', as => $admin)->code, 200, 'where a key is required, what creates nothing needs none');

my $by = $strict->member;
is($strict->post('/booking', $strict->booking($by, spaceID => $free, startTime => '2030-05-14T15:00:00Z',
    endTime => '2030-05-14T16:00:00Z'), as => $by)->code, 201, 'where a key is required, the base API requires none');

$server->finish;

done_testing();

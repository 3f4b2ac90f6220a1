# One's own account and one's tokens in API v1: what a token may do, on every service and by the base's
# routes too; what is changed, exported and deleted.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP ();

use Bookable::Client;
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my $server = Bookable::Server->new(api => '/v1', config => "UserSessionIdle 3600\n")->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $ann    = $client->member(name => unique('Ann'));
my $bob    = $client->member(name => unique('Bob'));

sub body_of
{
    my ($answer, $status, $name) = @_;
    is_answer($answer, $status, qr/^\{/, $name);
    return eval { JSON::PP->new->utf8->decode($answer->content) } // {};
}

sub with { my ($token, @more) = @_; return (headers => [ Authorization => "Bearer $token", @more ]) }

sub log_in
{
    my ($user) = @_;
    return body_of($client->post('/v1/session', { name => $user->{name}, password => $user->{password} }), 200,
        "$user->{name} logs in")->{token};
}

my $session = log_in($ann);

# ---- one's account -------------------------------------------------------------------------------

my $answer = $client->get('/v1/me', with($session));
my $me = body_of($answer, 200, 'one\'s account');
my $tag = $answer->header('ETag');
is($tag, qq("$me->{version}"), 'an account has its version as ETag');
is($me->{login}, $ann->{name}, 'an account has a login');
is_deeply($me->{mail}, { confirmations => JSON::PP::true, reminders => JSON::PP::true }, 'who has chosen nothing gets all mail');
is($client->get('/v1/me', with($session, 'If-None-Match' => $tag))->code, 304, 'an account that has not changed');

sub change { my ($patch, @more) = @_; return $client->call(PATCH => '/v1/me', $patch, with($session, @more)) }

is_problem(change({ displayName => 'Ann' }), 428, 'version-required', 'a change without a version');
my %patch = (displayName => "Ann \x{c4}.", email => 'ann@example.org', language => 'pt-BR', timeZone => 'Europe/Helsinki',
    mail => { reminders => JSON::PP::false }, favourites => [ 'lib-101', 'lib-102' ]);
$answer = change(\%patch, 'If-Match' => $tag);
my $changed = body_of($answer, 200, 'a change');
is_deeply($changed->{mail}, { confirmations => JSON::PP::true, reminders => JSON::PP::false }, 'what a patch does not name stays');
is_deeply([ @$changed{qw(displayName email language timeZone favourites)} ], [ @patch{qw(displayName email language timeZone favourites)} ],
    'all members are changed');
is($changed->{version}, $me->{version} + 1, 'a change raises the version');
for ([ 'of a token' => with($session) ], [ 'of a password' => as => $ann ]) {
    my ($whose, @how) = @$_;
    my $user = body_of($client->get('/v1/session', @how), 200, "the session $whose")->{user};
    is_deeply($user, { map { $_ => $changed->{$_} } qw(id login name displayName role groups) },
        "the session $whose shows who it is as the account does");
}
is_problem(change({ displayName => 'Eve' }, 'If-Match' => $tag), 412, 'version-mismatch', 'a change of a version of before');
is(body_of(change($changed, 'If-Match' => '*'), 200, 'the whole representation is taken back')->{displayName}, "Ann \x{c4}.",
    'what was read can be sent back');
is(body_of(change({ displayName => 'Dr: Ann' }, 'If-Match' => '*'), 200, 'a name with a colon')->{displayName}, 'Dr: Ann',
    'nobody logs in by a displayed name, so it may have a colon');
for (' ', "a\x{202e}b", "a\x{200b}b") {
    is_problem(change({ displayName => $_ }, 'If-Match' => '*'), 422, 'bad-value',
        sprintf 'a displayed name is blank, or not what it looks like: %vx', $_);
}
is(body_of(change({ displayName => undef, email => undef }, 'If-Match' => '*'), 200, 'null removes')->{email}, undef,
    'a member that was removed');
for ([ language => 'x_y' ], [ language => 'de--DE' ], [ timeZone => '../etc/passwd' ], [ email => "a\@b" . 'x' x 260 ]) {
    my ($member, $value) = @$_;
    is_problem(change({ $member => $value }, 'If-Match' => '*'), 422, 'bad-value', "$member cannot be $value");
}
is_problem(change({ nickname => 'x' }, 'If-Match' => '*'), 400, 'unknown-member', 'a member that does not exist');
is_problem(change({ favourites => [ map { "s$_" } 1 .. 101 ] }, 'If-Match' => '*'), 422, 'bad-value', 'too many favourites');

# ---- tokens --------------------------------------------------------------------------------------

sub token
{
    my (%token) = @_;
    my $answer = $client->post('/v1/tokens', { label => 'script', scopes => ['read'], %token }, with($session));
    my $made = body_of($answer, 201, 'a token is made');
    like($answer->header('Location'), qr{/v1/tokens/$made->{id}$}, 'a token has a place');
    return $made;
}

my $token = token(label => 'nightly', scopes => [ 'read', 'read' ], spaces => [ 'lib-101', 'lib-102' ]);
like($token->{token}, qr/^\Q$token->{prefix}\E/, 'a token begins with its prefix');
is_deeply([ @$token{qw(label scopes spaces expiresAt lastUsedAt)} ], [ 'nightly', ['read'], [ 'lib-101', 'lib-102' ], undef, undef ],
    'a token is as it was asked for');
my $got = body_of($client->get("/v1/tokens/$token->{id}", with($session)), 200, 'a token');
is($got->{token}, undef, 'the secret is told once');
is_deeply($got, { map { $_ => $token->{$_} } grep { $_ ne 'token' } keys %$token }, 'all else is told again');
is(scalar(grep { $_->{id} eq $token->{id} } @{ body_of($client->get('/v1/tokens', with($session)), 200, 'the list')->{items} }), 1,
    'a token is listed');
is_answer($client->get('/user/caller', with($token->{token})), 200, { userID => "$ann->{id}", username => $ann->{name},
        role => 'member', scopes => ['read'], spaces => [ 'lib-101', 'lib-102' ] }, 'the base API tells other services the scopes');
for ([ scopes => [] ], [ scopes => ['everything'] ], [ scopes => ['display:'] ], [ scopes => ['display:a/b'] ],
    [ scopes => [ 'display:lib-101', 'display:lib-102' ] ], [ scopes => ['Display:lib-101'] ], [ label => '' ],
    [ expiresAt => '2001-01-01T00:00:00Z' ], [ spaces => [] ])
{
    my ($member, $value) = @$_;
    my $wrong = $client->post('/v1/tokens', { label => 'x', scopes => ['read'], $member => $value }, with($session));
    is_problem($wrong, $wrong->code == 400 ? 400 : 422, $wrong->code == 400 ? 'bad-member' : 'bad-value',
        "a token with $member " . json_text($value));
}
# A display's token is kept, shown and told to other services; it opens nothing.
my $display = token(label => 'door', scopes => [ 'display:lib-101', 'display:lib-101' ]);
is_deeply($display->{scopes}, ['display:lib-101'], 'a token may be a display\'s, once');
is_deeply(body_of($client->get("/v1/tokens/$display->{id}", with($session)), 200, 'a display\'s token')->{scopes}, ['display:lib-101'],
    'the space of a display is shown');
is_problem($client->get('/v1/me', with($display->{token})), 403, 'forbidden', 'a display reads no account');
is_problem($client->get('/v1/spaces', with($display->{token})), 403, 'forbidden', 'a display reads no spaces');
is($client->get('/space/lib-101', with($display->{token}))->code, $client->get('/space/lib-101')->code,
    'a display sees of the base API what anybody sees');
is_deeply(token(label => 'both', scopes => [ 'display:lib-101', 'read' ])->{scopes}, [ 'display:lib-101', 'read' ],
    'a token may be a display\'s and have another scope');
is_problem($client->get("/v1/tokens/$token->{id}", with(log_in($bob))), 404, 'not-found', 'another user\'s token');
is_problem($client->delete("/v1/tokens/$token->{id}", with(log_in($bob))), 404, 'not-found', 'revoking another user\'s token');

# The time of use, which is written once a minute: here the token was made more than that ago.
$server->store->change("UPDATE user_tokens SET seen = seen - 3600000000, opened = opened - 3600000000 WHERE token_id = $token->{id}");
$client->get('/v1/me', with($token->{token}));
isnt(body_of($client->get("/v1/tokens/$token->{id}", with($session)), 200, 'a token that was used')->{lastUsedAt}, undef,
    'the last use is told');

# ---- what a token may do -------------------------------------------------------------------------

my $admin = $client->admin;
my $admin_session = body_of($client->post('/v1/session', { name => "$admin->{id}", password => $admin->{password} }), 200,
    'an administrator logs in')->{token};
my %holder;
for my $scope (qw(read book manage admin events)) {
    $holder{$scope} = body_of($client->post('/v1/tokens', { label => $scope, scopes => [$scope] }, with($admin_session)), 201,
        "an administrator's token for $scope")->{token};
}
my %needs = (
    'GET /v1/me' => 'read', 'GET /v1/session' => 'read', 'DELETE /v1/session' => '', 'GET /v1/me/sessions' => '',
    'GET /v1/me/export' => '', 'PATCH /v1/me' => '', 'DELETE /v1/me' => '', 'POST /v1/me/password' => '',
    'GET /v1/tokens' => '', 'POST /v1/tokens' => '', 'POST /space' => 'admin',
    "GET /booking/2031-01-01/1" => 'read', 'POST /booking' => 'book', 'DELETE /booking/2031-01-01/1' => 'book',
    "PUT /user/$bob->{id}/role" => '', "PUT /user/$bob->{id}/name" => '', "PUT /user/$bob->{id}/state" => '',
    "PUT /user/$bob->{id}/password" => '', "DELETE /user/$bob->{id}/session" => '',
);
for my $route (sort keys %needs) {
    my ($method, $path) = split / /, $route;
    for my $scope (sort keys %holder) {
        my $answer = $client->call($method => $path, $method =~ /POST|PUT|PATCH/ ? {} : undef,
            with($holder{$scope}, 'If-Match' => '"1"'));
        my $is_refused = $answer->content =~ /scopes do not include/ ? 1 : 0;
        is($is_refused, $scope eq $needs{$route} ? 0 : 1,
            "a token for $scope " . ($scope eq $needs{$route} ? 'may ' : 'may not ') . $route);
    }
}
is($client->get("/user/caller", with($holder{admin}))->code, 200, 'administrators\' tokens say who they are');

# A token for certain spaces changes nothing that is about all of them: it would make somebody who may do everything.
my $narrow = body_of($client->post('/v1/tokens', { label => 'one room', scopes => [qw(read book manage admin)], spaces => ['lib-101'] },
    with($admin_session)), 201, "an administrator's token for one space")->{token};
for ([ POST => '/v1/users', { login => unique('u'), role => 'admin' } ], [ PATCH => "/v1/users/$bob->{id}", { role => 'admin' } ],
    [ DELETE => "/v1/users/$bob->{id}" ], [ PUT => '/v1/groups/g', { members => ["$bob->{id}"] } ], [ DELETE => '/v1/groups/g' ],
    [ PUT => '/v1/policies/p', { name => 'P' } ], [ DELETE => '/v1/policies/p' ])
{
    my ($method, $path, $body) = @$_;
    is_problem($client->call($method => $path, $body, with($narrow, 'If-Match' => '*')), 403, 'forbidden',
        "a token for certain spaces may not $method $path", qr/certain spaces/);
}
is_error($client->post('/space', { buildingCode => unique('Hall'), roomCode => 1 }, with($narrow)), 403,
    [ 'FORBIDDEN', undef, qr/certain spaces/ ], 'a token for certain spaces makes no space by the base API');
is($client->post('/v1/spaces', { id => 'lib-101', name => 'Room' }, with($narrow))->code, 201, 'a token for certain spaces makes one of them');
my $ended = $client->delete("/v1/tokens/$token->{id}", with($session));
is($ended->code, 204, 'a token is revoked');
is_problem($client->get('/v1/me', with($token->{token})), 401, 'not-signed-in', 'a token that was revoked');

# ---- the password --------------------------------------------------------------------------------

my ($other, $script) = (log_in($ann), token(scopes => ['read'])->{token});
sub set_password
{
    my (%body) = @_;
    return $client->post('/v1/me/password', { currentPassword => $ann->{password}, newPassword => 'a better one', %body },
        with($session));
}
is_problem(set_password(currentPassword => 'wrong'), 401, 'bad-credentials', 'a new password with a wrong current one');
is_problem(set_password(newPassword => 'x' x 73), 422, 'bad-value', 'a password that is too long');
is(set_password()->code, 204, 'a new password');
is($client->get('/v1/me', with($session))->code, 200, 'the session that set the password stays');
is_problem($client->get('/v1/me', with($other)), 401, 'not-signed-in', 'other sessions end with the password');
is_problem($client->get('/v1/me', with($script)), 401, 'not-signed-in', 'tokens end with the password');
$ann->{password} = 'a better one';
log_in($ann);

# ---- export and deletion -------------------------------------------------------------------------

token(label => 'kept');
$answer = $client->get('/v1/me/export', with($session));
my $export = body_of($answer, 200, 'the export');
like($answer->header('Content-Disposition'), qr/^attachment/, 'an export is a file');
is(join(' ', sort keys %$export), 'account groups sessions tokens', 'an export has all that is kept');
is($export->{account}{id}, $ann->{id}, 'an export is of the caller');
unlike($answer->content, qr/\$2y\$/, 'an export has no hash');
is(scalar @{ $export->{tokens} }, 1, 'an export has the tokens');
is_deeply($export->{tokens}, body_of($client->get('/v1/tokens', with($session)), 200, 'the tokens')->{items},
    'a token is in an export as in the list of tokens');
like(delete $_->{prefix}, qr/^bk_/, 'a session in an export has the beginning of its secret, too') for @{ $export->{sessions} };
is_deeply($export->{sessions}, body_of($client->get('/v1/me/sessions', with($session)), 200, 'the sessions')->{items},
    'a session is in an export as in the list of sessions');
$me = body_of($client->get('/v1/me', with($session)), 200, 'the account that goes');
is_problem($client->delete('/v1/me', with($session, 'If-Match' => '"' . ($me->{version} - 1) . '"')), 412, 'version-mismatch',
    'an account of another version is not deleted');
is($client->get('/v1/me', with($session))->code, 200, 'an account whose deletion was refused is there');
is($client->delete('/v1/me', with($session, 'If-Match' => qq("$me->{version}")))->code, 204, 'one deletes one\'s account');
is_problem($client->get('/v1/me', with($session)), 401, 'not-signed-in', 'a deleted account has no session');
is_problem($client->post('/v1/session', { name => $ann->{name}, password => $ann->{password} }), 401, 'bad-credentials',
    'a deleted account has no login');
is(($server->query("SELECT count(*) FROM users WHERE id = $ann->{id} AND name = '' AND login IS NULL AND email IS NULL"))[0][0], 1,
    'of a deleted account the id is left, and nothing else');
$client->post('/v1/session', { name => "$admin->{id}", password => $admin->{password} });
is_problem($client->delete('/v1/me', with($admin_session)), 409, 'last-admin', 'the last administrator cannot go');

done_testing();

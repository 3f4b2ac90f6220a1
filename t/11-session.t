# Sessions of API v1: logging in by name, several sessions at once, cookies, and what they may be used
# for; and that the base API knows the same sessions.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP ();

use Bookable::Client;
use Bookable::Process qw(free_port);
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my ($brief, $bare, $gateway) = (free_port(), free_port(), free_port());
my $server = Bookable::Server->new(api => '/v1', config => <<"END")->start;
Listen 127.0.0.1:$brief
<VirtualHost 127.0.0.1:$brief>
    UserSessionIdle 2
    UserSessionMax 30d
</VirtualHost>
Listen 127.0.0.1:$bare
<VirtualHost 127.0.0.1:$bare>
    UserAuthSchemes bearer password
</VirtualHost>
Listen 127.0.0.1:$gateway
<VirtualHost 127.0.0.1:$gateway>
    UserOrigin https://rooms.example.org
</VirtualHost>
END
my $client = Bookable::Client->new(base => $server->base_url);
my $at_bare = Bookable::Client->new(base => "http://127.0.0.1:$bare");
my $at_brief = Bookable::Client->new(base => "http://127.0.0.1:$brief");

my $ann = $client->sign_up(name => unique('Ann'));
my $secret = $ann->{password};

# The body of an answer that has to have that status.
sub body_of
{
    my ($answer, $status, $name) = @_;
    is_answer($answer, $status, qr/^\{/, $name);
    return eval { JSON::PP->new->utf8->decode($answer->content) } // {};
}

sub log_in
{
    my (%more) = @_;
    my $at = delete $more{at} // $client;
    my $answer = $at->post('/v1/session', { name => $ann->{name}, password => $secret, %more });
    return body_of($answer, 200, 'log-in with ' . join ' ', 'a name', sort keys %more);
}

sub with { my ($token) = @_; return (headers => [ Authorization => "Bearer $token" ]) }

# ---- logging in ----------------------------------------------------------------------------------

my $opened = log_in();
like($opened->{token}, qr/^bk_[\w-]{43}$/, 'a log-in without a cookie gives a token');
is($opened->{user}{id}, $ann->{id}, 'the session is of the user whose name it was');
is($opened->{user}{login}, $ann->{name}, 'a user who signed up by the base API has the name as login');
is(log_in(name => uc $ann->{name})->{user}{id}, $ann->{id}, 'case does not matter in a login');
is(log_in(name => "$ann->{id}")->{user}{id}, $ann->{id}, 'the id may stand for the login');
for ([ 'a wrong password', password => "$secret-" ], [ 'a password longer than any', password => 'x' x 200 ],
    [ 'an unknown login', name => unique('nobody') ])
{
    my ($name, %wrong) = @$_;
    my $answer = $client->post('/v1/session', { name => $ann->{name}, password => $secret, %wrong });
    is_problem($answer, 401, 'bad-credentials', "$name is refused");
    is($answer->header('Set-Cookie'), undef, "$name sets no cookie");
}
is_problem($client->post('/v1/session', { name => $ann->{name} }), 400, 'missing-member', 'a log-in without a password');
is_problem($client->post('/v1/session', { name => $ann->{name}, password => 'x', nmae => 1 }), 400, 'unknown-member',
    'a log-in with a member that does not exist');

my $me = body_of($client->get('/v1/session', with($opened->{token})), 200, 'the session of a token');
is($me->{user}{name}, $ann->{name}, 'a session says who is calling');
is($me->{id}, $opened->{id}, 'a session says which it is');
is_deeply($me->{capabilities}{mayManage}, [], 'a member manages nothing that the user service knows of');
is(join(' ', @{ $me->{capabilities}{scopes} }), 'read book manage admin events', 'a session has all scopes');
is_problem($client->get('/v1/session'), 401, 'not-signed-in', 'no credentials');
is_problem($client->get('/v1/session', with('bk_nonsense')), 401, 'not-signed-in', 'a token that is none');
my $base = $client->log_in($ann)->header('X-Session-Token');
is_answer($client->get('/v1/session', with($base)), 200, qr/"id":null/,
    "a session of the base API is known, and has no id");

# ---- other services and the base API -------------------------------------------------------------

is_answer($client->get('/user/caller', with($opened->{token})), 200,
    { userID => "$ann->{id}", username => $ann->{name}, role => 'member' }, 'the base API knows the session');
my $space = $client->space;
is_answer($client->get("/space/$space", with($opened->{token})), 200, qr/$space/,
    'the space service knows the session');

# ---- several at once -----------------------------------------------------------------------------

my @sessions = map { log_in() } 1 .. 3;
my $list = body_of($client->get('/v1/me/sessions?limit=200', with($sessions[0]{token})), 200, 'one\'s sessions');
my %listed = map { $_->{id} => $_ } @{ $list->{items} };
is(scalar(grep { $listed{ $_->{id} } } @sessions), 3, 'all of one\'s sessions are listed');
is(join(' ', map { $_->{id} } grep { $_->{current} } values %listed), $sessions[0]{id}, 'the list says which session asks');
unlike(json_text($list), qr/bk_/, 'the list has no secrets');
my $page = body_of($client->get('/v1/me/sessions?limit=2', with($sessions[0]{token})), 200, 'a page of sessions');
is(scalar @{ $page->{items} }, 2, 'a page has as many sessions as asked for');
my %walked;
for (my $next = '/v1/me/sessions?limit=2'; $next;) {
    my $answer = body_of($client->get($next, with($sessions[0]{token})), 200, 'a page of the walk');
    $walked{ $_->{id} }++ for @{ $answer->{items} };
    $next = $answer->{next} ? "/v1/me/sessions?limit=2&cursor=$answer->{next}" : undef;
}
is_deeply([ sort keys %walked ], [ sort keys %listed ], 'the pages have every session once');
is($client->delete("/v1/me/sessions/$sessions[1]{id}", with($sessions[0]{token}))->code, 204, 'one session ends another');
is_problem($client->get('/v1/session', with($sessions[1]{token})), 401, 'not-signed-in', 'the session that was ended');
is_problem($client->delete("/v1/me/sessions/$sessions[1]{id}", with($sessions[0]{token})), 404, 'not-found',
    'a session cannot be ended twice');
my $bob = $client->member;
is_problem($client->delete("/v1/me/sessions/$sessions[2]{id}", with($bob->{token})), 404, 'not-found',
    'nobody ends another user\'s session');
is($client->delete('/v1/session', with($sessions[2]{token}))->code, 204, 'logging out');
is_problem($client->get('/v1/session', with($sessions[2]{token})), 401, 'not-signed-in', 'a session that logged out');
is($client->get('/v1/session', with($sessions[0]{token}))->code, 200, 'logging out ends no other session');

# ---- cookies -------------------------------------------------------------------------------------

sub cookie_of
{
    my ($answer) = @_;
    my ($cookie) = ($answer->header('Set-Cookie') // '') =~ /^([^;]*)/;
    return $cookie // '';
}

my $answer = $client->post('/v1/session', { name => $ann->{name}, password => $secret, cookie => \1 });
my $cookie = cookie_of($answer);
like($answer->header('Set-Cookie'), qr/^bookable=bk_[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/,
    'without TLS and persistent, the cookie is bookable, for this browser session');
unlike($answer->content, qr/bk_/, 'who gets a cookie gets no token');
like($client->post('/v1/session', { name => $ann->{name}, password => $secret, cookie => \1, persistent => \1 })
        ->header('Set-Cookie'), qr/; Max-Age=2592000$/, 'a persistent cookie lasts as long as the session may');
is_problem($at_bare->post('/v1/session', { name => $ann->{name}, password => $secret, cookie => \1 }), 422, 'bad-value',
    'a server without the scheme sets no cookie');
is_problem($at_bare->get('/v1/session', headers => [ Cookie => $cookie ]), 401, 'not-signed-in',
    'a server without the scheme takes no cookie');
for my $path ('/v1/session', '/v1/me', '/user/caller', "/space/$space") {
    is($client->get($path, headers => [ Cookie => "a=b; $cookie" ])->code, 200, "the cookie opens $path");
}
is_problem($client->get('/v1/session', headers => [ Cookie => "__Host-$cookie" ]), 401, 'not-signed-in',
    'without TLS the name __Host-bookable is none of ours');
is_problem($client->get('/v1/session', headers => [ Cookie => $cookie, Authorization => 'Bearer bk_none' ]), 401,
    'not-signed-in', 'Authorization comes before the cookie');

# ---- requests that other pages could make --------------------------------------------------------

# What an unsafe request with a cookie needs: to come from this origin, and a type that no form has.
my $own = $server->base_url;
my ($port) = $own =~ /:(\d+)$/;
my %site = map { $_ => [ 'Sec-Fetch-Site' => $_ ] } qw(same-origin none same-site cross-site);
my %from = (
    'no Origin' => [], 'our Origin' => [ Origin => $own ], 'another port' => [ Origin => 'http://127.0.0.1:' . ($port + 1) ],
    'another host' => [ Origin => 'https://evil.example' ], 'Origin null' => [ Origin => 'null' ]);
my %type = (
    'json' => 'application/json', 'json with a charset' => 'application/json; charset=utf-8', 'no type' => undef,
    'text' => 'text/plain', 'a form' => 'application/x-www-form-urlencoded');
my %target = (
    'POST /v1/tokens' => { label => 'x', scopes => ['read'] },
    'PATCH /v1/me' => {},
    'DELETE /v1/me/sessions/7' => undef,
    "DELETE /user/$bob->{id}/session" => undef,
    "PUT /user/$bob->{id}/password" => {},
    'POST /space' => {},
    'POST /booking' => {},
    'DELETE /booking/2031-01-01/7' => undef,
);

# Whether the cookie's check lets it pass; what comes after that is another matter.
sub passes
{
    my ($site, $from, $type) = @_;
    return 0 if $from =~ /another|null/; # that is refused with any credentials
    return 0 unless $site ? $site =~ /^(same-origin|none)$/ : $from eq 'our Origin';
    return ($type =~ /json/) ? 1 : 0;
}

for my $target (sort keys %target) {
    my ($method, $path) = split / /, $target;
    my @wrong;
    for my $site ('', sort keys %site) {
        for my $from (sort keys %from) {
            for my $type (sort keys %type) {
                my @headers = (Cookie => $cookie, @{ $from{$from} }, 'If-Match' => '"999"');
                push @headers, @{ $site{$site} } if $site;
                my $body = $target{$target} && json_text($target{$target});
                my $got = $client->call($method => $path, $body, headers => [ @headers, 'Content-Type' => $type{$type} ]);
                # A body of another type is refused for that, whatever the credentials.
                my $refused = $got->code == 415 || $got->code == 403 && $got->content =~ /cross.site|origin/i ? 1 : 0;
                push @wrong, "$site/$from/$type: " . $got->code if $refused == passes($site, $from, $type);
            }
        }
    }
    is(join(', ', @wrong), '', "$target with a cookie: every Sec-Fetch-Site, Origin and Content-Type");
}
my @plain = ('Content-Type' => 'application/json');

# Behind a gateway Host is another name than the one that browsers use.
my $named = Bookable::Client->new(base => "http://127.0.0.1:$gateway");
my @cookie = (Cookie => $cookie, 'If-Match' => '"999"', @plain);
for my $row ([ 'https://rooms.example.org', 'in', 'the origin that browsers see' ],
    [ 'https://rooms.example.org:443', 'in', 'the same with its port' ], [ "http://127.0.0.1:$gateway", 403, 'the host that was asked' ],
    [ 'http://rooms.example.org', 403, 'the same host without TLS' ], [ 'https://evil.example', 403, 'another origin' ],
    [ undef, 403, 'no origin' ])
{
    my ($origin, $want, $name) = @$row;
    my $got = $named->call(PATCH => '/v1/me', {}, headers => [ @cookie, defined $origin ? (Origin => $origin) : () ]);
    is($got->code == 403 ? 403 : 'in', $want, "UserOrigin, a cookie without Sec-Fetch-Site: $name") or diag($got->as_string);
}
is($named->call(PATCH => '/v1/me', {}, headers => [ @cookie, Origin => 'https://rooms.example.org', 'Sec-Fetch-Site' => 'cross-site' ])
        ->code, 403, 'UserOrigin: what Sec-Fetch-Site says counts all the same');
is($client->call(DELETE => '/v1/session', undef, headers => [ Authorization => "Bearer $sessions[0]{token}", Cookie => $cookie ])
        ->code, 204, 'with Authorization none of that is asked for');
is($client->get('/v1/session', headers => [ Cookie => $cookie, 'Sec-Fetch-Site' => 'cross-site' ])->code, 200,
    'a request that changes nothing may come from anywhere');
$answer = $client->call(DELETE => '/v1/session', undef, headers => [ Cookie => $cookie, Origin => $own, @plain ]);
is($answer->code, 204, 'logging out with a cookie');
like($answer->header('Set-Cookie'), qr/^bookable=; Path=\/; HttpOnly; SameSite=Lax; Max-Age=0$/, 'logging out takes the cookie');
is($answer->header('Clear-Site-Data'), '"cache", "storage"', 'logging out clears what the browser keeps');
is_problem($client->get('/v1/session', headers => [ Cookie => $cookie ]), 401, 'not-signed-in', 'the cookie of a session that ended');

# ---- ends ----------------------------------------------------------------------------------------

my $short = log_in(at => $at_brief);
is($short->{endsAt} gt $short->{expiresAt}, 1, 'a session that is not used ends before its end');
my $renewed = 0;
for (1 .. 200) {
    my $now = $at_brief->get('/v1/session', with($short->{token}));
    last if $now->code != 200;
    $renewed = 1, last if $now->content !~ /\Q$short->{expiresAt}\E/;
    select undef, undef, undef, 0.05;
}
ok($renewed, 'a session that is used lasts longer');

my @both = (log_in(), log_in());
is($client->delete("/user/$ann->{id}/session", with($both[0]{token}))->code, 200, 'the log-out of the base API');
is_problem($client->get('/v1/session', with($_->{token})), 401, 'not-signed-in', 'the base log-out ends all sessions') for @both;
@both = (log_in(), log_in());
is($client->put("/user/$ann->{id}/password", { userPassword => 'another word', currentPassword => $secret },
        with($both[0]{token}))->code, 200, 'a change of the password by the base API');
is_problem($client->get('/v1/session', with($_->{token})), 401, 'not-signed-in',
    'a change of the password by the base API ends all sessions') for @both;
$secret = 'another word';
is(log_in()->{user}{id}, $ann->{id}, 'the password of the base API opens the account');

# ---- what a session costs ------------------------------------------------------------------------

# A hash of the highest cost takes days: whoever has a session does not wait for one.
my $dear = log_in();
my $sweet = cookie_of($client->post('/v1/session', { name => $ann->{name}, password => $secret, cookie => \1 }));
$server->store->change('UPDATE users SET password_hash = \'$2y$31$' . 'x' x 53 . "' WHERE id = $ann->{id}");
is($client->get('/v1/session', with($dear->{token}))->code, 200, 'a token costs no hash');
is($client->get('/v1/session', headers => [ Cookie => $sweet ])->code, 200, 'a cookie costs no hash');
is($client->get("/space/$space", headers => [ Cookie => $sweet ])->code, 200, 'a cookie costs no hash in another service');

done_testing();

# Signing on by httpd's own authentication, at /v1/session/sso: who one is, what is written of it, and what nobody gets
# in by. httpd asks for names and passwords of a file; what an identity provider would say besides stands in variables that
# this test's configuration sets.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Digest::SHA qw(sha1_base64);
use JSON::PP ();

use Bookable::Client;
use Bookable::Load ();
use Bookable::Process qw(free_port);
use Bookable::Server;
use Bookable::Store ();

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();
my $STOCK = Bookable::Server::_libexecdir();
my @STOCK = qw(auth_basic authn_file authz_user setenvif rewrite);
my @missing = grep { !-e "$STOCK/mod_$_.so" } @STOCK;
plan skip_all => "httpd has no mod_$missing[0]" if @missing;

my $json = JSON::PP->new->utf8->canonical;

# Ports of the virtual hosts.
my %port = map { $_ => free_port() } qw(closed known bare unrequired anonymous redirected off token odd nowhere);
my @PEOPLE = (qw(ann bob joe eve dan mia), map { "crowd$_" } 1 .. 20);

my $PROVIDER = <<'END';
<Location /v1/session/sso>
    AuthType Basic
    AuthName provider
    AuthBasicProvider file
    AuthUserFile "DIR/passwords"
    Require valid-user
    SetEnvIf X-Said-Login "(.*)" SAID_LOGIN=$1
    SetEnvIf X-Said-Name "(.*)" SAID_NAME=$1
    SetEnvIf X-Said-Mail "(.*)" SAID_MAIL=$1
    SetEnvIf X-Said-Groups "(.*)" SAID_GROUPS=$1
    SetEnvIf X-Said-Id "(.*)" SAID_ID=$1
</Location>
END

sub config
{
    my ($server) = @_;
    my $dir = $server->dir;
    my $provider = $PROVIDER =~ s/DIR/$dir/gr;
    my %host = (
        closed     => "UserSSOProvision Off\n" . $provider =~ s{</Loc}{    ErrorDocument 403 http://127.0.0.1/?signin=refused\n</Loc}r,
        known      => "UserSignup Off\n$provider",
        bare       => '',
        unrequired => $provider =~ s/Require valid-user/Require all granted/r,
        anonymous  => $provider =~ s/AuthType Basic.*?(?=Require)//sr,
        # The answer to a wrong password is the bridge itself.
        redirected => $provider =~ s{sso>}{>}r =~ s{</Loc}{    ErrorDocument 401 /v1/session/sso\n</Loc}r,
        off        => "UserSSO Off\n$provider",
        token      => "UserAuthSchemes bearer\n$provider",
        nowhere    => "UserSSOLogout None\n$provider",
        odd        => "UserSSOIdentity %{reqenv:SAID_ID}\n$provider",
    );
    my $text = <<'END';
BookableStatusCodes standard
UserAuthSchemes bearer password cookie
UserSSO On
UserSSOLogin "%{reqenv:SAID_LOGIN}"
UserSSODisplayName "%{reqenv:SAID_NAME}"
UserSSOMail "%{reqenv:SAID_MAIL}"
UserSSOGroups "%{reqenv:SAID_GROUPS}"
UserSSOGroupMap "rooms-*" "$1"
UserSSOAdmin "%{reqenv:SAID_GROUPS} =~ /(^|,)rooms-admins(,|$)/"
UserSSOLogout /provider/logout
END
    $text .= $provider;
    $text .= "Listen 127.0.0.1:$port{$_}\n<VirtualHost 127.0.0.1:$port{$_}>\n$host{$_}\n</VirtualHost>\n" for sort keys %host;
    # Sections of the main server hold in virtual hosts, too: these have none.
    $text =~ s/^\Q$provider\E//m;
    return $text . "Listen 127.0.0.1:$port{main}\n<VirtualHost 127.0.0.1:$port{main}>\n$provider\n</VirtualHost>\n";
}

$port{main} = free_port();
my $server = Bookable::Server->new(api => '/v1', stock => \@STOCK, config => \&config);
$server->write_file('passwords', join '', map { "$_:{SHA}" . sha1_base64("of $_") . "=\n" } @PEOPLE);
$server->start;

my %client = map { $_ => Bookable::Client->new(base => "http://127.0.0.1:$port{$_}", standard => 1) } keys %port;
my $client = $client{main};

# What the provider says of a person, and what a client sends besides.
sub headers
{
    my (%said) = @_;
    return map { ("X-Said-$_" => $said{$_}) } sort keys %said;
}

# A script signs on: the answer.
sub post
{
    my ($who, %more) = @_;
    my $at = delete $more{at} // 'main';
    my $body = delete $more{body};
    my @besides = @{ delete $more{headers} || [] };
    return $client{$at}->post('/v1/session/sso', $body, as => basic($who, "of $who"), headers => [ headers(%more), @besides ]);
}

# A browser signs on.
sub arrive
{
    my ($who, $query, %more) = @_;
    my $at = delete $more{at} // 'main';
    return $client{$at}->get("/v1/session/sso$query", as => basic($who, "of $who"), headers => [ headers(%more) ]);
}

sub of { my ($response) = @_; return eval { $json->decode($response->content) } // {} }

# A line for an answer: its status, and a refusal's code.
sub shown { my ($response) = @_; return join ' ', grep { defined } $response->code, of($response)->{code} }

# Who somebody is, and with which groups and role, as other services are told.
sub caller_of
{
    my ($token) = @_;
    my $caller = of($client->get('/user/caller', as => "Bearer $token"));
    return join ' ', $caller->{role} // 'nobody', sort @{ $caller->{groups} || [] };
}

sub query { return $server->store->query(@_) }

# In the database, past httpd.
sub change
{
    my ($sql) = @_;
    return query($sql) if $server->store->can('postgres');
    return system('sqlite3', '-cmd', '.timeout 10000', $server->db, $sql) == 0 || die "sqlite3: $sql\n";
}

sub login { my ($id) = @_; return $id ? (query("SELECT login FROM users WHERE id = $id"))[0][0] : 'nobody' }

# Those that are open, of everybody.
sub sessions { return map { $_->[0] } query('SELECT token_id FROM user_tokens WHERE kind = 1 ORDER BY token_id') }

sub log_text { open my $in, '<', $server->error_log or die "error_log: $!\n"; local $/; return <$in> }

# ---- a person --------------------------------------------------------------------------------------
my $first = post('ann', Login => 'ann', Name => 'Ann Example', Mail => 'ann@example.org', Groups => 'rooms-staff,vpn,rooms-Desk');
is(shown($first), '200', 'a script signs on with the name and password that httpd asks for');
my $ann = of($first);
like($ann->{token}, qr/^bk_[\w-]{43}$/, 'it gets a token');
is(caller_of($ann->{token}), 'member desk staff', 'it has the groups that the map names, in small letters, and no others');
my $again = of(post('ann', Login => 'ann'));
is($again->{user}{id}, $ann->{user}{id}, 'the second time it is the same user');
isnt($again->{token}, $ann->{token}, 'each time it is another session');
is(shown($client->post('/v1/session/sso')), '401 not-signed-in', 'without a password httpd refuses');
like($client->post('/v1/session/sso')->header('WWW-Authenticate'), qr/^Basic realm="provider"$/,
    'its challenge is the one of the module that authenticates');
is(shown($client->post('/v1/session/sso', undef, as => basic('ann', 'of bob'))), '401 not-signed-in', 'httpd refuses a wrong password');
is(shown($client->post('/v1/session/sso', undef, as => "Bearer $ann->{token}")), '401 not-signed-in', 'a token of this site signs nobody on');


# ---- a browser ---------------------------------------------------------------------------------------
my $arrived = arrive('bob', '?return=/book/%3Fday%3D2030-05-14', Login => 'bob', Groups => 'rooms-students');
is(join(' ', $arrived->code, $arrived->header('Location')), '303 /book/?day=2030-05-14', 'a browser is sent on to where it wanted');
my ($cookie) = ($arrived->header('Set-Cookie') // '') =~ /^bookable=(bk_[\w-]{43});/;
ok($cookie, 'it has a cookie');
like($arrived->header('Set-Cookie') // '', qr/; ?HttpOnly/, 'which no script of a page can read');
is($arrived->header('Cache-Control'), 'no-store', 'no cache keeps the answer');
is(caller_of($cookie), 'member students', 'the cookie is a session');
is(arrive('bob', '')->header('Location'), '/', 'a browser that wants nothing is sent to the first page');

my @sessions = sessions();
for my $elsewhere ('//elsewhere.example/', '/\\elsewhere.example', 'https://elsewhere.example/', 'book', '/%09/elsewhere.example',
    '/%0d%0aSet-Cookie:%20a=b', '\\\\elsewhere.example', 'javascript:alert(1)', '%2F%2Felsewhere.example', '', '/%00',
    '/' . 'a' x 2000) {
    my $answer = arrive('bob', "?return=$elsewhere");
    is(join(' ', shown($answer), grep { defined } map { $answer->header($_) } qw(Location Set-Cookie)), '400 bad-parameter',
        'a browser is not sent to ' . substr $elsewhere, 0, 40);
}
is(shown(arrive('bob', '?retrun=/')), '400 bad-parameter', 'a parameter that does not exist is refused');
is(shown(arrive('bob', '?return=/&return=/')), '400 bad-parameter', 'two places to go to are refused');
is_deeply([ sessions() ], \@sessions, 'what was refused opened no session');

is(shown(arrive('bob', '', at => 'token')), '403 forbidden', 'where cookies are no way to be known, a browser is told so');
is(shown(post('bob', at => 'token')), '200', 'and a script is given its token');
my $both = post('bob', body => { cookie => JSON::PP::true });
like($both->header('Set-Cookie') // '', qr/^bookable=bk_/, 'a script of a page gets a cookie');
ok(!exists of($both)->{token}, 'and no token that it could lose');
is(shown(post('bob', at => 'token', body => { cookie => JSON::PP::true })), '403 forbidden', 'but not where cookies are off');
is(shown(post('bob', body => { cookies => JSON::PP::true })), '400 unknown-member', 'a misspelt member is told');
is(shown(post('bob', headers => [ Origin => 'https://elsewhere.example' ])), '403 cross-site', 'pages of other sites sign nobody on');
is(shown(post('bob', headers => [ 'Sec-Fetch-Site' => 'same-site' ])), '403 cross-site', 'nor do pages of sister sites');

# ---- roles and groups, both ways ----------------------------------------------------------------
my $admin = $client->admin;
is(caller_of(of(post('joe', Login => 'joe', Groups => 'rooms-admins,rooms-staff'))->{token}), 'admin admins staff',
    'who is said to be an administrator is one');
is(caller_of(of(post('joe', Groups => 'rooms-staff'))->{token}), 'member staff', 'and at the next log-in is none, if it is not said again');
is(caller_of(of(post('joe', Groups => 'rooms-admins'))->{token}), 'admin admins', 'and is one again');
my $old = of(post('joe', Groups => 'rooms-admins'))->{token};
post('joe', Groups => '');
is(caller_of($old), 'member', 'sessions that are open lose role and groups, too');
is(caller_of(of(post('joe', Groups => 'xrooms-admins,rooms-admins2'))->{token}), 'member admins2', 'a name that is only like it gives no role');
is(caller_of(of(post('bob', Groups => join ',', map { "rooms-g$_" } 100 .. 180))->{token}),
    join(' ', 'member', map { "g$_" } 100 .. 163), 'nobody has more than 64 groups');
like(log_text(), qr/BK0442: .* 0 have names.* and 17 are more/, 'the log says how many were left out');

# ---- the last administrator -----------------------------------------------------------------------
post('eve', Login => 'eve', Groups => 'rooms-admins');
my $eve = of(post('eve', Groups => 'rooms-admins'));
my @others = map { $_->[0] } query("SELECT id FROM users WHERE is_admin = 1 AND login <> 'eve'");
sub set_role { my ($id, $role) = @_; return $client->put("/user/$id/role", { role => $role }, as => "Bearer $eve->{token}")->code }
is(join(' ', map { set_role($_, 'member') } @others), join(' ', (200) x @others), 'one administrator is left');
is(caller_of(of(post('eve', Groups => 'rooms-staff'))->{token}), 'admin staff', 'the last administrator stays one, whatever is said');
like(log_text(), qr/BK0408: user \d+ is no administrator any more/, 'and the log says so');
set_role($_, 'admin') for @others;
is(caller_of(of(post('eve', Groups => 'rooms-staff'))->{token}), 'member staff', 'with another one the role goes');

# ---- names are nobody -------------------------------------------------------------------------------
my $local = $client->member(name => 'dan', email => 'dan@example.org');
my $dan = of(post('dan', Login => 'dan', Mail => 'dan@example.org', Name => 'dan'));
isnt($dan->{user}{id}, $local->{id}, 'who has another account\'s name and mail address does not get that account');
is(login($dan->{user}{id}), 'dan-2', 'but a login with a number');
is($client->log_in($local)->code, 200, 'the other one still logs in with the password');
is(login(of(post('mia', Login => 'DAN'))->{user}{id}), 'DAN-3', 'logins that differ in case alone are one');
is(login(of(post('crowd20', Login => 'root'))->{user}{id}), 'root-2', 'a reserved name is given to nobody');
my $odd = 0;
for my $name ('a:b', '', ' ', "a\x{e2}\x{80}\x{8b}b", 'x' x 101, "\xff") {
    my $who = 'crowd' . ++$odd;
    my $id = of(post($who, Login => $name))->{user}{id};
    is(login($id), "user-$id", 'who is said to have a login that nobody can have is called by the id: ' . ($name =~ s/[^ -~]/?/gr));
}

# ---- identities ---------------------------------------------------------------------------------------
is(shown(post('ann', at => 'odd')), '500 internal', 'without an identity nobody is signed on');
like(log_text(), qr/BK0444: nobody is signed on: UserSSOIdentity has no value for user 'ann'/, 'and the log says whose was missing');
is(shown(post('ann', at => 'odd', Id => 'x' x 256)), '403 forbidden', 'an identity of 256 bytes is refused');
is(shown(post('ann', at => 'odd', Id => "a\xff")), '403 forbidden', 'an identity that is no UTF-8 is refused');
is(shown(post('ann', at => 'odd', Id => "a\x{c2}\x{85}b")), '403 forbidden', 'an identity with a control character is refused');
my $long = of(post('ann', at => 'odd', Login => 'long', Id => 'x' x 255));
is(of(post('bob', at => 'odd', Id => 'x' x 255))->{user}{id}, $long->{user}{id}, 'the identity says who it is, not the user name of httpd');
isnt(of(post('bob', at => 'odd', Login => 'bob', Id => 'X' x 255))->{user}{id}, $long->{user}{id}, 'identities differ by case');
my $quoted = of(post('ann', at => 'odd', Login => "o'neill", Id => "'; DROP TABLE users; --"));
is(login($quoted->{user}{id}), "o'neill", 'an identity is text, whatever it holds');

# ---- headers ----------------------------------------------------------------------------------------
my %hostile = ('Remote-User' => 'eve', 'X-Remote-User' => 'eve', 'X-Forwarded-User' => 'eve', 'REMOTE_USER' => 'eve', 'OIDC_CLAIM_groups' => 'rooms-admins',
    'OIDC-CLAIM-groups' => 'rooms-admins', 'SAID_GROUPS' => 'rooms-admins', 'SAID-GROUPS' => 'rooms-admins', 'AJP_REMOTE_USER' => 'eve',
    'Said-Groups' => 'rooms-admins', 'Proxy-User' => 'eve');
my $quiet = of(post('ann', headers => [ %hostile ]));
is($quiet->{user}{id}, $ann->{user}{id}, 'headers with the names of variables change nobody');
is(caller_of($quiet->{token}), 'member', 'and give neither role nor group');
is(shown($client->post('/v1/session/sso', undef, headers => [ %hostile ])), '401 not-signed-in', 'nor do they sign anybody on');

# ---- configurations that sign nobody on -------------------------------------------------------------
for (['bare', 'where httpd authenticates nobody'], ['unrequired', 'where it requires nobody'], ['anonymous', 'without an AuthType']) {
    my ($at, $where) = @$_;
    for my $response (post('ann', at => $at), arrive('ann', '', at => $at), $client{$at}->post('/v1/session/sso', undef, headers => [ %hostile ])) {
        is(shown($response), '500 internal', "nobody is signed on $where");
        is(join('', grep { defined } $response->header('Set-Cookie')), '', "no cookie is set $where");
    }
}
like(log_text(), qr/BK0440: nobody is signed on at \S+: httpd has authenticated nobody/, 'the log says what is missing');
my @before = sessions();
my $redirected = $client{redirected}->get('/v1/session/nothing', as => basic('eve', 'wrong'));
unlike($redirected->as_string, qr/Set-Cookie|bk_/, 'who has a wrong password is not signed on by a page for the refusal');
is_deeply([ sessions() ], \@before, 'and has no session');
like(log_text(), qr/BK0440: nobody is signed on at \S+: httpd requires no user for the path, or another request led to it/,
    'the log says that another request led to it');
is(shown(post('ann', at => 'off')), '404 not-found', 'where UserSSO is off there is no such thing');

my @warned = log_text() =~ /BK0400: UserSSO is On, and nobody signs on by it: (.*)/g;
is_deeply(\@warned, [ ('no <Location "/v1/session/sso"> has an AuthType') x 3 ],
    'httpd warned as it started: of the main server, and of the two virtual hosts without a section that authenticates');
my @checked = Bookable::Server->configtest(modules => ['user'], config => "UserPath /user\nUserSSO On\n");
is($checked[0], 0, 'a configtest passes where nobody can sign on');
like($checked[1], qr/BK0400: .*: BookableApi is Off/, 'but warns');

# ---- who may come -----------------------------------------------------------------------------------
is(shown(post('crowd19', at => 'closed', Login => 'crowd19')), '403 forbidden', 'with UserSSOProvision Off a stranger is refused');
my $led = arrive('crowd19', '', at => 'closed');
is(join(' ', $led->code, grep { defined } map { $led->header($_) } qw(Location Set-Cookie)), '303 http://127.0.0.1/?signin=refused',
    'a browser is led to the page that ErrorDocument names');
is(scalar query("SELECT 1 FROM users WHERE identity = 'crowd19'"), 0, 'and is no user');
is(of(post('ann', at => 'closed'))->{user}{id}, $ann->{user}{id}, 'who is known signs on');
is($client->put("/user/$quoted->{user}{id}/state", { state => 'disabled' }, as => $admin)->code, 200, 'an administrator disables somebody');
is(shown(post('ann', at => 'odd', Id => "'; DROP TABLE users; --")), '403 forbidden', 'who was disabled stays out');
like(log_text(), qr/BK0231: event=log-in-failed user=$quoted->{user}{id} .*reason=disabled/, 'which is in the audit log');
is(shown($client{known}->post('/user', { username => unique('new'), userPassword => unique('secret') })), '403', 'with UserSignup Off nobody signs up');
is(of($client{known}->post('/user', {}))->{Message}, 'Sign-up is off', 'and is told why');
is($client->post('/user', { username => unique('new'), userPassword => unique('secret') })->code, 201, 'elsewhere people do');

# ---- at once ------------------------------------------------------------------------------------------
for my $who (map { "crowd$_" } 10 .. 15) {
    my @answers = Bookable::Load::at_once($client->{base}, 0, undef,
        map { [ POST => '/v1/session/sso', 'Authorization' => basic($who, "of $who"), 'X-Said-Login' => 'same', 'X-Said-Groups' => 'rooms-a,rooms-b' ] } 1 .. 12);
    is(join(' ', map { $_->[0]->status } @answers), join(' ', (200) x 12), "$who: first log-ins at once all succeed");
    my %ids = map { ($json->decode($_->[0]->body)->{user}{id} // 'none') => 1 } @answers;
    is(scalar(keys %ids), 1, "$who: twelve first log-ins at once make one person");
    is_deeply([ map { @$_ } query("SELECT name FROM user_groups WHERE user_id = (SELECT id FROM users WHERE identity = '$who') ORDER BY name") ],
        [qw(a b)], "$who: with the groups, each once");
}
my @crowd = Bookable::Load::at_once($client->{base}, 0, undef, map { [ POST => '/v1/session/sso',
    'Authorization' => basic("crowd$_", "of crowd$_"), 'X-Said-Login' => 'twin' ] } 16 .. 18);
my @twins = map { login($json->decode($_->[0]->body)->{user}{id}) } @crowd;
is(join(' ', sort @twins), 'twin twin-2 twin-3', 'of several people with one name each has a login');

# ---- out ----------------------------------------------------------------------------------------------
my $leaving = of(post('ann'));
my $left = $client->delete('/v1/session', as => "Bearer $leaving->{token}");
is(join(' ', $left->code, of($left)->{next}), '200 /provider/logout', 'who signs on and logs out is told where to end the other session');
is($client->get('/v1/session', as => "Bearer $leaving->{token}")->code, 401, 'the session is over');
my $by_password = of($client->post('/v1/session', { name => $local->{name}, password => $local->{password} }));
is($client->delete('/v1/session', as => "Bearer $by_password->{token}")->code, 204, 'who does not sign on is told of none');
is($client{nowhere}->delete('/v1/session', as => 'Bearer ' . of(post('ann', at => 'nowhere'))->{token})->code, 204,
    'where UserSSOLogout is None nobody is');

# ---- tokens of people who do not come back ---------------------------------------------------------
my $owner = of(post('mia'));
my $made = $client->post('/v1/tokens', { label => 'script', scopes => ['read'] }, as => "Bearer $owner->{token}");
is($made->code, 201, 'who signs on makes a token') or diag($made->as_string);
my $token = of($made)->{token};
sub reads { my ($with) = @_; return $client->get('/v1/session', as => "Bearer $with")->code }
is(reads($token), 200, 'the token works');
my $ago = (time - 40 * 86400) . '000000';
change("UPDATE users SET signed_on = $ago WHERE id = $owner->{user}{id}");
is(reads($token), 401, 'and does not when its owner has not signed on for UserSSORecheck');
is(reads($owner->{token}), 200, 'a session goes on');
post('mia');
is(reads($token), 200, 'the token works again when its owner has signed on again');
my $machine = of($client->post('/v1/tokens', { label => 'local', scopes => ['read'] }, as => $local))->{token};
change("UPDATE users SET signed_on = $ago WHERE id = $local->{id}");
is(reads($machine), 200, 'tokens of who never signs on are not concerned');
$server->finish;
done_testing();

# The user service: sign up, log in, is the session alive, log out, roles.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;

my @SCHEMA  = ('INPUT_ERR', 'incorrect schema for a new user',
    'A new user requires a user name and password');
my @NO_ID   = ('INPUT_ERROR', 'Unable to detect a user id');
my @NO_USER = ('NOT_FOUND', 'User Not Found', 'The provided user id does not exist');
my @WHEN    = ('\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d') x 2;

both_profiles(sub {
    my $client = shift;

    # ---- sign up ----------------------------------------------------------------------------
    my %new      = (username => unique('ann'), userPassword => 'open-sesame');
    my $response = $client->post('/user', \%new);
    is_answer($response, 201, qr/^[1-9]\d{0,10}$/, 'a new user: a bare id below 100 000 000 000');
    my $id = $response->content;
    is_answer($client->post('/user', { %new, userEmail => 'ann@example.org' }), 201, qr/^\d+$/,
        'an e-mail address may be given; a name may be used twice');
    is_answer($client->post('/user', { %new, userEmail => undef }), 201, qr/^\d+$/, 'or be null');
    is_answer($client->post('/user', { %new, shoeSize => [44], nested => { a => 1 } }), 201, qr/^\d+$/,
        'members that nobody asked for are ignored');
    is_answer($client->post('/user', json_text(\%new), type => undef), 201, qr/^\d+$/,
        'a body of no declared type is taken as JSON');
    is_answer($client->post('/user', json_text(\%new), type => 'Application/JSON; charset=utf-8'), 201,
        qr/^\d+$/, 'a type with a parameter, in any case');

    my @ids = sort { $a <=> $b } map { $client->post('/user', \%new)->content } 1 .. 8;
    is(scalar(grep { $ids[$_] - $ids[ $_ - 1 ] < 1000 } 1 .. $#ids), 0, 'ids do not follow each other')
        or diag("@ids");
    cmp_ok($ids[-1], '>', 2**32, 'and use their whole range');

    my %bad = (
        'no name'               => { userPassword => 'open-sesame' },
        'no password'           => { username => 'ann' },
        'an empty name'         => { %new, username => '' },
        'an empty password'     => { %new, userPassword => '' },
        'a name that is null'   => { %new, username => undef },
        'a password, a number'  => { %new, userPassword => 12345678 },
        'a name, a list'        => { %new, username => ['ann'] },
        'nothing'               => {},
        'a list'                => [ \%new ],
        'a string'              => '"ann"',
        'null'                  => 'null',
        'no JSON'               => 'username=ann&userPassword=open-sesame',
        'no body'               => '',
    );
    for my $name (sort keys %bad) {
        is_error($client->post('/user', $bad{$name}, type => 'application/json'), 400, \@SCHEMA,
            "sign-up refused: $name");
    }
    is_error($client->post('/user', { %new, userEmail => 7 }), 400, [ @SCHEMA[ 0, 1 ] ],
        'sign-up refused: an e-mail address, a number');

    # ---- log in -----------------------------------------------------------------------------
    $response = $client->post("/user/$id", \%new);
    is_answer($response, 200, qr/^".*\b$id\b.*$WHEN[0].*$WHEN[1].*"$/s,
        'a login names the user id, the start and the end');
    my $token = $response->header('X-Session-Token') // '';
    like($token, qr/^[\w.~+\/=-]{43,}$/, 'and brings a token');
    my $again = $client->post("/user/$id", \%new)->header('X-Session-Token') // '';
    isnt($again, $token, 'another login, another token');
    for my $each ($token, $again) {
        is_answer($client->get('/user/caller', as => "Bearer $each"), 200,
            { userID => "$id", username => $new{username}, role => 'member' }, 'both are alive');
    }

    is_error($client->post('/user/x1', \%new), 400, \@NO_ID, 'login: an id that is none');
    is_error($client->post('/user/0',  \%new), 400, \@NO_ID, 'login: the id 0');
    is_error($client->post('/user/x1', {}),    400, \@NO_ID, 'login: the path before the body');
    is_error($client->post("/user/$id", {}),   400, ['INPUT_ERR'], 'login: nothing');
    is_error($client->post("/user/$id", '{'),  400, ['INPUT_ERR'], 'login: no JSON');
    is_error($client->post("/user/$id", { username => $new{username} }), 400, ['INPUT_ERR'],
        'login: no password');
    is_error($client->post('/user/99999999999', {}), 400, ['INPUT_ERR'],
        'login: the schema before the look-up');
    is_error($client->post('/user/99999999999', \%new), 404, \@NO_USER, 'login: nobody has that id');
    is_error($client->post("/user/$id", { %new, username => 'bob' }), 404, ['NOT_FOUND'],
        "login: a name that is not that id's");
    $response = $client->post("/user/$id", { %new, userPassword => 'open-says-me' });
    is_error($response, 404, [ 'INVALID', 'Password Does Not Match' ], 'login: a wrong password');
    is($response->header('X-Session-Token'), undef, 'and no token');

    # ---- is the session alive? --------------------------------------------------------------
    is_answer($client->get("/user/$id"), 200, qr/^".+"$/, 'a session that is alive');
    is_answer($client->get('/user/' . $client->sign_up->{id}), 200, qr/^".+"$/,
        'a new user has one without a login');
    is_error($client->get('/user/abc'),         400, \@NO_ID,   'session: an id that is none');
    is_error($client->get('/user/99999999999'), 404, \@NO_USER, 'session: nobody has that id');

    # ---- who is calling? --------------------------------------------------------------------
    my $member = $client->member;
    my $admin  = $client->admin;
    my %caller = (userID => "$member->{id}", username => $member->{name}, role => 'member');
    is_answer($client->get('/user/caller', as => $member), 200, \%caller, 'the caller, by token');
    is_answer($client->get('/user/caller', as => $admin), 200,
        { userID => "$admin->{id}", username => 'admin', role => 'admin' }, 'an administrator');
    is_error($client->get('/user/caller'), 400, ['MALFORMED'], 'the caller: nobody');
    is_error($client->get('/user/caller', as => 'Bearer xyz'), 400, ['SESSION EXPIRED'],
        'the caller: a token that nobody has');

    # ---- roles ------------------------------------------------------------------------------
    my $role = "/user/$member->{id}/role";
    is_error($client->put($role, { role => 'admin' }), 400, ['MALFORMED'], 'role: nobody calls');
    is_error($client->put($role, { role => 'admin' }, as => $member), 400,
        [ 'UNAUTHORIZED', 'Not an admin', 'Only admin users can use this operation' ],
        'role: nobody makes himself an administrator');
    for my $body ({}, { role => 'owner' }, { role => 1 }, { role => '' }, []) {
        is_error($client->put($role, $body, as => $admin), 400, ['INPUT_ERR'],
            'role: ' . json_text($body));
    }
    is_error($client->put('/user/99999999999/role', { role => 'admin' }, as => $admin), 404, \@NO_USER,
        'role: nobody has that id');
    is_error($client->put('/user/x/role', { role => 'admin' }, as => $admin), 400, \@NO_ID,
        'role: an id that is none');
    is_answer($client->put($role, { role => 'admin' }, as => $admin), 200, 'admin', 'role: granted');
    is_answer($client->get('/user/caller', as => $member), 200, { %caller, role => 'admin' },
        'at once, for a session that was there before');
    is_answer($client->put($role, { role => 'member' }, as => $admin), 200, 'member', 'role: taken');
    is_answer($client->get('/user/caller', as => $member), 200, \%caller, 'at once');

    # ---- log out ----------------------------------------------------------------------------
    my $other   = $client->member;
    my $session = "/user/$member->{id}/session";
    is_error($client->delete($session), 400, ['MALFORMED'], 'logout: nobody calls');
    is_error($client->delete($session, as => $other), 400, ['UNAUTHORIZED'], 'logout: of another user');
    is_answer($client->delete($session, as => $member), 200, 'Ended', 'logout');
    is_error($client->get('/user/caller', as => $member), 400,
        [ 'SESSION EXPIRED', 'user session has expired' ], 'the token is no good any more');
    is_error($client->get("/user/$member->{id}"), 400, ['EXPIRED'], 'and the session has ended');
    is($client->log_in($member)->code, 200, 'the user may log in again');
    is_answer($client->delete("/user/$other->{id}/session", as => $admin), 200, 'Ended',
        'an administrator ends the session of another user');
    is_error($client->get("/user/$other->{id}"), 400, ['EXPIRED'], 'which is over');
    is_error($client->delete('/user/99999999999/session', as => $admin), 404, \@NO_USER,
        'logout: nobody has that id');

    # ---- a new password ---------------------------------------------------------------------
    my $user = $client->member;
    my $path = "/user/$user->{id}/password";
    my %body = (userPassword => 'open-sesame-2', currentPassword => $user->{password});
    is_error($client->put($path, \%body), 400, ['MALFORMED'], 'password: nobody calls');
    is_error($client->put($path, \%body, as => $client->member), 400, ['UNAUTHORIZED'],
        'password: of another user');
    my @bad = ({}, { userPassword => 'open-sesame-2' }, map { +{ %body, %$_ } } { userPassword => '' },
        { userPassword => 7 }, { userPassword => undef }, { userPassword => 'x' x 73 },
        { currentPassword => 7 });
    for my $body (@bad) {
        is_error($client->put($path, $body, as => $user), 400, ['INPUT_ERR'],
            'password: ' . json_text($body));
    }
    is_error($client->put($path, { %body, currentPassword => 'open-says-me' }, as => $user), 404,
        [ 'INVALID', 'Password Does Not Match' ], 'password: a token alone does not change it');
    is_answer($client->get('/user/caller', as => $user), 200, qr/$user->{id}/, 'nothing has changed');
    is_answer($client->put($path, \%body, as => $user), 200, 'Changed', 'a new password');
    is_error($client->get('/user/caller', as => $user), 400, ['SESSION EXPIRED'],
        'it revokes the tokens');
    is_error($client->get("/user/$user->{id}"), 400, ['EXPIRED'], 'and ends the session');
    is_error($client->log_in($user), 404, [ 'INVALID', 'Password Does Not Match' ],
        'the old password is no good');
    is($client->log_in($user, 'open-sesame-2')->code, 200, 'the new one is');
    is_answer($client->put($path, { userPassword => 'open-sesame-3' }, as => $admin), 200, 'Changed',
        'an administrator sets the password of another user');
    is($client->log_in($user, 'open-sesame-3')->code, 200, 'which holds');
    is_error($client->put('/user/99999999999/password', \%body, as => $admin), 404, \@NO_USER,
        'password: nobody has that id');

    # ---- health, routes and methods ---------------------------------------------------------
    $response = $client->get('/user/health');
    is($response->code,    200,  'health: 200');
    is($response->content, 'OK', 'health: OK');
    like($response->header('Content-Type'), qr{^text/plain}, 'health: text');
    is_error($client->get('/user/'), 400, \@NO_ID, 'no id at all');
    for my $path ("/user/$id/nothing", "/user/$id/role/more", '/user/health/x') {
        is_error($client->get($path), 404, [ 'NOT_FOUND', 'Route Not Found' ], "no route: $path");
    }
    my %allowed = (
        '/user'              => 'OPTIONS, POST',
        "/user/$id"          => 'GET, HEAD, OPTIONS, POST',
        '/user/caller'       => 'GET, HEAD, OPTIONS, POST',
        '/user/health'       => 'GET, HEAD, OPTIONS, POST',
        "/user/$id/role"     => 'OPTIONS, PUT',
        "/user/$id/password" => 'OPTIONS, PUT',
        "/user/$id/session"  => 'DELETE, OPTIONS',
    );
    for my $path (sort keys %allowed) {
        my $wrong = $client->call(PATCH => $path, {});
        is_error($wrong, 405, [ 'METHOD_NOT_ALLOWED', 'Method Not Allowed' ], "PATCH $path");
        is(join(', ', sort split /, ?/, $wrong->header('Allow') // ''), $allowed{$path}, "and Allow");
        my $options = $client->call(OPTIONS => $path);
        is_answer($options, 204, undef, "OPTIONS $path");
        is(join(', ', sort split /, ?/, $options->header('Allow') // ''), $allowed{$path}, "and Allow");
    }
});

done_testing();

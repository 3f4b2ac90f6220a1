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

# What the sections share.
my ($admin, %caller, $id, $member, %new, $path, $response);

both_profiles(
    'sign up' => sub {
        my ($client) = @_;
        %new      = (username => unique('ann'), userPassword => 'open-sesame');
        $response = $client->post('/user', \%new);
        is_answer($response, 201, qr/^[1-9]\d{0,10}$/,
            'a sign-up is answered with a bare id below 100 000 000 000');
        $id = $response->content;
        is_answer($client->post('/user', { %new, userEmail => 'ann@example.org' }), 201, qr/^\d+$/,
            'a sign-up may have an e-mail address, and a name that another user has');
        is_answer($client->post('/user', { %new, userEmail => undef }), 201, qr/^\d+$/,
            'the e-mail address of a sign-up may be null');
        is_answer($client->post('/user', { %new, shoeSize => [44], nested => { a => 1 } }), 201, qr/^\d+$/,
            'unknown members of a sign-up are ignored');
        is_answer($client->post('/user', json_text(\%new), type => undef), 201, qr/^\d+$/,
            'a body without a Content-Type is read as JSON');
        is_answer($client->post('/user', json_text(\%new), type => 'Application/JSON; charset=utf-8'), 201,
            qr/^\d+$/, 'a Content-Type may have a parameter, and capital letters');

        my @ids = sort { $a <=> $b } map { $client->post('/user', \%new)->content } 1 .. 8;
        is(scalar(grep { $ids[$_] - $ids[ $_ - 1 ] < 1000 } 1 .. $#ids), 0,
            'no two of eight new ids are close to each other')
            or diag("@ids");
        cmp_ok($ids[-1], '>', 2**32, 'the largest of eight new ids has more than 32 bits');

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
    },
    'log in' => sub {
        my ($client) = @_;
        $response = $client->post("/user/$id", \%new);
        is_answer($response, 200, qr/^".*\b$id\b.*$WHEN[0].*$WHEN[1].*"$/s,
            'a login is answered with the user id, the start and the end of the session');
        my $token = $response->header('X-Session-Token') // '';
        like($token, qr/^[\w.~+\/=-]{43,}$/, 'a login is answered with a token');
        my $again = $client->post("/user/$id", \%new)->header('X-Session-Token') // '';
        isnt($again, $token, 'a second login is answered with another token');
        for my $each ($token, $again) {
            is_answer($client->get('/user/caller', as => "Bearer $each"), 200,
                { userID => "$id", username => $new{username}, role => 'member' },
                    'the tokens of two logins are both valid');
        }

        is_error($client->post('/user/x1', \%new), 400, \@NO_ID,
            'a login with an id that is not a number is refused');
        is_error($client->post('/user/0',  \%new), 400, \@NO_ID, 'a login with the id 0 is refused');
        is_error($client->post('/user/x1', {}),    400, \@NO_ID,
            'a login with a wrong id and a wrong body is refused for the id');
        is_error($client->post("/user/$id", {}),   400, ['INPUT_ERR'],
            'a login with an empty object is refused');
        is_error($client->post("/user/$id", '{'),  400, ['INPUT_ERR'], 'a login with invalid JSON is refused');
        is_error($client->post("/user/$id", { username => $new{username} }), 400, ['INPUT_ERR'],
            'a login without a password is refused');
        is_error($client->post('/user/99999999999', {}), 400, ['INPUT_ERR'],
            'a login with an unknown id and a wrong body is refused for the body');
        is_error($client->post('/user/99999999999', \%new), 404, \@NO_USER,
            'a login with an unknown id is answered 404');
        is_error($client->post("/user/$id", { %new, username => 'bob' }), 404, ['NOT_FOUND'],
            "a login with another user's name is answered 404");
        $response = $client->post("/user/$id", { %new, userPassword => 'open-says-me' });
        is_error($response, 404, [ 'INVALID', 'Password Does Not Match' ],
            'a login with a wrong password is refused');
        is($response->header('X-Session-Token'), undef, 'a login with a wrong password gets no token');
    },
    'is the session alive?' => sub {
        my ($client) = @_;
        is_answer($client->get("/user/$id"), 200, qr/^".+"$/,
            'GET /user/{id} answers 200 while the session is live');
        is_answer($client->get('/user/' . $client->sign_up->{id}), 200, qr/^".+"$/,
            'a new user has a session without a login');
        is_error($client->get('/user/abc'),         400, \@NO_ID,   'GET /user/{id} refuses an id that is not a number');
        is_error($client->get('/user/99999999999'), 404, \@NO_USER,
            'GET /user/{id} answers 404 for an unknown id');
    },
    'who is calling?' => sub {
        my ($client) = @_;
        $member = $client->member;
        $admin  = $client->admin;
        %caller = (userID => "$member->{id}", username => $member->{name}, role => 'member');
        is_answer($client->get('/user/caller', as => $member), 200, \%caller,
            'GET /user/caller names the owner of a token');
        is_answer($client->get('/user/caller', as => $admin), 200,
            { userID => "$admin->{id}", username => 'admin', role => 'admin' },
                'GET /user/caller names the role of an administrator');
        is_error($client->get('/user/caller'), 400, ['MALFORMED'],
            'GET /user/caller refuses a request without credentials');
        is_error($client->get('/user/caller', as => 'Bearer xyz'), 400, ['SESSION EXPIRED'],
            'GET /user/caller refuses an unknown token');
    },
    'roles' => sub {
        my ($client) = @_;
        my $role = "/user/$member->{id}/role";
        is_error($client->put($role, { role => 'admin' }), 400, ['MALFORMED'],
            'PUT role refuses a request without credentials');
        is_error($client->put($role, { role => 'admin' }, as => $member), 400,
            [ 'UNAUTHORIZED', 'Not an admin', 'Only admin users can use this operation' ],
            'a member cannot become an administrator by PUT role');
        for my $body ({}, { role => 'owner' }, { role => 1 }, { role => '' }, []) {
            is_error($client->put($role, $body, as => $admin), 400, ['INPUT_ERR'],
                'PUT role refuses ' . json_text($body));
        }
        is_error($client->put('/user/99999999999/role', { role => 'admin' }, as => $admin), 404, \@NO_USER,
            'PUT role answers 404 for an unknown id');
        is_error($client->put('/user/x/role', { role => 'admin' }, as => $admin), 400, \@NO_ID,
            'PUT role refuses an id that is not a number');
        is_answer($client->put($role, { role => 'admin' }, as => $admin), 200, 'admin',
            'an administrator grants the role');
        is_answer($client->get('/user/caller', as => $member), 200, { %caller, role => 'admin' },
            'a granted role takes effect at once, in an existing session');
        is_answer($client->put($role, { role => 'member' }, as => $admin), 200, 'member',
            'an administrator revokes the role');
        is_answer($client->get('/user/caller', as => $member), 200, \%caller,
            'a revoked role takes effect at once');
    },
    'log out' => sub {
        my ($client) = @_;
        my $other   = $client->member;
        my $session = "/user/$member->{id}/session";
        is_error($client->delete($session), 400, ['MALFORMED'],
            'DELETE session refuses a request without credentials');
        is_error($client->delete($session, as => $other), 400, ['UNAUTHORIZED'],
            "a member cannot end another user's session");
        is_answer($client->delete($session, as => $member), 200, 'Ended', 'a user logs out');
        is_error($client->get('/user/caller', as => $member), 400,
            [ 'SESSION EXPIRED', 'user session has expired' ], 'the token is invalid after the logout');
        is_error($client->get("/user/$member->{id}"), 400, ['EXPIRED'],
            'the session has ended after the logout');
        is($client->log_in($member)->code, 200, 'a user can log in again after a logout');
        is_answer($client->delete("/user/$other->{id}/session", as => $admin), 200, 'Ended',
            'an administrator ends the session of another user');
        is_error($client->get("/user/$other->{id}"), 400, ['EXPIRED'],
            'the session that an administrator ended is over');
        is_error($client->delete('/user/99999999999/session', as => $admin), 404, \@NO_USER,
            'DELETE session answers 404 for an unknown id');
    },
    'a new password' => sub {
        my ($client) = @_;
        my $user = $client->member;
        $path = "/user/$user->{id}/password";
        my %body = (userPassword => 'open-sesame-2', currentPassword => $user->{password});
        is_error($client->put($path, \%body), 400, ['MALFORMED'],
            'PUT password refuses a request without credentials');
        is_error($client->put($path, \%body, as => $client->member), 400, ['UNAUTHORIZED'],
            "a member cannot set another user's password");
        my @bad = ({}, { userPassword => 'open-sesame-2' }, map { +{ %body, %$_ } } { userPassword => '' },
            { userPassword => 7 }, { userPassword => undef }, { userPassword => 'x' x 73 },
            { currentPassword => 7 });
        for my $body (@bad) {
            is_error($client->put($path, $body, as => $user), 400, ['INPUT_ERR'],
                'PUT password refuses ' . json_text($body));
        }
        is_error($client->put($path, { %body, currentPassword => 'open-says-me' }, as => $user), 404,
            [ 'INVALID', 'Password Does Not Match' ],
                'PUT password with a token and a wrong current password is refused');
        is_answer($client->get('/user/caller', as => $user), 200, qr/$user->{id}/,
            'the token stays valid after refused changes of the password');
        is_answer($client->put($path, \%body, as => $user), 200, 'Changed', 'a user changes the password');
        is_error($client->get('/user/caller', as => $user), 400, ['SESSION EXPIRED'],
            'a new password revokes the tokens');
        is_error($client->get("/user/$user->{id}"), 400, ['EXPIRED'], 'a new password ends the session');
        is_error($client->log_in($user), 404, [ 'INVALID', 'Password Does Not Match' ],
            'the old password is refused after the change');
        is($client->log_in($user, 'open-sesame-2')->code, 200, 'the new password is accepted after the change');
        is_answer($client->put($path, { userPassword => 'open-sesame-3' }, as => $admin), 200, 'Changed',
            'an administrator sets the password of another user');
        is($client->log_in($user, 'open-sesame-3')->code, 200,
            'the password that an administrator set is accepted');
        is_error($client->put('/user/99999999999/password', \%body, as => $admin), 404, \@NO_USER,
            'PUT password answers 404 for an unknown id');
    },
    'health, routes and methods' => sub {
        my ($client) = @_;
        $response = $client->get('/user/health');
        is($response->code,    200,  'GET /user/health answers 200');
        is($response->content, 'OK', 'the body of GET /user/health is OK');
        like($response->header('Content-Type'), qr{^text/plain}, 'the type of GET /user/health is text');
        is_error($client->get('/user/'), 400, \@NO_ID, 'GET /user/ is refused for its missing id');
        for my $path ("/user/$id/nothing", "/user/$id/role/more", '/user/health/x') {
            is_error($client->get($path), 404, [ 'NOT_FOUND', 'Route Not Found' ], "GET $path is no route");
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
            is_error($wrong, 405, [ 'METHOD_NOT_ALLOWED', 'Method Not Allowed' ],
                "PATCH $path is answered 405");
            is(join(', ', sort split /, ?/, $wrong->header('Allow') // ''), $allowed{$path},
                "the 405 of PATCH $path has Allow");
            my $options = $client->call(OPTIONS => $path);
            is_answer($options, 204, undef, "OPTIONS $path is answered 204");
            is(join(', ', sort split /, ?/, $options->header('Allow') // ''), $allowed{$path},
                "the answer to OPTIONS $path has Allow");
        }
    },
);

done_testing();

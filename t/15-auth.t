# Who is calling: the schemes and where each is on, administrators, sessions that end, guessing, and
# what must never be in a log.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::Held ();
use Bookable::Process qw(wait_until);
use Bookable::Server;
use IO::Select ();
use Time::HiRes qw(clock_gettime sleep time CLOCK_MONOTONIC);

my @NOBODY  = ('MALFORMED', 'basic auth is missing or malformed',
    'ensure that a username and/or password are provided');
my @EXPIRED = ('SESSION EXPIRED', 'user session has expired');

# ---- the schemes: a caller is known by those that are on, and by no other ---------------------
my %on = (
    ''              => [qw(bearer password session-id)],
    standard        => [qw(bearer password session-id)],
    defaults        => [qw(bearer password)],
    only_bearer     => ['bearer'],
    only_password   => ['password'],
    only_session_id => ['session-id'],
    no_scheme       => [],
);
my $whole = Bookable::Client->new;
my $ann   = $whole->member;
my %header = (
    'bearer'     => bearer($ann),
    'password'   => basic($ann->{name}, $ann->{password}),
    'session-id' => basic($ann->{name}, $ann->{id}),
);
for my $vhost (sort keys %on) {
    my $client = Bookable::Client->new($vhost ? (vhost => $vhost) : ());
    for my $scheme (sort keys %header) {
        my @asked = ($client->get('/user/caller', as => $header{$scheme}),
            $client->get('/booking/2030-05-14/99999999999', as => $header{$scheme}));
        if (grep { $_ eq $scheme } @{ $on{$vhost} }) {
            is_answer($asked[0], 200, qr/"userID": ?"$ann->{id}"/,
                ($vhost || 'main server') . ": a caller is known by $scheme, which is on");
            is_error($asked[1], 404, ['NOT_FOUND'],
                ($vhost || 'main server') . ": a booking can be read by $scheme, which is on");
        }
        else {
            # Where no scheme reads that kind of header at all it is malformed, else nobody's.
            is_error($asked[$_], 400, [qr/^(?:MALFORMED|SESSION EXPIRED)$/],
                ($vhost || 'main server') . ": a caller is refused by $scheme, which is off" . ($_ ? ', for a booking' : '')) for 0, 1;
        }
    }
}
for my $scheme (qw(Bearer Basic)) {
    my @offers = Bookable::Client->new(vhost => "standard")->get('/user/caller')->header('WWW-Authenticate');
    like(join(', ', @offers), qr/\b$scheme realm="/, "a 401 of the standard profile offers $scheme");
}

# ---- by password and by session id --------------------------------------------------------------
my $defaults = Bookable::Client->new(vhost => 'defaults');
is_answer($defaults->get('/user/caller', as => basic($ann->{id}, $ann->{password})), 200,
    qr/"$ann->{id}"/, 'Basic with id and password is accepted');
is_answer($defaults->get('/user/caller', as => basic($ann->{name}, $ann->{password}) =~ s/Basic/bAsIc/r),
    200, qr/"$ann->{id}"/, "the case of the word Basic does not matter");
is_error($defaults->get('/user/caller', as => basic($ann->{name}, "$ann->{password} ")), 400, \@EXPIRED,
    'Basic with a password and an extra blank is refused');
is_error($defaults->get('/user/caller', as => basic(uc $ann->{name}, $ann->{password})), 400, \@EXPIRED,
    'Basic with the name in another case is refused');
my $colon = $whole->member(password => 'open-sesame:with:colons');
is_answer($defaults->get('/user/caller', as => basic($colon->{name}, $colon->{password})), 200,
    qr/"$colon->{id}"/, 'Basic accepts a password with colons');
my $wide = $whole->member(name => unique("\x{df}tefan"), password => "open-sesame-\x{20ac}");
utf8::encode(my $pair = "$wide->{name}:$wide->{password}");
is_answer($defaults->get('/user/caller', as => basic(split /:/, $pair)), 200, qr/"$wide->{id}"/,
    'Basic accepts a name and a password beyond ASCII, in UTF-8');
my ($first, $second) = map { $whole->member(name => $ann->{name} . '-twin') } 1 .. 2;
for my $user ($first, $second) {
    is_error($defaults->get('/user/caller', as => basic($user->{name}, $user->{password})), 400, \@EXPIRED,
        'Basic with a name that two users share is refused');
    is_answer($defaults->get('/user/caller', as => basic($user->{id}, $user->{password})), 200,
        qr/"$user->{id}"/, 'Basic with the id of a user whose name is shared is accepted');
    is_answer($whole->get('/user/caller', as => basic($user->{name}, $user->{id})), 200,
        qr/"$user->{id}"/, 'the session id of a user whose name is shared is accepted');
}
is_error($whole->get('/user/caller', as => basic($ann->{name}, $colon->{id})), 400, \@EXPIRED,
    'a name with the session id of another user is refused');
is_error($whole->get('/user/caller', as => basic($ann->{id}, $ann->{id})), 400, \@EXPIRED,
    'an id in place of the name is refused with a session id');
# A user whose name is the id of another must not be taken for that user.
my $mask = $whole->member(name => "$ann->{id}");
is_error($defaults->get('/user/caller', as => basic($ann->{id}, $mask->{password})), 400, \@EXPIRED,
    "a user whose name is another user's id is refused under that id");
is_answer($defaults->get('/user/caller', as => basic($ann->{id}, $ann->{password})), 200, qr/"$ann->{id}"/,
    "a user is accepted by id though another user's name is that id");

# ---- administrators -----------------------------------------------------------------------------
for my $name (qw(admin Admin ADMIN aDmIn)) {
    is_error($defaults->post('/user', { username => $name, userPassword => 'open-sesame' }), 400,
        ['INPUT_ERR'], "a sign-up as $name is refused without UserAdminSignup");
    my $admin = $whole->member(name => $name);
    is_answer($whole->get('/user/caller', as => $admin), 200, qr/"role": ?"admin"/,
        "a sign-up as $name makes an administrator with UserAdminSignup");
}
for my $name ('admin ', ' admin', 'administrator', 'adm1n', "admin\x{301}") {
    my $user = eval { $whole->member(name => $name) };
    my $role = $user ? $whole->get('/user/caller', as => $user)->content : '"role":"member"';
    like($role, qr/"role": ?"member"/, "a name that looks like admin makes no administrator: '$name'");
}

# ---- sessions end -------------------------------------------------------------------------------
my @brief;
for my $vhost (qw(brief brief_standard)) {
    my $brief = Bookable::Client->new(vhost => $vhost);
    my ($user, $as, %alive) = Bookable::Server::in_time(2, sub {
        my $user = $brief->member;
        my %as   = ('bearer' => bearer($user), 'session-id' => basic($user->{name}, $user->{id}),
            'password' => basic($user->{id}, $user->{password}));
        return ($user, \%as, map({ ($_ => $brief->get('/user/caller', as => $as{$_})) } keys %as),
            user => $brief->get("/user/$user->{id}"));
    });
    is_answer($alive{$_}, 200, qr/"$user->{id}"/,
        "a caller is known by $_ while the session is live") for sort keys %$as;
    is_answer($alive{user}, 200, qr/"/, 'a session is live right after the sign-up');
    push @brief, [ $brief, $user, $as ];
}
# Looked at when the session of before would be over, and this one is not.
for my $each (@brief) {
    my ($brief, $user) = @$each;
    my ($begin, $renewed, $alive) = (0);
    for (1 .. 30) {
        $brief->log_in($user);
        $begin = time;
        sleep 1.2;
        my $again = time;
        $renewed = $brief->log_in($user);
        sleep 2.1 - (time - $begin) if time - $begin < 2.1;
        $alive = $brief->get("/user/$user->{id}");
        last if time - $again < 2;
    }
    is($renewed->code, 200, 'a second login renews the session');
    is_answer($alive, 200, qr/"/, 'a renewed session is live when the first one would have ended');
}
sleep 2.1;
for my $each (@brief) {
    my ($brief, $user, $as) = @$each;
    is_error($brief->get("/user/$user->{id}"), 400, ['EXPIRED'], 'a session ends after UserSessionLifetime');
    is_error($brief->get('/user/caller', as => $as->{$_}), 400, \@EXPIRED,
        "a caller is refused by $_ when the session has ended") for sort keys %$as;
    is_error($brief->post('/space', {}, as => $user), 400, \@EXPIRED,
        'a space cannot be made when the session has ended');
    is_error($brief->book($user), 400, \@EXPIRED, 'a booking cannot be made when the session has ended');
    is($brief->log_in($user)->code, 200, 'a user can log in when the session has ended');
    is_answer($brief->get("/user/$user->{id}"), 200, qr/"/, 'a login opens a new session when one has ended');
    is_answer($brief->get('/user/caller', as => $as->{'session-id'}), 200, qr/"$user->{id}"/,
        'a new session is live by session id');
    is_error($brief->get('/user/caller', as => $as->{bearer}), 400, \@EXPIRED,
        'the token of an ended session stays invalid after a new login');
}

# ---- the scheme that anybody can read the secret of ---------------------------------------------
for my $case ([ '127.0.0.1', 'session-id', 0 ], [ '0.0.0.0', 'session-id', 1 ], [ '0.0.0.0', 'bearer', 0 ]) {
    my ($address, $scheme, $warns) = @$case;
    my $port   = Bookable::Server::free_port();
    my $server = Bookable::Server->new(modules => ['user'], children => 1, threads => 2, config => <<"END");
UserAuthSchemes bearer
Listen $address:$port
<VirtualHost $address:$port>
    UserAuthSchemes $scheme
</VirtualHost>
END
    $server->start;
    my @lines = grep { /:warn\].*session-id/ } split /\n/, $server->log_tail(1000);
    is(scalar @lines ? 1 : 0, $warns, "$scheme on $address: " . ($warns ? 'a warning' : 'no warning'))
        or diag($server->log_tail);
    $server->stop;
}

# ---- what logs hold -----------------------------------------------------------------------------
my $traced = Bookable::Client->new(vhost => 'traced');
my $user   = $traced->member(password => 'open-sesame-to-the-logs');
my $admin  = $traced->admin;
my $space  = $traced->space;
$traced->log_in($user, 'open-sesame-in-vain');
$traced->get('/user/caller', as => basic(@$user{qw(name password)}));
$traced->get('/user/caller', as => basic($user->{name}, 'open-sesame-wrong'));
$traced->get('/user/caller', as => 'Bearer ' . 'not-a-token' x 4);
is($traced->book($user, spaceID => $space)->code, 201,
    'a booking is made in the virtual host that logs at trace level');
$traced->put("/user/$user->{id}/password", { userPassword => 'open-sesame-changed' }, as => $user);
$traced->post('/user', '{"username":"ann","userPassword":"open-sesame-broken', type => 'application/json');
my $vars = Bookable::Client::vars();
my $logs = '';
for my $name (qw(error_log access_log)) {
    open my $in, '<', "$vars->{t_logs}/$name" or next;
    $logs .= do { local $/; <$in> };
}
like($logs, qr/\[booking:debug\]/, 'the log of the virtual host has lines of level debug');
like($logs, qr{/booking}, 'the logs name the requests');
my %secret = (
    'a password'                 => 'open-sesame',
    'a password in base64'       => substr(basic(@$user{qw(name password)}), 6, 24),
    'a token'                    => $user->{token},
    'the token of an admin'      => $admin->{token},
    'a token that nobody has'    => 'not-a-token',
    'a hash'                     => '$2y$',
);
is(index($logs, $secret{$_}), -1, "no log holds $_") for sort keys %secret;

# ---- guessing is slowed down --------------------------------------------------------------------
# A window that does not end while this runs: windows of each length begin at another moment.
my $now = clock_gettime(CLOCK_MONOTONIC);
my ($window) = grep { $_ - $now % $_ > 600 } 3600 .. 7200;
my $server = Bookable::Server->new(modules => ['user'], config => <<"END");
UserLoginFailures 3 12
UserLoginWindow ${window}s
END
$server->start;
my $client = Bookable::Client->new(base => $server->base_url);
my ($one, $two) = map { $client->member } 1 .. 2;
my @throttled = ('THROTTLED', 'Too many failed logins');
my @wrong     = ('INVALID', 'Password Does Not Match');
is_error($client->log_in($one, 'open-says-me'), 404, \@wrong, "wrong password $_ of 2 is refused as wrong") for 1 .. 2;
is($client->log_in($one)->code, 200, 'the right password is accepted after two wrong ones');
is_error($client->log_in($one, 'open-says-me'), 404, \@wrong,
    "after a right password the count begins again: wrong password $_ of 3") for 1 .. 3;
my $response = $client->log_in($one, 'open-says-me');
is_error($response, 429, \@throttled, 'the fourth wrong password is throttled');
cmp_ok($response->header('Retry-After'), '<=', $window, 'Retry-After is no longer than the window');
is_error($client->log_in($one), 429, \@throttled,
    'the right password is refused while the account is throttled');
is_error($client->get('/user/caller', as => basic($one->{id}, $one->{password})), 429, \@throttled,
    'Basic is refused while the account is throttled');
is_answer($client->get('/user/caller', as => $one), 200, qr/"$one->{id}"/,
    'a token is accepted while the account is throttled');
is($client->log_in($two)->code, 200, 'another user can log in while an account is throttled');
is_error($client->log_in($two, 'open-says-me'), 404, \@wrong,
    "wrong password $_ of 2 for a second user is refused as wrong") for 1 .. 2;
$client->log_in({ id => 99999999999 - $_, name => 'nobody' }, 'open-says-me') for 1 .. 5;
is_error($client->log_in($two), 429, \@throttled,
    'an address with too many failures is throttled for every account');
$server->stop;

# A lock that ends, after as many failures as there is time for in one window.
$server = Bookable::Server->new(modules => ['user'], config => "UserLoginFailures 1 0\nUserLoginWindow 2s\n")->start;
$client = Bookable::Client->new(base => $server->base_url);
$one    = $client->member;
ok(wait_until(30, sub { $client->log_in($one, 'open-says-me')->code == 429 }), 'failed logins throttle the account');
ok(wait_until(10, sub { $client->log_in($one)->code == 200 }), 'after the window the right password is accepted');
$server->stop;

# ---- hashes are capped --------------------------------------------------------------------------
# Six requests while the first hash of them stands still.
my $held = Bookable::Held->new;
$server = Bookable::Server->new(modules => [qw(user space)], children => 1, config => <<'END');
UserHashLimit 1
UserHashQueue 1
UserHashWait 60s
BookableRetryAfter 4s
END
$held->start($server);
my $cheap = Bookable::Client->new(base => $server->base_url)->admin;
$server->{config} .= "UserBcryptCost 5\n";
$server->restart;
$client = Bookable::Client->new(base => $server->base_url);
# Sends the same request six times; the answers, those that succeeded first. It is known which are refused
# before any of the others ends.
my $at_once = sub {
    my ($request, $body) = @_;
    my @sockets = map { $client->connect } 1 .. 6;
    my $go = $held->during(sub {
        syswrite $_, "$request\r\nHost: a\r\nConnection: close\r\nContent-Length: " . length($body)
            . "\r\n\r\n$body" for @sockets;
    });
    my $select = IO::Select->new(@sockets);
    wait_until(20, sub { my @ready = $select->can_read(0); @ready >= 4 });
    $go->();
    return sort { $a->code <=> $b->code } map { $client->exchange('', $_) } @sockets;
};
my $body    = json_text({ username => 'ann', userPassword => 'open-sesame' });
my @answers = $at_once->('POST /user HTTP/1.1', $body);
is(join(' ', map { $_->code } @answers), '201 201 503 503 503 503',
    'of six sign-ups at once one is hashed, one queued and four refused');
is_error($answers[-1], 503, [ 'BUSY', 'Too many logins at once' ],
    'a sign-up beyond the queue is answered BUSY');
is($answers[-1]->header('Retry-After'), 4, 'a BUSY answer has the Retry-After of the configuration');
is_answer($client->post('/user', $body), 201, qr/^\d+$/, 'a sign-up after the storm is served');
is($client->log_in($cheap)->code, 200, 'a login of a user with a cheap hash succeeds');
is_error($client->post('/space', {}, as => basic(@$cheap{qw(id password)})), 400, ['INPUT_ERR'],
    'the password is accepted after its hash was made more costly');
@answers = $at_once->("POST /space HTTP/1.1\r\nAuthorization: " . basic(@$cheap{qw(id password)}), '{}');
# Under memcheck, which runs one thread at a time, they may come one after the other: none is then refused.
my $hashed = grep { $_->code == 400 } @answers;
my @busy   = grep { $_->code != 400 } @answers;
my $is_by_turns = Bookable::Process::patience(1) > 1;
ok($hashed == 2 || $is_by_turns && $hashed > 2,
    "of six requests at once with Basic one is hashed, one queued and four refused: $hashed were served");
is_error($_, 503, [ 'BUSY', 'Too many logins at once' ],
    'a request with Basic beyond the queue is answered BUSY') for @busy;
is($_->header('Retry-After'), 4, 'a BUSY answer has the Retry-After of the configuration') for @busy;
$server->stop;

done_testing();

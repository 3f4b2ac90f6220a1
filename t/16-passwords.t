# What a password decides while it is changed, and a session that is ended: whoever was right when
# the hashing began, and is not when it is done, gets nothing; and no clock brings a session back.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use File::Temp ();
use HTTP::Date ();

use Bookable::Client;
use Bookable::Held ();
use Bookable::Server;

my @WRONG   = ('INVALID', 'Password Does Not Match');
my @EXPIRED = ('SESSION EXPIRED', 'user session has expired');
my $NEW     = 'open-sesame-new';

# ---- a request that is sent, and answered later -------------------------------------------------

my $held = Bookable::Held->new;

# Sends a request, and returns when the server is at work on its hash, which goes on when the function is
# called that this returns: that reads the answer.
sub begin
{
    my ($client, $method, $path, $body, $as) = @_;
    my $text   = defined $body ? json_text($body) : '';
    my $socket = $client->connect;
    my $go = $held->during(sub {
        syswrite $socket, "$method $path HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            . ($as ? "Authorization: $as\r\n" : '')
            . (length $text ? 'Content-Length: ' . length($text) . "\r\n" : '') . "\r\n$text";
    });
    return sub {
        $go->();
        return $client->exchange('', $socket);
    };
}

# ---- each store ---------------------------------------------------------------------------------

sub check_store
{
    my ($store) = @_;
    my $server = Bookable::Server->new(modules => ['user'], children => 1, threads => 8,
        ($store ? (store => $store, cache => 'none') : ()), config => "UserHashLimit 4\n");
    $held->start($server);
    $store //= $server->store->kind;
    my $client = Bookable::Client->new(base => $server->base_url);
    my ($admin, $other) = map { $client->member(name => 'admin') } 1, 2;
    my ($ann, $bob, $cid, $dan) = map { $client->sign_up } 1 .. 4;
    my ($eve, $fay) = map { $client->sign_up } 1, 2;
    my $given = begin($client, PUT => "/user/$eve->{id}/password", { userPassword => $NEW },
        bearer($other));
    is_answer($client->put("/user/$other->{id}/role", { role => 'member' }, as => $admin), 200, 'member',
        "$store: an administrator loses the role while the password that they set is being hashed");
    is_error($given->(), 400, ['UNAUTHORIZED'],
        "$store: an administrator who lost the role during the hash sets no password");

    # ---- log-in, and a new password
    my $change = sub {
        my ($user) = @_;
        is_answer($client->put("/user/$user->{id}/password", { userPassword => $NEW }, as => $admin), 200,
            'Changed', "$store: a password is changed while the old one is being hashed");
    };
    my %old = (username => $ann->{name}, userPassword => $ann->{password});
    my $login = begin($client, POST => "/user/$ann->{id}", \%old);
    $change->($ann);
    my $answer = $login->();
    is_error($answer, 404, \@WRONG, "$store: a log-in with the old password, hashed during the change, is refused");
    is($answer->header('X-Session-Token'), undef, "$store: a log-in with the old password gets no token");
    is_error($client->get("/user/$ann->{id}"), 400, ['EXPIRED'],
        "$store: a log-in with the old password does not renew the session");
    is($client->log_in($ann, $NEW)->code, 200, "$store: a log-in with the new password succeeds");

    # ---- two new passwords
    my $token = $client->log_in($bob)->header('X-Session-Token');
    my @bodies = map { +{ userPassword => "$NEW-$_", currentPassword => $bob->{password} } } 1, 2;
    my @changes = map { begin($client, PUT => "/user/$bob->{id}/password", $_, "Bearer $token") }
        @bodies;
    my @codes = map { $_->()->code } @changes;
    is(scalar(grep { $_ == 200 } @codes), 1, "$store: of two changes from the same password one is made")
        or diag("@codes");
    my @opens = map { $client->log_in($bob, "$NEW-$_")->code } 1, 2;
    is(join(' ', @opens), join(' ', map { $_ == 200 ? 200 : 404 } @codes),
        "$store: only the password of the change that was made is accepted");

    # ---- a new password, and an administrator who disables the user
    my %new = (userPassword => $NEW, currentPassword => $fay->{password});
    my $change_own = begin($client, PUT => "/user/$fay->{id}/password", \%new,
        'Bearer ' . $client->log_in($fay)->header('X-Session-Token'));
    my $state = sub { $client->put("/user/$fay->{id}/state", { state => $_[0] }, as => $admin) };
    is_answer($state->('disabled'), 200, 'disabled', "$store: a user is disabled who is changing the password");
    is_error($change_own->(), 400, ['DISABLED'], "$store: a user who was disabled meanwhile changes no password");
    is($state->('active')->code, 200, "$store: the user is enabled again");
    is($client->log_in($fay)->code, 200, "$store: the password of before is the one that counts");

    # ---- Basic, and a role, a log-out, a new password
    my $basic = sub {
        my ($user) = @_;
        return begin($client, GET => '/user/caller', undef, basic(@$user{qw(id password)}));
    };
    my $member = $client->put("/user/$cid->{id}/role", { role => 'admin' }, as => $admin);
    is_answer($member, 200, 'admin', "$store: a role is granted");
    my $caller = $basic->($cid);
    $client->put("/user/$cid->{id}/role", { role => 'member' }, as => $admin);
    is_answer($caller->(), 200, qr/"role": ?"member"/,
        "$store: Basic does not have a role that was revoked during the hash");
    $caller = $basic->($cid);
    is_answer($client->delete("/user/$cid->{id}/session", as => $admin), 200, 'Ended',
        "$store: a session is ended during the hash");
    is_error($caller->(), 400, \@EXPIRED, "$store: Basic is refused when the session was ended during the hash");
    $caller = $basic->($dan);
    $change->($dan);
    is_error($caller->(), 400, \@EXPIRED, "$store: Basic with the old password is refused when the password was changed during the hash");

    # ---- two log-ins at once, each of which makes the hash anew: it is the same password all the same
    $ann = $client->sign_up;
    $server->{config} = "UserHashLimit 4\nUserBcryptCost 5\n";
    $server->restart;
    my %same = (username => $ann->{name}, userPassword => $ann->{password});
    my @logins = map { begin($client, POST => "/user/$ann->{id}", \%same) } 1, 2;
    is(join(' ', map { $_->()->code } @logins), '200 200',
        "$store: two log-ins at once that both rehash the password succeed");
    $server->stop;
}

check_store(undef);
check_store('shm') if ($ENV{BOOKABLE_STORE} // '') ne 'shm';

# ---- a host whose clock is behind ---------------------------------------------------------------
SKIP: {
    my $dir = File::Temp->newdir('bookable-XXXXXX', DIR => '/tmp');
    chmod 0755, $dir;
    my %of     = (modules => ['user'], children => 1, threads => 4);
    my $server = Bookable::Server->new(%of)->start;
    skip 'a store of one host', 1 unless $server->store->is_durable;
    my $behind = Bookable::Server->new(%of, store => $server->store);
    {
        local $ENV{LD_PRELOAD} = Bookable::Held::preload($dir, 'behind');
        $behind->start;
    }
    my ($here, $there) = map { Bookable::Client->new(base => $_->base_url) } $server, $behind;
    my $late = time - HTTP::Date::str2time($there->get('/user/health')->header('Date'));
    skip 'this httpd keeps its own clock', 1 if $late < 20;
    my $admin = $here->member(name => 'admin');
    my %end = (
        'a log-out'           => sub { $here->delete("/user/$_[0]{id}/session", as => $_[0]) },
        'an administrator'    => sub { $here->delete("/user/$_[0]{id}/session", as => $admin) },
        'a new password'      => sub {
            my $changed = $here->put("/user/$_[0]{id}/password",
                { userPassword => $NEW, currentPassword => $_[0]{password} }, as => $_[0]);
            $_[0]{password} = $NEW;
            return $changed;
        },
        'a password that is given' => sub {
            $_[0]{password} = $NEW;
            return $here->put("/user/$_[0]{id}/password", { userPassword => $NEW }, as => $admin);
        },
    );
    for my $how (sort keys %end) {
        my $user = $here->member;
        is($end{$how}->($user)->code, 200, "$how: the request that ends the session succeeds");
        for my $host ($here, $there) {
            my $which = $host == $here ? 'here' : 'on a host whose clock is half a minute behind';
            is_error($host->get("/user/$user->{id}"), 400, ['EXPIRED'], "$how: the session is over $which");
            is_error($host->get('/user/caller', as => $_->[1]), 400, \@EXPIRED,
                "$how: a caller is refused by $_->[0] $which")
                for [ password => basic(@$user{qw(id password)}) ],
                    [ 'session id' => basic(@$user{qw(name id)}) ], [ token => bearer($user) ];
        }
        is($there->log_in($user)->code, 200,
            "$how: the user can log in again on the host whose clock is behind");
        is_answer($here->get('/user/caller', as => basic(@$user{qw(id password)})), 200, qr/$user->{id}/,
            "$how: the new session is live on the other host");
    }
    $_->stop for $behind, $server;
}

done_testing();

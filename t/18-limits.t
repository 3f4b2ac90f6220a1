# Who may try how often: wrong passwords keep out who sends them, and not the owner of the account;
# no answer tells which accounts there are; sign-ups are counted, too.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

use Bookable::Client;
use Bookable::Server;

my @THROTTLED = ('THROTTLED', 'Too many failed logins');
my @EXPIRED   = ('SESSION EXPIRED', 'user session has expired');
my $WRONG     = 'open-says-me';

# A window that does not end while this runs: windows of each length begin at another moment.
my $now = clock_gettime(CLOCK_MONOTONIC);
my ($window) = grep { $_ - $now % $_ > 600 } 3600 .. 7200;

sub start
{
    my ($config, %more) = @_;
    return Bookable::Server->new(modules => ['user'], children => 1, threads => 16, %more,
        config => "UserLoginWindow ${window}s\n$config")->start;
}

# A client at another address of the loopback network.
sub from
{
    my ($server, $number) = @_;
    my $client = Bookable::Client->new(base => $server->base_url);
    $client->{agent}->local_address("127.0.0.$number");
    return $client;
}

sub by_password
{
    my ($client, $who, $password, @headers) = @_;
    return $client->get('/user/caller', as => basic($who, $password), headers => \@headers);
}

# ---- with what is set where nothing is said -----------------------------------------------------
my $server = start('');
my ($home, $thief) = (from($server, 1), from($server, 2));
my $ann  = $home->sign_up;
my $bob  = $home->sign_up;
is_error(by_password($thief, $ann->{name}, "$WRONG-$_"), 400, \@EXPIRED,
    "wrong password $_ of 20 by name is refused as wrong")
    for 1 .. 20;
is_error(by_password($thief, $ann->{name}, $WRONG), 429, \@THROTTLED,
    'the 21st wrong password by name is throttled');
is_error(by_password($thief, $ann->{id}, $WRONG), 429, \@THROTTLED,
    'a wrong password by id is throttled after 20 failures by name');
is_error($thief->log_in($ann), 429, \@THROTTLED,
    'a log-in with the right password is throttled after 20 failures');
is($thief->log_in($bob)->code, 200, 'another account can be logged in to from that address');
is(from($server, 3)->log_in($ann)->code, 200, 'the owner logs in from another address');
is_answer(by_password($home, $ann->{name}, $ann->{password}), 200, qr/$ann->{id}/,
    'the owner is known by password from an address without failures');
$server->stop;

# ---- an account from many addresses -------------------------------------------------------------
$server = start("UserLoginFailures 3 0 9\n");
$home   = from($server, 1);
$ann    = $home->member;
for my $number (2 .. 4) {
    is_error(by_password(from($server, $number), $ann->{name}, $WRONG), 400, \@EXPIRED,
        "wrong password $_ of 3 from address $number is refused as wrong") for 1 .. 3;
}
is_error(from($server, 5)->log_in($ann), 429, \@THROTTLED, 'an account has a limit of its own for new addresses');
is($home->log_in($ann)->code, 200, 'the limit of an account does not apply where its owner has logged in before');
is_error(by_password($home, $ann->{id}, $WRONG), 400, \@EXPIRED,
    "wrong password $_ of 3 from the owner's address is refused as wrong") for 1 .. 3;
is_error($home->log_in($ann), 429, \@THROTTLED, "the limit of one address applies to the owner's address");
is_answer($home->get('/user/caller', as => $ann), 200, qr/$ann->{id}/,
    'a token is accepted while the account is throttled');
my $dan = $home->sign_up;
is_error(by_password($home, $dan->{id}, $WRONG), 400, \@EXPIRED,
    'with the limit 0 an address is not throttled for another account');
$server->stop;

# ---- what answers give away ---------------------------------------------------------------------
$server = start("UserLoginFailures 4 0\nUserHashLimit 4\n");
$home   = from($server, 1);
my $twin = $home->sign_up->{name};
$home->sign_up(name => $twin) for 1 .. 2;
my $said = sub {
    my ($ask) = @_;
    return join '', map {
        my $answer = $ask->();
        my $text = join ' ', $answer->code, $answer->header('Retry-After') ? 'later' : 'now', $answer->content;
        "$text\n";
    } 1 .. 6;
};
my %name = ('a name' => $home->sign_up->{name}, 'an id' => $home->sign_up->{id},
    'a name that several have' => $twin);
my $same = unique('nobody');
my $unknown = $said->(sub { by_password(from($server, 2), $same, $WRONG) });
like($unknown, qr/\A(?:400 now.*SESSION EXPIRED.*\n){4}(?:429 later.*THROTTLED.*\n){2}\z/,
    'a name that nobody has: four times wrong, then too often');
for my $kind (sort keys %name) {
    is($said->(sub { by_password(from($server, 2), $name{$kind}, $WRONG) }), $unknown,
        "$kind is answered in the same words, as often");
}
# One name, written with one character or with two.
my %spelled = map { $_ => [ map { "$_$same" } "\xc3\xa9", "e\xcc\x81" ] } 'somebody', 'nobody';
$spelled{somebody} = [ map { "s$_" } @{ $spelled{somebody} } ];
$home->post('/user', qq({"username":"$spelled{somebody}[0]","userPassword":"open-sesame"}), type => undef);
for my $who (sort keys %spelled) {
    my $count = 0;
    is($said->(sub { by_password(from($server, 2), $spelled{$who}[ $count++ % 2 ], $WRONG) }), $unknown,
        "a name of $who is counted in all its spellings");
}
is($said->(sub { by_password(from($server, 2), 99999999998, $WRONG) }), $unknown,
    'an unknown id is answered in the same words, as often');
my $login = sub {
    my %user = @_;
    return $said->(sub { from($server, 3)->log_in(\%user, $WRONG) }) =~ s/"Details".*//gr;
};
my $cid = $home->sign_up;
like($login->(%$cid), qr/\A(?:404 now.*INVALID.*\n){4}(?:429.*\n){2}\z/, 'log-in: a wrong password, and then too often');
like($login->(%$cid, id => 99999999997), qr/\A(?:404 now.*NOT_FOUND.*\n){4}(?:429.*\n){2}\z/,
    'log-in: an id that nobody has, and then too often');
like($login->(%{ $home->sign_up }, name => 'x'), qr/\A(?:404 now.*NOT_FOUND.*\n){4}(?:429.*\n){2}\z/,
    'log-in: a name that is not the id\'s, and then too often');

# ---- what answers cost --------------------------------------------------------------------------
my $used = sub {
    my $ticks = 0;
    for my $pid ($server->children) {
        open my $in, '<', "/proc/$pid/stat" or next;
        my @fields = split ' ', (<$in> // '') =~ s/.*\) //r;
        $ticks += $fields[11] + $fields[12] if @fields > 12;    # of which the kernel knows the sum best
    }
    return $ticks;
};
my $cheap = $home->sign_up;
$server->{config} = "UserLoginFailures 0 0\nUserHashLimit 4\nUserBcryptCost 11\n";
$server->restart;
my $dear = $home->sign_up;
$server->{config} =~ s/11/4/;
$server->restart;
my %asked = ('a cheap hash' => $cheap->{id}, 'a dear hash' => $dear->{id}, 'nobody' => unique('nobody'),
    'several' => $twin);
my %cost = map { $_ => 0 } keys %asked;
for my $round (1 .. 3) {
    for my $kind (sort keys %asked) {
        my $before = $used->();
        by_password($home, $asked{$kind}, $WRONG);
        $cost{$kind} += $used->() - $before;
    }
}
my ($least, $most) = (sort { $a <=> $b } values %cost)[ 0, -1 ];
ok($least > 5 && $most < 1.6 * $least, 'a wrong password costs the same whoever is asked for')
    or diag(join ', ', map { "$_: $cost{$_}0 ms" } sort keys %cost);
my $before = $used->();
is($home->log_in($cheap)->code, 200, 'a log-in with the right password and a cheap hash succeeds');
cmp_ok($used->() - $before, '<', $least / 3, 'a right password with a cheap hash costs less than a wrong one');
$server->stop;

# ---- sign-ups -----------------------------------------------------------------------------------
$server = start("UserSignupLimit 3\n");
my $crowd = from($server, 7);
my @made = map { $crowd->sign_up } 1 .. 3;
my %new = (username => unique('one-more'), userPassword => 'open-sesame');
is_error($crowd->post('/user', \%new), 429, [ 'THROTTLED', 'Too many sign-ups' ],
    'the fourth sign-up from an address is throttled');
is_answer(from($server, 8)->post('/user', \%new), 201, qr/^\d+$/,
    'a sign-up from another address is not throttled');
is($crowd->log_in($_)->code, 200, 'a user can log in from an address whose sign-ups are throttled') for @made;
is_error($crowd->post('/user', { username => 'ann' }), 400, ['INPUT_ERR'],
    'an invalid sign-up is refused as invalid, not as throttled');
$server->{config} = "UserLoginWindow ${window}s\nUserLoginFailures 3 5\n";
$server->restart;
is($crowd->post('/user', { %new })->code, 201,
    "without UserSignupLimit the limit of failed log-ins applies: sign-up $_") for 1 .. 2;
is($crowd->post('/user', \%new)->code, 429,
    'without UserSignupLimit a sign-up beyond the limit of failed log-ins is throttled');
$server->stop;

# ---- IPv6, as a proxy in front says -------------------------------------------------------------
$server = start(<<'END', stock => ['remoteip']);
UserLoginFailures 3 0
UserSignupLimit 2
RemoteIPHeader X-Forwarded-For
RemoteIPInternalProxy 127.0.0.1
END
$home = from($server, 1);
$ann  = $home->sign_up;
my $at = sub { return by_password($home, $ann->{name}, $_[0], 'X-Forwarded-For' => $_[1]) };
is_error($at->($WRONG, "2001:db8:1:2:$_"), 400, \@EXPIRED, "a wrong password from 2001:db8:1:2:$_")
    for qw(0:0:0:1 0:0:0:2 ffff:1:2:3);
is_error($at->($WRONG, '2001:db8:1:2::4'), 429, \@THROTTLED, 'a /64 of IPv6 is one address');
is_answer($at->($ann->{password}, '2001:db8:1:3::4'), 200, qr/$ann->{id}/,
    'a neighbouring /64 of IPv6 is another address');
is_answer($at->($ann->{password}, '192.0.2.1'), 200, qr/$ann->{id}/, 'an address of IPv4 is counted by itself');
my @codes = map { $home->post('/user', \%new, headers => [ 'X-Forwarded-For' => "2001:db8:2:2::$_" ])->code } 1 .. 3;
is("@codes", '201 201 429', 'sign-ups are counted by /64 of IPv6');
$server->stop;

done_testing();

# Redis that dies, hangs, forgets or refuses under requests: answers stay right, nobody waits for it,
# and the log says so in few lines. And other modules of httpd that keep things there.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::Certificate ();
use Bookable::File qw(slurp write_file);
use Bookable::Load;
use Bookable::Redis;
use Bookable::Server;
use Bookable::Store;
use List::Util qw(max min);
use Time::HiRes qw(sleep time);

my $PASSWORD = "redis-$Bookable::Client::SECRET";
my $HIREDIS  = 'LoadModule socache_hiredis_module "' . Bookable::Server::module_path('socache_hiredis') . "\"\n";
my $STOCK    = Bookable::Server::_libexecdir();
my @HEALTH   = qw(/user/health /space/health /booking/health /products/health);
my %product  = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);

# How many lines of the log have one of these ids.
sub logged
{
    my ($server, $ids) = @_;
    return scalar grep { /\bBK04(?:$ids):/ } split /\n/, slurp($server->error_log);
}

# ---- away, while requests go on -----------------------------------------------------------------
my $redis  = Bookable::Redis->new(password => $PASSWORD)->start;
my $has_v1 = Bookable::Store::has_v1();
my $server = Bookable::Server->new(stock => ['status'], children => 2, threads => 16, $has_v1 ? (api => '/v1') : (),
    config => $HIREDIS . "BookableSynchronous off\n" . ($has_v1 ? "BookingMaxFuture Off\n" : q()) . "BookableCache " . $redis->url(0, 'timeout=500ms')
        . "\nProductCacheTTL 1min\nSpaceCacheTTL 1min\nUserCacheTTL 10s\n"
        . "<Location /server-status>\nSetHandler server-status\n</Location>\n")->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $space  = $client->space;
my $ann    = $client->member;
my $weight = 0;

# A booking by API v1, which takes the room from the cache, and the same once more.
my $hours = 0;

sub ask_v1
{
    my ($ask) = @_;
    my $start = sprintf '2031-01-%02dT%02d:00:00Z', 1 + $hours / 24, $hours % 24;
    $hours = ($hours + 1) % (28 * 24);
    my %wish = (space => $space, start => $start, minutes => 60);
    $ask->(qr/^201/, sub { $client->post('/v1/bookings', \%wish, as => $ann)->code });
    $ask->(qr/slot-taken/, sub { $client->post('/v1/bookings', \%wish, as => $ann)->content });
    return;
}

# So many rounds of writing and reading, each answer right; the times of the requests, in order.
sub rounds
{
    my ($count, $name) = @_;
    my (@wrong, @times);
    my $ask = sub {
        my ($expected, $work) = @_;
        my $start = time;
        my $got = $work->();
        push @times, time - $start;
        push @wrong, $got if $got !~ $expected;
    };
    for (1 .. $count) {
        $weight++;
        $ask->(qr/^204/, sub { $client->post('/products/1/details', { %product, weight => $weight })->code });
        $ask->(qr/"weight":$weight\b/, sub { $client->get('/products/1')->content }) for 1 .. 2;
        $ask->(qr/"spaceID":"\Q$space\E"/, sub { $client->get("/space/$space")->content });
        $ask->(qr/"userID":"$ann->{id}"/, sub { $client->get('/user/caller', as => $ann)->content });
        ask_v1($ask) if $has_v1;
    }
    is("@wrong", '', "$name: " . @times . ' answers are right');
    is(join(' ', map { $client->get($_)->code } @HEALTH), '200 200 200 200', "$name: all services are healthy");
    return @times;
}

sub state_of { return $client->get('/server-status?auto')->content =~ /^RedisState: (\w+)$/m ? $1 : 'none' }

# How often Redis was asked and gave no answer, or could not be reached.
sub lost { return $client->get('/server-status?auto')->content =~ /^RedisFailures: (\d+)$/m ? $1 : -1 }

sub is_back
{
    my ($name) = @_;
    ok(Bookable::Server::wait_until(15, sub { $client->get("/space/$space"); state_of() eq 'there' }),
        "$name: Redis is found again");
    rounds(5, "$name, and after");
    return;
}

rounds(20, 'there');
is(state_of(), 'there', 'mod_status shows that Redis is there');
like($client->get('/server-status')->content, qr{Bookable cache.*Redis.*127\.0\.0\.1:@{[ $redis->port ]}/0}s,
    'mod_status shows the address of Redis');
unlike($client->get('/server-status')->content . $client->get('/server-status?auto')->content,
    qr/\Q$PASSWORD\E/, 'mod_status does not show the password of Redis');

# Time is lost at most once for each period, of 0.1, 0.2, 0.4 s and so on up to 5 s, and once by each thread
# that was asking when it went away.

for my $away (
    [ 'hangs', sub { $redis->hold },  sub { $redis->resume } ],
    [ 'died',  sub { $redis->kill9 },  sub { $redis->start } ],
) {
    my ($name, $go, $come) = @$away;
    my $lines = logged($server, '01|02');
    my $back  = logged($server, '03');
    $go->();
    my ($start, $lost) = (time, lost());
    my @times = rounds(60, $name);
    is(state_of(), 'away', "$name: mod_status shows that Redis is away");
    cmp_ok(max(@times), '<', Bookable::Server::late(0.5),
        "$name: no request waits longer than a time-out of Redis");
    $lost = lost() - $lost;
    my $took = time - $start;
    my $periods = 2;
    for (my $sum = 0.1, my $period = 0.1; $sum < $took; $sum += $period = min(2 * $period, 5)) { $periods++ }
    cmp_ok($lost, '<=', $periods, "$name: at most one request waits in each period ($lost, in $periods periods)");
    cmp_ok($lost, '>=', 1, "$name: at least one request found Redis away");
    is(logged($server, '01|02') - $lines, 1, "$name: the log has one line about Redis being away");
    $come->();
    is_back($name);
    is(logged($server, '03') - $back, 1, "$name: the log has one line about Redis being back");
}

# ---- forgetful, restarted between two requests --------------------------------------------------
my $lines = logged($server, '..');
$redis->flush, rounds(1, 'flushed') for 1 .. 3;
for (1 .. 3) {
    $redis->kill9;
    $redis->start;
    rounds(1, 'restarted');
}
is(logged($server, '..') - $lines, 0, 'the log has no line when Redis is flushed or restarted between requests');

# ---- a value that is none, or another type ------------------------------------------------------
my ($key) = grep { /:space:/ } $redis->keys(0);
for my $damage ([ 'SET', $key, 'nonsense' ], [ 'SET', $key, 'x' x 100_000 ], [ 'SETRANGE', $key, 60, 'Y' ]) {
    $client->get("/space/$space");
    $redis->cli(@$damage);
    is_answer($client->get("/space/$space"), 200, qr/"spaceID":"\Q$space\E"/, 'a damaged entry is not used')
        for 1 .. 2;
}
$redis->cli('DEL', $key);
$redis->cli('LPUSH', $key, 1);
is_answer($client->get("/space/$space"), 200, qr/"spaceID":"\Q$space\E"/,
    'a key of another type is not used') for 1 .. 2;

# ---- Redis refuses ------------------------------------------------------------------------------
$redis->cli('CONFIG', 'SET', 'requirepass', 'another');
$redis->cli('CLIENT', 'KILL', 'TYPE', 'normal');
{
    local $redis->{password} = 'another';
    $redis->cli('CLIENT', 'KILL', 'TYPE', 'normal');
    rounds(5, 'a wrong password');
    my @refused = grep { /BK0402/ } split /\n/, slurp($server->error_log);
    cmp_ok(scalar @refused, '>=', 1, 'the log says that Redis refuses a wrong password');
    cmp_ok(scalar @refused, '<=', 6, 'the log has at most one line for each attempt with a wrong password');
    like("@refused", qr/WRONGPASS/, "the log has Redis's message about a wrong password");
    $redis->cli('CONFIG', 'SET', 'requirepass', $PASSWORD);
}
is_back('the right password');
$redis->cli('CONFIG', 'SET', 'maxmemory', 1);
rounds(5, 'out of memory');
like(slurp($server->error_log), qr/BK0402.*OOM/, 'the log says that Redis is out of memory');
$redis->cli('CONFIG', 'SET', 'maxmemory', 0);
is_back('room');

ok($server->renew($client), 'httpd restarts gracefully');
is_back('a graceful restart');
# Takes reads and no writes: as good as away, with a line for each period and none of its being back.
sub is_refused
{
    my ($name, $words, $begin, $end) = @_;
    my ($refused, $back) = map { logged($server, $_) } '02', '03';
    $begin->();
    my $start = time;
    rounds(1, $name) while time - $start < 1.7;
    is(state_of(), 'away', "$name: mod_status says that it is away");
    # Those that end while the rounds go on, and the first line.
    my ($periods, $took) = (1, time - $start);
    for (my $sum = 0.1, my $period = 0.1; $sum < $took; $sum += $period = min(2 * $period, 5)) { $periods++ }
    my $lines = logged($server, '02') - $refused;
    cmp_ok($lines, '>=', 1, "$name: the log says that Redis answers with an error");
    cmp_ok($lines, '<=', $periods + 1, "$name: the log has one line for each of $periods periods");
    is(logged($server, '03'), $back, "$name: the log does not say that Redis is back");
    like(slurp($server->error_log), qr/BK0402.*$words/, "$name: the log has Redis's message");
    $end->();
    is_back($name);
    my $said = sub { $client->get("/space/$space"); logged($server, '03') == $back + 1 };
    ok(Bookable::Server::wait_until(15, $said), "$name: the log says once that Redis is back");
    return;
}

# Another one is the master now, and the one that was is started as its replica.
my $second = Bookable::Redis->new(password => $PASSWORD)->start;
is_refused('a master that comes back as a replica', 'replica', sub {
    $redis->kill9;
    local $redis->{options} = [ '--replicaof', '127.0.0.1 ' . $second->port, '--masterauth', $PASSWORD ];
    $redis->start;
}, sub { $redis->cli('REPLICAOF', 'NO', 'ONE') });
$second->stop;
my $log = slurp($server->error_log);
unlike($log, qr/\Q$PASSWORD\E/, 'no line of the log has the password');
unlike($log, qr/exit signal/, 'no child of httpd died');
$server->stop;

# ---- others keep things there as well -----------------------------------------------------------

# A handshake of openssl's: what it says of the session, which a file keeps for the next one.
sub handshake
{
    my ($other, $port, @options) = @_;
    return qx(openssl s_client -connect 127.0.0.1:$port -tls1_2 -no_ticket @options < /dev/null 2>&1)
        =~ /^(New|Reused), TLS/m ? $1 : 'none';
}

SKIP: {
    skip 'mod_ssl, mod_auth_basic or openssl is missing', 8
        if grep { !-e "$STOCK/mod_$_.so" } qw(ssl auth_basic authn_file authn_socache authz_user)
        or system('openssl version > /dev/null 2>&1') != 0;
    my $port  = Bookable::Server::free_port();
    my $other = Bookable::Server->new(children => 2, threads => 4,
        stock => [qw(ssl auth_basic authn_file authn_socache authz_user)]);
    my $dir = $other->dir;
    Bookable::Certificate::make("$dir/key", "$dir/crt") or die "openssl req\n";
    write_file("$dir/redis-password", "$PASSWORD\n");
    write_file("$dir/users", 'ann:{SHA}' . qx(printf %s sesame | openssl sha1 -binary | base64));
    my $url = "redis://127.0.0.1:@{[ $redis->port ]}";
    $other->{config} = $HIREDIS . <<"END";
SSLSessionCache $url/1?password_file=$dir/redis-password&timeout=10s&connect_timeout=10s
AuthnCacheSOCache $url/2?password_file=$dir/redis-password&timeout=10s&connect_timeout=10s
AuthnCacheEnable
Listen 127.0.0.1:$port
<VirtualHost 127.0.0.1:$port>
    SSLEngine On
    SSLSessionTickets Off
    SSLCertificateFile $dir/crt
    SSLCertificateKeyFile $dir/key
</VirtualHost>
<Location />
    AuthType Basic
    AuthName stay
    AuthBasicProvider socache file
    AuthUserFile $dir/users
    AuthnCacheProvideFor file
    Require valid-user
</Location>
END
    {
        local $ENV{DETECT_LEAKS} = 0;    # t/bin/httpd-asan: mod_ssl's own
        $other->start;
    }

    my $session = "$other->{dir}/session";
    is(handshake($other, $port, '-sess_out', $session), 'New',
        'mod_ssl: the first handshake makes a new session');
    is(scalar(grep { /^mod_ssl-sess/ } $redis->keys(1)), 1, 'mod_ssl: the session is stored in Redis');
    is(handshake($other, $port, '-sess_in', $session), 'Reused', 'mod_ssl: the session is resumed');
    is(handshake($other, $port, '-sess_in', $session), 'Reused',
        'mod_ssl: the session is resumed by either child') for 1 .. 3;
    $redis->flush;
    is(handshake($other, $port, '-sess_in', $session), 'New',
        'mod_ssl: a handshake makes a new session when Redis was flushed');

    my $asks = Bookable::Client->new(base => $other->base_url);
    is($asks->get('/', as => basic('ann', 'sesame'))->code == 401 ? 401 : 'in', 'in',
        'mod_authn_socache: a right password is accepted');
    is(scalar(grep { /^authn-socache/ } $redis->keys(2)), 1,
        'mod_authn_socache: the credentials are stored in Redis');
    is($asks->get('/', as => basic('ann', 'wrong'))->code, 401,
        'mod_authn_socache: a wrong password is refused');
    $redis->hold;
    is($asks->get('/', as => basic('ann', 'sesame'))->code == 401 ? 401 : 'in', 'in',
        'mod_authn_socache: a right password is accepted from the file while Redis hangs');
    is(handshake($other, $port), 'New', 'mod_ssl: a handshake succeeds while Redis hangs');
    $redis->resume;
    $other->stop;
}

$redis->stop;
done_testing();

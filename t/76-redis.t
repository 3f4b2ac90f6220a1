# Redis that dies, hangs, forgets or refuses under requests: answers stay right, nobody waits for it,
# and the log says so in few lines. And other modules of httpd that keep things there.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::Load;
use Bookable::Redis;
use Bookable::Server;
use List::Util qw(max);
use Time::HiRes qw(sleep time);

my $PASSWORD = "redis-$Bookable::Client::SECRET";
my $HIREDIS  = 'LoadModule socache_hiredis_module "' . Bookable::Server::module_path('socache_hiredis') . "\"\n";
my $STOCK    = Bookable::Server::_libexecdir();
my @HEALTH   = qw(/user/health /space/health /booking/health /products/health);
my %product  = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);

sub slurp { my ($file) = @_; open my $in, '<', $file or die "$file: $!\n"; local $/; return <$in> }

sub write_file
{
    my ($file, $text) = @_;
    open my $out, '>', $file or die "$file: $!\n";
    print {$out} $text;
    close $out or die "$file: $!\n";
    return $file;
}

# How many lines of the log have one of these ids.
sub logged
{
    my ($server, $ids) = @_;
    return scalar grep { /\bBK04(?:$ids):/ } split /\n/, slurp($server->error_log);
}

# ---- away, while requests go on -----------------------------------------------------------------
my $redis  = Bookable::Redis->new(password => $PASSWORD)->start;
my $server = Bookable::Server->new(stock => ['status'], children => 2, threads => 16,
    config => $HIREDIS . "BookableSynchronous off\nBookableCache " . $redis->url(0, 'timeout=500ms')
        . "\nProductCacheTTL 1min\nSpaceCacheTTL 1min\nUserCacheTTL 10s\n"
        . "<Location /server-status>\nSetHandler server-status\n</Location>\n")->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $space  = $client->space;
my $ann    = $client->member;
my $weight = 0;

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
    }
    is("@wrong", '', "$name: " . @times . ' answers are right');
    is(join(' ', map { $client->get($_)->code } @HEALTH), '200 200 200 200', "$name: healthy");
    return @times;
}

sub state_of { return $client->get('/server-status?auto')->content =~ /^RedisState: (\w+)$/m ? $1 : 'none' }

# How often Redis was asked and gave no answer, or could not be reached.
sub lost { return $client->get('/server-status?auto')->content =~ /^RedisFailures: (\d+)$/m ? $1 : -1 }

sub is_back
{
    my ($name) = @_;
    ok(Bookable::Server::wait_until(15, sub { $client->get("/space/$space"); state_of() eq 'there' }),
        "$name: found again");
    rounds(5, "$name, and after");
    return;
}

rounds(20, 'there');
is(state_of(), 'there', 'mod_status says so');
like($client->get('/server-status')->content, qr{Bookable cache.*Redis.*127\.0\.0\.1:@{[ $redis->port ]}/0}s,
    'and shows where it is');
unlike($client->get('/server-status')->content . $client->get('/server-status?auto')->content,
    qr/\Q$PASSWORD\E/, 'without the password');

# Time is lost at most once for each period, of 0.1, 0.2, 0.4 s and so on, and once by each thread that
# was asking when it went away.

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
    is(state_of(), 'away', "$name: mod_status says so");
    cmp_ok(max(@times), '<', Bookable::Server::late(0.5), "$name: no request waits for ever");
    $lost = lost() - $lost;
    my $took = time - $start;
    my $periods = 2;
    for (my $sum = 0.1, my $period = 0.1; $sum < $took; $sum += $period *= 2) { $periods++ }
    cmp_ok($lost, '<=', $periods, "$name: and few wait at all ($lost, in $periods periods)");
    cmp_ok($lost, '>=', 1, "$name: but one did");
    is(logged($server, '01|02') - $lines, 1, "$name: one line in the log");
    $come->();
    is_back($name);
    is(logged($server, '03') - $back, 1, "$name: and one when it is back");
}

# ---- forgetful, restarted between two requests --------------------------------------------------
my $lines = logged($server, '..');
$redis->flush, rounds(1, 'flushed') for 1 .. 3;
for (1 .. 3) {
    $redis->kill9;
    $redis->start;
    rounds(1, 'restarted');
}
is(logged($server, '..') - $lines, 0, 'of which the log says nothing: connections are made anew');

# ---- a value that is none, or another type ------------------------------------------------------
my ($key) = grep { /:space:/ } $redis->keys(0);
for my $damage ([ 'SET', $key, 'nonsense' ], [ 'SET', $key, 'x' x 100_000 ], [ 'SETRANGE', $key, 60, 'Y' ]) {
    $client->get("/space/$space");
    $redis->cli(@$damage);
    is_answer($client->get("/space/$space"), 200, qr/"spaceID":"\Q$space\E"/, 'what is damaged is not given out')
        for 1 .. 2;
}
$redis->cli('DEL', $key);
$redis->cli('LPUSH', $key, 1);
is_answer($client->get("/space/$space"), 200, qr/"spaceID":"\Q$space\E"/, 'nor is a list') for 1 .. 2;

# ---- Redis refuses ------------------------------------------------------------------------------
$redis->cli('CONFIG', 'SET', 'requirepass', 'another');
$redis->cli('CLIENT', 'KILL', 'TYPE', 'normal');
{
    local $redis->{password} = 'another';
    $redis->cli('CLIENT', 'KILL', 'TYPE', 'normal');
    rounds(5, 'a wrong password');
    my @refused = grep { /BK0402/ } split /\n/, slurp($server->error_log);
    cmp_ok(scalar @refused, '>=', 1, 'the log says so');
    cmp_ok(scalar @refused, '<=', 6, 'once for each attempt');
    like("@refused", qr/WRONGPASS/, "in Redis's words");
    $redis->cli('CONFIG', 'SET', 'requirepass', $PASSWORD);
}
is_back('the right password');
$redis->cli('CONFIG', 'SET', 'maxmemory', 1);
rounds(5, 'out of memory');
like(slurp($server->error_log), qr/BK0402.*OOM/, 'the log says so');
$redis->cli('CONFIG', 'SET', 'maxmemory', 0);
is_back('room');

ok($server->renew($client), 'restarted gracefully');
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
    for (my $sum = 0.1, my $period = 0.1; $sum < $took; $sum += $period *= 2) { $periods++ }
    my $lines = logged($server, '02') - $refused;
    cmp_ok($lines, '>=', 1, "$name: the log says so");
    cmp_ok($lines, '<=', $periods + 1, "$name: in one line for each of $periods periods");
    is(logged($server, '03'), $back, "$name: and never that it is back");
    like(slurp($server->error_log), qr/BK0402.*$words/, "$name: in Redis's words");
    $end->();
    is_back($name);
    my $said = sub { $client->get("/space/$space"); logged($server, '03') == $back + 1 };
    ok(Bookable::Server::wait_until(15, $said), "$name: then the log says that it is back, once");
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
unlike($log, qr/exit signal/, 'no child died');
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
    system("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -keyout '$dir/key' "
        . "-out '$dir/crt' 2>/dev/null") == 0 or die "openssl req\n";
    write_file("$dir/redis-password", "$PASSWORD\n");
    write_file("$dir/users", 'ann:{SHA}' . qx(printf %s sesame | openssl sha1 -binary | base64));
    my $url = "redis://127.0.0.1:@{[ $redis->port ]}";
    $other->{config} = $HIREDIS . <<"END";
SSLSessionCache $url/1?password_file=$dir/redis-password
AuthnCacheSOCache $url/2?password_file=$dir/redis-password
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
    is(handshake($other, $port, '-sess_out', $session), 'New', 'a TLS session');
    is(scalar(grep { /^mod_ssl-sess/ } $redis->keys(1)), 1, 'is kept in Redis');
    is(handshake($other, $port, '-sess_in', $session), 'Reused', 'and resumed');
    is(handshake($other, $port, '-sess_in', $session), 'Reused', 'by either child') for 1 .. 3;
    $redis->flush;
    is(handshake($other, $port, '-sess_in', $session), 'New', 'or begun anew where it was lost');

    my $asks = Bookable::Client->new(base => $other->base_url);
    is($asks->get('/', as => basic('ann', 'sesame'))->code == 401 ? 401 : 'in', 'in', 'a password');
    is(scalar(grep { /^authn-socache/ } $redis->keys(2)), 1, 'is kept in Redis');
    is($asks->get('/', as => basic('ann', 'wrong'))->code, 401, 'and compared there');
    $redis->hold;
    is($asks->get('/', as => basic('ann', 'sesame'))->code == 401 ? 401 : 'in', 'in', 'or read from its file');
    is(handshake($other, $port), 'New', 'and TLS goes on');
    $redis->resume;
    $other->stop;
}

$redis->stop;
done_testing();

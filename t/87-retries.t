# A reverse proxy whose server takes a request and gives no answer: what is safe is asked once more,
# whatever the client's connection, and nothing else is.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);

use Bookable::Backend;
use Bookable::Load;
use Bookable::Server;

my $backend = Bookable::Backend->new;
my $other   = Bookable::Backend->new;
my $port    = $backend->port;
my $module  = Bookable::Server::module_path('proxy_retry');
my $config  = <<"END";
LoadModule proxy_retry_module "$module"
LogLevel proxy_retry:info
KeepAlive On
MaxKeepAliveRequests 0
ProxyTimeout 1
ProxyPass /far/      http://127.0.0.1:$port/ retry=0
ProxyPass /not/      http://127.0.0.1:$port/ retry=0
ProxyPass /balanced/ balancer://both/
Header set X-Header-Filters "seen"
ErrorDocument 502 "nobody"
<Proxy balancer://both>
    BalancerMember http://127.0.0.1:$port retry=0
    BalancerMember http://127.0.0.1:@{[ $other->port ]} retry=0
</Proxy>
<Location />
    ProxyRetry 3
</Location>
<Location /not/>
    ProxyRetry Off
</Location>
END

sub gateway
{
    my ($more, @stock) = @_;
    return Bookable::Server->new(bare => 1, modules => [], children => 1, threads => 8,
        stock => [ qw(proxy proxy_http proxy_balancer slotmem_shm lbmethod_byrequests headers), @stock ],
        config => $config . $more)->start;
}
my $server = gateway('');

# A client that sends each request once, and says what came: a Bookable::Load::Answer.
my $connection;
sub anew { $connection = Bookable::Load::Connection->new($server->base_url); return }

sub ask
{
    my ($method, $path, %args) = @_;
    anew() unless $connection;
    my $bytes = $connection->encode($method, $path, %args);
    $connection->open or die "connect: $!\n";
    return $connection->send($bytes) ? $connection->receive($method) : $connection->failed('send', 1);
}

# In this mode: what the client sees, and what arrived at the backend.
sub in_mode
{
    my ($mode, $method, $path, %args) = @_;
    $backend->mode($mode);
    $backend->forget;
    my $answer = ask($method, $path, %args);
    my @arrived = $backend->requests;
    return ($answer, scalar @arrived);
}

# ---- first on its connection, and later ----------------------------------------------------------

for my $method (qw(GET HEAD OPTIONS)) {
    anew();
    my ($answer, $arrived) = in_mode('lose 1', $method, '/far/space/Far-1');
    is($answer->status, 200, "$method, the first on its connection, is answered") or diag($answer->text);
    is($arrived, 2, "$method, the first on its connection, was sent twice");
    like($answer->body, qr/"Far-1"/, "$method, the first on its connection, has the right answer") if $method eq 'GET';
}
my ($answer, $arrived) = in_mode('lose 3', GET => '/far/space/Far-2');
is("$arrived " . $answer->status, '4 200', 'a GET is repeated as often as ProxyRetry allows');

# mod_proxy_http would close the client's connection.
my $socket = $connection->{socket};
($answer, $arrived) = in_mode('lose 1', GET => '/far/space/Far-3');
is($answer->status, 200, 'a later GET on a connection is answered') or diag($answer->text);
is($arrived, 2, 'a later GET on a connection was sent twice');
like($answer->body, qr/"Far-3"/, 'a later GET on a connection has the right answer');
is($connection->{socket}, $socket, "a later GET is answered on the client's connection");

# ---- what is not sent again ----------------------------------------------------------------------

for my $method (qw(POST PUT DELETE PATCH)) {
    anew();
    ($answer, $arrived) = in_mode('close', $method, '/far/space/Far-1', body => '{}');
    is($answer->status, 502, "$method is answered 502");
    is($arrived, 1, "$method was sent once");
}
anew();
($answer, $arrived) = in_mode('close', GET => '/far/space/Far-1', body => '{}');
is("$arrived " . $answer->status, '1 502', 'a GET with a body is sent once');
anew();
($answer, $arrived) = in_mode('close', GET => '/not/space/Far-1');
is("$arrived " . $answer->status, '1 502', 'Off: a GET is sent once');
anew();
($answer, $arrived) = in_mode('hang', GET => '/far/space/Far-1');
is("$arrived " . $answer->status, '1 502', 'a GET that times out is sent once')
    or diag($answer->text);
for my $mode ('status 502', 'status 503') {
    anew();
    ($answer, $arrived) = in_mode($mode, GET => '/far/space/Far-1');
    is("$arrived $mode", '1 status ' . $answer->status,
        "$mode of the server is passed on, and the GET was sent once");
    is($answer->header('X-Header-Filters'), 'seen', "$mode of the server passed the header filters");
}
anew();
($answer, $arrived) = in_mode('truncated', GET => '/far/space/Far-1');
is($arrived, 1, 'a GET whose answer broke off was sent once');

# ---- it does not help ----------------------------------------------------------------------------

anew();
($answer, $arrived) = in_mode('close', GET => '/far/space/Far-1');
is($answer->status, 502, 'a server that always closes: 502');
is($answer->body, 'nobody', 'a server that always closes: the body is the ErrorDocument');
is($arrived, 4, 'a server that always closes: the GET was sent four times');

in_mode('ok', GET => '/far/space/Far-1');
($answer, $arrived) = in_mode('close', GET => '/far/space/Far-1');
ok($answer->lost, 'on a kept connection the client sees it close, as without the module')
    or diag($answer->text);
is($arrived, 4, 'on a kept connection the GET was sent four times');

# ---- HTTP/2 in front -----------------------------------------------------------------------------
SKIP: {
    skip 'no mod_http2', 1 unless -e Bookable::Server::_libexecdir() . '/mod_http2.so';
    skip 'curl without HTTP/2', 1 unless qx(curl --version 2>/dev/null) =~ /\bHTTP2\b/;
    my $front = gateway("Protocols h2c http/1.1\n", 'http2');
    # What curl says of an answer, and how often the request arrived.
    my $curl = sub {
        my ($mode, @options) = @_;
        $backend->mode($mode);
        $backend->forget;
        my $said = qx(curl -sS --http2-prior-knowledge -m 30 -w ' %{http_version} %{http_code}' @options @{[ $front->base_url ]}/far/space/Far-9 2>&1);
        return scalar($backend->requests) . " $said";
    };
    like($curl->('ok'), qr/\A1 .*"Far-9".* 2 200\z/s, 'HTTP/2 in front: a GET is answered');
    like($curl->("lose $_"), qr/\A@{[ $_ + 1 ]} .*"Far-9".* 2 200\z/s,
        "HTTP/2 in front: a GET that was lost $_ times is answered") for 1, 3;
    like($curl->('close'), qr/\A4 .* 2 50\d\z/s, 'HTTP/2 in front: a server that always closes gives an error');
    like($curl->('close', '--json', "'{}'"), qr/\A1 .* 2 50\d\z/s, 'HTTP/2 in front: a POST is sent once');
}

# ---- the server has gone -------------------------------------------------------------------------

$other->mode('ok');
$backend->mode('ok');
anew();
is(ask(GET => '/balanced/space/Far-1')->status, 200, 'a balancer with two members answers') for 1 .. 4;
ok(scalar $_->requests, 'each member of the balancer got requests') for $backend, $other;
$backend->mode('die');
my @status = map { anew(); ask(GET => '/balanced/space/Far-1')->status } 1 .. 10;
is("@status", "@{[ (200) x 10 ]}", 'when a member dies of a request, that one and all others are answered by the other member');

done_testing();

# Answers that are made while they are sent: how they end, well and otherwise, and what they cost. The lists
# are those of a module of the test's own, t/lib/stream_list.c.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);

use File::Basename qw(dirname);
use File::Temp ();
use IO::Socket::INET ();
use JSON::PP ();

use Bookable::OtherBuild;
use Bookable::Process qw(wait_until);
use Bookable::Server;

my $dir = File::Temp->newdir;
Bookable::OtherBuild::test_module(dirname($INC{'Bookable/Server.pm'}) . '/../stream_list.c', "$dir/mod_stream_list.so");
my $server = Bookable::Server->new(bare => 1, modules => [], children => 1, threads => 8,
    config => qq(LoadModule stream_list_module "$dir/mod_stream_list.so"\nKeepAliveTimeout 30\n))->start;

sub connection
{
    return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $server->port, Timeout => 30) // die "connect: $@\n";
}

# All that comes on a connection until it is closed, of one request or several.
sub exchange
{
    my (@lines) = @_;
    my $socket = connection();
    print {$socket} map { "$_\r\n" } @lines;
    my $text = do { local $/; readline $socket };
    my ($head, $body) = split /\r\n\r\n/, $text // '', 2;
    return ($head // '', $body // '');
}

sub get { my ($path, @more) = @_; return exchange("GET $path HTTP/1.1", 'Host: x', @more, 'Connection: close', '') }

# A chunked body: what is in it, and whether it came to its end.
sub chunks
{
    my ($body) = @_;
    my $text = '';
    while ($body =~ s/^([0-9a-f]+)\r\n//i) {
        my $len = hex $1;
        return ($text, $body eq "\r\n" ? 1 : 0) if !$len;
        $text .= substr $body, 0, $len, '';
        $body =~ s/^\r\n// or last;
    }
    return ($text, 0);
}

sub numbers { my ($text) = @_; return [ map { $_->{number} } @{ JSON::PP::decode_json($text)->{items} } ] }

sub produced { my (undef, $body) = get('/produced'); return split ' ', $body }

# ---- lists that end well --------------------------------------------------------------------------
for my $items (0, 1, 50) {
    my ($head, $body) = get("/list?items=$items");
    like($head, qr{^HTTP/1\.1 200 }, "a list of $items is answered");
    like($head, qr{^Content-Length: @{[ length $body ]}\r?$}m, "a list of $items is sent whole, with its length");
    unlike($head, qr{^Transfer-Encoding}m, "a list of $items is not chunked");
    is_deeply(numbers($body), [ 0 .. $items - 1 ], "a list of $items has all of its items");
    like($head, qr{^Content-Type: application/json\r?$}m, "a list of $items is JSON");
    like($head, qr{^X-Content-Type-Options: nosniff\r?$}m, "a list of $items says nosniff");
}
for my $items (100, 5000) {
    my ($head, $body) = get("/list?items=$items");
    like($head, qr{^Transfer-Encoding: chunked\r?$}m, "a list of $items is chunked in HTTP/1.1");
    unlike($head, qr{^Content-Length}m, "a list of $items has no length");
    my ($text, $is_whole) = chunks($body);
    ok($is_whole, "a list of $items has its last chunk");
    is_deeply(numbers($text), [ 0 .. $items - 1 ], "a list of $items has all of its items");
    my ($old_head, $old_body) = exchange("GET /list?items=$items HTTP/1.0", 'Connection: keep-alive', '');
    unlike($old_head, qr{^Transfer-Encoding}m, "a list of $items is not chunked in HTTP/1.0");
    is($old_body, $text, "a list of $items is the same in HTTP/1.0, and ends with the connection");
}
{
    my (undef, $body) = exchange((map { ("GET /list?items=$_ HTTP/1.1", 'Host: x', '') } 300, 3),
        'GET /produced HTTP/1.1', 'Host: x', 'Connection: close', '');
    like($body, qr/\r\n0\r\n\r\nHTTP\/1\.1 200 .*HTTP\/1\.1 200 .*\b3 1$/s, 'a connection is kept after lists, long and short');
}

# ---- HEAD -----------------------------------------------------------------------------------------
my ($short) = exchange('HEAD /list?items=1 HTTP/1.1', 'Host: x', 'Connection: close', '');
my (undef, $body_of_short) = get('/list?items=1');
like($short, qr{^Content-Length: @{[ length $body_of_short ]}\r?$}m, 'HEAD of a short list tells its length');
my ($long, $nothing) = exchange('HEAD /list?items=1000000 HTTP/1.1', 'Host: x', 'Connection: close', '');
like($long, qr{^HTTP/1\.1 200 }, 'HEAD of a long list is answered');
unlike($long, qr{^Content-Length}m, 'HEAD of a long list tells no length');
is($nothing, '', 'HEAD of a long list has no body');
my ($made) = produced();
cmp_ok($made, '<', 1000, 'HEAD of a long list makes a piece of it');

# ---- producers that fail --------------------------------------------------------------------------
{
    my ($head, $body) = get('/list?items=1000&fail=10');
    like($head, qr{^HTTP/1\.1 503 }, 'who fails before a byte is sent answers with an error');
    unlike($body, qr/"number"/, 'which has nothing of the list');
    ($head, $body) = exchange('GET /list?items=10000&fail=5000 HTTP/1.1', 'Host: x', '', 'GET /produced HTTP/1.1', 'Host: x', '');
    like($head, qr{^HTTP/1\.1 200 }, 'who fails in the middle has answered 200 already');
    my ($text, $is_whole) = chunks($body);
    like($text, qr/"number":4000\b/, 'and sent what there was');
    ok(!$is_whole, 'a list that broke off has no last chunk');
    unlike($body, qr{HTTP/1\.1}, 'and its connection is closed');
    ($head, $body) = exchange('GET /list?items=10000&fail=5000 HTTP/1.0', '');
    ok(!eval { JSON::PP::decode_json($body) }, 'a list that broke off is no JSON in HTTP/1.0');
    open my $log, '<', $server->error_log or die $server->error_log . ": $!\n";
    like(join('', <$log>), qr/BK0350: an answer was broken off/, 'a list that broke off is in the log');
}

# ---- clients that go away -------------------------------------------------------------------------
{
    my $socket = connection();
    print {$socket} "GET /list?items=2000000000 HTTP/1.1\r\nHost: x\r\n\r\n";
    read $socket, my $some, 100_000;
    my ($so_far, $is_done) = produced();
    cmp_ok($so_far, '>', 500, 'a list is made while its client reads');
    is($is_done, 0, 'and waits for it');
    close $socket;
    ok(wait_until(30, sub { (produced())[1] }), 'the producer of a client that is gone is stopped');
}

# ---- memory ---------------------------------------------------------------------------------------
sub peak
{
    my $most = 0;
    for my $pid ($server->children) {
        open my $in, '<', "/proc/$pid/status" or next;
        /^VmHWM:\s+(\d+)/ && $1 > $most and $most = $1 for <$in>;
    }
    return $most;
}
{
    get('/list?items=100000');
    my $before = peak();
    my $socket = connection();
    print {$socket} "GET /list?items=1000000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    my ($length, $some) = (0);
    $length += length $some while read $socket, $some, 1 << 20;
    cmp_ok($length, '>', 50_000_000, 'a list of a million items is sent');
    cmp_ok(peak() - $before, '<', 2048, 'and takes no more memory than a tenth of it, in kB');
}

$server->finish;
done_testing();

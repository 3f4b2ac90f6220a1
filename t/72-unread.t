# A client that sends requests and reads no answers costs a thread, as httpd has it, but no database
# connection: that is given back before an answer is sent. Here there is one for all threads.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::Server;
use IO::Socket::INET ();
use Socket qw(SOL_SOCKET SO_RCVBUF);
use Time::HiRes qw(sleep time);

# Far more than the sockets' buffers hold.
use constant REQUESTS => 30_000;

# Send until nothing more is taken for a while: by then the server is stuck with an answer.
sub send_and_never_read
{
    my ($socket, $bytes) = @_;
    my ($sent, $last) = (0, time);
    while (time - $last < 1) {
        my $taken = syswrite $socket, $bytes, length($bytes) - $sent, $sent;
        ($sent, $last) = ($sent + $taken, time) if $taken;
        sleep 0.02 if !$taken;
    }
    return;
}

for my $mpm (qw(event worker)) {
    my $server = Bookable::Server->new(mpm => $mpm, modules => ['product'], children => 1,
        threads => 8, config => "DBDMax 1\nDBDMin 1\nDBDKeep 1\n")->start;
    my $client = Bookable::Client->new(base => $server->base_url, timeout => 120);
    my %product = (sku => 'a' x 100, manufacturer => 'b' x 200, category_id => 1, some_other_id => 1);
    is($client->post('/products/1/details', \%product)->code, 204, "$mpm: a product is stored");

    my $deaf = IO::Socket::INET->new(Proto => 'tcp') or die "no socket: $!\n";
    setsockopt $deaf, SOL_SOCKET, SO_RCVBUF, 4096;
    $deaf->connect(Socket::pack_sockaddr_in($server->port, Socket::inet_aton('127.0.0.1')))
        or die "no connection: $!\n";
    $deaf->blocking(0);
    my $asked = "GET /products/1 HTTP/1.1\r\nHost: localhost\r\n\r\n" x REQUESTS;
    send_and_never_read($deaf, $asked);
    for my $try (1 .. 3) {
        is($client->get('/products/1')->code, 200,
            "$mpm: another client is answered beside one that does not read, $try of 3");
    }
    close $deaf;
    $server->stop;
}
done_testing();

# mod_callcost, by which bench/cost measures calls between services: it goes on working as these change.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::Server;

plan tests => 3;

my $far    = Bookable::Server->new(modules => ['user', 'space'])->start;
my $server = Bookable::Server->new(
    modules => ['user', 'space'], stock => ['proxy', 'proxy_http'],
    config  => "LoadModule callcost_module $ENV{BOOKABLE_BUILDDIR}/bench/cost/.libs/mod_callcost.so\n"
        . "CallcostPath /callcost\nProxyPass /far/ " . $far->base_url . "/\n"
)->start;
my $client = Bookable::Client->new(base => $server->base_url);

unlike($client->get('/callcost/2/near')->content, qr/\A[0-9.]+$/, 'a space that is not there is not measured');
Bookable::Client->new(base => $_->base_url)->space(buildingCode => 'Cost', roomCode => 1) for $server, $far;
for my $where (qw(near far)) {
    my $took = $client->get("/callcost/2/$where")->content;
    like($took, qr/\A[0-9.]+\n\z/, "calls to a $where service are measured");
}
$server->stop;
$far->stop;

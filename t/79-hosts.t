# A hundred virtual hosts with API v1: each has settings of its own, and none has connections, descriptors or
# memory of its own for what it shares with the main server.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP ();

use Bookable::Client;
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

# Of all children together: open descriptors, and kB that they share with nobody.
sub used
{
    my ($server) = @_;
    my ($descriptors, $memory) = (0, 0);
    for my $child ($server->children) {
        $descriptors += () = glob "/proc/$child/fd/*";
        open my $in, '<', "/proc/$child/smaps_rollup" or next;
        while (<$in>) { $memory += $1 if /^Private_Dirty:\s+(\d+) kB/ }
    }
    return ($descriptors, $memory);
}

# A server with so many hosts, of which each is asked by either API.
sub with_hosts
{
    my ($count) = @_;
    my $server = Bookable::Server->new(api => '/v1', children => 2, threads => 8, config => join '', map {
        "<VirtualHost *:*>\nServerName h$_.example\nBookableSiteName \"House $_\"\n</VirtualHost>\n" } 1 .. $count)->start;
    my $client = Bookable::Client->new(base => $server->base_url);
    my (@names, %codes);
    for my $host (map { [ Host => "h$_.example" ] } 1 .. $count) {
        push @names, eval { JSON::PP::decode_json($client->get('/v1/site', headers => $host)->content)->{name} } // 'none';
        $codes{ $client->get($_, headers => $host)->code }++ for '/v1/spaces', '/space/42';
    }
    is_deeply(\@names, [ map { "House $_" } 1 .. $count ], "$count hosts: each has a name of its own");
    is_deeply(\%codes, { 200 => $count, 404 => $count }, "$count hosts: each answers by both APIs");
    my @used = used($server);
    ok($server->stop, "$count hosts: httpd stops");
    return @used;
}

my ($few_descriptors, $little) = with_hosts(1);
my ($descriptors, $memory) = with_hosts(101);
cmp_ok($descriptors, '<', $few_descriptors + 100, 'a hundred hosts more have no descriptors of their own');
cmp_ok($memory, '<=', 2 * $little, 'a hundred hosts more take less memory than the server has with one');

done_testing();

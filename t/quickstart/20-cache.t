# ./quickstart with a Redis that runs already, or does not.

use strict;
use warnings FATAL => 'all';

use File::Basename qw(dirname);
use File::Spec::Functions qw(rel2abs);
use lib rel2abs(dirname(__FILE__) . '/../lib');
use Test::More;

use Bookable::Client;
use Bookable::Process qw(free_port);
use Bookable::Quickstart;
use Bookable::Redis;

delete @ENV{qw(BOOKABLE_DB BOOKABLE_CACHE)};
my $quickstart = Bookable::Quickstart->new;
my $var      = $quickstart->var;
my $password = 'open-sesame-' . join '', map { sprintf '%04x', rand 65536 } 1 .. 4;
my $redis    = Bookable::Redis->new(password => $password)->start;
my $client   = $quickstart->client;
my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);

sub is_status
{
    my ($cache, $name) = @_;
    my ($code, $said) = $quickstart->run('status');
    ok($code == 0 && $said =~ /^cache +\Q$cache\E$/m, $name) or diag("exit code $code: $said");
    return;
}

# Something that is cached by being asked for.
sub ask
{
    is($client->post('/products/1/details', \%product)->code, 204, 'a product is put');
    is($client->get('/products/1')->code, 200, 'a product is read');
    return;
}

# ---- what is wrong -------------------------------------------------------------------------------

for my $wrong (qw(memcached://h redis:h redis://h"), "redis://h\nUser root") {
    my ($code, $said) = $quickstart->start('--cache', $wrong);
    ok($code == 1 && $said =~ /--cache: must be redis:/, "no cache: $wrong") or diag($said);
}
ok(!-e "$var/cache", 'nothing is remembered');

# ---- shared memory, and then Redis ---------------------------------------------------------------

my ($code, $said) = $quickstart->start;
is($code, 0, 'where nothing is said') or diag($said);
is_status('shmcb', 'the cache is in shared memory');
ask();
($code, $said) = $quickstart->run('--cache', 'redis://127.0.0.1/0');
is($code, 1, 'another cache');
like($said, qr/already running with the cache shmcb; .*stop first/, 'needs a stop');
$quickstart->stop;

$ENV{BOOKABLE_CACHE} = $redis->url(3);
($code, $said) = $quickstart->start;
is($code, 0, 'Redis, by the environment') or diag($said);
unlike($said, qr/\Q$password\E|warning/, 'without its password, or a complaint');
delete $ENV{BOOKABLE_CACHE};
is_status('redis://127.0.0.1:' . $redis->port . '/3', 'status names it, without the password');
ask();
isnt($redis->cli('-n', 3, 'DBSIZE'), 0, 'what was asked for is there');
is(scalar $quickstart->places_of('BK0132'), 0, 'there is no BK0132: the cache has a key');
my @places = grep { !m{/(?:httpd\.conf|cache)$} } $quickstart->places_of($password);
is("@places", '', 'the password is in no other file, logs among them, and in no command line of ours');
is((stat "$var/$_")[2] & 0777, 0600, "$_ can be read by nobody else") for qw(httpd.conf cache cache.key);
$quickstart->stop;

($code, $said) = $quickstart->start('--cache', $quickstart->url_file($redis->url));
is($code, 0, 'by its socket') or diag($said);
is_status('redis://' . $redis->socket, 'quickstart status names the cache');
$redis->flush;
ask();
isnt($redis->cli('DBSIZE'), 0, 'what was asked for is there');
$quickstart->stop;

# ---- one that is not there -----------------------------------------------------------------------

$redis->kill9;
($code, $said) = $quickstart->start('--cache', "redis://127.0.0.1:" . $redis->port);
is($code, 0, 'a Redis that is away is no reason not to start');
like($said, qr/^warning +nobody answers at 127\.0\.0\.1, port \d+/m,
    'quickstart warns that the Redis does not answer');
ask();
$quickstart->stop;
($code, $said) = $quickstart->start('--cache', 'redis:///nosuch/socket');
like($said, qr{^warning +there is no socket /nosuch/socket}m, 'as it is of a socket');
$quickstart->stop;

done_testing();

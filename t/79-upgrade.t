# Other versions of the modules are put in place of those that run, and httpd is restarted gracefully,
# as a package manager and logrotate do it: whatever the versions think of what lies in shared memory,
# httpd stays, requests are answered, and what was counted is known to the new one.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP qw(decode_json);

use Bookable::Client;
use Bookable::History ();
use Bookable::Load    ();
use Bookable::OtherBuild;
use Bookable::Server;

# Each record in shared memory has a further member, in front of all others.
sub added
{
    my ($file, $record, $count) = @_;
    return [ $file, qr/(typedef struct $record \{\n)/, sub { "$1    apr_int64_t added[" . ($count // 1) . "];\n" } ];
}
my @larger = (
    added('lib/limit/bk_breaker.h',        'bk_breaker_t'),
    added('lib/limit/bk_gate.h',           'bk_gate_t'),
    added('lib/base/bk_lock.h',            'bk_lock_t'),
    added('lib/limit/bk_queue.h',           'bk_queue_counts_t'),
    added('lib/limit/bk_throttle.h',       'bk_throttle_t'),
    added('lib/cache/bk_versions.h',       'bk_versions_t'),
    added('lib/httpd/core/bk_counts.c', 'shard_t', 8),
    added('lib/httpd/core/bk_counts.c', 'counted_error_t'),
    added('lib/httpd/cache/bk_cache.c', 'shard_t', 8),
);

# Each has the size that it has, and two members that changed places; products, two fields.
sub swapped
{
    my ($file, $one, $other) = @_;
    return [ $file, qr/(\Q$one\E)(.*?)(\Q$other\E)/s, sub { "$3$2$1" } ];
}
my @equal = (
    swapped('lib/limit/bk_queue.h', 'acquired', 'timeouts'),
    swapped('lib/limit/bk_breaker.h', '_Atomic apr_uint64_t slow;', '_Atomic apr_uint64_t refused;'),
    swapped('lib/httpd/core/bk_counts.c', '_Atomic apr_uint64_t took[BK_COUNTS_BOUNDS + 1];', '_Atomic apr_uint64_t microseconds;'),
    swapped('mod_product/product_fields.c', 'BK_FIELD(product_t, category_id, INT, "category_id"',
        'BK_FIELD(product_t, weight, INT, "weight"'),
);
my %build = (larger => Bookable::OtherBuild->new(@larger), equal => Bookable::OtherBuild->new(@equal));
ok(-s $build{$_}->module_path('user'), "another version was built: $_") for sort keys %build;

my $modules = Bookable::OtherBuild::Modules->new;
local $ENV{BOOKABLE_BUILDDIR} = $modules->dir;

my $CONFIG = <<'END';
UserLoginFailures 3 1000
UserLoginWindow 1h
<Location /metrics>
    SetHandler bookable-metrics
</Location>
<Location /breakers>
    SetHandler bookable-breakers
</Location>
END

sub samples
{
    my ($client) = @_;
    return map { /^(\w+\{.*\}) (-?[\d.]+)$/ ? ($1 => $2) : () } split /\n/, $client->get('/metrics')->content;
}

sub breakers { my ($client) = @_; return map { $_->{name} => $_ } @{ decode_json($client->get('/breakers')->content) } }

# ---- under load, to and fro ----------------------------------------------------------------------
my $server = Bookable::Server->new(store => 'sqlite', cache => 'shmcb', children => 2, threads => 8,
    config => $CONFIG)->start;
my $pid    = $server->pid;
my $client = Bookable::Client->new(base => $server->base_url);
my $ann    = $client->member;
$client->log_in($ann, 'a wrong one') for 1 .. 3;
is($client->log_in($ann)->code, 429, 'an account is locked after failures');
my ($breaker) = grep { / booking space$/ } keys %{ { breakers($client) } };
is($client->post('/breakers', "name=$breaker&state=closed" =~ s/ /+/gr,
    type => 'application/x-www-form-urlencoded')->code, 200, 'a breaker is set by hand');

my $load = Bookable::Load->new(base_url => $server->base_url, clients => 8)->prepare;
$load->start(6);
my %counted = samples($client);
for my $step ([ larger => $build{larger} ], [ made => undef ], [ equal => $build{equal} ], [ made => undef ]) {
    my ($name, $build) = @$step;
    my %before = samples($client);
    $modules->install($build);
    ok($server->renew($client), "version $name: all children are new ones") or last;
    my %after = samples($client);
    my @lost = grep { /_total|_count/ && !/cpu_seconds/ && ($after{$_} // 0) < $before{$_} } sort keys %before;
    is("@lost", '', "version $name: every count goes on from where it was");
    is($client->log_in($ann)->code, 429, "version $name: the account is still locked");
    is({ breakers($client) }->{$breaker}{state}, 'disabled',
        "version $name: the breaker is in the state in which it was set");
    is($client->get("/$_/health")->content, 'OK',
        "version $name: the health of $_ is OK") for qw(user space booking products);
}
ok($server->is_alive && $server->pid == $pid, 'httpd is the one that was started');
my $history = $load->wait(Bookable::Load::EACH_KIND);
diag($load->figures($history));
my %why;
$why{ $_->{why} }++ for grep { ($_->{why} // '') =~ /\A[0-9]/ } $history->operations;
is_deeply(\%why, {}, 'no answer reports a failure during the upgrades');
ok($history->tally->{$_}, "there was $_") for qw(book/ok book/conflict delete/ok read/ok);
my @violations = $history->check(reads => $load->read_back($history), $server->store->rows);
is_deeply(\@violations, [], 'nothing acknowledged is lost, nothing is booked twice')
    or diag(@violations . ' violations');
my $log = $server->log_tail(1e6);
like($log, qr/BK0106: this version lays out $_ in another way/, "the log says that the layout differs: $_")
    for qw(bookable-pools bookable-breakers bookable-metrics bookable-errors bookable-db bookable-user bookable-cache
    bookable-cache-counts bookable-socache);
unlike($log, qr/:(?:emerg|alert|crit)\]|exit signal/, 'the log has no message of a critical level');

# ---- modules of two versions in one httpd --------------------------------------------------------
$modules->install($build{larger}, 'booking');
ok($server->renew($client), 'one module of another version: all children are new ones');
my $space = $client->space;
my $bob   = $client->member;
is($client->book($bob, spaceID => $space)->code, 201, 'modules of two versions book together');
is($client->get("/$_/health")->content, 'OK',
    "with modules of two versions the health of $_ is OK") for qw(user space booking products);
is($client->get('/metrics')->code, 200, 'with modules of two versions the metrics are answered');
ok($server->stop, 'httpd stops');
$modules->install(undef);

# ---- stores in memory ----------------------------------------------------------------------------
# Their records cannot be read by another version, and are not thrown away for it.
$server = Bookable::Server->new(store => 'shm', cache => 'none', children => 2, threads => 8)->start;
$pid    = $server->pid;
$client = Bookable::Client->new(base => $server->base_url);
my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 2, some_other_id => 3);
is($client->post('/products/5/details', \%product)->code, 204, 'a product is stored in shared memory');
$space = $client->space;
$modules->install($build{equal});
ok($server->renew($client), 'a version with other products: all children are new ones');
is_error($client->get('/products/5'), 503, [ 'UNAVAILABLE' ], 'a product of another layout is answered 503');
is_error($client->post('/products/6/details', \%product), 503, [ 'UNAVAILABLE' ],
    'adding a product to a store of another layout is answered 503');
is_error($client->get('/products/health'), 503, [ 'UNAVAILABLE' ],
    'health is 503 for a store of another layout');
is($client->get("/space/$space")->code, 200, 'the other services serve what they have');
like($server->log_tail(1e6), qr/BK0110: the memory of the product store is laid out by another version/,
    'the log says that the memory of the product store is laid out by another version');
$modules->install(undef);
ok($server->renew($client), 'the version of before is put back: all children are new ones');
is_answer($client->get('/products/5'), 200, { %product, product_id => 5 },
    'the product is served again by the version that stored it');
ok($server->is_alive && $server->pid == $pid, 'httpd is the one that was started');
$modules->install($build{equal});
$server->restart;
is($client->get('/products/5')->code, 503, 'a store of another layout is still 503 after a hard restart');
$server->stop;
$server->start;
is($client->get('/products/5')->code, 404, 'stop and start: the store is empty');
is($client->post('/products/6/details', \%product)->code, 204, 'stop and start: a product is stored');
ok($server->stop, 'httpd stops');

done_testing();

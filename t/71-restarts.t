# A store keeps everything over restarts of httpd, of whatever kind; one in memory, as long as the
# parent process is there.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::Server;

my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);

sub kept_over_restarts
{
    my ($kind) = @_;
    my $server = Bookable::Server->new(store => $kind, children => 2, threads => 4)->start;
    my $client = Bookable::Client->new(base => $server->base_url);
    my $ann    = $client->member;
    my $space  = $client->space(capacity => 3, openTime => '2030-01-01T08:00:00Z');
    my $booking = $client->book($ann, spaceID => $space)->content;
    is($client->post('/products/5/details', \%product)->code, 204, "$kind: a product is stored");
    my @paths = ("/user/$ann->{id}", '/user/caller', "/space/$space", "/booking/2030-05-14/$booking",
        '/products/5');
    my $read = sub {
        return map { $_->code . $_->content } map { $client->get($_, as => $ann) } @paths;
    };
    my @before = $read->();
    is(scalar(grep { /^200/ } @before), scalar @paths, "$kind: everything can be read");

    my $kept = sub {
        my ($what) = @_;
        my @after = $read->();
        is($after[$_], $before[$_], "$kind: after $what: $paths[$_] is as before") for 0 .. $#paths;
        is_error($client->book($ann, spaceID => $space), 400, ['CONFLICT'],
            "$kind: after $what: what was booked is taken");
        is($client->log_in($ann)->code, 200, "$kind: after $what: the password is accepted");
        @before = $read->();
        return;
    };
    ok($server->renew($client), "$kind: httpd restarts gracefully");
    $kept->('graceful restart');
    $server->restart;
    $kept->('restart');
    for my $how ($server->store->is_durable ? qw(stop kill9) : ()) {
        $server->$how;
        $server->start;
        $kept->("$how and start");
    }
    is($client->get('/space/Hall-1')->code, 404, "$kind: a space that was never made is not found");
    $server->stop;
    return;
}

kept_over_restarts($_) for qw(sqlite pgsql shm);

# ---- many names, and other ones after each restart -----------------------------------------------
# Each virtual host with a database of its own has a pool, and one that shares a database has breakers.

my ($round, $own, $sharing) = (0, 20, 0);
my $server = Bookable::Server->new(store => 'sqlite', children => 1, threads => 4, config => sub {
    my ($self) = @_;
    my $text = "<Location /metrics>\nSetHandler bookable-metrics\n</Location>\n";
    for my $i (1 .. $own) {
        my $pool = Bookable::Store::pool('sqlite3', $self->dir . "/db/own$i.db", 4);
        $text .= "<VirtualHost *:$self->{port}>\nServerName own$i-$round.example\n$pool</VirtualHost>\n";
    }
    $text .= "<VirtualHost *:$self->{port}>\nServerName sharing$_-$round.example\n</VirtualHost>\n"
        for 1 .. $sharing;
    return $text;
});

# Status, name of the host, and what it says to a path.
sub ask
{
    my ($name, $path) = @_;
    my $client = Bookable::Client->new(base => $server->base_url);
    my $answer = $client->exchange("GET $path HTTP/1.1\r\nHost: $name\r\nConnection: close\r\n\r\n");
    return $answer->code . ' ' . $answer->content;
}

# What is there in the metrics, of a label.
sub named
{
    my ($metric, $label) = @_;
    my $text = ask("own1-$round.example", '/metrics');
    my %seen = map { $_ => 1 } $text =~ /^\Q$metric\E\{$label="([^"]*)"/mg;
    return sort keys %seen;
}

# Bytes of shared memory that the first process has.
sub shared
{
    open my $in, '<', '/proc/' . $server->pid . '/maps' or die "maps: $!\n";
    my $sum = 0;
    no warnings 'portable';    # addresses have 64 bits
    for (<$in>) {
        $sum += hex($2) - hex($1) if m{^([0-9a-f]+)-([0-9a-f]+) .w.s .*/dev/zero};
    }
    return $sum;
}

$server->start;
my %shared;
for (0 .. 5) {
    $round = $_;
    if ($round) {
        ok($server->renew, "all hosts have other names ($round): httpd goes on") or last;
    }
    is(scalar(grep { ask("own$_-$round.example", '/products/health') ne '200 OK' } 1 .. $own), 0,
        "$own hosts with a database each answer ($round)");
    my @pools = named('bookable_db_connections_max', 'pool');
    is(scalar(grep { /^own\d+-$round\.example/ } @pools), $own,
        "the pools of all hosts with a database are in the metrics ($round)");
    is(scalar @pools, $own + 1, "the pools of hosts that are gone are not in the metrics ($round)");
    $shared{$round} = shared();
}
cmp_ok($shared{0}, '>', 0, 'the first process has shared memory');
is($shared{5}, $shared{3}, 'shared memory does not grow with new names: slots of names that are gone are reused');
($own, $sharing) = (1, 120);
ok($server->renew, '120 hosts share a database: httpd goes on');
is(scalar(grep { ask("sharing$_-$round.example", '/booking/health') ne '200 OK' } 1, 60, 120), 0,
    'hosts that share a database answer');
is(scalar(grep { /^sharing\d+-$round\.example/ } named('bookable_breaker_state', 'breaker')), 360,
    'each host that shares a database has its breakers in the metrics');
is(ask("own1-$round.example", '/space/health'), '200 OK',
    'the host with its own database answers beside 120 others');
unlike($server->log_tail(1e6), qr/BK0105|BK0106|BK0107|BK0109|:(?:emerg|alert|crit)\]/,
    'the log has no message about shared memory and none of a critical level');
ok($server->stop, 'httpd stops');
$server->start;
is(ask("sharing120-$round.example", '/booking/health'), '200 OK',
    'a host that shares a database answers after a stop and start');
ok($server->stop, 'httpd stops');

# ---- one name, several servers -------------------------------------------------------------------
# Two addresses of one name and port, and a database each: neither sees what is the other's.
sub twins
{
    my ($self) = @_;
    my $text = "Listen 127.0.0.2:$self->{port}\n<Location /metrics>\nSetHandler bookable-metrics\n</Location>\n";
    for my $i (1, 2) {
        my $pool = Bookable::Store::pool('sqlite3', $self->dir . "/db/twin$i.db", 4);
        $text .= "<VirtualHost 127.0.0.$i:$self->{port}>\nServerName twin.example\n$pool</VirtualHost>\n";
    }
    return $text;
}
my $twins = Bookable::Server->new(store => 'sqlite', children => 1, threads => 4, config => \&twins)->start;
my @twin = map { Bookable::Client->new(base => "http://127.0.0.$_:" . $twins->port) } 1, 2;
for my $when ('at first', 'after a graceful restart') {
    is(join(' ', map { $_->get('/products/health')->code } @twin), '200 200',
        "one name, two addresses: both are healthy $when");
    is($twin[$_]->post('/products/7/details', { sku => "of $_", manufacturer => 'm', category_id => 1,
        weight => 1, some_other_id => 1 })->code, 204,
            "one name, two addresses: a product is stored by each $when: $_") for 0, 1;
    like($twin[$_]->get('/products/7')->content, qr/"of $_"/,
        "one name, two addresses: each reads its own product $when: $_") for 0, 1;
    is(scalar(grep { /^twin\.example:/ } $twin[0]->get('/metrics')->content
        =~ /^bookable_db_connections_max\{pool="([^"]*)"/mg), 2,
            "one name, two addresses: each has its pool in the metrics $when");
    ok($twins->renew(@twin), 'httpd with two addresses of one name restarts gracefully') if $when eq 'at first';
}
$twins->stop;

done_testing();

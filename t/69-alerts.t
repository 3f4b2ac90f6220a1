# conf/prometheus on running servers: each fault is made, the pages of metrics from before and after it are
# what Prometheus would see, and promtool says which alerts that fires: the fault's own, and no other.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Cwd qw(realpath);
use File::Basename qw(dirname);
use File::Temp ();
use JSON::PP qw(decode_json);
use POSIX ();

use Bookable::Client;
use Bookable::Load;
use Bookable::Process qw(collected wait_until);
use Bookable::Server;

plan skip_all => 'no promtool (package prometheus)' if system('promtool --version > /dev/null 2>&1') != 0;

my $RULES = realpath(dirname($INC{'Bookable/Server.pm'}) . '/../../../conf') . '/prometheus/bookable.rules.yml';
my $DIR   = File::Temp->newdir('bookable-XXXXXX', TMPDIR => 1);

# What the alerts look at.
open my $in, '<', $RULES or die "$RULES: $!\n";
my $rules = do { local $/; <$in> };
my %named  = map { $_ => 1 } $rules =~ /\b(bookable_\w+)\b(?=[{\[) ><]|$)/mg;
my %wanted = map { $_ => 1 } $rules =~ /^\s+- alert: (\w+)$/mg;

my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);
my $CONFIG  = <<'END';
<Location /metrics>
    SetHandler bookable-metrics
</Location>
<Location /breakers>
    SetHandler bookable-breakers
</Location>
BookableBusyTimeout 50ms
BookablePoolTimeout 50ms
SpaceSlowDelay      3s
END

sub server
{
    my (%args) = @_;
    my $server = Bookable::Server->new(children => 1, threads => 8, %args,
        config => $CONFIG . ($args{config} // ''))->start;
    return ($server, Bookable::Client->new(patient => 1, base => $server->base_url));
}

# ---- what Prometheus sees ------------------------------------------------------------------------

# { name{labels} => value }; undef where nobody answers.
sub page
{
    my ($client) = @_;
    my $response = $client->get('/metrics');
    return unless $response->code == 200;
    my %page;
    for my $line (split /\n/, $response->content) {
        my ($name, $labels, $value) = $line =~ /^(\w+)\{(.*)\} (\S+)$/ or next;
        $page{qq($name\{$labels,instance="a"})} = $value if $named{$name};
    }
    return \%page;
}

# Half an hour, a value a minute, in which each minute is as the one between the two pages.
sub series
{
    my ($before, $after) = @_;
    my %series = ('up{job="bookable",instance="a"}' => ($after ? '1+0x30' : '1 0+0x30'));
    for my $name (keys %{ $after // {} }) {
        my $now  = $after->{$name};
        my $then = $before->{$name} // 0;
        $series{$name} = $name =~ /^\w+_(?:total|bucket)\{/ ? sprintf '%s+%sx30', $then, $now - $then : "$then $now+0x30";
    }
    return %series;
}

sub firing
{
    my (%series) = @_;
    open my $out, '>', "$DIR/fault.yml" or die "$DIR/fault.yml: $!\n";
    print {$out} "rule_files: ['$RULES']\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n",
        (map { my $name = s/'/''/gr; "      - {series: '$name', values: '$series{$_}'}\n" } sort keys %series),
        "    promql_expr_test:\n      - expr: 'count by (alertname) (ALERTS{alertstate=\"firing\"})'\n",
        "        eval_time: 25m\n        exp_samples: []\n";
    close $out or die "$DIR/fault.yml: $!\n";
    my $said = qx(promtool test rules '$DIR/fault.yml' 2>&1);
    my ($got) = $said =~ /got:(.*)/s;
    return $? == 0 ? '' : defined $got ? join ' ', sort $got =~ /alertname="(\w+)"/g : $said;
}

# How many requests to the product service took no longer than that.
sub _took
{
    my ($page, $le) = @_;
    my $sum = 0;
    $sum += $page->{$_}
        for grep { /^bookable_request_duration_seconds_bucket\{.*service="product".*le="\Q$le\E"/ } keys %$page;
    return $sum;
}

# Requests that need no store, until what was slow, because other work is on the machine, is no part of all to
# speak of.
sub work
{
    my ($client) = @_;
    my $connection = Bookable::Load::Connection->new($client->{base});
    for (1 .. 20) {
        $connection->request(GET => '/products/none') for 1 .. 200;
        my $page = page($client) or return;
        my ($all, $quick) = map { _took($page, $_) } '+Inf', '1.0000';
        return if ($all - $quick) * 200 < $all;
    }
    die "one in 200 requests takes longer than a second here\n";
}

my %seen;

sub fires
{
    my ($name, $client, $fault) = @_;
    work($client);
    my $before = page($client);
    my $undo   = $fault->();
    work($client);
    my $after = page($client);
    $undo->() if ref $undo eq 'CODE';
    is(firing(series($before, $after)), $name, $name ? "$name fires in its fault, and no other alert" : 'no alert fires while all is well');
    $seen{$name} = 1;
    return;
}

# ---- faults --------------------------------------------------------------------------------------

# Another program at the database, when it has done that.
sub other
{
    my ($server, $sql) = @_;
    open my $pipe, '|-', 'sqlite3', $server->db or die "sqlite3: $!\n";
    $pipe->autoflush(1);
    print {$pipe} ".timeout 60000\n.output /dev/null\n$sql;\n.system touch $DIR/done\n";
    wait_until(60, sub { unlink "$DIR/done" }) or die "sqlite3 does not do: $sql\n";
    return $pipe;
}

my ($server, $client) = server(store => 'sqlite', cache => 'redis');
my $space = $client->space;
fires('', $client, sub { $client->post('/products/1/details', \%product); $client->get('/products/1') });

fires(RoomsErrors => $client, sub {
    my $writer = other($server, 'BEGIN IMMEDIATE');
    my $refused = grep { $client->post('/products/1/details', \%product)->code == 503 } 1 .. 60;
    is($refused, 60, 'writes are refused while another program holds the lock');
    return close $writer;
});
fires(RoomsSlow => $client, sub { is($client->get("/space/slow/$space")->code, 200, 'an answer is slow') });
fires(RoomsBreakerOpen => $client, sub {
    my ($name) = map { $_->{name} } grep { $_->{name} =~ / booking space$/ } @{ decode_json($client->get('/breakers')->content) };
    my $set = sub {
        return $client->post('/breakers', 'name=' . $name =~ s/ /+/gr . "&state=$_[0]",
            type => 'application/x-www-form-urlencoded')->code;
    };
    is($set->('open'), 200, 'a breaker is forced open');
    return sub { $set->('auto') };
});
fires(RoomsCacheAway => $client, sub {
    $server->store->redis->stop;
    is($client->get('/products/1')->code, 200, 'a product is read without its cache');
    return sub { $server->store->redis->start };
});
fires(RoomsWalGrows => $client, sub {
    my $reader = other($server, 'BEGIN; SELECT count(*) FROM products');
    close other($server, 'PRAGMA wal_autocheckpoint = 0; CREATE TABLE other AS SELECT zeroblob(105000000)');
    return sub { close $reader };
});
fires(RoomsDown => $client, sub { return $server->stop });

($server, $client) = server(store => 'sqlite', config => "DBDMin 1\nDBDKeep 1\nDBDMax 1\nBookableBusyTimeout 60s\n");
fires(RoomsDatabaseWaits => $client, sub {
    my $writer = other($server, 'BEGIN IMMEDIATE');
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        Bookable::Client->new(base => $server->base_url)->post('/products/1/details', \%product);
        POSIX::_exit(0);
    }
    ok(wait_until(60, sub { $client->get('/products/1')->code == 503 }), 'a request gets no connection while another one has it');
    close $writer;
    return wait_until(60, sub { collected($pid) });
});
$server->stop;

($server, $client) = server(store => 'pgsql');
fires(RoomsDatabaseFailures => $client, sub {
    $server->store->postgres->stop;
    is($client->get('/products/1')->code, 503, 'a product is not read without its database');
});
$server->stop;

is_deeply([ sort grep { length } keys %seen ], [ sort keys %wanted ], 'each alert had its fault');

done_testing();

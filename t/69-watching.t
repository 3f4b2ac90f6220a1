# conf/prometheus and conf/grafana: Prometheus's own tool takes the rules and every expression; each names
# metrics that there are; each alert fires in its fault, and in no other; the dashboard is what its script makes.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Cwd qw(realpath);
use File::Basename qw(dirname);
use File::Temp ();
use JSON::PP ();

use Bookable::Client;
use Bookable::File qw(slurp write_file);
use Bookable::Server;

plan skip_all => 'no promtool (package prometheus), or no jq'
    if system('promtool --version > /dev/null 2>&1 && jq --version > /dev/null 2>&1') != 0;

my $CONF  = realpath(dirname($INC{'Bookable/Server.pm'}) . '/../../../conf');
my $RULES = "$CONF/prometheus/bookable.rules.yml";
my $BOARD = "$CONF/grafana/bookable.json";
my $DIR   = File::Temp->newdir('bookable-XXXXXX', TMPDIR => 1);

my $said = qx(promtool check rules '$RULES' 2>&1);
is($?, 0, 'promtool takes the alerts') or diag($said);
is(qx(jq -n -f '$CONF/grafana/dashboard.jq'), slurp($BOARD), 'the dashboard is what its script makes');

# ---- expressions ---------------------------------------------------------------------------------

# By name: those of the alerts, on one line or folded over several, and those of the dashboard's panels.
my %expr;
my $alert;
for my $line (split /\n/, slurp($RULES)) {
    if    ($line =~ /^\s+- alert: (\w+)$/)      { $alert = $1 }
    elsif ($line =~ /^\s+expr: (?:>-)?\s*(.*)$/) { $expr{$alert} = $1 }
    elsif ($alert && $line =~ /^\s{10}(\S.*)$/ && $line !~ /^\s+(?:summary|description):/) { $expr{$alert} .= " $1" }
}
my @alerts = sort keys %expr;
is_deeply([ grep { $expr{$_} !~ /\S/ } @alerts ], [], 'every alert has an expression');
my $board = JSON::PP->new->decode(slurp($BOARD));
for my $panel (@{ $board->{panels} }) {
    $expr{"$panel->{title}: $_->{refId}"} = $_->{expr} =~ s/\$instance/.*/gr for @{ $panel->{targets} };
}
my %title = map { $_->{title} => 1 } @{ $board->{panels} };
is(scalar keys %title, scalar @{ $board->{panels} }, 'each panel has a title of its own');

my @record = map { "      - {record: 'checked:$_', expr: " . JSON::PP->new->allow_nonref->encode($expr{ (sort keys %expr)[$_] }) . "}\n" }
    0 .. keys(%expr) - 1;
$said = qx(promtool check rules '@{[ write_file("$DIR/expressions.yml", join '', "groups:\n  - name: all\n    rules:\n", @record) ]}' 2>&1);
is($?, 0, 'promtool takes each expression') or diag($said);

# What a server shows that has all of them: a file, a cache, breakers.
my $server = Bookable::Server->new(store => 'sqlite', cache => 'shmcb', children => 1, threads => 4,
    config => "<Location /metrics>\nSetHandler bookable-metrics\n</Location>\n")->start;
my $client = Bookable::Client->new(base => $server->base_url);
my ($ann, $space) = ($client->member, $client->space);
$client->book($ann, spaceID => $space) for 1 .. 2;    # once, and refused once
my %known = map { $_ => 1 } 'up', $client->get('/metrics')->content =~ /^(bookable_\w+)\{/mg;
for my $name (sort keys %expr) {
    my @named = $expr{$name} =~ /\b(up|bookable_\w+)\b/g;
    ok(scalar @named, "$name names a metric");
    is_deeply([ grep { !$known{$_} } @named ], [], "$name names metrics that there are");
}
$server->finish;

# ---- faults --------------------------------------------------------------------------------------

# Half an hour of a server that is well, a value a minute, in promtool's words.
my $of = 'instance="a",service="booking"';
my %well = (
    'up{job="bookable",instance="a"}'                           => '1+0x30',
    "bookable_requests_total{$of,status=\"2xx\"}"               => '0+600x30',
    "bookable_requests_total{$of,status=\"5xx\"}"               => '0+1x30',
    "bookable_request_duration_seconds_bucket{$of,le=\"0.5\"}"  => '0+600x30',
    "bookable_request_duration_seconds_bucket{$of,le=\"5\"}"    => '0+600x30',
    "bookable_request_duration_seconds_bucket{$of,le=\"+Inf\"}" => '0+600x30',
    'bookable_breaker_state{instance="a",breaker="user"}'       => '0+0x30',
    'bookable_breaker_state{instance="a",breaker="switched off"}' => '4+0x30',
    'bookable_db_failures_total{instance="a",pool="main"}'      => '7+0x30',
    'bookable_db_timeouts_total{instance="a",pool="main"}'      => '7+0x30',
    'bookable_db_wal_bytes{instance="a",pool="main"}'           => '37000000+0x30',
    "bookable_cache_events_total{$of,event=\"error\"}"          => '7+0x30',
);
my %fault = (
    ''                       => {},
    RoomsDown             => { 'up{job="bookable",instance="a"}' => '0+0x30' },
    RoomsErrors           => { "bookable_requests_total{$of,status=\"5xx\"}" => '0+60x30' },
    RoomsSlow             => { "bookable_request_duration_seconds_bucket{$of,le=\"0.5\"}" => '0+580x30' },
    RoomsBreakerOpen      => { 'bookable_breaker_state{instance="a",breaker="user"}' => '1 2 1 1 2 1+0x25' },
    RoomsDatabaseFailures => { 'bookable_db_failures_total{instance="a",pool="main"}' => '0+3x30' },
    RoomsDatabaseWaits    => { 'bookable_db_timeouts_total{instance="a",pool="main"}' => '0+3x30' },
    RoomsWalGrows         => { 'bookable_db_wal_bytes{instance="a",pool="main"}' => '200000000+0x30' },
    RoomsCacheAway        => { "bookable_cache_events_total{$of,event=\"error\"}" => '0+3x30' },
);
is_deeply([ sort grep { length } keys %fault ], \@alerts, 'each alert has its fault');
for my $name (sort keys %fault) {
    my %series = (%well, %{ $fault{$name} });
    my @lines = ("rule_files: ['$RULES']", 'evaluation_interval: 1m', 'tests:', '  - interval: 1m', '    input_series:');
    push @lines, map { "      - {series: '$_', values: '$series{$_}'}" } sort keys %series;
    push @lines, '    promql_expr_test:', q(      - expr: 'count by (alertname) (ALERTS{alertstate="firing"})'),
        '        eval_time: 25m', '        exp_samples:' . ($name ? '' : ' []');
    push @lines, "          - {labels: '{alertname=\"$name\"}', value: 1}" if $name;
    my $file = write_file("$DIR/fault.yml", join "\n", @lines, '');
    $said = qx(promtool test rules '$file' 2>&1);
    is($?, 0, $name ? "$name fires in its fault, and no other alert" : 'no alert fires while all is well') or diag($said);
}

done_testing();

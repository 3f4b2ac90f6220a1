# What SetHandler bookable-metrics tells Prometheus, and that a graceful restart forgets nothing.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::Server;
use JSON::PP ();

my $server = Bookable::Server->new(children => 2, threads => 8,
    config => "<Location /metrics>\nSetHandler bookable-metrics\n</Location>\n")->start;
my $client = Bookable::Client->new(base => $server->base_url);

# Every sample, by its name with its labels.
sub samples
{
    my $answer = $client->get('/metrics');
    is($answer->code, 200, 'GET /metrics is answered 200');
    like($answer->header('Content-Type'), qr{^text/plain; version=0\.0\.4},
        'GET /metrics has the type of the exposition format');
    my (%sample, %typed);
    for my $line (split /\n/, $answer->content) {
        if ($line =~ /^# TYPE (\w+) (?:counter|gauge|histogram)$/) {
            ok(!$typed{$1}++, "the metric $1 has one TYPE line");
        }
        elsif ($line !~ /^# HELP \w+ \S/) {
            my ($name, $value) = $line =~ /^(\w+\{.*\}) (-?[\d.]+)$/ or fail("no sample: $line"), next;
            ok(!exists $sample{$name}, "the sample $name is there once") if exists $sample{$name};
            $sample{$name} = $value;
        }
    }
    return \%sample;
}

# What Prometheus's own tool says of the page; it has opinions on names, too.
sub is_exposition
{
    my ($text, $name) = @_;
    SKIP: {
        skip 'no promtool (package prometheus)', 1 if system('promtool --version > /dev/null 2>&1') != 0;
        my $file = $server->dir . '/metrics';
        open my $out, '>', $file or die "$file: $!\n";
        print {$out} $text;
        close $out or die "$file: $!\n";
        is(scalar qx(promtool check metrics < '$file' 2>&1), '', "promtool takes $name");
    }
    return;
}

# A booking of an hour of its own.
sub book
{
    my ($user, $space, $hour) = @_;
    return $client->book($user, spaceID => $space,
        startTime => sprintf('2030-05-14T%02d:00:00Z', $hour),
        endTime   => sprintf('2030-05-14T%02d:00:00Z', $hour + 1));
}

my $booked = 'bookable_requests_total{service="booking",method="POST",route="",status="%s"}';
my $user   = $client->member;
my $space  = $client->space;
my $before = samples();
is_answer(book($user, $space, 8 + $_), 201, qr/^\d+$/, "booking $_ of 3 is made") for 1 .. 3;
is_error(book($user, $space, 9), 400, ['CONFLICT'], 'an overlapping booking is refused');
is($client->get('/booking/nowhere')->code, 404, 'a path without a route is answered 404');

my $after = samples();
my $more  = sub { my ($name) = @_; return ($after->{$name} // 0) - ($before->{$name} // 0) };
is($more->(sprintf $booked, '2xx'), 3, 'three bookings are counted as 2xx');
is($more->(sprintf $booked, '4xx'), 1, 'a refused booking is counted as 4xx');
is($more->('bookable_errors_total{service="booking",code="CONFLICT"}'), 1,
    'a refused booking is counted by its error code');
is($more->('bookable_requests_total{service="booking",method="other",route="none",status="4xx"}'), 1,
    'a request without a route is counted under route none');
is($more->('bookable_requests_total{service="user",method="GET",route="/caller",status="2xx"}'), 4,
    'calls between services are counted');

my $histogram = 'bookable_request_duration_seconds_%s{service="booking",method="POST",route=""%s}';
my @bounds = map { sprintf $histogram, 'bucket', ",le=\"$_\"" }
    qw(0.0005 0.0010 0.0025 0.0050 0.0100 0.0250 0.0500 0.1000 0.2500 1.0000 5.0000 15.0000 +Inf);
is(scalar(grep { !exists $after->{$_} } @bounds), 0, 'the histogram has every bucket');
is(scalar(grep { $after->{ $bounds[$_] } < $after->{ $bounds[ $_ - 1 ] } } 1 .. $#bounds), 0,
    'the buckets of the histogram are cumulative');
is($after->{ $bounds[-1] }, $after->{ sprintf $histogram, 'count', '' },
    'the last bucket of the histogram equals its count');
is($more->(sprintf $histogram, 'count', ''), 4, 'the count of the histogram is the number of requests');
cmp_ok($more->(sprintf $histogram, 'sum', ''), '>', 0, 'the sum of the histogram grows with requests');

my ($state) = grep { /^bookable_breaker_state\{breaker="[^"]* booking space"/ } keys %$after;
is($after->{$state}, 0, 'the metrics show the breaker for spaces as closed');
(my $calls = $state) =~ s/_state\{(.*)\}/_calls_total{$1,outcome="success"}/;
is($more->($calls), 4, 'the metrics count four successful calls to spaces');

my $cpu = 'bookable_cpu_seconds_total{process="child"}';
is($after->{'bookable_processes{process="child"}'}, 2, 'the metrics count both children');
cmp_ok($after->{$cpu}, '<', 60, 'the CPU time of the children is below a minute at first');
$client->get('/space/health') for 1 .. 2000;
cmp_ok(samples()->{$cpu}, '>', $after->{$cpu}, 'the CPU time of the children grows with work');
cmp_ok($after->{"bookable_memory_bytes{kind=\"$_\"}"}, '>', 1e6,
    "the metrics show $_ memory") for qw(own shared);

is_exposition($client->get('/metrics')->content, 'the page');
is($client->call(POST => '/metrics', {})->code, 405, 'POST /metrics is refused');
ok($server->renew($client), 'httpd restarts gracefully');
my $later = samples();
is(scalar(grep { $later->{$_} < $after->{$_} } grep { /_total/ && exists $later->{$_} } keys %$after), 0,
    'no counter is lower after a graceful restart');
$server->stop;

# ---- database connections: those of each set of DBD directives by themselves --------------------
$server = Bookable::Server->new(children => 1, threads => 4, config => sub {
    $_[0]{other} = Bookable::Server::free_port();
    return <<"END" });
<IfModule dbd_module>
    DBDMax 7
</IfModule>
<Location /metrics>
    SetHandler bookable-metrics
</Location>
Listen 127.0.0.1:$_[0]{other}
<VirtualHost 127.0.0.1:$_[0]{other}>
    ServerName other.example
    <IfModule dbd_module>
        DBDMax 3
        DBDKeep 3
        DBDParams "@{[ $_[0]->db ]}.other"
    </IfModule>
</VirtualHost>
<VirtualHost 127.0.0.1:1>
    ServerName without.its.own
</VirtualHost>
END
$server->start;
$client = Bookable::Client->new(base => $server->base_url);
my $other = Bookable::Client->new(base => "http://127.0.0.1:$server->{other}");
my %pool = (main => '127.0.0.1', other => "other.example:$server->{other}");
$before = samples();
is($before->{qq{bookable_db_connections_max{pool="$pool{main}"}}}, 7,
    'the metrics show DBDMax of the main server');
is($before->{qq{bookable_db_connections_max{pool="$pool{other}"}}}, 3,
    'the metrics show DBDMax of a virtual host');
is(scalar(grep { /^bookable_db_connections_max/ } keys %$before), 2,
    'the metrics show no pool of a virtual host without DBD directives');
is($client->get('/products/1')->code, 404, "the main server answers request $_ of 3") for 1 .. 3;
is($other->get('/products/1')->code, 404, 'the virtual host with its own pool answers');
$after = samples();
my %acquired = map { $_ => qq{bookable_db_acquired_total{pool="$pool{$_}"}} } keys %pool;
is($after->{ $acquired{main} } - $before->{ $acquired{main} }, 3,
    'the metrics count three acquired connections of the main server');
is($after->{ $acquired{other} } - $before->{ $acquired{other} }, 1,
    'the metrics count one acquired connection of the virtual host');
is($after->{qq{bookable_db_connections_in_use{pool="$_"}}}, 0,
    "no connection is in use afterwards: $_") for values %pool;
is($after->{qq{bookable_db_timeouts_total{pool="$_"}}},     0, "no wait for a connection timed out: $_")  for values %pool;
$server->stop;

# ---- names of servers that are no names ----------------------------------------------------------
# As they are written, and as they are shown.
my %odd = ('we"ird\name' => 'we"ird\name', "caf\xe9" => 'caf\xe9', "b\xc3\xbccher" => "b\xc3\xbccher",
    'a b' => 'a\x20b', '{x="y"}' => '{x="y"}', 'b\\' => 'b\\', 'n\n' => 'n\n');
$server = Bookable::Server->new(children => 1, threads => 4, stock => ['status'], config => sub {
    my ($self) = @_;
    return join '', map {
        my $port = $self->{$_} //= Bookable::Server::free_port();
        my $name = s/(["\\])/\\$1/gr;
        <<"END" } sort keys %odd });
Listen 127.0.0.1:$port
<VirtualHost 127.0.0.1:$port>
    ServerName "$name"
    <IfModule dbd_module>
        DBDMax 3
        DBDParams "@{[ $self->db ]}.$port"
    </IfModule>
    <Location /metrics>
        SetHandler bookable-metrics
    </Location>
    <Location /breakers>
        SetHandler bookable-breakers
    </Location>
    <Location /server-status>
        SetHandler server-status
    </Location>
</VirtualHost>
END
$server->start;
$client = Bookable::Client->new(base => "http://127.0.0.1:$server->{'a b'}");
$client->get('/products/1');
my $page = $client->get('/metrics')->content;
is_exposition($page, 'odd names of servers');
my $quoted = qr/"(?:[^"\\\n]|\\["\\n])*"/;
my @spoiled = grep { !/^(?:# .*|\w+\{(?:\w+=$quoted,?)+\} [-+\d.e]+)$/ } split /\n/, $page;
is("@spoiled", '', 'every line of the page is well-formed with odd names of servers');
my $breakers = JSON::PP->new->utf8->decode($client->get('/breakers')->content);
for my $name (sort keys %odd) {
    my $label = $odd{$name} =~ s/(["\\])/\\$1/gr . ":$server->{$name}";
    utf8::decode(my $shown = "$odd{$name}:$server->{$name}");
    like($page, qr/^bookable_breaker_state\{breaker="\Q$label\E booking space"\} 0$/m,
        "$label: the metrics show the breaker");
    like($page, qr/^bookable_db_connections_max\{pool="\Q$label\E"\} 3$/m, "$label: the metrics show the pool");
    is(scalar(grep { $_->{name} eq "$shown booking space" } @$breakers), 1, "$label: listed by the handler of breakers");
}
is(scalar(() = $client->get('/server-status?auto')->content =~ /^BookableBreaker-\S*-booking-space-State: closed$/mg),
    1 + keys %odd, 'mod_status shows the breakers of all odd names');
$server->stop;
done_testing();

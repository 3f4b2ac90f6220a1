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
    is($answer->code, 200, 'metrics are read');
    like($answer->header('Content-Type'), qr{^text/plain; version=0\.0\.4}, 'as Prometheus wants them');
    my (%sample, %typed);
    for my $line (split /\n/, $answer->content) {
        if ($line =~ /^# TYPE (\w+) (?:counter|gauge|histogram)$/) {
            ok(!$typed{$1}++, "$1 has one type");
        }
        elsif ($line !~ /^# HELP \w+ \S/) {
            my ($name, $value) = $line =~ /^(\w+\{.*\}) (-?[\d.]+)$/ or fail("no sample: $line"), next;
            ok(!exists $sample{$name}, "$name once") if exists $sample{$name};
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
is_answer(book($user, $space, 8 + $_), 201, qr/^\d+$/, "booking $_") for 1 .. 3;
is_error(book($user, $space, 9), 400, ['CONFLICT'], 'a conflict');
is($client->get('/booking/nowhere')->code, 404, 'no route');

my $after = samples();
my $more  = sub { my ($name) = @_; return ($after->{$name} // 0) - ($before->{$name} // 0) };
is($more->(sprintf $booked, '2xx'), 3, 'three bookings are counted');
is($more->(sprintf $booked, '4xx'), 1, 'and what was refused');
is($more->('bookable_errors_total{service="booking",code="CONFLICT"}'), 1, 'by its code');
is($more->('bookable_requests_total{service="booking",method="other",route="none",status="4xx"}'), 1,
    'what has no route has a place');
is($more->('bookable_requests_total{service="user",method="GET",route="/caller",status="2xx"}'), 4,
    'calls between services are counted');

my $histogram = 'bookable_request_duration_seconds_%s{service="booking",method="POST",route=""%s}';
my @bounds = map { sprintf $histogram, 'bucket', ",le=\"$_\"" }
    qw(0.0005 0.0010 0.0025 0.0050 0.0100 0.0250 0.0500 0.1000 0.2500 1.0000 5.0000 15.0000 +Inf);
is(scalar(grep { !exists $after->{$_} } @bounds), 0, 'every bucket is there');
is(scalar(grep { $after->{ $bounds[$_] } < $after->{ $bounds[ $_ - 1 ] } } 1 .. $#bounds), 0,
    'buckets add up from the left');
is($after->{ $bounds[-1] }, $after->{ sprintf $histogram, 'count', '' }, 'and come to the count');
is($more->(sprintf $histogram, 'count', ''), 4, 'which is that of the requests');
cmp_ok($more->(sprintf $histogram, 'sum', ''), '>', 0, 'they took some time');

my ($state) = grep { /^bookable_breaker_state\{breaker="[^"]* booking space"/ } keys %$after;
is($after->{$state}, 0, 'the breaker towards spaces is closed');
(my $calls = $state) =~ s/_state\{(.*)\}/_calls_total{$1,outcome="success"}/;
is($more->($calls), 4, 'and has let four calls through');

my $cpu = 'bookable_cpu_seconds_total{process="child"}';
is($after->{'bookable_processes{process="child"}'}, 2, 'both children are counted');
cmp_ok($after->{$cpu}, '<', 60, 'they cannot have worked for long');
$client->get('/space/health') for 1 .. 2000;
cmp_ok(samples()->{$cpu}, '>', $after->{$cpu}, 'and have for longer after some work');
cmp_ok($after->{"bookable_memory_bytes{kind=\"$_\"}"}, '>', 1e6, "$_ memory is told") for qw(own shared);

is_exposition($client->get('/metrics')->content, 'the page');
is($client->call(POST => '/metrics', {})->code, 405, 'metrics are only read');
ok($server->renew($client), 'restarted gracefully');
my $later = samples();
is(scalar(grep { $later->{$_} < $after->{$_} } grep { /_total/ && exists $later->{$_} } keys %$after), 0,
    'a graceful restart forgets nothing');
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
is($before->{qq{bookable_db_connections_max{pool="$pool{main}"}}}, 7, 'DBDMax of the main server');
is($before->{qq{bookable_db_connections_max{pool="$pool{other}"}}}, 3, 'DBDMax of a virtual host');
is(scalar(grep { /^bookable_db_connections_max/ } keys %$before), 2, 'and no other pool');
is($client->get('/products/1')->code, 404, 'the main server answers') for 1 .. 3;
is($other->get('/products/1')->code, 404, 'and the virtual host');
$after = samples();
my %acquired = map { $_ => qq{bookable_db_acquired_total{pool="$pool{$_}"}} } keys %pool;
is($after->{ $acquired{main} } - $before->{ $acquired{main} }, 3, 'the main server has acquired three');
is($after->{ $acquired{other} } - $before->{ $acquired{other} }, 1, 'the virtual host one');
is($after->{qq{bookable_db_connections_in_use{pool="$_"}}}, 0, "none is in use: $_") for values %pool;
is($after->{qq{bookable_db_timeouts_total{pool="$_"}}},     0, "nobody waited: $_")  for values %pool;
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
is("@spoiled", '', 'every line of the page is one');
my $breakers = JSON::PP->new->utf8->decode($client->get('/breakers')->content);
for my $name (sort keys %odd) {
    my $label = $odd{$name} =~ s/(["\\])/\\$1/gr . ":$server->{$name}";
    utf8::decode(my $shown = "$odd{$name}:$server->{$name}");
    like($page, qr/^bookable_breaker_state\{breaker="\Q$label\E booking space"\} 0$/m, "$label: a breaker");
    like($page, qr/^bookable_db_connections_max\{pool="\Q$label\E"\} 3$/m, "$label: a pool");
    is(scalar(grep { $_->{name} eq "$shown booking space" } @$breakers), 1, "$label: listed by the handler of breakers");
}
is(scalar(() = $client->get('/server-status?auto')->content =~ /^BookableBreaker-\S*-booking-space-State: closed$/mg),
    1 + keys %odd, 'and all by mod_status');
$server->stop;
done_testing();

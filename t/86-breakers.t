# The administrator's side of circuit breakers: what they see, what they can do, what a restart keeps;
# and that a probe whose child is killed holds up nobody.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP qw(decode_json);
use POSIX qw(_exit);
use Time::HiRes qw(clock_gettime sleep CLOCK_MONOTONIC);

use Bookable::Backend;
use Bookable::Client;
use Bookable::Server;

sub now { return clock_gettime(CLOCK_MONOTONIC) }

my $OPEN = 'Circuit breaker open';
my ($far, $near) = (Bookable::Backend->new, Bookable::Backend->new);
my $numbers = 'open-time=60s';    # of the main server's breaker; a restart may change it

my $server = Bookable::Server->new(children => 2, threads => 8,
    stock => [qw(proxy proxy_http status)], config => sub {
        my ($self) = @_;
        $self->{$_} ||= Bookable::Server::free_port() for qw(other dry);
        return <<"END" });
ProxyPass /far/ http://127.0.0.1:@{[ $far->port ]}/ retry=0 connectiontimeout=1
ProxyPass /near/ http://127.0.0.1:@{[ $near->port ]}/ retry=0 connectiontimeout=1
BookingSpacePath /far/space
BookingCallTimeout space 5s
BookingBreaker space minimum-calls=4 probes=1 probe-timeout=1s $numbers
<Location /breakers>
    SetHandler bookable-breakers
</Location>
<Location /server-status>
    SetHandler server-status
</Location>
Listen 127.0.0.1:$self->{other}
<VirtualHost 127.0.0.1:$self->{other}>
    ServerName other.example
    BookableStatusCodes standard
    BookingSpacePath /near/space
</VirtualHost>
Listen 127.0.0.1:$self->{dry}
<VirtualHost 127.0.0.1:$self->{dry}>
    ServerName dry.example
    BookingBreaker space dry-run=on
</VirtualHost>
END
$server->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $other  = Bookable::Client->new(base => "http://127.0.0.1:$server->{other}", standard => 1);
my $dry    = Bookable::Client->new(base => "http://127.0.0.1:$server->{dry}");
my $ann    = $client->member;

my $room = 0;
sub book { my ($to) = @_; return $to->book($ann, spaceID => 'Far-' . ++$room) }

sub breakers { return map { $_->{name} => $_ } @{ decode_json($client->get('/breakers')->content) } }

my ($main) = grep { /\A127\.0\.0\.1\S* booking space\z/ } keys %{ { breakers() } };
sub breaker { my ($name) = @_; my %all = breakers(); return $all{ $name // $main } }

sub set
{
    my ($state, $name) = @_;
    return $client->post('/breakers', 'name=' . ($name // $main) =~ s/ /+/gr . "&state=$state",
        type => 'application/x-www-form-urlencoded');
}

# Bookings that fail, until it is open.
sub trip
{
    my ($to) = @_;
    $far->mode('json 500 {"ErrCode":"X","Message":"x","Details":"x"}');
    book($to) for 1 .. 4;
    return;
}

# ---- the list ------------------------------------------------------------------------------------
my $list = $client->get('/breakers');
is_answer($list, 200, qr/\A\[/, 'the list is JSON');
is(join("\n", sort map { s/\A\S+ //r } keys %{ { breakers() } }),
    join("\n", ('booking space') x 3, ('booking user') x 3, ('space user') x 3),
    'a breaker for each dependency and virtual host');
isnt(breaker("other.example:$server->{other} booking space"), undef, 'named after the virtual host');
is_answer(book($client), 201, qr/\d/, 'a booking');
my $breaker = breaker();
is($breaker->{state}, 'closed', 'closed');
is_deeply([ @$breaker{qw(windowCalls windowFailures windowSlow succeeded failed refused opened)} ],
    [ 1, 0, 0, 1, 0, 0, 0 ], 'one call');
ok(!$breaker->{dryRun}, 'no dry run');
ok(breaker("dry.example:$server->{dry} booking space")->{dryRun}, 'that one is');
like($client->call(HEAD => '/breakers')->code, qr/\A200\z/, 'HEAD');

# ---- by hand -------------------------------------------------------------------------------------
is_answer(set('open'), 200, qr/"forced-open"/, 'forced open');
$far->forget;
is_error(book($client), 400, [ 'DEPENDENCY_UNAVAILABLE', 'Availability service unavailable', $OPEN ],
    'refused');
is(scalar $far->requests, 0, 'nobody is asked');
is_answer(book($other), 201, qr/\d/, 'the other virtual host has a breaker of its own');
is_answer(set('closed'), 200, qr/"disabled"/, 'disabled');
trip($client);
trip($client);
is(breaker()->{state}, 'disabled', 'failures change nothing');
$far->mode('ok');
is_answer(book($client), 201, qr/\d/, 'everything goes through');
is_answer(set('auto'), 200, qr/"closed"/, 'automatic again');
is(breaker()->{windowCalls}, 0, 'with nothing counted');
is_answer(set('open', "other.example:$server->{other} booking space"), 200, qr/"forced-open"/,
    'that of the other virtual host');
my $refused = book($other);
is_error($refused, 400, [ 'DEPENDENCY_UNAVAILABLE', undef, $OPEN ], 'refused there');
is($refused->code, 503, 'with the standard code');
is_answer(book($client), 201, qr/\d/, 'not here');
set('auto', "other.example:$server->{other} booking space");

my %bad = (
    'nothing'            => '',
    'no state'           => "name=$main",
    'no name'            => 'state=open',
    'an unknown name'    => 'name=nobody&state=open',
    'an unknown state'   => "name=$main&state=ajar",
    'the wrong case'     => "name=$main&state=Open",
    'an empty name'      => 'name=&state=open',
    'too many pairs'     => "name=$main&state=open&a=1&b=2&c=3&d=4",
    'a long name'        => 'name=' . 'x' x 600 . '&state=open',
    'a name and a NUL'   => "name=$main%00&state=ajar",
    'too much'           => "name=$main&state=" . 'open' x 2000,
);
for my $what (sort keys %bad) {
    my $answer = $client->post('/breakers', $bad{$what} =~ s/ /+/gr,
        type => 'application/x-www-form-urlencoded');
    is_error($answer, 400, ['INPUT_ERR'], "refused: $what");
}
is_error($client->post('/breakers', { name => $main, state => 'open' }), 400, ['INPUT_ERR'],
    'refused: JSON');
is_error($client->post('/breakers', "name=$main&state=open" =~ s/ /+/gr, type => undef), 400,
    ['INPUT_ERR'], 'refused: no type');
for my $method (qw(PUT DELETE PATCH)) {
    my $answer = $client->call($method, '/breakers');
    is($answer->code, 405, "$method is refused");
    # httpd lists them in the order of a hash, which is another one in each process.
    my %allowed = map { $_ => 1 } split /, */, $answer->header('Allow');
    ok($allowed{GET} && $allowed{POST}, "$method: what is allowed");
}
is(breaker()->{state}, 'closed', 'none of this changed anything');

# ---- by itself -----------------------------------------------------------------------------------
trip($client);
is(breaker()->{state}, 'open', 'open');
my $tripped = breaker();
$far->forget;
is_error(book($client), 400, [ 'DEPENDENCY_UNAVAILABLE', undef, $OPEN ], 'refused');
is(scalar $far->requests, 0, 'nobody is asked');

# ---- mod_status ----------------------------------------------------------------------------------
my $auto = $client->get('/server-status?auto')->content;
my $key = "BookableBreaker-$main" =~ tr/ :/-/r;
for my $line ('State: open', 'Failures: \d+', 'Slow: 0', 'Calls: \d+', 'Refused: [1-9]\d*') {
    like($auto, qr/^\Q$key\E-$line$/m, "?auto: $line");
}
is(scalar(() = $auto =~ /^BookableBreaker-\S+-State: /mg), 9, '?auto: each once');
my $page = $client->get('/server-status')->content;
like($page, qr{<td>\Q$main\E</td><td>open</td>}, 'the page');
like($page, qr{<td>dry\.example\S* booking space</td><td>closed \(dry run\)</td>}, 'the page: dry run');
is(scalar(() = $page =~ /\Q$main\E/g), 1, 'the page: each once');

# ---- restarts ------------------------------------------------------------------------------------
sub restart { return $server->renew($client, $other, $dry) }

ok(restart(), 'a graceful restart');
is(breaker()->{state}, 'open', 'open as before');
cmp_ok(breaker()->{sinceMilliseconds}, '>=', $tripped->{sinceMilliseconds}, 'since then');
is(breaker()->{$_}, $tripped->{$_}, "$_ as before") for qw(failed succeeded opened);
is_error(book($client), 400, [ 'DEPENDENCY_UNAVAILABLE', undef, $OPEN ], 'and refuses');

$numbers = 'open-time=1ms';
$far->mode('ok');
ok(restart(), 'a graceful restart with another number');
is_answer(book($client), 201, qr/\d/, 'which holds');
is(breaker()->{state}, 'closed', 'closed');
is(scalar keys %{ { breakers() } }, 9, 'no name has two places');

$numbers = 'open-time=60s';
ok(restart(), 'and back');
trip($client);
is(breaker()->{state}, 'open', 'open');
ok($server->stop, 'stopped');
$server->start;
is(breaker()->{state}, 'closed', 'stop and start: closed');
is(breaker()->{failed}, 0, 'and nothing counted');

# ---- a dry run -----------------------------------------------------------------------------------
my $dry_name = "dry.example:$server->{dry} booking space";
trip($dry);
is(breaker($dry_name)->{state}, 'open', 'a dry run: it opens');
$far->mode('ok');
is_answer(book($dry), 201, qr/\d/, 'and refuses nothing') for 1 .. 5;
is(breaker($dry_name)->{refused}, 5, 'but counts');
is(breaker()->{state}, 'closed', 'no other breaker is touched');

# ---- a probe whose child is killed ---------------------------------------------------------------
$numbers = 'open-time=300ms';
ok(restart(), 'a graceful restart');
trip($client);
$far->mode('hang');
$far->forget;
sleep 0.4;
my $prober = fork // die "fork: $!\n";
if (!$prober) {
    book($client);
    _exit(0);
}
ok(Bookable::Server::wait_until(10, sub { scalar $far->requests }), 'a probe is under way');
is(breaker()->{state}, 'half-open', 'half-open');
my @children = $server->children;
my $killed = now();
kill KILL => @children;
waitpid $prober, 0;
$far->mode('ok');
Bookable::Server::wait_until(20, sub { @children = $server->children; $server->_answers });
my ($refusals, $recovered) = (0);
Bookable::Server::wait_until(10, sub {
    my $answer = book($client);
    $refusals++ if $answer->content =~ /$OPEN/;
    return $recovered = $answer->code == 201 && now();
});
ok($recovered, 'its children are killed: others probe');
cmp_ok($recovered - $killed, '<', Bookable::Server::late(1), 'after the probe-timeout');
diag(sprintf 'recovered %.2f s after kill -9 (probe-timeout 1 s), %d refusals', $recovered - $killed,
    $refusals);
is(breaker()->{state}, 'closed', 'closed');

# ---- a server with a long name -------------------------------------------------------------------
$server->stop;
my $long = join '.', ('a' x 60) x 3, 'example';
$server = Bookable::Server->new(children => 1, threads => 4,
    config => "ServerName $long:8080\n<Location /breakers>\nSetHandler bookable-breakers\n</Location>\n");
$server->start;
$client = Bookable::Client->new(base => $server->base_url);
is(join("\n", sort keys %{ { breakers() } }), join("\n", map { "$long:8080 $_" } 'booking space', 'booking user', 'space user'),
    'a long name is whole');
ok(restart(), 'a graceful restart');
is(scalar keys %{ { breakers() } }, 3, 'keeps its places');

done_testing();

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
my $probe = $ENV{VALGRIND} ? 30 : 4;    # seconds that one may take, and no call ends before

my $server = Bookable::Server->new(children => 2, threads => 8,
    stock => [qw(proxy proxy_http status)], config => sub {
        my ($self) = @_;
        $self->{$_} ||= Bookable::Server::free_port() for qw(other dry);
        return <<"END" });
ProxyPass /far/ http://127.0.0.1:@{[ $far->port ]}/ retry=0 connectiontimeout=1
ProxyPass /near/ http://127.0.0.1:@{[ $near->port ]}/ retry=0 connectiontimeout=1
BookingSpacePath /far/space
BookingCallTimeout space @{[ $probe + 1 ]}s
BookingBreaker space minimum-calls=4 probes=1 probe-timeout=${probe}s $numbers
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
is_answer($list, 200, qr/\A\[/, 'GET /breakers is answered with a list in JSON');
is(join("\n", sort map { s/\A\S+ //r } keys %{ { breakers() } }),
    join("\n", ('booking space') x 3, ('booking user') x 3, ('space user') x 3),
    'a breaker for each dependency and virtual host');
isnt(breaker("other.example:$server->{other} booking space"), undef,
    'the breakers of a virtual host have its name');
is_answer(book($client), 201, qr/\d/, 'a booking is made through a closed breaker');
my $breaker = breaker();
is($breaker->{state}, 'closed', 'the breaker is closed after a booking');
is_deeply([ @$breaker{qw(windowCalls windowFailures windowSlow succeeded failed refused opened)} ],
    [ 1, 0, 0, 1, 0, 0, 0 ], 'the breaker has counted one call');
ok(!$breaker->{dryRun}, 'the breaker is not in dry-run');
ok(breaker("dry.example:$server->{dry} booking space")->{dryRun}, 'the breaker of dry.example is in dry-run');
like($client->call(HEAD => '/breakers')->code, qr/\A200\z/, 'HEAD /breakers is answered 200');

# ---- by hand -------------------------------------------------------------------------------------
is_answer(set('open'), 200, qr/"forced-open"/, 'an administrator forces a breaker open');
$far->forget;
is_error(book($client), 400, [ 'DEPENDENCY_UNAVAILABLE', 'Availability service unavailable', $OPEN ],
    'a booking is refused while the breaker is forced open');
is(scalar $far->requests, 0, 'no call is made while the breaker is forced open');
is_answer(book($other), 201, qr/\d/, 'a booking is made in another virtual host while the breaker is forced open');
is_answer(set('closed'), 200, qr/"disabled"/, 'an administrator disables a breaker');
trip($client);
trip($client);
is(breaker()->{state}, 'disabled', 'a disabled breaker stays disabled after failures');
$far->mode('ok');
is_answer(book($client), 201, qr/\d/, 'a booking is made through a disabled breaker');
is_answer(set('auto'), 200, qr/"closed"/, 'an administrator sets a breaker back to automatic');
is(breaker()->{windowCalls}, 0, 'a breaker that was set back to automatic has counted nothing');
is_answer(set('open', "other.example:$server->{other} booking space"), 200, qr/"forced-open"/,
    'an administrator forces open the breaker of another virtual host');
my $refused = book($other);
is_error($refused, 400, [ 'DEPENDENCY_UNAVAILABLE', undef, $OPEN ],
    "a booking is refused in the virtual host whose breaker is forced open");
is($refused->code, 503, 'the refusal by a breaker has the standard status in a virtual host with standard codes');
is_answer(book($client), 201, qr/\d/, 'a booking is made in the main server while the breaker of another host is forced open');
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
    is_error($answer, 400, ['INPUT_ERR'], "a change of a breaker is refused: $what");
}
is_error($client->post('/breakers', { name => $main, state => 'open' }), 400, ['INPUT_ERR'],
    'a change of a breaker is refused: JSON');
is_error($client->post('/breakers', "name=$main&state=open" =~ s/ /+/gr, type => undef), 400,
    ['INPUT_ERR'], 'a change of a breaker is refused: no type');
for my $method (qw(PUT DELETE PATCH)) {
    my $answer = $client->call($method, '/breakers');
    is($answer->code, 405, "$method /breakers is answered 405");
    # httpd lists them in the order of a hash, which is another one in each process.
    my %allowed = map { $_ => 1 } split /, */, $answer->header('Allow');
    ok($allowed{GET} && $allowed{POST}, "the 405 of $method /breakers allows GET and POST");
}
is(breaker()->{state}, 'closed', 'the breaker is closed after refused changes');

# ---- by itself -----------------------------------------------------------------------------------
trip($client);
is(breaker()->{state}, 'open', 'the breaker opens after failures');
my $tripped = breaker();
$far->forget;
is_error(book($client), 400, [ 'DEPENDENCY_UNAVAILABLE', undef, $OPEN ],
    'a booking is refused while the breaker is open');
is(scalar $far->requests, 0, 'no call is made while the breaker is open');

# ---- mod_status ----------------------------------------------------------------------------------
my $auto = $client->get('/server-status?auto')->content;
my $key = "BookableBreaker-$main" =~ tr/ :/-/r;
for my $line ('State: open', 'Failures: \d+', 'Slow: 0', 'Calls: \d+', 'Refused: [1-9]\d*') {
    like($auto, qr/^\Q$key\E-$line$/m, "server-status?auto has the breaker's $line");
}
is(scalar(() = $auto =~ /^BookableBreaker-\S+-State: /mg), 9, 'server-status?auto has each breaker once');
my $page = $client->get('/server-status')->content;
like($page, qr{<td>\Q$main\E</td><td>open</td>}, 'the page of server-status shows the open breaker');
like($page, qr{<td>dry\.example\S* booking space</td><td>closed \(dry run\)</td>},
    'the page of server-status shows the dry run');
is(scalar(() = $page =~ /\Q$main\E/g), 1, 'the page of server-status shows each breaker once');

# ---- restarts ------------------------------------------------------------------------------------
sub restart { return $server->renew($client, $other, $dry) }

ok(restart(), 'httpd restarts gracefully with an open breaker');
is(breaker()->{state}, 'open', 'the breaker is open after a graceful restart');
cmp_ok(breaker()->{sinceMilliseconds}, '>=', $tripped->{sinceMilliseconds},
    'the time since the breaker opened goes on over a graceful restart');
is(breaker()->{$_}, $tripped->{$_}, "the breaker's count of $_ is kept over a graceful restart") for qw(failed succeeded opened);
is_error(book($client), 400, [ 'DEPENDENCY_UNAVAILABLE', undef, $OPEN ],
    'a booking is refused by the open breaker after a graceful restart');

$numbers = 'open-time=1ms';
$far->mode('ok');
ok(restart(), 'httpd restarts gracefully with another open-time');
is_answer(book($client), 201, qr/\d/, 'the new open-time applies: a booking is made');
is(breaker()->{state}, 'closed', 'the breaker is closed after a successful probe');
is(scalar keys %{ { breakers() } }, 9, 'no breaker is listed twice after restarts');

$numbers = 'open-time=60s';
ok(restart(), 'httpd restarts gracefully with the first open-time');
trip($client);
is(breaker()->{state}, 'open', 'the breaker is open before httpd stops');
ok($server->stop, 'httpd stops');
$server->start;
is(breaker()->{state}, 'closed', 'the breaker is closed after a stop and start');
is(breaker()->{failed}, 0, 'the breaker has counted nothing after a stop and start');

# ---- a dry run -----------------------------------------------------------------------------------
my $dry_name = "dry.example:$server->{dry} booking space";
trip($dry);
is(breaker($dry_name)->{state}, 'open', 'dry-run: the breaker opens');
$far->mode('ok');
is_answer(book($dry), 201, qr/\d/, 'dry-run: a booking is made though the breaker is open') for 1 .. 5;
is(breaker($dry_name)->{refused}, 5, 'dry-run: the calls that it would have refused are counted');
is(breaker()->{state}, 'closed', 'dry-run: the breaker of the main server stays closed');

# ---- a probe whose child is killed ---------------------------------------------------------------
$numbers = 'open-time=300ms';
ok(restart(), 'httpd restarts gracefully with a short open-time');
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
is(breaker()->{state}, 'half-open', 'the breaker is half-open during the probe');
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
ok($recovered, 'a booking is made after the children with the probe were killed');
cmp_ok($recovered - $killed, '<', Bookable::Server::late($probe),
    'bookings go on soon after the probe-timeout of the killed probe');
diag(sprintf 'recovered %.2f s after kill -9 (probe-timeout %d s), %d refusals', $recovered - $killed,
    $probe, $refusals);
is(breaker()->{state}, 'closed', 'the breaker is closed after the killed probe');

# ---- a server with a long name -------------------------------------------------------------------
$server->stop;
my $long = join '.', ('a' x 60) x 3, 'example';
$server = Bookable::Server->new(children => 1, threads => 4,
    config => "ServerName $long:8080\n<Location /breakers>\nSetHandler bookable-breakers\n</Location>\n");
$server->start;
$client = Bookable::Client->new(base => $server->base_url);
is(join("\n", sort keys %{ { breakers() } }), join("\n", map { "$long:8080 $_" } 'booking space', 'booking user', 'space user'),
    'breakers of a server with a long name have the whole name');
ok(restart(), 'httpd with a long name restarts gracefully');
is(scalar keys %{ { breakers() } }, 3, 'a server with a long name has three breakers after a restart');

done_testing();

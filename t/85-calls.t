# A service asks another one on another host, by ProxyPass. Whatever that host does, a booking costs
# no more than the call's time-out and is answered; what goes over the wire is clean.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use IO::Socket::INET ();
use JSON::PP qw(decode_json);
use Time::HiRes qw(clock_gettime sleep CLOCK_MONOTONIC);

use Bookable::Backend;
use Bookable::Client;
use Bookable::Server;

use constant TIMEOUT => 1;    # BookingCallTimeout, below

sub now { return clock_gettime(CLOCK_MONOTONIC) }

# The gateway's part: users here, spaces there; in a virtual host with the standard codes; and in
# one with the users there, too. A breaker that opened would spare the backend what it is to do.
sub config
{
    my ($server, $backend) = @_;
    my $far = $backend->port;
    $server->{$_} = Bookable::Server::free_port() for qw(standard users http2);
    return <<"END";
ProxyPass /far/ http://127.0.0.1:$far/ retry=0 connectiontimeout=300ms
BookingSpacePath /far/space
BookingCallTimeout space 1s
BookingCallTimeout user 1s
BookingBreaker space minimum-calls=10000
BookingBreaker user minimum-calls=10000
LogLevel booking:debug
<Location /breakers>
    SetHandler bookable-breakers
</Location>
<Location /user/caller>
    Require expr "%{IS_SUBREQ} == 'true'"
</Location>
Listen 127.0.0.1:$server->{standard}
<VirtualHost 127.0.0.1:$server->{standard}>
    BookableStatusCodes standard
</VirtualHost>
Listen 127.0.0.1:$server->{users}
<VirtualHost 127.0.0.1:$server->{users}>
    BookingUserPath /far/user
</VirtualHost>
END
}

sub gateway
{
    my ($backend, %args) = @_;
    my $more = delete $args{more} // '';
    return Bookable::Server->new(children => 1, threads => 8, stock => [qw(proxy proxy_http)], %args,
        config => sub { config($_[0], $backend) . $more })->start;
}

my $backend  = Bookable::Backend->new;
my $server   = gateway($backend);
my $client   = Bookable::Client->new(base => $server->base_url);
my $standard = Bookable::Client->new(base => "http://127.0.0.1:$server->{standard}", standard => 1);
my $ann      = $client->member;

# A booking that is in nobody's way: (answer, seconds).
my $hour = 0;
sub book
{
    my ($as_client, %more) = @_;
    my $day = sprintf '2030-%02d-%02d', 1 + int($hour / 24) / 28, 1 + int($hour / 24) % 28;
    my $start = sprintf '%sT%02d:00:00Z', $day, $hour % 24;
    my $end = sprintf '%sT%02d:30:00Z', $day, $hour++ % 24;
    my $body = $client->booking($ann, date => $day, startTime => $start, endTime => $end,
        spaceID => 'Far-101');
    my $begun = now();
    my $answer = $as_client->post('/booking', $body, as => $ann, %more);
    return ($answer, now() - $begun);
}

sub breaker
{
    my ($name) = @_;
    my ($found) = grep { $_->{name} =~ /\A\S+ \Q$name\E\z/ && $_->{name} !~ /:(?!$server->{port})/ }
        @{ decode_json($client->get('/breakers')->content) };
    return $found;
}

sub log_count
{
    my ($pattern) = @_;
    open my $in, '<', $server->error_log or die $server->error_log . ": $!\n";
    return scalar grep { /$pattern/ } <$in>;
}

# ---- it works, on one connection -----------------------------------------------------------------
my @times;
for (1 .. 10) {
    my ($answer, $took) = book($client);
    is_answer($answer, 201, qr/\A\d+\z/, 'a booking is made with the space service on another host');
    push @times, $took;
}
my %connections = map { $_->{connection} => 1 } $backend->requests;
is(scalar $backend->requests, 10, 'the backend got one request for each booking');
is(scalar keys %connections, 1, 'the backend got all requests on one connection');
is(($backend->requests)[9]{line}, 'GET /space/Far-101 HTTP/1.1', 'the backend got the path of the space');

# ---- whatever it does ----------------------------------------------------------------------------
# [mode, what Details says, whether it takes all of the time]
my @ill = (
    [ 'hang',        qr/in time/,               1 ],
    [ 'head 30',     qr/in time|broke off/,     1 ],
    [ 'body 50',     qr/in time|broke off/,     1 ],
    [ 'slow 9000',   qr/in time/,               1 ],
    [ 'close',       qr/status 50\d|broke off/, 0 ],
    [ 'garbage',     qr/status \d+|broke off/,  0 ],
    [ 'truncated',   qr/broke off/,             0 ],
    [ 'short',       qr/broke off/,             0 ],
    [ 'large',       qr/\S/,                    0 ],
    [ 'status 500',  qr/status 500/,            0 ],
    [ 'status 503',  qr/status 503/,            0 ],
    [ 'status 200',  qr/no JSON/,               0 ],
    [ 'json 200 []', qr/no JSON object/,        0 ],
    [ 'json 200 {"capacity":"many"}',                                        qr/describes no space/, 0 ],
);
for my $row (@ill) {
    my ($mode, $details, $all) = @$row;
    $backend->mode($mode);
    my $failed = breaker('booking space')->{failed};
    for my $to ($client, $standard) {
        my ($answer, $took) = book($to);
        is_error($answer, 400, [ 'DEPENDENCY_UNAVAILABLE', 'Availability service unavailable', $details ],
            "the space service: $mode: the booking is refused");
        cmp_ok($took, '<', Bookable::Server::late(TIMEOUT),
            "backend $mode: the answer comes within the call's time limit");
        cmp_ok($took, '>', TIMEOUT - 0.05, "backend $mode: the call waited for its whole time limit") if $all;
    }
    is(breaker('booking space')->{failed}, $failed + 1, "backend $mode: each call is counted as one failure");
}
# The error's code decides, whatever the message is; but not the error of an unknown path.
for my $message ('Space Not Found', 'Kein solcher Raum') {
    $backend->mode(qq(json 404 {"ErrCode":"NOT_FOUND","Message":"$message","Details":"x"}));
    is_error((book($_))[0], 400, ['INVALID SPACE'], "a 404 of the space service is answered as an unknown space: $message")
        for $client, $standard;
}
for my $no_space ('{"ErrCode":"NOT_FOUND","Message":"Route Not Found","Details":"x"}',
    '{"ErrCode":"GONE","Message":"Space Not Found","Details":"x"}', '{"Message":"Space Not Found"}') {
    $backend->mode("json 404 $no_space");
    is_error((book($_))[0], 400, [ 'DEPENDENCY_UNAVAILABLE', undef, qr/status 404/ ], "a 404 that does not mean an unknown space: $no_space")
        for $client, $standard;
}

# The kernel accepts, the process does not run.
$backend->mode('ok');
$backend->hold;
for my $to ($client, $standard) {
    my ($answer, $took) = book($to);
    is_error($answer, 400, [ 'DEPENDENCY_UNAVAILABLE', undef, qr/in time/ ],
        'a stopped backend: the booking is refused');
    cmp_ok($took, '<', Bookable::Server::late(TIMEOUT),
        "a stopped backend: the answer comes within the call's time limit");
}
$backend->resume;
is_answer((book($_))[0], 201, qr/\d/, 'a booking is made when the backend goes on') for $client, $standard;

# ---- once more -----------------------------------------------------------------------------------
# A connection that was kept is closed as a request arrives on it: asking again is what helps.
$backend->mode('once');
book($client) for 1 .. 3;
$backend->mode('second');
$backend->forget;
for (1 .. 4) {
    my ($answer, $took) = book($client);
    is_answer($answer, 201, qr/\d/, 'a booking is made though the kept connection was closed');
}
my @asked = $backend->requests;
cmp_ok(scalar @asked, '>', 4, 'a call on a closed connection is repeated');
cmp_ok(scalar(grep { $_->{number} == 2 } @asked), '>=', 1, 'a call was sent on a kept connection');
cmp_ok(log_count(qr/BK0122/), '>', 0, 'the repeated call is logged');

$backend->mode('close');
$backend->forget;
my $before = breaker('booking space');
is_error((book($client))[0], 400, ['DEPENDENCY_UNAVAILABLE'],
    'a booking is refused when the backend closes every connection');
is(scalar $backend->requests, 4, 'a call without an answer is sent four times');
is(breaker('booking space')->{failed}, $before->{failed} + 1,
    'a call that was sent four times is counted as one failure');

$backend->mode('status 500');
$backend->forget;
$before = breaker('booking space');
book($client);
is(scalar $backend->requests, 4, 'a call answered 500 without a body of the service is sent four times, since mod_proxy may have made the 500');
is(breaker('booking space')->{failed}, $before->{failed} + 1,
    'a call answered 500 four times is counted as one failure');
$backend->mode('json 500 {"ErrCode":"X","Message":"x","Details":"x"}');
$backend->forget;
book($client);
is(scalar $backend->requests, 1, 'a call answered 500 by the service is not repeated');

# ---- what goes over the wire ---------------------------------------------------------------------
my @private = (
    Cookie => 'secret=1', Range => 'bytes=0-3', 'If-None-Match' => '*', 'If-Match' => '"x"',
    'If-Modified-Since' => 'Mon, 01 Jan 2024 00:00:00 GMT', 'If-Unmodified-Since' =>
        'Mon, 01 Jan 2035 00:00:00 GMT', 'If-Range' => '"x"', 'Accept-Encoding' => 'gzip',
    'Accept-Language' => 'eo', 'X-Whatever' => 'x', Referer => 'http://example.com/', TE => 'trailers',
    'User-Agent' => 'curious', 'Proxy-Authorization' => 'Basic eDp5',
    'X-Request-Id' => 'request-4711',
);
sub is_clean
{
    my ($request, $name) = @_;
    my $headers = $request->{headers};
    # X-Forwarded-* and Connection are mod_proxy's own.
    my @more = sort grep { !/\A(?:host|accept|x-request-id|x-forwarded-\w+|connection|authorization)\z/ }
        keys %$headers;
    is("@more", '', "$name: the call has no other header of the client");
    is($headers->{accept}, 'application/json', "$name: the call has Accept: application/json");
    is($headers->{'x-request-id'}, 'request-4711', "$name: X-Request-Id is passed on");
    return;
}
$backend->mode('ok');
$backend->forget;
is_answer((book($client, headers => \@private))[0], 201, qr/\d/, 'a booking with many headers is made');
my ($request) = $backend->requests;
is_clean($request, 'space');
is($request->{headers}{authorization}, undef, 'space: the call has no Authorization');

# The user service is told who it is that asks to be known; the backend says it is user 1.
my $users = Bookable::Client->new(base => "http://127.0.0.1:$server->{users}");
{
    $backend->forget;
    local $ann->{id} = 1;
    is_answer((book($users, headers => \@private))[0], 201, qr/\d/,
        'a booking is made with both services on another host');
    @asked = $backend->requests;
    is(scalar @asked, 2, 'a booking asks the user and the space service');
    is($asked[0]{line}, 'GET /user/caller HTTP/1.1', 'the user service is asked first');
    is_clean($asked[0], 'user');
    is($asked[0]{headers}{authorization}, bearer($ann), 'user: Authorization is passed on');
    is_clean($asked[1], 'then space');
    is($asked[1]{headers}{authorization}, undef, 'then space: the call has no Authorization');

    for my $mode ('hang', 'close', 'status 500', 'json 200 {"userID":"1"}', 'json 200 {}') {
        $backend->mode($mode);
        my ($answer, $took) = book($users);
        is_error($answer, 400, [ 'DEPENDENCY_UNAVAILABLE', qr/[Uu]ser/ ],
            "the user service: $mode: the booking is refused");
        cmp_ok($took, '<', Bookable::Server::late(TIMEOUT),
            "backend $mode: the answer comes within the call's time limit");
    }
    # What the user service refuses is refused in its words, and is no failure of it.
    $before = breaker('booking user');
    $backend->mode('json 400 {"ErrCode":"SESSION EXPIRED","Message":"x","Details":"so it says"}');
    is_error((book($users))[0], 400, [ 'SESSION EXPIRED', undef, 'so it says' ],
        'an expired session is refused in the words of the user service');
    $backend->mode('json 503 {"ErrCode":"BUSY","Message":"x","Details":"x"}');
    is((book($users))[0]->code, 503, 'BUSY of the user service is passed on');
    is(breaker('booking user')->{failed}, $before->{failed},
        'refusals of the user service are not counted as failures');
}

# ---- routes that only services may ask -----------------------------------------------------------
$backend->mode('ok');
my $outside = $client->get('/user/caller', as => $ann);
is($outside->code, 403, 'a route for services is refused from outside');
like($outside->header('Content-Type'), qr{^application/json}, 'the refusal of a route for services is JSON');
like($outside->content, qr/"ErrCode"/, 'the refusal of a route for services has an ErrCode');
is_answer((book($client))[0], 201, qr/\d/, 'a booking can use a route that is closed to clients');

# ---- a client that goes away ---------------------------------------------------------------------
sub leave_in_the_middle
{
    my ($mode) = @_;
    $backend->mode($mode);
    $backend->forget;
    my $body = json_text($client->booking($ann, spaceID => 'Far-102'));
    my $socket = $client->connect;
    syswrite $socket, join "\r\n", 'POST /booking HTTP/1.1', 'Host: x', 'Content-Type: application/json',
        'Authorization: ' . bearer($ann), 'Content-Length: ' . length $body, '', $body;
    Bookable::Server::wait_until(5, sub { scalar $backend->requests }) or return;
    close $socket;
    return 1;
}
$before = breaker('booking space');
ok(leave_in_the_middle('slow 300'), 'a client goes away while the space service is asked');
Bookable::Server::wait_until(5, sub { breaker('booking space')->{succeeded} > $before->{succeeded} });
my $after = breaker('booking space');
is($after->{failed}, $before->{failed}, 'a call whose client went away is not counted as a failure');
is($after->{succeeded}, $before->{succeeded} + 1, 'a call whose client went away is counted as a success');
$backend->mode('ok');
is_answer((book($client))[0], 201, qr/\d/, 'the client after one that went away is served');

# ---- nobody there --------------------------------------------------------------------------------
my $gone = $backend->port;
$backend->stop;
for my $to ($client, $standard) {
    my ($answer, $took) = book($to);
    is_error($answer, 400, ['DEPENDENCY_UNAVAILABLE'], 'a booking is refused when the backend does not listen');
    cmp_ok($took, '<', Bookable::Server::late(TIMEOUT),
        "a backend that does not listen: the answer comes within the call's time limit");
}
ok($server->stop, 'httpd stops');

# ---- so busy that the kernel does not accept -----------------------------------------------------
# How long mod_proxy connects is set at its worker (connectiontimeout), for it heeds no deadline then.
{
    my $full = Bookable::Backend->new(backlog => 1);
    $server = gateway($full);
    $client = Bookable::Client->new(base => $server->base_url);
    $ann    = $client->member;
    $full->hold;
    my @waiting = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $full->port,
        Proto => 'tcp', Blocking => 0) } 1 .. 4;
    my ($answer, $took) = book($client);
    is_error($answer, 400, ['DEPENDENCY_UNAVAILABLE'],
        'a booking is refused when the queue of connections of the backend is full');
    cmp_ok($took, '<', Bookable::Server::late(TIMEOUT),
        "a full queue of connections: the answer comes within the call's time limit");
    $full->resume;
    $server->stop;
}

# ---- HTTP/2 in front -----------------------------------------------------------------------------
SKIP: {
    my $has = Bookable::Server::_libexecdir() . '/mod_http2.so';
    skip 'no mod_http2', 1 unless -e $has;
    skip 'curl without HTTP/2', 1 unless qx(curl --version 2>/dev/null) =~ /\bHTTP2\b/;
    $backend = Bookable::Backend->new;
    for my $mpm (qw(worker event)) {
        $server = gateway($backend, mpm => $mpm, stock => [qw(proxy proxy_http http2)],
            more => "Protocols h2c http/1.1\n");
        $client = Bookable::Client->new(base => $server->base_url);
        $ann    = $client->member;
        for my $mode ('ok', 'ok', 'hang', 'close', 'ok') {
            $backend->mode($mode);
            my $body = json_text($client->booking($ann, spaceID => 'Far-' . ++$hour));
            my $begun = now();
            my $said = qx(curl -sS --http2-prior-knowledge -m 60 -w ' %{http_version} %{http_code}' -H 'Authorization: @{[ bearer($ann) ]}' --json '$body' @{[ $server->base_url ]}/booking 2>&1);
            like($said, $mode eq 'ok' ? qr/\A\d+\s+2 201\z/ : qr/DEPENDENCY_UNAVAILABLE.* 2 400\z/s,
                "$mpm, HTTP/2 in front: $mode");
            cmp_ok(now() - $begun, '<', Bookable::Server::late(TIMEOUT),
                "backend $mode: the answer comes within the call's time limit");
        }
        ok($server->stop, 'httpd stops');
    }
}

done_testing();

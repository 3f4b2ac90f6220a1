# A space is archived with what is booked there: kept, cancelled, or in the way. Whoever was allowed to book a moment
# before finds it closed: the database decides.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP ();
use POSIX qw(strftime);

use Bookable::Backend;
use Bookable::Client;
use Bookable::Process qw(wait_until);
use Bookable::Said qw(body says refuses must);
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my $server = Bookable::Server->new(api => '/v1')->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $admin  = $client->admin;
my ($ann, $bob) = map { $client->member } 1 .. 2;

my $rooms = 0;
sub room
{
    my (%more) = @_;
    my $id = 'old-' . ++$rooms;
    must(201, $client->post('/v1/spaces', { id => $id, name => "Old $rooms", building => 'Old', timeZone => 'Europe/Helsinki', %more },
        as => $admin));
    return $id;
}

sub book
{
    my ($room, $start, %more) = @_;
    my $as = delete $more{as} // $ann;
    return $client->post('/v1/bookings', { space => $room, start => $start, minutes => 60, %more }, as => $as);
}

sub archive
{
    my ($room, $body, %more) = @_;
    my $by = delete $more{by} // $client;
    return $by->post("/v1/spaces/$room/archive", $body, as => $admin, %more);
}
sub restore { my ($room) = @_; return $client->call(DELETE => "/v1/spaces/$room/archive", undef, as => $admin) }
sub state_of { my ($path) = @_; return body($client->get($path, as => $admin))->{state} }

# ---- what lies ahead ---------------------------------------------------------------------------------

my $room   = room();
my @booked = map { must(201, book($room, "2030-05-$_", title => 'Talk')) } '14T10:00', '15T10:00';
says(archive($room, { reason => 'Sold' }), 409,
    sub { $_[0]{code}, map { $_->{booking} == $booked[0]{id} || $_->{booking} == $booked[1]{id}, @$_{qw(space start kind title)} } @{ $_[0]{conflicts} } },
    "has-bookings 1 $room 2030-05-14T10:00:00+03:00 booking Talk 1 $room 2030-05-15T10:00:00+03:00 booking Talk",
    'who says nothing of what lies ahead is told of it');
is(state_of("/v1/spaces/$room"), 'active', 'and nothing was archived');
is(book($room, '2030-05-16T10:00')->code, 201, 'and nothing was closed');
refuses(archive($room, { bookings => 'burn' }), 422, 'bad-value', 'bookings are kept or cancelled', '/bookings');
refuses(archive($room, { bookings => 'cancel' }, headers => [ 'If-Match' => '"99"' ]), 412, 'version-mismatch', 'another version is not archived');
is(state_of("/v1/bookings/$booked[0]{id}"), 'confirmed', 'and nothing was cancelled');
says(archive(room(), undef), 200, sub { @{ $_[0] }{qw(state version)} }, 'archived 2', 'where nothing lies ahead nothing need be said');

# ---- cancelled ---------------------------------------------------------------------------------------

must(201, $client->put('/v1/policies/ask', { name => 'Ask', book => ["user:$bob->{id}"], request => ['everyone'] }, as => $admin,
    headers => [ 'If-None-Match' => '*' ]));
$room = room(policy => 'ask');
my $now = strftime('%Y-%m-%dT%H:%M:00Z', gmtime);
my %of = (
    running => must(201, book($room, $now, as => $admin)),
    ahead   => must(201, book($room, '2030-05-14T10:00', as => $bob)),
    pending => must(201, book($room, '2030-05-15T10:00')),
    ended   => must(201, book($room, '2030-05-16T10:00', as => $bob)),
);
must(200, $client->post("/v1/bookings/$of{ended}{id}/cancellation", { reason => 'Ill' }, as => $bob));
my $closure = must(201, $client->post('/v1/closures', { spaces => [$room], start => '2030-06-01T08:00', end => '2030-06-02T08:00',
    reason => 'Paint' }, as => $admin));
is($of{pending}{state}, 'pending', 'one of the bookings is a request');

my $token = must(200, $client->get('/v1/events?limit=500', as => $admin))->{next};
says(archive($room, { reason => 'Sold', bookings => 'cancel' }), 200, sub { @{ $_[0] }{qw(state reason version)} }, 'archived Sold 2',
    'a space is archived with what is booked there');
is(join(' ', map { state_of("/v1/bookings/$of{$_}{id}") } qw(running ahead pending ended)), 'confirmed cancelled cancelled cancelled',
    'what lies ahead is cancelled, requests too; what has begun stays');
says($client->get("/v1/bookings/$of{ahead}{id}/history", as => $bob), 200,
    sub { map { @$_{qw(type actor via reason)} } $_[0]{items}[-1] }, "booking.cancelled $admin->{id} v1 Sold", 'its history says who, and why');
says($client->get("/v1/bookings/$of{ended}{id}", as => $bob), 200, sub { $_[0]{reason} }, 'Ill', 'what had ended is left as it was');
# PostgreSQL shows events when no older transaction of the cluster is running.
my @events;
wait_until(60, sub {
    my $answer = must(200, $client->get("/v1/events?limit=500&after=$token", as => $admin));
    push @events, @{ $answer->{items} };
    $token = $answer->{next};
    return @events >= 4;
});
is(join(' ', sort map { $_->{type} } @events), 'booking.cancelled booking.cancelled closure.created closure.created',
    'the log has what was cancelled, and that the space was closed, around the closure that was there');
says(archive($room, { bookings => 'cancel' }), 200, sub { @{ $_[0] }{qw(state reason version)} }, 'archived Sold 2', 'asked again nothing changes');
says(archive($room, {}), 200, sub { @{ $_[0] }{qw(state version)} }, 'archived 2', 'also where nothing is said');
refuses(book($room, '2030-05-14T10:00', as => $bob), 422, 'rules-broken', 'an archived space is not booked');
is(join(' ', map { $_->{id} == $closure->{id} } @{ must(200, $client->get("/v1/closures?space=$room&from=2030-01-01T00:00:00Z", as => $admin))->{items} }),
    '1', 'what keeps it closed is no closure of the list');
says(restore($room), 200, sub { @{ $_[0] }{qw(state reason version)} }, 'active null 3', 'it is restored');
is(book($room, '2030-05-14T10:00', as => $bob)->code, 201, 'and can be booked again');
says(book($room, '2030-06-01T10:00', as => $bob), 409, sub { $_[0]{conflicts}[0]{kind} }, 'closure', 'the closure that was there is there still');

# A patch archives and restores, too; what is ahead is kept by it.
must(200, archive($room, { bookings => 'cancel' }));
my $patch = sub { $client->call(PATCH => "/v1/spaces/$room", { state => $_[0] }, as => $admin, headers => [ 'If-Match' => '*' ]) };
must(200, $patch->('active'));
my $again = must(201, book($room, '2030-05-14T10:00', as => $bob));
is($again->{state}, 'confirmed', 'what a patch restored can be booked again');
must(200, $patch->('archived'));
is(state_of("/v1/bookings/$again->{id}"), 'confirmed', 'what lies ahead of a patch that archives is kept');
says(archive($room, { bookings => 'cancel' }), 200, sub { $_[0]{state} }, 'archived', 'it can be cancelled later');
is(state_of("/v1/bookings/$again->{id}"), 'cancelled', 'and is');

# ---- the booking service's part ----------------------------------------------------------------------

my $part = '/v1/closures/archived';
refuses($client->put("$part/nowhere", {}, as => $admin), 404, 'not-found', 'a space that is none is not closed');
refuses($client->put("$part/$room", {}, as => $ann), 403, 'forbidden', 'only an administrator closes a space for good');
refuses($client->call(DELETE => "$part/$room", undef, as => $ann), 403, 'forbidden', 'only an administrator opens it');
my $limited = must(201, $client->post('/v1/tokens', { label => 't', scopes => [qw(admin read)], spaces => ['elsewhere'] }, as => $admin));
refuses($client->put("$part/$room", {}, as => { %$admin, token => $limited->{token} }), 403, 'forbidden', 'a token for other spaces closes none');

# ---- somebody books meanwhile ------------------------------------------------------------------------

# A server of the same store that asks elsewhere what people are called: after it has the space, and before it
# writes. Meanwhile the space is archived.
my $backend = Bookable::Backend->new;
my $far     = $backend->port;
my $beside  = Bookable::Server->new(api => '/v1', store => $server->store, stock => [qw(proxy proxy_http)], config => <<"END")->start;
ProxyPass /far/ http://127.0.0.1:$far/ retry=0
BookingUsersPath /far/users
LogLevel booking:debug
END
my $slow = Bookable::Client->new(base => $beside->base_url);
sub judged
{
    open my $in, '<', $beside->error_log or return 0;
    local $/;
    my $log = <$in>;
    return scalar(() = $log =~ /BK0121: asked \/v1\/spaces/g);
}

$room = room();
my $kept = must(201, book($room, '2030-05-14T12:00'));
$backend->mode(qq(json 200 {"items":[{"id":"$bob->{id}","name":"Bob"}]}));
for my $how ({ bookings => 'cancel' }, undef) {
    restore($room);
    my $before = judged();
    $backend->hold;
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        my $answer = $slow->post('/v1/bookings', { space => $room, start => '2030-05-14T10:00', minutes => 60, for => "$bob->{id}" },
            as => $admin, headers => [ Prefer => 'return=minimal' ]);
        my $said = body($answer);
        print STDERR '# ', $answer->as_string if $answer->code != 409;
        POSIX::_exit($answer->code == 409 && $said->{code} eq 'slot-taken' && $said->{conflicts}[0]{kind} eq 'closure' ? 0 : 1);
    }
    ok(wait_until(60, sub { judged() > $before }), 'a booking is allowed, and not yet made');
    my $named = $how ? 'cancelled' : 'refused';
    says(archive($room, $how), 200, sub { $_[0]{state} }, 'archived', "meanwhile the space is archived, what lies ahead being $named");
    $backend->resume;
    waitpid $pid, 0;
    is($?, 0, "the booking that was allowed before is refused by the database: what lies ahead is $named");
}
is(state_of("/v1/bookings/$kept->{id}"), 'cancelled', 'what was booked before is cancelled');
$beside->finish;

# ---- no answer ---------------------------------------------------------------------------------------

my $alone = Bookable::Server->new(api => '/v1', store => $server->store, stock => [qw(proxy proxy_http)], config => <<"END")->start;
ProxyPass /far/ http://127.0.0.1:$far/ retry=0 connectiontimeout=300ms
SpaceBreaker booking minimum-calls=10000
SpaceClosuresPath /far/closures
SpaceCallTimeout booking 5s
END
my $asks = Bookable::Client->new(base => $alone->base_url);
$room = room();
my $booking = must(201, book($room, '2030-05-14T10:00'));
for my $mode ('hang', 'close', 'status 500', 'status 404', 'json 200 {"space":"another"}', 'json 409 {"code":"has-bookings"}',
    'json 503 {"code":"unavailable"}') {
    $backend->mode($mode);
    refuses(archive($room, { bookings => 'cancel' }, by => $asks), 503, 'dependency-unavailable', "the booking service: $mode: nothing is archived");
    is(state_of("/v1/spaces/$room"), 'active', "the booking service: $mode: the space is in use");
}
refuses(archive($room, undef, by => $asks), 503, 'dependency-unavailable', 'nor where nothing is said');
$backend->mode('json 403 {"code":"forbidden"}');
refuses(archive($room, { bookings => 'cancel' }, by => $asks), 403, 'forbidden', 'what the booking service does not admit is forbidden');

# A PUT may be repeated: it is, on a connection that was lost, with its body.
$backend->mode('lose 2');
$backend->forget;
archive($room, { bookings => 'cancel', reason => 'Sold' }, by => $asks);
my @asked = $backend->requests;
is(join(' ', map { $_->{line} =~ /^(\S+ \S+)/, $_->{headers}{'content-length'} } @asked),
    join(' ', ("PUT /closures/archived/$room 37") x 3), 'a call that was lost is made again, as it was');
is(join(' ', map { $_->{headers}{'content-type'}, substr $_->{headers}{authorization}, 0, 6 } $asked[0]), 'application/json Bearer',
    'it says what it sends, and for whom');
is(state_of("/v1/bookings/$booking->{id}"), 'confirmed', 'nothing was cancelled');

says(archive($room, { bookings => 'keep' }, by => $asks), 200, sub { $_[0]{state} }, 'archived', 'who keeps bookings needs no booking service');
$backend->mode('close');
says($asks->call(DELETE => "/v1/spaces/$room/archive", undef, as => $admin), 503, sub { $_[0]{code} }, 'dependency-unavailable',
    'a space that could not be opened is not said to be');
is(state_of("/v1/spaces/$room"), 'active', 'though it is in use again');
says(restore($room), 200, sub { $_[0]{state} }, 'active', 'asked again it is opened, too');
$alone->finish;

# Where there is no booking service at all, nothing was ever closed by it.
$alone = Bookable::Server->new(api => '/v1', store => $server->store, modules => [qw(user space)])->start;
$asks  = Bookable::Client->new(base => $alone->base_url);
refuses(archive($room, undef, by => $asks), 503, 'dependency-unavailable', 'without a booking service it has to be said that bookings are kept');
says(archive($room, { bookings => 'keep' }, by => $asks), 200, sub { $_[0]{state} }, 'archived', 'then the space is archived');
says($asks->call(DELETE => "/v1/spaces/$room/archive", undef, as => $admin), 200, sub { $_[0]{state} }, 'active', 'and restored');

$_->finish for $alone, $server;
done_testing;

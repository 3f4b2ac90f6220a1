# The log of bookings in API v1: what is in it, who reads it, and by which places. What it takes to miss nothing
# is in t/unit/test_booking_events.c.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP ();

use Bookable::Client;
use Bookable::Said qw(body);
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my $server = Bookable::Server->new(api => '/v1', modules => [qw(user space booking)], children => 1)->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $admin  = $client->admin;
my $ann    = $client->member;
my $json   = JSON::PP->new->utf8->canonical;

sub must { my ($answer, $status) = @_; die $answer->as_string if $answer->code != $status; return $answer }

my $read = sub { my ($query, %more) = @_; return $client->get("/v1/events$query", as => $admin, %more) };
sub events { my ($query, %more) = @_; return body(must($read->($query, %more), 200)) }

# Events as text: type and booking, with blanks.
sub told { my ($answer) = @_; return join ' ', map { "$_->{type}:$_->{booking}" } @{ $answer->{items} } }

# ---- what is in it -------------------------------------------------------------------------------

my $start = events('');
is_deeply($start->{items}, [], 'the log is empty in the beginning');
ok(length $start->{next}, 'an empty log has a place, too');
is($start->{more}, JSON::PP::false, 'an empty log has no more');

must($client->post('/v1/spaces', { id => 'e-1', name => 'One', timeZone => 'Europe/Helsinki', managers => ["user:$ann->{id}"] },
    as => $admin), 201);
must($client->post('/v1/spaces', { id => 'e-2', name => 'Two' }, as => $admin), 201);
my $bob   = $client->member;
my $first = must($client->book($bob, spaceID => 'e-1'), 201)->content;
my $other = must($client->book($bob, spaceID => 'e-2'), 201)->content;
my $made  = events("?after=$start->{next}");
is(told($made), "booking.created:$first booking.created:$other", 'what the base API books is in the log');
my $event = $made->{items}[0];
is_deeply({ map { $_ => $event->{$_} } qw(actor via booking version space timeZone before after reason overridden) },
    { actor => "$bob->{id}", via => 'base', booking => $first, version => 1, space => 'e-1', timeZone => 'Europe/Helsinki', before => undef,
      after => { start => '2030-05-14T13:00:00+03:00', end => '2030-05-14T14:00:00+03:00', space => 'e-1', state => 'confirmed',
          owner => "$bob->{id}" }, reason => undef, overridden => [] }, 'an event tells who, how, what, where and when');
like($event->{at}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+0[23]:00$/, 'an event says when, by the clock of its space');
must($client->delete("/booking/2030-05-14/$first", as => $admin), 200);
my $gone = events("?after=$made->{next}");
is(told($gone), "booking.cancelled:$first", 'what the base API deletes is cancelled in the log');
is($gone->{items}[0]{before}{state}, 'confirmed', 'an event tells what was before');
is($gone->{items}[0]{actor}, "$admin->{id}", 'an event tells who did it, not whose it is');

# ---- places and filters --------------------------------------------------------------------------

my $page = events('?limit=2');
is(told($page), "booking.created:$first booking.created:$other", 'without a place the log begins');
is($page->{more}, JSON::PP::true, 'a page says that there is more');
is(told(events("?after=$page->{next}")), "booking.cancelled:$first", 'a page goes on where the one before ended');
my $end = events("?after=$gone->{next}");
is_deeply([ $end->{items}, $end->{next}, $end->{more} ], [ [], $gone->{next}, JSON::PP::false ], 'the end of the log is a place, too');
my $answer = $read->("?after=$gone->{next}");
my $tag    = $answer->header('ETag');
like($tag, qr{^W/"}, 'an answer has a weak tag');
is($read->("?after=$gone->{next}", headers => [ 'If-None-Match' => $tag ])->code, 304, 'nothing new is 304');
must($client->book($bob, spaceID => 'e-1'), 201);
is($read->("?after=$gone->{next}", headers => [ 'If-None-Match' => $tag ])->code, 200, 'something new is none');
is(told(events('?type=booking.cancelled,hold.created')), "booking.cancelled:$first", 'only these types');
is(told(events('?space=e-2')), "booking.created:$other", 'only this space');
is(scalar @{ events('?space=e-2&space=e-1')->{items} }, 4, 'only these spaces');
is_problem($read->('?type=booking.made'), 400, 'bad-parameter', 'a type that is none');
is_problem($read->('?limit=501'), 400, 'bad-parameter', 'too many at once');
is_problem($read->("?after=$_"), 400, 'bad-parameter', "a place that is none: $_")
    for 'x', 'a.1.2', 'a.1.2.3.4', 'a.b.c.d', '.1.2.3', 'a.-1.2.3', 'a.1.-2.3';
is_problem($read->('?after=another.0.0.0'), 410, 'cursor-gone', 'a place in another log');
my @parts = split /\./, $gone->{next};
is_problem($read->('?after=' . join '.', @parts[ 0 .. 2 ], 1), 410, 'cursor-gone', 'a place of another event with this number');

# ---- by hand -------------------------------------------------------------------------------------

my $before = events("?after=$gone->{next}");
$server->store->change("UPDATE bookings SET state = 4, occupies = 0, version = version + 1, via = 3, changed_by = 0, reason = 'nobody came'"
    . " WHERE id = $other");
$event = events("?after=$before->{next}")->{items}[0];
is_deeply([ @{$event}{qw(type booking actor via reason)} ], [ 'booking.released', $other, undef, 'tick', 'nobody came' ],
    "what somebody's SQL changes is in the log");

# ---- of one booking ------------------------------------------------------------------------------

my $v1 = body(must($client->post('/v1/bookings', { space => 'e-1', start => '2030-06-14T10:00', minutes => 60, title => 'Thesis' }, as => $bob), 201))->{id};
must($client->call(PATCH => "/v1/bookings/$v1", { start => '2030-06-14T12:00', end => '2030-06-14T13:00' }, as => $ann,
    headers => [ 'If-Match' => '"1"' ]), 200);
must($client->post("/v1/bookings/$v1/cancellation", { reason => 'ill' }, as => $bob), 200);
my $told = body(must($client->get("/v1/bookings/$v1/history", as => $bob), 200))->{items};
is(join(' ', map { "$_->{type}:$_->{version}:$_->{actor}" } @$told),
    "booking.created:1:$bob->{id} booking.changed:2:$ann->{id} booking.cancelled:3:$bob->{id}", 'a history tells who did what');
is_deeply([ map { $_->{after}{start} } @$told ], [ '2030-06-14T10:00:00+03:00', ('2030-06-14T12:00:00+03:00') x 2 ],
    'a history tells when it was, and when it is');
is_deeply([ $told->[0]{before}, $told->[2]{reason} ], [ undef, 'ill' ], 'a history begins with nothing before, and tells why');
unlike($json->encode($told), qr/Thesis/, 'a history has no titles');
is(scalar @{ body(must($client->get("/v1/bookings/$other/history", as => $admin), 200))->{items} }, 2,
    'a history of what the base API made, and somebody changed by hand');
is_problem($client->get('/v1/bookings/99/history', as => $bob), 404, 'not-found', 'what is none has no history');

# ---- who reads -----------------------------------------------------------------------------------

my $theirs = body($client->get('/v1/events', as => $ann));
ok(@{ $theirs->{items} } == 6 && !grep({ $_->{space} ne 'e-1' } @{ $theirs->{items} }), 'a manager reads of her spaces alone');
is($theirs->{next}, events('')->{next}, "a manager's place is behind what is not hers");
is_problem($client->get('/v1/events', as => $bob), 403, 'forbidden', 'who manages no space reads no log');
is_problem($client->get('/v1/events'), 401, 'not-signed-in', 'who is not signed in reads no log');
my $token = sub { my ($who, @scopes) = @_;
    return body(must($client->post('/v1/tokens', { label => 'log', scopes => \@scopes }, as => $who), 201))->{token} };
is($client->get('/v1/events', as => bearer($token->($admin, 'events', 'read')))->code, 200, 'a token with both scopes reads the log');
$event = body($client->get('/v1/events', as => bearer($token->($admin, 'events'))))->{items}[0];
is_deeply([ $event->{timeZone}, $event->{after}{start} ], [ 'UTC', '2030-05-14T10:00:00Z' ],
    'a token that reads no spaces gets times in UTC');
is_problem($client->get('/v1/events', as => bearer($token->($admin, 'read'))), 403, 'forbidden', 'a token without the scope reads no log');
my $of_two = body(must($client->post('/v1/tokens', { label => 'two', scopes => [qw(events read)], spaces => ['e-2'] }, as => $admin), 201))->{token};
is(told(body($client->get('/v1/events', as => bearer($of_two)))), "booking.created:$other booking.released:$other",
    'a token for some spaces reads of these alone');

$server->finish;

# ---- how long it is kept -------------------------------------------------------------------------

my $brief = Bookable::Server->new(api => '/v1', modules => [qw(user space booking)], children => 1, config => "BookableEventRetention 1d\n")->start;
$client = Bookable::Client->new(base => $brief->base_url);
$admin  = $client->admin;
$bob    = $client->member;
must($client->post('/v1/spaces', { id => 'r-1', name => 'One' }, as => $admin), 201);
must($client->book($bob, spaceID => 'r-1', startTime => "2030-05-14T$_:00:00Z", endTime => "2030-05-14T$_:30:00Z"), 201) for 10 .. 13;
my $old = events('?limit=1');
$brief->store->change('UPDATE booking_events SET at_ns = 1000 WHERE seq <= 2');
$brief->stop;
$brief->start;
my $whole = events('');
my $now   = events('');
is(scalar @{ $whole->{items} }, 4, 'what is too old is in the answer of who finds it');
is(scalar @{ $now->{items} }, 2, 'what is too old is deleted by who reads the log');
is_problem($read->("?after=$old->{next}"), 410, 'cursor-gone', 'a place before what was deleted is gone');
is(told(events("?after=$now->{next}")), '', 'a place behind what was deleted is none that is gone');

$brief->finish;

done_testing();

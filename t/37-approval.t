# Requests in API v1: who may only ask has a booking that waits for somebody to approve of it.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP ();

use Bookable::Client;
use Bookable::Server;
use Bookable::Store;
use Bookable::Said qw(body says refuses must);

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my $server = Bookable::Server->new(api => '/v1', config => "<Location /metrics>\nSetHandler bookable-metrics\n</Location>\n")->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $admin  = $client->admin;
my ($ann, $bob, $mia, $max) = map { $client->member } 1 .. 4;
my $json = JSON::PP->new->utf8->canonical;

# Ann may ask; Mia manages the room, and Max approves.
must(201, $client->put('/v1/policies/asked', { name => 'Asked', book => ['group:nobody'], request => ["user:$ann->{id}"],
    approvers => ["user:$max->{id}"], privacy => { others => 'busy' } }, as => $admin, headers => [ 'If-None-Match' => '*' ]));
must(201, $client->post('/v1/spaces', { id => 'hall', name => 'Hall', building => 'Main', timeZone => 'Europe/Helsinki',
    policy => 'asked', managers => ["user:$mia->{id}"] }, as => $admin));

my $hour = 7;
sub ask
{
    my (%more) = @_;
    return must(201, $client->post('/v1/bookings', { space => 'hall', start => sprintf('2030-05-%02dT10:00', ++$hour),
        minutes => 60, title => 'Party', %more }, as => $ann));
}
sub decide
{
    my ($booking, $what, $as, $body, @headers) = @_;
    return $client->post("/v1/bookings/$booking->{id}/$what", $body, as => $as, headers => \@headers);
}

# ---- approved ----------------------------------------------------------------------------------------

my $asked = ask();
is($asked->{state}, 'pending', 'who may only ask has a booking that is pending');
like($asked->{expiresAt}, qr/^20/, 'a request says until when it waits');
refuses($client->post('/v1/bookings', { space => 'hall', start => $asked->{start}, minutes => 30 }, as => $ann), 409,
    'slot-taken', 'a request keeps its time');
refuses(decide($asked, 'approval', $ann), 403, 'forbidden', 'who asked does not decide');
refuses(decide($asked, 'approval', $bob), 404, 'not-found', 'who may not see a request does not decide');
refuses(decide($asked, 'approval', $max, undef, 'If-Match' => '"9"'), 412, 'version-mismatch',
    'with If-Match only that version is decided on');
says(decide($asked, 'approval', $max, { note => 'Have fun' }, 'If-Match' => '"1"'), 200,
    sub { map { $_[0]{$_} } qw(state version reason expiresAt title) }, 'confirmed 2 Have fun null Party',
    'an approver approves, and sees all of it');
says(decide($asked, 'approval', $mia), 409, sub { map { $_[0]{$_} } qw(code state reason) }, 'not-pending confirmed Have fun',
    'a request is decided once');
is_deeply(body(decide($asked, 'rejection', $mia, { reason => 'no' }))->{decidedBy}, { id => "$max->{id}", name => $max->{name} },
    'the second is told who decided');
says($client->get("/v1/bookings/$asked->{id}", as => $ann), 200, sub { $_[0]{state} }, 'confirmed', 'who asked sees that it is approved');

my $anyhow = ask();
says(decide($anyhow, 'approval', $mia), 200, sub { $_[0]{state} }, 'confirmed', 'who manages the space approves, without a body');

# ---- rejected ----------------------------------------------------------------------------------------

my $wanted = ask();
refuses(decide($wanted, 'rejection', $max, {}), 400, 'missing-member', 'a rejection needs a reason', '/reason');
refuses(decide($wanted, 'rejection', $max, { reason => 'Full', suggest => { space => 'nowhere' } }), 404, 'not-found',
    'another space is suggested only if it is there');
refuses(decide($wanted, 'rejection', $max, { reason => 'Full', suggest => { start => '2030-03-31T03:30' } }), 422, 'time-does-not-exist',
    'a time that the clock never shows is not suggested', '/suggest/start');
says(decide($wanted, 'rejection', $max, { reason => 'Full', suggest => { start => '2030-06-01T10:00' } }), 200,
    sub { $_[0]{state}, $_[0]{reason}, $json->encode($_[0]{suggest}) },
    'rejected Full {"space":"hall","start":"2030-06-01T10:00:00+03:00"}', 'a rejection has its reason, and may suggest another time');
says($client->get("/v1/bookings/$wanted->{id}", as => $ann), 200, sub { $_[0]{suggest}{start} }, '2030-06-01T10:00:00+03:00',
    'who asked sees what is suggested');
ok($client->post('/v1/bookings', { space => 'hall', start => $wanted->{start}, minutes => 60 }, as => $ann)->code == 201,
    'what was rejected is free again');

# ---- races, and time that runs out -------------------------------------------------------------------

for my $round (1 .. 5) {
    my $race    = ask();
    my @answers = $client->at_once(
        (map { [ POST => "/v1/bookings/$race->{id}/approval", {}, as => $_ ] } $max, $mia),
        (map { [ POST => "/v1/bookings/$race->{id}/rejection", { reason => 'no' }, as => $_ ] } $max, $mia));
    is(join(' ', sort map { $_->code } @answers), '200 409 409 409', "of those who decide at once one does: round $round");
}

# How many rows were ended because their time had run out.
sub swept { return $client->get('/metrics')->content =~ /^bookable_swept_total\{service="booking"\} (\d+)$/m ? $1 : undef }
is(swept(), 0, 'as long as no time has run out, nothing is counted as swept');

my $late = ask();
$server->{store}->change("UPDATE bookings SET expires_ns = 1 WHERE id = $late->{id}");
says(decide($late, 'approval', $max), 409, sub { map { $_[0]{$_} } qw(code state decidedBy) }, 'not-pending expired null',
    'a request whose time ran out is not approved of any more');
is(swept(), 0, 'what nobody wants is not swept');
my $next = must(201, $client->post('/v1/bookings', { space => 'hall', start => $late->{start}, minutes => 60 }, as => $ann));
says(decide($late, 'approval', $max), 409, sub { $_[0]{state} }, 'expired', 'a request that expired gave its time to the next');
is(swept(), 1, 'a request that gave its time to the next is counted as swept');

# Who has not come by then has a booking no more.
my $empty = must(201, $client->post('/v1/bookings', { space => 'hall', start => '2030-07-01T10:00', minutes => 60 }, as => $mia));
$server->{store}->change("UPDATE bookings SET expires_ns = 1 WHERE id = $empty->{id}");
says($client->get("/v1/bookings/$empty->{id}", as => $mia), 200, sub { $_[0]{state} }, 'released', 'where nobody came the booking is released');
refuses($client->call(PATCH => "/v1/bookings/$empty->{id}", { title => 'Late' }, as => $mia, headers => [ 'If-Match' => '*' ]),
    410, 'released', 'what is released is not changed');
refuses($client->post("/v1/bookings/$empty->{id}/cancellation", {}, as => $mia), 410, 'released', 'what is released is not cancelled');

$server->finish;
done_testing;

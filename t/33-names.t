# Whose bookings are, in API v1: names of other people, as far as the caller may see whose a booking is; and people who
# have to be there to be named.

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
my ($ann, $bob, $mia) = map { $client->member } 1 .. 3;
my $NOBODY = '99999999999';

my %privacy = (open => 'owner', full => 'full', closed => 'busy');
for my $id (sort keys %privacy) {
    must(201, $client->put("/v1/policies/$id", { name => $id, privacy => { others => $privacy{$id} }, onBehalf => ["user:$mia->{id}"],
        series => { by => ['everyone'], max => 9, weeks => 9 } }, as => $admin, headers => [ 'If-None-Match' => '*' ]));
    must(201, $client->post('/v1/spaces', { id => $id, name => $id, timeZone => 'UTC', policy => $id, managers => ["user:$mia->{id}"] }, as => $admin));
}

my $day = 0;
sub book
{
    my ($space, $as, %more) = @_;
    return $client->post('/v1/bookings', { space => $space, start => sprintf('2030-05-%02dT10:00', 1 + ++$day % 28), minutes => 60, %more }, as => $as);
}
sub fresh { my ($path, $as) = @_; return $client->get($path, as => $as, headers => [ 'X-Consistency' => 'strong' ]) }

# How often the user service was asked for names.
sub asked
{
    my ($count) = $client->get('/metrics')->content =~ m!^bookable_requests_total\{[^}]*route="[^"]*/users/names"[^}]*status="2xx"[^}]*\} (\d+)!m;
    return $count // 0;
}

# ---- shown -------------------------------------------------------------------------------------------

my %booked = map { my $space = $_; ($space => must(201, book($space, $ann, title => 'Party'))) } sort keys %privacy;
is($booked{open}{owner}{name}, $ann->{name}, 'a new booking has the name of its owner');
says(fresh("/v1/bookings/$booked{open}{id}", $bob), 200, sub { $_[0]{owner}{name}, $_[0]{createdBy} }, "$ann->{name} null",
    'who may see whose a booking is reads the name, and not who made it');
says(fresh("/v1/bookings/$booked{full}{id}", $bob), 200, sub { map { $_->{name} } @{ $_[0] }{qw(owner createdBy)} }, "$ann->{name} $ann->{name}",
    'who may see all of a booking reads both names');
says(fresh("/v1/bookings?from=2030-05-01T00:00:00Z&space=closed", $bob), 200, sub { map { $_->{owner} } @{ $_[0]{items} } }, 'null',
    'who may not see whose a booking is reads no name');

my $for = must(201, book('closed', $mia, for => "$ann->{id}"));
is("$for->{owner}{name} $for->{createdBy}{name}", "$ann->{name} $mia->{name}", 'a booking for somebody else has both names');
says(fresh("/v1/bookings/$for->{id}", $ann), 200, sub { map { $_->{name} } @{ $_[0] }{qw(owner createdBy)} }, "$ann->{name} $mia->{name}",
    'its owner reads who made it');
says($client->call(PATCH => "/v1/bookings/$for->{id}", { title => 'Talk' }, as => $admin, headers => [ 'If-Match' => '*' ]), 200,
    sub { map { $_->{name} } @{ $_[0] }{qw(owner createdBy)} }, "$ann->{name} $mia->{name}", 'the answer to a change has the names');
says($client->call(PATCH => "/v1/bookings/$for->{id}", { owner => "$bob->{id}" }, as => $mia, headers => [ 'If-Match' => '*' ]), 200,
    sub { $_[0]{owner}{name} }, $bob->{name}, 'a new owner has a name');
says($client->put('/v1/bookings/external/plan/1', { space => 'open', start => '2030-06-01T10:00', minutes => 60, for => "$bob->{id}" }, as => $mia), 201,
    sub { map { $_->{name} } @{ $_[0] }{qw(owner createdBy)} }, "$bob->{name} $mia->{name}", 'what is kept in step has the names');
says($client->put('/v1/bookings/external/plan/1', { space => 'open', start => '2030-06-01T11:00', minutes => 60, for => "$ann->{id}" }, as => $admin), 200,
    sub { map { $_->{name} } @{ $_[0] }{qw(owner createdBy)} }, "$ann->{name} $mia->{name}", 'and so it has when it is replaced');

my $series = must(201, $client->post('/v1/series', { space => 'open', start => '2030-07-01T10:00', minutes => 60, for => "$ann->{id}",
    rule => { freq => 'daily', count => 2 } }, as => $mia));
is("$series->{owner}{name} $series->{createdBy}{name}", "$ann->{name} $mia->{name}", 'a new series has the names');
says(fresh("/v1/series/$series->{id}", $admin), 200, sub { map { $_->{name} } @{ $_[0] }{qw(owner createdBy)} }, "$ann->{name} $mia->{name}",
    'a series has the names');

# ---- what people want to be called -------------------------------------------------------------------

my $eric = $client->member;
must(200, $client->call(PATCH => '/v1/me', { displayName => 'Eric the Red' }, as => $eric, headers => [ 'If-Match' => '*' ]));
my $his = must(201, book('open', $eric));
is($his->{owner}{name}, 'Eric the Red', "one's own new booking has the name that others see");
says(fresh("/v1/bookings/$his->{id}", $_), 200, sub { $_[0]{owner}{name} }, 'Eric the Red', "a booking has that name for $_->{name}")
    for $eric, $bob;
is(join(' ', map { $_->{owner}{name} } @{ must(200, fresh('/v1/bookings?user=me&from=2030-01-01T00:00:00Z', $eric))->{items} }), 'Eric the Red',
    "and so it has in one's own list");
is(must(201, $client->post('/v1/series', { space => 'open', start => '2030-09-02T10:00', minutes => 60, rule => { freq => 'daily', count => 2 } },
    as => $eric))->{owner}{name}, 'Eric the Red', 'a series has it, too');
says($client->get('/user/caller', as => $eric), 200, sub { @{ $_[0] }{qw(username displayName)} }, "$eric->{name} Eric the Red",
    'the user service says both names of who is calling');
says($client->get('/user/caller', as => $bob), 200, sub { exists $_[0]{displayName} ? 1 : 0 }, 0, 'and one of who has one');

# ---- who takes part ----------------------------------------------------------------------------------

sub named { my ($booking) = @_; return map { join ':', $_->{user} // 'null', $_->{name} // 'null' } @{ $booking->{participants} } }
my $guests = [ { user => "$ann->{id}" }, { user => "$eric->{id}", name => 'Red' }, { email => 'x@example.org', name => 'X' } ];
my $want   = "$ann->{id}:$ann->{name} $eric->{id}:Eric the Red null:X";
my $meets  = must(201, book('closed', $bob, participants => $guests));
is(join(' ', named($meets)), $want, 'a new booking has the names of those who take part');
says(fresh("/v1/bookings/$meets->{id}", $_), 200, \&named, $want, "a booking has the names of those who take part for $_->{name}")
    for $ann, $bob, $admin;
my ($listed) = grep { ($_->{id} // '') eq $meets->{id} } @{ must(200, fresh('/v1/bookings?from=2030-05-01T00:00:00Z&space=closed', $ann))->{items} };
is(join(' ', named($listed)), $want, 'a list has the names of those who take part');
says($client->call(PATCH => "/v1/bookings/$meets->{id}", { title => 'Talk' }, as => $bob, headers => [ 'If-Match' => '*' ]), 200, \&named, $want,
    'the answer to a change has the names of those who take part');
says($client->call(PATCH => "/v1/bookings/$meets->{id}", { participants => $meets->{participants} }, as => $bob, headers => [ 'If-Match' => '*' ]), 200,
    \&named, $want, 'participants can be sent back as they were read');
says($client->call(PATCH => "/v1/bookings/$meets->{id}", { participants => [ { user => "$ann->{id}", name => undef }, @{$guests}[ 1, 2 ] ] }, as => $bob,
    headers => [ 'If-Match' => '*' ]), 200, \&named, $want, 'a user who was read without a name can be sent back');
says($client->post("/v1/bookings/$meets->{id}/cancellation", {}, as => $bob), 200, \&named, $want, 'a cancelled booking has the names of those who take part');

# ---- one call for a list -----------------------------------------------------------------------------

must(201, book('full', $_)) for $bob, $mia, $bob;
must(201, book('full', $bob, participants => [ { user => "$ann->{id}" }, { user => "$eric->{id}" } ])) for 1, 2;
my $before = asked();
my $list   = must(200, fresh('/v1/bookings?from=2030-05-01T00:00:00Z', $admin));
is(scalar(grep { !defined $_->{owner}{name} || !defined $_->{createdBy}{name} } @{ $list->{items} }), 0, 'a list has all names');
cmp_ok(scalar @{ $list->{items} }, '>', 8, 'of many bookings');
is(asked() - $before, 1, 'a list asks for names once');
my $eve = $client->member;
$before = asked();
must(200, fresh("/v1/bookings?from=2030-05-01T00:00:00Z&$_", $eve)) for 'user=me', 'space=closed';
is(asked() - $before, 0, 'names of what is masked are not asked for');
must(200, $client->get("/v1/bookings/$booked{full}{id}", as => $eve)) for 1 .. 20;
cmp_ok(asked() - $before, '<', 20, 'names are kept for a moment');

# ---- who is not there --------------------------------------------------------------------------------

refuses(book('open', $mia, for => $NOBODY), 422, 'bad-value', 'nobody is booked for who is not there', '/for');
refuses(book('open', $ann, for => $NOBODY), 403, 'forbidden', 'who may book for nobody else does not learn who is there');
refuses(book('open', $ann, participants => [ { user => "$bob->{id}" }, { user => $NOBODY }, { email => 'x@example.org' } ]), 422, 'bad-value',
    'who is not there takes no part', '/participants/1/user');
is(book('open', $ann, participants => [ { user => "$bob->{id}" }, { user => "$ann->{id}" } ])->code, 201, 'who is there takes part');
my $change = sub { $client->call(PATCH => "/v1/bookings/$booked{open}{id}", $_[0], as => $mia, headers => [ 'If-Match' => '*' ]) };
refuses($change->({ owner => $NOBODY, participants => [ { user => $NOBODY } ] }), 422, 'bad-value', 'all who are not there are named',
    '/owner', '/participants/0/user');
refuses($client->post('/v1/series', { space => 'open', start => '2030-08-01T10:00', minutes => 60, for => $NOBODY,
    rule => { freq => 'daily', count => 2 } }, as => $mia), 422, 'bad-value', 'a series is for somebody who is there', '/for');
refuses($client->put('/v1/bookings/external/plan/2', { space => 'open', start => '2030-06-02T10:00', minutes => 60, for => $NOBODY }, as => $mia), 422,
    'bad-value', 'what is kept in step is for somebody who is there', '/for');

# ---- the user service's route ------------------------------------------------------------------------

says($client->get("/v1/users/names?id=$bob->{id}&id=$NOBODY&id=x&id=$ann->{id}", as => $ann), 200,
    sub { sort map { "$_->{id} $_->{name}" . keys %$_ } @{ $_[0]{items} } }, join(' ', sort map { "$_->{id} $_->{name}2" } $ann, $bob),
    'names, and nothing else, are told of those who are there');
says($client->get('/v1/users/names', as => $ann), 200, sub { scalar @{ $_[0]{items} } }, 0, 'of no ids there are no names');
refuses($client->get('/v1/users/names?q=x', as => $ann), 400, 'bad-parameter', 'nobody is looked for by names here', '/q');
is($client->get("/v1/users/names?id=$ann->{id}")->code, 401, 'who is not signed in is told no names');

# ---- no answer ---------------------------------------------------------------------------------------

# Another server of the same store, which asks for names where nothing is.
my $alone = Bookable::Server->new(api => '/v1', store => $server->store, config => "BookingUsersPath /nowhere\n")->start;
my $asks  = Bookable::Client->new(base => $alone->base_url);
says($asks->get('/v1/bookings?from=2030-05-01T00:00:00Z&space=full', as => $admin, headers => [ 'X-Consistency' => 'strong' ]), 200,
    sub { scalar @{ $_[0]{items} }, grep { defined $_->{owner}{name} } @{ $_[0]{items} } }, 6, 'without an answer a list has no names');
says($asks->get("/v1/bookings/$booked{full}{id}", as => $admin), 200, sub { $_[0]{owner}{id} == $ann->{id}, $_[0]{owner}{name} }, '1 null',
    'without an answer a booking has no names');
says($asks->get("/v1/bookings/$meets->{id}", as => $admin, headers => [ 'X-Consistency' => 'strong' ]), 200, \&named,
    "$ann->{id}:null $eric->{id}:null null:X", 'without an answer those who take part have no names but those that they were given');
says($asks->get("/v1/bookings/$booked{full}{id}", as => $ann), 200, sub { $_[0]{owner}{name} }, $ann->{name}, "one's own name needs no answer");
says($asks->post('/v1/bookings', { space => 'open', start => '2030-09-01T10:00', minutes => 60, for => "$ann->{id}" }, as => $mia), 503,
    sub { $_[0]{code} }, 'dependency-unavailable', 'without an answer nobody is booked for');
is($asks->post('/v1/bookings', { space => 'open', start => '2030-09-01T10:00', minutes => 60 }, as => $mia)->code, 201,
    'for oneself no answer is needed');

$_->finish for $alone, $server;
done_testing;

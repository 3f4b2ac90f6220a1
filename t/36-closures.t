# Closures in API v1: spaces that are closed for a while, and what becomes of what is booked there.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP ();

use Bookable::Client;
use Bookable::Server;
use Bookable::Store;
use Bookable::Said qw(body says refuses must);

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my $server = Bookable::Server->new(api => '/v1')->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $admin  = $client->admin;
my ($ann, $mia) = map { $client->member } 1 .. 2;
my ($YES, $NO) = (JSON::PP::true, JSON::PP::false);

# Spaces of a building that Mia manages.
my $halls = 0;
sub hall
{
    my (%more) = @_;
    my $id = 'hall-' . ++$halls;
    must(201, $client->post('/v1/spaces', { id => $id, name => "Hall $halls", building => 'Main',
        timeZone => 'Europe/Helsinki', managers => ["user:$mia->{id}"], %more }, as => $admin));
    return $id;
}

sub shut
{
    my ($spaces, $from, $to, %more) = @_;
    my $as = delete $more{as} // $mia;
    my $query = delete $more{query} // '';
    my $headers = delete $more{headers} // [];
    return $client->post("/v1/closures$query", { ($spaces ? (spaces => $spaces) : ()), start => "2030-05-$from",
        end => "2030-05-$to", reason => 'Flood', %more }, as => $as, headers => $headers);
}

sub book
{
    my ($space, $start, $minutes, %more) = @_;
    return $client->post('/v1/bookings', { space => $space, start => "2030-05-$start", minutes => $minutes, %more }, as => $ann);
}

sub listed
{
    my ($as, $query) = @_;
    return @{ must(200, $client->get("/v1/closures?from=2030-01-01T00:00:00Z$query", as => $as))->{items} };
}

# ---- closed ------------------------------------------------------------------------------------------

my ($one, $two) = (hall(), hall());
my $answer = shut([ $one, $two ], '14T08:00', '14T20:00', public => $YES);
my $shut   = says($answer, 201, sub { $_[0]{spaces}, "@{ $_[0]{spaceIds} }", scalar @{ $_[0]{cancelled} }, map { $_[0]{$_} } qw(start reason) },
    "2 $one $two 0 2030-05-14T08:00:00+03:00 Flood", 'spaces are closed, by their own clock');
like($answer->header('Location'), qr{/v1/closures/$shut->{id}\z}, 'a new closure says where it is');
for my $space ($one, $two) {
    says(book($space, '14T19:00', 120), 409, sub { $_[0]{code}, $_[0]{conflicts}[0]{kind}, $_[0]{detail} =~ /( is closed from )/ },
        'slot-taken closure  is closed from ', "what is closed cannot be booked: $space");
}
is(book($one, '14T20:00', 60)->code, 201, 'it can be booked from when the closure ends');
is(book($one, '14T07:00', 60)->code, 201, 'it can be booked until the closure begins');

refuses(shut([ $one ], '15T08:00', '15T20:00', as => $ann), 403, 'forbidden', 'who does not manage a space does not close it');
refuses(shut([ $one, 'nowhere' ], '15T08:00', '15T20:00'), 422, 'bad-value', 'a space that is none is named', '/spaces/1');
refuses(shut(undef, '15T08:00', '15T20:00'), 400, 'missing-member', 'a closure is of spaces', '/spaces');
refuses(shut([ $one ], '15T08:00', '15T20:00', filter => { building => 'Main' }), 422, 'bad-value',
    'a closure is of named spaces or of those that are found, not of both', '/spaces');
refuses(shut([ $one ], '15T20:00', '15T08:00'), 422, 'bad-value', 'a closure ends after its start', '/end');
refuses($client->post('/v1/closures', { spaces => [$one], start => '2020-01-01T00:00', end => '2020-01-02T00:00', reason => 'x' }, as => $mia),
    422, 'bad-value', 'what has passed is not closed', '/end');
refuses($client->post('/v1/closures', {}, as => $mia), 400, 'missing-member', 'what is missing is all named', qw(/start /end /reason));

# ---- what is in the way ------------------------------------------------------------------------------

my $third = hall();
my @booked = map { must(201, book($third, $_, 60, title => 'Party')) } '16T10:00', '16T14:00', '17T10:00';
says(shut([ $third, $two ], '16T08:00', '16T20:00'), 409,
    sub { $_[0]{code}, map { $_->{booking} == $booked[0]{id} || $_->{booking} == $booked[1]{id}, substr($_->{start}, 8, 8), $_->{title} } @{ $_[0]{conflicts} } },
    'has-bookings 1 16T10:00 Party 1 16T14:00 Party', 'what is in the way is named, and nothing is closed');
is(book($two, '16T10:00', 60)->code, 201, 'nothing was closed where something else was in the way');
says(shut([ $third ], '16T08:00', '16T20:00', bookings => 'cancel', query => '?dryRun=true'), 200,
    sub { $_[0]{dryRun}, $_[0]{id}, map { join ' ', sort keys %{ $_->{owner} } } @{ $_[0]{cancelled} } }, '1 null id name id name',
    'a dry run says what would be cancelled, and whose it is, of a closure without an id');
my $kept = says(shut([ $third ], '16T08:00', '16T20:00', bookings => 'keep'), 201, sub { scalar @{ $_[0]{cancelled} } }, 0,
    'it is closed around what is booked: the dry run had cancelled nothing');
says($client->get("/v1/bookings/$booked[0]{id}", as => $ann), 200, sub { $_[0]{state} }, 'confirmed', 'what is kept stays');
is(join(' ', map { book($third, "16T$_", 60)->code } qw(09:00 11:00 13:00 15:00)), '409 409 409 409',
    'before, between and after what is kept it is closed');
refuses(shut([ $third ], '16T08:00', '16T20:00', bookings => 'cancel'), 409, 'has-bookings', 'a closure does not cancel another one');
says(shut([ $third ], '17T08:00', '17T20:00', bookings => 'cancel'), 201,
    sub { map { $_->{booking} == $booked[2]{id}, $_->{owner}{id} == $ann->{id} } @{ $_[0]{cancelled} } }, '1 1',
    'what is cancelled for a closure is named, with its owner');
says($client->get("/v1/bookings/$booked[2]{id}", as => $ann), 200, sub { map { $_[0]{$_} } qw(state reason) }, 'cancelled Flood',
    'what is cancelled for a closure has its reason');

# ---- found -------------------------------------------------------------------------------------------

my ($fourth, $fifth) = map { hall(building => 'Annex') } 1 .. 2;
says(shut(undef, '20T08:00', '20T20:00', filter => { building => 'Annex' }), 201, sub { "@{ $_[0]{spaceIds} }" }, "$fourth $fifth",
    'the spaces of a filter are closed');
refuses(shut(undef, '20T08:00', '20T20:00', filter => { building => 'Nowhere' }), 422, 'bad-value', 'a filter that finds nothing is refused', '/filter');
my $abroad = hall(timeZone => 'America/Toronto');
refuses(shut([ $fourth, $abroad ], '21T08:00', '21T20:00'), 400, 'bad-time', 'of spaces with several clocks a time needs its offset', qw(/start /end));
says($client->post('/v1/closures', { spaces => [ $fourth, $abroad ], start => '2030-05-21T08:00:00Z', end => '2030-05-21T20:00:00Z',
    reason => 'Flood' }, as => $mia), 201, sub { map { $_[0]{$_} } qw(start timeZone) }, '2030-05-21T08:00:00Z UTC',
    'spaces with several clocks are closed between instants');

is(join(' ', map { substr $_->{start}, 8, 2 } listed($ann, '')), '14 16 17 20 21', 'closures are listed by their start');
is(join(' ', map { $_->{reason} // 'null' } listed($ann, "&space=$third")), 'null null', 'a reason that is not public is not told');
is(join(' ', map { $_->{reason} } listed($mia, "&space=$one")), 'Flood', 'who manages the space reads the reason');
is(join(' ', map { $_->{reason} } listed($ann, "&space=$one")), 'Flood', 'everybody reads a reason that is public');
my $page = must(200, $client->get('/v1/closures?from=2030-01-01T00:00:00Z&limit=2', as => $ann));
my $rest = must(200, $client->get("/v1/closures?from=2030-01-01T00:00:00Z&limit=2&cursor=$page->{next}", as => $ann));
is(join(' ', map { substr $_->{start}, 8, 2 } @{ $page->{items} }, @{ $rest->{items} }), '14 16 17 20', 'the list has pages');
must(201, $client->put('/v1/policies/hidden', { name => 'Hidden', see => ['group:staff'] }, as => $admin, headers => [ 'If-None-Match' => '*' ]));
my $hidden = hall(policy => 'hidden', managers => []);
my $secret = must(201, shut([ $hidden ], '15T08:00', '15T20:00', as => $admin, public => $YES));
is(join(' ', map { substr $_->{start}, 8, 2 } listed($ann, '')), '14 16 17 20 21', 'closures of spaces that one may not see are not listed');
refuses($client->get("/v1/closures/$secret->{id}", as => $ann), 404, 'not-found', 'a closure of a space that one may not see is not shown');

# ---- changed, and taken back -------------------------------------------------------------------------

sub change
{
    my ($id, $what, %more) = @_;
    return $client->call(PATCH => "/v1/closures/$id" . ($more{query} // ''), $what, as => $more{as} // $mia, headers => [ 'If-Match' => $more{match} // '*' ]);
}
refuses(change($shut->{id}, { end => '2030-05-14T21:00' }), 409, 'has-bookings', 'a closure does not grow over what is booked');
refuses(change($shut->{id}, { end => '2030-05-14T18:00' }, match => '"9"'), 412, 'version-mismatch', 'a change is of a version');
refuses(change($shut->{id}, { end => '2030-05-14T18:00' }, as => $ann), 403, 'forbidden', 'who does not manage its spaces does not change a closure');
says(change($shut->{id}, { end => '2030-05-14T18:00' }, match => '"1"', query => '?dryRun=true'), 200,
    sub { map { $_[0]{$_} } qw(end dryRun id) }, "2030-05-14T18:00:00+03:00 1 $shut->{id}", 'a change of a closure can be tried, in its version');
refuses(change($shut->{id}, { spaces => [$one] }), 400, 'bad-member', 'a change of the spaces is refused, and not just left out', '/spaces');
says(change($shut->{id}, { end => '2030-05-14T18:00', reason => 'Paint' }, match => '"1"'), 200,
    sub { map { $_[0]{$_} } qw(end reason version) }, '2030-05-14T18:00:00+03:00 Paint 2', 'a closure is changed');
is(book($one, '14T18:00', 60)->code, 201, 'what it leaves can be booked');
is(book($one, '14T17:30', 30)->code, 409, 'what it keeps cannot');
says(change($shut->{id}, { public => $NO }), 200, sub { $_[0]{public}, $_[0]{version} }, '0 3', 'its reason is made private');
is($client->delete("/v1/closures/$shut->{id}", as => $ann)->code, 403, 'who does not manage its spaces does not take a closure back');
is($client->delete("/v1/closures/$shut->{id}", as => $mia)->code, 204, 'a closure is taken back');
refuses($client->get("/v1/closures/$shut->{id}", as => $mia), 404, 'not-found', 'it is there no more');
is(book($_, '14T10:00', 60)->code, 201, "what it closed can be booked: $_") for $one, $two;
refuses(change($kept->{id}, {}, as => $ann), 403, 'forbidden', 'a change of nothing needs rights, too');

my @once = map { shut([ $fourth ], '25T08:00', '25T20:00', headers => [ 'Idempotency-Key' => 'closure-1' ]) } 1 .. 2;
is($once[0]->content, $once[1]->content, 'a closure with the same key is made once');
is($client->call(PATCH => "/v1/spaces/$fourth", { managers => [] }, as => $admin, headers => [ 'If-Match' => '*' ])->code, 200,
    'a space has no managers any more');
is(shut([ $fourth ], '25T08:00', '25T20:00', headers => [ 'Idempotency-Key' => 'closure-1' ])->content, $once[0]->content,
    'a closure of it is answered as before, when it is asked for again');

# ---- races -------------------------------------------------------------------------------------------

for my $day (1 .. 6) {
    my @answers = $client->at_once(
        [ POST => '/v1/closures', { spaces => [ $one, $two ], start => "2030-07-0${day}T08:00", end => "2030-07-0${day}T20:00", reason => 'x' }, as => $mia ],
        (map { [ POST => '/v1/bookings', { space => $_, start => "2030-07-0${day}T10:00", minutes => 60 }, as => $ann ] } $one, $two));
    my ($closure, @bookings) = map { $_->code } @answers;
    ok(($closure == 201 && "@bookings" eq '409 409') || ($closure == 409 && grep({ $_ == 201 } @bookings)),
        "of a closure and bookings at once the closure or a booking is refused: day $day") || diag("$closure @bookings");
}

$server->finish;
done_testing;

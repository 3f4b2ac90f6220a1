# Availability in API v1: what of the time of spaces is taken, who is free, and when next; who sees what of
# it; and that what is said to be free can be booked.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP ();

use Bookable::Client;
use Bookable::Said qw(body refuses);
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my $server = Bookable::Server->new(api => '/v1', config => "BookingMaxFuture Off\nLogLevel booking:debug\n")->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $admin  = $client->admin;
my ($ann, $bob, $eve) = map { $client->member } 1 .. 3;
my @NONE   = (headers => [ 'If-None-Match' => '*' ]);

sub made
{
    my ($answer, $status, $name) = @_;
    return is($answer->code, $status, $name) || diag(substr("$answer->{line}\n" . $answer->as_string, 0, 1500));
}

sub make_space
{
    my ($id, %more) = @_;
    return made($client->post('/v1/spaces', { id => $id, name => $id, timeZone => 'Europe/Helsinki', %more }, as => $admin),
        201, "space $id is made");
}

sub make_policy
{
    my ($id, %more) = @_;
    my %rules = (name => $id, see => ['everyone'], book => ['everyone'], %more);
    return made($client->put("/v1/policies/$id", \%rules, as => $admin, @NONE), 201, "policy $id is made");
}

# Books, and returns the id.
sub book
{
    my ($who, $space, $start, $end, %more) = @_;
    my $answer = $client->post('/v1/bookings', { space => $space, start => $start, end => $end, %more }, as => $who);
    made($answer, 201, "$space is booked from $start to $end");
    return body($answer)->{id};
}

sub ask
{
    my ($who, $query, @more) = @_;
    my $answer = $client->get("/v1/availability?$query", as => $who, @more);
    return $answer;
}

sub items
{
    my ($who, $query) = @_;
    my $answer = ask($who, $query);
    $answer->code == 200 or diag(substr("$answer->{line}\n" . $answer->as_string, 0, 1500));
    return body($answer)->{items} // [];
}

# Spans as "10:00-11:00", by the clock that they come with.
sub spans
{
    my ($list, @members) = @_;
    return join ' ', map {
        my $span = $_;
        join(':', (map { my ($time) = $span->{$_} =~ /T(\d\d:\d\d)/; $time } qw(start end)), map { $span->{$_} // '-' } @members)
            =~ s/^(\d\d:\d\d):/$1-/r;
    } @$list;
}

my $DAY = 'from=2030-05-14T00:00:00%2B03:00&to=2030-05-15T00:00:00%2B03:00';

# ---- what is taken --------------------------------------------------------------------------------

make_policy('rooms', hours => [ { days => [qw(mon tue wed thu fri)], from => '08:00', to => '18:00' } ],
    privacy => { others => 'busy', 'user:' . $bob->{id} => 'title' });
make_space('av-1', policy => 'rooms', building => 'Avail', capacity => 4, features => ['screen']);
my $own = book($ann, 'av-1', '2030-05-14T10:00', '2030-05-14T11:30', title => 'Thesis');
subtest 'what is taken, for who looks' => sub {
    my ($item, @more) = @{ items($ann, "space=av-1&$DAY") };
    is(scalar(@more), 0, 'one space is one item');
    is($item->{space}, 'av-1', 'an item names its space');
    is($item->{timeZone}, 'Europe/Helsinki', 'an item names the zone of its space');
    is(spans($item->{open}), '08:00-18:00', 'open is what the policy says');
    is(spans($item->{busy}, qw(kind booking title)), "10:00-11:30:booking:$own:Thesis", 'the owner sees id and title');
    is(spans($item->{free}), '08:00-10:00 11:30-18:00', 'free is open and not taken');
    is_deeply([ @$item{qw(bookable why approval)} ], [ JSON::PP::true, undef, JSON::PP::false ], 'everybody may book');
    like($item->{busy}[0]{start}, qr/^2030-05-14T10:00:00\+03:00$/, 'instants have the offset of the space');

    my ($masked) = @{ items($eve, "space=av-1&$DAY") };
    is(spans($masked->{busy}, qw(kind booking title)), '10:00-11:30:booking:-:-', 'others see that it is taken');
    like($masked->{busy}[0]{key}, qr/^[0-9a-f]{32}$/, 'what is masked has a key');
    is(items($eve, "space=av-1&$DAY")->[0]{busy}[0]{key}, $masked->{busy}[0]{key}, 'the key is the same each time');
    my $listed = body($client->get('/v1/bookings?space=av-1&from=2030-05-14T00:00:00%2B03:00&to=2030-05-15T00:00:00%2B03:00', as => $eve));
    is($listed->{items}[0]{key}, $masked->{busy}[0]{key}, 'the key is that of the list of bookings');
    is(spans(items($bob, "space=av-1&$DAY")->[0]{busy}, qw(booking title)), "10:00-11:30:$own:Thesis",
        'who may see titles sees them');
    is(spans(items($admin, "space=av-1&$DAY")->[0]{busy}, qw(booking title)), "10:00-11:30:$own:Thesis",
        'administrators see all of it');
    refuses(ask(undef, "space=av-1&$DAY"), 401, 'not-signed-in', 'who is not signed in is shown nothing');
};

subtest 'several spaces, and their order' => sub {
    make_space("av-$_", building => 'Avail', capacity => $_, order => 10 - $_) for 2, 3;
    is(join(' ', map { $_->{space} } @{ items($ann, "space=av-3&space=av-1&space=none&space=av-3&$DAY") }), 'av-3 av-1',
        'spaces come as they were asked for, each once, without what is not there');
    is(join(' ', map { $_->{space} } @{ items($ann, "building=Avail&$DAY") }), 'av-1 av-3 av-2', 'spaces are found in the order of the house');
    is(join(' ', map { $_->{space} } @{ items($ann, "building=Avail&sort=name&$DAY") }), 'av-1 av-2 av-3', 'spaces are found by name');
    is(join(' ', map { $_->{space} } @{ items($ann, "building=Avail&capacityMin=3&feature=screen&$DAY") }), 'av-1', 'filters find them');
    is(spans(items($ann, "space=av-2&$DAY")->[0]{free}), '00:00-00:00', 'a space without a policy is open all day');
    refuses(ask($ann, "space=none&$DAY"), 404, 'not-found', 'a space that is not there is 404');
    refuses(ask($ann, "space=none&space=never&$DAY"), 404, 'not-found', 'spaces none of which is there are 404');
    my $body = body(ask($ann, "building=Nowhere&$DAY"));
    is_deeply([ @$body{qw(items truncated)} ], [ [], JSON::PP::false ], 'a search that finds nothing is an empty answer');
    like($body->{asOf}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'the answer says when it was made');
};

subtest 'the space itself, with include=space' => sub {
    my %space = (id => 'av-1', name => 'av-1', building => 'Avail', floor => undef, capacity => 4, features => ['screen'],
        policy => 'rooms', timeZone => 'Europe/Helsinki');
    is_deeply(items($ann, "space=av-1&include=space&$DAY")->[0]{space}, \%space, 'of what is taken');
    is_deeply(items($ann, 'space=av-1&include=space&from=2030-05-14T12:00&minutes=60')->[0]{space}, \%space, 'of who is free');
};

subtest 'who may not see, and may not book' => sub {
    make_policy('staff', see => ["user:$ann->{id}"], book => ["user:$ann->{id}"]);
    make_space('av-hidden', policy => 'staff', building => 'Hidden');
    refuses(ask($eve, "space=av-hidden&$DAY"), 404, 'not-found', 'a space that a policy hides is not there');
    is_deeply(items($eve, "building=Hidden&$DAY"), [], 'a space that a policy hides is not found');
    is(scalar(@{ items($ann, "building=Hidden&$DAY") }), 1, 'who may see it finds it');
    make_policy('some', book => ["user:$ann->{id}"], request => ["user:$bob->{id}"]);
    make_space('av-some', policy => 'some', building => 'Some');
    my %rights = map { $_->{id} => items($_, "space=av-some&$DAY")->[0] } $ann, $bob, $eve, $admin;
    is_deeply([ map { $rights{ $_->{id} }{why} } $ann, $bob, $eve, $admin ], [ undef, undef, 'not-in-book-group', undef ],
        'why says who is in no group that books');
    is_deeply([ map { $rights{ $_->{id} }{bookable} ? 1 : 0 } $ann, $bob, $eve, $admin ], [ 1, 1, 0, 1 ], 'bookable says who may book, or ask');
    is_deeply([ map { $rights{ $_->{id} }{approval} ? 1 : 0 } $ann, $bob, $eve, $admin ], [ 0, 1, 0, 0 ], 'approval says who can only ask');
    is_deeply([ map { scalar @{ items($_, 'building=Some&from=2030-05-14T10:00&minutes=60') } } $ann, $bob, $eve ], [ 1, 1, 0 ],
        'who is free is answered with what the caller may book');
    make_space('av-old', building => 'Old');
    made($client->post('/v1/spaces/av-old/archive', { bookings => 'keep' }, as => $admin), 200, 'a space is archived');
    is(items($ann, "space=av-old&$DAY")->[0]{why}, 'archived', 'an archived space cannot be booked');
};

subtest 'what is kept free around bookings' => sub {
    make_policy('kept', setup => 15, teardown => 10, hours => [ { days => [qw(mon tue wed thu fri sat sun)], from => '08:00', to => '18:00' } ]);
    make_space('av-kept', policy => 'kept');
    book($ann, 'av-kept', '2030-05-14T10:00', '2030-05-14T11:00');
    my $item = items($eve, "space=av-kept&$DAY")->[0];
    is(spans($item->{busy}), '09:45-11:10', 'busy has what is kept free, for who keeps the rules');
    is(spans($item->{free}), '08:00-09:35 11:25-18:00', 'free leaves room for what is kept free around the next booking');
    is(spans(items($admin, "space=av-kept&$DAY")->[0]{busy}), '10:00-11:00', 'who may override sees the booking itself');
    refuses($client->post('/v1/bookings', { space => 'av-kept', start => '2030-05-14T09:00', end => '2030-05-14T09:36' }, as => $eve),
        409, 'slot-taken', 'a minute more than is free is refused');
    book($eve, 'av-kept', '2030-05-14T09:00', '2030-05-14T09:35');
    book($eve, 'av-kept', '2030-05-14T11:25', '2030-05-14T12:00');
};

subtest 'what can no longer, or not yet, be booked, is not free' => sub {
    make_policy('near', past => JSON::PP::false, lead => 60, horizon => { days => 3 });
    make_space('av-near', policy => 'near', timeZone => 'UTC');
    my @day = gmtime(time + 86400);
    my $tomorrow = sprintf '%04d-%02d-%02d', $day[5] + 1900, $day[4] + 1, $day[3];
    is(scalar(@{ items($eve, 'space=av-near&from=2020-05-14T00:00:00Z&to=2020-05-15T00:00:00Z')->[0]{free} }), 0, 'what has passed is not free');
    is(scalar(@{ items($eve, 'space=av-near&from=2090-05-14T00:00:00Z&to=2090-05-15T00:00:00Z')->[0]{free} }), 0, 'what is beyond the horizon is not free');
    is(scalar(@{ items($eve, "space=av-near&from=${tomorrow}T04:00:00Z&to=${tomorrow}T05:00:00Z")->[0]{free} }), 1, 'what can be booked is free');
    is(scalar(@{ items($admin, 'space=av-near&from=2090-05-14T00:00:00Z&to=2090-05-15T00:00:00Z')->[0]{free} }), 1, 'for whom the rules do not hold, it is free');
};

# ---- who is free ----------------------------------------------------------------------------------

subtest 'who is free then' => sub {
    my $names = sub { join ' ', map { $_->{space} } @{ items($ann, "building=Avail&$_[0]") } };
    is($names->('from=2030-05-14T10:00&minutes=90'), 'av-2 av-3', 'a space that is taken is not free');
    is($names->('from=2030-05-14T12:00&minutes=90'), 'av-2 av-3 av-1', 'the smallest comes first');
    is($names->('from=2030-05-14T12:00&minutes=90&capacityMin=3'), 'av-3 av-1', 'only those that are large enough');
    is($names->('from=2030-05-14T12:00&minutes=90&favourite=av-1&favourite=none'), 'av-1 av-2 av-3', 'favourites come before');
    is($names->('from=2030-05-14T17:00&minutes=90'), 'av-2 av-3', 'a space that closes meanwhile is not free');
    is($names->('from=2030-05-14T09:00:00Z&minutes=90'), 'av-2 av-3 av-1', 'an instant may have an offset');
    my $body = body(ask($ann, 'building=Avail&from=2030-05-14T12:00&minutes=90&limit=2'));
    is_deeply([ scalar(@{ $body->{items} }), $body->{truncated} ], [ 2, JSON::PP::true ], 'limit cuts the list, and it says so');
    is(spans($body->{items}), '12:00-13:30 12:00-13:30', 'each says when it could be booked');
    refuses(ask($ann, 'building=Avail&from=2030-03-31T03:30&minutes=30'), 422, 'time-does-not-exist', 'a time that the clock never shows is refused', '/from');
};

# ---- when next ------------------------------------------------------------------------------------

subtest 'when next' => sub {
    make_policy('grid', start => { step => 60, anchor => '00:30' }, length => { min => 30, max => 120, step => 30 },
        hours => [ { days => [qw(mon tue wed thu fri)], from => '08:00', to => '18:00' } ]);
    make_space("av-g$_", policy => 'grid', building => 'Grid', capacity => 10 - $_) for 1, 2;
    book($admin, 'av-g1', '2030-05-14T09:30', '2030-05-14T16:00');
    my $list = sub { join ' ', map { my ($day, $time) = $_->{start} =~ /-(\d\d)T(\d\d:\d\d)/; "$_->{space}/$day/$time" } @{ items($ann, $_[0]) } };
    is($list->('space=av-g1&from=2030-05-14T00:00&to=2030-05-16T00:00&minutes=60'), 'av-g1/14/08:30 av-g1/14/16:30 av-g1/15/08:30',
        'the first three starts on the grid are found');
    is($list->('space=av-g1&from=2030-05-14T00:00&to=2030-05-16T00:00&minutes=90&perSpace=2'), 'av-g1/14/16:30 av-g1/15/08:30',
        'only where there is room for all of it');
    is($list->('building=Grid&from=2030-05-14T00:00&to=2030-05-16T00:00&minutes=60&perSpace=2'),
        'av-g2/14/08:30 av-g1/14/08:30 av-g2/14/09:30 av-g1/14/16:30', 'starts come by time, then the smallest space');
    is($list->('building=Grid&from=2030-05-14T00:00&to=2030-05-16T00:00&minutes=60&limit=1'), 'av-g2/14/08:30', 'limit cuts the list');
    is($list->('space=av-g1&from=2030-05-14T00:00&to=2030-05-16T00:00&minutes=150'), '', 'what the policy allows to nobody is never free');
    is($list->('space=av-2&from=2030-05-14T10:07&to=2030-05-14T12:00&minutes=60'), 'av-2/14/10:07 av-2/14/10:15 av-2/14/10:30',
        'without a grid, quarters of an hour follow the first moment');
    is($list->('space=av-2&from=2020-05-14T10:00&to=2020-05-14T12:00&minutes=60'), '', 'nothing is proposed in the past');
};

subtest 'of each space, whether it could be booked then' => sub {
    my $wishes = sub {
        my ($who, $query) = @_;
        return join ' ', map { my $wish = $_->{wish}; $_->{space} . '/' . ($wish->{why} // 'yes') . ($wish->{next} ? '/' . spans([ $wish->{next} ]) : '') }
            @{ items($who, "$query&all=true") };
    };
    is($wishes->($ann, 'building=Avail&from=2030-05-14T10:00&to=2030-05-15T00:00&minutes=60'), 'av-1/taken/11:30-12:30 av-3/yes av-2/yes',
        'what is taken says when next');
    is($wishes->($ann, 'building=Avail&from=2030-05-14T17:30&to=2030-05-15T00:00&minutes=60'), 'av-1/hours av-3/yes av-2/yes',
        'what closes meanwhile is not open then, nor later that day');
    is($wishes->($ann, 'space=av-g1&from=2030-05-14T08:30&to=2030-05-15T00:00&minutes=150'), 'av-g1/length.max', 'what holds at every time is said first');
    is($wishes->($ann, 'space=av-g1&from=2030-05-14T08:00&to=2030-05-15T00:00&minutes=60'), 'av-g1/start.step/08:30-09:30', 'what is off the grid');
    is($wishes->($ann, 'space=av-g1&from=2030-05-14T08:30&to=2030-05-14T09:00&minutes=120'), 'av-g1/taken', 'what is looked at is no shorter than the wish');
    make_policy('wish-staff', book => ["user:$bob->{id}"]);
    make_space('av-wish', policy => 'wish-staff');
    is($wishes->($ann, 'space=av-wish&from=2030-05-14T08:00&to=2030-05-15T00:00&minutes=60'), 'av-wish/not-in-book-group', 'who may not book it is told so');
    is($wishes->($bob, 'space=av-wish&from=2030-05-14T08:00&to=2030-05-15T00:00&minutes=60'), 'av-wish/yes', 'who may book it, can');
    my ($item) = @{ items($ann, 'space=av-1&from=2030-05-14T10:00&to=2030-05-15T00:00&minutes=60&all=true') };
    is(spans([ $item->{wish} ]), '10:00-11:00', 'the wish is said');
    is(spans($item->{busy}) . ' ' . spans($item->{free}), '10:00-11:30 11:30-18:00', 'and what is taken and free from then on');
    refuses(ask($ann, 'space=av-1&from=2030-03-31T03:30&to=2030-04-01T00:00&minutes=30&all=true'), 422, 'time-does-not-exist',
        'a time that the clock never shows is refused', '/from');
    refuses(ask($ann, "space=av-1&$DAY&all=true"), 400, 'bad-parameter', 'without minutes there is no wish', '/all');
    refuses(ask($ann, 'space=av-1&from=2030-05-14T10:00&minutes=60&all=true'), 400, 'bad-parameter', 'nor without an end of the time', '/all');
    refuses(ask($ann, "space=av-1&$DAY&minutes=60&all=true&limit=3"), 400, 'bad-parameter', 'and nothing is cut', '/limit');
};

subtest 'every start that is proposed can be booked' => sub {
    my @starts = @{ items($eve, 'building=Grid&from=2030-05-14T00:00&to=2030-05-17T00:00&minutes=120&perSpace=40') };
    cmp_ok(scalar(@starts), '>', 10, 'there are some');
    my @refused = grep { $client->post('/v1/bookings?dryRun=true', { space => $_->{space}, start => $_->{start}, end => $_->{end} },
        as => $eve)->code >= 300 } @starts;
    is_deeply(\@refused, [], 'none is refused');
};

# ---- instead of a time that is taken ------------------------------------------------------------------

# A refusal's alternatives, as "space/10:00-11:00" and "!" if it is shorter.
sub alternatives
{
    my ($answer, $name) = @_;
    refuses($answer, 409, 'slot-taken', "$name: it is taken");
    return join ' ', map { my $one = $_; my ($day) = $one->{start} =~ /-(\d\d)T/;
        "$one->{space}/$day/" . spans([$one]) . ($one->{shorter} ? '!' : '') } @{ body($answer)->{alternatives} // [] };
}

sub want
{
    my ($who, $space, $start, $end, @more) = @_;
    return $client->post('/v1/bookings', { space => $space, start => "2030-05-15T$start", end => "2030-05-15T$end", people => 4 }, as => $who, @more);
}

subtest 'alternatives' => sub {
    make_policy('alt', start => { step => 30, anchor => '00:00' }, length => { min => 30, max => 240, step => 30 }, past => JSON::PP::false,
        hours => [ { days => [qw(mon tue wed thu fri)], from => '08:00', to => '18:00' } ]);
    my %like = (building => 'Alt', features => [ 'screen', 'step-free' ], policy => 'alt');
    make_space('alt-1', %like, capacity => 6);
    make_space('alt-small', %like, capacity => 3);
    make_space('alt-plain', %like, capacity => 6, features => ['screen']);
    make_space('alt-else', %like, capacity => 6, building => 'Elsewhere');
    make_space('alt-3', %like, capacity => 8, features => [ 'sink', 'step-free', 'screen' ]);
    make_space('alt-2', %like, capacity => 4);
    make_policy('alt-staff', book => ["user:$bob->{id}"]);
    make_space('alt-staff', %like, capacity => 5, policy => 'alt-staff');
    my $first = do { my $answer = want($ann, 'alt-1', '10:00', '11:30'); made($answer, 201, 'a time is taken'); body($answer) };
    is(alternatives(want($eve, 'alt-1', '10:00', '11:00'), 'the same time'),
        'alt-1/15/09:00-10:00 alt-1/15/11:30-12:30 alt-2/15/10:00-11:00 alt-3/15/10:00-11:00',
        'earlier and later, and the spaces that are like it, the smallest first');
    is(alternatives(want($bob, 'alt-1', '10:00', '11:00'), 'for somebody else'),
        'alt-1/15/09:00-10:00 alt-1/15/11:30-12:30 alt-2/15/10:00-11:00 alt-staff/15/10:00-11:00 alt-3/15/10:00-11:00',
        'those that the caller may book, and no more');
    made(want($ann, 'alt-2', '09:00', '12:00'), 201, 'a space like it is taken, too');
    is(alternatives(want($eve, 'alt-1', '08:30', '10:30'), 'half of it is free'),
        'alt-1/15/08:00-10:00 alt-1/15/11:30-13:30 alt-3/15/08:30-10:30 alt-1/15/08:30-10:00!', 'what is free within it, shorter');
    is(alternatives(want($eve, 'alt-1', '11:00', '15:00'), 'a long one'),
        'alt-1/15/11:30-15:30 alt-1/14/14:00-18:00 alt-3/15/11:00-15:00 alt-1/15/11:30-15:00!', 'the day before counts, too');
    is(alternatives(want($eve, 'alt-1', '09:30', '12:00'), 'mostly taken') =~ /!/ ? 1 : 0, 0, 'less than half of it is not proposed');
    my $minimal = want($eve, 'alt-1', '10:00', '11:00', headers => [ Prefer => 'return=minimal' ]);
    refuses($minimal, 409, 'slot-taken', 'who wants little is refused, too');
    ok(!exists body($minimal)->{alternatives}, 'who wants little gets no alternatives');
    made(want($eve, 'alt-1', '14:00', '15:00'), 201, 'another time is booked');
    my $moved = $client->call(PATCH => "/v1/bookings/$first->{id}", { start => '2030-05-15T13:30', end => '2030-05-15T15:00' }, as => $ann,
        headers => [ 'If-Match' => '*' ]);
    like(alternatives($moved, 'a booking that moves'), qr{^alt-1/15/12:30-14:00 }, 'a booking that moves is not in its own way');
    my @tried = map { $_->{space} eq 'alt-1' || $_->{space} eq 'alt-3' ? $client->post('/v1/bookings?dryRun=true',
        { space => $_->{space}, start => $_->{start}, end => $_->{end} }, as => $eve)->code : () }
        @{ body(want($eve, 'alt-1', '14:00', '15:00'))->{alternatives} };
    is(scalar(grep { $_ >= 300 } @tried), 0, 'alternatives can be booked') or diag("@tried");
};

# ---- clocks ---------------------------------------------------------------------------------------

subtest 'days on which clocks are changed' => sub {
    make_policy('early', hours => [ { days => ['sun'], from => '00:00', to => '06:00' } ]);
    make_space('av-dst', policy => 'early');
    my $hours = sub { my ($item) = @{ items($ann, "space=av-dst&from=$_[0]T00:00&to=$_[0]T23:59") };
        join ' ', map { "$_->{start}/$_->{end}" } @{ $item->{open} } };
    is($hours->('2030-03-31'), '2030-03-31T00:00:00+02:00/2030-03-31T06:00:00+03:00', 'where an hour is missing');
    is($hours->('2030-10-27'), '2030-10-27T00:00:00+03:00/2030-10-27T06:00:00+02:00', 'where an hour comes twice');
    my $starts = items($ann, 'space=av-dst&from=2030-10-27T00:00&to=2030-10-27T06:00&minutes=60&perSpace=50');
    is(scalar(@$starts), 25, 'the hour that comes twice can be booked twice');
    $starts = items($ann, 'space=av-dst&from=2030-03-31T00:00&to=2030-03-31T06:00&minutes=60&perSpace=50');
    is(scalar(@$starts), 17, 'the hour that is missing cannot be booked');
    is(scalar(grep { $_->{start} =~ /T03:/ } @$starts), 0, 'and is not proposed');
};

# ---- bounds and parameters ------------------------------------------------------------------------

subtest 'bounds' => sub {
    my $many = sub { join '&', map { "space=s$_" } 1 .. $_[0] };
    my @rows = (
        [ 'space=av-1&from=2030-05-01T00:00:00Z&to=2030-06-12T00:00:00Z', 200, 'one space, 42 days' ],
        [ 'space=av-1&from=2030-05-01T00:00:00Z&to=2030-06-13T00:00:00Z', 422, 'one space, 43 days' ],
        [ 'building=Avail&from=2030-05-01T00:00:00Z&to=2030-06-13T00:00:00Z', 422, 'a search, 43 days' ],
        [ $many->(49) . '&space=av-1&from=2030-05-01T00:00:00Z&to=2030-05-08T00:00:00Z', 200, '50 spaces, 7 days' ],
        [ $many->(60) . '&from=2030-05-01T00:00:00Z&to=2030-05-08T00:00:00Z', 422, '60 spaces, 7 days' ],
        [ $many->(199) . '&space=av-1&from=2030-05-01T00:00:00Z&to=2030-05-02T12:00:00Z', 200, '200 spaces, 36 hours' ],
        [ $many->(200) . '&from=2030-05-01T00:00:00Z&to=2030-05-03T00:00:00Z', 422, '200 spaces, 2 days' ],
        [ 'building=Avail&from=2030-05-01T00:00:00Z&minutes=60480', 200, 'minutes of 42 days' ],
    );
    for my $row (@rows) {
        my ($query, $status, $name) = @$row;
        my $answer = ask($ann, $query);
        $status == 200 ? is($answer->code, 200, "$name are answered") : refuses($answer, 422, 'window-too-large', "$name are too much");
    }
    made($client->post('/v1/spaces/batch', { items => [ map { { id => "many-$_", name => "Many $_", building => 'Many' } } 1 .. 200 ] },
        as => $admin), 200, 'many spaces are made');
    make_space('many-201', building => 'Many');
    my $body = body(ask($ann, "building=Many&$DAY"));
    is_deeply([ scalar(@{ $body->{items} }), $body->{truncated} ], [ 200, JSON::PP::true ], 'of more than 200 spaces the first are shown');
    refuses(ask($ann, 'building=Many&from=2030-05-01T00:00:00Z&to=2030-05-08T00:00:00Z'), 422, 'window-too-large', 'a search that finds too many for so long is refused');
    $body = body(ask($ann, 'building=Many&from=2030-05-01T00:00:00Z&minutes=60&limit=200'));
    is_deeply([ scalar(@{ $body->{items} }), $body->{truncated} ], [ 200, JSON::PP::true ], 'who is free is asked of the first 200');
};

subtest 'parameters' => sub {
    my @rows = (
        [ "space=av-1&$DAY&nothing=1", 'nothing', 'an unknown one' ],
        [ 'space=av-1&to=2030-05-14T00:00:00Z', 'from', 'no beginning' ],
        [ 'space=av-1&from=2030-05-14T00:00:00Z', 'to', 'neither an end nor minutes' ],
        [ 'space=av-1&from=2030-05-14T00:00:00Z&to=2030-05-14T00:00:00Z', 'to', 'an end that is no later' ],
        [ 'space=av-1&from=2030-05-14T00:00:00Z&to=2030-05-15T00:00', 'to', 'an end by another clock' ],
        [ 'space=av-1&from=1690-09-22T00:00:00Z&to=1690-09-23T00:00:00Z', 'from', 'years that are too early' ],
        [ "space=av-1&building=Avail&$DAY", 'building', 'a filter besides spaces' ],
        [ "space=av-1&perSpace=3&$DAY", 'perSpace', 'perSpace without minutes' ],
        [ "space=av-1&limit=3&$DAY", 'limit', 'limit without minutes' ],
        [ "space=av-1&favourite=av-1&$DAY", 'favourite', 'favourites of what is taken' ],
        [ "space=av-1&minutes=0&$DAY", 'minutes', 'no minutes' ],
    );
    refuses(ask($ann, $_->[0]), 400, 'bad-parameter', "$_->[2] is refused", "/$_->[1]") for @rows;
    refuses(ask($ann, 'space=av-1&from=2030-05-14T00:00:30Z&minutes=60'), 400, 'bad-time', 'seconds are refused', '/from');
    refuses(ask($ann, "feature=A+B&$DAY"), 400, 'bad-parameter', 'what the space service refuses is refused');
};

# ---- spaces that are kept -------------------------------------------------------------------------

# How often the space service was asked for spaces.
sub asked
{
    open my $in, '<', $server->error_log or die $!;
    return scalar grep { m{BK0121: asked /v1/spaces\?} } <$in>;
}

subtest 'what the space service said is kept' => sub {
    make_policy('kept-hours', hours => [ { days => ['tue'], from => '08:00', to => '18:00' } ]);
    make_space('kept-1', policy => 'kept-hours');
    my $hours = sub { spans(items($ann, "space=kept-1&$DAY")->[0]{open}) };
    is($hours->(), '08:00-18:00', 'the hours of the policy are shown');
    # Each child keeps what it got itself: so many requests that some child answers two.
    my ($before, $count) = (asked(), 20);
    $hours->() for 1 .. $count;
    cmp_ok(asked() - $before, '<', $count, 'the space service is not asked each time');
    $before = asked();
    ask($ann, "space=kept-1&$DAY", headers => [ 'X-Consistency' => 'strong' ]) for 1 .. 3;
    is(asked() - $before, 3, 'it is asked each time with X-Consistency: strong');
    for my $to (qw(17:00 16:00 15:00)) {
        made($client->put('/v1/policies/kept-hours', { name => 'Hours', see => ['everyone'], book => ['everyone'],
            hours => [ { days => ['tue'], from => '08:00', to => $to } ] }, as => $admin, headers => [ 'If-Match' => '*' ]), 200, 'the policy changes');
        is($hours->(), "08:00-$to", "what the space service has written is seen at once: $to");
    }
    is(items($bob, "space=kept-1&$DAY")->[0]{space}, 'kept-1', 'others get their own');
};

# ---- quotas ---------------------------------------------------------------------------------------

subtest 'how much may still be booked' => sub {
    make_policy('short', quota => [ { id => 'ahead', per => 'future', count => 3 }, { id => 'day', per => 'day', minutes => 600, count => 9 },
        { id => 'here', per => 'month', minutes => 100, over => 'building' } ]);
    make_space("quota-$_->[0]", policy => 'short', building => $_->[1]) for [ 1, 'Q1' ], [ 2, 'Q1' ], [ 3, 'Q2' ];
    my $list = sub { my ($who, $query) = @_; my $answer = $client->get("/v1/quotas?$query", as => $who);
        is($answer->code, 200, "quotas of $query are answered");
        join ' ', map { my $one = $_; join '/', map { $one->{$_} // '-' } qw(policy id building unit limit used left) } @{ body($answer)->{items} } };
    is($list->($eve, 'user=me&space=quota-1'), 'short/ahead/-/bookings/3/0/3 short/day/-/bookings/9/0/9 short/day/-/minutes/600/0/600 short/here/Q1/minutes/100/0/100',
        'nothing is used before anything is booked');
    book($eve, 'quota-1', '2030-06-01T10:00', '2030-06-01T11:00');
    book($eve, 'quota-3', '2030-06-01T10:00', '2030-06-01T11:00');
    is($list->($eve, 'policy=short'), 'short/ahead/-/bookings/3/2/1 short/day/-/bookings/9/0/9 short/day/-/minutes/600/0/600'
        . ' short/here/Q1/minutes/100/0/100 short/here/Q2/minutes/100/0/100', 'what is ahead counts; of several spaces each quota is there once, over buildings for each');
    is($list->($ann, 'policy=short') =~ m{^short/ahead/-/bookings/3/0/3 } ? 1 : 0, 1, 'somebody else has used nothing');
    is($list->($admin, 'policy=short'), '', 'for whom rules do not hold there are none');
    my ($day) = grep { $_->{per} eq 'day' } @{ body($client->get('/v1/quotas?user=me&space=quota-1', as => $eve))->{items} };
    like($day->{resetsAt}, qr/^\d{4}-\d\d-\d\dT00:00:00\+0[23]:00$/, 'a day ends at the midnight of the space');
    refuses($client->get('/v1/quotas?user=you', as => $eve), 400, 'bad-parameter', 'of others nothing is said', '/user');
    refuses($client->get('/v1/quotas?user=me'), 401, 'not-signed-in', 'who is not signed in has none');
};

# ---- the same answer again ------------------------------------------------------------------------

subtest 'entity tags' => sub {
    my $answer = ask($ann, "space=av-1&$DAY");
    like($answer->header('ETag'), qr{^W/"}, 'the answer has a weak tag');
    is($answer->header('Cache-Control'), 'private, max-age=0, must-revalidate', 'the answer is checked each time');
    my @known = (headers => [ 'If-None-Match' => $answer->header('ETag') ]);
    is(ask($ann, "space=av-1&$DAY", @known)->code, 304, 'the same answer is 304, though it was made later');
    is(ask($eve, "space=av-1&$DAY", @known)->code, 200, 'to somebody else it is another answer');
    made($client->post("/v1/bookings/$own/cancellation", {}, as => $ann), 200, 'the booking is cancelled');
    $answer = ask($ann, "space=av-1&$DAY", @known);
    is($answer->code, 200, 'what has changed is shown');
    is(spans(body($answer)->{items}[0]{free}), '08:00-18:00', 'what was cancelled is free again');
};

done_testing();

# Spaces in API v1: made, read, changed, archived, many at once; and what the base API sees of them.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use HTTP::Request ();
use JSON::PP ();
use POSIX ();

use Bookable::Client;
use Bookable::Said qw(body shows refuses);
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

# With a cache, so that what v1 changes is forgotten by the base API's answers.
my $server = Bookable::Server->new(api => '/v1', cache => $ENV{BOOKABLE_CACHE} // 'shmcb')->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $admin  = $client->admin;
my $ann    = $client->member;
my $json   = JSON::PP->new->utf8->canonical;

sub patch
{
    my ($path, $change, %more) = @_;
    my $match = delete $more{match};
    return $client->call(PATCH => $path, $change, as => $admin, %more,
        headers => defined $match ? [ 'If-Match' => $match ] : []);
}

my $hall = unique('Hall');
my $made = sub { my ($id, %more) = @_;
    return $client->post('/v1/spaces', { id => $id, name => "Room $id", %more }, as => $admin) };

# ---- making and reading ---------------------------------------------------------------------------

my %whole = (name => "Group r\x{f6}om 101", building => $hall, floor => '1', room => 'B 101-2',
    description => "Quiet.\nNo food.", capacity => 8, timeZone => 'Europe/Helsinki',
    features => [qw(whiteboard step-free)], attributes => { phone => '4711', "\x{e4}" => '' },
    managers => [ "user:$ann->{id}", 'group:library-desk' ], order => 10);
my $answer = $made->('lib-101', %whole);
shows($answer, 201, { id => 'lib-101', %whole, policy => undef, parts => [], state => 'active',
    reason => undef, photo => undef, version => 1 }, 'an administrator makes a space with all members');
like($answer->header('Location'), qr{/v1/spaces/lib-101$}, 'Location names the space that was made');
is($answer->header('ETag'), '"1"', 'the ETag of a new space is its version');
like(body($answer)->{createdAt}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[23]:00$/,
    'createdAt is an instant in the zone of the space');
$answer = $client->get('/v1/spaces/lib-101');
shows($answer, 200, { id => 'lib-101', %whole, version => 1 }, 'anybody reads a space without a policy');
is($answer->header('Cache-Control'), 'public, max-age=60', 'a space that everybody may see may be kept by caches');
like($answer->header('Vary'), qr/Authorization/, 'a space varies by who asks');
is($client->get('/v1/spaces/lib-101', headers => [ 'If-None-Match' => '"1"' ])->code, 304,
    'a space that has not changed is answered 304');
shows($client->get('/v1/spaces/lib-101', headers => [ 'If-None-Match' => '"7"' ]), 200, { version => 1 },
    'a space is answered 200 to a client that has another version');
is($client->call(HEAD => '/v1/spaces/lib-101')->code, 200, 'HEAD of a space is answered 200');
refuses($client->get('/v1/spaces/nothing'), 404, 'not-found', 'a space that is not there is answered 404');
refuses($client->get('/v1/spaces/lib-101?expnd=policy'), 400, 'bad-parameter',
    'an unknown parameter of a space is refused', '/expnd');
refuses($client->get('/v1/spaces/lib-101?expand=policy'), 401, 'not-signed-in',
    'policies are shown to who is signed in only');
shows($client->get('/v1/spaces/lib-101?expand=policy', as => $ann), 200, { policy => undef },
    'expand=policy of a space without a policy shows null');

shows($made->('bare'), 201, { name => 'Room bare', building => undef, floor => undef, room => undef,
    description => undef, capacity => undef, timeZone => 'UTC', features => [], attributes => {}, order => 0 },
    'a space needs a name only');
shows($client->post('/v1/spaces', { name => 'x', building => "$hall East", room => '7' }, as => $admin), 201,
    { id => "${hall}_East-7" }, 'a space without an id gets that of its building and room');
refuses($made->('lib-101', name => 'Other'), 409, 'space-exists', 'an id that is taken is answered 409');
shows($client->get('/v1/spaces/lib-101'), 200, { name => $whole{name}, version => 1 },
    'a refused space leaves the one that is there as it is');
refuses($client->post('/v1/spaces', { id => 'a', name => 'a' }), 401, 'not-signed-in',
    'nobody makes a space without signing in');
refuses($client->post('/v1/spaces', { id => 'a', name => 'a' }, as => $ann), 403, 'forbidden',
    'a member makes no space');
shows($made->("B\x{fc}ro"), 201, { id => "B\x{fc}ro" }, 'an id may have characters beyond ASCII');
shows($client->get('/v1/spaces/B%C3%BCro'), 200, { id => "B\x{fc}ro" }, 'such an id is found by its path');

# ---- what is refused ------------------------------------------------------------------------------

my %wrong = (
    'a name that is missing'        => [ 400, 'missing-member', { name => undef }, '/name' ],
    'a name that is a number'       => [ 400, 'bad-member', { name => 7 }, '/name' ],
    'an unknown member'             => [ 400, 'unknown-member', { titel => 'x' }, '/titel' ],
    'an empty name'                 => [ 422, 'bad-value', { name => '' }, '/name' ],
    'a name of 201 characters'      => [ 422, 'bad-value', { name => 'x' x 201 }, '/name' ],
    'a description of 4001'         => [ 422, 'bad-value', { description => 'x' x 4001 }, '/description' ],
    'a capacity below 0'            => [ 422, 'bad-value', { capacity => -1 }, '/capacity' ],
    'a capacity that is a text'     => [ 400, 'bad-member', { capacity => '8' }, '/capacity' ],
    'a zone that does not exist'    => [ 422, 'bad-value', { timeZone => 'Europe/Nowhere' }, '/timeZone' ],
    'a zone that is a rule'         => [ 422, 'bad-value', { timeZone => 'CET-1CEST' }, '/timeZone' ],
    '33 features'                   => [ 422, 'bad-value', { features => [ map { "f$_" } 1 .. 33 ] }, '/features' ],
    'a feature of 65 characters'    => [ 422, 'bad-value', { features => [ 'x' x 65 ] }, '/features/0' ],
    'a feature with a blank'        => [ 422, 'bad-value', { features => [ 'ok', 'a b' ] }, '/features/1' ],
    'a feature that is there twice' => [ 422, 'bad-value', { features => [qw(a b a)] }, '/features/2' ],
    '33 attributes'                 => [ 422, 'bad-value', { attributes => { map { $_ => 'x' } 1 .. 33 } }, '/attributes' ],
    'an attribute of 501'           => [ 422, 'bad-value', { attributes => { a => 'x' x 501 } }, '/attributes/a' ],
    'a name of an attribute of 65'  => [ 422, 'bad-value', { attributes => { 'a' x 65, 'x' } }, '/attributes/' . 'a' x 65 ],
    'an attribute that is a number' => [ 400, 'bad-member', { attributes => { a => 1 } }, '/attributes/a' ],
    'a policy that is not there'    => [ 422, 'bad-value', { policy => 'nothing' }, '/policy' ],
    'a manager who is everyone'     => [ 422, 'bad-value', { managers => ['everyone'] }, '/managers/0' ],
    '65 managers'                   => [ 422, 'bad-value', { managers => [ map { "user:$_" } 1 .. 65 ] }, '/managers' ],
    'a part that is no space'       => [ 422, 'bad-value', { parts => ['nothing'] }, '/parts' ],
    'a part that is itself'         => [ 422, 'bad-value', { parts => ['wrong'] }, '/parts' ],
    'an id with a slash'            => [ 422, 'bad-value', { id => 'a/b' }, '/id' ],
    'an id with a blank'            => [ 422, 'bad-value', { id => 'a b' }, '/id' ],
    'an id of 129 characters'       => [ 422, 'bad-value', { id => 'x' x 129 }, '/id' ],
    'the id of a route'             => [ 422, 'bad-value', { id => 'facets' }, '/id' ],
    'an id that is a path'          => [ 422, 'bad-value', { id => '..' }, '/id' ],
    'a state that is none'          => [ 422, 'bad-value', { state => 'gone' }, '/state' ],
);
for my $name (sort keys %wrong) {
    my ($status, $code, $members, $pointer) = @{ $wrong{$name} };
    my %sent = (id => 'wrong', name => 'Wrong', %$members);
    delete $sent{name} unless defined $sent{name};
    refuses($client->post('/v1/spaces', \%sent, as => $admin), $status, $code, "refused: $name", $pointer);
}
refuses($client->get('/v1/spaces/wrong'), 404, 'not-found', 'no space was made by a refused request');
refuses($client->post('/v1/spaces', { id => '..', name => '', capacity => -1 }, as => $admin), 422, 'bad-value',
    'all faults are told at once', '/capacity', '/name');
shows($made->('full', name => 'n' x 200, description => "\x{e4}" x 4000, features => [ map { "f$_" } 1 .. 32 ],
    attributes => { map { ('k' x 62) . ($_ + 10) => 'v' x 500 } 1 .. 32 }), 201, { id => 'full' },
    'a space may have as much of everything as the bounds say');

# ---- changing -------------------------------------------------------------------------------------

refuses(patch('/v1/spaces/lib-101', { name => 'x' }), 428, 'version-required', 'a change without If-Match is answered 428');
refuses(patch('/v1/spaces/lib-101', { name => 'x' }, match => '"2"'), 412, 'version-mismatch',
    'a change of another version is answered 412');
is(patch('/v1/spaces/lib-101', { name => 'x' }, match => '"2"')->header('ETag'), '"1"', 'the 412 shows the version that there is');
$answer = patch('/v1/spaces/lib-101', { name => 'Renamed', capacity => undef, attributes => { phone => undef, fax => '1' } },
    match => '"1"');
shows($answer, 200, { %whole, name => 'Renamed', capacity => undef, attributes => { "\x{e4}" => '', fax => '1' },
    version => 2 }, 'a patch changes what it names, and null removes');
is($answer->header('ETag'), '"2"', 'the answer to a change has the new version');
shows($client->get('/v1/spaces/lib-101'), 200, { name => 'Renamed', version => 2 }, 'the change is read back');
shows(patch('/v1/spaces/lib-101', { name => 'Renamed' }, match => '"2"'), 200, { version => 2 },
    'a change of nothing leaves the version');
shows(patch('/v1/spaces/lib-101', { features => ['screen'] }, match => '*'), 200, { features => ['screen'], version => 3 },
    'If-Match: * changes any version');
shows(patch('/v1/spaces/lib-101', { id => 'x', version => 9, createdAt => 'x', capacity => 4 }, match => '"3"'), 200,
    { id => 'lib-101', capacity => 4, version => 4 }, 'what the server sets is not looked at in a patch');
shows($client->call(PATCH => '/v1/spaces/lib-101', '{"order":11}', as => $admin, headers => [ 'If-Match' => '"4"' ],
    type => 'application/merge-patch+json'), 200, { order => 11, version => 5 }, 'a patch may be application/merge-patch+json');
refuses(patch('/v1/spaces/lib-101', { timeZone => 'Mars/Olympus' }, match => '*'), 422, 'bad-value',
    'a change to a zone that does not exist is refused', '/timeZone');
refuses(patch('/v1/spaces/lib-101', { name => undef }, match => '*'), 400, 'bad-member', 'a name cannot be removed', '/name');
refuses(patch('/v1/spaces/lib-101', { attributes => { map { $_ => 'x' } 1 .. 31 } }, match => '*'), 422, 'bad-value',
    'attributes may not become more than 32', '/attributes');
refuses(patch('/v1/spaces/nothing', { name => 'x' }, match => '*'), 404, 'not-found', 'a change of nothing that is there is answered 404');
refuses(patch('/v1/spaces/lib-101', { name => 'x' }, match => '*', as => undef), 401, 'not-signed-in',
    'nobody changes a space without signing in');
shows($client->get('/v1/spaces/lib-101'), 200, { version => 5, timeZone => 'Europe/Helsinki' }, 'refused changes change nothing');

# ---- managers -------------------------------------------------------------------------------------

my $bob = $client->member;
refuses(patch('/v1/spaces/lib-101', { name => 'x' }, match => '*', as => $bob), 403, 'forbidden',
    'who does not manage a space does not change it');
shows(patch('/v1/spaces/lib-101', { name => 'By Ann', description => undef, features => [] }, match => '*', as => $ann), 200,
    { name => 'By Ann' }, 'a manager changes a space');
for my $member (qw(policy managers parts state)) {
    my $value = $member eq 'policy' ? undef : $member eq 'state' ? 'archived' : [];
    refuses(patch('/v1/spaces/lib-101', { $member => $value }, match => '*', as => $ann), 403, 'forbidden',
        "a manager does not change $member");
}
shows($client->get('/v1/spaces?manages=me', as => $ann), 200, { next => undef }, 'manages=me is answered');
is_deeply([ map { $_->{id} } @{ body($client->get('/v1/spaces?manages=me', as => $ann))->{items} } ], ['lib-101'],
    'manages=me lists what the caller manages');
is_deeply(body($client->get('/v1/spaces?manages=me', as => $bob))->{items}, [], 'manages=me of who manages nothing is empty');
refuses($client->get('/v1/spaces?manages=me'), 401, 'not-signed-in', 'manages=me needs somebody who asks');

# ---- parts ----------------------------------------------------------------------------------------

$made->($_) for qw(left right seat);
shows($made->('hall', parts => [qw(left right)]), 201, { parts => [qw(left right)] }, 'a hall has parts');
shows(patch('/v1/spaces/left', { parts => ['seat'] }, match => '*'), 200, { parts => ['seat'] }, 'a part has parts');
refuses(patch('/v1/spaces/seat', { parts => ['hall'] }, match => '*'), 422, 'bad-value', 'parts in a circle are refused', '/parts');
refuses(patch('/v1/spaces/seat', { parts => ['seat'] }, match => '*'), 422, 'bad-value', 'a part of itself is refused', '/parts');

# ---- archiving ------------------------------------------------------------------------------------

my $archive = sub { my ($how, %more) = @_; return $client->call(@$how[0 .. 2], as => $admin, %more) };
refuses($archive->([ POST => '/v1/spaces/right/archive', {} ], as => $ann), 403, 'forbidden', 'a member archives nothing');
refuses($archive->([ POST => '/v1/spaces/nothing/archive' ]), 404, 'not-found', 'to archive nothing that is there is answered 404');
shows($archive->([ POST => '/v1/spaces/right/archive', { reason => 'Burst pipe', bookings => 'keep' } ]), 200,
    { state => 'archived', reason => 'Burst pipe', version => 2 }, 'an administrator archives a space');
shows($archive->([ POST => '/v1/spaces/right/archive' ]), 200, { state => 'archived', reason => 'Burst pipe', version => 2 },
    'to archive again changes nothing');
shows($client->get('/v1/spaces/right'), 200, { state => 'archived' }, 'an archived space is read');
is_error($client->get('/space/right'), 404, ['NOT_FOUND'], 'the base API does not find an archived space');
is_error($client->book($ann, spaceID => 'right'), 400, ['INVALID SPACE'], 'an archived space is not booked by the base API');
shows($archive->([ DELETE => '/v1/spaces/right/archive' ]), 200, { state => 'active', reason => undef, version => 3 },
    'an administrator restores a space');
is_answer($client->book($ann, spaceID => 'right'), 201, qr/\d/, 'a restored space is booked by the base API');
shows(patch('/v1/spaces/right', { state => 'archived' }, match => '*'), 200, { state => 'archived', version => 4 },
    'a patch archives a space');
is_error($client->get('/space/right'), 404, ['NOT_FOUND'], 'the base API does not find a space that a patch archived');

# ---- policies -------------------------------------------------------------------------------------

my %rules = (name => 'Ann and her desk', see => [ "user:$ann->{id}" ]);
is($client->put('/v1/policies/anns', \%rules, as => $admin, headers => [ 'If-None-Match' => '*' ])->code, 201,
    'a policy is made');
my $dated = $client->space(roomCode => 9, openTime => '2030-01-01T08:00:00Z');
shows(patch("/v1/spaces/$dated", { policy => 'anns' }, match => '*'), 200, { policy => 'anns' }, 'a space gets a policy');
refuses($client->get("/v1/spaces/$dated"), 404, 'not-found', 'a space that a policy hides is not there for anybody else');
refuses($client->get("/v1/spaces/$dated", as => $bob), 404, 'not-found', 'a space that a policy hides is not there for another member');
refuses(patch("/v1/spaces/$dated", { name => 'x' }, match => '*', as => $bob), 404, 'not-found',
    'a change of a space that a policy hides is answered 404');
$answer = $client->get("/v1/spaces/$dated", as => $ann);
shows($answer, 200, { policy => 'anns' }, 'who the policy names sees the space');
is($answer->header('Cache-Control'), 'private, max-age=0, must-revalidate', 'a space that not everybody sees is kept by no shared cache');
refuses(patch("/v1/spaces/$dated", { name => 'x' }, match => '*', as => $ann), 403, 'forbidden', 'who sees a space may not change it for that');
is_deeply([ map { $_->{id} } @{ body($client->get('/v1/spaces?policy=anns', as => $ann))->{items} } ], [$dated],
    'policy finds the spaces that name it');
is_deeply(body($client->get('/v1/spaces?policy=anns'))->{items}, [], 'a list has no space that a policy hides');
is_deeply(body($client->get('/v1/spaces/facets?policy=anns'))->{buildings}, [], 'facets count no space that a policy hides');
for my $path ("/v1/spaces/$dated?expand=policy", '/v1/spaces?policy=anns&expand=policy') {
    my $body = body($client->get($path, as => $ann));
    my $policy = ($body->{items} ? $body->{items}[0] : $body)->{policy};
    is_deeply($policy, body($client->get('/v1/policies/anns', as => $ann)), "expand=policy shows the policy as its own route does: $path")
        or diag(substr($json->encode($body), 0, 1000));
}
# ---- for services that judge bookings ---------------------------------------------------------------

sub ids { my ($answer) = @_; return [ map { $_->{id} } @{ body($answer)->{items} } ] }

is(join(' ', map { $made->(@$_)->code } [ 'asked-1' ], [ 'asked-2', capacity => 5 ]), '201 201', 'two spaces to ask for are made');
is_deeply(ids($client->get("/v1/spaces?id=asked-2&id=asked-1&id=none&sort=name")), [qw(asked-1 asked-2)],
    'id finds spaces by their ids');
is_deeply(ids($client->get("/v1/spaces?id=asked-1&id=$dated")), ['asked-1'], 'id finds no space that a policy hides');
is_deeply(ids($client->get('/v1/spaces?id=asked-1&id=asked-2&capacityMin=5')), ['asked-2'],
    'id finds among the spaces that the other parameters find');
refuses($client->get('/v1/spaces?' . join('&', map { "id=r$_" } 1 .. 201)), 400, 'bad-parameter', 'more than 200 ids are refused', '/id');
refuses($client->get('/v1/spaces?expand=policies'), 401, 'not-signed-in', 'policies are shown to nobody who is not signed in');
{
    my $other = $client->space(roomCode => 10, openTime => '2030-01-01T08:00:00Z');
    shows(patch('/v1/spaces/asked-2', { policy => 'anns' }, match => '*'), 200, { policy => 'anns' }, 'another space gets the policy');
    my $body = body($client->get("/v1/spaces?id=$dated&id=asked-2&id=$other&expand=policies", as => $ann));
    is_deeply($body->{policies}, [ body($client->get('/v1/policies/anns', as => $ann)) ], 'expand=policies shows a policy of two spaces once');
    my %space = map { $_->{id} => $_ } @{ $body->{items} };
    is_deeply([ map { $space{$_}{policy} } $dated, 'asked-2', $other ], [ 'anns', 'anns', undef ],
        'expand=policies leaves the ids of policies where they are');
    is_deeply([ map { [ @{ $space{$_} }{qw(openTime closeTime)} ] } $dated, $other ],
        [ [ undef, undef ], [ '2030-01-01T08:00:00Z', undef ] ],
        'expand=policies shows the hours of the base API where there is no policy');
    shows(patch('/v1/spaces/asked-2', { policy => undef }, match => '*'), 200, { policy => undef }, 'the other space loses the policy');

    my @wide = map { $made->("wide-$_", description => "\x{20ac}" x 4000)->code } 1 .. 30;
    is("@wide", join(' ', (201) x 30), 'spaces with long descriptions are made');
    my (@found, @lengths);
    my $path = '/v1/spaces?limit=200&sort=name&expand=policies&' . join '&', map { "id=wide-$_" } 1 .. 30;
    for (my $next = ''; defined $next; ) {
        my $answer = $client->get($path . ($next && "&cursor=$next"), as => $ann);
        push @found, @{ ids($answer) };
        push @lengths, length $answer->content;
        $next = body($answer)->{next};
    }
    is("@found", join(' ', map { "wide-$_" } 1 .. 30), 'with policies, pages of long spaces follow each other without a gap');
    is(scalar(@lengths), 2, 'with policies, a page of long spaces ends early');
    is(scalar(grep { $_ > 512 * 1024 } @lengths), 0, 'with policies, no page is longer than a service takes') or diag("@lengths");
}

is_answer($client->get("/space/$dated"), 200, qr/"openTime": ?null/, 'the base API shows no hours where a policy has them');
shows(patch("/v1/spaces/$dated", { policy => undef }, match => '*'), 200, { policy => undef }, 'a space loses its policy');
is_answer($client->get("/space/$dated"), 200, qr/"openTime": ?"2030-01-01T08:00:00Z"/, 'the hours are shown again without it');

# ---- the base API and v1 --------------------------------------------------------------------------

is_answer($client->get('/space/lib-101'), 200, { spaceID => 'lib-101', roomCode => 101, buildingCode => $hall, capacity => 4,
    openTime => undef, closeTime => undef }, 'the base API shows a space of v1');
is_answer($client->get('/space/bare'), 200, { spaceID => 'bare', roomCode => 0, buildingCode => '', capacity => undef,
    openTime => undef, closeTime => undef }, 'the base API shows a space of v1 that has a name only');
is_answer($client->book($ann, spaceID => 'lib-101'), 201, qr/\d/, 'a freely named space is booked by the base API');
my $old = $client->space(roomCode => 7, capacity => 3, openTime => '2030-01-01T08:00:00Z');
my ($building) = $old =~ /^(.*)-7$/;
shows($client->get("/v1/spaces/$old"), 200, { id => $old, name => "$building 7", building => $building, room => '7', capacity => 3,
    timeZone => 'UTC', state => 'active', features => [], version => 1 }, 'v1 shows a space that the base API made');
my %before = (spaceID => $old, roomCode => 7, buildingCode => $building, capacity => 3, openTime => '2030-01-01T08:00:00Z',
    closeTime => undef);
is_answer($client->get("/space/$old"), 200, \%before, 'the base API shows it as ever');
shows(patch("/v1/spaces/$old", { capacity => 9 }, match => '"1"'), 200, { capacity => 9 }, 'v1 changes a space that the base API made');
is_answer($client->get("/space/$old"), 200, { %before, capacity => 9 }, 'the base API shows the change at once');
is_error($client->post('/space', { buildingCode => $hall, roomCode => 1 }, as => $ann), 400, ['UNAUTHORIZED'],
    'the base API refuses as ever');
is_error($client->post('/space', { buildingCode => $building, roomCode => 7 }, as => $admin), 400, ['DUPLICATE'],
    'a space that v1 changed is still a duplicate for the base API');

# ---- many at once ---------------------------------------------------------------------------------

sub results { my ($answer) = @_; return join ' ', map { $_->{status} } @{ body($answer)->{items} || [] } }

$answer = $client->post('/v1/spaces/batch', { items => [ { id => 'b1', name => 'B1' }, { id => 'b1', name => 'again' },
    { id => 'b2' }, 7, { id => 'b3', name => 'B3', parts => ['b1'] } ] }, as => $admin);
is(results($answer), '201 409 400 400 201', 'each item of a batch has its own result');
is_deeply([ map { $_->{problem}{code} // '-' } @{ body($answer)->{items} } ], [qw(- space-exists missing-member bad-member -)],
    'refused items of a batch have their problems');
is(body($answer)->{created}, 2, 'a batch says how many were made');
shows($client->get('/v1/spaces/b3'), 200, { parts => ['b1'] }, 'an item of a batch may name one before it');
my $csv = "\x{ef}\x{bb}\x{bf}" . join "\r\n", 'id,name,building,capacity,features,attributes.phone,description',
    'c1,"Room ""1"", left",Main,12,screen; step-free,4711,"two', 'lines"', 'c2,Plain,,,,,', 'c3,Wrong,,many,,,', 'c4,Long,,,,,,x', '';
$answer = $client->post('/v1/spaces/batch', $csv, as => $admin, type => 'text/csv; charset=utf-8');
is(results($answer), '201 201 400 400', 'each row of CSV has its own result') or diag($answer->as_string);
shows($client->get('/v1/spaces/c1'), 200, { name => 'Room "1", left', building => 'Main', capacity => 12,
    features => [qw(screen step-free)], attributes => { phone => '4711' }, description => "two\r\nlines" }, 'a row of CSV is read');
shows($client->get('/v1/spaces/c2'), 200, { building => undef, capacity => undef, features => [] }, 'empty cells are absent members');
refuses($client->post('/v1/spaces/batch', "id,nmae\nd1,x\n", as => $admin, type => 'text/csv'), 400, 'unknown-member',
    'a column that no space has is refused', '/nmae');
refuses($client->post('/v1/spaces/batch', "id,name\nd1,\"x\n", as => $admin, type => 'text/csv'), 400, 'bad-body',
    'quotes without an end are refused', '');
refuses($client->post('/v1/spaces/batch', "<x/>", as => $admin, type => 'text/xml'), 415, 'unsupported-media-type',
    'a batch of another type is refused');
refuses($client->post('/v1/spaces/batch', { items => [ map { { id => "e$_", name => 'x' } } 1 .. 201 ] }, as => $admin), 422,
    'bad-value', 'a batch of 201 is refused', '/items');
refuses($client->post('/v1/spaces/batch', { items => [] , more => 1 }, as => $admin), 400, 'unknown-member',
    'a batch with an unknown member is refused', '/more', '/items');
refuses($client->post('/v1/spaces/batch', { items => [ {} ] }, as => $ann), 403, 'forbidden', 'a member makes no batch');
is(results($client->post('/v1/spaces/batch', { items => [ map { { id => "e$_", name => "E$_", description => 'x' x 1000 } }
    1 .. 200 ] }, as => $admin)), join(' ', (201) x 200), 'a batch of 200 is made');
refuses($client->get('/v1/spaces/e201'), 404, 'not-found', 'no space of a refused batch was made');

# ---- at the same time -----------------------------------------------------------------------------

# A process that calls a function and ends with what it returns.
sub in_child
{
    my ($work) = @_;
    my $pid = fork // die "fork: $!\n";
    POSIX::_exit(eval { $work->() } // 2) unless $pid;
    return $pid;
}

# 100 who each add one attribute and count the capacity up, in 4 processes: each reads the version, and tries again if
# it was not the last. An attribute is added to those that are there, whatever was read; the count is not.
$made->("counter$_") for 1 .. 4;
my @pids = map {
    my $number = $_;
    in_child(sub {
        my $own = Bookable::Client->new(base => $server->base_url);
        for my $turn (1 .. 25) {
            my $space = 'counter' . ($turn % 4 + 1);
            for (;;) {
                my $read = $own->get("/v1/spaces/$space");
                my $done = $own->call(PATCH => "/v1/spaces/$space", { attributes => { "a$number.$turn" => 'x' },
                    capacity => 1 + (body($read)->{capacity} // 0) }, as => $admin, headers => [ 'If-Match' => $read->header('ETag') ]);
                last if $done->code == 200;
                return 1 unless $done->code == 412;
            }
        }
        return 0;
    })
} 1 .. 4;
my @failed = grep { waitpid($_, 0); $? } @pids;
is(scalar @failed, 0, 'a change at the same time as others is answered 200 or 412');
my @counters = map { body($client->get("/v1/spaces/counter$_")) } 1 .. 4;
is(eval { my $sum = 0; $sum += keys %{ $_->{attributes} } for @counters; $sum }, 100,
    'of 100 attributes that are added at the same time none is lost');
is(eval { my $sum = 0; $sum += $_->{capacity} for @counters; $sum }, 100,
    'of 100 changes with If-Match none is done on a version that its client has not seen');
is(eval { my $sum = 0; $sum += $_->{version} - 1 for @counters; $sum }, 100, 'each of 100 changes has a version of its own');

done_testing();

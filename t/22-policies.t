# Policies in API v1: made, read, changed, listed and deleted; who may; what is refused; and that a
# policy which a space has is never gone, whoever is faster.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use IO::Select ();
use JSON::PP qw(decode_json);

use Bookable::Client;
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

use constant ROUNDS => 20;

my $server = Bookable::Server->new(api => '/v1', stock => ['socache_shmcb'],
    config => "BookableCache shmcb\nSpaceCacheTTL 60s\n")->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $admin  = $client->admin;
my $ann    = $client->member;
my @NONE   = (headers => [ 'If-None-Match' => '*' ]);

sub tag { my ($version) = @_; return (headers => [ 'If-Match' => $version eq '*' ? '*' : qq("$version") ]) }

sub put_policy
{
    my ($id, $policy, @more) = @_;
    return $client->put("/v1/policies/$id", { name => 'Rooms', %$policy }, as => $admin, @more);
}

sub content { my ($response) = @_; return decode_json($response->content) }

# A problem of this code, whose body says that.
sub is_refused
{
    my ($response, $status, $code, $pattern, $name) = @_;
    is_problem($response, $status, $code, $name);
    return like($response->content, $pattern, "$name: it says so");
}

sub is_policy
{
    my ($response, $status, $version, $body, $name) = @_;
    is($response->code, $status, "$name: the status") or diag($response->as_string);
    is($response->header('ETag'), qq("$version"), "$name: the version is the entity tag");
    is_deeply(content($response), { %$body, version => $version }, "$name: the whole of it");
    return;
}

# ---- one policy -----------------------------------------------------------------------------------

my %whole = (
    name => "Group rooms \x{e9}", timeZone => 'Europe/Helsinki',
    hours => [ { days => [qw(mon tue wed thu fri)], from => '08:00', to => '22:00' },
        { days => ['sat'], from => '10:00', to => '18:00' } ],
    exceptions => [ { from => '2030-12-24', to => '2030-12-26', hours => [] },
        { from => '2030-05-20', to => '2030-06-10', hours => [ { from => '06:00', to => '24:00' } ] } ],
    length => { min => 30, max => 240, step => 30 }, start => { step => 30, anchor => '00:00' },
    setup => 0, teardown => 10, lead => 0, horizon => { days => 14, opensAt => '07:00' },
    cancelUntil => 0, changeUntil => 0, past => JSON::PP::false,
    people => { min => 1, enforceCapacity => JSON::PP::true },
    see => ['everyone'], book => [qw(group:students group:staff)], request => ['group:guests'],
    override => ['group:facilities'], approvers => ['group:library-desk'],
    onBehalf => ['group:library-desk'], pendingExpires => 48,
    managersObey => JSON::PP::false,
    series => { by => ['group:staff'], max => 60, weeks => 52 },
    quota => [ { id => 'week', per => 'week', minutes => 600 }, { id => 'open', per => 'future', count => 3 } ],
    checkIn => undef, waiting => JSON::PP::false, holdMinutes => 5,
    privacy => { others => 'busy', 'group:staff' => 'title' },
    fields => [ { key => 'purpose', label => 'Purpose', type => 'choice',
        choices => [qw(lecture exam meeting)], required => JSON::PP::true } ],
    terms => { url => 'https://example.org/terms', version => '2030-01' },
);

subtest 'made, read and changed' => sub {
    is_refused($client->put('/v1/policies/rooms', \%whole, as => $admin), 428, 'version-required', qr/If-Match/,
        'a policy is not written without a condition');
    my $made = put_policy('rooms', \%whole, @NONE);
    is_policy($made, 201, 1, { id => 'rooms', %whole }, 'a policy is made');
    like($made->header('Location'), qr{/v1/policies/rooms$}, 'a policy that is made has a place');
    is_policy($client->get('/v1/policies/rooms', as => $ann), 200, 1, { id => 'rooms', %whole },
        'any user reads a policy');
    is($client->get('/v1/policies/rooms', as => $ann, headers => [ 'If-None-Match' => '"1"' ])->code, 304,
        'a policy that has not changed is not sent again');

    my $again = put_policy('rooms', {}, @NONE);
    is_refused($again, 412, 'version-mismatch', qr/./, 'a policy that is there is not made again');
    is($again->header('ETag'), '"1"', 'who wanted to make a policy that is there learns its version');

    my $sent_back = $client->put('/v1/policies/rooms', content($made), as => $admin, tag(1));
    is_policy($sent_back, 200, 2, { id => 'rooms', %whole }, 'a policy is written back as it was read');
    my $late = put_policy('rooms', {}, tag(1));
    is_refused($late, 412, 'version-mismatch', qr/./, 'a change of an old version is refused');
    is($late->header('ETag'), '"2"', 'who knew an old version learns the present one');
    is_policy(put_policy('rooms', {}, tag('*')), 200, 3, { id => 'rooms', name => 'Rooms' },
        'a change that means whatever version replaces the whole policy');
    is_refused(put_policy('nothing', {}, tag(1)), 412, 'version-mismatch', qr/./,
        'a policy that is not there has no version to be changed');
    is_refused($client->get('/v1/policies/nothing', as => $ann), 404, 'not-found', qr/./,
        'a policy that is not there is not found');
};

subtest 'who may' => sub {
    is_refused($client->get('/v1/policies'), 401, 'not-signed-in', qr/./, 'nobody lists policies unknown');
    is_refused($client->get('/v1/policies/rooms'), 401, 'not-signed-in', qr/./, 'nobody reads one unknown');
    is_refused($client->put('/v1/policies/rooms', { name => 'a' }, as => $ann, tag(3)), 403, 'forbidden', qr/./,
        'a member changes no policy');
    is_refused($client->put('/v1/policies/more', { name => 'a' }, as => $ann, @NONE), 403, 'forbidden', qr/./,
        'a member makes no policy');
    is_refused($client->delete('/v1/policies/rooms', as => $ann), 403, 'forbidden', qr/./,
        'a member deletes no policy');
    is_refused($client->post('/v1/policies', { name => 'a' }, as => $admin), 405, 'method-not-allowed', qr/./,
        'policies have names of their own: there is no POST');
};

subtest 'what is refused' => sub {
    is_refused(put_policy('wrong', { titel => 1 }, @NONE), 400, 'unknown-member', qr{"/titel"},
        'a misspelt member is refused');
    is_refused($client->put('/v1/policies/wrong', {}, as => $admin, @NONE), 400, 'missing-member', qr{"/name"},
        'a policy without a name is refused');
    my %faults = (
        timeZone   => 'Europe/Atlantis',
        exceptions => [ { from => '2030-05-20', to => '2030-05-19', hours => [] } ],
        length     => { min => 60, max => 30 },
        book       => ['students'],
        checkIn    => {},
    );
    my $all = put_policy('wrong', { %faults, timeZone => undef }, @NONE);
    is_refused($all, 422, 'bad-value', qr{(?=.*"/exceptions/0/to")(?=.*"/length/max")(?=.*"/book/0")(?=.*"/checkIn")},
        'all faults of a policy are named at once');
    for my $zone ('Europe/Atlantis', '../../etc/passwd', 'EST5EDT4,M3.2.0,M11.1.0', 'posix/Europe/Helsinki', 'europe/helsinki') {
        is_refused(put_policy('wrong', { timeZone => $zone }, @NONE), 422, 'bad-value', qr{"/timeZone"},
            "a zone that is none is refused: $zone");
    }
    for my $id ('a%23b', 'a%3Fb', 'a%25b', 'a%5Cb', 'a%0Ab', 'x' x 129, '%FF') {
        my $answer = put_policy($id, {}, @NONE);
        ok($answer->code == 422 || $answer->code == 404 || $answer->code == 400, "an id that is none is refused: $id")
            or diag($answer->as_string);
    }
    is_refused($client->get('/v1/policies/wrong', as => $ann), 404, 'not-found', qr/./,
        'of what was refused nothing is there');
};

subtest 'listed' => sub {
    my @ids = map { "list-$_" } qw(a B c d);
    put_policy($_, {}, @NONE) for reverse @ids;
    my $path = '/v1/policies?limit=1';
    my @walked;
    while ($path) {
        my $page = $client->get($path, as => $ann);
        is($page->code, 200, "a page of policies: $path") or last;
        my $body = content($page);
        push @walked, map { $_->{id} } @{ $body->{items} };
        $path = $body->{next} && "/v1/policies?limit=1&cursor=$body->{next}";
        is(!!$page->header('Link'), !!$path, 'a page has a link to the next one, but the last');
    }
    is_deeply([ grep { /^list-/ } @walked ], [ sort @ids ], 'a walk meets every policy once, by its id');
    my $list = $client->get('/v1/policies', as => $ann);
    is_deeply([ map { $_->{id} } @{ content($list)->{items} } ], \@walked, 'a page of all has the same');
    is_deeply((grep { $_->{id} eq 'list-c' } @{ content($list)->{items} })[0],
        { id => 'list-c', name => 'Rooms', version => 1 }, 'a list has the whole of each policy');
    is($client->get('/v1/policies', as => $ann, headers => [ 'If-None-Match' => $list->header('ETag') ])->code, 304,
        'a list that has not changed is not sent again');
    is_refused($client->get('/v1/policies?colour=red', as => $ann), 400, 'bad-parameter', qr/colour/,
        'an unknown parameter is refused');
};

subtest 'what a policy opens' => sub {
    put_policy('opens', { timeZone => 'Europe/Helsinki', hours => [ { days => ['sun'], from => '01:00', to => '05:00' } ] }, @NONE);
    my $effect = sub { return $client->get("/v1/policies/opens/effect?$_[0]", as => $ann) };
    my ($from, $to) = ('2030-03-30T00:00:00%2B02:00', '2030-04-06T00:00:00%2B03:00');
    my $answer = $effect->("from=$from&to=$to");
    is_deeply(content($answer), { policy => 'opens', version => 1, space => undef, timeZone => 'Europe/Helsinki',
        from => '2030-03-30T00:00:00+02:00', to => '2030-04-06T00:00:00+03:00',
        open => [ { start => '2030-03-31T01:00:00+02:00', end => '2030-03-31T05:00:00+03:00' } ] },
        'the hours of a day on which clocks are put forward are three instead of four');
    is($client->get("/v1/policies/opens/effect?from=$from&to=$to", as => $ann,
        headers => [ 'If-None-Match' => $answer->header('ETag') ])->code, 304, 'the same hours are not sent again');
    is_refused($effect->("from=$to&to=$from"), 400, 'bad-parameter', qr/"to"|"\/to"/, 'a window that ends before it begins is refused');
    is_refused($effect->("from=$from"), 400, 'bad-parameter', qr/to/, 'a window without an end is refused');
    is_refused($effect->("from=$from&to=2030-06-01T00:00:00Z"), 422, 'window-too-large', qr/42 days/,
        'a window of more than 42 days is refused');
    is(content($effect->('from=2030-09-30T00:00:00%2B03:00&to=2030-11-11T00:00:00%2B02:00'))->{to}, '2030-11-11T00:00:00+02:00',
        '42 days may have one that is longer, because clocks are put back');
    is_refused($effect->("from=$from&to=$to&space=nothing-1"), 404, 'not-found', qr/./, 'a space that is not there is not found');
    is_refused($client->get("/v1/policies/nothing/effect?from=$from&to=$to", as => $ann), 404, 'not-found', qr/./,
        'a policy that is not there opens nothing');
    is_refused($client->get("/v1/policies/opens/effect?from=$from&to=$to"), 401, 'not-signed-in', qr/./,
        'nobody unknown asks what is open');
    put_policy('opens', {}, tag(1));
    is_refused($effect->("from=$from&to=$to"), 400, 'bad-parameter', qr/time zone/,
        'without any zone it cannot be said what is open');
    my $space = $client->space;
    is(content($effect->("from=$from&to=$to&space=$space"))->{timeZone}, 'UTC', "then it is the space's zone that counts");
};

# ---- spaces that have one -------------------------------------------------------------------------

my $count = 0;

sub new_space
{
    my (%more) = @_;
    my $id   = 'room-' . ++$count;
    my $made = $client->post('/v1/spaces', { id => $id, name => "Room $count", %more }, as => $admin);
    $made->code == 201 or die $made->as_string;
    return $id;
}

sub set_policy
{
    my ($space, $policy) = @_;
    return $client->call(PATCH => "/v1/spaces/$space", { policy => $policy }, as => $admin, tag('*'));
}

subtest 'a policy that a space has' => sub {
    put_policy('used', \%whole, @NONE);
    my $space = new_space(policy => 'used', timeZone => 'Europe/Helsinki', managers => ['group:library-desk']);
    is_refused($client->delete('/v1/policies/used', as => $admin), 409, 'in-use', qr/1 space has.*\Q$space\E/,
        'a policy that a space has is not deleted, and the space is named');
    is_refused($client->delete('/v1/policies/used', as => $admin, tag(7)), 412, 'version-mismatch', qr/./,
        'an old version of a policy is not deleted');
    my $base = content($client->get("/space/$space"));
    is_deeply([ @$base{qw(timeZone managers)} ], [ 'Europe/Helsinki', ['group:library-desk'] ],
        'the base API says where the space is and who manages it');
    is_deeply($base->{policy}, { id => 'used', %whole, version => 1 }, 'the base API shows the whole policy');

    put_policy('used', { lead => 5 }, tag(1));
    is_deeply(content($client->get("/space/$space"))->{policy}, { id => 'used', name => 'Rooms', lead => 5, version => 2 },
        'a change of the policy is seen in the space at once, whatever the cache holds');
    is(set_policy($space, undef)->code, 200, 'the space is given up');
    is_deeply([ grep { exists $base->{$_} && exists content($client->get("/space/$space"))->{$_} } qw(timeZone managers policy) ],
        [], 'without a policy the base API shows what it always did');
    my $gone = $client->delete('/v1/policies/used', as => $admin, tag(2));
    is($gone->code, 204, 'a policy that no space has is deleted');
    is_refused($client->delete('/v1/policies/used', as => $admin), 404, 'not-found', qr/./,
        'a policy is deleted once');
    is(set_policy($space, 'used')->code, 422, 'a space is not given a policy that is not there');
};

subtest 'what is logged' => sub {
    open my $in, '<', $server->error_log or die $server->error_log . ": $!\n";
    my $log = do { local $/; <$in> };
    like($log, qr/BK0422: event=put-policy user=- by=$admin->{id} .*policy=used version=2/, 'who changed a policy is logged');
    like($log, qr/BK0423: event=delete-policy user=- by=$admin->{id} .*policy=used/, 'who deleted a policy is logged');
};

# ---- at the same time -----------------------------------------------------------------------------

sub codes_of { my (@requests) = @_; return map { $_->code } $client->at_once(@requests) }

subtest 'whoever is faster' => sub {
    my $space = new_space();
    my (%seen, @dangling);
    for my $round (1 .. ROUNDS) {
        my $id = "race-$round";
        put_policy($id, {}, @NONE);
        my @both = ([ DELETE => "/v1/policies/$id", undef, as => $admin ],
            [ PATCH => "/v1/spaces/$space", { policy => $id }, as => $admin, headers => [ 'If-Match' => '*' ] ]);
        my %status;
        @status{ map { $_->[0] } @both } = codes_of(@both);
        my $has = content($client->get("/v1/spaces/$space", as => $admin))->{policy} // '';
        my $is_there = $client->get("/v1/policies/$id", as => $admin)->code == 200;
        $seen{"$status{DELETE} $status{PATCH}"}++;
        push @dangling, "round $round: $status{DELETE} $status{PATCH}" if ($has eq $id) != $is_there;
        set_policy($space, undef);
        @both = reverse @both;
    }
    is_deeply(\@dangling, [], 'no space names a policy that is gone');
    is_deeply([ grep { !/^(?:204 422|409 200)$/ } sort keys %seen ], [],
        'of a policy that is deleted and given to a space at once, one is done and one refused');

    put_policy('crowd', {}, @NONE);
    my @put = (PUT => '/v1/policies/crowd');
    my @as = (as => $admin);
    my @statuses = codes_of(map { [ @put, { name => "crowd $_" }, @as, headers => [ 'If-Match' => '"1"' ] ] } 1 .. 8);
    is(join(' ', sort @statuses), '200' . ' 412' x 7, 'of eight who change the same version one does');
    @statuses = codes_of(map { [ @put, { name => "crowd $_" }, @as, headers => [ 'If-Match' => '*' ] ] } 1 .. 8);
    is(join(' ', @statuses), join(' ', (200) x 8), 'eight who mean whatever version are all heard');
    is(content($client->get('/v1/policies/crowd', as => $admin))->{version}, 10, 'and each of them counts');
    @statuses = codes_of(map { [ PUT => '/v1/policies/new', { name => "new $_" }, @as, headers => [ 'If-None-Match' => '*' ] ] } 1 .. 8);
    is(join(' ', sort @statuses), '201' . ' 412' x 7, 'of eight who make the same policy one does');
};

done_testing();

# Series in API v1: bookings that recur, made all at once or as many as fit, and cancelled in part.

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
my ($ann, $bob) = map { $client->member } 1 .. 2;
my $json = JSON::PP->new->utf8->canonical;

my $spaces = 0;
sub space
{
    my (%more) = @_;
    my $id = 'room-' . ++$spaces;
    must(201, $client->post('/v1/spaces', { id => $id, name => "Room $spaces", building => 'Hall', capacity => 4,
        timeZone => 'Europe/Helsinki', %more }, as => $admin));
    return $id;
}

my %rules_of;
sub rules
{
    my ($policy, %rules) = @_;
    my $is_there = $rules_of{$policy}++;
    must($is_there ? 200 : 201, $client->put("/v1/policies/$policy", { name => 'Rules', %rules }, as => $admin,
        headers => $is_there ? [ 'If-Match' => '*' ] : [ 'If-None-Match' => '*' ]));
    return $policy;
}

# Mondays and Wednesdays at 9, five of them: 2, 4, 9, 11 and 16 September.
sub wish
{
    my ($space, %more) = @_;
    return { space => $space, start => '2030-09-02T09:00', minutes => 90,
        rule => { freq => 'weekly', days => [qw(mon wed)], count => 5 }, %more };
}

sub series
{
    my ($space, %more) = @_;
    my $as = delete $more{as} // $ann;
    my $query = delete $more{query} // '';
    my $headers = delete $more{headers} // [];
    return $client->post("/v1/series$query", wish($space, %more), as => $as, headers => $headers);
}

sub book
{
    my ($space, $start, $minutes, %more) = @_;
    return must(201, $client->post('/v1/bookings', { space => $space, start => $start, minutes => $minutes, %more },
        as => $bob));
}

sub starts { my ($list) = @_; return map { substr $_->{start}, 5, 11 } @$list }
sub created { my ($body) = @_; return starts($body->{created}) }
sub bookings_of
{
    my ($id, $query) = @_;
    return must(200, $client->get("/v1/bookings?series=$id&from=2030-01-01T00:00:00Z" . ($query // ''), as => $ann))->{items};
}

# ---- made --------------------------------------------------------------------------------------------

my $room   = space();
my $answer = series($room, title => 'Seminar', except => ['2030-09-11']);
my $made   = says($answer, 201, \&created, '09-02T09:00 09-04T09:00 09-09T09:00 09-16T09:00',
    'a series is booked on the dates of its rule, without those that are left out');
like($answer->header('Location'), qr{/v1/series/$made->{id}\z}, 'a new series says where it is');
is($answer->header('ETag'), '"1"', 'a new series has a version');
is(scalar(grep { $_->{title} eq 'Seminar' && $_->{series} eq $made->{id} } @{ bookings_of($made->{id}) }), 4,
    'the bookings of a series are found by it, and have its title');
is(bookings_of($made->{id})->[1]{occurrence}, '2030-09-04T09:00', 'a booking says for which date of its series it stands');
says($client->get("/v1/series/$made->{id}", as => $ann), 200,
    sub { $_[0]{counts}{confirmed}, substr($_[0]{next}{start}, 0, 16), $json->encode($_[0]{rule}), "@{ $_[0]{except} }" },
    '4 2030-09-02T09:00 {"count":5,"days":["mon","wed"],"freq":"weekly","interval":1} 2030-09-11',
    'a series shows its rule, how many there are of it, and the next');
refuses($client->get("/v1/series/$made->{id}", as => $bob), 404, 'not-found', "somebody else's series is not shown");
refuses($client->get('/v1/series/x', as => $ann), 404, 'not-found', 'what is no id is the id of no series');

my $text = says(series(space(), start => '2030-10-21T09:00', rule => 'RRULE:FREQ=WEEKLY;COUNT=2'), 201,
    sub { map { $_->{start} } @{ $_[0]{created} } }, '2030-10-21T09:00:00+03:00 2030-10-28T09:00:00+02:00',
    'nine stays nine when clocks are put back, and a rule may be a text of RFC 5545');
says(series(space(), start => '2030-09-02T06:00:00Z', rule => { freq => 'daily', count => 1 }), 201, \&created,
    '09-02T09:00', "an instant is read as the time on the space's clock");

# ---- refused -----------------------------------------------------------------------------------------

refuses(series($room, rule => { freq => 'weekly', days => ['tue'], count => 2 }), 422, 'bad-rule',
    'a start that is no date of the rule is refused', '/rule');
refuses(series($room, rule => { freq => 'daily' }), 422, 'bad-rule', 'a rule without an end is refused', '/rule');
refuses(series($room, rule => 'FREQ=YEARLY;COUNT=2'), 422, 'bad-rule', 'a rule that is not offered is refused', '/rule');
refuses(series($room, rule => { freq => 'daily', count => 2 }, minutes => 1500), 422, 'bad-rule',
    'a series whose bookings overlap each other is refused', '/minutes');
refuses(series($room, start => '2030-03-30T03:30', rule => { freq => 'daily', count => 2 }), 422, 'time-does-not-exist',
    'a date without that time is refused', '/rule');
like(body(series($room, start => '2030-03-30T03:30', rule => { freq => 'daily', count => 2 }))->{errors}[0]{detail},
    qr/2030-03-31T03:30/, 'a date without that time is named');
refuses($client->post('/v1/series', {}, as => $ann), 400, 'missing-member', 'what is missing is all named',
    qw(/space /start /minutes /rule));
refuses(series($room, titel => 'x'), 400, 'unknown-member', 'an unknown member is refused', '/titel');
refuses(series('nowhere'), 404, 'not-found', 'a series in no space is refused');
refuses(series($room, for => "$bob->{id}"), 403, 'forbidden', 'a member makes no series for somebody else');

# ---- clashes -----------------------------------------------------------------------------------------

my $busy = space();
book($busy, '2030-09-04T10:00', 60, title => 'Secret');
book($busy, '2030-09-16T09:30', 30);
my $clash = says(series($busy), 409,
    sub { $_[0]{code}, $_[0]{fit}, $_[0]{of}, map { substr($_->{start}, 5, 5), $_->{code}, starts($_->{conflicts}) } @{ $_[0]{clashes} } },
    'series-clash 3 5 09-04 slot-taken 09-04T10:00 09-16 slot-taken 09-16T09:30',
    'with mode "all" each date that is taken is named, with what takes it');
is($clash->{clashes}[0]{conflicts}[0]{title}, undef, 'what others call their bookings is not told');
is(scalar @{ must(200, $client->get("/v1/bookings?space=$busy&from=2030-01-01T00:00:00Z", as => $ann))->{items} }, 2,
    'with mode "all" nothing is booked if a date is taken');
says(series($busy, mode => 'free', minShare => 80), 409, sub { $_[0]{code} }, 'series-clash',
    'fewer dates than minShare are refused');
says(series($busy, mode => 'free', minShare => 60, query => '?dryRun=true'), 200,
    sub { $_[0]{dryRun}, $_[0]{id}, created($_[0]), map { $_->{code} } @{ $_[0]{skipped} } },
    '1 null 09-02T09:00 09-09T09:00 09-11T09:00 slot-taken slot-taken', 'a dry run says what would be booked');
says(series($busy, mode => 'free', minShare => 60), 201,
    sub { created($_[0]), 'without', starts($_[0]{skipped}) },
    '09-02T09:00 09-09T09:00 09-11T09:00 without 09-04T09:00 09-16T09:00',
    'with mode "free" the dates that are free are booked, and the others named: the dry run had booked nothing');
says(series($busy, mode => 'free'), 409, sub { $_[0]{code}, $_[0]{fit} }, 'series-clash 0',
    'with mode "free" a series of which nothing fits is refused');

my @wing = map { space(building => 'Wing', capacity => $_, features => $_ == 6 ? [] : ['screen']) } 4, 4, 5, 6, 3;
book($wing[0], '2030-09-04T09:00', 60);
book($wing[0], '2030-09-11T09:00', 60);
book($wing[1], '2030-09-11T09:00', 60);
says(series($wing[0], people => 4), 409, sub { map { "@{ $_->{spaces} }" } @{ $_[0]{clashes} } }, "$wing[1] $wing[2] $wing[2]",
    'of each date that is taken the spaces like it are named that could be booked then');

# ---- rules -------------------------------------------------------------------------------------------

my $ruled = space(policy => rules('weekly', hours => [ { days => [qw(mon tue)], from => '08:00', to => '18:00' } ],
    series => { by => ["user:$ann->{id}"], max => 5, weeks => 2 }));
says(series($ruled), 422, sub { $_[0]{code}, map { $_->{rule}, substr($_->{start} // '', 5, 5) } @{ $_[0]{violations} } },
    'rules-broken closed 09-04 closed 09-11', 'each date that breaks a rule is named');
says(series($ruled, mode => 'free'), 201, sub { created($_[0]), map { $_->{code}, $_->{violations}[0]{rule} } @{ $_[0]{skipped} } },
    '09-02T09:00 09-09T09:00 09-16T09:00 rules-broken closed rules-broken closed',
    'with mode "free" dates that break a rule are left out');
for my $row ([ $bob, 5, 'who is not named' ], [ $ann, 6, 'too many dates' ]) {
    my ($as, $count, $what) = @$row;
    says(series($ruled, as => $as, rule => { freq => 'weekly', days => ['mon'], count => $count }), 422,
        sub { my %rules = map { $_->{rule} => 1 } @{ $_[0]{violations} }; $rules{'series-not-allowed'} }, '1',
        "a policy keeps series to some people and sizes: $what");
}
my $counted = space(policy => rules('counted', series => { by => ['everyone'] },
    quota => [ { id => 'three', per => 'future', count => 3 } ]));
says(series($counted), 422, sub { $_[0]{code}, $_[0]{fit} }, 'quota-used 3', 'each date counts in a quota');
says(series($counted, mode => 'free'), 201, sub { created($_[0]), map { $_->{code}, $_->{quota} } @{ $_[0]{skipped} } },
    '09-02T09:00 09-04T09:00 09-09T09:00 quota-used three quota-used three',
    'with mode "free" a series stops at the quota');
my $kept = space(policy => rules('kept', series => { by => ['everyone'] }, teardown => 30));
refuses(series($kept, rule => { freq => 'daily', count => 2 }, minutes => 1420), 422, 'bad-rule',
    'what is kept free around bookings of a series keeps them apart', '/minutes');

# ---- repeated ----------------------------------------------------------------------------------------

my $once  = space();
my @twice = map { series($once, headers => [ 'Idempotency-Key' => 'series-1' ]) } 1 .. 2;
is($twice[0]->content, $twice[1]->content, 'a series with the same key is made once');
is($twice[1]->header('Idempotency-Replayed'), 'true', 'the second answer is that of the first');
sub set_state { return $client->call(PATCH => "/v1/spaces/$once", { state => $_[0] }, as => $admin, headers => [ 'If-Match' => '*' ])->code }
is(set_state('archived'), 200, 'the space of the series is archived');
is(series($once, headers => [ 'Idempotency-Key' => 'series-1' ])->content, $twice[0]->content,
    'it is answered as before, also when its space can no longer be booked');
is(set_state('active'), 200, 'and is in use again');
my @racing = $client->at_once(map { [ POST => '/v1/series', wish($once, start => '2030-09-02T12:00'), as => $_ ] } $ann, $bob, $ann, $bob);
is(join(' ', sort map { $_->code } @racing), '201 409 409 409', 'of several who want the same dates at once one gets them');

# ---- cancelled ---------------------------------------------------------------------------------------

my $long = must(201, series(space()));
sub cancel
{
    my ($id, $what, %more) = @_;
    return $client->post("/v1/series/$id/cancellation", $what, as => $ann, %more);
}
refuses(cancel($long->{id}, {}, as => $bob), 404, 'not-found', "somebody else's series is not cancelled");
refuses(cancel($long->{id}, { from => 'soon' }), 400, 'bad-time', 'a time that is none is refused', '/from');
refuses(cancel($long->{id}, { from => '2030-03-31T03:30', to => '2031-03-30T03:30' }), 422, 'time-does-not-exist',
    'times that the clock never shows are refused', qw(/from /to));
refuses(cancel($long->{id}, {}, headers => [ 'If-Match' => '"7"' ]), 412, 'version-mismatch',
    'a series of another version is not cancelled');
says(cancel($long->{id}, { from => '2030-09-04', to => '2030-09-11', reason => 'Trip' }, headers => [ 'If-Match' => '"1"' ]), 200, sub { $_[0]{cancelled} }, 2,
    'a series is cancelled from a date to another, which is no part of it, in the version that If-Match names');
is(join(' ', starts(bookings_of($long->{id}))), '09-02T09:00 09-11T09:00 09-16T09:00', 'what is left of a series stays');
is(join(' ', map { $_->{reason} } @{ bookings_of($long->{id}, '&state=cancelled') }), 'Trip Trip',
    'the bookings that were cancelled have the reason');
says($client->get("/v1/series/$long->{id}", as => $ann), 200, sub { $_[0]{version}, map { $_[0]{counts}{$_} } qw(confirmed cancelled) },
    '2 3 2', 'a series counts its changes and its bookings');
says(cancel($long->{id}, undef), 200, sub { $_[0]{cancelled} }, 3, 'without dates all that is left is cancelled');
says(cancel($long->{id}, undef), 200, sub { $_[0]{cancelled} }, 0, 'what is cancelled stays so');
ok(series($long->{space})->code == 201, 'what was cancelled is free again');

# Of a space that is hidden by now nobody knows the clock: a part of the series is said by instants, or none is meant.
my $hidden = must(201, series(space()));
must(201, $client->put('/v1/policies/nobodys', { name => 'Hidden', see => ['group:staff'] }, as => $admin, headers => [ 'If-None-Match' => '*' ]));
must(200, $client->call(PATCH => "/v1/spaces/$hidden->{space}", { policy => 'nobodys' }, as => $admin, headers => [ 'If-Match' => '*' ]));
refuses(cancel($hidden->{id}, { from => '2030-09-04' }), 400, 'bad-time', 'a date in a space that one does not see is refused', '/from');
says(cancel($hidden->{id}, { from => '2030-09-04T00:00:00Z' }), 200, sub { $_[0]{cancelled} }, 4, 'an instant is not, and the rest of the series stays');

# ---- requests ----------------------------------------------------------------------------------------

my $asked = space(policy => rules('asked', request => ['everyone'], book => [ 'group:nobody' ], series => { by => ['everyone'] }));
my $requests = says(series($asked), 201, sub { map { $_->{state} } @{ $_[0]{created} } },
    join(' ', ('pending') x 5), 'of who may only ask each date is pending');
refuses($client->post("/v1/series/$requests->{id}/approval", {}, as => $ann), 403, 'forbidden',
    'who does not approve does not decide on a series');
says($client->post("/v1/series/$requests->{id}/approval", { note => 'ok' }, as => $admin), 200, sub { $_[0]{approved} }, 5,
    'all requests of a series are approved of at once');
is(join(' ', map { $_->{state} } @{ bookings_of($requests->{id}) }), join(' ', ('confirmed') x 5), 'they are booked then');
refuses($client->post("/v1/series/$requests->{id}/rejection", { reason => 'no' }, as => $admin), 409, 'not-pending',
    'a series without requests cannot be decided');
my $rejected = must(201, series($asked, start => '2030-09-02T12:00'));
says($client->post("/v1/series/$rejected->{id}/rejection", { reason => 'no' }, as => $admin), 200, sub { $_[0]{rejected} }, 5,
    'all requests of a series are rejected at once');
refuses($client->post("/v1/series/$rejected->{id}/rejection", {}, as => $admin), 400, 'missing-member',
    'a rejection of a series needs a reason', '/reason');

$server->finish;
done_testing;

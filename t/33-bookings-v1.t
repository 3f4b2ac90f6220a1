# Bookings in API v1: made, for oneself and others, under the rules of their spaces, and read.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);

use Bookable::Client;
use Bookable::Rooms;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

begin_rooms();

# ---- making and reading ---------------------------------------------------------------------------

my $hall = space();

subtest 'one is made and read' => sub {
    my $answer = $client->post('/v1/bookings', { space => $hall, start => '2030-05-14T10:00:00+03:00',
        end => '2030-05-14T11:30:00+03:00', title => "Th\x{e8}sis", notes => "Two\nlines", people => 3,
        participants => [ { user => "$bob->{id}" }, { email => 'x@example.org', name => 'X' } ],
        private => $YES, attributes => { purpose => 'meeting' } }, as => $ann);
    my $made = shows($answer, 201, { space => $hall, start => '2030-05-14T10:00:00+03:00',
        end => '2030-05-14T11:30:00+03:00', timeZone => 'Europe/Helsinki', state => 'confirmed', title => "Th\x{e8}sis",
        notes => "Two\nlines", people => 3, owner => { id => "$ann->{id}", name => $ann->{name} },
        createdBy => { id => "$ann->{id}", name => $ann->{name} }, group => undef,
        participants => [ { user => "$bob->{id}", name => $bob->{name} }, { email => 'x@example.org', name => 'X' } ], private => $YES,
        attributes => { purpose => 'meeting' }, series => undef, occurrence => undef, checkIn => undef, setup => 0,
        teardown => 0, expiresAt => undef, reason => undef, external => undef, version => 1,
        may => [ 'change', 'cancel' ] }, 'a booking is made with all members');
    like($made->{id}, qr/^[1-9]\d*$/, 'its id is a text of digits');
    like($made->{createdAt}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[23]:00$/, 'createdAt is in the zone of the space');
    like($answer->header('Location'), qr{/v1/bookings/$made->{id}$}, 'Location names the booking that was made');
    is($answer->header('ETag'), '"1"', 'the ETag of a new booking is its version');
    is($answer->header('Cache-Control'), 'no-store', 'a booking is kept by no cache');

    $answer = get_one($made->{id});
    is($json->encode(body($answer)), $json->encode($made), 'its owner reads what was answered');
    is(get_one($made->{id}, headers => [ 'If-None-Match' => '"1"' ])->code, 304, 'one that has not changed is answered 304');
    is($client->call(HEAD => "/v1/bookings/$made->{id}", undef, as => $ann)->code, 200, 'HEAD of a booking is answered 200');
    shows(get_one($made->{id}, as => $bob), 200, { title => "Th\x{e8}sis", may => [] }, 'a participant reads all of it');
    shows(get_one($made->{id}, as => $admin), 200, { title => "Th\x{e8}sis" }, 'an administrator reads all of it');
    refuses(get_one($made->{id}, as => $eve), 404, 'not-found', 'to others a booking that they may not see does not exist');
    refuses(get_one($_), 404, 'not-found', "there is no booking $_") for 1, 0, -1, 'x', '99999999999999999999';
    refuses($client->get("/v1/bookings/$made->{id}"), 401, 'not-signed-in', 'nobody reads a booking without signing in');
    is_answer($client->get("/booking/2030-05-14/$made->{id}", as => $ann), 200, qr/"occupants":3/,
        'the base API shows a booking that v1 made');
};

subtest 'times' => sub {
    my $room = space();
    shows(book($room, '05-14', 9), 201, { start => '2030-05-14T09:00:00+03:00', end => '2030-05-14T10:00:00+03:00' },
        'a time without an offset is of the clock of the space');
    shows(book($room, '10-27', 3), 201, { start => '2030-10-27T03:00:00+03:00', end => '2030-10-27T03:00:00+02:00' },
        'an hour that the clock shows twice means its first pass, and lengths are of time that passes');
    refuses(book($room, '03-31', 3), 422, 'time-does-not-exist', 'an hour that clocks are put forward over is refused',
        '/start');
    refuses($client->post('/v1/bookings', { space => $room, start => '2030-03-31T02:00', end => '2030-03-31T03:30' },
        as => $ann), 422, 'time-does-not-exist', 'and so is such an end', '/end');
    my @wrong = (
        [ 400, 'missing-member', { minutes => undef }, '/end', 'no end' ],
        [ 422, 'bad-value', { end => '2030-05-15T10:00' }, '/minutes', 'end and minutes' ],
        [ 422, 'bad-value', { minutes => undef, end => '2030-05-15T09:00' }, '/end', 'an end at its start' ],
        [ 422, 'bad-value', { minutes => undef, end => '2030-05-15T08:00' }, '/end', 'an end before its start' ],
        [ 422, 'bad-value', { start => '2261-12-31T23:00:00Z', minutes => 527040 }, '/minutes', 'an end beyond all years' ],
        [ 422, 'bad-value', { start => '2261-12-31T21:30:00Z' }, '/minutes', 'an end in the year 2262' ],
        [ 422, 'bad-value', { start => '2261-12-31T12:00:00Z', minutes => undef, end => '2261-12-31T22:00:00Z' }, '/end', 'an end in the year 2262 by the clock of the space' ],
        [ 422, 'bad-value', { start => '2261-12-31T23:59:00-12:00' }, '/start', 'a start in the year 2262 by the clock of the space' ],
        [ 422, 'bad-value', { start => '1678-01-01T00:00:00+14:00' }, '/start', 'a start in the year 1677 by the clock of the space' ],
        [ 400, 'bad-time', { start => '2030-05-15T09:00:30' }, '/start', 'seconds' ],
        [ 400, 'bad-time', { start => '2030-05-15T09:00:00.5Z' }, '/start', 'a part of a second' ],
        [ 400, 'bad-time', { start => '2030-02-30T09:00' }, '/start', 'a day that is not there' ],
        [ 400, 'bad-time', { start => '15 May' }, '/start', 'no time' ],
    );
    for my $case (@wrong) {
        my ($status, $code, $change, $pointer, $what) = @$case;
        my $wish = wish($room, '05-15', 9, %$change);
        defined $wish->{$_} or delete $wish->{$_} for keys %$wish;
        refuses($client->post('/v1/bookings', $wish, as => $ann), $status, $code, "a booking with $what is refused", $pointer);
    }
};

# The base API takes any instant, and by the numbers of these a value that is missing is told elsewhere.
subtest 'instants whose numbers are 0 and -1' => sub {
    my $room = space();
    my @times = ('1969-12-31T23:00:00Z', '1969-12-31T23:59:59.999999999Z', '1970-01-01T00:00:00Z');
    for my $i (0, 1) {
        my $answer = $client->book($ann, spaceID => $room, date => substr($times[$i], 0, 10), startTime => $times[$i], endTime => $times[ $i + 1 ]);
        is($answer->code, 201, "the base API takes a booking from $times[$i]") or diag $answer->as_string;
        shows(get_one($answer->content), 200, { start => ('1970-01-01T01:00:00+02:00', '1970-01-01T01:59:59+02:00')[$i],
            end => ('1970-01-01T01:59:59+02:00', '1970-01-01T02:00:00+02:00')[$i] }, "a booking from $times[$i] is shown with its times");
    }
    my $first = $client->book($ann, spaceID => $room, date => '1970-01-01', startTime => '1970-01-01T00:00:00Z', endTime => '1970-01-01T01:00:00Z');
    shows(get_one($first->content), 200, { start => '1970-01-01T02:00:00+02:00', end => '1970-01-01T03:00:00+02:00' },
        'a booking that begins with the year 1970 is shown with its times');
    my @all = items("space=$room&from=1960-01-01T00:00:00Z&to=1980-01-01T00:00:00Z&limit=1");
    is($all[0]{start}, '1970-01-01T01:00:00+02:00', 'the first of them is on the first page of a list');
    is(join(' ', map { $_->{start} } items("space=$room&from=1970-01-01T00:00:00Z&to=1970-01-01T00:30:00Z")), '1970-01-01T02:00:00+02:00',
        'a list from 1970 on has what begins then');
    is(scalar(items("space=$room&from=1960-01-01T00:00:00Z&to=1970-01-01T00:00:00Z")), 2, 'a list to 1970 has what ends by then');
};

subtest 'a slot that is taken' => sub {
    my $room = space();
    rules('open', privacy => { others => 'title' });
    my $open = space(policy => 'open');
    my $mine = made($open, '05-14', 10, title => 'Mine');
    my $problem = refuses(book($open, '05-14', 10, as => $bob), 409, 'slot-taken', 'a time that is taken is refused');
    is($json->encode($problem->{conflicts}), $json->encode([ { start => '2030-05-14T10:00:00+03:00',
        end => '2030-05-14T11:00:00+03:00', kind => 'booking', title => 'Mine',
        owner => { id => "$ann->{id}", name => undef } } ]), 'the conflict is shown as far as the policy lets who asks see it')
        or diag($json->encode($problem->{conflicts}));
    ok($problem->{alternatives}, 'alternatives are named');
    $problem = refuses(book($open, '05-14', 10, as => $bob, headers => [ Prefer => 'return=minimal' ]), 409, 'slot-taken',
        'with Prefer: return=minimal it is refused, too');
    ok(!exists $problem->{alternatives}, 'and no alternatives are looked for');
    made($room, '05-14', 10);
    $problem = refuses(book($room, '05-14', 10, as => $bob), 409, 'slot-taken', 'a masked booking keeps its time, too');
    is($json->encode($problem->{conflicts}[0]{title}) . $json->encode($problem->{conflicts}[0]{owner}), 'nullnull',
        'of a masked conflict neither title nor owner is told');
    is_error($client->book($bob, spaceID => $room, date => '2030-05-14', startTime => '2030-05-14T10:30:00+03:00',
        endTime => '2030-05-14T12:00:00+03:00'), 400, ['CONFLICT'], 'what v1 booked is taken for the base API');
    shows(book($room, '05-14', 11, as => $bob), 201, {}, 'bookings that touch do not overlap');
    my @races = $client->at_once(map { [ POST => '/v1/bookings', wish($room, '05-15', 9), as => $ann ] } 1 .. 8);
    is(join(' ', sort map { $_->code } @races), '201 409 409 409 409 409 409 409', 'of 8 at once one gets the time');
};

subtest 'what is sent is looked at' => sub {
    my $room = space();
    my $wish = wish($room, '05-20', 9);
    my %members = (
        space => [ [ 400, 'bad-member', 7 ], [ 400, 'bad-member', undef ], [ 404, 'not-found', 'nowhere' ],
            [ 422, 'bad-value', 'x' x 129 ], [ 422, 'bad-value', '../users' ] ],
        start => [ [ 400, 'bad-member', 7 ], [ 400, 'bad-member', undef ], [ 400, 'bad-time', '' ] ],
        end => [ [ 400, 'bad-member', [] ], [ 400, 'bad-member', undef ], [ 400, 'bad-time', '2030' ] ],
        minutes => [ [ 400, 'bad-member', '60' ], [ 400, 'bad-member', undef ], [ 422, 'bad-value', 0 ],
            [ 422, 'bad-value', 527041 ], [ 400, 'bad-member', 1.5 ] ],
        title => [ [ 400, 'bad-member', 7 ], [ 422, 'bad-value', 'x' x 201 ], [ 422, 'bad-value', "a\x{7}" ], [ 201, undef, undef ] ],
        notes => [ [ 400, 'bad-member', {} ], [ 422, 'bad-value', 'x' x 4001 ], [ 201, undef, undef ] ],
        people => [ [ 400, 'bad-member', '3' ], [ 400, 'bad-member', undef ], [ 422, 'bad-value', 0 ],
            [ 422, 'bad-value', -1 ], [ 422, 'bad-value', 1000001 ] ],
        participants => [ [ 400, 'bad-member', {} ], [ 400, 'bad-member', ['x'] ], [ 422, 'bad-value', [ ({ email => 'a' }) x 101 ] ],
            [ 422, 'bad-value', [ {} ] ], [ 422, 'bad-value', [ { user => 'ann' } ] ], [ 400, 'unknown-member', [ { mail => 'x' } ] ] ],
        private => [ [ 400, 'bad-member', 'yes' ], [ 400, 'bad-member', 1 ], [ 400, 'bad-member', undef ] ],
        attributes => [ [ 400, 'bad-member', [] ], [ 400, 'bad-member', { a => 7 } ], [ 422, 'bad-value', { a => 'x' x 501 } ],
            [ 422, 'bad-value', { 'x' x 65 => 'a' } ], [ 422, 'bad-value', { map { $_ => '' } 1 .. 33 } ] ],
        for => [ [ 400, 'bad-member', 7 ], [ 422, 'bad-value', 'bob' ], [ 403, 'forbidden', "$bob->{id}" ], [ 201, undef, undef ] ],
        group => [ [ 400, 'bad-member', 7 ], [ 422, 'bad-value', 'x' x 129 ], [ 403, 'forbidden', 'staff' ], [ 201, undef, undef ] ],
        acceptTerms => [ [ 400, 'bad-member', 7 ], [ 422, 'bad-value', 'x' x 201 ], [ 201, undef, undef ] ],
        hold => [ [ 400, 'unknown-member', 'x' ] ],
        id => [ [ 400, 'unknown-member', '1' ] ],
        titel => [ [ 400, 'unknown-member', 'x' ] ],
    );
    my $day = 0;
    for my $member (sort keys %members) {
        for my $case (@{ $members{$member} }) {
            my ($status, $code, $value) = @$case;
            my %wish = (%{ wish($room, sprintf('06-%02d', 1 + $day++ % 28), 9 + int($day / 28)) }, $member => $value);
            delete $wish{minutes} if $member eq 'end';
            my $answer = $client->post('/v1/bookings', \%wish, as => $ann);
            my $what = substr $json->encode({ $member => $value }), 0, 60;
            is($answer->code . ' ' . (body($answer)->{code} // ''), "$status " . ($code // ''), "a booking with $what")
                or diag($answer->content);
        }
    }
    refuses($client->post('/v1/bookings', { start => 7, minutes => 'x', titel => 1 }, as => $ann), 400, 'bad-member',
        'all that is wrong is told at once', '/minutes', '/start', '/titel', '/space');
    refuses(book($room, '05-20', 9, query => '?dryrun=true'), 400, 'bad-parameter', 'an unknown parameter is refused', '/dryrun');
    refuses($client->post('/v1/bookings', $wish), 401, 'not-signed-in', 'nobody books without signing in');
};

# ---- rules ----------------------------------------------------------------------------------------

my $week = { days => [qw(mon tue wed thu fri sat sun)], from => '08:00', to => '22:00' };

subtest 'rules of the policy' => sub {
    rules('strict', hours => [$week], length => { max => 120, step => 30 }, start => { step => 30 },
        people => { min => 2, enforceCapacity => $YES }, terms => { url => 'https://example.org', version => '7' },
        fields => [ { key => 'purpose', required => $YES, type => 'choice', choices => ['exam'] } ], teardown => 10,
        book => [ "user:$ann->{id}" ]);
    my $room = space(policy => 'strict');
    refuses(book($room, '05-14', 6, start => '2030-05-14T06:10', minutes => 145, people => 1), 422, 'rules-broken',
        'all rules that are broken are named at once', qw(hours length.max length.step start.step people.min
        field-required terms-not-accepted));
    refuses(book($room, '05-14', 10, people => 2, as => $bob, acceptTerms => '7', attributes => { purpose => 'exam' }),
        422, 'rules-broken', 'who may not book is told so', 'not-bookable-by-you');
    my $problem = refuses(book($room, '05-14', 10, people => 5, acceptTerms => '7', attributes => { purpose => 'exam' }),
        422, 'rules-broken', 'no more people than there is room for', 'capacity');
    is($json->encode($problem->{violations}[0]), $json->encode({ rule => 'capacity', limit => 4, got => 5,
        detail => 'The space has room for 4 people, not 5.' }), 'a violation says what the limit is');
    shows(book($room, '05-14', 10, people => 2, acceptTerms => '7', attributes => { purpose => 'exam' }), 201,
        { teardown => 10 }, 'what keeps the rules is booked, with the time that is kept free');
    $problem = refuses(book($room, '05-14', 11, people => 2, acceptTerms => '7', attributes => { purpose => 'exam' }),
        409, 'slot-taken', 'the time that is kept free is taken');
    like($problem->{detail}, qr/ is taken from .*T10:00.* to .*T11:00.*, and is kept free for 10 minutes between two bookings\z/,
        'who meets it is told how long it is');
    shows(book($room, '05-14', 12, people => 1, as => $admin), 201, {}, 'an administrator overrides the rules');
    refuses(book($room, '05-14', 15, people => 5, as => $admin), 422, 'rules-broken', 'but for the capacity', 'capacity');
};

subtest 'rules of a space without a policy' => sub {
    my $old = $client->space(capacity => 2, openTime => '2025-01-01T08:00:00Z', closeTime => '2025-01-01T18:00:00Z');
    refuses($client->post('/v1/bookings', { space => $old, start => '2030-05-14T06:00:00Z', minutes => 60 }, as => $ann), 422,
        'rules-broken', "hours of the base API hold where there is no policy", 'hours');
    refuses($client->post('/v1/bookings', { space => $old, start => '2030-05-14T09:00:00Z', minutes => 60, people => 3 },
        as => $ann), 422, 'rules-broken', 'so does the capacity', 'capacity');
    my $room = space();
    refuses(book($room, '05-14', 9, by => $strict, minutes => 121), 422, 'rules-broken',
        'no booking is longer than BookingMaxLength', 'length.max');
    refuses(book($room, '05-14', 9, by => $strict, minutes => 121, as => $admin), 422, 'rules-broken',
        'whoever books', 'length.max');
    must(200, $client->post("/v1/spaces/$room/archive", { bookings => 'keep' }, as => $admin));
    refuses(book($room, '05-14', 9, as => $admin), 422, 'rules-broken', 'an archived space is not booked', 'closed');
};

subtest 'BookingMaxFuture' => sub {
    my $room = space();
    my $sue = $client->member;
    made($room, '05-14', $_, as => $sue, by => $strict) for 8 .. 10;
    my $problem = refuses(book($room, '05-14', 11, as => $sue, by => $strict), 422, 'quota-used',
        'no person has more bookings ahead than BookingMaxFuture');
    is($problem->{quota}, 'house', 'and it is told that the house says so');
    refuses(book($room, '05-14', 11, as => $sue, by => $strict, query => '?dryRun=true'), 422, 'quota-used',
        'a dry run tells that, too');
    made($room, '05-14', 11, by => $strict, as => $admin);
    rules('plain');
    my $ruled = space(policy => 'plain');
    is_error($strict->book($sue, spaceID => $ruled, date => '2030-05-14', startTime => '2030-05-14T10:00:00Z',
        endTime => '2030-05-14T11:00:00Z'), 400, [ 'INVALID', 'Building not open', qr/quota-used: the quota house/ ],
        'it holds for the base API where the space has a policy');
    is_answer($strict->book($sue, spaceID => $client->space), 201, qr/^\d+$/, 'and for no space without one');
};

subtest 'quotas' => sub {
    rules('scarce', quota => [ { id => 'open', per => 'future', count => 3 } ]);
    my @rooms = map { space(policy => 'scarce') } 1 .. 8;
    my $sue = $client->member;
    my @answers = $client->at_once(map { [ POST => '/v1/bookings', wish($_, '05-14', 10), as => $sue ] } @rooms);
    is(scalar(grep { $_->code == 201 } @answers), 3, 'of 8 bookings at once in 8 rooms as many are made as the quota allows');
    is(scalar(grep { (body($_)->{code} // '') eq 'quota-used' } @answers), 5, 'the others are told that it is used');
};

# ---- once, and in a dry run -----------------------------------------------------------------------

subtest 'a request that is sent again' => sub {
    my $room = space();
    my @key = ('Idempotency-Key' => 'key-1');
    my $first = book($room, '05-14', 9, headers => [@key]);
    my $again = book($room, '05-14', 9, headers => [@key]);
    is($again->content, $first->content, 'a request with the same key is answered as before');
    is($again->header('Idempotency-Replayed'), 'true', 'and says so');
    is($again->header('Location'), $first->header('Location'), 'with the same Location');
    refuses(book($room, '05-14', 12, headers => [@key]), 422, 'idempotency-key-reused', 'no other request has the key');
    refuses(book($room, '05-14', 9, headers => [ 'Idempotency-Key' => 'key-2' ]), 409, 'slot-taken',
        'a refusal under a key is answered');
    must(200, cancel(body($first)->{id}, {}));
    is(book($room, '05-14', 9, headers => [ 'Idempotency-Key' => 'key-2' ])->code, 201, 'and is not kept');
    rules('turning');
    my $turning = space(policy => 'turning');
    my $kept = book($turning, '05-16', 9, headers => [ 'Idempotency-Key' => 'key-4' ]);
    rules('turning', length => { max => 30 });
    refuses(book($turning, '05-16', 12), 422, 'rules-broken', 'by new rules such a booking is refused', 'length.max');
    $again = book($turning, '05-16', 9, headers => [ 'Idempotency-Key' => 'key-4' ]);
    is($again->code . $again->content, "201" . $kept->content, 'one that was made before is answered as it was, when it is asked for again');
    refuses(book($turning, '05-16', 14, headers => [ 'Idempotency-Key' => 'key-4' ]), 422, 'idempotency-key-reused',
        'no other request has its key, whatever the rules say');
    my @answers = $client->at_once(map { [ POST => '/v1/bookings', wish($room, '05-15', 9), as => $ann,
        headers => [ 'Idempotency-Key' => 'key-3' ] ] } 1 .. 10);
    is(scalar(grep { $_->code == 201 } @answers), 10, 'ten at once with one key are all answered 201');
    my %ids = map { (body($_)->{id} // '') => 1 } @answers;
    is(scalar(keys %ids), 1, 'and are one booking');
};

subtest 'dry run' => sub {
    my $room = space();
    my $dry = shows(book($room, '05-14', 9, title => 'Dry', query => '?dryRun=true'), 200, { id => undef, dryRun => $YES,
        title => 'Dry', state => 'confirmed' }, 'a dry run answers what would be made');
    is(scalar(items("space=$room")), 0, 'and makes nothing');
    my $mine = made($room, '05-14', 9);
    refuses(book($room, '05-14', 9, query => '?dryRun=true'), 409, 'slot-taken', 'a dry run tells that the time is taken');
    refuses(book($room, '05-14', 11, people => 9, query => '?dryRun=true'), 422, 'rules-broken', 'and which rules are broken',
        'capacity');
    for my $match ('*', '"1"') {
        shows(change($mine->{id}, { start => '2030-05-14T09:30' }, query => '?dryRun=true', match => $match), 200, { dryRun => $YES,
            start => '2030-05-14T09:30:00+03:00' }, "a change can be tried, with If-Match: $match");
    }
    refuses(change($mine->{id}, { start => '2030-05-14T09:30' }, query => '?dryRun=true', match => '"2"'), 412, 'version-mismatch',
        'a dry run is of the version that If-Match names');
    shows(get_one($mine->{id}), 200, { start => '2030-05-14T09:00:00+03:00', version => 1 }, 'and changes nothing');
};

# ---- for others -----------------------------------------------------------------------------------

subtest 'people have one name' => sub {
    my $room = space();
    my $sue = $client->member;
    must(200, $client->call(PATCH => '/v1/me', { displayName => 'Sue Other' }, as => $sue, headers => [ 'If-Match' => '*' ]));
    my %named = (id => "$sue->{id}", name => 'Sue Other');
    my $made = shows(book($room, '05-14', 9, as => $sue), 201, { owner => \%named }, 'who books is told their own name');
    shows(get_one($made->{id}, as => $sue), 200, { owner => \%named }, 'also as they read it');
    shows(get_one($made->{id}, as => $admin), 200, { owner => \%named }, 'others are told the same');
};

subtest 'for somebody else, and for a group' => sub {
    rules('desk', onBehalf => [ "user:$bob->{id}" ]);
    my $room = space(policy => 'desk', managers => [ "user:$ann->{id}" ]);
    refuses(book($room, '05-14', 9, for => "$ann->{id}", as => $eve), 403, 'forbidden', 'nobody books for others just so');
    my $made = shows(book($room, '05-14', 9, for => "$eve->{id}", as => $bob), 201, { owner => { id => "$eve->{id}", name => $eve->{name} },
        createdBy => { id => "$bob->{id}", name => $bob->{name} } }, 'whom the policy names books for others');
    shows(get_one($made->{id}, as => $eve), 200, { version => 1, may => [ 'change', 'cancel' ] },
        'the owner may do with it what they could with their own');
    shows(book($room, '05-14', 10, for => "$eve->{id}"), 201, {}, 'who manages the space books for others');
    shows(book($room, '05-14', 11, for => "$eve->{id}", as => $admin), 201, {}, 'an administrator does');
    refuses(book($room, '05-14', 12, group => 'choir', as => $eve), 403, 'forbidden', 'nobody books for a group of others');
    my $for_group = shows(book($room, '05-14', 12, group => 'choir'), 201, { group => 'choir' },
        'who books for others books for a group');
    is($json->encode([ map { $_->{id} } items('group=choir', as => $admin) ]), $json->encode([ $for_group->{id} ]),
        'bookings are found by their group');
};

subtest 'v1 without the base API' => sub {
    my $room = space();
    is($alone->get('/booking/health')->code, 404, 'with BookingPath Off there is no base API');
    my $made = shows(book($room, '05-14', 9, by => $alone), 201, {}, 'and v1 books');
    is($alone->get("/booking/2030-05-14/$made->{id}", as => $eve)->code, 404, 'nobody learns whose a booking is by the base API');
};

done_testing();

# Bookings in API v1: changed, moved, cancelled, asked for, and kept in step with another system's.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use POSIX qw(strftime);

use Bookable::Client;
use Bookable::Rooms;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

begin_rooms();

# ---- changing -------------------------------------------------------------------------------------

subtest 'changing' => sub {
    my ($room, $other) = (space(), space());
    my $mine = made($room, '05-14', 9, title => 'A', attributes => { a => '1', b => '2' });
    my $id = $mine->{id};
    refuses(change($id, { title => 'B' }, match => undef), 428, 'version-required', 'a change needs If-Match');
    refuses(change($id, { title => 'B' }, match => '"7"'), 412, 'version-mismatch', 'a change of another version is refused');
    is(change($id, { title => 'B' }, match => '"7"')->header('ETag'), '"1"', 'and the present version is told');
    my $answer = change($id, { title => 'B', notes => 'n', people => 2, private => $YES, attributes => { a => undef, c => '3' } }, match => '"1"');
    shows($answer, 200, { title => 'B', notes => 'n', attributes => { b => '2', c => '3' }, version => 2 },
        'what is sent changes, and the rest stays');
    is($answer->header('ETag'), '"2"', 'the answer has the new version');
    shows(change($id, { title => undef, people => undef, private => undef }), 200,
        { title => undef, people => 1, private => $NO, version => 3 }, 'null takes away');
    shows(change($id, { notes => 'n' }), 200, { version => 3 }, 'a change that changes nothing makes no version');
    my $whole = must(200, get_one($id));
    shows(change($id, { %$whole, title => 'Whole' }), 200, { title => 'Whole', version => 4 },
        'a booking can be sent back as it was read');
    shows(change($id, { start => '2030-05-14T12:00', end => '2030-05-14T13:00', space => $other }), 200,
        { space => $other, start => '2030-05-14T12:00:00+03:00', version => 5 }, 'space and time move at once');
    made($room, '05-14', 9, as => $bob);
    my $problem = refuses(change($id, { start => '2030-05-14T09:30', end => '2030-05-14T10:30', space => $room }), 409,
        'slot-taken', 'a booking does not move to where another one is');
    is($problem->{conflicts}[0]{start}, '2030-05-14T09:00:00+03:00', 'and it is told what is there');
    shows(get_one($id), 200, { space => $other, version => 5 }, 'it stays where it was');
    shows(change($id, { end => '2030-05-14T12:30' }), 200, { end => '2030-05-14T12:30:00+03:00' }, 'a booking can be shortened');
    shows(change($id, { start => '2030-05-14T12:15' }), 200, { start => '2030-05-14T12:15:00+03:00' }, 'and moved over itself');
    refuses(change($id, { title => 'E' }, as => $eve), 404, 'not-found', 'who may not see a booking cannot change it');
    refuses(change($id, { owner => "$bob->{id}" }), 403, 'forbidden', 'nobody gives a booking away just so');
    shows(change($id, { owner => { id => "$bob->{id}" } }, as => $admin), 200, { owner => { id => "$bob->{id}", name => $bob->{name} } },
        'an administrator gives it to somebody else');
    refuses(change($id, { title => 'A' }), 404, 'not-found', 'and then it is no longer the first one\'s');
    refuses(change($id, { people => 9 }, as => $bob), 422, 'rules-broken', 'the capacity holds for changes, too', 'capacity');
    refuses(change($id, { space => 'nowhere' }, as => $bob), 404, 'not-found', 'no booking moves to a space that is not there');
    is_answer($client->get("/booking/2030-05-14/$id", as => $bob), 200, qr/"spaceID":"\Q$other\E"/,
        'the base API shows what was changed');
};

subtest 'what is sent to change is looked at' => sub {
    my $room = space();
    my $id = made($room, '05-14', 9)->{id};
    my %members = (
        space => [ [ 400, 'bad-member', 7 ], [ 400, 'bad-member', undef ] ],
        start => [ [ 400, 'bad-member', 7 ], [ 400, 'bad-member', undef ], [ 400, 'bad-time', 'x' ],
            [ 422, 'time-does-not-exist', '2030-03-31T03:30' ], [ 422, 'bad-value', '2030-05-14T10:00' ] ],
        end => [ [ 400, 'bad-member', 7 ], [ 400, 'bad-member', undef ], [ 422, 'bad-value', '2030-05-14T09:00' ] ],
        title => [ [ 400, 'bad-member', 7 ], [ 422, 'bad-value', 'x' x 201 ] ],
        notes => [ [ 400, 'bad-member', 7 ], [ 422, 'bad-value', 'x' x 4001 ] ],
        people => [ [ 400, 'bad-member', '1' ], [ 422, 'bad-value', 0 ] ],
        participants => [ [ 400, 'bad-member', 'x' ], [ 422, 'bad-value', [ {} ] ] ],
        private => [ [ 400, 'bad-member', 1 ] ],
        attributes => [ [ 400, 'bad-member', 'x' ], [ 422, 'bad-value', { map { $_ => '' } 1 .. 33 } ] ],
        owner => [ [ 400, 'bad-member', 7 ], [ 400, 'bad-member', undef ], [ 422, 'bad-value', 'bob' ], [ 400, 'unknown-member', { id => '1', mail => 'x' } ] ],
        minutes => [ [ 400, 'unknown-member', 30 ] ],
        for => [ [ 400, 'unknown-member', '1' ] ],
        hold => [ [ 400, 'unknown-member', 'x' ] ],
    );
    for my $member (sort keys %members) {
        for my $case (@{ $members{$member} }) {
            my ($status, $code, $value) = @$case;
            my $answer = change($id, { $member => $value });
            my $what = substr $json->encode({ $member => $value }), 0, 60;
            is($answer->code . ' ' . (body($answer)->{code} // ''), "$status $code", "a change of $what")
                or diag($answer->content);
        }
    }
    shows(get_one($id), 200, { version => 1 }, 'none of it changed anything');
};

subtest 'until when' => sub {
    my $next = sub { my ($minutes) = @_; return strftime('%Y-%m-%dT%H:%M:00Z', gmtime(time + 60 * $minutes)) };
    rules('until', cancelUntil => 600, changeUntil => 300, past => $YES);
    my $room = space(policy => 'until');
    my $ask = sub { my ($from, $to) = @_;
        return must(201, $client->post('/v1/bookings', { space => $room, start => $next->($from), end => $next->($to) }, as => $ann))->{id} };
    my ($soon, $later, $latest) = ($ask->(120, 150), $ask->(420, 450), $ask->(2000, 2030));
    refuses(change($soon, { people => 2 }), 422, 'rules-broken', 'a booking that begins soon is not changed', 'changeUntil');
    shows(change($soon, { title => 'T' }), 200, { title => 'T' }, 'but for what no rule is about');
    shows(change($later, { people => 2 }), 200, {}, 'one that begins later is');
    refuses(cancel($later, {}), 422, 'too-late-to-cancel', 'a booking is cancelled until so many minutes before its start');
    shows(cancel($latest, {}), 200, { state => 'cancelled' }, 'and before that it is');
    shows(change($soon, { people => 2 }, as => $admin), 200, {}, 'who is not held to the rules changes it');
    shows(cancel($soon, { reason => 'burst pipe' }, as => $admin), 200, { state => 'cancelled', reason => 'burst pipe' },
        'and cancels it');
    my $over = $ask->(-200, -100);
    refuses(cancel($over, {}), 422, 'too-late-to-cancel', 'what is over is not cancelled');
    refuses(change($over, { end => $next->(-150) }, as => $ann), 422, 'rules-broken', 'nor shortened', 'changeUntil');
};

# ---- cancelling -----------------------------------------------------------------------------------

subtest 'cancelling and taking it back' => sub {
    my $room = space();
    my $id = made($room, '05-14', 9)->{id};
    refuses(cancel($id, { reason => 'x' x 501 }), 422, 'bad-value', 'a reason is not too long', '/reason');
    refuses(cancel($id, { reason => 7 }), 400, 'bad-member', 'a reason is a text', '/reason');
    refuses(cancel($id, { notify => 'x' }), 400, 'bad-member', 'notify is true or false', '/notify');
    refuses(cancel($id, { why => 'x' }), 400, 'unknown-member', 'no other member is taken', '/why');
    refuses(cancel($id, {}, as => $eve), 404, 'not-found', 'nobody cancels what they may not see');
    shows(cancel($id, { reason => 'ill', notify => $YES }), 200, { state => 'cancelled', reason => 'ill', version => 2,
        may => ['undo'] }, 'a booking is cancelled');
    shows(cancel($id, { reason => 'other' }), 200, { reason => 'ill', version => 2 }, 'again: it stays as it is');
    shows(get_one($id), 200, { state => 'cancelled' }, 'it can be read on');
    is_error($client->get("/booking/2030-05-14/$id", as => $ann), 404, ['NOT_FOUND'], 'the base API has it no longer');
    refuses(change($id, { title => 'x' }), 409, 'not-pending', 'what has ended is not changed');
    shows(undo($id), 200, { state => 'confirmed', reason => undef, version => 3 }, 'a cancellation is taken back');
    shows(undo($id), 200, { state => 'confirmed', version => 3 }, 'again: it stays as it is');
    must(200, cancel($id, undef));
    my $bobs = made($room, '05-14', 9, as => $bob)->{id};
    refuses(undo($id), 409, 'slot-taken', 'it is not taken back if somebody has the time by then');
    must(200, cancel($bobs, { reason => 'exam' }, as => $admin));
    refuses(undo($bobs, as => $bob), 422, 'too-late-to-cancel', 'nobody takes back what the house cancelled');
    shows(undo($bobs, as => $admin), 200, { state => 'confirmed' }, 'but the house does');
    is_answer($client->delete("/booking/2030-05-14/$bobs", as => $bob), 200, qr/Deleted/, 'the base API deletes it');
    shows(get_one($bobs, as => $bob), 200, { state => 'cancelled' }, 'and then it is cancelled');
};

# ---- requests -------------------------------------------------------------------------------------

subtest 'asking' => sub {
    rules('ask', book => [ "user:$ann->{id}" ], request => ['everyone'], approvers => [ "user:$bob->{id}" ],
        pendingExpires => 24, quota => [ { id => 'few', per => 'future', count => 3 } ]);
    my $room = space(policy => 'ask');
    my $asked = shows(book($room, '05-14', 9, as => $eve), 201, { state => 'pending' }, 'who may only ask has asked');
    ok($asked->{expiresAt}, 'and it is told until when somebody has to decide');
    refuses(book($room, '05-14', 9), 409, 'slot-taken', 'what was asked for is taken');
    is(refuses(book($room, '05-14', 9, as => $eve), 409, 'slot-taken', 'for who asked, too')->{conflicts}[0]{kind}, 'pending',
        'and a request says that it is one');
    is(scalar(items("state=pending&space=$room", as => $eve)), 1, 'requests are found by their state');
    shows(change($asked->{id}, { title => 'T' }, as => $eve), 200, { state => 'pending' }, 'a request can be changed');
    my $soon = strftime('%Y-%m-%dT%H:00:00Z', gmtime(time + 7200));
    my $short = must(201, $client->post('/v1/bookings', { space => $room, start => $soon, minutes => 60 }, as => $eve));
    is($short->{expiresAt}, $short->{start}, 'a request ends at its start at the latest');
    must(200, cancel($short->{id}, {}, as => $eve));
    shows(undo($short->{id}, as => $eve), 200, { state => 'pending', expiresAt => $short->{expiresAt} },
        'a request that was cancelled waits again when that is taken back');
    my $given = made($room, '05-15', 9);
    must(200, change($given->{id}, { owner => "$eve->{id}" }, as => $admin));
    shows(change($given->{id}, { end => '2030-05-15T09:30' }, as => $eve), 200, { state => 'confirmed' },
        'what only gets shorter stays as it was decided');
    shows(change($given->{id}, { start => '2030-05-15T12:00', end => '2030-05-15T12:30' }, as => $eve), 200,
        { state => 'pending' }, 'what moves waits to be decided again');
};

# ---- kept in step ---------------------------------------------------------------------------------

subtest 'bookings of another system' => sub {
    my ($room, $next) = (space(managers => [ "user:$ann->{id}" ]), space());
    my $put = sub { my ($key, $wish, %more) = @_;
        return $client->put("/v1/bookings/external/timetable/$key", $wish, as => $ann, %more) };
    my $answer = $put->('MATH-1.2', wish($room, '09-02', 9, title => 'Algebra'));
    my $made = shows($answer, 201, { title => 'Algebra', external => { source => 'timetable', key => 'MATH-1.2' }, version => 1 },
        'a booking is made under the key of another system');
    like($answer->header('Location'), qr{/v1/bookings/$made->{id}$}, 'Location names it by its own id');
    shows($put->('MATH-1.2', wish($room, '09-02', 9, title => 'Algebra')), 200, { id => $made->{id}, version => 1 },
        'the same again changes nothing');
    shows($put->('MATH-1.2', wish($room, '09-02', 10, title => 'Algebra I')), 200, { id => $made->{id}, version => 2,
        title => 'Algebra I', start => '2030-09-02T10:00:00+03:00' }, 'another time and title change it');
    shows($put->('MATH-1.2', wish($room, '09-02', 10)), 200, { title => undef, version => 3 },
        'what is not sent is no longer there');
    made($room, '09-02', 14, as => $bob);
    refuses($put->('MATH-3', wish($room, '09-02', 14)), 409, 'slot-taken', 'a time that is taken is refused');
    refuses($put->('MATH-1.2', wish($room, '09-02', 14)), 409, 'slot-taken', 'so is a move to it');
    refuses($put->('MATH-4', wish($room, '09-02', 16), as => $bob), 403, 'forbidden', 'who does not manage the space may not');
    refuses($put->('MATH-1.2', wish($next, '09-02', 10)), 403, 'forbidden', 'nor move one to a space of others');
    refuses($put->('MATH-1.2', wish($room, '09-02', 11), headers => [ 'If-Match' => '"1"' ]), 412, 'version-mismatch',
        'a change of another version is refused');
    refuses($put->('MATH-1.2', wish($room, '09-02', 11), headers => [ 'If-None-Match' => '*' ]), 412, 'version-mismatch',
        'one that is there is not made anew');
    refuses($put->('x' x 256, wish($room, '09-02', 11)), 422, 'bad-value', 'a key is not too long');
    refuses($put->('a%07', wish($room, '09-02', 11)), 422, 'bad-value', 'a key has no control character');
    must(200, cancel($made->{id}, {}));
    shows($put->('MATH-1.2', wish($room, '09-02', 12, title => 'Again')), 200, { id => $made->{id}, state => 'confirmed', title => 'Again' },
        'one that was cancelled is there again');
    my @answers = $client->at_once(map { [ PUT => '/v1/bookings/external/timetable/MATH-9', wish($room, '09-03', 9), as => $ann ] } 1 .. 6);
    my %ids = map { (body($_)->{id} // $_->content) => 1 } @answers;
    is(scalar(keys %ids), 1, 'one key at once is one booking') or diag(join "\n", keys %ids);
    shows($put->('MATH-10', wish($room, '09-04', 9), headers => []), 201, {}, 'another key is another one');
    my $dry = $client->put('/v1/bookings/external/timetable/MATH-11?dryRun=true', wish($room, '09-05', 9), as => $ann);
    shows($dry, 200, { dryRun => $YES }, 'it can be tried');
    shows($put->('MATH-1.2?dryRun=true', wish($room, '09-02', 13), headers => [ 'If-Match' => '"' . body(get_one($made->{id}))->{version} . '"' ]), 200,
        { dryRun => $YES, id => undef }, 'a replacement can be tried, in its version');
};

subtest 'two that move into each other' => sub {
    my ($room, $other) = (space(), space());
    my ($one, $two) = (made($room, '05-14', 9)->{id}, made($other, '05-14', 9)->{id});
    my @answers = $client->at_once(
        [ PATCH => "/v1/bookings/$one", { space => $other }, as => $ann, headers => [ 'If-Match' => '*' ] ],
        [ PATCH => "/v1/bookings/$two", { space => $room }, as => $ann, headers => [ 'If-Match' => '*' ] ]);
    is(join(' ', map { $_->code } @answers), '409 409', 'neither takes the place of the other');
    my @edits = $client->at_once(map { [ PATCH => "/v1/bookings/$one", { title => "T$_" }, as => $ann,
        headers => [ 'If-Match' => '"1"' ] ] } 1 .. 8);
    is(scalar(grep { $_->code == 200 } @edits), 1, 'of 8 changes of one version one is made');
    is(scalar(grep { $_->code == 412 } @edits), 7, 'and the others are told that it is of another version now');
    my @any = $client->at_once(map { [ PATCH => "/v1/bookings/$one", { title => "U$_" }, as => $ann,
        headers => [ 'If-Match' => '*' ] ] } 1 .. 8);
    is(scalar(grep { $_->code == 200 } @any), 8, 'changes of whatever version are all made');
    shows(get_one($one), 200, { version => 10 }, 'and each is a version');
};

done_testing();

# The booking service: every answer of its three routes, and the order of its checks. Which times
# conflict is in t/80-conflicts.t.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;

my @SCHEMA   = ('INPUT_ERR', 'incorrect schema for a new booking');
my @REQUIRED = (@SCHEMA, 'A new space requires a space, date, user, occupants, start, and end time');
my @NOT_YOU  = ('INPUT_ERR', 'User ID does not match', 'Can only create a reservation for yourself');
my @DATE     = ('INPUT_ERR', 'Date must be formatted as YYYY-MM-DD');
my @SPACE    = ('INVALID SPACE', 'Space ID is invalid', 'Please provide a valid space id');
my @FULL     = ('INVALID', 'Too many occupants', 'Space capacity exceeded');
my @CLOSED   = ('INVALID', 'Building not open', 'Time constraints not met');
my @CONFLICT = ('CONFLICT', 'Scheduling conflict', 'Your booking overlaps with another');
my @NO_ID    = ('INPUT_ERROR', 'Unable to detect a booking id');
my @NOBODY   = ('MALFORMED', 'basic auth is missing or malformed',
    'ensure that a username and/or password are provided');
my @EXPIRED  = ('SESSION EXPIRED', 'user session has expired');

# A day of the future that is nobody else's, so that a test knows all of its bookings.
sub day { return sprintf '%d-%02d-%02d', 2040 + rand 200, 1 + rand 12, 1 + rand 28 }

# What the sections share.
my ($ann, $bob, $book, %booking, $day, $id, @ids, $other, $response, $right, $space);

both_profiles(
    sub {
        my ($client) = @_;
        $ann    = $client->member;
        $bob    = $client->member;
        $space  = $client->space(capacity => 4, openTime => '2030-01-01T08:00:00Z',
            closeTime => '2030-01-01T22:00:00Z');
        $day  = day();
        $book = sub {
            return $client->book($ann, spaceID => $space, date => $day,
                startTime => "${day}T10:00:00Z", endTime => "${day}T11:00:00Z", @_);
        };
    },
    'book and read' => sub {
        my ($client) = @_;
        $response = $book->(occupants => 2);
        is_answer($response, 201, qr/^[1-9]\d{0,10}$/,
            'a booking is answered with a bare id below 100 000 000 000');
        $id = $response->content;
        %booking = (bookingID => "$id", spaceID => $space, date => $day, userID => "$ann->{id}",
            occupants => 2, startTime => "${day}T10:00:00Z", endTime => "${day}T11:00:00Z");
        is_answer($client->get("/booking/$day/$id", as => $ann), 200, \%booking,
            "a booking's owner can read it");
        is_answer($client->get("/booking/$day/$id", as => $bob), 200, \%booking,
            'another user can read a booking');
        is_answer($client->get("/booking/$day/$id", as => basic($ann->{name}, $ann->{id})), 200, \%booking,
            'a booking can be read by session id');
        is_answer($client->get("/booking/$day/$id", as => basic($ann->{id}, $ann->{password})), 200,
            \%booking, 'a booking can be read by password');

        is_answer($book->(userID => "$ann->{id}", startTime => "${day}T13:00:00.5+02:00", colour => 'red',
            endTime => "${day}T12:00:00.000Z", occupants => 4), 201, qr/^\d+$/,
            'a booking may have a user id as a string, an offset, a fraction and an unknown member');
        @ids = map {
            $book->(startTime => "${day}T" . ($_ + 12) . ':00:00Z', endTime => "${day}T" . ($_ + 13) . ':00:00Z')
                ->content
        } 0 .. 5;
        is(scalar(grep { /^\d+$/ } @ids), 6, 'six bookings of consecutive hours are made');
        is(scalar(grep { abs($ids[$_] - $ids[ $_ - 1 ]) < 1000 } 1 .. $#ids), 0,
            'no two of six consecutive bookings have ids close to each other')
            or diag("@ids");

        $other = $client->space;
        my $from  = day();
        my %spelled = (
            "${from}T01:00:00+02:00"        => '', "${from}T03:00:00.000-00:00" => "${from}T03:00:00Z",
            "${from}t04:00:00.123456789z"   => "${from}T04:00:00.123456789Z",
            "${from}T05:00:00.125+00:00"    => "${from}T05:00:00.125Z",
            "${from}T08:45:00.000001+05:45" => "${from}T03:00:00.000001Z",
        );
        for my $start (sort keys %spelled) {
            my $shop = $client->space;
            my $made = $client->book($ann, spaceID => $shop, date => $from, startTime => $start,
                endTime => "${from}T12:00:00Z");
            is_answer($made, 201, qr/^\d+$/, "a booking from $start is made");
            my $read = $client->get("/booking/$from/" . $made->content, as => $ann);
            my $utc  = $spelled{$start} || qr/^(?!$from).*T23:00:00Z$/;
            my ($got) = $read->content =~ /"startTime": ?"([^"]+)"/;
            ref $utc ? like($got, $utc, "the start $start reads back in UTC") : is($got, $utc,
                "the start $start reads back in UTC");
        }

        for my $name ('..', '.', "Caf\x{e9} \x{1f3e0}", 'a;b=c', 'a&b+c', q{"it's" <so>}, '~$!*()@:,^`|{}[]', '-', ' ') {
            my $odd  = $client->space(buildingCode => $name . unique(' '));
            my $made = $client->book($ann, spaceID => $odd, date => $day, startTime => "${day}T10:00:00Z",
                endTime => "${day}T11:00:00Z");
            is_answer($made, 201, qr/^\d+$/, 'a space of an odd name is booked: ' . json_text($odd));
            my ($got) = map { JSON::PP::decode_json($_->content)->{spaceID} }
                $client->get("/booking/$day/" . $made->content, as => $ann);
            is($got, $odd, 'the id of the space reads back: ' . json_text($odd));
        }
    },
    'the schema' => sub {
        my ($client) = @_;
        $right = $client->booking($ann, spaceID => $space, date => $day,
            startTime => "${day}T20:00:00Z", endTime => "${day}T21:00:00Z");
        my %required = ('nothing' => {}, 'no JSON' => 'spaceID=1', 'no body' => '', 'a list' => [$right]);
        for my $member (sort keys %$right) {
            $required{"$member absent"} = { map { $_ => $right->{$_} } grep { $_ ne $member } keys %$right };
            $required{"$member null"}   = { %$right, $member => undef };
        }
        $required{'occupants 0'} = { %$right, occupants => 0 };
        for my $name (sort keys %required) {
            is_error($client->post('/booking', $required{$name}, as => $ann, type => 'application/json'),
                400, \@REQUIRED, "a booking is refused: $name");
        }
        my %wrong = (
            'a space, a number'      => [ spaceID => 7 ],
            'a space, a list'        => [ spaceID => [$space] ],
            'a date, a number'       => [ date => 20300514 ],
            'a user, a word'         => [ userID => 'ann' ],
            'a user, a fraction'     => [ userID => $ann->{id} + 0.5 ],
            'a user, true'           => [ userID => JSON::PP::true ],
            'an empty user'          => [ userID => '' ],
            'an empty space'         => [ spaceID => '' ],
            'an empty start'         => [ startTime => '' ],
            'an empty end'           => [ endTime => '' ],
            'occupants, a string'    => [ occupants => '2' ],
            'occupants, a fraction'  => [ occupants => 1.5 ],
            'occupants below 0'      => [ occupants => -1 ],
            'a start, a number'      => [ startTime => 1900000000 ],
            'an end, an object'      => [ endTime => {} ],
        );
        for my $name (sort keys %wrong) {
            is_error($book->(@{ $wrong{$name} }), 400, \@SCHEMA, "a booking is refused: $name");
        }
        is_error($book->(date => ''), 400, ['INPUT_ERR'], 'a booking is refused: an empty date');
        for my $time ('tomorrow', "${day}T20:00:00", "$day 20:00", "${day}T20:00Z", "${day}T24:00:00Z",
            "${day}T20:60:00Z", "${day}T20:00:00+2", "${day}T20:00:00 Z", "${day}T20:00:00+24:00") {
            is_error($book->(startTime => $time), 400, ['INPUT_ERR'], "a booking is refused: a start $time");
            is_error($book->(endTime   => $time), 400, ['INPUT_ERR'], "a booking is refused: an end $time");
        }
    },
    'each rule, and which of two comes first' => sub {
        my ($client) = @_;
        my $taken = "${day}T10:30:00Z";
        is_error($book->(userID => $bob->{id}), 400, \@NOT_YOU, 'a member cannot book for another user');
        is_error($client->book($client->admin, userID => $bob->{id}), 400, \@NOT_YOU,
            'an administrator cannot book for another user');
        for my $date ('2030-5-14', '14-05-2030', '2030/05/14', '2030-05-14T00:00:00Z', 'today', '2030-02-30',
            '2030-13-01', '2030-00-10', '2030-01-00', '2031-02-29', '2100-02-29', ' 2030-05-14') {
            is_error($book->(date => $date), 400, \@DATE, "a booking is refused for its date '$date'");
        }
        is_error($book->(date => day()), 400, ['INPUT_ERR'],
            "a booking is refused when its date is not the start's");
        is_error($book->(date => $day, startTime => "${day}T23:30:00+23:00", endTime => "${day}T22:00:00Z",
            spaceID => 'nothing-1'), 400, \@SPACE,
                "the date of a booking is compared with the start's in the start's own offset");
        is_error($book->(endTime => "${day}T10:00:00Z"), 400, ['INPUT_ERR'],
            'a booking is refused when it ends at its start');
        is_error($book->(endTime => "${day}T09:00:00Z"), 400, ['INPUT_ERR'],
            'a booking is refused when it ends before its start');
        is_error($book->(endTime => "${day}T11:00:00+01:00"), 400, ['INPUT_ERR'],
            'a booking is refused when it ends at its start in another offset');
        is_error($book->(spaceID => 'nothing-1'), 400, \@SPACE, 'a booking of an unknown space is refused');
        is_error($book->(occupants => 5), 400, \@FULL,
            'a booking with more occupants than the capacity is refused');
        is_error($book->(startTime => "${day}T07:00:00Z", endTime => "${day}T08:30:00Z"), 400, \@CLOSED,
            'a booking before the opening time is refused');
        is_error($book->(startTime => $taken), 400, \@CONFLICT, 'a booking that overlaps another is refused');

        is_error($client->post('/booking', {}), 400, \@NOBODY,
            'missing credentials are reported before a wrong schema');
        is_error($book->(occupants => 0, userID => $bob->{id}), 400, \@SCHEMA,
            "a wrong schema is reported before another user's id");
        is_error($book->(userID => $bob->{id}, date => 'today'), 400, \@NOT_YOU,
            "another user's id is reported before a wrong date");
        is_error($book->(date => 'today', spaceID => 'nothing-1'), 400, \@DATE,
            'a wrong date is reported before an unknown space');
        is_error($book->(spaceID => 'nothing-1', occupants => 5000), 400, \@SPACE,
            'an unknown space is reported before too many occupants');
        is_error($book->(occupants => 5, startTime => "${day}T07:00:00Z"), 400, \@FULL,
            'too many occupants are reported before the opening hours');
        is_error($book->(startTime => "${day}T07:00:00Z"), 400, \@CLOSED,
            'the opening hours are reported before a conflict');
    },
    'who may' => sub {
        my ($client) = @_;
        my @requests = ([ POST => '/booking', $right ], [ GET => "/booking/$day/$id" ],
            [ DELETE => "/booking/$day/$id" ]);
        for my $request (@requests) {
            my $what = $request->[0];
            is_error($client->call(@$request[ 0 .. 2 ]), 400, \@NOBODY, "$what is refused without credentials");
            is_error($client->call(@$request[ 0 .. 2 ], as => 'Basic YW5u'), 400, \@NOBODY,
                "$what is refused with incomplete Basic credentials");
            is_error($client->call(@$request[ 0 .. 2 ], as => 'Bearer nothing'), 400, \@EXPIRED,
                "$what is refused with an unknown token");
            is_error($client->call(@$request[ 0 .. 2 ], as => basic($ann->{id}, 'open-says-me')), 400,
                \@EXPIRED, "$what is refused with a wrong password");
        }
    },
    'read and delete what is not there' => sub {
        my ($client) = @_;
        my $unused = day();
        for my $wrong ('abc', '0', '-1', '1.5', '99999999999999999999') {
            is_error($client->get("/booking/$day/$wrong", as => $ann), 400, \@NO_ID,
                "reading a booking is refused for the id $wrong");
            is_error($client->delete("/booking/$day/$wrong", as => $ann), 400, ['INPUT_ERROR'],
                "deleting a booking is refused for the id $wrong");
        }
        for my $path ("$day/99999999999", "$unused/$id", "$unused/99999999999") {
            is_error($client->get("/booking/$path", as => $ann), 404, [ 'NOT_FOUND', 'Booking Not Found' ],
                "reading a booking that does not exist is answered 404: $path");
        }
        is_error($client->delete("/booking/$unused/$id", as => $ann), 404,
            [ 'NOT_FOUND', 'Booking Date Not Found' ],
                'deleting a booking on a day without bookings names the date');
        is_error($client->delete("/booking/$day/99999999999", as => $ann), 404,
            [ 'NOT_FOUND', 'Booking ID Not Found' ],
                'deleting an unknown booking on a day with others names the id');
    },
    'delete' => sub {
        my ($client) = @_;
        is_error($client->delete("/booking/$day/$id", as => $bob), 400, ['UNAUTHORIZED'],
            "a member cannot delete another user's booking");
        is_answer($client->get("/booking/$day/$id", as => $bob), 200, \%booking,
            'a refused deletion leaves the booking');
        is_answer($client->delete("/booking/$day/$id", as => $ann), 200, 'Deleted',
            'a booking is deleted by its owner');
        is_error($client->get("/booking/$day/$id", as => $ann), 404, ['NOT_FOUND'],
            'a booking that its owner deleted is not found');
        is_error($client->delete("/booking/$day/$id", as => $ann), 404,
            [ 'NOT_FOUND', 'Booking ID Not Found' ], 'a deleted booking cannot be deleted again');
        is_answer($book->(occupants => 2), 201, qr/^(?!$id$)\d+$/,
            'the time of a deleted booking can be booked');
        is_answer($client->delete("/booking/$day/$ids[0]", as => $client->admin), 200, 'Deleted',
            'a booking is deleted by an administrator');
        is_error($client->get("/booking/$day/$ids[0]", as => $ann), 404, ['NOT_FOUND'],
            'a booking that an administrator deleted is not found');
        my $alone = day();
        my $last  = $client->book($ann, spaceID => $other, date => $alone, startTime => "${alone}T10:00:00Z",
            endTime => "${alone}T11:00:00Z")->content;
        is_answer($client->delete("/booking/$alone/$last", as => $ann), 200, 'Deleted',
            'the last booking of a day is deleted');
        is_error($client->delete("/booking/$alone/$last", as => $ann), 404,
            [ 'NOT_FOUND', 'Booking Date Not Found' ],
                'deleting a booking after the last of its day was deleted names the date');
    },
    'health, routes and methods' => sub {
        my ($client) = @_;
        $response = $client->get('/booking/health');
        is($response->code . ' ' . $response->content, '200 OK', 'GET /booking/health answers OK');
        for my $path ('/booking/', "/booking/$day", "/booking/$day/$id/more") {
            is_error($client->get($path, as => $ann), 404, [ 'NOT_FOUND', 'Route Not Found' ],
                "GET $path is no route");
        }
        my %allowed = ('/booking' => 'OPTIONS, POST', "/booking/$day/$id" => 'DELETE, GET, HEAD, OPTIONS');
        for my $path (sort keys %allowed) {
            my $wrong = $client->put($path, {}, as => $ann);
            is_error($wrong, 405, [ 'METHOD_NOT_ALLOWED', 'Method Not Allowed' ], "PUT $path is answered 405");
            is(join(', ', sort split /, ?/, $wrong->header('Allow') // ''), $allowed{$path},
                "the 405 of PUT $path has Allow");
        }
    },
);

# ---- a service that it asks is out of reach ----------------------------------------------------
for my $profile ('', '_standard') {
    my $whole   = Bookable::Client->new;
    my $ann     = $whole->member;
    my $space   = $whole->space;
    my $client  = Bookable::Client->new(vhost => "no_space_service$profile");
    my @failed  = ('DEPENDENCY_UNAVAILABLE', 'Availability service unavailable');
    is_error($client->book($ann, spaceID => $space), 400, [ @failed, qr/^(?!Circuit)./ ],
        "$client->{vhost}: without a space service a booking is refused");
    is_error($client->book($ann, spaceID => $space, date => 'today'), 400, \@DATE,
        "$client->{vhost}: a wrong date is reported before the missing space service");
    $client = Bookable::Client->new(vhost => "no_user_service$profile");
    is_error($client->book($ann, spaceID => $space), 400, ['DEPENDENCY_UNAVAILABLE'],
        "$client->{vhost}: without a user service a booking is refused");
    is_error($client->get('/booking/2030-05-14/1', as => $ann), 400, ['DEPENDENCY_UNAVAILABLE'],
        "$client->{vhost}: without a user service a booking cannot be read");
    is_error($client->post('/space', {}, as => $ann), 400, ['DEPENDENCY_UNAVAILABLE'],
        "$client->{vhost}: without a user service a space cannot be made");
    is_error($client->book({ id => 1, token => '' }), 400, \@NOBODY,
        "$client->{vhost}: without a user service an empty token is malformed");
}

for my $vhost (qw(tripped tripped_standard)) {
    my $client = Bookable::Client->new(vhost => $vhost);
    my $ann    = $client->member;
    my $book   = sub { return $client->book($ann, spaceID => 'Hall-1', @_) };
    is_error($book->(), 400, ['DEPENDENCY_UNAVAILABLE'],
        "$vhost: call $_ of 3 to the missing space service fails") for 1 .. 3;
    my $refused = $book->();
    is_error($refused, 400, [ 'DEPENDENCY_UNAVAILABLE', 'Availability service unavailable',
        'Circuit breaker open' ], "$vhost: the breaker is open after three failures");
    like($refused->header('Retry-After'), qr/^[1-9]\d*$/, "$vhost: an open breaker answers with Retry-After");
    is_error($book->(date => 'today'), 400, \@DATE,
        "$vhost: a wrong date is answered while the breaker is open");
    is_error($client->get('/booking/2030-05-14/99999999999', as => $ann), 404, ['NOT_FOUND'],
        "$vhost: a request to the user service only is answered while the breaker for spaces is open");
}
my $astray = Bookable::Client->new(vhost => 'astray');
is_error($astray->book($astray->member, spaceID => $astray->space), 400,
    [ 'DEPENDENCY_UNAVAILABLE', 'Availability service unavailable' ],
        'a 404 for a missing route of the space service is not taken for an unknown space');

done_testing();

# When a space is taken and when it is closed. Two bookings of one space conflict where each starts
# before the other ends, as instants; back-to-back is no conflict.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;

my @CONFLICT = ('CONFLICT', 'Scheduling conflict', 'Your booking overlaps with another');
my @CLOSED   = ('INVALID', 'Building not open', 'Time constraints not met');
my @FULL     = ('INVALID', 'Too many occupants', 'Space capacity exceeded');

# What the sections share.
my ($ann, $bob, $book, $free, $shut, $taken);

both_profiles(
    sub {
        my ($client) = @_;
        $ann    = $client->member;
        $bob    = $client->member;

        # Books from one time to another. Short times are of one day, in UTC; the date is the start's.
        $book = sub {
            my ($space, $from, $to, %more) = @_;
            s/^(\d\d:\d\d)$/2030-05-14T$1:00Z/ for $from, $to;
            return $client->book($ann, spaceID => $space, date => substr($from, 0, 10), startTime => $from,
                endTime => $to, %more);
        };
        $taken = sub { my ($what, @when) = @_; is_error($book->(@when), 400, \@CONFLICT, "a booking is refused as a conflict: $what") };
        $free  = sub { my ($what, @when) = @_; is_answer($book->(@when), 201, qr/^\d+$/, "a booking is made: $what") };
        $shut  = sub { my ($what, @when) = @_; is_error($book->(@when), 400, \@CLOSED, "a booking is refused outside the opening hours: $what") };
    },
    'overlaps' => sub {
        my ($client) = @_;
        my $hall = $client->space;
        $free->('nothing there yet', $hall, '10:00', '12:00');
        $taken->(@$_) for (
            [ 'the same time',             $hall, '10:00', '12:00' ],
            [ 'contained',                 $hall, '10:30', '11:30' ],
            [ 'contained, from the start', $hall, '10:00', '10:01' ],
            [ 'contained, to the end',     $hall, '11:59', '12:00' ],
            [ 'containing',                $hall, '09:00', '13:00' ],
            [ 'containing, same start',    $hall, '10:00', '12:01' ],
            [ 'containing, same end',      $hall, '09:59', '12:00' ],
            [ 'over the start',            $hall, '09:00', '10:01' ],
            [ 'over the end',              $hall, '11:59', '13:00' ],
            [ 'a whole year round it',     $hall, '2030-01-01T00:00:00Z', '2031-01-01T00:00:00Z' ],
            [ 'the last nanosecond',       $hall, '2030-05-14T11:59:59.999999999Z', '13:00' ],
            [ 'the first nanosecond',      $hall, '09:00', '2030-05-14T10:00:00.000000001Z' ],
            [ 'by offset +05:30',          $hall, '2030-05-14T15:30:00+05:30', '2030-05-14T17:30:00+05:30' ],
            [ 'by -12:00, the day before', $hall, '2030-05-13T22:30:00-12:00', '2030-05-13T23:00:00-12:00' ],
            [ 'by +14:00, the day after',  $hall, '2030-05-15T00:30:00+14:00', '2030-05-15T01:00:00+14:00' ],
            [ 'by two offsets',            $hall, '2030-05-14T12:30:00+02:00', '2030-05-14T06:00:00-05:00' ],
            [ 'in lower case',             $hall, '2030-05-14t10:30:00z', '2030-05-14t11:00:00z' ],
        );
        is_error($client->book($bob, spaceID => $hall, startTime => '2030-05-14T11:00:00Z',
            endTime => '2030-05-14T11:30:00Z'), 400, \@CONFLICT,
                'a booking is refused as a conflict: another user');
        $free->('back-to-back before',           $hall, '09:00', '10:00');
        $free->('back-to-back after',            $hall, '12:00', '13:00');
        $free->('back-to-back by offset',        $hall, '2030-05-14T15:00:00+02:00', '2030-05-14T14:00:00Z');
        $free->('back-to-back, a nanosecond',    $hall, '14:00', '2030-05-14T14:00:00.000000001Z');
        $taken->('that nanosecond',              $hall, '14:00', '15:00');
        $free->('from the nanosecond on',        $hall, '2030-05-14T14:00:00.000000001Z', '15:00');
        $free->('the same time of the day after', $hall, '2030-05-15T10:00:00Z', '2030-05-15T12:00:00Z');
        $free->('another space', $client->space, '10:00', '12:00');
        $taken->('between two neighbours', $hall, '11:00', '12:30');
        my $east = $client->space(roomCode => 1);
        my $west = $east =~ s/1$/2/r;
        is($client->post('/space', { buildingCode => $east =~ s/-1$//r, roomCode => 2 }, as => $client->admin)
            ->code, 201, 'two rooms of one building');
        $free->('one room',   $east, '10:00', '11:00');
        $free->('the other',  $west, '10:00', '11:00');
    },
    'across days' => sub {
        my ($client) = @_;
        my $lab = $client->space;
        $free->('over midnight', $lab, '2030-05-14T22:00:00Z', '2030-05-15T02:00:00Z');
        $taken->('on the next day', $lab, '2030-05-15T01:00:00Z', '2030-05-15T03:00:00Z');
        $taken->('on the next day, whose date says the day before', $lab, '2030-05-14T20:00:00-05:00',
            '2030-05-14T20:30:00-05:00');
        $free->('after it', $lab, '2030-05-15T02:00:00Z', '2030-05-15T03:00:00Z');
        $free->('for three weeks', $lab, '2030-06-01T00:00:00Z', '2030-06-22T00:00:00Z');
        $taken->('an hour in the middle of them', $lab, '2030-06-11T10:00:00Z', '2030-06-11T11:00:00Z');
        $taken->('an hour of their last day', $lab, '2030-06-21T23:00:00Z', '2030-06-22T01:00:00Z');
        $free->('a leap day', $lab, '2032-02-29T10:00:00Z', '2032-02-29T11:00:00Z');
        $free->('long ago', $lab, '1690-05-14T10:00:00Z', '1690-05-14T11:00:00Z');
        $taken->('long ago, before the epoch', $lab, '1690-05-14T10:59:59Z', '1690-05-14T12:00:00Z');
        $free->('in the far future', $lab, '2261-05-14T10:00:00Z', '2261-05-14T11:00:00Z');
        $taken->('in the far future', $lab, '2261-05-14T09:00:00Z', '2261-05-14T10:00:00.5Z');
    },
    'deleted' => sub {
        my ($client) = @_;
        my $room = $client->space;
        my ($first, $second) = map { $book->($room, @$_)->content } [ '10:00', '11:00' ], [ '11:00', '12:00' ];
        is_answer($client->delete("/booking/2030-05-14/$first", as => $ann), 200, 'Deleted', 'the first goes');
        $taken->('the second is still there', $room, '10:30', '11:30');
        $free->('the time of the first', $room, '10:00', '11:00');
        is_answer($client->delete("/booking/2030-05-14/$second", as => $ann), 200, 'Deleted',
            'the second goes');
        $free->('the time of the second', $room, '11:00', '12:00');
    },
    'capacity' => sub {
        my ($client) = @_;
        my $small = $client->space(capacity => 3);
        is_error($book->($small, '10:00', '11:00', occupants => 4), 400, \@FULL, 'four do not fit in three');
        is_error($book->($small, '10:00', '11:00', occupants => 2147483648), 400, \@FULL,
            '2147483648 occupants do not fit in three');
        is_answer($book->($small, '10:00', '11:00', occupants => 3), 201, qr/^\d+$/, 'three do');
        is_answer($book->($client->space(capacity => $_), '10:00', '11:00', occupants => 1_000_000), 201,
            qr/^\d+$/, 'no limit: capacity ' . ($_ // 'null')) for 0, undef;
        is_answer($book->($client->space, '10:00', '11:00', occupants => 1_000_000), 201, qr/^\d+$/,
            'no limit: none stated');
    },
    'opening hours' => sub {
        my ($client) = @_;
        my $hours = sub {
            my ($open, $close) = @_;
            return $client->space($open ? (openTime => "2020-01-31T$open") : (),
                $close ? (closeTime => "2021-12-01T$close") : ());
        };
        my $day = $hours->('08:00:00Z', '22:00:00Z');
        $shut->('before it opens',        $day, '07:00', '07:30');
        $shut->('over the opening',       $day, '07:59', '09:00');
        $shut->('over the closing',       $day, '21:00', '22:01');
        $shut->('a nanosecond early',     $day, '2030-05-14T07:59:59.999999999Z', '09:00');
        $shut->('a nanosecond late',      $day, '21:30', '2030-05-14T22:00:00.000000001Z');
        $shut->('after it closes',        $day, '22:30', '23:00');
        $shut->('over a night',           $day, '2030-05-14T21:00:00Z', '2030-05-15T09:00:00Z');
        $shut->('a day and an hour',      $day, '2030-05-14T10:00:00Z', '2030-05-15T11:00:00Z');
        $shut->('a whole day',            $day, '2030-05-14T08:00:00Z', '2030-05-15T08:00:00Z');
        $shut->('by offset, it is 07:00', $day, '2030-05-14T09:00:00+02:00', '2030-05-14T10:30:00+02:00');
        $free->('by offset, it is 08:00', $day, '2030-05-14T10:00:00+02:00', '2030-05-14T11:00:00+02:00');
        $free->('by offset, it is 21:00 of the day before', $day, '2030-05-15T01:00:00+04:00',
            '2030-05-15T02:00:00+04:00');
        $free->('all day', $day, '2030-05-16T08:00:00Z', '2030-05-16T22:00:00Z');
        $free->('whatever the year of the hours', $day, '1999-05-16T08:00:00Z', '1999-05-16T22:00:00Z');

        my $night = $hours->('20:00:00Z', '04:00:00Z');
        $free->('past midnight: the evening',        $night, '2030-05-14T20:00:00Z', '2030-05-14T23:00:00Z');
        $free->('past midnight: over midnight',      $night, '2030-05-14T23:00:00Z', '2030-05-15T01:00:00Z');
        $free->('past midnight: the early morning',  $night, '2030-05-15T01:00:00Z', '2030-05-15T04:00:00Z');
        $free->('past midnight: the whole night',    $night, '2030-05-15T20:00:00Z', '2030-05-16T04:00:00Z');
        $shut->('past midnight: by day',             $night, '2030-05-14T10:00:00Z', '2030-05-14T11:00:00Z');
        $shut->('past midnight: before it opens',    $night, '2030-05-17T19:59:00Z', '2030-05-17T21:00:00Z');
        $shut->('past midnight: after it closes',    $night, '2030-05-17T03:00:00Z', '2030-05-17T04:01:00Z');
        $shut->('past midnight: two nights',         $night, '2030-05-17T21:00:00Z', '2030-05-19T03:00:00Z');
        $shut->('past midnight: over a day',         $night, '2030-05-17T03:00:00Z', '2030-05-17T21:00:00Z');

        my $zone = $hours->('08:00:00+02:00', '18:00:00+02:00');
        $shut->('hours by +02:00: 17:00Z is 19:00 there', $zone, '16:30', '17:00');
        $free->('hours by +02:00: 06:00Z is 08:00 there', $zone, '06:00', '07:00');
        $free->('hours by +02:00: 08:00 there', $zone, '2030-05-15T08:00:00+02:00',
            '2030-05-15T18:00:00+02:00');
        my $far = $hours->('22:00:00+00:00', '08:00:00+00:00');
        $free->('hours over midnight, booked by +10:00', $far, '2030-05-15T08:00:00+10:00',
            '2030-05-15T18:00:00+10:00');

        my $early = $hours->('08:00:00Z', undef);
        $shut->('no closing time: before it opens',  $early, '07:00', '09:00');
        $free->('no closing time: late',             $early, '22:00', '23:59');
        $free->('no closing time: early',            $early, '08:00', '09:00');
        my $late = $hours->(undef, '18:00:00Z');
        $shut->('no opening time: after it closes',  $late, '17:00', '18:01');
        $shut->('no opening time: late',             $late, '19:00', '20:00');
        $free->('no opening time: early',            $late, '00:00', '01:00');
        $free->('no opening time: to its end',       $late, '17:00', '18:00');
        my $till = $hours->(undef, '18:00:00+02:00');
        $free->('no opening time, by +02:00: 22:30Z is 00:30 there', $till, '22:30', '23:00');
        $shut->('no opening time, by +02:00: 16:30Z is 18:30 there', $till, '16:30', '17:00');
        my $from = $hours->('08:00:00+02:00', undef);
        $free->('no closing time, by +02:00: to midnight there', $from, '21:00', '22:00');
        $shut->('no closing time, by +02:00: after midnight there', $from, '22:00', '23:00');
        my $always = $client->space;
        $free->('no hours: always open', $always, '2030-05-14T00:00:00Z', '2030-05-17T00:00:00Z');
    },
);

done_testing();

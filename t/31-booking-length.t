# How long a booking may be: lengths that no signed number of 64 bits can say in nanoseconds, and
# BookingMaxLength.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;

my @CLOSED = ('INVALID', 'Building not open');

# A booking of a new space, from one time to another.
sub book
{
    my ($client, $user, $space, $start, $end, %more) = @_;
    return $client->book($user, spaceID => $space, date => substr($start, 0, 10), startTime => $start,
        endTime => $end, %more);
}

# ---- without a limit, opening hours hold all the same --------------------------------------------
my $client = Bookable::Client->new;
my $ann    = $client->member;
my @hours  = (openTime => '2030-01-01T08:00:00Z', closeTime => '2030-01-01T18:00:00Z');
for my $end ('1970-04-11T23:47:16Z', '1970-04-12T10:00:00Z', '2000-01-01T10:00:00Z', '2261-12-31T17:00:00Z') {
    is_error(book($client, $ann, $client->space(@hours), '1678-01-01T09:00:00Z', $end), 400,
        [ @CLOSED, 'Time constraints not met' ], "a booking from 1678 to $end does not pass hours of 8 to 18");
}

# Where a space is always open, five centuries are stored as they are, and conflict with what lies
# in them.
my $always = $client->space;
my ($from, $to) = ('1678-01-01T09:00:00Z', '2261-12-31T17:00:00.000000001Z');
my $made = book($client, $ann, $always, $from, $to);
is_answer($made, 201, qr/^\d+$/, 'without a limit, a space without hours is booked for five centuries');
my $read = $client->get('/booking/1678-01-01/' . $made->content, as => $ann);
is_answer($read, 200, { %{ JSON::PP::decode_json($read->content) }, startTime => $from, endTime => $to },
    'a booking of five centuries reads back');
is_error(book($client, $ann, $always, '2030-05-14T10:00:00Z', '2030-05-14T11:00:00Z'), 400, ['CONFLICT'],
    'an hour within five centuries that are booked is taken');
is_answer(book($client, $ann, $always, '2261-12-31T17:00:00.000000001Z', '2261-12-31T18:00:00Z'), 201, qr/^\d+$/,
    'the hour behind five centuries that are booked is free');
is_answer($client->delete('/booking/1678-01-01/' . $made->content, as => $ann), 200, 'Deleted',
    'a booking of five centuries is deleted');
is_answer(book($client, $ann, $always, '2030-05-14T10:00:00Z', '2030-05-14T11:00:00Z'), 201, qr/^\d+$/,
    'an hour within five centuries that were given back is free');

# ---- BookingMaxLength ----------------------------------------------------------------------------
my %limits = (month_length => [ '31 d', '2030-01-01T00:00:00Z', '2030-02-01T00:00:00Z' ],
    short_length => [ '90 min', '2030-01-01T10:00:00Z', '2030-01-01T11:30:00Z' ]);
for my $vhost (sort keys %limits) {
    my ($most, $start, $end) = @{ $limits{$vhost} };
    my $limited = Bookable::Client->new(vhost => $vhost);
    my $bob     = $limited->member;
    my $hall    = $limited->space(capacity => 4, @hours);
    my $field   = $limited->space;
    (my $longer = $end) =~ s/Z$/.000000001Z/;
    my @long = (@CLOSED, "A booking is at most $most long here");
    is_answer(book($limited, $bob, $field, $start, $end), 201, qr/^\d+$/, "a booking of $most, where that is the limit");
    is_error(book($limited, $bob, $limited->space, $start, $longer), 400, \@long,
        "a booking of a nanosecond more than $most");
    is_error(book($limited, $bob, $limited->space, '1678-01-01T09:00:00Z', '2261-12-31T17:00:00Z'), 400, \@long,
        "a booking of five centuries, where the limit is $most");
    is_error(book($limited, $bob, $field, $start, $longer), 400, \@long, "the limit of $most before a conflict");
    is_error(book($limited, $bob, $hall, $start, $longer), 400, \@long,
        "the limit of $most is what Details name of a booking that is outside of the hours, too");
    is_error(book($limited, $bob, $hall, $start, $longer, occupants => 5), 400, [ 'INVALID', 'Too many occupants' ],
        "the capacity before the limit of $most");
}

done_testing();

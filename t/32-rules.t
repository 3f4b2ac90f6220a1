# The rules of a policy hold for POST /booking of the base API: each rule is broken, on usual days and
# on those on which clocks are changed; who may what; and what another host says of a policy is not
# believed.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP qw(decode_json);
use POSIX qw(strftime);

use Bookable::Backend;
use Bookable::Client;
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

use constant DAY => 86400;

my @CLOSED = ('INVALID', 'Building not open');
my @FULL   = ('INVALID', 'Too many occupants');
my @NOT    = ('UNAUTHORIZED', qr/./);
my $YES    = JSON::PP::true;

# Besides the services of this host: a host that asks another one who is calling, and one that asks
# another one about spaces.
my $backend = Bookable::Backend->new;
my $server  = Bookable::Server->new(api => '/v1', stock => [qw(proxy proxy_http)], config => sub {
    my ($own) = @_;
    $own->{$_} = Bookable::Server::free_port() for qw(callers spaces);
    return <<"END" })->start;
ProxyPass /far/ http://127.0.0.1:@{[ $backend->port ]}/ retry=0
Listen 127.0.0.1:$own->{callers}
<VirtualHost 127.0.0.1:$own->{callers}>
    BookingUserPath /far/user
</VirtualHost>
Listen 127.0.0.1:$own->{spaces}
<VirtualHost 127.0.0.1:$own->{spaces}>
    BookingSpacePath /far/space
    BookingMaxLength Off
    BookingBreaker space minimum-calls=2
</VirtualHost>
END
my $client  = Bookable::Client->new(base => $server->base_url);
my $callers = Bookable::Client->new(base => "http://127.0.0.1:$server->{callers}");
my $far     = Bookable::Client->new(base => "http://127.0.0.1:$server->{spaces}");
my $admin   = $client->admin;
my $ann     = $client->member;
my $bob     = $client->member;

# ---- what is booked -------------------------------------------------------------------------------

sub must
{
    my ($status, $response) = @_;
    $response->code == $status or die $response->as_string;
    return $response;
}

# Gives the policy of all these spaces other rules.
my $is_there = 0;
sub rules
{
    my (%rules) = @_;
    my @condition = $is_there++ ? ('If-Match' => '*') : ('If-None-Match' => '*');
    must($is_there == 1 ? 201 : 200,
        $client->put('/v1/policies/rules', { name => 'Rules', %rules }, as => $admin, headers => \@condition));
    return;
}

my $count = 0;
sub space
{
    my (%more) = @_;
    my $id = 'hall-' . ++$count;
    must(201, $client->post('/v1/spaces', { id => $id, name => "Hall $count", capacity => 4,
        timeZone => 'Europe/Helsinki', policy => 'rules', %more }, as => $admin));
    return $id;
}

# A booking from one instant to another, in the first one's offset.
sub book
{
    my ($space, $start, $end, %more) = @_;
    my $as = delete $more{as} // $ann;
    my $by = delete $more{by} // $client;
    my $body = $client->booking($as, spaceID => $space, date => substr($start, 0, 10), startTime => $start,
        endTime => $end, %more);
    return $by->post('/booking', $body, as => $as);
}

# An hour of a day, so many from now on, by UTC: both ends of one day, though midnight may pass meanwhile.
sub in_days
{
    my ($days) = @_;
    my $day = strftime('%Y-%m-%d', gmtime(time + $days * DAY));
    return map { "${day}T$_:00:00Z" } 10, 11;
}

my $week = { days => [qw(mon tue wed thu fri sat sun)], from => '08:00', to => '22:00' };
my @noon = ('2030-05-14T12:00:00+03:00', '2030-05-14T13:00:00+03:00');

rules();
my $hall = space();

# ---- each rule ------------------------------------------------------------------------------------

subtest 'each rule is kept' => sub {
    my @cases = (
        [ 'hours', { hours => [$week] }, [ '2030-05-14T07:30:00+03:00', '2030-05-14T09:00:00+03:00' ], \@CLOSED ],
        [ 'hours', { hours => [$week] }, [ '2030-05-14T21:30:00+03:00', '2030-05-14T22:01:00+03:00' ], \@CLOSED ],
        [ 'closed', { hours => [$week], exceptions => [ { from => '2030-05-14', to => '2030-05-14', hours => [] } ] },
            \@noon, \@CLOSED ],
        [ 'length.min', { length => { min => 61 } }, \@noon, \@CLOSED, 'at least 61 minutes, not 60' ],
        [ 'length.max', { length => { max => 59 } }, \@noon, \@CLOSED, 'at most 59 minutes, not 60' ],
        [ 'length.step', { length => { step => 45 } }, \@noon, \@CLOSED, 'a multiple of 45 minutes' ],
        [ 'start.step', { start => { step => 30, anchor => '00:15' } }, \@noon, \@CLOSED, 'not at 12:00' ],
        [ 'lead', { lead => 3 * 1440 }, [ in_days(2) ], \@CLOSED ],
        [ 'horizon', { horizon => { days => 14 } }, [ in_days(17) ], \@CLOSED,
            '14 days' ],
        [ 'past', {}, [ in_days(-2) ], \@CLOSED ],
        [ 'capacity', { people => { enforceCapacity => $YES } }, [ @noon, occupants => 5 ], \@FULL, '4 people, not 5' ],
        [ 'people.min', { people => { min => 2 } }, \@noon, \@FULL, 'at least 2 people, not 1' ],
        [ 'not-bookable-by-you', { book => [ 'group:staff', "user:$bob->{id}" ] }, \@noon, \@NOT ],
        [ 'field-required', { fields => [ { key => 'purpose', required => $YES } ] }, \@noon, \@CLOSED, '"purpose"' ],
        [ 'terms-not-accepted', { terms => { url => 'https://example.org', version => '1' } }, \@noon, \@CLOSED ],
    );
    for my $case (@cases) {
        my ($rule, $rules, $wish, $error, $text) = @$case;
        $text //= '';
        rules(%$rules);
        is_error(book($hall, @$wish), 400, [ @$error, qr/^\Q$rule\E: .*\Q$text\E/ ],
            "a booking that breaks the rule $rule is refused, and it is named");
    }
    rules(request => ['everyone'], book => []);
    is_error(book($hall, @noon), 400, [ @NOT, qr/only request/ ],
        'who may only ask for a space cannot book it: the base API knows no requests');

    rules(hours => [$week], length => { max => 30 }, people => { min => 2 }, start => { step => 60 });
    my $all = book($hall, '2030-05-14T06:10:00+03:00', '2030-05-14T07:10:00+03:00');
    is_error($all, 400, [ @FULL, qr/(?=.*hours: )(?=.*length\.max: )(?=.*start\.step: )(?=.*people\.min: )/ ],
        'all rules that are broken are named at once');
};

subtest 'what keeps the rules is booked' => sub {
    rules(hours => [$week], length => { min => 60, max => 60, step => 60 }, start => { step => 30 },
        people => { min => 1, enforceCapacity => $YES }, book => ["user:$ann->{id}"], horizon => { days => 3660 });
    is_answer(book($hall, @noon, occupants => 4), 201, qr/^\d+$/, 'a booking that keeps every rule is made');
    is_error(book($hall, @noon), 400, ['CONFLICT'], 'a booking that keeps the rules may be in conflict');
    rules(horizon => { days => 14 });
    is_answer(book($hall, in_days(12)), 201, qr/^\d+$/,
        'a day that is near enough is booked');
    rules(past => $YES);
    is_answer(book($hall, in_days(-2)), 201, qr/^\d+$/,
        'where the past can be booked it is');
    rules(length => { max => 366 * 1440 });
    is_error(book($hall, '2031-01-01T00:00:00Z', '2031-03-01T00:00:00Z'), 400, [ @CLOSED, qr/at most/ ],
        'no policy allows more than BookingMaxLength');
    rules(people => { enforceCapacity => JSON::PP::false });
    is_error(book($hall, @noon, occupants => 5), 400, [ @FULL ], 'by contract the capacity holds in any case');
};

subtest 'time is kept free around bookings' => sub {
    my $room = space();
    my $at   = sub { map { "2030-05-15T$_:00+03:00" } @_ };
    rules(setup => 10, teardown => 20);
    is_answer(book($room, $at->('10:00', '11:00')), 201, qr/^\d+$/, 'a booking with time kept free around it is made');
    is_error(book($room, $at->('11:29', '12:00')), 400, ['CONFLICT'], 'tear-down and set-up add up');
    is_answer(book($room, $at->('11:30', '12:00')), 201, qr/^\d+$/, 'when both have passed the next one is made');
    rules();
    is_error(book($room, $at->('12:10', '13:00')), 400, ['CONFLICT'],
        'what was kept free stays so when the policy changes');
    is_answer(book($room, $at->('12:20', '13:00')), 201, qr/^\d+$/, 'later bookings go by the changed policy');
};

subtest 'quotas hold' => sub {
    my ($eve, $dan) = map { $client->member } 1, 2;
    my @rooms = map { space() } 1 .. 8;
    my $hours = sub { map { "2030-05-16T$_:00+03:00" } @_ };
    my @full = (@CLOSED, qr/quota-used: .*open/);
    rules(quota => [ { id => 'open', per => 'future', count => 3 } ]);
    my @made = map { book($_, $hours->('10:00', '11:00'), as => $eve) } @rooms[ 0 .. 2 ];
    is_deeply([ map { $_->code } @made ], [ (201) x 3 ], 'a quota of three bookings allows three');
    is_error(book($rooms[3], $hours->('10:00', '11:00'), as => $eve), 400, \@full, 'the fourth is refused');
    is_answer(book($rooms[3], $hours->('10:00', '11:00'), as => $dan), 201, qr/^\d+$/, 'a quota is one person\'s');
    is_answer(book($rooms[4], $hours->('10:00', '11:00'), as => $admin), 201, qr/^\d+$/, 'who overrides rules has no quota');
    is($client->delete('/booking/2030-05-16/' . $made[0]->content, as => $eve)->code, 200, 'one of the three is deleted');
    my @codes = sort map { $_->code } $client->at_once(map {
        [ POST => '/booking', $client->booking($eve, spaceID => $_, date => '2030-05-16',
            startTime => '2030-05-16T10:00:00+03:00', endTime => '2030-05-16T11:00:00+03:00'), as => $eve ] } @rooms[ 0, 5 .. 7 ]);
    is_deeply(\@codes, [ 201, 400, 400, 400 ], 'of four bookings at once the quota allows the one that is left');
};

# ---- days on which clocks are changed -------------------------------------------------------------

# The hours of a night, from and to in the wall clock of the zone, and what time really passes.
subtest 'on days with an hour more or less' => sub {
    my @days = (
        [ 'Europe/Helsinki', 'forward', '2030-03-31T01:00:00+02:00', '2030-03-31T05:00:00+03:00', 180 ],
        [ 'Europe/Helsinki', 'back', '2030-10-27T01:00:00+03:00', '2030-10-27T05:00:00+02:00', 300 ],
        [ 'America/Toronto', 'forward', '2030-03-10T01:00:00-05:00', '2030-03-10T05:00:00-04:00', 180 ],
        [ 'America/Toronto', 'back', '2030-11-03T01:00:00-04:00', '2030-11-03T05:00:00-05:00', 300 ],
        [ 'Australia/Lord_Howe', 'forward', '2030-10-06T01:00:00+10:30', '2030-10-06T05:00:00+11:00', 210 ],
        [ 'Australia/Lord_Howe', 'back', '2030-04-07T01:00:00+11:00', '2030-04-07T05:00:00+10:30', 270 ],
        [ 'Africa/Casablanca', 'forward', '2024-04-14T01:00:00+00:00', '2024-04-14T05:00:00+01:00', 180 ],
        [ 'Africa/Casablanca', 'back', '2024-03-10T01:00:00+01:00', '2024-03-10T05:00:00+00:00', 300 ],
        [ 'Europe/Dublin', 'forward', '2030-03-31T00:59:00+00:00', '2030-03-31T05:00:00+01:00', 181 ],
        [ 'Europe/Dublin', 'back', '2030-10-27T01:00:00+01:00', '2030-10-27T05:00:00+00:00', 300 ],
    );
    my @night = (past => $YES, hours => [ { %$week, from => '00:59', to => '05:00' } ]);
    for my $day (@days) {
        my ($zone, $way, $start, $end, $minutes) = @$day;
        my $room = space(timeZone => $zone);
        my $late = $end =~ s/T05:00/T05:01/r;
        my $what = "$zone, clocks put $way";
        rules(@night, length => { max => $minutes - 1 });
        is_error(book($room, $start, $end), 400, [ @CLOSED, qr/^length\.max: .*not $minutes\.$/ ],
            "$what: a length is the time that passes");
        rules(@night);
        is_error(book($room, $start, $late), 400, [ @CLOSED, qr/^hours: / ],
            "$what: it closes by the clock on the wall");
        rules(@night, length => { max => $minutes }, start => { step => $start =~ /:59:/ ? 59 : 60 });
        is_answer(book($room, $start, $end), 201, qr/^\d+$/, "$what: the whole night is booked");
    }
    rules(@night, timeZone => 'America/Toronto');
    is_error(book($hall, '2030-05-14T01:00:00+03:00', '2030-05-14T02:00:00+03:00'), 400, [ @CLOSED, qr/^hours: / ],
        "a policy's own zone comes before the space's");
    is_answer(book($hall, '2030-05-14T01:00:00-04:00', '2030-05-14T02:00:00-04:00'), 201, qr/^\d+$/,
        "the hours of a policy are those of its own zone");
};

# ---- who ------------------------------------------------------------------------------------------

sub log_of
{
    open my $in, '<', $server->error_log or die $server->error_log . ": $!\n";
    local $/;
    return scalar <$in>;
}

subtest 'who may override' => sub {
    my $managed = space(managers => ["user:$bob->{id}"]);
    my @shut = (hours => [], book => ['group:staff']);
    my $hour = 9;
    my $next = sub { $hour++; return map { sprintf '2030-06-01T%02d:00:00+03:00', $hour + $_ } 0, 1 };

    rules(@shut);
    is_error(book($managed, $next->()), 400, [ @NOT, qr/not-bookable-by-you: .*closed: / ],
        'a closed space is not booked by a member');
    my $made = book($managed, $next->(), as => $bob);
    is_answer($made, 201, qr/^\d+$/, 'who manages a space books it whatever the rules say');
    like(log_of(), qr/BK0421: event=override user=$bob->{id} by=$bob->{id} .*rules=not-bookable-by-you%2Cclosed/,
        'the log says which rules did not hold');
    is_answer(book($managed, $next->(), as => $admin), 201, qr/^\d+$/,
        'an administrator books a space whatever the rules say');
    is_error(book($hall, $next->(), as => $bob), 400, \@NOT, 'who manages one space does not manage another');
    is_error(book($managed, $next->(), as => $bob, occupants => 5), 400, [@FULL], 'nobody overrides the capacity');

    rules(@shut, people => { enforceCapacity => $YES });
    is_error(book($managed, $next->(), as => $bob, occupants => 5), 400, [ @FULL, qr/^capacity: [^:]*$/ ],
        'who overrides the others learns of the one rule that holds');
    rules(@shut, managersObey => $YES);
    is_error(book($managed, $next->(), as => $_), 400, \@NOT, 'where managers obey they are held to the rules')
        for $bob, $admin;
    rules(@shut, override => ["user:$ann->{id}"], managersObey => $YES);
    is_answer(book($managed, $next->(), as => $ann), 201, qr/^\d+$/, 'who is named overrides the rules');
};

# Who is calling, as another host says it.
sub caller_is
{
    my (%caller) = @_;
    $backend->mode('json 200 ' . JSON::PP->new->canonical->encode(
        { userID => "$ann->{id}", username => 'ann', role => 'member', %caller }));
    return;
}

subtest 'groups and tokens of the caller' => sub {
    my $day = 0;
    my $next = sub { $day++; return map { sprintf '2030-07-%02dT%02d:00:00+03:00', $day, $_ } 10, 11 };
    my $staff = space(managers => ['group:desk']);
    my $ask = sub { book($staff, $next->(), by => $callers, @_) };

    rules(book => ['group:staff'], request => ['group:guests'], override => ['group:facilities'],
        length => { max => 60 });
    caller_is();
    is_error($ask->(), 400, \@NOT, 'who is in no group is not in the group that books');
    caller_is(groups => ['guests']);
    is_error($ask->(), 400, [ @NOT, qr/only request/ ], 'a group that asks does not book');
    caller_is(groups => [ 'guests', 'staff' ]);
    is_answer($ask->(), 201, qr/^\d+$/, 'a group that books does');
    rules(book => ['group:staff'], override => ['group:facilities'], length => { max => 30 });
    is_error($ask->(), 400, [ @CLOSED, qr/^length\.max: / ], 'a group that books keeps the rules');
    for my $group ('facilities', 'desk') {
        caller_is(groups => [$group]);
        is_answer($ask->(), 201, qr/^\d+$/, "the group $group overrides them");
    }
    caller_is(groups => ['desk'], scopes => [ 'read', 'book' ]);
    is_error($ask->(), 400, \@NOT, 'a token that may not manage does not override by managing');
    caller_is(groups => ['desk'], scopes => [ 'read', 'book', 'manage' ]);
    is_answer($ask->(), 201, qr/^\d+$/, 'a token that may manage does');
    caller_is(role => 'admin', scopes => ['book']);
    is_error($ask->(), 400, \@NOT, "an administrator's token that may not manage does not override");

    rules();
    caller_is(scopes => ['book'], spaces => ['hall-0']);
    is_error($ask->(), 400, [ @NOT, qr/other spaces/ ], 'a token for other spaces books nothing here');
    caller_is(scopes => ['book'], spaces => [ 'hall-0', $staff ]);
    is_answer(my $made = $ask->(), 201, qr/^\d+$/, 'a token for this space books it');
    my $place = sprintf '/booking/2030-07-%02d/%s', $day, $made->content;
    caller_is(scopes => [ 'read', 'book' ], spaces => ['hall-0']);
    is_error($callers->get($place, as => $ann), 400, \@NOT, 'a token for other spaces reads no booking of this one');
    is_error($callers->delete($place, as => $ann), 400, \@NOT, 'a token for other spaces deletes no booking of this one');
};

# ---- what another host says -----------------------------------------------------------------------

subtest 'a policy that was tampered with' => sub {
    my %space = (spaceID => 'Far-1', roomCode => 1, buildingCode => 'Far', capacity => 4, openTime => undef,
        closeTime => undef, timeZone => 'Europe/Helsinki', managers => [], policy => { id => 'p', name => 'P', version => 1 });
    my $say = sub { $backend->mode('json 200 ' . JSON::PP->new->canonical->encode({ %space, @_ })) };
    my $day = 0;
    my $ask = sub {
        my $date = sprintf '2030-08-%02d', ++$day;
        return book('Far-1', "${date}T10:00:00+03:00", "${date}T11:00:00+03:00", by => $far);
    };
    my @away = ('DEPENDENCY_UNAVAILABLE', qr/./, qr/policy/);

    $say->();
    is_answer($ask->(), 201, qr/^\d+$/, 'a space of another host is booked by its policy');
    for my $zone ('Europe/Atlantis', '../../../etc/passwd', '/etc/localtime', 'EST5EDT4,M3.2.0,M11.1.0', 'posix/UTC', '',
        'Europe/Helsinki/', 'x' x 5000) {
        $say->(timeZone => $zone);
        is_error($ask->(), 400, \@away, 'no space is booked by a zone ' . substr $zone, 0, 30);
        $say->(policy => { %{ $space{policy} }, timeZone => $zone });
        is_error($ask->(), 400, \@away, 'no space is booked by a policy of a zone ' . substr $zone, 0, 30);
    }
    my @others = (
        'no zone'             => [ timeZone => undef ],
        'a zone, a number'    => [ timeZone => 3 ],
        'no managers'         => [ managers => undef ],
        'managers, a text'    => [ managers => 'user:1' ],
        'managers, numbers'   => [ managers => [1] ],
        'a policy, a text'    => [ policy => 'p' ],
        'a policy, a list'    => [ policy => [] ],
        'an unknown rule'     => [ policy => { %{ $space{policy} }, dressCode => 'black' } ],
        'a negative length'   => [ policy => { %{ $space{policy} }, length => { max => -1 } } ],
        'hours, a text'       => [ policy => { %{ $space{policy} }, hours => 'always' } ],
        'a policy without a name' => [ policy => {} ],
    );
    while (my ($what, $change) = splice @others, 0, 2) {
        $say->(@$change);
        is_error($ask->(), 400, \@away, "no space is booked whose policy cannot be read: $what");
    }
    $say->();
    is_answer($ask->(), 201, qr/^\d+$/, 'one space that cannot be read does not open the breaker for all');
    $say->(policy => undef);
    is_answer($ask->(), 201, qr/^\d+$/, 'a space that has no policy is booked as ever');
};

done_testing();

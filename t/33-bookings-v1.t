# Bookings in API v1: made, found, changed, moved, cancelled, kept in step with another system's; who sees
# what of them; and what the base API sees of it.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use HTTP::Request ();
use JSON::PP ();
use POSIX qw(strftime);

use Bookable::Client;
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my $server = Bookable::Server->new(api => '/v1', config => sub {
    my ($own) = @_;
    $own->{$_} = Bookable::Server::free_port() for qw(strict alone);
    return <<"END" })->start;
BookingMaxLength Off
Listen 127.0.0.1:$own->{strict}
<VirtualHost 127.0.0.1:$own->{strict}>
    BookingMaxLength 2h
    BookingMaxFuture 3
</VirtualHost>
Listen 127.0.0.1:$own->{alone}
<VirtualHost 127.0.0.1:$own->{alone}>
    BookingPath Off
</VirtualHost>
END
my $client = Bookable::Client->new(base => $server->base_url);
my $strict = Bookable::Client->new(base => "http://127.0.0.1:$server->{strict}");
my $alone  = Bookable::Client->new(base => "http://127.0.0.1:$server->{alone}");
my $admin  = $client->admin;
my ($ann, $bob, $eve) = map { $client->member } 1 .. 3;
my $json   = JSON::PP->new->utf8->canonical;
my ($YES, $NO) = (JSON::PP::true, JSON::PP::false);

# ---- what is asked, and what is looked for in the answer ---------------------------------------------

sub body { my ($answer) = @_; return eval { $json->decode($answer->content) } // {} }

# A success: that status, and these members among those of the answer.
sub shows
{
    my ($answer, $status, $members, $name) = @_;
    my $body  = body($answer);
    my @wrong = $answer->code == $status ? () : ("status " . $answer->code);
    for my $member (sort keys %$members) {
        my ($got, $want) = map { $json->encode([$_]) } $body->{$member}, $members->{$member};
        push @wrong, "$member $got, not $want" if $got ne $want;
    }
    ok(!@wrong, $name) || diag(substr(join("\n", @wrong, $answer->{line}, $answer->content), 0, 1500));
    return $body;
}

# A problem: its code and status, and the pointers of its faults, or the rules that are broken.
sub refuses
{
    my ($answer, $status, $code, $name, @places) = @_;
    my $body  = body($answer);
    my @found = map { $_->{pointer} // $_->{rule} } @{ $body->{errors} || $body->{violations} || [] };
    my $right = $answer->code == $status && ($body->{code} // '') eq $code
        && $answer->header('Content-Type') eq 'application/problem+json' && "@found" eq "@places";
    ok($right, $name) || diag(substr("$answer->{line}\n" . $answer->as_string, 0, 1500));
    return $body;
}

sub must
{
    my ($status, $answer) = @_;
    $answer->code == $status or die "$answer->{line}\n", $answer->as_string;
    return body($answer);
}

my %rules_of;
sub rules
{
    my ($policy, %rules) = @_;
    my $is_there = $rules_of{$policy}++;
    must($is_there ? 200 : 201, $client->put("/v1/policies/$policy", { name => 'Rules', %rules }, as => $admin,
        headers => $is_there ? [ 'If-Match' => '*' ] : [ 'If-None-Match' => '*' ]));
    return;
}

my $spaces = 0;
sub space
{
    my (%more) = @_;
    my $id = 'room-' . ++$spaces;
    must(201, $client->post('/v1/spaces', { id => $id, name => "Room $spaces", building => 'Hall', floor => '2',
        capacity => 4, timeZone => 'Europe/Helsinki', %more }, as => $admin));
    return $id;
}

# A booking of an hour on a day, by the clock of the space.
sub wish
{
    my ($space, $day, $hour, %more) = @_;
    return { space => $space, start => sprintf('2030-%sT%02d:00', $day, $hour), minutes => 60, %more };
}

sub book
{
    my ($space, $day, $hour, %more) = @_;
    my $as = delete $more{as} // $ann;
    my $by = delete $more{by} // $client;
    my $query = delete $more{query} // '';
    my $headers = delete $more{headers} // [];
    return $by->post("/v1/bookings$query", wish($space, $day, $hour, %more), as => $as, headers => $headers);
}

sub made { return must(201, book(@_)) }

sub change
{
    my ($id, $change, %more) = @_;
    my $match = exists $more{match} ? delete $more{match} : '*';
    return $client->call(PATCH => "/v1/bookings/$id" . (delete $more{query} // ''), $change, as => $ann, %more,
        headers => defined $match ? [ 'If-Match' => $match ] : []);
}

sub cancel
{
    my ($id, $body, %more) = @_;
    return $client->post("/v1/bookings/$id/cancellation", $body, as => $ann, %more);
}

sub undo { my ($id, %more) = @_; return $client->delete("/v1/bookings/$id/cancellation", as => $ann, %more) }

sub get_one { my ($id, %more) = @_; return $client->get("/v1/bookings/$id", as => $ann, %more) }

sub list
{
    my ($query, %more) = @_;
    return $client->get("/v1/bookings?$query", as => $ann, %more);
}

# The items of a list.
sub items { return @{ must(200, list(@_))->{items} } }

sub starts { return join ' ', map { substr $_->{start}, 5, 8 } @_ }

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
        participants => [ { user => "$bob->{id}" }, { email => 'x@example.org', name => 'X' } ], private => $YES,
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
    like($problem->{detail}, qr/house/, 'and it is told that the house says so');
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
    shows(change($mine->{id}, { start => '2030-05-14T09:30' }, query => '?dryRun=true'), 200, { dryRun => $YES,
        start => '2030-05-14T09:30:00+03:00' }, 'a change can be tried');
    shows(get_one($mine->{id}), 200, { start => '2030-05-14T09:00:00+03:00', version => 1 }, 'and changes nothing');
};

# ---- for others -----------------------------------------------------------------------------------

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
        owner => [ [ 400, 'bad-member', 7 ], [ 422, 'bad-value', 'bob' ], [ 400, 'unknown-member', { id => '1', mail => 'x' } ] ],
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
};

# ---- lists ----------------------------------------------------------------------------------------

subtest 'lists' => sub {
    my $sue = $client->member;
    my ($a, $b) = (space(building => 'Tower'), space(building => 'Tower'));
    made($a, '04-01', 9 + $_, as => $sue, title => "A$_") for 0 .. 4;
    made($b, '04-01', 0, start => sprintf('2030-04-01T%02d:30', 9 + $_), as => $sue, title => "B$_") for 0 .. 2;
    must(201, $client->post('/v1/bookings', { space => $b, start => '2030-04-02T09:00', end => '2030-04-06T09:00', title => 'Long' },
        as => $sue));
    my @titles = map { $_->{title} } items('user=me', as => $sue);
    is("@titles", 'A0 B0 A1 B1 A2 B2 A3 A4 Long', 'user=me are one\'s own, by their start');
    my $titles = sub { my ($query, %more) = @_; return join ' ', map { $_->{title} // '-' } items($query, as => $sue, %more) };
    is($titles->("space=$a"), 'A0 A1 A2 A3 A4', 'of a space');
    is($titles->("space=$a&sort=-start"), 'A4 A3 A2 A1 A0', 'backwards');
    is($titles->("space=$a&space=$b&from=2030-04-01T11:00:00%2B03:00&to=2030-04-01T12:00:00%2B03:00"), 'B1 A2 B2',
        'of two spaces and a span');
    is($titles->("space=$b&from=2030-04-04T00:00:00Z"), 'Long', 'what overlaps the span is in it, though it began before');
    is($titles->("from=2030-04-04T00:00:00Z&to=2030-04-05T00:00:00Z&building=Tower"), 'Long', 'of a building, too');
    is($titles->("user=me&from=2030-04-04T00:00:00Z"), 'Long', 'and of a person');
    is($titles->("user=me&from=2030-04-01T10:00:00%2B03:00&to=2030-04-01T11:00:00%2B03:00"), 'B0 A1 B1',
        'what only touches the span is not');
    is($titles->("user=me&from=2031-01-01T00:00:00Z"), '', 'a span without bookings has none');
    is($titles->('building=Nowhere'), '', 'a building without spaces has none');
    for my $query ("user=me", "space=$a", "building=Tower", 'user=me&sort=-start', "space=$b&sort=-start&state=confirmed,cancelled",
        "space=$b&state=confirmed,cancelled") {
        my @whole = map { $_->{id} } items($query, as => $sue);
        my ($next, @found) = ("/v1/bookings?$query&limit=2");
        while ($next) {
            my $answer = $client->get($next, as => $sue);
            my $page = must(200, $answer);
            push @found, map { $_->{id} } @{ $page->{items} };
            $next = $page->{next} ? "/v1/bookings?$query&limit=2&cursor=$page->{next}" : undef;
            like($answer->header('Link'), qr/rel="next"/, "$query: a page links to the next one") if $next && @found == 2;
        }
        is("@found", "@whole", "$query: page by page it is the same list");
    }
    my $answer = list('user=me', as => $sue);
    like($answer->header('ETag'), qr{^W/"}, 'a list has a weak ETag');
    is(list('user=me', as => $sue, headers => [ 'If-None-Match' => $answer->header('ETag') ])->code, 304,
        'a list that has not changed is answered 304');
    my ($first) = items("space=$a&include=space&limit=1", as => $sue);
    is($json->encode($first->{space}), $json->encode({ id => $a, name => "Room " . ($a =~ /(\d+)/)[0], building => 'Tower', floor => '2',
        timeZone => 'Europe/Helsinki' }), 'include=space tells of the space');
    my ($gone) = items("space=$a&limit=1", as => $sue);
    must(200, cancel($gone->{id}, {}, as => $sue));
    is($titles->("space=$a"), 'A1 A2 A3 A4', 'what was cancelled is not listed');
    is($titles->("space=$a&state=cancelled"), 'A0', 'unless it is asked for');
    is($titles->("space=$a&state=cancelled,confirmed"), 'A0 A1 A2 A3 A4', 'with others, in order');
    is($titles->('user=me&state=cancelled'), 'A0', 'of a person');
};

subtest 'parameters of lists' => sub {
    my %wrong = (
        'space=' => '/space', 'user=ann' => '/user', 'state=gone' => '/state', 'series=x' => '/series', 'from=today' => '/from',
        'to=2030-05-14' => '/to', 'sort=end' => '/sort', 'limit=0' => '/limit', 'limit=201' => '/limit', 'cursor=x' => '/cursor',
        'manages=you' => '/manages', 'include=user' => '/include', 'spce=a' => '/spce', 'user=me&user=me' => '/user',
        'from=2030-05-14T10:00' => '/from', 'group=' => '/group', 'building=' => '/building', 'q=' => '/q',
    );
    for my $query (sort keys %wrong) {
        my $answer = list($query);
        my $body = body($answer);
        is($answer->code . " $body->{errors}[0]{pointer}", "400 $wrong{$query}", "$query is refused") or diag($answer->content);
    }
    my $page = must(200, list('user=me&limit=1'));
    refuses(list("user=me&state=pending&cursor=$page->{next}"), 400, 'bad-parameter', 'a cursor is of one list', '/cursor');
    refuses($client->get('/v1/bookings'), 401, 'not-signed-in', 'nobody lists bookings without signing in');
};

subtest 'what others see' => sub {
    my $sue = $client->member;
    my %see = (busy => undef, owner => 'owner', title => 'title', full => 'notes');
    for my $detail (sort keys %see) {
        rules("see-$detail", privacy => { others => $detail });
        my $room = space(policy => "see-$detail");
        my $mine = made($room, '05-14', 9, title => 'T', notes => 'N', as => $sue);
        my ($item) = items("space=$room");
        is($item->{start}, '2030-05-14T09:00:00+03:00', "$detail: when it is taken is shown");
        my @shown = grep { defined $item->{$_} } qw(id key owner title notes);
        my %shown = (busy => 'key', owner => 'id owner', title => 'id owner title', full => 'id owner title notes');
        is("@shown", $shown{$detail}, "$detail: as much as the policy says is shown");
        my $got = get_one($mine->{id});
        is($got->code, $detail eq 'busy' ? 404 : 200, "$detail: and so it is of one booking");
        my ($again) = items("space=$room", as => $eve);
        is($again->{key} // '', $item->{key} // '', "$detail: a key stays the same") if $detail eq 'busy';
        is(scalar(items("space=$room&user=$sue->{id}")), $detail eq 'busy' ? 0 : 1,
            "$detail: whose a masked booking is is not found out by asking for a person");
        my $hidden = made($room, '05-14', 12, title => 'T', private => $YES, as => $sue);
        my ($private) = items("space=$room&from=2030-05-14T09:00:00Z");
        ok($private->{key} && !$private->{id}, "$detail: a private booking is masked");
        refuses(get_one($hidden->{id}), 404, 'not-found', "$detail: and does not exist for others");
    }
    rules('hidden', see => ['group:nobody']);
    my $room = space(policy => 'hidden');
    is(scalar(items("space=$room")), 0, 'of a space that one may not see nothing is listed');
    refuses(book($room, '05-14', 9), 404, 'not-found', 'nor can it be booked');
};

subtest 'who manages' => sub {
    my $mia = $client->member;
    my ($room, $other) = (space(managers => [ "user:$mia->{id}" ], building => 'Annex'), space(building => 'Annex'));
    my $mine = made($room, '05-14', 9, title => 'Board 100%', notes => 'With cake');
    made($room, '05-14', 10, title => 'Choir');
    made($other, '05-14', 9, title => 'Board 100%');
    is(scalar(items('manages=me', as => $mia)), 2, 'manages=me are bookings of spaces that one manages');
    is((items('manages=me&limit=1', as => $mia))[0]{title}, 'Board 100%', 'of which one sees all');
    is(join(' ', map { $_->{title} } items('q=board%20100%25', as => $mia)), 'Board 100%', 'who manages looks for words in them');
    is(scalar(items('q=CAKE', as => $mia)), 1, 'in notes, too, in large or small letters');
    is(scalar(items('q=b_ard', as => $mia)), 0, 'and what is looked for has no wildcards');
    is(scalar(items('q=board&building=Annex', as => $admin)), 2, 'an administrator looks in all spaces');
    refuses(list('q=board', as => $eve), 403, 'forbidden', 'who manages nothing does not look for words');
    is(scalar(items("manages=me&space=$other", as => $mia)), 0, 'of spaces of others there is none');
    shows(change($mine->{id}, { title => 'New' }, as => $mia), 200, { title => 'New' }, 'who manages the space changes its bookings');
    shows(cancel($mine->{id}, { reason => 'exam' }, as => $mia), 200, { reason => 'exam' }, 'and cancels them, with a reason');
    shows(get_one($mine->{id}), 200, { reason => 'exam', may => [] }, 'which the owner reads');
};

subtest 'tokens' => sub {
    my ($room, $other) = (space(), space());
    my $token = sub { return { token => must(201, $client->post('/v1/tokens', { label => 't', @_ }, as => $ann))->{token} } };
    my ($book, $read) = ($token->(scopes => [ 'read', 'book' ], spaces => [$room]), $token->(scopes => ['read']));
    my $mine = shows(book($room, '05-14', 9, as => $book), 201, {}, 'a token for a space books it');
    refuses(book($other, '05-14', 9, as => $book), 403, 'forbidden', 'and no other');
    refuses(book($room, '05-14', 10, as => $read), 403, 'forbidden', 'a token that only reads books nothing');
    my $theirs = made($other, '05-14', 9);
    refuses(get_one($theirs->{id}, as => $book), 404, 'not-found', 'a token for a space reads no booking of another');
    refuses(change($mine->{id}, { space => $other }, as => $book), 403, 'forbidden', 'nor moves one there');
    is(scalar(items("space=$other", as => $book)), 0, 'nor lists any');
    is($json->encode(must(200, get_one($mine->{id}, as => $read))->{may}), '[]', 'a token that only reads may do nothing');
    shows(book($other, '05-14', 11, as => $token->(scopes => ['book'])), 201, {}, 'a token that only books does that');
};

subtest 'v1 without the base API' => sub {
    my $room = space();
    is($alone->get('/booking/health')->code, 404, 'with BookingPath Off there is no base API');
    my $made = shows(book($room, '05-14', 9, by => $alone), 201, {}, 'and v1 books');
    is($alone->get("/booking/2030-05-14/$made->{id}", as => $eve)->code, 404, 'nobody learns whose a booking is by the base API');
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

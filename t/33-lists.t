# Bookings in API v1: found, page by page; and who sees what of them, and may do what with them.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);

use Bookable::Rooms;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

begin_rooms();

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
    my $room = space();
    made($room, '05-14', $_) for 9, 11;
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

done_testing();

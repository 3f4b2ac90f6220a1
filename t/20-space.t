# The space service: an administrator makes a space, anybody reads it.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Time::HiRes qw(time);

my @SCHEMA   = ('INPUT_ERR', 'incorrect schema for a new space');
my @REQUIRED = (@SCHEMA, 'A new space requires a building and room');
my @UNKNOWN  = ('NOT_FOUND', 'Space Not Found', 'The provided space id does not exist');
my @EXISTS   = ('DUPLICATE', 'Space already exists', 'This space already exists');
my @NOBODY   = ('MALFORMED', 'basic auth is missing or malformed',
    'ensure that a username and/or password are provided');
my @EXPIRED  = ('SESSION EXPIRED', 'user session has expired');

# What the sections share.
my ($admin, $hall, $make);

both_profiles(
    sub {
        my ($client) = @_;
        $admin  = $client->admin;
        $hall   = unique('Hall');
        $make   = sub { $client->post('/space', { buildingCode => $hall, @_ }, as => $admin) };
    },
    'make and read' => sub {
        my ($client) = @_;
        my %hours = (openTime => '2030-01-01T08:00:00Z', closeTime => '2030-01-01T22:00:00Z');
        is_answer($make->(roomCode => 101, capacity => 10, %hours), 201, "$hall-101",
            'an administrator makes a space');
        is_answer($client->get("/space/$hall-101"), 200,
            { spaceID => "$hall-101", roomCode => 101, buildingCode => $hall, capacity => 10, %hours },
            'anybody can read a space');
        is_answer($make->(roomCode => 102), 201, "$hall-102", 'a space may have a building and a room only');
        my %bare = (spaceID => "$hall-102", roomCode => 102, buildingCode => $hall, capacity => undef,
            openTime => undef, closeTime => undef);
        is_answer($client->get("/space/$hall-102"), 200, \%bare, 'members that were absent read back as null');
        is_answer($make->(roomCode => 0, capacity => 0), 201, "$hall-0",
            'a space may have room 0 and capacity 0');
        is_answer($client->get("/space/$hall-0"), 200, { %bare, spaceID => "$hall-0", roomCode => 0,
            capacity => 0 }, 'room 0 and capacity 0 read back as 0');
        is_answer($make->(roomCode => 103, capacity => undef, openTime => undef, closeTime => undef), 201,
            "$hall-103", 'null members count as absent');
        is_answer($make->(roomCode => 104, openTime => $hours{openTime}), 201, "$hall-104",
            'a space may have an opening time without a closing time');
        is_answer($client->get("/space/$hall-104"), 200, { %bare, spaceID => "$hall-104", roomCode => 104,
            openTime => $hours{openTime} }, 'an opening time without a closing time reads back');
        is_answer($make->(roomCode => 105, colour => 'blue', floor => { n => 1 }), 201, "$hall-105",
            'unknown members of a space are ignored');
        is_answer($make->(roomCode => 2147483648), 201, "$hall-2147483648", 'a room number may exceed 31 bits');

        is_answer($make->(roomCode => 7, buildingCode => " The $hall East "), 201, "_The_${hall}_East_-7",
            'blanks become _ in the id');
        is_answer($client->get("/space/_The_${hall}_East_-7"), 200, { %bare, roomCode => 7,
            spaceID => "_The_${hall}_East_-7", buildingCode => " The $hall East " },
                'blanks stay blanks in the building code');
        is_error($make->(roomCode => 7, buildingCode => " The_$hall East "), 400, \@EXISTS,
            'a space with the id of another spelling is refused');
        is_answer($make->(roomCode => 8, buildingCode => "B\x{e2}timent $hall"), 201,
            "B\x{e2}timent_$hall-8", 'a building code may have characters beyond ASCII');
        is_answer($client->get("/space/B%C3%A2timent_$hall-8"), 200, { %bare, roomCode => 8,
            spaceID => "B\x{e2}timent_$hall-8", buildingCode => "B\x{e2}timent $hall" },
                'a space with characters beyond ASCII in its id is found');

        is_error($make->(roomCode => 101), 400, \@EXISTS, 'a space that exists is refused');
        is_error($make->(roomCode => 101, capacity => 99), 400, \@EXISTS,
            'a space that exists is refused though its capacity differs');
        is_answer($client->get("/space/$hall-101"), 200, qr/"capacity": ?10\b/,
            'a refused duplicate leaves the space unchanged');
    },
    'the schema' => sub {
        my ($client) = @_;
        my %required = (
            'nothing'                    => {},
            'no room'                    => { buildingCode => $hall },
            'no building'                => { roomCode => 1 },
            'a room that is null'        => { buildingCode => $hall, roomCode => undef },
            'a building that is null'    => { buildingCode => undef, roomCode => 1 },
            'an empty building'          => { buildingCode => '', roomCode => 1 },
            'no JSON'                    => 'buildingCode=Hall',
            'no body'                    => '',
            'a list'                     => [1],
        );
        for my $name (sort keys %required) {
            is_error($client->post('/space', $required{$name}, as => $admin, type => 'application/json'),
                400, \@REQUIRED, "a space is refused: $name");
        }
        my %wrong = (
            'a room, a string'               => [ roomCode => '101' ],
            'a room, a fraction'             => [ roomCode => 101.5 ],
            'a room below 0'                 => [ roomCode => -1 ],
            'a room, true'                   => [ roomCode => JSON::PP::true ],
            'a building, a number'           => [ buildingCode => 7 ],
            'a building, a list'             => [ buildingCode => [$hall] ],
            'a building of 101 characters'   => [ buildingCode => 'x' x 101 ],
            'a building with a slash'        => [ buildingCode => 'a/b' ],
            'a building with a ?'            => [ buildingCode => 'a?b' ],
            'a building with a #'            => [ buildingCode => 'a#b' ],
            'a building with a %'            => [ buildingCode => 'a%b' ],
            'a building with a backslash'    => [ buildingCode => 'a\\b' ],
            'a building with a tab'          => [ buildingCode => "a\tb" ],
            'a building with a newline'      => [ buildingCode => "a\nb" ],
            'a building with a delete'       => [ buildingCode => "a\x7fb" ],
            'a capacity, a string'           => [ capacity => '10' ],
            'a capacity below 0'             => [ capacity => -1 ],
            'a capacity, a fraction'         => [ capacity => 1.5 ],
            'an opening time, a number'      => [ openTime => 8 ],
            'an opening time without a date' => [ openTime => '08:00' ],
            'a closing time without a zone'  => [ closeTime => '2030-01-01T22:00:00' ],
            'a closing time, no day'         => [ closeTime => '2030-02-30T22:00:00Z' ],
            'an empty opening time'          => [ openTime => '' ],
        );
        for my $name (sort keys %wrong) {
            is_error($make->(roomCode => 900, @{ $wrong{$name} }), 400, \@SCHEMA, "a space is refused: $name");
        }
        is_error($client->get("/space/$hall-900"), 404, \@UNKNOWN, 'no refused space was made');
        my $long = substr unique('Hall') . '.' x 100, 0, 98;
        is_answer($make->(roomCode => 1, buildingCode => "$long\x{20ac}\x{20ac}"), 201,
            "$long\x{20ac}\x{20ac}-1", 'a building code may have 100 characters, some of them of three bytes');
    },
    'who may' => sub {
        my ($client) = @_;
        my %body   = (buildingCode => $hall, roomCode => 300);
        my $member = $client->member;
        my %malformed = (
            'no Authorization'         => undef,
            'an empty one'             => '',
            'a scheme that nobody has' => 'Digest username="ann"',
            'Basic without anything'   => 'Basic',
            'Basic that is not base64' => 'Basic !!!!',
            'Basic without a colon'    => 'Basic YW5u',
            'Basic without a name'     => basic('', 'open-sesame'),
            'Basic without a password' => basic('ann', ''),
            'Bearer without a token'   => 'Bearer ',
        );
        for my $name (sort keys %malformed) {
            is_error($client->post('/space', \%body, as => $malformed{$name}), 400, \@NOBODY,
                "malformed credentials are refused: $name");
        }
        my %expired = (
            'a token that nobody has'    => 'Bearer ' . 'x' x 43,
            'a name that nobody has'     => basic(unique('nobody'), 'open-sesame'),
            'an id that nobody has'      => basic('99999999999', 'open-sesame'),
            'a wrong password'           => basic($admin->{id}, 'open-says-me'),
            'the id of nobody'           => basic($admin->{name}, '99999999999'),
            'the name of another user'   => basic($member->{name}, $admin->{id}),
        );
        for my $name (sort keys %expired) {
            is_error($client->post('/space', \%body, as => $expired{$name}), 400, \@EXPIRED,
                "unknown credentials are refused: $name");
        }
        is_error($client->post('/space', \%body, as => $member), 400,
            [ 'UNAUTHORIZED', 'Not an admin', 'Only admin users can use this operation' ],
                'a member cannot make a space');
        is_error($client->post('/space', {}),                  400, \@NOBODY,         'a request without credentials and with a wrong body is refused for the credentials');
        is_error($client->post('/space', {}, as => $member),   400, ['UNAUTHORIZED'],
            "a member's request with a wrong body is refused for the role");
        is_error($client->get("/space/$hall-300"), 404, \@UNKNOWN, 'no space was made by refused callers');
        is_answer($client->post('/space', \%body, as => basic($admin->{id}, $admin->{password})), 201,
            "$hall-300", 'an administrator makes a space by password');
        is_answer($client->post('/space', { %body, roomCode => 301 }, as => basic('admin', $admin->{id})),
            201, "$hall-301", 'an administrator makes a space by session id, as the reference clients do');
    },
    'reading what is not there' => sub {
        my ($client) = @_;
        for my $id ("$hall-999", 'x', '', "$hall-101-", "$hall-0101", lc "$hall-101") {
            is_error($client->get("/space/$id"), 404, \@UNKNOWN,
                "a space id that does not exist is answered 404: '$id'");
        }
    },
    'health, routes and methods' => sub {
        my ($client) = @_;
        my $response = $client->get('/space/health');
        is($response->code . ' ' . $response->content, '200 OK', 'GET /space/health answers OK');
        for my $path ("/space/$hall-101/more", "/space/slow/$hall-101") {
            is_error($client->get($path), 404, [ 'NOT_FOUND', 'Route Not Found' ], "GET $path is no route");
        }
        my %allowed = ('/space' => 'OPTIONS, POST', "/space/$hall-101" => 'GET, HEAD, OPTIONS',
            '/space/health' => 'GET, HEAD, OPTIONS');
        for my $path (sort keys %allowed) {
            my $wrong = $client->call(DELETE => $path, undef, as => $admin);
            is_error($wrong, 405, [ 'METHOD_NOT_ALLOWED', 'Method Not Allowed' ],
                "DELETE $path is answered 405");
            is(join(', ', sort split /, ?/, $wrong->header('Allow') // ''), $allowed{$path},
                "the 405 of DELETE $path has Allow");
        }
    },
);

# ---- the slow route, where it is switched on --------------------------------------------------
my $client = Bookable::Client->new(vhost => 'slow');
my $space  = $client->space(roomCode => 5, capacity => 3);
my $start  = time;
is_answer($client->get("/space/slow/$space"), 200, qr/"spaceID": ?"\Q$space\E"/,
    'the slow route answers with the space');
cmp_ok(time - $start, '>=', 0.7, 'the slow route takes as long as SpaceSlowDelay');
is($client->get("/space/slow/$space")->content, $client->get("/space/$space")->content,
    'the slow route gives the same answer as the usual route');
is_error($client->get('/space/slow/nothing-1'), 404, \@UNKNOWN,
    'the slow route answers 404 for an unknown space');
is_error($client->post("/space/slow/$space", {}), 405, ['METHOD_NOT_ALLOWED'], 'the slow route refuses POST');

done_testing();

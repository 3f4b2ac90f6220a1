# Lists of bookings as whole files: CSV, JSON, and a calendar, which three programs that are nobody's here read.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Time::Local qw(timegm);

use Bookable::Client;
use Bookable::Said qw(body);
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my $server = Bookable::Server->new(api => '/v1', modules => [qw(user space booking)], children => 1,
    config => "<Location /metrics>\nSetHandler bookable-metrics\n</Location>\n")->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $admin  = $client->admin;
my ($ann, $bob) = map { $client->member } 1 .. 2;

sub must { my ($answer, $status) = @_; die $answer->as_string if $answer->code != $status; return $answer }

sub book
{
    my ($space, $start, $end, %more) = @_;
    return body(must($client->post('/v1/bookings', { space => $space, start => $start, end => $end, %more }, as => $ann), 201))->{id};
}

my $policy = { name => 'Busy', book => ['everyone'], see => ['everyone'], privacy => { others => 'busy' } };
must($client->put('/v1/policies/busy', $policy, as => $admin, headers => [ 'If-None-Match' => '*' ]), 201);
must($client->post('/v1/spaces', { id => 'x-1', name => 'One', building => 'Main', timeZone => 'Europe/Helsinki', policy => 'busy' }, as => $admin), 201);
must($client->post('/v1/spaces', { id => 'x-2', name => 'Two', timeZone => 'America/Toronto', policy => 'busy' }, as => $admin), 201);
my $formula = book('x-1', '2030-05-14T10:00', '2030-05-14T11:00', title => '=cmd|"calc"!A1', notes => "two, \"lines\"\nhere; \\");
my $winter  = book('x-2', '2030-12-14T10:00', '2030-12-14T11:00', title => "\x{e4}" x 90);
my $second  = book('x-1', '2030-10-27T01:15:00Z', '2030-10-27T01:45:00Z');
my $gone    = book('x-1', '2030-06-14T10:00', '2030-06-14T11:00', title => 'Gone');
must($client->post("/v1/bookings/$gone/cancellation", { reason => 'ill' }, as => $ann), 200);
my $range = 'from=2030-01-01T00:00:00Z&to=2031-01-01T00:00:00Z&state=confirmed,pending,cancelled';
my $get   = sub { my ($query, %more) = @_; return $client->get("/v1/bookings?$range$query", as => $ann, %more) };

# ---- CSV -----------------------------------------------------------------------------------------

my $csv = must($get->('&format=csv'), 200);
like($csv->header('Content-Type'), qr{^text/csv; charset=utf-8}, 'CSV has its type');
is($csv->header('Content-Disposition'), 'attachment; filename="bookings.csv"', 'CSV has a name to be saved under');
is($csv->header('Cache-Control'), 'no-store', 'CSV is personal');
my @lines = split /\r\n/, $csv->content;
is(scalar @lines, 5, 'CSV has a row for each booking, and one for the names of columns');
like($lines[0], qr/^id,key,space,spaceName,building,start,end,timeZone,state,title,owner,/, 'CSV begins with the names of its columns');
is(substr($lines[1], 0, 150), substr(qq{$formula,,x-1,One,Main,2030-05-14T10:00:00+03:00,2030-05-14T11:00:00+03:00,Europe/Helsinki,confirmed,}
    . qq{"'=cmd|""calc""!A1",$ann->{id},1,"two, ""lines""\nhere; \\"}, 0, 150), 'no cell is a formula, and quotes are doubled');
is(must($get->('', headers => [ Accept => 'text/csv' ]), 200)->content, $csv->content, 'CSV is asked for by Accept, too');
for ([ 'text/csv;q=0' => 'application/json' ], [ 'text/csv;q=0.5, application/json' => 'application/json' ],
    [ 'text/*, application/json;q=0.1' => 'application/json' ], [ 'text/calendar;q=0.5,text/csv;q=0.8, */*;q=0.1' => 'text/csv' ],
    [ 'Text/CSV' => 'text/csv' ], [ 'text/csv, text/calendar;q=0.9' => 'text/csv' ], [ 'text/csv;q=0.2, text/calendar' => 'text/calendar' ],
    [ 'application/json;q=0.3, text/csv;q=0.3' => 'text/csv' ], [ 'text/csvx' => 'application/json' ]) {
    my ($accept, $type) = @$_;
    like(must($get->('', headers => [ Accept => $accept ]), 200)->header('Content-Type'), qr{^\Q$type\E}, "the weights of Accept count: $accept");
}
is(must($get->('&format=csv&bom=1'), 200)->content, "\xef\xbb\xbf" . $csv->content, 'CSV with a byte order mark');
my $masked = must($client->get("/v1/bookings?$range&format=csv", as => $bob), 200)->content;
unlike($masked, qr/cmd|lines|$ann->{id}|$formula/, 'who sees only that there is a booking gets no more in CSV');
like($masked, qr/^,[0-9a-f]{32},x-1,One,Main,2030-05-14T10:00:00\+03:00/m, 'who sees only that there is a booking gets its key');
is_problem($get->("&format=csv&$_"), 400, 'bad-parameter', "a whole list has no pages: $_") for 'limit=5', 'cursor=x';
is_problem($get->('&format=xls'), 400, 'bad-parameter', 'a format that is none');
is(must($client->get('/v1/bookings?format=csv&from=2050-01-01T00:00:00Z', as => $ann), 200)->content =~ tr/\n//, 1,
    'CSV of no bookings has the names of its columns');

# ---- JSON ----------------------------------------------------------------------------------------

my $page  = body(must($get->('', headers => [ Accept => 'application/json' ]), 200));
my $whole = body(must($get->('&format=json'), 200));
is_deeply($whole, $page, 'JSON as a whole is the list as one page');
is(scalar @{ $whole->{items} }, 4, 'JSON as a whole has all of it');

# ---- a calendar ----------------------------------------------------------------------------------

my $ics = must($get->('', headers => [ Accept => 'text/calendar' ]), 200);
is(must($get->('&format=ics'), 200)->content, $ics->content, 'a calendar is asked for by a parameter, too');
like($ics->header('Content-Type'), qr{^text/calendar; charset=utf-8}, 'a calendar has its type');
is(scalar(grep { length > 75 } split /\r\n/, $ics->content), 0, 'no line of a calendar is too long');
is_deeply([ $ics->content =~ /^TZID:(.+)\r$/mg ], [ 'America/Toronto', 'Europe/Helsinki' ],
    'a calendar has each zone once, in the order of their names');
unlike(must($client->get("/v1/bookings?$range&format=ics", as => $bob), 200)->content, qr/cmd|lines|booking-$formula/,
    'who sees only that there is a booking gets no more in a calendar');

my $host = ($ics->content =~ /^UID:booking-$formula\@(.+?)\r$/m)[0] // 'no uid';
sub at { my ($text) = @_; my ($y, $m, @rest) = $text =~ /\d+/g; return timegm(0, reverse(@rest), $m - 1, $y) }
my @want = map { join '|', "booking-$_->[0]\@$host", at($_->[1]), at($_->[2]), @$_[ 3 .. 5 ] } (
    [ $formula, '2030-05-14 07:00', '2030-05-14 08:00', 0, 'CONFIRMED', '=cmd|"calc"!A1' ],
    [ $gone,    '2030-06-14 07:00', '2030-06-14 08:00', 1, 'CANCELLED', 'Gone' ],
    [ $second,  '2030-10-27 01:15', '2030-10-27 01:45', 0, 'CONFIRMED', 'Booked' ],
    [ $winter,  '2030-12-14 15:00', '2030-12-14 16:00', 0, 'CONFIRMED', "\xc3\xa4" x 90 ]);

my $dir  = $server->dir;
my $file = "$dir/bookings.ics";
$server->write_file('bookings.ics', $ics->content);
my $top = "$ENV{BOOKABLE_BUILDDIR}/../t/calendar";
$top = 't/calendar' if !-d $top;
my $cc = $ENV{CC} // 'cc';
is(system("$cc -o $dir/libical $top/read_libical.c -lical"), 0, "libical's program is compiled");
sub told { my ($command) = @_; chomp(my @lines = qx($command < $file)); return \@lines }
is_deeply(told("$dir/libical"), \@want, 'libical reads the calendar, and every instant in it');
is_deeply(told("/usr/bin/python3 $top/read_icalendar.py"), \@want, 'icalendar reads the calendar, and every instant in it');
$server->write_file('khal.conf', "[calendars]\n[[one]]\npath = $dir/khal\n[locale]\nlocal_timezone = Europe/Helsinki\n"
    . "default_timezone = Europe/Helsinki\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
    . "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n");
mkdir "$dir/khal";
my $khal = join "\n", @{ told("XDG_DATA_HOME=$dir XDG_CACHE_HOME=$dir LC_ALL=C.UTF-8 khal -c $dir/khal.conf printics -f '{start} {title}' $file 2>&1; true") };
like($khal, qr/2030-05-14 10:00 =cmd/, 'khal reads the calendar') or diag($khal);
like($khal, qr/2030-12-14 17:00 \xc3\xa4{1}/, "khal reads another zone's time") or diag($khal);

# ---- names ---------------------------------------------------------------------------------------

# A column of a file, by its name, of the rows whose title is given.
sub column
{
    my ($text, $name, $title) = @_;
    my @rows  = map { my @cells = /\G(?:"((?:[^"]|"")*)"|([^,]*))(?:,|\z)/g; [ map { $cells[ 2 * $_ ] // $cells[ 2 * $_ + 1 ] } 0 .. @cells / 2 - 1 ] } split /\r\n/, $text;
    my %at    = map { $rows[0][$_] => $_ } 0 .. $#{ $rows[0] };
    return join '|', map { $_->[ $at{$name} ] } grep { $_->[ $at{title} ] eq $title } @rows;
}
sub fresh { my ($at, $query, $as) = @_; return must($at->get("/v1/bookings?$query", as => $as, headers => [ 'X-Consistency' => 'strong' ]), 200)->content }

must($client->put('/v1/policies/own', { name => 'Own', privacy => { others => 'owner' }, onBehalf => ["user:$bob->{id}"] }, as => $admin,
    headers => [ 'If-None-Match' => '*' ]), 201);
must($client->post('/v1/spaces', { id => 'x-3', name => 'Three', timeZone => 'UTC', policy => 'own' }, as => $admin), 201);
my $eve = $client->member;
must($client->call(PATCH => '/v1/me', { displayName => '=Eve' }, as => $eve, headers => [ 'If-Match' => '*' ]), 200);
must($client->post('/v1/bookings', { space => 'x-3', start => '2030-04-01T10:00', minutes => 60, title => 'For Eve', for => "$eve->{id}",
    participants => [ { user => "$ann->{id}" }, { email => 'x@example.org', name => 'X' } ] }, as => $bob), 201);
my $april = 'from=2030-04-01T00:00:00Z&to=2030-05-01T00:00:00Z';
my $named = fresh($client, "$april&format=csv", $admin);
is(column($named, 'ownerName', 'For Eve'),     "'=Eve",       'CSV has the name of the owner, which is no formula');
is(column($named, 'createdByName', 'For Eve'), $bob->{name}, 'CSV has the name of who made it');
is(column($named, 'participants', 'For Eve'),  qq([{""user"":""$ann->{id}"",""name"":""$ann->{name}""},{""email"":""x\@example.org"",""name"":""X""}]),
    'CSV has the names of participants');
my ($visitor) = map { $client->member } 1;
is(column(fresh($client, "$april&format=csv", $visitor), 'ownerName', ''), "'=Eve", 'who may see whose a booking is reads the name in CSV');
is(column(fresh($client, "$april&format=csv", $visitor), $_, ''), '', "and nothing of $_") for qw(createdByName participants);
unlike(fresh($client, "$range&space=x-1&format=$_", $visitor), qr/\Q$ann->{name}\E/, "who sees only that there is a booking reads no name: $_")
    for qw(csv ics json);
is_deeply(body(must($client->get("/v1/bookings?$april&format=json", as => $admin), 200)), body(must($client->get("/v1/bookings?$april", as => $admin), 200)),
    'JSON as a whole has the names of the list');
like(fresh($client, "$april&format=ics", $admin), qr/^CONTACT:=Eve\r$/m, 'a calendar has the name of the owner');

# Another server of the same store, which asks for names where nothing is.
my $alone = Bookable::Server->new(api => '/v1', store => $server->store, config => "BookingUsersPath /nowhere\n")->start;
my $asks  = Bookable::Client->new(base => $alone->base_url);
my $bare  = fresh($asks, "$april&format=csv", $admin);
is(column($bare, 'owner', 'For Eve') . '|' . column($bare, 'ownerName', 'For Eve'), "$eve->{id}|", 'without an answer CSV is whole, but for names');
is(body(must($asks->get("/v1/bookings?$april&format=json", as => $admin, headers => [ 'X-Consistency' => 'strong' ]), 200))->{items}[0]{owner}{name}, undef,
    'without an answer JSON has no names');
unlike(fresh($asks, "$april&format=ics", $admin), qr/^CONTACT/m, 'without an answer a calendar has no names');
$alone->finish;

# ---- many ----------------------------------------------------------------------------------------

# Bookings of one year, as many people's as is said.
sub add_many
{
    my ($year, $count, $people) = @_;
    my $from = timegm(0, 0, 0, 1, 0, $year) . '000000000';
    $server->store->change("INSERT INTO bookings (id, space_id, user_id, date, occupants, start_ns, end_ns, occupies, title)"
        . " SELECT $year * 1000000 + n, 'x-1', 1000000 + n % $people, '$year-01-01', 1, $from + n * 1000000000, $from + (n + 1) * 1000000000, 0, 'Many'"
        . ($server->store->kind eq 'sqlite' ? " FROM (WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < $count) SELECT n FROM s)"
                                            : " FROM generate_series(1::bigint, $count) AS n"));
    return sprintf 'from=%d-01-01T00:00:00Z&to=%d-01-01T00:00:00Z', $year, $year + 1;
}

# How often the user service was asked for names, and the most memory that the child had, in kB.
sub asked
{
    my ($count) = $client->get('/metrics')->content =~ m!^bookable_requests_total\{[^}]*route="[^"]*/users/names"[^}]*status="2xx"[^}]*\} (\d+)!m;
    return $count // 0;
}
sub peak
{
    my $most = 0;
    for my $pid ($server->children) {
        open my $in, '<', "/proc/$pid/status" or next;
        /^VmHWM:\s+(\d+)/ && $1 > $most and $most = $1 for <$in>;
    }
    return $most;
}

my $asked = asked();
is(fresh($client, 'format=csv&' . add_many(2031, 1234, 1234), $admin) =~ tr/\n//, 1235, 'more than a page is exported, too');
is(asked() - $asked, 7, 'the names of 1234 people are asked for by 200');
$asked = asked();
is(fresh($client, 'format=csv&' . add_many(2032, 1234, 3), $admin) =~ tr/\n//, 1235, 'of few people as many are exported');
is(asked() - $asked, 1, 'and their names are asked for once');
my $peak = peak();
is(fresh($client, 'format=csv&' . add_many(2033, 20_000, 20_000), $admin) =~ tr/\n//, 20_001, 'sixteen times as many are exported');
SKIP: {
    skip 'memory is not measured under memcheck or a sanitizer', 1 if $ENV{VALGRIND} || $ENV{SANLOG};
    cmp_ok(peak() - $peak, '<', 4096, 'and take no more memory, in kB');
}

$server->finish;

done_testing();

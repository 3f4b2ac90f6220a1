# A client may take its time over a body, as long as httpd lets it. What counts then is who is calling when the
# body has come: whoever was signed out, disabled or demoted meanwhile, or has another password by now, changes
# nothing. And who is waited for keeps no connection to the database from others.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use IO::Select ();
use JSON::PP ();

use Bookable::Client;
use Bookable::Process qw(late);
use Bookable::Said qw(must);
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

use constant CONNECTIONS => 2;
# Longer than a body that counts as sent at once, in seconds.
use constant LONG => 0.3;

my $server = Bookable::Server->new(api => '/v1', children => 1, config => 'DBDMin 1' . "\nDBDKeep 1\nDBDMax " . CONNECTIONS
    . "\n$Bookable::Server::PATIENT$Bookable::Server::PATIENT_BREAKER")->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $chief  = $client->admin;
my $space  = $client->space;
my $hour   = 7;

# Sends a request but for the end of its body; returns when httpd reads that, which is when it knows who is calling.
# The function sends the rest, and returns the answer.
sub begin
{
    my ($method, $path, $body, $as, %more) = @_;
    my $text    = ref $body ? json_text($body) : $body;
    my $chunked = $more{chunked};
    my $size    = sprintf '%x', length($text) - 1;
    my ($first, $rest) = $chunked ? ("1\r\n" . substr($text, 0, 1) . "\r\n", "$size\r\n" . substr($text, 1) . "\r\n0\r\n\r\n")
        : (substr($text, 0, 1), substr($text, 1));
    my $socket = $client->connect;
    syswrite $socket, join "\r\n", "$method $path HTTP/1.1", 'Host: 127.0.0.1', 'Authorization: ' . (ref $as ? bearer($as) : $as),
        'Connection: close', 'Expect: 100-continue', 'If-Match: *', 'Content-Type: ' . ($more{type} // 'application/json'),
        $chunked ? 'Transfer-Encoding: chunked' : 'Content-Length: ' . length $text, '', $first;
    my $said = '';
    while ($said !~ m{\AHTTP/1.1 100 .*\r\n\r\n\z}s) {
        IO::Select->new($socket)->can_read(late(60)) && sysread($socket, $said, 4096, length $said)
            or die "$method $path: nothing is read: $said\n";
    }
    return sub {
        select undef, undef, undef, LONG;
        return $client->exchange($rest, $socket);
    };
}

sub base_booking { my ($who) = @_; return $client->booking($who, spaceID => $space, date => sprintf('2030-06-%02d', ++$hour),
    map { ($_->[0] => sprintf('2030-06-%02dT%s:00Z', $hour, $_->[1])) } [ startTime => '10:00' ], [ endTime => '11:00' ]) }
sub v1_booking   { return { space => $space, start => sprintf('2030-06-%02dT10:00', ++$hour), minutes => 60 } }
sub new_password { my ($who) = @_; return is($client->put("/user/$who->{id}/password",
    { currentPassword => $who->{password}, userPassword => "other-$who->{password}" }, as => $who)->code, 200, 'a password is changed') }
sub demote       { my ($who) = @_; return must(200, $client->call(PATCH => "/v1/users/$who->{id}", { role => 'member' }, as => $chief,
    headers => [ 'If-Match' => '*' ])) }
sub disable      { my ($who) = @_; return must(200, $client->call(PATCH => "/v1/users/$who->{id}", { disabled => JSON::PP::true }, as => $chief,
    headers => [ 'If-Match' => '*' ])) }
sub sign_out     { my ($who) = @_; return is($client->delete("/user/$who->{id}/session", as => $who)->code, 200, 'somebody signs out') }

# ---- who is calling ------------------------------------------------------------------------------

my @REFUSED = ([ 401, 'not-signed-in' ], [ 403, 'forbidden' ]);
for my $chunked (0, 1) {
    my $how = $chunked ? 'in chunks' : 'with its length';
    my %more = (chunked => $chunked);
    my $ann = $client->member;
    my $basic = basic($ann->{name}, $ann->{password});
    my @held = map { [ $_->[0], begin(@{ $_->[1] }, %more) ] }
        [ 'a token', [ POST => '/v1/tokens', { label => 'x', scopes => ['book'] }, $ann ] ],
        [ 'a booking of v1', [ POST => '/v1/bookings', v1_booking(), $ann ] ],
        [ 'a booking of v1, by a password', [ POST => '/v1/bookings', v1_booking(), $basic ] ],
        [ 'a change of an account', [ PATCH => '/v1/me', { displayName => 'Eve' }, $ann ] ];
    my $base = begin(POST => '/booking', base_booking($ann), $basic, %more);
    new_password($ann);
    is_problem($_->[1]->(), 401, 'not-signed-in', "$how: $_->[0], after a new password") for @held;
    is_error($base->(), 400, [ 'SESSION EXPIRED' ], "$how: a booking of the base API, after a new password");

    my $bob  = $client->member;
    my $held = begin(POST => '/v1/bookings', v1_booking(), $bob, %more);
    sign_out($bob);
    is_problem($held->(), 401, 'not-signed-in', "$how: a booking, after its owner has signed out");

    my $eve = $client->member;
    $held = begin(PATCH => '/v1/me', { displayName => 'Eve' }, $eve, %more);
    disable($eve);
    is_problem($held->(), 401, 'not-signed-in', "$how: a change of the account of somebody who was disabled");

    my $admin = $client->member(name => 'admin');
    my @asked = ([ POST => '/v1/users', { login => unique('Sue'), role => 'admin' }, $admin ],
        [ POST => '/v1/spaces', { id => unique('s'), name => 'S' }, $admin ],
        [ POST => '/v1/spaces/batch', "id,name\r\n" . unique('s') . ",S\r\n", $admin, type => 'text/csv' ]);
    @held = map { [ $_->[1], begin(@$_, %more) ] } @asked;
    demote($admin);
    is_problem($_->[1]->(), 403, 'forbidden', "$how: $_->[0], of somebody who is no administrator any more") for @held;

    my $max = $client->member;
    is(begin(POST => '/v1/bookings', v1_booking(), $max, %more)->()->code, 201, "$how: a booking of somebody about whom nothing has changed");
    is(begin(POST => '/v1/tokens', { label => 'x', scopes => ['book'] }, $max, %more)->()->code, 201, "$how: a token of somebody about whom nothing has changed");
    is(begin(POST => '/v1/session', { name => "$max->{id}", password => $max->{password} }, 'none', %more)->()->code, 200,
        "$how: a log-in by a password that has not changed");
}

# ---- what is kept from others --------------------------------------------------------------------

my $ann  = $client->member;
my @held = map { begin(POST => '/v1/tokens', { label => 'x', scopes => ['book'] }, $ann) } 1 .. CONNECTIONS + 1;
is($client->get('/v1/me', as => $ann)->code, 200, 'others are answered beside more bodies that are waited for than there are connections');
is($_->()->code, 201, 'what was waited for is done') for @held;

$server->finish;
done_testing();

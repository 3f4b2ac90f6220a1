# API v1 asks another service, on another host: whatever that does, each request is answered, says so, and nothing is
# half done.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);

use Bookable::Backend;
use Bookable::Client;
use Bookable::Said qw(says refuses must);
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

# Beside the server whose services ask each other, others of the same store, which ask the backend for spaces, and who
# is calling. A breaker that opened would spare it what it is to do.
my $backend = Bookable::Backend->new;
my $server  = Bookable::Server->new(api => '/v1')->start;
my $client  = Bookable::Client->new(base => $server->base_url);
my $port    = $backend->port;

sub beside
{
    my ($directive) = @_;
    my $own = Bookable::Server->new(api => '/v1', store => $server->store, children => 1, stock => [qw(proxy proxy_http)],
        config => <<"END")->start;
ProxyPass /far/ http://127.0.0.1:$port/ retry=0 connectiontimeout=300ms
$directive
BookingCallTimeout space 300ms
BookingCallTimeout user 300ms
BookingBreaker space minimum-calls=10000
BookingBreaker user minimum-calls=10000
END
    return ($own, Bookable::Client->new(base => $own->base_url));
}
my ($for_spaces, $spaces) = beside('BookingSpacesPath /far/spaces');
my ($for_users, $users)   = beside('BookingUserPath /far/user');

my $admin = $client->admin;
my $ann   = $client->member;
must(201, $client->post('/v1/spaces', { id => 'far', name => 'Far', building => 'B' }, as => $admin));
my $booked = must(201, $client->post('/v1/bookings', { space => 'far', start => '2030-05-14T10:00', minutes => 60 }, as => $ann));
my $series = must(201, $client->post('/v1/series', { space => 'far', start => '2030-06-03T10:00', minutes => 60,
    rule => { freq => 'daily', count => 2 } }, as => $admin));
my $closed = must(201, $client->post('/v1/closures', { spaces => ['far'], start => '2030-07-01T08:00', end => '2030-07-02T08:00',
    reason => 'Flood' }, as => $admin));
my %match = (headers => [ 'If-Match' => '*' ]);

# Every route that asks for spaces.
my @asking = (
    [ POST   => '/v1/bookings', { space => 'far', start => '2030-05-15T10:00', minutes => 60 } ],
    [ POST   => '/v1/bookings?dryRun=true', { space => 'far', start => '2030-05-15T10:00', minutes => 60 } ],
    [ GET    => '/v1/bookings?space=far' ],
    [ GET    => '/v1/bookings?building=B' ],
    [ GET    => '/v1/bookings?user=me&from=2030-01-01T00:00:00Z' ],
    [ GET    => '/v1/bookings?user=me&from=2030-01-01T00:00:00Z&format=csv' ],
    [ GET    => "/v1/bookings/$booked->{id}" ],
    [ GET    => "/v1/bookings/$booked->{id}/history" ],
    [ PATCH  => "/v1/bookings/$booked->{id}", { title => 'T' }, %match ],
    [ POST   => "/v1/bookings/$booked->{id}/cancellation" ],
    [ PUT    => '/v1/bookings/external/plan/1', { space => 'far', start => '2030-05-16T10:00', minutes => 60 } ],
    [ GET    => '/v1/availability?space=far&from=2030-05-14T00:00&to=2030-05-15T00:00' ],
    [ GET    => '/v1/availability?building=B&from=2030-05-14T00:00&minutes=60' ],
    [ GET    => '/v1/quotas?user=me&space=far' ],
    [ POST   => '/v1/series', { space => 'far', start => '2030-08-01T10:00', minutes => 60, rule => { freq => 'daily', count => 2 } } ],
    [ GET    => "/v1/series/$series->{id}" ],
    [ POST   => "/v1/series/$series->{id}/cancellation" ],
    [ POST   => '/v1/closures', { spaces => ['far'], start => '2030-09-01T08:00', end => '2030-09-02T08:00', reason => 'x' } ],
    [ POST   => '/v1/closures', { filter => { building => 'B' }, start => '2030-09-01T08:00', end => '2030-09-02T08:00', reason => 'x' } ],
    [ GET    => "/v1/closures/$closed->{id}" ],
    [ DELETE => "/v1/closures/$closed->{id}" ],
    [ PUT    => '/v1/closures/archived/far', { bookings => 'cancel' } ],
    [ GET    => '/v1/events' ],
);

sub ask { my ($to, $row) = @_; my ($method, $path, $body, %more) = @$row; return $to->call($method, $path, $body, as => $admin, %more) }

for my $mode ('hang', 'close', 'garbage', 'truncated', 'status 500', 'json 200 {}', 'json 200 {"items":[{"id":"far"}]}', 'large') {
    $backend->mode($mode);
    # However the call failed, what a request does then is the same: all are asked in one way, and two in each.
    my @these = $mode eq 'close' ? @asking : @asking[ 0, 11 ];
    for my $row (@these) {
        refuses(ask($spaces, $row), 503, 'dependency-unavailable', "the space service: $mode: $row->[0] $row->[1] says so");
    }
}
$backend->mode('close');
refuses(ask($users, $_), 503, 'dependency-unavailable', "the user service: close: $_->[0] $_->[1] says so") for @asking;
for my $mode ('hang', 'status 500', 'json 200 {}', 'garbage') {
    $backend->mode($mode);
    refuses(ask($users, $asking[$_]), 503, 'dependency-unavailable', "the user service: $mode: $asking[$_][0] $asking[$_][1] says so") for 0, 11;
}

# Nothing of all that was done.
says($client->get('/v1/bookings?space=far&from=2030-01-01T00:00:00Z&state=confirmed,pending,cancelled', as => $admin), 200,
    sub { map { "$_->{id} $_->{state} $_->{version}" } @{ $_[0]{items} } },
    join(' ', map { "$_ confirmed 1" } $booked->{id}, map { $_->{booking} } @{ $series->{created} }), 'no booking was made or changed');
says($client->get('/v1/closures?from=2030-01-01T00:00:00Z', as => $admin), 200, sub { map { "$_->{id} $_->{version}" } @{ $_[0]{items} } },
    "$closed->{id} 1", 'nor any closure');
is(join(' ', map { $_->code } map { ask($client, $_) } @asking[ 0, 2, 6, 11, 15 ]), '201 200 200 200 200', 'by the services themselves it is done');

$_->finish for $for_users, $for_spaces, $server;
done_testing;

# Any subset of the modules, loaded in any order, and each of them alone.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::Server;

my @ALL    = qw(user space booking product);
my %HEALTH = (user => '/user/health', space => '/space/health', booking => '/booking/health',
    product => '/products/health');

# A server with these modules: answers for what is loaded, and for nothing else.
sub server
{
    my ($name, %args) = @_;
    my $class  = $args{class} // 'Bookable::Server';
    my $server = $class->new(children => 1, threads => 4, %args);
    $server->start;
    my $client = Bookable::Client->new(base => $server->base_url);
    for my $module (@ALL) {
        my $loaded = grep { $_ eq $module } @{ $args{modules} };
        my $health = $client->get($HEALTH{$module});
        is($health->code, $loaded ? 200 : 404, "$name: the health of $module");
        is($health->content, 'OK', "$name: the health of $module is OK") if $loaded;
    }
    return ($server, $client);
}

sub whole_story
{
    my ($client, $name) = @_;
    my $ann   = $client->member;
    my $space = $client->space;
    my $booking = $client->book($ann, spaceID => $space);
    is_answer($booking, 201, qr/^\d+$/, "$name: a booking is made");
    is_error($client->book($ann, spaceID => $space), 400, ['CONFLICT'],
        "$name: the same booking again is a conflict");
    is_answer($client->get('/booking/2030-05-14/' . $booking->content, as => $ann), 200, qr/\Q$space\E/,
        "$name: the booking reads back");
    return;
}

my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);
my @auth    = (as => basic('ann', 'open-sesame'));

# ---- alone --------------------------------------------------------------------------------------
my ($server, $client) = server('user alone', modules => ['user']);
my $ann = $client->member;
is_answer($client->get("/user/$ann->{id}"), 200, qr/^"/,
    'user alone: a user can sign up and log in, and has a session');
is_answer($client->get('/user/caller', as => $ann), 200, qr/"$ann->{id}"/,
    'user alone: GET /user/caller names the caller');
$server->stop;

($server, $client) = server('space alone', modules => ['space']);
is_error($client->get('/space/Hall-1'), 404, ['NOT_FOUND'],
    'space alone: reading a space needs no user service');
is_error($client->post('/space', {}), 400, ['MALFORMED'],
    'space alone: a request without credentials is malformed');
is_error($client->post('/space', { buildingCode => 'Hall', roomCode => 1 }, @auth), 400,
    ['DEPENDENCY_UNAVAILABLE'], 'space alone: making a space needs the user service');
is_error($client->get('/space/Hall-1'), 404, ['NOT_FOUND'], 'space alone: no space was made');
$server->stop;

($server, $client) = server('booking alone', modules => ['booking']);
is_error($client->post('/booking', {}), 400, ['MALFORMED'],
    'booking alone: a request without credentials is malformed');
is_error($client->get('/booking/2030-05-14/1', @auth), 400, ['DEPENDENCY_UNAVAILABLE'],
    'booking alone: reading a booking needs the user service');
is_error($client->post('/booking', $client->booking({ id => 1 }), @auth), 400,
    ['DEPENDENCY_UNAVAILABLE'], 'booking alone: booking needs the user service');
$server->stop;

($server, $client) = server('product alone', modules => ['product']);
is_answer($client->post('/products/1/details', \%product), 204, undef, 'product alone: a product is added');
is_answer($client->get('/products/1'), 200, { %product, product_id => 1 }, 'product alone: a product is read');
$server->stop;

# ---- some ---------------------------------------------------------------------------------------
($server, $client) = server('user and space', modules => [qw(user space)]);
is_answer($client->get('/space/' . $client->space), 200, qr/"spaceID"/,
    'user and space: a space is made and read');
$server->stop;

($server, $client) = server('user and booking', modules => [qw(user booking)]);
$ann = $client->member;
is_error($client->book($ann), 400, [ 'DEPENDENCY_UNAVAILABLE', 'Availability service unavailable' ],
    'user and booking: booking needs the space service');
is_error($client->get('/booking/2030-05-14/1', as => $ann), 404, ['NOT_FOUND'],
    'user and booking: reading a booking needs no space service');
$server->stop;

# ---- in any order -------------------------------------------------------------------------------
for my $order ([ reverse @ALL ], [ sort @ALL ], [qw(space product user booking)]) {
    my $name = join ' ', @$order;
    ($server, $client) = server($name, modules => $order);
    whole_story($client, $name);
    $server->stop;
}

# Every line the other way round: after the modules, those of httpd that they use.
{
    package Bookable::Server::Reversed;
    our @ISA = 'Bookable::Server';

    sub config_text
    {
        my $text = shift->SUPER::config_text;
        my @load = $text =~ /^LoadModule .*\n/mg;
        return join '', reverse(@load), $text =~ s/^LoadModule .*\n//mgr;
    }
}
($server, $client) = server('reversed', class => 'Bookable::Server::Reversed', modules => \@ALL);
whole_story($client, 'reversed');
$server->stop;

# ---- a path within another ----------------------------------------------------------------------
# The longest one that a request's path begins with is whose it is, in whatever order the modules are loaded.
my @nested = (user => '/x', space => '/x/rooms', booking => '/x/rooms/b', product => '/x/rooms/b/p');
for my $class (qw(Bookable::Server Bookable::Server::Reversed)) {
    my $server = $class->new(children => 1, threads => 4, config => "UserPath /x\nSpacePath /x/rooms\nBookingPath /x/rooms/b\n"
        . "ProductPath /x/rooms/b/p\nSpaceUserPath /x\nBookingUserPath /x\nBookingSpacePath /x/rooms\n")->start;
    my $client = Bookable::Client->new(base => $server->base_url, @nested);
    my $ann    = $client->member;
    is($client->get("$nested[$_]/health")->content, 'OK', "$class, paths within others: the health of $nested[$_ - 1]") for 1, 3, 5, 7;
    my $space = $client->space;
    is_answer($client->get("/x/rooms/$space"), 200, qr/"\Q$space\E"/, "$class, paths within others: a space is made and read");
    my $booking = $client->book($ann, spaceID => $space);
    is_answer($booking, 201, qr/^\d+$/, "$class, paths within others: a booking is made");
    is_answer($client->get('/x/rooms/b/2030-05-14/' . $booking->content, as => $ann), 200, qr/\Q$space\E/, "$class, paths within others: a booking is read");
    is_answer($client->post('/x/rooms/b/p/1/details', \%product), 204, undef, "$class, paths within others: a product is added");
    is_error($client->get('/x/rooms/nowhere'), 404, ['NOT_FOUND'], "$class, paths within others: there is no such space");
    $server->stop;
}

# ---- under every MPM ----------------------------------------------------------------------------
for my $mpm (qw(worker event prefork)) {
    ($server, $client) = server($mpm, mpm => $mpm, modules => \@ALL);
    whole_story($client, $mpm);
    $server->stop;
}

# ---- by other paths, and off --------------------------------------------------------------------
my $elsewhere = Bookable::Client->new(vhost => 'elsewhere', user => '/v1/people', space => '/v1/rooms',
    booking => '/v1/reservations', product => '/v1/catalogue');
$ann = $elsewhere->member;
my $space = $elsewhere->space(capacity => 2);
is_answer($elsewhere->get("/v1/rooms/$space"), 200, qr/"\Q$space\E"/, 'other paths: a space is made and read');
my $booking = $elsewhere->book($ann, spaceID => $space);
is_answer($booking, 201, qr/^\d+$/, 'other paths: a booking is made');
is_error($elsewhere->book($ann, spaceID => $space), 400, ['CONFLICT'],
    'other paths: the same booking again is a conflict');
is_answer($elsewhere->delete('/v1/reservations/2030-05-14/' . $booking->content, as => $ann), 200,
    'Deleted', 'other paths: a booking is deleted');
is_answer($elsewhere->post('/v1/catalogue/77/details', \%product), 204, undef,
    'other paths: a product is added');
is_error($elsewhere->get('/v1/catalogue/78000000000'), 404, ['NOT_FOUND'],
    'other paths: an unknown product is answered 404');
is($elsewhere->get("$_/health")->content, 'OK', "other paths: $_/health is OK")
    for qw(/v1/people /v1/rooms /v1/reservations /v1/catalogue);
my $off = Bookable::Client->new(vhost => 'off');
for my $client ($elsewhere, $off) {
    for my $path (qw(/user /user/1 /user/health /space/health /booking/health /products/health)) {
        is($client->get($path)->code, 404, "$client->{vhost}: $path is answered 404");
    }
}
my $whole = Bookable::Client->new;
for my $path (qw(/users /user1 /userhealth /spaces /bookings /productsx /products1 /)) {
    my $response = $whole->get($path);
    unlike($response->header('Content-Type') // '', qr/json/, "$path is not answered by a service");
}

done_testing();

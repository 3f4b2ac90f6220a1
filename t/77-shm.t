# The store in shared memory: all four services without a database, what it keeps and for how long,
# and what clients see when it is full.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Time::HiRes qw(sleep);

use Bookable::Client;
use Bookable::History ();
use Bookable::Load    ();
use Bookable::Server;

my @HEALTH  = qw(/user/health /space/health /booking/health /products/health);
my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);

# A server into which no mod_dbd is loaded.
{
    package Server;
    our @ISA = ('Bookable::Server');

    sub config_text
    {
        my ($self) = @_;
        my $text = $self->SUPER::config_text;
        $text =~ s/^LoadModule dbd_module .*\n//m;
        return $text;
    }
}

sub new_server
{
    my ($config, %more) = @_;
    return Server->new(store => 'shm', cache => 'none', children => 2, threads => 8, config => $config, %more);
}

sub log_of
{
    my ($server) = @_;
    return $server->log_tail(1e6);
}

# ---- all services -------------------------------------------------------------------------------
my $other  = Bookable::Server::free_port();
my $server = new_server("Listen 127.0.0.1:$other\n<VirtualHost 127.0.0.1:$other>\n</VirtualHost>\n");
$server->start;
my $client = Bookable::Client->new(base => $server->base_url);
is($client->get($_)->content, 'OK', "without mod_dbd $_ is OK") for @HEALTH;
my $ann     = $client->member;
my $bob     = $client->member(name => $ann->{name});
my $space   = $client->space(capacity => 3, openTime => '2030-01-01T08:00:00+01:00');
my $booking = $client->book($ann, spaceID => $space)->content;
like($booking, qr/^[1-9]\d*$/, 'a booking is made');
is($client->post('/products/5/details', { %product, weight => 7 })->code, 204, 'a product is stored');
is_answer($client->get("/space/$space"), 200, qr/"capacity": ?3.*"closeTime": ?null/, 'a space is read');
is_answer($client->get("/booking/2030-05-14/$booking", as => $ann), 200,
    qr/"spaceID": ?"$space".*"userID": ?"$ann->{id}".*"endTime": ?"2030-05-14T11:00:00Z"/,
        'a booking reads back');
is_answer($client->get('/products/5'), 200, { %product, product_id => 5, weight => 7 }, 'a product reads back');
is_answer($client->get('/user/caller', as => $bob), 200, qr/$bob->{id}/,
    'a token names its own user though another has the same name');
is_error($client->get('/user/caller', as => basic($ann->{name}, $ann->{password})), 400,
    [ 'SESSION EXPIRED', undef, qr/everal users/ ], 'Basic with a name that two users share is refused');
is_answer($client->get('/user/caller', as => basic($ann->{id}, $ann->{password})), 200, qr/$ann->{id}/,
    'Basic with the id is accepted though two users share the name');
is_error($client->book($bob, spaceID => $space, startTime => '2030-05-14T10:59:59.999999999Z',
    endTime => '2030-05-14T12:00:00Z'), 400, ['CONFLICT'],
        'a booking that overlaps by one nanosecond is refused');
is($client->book($bob, spaceID => $space, startTime => '2030-05-14T11:00:00Z',
    endTime => '2030-05-14T12:00:00Z')->code, 201, 'a booking right after another is made');
is_error($client->delete('/booking/2030-05-15/1', as => $ann), 404, [ undef, 'Booking Date Not Found' ],
    'deleting a booking on a date without bookings names the date');
is_error($client->delete('/booking/2030-05-14/1', as => $ann), 404, [ undef, 'Booking ID Not Found' ],
    'deleting an unknown booking on a date with others names the id');
is_error($client->delete("/booking/2030-05-15/$booking", as => $ann), 404, ['NOT_FOUND'],
    'deleting a booking under a wrong date is answered 404');
my $elsewhere = Bookable::Client->new(base => "http://127.0.0.1:$other");
is_answer($elsewhere->get("/space/$space"), 200, qr/"$space"/, 'virtual hosts share the spaces');
is_error($elsewhere->book($bob, spaceID => $space), 400, ['CONFLICT'], 'virtual hosts share the bookings');

my $eve = $client->member;
is_answer($client->delete("/user/$eve->{id}/session", as => $eve), 200, 'Ended', 'a user logs out');
is_error($client->get('/user/caller', as => $eve), 400, ['SESSION EXPIRED'], 'a log-out revokes the token');
is($client->log_in($eve)->code, 200, 'a user can log in after a log-out');
is_error($client->get('/user/caller', as => $eve), 400, ['SESSION EXPIRED'],
    'the token from before a log-out stays invalid after a new log-in');
$eve = $client->member;
is_answer($client->put("/user/$eve->{id}/password", { userPassword => 'another one',
    currentPassword => $eve->{password} }, as => $eve), 200, 'Changed', 'a user changes the password');
is_error($client->get('/user/caller', as => $eve), 400, ['SESSION EXPIRED'],
    'a new password revokes the token');
is($client->log_in($eve)->code, 404, 'the old password is refused');
is($client->log_in($eve, 'another one')->code, 200, 'the new password is accepted');
is_answer($client->put("/user/$bob->{id}/role", { role => 'admin' }, as => $client->admin), 200, 'admin',
    'an administrator grants a role');

# ---- what is kept -------------------------------------------------------------------------------
my @paths = ("/user/$ann->{id}", '/user/caller', "/space/$space", "/booking/2030-05-14/$booking",
    '/products/5');
my $read   = sub { return map { $_->code . $_->content } map { $client->get($_, as => $ann) } @paths };
my @before = $read->();
is(scalar(grep { /^200/ } @before), scalar @paths, 'everything can be read');
my $kept = sub {
    my ($what) = @_;
    my @after = $read->();
    is($after[$_], $before[$_], "after $what: $paths[$_] is as before") for 0 .. $#paths;
    is_error($client->book($ann, spaceID => $space), 400, ['CONFLICT'],
        "after $what: what was booked is taken");
    return;
};
ok($server->renew($client), 'httpd restarts gracefully');
$kept->('graceful restart');
$server->restart;
$kept->('restart');
kill KILL => $server->children;
Bookable::Server::wait_until(10, sub { $client->get('/user/health')->code == 200 });
$kept->('kill -9 of all children');

unlike(log_of($server), qr/BK0114/, 'there is no BK0114 while the sizes are unchanged');
$server->{config} .= "UserStoreSize 32M\nBookingStoreSize 96M\n";
ok($server->renew($client), 'httpd restarts gracefully');
$kept->('other sizes');
like(log_of($server), qr/BK0114: the $_ store keeps its 67108864 bytes/,
    "BK0114 warns that the $_ store keeps its size") for qw(user booking);
is(scalar(() = log_of($server) =~ /BK0114/g), 2, 'BK0114 is logged once for each changed store');
is($client->book($bob, spaceID => $space, startTime => '2030-05-14T13:00:00Z',
    endTime => '2030-05-14T14:00:00Z')->code, 201, 'a booking is made after sizes were changed');
$server->stop;
$server->start;
is_error($client->get("/user/$ann->{id}"), 404, ['NOT_FOUND'], 'after a stop and start the user is not found');
is_error($client->get("/space/$space"),    404, ['NOT_FOUND'], 'after a stop and start the space is not found');
is_error($client->get('/products/5'),      404, ['NOT_FOUND'],
    'after a stop and start the product is not found');
$server->stop;

# ---- full ---------------------------------------------------------------------------------------
# Every service until it refuses; what it took can be read, and what it refused is not there.
$server = new_server(join '', map { "${_}StoreSize 1M\n" } qw(User Space Booking Product));
$server->start;
$client = Bookable::Client->new(base => $server->base_url);
my $connection = Bookable::Load::Connection->new($server->base_url);
my $long       = "\xe2\x82\xac" x 100;

sub fill
{
    my ($what, $write, $is_there) = @_;
    my ($answer, @taken);
    for my $i (1 .. 20000) {
        $answer = $write->($i);
        last if $answer->status >= 500;
        die "$what: " . $answer->text . "\n" if $answer->status >= 400;
        push @taken, [ $i, $answer ];
    }
    is($answer->status, 503, "$what: the full store answers 503");
    is($answer->error_code, 'CAPACITY', "$what: the error of the full store is CAPACITY");
    like($answer->header('Retry-After') // '', qr/^\d+$/,
        "$what: the answer of the full store has Retry-After");
    cmp_ok(scalar @taken, '>', 100, "$what: the store took more than 100 records: " . @taken);
    is(scalar(grep { !$is_there->(@$_) } @taken), 0, "$what: all stored records are there");
    return @taken;
}

my $status = sub { my ($path, @more) = @_; return $connection->request(GET => $path, @more)->status };
my $owner  = $client->member;
my $hall   = $client->space;
my $admin  = bearer($client->admin);

my $put = sub {
    my ($id, $weight) = @_;
    return $connection->request(POST => "/products/$id/details", body =>
        qq({"sku":"s","manufacturer":"$long","category_id":1,"weight":$weight,"some_other_id":1}));
};
my @products = fill('products', sub { $put->($_[0], 1) }, sub { $status->("/products/$_[0]") == 200 });
is($status->('/products/' . (1 + @products)), 404, 'products: the refused product is not there');
is(scalar(grep { $put->($_->[0], 2)->status != 204 } @products), 0,
    'products: all can be replaced in a full store');

fill('spaces', sub {
    return $connection->request(POST => '/space', authorization => $admin,
        body => qq({"buildingCode":"$long","roomCode":$_[0]}));
}, sub { $status->("/space/$long-$_[0]" =~ s/([\x80-\xff])/sprintf '%%%02X', ord $1/ger) == 200 });

my $book = sub {
    my ($i) = @_;
    my ($start, $end) = map { Bookable::Load::spell((2e9 + 60 * ($i + $_)) * Bookable::Load::NS, 0, 0) } 0, 1;
    return $connection->request(POST => '/booking', authorization => bearer($owner),
        body => Bookable::Load::booking_body($owner, $hall, $start, $end));
};
my @bookings = fill('bookings', $book, sub {
    my ($i, $answer) = @_;
    my $date = substr Bookable::Load::spell((2e9 + 60 * $i) * Bookable::Load::NS, 0, 0), 0, 10;
    return $status->("/booking/$date/" . $answer->body, authorization => bearer($owner)) == 200;
});
is(scalar(grep { $book->($_->[0])->error_code ne 'CONFLICT' } @bookings[ 0 .. 9 ]), 0,
    'bookings: a conflict is reported before the lack of room');
my @half = @bookings[ 0 .. @bookings / 2 ];
my $delete = sub {
    my ($path) = $_[1]->header('Location') =~ m{(/booking/.*)};
    return $connection->request(DELETE => $path, authorization => bearer($owner))->status;
};
is(scalar(grep { $delete->(@$_) != 200 } @half), 0, 'bookings: half of them are deleted');
cmp_ok(scalar(grep { $book->($_->[0])->status == 201 } @half), '>', @half / 2,
    'bookings: deleted bookings make room for others');

fill('users', sub {
    my $name = substr($long, 0, 240) . $_[0];
    my $email = 'x' x 240;
    return $connection->request(POST => '/user',
        body => qq({"username":"$name","userEmail":"$email","userPassword":"open-sesame"}));
}, sub { $status->('/user/' . $_[1]->body) == 200 });
is($client->log_in($owner)->code, 200, 'users: an existing user can log in to a full store');
is($client->delete("/user/$owner->{id}/session", as => $owner)->code, 200,
    'users: an existing user can log out of a full store');
is($client->get($_)->code, 200, "$_ is OK with full stores") for @HEALTH;
$server->stop;

# ---- killed under load --------------------------------------------------------------------------
$server = new_server('', children => 3);
$server->start;
my $load = Bookable::Load->new(base_url => $server->base_url, clients => 12)->prepare;
$load->start(8);
my $kills = 0;
my $end   = Bookable::Load::now() + 7;
while (Bookable::Load::now() < $end || $kills < 5) {
    sleep 0.4;
    my @children = $server->children;
    $kills += kill KILL => $children[ rand @children ] if @children;
}
my $history = $load->wait(Bookable::Load::EACH_KIND);
diag($load->figures($history), ", $kills children killed");
cmp_ok($kills, '>=', 5, "at least five children were killed: $kills");
my %why;
$why{ $_->{why} }++ for grep { ($_->{why} // '') =~ /\A[0-9]/ } $history->operations;
is_deeply(\%why, {}, 'no answer reports a failure while children are killed');
ok($history->tally->{$_}, "there was $_") for qw(book/ok book/conflict delete/ok read/ok);
my @violations = $history->check(reads => $load->read_back($history));
is_deeply(\@violations, [], 'nothing acknowledged is lost, nothing is booked twice')
    or diag(@violations . ' violations');
ok($server->stop, 'httpd stops');

done_testing();

# A primary that hangs: its connections stay, its kernel takes new ones and every byte, and nothing
# comes. Its standby is promoted, and httpd, which knows both, serves from that one within seconds, not
# a connection's time-out later for each connection. What is new then does not wait for the old one
# either, and when that goes on again nobody goes back to it.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Time::HiRes qw(sleep time);

use Bookable::Client;
use Bookable::Load ();
use Bookable::Server;
use Bookable::Store;

my $store  = Bookable::Store->new(kind => 'standby', connect_timeout => 2, asynchronous => 1)->start;
my $server = Bookable::Server->new(store => $store, children => 2, threads => 24,
    config => "UserConsistency strong\nSpaceConsistency strong\nBookingConsistency strong\n"
        . "ProductConsistency strong\n")->start;
my $client = Bookable::Client->new(patient => 1, base => $server->base_url);
my ($ann, $space) = ($client->member, $client->space);
my $hour = 0;

# Sixteen bookings at once, which differ: how many were made.
sub book_all
{
    my ($at) = @_;
    $hour += 16;
    return scalar grep { $_->status == 201 }
        Bookable::Load::book_hours($at->base_url, $ann, bearer($ann), $space, $hour .. $hour + 15);
}

my @usual = map {
    my $begin = time;
    is(book_all($server), 16, "sixteen bookings at once are made, on as many connections: time $_");
    time - $begin;
} 1 .. 3;
my ($old, $new) = ($store->postgres, $store->standby);
$old->wait_for_replay($new);

$old->hold;
# Some are under way when it hangs.
my @under_way = map { Bookable::Load::Connection->new($server->base_url, 60) } 1 .. 8;
for my $connection (@under_way) {
    $connection->open or die "connect: $!\n";
    $connection->send($connection->encode(GET => '/products/1')) or die "send: $!\n";
}
$new->promote;
my $begin = time;
$_->close for @under_way;    # each would keep a thread of httpd
my $normal = Bookable::Server::wait_until(60, sub { book_all($server) == 16 });
my $seconds = time - $begin;
ok($normal, sprintf 'sixteen bookings at once are made again, %.1f s after the promotion', $seconds);
cmp_ok($seconds, '<', Bookable::Server::as_busy(3, @usual),
    'sixteen bookings at once are made within three seconds of the promotion');
diag sprintf 'stopped, two hosts named: normal %.1f s after the promotion', $seconds;

my $other = Bookable::Server->new(store => $store, children => 2, threads => 24)->start;
$begin = time;
is(book_all($other), 16, 'an httpd that begins while the old primary hangs makes them at once');
cmp_ok(time - $begin, '<', Bookable::Server::as_busy(2, @usual),
    'an httpd that begins while the old primary hangs does not wait for it with each connection');
is_deeply([ map { Bookable::Client->new(base => $other->base_url)->get($_)->code } @Bookable::Client::HEALTH ],
    [ (200) x @Bookable::Client::HEALTH ], 'an httpd that begins while the old primary hangs is healthy');
ok($other->stop, 'the second httpd stops');

$old->resume;
my ($before) = map { $_->[0] } $new->query('SELECT count(*) FROM bookings');
is(book_all($server), 16, 'when the old primary goes on, bookings are made');
is(($new->query('SELECT count(*) FROM bookings'))[0][0], $before + 16,
    'when the old primary goes on, all bookings are made by the new one');

# Both can be written to now. What sends httpd to look for another host: the new primary is slow, and away.
my ($left) = map { $_->[0] } $old->query('SELECT count(*) FROM bookings');
my $lock = $new->session('BEGIN', 'LOCK TABLE bookings IN ACCESS EXCLUSIVE MODE');
isnt(book_all($server), 16, 'while the new primary is slow, bookings wait for it');
$lock->end;
ok(Bookable::Server::wait_until(20, sub { book_all($server) == 16 }),
    'bookings are made again when the new primary is no longer slow');
$new->stop('immediate');
is(book_all($server), 0, 'while the new primary is away, none is made');
is_error($client->get('/products/health'), 503, [qr/\S/, qr/\S/],
    'while the new primary is away, health is 503');
$new->start;
ok(Bookable::Server::wait_until(20, sub { book_all($server) == 16 }),
    'bookings are made when the new primary is back');
is(($old->query('SELECT count(*) FROM bookings'))[0][0], $left,
    'the old primary never made a booking after it was replaced');
like($server->log_tail(1e6), qr/BK\d+: .*older timeline/,
    'the log says that the old primary has an older timeline');
unlike($server->log_tail(1e6), qr/exit signal/, 'no child of httpd died');
ok($server->stop, 'httpd stops');

done_testing();

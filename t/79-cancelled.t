# A commit that waits for a standby which is not there waits for ever, and no statement_timeout ends it.
# Whoever turned away from it must not leave the server's process behind: each would hold a connection
# and locks, and the probes of a breaker would make more of them every second.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);

use Bookable::Client;
use Bookable::Load ();
use Bookable::Server;
use Bookable::Store;

use constant { CHILDREN => 2, THREADS => 8, ROUNDS => 6 };

my $store    = Bookable::Store->new(kind => 'pgsql')->start;
my $postgres = $store->postgres;
my $server   = Bookable::Server->new(store => $store, children => CHILDREN, threads => THREADS,
    config => "BookableStatementTimeout 1s\nBookableDatabaseBreaker minimum-calls=3 open-time=100ms\n")->start;
my $client   = Bookable::Client->new(patient => 1, base => $server->base_url);
my ($ann, $space) = ($client->member, $client->space);

# Its processes for the services, all of them and those that wait for a standby.
sub processes
{
    my ($which) = @_;
    return ($postgres->query('SELECT count(*) FROM pg_stat_activity WHERE '
        . ($which // "usename = 'bookable'")))[0][0];
}

sub waiting { return processes("wait_event = 'SyncRep'") }

$postgres->set(synchronous_standby_names => 'nobody');

# Bookings are made at one moment, then the next ones: in between the breakers open, and let one through
# to look.
my (%answers, $most);
for my $round (1 .. ROUNDS) {
    my $hour = 6 * $round;
    $answers{ $_->status }++
        for Bookable::Load::book_hours($server->base_url, $ann, bearer($ann), $space, $hour .. $hour + 5);
    my $now = processes();
    $most = $now if !defined $most || $now > $most;
}
is(join(' ', sort keys %answers), '503', 'no write is acknowledged that its standby does not have');
cmp_ok($most, '<=', CHILDREN * THREADS,
    'the server has no more processes than httpd has connections, after each of the rounds');
ok(Bookable::Server::wait_until(10, sub { waiting() == 0 }), 'none of them is left to wait for a standby');
ok(Bookable::Server::wait_until(10, sub { $client->get("/space/$space")->code == 200 }),
    'what is only read is answered');

$postgres->set(synchronous_standby_names => '');
ok(Bookable::Server::wait_until(10, sub { $client->book($ann, spaceID => $space)->code == 201 }),
    'bookings are made again when no standby is waited for');
ok($server->stop, 'httpd stops');
ok(Bookable::Server::wait_until(10, sub { processes() == 0 }), "the server's processes for httpd end");

done_testing();

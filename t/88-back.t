# PostgreSQL is away for a while, under requests, and comes back. Services that ask others stand behind
# the breaker of those others' database, and not behind one more of their own: as soon as the database is
# asked again, a booking is made at the first attempt.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);

use Bookable::Client;
use Bookable::Load ();
use Bookable::Server;
use Bookable::Store;

my @HEALTH = @Bookable::Client::HEALTH;
my $store  = Bookable::Store->new(kind => 'pgsql')->start;

# An httpd with these services, and what else it is configured with.
sub server
{
    my ($config, @services) = @_;
    return Bookable::Server->new(store => $store, modules => \@services, children => 2, threads => 16,
        stock => [qw(authz_host proxy proxy_http)],
        config => "<Location /breakers>\nSetHandler bookable-breakers\n</Location>\n$config")->start;
}

# The states of the breakers of calls to other services: { name => state }.
sub states
{
    my ($server) = @_;
    my $listed = Bookable::Client->new(base => $server->base_url)->get('/breakers')->content;
    my $breakers = JSON::PP::decode_json($listed);
    return { map { $_->{name} =~ /database\z/ ? () : ($_->{name} =~ s/\A\S+ //r => $_->{state}) } @$breakers };
}

sub test
{
    my ($what, $server, @others) = @_;
    my $client = Bookable::Client->new(base => $server->base_url);
    my ($ann, $space) = ($client->member, $client->space);
    my %booking = (authorization => bearer($ann), body => json_text($client->booking($ann, spaceID => $space)));
    $store->postgres->stop;
    my @answers = map { Bookable::Load::at_once($server->base_url, 0, sub { }, ([ POST => '/booking', %booking ]) x 16) } 1 .. 4;
    my %said;
    $said{ $_->[0]->status . ' ' . $_->[0]->error_code }++ for @answers;
    is_deeply(\%said, { '400 DEPENDENCY_UNAVAILABLE' => 64 }, "$what: while the database is away every booking is told so");
    is_deeply([ grep { !$_->[0]->header('retry-after') } @answers ], [], "$what: each refusal has Retry-After");
    is(scalar(grep { $_->[0]->body =~ /"Circuit breaker open"/ } @answers), 0,
        "$what: what refuses is the database's breaker, and none of the services'");
    is_deeply([ grep { $_ ne 'closed' } values %{ states($server) } ], [],
        "$what: the breakers of the services stay closed")
        or diag(explain(states($server)));
    $store->postgres->start;
    for my $asked ($server, @others) {
        my $health = Bookable::Client->new(base => $asked->base_url);
        my @routes = grep { $health->get($_)->code != 404 } @HEALTH;
        ok(Bookable::Server::wait_until(30, sub { !grep { $health->get($_)->code != 200 } @routes }),
            "$what: health is OK when the database is back");
    }
    is_answer($client->book($ann, spaceID => $space), 201, qr/^\d+$/,
        "$what: the first booking after the database is back is made");
    return;
}

my $one = server('', qw(user space booking product));
test('one host', $one);
$one->stop;

# The same, with the user and the space service in another httpd.
my $others = server('', qw(user space));
my $config = join '', map { "ProxyPass /$_ http://127.0.0.1:" . $others->port . "/$_ retry=0 connectiontimeout=1\n" } qw(user space);
my $booking = server($config, 'booking');
test('across hosts', $booking, $others);
$_->stop for $booking, $others;

done_testing();

# pgbouncer between httpd and PostgreSQL: by sessions as if it were not there; by transactions with
# BookablePreparedStatements Off, which leaves nothing behind on a connection. Without that, health says
# what requests meet.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);

use Bookable::Client;
use Bookable::Load ();
use Bookable::Pgbouncer;
use Bookable::Server;
use Bookable::Store;

my $store = Bookable::Store->new(kind => 'pgsql')->start;

sub server
{
    my ($pooler, $config) = @_;
    my $server = Bookable::Server->new(store => $store, children => 2, threads => 16,
        config => sprintf(qq(DBDParams "%s"\n), $pooler->conninfo =~ s/connect_timeout=\d+/connect_timeout=60/r)
            . $Bookable::Server::PATIENT . $config)->start;
    return ($server, Bookable::Client->new(base => $server->base_url));
}

# Twelve clients at once write and read in turn, for all services: how many answers of each status.
sub crowd
{
    my ($server, $client, $rounds) = @_;
    my ($ann, $space) = ($client->member, $client->space);
    my @connections = map { Bookable::Load::Connection->new($server->base_url, 60) } 1 .. 12;
    my %got;
    for my $round (1 .. $rounds) {
        my @requests = map {
            my $number = 12 * $round + $_;
            my ($from, $to) = map { sprintf '2031-03-%02dT%02d:00:00Z', 1 + int($_ / 24), $_ % 24 } $number, $number + 1;
            $_ % 3 == 0 ? $connections[$_]->encode(GET => "/space/$space")
                : $_ % 3 == 1 ? $connections[$_]->encode(GET => "/user/$ann->{id}")
                : $connections[$_]->encode(POST => '/booking', authorization => bearer($ann),
                    body => Bookable::Load::booking_body($ann, $space, $from, $to))
        } 0 .. 11;
        my ($answers) = Bookable::Load::volley(\@connections, \@requests);
        $got{ $_->status }++ for @$answers;
    }
    return join ' ', map { "$got{$_} $_" } sort keys %got;
}

my %right = ('session, named statements' => [ session => '' ],
    'transaction, BookablePreparedStatements Off' => [ transaction => "BookablePreparedStatements Off\n" ],
    'session, BookablePreparedStatements Off' => [ session => "BookablePreparedStatements Off\n" ]);
for my $name (sort keys %right) {
    my ($mode, $config) = @{ $right{$name} };
    # Fewer connections than clients where they are shared.
    my $pooler = Bookable::Pgbouncer->new(postgres => $store->postgres, mode => $mode,
        size => $mode eq 'session' ? 40 : 3)->start;
    my ($server, $client) = server($pooler, $config);
    is(crowd($server, $client, 20), '160 200 80 201', "$name: every request is answered as without a pooler");
    my $ann = $client->member;
    is($client->get('/user/caller', as => $ann)->code, 200, "$name: the token of a new user is valid");
    is($client->book($ann, spaceID => $client->space)->code, 201, "$name: a new user books");
    is(join(' ', map { $client->get($_)->code } @Bookable::Client::HEALTH), '200 200 200 200',
        "$name: all services are healthy");
    ok($server->stop, "$name: httpd stops");
    unlike($server->log_tail(1e6), qr/BK01(?:03|11|9\d)/, "$name: the log has no failure of the database");
}

# ---- where it cannot work, nobody says that it does ------------------------------------------------
{
    my $pooler = Bookable::Pgbouncer->new(postgres => $store->postgres, mode => 'transaction', size => 3)->start;
    my ($server, $client) = server($pooler, '');
    my %codes;
    # Different threads on different connections: what one prepared another one meets.
    for my $round (1 .. 5) {
        my @connections = map { Bookable::Load::Connection->new($server->base_url, 60) } 1 .. 12;
        my ($answers) = Bookable::Load::volley(\@connections,
            [ map { $_->encode(GET => '/space/health') } @connections ]);
        $codes{ $_->status }++ for @$answers;
    }
    ok($codes{503}, 'transaction, named statements: health is 503')
        or diag join ' ', %codes;
    like($server->log_tail(1e6), qr/BookablePreparedStatements Off/,
        'transaction, named statements: the log names BookablePreparedStatements Off');
    ok($server->stop, 'transaction, named statements: httpd stops');
}

done_testing();

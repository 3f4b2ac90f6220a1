# A store keeps everything over restarts of httpd, of whatever kind; one in memory, as long as the
# parent process is there.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::Server;

my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);

sub kept_over_restarts
{
    my ($kind) = @_;
    my $server = Bookable::Server->new(store => $kind, children => 2, threads => 4)->start;
    my $client = Bookable::Client->new(base => $server->base_url);
    my $ann    = $client->member;
    my $space  = $client->space(capacity => 3, openTime => '2030-01-01T08:00:00Z');
    my $booking = $client->book($ann, spaceID => $space)->content;
    is($client->post('/products/5/details', \%product)->code, 204, "$kind: a product");
    my @paths = ("/user/$ann->{id}", '/user/caller', "/space/$space", "/booking/2030-05-14/$booking",
        '/products/5');
    my $read = sub {
        return map { $_->code . $_->content } map { $client->get($_, as => $ann) } @paths;
    };
    my @before = $read->();
    is(scalar(grep { /^200/ } @before), scalar @paths, "$kind: everything can be read");

    my $kept = sub {
        my ($what) = @_;
        my @after = $read->();
        is($after[$_], $before[$_], "$kind: $what: $paths[$_]") for 0 .. $#paths;
        is_error($client->book($ann, spaceID => $space), 400, ['CONFLICT'],
            "$kind: $what: what was booked is taken");
        is($client->log_in($ann)->code, 200, "$kind: $what: the password");
        @before = $read->();
        return;
    };
    ok($server->renew($client), "$kind: restarted gracefully");
    $kept->('graceful restart');
    $server->restart;
    $kept->('restart');
    for my $how ($server->store->is_durable ? qw(stop kill9) : ()) {
        $server->$how;
        $server->start;
        $kept->("$how and start");
    }
    is($client->get('/space/Hall-1')->code, 404, "$kind: and nothing else is there");
    $server->stop;
    return;
}

kept_over_restarts($_) for qw(sqlite pgsql shm);

done_testing();

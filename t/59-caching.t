# What may be kept on the way: no answer that is for one caller or shows a token is kept by any cache, and no
# client takes an answer for another type than it is declared to be.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);

use Bookable::Client;
use Bookable::Server;

my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);

sub is_guarded
{
    my ($answer, $code, $keeps, $what) = @_;
    is($answer->code, $code, "$what: is answered $code");
    is($answer->header('X-Content-Type-Options'), 'nosniff', "$what: is of the type that it says");
    is($answer->header('Cache-Control'), $keeps ? undef : 'no-store',
        "$what: " . ($keeps ? 'may be kept' : 'is kept by no cache'));
    return;
}

for my $vhost (undef, 'standard') {
    my $client = Bookable::Client->new(defined $vhost ? (vhost => $vhost, standard => 1) : ());
    my $name   = $vhost ? 'standard codes' : 'reference codes';
    my $code   = sub { $vhost ? $_[1] : $_[0] };
    my $ann    = $client->member;
    my $space  = $client->space;
    my $log_in = $client->log_in($ann);
    ok($log_in->header('X-Session-Token'), "$name: a log-in shows a token");
    is_guarded($log_in, 200, 0, "$name: a log-in");
    is_guarded($client->log_in($ann, 'wrong'), $code->(404, 401), 0, "$name: a wrong password");
    is_guarded($client->post('/user', { username => 'x', userPassword => 'open-sesame' }), 201, 0, "$name: a sign-up");
    is_guarded($client->get("/user/$ann->{id}"), 200, 0, "$name: a session");
    is_guarded($client->get('/user/1'), 404, 0, "$name: a user who is not there");
    is_guarded($client->get('/user/caller', as => $ann), 200, 0, "$name: who is calling");
    is_guarded($client->get('/user/caller'), $code->(400, 401), 0, "$name: nobody calling");
    is_guarded($client->post('/space', {}, as => $client->admin), 400, 0, "$name: an administrator, of spaces");
    is_guarded($client->get("/space/$space", as => $ann), 200, 0, "$name: a space, asked for by a caller");
    is_guarded($client->get("/space/$space"), 200, 1, "$name: a space, asked for by anyone");
    my $booked = $client->book($ann, spaceID => $space);
    is_guarded($booked, 201, 0, "$name: a booking");
    my $path = '/booking/2030-05-14/' . $booked->content;
    is_guarded($client->get($path, as => $ann), 200, 0, "$name: a booking, read");
    is_guarded($client->get($path), $code->(400, 401), 0, "$name: a booking, asked for by nobody");
    is_guarded($client->delete($path, as => $ann), 200, 0, "$name: a booking, deleted");
    is_guarded($client->post('/products/1/details', \%product), 204, 1, "$name: a product");
    is_guarded($client->get('/products/1'), 200, 1, "$name: a product, read");
    is_guarded($client->get('/products/x'), 400, 1, "$name: a product that is none");
    is_guarded($client->get('/user/no/such/route'), 404, 0, "$name: no route of users");
    is_guarded($client->get('/user/%00'), $client->get('/user/%00')->code, 0, "$name: what httpd refuses");
    is_guarded($client->get('/booking/health'), 200, 0, "$name: the health of bookings");
    is_guarded($client->get('/products/health'), 200, 1, "$name: the health of products");
}

# ---- pages of the server --------------------------------------------------------------------------

my $server = Bookable::Server->new(modules => ['product'], children => 1, threads => 4,
    config => join '', map { "<Location /$_>\nSetHandler bookable-$_\n</Location>\n" } qw(metrics breakers))->start;
my $client = Bookable::Client->new(base => $server->base_url);
is_guarded($client->get("/$_"), 200, 0, "the page of $_") for qw(metrics breakers);
is_guarded($client->post('/breakers', { name => 'x' }), 400, 0, 'a change of a breaker that is refused');
is_guarded($client->put('/breakers', {}), 405, 0, 'a method that the page of breakers has not');
$server->finish;

done_testing();

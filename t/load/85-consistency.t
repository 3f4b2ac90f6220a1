# The reference system's questions about consistency, with no standby and with one, without a cache and
# with one; two of httpd over one store, as on two hosts. A new thing is found at once, by whoever looks
# and wherever; a booking that conflicts is refused the first time; a change is seen at once where it
# was made, or by who asks for strong reads, and everywhere when a cache's time is over.

use strict;
use warnings FATAL => 'all';

use FindBin ();
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(sleep time);

use Bookable::Load   ();
use Bookable::Server ();
use Bookable::Store  ();

my $ROUNDS = 100;
my $TTL    = 1;     # of the caches, seconds

# A product of this weight is put; its weight as that connection reads it.
sub put
{
    my ($connection, $id, $weight) = @_;
    my $answer = $connection->request(POST => "/products/$id/details", body =>
        qq({"sku":"a","manufacturer":"b","category_id":1,"weight":$weight,"some_other_id":1}));
    return $answer->status == 204 || die "product $id: " . $answer->text . "\n";
}

sub weight
{
    my ($connection, $id, @headers) = @_;
    my $answer = $connection->request(GET => "/products/$id", @headers);
    return $answer->body =~ /"weight": ?(\d+)/ ? $1 : -1;
}

sub is_all { my ($count, $what) = @_; return is $count, $ROUNDS, "$what: $count of $ROUNDS" }

sub questions
{
    my ($store, $cache) = @_;
    my $ttl = $cache eq 'none' ? '' : "ProductCacheTTL ${TTL}s\nSpaceCacheTTL ${TTL}s\n";
    $ttl .= "$Bookable::Server::PATIENT$Bookable::Server::PATIENT_BREAKER";
    my @servers = map { Bookable::Server->new(store => $store, children => 2, threads => 8, config => $ttl)->start } 1, 2;
    my $load = Bookable::Load->new(base_url => $servers[0]->base_url, clients => 2, spaces => 2)->prepare;
    my ($here, $there) = map { Bookable::Load::Connection->new($_->base_url) } @servers;
    my ($ann, $bob) = @{ $load->{callers} };
    my ($space, $other) = @{ $load->{space_ids} };
    my %count = map { $_ => 0 } qw(own conflict user host new same strong);

    for my $round (1 .. $ROUNDS) {
        my ($start, $end) = map { $load->{first_day} + $_ * 3600 * Bookable::Load::NS } $round, $round + 1;
        my $booking = $load->book($here, $ann, $space, $start, $end);
        die "booking: $booking->{why}\n" if $booking->{outcome} ne 'ok';
        my $again = $load->book($round % 2 ? $here : $there, $bob, $space, $start, $end);
        $count{conflict}++ if $again->{outcome} eq 'conflict';
        $count{own}++  if Bookable::Load::find($here, $ann, $booking)->{outcome} eq 'ok';
        $count{user}++ if Bookable::Load::find($here, $bob, $booking)->{outcome} eq 'ok';
        $count{host}++ if Bookable::Load::find($there, $bob, $booking)->{outcome} eq 'ok';
        put($here, $round, 1);
        $count{new}++ if weight($there, $round) == 1;
    }
    is_all($count{own},      'a booking is read by who made it');
    is_all($count{conflict}, 'a second booking of the same time is refused at the first attempt');
    is_all($count{user},     'a booking is read by another user');
    is_all($count{host},     'a booking is read on another host');
    is_all($count{new},      'a new product is found on another host');

    for my $round (1 .. $ROUNDS) {
        put($here, 1, 1000 + $round);
        $count{same}++ if weight($here, 1) == 1000 + $round;
        $count{strong}++ if weight($there, 1, 'X-Consistency' => 'strong') == 1000 + $round;
    }
    is_all($count{strong}, 'a change is seen on another host by who asks for a strong read');
    diag "a change was seen at once by $count{same} of $ROUNDS that did not ask";
    is_all($count{same}, 'a change is seen at once on the host where it was made') if $store->kind ne 'standby';
    sleep $TTL + 0.5;
    is weight($_, 1), 1000 + $ROUNDS, 'a change is seen on each host when the cached entry has expired' for $here, $there;
    ok $_->stop, 'stopped' for @servers;
    return;
}

for my $kind (qw(pgsql standby)) {
    for my $cache (qw(none shmcb redis)) {
        subtest "$kind, cache $cache" => sub {
            questions(Bookable::Store->new(kind => $kind, cache => $cache, asynchronous => 1,
                connect_timeout => 30), $cache);
        };
    }
}

done_testing;

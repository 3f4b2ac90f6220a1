# Redis is a cache: it is killed, started again empty, hung and flushed under load, and no client is
# told anything else than before. No request fails, the history is that of a service without double
# bookings, and nobody reads an older product than they wrote.

use strict;
use warnings FATAL => 'all';

use FindBin ();
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(sleep);

use Bookable::Load   ();
use Bookable::Server ();
use Bookable::Store  ();

my $SECONDS = ($ENV{BOOKABLE_LOAD_SECONDS} || 60) / 4;
$SECONDS = 12 if $SECONDS < 12;
my ($CLIENTS, $PRODUCTS) = (16, 4);
my $READS = 100;    # of products, at least

# The first of them book, read and delete; the others write products of their own and read them: what
# they read is what they wrote last, and whether it was is kept as the history would be.
sub client
{
    my ($self, $number, $until) = @_;
    return Bookable::Load::mixed_client(@_) if $number < $CLIENTS;
    my $connection = $self->connection($number);
    my @read;
    for (my $weight = 1; Bookable::Load::now() < $until; $weight++) {
        my $id = 1000 * $number + $weight % 7;
        my $put = $connection->request(POST => "/products/$id/details", body =>
            qq({"sku":"a","manufacturer":"b","category_id":1,"weight":$weight,"some_other_id":1}));
        for (1 .. 3) {
            my $answer = $connection->request(GET => "/products/$id");
            my ($found) = $answer->body =~ /"weight": ?(\d+)/;
            push @read, { kind => 'product', invoked => 0, completed => 0, wrong =>
                $put->status != 204 ? $put->text : ($found // '') ne $weight ? "wrote $weight, read " . $answer->text : '' };
            Bookable::Load::count('product');
        }
    }
    return @read;
}

my $store = Bookable::Store->new(kind => 'pgsql', cache => 'redis')->start;
my $redis = $store->redis;
my @faults = (
    [ flushed => sub { $redis->flush } ],
    [ hung    => sub { $redis->hold; sleep $SECONDS / 8; $redis->resume } ],
    [ killed  => sub { $redis->kill9; sleep $SECONDS / 8; $redis->start } ],
    [ flushed => sub { $redis->flush } ],
);

my $server = Bookable::Server->new(store => $store, children => 3, threads => 16,
    config => $Bookable::Server::PATIENT)->start;
my $load = Bookable::Load->new(base_url => $server->base_url, clients => $CLIENTS + $PRODUCTS)->prepare;
$load->start($SECONDS, \&client);
for my $number (1 .. @faults) {
    my $wait = $load->{started} + $SECONDS * $number / (@faults + 1) - Bookable::Load::now();
    sleep $wait if $wait > 0;
    my ($what, $fault) = @{ $faults[ $number - 1 ] };
    $fault->();
    diag sprintf 'Redis was %s, until %.1f s', $what, Bookable::Load::now() - $load->{started};
}
my @all     = $load->wait(Bookable::Load::EACH_KIND, product => $READS)->operations;
my @read    = grep { $_->{kind} eq 'product' } @all;
my $history = Bookable::History->new(grep { $_->{kind} ne 'product' } @all);
diag $load->figures($history);

my @failed = map { "$_->{kind}: $_->{why}" } grep { defined $_->{why} } $history->operations;
is_deeply \@failed, [], 'no booking, read or delete fails';
my $tally = $history->tally;
ok $tally->{$_}, "there was $_" for qw(book/ok book/conflict delete/ok read/ok);
my @violations = $history->check($store->rows, reads => $load->read_back($history));
is_deeply \@violations, [], 'no answer violates the checks' or diag @violations . ' violations';
cmp_ok scalar @read, '>=', $READS, 'products were written and read';
my @wrong = map { $_->{wrong} } grep { length $_->{wrong} } @read;
is_deeply [ splice @wrong, 0, 10 ], [], 'each as it was written last' or diag @wrong + 10, ' of ', scalar @read;
unlike $server->log_tail(1e6), qr/exit signal/, 'no child of httpd died';
ok $server->stop, 'stopped';
done_testing;

# PostgreSQL is restarted, crashes, and is replaced by its standby, under load which goes on. What was
# acknowledged is there afterwards, and the history is one of a service without double bookings.

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

# The mixed load, with $disturb(store) after each of a few pauses; the load and httpd get no other
# help. When each of them is over, bookings go on.
sub under_load
{
    my ($store, @disturb) = @_;
    my $server = Bookable::Server->new(store => $store, children => 3, threads => 16,
        config => "BookableDatabaseBreaker open-time=1s\n")->start;
    my $load = Bookable::Load->new(base_url => $server->base_url, clients => 24)->prepare;
    # It ends when all is done, which takes as long as PostgreSQL does to start again.
    $load->start($SECONDS);
    my $pause = $SECONDS / (@disturb + 1);
    my @over;
    sleep $pause;
    for my $disturb (@disturb) {
        $disturb->($store);
        push @over, Bookable::Load::now();
        diag sprintf 'disturbed, until %.1f s', $over[-1] - $load->{started};
        wait_for_another($store);
        sleep $pause;
    }
    my $history = $load->wait(Bookable::Load::EACH_KIND);
    diag $load->figures($history);

    # Whoever was told that the store is out of reach knows nothing: any other failure is one.
    my %why;
    $why{ $_->{why} }++ for grep { !away($_) } $history->operations;
    is_deeply \%why, {}, 'an answer is one that the contract names, or says that the store is away';
    my @booked = sort { $a->{invoked} <=> $b->{invoked} } $history->acknowledged;
    for my $number (0 .. $#over) {
        my ($first) = grep { $_->{invoked} > $over[$number] } @booked;
        ok $first, 'bookings go on' or next;
        diag sprintf 'booked again %.1f s after it was over', $first->{completed} - $over[$number];
    }
    my $tally = $history->tally;
    ok $tally->{$_}, "there was $_" for qw(book/ok book/conflict delete/ok read/ok);
    my @violations = $history->check($store->rows, reads => $load->read_back($history));
    is_deeply \@violations, [], 'nothing acknowledged is lost, nothing is booked twice, no conflict is false'
        or diag @violations . ' violations';
    unlike $server->log_tail(1e6), qr/exit signal/, 'no child of httpd died';
    ok $server->stop, 'stopped';
    return;
}

# Until there is a booking that is not there now.
sub wait_for_another
{
    my ($store) = @_;
    my %known = map { $_->{id} => 1 } $store->bookings;
    return Bookable::Server::wait_until(10, sub { grep { !$known{ $_->{id} } } $store->bookings });
}

sub away
{
    my ($operation) = @_;
    my $why = $operation->{why} // return 1;
    return $why =~ /\A503 .*"(?:UNAVAILABLE|OUTCOME_UNKNOWN)"/ || $why =~ /\A400 .*"DEPENDENCY_UNAVAILABLE"/;
}

subtest 'restarted, and crashed' => sub {
    under_load(Bookable::Store->new(kind => 'pgsql', connect_timeout => 2, fsync => 1)->start,
        sub { $_[0]->postgres->restart('fast') },
        sub { $_[0]->postgres->kill9; $_[0]->postgres->start },
        sub { $_[0]->postgres->hold; sleep 1; $_[0]->postgres->resume });
};

subtest 'the primary is killed, and its synchronous standby promoted' => sub {
    under_load(Bookable::Store->new(kind => 'standby', connect_timeout => 2, fsync => 1)->start, sub { $_[0]->fail_over });
};

done_testing;

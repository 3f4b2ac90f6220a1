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
    under_load(Bookable::Store->new(kind => 'pgsql', fsync => 1)->start,
        sub { $_[0]->postgres->restart('fast') },
        sub { $_[0]->postgres->kill9; $_[0]->postgres->start },
        sub { $_[0]->postgres->hold; sleep 1; $_[0]->postgres->resume });
};

subtest 'the primary is killed, and its synchronous standby promoted' => sub {
    under_load(Bookable::Store->new(kind => 'standby', fsync => 1)->start, sub { $_[0]->fail_over });
};

# How long until sixteen bookings at one moment are all made again, once there is a server that can make
# them: the primary is killed or stopped, and is back again (one host named), or its standby is promoted (two)
# at once, or when all know for long that it is gone. Clients ask all the time. The second number is how
# long it may take here.
sub seconds
{
    my ($hosts, $how, $wait) = @_;
    my $store = Bookable::Store->new(kind => $hosts == 1 ? 'pgsql' : 'standby', asynchronous => 1)->start;
    my $server = Bookable::Server->new(store => $store, children => 2, threads => 24,
        config => join '', map { "${_}Consistency strong\n" } qw(User Space Booking Product))->start;
    my $load = Bookable::Load->new(base_url => $server->base_url, clients => 1, spaces => 1)->prepare;
    my ($caller, $space, $hour) = ($load->{callers}[0], $load->{space_ids}[0], 0);
    my $all = sub {
        $hour += 16;
        return 16 == grep { $_->status == 201 } Bookable::Load::book_hours($server->base_url, $caller,
            $caller->{bearer}, $space, $hour .. $hour + 15);
    };
    ok Bookable::Server::wait_until(30, $all), "$hosts named, $how: works";
    my @usual = map {
        my $begin = Bookable::Load::now();
        $all->();
        Bookable::Load::now() - $begin;
    } 1 .. 3;
    my ($primary, $standby) = ($store->postgres, $hosts == 2 ? $store->standby : ());
    $primary->wait_for_replay($standby) if $standby;

    $how eq 'killed' ? $primary->kill9 : $primary->hold;
    my $until = Bookable::Load::now() + $wait;
    $all->() while Bookable::Load::now() < $until;
    $standby ? $standby->promote : $how eq 'killed' ? $primary->start : $primary->resume;
    my $begin = Bookable::Load::now();
    ok Bookable::Server::wait_until(120, $all), "$hosts named, $how: works again";
    my $seconds = Bookable::Load::now() - $begin;
    ok $server->stop, "$hosts named, $how: httpd stops";
    return ($seconds, Bookable::Server::as_busy(3, @usual));
}

subtest 'service is normal within three seconds, whether the primary was killed or stopped' => sub {
    for my $hosts (1, 2) {
        for my $how (qw(killed stopped)) {
            for my $wait (0, 12) {
                my ($seconds, $most) = seconds($hosts, $how, $wait);
                my $what = sprintf '%s named, the primary %s for %d s: normal %.1f s after %s',
                    $hosts == 1 ? 'one host' : 'two hosts', $how, $wait, $seconds,
                    $hosts == 1 ? 'it was back' : 'the promotion';
                cmp_ok $seconds, '<', $most, $what;
                diag $what;
            }
        }
    }
};

done_testing;

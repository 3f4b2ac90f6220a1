# How soon service is normal after PostgreSQL's primary was killed, or stopped: when it is back, and when
# its standby was promoted.

use strict;
use warnings FATAL => 'all';

use FindBin ();
use lib "$FindBin::Bin/../lib";

use Test::More;

use Bookable::Load   ();
use Bookable::Server ();
use Bookable::Store  ();

# How long until sixteen bookings at one moment are all made again, once there is a server that can make
# them: the primary is killed or stopped, and is back again (one host named), or its standby is promoted (two)
# at once, or when all know for long that it is gone. Clients ask all the time. The second number is how
# long it may take here.
sub seconds
{
    my ($hosts, $how, $wait) = @_;
    my $store = Bookable::Store->new(kind => $hosts == 1 ? 'pgsql' : 'standby', connect_timeout => 2, asynchronous => 1)->start;
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

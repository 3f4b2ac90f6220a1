# Processes are killed, all of them are killed, the server is restarted: under load, which goes on.
# What was acknowledged is there afterwards, and the history is one of a service without double
# bookings. The clients count what they do not know (a connection that broke) as unknown.

use strict;
use warnings FATAL => 'all';

use FindBin ();
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(sleep);

use Bookable::Load   ();
use Bookable::Server ();
use Bookable::Store  ();

my $SECONDS = ($ENV{BOOKABLE_LOAD_SECONDS} || 60) / 8;
$SECONDS = 6 if $SECONDS < 6;
my $CLIENTS = 32;
my $TIMES = 3;      # that it happens
my $READS = 100;    # that are to be answered meanwhile

my @mpms = Bookable::Server::mpms();
for my $mpm (@mpms) {
    subtest "$mpm: kill -9 of a child, again and again" => sub {
        under_load($mpm, sub {
            my ($server) = @_;
            my @children;
            Bookable::Server::wait_until(30, sub { @children = $server->children }) or return 0;
            return kill KILL => $children[ rand @children ];
        });
    };
    subtest "$mpm: graceful restart" => sub { graceful($mpm) };
}

# When nothing is left of the server it is all the same how it worked.
subtest 'kill -9 of the whole server, and a start on the same files' => sub {
    under_load($mpms[0], sub {
        my ($server) = @_;
        $server->kill9;
        $server->start;
        return 1;
    });
} if Bookable::Store->new->is_durable;

# The mixed load, with $disturb now and then; the server is never given any other help. Between two of
# them, and after the last, there is time for bookings.
sub under_load
{
    my ($mpm, $disturb) = @_;
    my $server = Bookable::Server->new(mpm => $mpm, children => 3, threads => 16,
        config => $Bookable::Server::PATIENT)->start;
    my $load = Bookable::Load->new(base_url => $server->base_url, clients => $CLIENTS)->prepare;
    $load->start($SECONDS);
    my @booking = ('book/ok' => $CLIENTS + 1);    # one more than may be under way
    for my $number (1 .. $TIMES) {
        sleep $SECONDS / ($TIMES + 1);
        ok $load->more(@booking), "there are bookings before disturbance $number";
        ok $disturb->($server), "disturbance $number happens";
    }
    ok $load->more(@booking), 'there are bookings after the last disturbance';
    my $history = $load->wait(Bookable::Load::EACH_KIND);
    diag "$mpm: ", $load->figures($history);

    my %why;
    # Answered, with something else than the contract names: a server that was killed says nothing.
    $why{ $_->{why} }++ for grep { ($_->{why} // '') =~ /\A[0-9]/ } $history->operations;
    is_deeply \%why, {}, 'no answer speaks of a failure';
    my $tally = $history->tally;
    ok $tally->{$_}, "there was $_" for qw(book/ok book/conflict delete/ok read/ok);
    my @violations = $history->check($server->store->rows,
        reads => $load->read_back($history));
    is_deeply \@violations, [], 'nothing acknowledged is lost, nothing is booked twice'
        or diag @violations . ' violations';
    is $server->store->damage, '', 'the database file is sound';
    ok $server->stop, 'stopped';
    return;
}

# Bookings as ever, and clients that only read: none of their requests may fail.
sub graceful
{
    my ($mpm) = @_;
    my $server = Bookable::Server->new(mpm => $mpm, children => 3, threads => 16,
        config => $Bookable::Server::PATIENT)->start;
    my $load = Bookable::Load->new(base_url => $server->base_url, clients => 16)->prepare;
    $load->start($SECONDS, sub {
        my ($self, $number, $until) = @_;
        return $number % 2 ? Bookable::Load::reading_client(@_) : Bookable::Load::mixed_client(@_);
    });
    for my $number (1 .. $TIMES) {
        sleep $SECONDS / ($TIMES + 1);
        ok $load->more('read/ok' => 10), "there are reads before restart $number";
        ok $server->graceful, "restart $number";
    }
    my $history = $load->wait(Bookable::Load::EACH_KIND, 'read/ok' => $READS);
    diag "$mpm: ", $load->figures($history);

    my @failed = map { $_->{why} }
        grep { $_->{kind} eq 'read' && defined $_->{why} } $history->operations;
    is_deeply \@failed, [], 'no GET failed' or diag @failed . ' failed';
    cmp_ok $history->tally->{'read/ok'}, '>=', $READS, 'of many';
    my @violations = $history->check($server->store->rows,
        reads => $load->read_back($history));
    is_deeply \@violations, [], 'nothing acknowledged is lost, nothing is booked twice'
        or diag @violations . ' violations';
    ok $server->stop, 'stopped';
    return;
}

done_testing;

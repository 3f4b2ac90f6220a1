# The primary of PostgreSQL is away for a while, and comes back, or its standby takes its place: on one
# host, and in a cluster as bench/cluster makes one of conf/gateway.conf and conf/service.conf, whose
# clients know only the gateway's address. Reads that a standby can answer go on all the time; and
# bookings are made again as soon as the primary is there.

use strict;
use warnings FATAL => 'all';

use FindBin ();
use lib "$FindBin::Bin/../lib";

use File::Spec ();
use IO::Handle ();
use File::Temp ();
use JSON::PP ();
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep);

use Bookable::Client ();
use Bookable::Cluster ();
use Bookable::Load   ();
use Bookable::Postgres ();
use Bookable::Server ();
use Bookable::Store  ();

my $AWAY  = 8;     # seconds; longer than any breaker stays open, and any health check looks away
my $READS = 50;    # of any kind, at least, while it is away
my $ANY_READ = '(?:booking|space|product|session)';

my $cluster = Bookable::Cluster->new;
my $dir = $cluster->dir;
my $files = 0;

sub now { return Bookable::Load::now() }

# ---- a client ------------------------------------------------------------------------------------

# Reads one of each, and books, again and again, in a process of its own, until told to stop: what
# then says { at, until, kind, answer } of every request.
sub client
{
    my ($url) = @_;
    my $client = Bookable::Client->new(base => $url);
    my $ann    = $client->member;
    my ($space, $other) = ($client->space, $client->space);
    my $booked = $client->book($ann, spaceID => $other);
    $booked->code == 201 or die $booked->as_string;
    $client->post('/products/1/details', { sku => 'a', manufacturer => 'b', category_id => 1, weight => 1,
        some_other_id => 1 })->code == 204 or die "no product\n";
    my %as   = (authorization => Bookable::Client::bearer($ann));
    my %read = (booking => [ '/booking/2030-05-14/' . $booked->content, %as ], space => ["/space/$space"],
        product => ['/products/1'], session => ["/user/$ann->{id}"]);
    my $connection = Bookable::Load::Connection->new($url, 60);
    my $hour = 0;
    my $request = sub {
        my ($kind, @request) = @_;
        my $at = now();
        my $answer = $connection->request(@request);
        return { at => $at, until => now(), kind => $kind, answer => $answer->status . ' ' . ($answer->body // '') };
    };
    return begin(sub {
        my @done = map { $request->($_, GET => @{ $read{$_} }) } sort keys %read;
        my ($from, $to) = map { Bookable::Load::spell((1_900_000_000 + 3600 * $_) * Bookable::Load::NS, 0, 0) }
            $hour, $hour + 1;
        $hour++;
        return (@done, $request->('booked', POST => '/booking', %as,
            body => Bookable::Load::booking_body($ann, $space, $from, $to)));
    });
}

# Does some work again and again in a process beside this: a function that ends it, and returns all of
# the rows that the work returned.
sub begin
{
    my ($work) = @_;
    my $file = "$dir/rows." . ++$files;
    my $pid  = fork // die "fork: $!\n";
    unless ($pid) {
        open my $out, '>', $file or die "$file: $!\n";
        $out->autoflush(1);
        until (-e "$file.end") {
            print {$out} JSON::PP::encode_json($_) . "\n" for $work->();
            sleep 0.01;
        }
        close $out;
        POSIX::_exit(0);
    }
    return sub {
        open my $end, '>', "$file.end" or die "$file.end: $!\n";
        waitpid $pid, 0;
        open my $in, '<', $file or die "$file: $!\n";
        return map { JSON::PP::decode_json($_) } <$in>;
    };
}

# Wait until so many rows say of some kind that it went well after a moment: whether they do. How many
# there are in a time depends on what else the machine does.
sub wait_for_rows
{
    my ($least, $since, $kind) = @_;
    return Bookable::Server::wait_until(60, sub {
        my $count = 0;
        for my $file (glob "$dir/rows.*") {
            open my $in, '<', $file or next;
            while (my $line = <$in>) {
                my ($at) = $line =~ /"at":"?([\d.]+)/ or next;
                $count++ if $at > $since && $line =~ /"kind":"$kind"/ && $line =~ /"answer":"20[01] /;
            }
        }
        return $count >= $least;
    });
}

# ---- what came of it -----------------------------------------------------------------------------

sub is_well { return $_[0]{answer} =~ /\A20[01] / }

# How long after a moment the first booking was made, and the last one refused.
sub say_back
{
    my ($what, $back, @rows) = @_;
    my @booked = grep { $_->{kind} eq 'booked' } @rows;
    my ($first)  = grep { is_well($_) && $_->{at} > $back } @booked;
    my ($failed) = reverse grep { !is_well($_) } @booked;
    ok $first, "$what: bookings go on" or return;
    diag sprintf '%s: booked again after %.2f s, refused for the last time after %.2f s', $what,
        $first->{until} - $back, $failed ? $failed->{until} - $back : 0;
    my %why;
    $why{ $_->{answer} =~ s/.*"Details":"([^"]*)".*/$1/r }++ for grep { !is_well($_) } @booked;
    diag "    $why{$_} x $_" for sort keys %why;
    return;
}

# Each with how long after the primary was killed it was asked.
sub failed_reads
{
    my ($away, @rows) = @_;
    return [ map { sprintf '%.3f s, %s: %s', $_->{at} - $away, @$_{qw(kind answer)} }
            grep { $_->{kind} ne 'booked' && !is_well($_) } @rows ];
}

# ---- one host ------------------------------------------------------------------------------------

subtest 'one host' => sub {
    my $store  = Bookable::Store->new(kind => 'pgsql', connect_timeout => 2, fsync => 1)->start;
    my $server = Bookable::Server->new(store => $store, children => 2, threads => 16)->start;
    my @ends = map { client($server->base_url) } 1 .. 4;
    sleep 1;
    $store->postgres->stop;
    sleep $AWAY;
    $store->postgres->start;
    my $back = now();
    sleep $AWAY;
    wait_for_rows(1, $back, 'booked');
    say_back('one host', $back, sort { $a->{at} <=> $b->{at} } map { $_->() } @ends);
    $server->stop;
};

# ---- the cluster ---------------------------------------------------------------------------------

sub postgres { return $cluster->postgres(@_) }

# Starts the primary again: the moment from which it takes connections.
sub started
{
    my ($own) = postgres('params') =~ /port=(\d+)/;
    my $pid = fork // die "fork: $!\n";
    POSIX::_exit(postgres('up', '--standby') ? 0 : 1) unless $pid;
    my $ready = Bookable::Server::wait_until(60, sub {
        !system(Bookable::Postgres::program('pg_isready'), '-q', '-h', '127.0.0.1', '-p', $own);
    });
    my $at = now();
    waitpid $pid, 0;
    return $ready && !$? ? $at : undef;
}

subtest 'cluster' => sub {
    my $url = $cluster->up('--postgresql') or BAIL_OUT('bench/cluster up fails');

    my @ends = map { client($url) } 1 .. 4;
    sleep 1;
    my $away = now();
    ok postgres('kill'), 'the primary is killed';
    sleep $AWAY;
    ok wait_for_rows($READS, $away, $ANY_READ), 'reads were answered while the primary was away';
    my $back = started() // return fail 'the primary is started again';
    sleep $AWAY;
    wait_for_rows(1, $back, 'booked');
    my @rows = sort { $a->{at} <=> $b->{at} } map { $_->() } @ends;
    is_deeply failed_reads($away, @rows), [], 'every read was answered through the gateway, by the standby';
    say_back('cluster', $back, @rows);

    @ends = map { client($url) } 1 .. 4;
    $away = now();
    ok postgres('kill'), 'the primary is killed once more';
    sleep $AWAY;
    ok postgres('promote'), 'the standby is promoted';
    $back = now();
    sleep $AWAY;
    wait_for_rows(1, $back, 'booked');
    @rows = sort { $a->{at} <=> $b->{at} } map { $_->() } @ends;
    is_deeply failed_reads($away, @rows), [], 'every read was answered through the gateway, by what is the primary now';
    say_back('cluster, failover', $back, @rows);
    ok $cluster->stop, 'stopped';
};

done_testing;

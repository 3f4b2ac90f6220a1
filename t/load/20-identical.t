# Many identical bookings at the same moment: exactly one is made, never two, never none. The server
# has begun to work on all of them, in several processes, when it is stopped (SIGSTOP) for as long as
# it takes to complete them; then all of them go on at once.

use strict;
use warnings FATAL => 'all';

use FindBin ();
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(sleep);

use Bookable::Load   ();
use Bookable::Server ();

my $ROUNDS = $ENV{BOOKABLE_LOAD_ROUNDS} || (($ENV{BOOKABLE_STORE} // 'sqlite') eq 'sqlite' ? 200 : 40);
my $AT_ONCE = 50;

# Any child has threads enough for all requests; prefork has a child for each, and some to spare.
my %PROCESSES = (
    worker  => { children => 3, threads => $AT_ONCE },
    event   => { children => 3, threads => $AT_ONCE },
    prefork => { children => $AT_ONCE + 14, threads => 1 },
);

for my $mpm (Bookable::Server::mpms()) {
    subtest $mpm => sub {
        my $server = Bookable::Server->new(
            mpm    => $mpm,
            stock  => ['status'],
            config => sub { status_and_log($_[0], $mpm eq 'event' ? 'standard' : 'reference') },
            %{ $PROCESSES{$mpm} },
        )->start;
        my $load = Bookable::Load->new(base_url => $server->base_url, clients => 2, spaces => 1);
        $load->prepare;
        my @connections = map { $load->connection } 1 .. $AT_ONCE;
        spread($server, @connections) if $mpm eq 'event';
        my $status = $load->connection;
        my $space = $load->{space_ids}[0];
        my (%not_one, %other, @made, $early);

        my $begin = Bookable::Load::now();
        for my $round (1 .. $ROUNDS) {
            my $start = $load->{first_day} + $round * 3600 * Bookable::Load::NS;
            my $caller = $load->{callers}[ $round % 2 ];
            my ($begin_text, $end_text) = map { Bookable::Load::spell_somehow($_) }
                $start, $start + 3600 * Bookable::Load::NS;
            my $request = $connections[0]->encode(POST => '/booking',
                authorization => $caller->{bearer},
                body => Bookable::Load::booking_body($caller, $space, $begin_text, $end_text));
            my ($answers, $count) = Bookable::Load::volley(\@connections,
                [ ($request) x $AT_ONCE ],
                sub { wait_for_work($status); $server->hold }, sub { $server->resume });
            $early += $count;

            my @winners = grep { $_->status == 201 } @$answers;
            $not_one{ scalar @winners }++ if @winners != 1;
            for my $answer (grep { $_->status != 201 } @$answers) {
                $other{ $answer->text }++ if ($answer->error_code // '') ne 'CONFLICT';
            }
            push @made, map { {
                kind => 'book', outcome => 'ok', id => $_->body =~ /(\d+)/, space => $space,
                date => substr($begin_text, 0, 10), start => $start,
            } } @winners;
        }
        my $seconds = Bookable::Load::now() - $begin;

        is_deeply \%not_one, {}, "$ROUNDS rounds of $AT_ONCE: one booking each, never two, never none";
        is_deeply \%other, {}, 'every other answer is CONFLICT';
        my $found = $load->read_back(Bookable::History->new(@made));
        my @right = grep { ($found->{ $_->{id} }{start} // 0) == $_->{start} } @made;
        is scalar @right, $ROUNDS, 'each of them can be read';
        my @rows = $server->store->is_visible ? $server->bookings : @made;
        is scalar @rows, $ROUNDS, 'the store has one booking for each round';
        my %served = served($server);
        cmp_ok scalar(keys %served), '>', 1, 'more than one process served them';
        is $early, 0, 'none was answered before all were complete';
        diag sprintf '%s: %d bookings tried in %.1f s, served by %d processes',
            $mpm, $ROUNDS * $AT_ONCE, $seconds, scalar keys %served;
        ok $server->stop, 'stopped';
    };
}

sub status_and_log
{
    my ($server, $codes) = @_;
    return <<"END";
BookableStatusCodes $codes
$Bookable::Server::PATIENT$Bookable::Server::PATIENT_BREAKER
<Location /server-status>
    SetHandler server-status
</Location>
LogFormat "%P %m %>s" process
CustomLog "@{[ $server->dir ]}/process_log" process
END
}

# Connects so that each child of event has its share, for one of them would take all: only one of them
# moves at a time. The connections stay, as a conflict in standard codes, a 409, does not close them.
sub spread
{
    my ($server, @connections) = @_;
    my @children = $server->children;
    for my $n (0 .. $#children) {
        $server->hold(grep { $_ != $children[$n] } @children);
        for my $i (grep { $_ % @children == $n } 0 .. $#connections) {
            my $answer = $connections[$i]->request(GET => '/booking/health');
            die 'health: ' . $answer->text . "\n" if $answer->status != 200;
        }
        $server->resume;
    }
    return;
}

# Until as many workers as there are requests, and the one that tells, are past reading a request's
# head: those of the bookings wait for the rest of the body.
sub wait_for_work
{
    my ($status) = @_;
    my $board = '';
    return if Bookable::Server::wait_until(20, sub {
        ($board) = $status->request(GET => '/server-status?auto')->body =~ /^Scoreboard: (\S+)/m;
        return ($board // '') =~ tr/W// > $AT_ONCE;
    });
    die "the server is not at work on $AT_ONCE requests: $board\n";
}

# The processes that answered bookings: { pid => how many }.
sub served
{
    my ($server) = @_;
    my %served;
    open my $in, '<', $server->dir . '/process_log' or die "process_log: $!\n";
    while (my $line = <$in>) {
        my ($pid, $method) = split ' ', $line;
        $served{$pid}++ if $method eq 'POST';
    }
    return %served;
}

done_testing;

# Bookings by API v1 in a house with a quota and with time kept free: booked, moved, shortened and cancelled by many
# clients at once, while children and the whole server are killed. Afterwards what they saw, the database's log and its
# rows tell one story. First the checker of that finds what is wrong in stories that were spoiled.

use strict;
use warnings FATAL => 'all';

use FindBin ();
use lib "$FindBin::Bin/../lib";

use Storable qw(dclone);
use Test::More;
use Time::HiRes qw(sleep);

use Bookable::HouseHistory ();
use Bookable::HouseLoad    ();
use Bookable::Server       ();
use Bookable::Store        ();

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my $SECONDS = ($ENV{BOOKABLE_LOAD_SECONDS} || 60) / 4;
$SECONDS = 5 if $SECONDS < 5;
my $CLIENTS = 32;

# ---- stories that were spoiled -------------------------------------------------------------------

# Ann books and moves, Bob is refused, books elsewhere and cancels; Cid has all that he may have.
sub story
{
    my $at = 0;
    my $did = sub { my %did = @_; $at += 10; return { invoked => $at, completed => $at + 5, outcome => 'ok', %did } };
    my @operations = (
        $did->(kind => 'book', user => 1, id => 11, version => 1, space => 'a', start => 0, end => 60),
        $did->(kind => 'book', user => 2, outcome => 'taken', space => 'a', start => 60, end => 90),
        $did->(kind => 'move', user => 1, id => 11, version => 2, space => 'b', start => 0, end => 60),
        $did->(kind => 'book', user => 2, id => 12, version => 1, space => 'a', start => 60, end => 90),
        $did->(kind => 'cancel', user => 2, id => 12, version => 2),
        $did->(kind => 'book', user => 3, id => 13, version => 1, space => 'a', start => 60, end => 90),
        $did->(kind => 'book', user => 3, id => 14, version => 1, space => 'a', start => 100, end => 130),
        $did->(kind => 'book', user => 3, outcome => 'quota', space => 'c', start => 60, end => 90),
        $did->(kind => 'book', user => 4, outcome => 'info', space => 'd', start => 0, end => 60),
    );
    my $entry = sub {
        my ($id, $version, $user, $space, $start, $end, $occupies, $old) = @_;
        return { id => $id, version => $version, actor => $user, user => $user, space => $space, start => $start, end => $end,
            occupies => $occupies, old => $old };
    };
    my $was = sub { my ($user, $space, $start, $end) = @_; return { user => $user, space => $space, start => $start, end => $end, occupies => 1 } };
    my @log = (
        $entry->(11, 1, 1, 'a', 0, 60, 1), $entry->(11, 2, 1, 'b', 0, 60, 1, $was->(1, 'a', 0, 60)),
        $entry->(12, 1, 2, 'a', 60, 90, 1), $entry->(12, 2, 2, 'a', 60, 90, 0, $was->(2, 'a', 60, 90)),
        $entry->(13, 1, 3, 'a', 60, 90, 1), $entry->(14, 1, 3, 'a', 100, 130, 1), $entry->(15, 1, 4, 'd', 0, 60, 1),
    );
    my @rows = map { my $entry = $_; +{ map { ($_ => $entry->{$_}) } qw(id version user space start end occupies) } } @log[ 1, 3 .. 6 ];
    return { operations => \@operations, log => \@log, rows => \@rows, pad => 10, quota => 2 };
}

subtest 'the checker' => sub {
    is_deeply [ Bookable::HouseHistory::check(%{ story() }) ], [], 'a true story has no violations';
    my @spoiled = (
        [ log       => 'an entry is missing',             sub { splice @{ $_->{log} }, 0, 1 } ],
        [ log       => 'an entry begins elsewhere',       sub { $_->{log}[1]{old}{end} = 50 } ],
        [ log       => 'the store has another end',       sub { $_->{rows}[0]{end} = 50 } ],
        [ log       => 'the store has one that is not logged', sub { push @{ $_->{rows} }, { %{ $_->{rows}[0] }, id => 99, space => 'z' } } ],
        [ log       => 'the store misses one',            sub { splice @{ $_->{rows} }, 2, 1 } ],
        [ lost      => 'a booking is not in the log',     sub { splice @{ $_->{log} }, 4, 1; splice @{ $_->{rows} }, 2, 1 } ],
        [ lost      => 'a move went elsewhere',           sub { $_->{log}[1]{space} = $_->{rows}[0]{space} = 'c' } ],
        [ twice     => 'one booking is two clients\'',    sub { push @{ $_->{operations} }, { %{ $_->{operations}[0] } } } ],
        [ invented  => 'nobody booked it',                sub { $_->{log}[6]{actor} = $_->{log}[6]{user} = $_->{rows}[4]{user} = 9 } ],
        [ invented  => 'the unknown one is another one',  sub { $_->{log}[6]{end} = $_->{rows}[4]{end} = 50 } ],
        [ overlap   => 'two overlap for a while',         sub { @$_{qw(space start end)} = ('b', 30, 90) for @{ $_->{log} }[ 2, 3 ], $_->{log}[3]{old}, $_->{rows}[1], $_->{operations}[3] } ],
        [ overlap   => 'one is where time is kept free',  sub { $_->{log}[5]{start} = $_->{rows}[3]{start} = $_->{operations}[6]{start} = 95 } ],
        [ overlap   => 'two overlap in the store',        sub { @$_{qw(space start end)} = ('b', 30, 90) for $_->{log}[6], $_->{rows}[4], $_->{operations}[8] } ],
        [ cause     => 'a refusal has no cause',          sub { $_->{operations}[1]{space} = 'z' } ],
        [ cause     => 'a refusal is too far away',       sub { @{ $_->{operations}[1] }{qw(start end)} = (70, 90) } ],
        [ quota     => 'the quota is exceeded',           sub { $_->{quota} = 1; $_->{operations}[7]{outcome} = 'fail' } ],
        [ quota     => 'the quota was not used up',       sub { $_->{operations}[7]{user} = 2 } ],
        [ malformed => 'an operation has no time',        sub { delete $_->{operations}[0]{completed} } ],
    );
    for my $case (@spoiled) {
        my ($rule, $what, $spoil) = @$case;
        my $story = story();
        $spoil->() for $story;
        my @violations = Bookable::HouseHistory::check(%$story);
        ok((grep { /^$rule: / } @violations), "$rule: $what") or diag "found: @violations";
    }
};

# ---- true ones -----------------------------------------------------------------------------------

# $away: that the store may be away, which is said by a 503.
sub true_story
{
    my ($server, $disturb, $away) = @_;
    my $house = Bookable::HouseLoad->new(server => $server, clients => $CLIENTS)->prepare;
    $house->start($SECONDS);
    for my $number (1 .. 3) {
        sleep $SECONDS / 4;
        ok $house->more('book/ok' => $CLIENTS + 1), "there are bookings before disturbance $number";
        ok $disturb->(), "disturbance $number happens" if $disturb;
    }
    my $history = $house->wait(Bookable::HouseLoad::SOME_OF_EACH);
    diag $house->figures($history);
    my %why;
    $why{ $_->{why} }++ for grep { ($_->{why} // '') =~ ($away ? qr/\A(?!503)[0-9]/ : qr/\A[0-9]/) } $history->operations;
    is_deeply \%why, {}, 'every answer is one that was expected';
    my $tally = $history->tally;
    my %least = Bookable::HouseLoad::SOME_OF_EACH;
    ok $tally->{$_}, "there was $_" for sort keys %least;
    my @violations = $house->violations($history);
    is_deeply \@violations, [], 'nothing overlaps, no quota is exceeded, and the log has it all' or diag @violations . ' violations';
    ok $server->stop, 'stopped';
    return;
}

sub server { return Bookable::Server->new(api => '/v1', children => 3, threads => 16, config => $Bookable::Server::PATIENT)->start }

subtest 'while children are killed' => sub {
    my $server = server();
    true_story($server, sub {
        my @children;
        Bookable::Server::wait_until(30, sub { @children = $server->children }) or return 0;
        return kill KILL => $children[ rand @children ];
    });
};

# In PostgreSQL.
subtest 'while the database is killed' => sub {
    my $server = server();
    my $postgres = $server->store->postgres;
    true_story($server, sub { $postgres->restart('immediate'); return 1 }, 1);
} if Bookable::Store->new->kind eq 'pgsql';

subtest 'while the whole server is killed, and starts on the same files' => sub {
    my $server = server();
    true_story($server, sub { $server->kill9; $server->start; return 1 });
};

done_testing;

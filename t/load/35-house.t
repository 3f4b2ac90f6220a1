# Bookings by API v1 in a house with quotas and with time kept free: booked, moved, shortened and cancelled, one or a
# series at once, asked for, approved and rejected, closed, and imported, by many clients at once; on one host with
# SQLite, PostgreSQL, and PostgreSQL with a standby, and in a cluster. Meanwhile children, the whole server and the
# database are killed, and the standby takes the primary's place. Afterwards what they saw, the database's log and its
# rows tell one story. First the checker of that finds what is wrong in stories that were spoiled.

use strict;
use warnings FATAL => 'all';

use FindBin ();
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(sleep);

use Bookable::Cluster      ();
use Bookable::HouseHistory ();
use Bookable::HouseLoad    ();
use Bookable::Server       ();
use Bookable::Store        ();

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my $SECONDS = ($ENV{BOOKABLE_LOAD_SECONDS} || 60) / 2;
$SECONDS = 8 if $SECONDS < 8;
my $CLIENTS = $ENV{BOOKABLE_LOAD_CLIENTS} || 12;    # of each side

# ---- stories that were spoiled -------------------------------------------------------------------

# Ann (1) books and moves, Bob (2) is refused, books elsewhere and cancels; Cid (3) has all that he may have, nobody
# knows of Dan's (4). Eva (5) has two series, one of which she ends, Fay (6) is cancelled by a closure and kept by
# another, Gus (7) asks twice. Kim (9) keeps the house.
sub story
{
    my ($at, @operations, @log, %now) = (0);
    my $did = sub { my %did = @_; $at += 10; push @operations, { invoked => $at, completed => $at + 5, outcome => 'ok', %did }; return };
    # What the operation did: [id, what differs from the row before].
    my $wrote = sub {
        my ($actor, @rows) = @_;
        for my $row (@rows) {
            my ($id, %new) = @$row;
            my $old = $now{$id};
            $now{$id} = { id => $id, state => 'confirmed', occupies => 1, user => $actor, kind => 'booking', %{ $old || {} },
                version => ($old ? $old->{version} : 0) + 1, %new };
            push @log, { %{ $now{$id} }, actor => $actor, at => $at, old => $old && { %$old } };
        }
        return;
    };
    my $place = sub { my %place; @place{qw(space start end)} = @_; return %place };
    my @gone = (state => 'cancelled', occupies => 0);

    $did->(kind => 'book', user => 1, id => 11, version => 1, $place->('a', 0, 60));
    $wrote->(1, [ 11, $place->('a', 0, 60) ]);
    $did->(kind => 'book', user => 2, outcome => 'taken', $place->('a', 60, 90));
    $did->(kind => 'move', user => 1, id => 11, version => 2, $place->('b', 0, 60));
    $wrote->(1, [ 11, $place->('b', 0, 60) ]);
    $did->(kind => 'book', user => 2, id => 12, version => 1, $place->('a', 60, 90));
    $wrote->(2, [ 12, $place->('a', 60, 90) ]);
    $did->(kind => 'cancel', user => 2, id => 12, version => 2);
    $wrote->(2, [ 12, @gone ]);
    $did->(kind => 'book', user => 3, id => 13, version => 1, $place->('a', 60, 90));
    $wrote->(3, [ 13, $place->('a', 60, 90) ]);
    $did->(kind => 'book', user => 3, id => 14, version => 1, $place->('a', 100, 130));
    $wrote->(3, [ 14, $place->('a', 100, 130) ]);
    $did->(kind => 'book', user => 3, outcome => 'quota', $place->('c', 60, 90));
    $did->(kind => 'book', user => 4, outcome => 'info', $place->('d', 0, 60));
    $wrote->(4, [ 15, $place->('d', 0, 60) ]);

    $did->(kind => 'series', user => 5, id => 71, space => 'e', mode => 'all', dates => [ [ 0, 30 ], [ 100, 130 ] ], created => [ 21, 22 ]);
    $wrote->(5, [ 21, series => 71, $place->('e', 0, 30) ], [ 22, series => 71, $place->('e', 100, 130) ]);
    $did->(kind => 'end', user => 5, id => 71, count => 2);
    $wrote->(5, [ 21, @gone ], [ 22, @gone ]);
    $did->(kind => 'series', user => 5, id => 72, space => 'a', mode => 'free', dates => [ [ 70, 85 ], [ 300, 330 ] ], created => [23],
        skipped => [ [ 70, 85, 'taken' ] ]);
    $wrote->(5, [ 23, series => 72, $place->('a', 300, 330) ]);
    $did->(kind => 'series', user => 5, outcome => 'info', space => 'e', mode => 'all', dates => [ [ 200, 230 ] ]);
    $wrote->(5, [ 24, series => 73, $place->('e', 200, 230) ]);

    $did->(kind => 'book', user => 6, id => 16, version => 1, $place->('f', 50, 80));
    $wrote->(6, [ 16, $place->('f', 50, 80) ]);
    $did->(kind => 'close', user => 9, outcome => 'taken', way => 'refuse', spaces => [ 'f', 'g' ], start => 0, end => 200);
    $did->(kind => 'close', user => 9, id => 81, way => 'cancel', spaces => [ 'f', 'g' ], start => 0, end => 200, cancelled => [16]);
    my @closure = (kind => 'closure', series => 81, pad => 0);
    $wrote->(9, [ 16, @gone ], [ 31, @closure, $place->('f', 0, 200) ], [ 32, @closure, $place->('g', 0, 200) ]);
    $did->(kind => 'book', user => 6, id => 17, version => 1, $place->('h', 50, 80));
    $wrote->(6, [ 17, $place->('h', 50, 80) ]);
    $did->(kind => 'close', user => 9, id => 82, way => 'keep', spaces => ['h'], start => 0, end => 200, cancelled => []);
    @closure[3] = 82;
    $wrote->(9, [ 33, @closure, $place->('h', 0, 50) ], [ 34, @closure, $place->('h', 90, 200) ]);
    $did->(kind => 'open', user => 9, id => 81);
    $wrote->(9, [ 31, @gone ], [ 32, @gone ]);

    for my $asked (18, 19) {
        my @place = $place->('i', $asked == 18 ? (0, 60) : (100, 130));
        $did->(kind => 'book', user => 7, id => $asked, version => 1, @place);
        $wrote->(7, [ $asked, state => 'pending', @place ]);
    }
    $did->(kind => 'approve', user => 9, id => 18, version => 2);
    $wrote->(9, [ 18, user => 7, state => 'confirmed' ]);
    $did->(kind => 'reject', user => 9, id => 19, version => 2);
    $wrote->(9, [ 19, user => 7, state => 'rejected', occupies => 0 ]);
    $did->(kind => 'move', user => 7, outcome => 'stale', id => 18, version => 1, $place->('i', 0, 30));

    $did->(kind => 'import', user => 9, id => 41, version => 1, key => 'k', $place->('j', 0, 60));
    $wrote->(9, [ 41, via => 'import', $place->('j', 0, 60) ]);
    $did->(kind => 'import', user => 9, id => 41, version => 2, key => 'k', $place->('j', 100, 160));
    $wrote->(9, [ 41, $place->('j', 100, 160) ]);
    $did->(kind => 'import', user => 9, id => 41, version => 2, key => 'k', $place->('j', 100, 160));
    $did->(kind => 'cancel', user => 6, id => 16, version => 2);

    my @rows = map { +{ %{ $now{$_} } } } sort keys %now;
    return { operations => \@operations, log => \@log, rows => \@rows, pad => 10, quota => 2, unlimited => { 9 => 1 } };
}

# In a story: entries of the log of a booking; its row; operations of a kind.
sub logged  { my ($id) = @_; return grep { $_->{id} eq $id } @{ $_->{log} } }
sub row     { my ($id) = @_; return grep { $_->{id} eq $id } @{ $_->{rows} } }
sub did     { my ($kind, $user) = @_; return grep { $_->{kind} eq $kind && $_->{user} eq $user } @{ $_->{operations} } }
sub all_of  { my ($id) = @_; return (logged($id), row($id), map { $_->{old} || () } logged($id)) }
sub without { my ($list, $id) = @_; @{ $_->{$list} } = grep { $_->{id} ne $id } @{ $_->{$list} }; return }
sub at      { my ($place, @rows) = @_; @$_{qw(space start end)} = @$place for @rows; return }

my @SPOILED = (
    [ log       => 'an entry is missing',             sub { splice @{ $_->{log} }, 0, 1 } ],
    [ log       => 'an entry begins elsewhere',       sub { $_->{log}[1]{old}{end} = 50 } ],
    [ log       => 'the store has another end',       sub { $_->{end} = 50 for row(11) } ],
    [ log       => 'the store has one that is not logged', sub { push @{ $_->{rows} }, { %{ $_->{rows}[0] }, id => 99, space => 'z' } } ],
    [ log       => 'the store misses one',            sub { without(rows => 13) } ],
    [ log       => 'the store waits for approval that was given', sub { $_->{state} = 'pending' for row(18) } ],
    [ lost      => 'a booking is not in the log',     sub { without(log => 13); without(rows => 13) } ],
    [ lost      => 'a move went elsewhere',           sub { $_->{space} = 'c' for (logged(11))[1], row(11) } ],
    [ lost      => 'a series is there only in part',  sub { without(log => 22); without(rows => 22) } ],
    [ lost      => 'a date of a series is another',   sub { $_->{start} = 110 for all_of(22) } ],
    [ lost      => 'the end of a series left one',    sub { @$_{qw(version state occupies)} = (1, 'confirmed', 1) for row(22); @{ $_->{log} } = grep { $_->{id} ne 22 || $_->{version} == 1 } @{ $_->{log} } } ],
    [ lost      => 'a closure left a space open',     sub { without(log => 32); without(rows => 32) } ],
    [ lost      => 'a closure is shorter',            sub { $_->{end} = 150 for all_of(31) } ],
    [ lost      => 'a closure cancelled another one', sub { $_->{cancelled} = [99] for (did(close => 9))[1] } ],
    [ lost      => 'a closure was not taken back',    sub { $_->{log} = [ grep { $_->{version} == 1 || $_->{kind} ne 'closure' } @{ $_->{log} } ]; @$_{qw(version state occupies)} = (1, 'confirmed', 1) for row(31), row(32) } ],
    [ lost      => 'an approval was a rejection',     sub { @$_{qw(state occupies)} = ('rejected', 0) for (logged(18))[1], row(18) } ],
    [ lost      => 'an import went elsewhere',        sub { $_->{space} = 'z' for (logged(41))[1], row(41) } ],
    [ twice     => 'one booking is two clients\'',    sub { push @{ $_->{operations} }, { %{ $_->{operations}[0] } } } ],
    [ twice     => 'two approved of one request',     sub { push @{ $_->{operations} }, map { +{ %$_ } } did(approve => 9) } ],
    [ twice     => 'a key has two bookings',          sub { $_->{id} = 42 for (did(import => 9))[0], all_of(41); $_->{id} = 41 for (did(import => 9))[1] } ],
    [ invented  => 'nobody booked it',                sub { $_->{user} = 8 for all_of(15); $_->{actor} = 8 for logged(15) } ],
    [ invented  => 'the unknown one is another one',  sub { $_->{end} = 50 for all_of(15) } ],
    [ invented  => 'nobody made the series',          sub { @{ $_->{operations} } = grep { $_->{kind} ne 'series' || $_->{outcome} ne 'info' } @{ $_->{operations} } } ],
    [ invented  => 'a refused closure closed',        sub { $_->{outcome} = 'taken' for (did(close => 9))[1] } ],
    [ invented  => 'nobody rejected it',              sub { @{ $_->{operations} } = grep { $_->{kind} ne 'reject' } @{ $_->{operations} } } ],
    [ overlap   => 'two overlap for a while',         sub { at([ 'b', 30, 90 ], all_of(12), (did(book => 2))[1]) } ],
    [ overlap   => 'one is where time is kept free',  sub { $_->{start} = 95 for all_of(14), (did(book => 3))[1] } ],
    [ overlap   => 'two overlap in the store',        sub { at([ 'b', 30, 90 ], all_of(15), did(book => 4)) } ],
    [ overlap   => 'a series overlaps one',           sub { at([ 'a', 300, 330 ], all_of(13), (did(book => 3))[0]) } ],
    [ overlap   => 'a closure overlaps one',          sub { at([ 'h', 100, 130 ], all_of(13), (did(book => 3))[0]) } ],
    [ overlap   => 'a request overlaps one',          sub { at([ 'i', 30, 60 ], all_of(13), (did(book => 3))[0]) } ],
    [ overlap   => 'an import overlaps one',          sub { at([ 'j', 110, 130 ], all_of(13), (did(book => 3))[0]) } ],
    [ cause     => 'a refusal has no cause',          sub { $_->{operations}[1]{space} = 'z' } ],
    [ cause     => 'a refusal is too far away',       sub { @{ $_->{operations}[1] }{qw(start end)} = (70, 90) } ],
    [ cause     => 'a date was skipped without cause', sub { $_->{skipped}[0] = [ 500, 530, 'taken' ] for (did(series => 5))[1] } ],
    [ cause     => 'a closure was refused without cause', sub { $_->{spaces} = ['g'] for (did(close => 9))[0] } ],
    [ cause     => 'a closure was refused for what it would cancel', sub { $_->{way} = 'cancel' for (did(close => 9))[0] } ],
    [ cause     => 'a closure has a hole',            sub { $_->{start} = 100 for all_of(34) } ],
    [ cause     => 'a change was of the last version', sub { $_->{version} = 2 for (did(move => 7))[0] } ],
    [ quota     => 'the quota is exceeded',           sub { $_->{quota} = 1; $_->{outcome} = 'fail' for (did(book => 3))[2] } ],
    [ quota     => 'a series exceeds the quota',      sub { $_->{user} = 3 for all_of(24), (did(series => 5))[2]; $_->{actor} = 3 for logged(24); $_->{outcome} = 'ok', $_->{id} = 73 for (did(series => 3))[0] } ],
    [ quota     => 'the quota was not used up',       sub { $_->{user} = 2 for (did(book => 3))[2] } ],
    [ quota     => 'a date was skipped for a quota that was not used up', sub { $_->{skipped}[0][2] = 'quota', $_->{created} = [] for (did(series => 5))[1]; $_->{user} = 8 for all_of(24), all_of(23) } ],
    [ malformed => 'an operation has no time',        sub { delete $_->{operations}[0]{completed} } ],
    [ malformed => 'a closure says no way',           sub { delete $_->{way} for (did(close => 9))[0] } ],
);

subtest 'the checker' => sub {
    is_deeply [ Bookable::HouseHistory::check(%{ story() }) ], [], 'a true story has no violations';
    for my $case (@SPOILED) {
        my ($rule, $what, $spoil) = @$case;
        my $story = story();
        $spoil->() for $story;
        my @violations = Bookable::HouseHistory::check(%$story);
        ok((grep { /^$rule: / } @violations), "$rule: $what") or diag "found: @violations";
    }
};

# ---- true ones -----------------------------------------------------------------------------------

# Each side is a house of its own, with what happens to it, three times while its clients go on; and which answers say
# that something is away.
sub side
{
    my ($name, $house, $away, $end, @happens) = @_;
    return { name => $name, house => $house->prepare, away => $away, end => $end, happens => \@happens };
}

sub server
{
    my (%more) = @_;
    return Bookable::Server->new(api => '/v1', children => 3, threads => 16, config => "$Bookable::Server::PATIENT$Bookable::Server::PATIENT_BREAKER", %more)->start;
}

sub kill_child
{
    my ($server) = @_;
    my @children;
    Bookable::Server::wait_until(30, sub { @children = $server->children }) or return 0;
    return kill KILL => $children[ rand @children ];
}

sub sides
{
    my @sides;
    for my $kind (qw(sqlite pgsql standby)) {
        my $server = server(store => $kind);
        my $child  = sub { kill_child($server) };
        my $crash  = sub { $server->store->postgres->restart('immediate'); return 1 };
        my %happens = (
            sqlite  => [ $child, sub { $server->kill9; $server->start; return 1 }, $child ],
            pgsql   => [ $crash, $child, $crash ],
            standby => [ $child, sub { $server->store->fail_over; return 1 }, $child ],
        );
        push @sides, side($kind, Bookable::HouseLoad->new(server => $server, clients => $CLIENTS), $kind eq 'sqlite' ? undef : qr/\A503/,
            sub { $server->stop }, @{ $happens{$kind} });
    }
    my $cluster = Bookable::Cluster->new;
    my $url = $cluster->up or BAIL_OUT('bench/cluster up fails');
    my $store = Bookable::Store->new(kind => 'sqlite', dir => $cluster->dir . '/db', name => 'booking.db');
    push @sides, side('cluster', Bookable::HouseLoad->new(base_url => $url, store => $store, clients => $CLIENTS), qr/\A50[234]/,
        sub { $cluster->stop }, map { my @instance = @$_; sub { $cluster->run(kill => @instance) } } [ booking => 1 ], [ space => 2 ], [ booking => 2 ]);
    return @sides;
}

my @sides = sides();
$_->{house}->start($SECONDS) for @sides;
for my $number (1 .. 3) {
    sleep $SECONDS / 4;
    for my $side (@sides) {
        ok $side->{house}->more('book/ok' => 3), "$side->{name}: there are bookings before disturbance $number";
        ok $side->{happens}[ $number - 1 ]->(), "$side->{name}: disturbance $number happens";
    }
}

$_->{history} = $_->{house}->wait(Bookable::HouseLoad::SOME_OF_EACH) for @sides;

for my $side (@sides) {
    my ($name, $house, $history) = @$side{qw(name house history)};
    diag "$name: ", $house->figures($history);
    my %why;
    $why{ $_->{why} }++ for grep { ($_->{why} // '') =~ /\A[0-9]/ && !($side->{away} && $_->{why} =~ $side->{away}) } $history->operations;
    is_deeply \%why, {}, "$name: every answer is one that was expected";
    my $tally = $history->tally;
    my %least = Bookable::HouseLoad::SOME_OF_EACH;
    ok $tally->{$_}, "$name: there was $_" for sort keys %least;
    my @violations = $house->violations($history);
    is_deeply \@violations, [], "$name: nothing overlaps, no quota is exceeded, all is done wholly or not at all, and the log has it all"
        or diag @violations . ' violations';
    ok $side->{end}->(), "$name: stopped";
}

done_testing;

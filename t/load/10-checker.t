# The checker of histories, before it is believed: each rule is broken by hand, and must be seen; then
# random histories of a perfect service must pass, and each of them must fail once it is spoiled.

use strict;
use warnings FATAL => 'all';

use FindBin ();
use lib "$FindBin::Bin/../lib";

use File::Temp ();
use Test::More;
use Bookable::History ();

# ---- histories by hand ---------------------------------------------------------------------------

sub book
{
    my ($outcome, $start, $end, $invoked, $completed, %more) = @_;
    return { client => 1, kind => 'book', outcome => $outcome, space => 'A-1', start => $start,
        end => $end, invoked => $invoked, completed => $completed, %more };
}

sub on_id
{
    my ($kind, $outcome, $id, $invoked, $completed, %more) = @_;
    return { client => 1, kind => $kind, outcome => $outcome, id => $id, invoked => $invoked,
        completed => $completed, %more };
}

sub row
{
    my ($id, $start, $end, $space) = @_;
    return { id => $id, space => $space // 'A-1', start => $start, end => $end };
}

sub is_good
{
    my ($what, $operations, %known) = @_;
    my @violations = Bookable::History->new(@$operations)->check(%known);
    is_deeply \@violations, [], "accepted: $what";
    return;
}

# Exactly this rule, or these, see it.
sub is_bad
{
    my ($rules, $what, $operations, %known) = @_;
    my @violations = Bookable::History->new(@$operations)->check(%known);
    my %seen = map { (split /:/)[0] => 1 } @violations;
    is join(' ', sort keys %seen), $rules, "$rules: $what" or diag join "\n", @violations;
    return;
}

# Two bookings one after the other, and a pair that may be concurrent, to vary.
my $first = book(ok => 10, 20, 1, 2, id => 1);

subtest 'overlap' => sub {
    is_bad overlap => 'one after the other', [ $first, book(ok => 15, 25, 3, 4, id => 2) ];
    is_bad overlap => 'at the same time', [ $first, book(ok => 15, 25, 1, 2, id => 2) ];
    is_bad overlap => 'the same range', [ $first, book(ok => 10, 20, 1, 2, id => 2) ];
    is_bad overlap => 'one inside the other', [ $first, book(ok => 12, 13, 1, 2, id => 2) ];
    is_bad overlap => 'one around the other', [ $first, book(ok => 1, 30, 1, 2, id => 2) ];
    is_bad overlap => 'by the smallest unit, in nanoseconds',
        [ book(ok => 1765447200000000000, 1765450800000000000, 1, 2, id => 1),
          book(ok => 1765450799999999999, 1765454400000000000, 3, 4, id => 2) ];
    is_bad overlap => 'with a long one that began far before',
        [ book(ok => 0, 1000, 1, 2, id => 99), book(ok => 990, 995, 5, 6, id => 98) ];
    is_bad overlap => 'the first is deleted, but after the second was acknowledged',
        [ $first, book(ok => 15, 25, 3, 4, id => 2), on_id(delete => ok => 1, 5, 6) ];
    is_bad overlap => 'the delete found nothing',
        [ $first, on_id(delete => missing => 2, 3, 4), book(ok => 15, 25, 5, 6, id => 2) ];
    is_bad overlap => 'the delete of another one lies between',
        [ $first, book(ok => 40, 50, 1, 2, id => 3), on_id(delete => ok => 3, 3, 4),
          book(ok => 15, 25, 5, 6, id => 2) ];
    is_bad overlap => 'a delete of unknown outcome that was sent too late',
        [ $first, book(ok => 15, 25, 3, 4, id => 2), on_id(delete => info => 1, 5, 6) ];
    is_bad overlap => 'rows of the store, of two unknown bookings',
        [ book(info => 10, 20, 1, 2), book(info => 15, 25, 1, 2) ],
        rows => [ row(7, 10, 20), row(8, 15, 25) ];

    is_good 'in no time', [ book(ok => 10, 20, 1, 1, id => 1) ], reads => { 1 => row(1, 10, 20) };
    is_good 'back to back',
        [ $first, book(ok => 20, 30, 3, 4, id => 2), book(ok => 0, 10, 3, 4, id => 3) ];
    is_good 'another space', [ $first, book(ok => 10, 20, 3, 4, id => 2, space => 'A-2') ];
    is_good 'the first was deleted before',
        [ $first, on_id(delete => ok => 1, 3, 4), book(ok => 15, 25, 5, 6, id => 2) ];
    is_good 'the first is deleted meanwhile',
        [ $first, on_id(delete => ok => 1, 4, 9), book(ok => 15, 25, 3, 5, id => 2) ];
    is_good 'the delete begins at the very moment the second is acknowledged',
        [ $first, on_id(delete => ok => 1, 5, 9), book(ok => 15, 25, 3, 5, id => 2) ];
    is_good 'the other order: the second came first and was deleted',
        [ book(ok => 10, 20, 1, 9, id => 1), book(ok => 15, 25, 2, 3, id => 2), on_id(delete => ok => 2, 4, 5) ];
    is_good 'a delete of unknown outcome may have made room',
        [ $first, on_id(delete => info => 1, 3, 4), book(ok => 15, 25, 5, 6, id => 2) ];
    is_good 'an unknown booking overlaps: it need not have been made',
        [ book(info => 10, 20, 1, 2), book(ok => 15, 25, 5, 6, id => 2) ];
    is_good 'and the rows say that it was not',
        [ book(info => 10, 20, 1, 2), book(ok => 15, 25, 5, 6, id => 2) ], rows => [ row(2, 15, 25) ];
};

subtest 'lost' => sub {
    is_bad lost => 'no read finds it', [$first], reads => {};
    is_bad lost => 'a read found nothing', [$first], reads => { 1 => undef };
    is_bad lost => 'not in the store', [$first], rows => [];
    is_bad lost => 'found at another time', [$first], reads => { 1 => row(1, 10, 21) };
    is_bad lost => 'found in another space', [$first], reads => { 1 => row(1, 10, 20, 'A-2') };
    is_bad lost => 'its delete found nothing, and nor do we',
        [ book(ok => 10, 20, 1, 4, id => 1), on_id(delete => missing => 1, 2, 3) ], reads => {};
    is_bad 'lost phantom' => 'a row under its id with other times',
        [$first], rows => [ row(1, 11, 20) ];

    is_good 'found by both', [$first], reads => { 1 => row(1, 10, 20) }, rows => [ row(1, 10, 20) ];
    is_good 'deleted', [ $first, on_id(delete => ok => 1, 3, 4) ], reads => {}, rows => [];
    for my $rows ([], [ row(1, 10, 20) ]) {
        is_good 'a delete of unknown outcome: ' . @$rows . ' rows',
            [ $first, on_id(delete => info => 1, 3, 4) ], rows => $rows;
    }
    is_good 'unknown, and not there', [ book(info => 10, 20, 1, 2) ], reads => {}, rows => [];
    is_good 'refused, and not there', [ book(fail => 10, 20, 1, 2) ], reads => {}, rows => [];
};

subtest 'undead' => sub {
    my @deleted = ($first, on_id(delete => ok => 1, 3, 4));
    is_bad undead => 'a read finds it', \@deleted, reads => { 1 => row(1, 10, 20) };
    is_bad undead => 'it is in the store', \@deleted, rows => [ row(1, 10, 20) ];
};

subtest 'conflict' => sub {
    is_bad conflict => 'nothing was booked at all', [ book(conflict => 10, 20, 1, 2) ];
    is_bad conflict => 'only back to back ones',
        [ $first, book(ok => 30, 40, 1, 2, id => 2), book(conflict => 20, 30, 3, 4) ];
    is_bad conflict => 'only back to back ones, and a longer one far away',
        [ $first, book(ok => 500, 900, 1, 2, id => 2), book(conflict => 20, 30, 3, 4) ];
    is_bad conflict => 'only in another space',
        [ $first, book(conflict => 10, 20, 3, 4, space => 'A-2') ];
    is_bad conflict => 'it was deleted before',
        [ $first, on_id(delete => ok => 1, 3, 4), book(conflict => 15, 25, 5, 6) ];
    is_bad conflict => 'it was booked afterwards',
        [ book(conflict => 15, 25, 1, 2), book(ok => 10, 20, 3, 4, id => 1) ];
    is_bad conflict => 'only a failed one',
        [ book(fail => 10, 20, 1, 2), book(conflict => 15, 25, 3, 4) ];
    is_bad conflict => 'two refuse each other',
        [ book(conflict => 10, 20, 1, 2), book(conflict => 15, 25, 1, 2) ];
    is_bad conflict => 'only an unknown one that was sent afterwards',
        [ book(conflict => 15, 25, 1, 2), book(info => 10, 20, 3, 4) ];
    is_bad conflict => 'only an unknown one that the store proves never made',
        [ book(info => 10, 20, 1, 2), book(conflict => 15, 25, 3, 4) ], rows => [];

    is_good 'one that is there', [ $first, book(conflict => 15, 25, 3, 4) ];
    is_good 'one at the same time',
        [ book(ok => 10, 20, 1, 4, id => 1), book(conflict => 15, 25, 2, 3) ];
    is_good 'one acknowledged later, but begun before the refusal',
        [ book(ok => 10, 20, 2, 9, id => 1), book(conflict => 15, 25, 1, 2) ];
    is_good 'one whose delete has not ended',
        [ $first, on_id(delete => ok => 1, 3, 6), book(conflict => 15, 25, 4, 5) ];
    is_good 'one whose delete ends as the refusal begins',
        [ $first, on_id(delete => ok => 1, 3, 4), book(conflict => 15, 25, 4, 5) ];
    is_good 'one whose delete failed',
        [ $first, on_id(delete => missing => 1, 1, 1.5), book(conflict => 15, 25, 4, 5) ];
    is_good 'one whose delete is unknown',
        [ $first, on_id(delete => info => 1, 3, 4), book(conflict => 15, 25, 9, 10) ];
    is_good 'an unknown one, however long ago',
        [ book(info => 10, 20, 1, 2), book(conflict => 15, 25, 90, 91) ];
    is_good 'an unknown one that the store has',
        [ book(info => 10, 20, 1, 2), book(conflict => 15, 25, 90, 91) ], rows => [ row(5, 10, 20) ];
    is_good 'a long one that begins far before',
        [ book(ok => 0, 1000, 1, 2, id => 1), book(ok => 1500, 1501, 1, 2, id => 2), book(conflict => 990, 995, 3, 4) ];
    is_good 'one of several that were there in turn',
        [ $first, on_id(delete => ok => 1, 3, 4), book(ok => 12, 14, 5, 6, id => 2), book(conflict => 13, 25, 7, 8) ];
};

subtest 'phantom' => sub {
    is_bad phantom => 'a row that nobody asked for',
        [$first], rows => [ row(1, 10, 20), row(2, 30, 40) ];
    is_bad phantom => 'of a booking that was refused as a conflict',
        [ $first, book(conflict => 5, 11, 3, 4) ], rows => [ row(1, 10, 20), row(2, 5, 10) ];
    is_bad phantom => 'of a booking that failed',
        [ book(fail => 10, 20, 1, 2) ], rows => [ row(2, 10, 20) ];
    is_bad phantom => 'of an unknown booking, with another time',
        [ book(info => 10, 20, 1, 2) ], rows => [ row(2, 10, 21) ];
    is_bad 'overlap phantom' => 'two rows of one unknown booking',
        [ book(info => 10, 20, 1, 2) ], rows => [ row(2, 10, 20), row(3, 10, 20) ];

    is_good 'a row of an unknown booking',
        [ book(info => 10, 20, 1, 2) ], rows => [ row(2, 10, 20) ];
    is_good 'one row of three unknown bookings of one range',
        [ map { book(info => 10, 20, $_, $_ + 1) } 1 .. 3 ], rows => [ row(2, 10, 20) ];
};

subtest 'read' => sub {
    is_bad read => 'it misses what is there', [ $first, on_id(read => missing => 1, 3, 4) ];
    is_bad read => 'it finds what was deleted',
        [ $first, on_id(delete => ok => 1, 3, 4), on_id(read => ok => 1, 5, 6, %{ row(1, 10, 20) }) ];
    is_bad read => 'it finds what was not yet booked',
        [ on_id(read => ok => 1, 0, 0.5, %{ row(1, 10, 20) }), $first ];
    is_bad read => 'it finds something else',
        [ $first, on_id(read => ok => 1, 3, 4, %{ row(1, 10, 19) }) ];
    is_bad read => 'something else, where reads may be late',
        [ $first, on_id(read => ok => 1, 3, 4, %{ row(1, 10, 19) }) ], eventual => 1;

    is_good 'it finds it', [ $first, on_id(read => ok => 1, 3, 4, %{ row(1, 10, 20) }) ];
    is_good 'it misses what is being deleted',
        [ $first, on_id(delete => ok => 1, 3, 9), on_id(read => missing => 1, 4, 5) ];
    is_good 'it misses what may have been deleted',
        [ $first, on_id(delete => info => 1, 3, 4), on_id(read => missing => 1, 9, 10) ];
    is_good 'it misses what is being booked',
        [ book(ok => 10, 20, 1, 5, id => 1), on_id(read => missing => 1, 2, 3) ];
    is_good 'it was refused, which says nothing', [ $first, on_id(read => fail => 1, 3, 4) ];
    is_good 'it begins as the booking is acknowledged',
        [ $first, on_id(read => missing => 1, 2, 3) ];
    is_good 'it ends as a delete begins',
        [ $first, on_id(read => missing => 1, 3, 4), on_id(delete => ok => 1, 4, 5) ];
    is_good 'its outcome is unknown', [ $first, on_id(read => info => 1, 3, 4) ];
    is_good 'it misses what is there, where reads may be late',
        [ $first, on_id(read => missing => 1, 3, 4) ], eventual => 1;
};

subtest 'delete' => sub {
    is_bad delete => 'twice',
        [ $first, on_id(delete => ok => 1, 3, 4), on_id(delete => ok => 1, 3, 4) ];
    is_bad delete => 'it misses what is there', [ $first, on_id(delete => missing => 1, 3, 4) ];

    is_good 'the second finds nothing',
        [ $first, on_id(delete => ok => 1, 3, 4), on_id(delete => missing => 1, 3, 4) ];
    is_good 'one of unknown outcome did it',
        [ $first, on_id(delete => info => 1, 3, 4), on_id(delete => missing => 1, 5, 6) ];
    is_good 'one that was refused says nothing',
        [ $first, on_id(delete => fail => 1, 3, 4) ], rows => [ row(1, 10, 20) ];
    is_good 'of what others booked', [ on_id(delete => ok => 77, 3, 4) ];
};

subtest 'id and malformed' => sub {
    is_bad id => 'given twice', [ $first, book(ok => 30, 40, 3, 4, id => 1) ];
    is_bad id => 'given twice, and deleted later',
        [ $first, book(ok => 30, 40, 3, 4, id => 1), on_id(delete => ok => 1, 5, 6) ];
    # What was done with the id before and since is told apart, by each rule.
    my @again = ($first, on_id(read => ok => 1, 2.5, 2.6, %{ row(1, 10, 20) }), on_id(delete => ok => 1, 3, 4),
        book(ok => 30, 40, 5, 6, id => 1));
    is_good 'an id that is free again is given again',
        [ @again, on_id(read => ok => 1, 7, 8, %{ row(1, 30, 40) }), book(ok => 10, 20, 7, 8, id => 2),
          book(conflict => 35, 45, 7, 8) ], reads => { 1 => row(1, 30, 40), 2 => row(2, 10, 20) },
        rows => [ row(1, 30, 40), row(2, 10, 20) ];
    is_good 'and deleted again, and given a third time',
        [ @again, on_id(delete => ok => 1, 7, 8), book(ok => 50, 60, 9, 10, id => 1) ], rows => [ row(1, 50, 60) ];
    is_bad overlap => 'an id that is given again does not hide that two overlap',
        [ @again, book(ok => 35, 45, 7, 8, id => 2) ];
    is_bad lost => 'nor that the later one is lost', [@again], rows => [];
    is_bad malformed => 'ends before it begins', [ book(ok => 10, 20, 2, 1, id => 1) ];
    is_bad malformed => 'an empty range', [ book(ok => 10, 10, 1, 2, id => 1) ];
    is_bad malformed => 'acknowledged without an id', [ book(ok => 10, 20, 1, 2) ];
    is_bad malformed => 'an unheard-of kind', [ { %$first, kind => 'move' } ];
    is_bad malformed => 'an unheard-of outcome', [ { %$first, outcome => 'maybe' } ];
    is_bad malformed => 'a delete cannot conflict', [ on_id(delete => conflict => 1, 3, 4) ];
    is_bad malformed => 'no end', [ { %$first, completed => undef } ];
    is_bad malformed => 'no range', [ { %$first, start => undef } ];
};

# ---- random histories ----------------------------------------------------------------------------

# A perfect service: operation number n takes effect at the moment n, somewhere inside its interval.
# Some answers are lost, of operations that were done and of others that were not.
sub perfect
{
    my ($count) = @_;
    my (@operations, %alive, @known, $last_id);
    for my $moment (1 .. $count) {
        my %operation = (client => int rand 8, completed => $moment + rand 6);
        my $lost = rand() < 0.05;
        my $done = !$lost || rand() < 0.5;
        my $target = @known ? $known[ rand @known ] : undef;
        if ($target && $target->{since} < $moment && rand() < 0.5) {
            my $id = $target->{id};
            my $booking = $alive{$id};
            # Nobody asks for an id before it was acknowledged.
            my $longest = $moment - $target->{since};
            $operation{invoked} = $moment - rand($longest < 6 ? $longest : 6);
            @operation{qw(id kind)} = ($id, rand() < 0.6 ? 'delete' : 'read');
            $operation{outcome} = $lost ? 'info' : $booking ? 'ok' : 'missing';
            if ($operation{kind} eq 'delete') {
                delete $alive{$id} if $done;
            }
            elsif ($operation{outcome} eq 'ok') {
                @operation{qw(space start end)} = @$booking{qw(space start end)};
            }
        }
        else {
            my $start = 1700000000000000000 + int rand 40;
            @operation{qw(kind space start end)} =
                ('book', 'A-' . int(rand 2), $start, $start + 1 + int rand 8);
            $operation{invoked} = $moment - rand 6;
            my $conflict = grep {
                $_->{space} eq $operation{space} && $_->{start} < $operation{end} && $start < $_->{end}
            } values %alive;
            $operation{outcome} = $lost ? 'info' : $conflict ? 'conflict' : 'ok';
            if (!$conflict && $done) {
                my $id = ++$last_id;
                $alive{$id} = { id => $id, map { $_ => $operation{$_} } qw(space start end) };
                unless ($lost) {
                    $operation{id} = $id;
                    push @known, { id => $id, since => $operation{completed} };
                }
            }
        }
        push @operations, \%operation;
    }
    return (\@operations, [ values %alive ]);
}

# Ways to spoil a good history, each for the rule that must see it, whatever else is seen.
sub spoiled
{
    my ($operations, $rows) = @_;
    my (%touched, %deleted);
    for my $delete (grep { $_->{kind} eq 'delete' } @$operations) {
        $touched{ $delete->{id} } = 1;
        $deleted{ $delete->{id} } = 1 if $delete->{outcome} eq 'ok';
    }
    my @bookings = grep { $_->{kind} eq 'book' && $_->{outcome} eq 'ok' } @$operations;
    my ($kept) = grep { !$touched{ $_->{id} } } @bookings;
    my ($gone) = grep { $deleted{ $_->{id} } } @bookings;
    my %again = (%$kept, id => 'again');
    my %ways = (
        overlap  => [ [ @$operations, \%again ], [ @$rows, \%again ] ],
        lost     => [ $operations, [ grep { $_->{id} ne $kept->{id} } @$rows ] ],
        phantom  => [ $operations, [ @$rows, row('new', 1, 2, 'B-1') ] ],
        conflict => [ [ @$operations, book(conflict => 1, 2, 1, 2, space => 'B-1') ], $rows ],
        read     => [ [ @$operations, on_id(read => missing => $kept->{id}, 900, 901) ], $rows ],
    );
    if ($gone) {
        $ways{undead} = [ $operations, [ @$rows, $gone ] ];
        $ways{delete} = [ [ @$operations, on_id(delete => ok => $gone->{id}, 900, 901) ], $rows ];
    }
    return %ways;
}

subtest 'random histories' => sub {
    my $seed = $ENV{BOOKABLE_SEED} // time;
    srand $seed;
    my $check = sub {
        my ($operations, $rows) = @_;
        return Bookable::History->new(@$operations)
            ->check(rows => $rows, reads => { map { $_->{id} => $_ } @$rows });
    };
    my (%count, @wrong, @missed);
    for my $run (1 .. 150) {
        my ($operations, $rows) = perfect(200);
        push @wrong, $check->($operations, $rows);
        my %ways = spoiled($operations, $rows);
        for my $rule (keys %ways) {
            $count{$rule}++;
            push @missed, $rule unless grep { /^$rule:/ } $check->(@{ $ways{$rule} });
        }
    }
    is_deeply \@wrong, [], 'a perfect service is never accused';
    is_deeply \@missed, [], 'a spoiled history never passes';
    diag "seed $seed: spoiled ", join ', ', map { "$_ $count{$_}" } sort keys %count;
};

subtest 'files' => sub {
    my $folder = File::Temp->newdir;
    my @operations = (
        book(ok => 1765447200000000001, 1765450800000000000, 12345.678901234, 12345.678901239,
            id => 94577202595),
        on_id(read => info => 94577202595, 12346, 12347, why => "\0 \n"),
    );
    Bookable::History->new($operations[$_])->save("$folder/$_") for 0, 1;
    my $history = Bookable::History->load("$folder/0", "$folder/1");
    is_deeply [ $history->operations ], \@operations, 'two files make one history, as it was';
    is_deeply $history->tally, { 'book/ok' => 1, 'read/info' => 1 }, 'counted';
};

done_testing;

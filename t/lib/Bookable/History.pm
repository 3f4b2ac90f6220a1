package Bookable::History;

# What clients saw of a booking service, and a checker that says whether a service without double
# bookings could have shown it. It knows nothing of httpd, HTTP or a store: the histories of one
# host, of a cluster and of another store are checked alike.
#
# An operation is what one client did, from just before it sent to just after it knew:
#   client     who
#   kind       book, delete or read
#   invoked, completed   one monotonic clock for all clients; both ends belong to the interval
#   outcome    ok        done, and acknowledged
#              conflict  a booking refused because of another one
#              missing   a delete or read that found no booking
#              fail      certainly not done, for any other reason; says nothing of the bookings
#              info      unknown: a timeout, a reset, a server that died. It may have been done, now
#                        or at any moment after it was invoked: it stays concurrent with all that
#                        follows
#   space, start, end    of a booking, and of a read that found one; [start, end) in any one unit
#   id         of a booking; known of one that is ok, and of every delete and read
#
# check() returns the violations, each a line "<rule>: ...". The rules:
#   overlap    two acknowledged bookings of one space overlap, and no delete of one of them can have
#              come before the other; or two rows of the store overlap
#   lost       an acknowledged booking that nobody deleted is not there at the end, or not as booked
#   undead     a booking whose delete was acknowledged is there at the end
#   conflict   a refusal, and no booking that overlaps can have been alive at any moment of it
#   phantom    the store holds what nobody booked: no operation, one that failed, or one too many
#   read       a read misses a booking that was certainly there, finds one certainly gone, or
#              finds another one than was booked
#   delete     a booking is deleted twice, or a delete misses one that was certainly there
#   id         one id was given to two bookings
#   malformed  the history itself is not one: the test is wrong, not the service

use strict;
use warnings FATAL => 'all';

use Storable ();

use constant FOREVER => 9**9**9;

sub new
{
    my ($class, @operations) = @_;
    return bless { operations => \@operations }, $class;
}

sub add
{
    my ($self, @operations) = @_;
    push @{ $self->{operations} }, @operations;
    return $self;
}

sub operations { my ($self) = @_; return @{ $self->{operations} } }

# Each client writes its own file; the checker reads all of them.
sub save
{
    my ($self, $file) = @_;
    Storable::nstore($self->{operations}, $file);
    return;
}

sub load
{
    my ($class, @files) = @_;
    return $class->new(map { @{ Storable::retrieve($_) } } @files);
}

# kind/outcome => how many
sub tally
{
    my ($self) = @_;
    my %count;
    $count{"$_->{kind}/$_->{outcome}"}++ for $self->operations;
    return \%count;
}

# Acknowledged bookings.
sub acknowledged
{
    my ($self) = @_;
    return grep { $_->{kind} eq 'book' && $_->{outcome} eq 'ok' } $self->operations;
}

# What is known of the service when everything has come to rest:
#   reads   { id => {space, start, end}, or undef where it was not found }, of acknowledged bookings;
#           each of them must be there
#   rows    [ {id, space, start, end} ], everything that the store holds
# and what may be asked of its reads:
#   eventual  1: a read during the run may be late (a standby, a cache); those at the end may not
sub check
{
    my ($self, %known) = @_;
    my $run = bless { %known, violations => [], by_id => {} }, __PACKAGE__ . '::Run';
    $run->sort_out($self->operations) or return @{ $run->{violations} };
    $run->settle_unknown if $known{rows};
    $run->check_overlaps;
    $run->check_conflicts;
    $run->check_reads_and_deletes;
    $run->check_end;
    return @{ $run->{violations} };
}

# ---- one run of the checker ----------------------------------------------------------------------

package Bookable::History::Run;

use constant FOREVER => Bookable::History::FOREVER;

my %OUTCOMES = (
    book   => { map { $_ => 1 } qw(ok conflict fail info) },
    delete => { map { $_ => 1 } qw(ok missing fail info) },
    read   => { map { $_ => 1 } qw(ok missing fail info) },
);

sub violation { my ($run, $rule, $text) = @_; push @{ $run->{violations} }, "$rule: $text"; return }

sub show
{
    my ($operation) = @_;
    my $text = $operation->{kind} // 'row';
    $text .= " $operation->{space} [$operation->{start}, $operation->{end})"
        if defined $operation->{space};
    $text .= " id $operation->{id}" if defined $operation->{id};
    $text .= sprintf ' by %s %s at %s..%s', $operation->{client} // '?', $operation->{outcome},
        $operation->{invoked}, $operation->{completed} // '?'
        if defined $operation->{outcome};
    return $text;
}

sub raw { my ($of) = @_; return join ', ', map { "$_ " . ($of->{$_} // 'none') } sort keys %$of }

sub overlaps
{
    my ($one, $two) = @_;
    return $one->{start} < $two->{end} && $two->{start} < $one->{end};
}

sub range { my ($of) = @_; return "$of->{space} $of->{start} $of->{end}" }

sub same_range { my ($one, $two) = @_; return range($one) eq range($two) }

# Sort the operations out; false where they make no history. An unknown outcome never completes.
sub sort_out
{
    my ($run, @operations) = @_;
    for my $operation (@operations) {
        my %copy = %$operation;
        my ($kind, $outcome) = @copy{qw(kind outcome)};
        $copy{completed} = FOREVER if ($outcome // '') eq 'info';
        if (!$OUTCOMES{ $kind // '' }{ $outcome // '' }
            || grep { !defined } @copy{qw(invoked completed)}) {
            $run->violation(malformed => raw($operation));
            next;
        }
        my $has_range = defined $copy{space} && defined $copy{start} && defined $copy{end};
        if (   $copy{completed} < $copy{invoked}
            || ($kind eq 'book' && (!$has_range || $copy{start} >= $copy{end}))
            || ($kind eq 'read' && $outcome eq 'ok' && !$has_range)
            || (($kind ne 'book' || $outcome eq 'ok') && !defined $copy{id})) {
            $run->violation(malformed => raw($operation));
            next;
        }
        push @{ $run->{$kind} }, \%copy;
    }
    return if @{ $run->{violations} };

    $run->tell_apart;
    for my $booking (grep { $_->{outcome} eq 'ok' } @{ $run->{book} }) {
        my $other = $run->{by_id}{ $booking->{id} };
        $run->violation(id => show($booking) . ' has the id of ' . show($other)) if $other;
        $run->{by_id}{ $booking->{id} } = $booking;
    }
    $run->{effective} = [ grep { $_->{outcome} =~ /\A(?:ok|info)\z/ } @{ $run->{book} } ];
    $run->find_lives;
    return 1;
}

# Ids are drawn at random, and one whose booking was deleted may be drawn again: once in a thousand
# histories of thirteen thousand bookings. What was done with it before that was done with the
# booking of before, which gets a name of its own here.
sub tell_apart
{
    my ($run) = @_;
    my %booked;
    push @{ $booked{ $_->{id} } }, $_
        for sort { $a->{completed} <=> $b->{completed} } grep { $_->{outcome} eq 'ok' } @{ $run->{book} };
    for my $id (grep { @{ $booked{$_} } > 1 } keys %booked) {
        my ($booking, @later) = @{ $booked{$id} };
        for my $next (@later) {
            my @done = grep { $_->{id} eq $id && $_->{invoked} < $next->{completed} } map { @{ $run->{$_} || [] } } qw(read delete);
            last unless grep { $_->{kind} eq 'delete' && $_->{outcome} =~ /\A(?:ok|info)\z/ } @done;
            $_->{id} = "$id until $next->{completed}" for $booking, @done;
            $booking = $next;
        }
    }
    return;
}

# Of each booking that may have been made: from "invoked" to "gone" it may be alive, and from
# "completed" to "fading", where that is later, it certainly is.
sub find_lives
{
    my ($run) = @_;
    @$_{qw(fading gone)} = (FOREVER, FOREVER) for @{ $run->{effective} };
    for my $delete (@{ $run->{delete} }) {
        my $booking = $run->{by_id}{ $delete->{id} } or next;
        # At the earliest it took effect as it was sent; at the latest, as it was acknowledged.
        my %end = (
            fading => $delete->{outcome} =~ /\A(?:ok|info)\z/ ? $delete->{invoked} : FOREVER,
            gone   => $delete->{outcome} eq 'ok' ? $delete->{completed} : FOREVER,
        );
        for my $which (keys %end) {
            $booking->{$which} = $end{$which} if $end{$which} < $booking->{$which};
        }
    }
    return;
}

sub may_be_alive
{
    my ($booking, $interval) = @_;
    return $booking->{invoked} <= $interval->{completed} && $booking->{gone} >= $interval->{invoked};
}

sub certainly_alive
{
    my ($booking, $interval) = @_;
    return $booking->{completed} < $interval->{invoked} && $booking->{fading} > $interval->{completed};
}

# The store's rows at rest tell which of the unknown bookings were made. Nobody ever learned their
# ids, so nobody can have deleted one: what has no row was never made, and refused nobody.
sub settle_unknown
{
    my ($run) = @_;
    # Of several unknown bookings of one range any may be the one that was made. What is asked of it
    # later is only when it can have begun, so the one that was invoked first stands for all of them.
    my %unknown;
    for my $booking (sort { $a->{invoked} <=> $b->{invoked} }
        grep { $_->{outcome} eq 'info' } @{ $run->{effective} }) {
        push @{ $unknown{ range($booking) } }, $booking;
    }
    my @made = grep { $_->{outcome} eq 'ok' } @{ $run->{effective} };
    for my $row (@{ $run->{rows} }) {
        my $booking = $run->{by_id}{ $row->{id} };
        if (!$booking) {
            $booking = shift @{ $unknown{ range($row) } || [] };
            push @made, $booking if $booking;
        }
        $run->violation(phantom => show($row)) unless $booking && same_range($booking, $row);
    }
    $run->{effective} = \@made;
    return;
}

sub by_space
{
    my (@ranges) = @_;
    my %spaces;
    push @{ $spaces{ $_->{space} } }, $_ for @ranges;
    return \%spaces;
}

# Two that overlap are wrong if both were certainly alive at one moment. As time goes on, only those
# that still are need to be looked at, however long the history is.
sub check_overlaps
{
    my ($run) = @_;
    for my $bookings (values %{ by_space(grep { $_->{outcome} eq 'ok' } @{ $run->{book} }) }) {
        my @alive;
        for my $booking (sort { $a->{completed} <=> $b->{completed} } @$bookings) {
            @alive = grep { $_->{fading} > $booking->{completed} } @alive;
            for my $other (grep { overlaps($_, $booking) } @alive) {
                next if $booking->{fading} <= $other->{completed};
                $run->violation(overlap => show($other) . ' and ' . show($booking));
            }
            push @alive, $booking;
        }
    }
    for my $rows (values %{ by_space(@{ $run->{rows} || [] }) }) {
        my $last;
        for my $row (sort { $a->{start} <=> $b->{start} } @$rows) {
            $run->violation(overlap => show($last) . ' and ' . show($row) . ' in the store')
                if $last && overlaps($last, $row);
            $last = $row if !$last || $row->{end} > $last->{end};
        }
    }
    return;
}

# A refusal is right if one that overlaps can have been alive at some moment of it.
sub check_conflicts
{
    my ($run) = @_;
    my $refusals = by_space(grep { $_->{outcome} eq 'conflict' } @{ $run->{book} });
    my $bookings = by_space(@{ $run->{effective} });
    for my $space (keys %$refusals) {
        my @to_come = sort { $a->{invoked} <=> $b->{invoked} } @{ $bookings->{$space} || [] };
        my @alive;
        for my $refusal (sort { $a->{invoked} <=> $b->{invoked} } @{ $refusals->{$space} }) {
            while (@to_come && $to_come[0]{invoked} <= $refusal->{completed}) {
                push @alive, shift @to_come;
            }
            @alive = grep { $_->{gone} >= $refusal->{invoked} } @alive;
            next if grep { overlaps($_, $refusal) && may_be_alive($_, $refusal) } @alive;
            $run->violation(conflict => show($refusal) . ', where nothing can have been');
        }
    }
    return;
}

sub check_reads_and_deletes
{
    my ($run) = @_;
    for my $read (grep { $_->{outcome} =~ /\A(?:ok|missing)\z/ } @{ $run->{read} }) {
        my $booking = $run->{by_id}{ $read->{id} } or next;
        if ($read->{outcome} eq 'missing') {
            next if $run->{eventual} || !certainly_alive($booking, $read);
            $run->violation(read => show($read) . ' misses ' . show($booking));
        }
        elsif (!same_range($booking, $read)) {
            $run->violation(read => show($read) . ' is not as booked: ' . show($booking));
        }
        elsif (!$run->{eventual} && !may_be_alive($booking, $read)) {
            $run->violation(read => show($read) . ' finds what cannot be there');
        }
    }
    my %deleted;
    for my $delete (@{ $run->{delete} }) {
        if ($delete->{outcome} eq 'ok') {
            my $other = $deleted{ $delete->{id} };
            $run->violation(delete => show($delete) . ' and ' . show($other)) if $other;
            $deleted{ $delete->{id} } = $delete;
        }
        elsif ($delete->{outcome} eq 'missing') {
            my $booking = $run->{by_id}{ $delete->{id} } or next;
            next unless certainly_alive($booking, $delete);
            $run->violation(delete => show($delete) . ' misses ' . show($booking));
        }
    }
    return;
}

# What is there when everything has come to rest: by reads, and in the store.
sub check_end
{
    my ($run) = @_;
    my %found = (read => $run->{reads});
    $found{store} = { map { $_->{id} => $_ } @{ $run->{rows} } } if $run->{rows};
    for my $by (grep { $found{$_} } sort keys %found) {
        for my $booking (grep { $_->{outcome} eq 'ok' } @{ $run->{book} }) {
            my $seen = $found{$by}{ $booking->{id} };
            if (!$seen) {
                $run->violation(lost => show($booking) . " ($by)") if $booking->{fading} == FOREVER;
            }
            elsif ($booking->{gone} < FOREVER) {
                $run->violation(undead => show($booking) . " ($by)");
            }
            elsif (!same_range($booking, $seen)) {
                $run->violation(lost => show($booking) . ' is now ' . show($seen) . " ($by)");
            }
        }
    }
    return;
}

1;

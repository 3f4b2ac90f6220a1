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
    my $run = bless { %known, violations => [], deletes => {}, by_id => {} }, __PACKAGE__ . '::Run';
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

    for my $booking (grep { $_->{outcome} eq 'ok' } @{ $run->{book} }) {
        my $other = $run->{by_id}{ $booking->{id} };
        $run->violation(id => show($booking) . ' has the id of ' . show($other)) if $other;
        $run->{by_id}{ $booking->{id} } = $booking;
    }
    # Deletes that may have worked.
    for my $delete (grep { $_->{outcome} =~ /\A(?:ok|info)\z/ } @{ $run->{delete} }) {
        push @{ $run->{deletes}{ $delete->{id} } }, $delete;
    }
    $run->{effective} = [ grep { $_->{outcome} =~ /\A(?:ok|info)\z/ } @{ $run->{book} } ];
    return 1;
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

# Per space, by start, so that what overlaps a range is one slice of the list.
sub by_space
{
    my (@ranges) = @_;
    my %spaces;
    for my $range (@ranges) {
        my $space = $spaces{ $range->{space} } //= { ranges => [], longest => 0 };
        push @{ $space->{ranges} }, $range;
        my $length = $range->{end} - $range->{start};
        $space->{longest} = $length if $length > $space->{longest};
    }
    $_->{ranges} = [ sort { $a->{start} <=> $b->{start} } @{ $_->{ranges} } ] for values %spaces;
    return \%spaces;
}

# The first place whose start is above a limit.
sub first_above
{
    my ($ranges, $limit) = @_;
    my ($low, $high) = (0, scalar @$ranges);
    while ($low < $high) {
        my $middle = int(($low + $high) / 2);
        if ($ranges->[$middle]{start} > $limit) { $high = $middle }
        else                                    { $low  = $middle + 1 }
    }
    return $low;
}

# Calls back with each pair that overlaps, once.
sub each_overlap
{
    my ($spaces, $callback) = @_;
    for my $space (values %$spaces) {
        my $ranges = $space->{ranges};
        for my $i (0 .. $#$ranges) {
            for (my $j = $i + 1; $j < @$ranges && $ranges->[$j]{start} < $ranges->[$i]{end}; $j++) {
                $callback->($ranges->[$i], $ranges->[$j]);
            }
        }
    }
    return;
}

# Whether a delete of $booking can have taken effect before $other did: the booking as early as it
# can be, the delete right after it, the other as late as it can be.
sub gone_before
{
    my ($run, $booking, $other) = @_;
    for my $delete (@{ $run->{deletes}{ $booking->{id} } || [] }) {
        my $earliest = $booking->{invoked};
        $earliest = $delete->{invoked} if $delete->{invoked} > $earliest;
        return 1 if $earliest <= $delete->{completed} && $earliest <= $other->{completed};
    }
    return;
}

sub check_overlaps
{
    my ($run) = @_;
    each_overlap(by_space(grep { $_->{outcome} eq 'ok' } @{ $run->{book} }), sub {
        my ($one, $two) = @_;
        return if $run->gone_before($one, $two) || $run->gone_before($two, $one);
        $run->violation(overlap => show($one) . ' and ' . show($two));
    });
    each_overlap(by_space(@{ $run->{rows} || [] }), sub {
        my ($one, $two) = @_;
        $run->violation(overlap => show($one) . ' and ' . show($two) . ' in the store');
    });
    return;
}

# Whether a booking can have been alive at some moment of an interval: it can have begun by the
# end of it, and no acknowledged delete ended before it.
sub may_be_alive
{
    my ($run, $booking, $interval) = @_;
    return if $booking->{invoked} > $interval->{completed};
    return 1 unless defined $booking->{id};
    return !grep { $_->{outcome} eq 'ok' && $_->{completed} < $interval->{invoked} }
        @{ $run->{deletes}{ $booking->{id} } || [] };
}

sub check_conflicts
{
    my ($run) = @_;
    my $spaces = by_space(@{ $run->{effective} });
    REFUSAL: for my $refusal (grep { $_->{outcome} eq 'conflict' } @{ $run->{book} }) {
        my $space = $spaces->{ $refusal->{space} };
        if ($space) {
            my $ranges = $space->{ranges};
            my $first = first_above($ranges, $refusal->{start} - $space->{longest});
            for (my $i = $first; $i < @$ranges && $ranges->[$i]{start} < $refusal->{end}; $i++) {
                next unless overlaps($ranges->[$i], $refusal);
                next REFUSAL if $run->may_be_alive($ranges->[$i], $refusal);
            }
        }
        $run->violation(conflict => show($refusal) . ', where nothing that overlaps can have been');
    }
    return;
}

# Whether a booking was certainly alive during the whole of an interval: acknowledged before it
# began, and no other operation that may have deleted it was invoked before it ended.
sub certainly_alive
{
    my ($run, $booking, $interval) = @_;
    return if $booking->{completed} >= $interval->{invoked};
    return !grep { $_->{invoked} <= $interval->{completed} }
        @{ $run->{deletes}{ $booking->{id} } || [] };
}

sub check_reads_and_deletes
{
    my ($run) = @_;
    for my $read (grep { $_->{outcome} =~ /\A(?:ok|missing)\z/ } @{ $run->{read} }) {
        my $booking = $run->{by_id}{ $read->{id} } or next;
        if ($read->{outcome} eq 'missing') {
            next if $run->{eventual} || !$run->certainly_alive($booking, $read);
            $run->violation(read => show($read) . ' misses ' . show($booking));
        }
        elsif (!same_range($booking, $read)) {
            $run->violation(read => show($read) . ' is not as booked: ' . show($booking));
        }
        elsif (!$run->{eventual} && !$run->may_be_alive($booking, $read)) {
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
            next unless $run->certainly_alive($booking, $delete);
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
            my @deletes = @{ $run->{deletes}{ $booking->{id} } || [] };
            if (!$seen) {
                $run->violation(lost => show($booking) . " ($by)") unless @deletes;
            }
            elsif (grep { $_->{outcome} eq 'ok' } @deletes) {
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

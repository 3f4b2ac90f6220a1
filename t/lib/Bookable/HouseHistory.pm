package Bookable::HouseHistory;

# What clients saw of bookings by API v1, the log that the database wrote meanwhile, and a checker that says
# whether both can be true of a house that never double-books, keeps its quotas and logs all that is done. It knows
# nothing of httpd or a store.
#
# An operation is what one client did, from just before it sent to just after it knew:
#   kind       book     one booking
#              series   several at once: dates, each [start, end]; mode "all" (each or none) or "free"
#              import   a booking by the key of a foreign system, made or replaced: key
#              move, cancel, approve, reject   of the booking id
#              end      cancels what there is of a series: id
#              close    spaces, each of which has to be closed all the time: way refuse (nothing may be there), cancel
#                       (what is there is cancelled) or keep (it is closed around that)
#              open     takes a closure back: id
#   user       who
#   invoked, completed   one monotonic clock for all clients; both ends belong to the interval
#   outcome    ok        done, and acknowledged: with id, version, and what the booking is then; a series has the ids of
#                        what was created, and what was skipped; its end has how many were cancelled: count; a closure
#                        has the ids of what it cancelled
#              taken     refused because of another one; a series names what: skipped
#              quota     refused because the user has all that the quota allows; of a series with those dates that fit
#              stale     refused because somebody has changed it by now: of the version that the client knew
#              fail      certainly not done, for any other reason
#              info      unknown: it may have been done, now or at any moment after it was invoked
#   space, start, end    that it is to have, in any one unit
#   version    that it then has; of one that was stale that it had
#
# Of the log, in its order:  { id, version, actor, at, via, user, kind, space, start, end, state, occupies, series,
#                              old => {...} or undef }
# Of the store, at the end:  { id, version, user, space, start, end, state, occupies }
#   at         when, by the service's clock: what one transaction did is what one actor did at one moment
#   kind       booking or closure; series  that it is of, or the closure
#   pad        kept free after it, if it is not that of the house
#
# check() returns the violations, each a line "<rule>: ...". The rules:
#   log        versions of a booking do not follow one another, an entry begins where the one before did not end, or
#              the store is not what the log ends with
#   lost       what was acknowledged is not in the log, is another thing there, or only in part
#   twice      one entry of the log was acknowledged to two, or one key has two bookings
#   invented   the log has what nobody did, or only in part
#   overlap    two that overlap, with the time kept free around them, both occupied the space at one moment
#   cause      a refusal, or a hole in a closure, and nothing that overlaps can have been there at any moment of it
#   quota      somebody had more than the quota at one moment, or was refused without having it
#   malformed  the history itself is none: the test is wrong, not the service

use strict;
use warnings FATAL => 'all';

use constant FOREVER => 9**9**9;

# pad: kept free after each booking, in the unit of start and end
# quota: how many bookings a user may have, but for those in unlimited: { user => 1 }
sub check
{
    my (%known) = @_;
    my $run = bless { pad => 0, quota => FOREVER, %known, violations => [], unlimited => $known{unlimited} || {} }, __PACKAGE__;
    for ($run->read_log, $run->explain, $run->find_spans) { }
    unless (grep { /^malformed/ } @{ $run->{violations} }) {
        $run->check_store;
        $run->check_overlaps;
        $run->check_quotas;
        $run->check_refusals;
        $run->check_closures;
    }
    return @{ $run->{violations} };
}

sub violation { my ($run, $rule, $text) = @_; push @{ $run->{violations} }, "$rule: $text"; return }

sub show
{
    my ($of) = @_;
    return join ' ', map { "$_ " . (ref $of->{$_} ? '...' : $of->{$_} // 'none') } sort keys %$of;
}

sub same
{
    my ($one, $two) = @_;
    return !grep { ($one->{$_} // '') ne ($two->{$_} // '') } qw(space start end state occupies user);
}

# Each entry, by booking and version; and what one transaction wrote.
sub read_log
{
    my ($run) = @_;
    my %batches;
    for my $entry (@{ $run->{log} }) {
        my $versions = $run->{versions}{ $entry->{id} } //= [];
        my $before = $versions->[-1];
        $run->violation(log => show($entry) . ' follows ' . ($before ? show($before) : 'nothing'))
            if $entry->{version} != ($before ? $before->{version} + 1 : 1)
            || ($before && !($entry->{old} && same($before, $entry->{old}))) || (!$before && $entry->{old});
        push @$versions, $entry;
        my $batch = $batches{"$entry->{actor} $entry->{at}"} //= { actor => $entry->{actor}, entries => [] };
        push @{ $batch->{entries} }, $entry;
        $run->{batch_of}{$entry} = $batch;
    }
    # Of each actor in the order of time: what made something comes before what changed it.
    $run->{batches} = [ sort { $a->{entries}[0]{at} <=> $b->{entries}[0]{at} } grep { $_->{actor} } values %batches ];
    for my $batch (@{ $run->{batches} }) {
        my %series = map { $_->{series} => 1 } grep { defined $_->{series} } @{ $batch->{entries} };
        push @{ $run->{of_series}{$_} }, $batch for keys %series;
    }
    return;
}

sub sort_of
{
    my ($entry) = @_;
    return 'import' if ($entry->{via} // '') eq 'import';
    unless ($entry->{old}) {
        return ($entry->{kind} // '') eq 'closure' ? 'close' : defined $entry->{series} ? 'series' : 'book';
    }
    unless ($entry->{occupies}) {
        return ($entry->{kind} // '') eq 'closure' ? 'open' : ($entry->{state} // '') eq 'rejected' ? 'reject' : 'cancel';
    }
    return 'approve' if ($entry->{old}{state} // '') eq 'pending' && ($entry->{state} // '') eq 'confirmed' && lies($entry->{old}, $entry);
    return 'move';
}

sub lies { my ($one, $two) = @_; return !grep { $one->{$_} ne $two->{$_} } qw(space start end) }

# ---- what an operation does ----------------------------------------------------------------------

sub ids { my (@entries) = @_; return join ' ', sort map { $_->{id} } @entries }

# One entry of that sort, at the place that was wanted.
sub fits_one
{
    my ($operation, $entry, @more) = @_;
    return 0 if @more || sort_of($entry) ne $operation->{kind} || ($operation->{id} // $entry->{id}) ne $entry->{id};
    return $operation->{kind} =~ /\A(?:cancel|approve|reject)\z/ || lies($operation, $entry);
}

# Each is of a date; each date is there, unless those that are taken are left out.
sub fits_series
{
    my ($operation, @entries) = @_;
    my %dates = map { ("@$_" => 1) } @{ $operation->{dates} };
    for my $entry (@entries) {
        return 0 if sort_of($entry) ne 'series' || $entry->{series} ne ($operation->{id} // $entries[0]{series})
            || $entry->{space} ne $operation->{space} || !delete $dates{"$entry->{start} $entry->{end}"};
    }
    return 0 if %dates && $operation->{mode} eq 'all';
    return !$operation->{created} || ids(@entries) eq join ' ', sort @{ $operation->{created} };
}

sub fits_end
{
    my ($operation, @entries) = @_;
    my $sort = $operation->{kind} eq 'end' ? 'cancel' : 'open';
    return 0 if grep { sort_of($_) ne $sort || ($_->{series} // '') ne $operation->{id} } @entries;
    return @entries == ($operation->{count} // @entries);
}

# It closes each space from end to end, or around what is kept; and what it cancels is in its way.
sub fits_closure
{
    my ($operation, @entries) = @_;
    my @closed = grep { sort_of($_) eq 'close' } @entries;
    my @rest   = grep { sort_of($_) ne 'close' } @entries;
    my %spaces = map { $_ => 0 } @{ $operation->{spaces} };
    for my $entry (@closed) {
        return 0 if !exists $spaces{ $entry->{space} } || $entry->{series} ne ($operation->{id} // $closed[0]{series})
            || $entry->{start} < $operation->{start} || $entry->{end} > $operation->{end};
        $spaces{ $entry->{space} }++;
        return 0 if $operation->{way} ne 'keep' && ($entry->{start} != $operation->{start} || $entry->{end} != $operation->{end});
    }
    return 0 if $operation->{way} ne 'keep' && grep { $_ != 1 } values %spaces;
    return 0 if @rest && $operation->{way} ne 'cancel' || grep { sort_of($_) ne 'cancel' } @rest;
    return !$operation->{cancelled} || ids(@rest) eq join ' ', sort @{ $operation->{cancelled} };
}

my %FITS = (series => \&fits_series, end => \&fits_end, open => \&fits_end, close => \&fits_closure);

# Whether an operation can be the cause of what one transaction wrote.
sub fits
{
    my ($operation, $batch) = @_;
    my @entries = @{ $batch->{entries} };
    return 0 if $operation->{user} ne $batch->{actor};
    return ($FITS{ $operation->{kind} } || \&fits_one)->($operation, @entries);
}

my @PLACE = qw(space start end);
my %NEEDS = (book => \@PLACE, move => [ 'id', @PLACE ], import => [ 'key', @PLACE ], series => [qw(space dates mode)],
    close => [qw(spaces start end way)], map { $_ => ['id'] } qw(cancel approve reject end open));

sub is_whole
{
    my ($operation) = @_;
    my $needs = $NEEDS{ $operation->{kind} // '' } or return 0;
    return !grep { !defined $operation->{$_} } qw(user invoked completed outcome), @$needs;
}

# Which operation each transaction is of; those of the house itself are of none.
sub explain
{
    my ($run) = @_;
    my %unknown;
    for my $operation (@{ $run->{operations} }) {
        my %own = (%$operation, ($operation->{outcome} // '') eq 'info' ? (completed => FOREVER) : ());
        if    (!is_whole(\%own))         { $run->violation(malformed => show($operation)) }
        elsif ($own{outcome} eq 'info')  { push @{ $unknown{ $own{user} } }, \%own }
        elsif ($own{outcome} eq 'ok')    { $run->acknowledge(\%own) }
        else                             { push @{ $run->{refused} }, \%own }
    }
    for my $batch (grep { !$_->{of} } @{ $run->{batches} }) {
        my $candidates = $unknown{ $batch->{actor} } || [];
        my ($at) = grep { fits($candidates->[$_], $batch) } 0 .. $#$candidates;
        if (defined $at) { ($batch->{of}) = splice @$candidates, $at, 1 }
        else             { $run->violation(invented => join ', ', map { show($_) } @{ $batch->{entries} }) }
        push @{ $run->{kept} }, $batch->{of} if $batch->{of} && ($batch->{of}{way} // '') eq 'keep';
    }
    for my $batch (@{ $run->{batches} }) {
        $_->{of} = $batch->{of} for @{ $batch->{entries} };
    }
    return;
}

sub entry_of
{
    my ($run, $operation) = @_;
    my ($entry) = grep { $_->{version} == $operation->{version} } @{ $run->{versions}{ $operation->{id} } || [] };
    return $entry;
}

# What one transaction wrote that an acknowledged operation names.
sub batch_of
{
    my ($run, $operation) = @_;
    if ($operation->{kind} =~ /\A(?:series|close|end|open)\z/) {
        my @batches = grep { fits($operation, $_) } @{ $run->{of_series}{ $operation->{id} } || [] };
        return (grep { !$_->{of} } @batches)[0] // $batches[0];
    }
    my $entry = $run->entry_of($operation);
    return $entry && $run->{batch_of}{$entry};
}

# Whether there was nothing to be done: it had been cancelled, or was the same already, or all of a closure's time is
# kept.
sub is_idle
{
    my ($run, $operation) = @_;
    return !$operation->{count} if $operation->{kind} eq 'end';
    return !$run->{of_series}{ $operation->{id} } if $operation->{kind} eq 'open' || ($operation->{way} // '') eq 'keep';
    my $entry = $operation->{kind} =~ /\A(?:cancel|import)\z/ ? $run->entry_of($operation) : undef;
    return 0 unless $entry;
    return !$entry->{occupies} && $entry->{actor} ne $operation->{user} if $operation->{kind} eq 'cancel';
    return $run->{batch_of}{$entry}{of} && $entry->{user} eq $operation->{user} && lies($operation, $entry);
}

sub acknowledge
{
    my ($run, $operation) = @_;
    $run->note_key($operation) if $operation->{kind} eq 'import';
    push @{ $run->{refused} }, skipped($operation) if $operation->{kind} eq 'series';
    push @{ $run->{kept} }, $operation if ($operation->{way} // '') eq 'keep';
    return if $run->is_idle($operation);
    my $batch = $run->batch_of($operation);
    if    (!$batch)                      { $run->violation(lost => show($operation)) }
    elsif ($batch->{of})                 { $run->violation(twice => show($operation) . ' and ' . show($batch->{of})) }
    elsif (!fits($operation, $batch))    { $run->violation(lost => show($operation) . ' is ' . join ', ', map { show($_) } @{ $batch->{entries} }) }
    else                                 { $batch->{of} = $operation }
    return;
}

sub note_key
{
    my ($run, $operation) = @_;
    my $known = $run->{keys}{ $operation->{key} } //= $operation->{id};
    $run->violation(twice => show($operation) . ", whose key has $known") if $known ne $operation->{id};
    return;
}

# Dates of a series that were refused are refusals of their own.
sub skipped
{
    my ($operation) = @_;
    return map { +{ %$operation, id => undef, start => $_->[0], end => $_->[1], outcome => $_->[2] } }
        @{ $operation->{skipped} || [] };
}

# How long each version occupied its space: from "invoked" to "gone" it may have done so, and from "completed" to
# "fading", where that is later, it certainly did.
sub find_spans
{
    my ($run) = @_;
    for my $versions (values %{ $run->{versions} || {} }) {
        for my $i (0 .. $#$versions) {
            my ($entry, $next) = @$versions[ $i, $i + 1 ];
            next unless $entry->{occupies};
            my $of = $entry->{of} || { invoked => 0, completed => FOREVER };
            my $ended = $next ? $next->{of} || { invoked => 0, completed => FOREVER } : { invoked => FOREVER, completed => FOREVER };
            push @{ $run->{spans} }, { %$entry, invoked => $of->{invoked}, completed => $of->{completed},
                fading => $ended->{invoked}, gone => $ended->{completed} };
        }
    }
    return;
}

sub check_store
{
    my ($run) = @_;
    my %last = map { $_ => $run->{versions}{$_}[-1] } keys %{ $run->{versions} || {} };
    for my $row (@{ $run->{rows} }) {
        my $entry = delete $last{ $row->{id} };
        $run->violation(log => 'the store has ' . show($row) . ', the log ' . ($entry ? show($entry) : 'nothing'))
            unless $entry && $entry->{version} == $row->{version} && same($entry, $row);
    }
    $run->violation(log => 'the store has nothing of ' . show($_)) for values %last;
    return;
}

sub near
{
    my ($run, $one, $two) = @_;
    return $one->{space} eq $two->{space} && $one->{start} < $two->{end} + ($two->{pad} // $run->{pad})
        && $two->{start} < $one->{end} + ($one->{pad} // $run->{pad});
}

sub by_space
{
    my (@of) = @_;
    my %spaces;
    push @{ $spaces{ $_->{space} } }, $_ for @of;
    return \%spaces;
}

# As time goes on only those that still occupy the space are looked at, however long the history is.
sub check_overlaps
{
    my ($run) = @_;
    for my $spans (values %{ by_space(grep { $_->{completed} < $_->{fading} } @{ $run->{spans} || [] }) }) {
        my @there;
        for my $span (sort { $a->{completed} <=> $b->{completed} } @$spans) {
            @there = grep { $_->{fading} > $span->{completed} } @there;
            $run->violation(overlap => show($_) . ' and ' . show($span))
                for grep { $_->{id} ne $span->{id} && $run->near($_, $span) } @there;
            push @there, $span;
        }
    }
    for my $rows (values %{ by_space(grep { $_->{occupies} } @{ $run->{rows} }) }) {
        my @rows = sort { $a->{start} <=> $b->{start} } @$rows;
        $run->near(@rows[ $_ - 1, $_ ]) and $run->violation(overlap => 'in the store: ' . show($rows[ $_ - 1 ]) . ' and ' . show($rows[$_]))
            for 1 .. $#rows;
    }
    return;
}

sub counts { my ($span) = @_; return ($span->{kind} // '') ne 'closure' }

sub check_quotas
{
    my ($run) = @_;
    my %spans;
    push @{ $spans{ $_->{user} } }, $_ for grep { $_->{completed} < $_->{fading} && counts($_) } @{ $run->{spans} || [] };
    for my $user (grep { !$run->{unlimited}{$_} } sort keys %spans) {
        my @there;
        for my $span (sort { $a->{completed} <=> $b->{completed} } @{ $spans{$user} }) {
            @there = grep { $_->{fading} > $span->{completed} } @there;
            push @there, $span;
            next if @there <= $run->{quota};
            $run->violation(quota => "user $user has " . @there . ' bookings with ' . show($span));
        }
    }
    return;
}

# Whether it may have been there while an operation went on.
sub may { my ($span, $operation) = @_; return $span->{invoked} <= $operation->{completed} && $span->{gone} >= $operation->{invoked} }

# Each refusal, with what may have been there, by space and by user: as time goes on only that is looked at, however long
# the history is.
sub each_refusal
{
    my ($run, $visit) = @_;
    my @spans   = sort { $a->{invoked} <=> $b->{invoked} } @{ $run->{spans} || [] };
    my @refused = sort { $a->{completed} <=> $b->{completed} } map { $_->{skipped} ? skipped($_) : $_ } @{ $run->{refused} || [] };
    my @since;
    for my $i (reverse 0 .. $#refused) {
        $since[$i] = $refused[$i]{invoked};
        $since[$i] = $since[ $i + 1 ] if $i < $#refused && $since[ $i + 1 ] < $since[$i];
    }
    my %there;
    for my $i (0 .. $#refused) {
        while (@spans && $spans[0]{invoked} <= $refused[$i]{completed}) {
            my $span = shift @spans;
            push @{ $there{"space $span->{space}"} }, $span;
            push @{ $there{"user $span->{user}"} }, $span if counts($span);
        }
        unless ($i % 32) {
            @$_ = grep { $_->{gone} >= $since[$i] } @$_ for values %there;
        }
        $visit->($refused[$i], \%there);
    }
    return;
}

sub check_refusals
{
    my ($run) = @_;
    $run->each_refusal(sub {
        my ($refused, $there) = @_;
        if ($refused->{outcome} eq 'taken') {
            $run->violation(cause => show($refused) . ', where nothing can have been') unless $run->has_cause($refused, $there);
        }
        elsif ($refused->{outcome} eq 'quota') {
            my $most = ($refused->{fit} // 0) + grep { may($_, $refused) } @{ $there->{"user $refused->{user}"} || [] };
            $run->violation(quota => show($refused) . ", who had $most") if $most < $run->{quota};
        }
        elsif ($refused->{outcome} eq 'stale') {
            $run->violation(cause => show($refused) . ', which nobody changed')
                unless grep { $_->{version} > $refused->{version} && ($_->{of}{invoked} // 0) <= $refused->{completed} } @{ $run->{versions}{ $refused->{id} } || [] };
        }
    });
    return;
}

# Of a closure that cancels only another closure is one.
sub has_cause
{
    my ($run, $refused, $there) = @_;
    for my $space ($refused->{spaces} ? @{ $refused->{spaces} } : $refused->{space}) {
        my %place = (%$refused, space => $space, $refused->{kind} eq 'close' ? (pad => 0) : ());
        my @spans = grep { $run->near($_, \%place) && may($_, $refused) } @{ $there->{"space $space"} || [] };
        @spans = grep { !counts($_) } @spans if ($refused->{way} // '') eq 'cancel';
        return 1 if grep { $_->{id} ne ($refused->{id} // '') } @spans;
    }
    return 0;
}

# What a closure that keeps what is there left open.
sub check_closures
{
    my ($run) = @_;
    my $spans = by_space(@{ $run->{spans} || [] });
    for my $closure (@{ $run->{kept} || [] }) {
        for my $space (@{ $closure->{spaces} }) {
            my @there = grep { may($_, $closure) } @{ $spans->{$space} || [] };
            my $at = $closure->{start};
            for my $span (sort { $a->{start} <=> $b->{start} } @there) {
                last if $span->{start} > $at;
                my $end = $span->{end} + ($span->{pad} // $run->{pad});
                $at = $end if $end > $at;
            }
            $run->violation(cause => show($closure) . ", but $space is open at $at") if $at < $closure->{end};
        }
    }
    return;
}

1;

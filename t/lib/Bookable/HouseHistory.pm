package Bookable::HouseHistory;

# What clients saw of bookings by API v1, the log that the database wrote meanwhile, and a checker that says
# whether both can be true of a house that never double-books, keeps its quotas and logs all that is done. It knows
# nothing of httpd or a store.
#
# An operation is what one client did, from just before it sent to just after it knew:
#   kind       book, move or cancel
#   user       who
#   invoked, completed   one monotonic clock for all clients; both ends belong to the interval
#   outcome    ok        done, and acknowledged: with id, version, and what the booking is then
#              taken     refused because of another one
#              quota     refused because the user has all that the quota allows
#              fail      certainly not done, for any other reason
#              info      unknown: it may have been done, now or at any moment after it was invoked
#   space, start, end    that it is to have, in any one unit; of a cancellation none
#   id         of the booking; of a book only when it is ok
#
# Of the log, in its order:  { id, version, actor, user, space, start, end, occupies, old => {...} or undef }
# Of the store, at the end:  { id, version, user, space, start, end, occupies }
#
# check() returns the violations, each a line "<rule>: ...". The rules:
#   log        versions of a booking do not follow one another, an entry begins where the one before did not end, or
#              the store is not what the log ends with
#   lost       what was acknowledged is not in the log, or is another thing there
#   twice      one entry of the log was acknowledged to two
#   invented   the log has what nobody did
#   overlap    two that overlap, with the time kept free around them, both occupied the space at one moment
#   cause      a refusal, and nothing that overlaps can have been there at any moment of it
#   quota      somebody had more than the quota at one moment, or was refused without having it
#   malformed  the history itself is none: the test is wrong, not the service

use strict;
use warnings FATAL => 'all';

use constant FOREVER => 9**9**9;

# pad: kept free after each booking, in the unit of start and end
# quota: how many bookings a user may have
sub check
{
    my (%known) = @_;
    my $run = bless { pad => 0, quota => FOREVER, %known, violations => [] }, __PACKAGE__;
    for ($run->read_log, $run->explain, $run->find_spans) { }
    unless (grep { /^malformed/ } @{ $run->{violations} }) {
        $run->check_store;
        $run->check_overlaps;
        $run->check_quotas;
        $run->check_refusals;
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
    return !grep { ($one->{$_} // '') ne ($two->{$_} // '') } qw(space start end occupies user);
}

# Each entry, by booking and version.
sub read_log
{
    my ($run) = @_;
    for my $entry (@{ $run->{log} }) {
        my $versions = $run->{versions}{ $entry->{id} } //= [];
        my $before = $versions->[-1];
        $run->violation(log => show($entry) . ' follows ' . ($before ? show($before) : 'nothing'))
            if $entry->{version} != ($before ? $before->{version} + 1 : 1)
            || ($before && !($entry->{old} && same($before, $entry->{old}))) || (!$before && $entry->{old});
        push @$versions, $entry;
    }
    return;
}

sub sort_of
{
    my ($entry) = @_;
    return 'book' unless $entry->{old};
    return $entry->{occupies} ? 'move' : 'cancel';
}

# Whether an operation can be the cause of an entry.
sub fits
{
    my ($operation, $entry) = @_;
    return 0 if $operation->{kind} ne sort_of($entry) || $operation->{user} ne $entry->{actor};
    return 0 if $operation->{kind} ne 'book' && $operation->{id} ne $entry->{id};
    return 1 if $operation->{kind} eq 'cancel';
    return !grep { $operation->{$_} ne $entry->{$_} } qw(space start end);
}

# Which operation each entry is of; those of the house itself are of none.
sub explain
{
    my ($run) = @_;
    my (%unknown, $any);
    for my $operation (@{ $run->{operations} }) {
        my %own = (%$operation, $operation->{outcome} eq 'info' ? (completed => FOREVER) : ());
        if (grep { !defined $own{$_} } qw(kind user invoked completed outcome), $own{kind} eq 'cancel' ? 'id' : qw(space start end)) {
            $run->violation(malformed => show($operation));
        }
        elsif ($own{outcome} eq 'info') {
            push @{ $unknown{"$own{kind} $own{user}"} }, \%own;
        }
        elsif ($own{outcome} eq 'ok') {
            $run->acknowledge(\%own);
        }
        else {
            push @{ $run->{refused} }, \%own;
        }
    }
    for my $entry (sort { $a->{version} <=> $b->{version} } grep { !$_->{of} && $_->{actor} } @{ $run->{log} }) {
        my $candidates = $unknown{ sort_of($entry) . " $entry->{actor}" } || [];
        my ($at) = grep { fits($candidates->[$_], $entry) } 0 .. $#$candidates;
        if (defined $at) { ($entry->{of}) = splice @$candidates, $at, 1 }
        else             { $run->violation(invented => show($entry)) }
    }
    return;
}

sub acknowledge
{
    my ($run, $operation) = @_;
    my ($entry) = grep { $_->{version} == $operation->{version} } @{ $run->{versions}{ $operation->{id} } || [] };
    if (!$entry || !fits($operation, $entry)) {
        $run->violation(lost => show($operation) . ($entry ? ' is ' . show($entry) : ''));
    }
    elsif ($entry->{of}) {
        $run->violation(twice => show($operation) . ' and ' . show($entry->{of}));
    }
    else {
        $entry->{of} = $operation;
    }
    return;
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
    return $one->{space} eq $two->{space} && $one->{start} < $two->{end} + $run->{pad}
        && $two->{start} < $one->{end} + $run->{pad};
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

sub check_quotas
{
    my ($run) = @_;
    my %spans;
    push @{ $spans{ $_->{user} } }, $_ for grep { $_->{completed} < $_->{fading} } @{ $run->{spans} || [] };
    for my $user (sort keys %spans) {
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

sub check_refusals
{
    my ($run) = @_;
    my $spans = by_space(@{ $run->{spans} || [] });
    my %of;
    push @{ $of{ $_->{user} } }, $_ for @{ $run->{spans} || [] };
    for my $refused (@{ $run->{refused} || [] }) {
        my $may = sub { my ($span) = @_; return $span->{invoked} <= $refused->{completed} && $span->{gone} >= $refused->{invoked} };
        if ($refused->{outcome} eq 'taken') {
            $run->violation(cause => show($refused) . ', where nothing can have been')
                unless grep { $_->{id} ne ($refused->{id} // '') && $run->near($_, $refused) && $may->($_) } @{ $spans->{ $refused->{space} } || [] };
        }
        elsif ($refused->{outcome} eq 'quota') {
            my $most = grep { $may->($_) } @{ $of{ $refused->{user} } || [] };
            $run->violation(quota => show($refused) . ", who had $most") if $most < $run->{quota};
        }
    }
    return;
}

1;

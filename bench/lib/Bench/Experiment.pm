package Bench::Experiment;

# The experiments, in order. Each is a package below this one with
#   title, reference, here    what it is called, what the reference saw, what is run here (Markdown)
#   run(run)                  makes figures; run: results, progress, size, steps
#   report(results, plot)     tables (array references, headers first), names of plots, and text, in the
#                             order that they are to be read; plot(name, ...) draws one, as Bench::Plot
# What they share is here.

use strict;
use warnings FATAL => 'all';

use Exporter 'import';

use Bench::Results qw(percentile);

our @EXPORT_OK = qw(codes cut figures ms own percent pick steps);

my @NAMES = qw(spaces breaker latency cache consistency errors killed resources bursts product);

sub names { return @NAMES }

sub package_of
{
    my ($name) = @_;
    my $package = 'Bench::Experiment::' . ucfirst $name;
    require "Bench/Experiment/" . ucfirst($name) . '.pm';
    return $package;
}

# One of three, by how long the run may take: in full, quick, or only to see that it works.
sub pick
{
    my ($run, $full, $quick, $smoke) = @_;
    return { full => $full, quick => $quick, smoke => $smoke }->{ $run->{size} };
}

# Of the steps of an experiment those that are to be run: all, where none were named.
sub steps
{
    my ($run, @steps) = @_;
    return @steps if !$run->{steps};
    return @steps[ grep { $run->{steps}{ $_ + 1 } } 0 .. $#steps ];
}

# { code => count } in one field of a CSV file.
sub codes
{
    my ($codes) = @_;
    return join '; ', map { "$_ $codes->{$_}" } sort keys %$codes;
}

# Milliseconds for people. None at all are a fraction that was cut off.
sub ms
{
    my ($value) = @_;
    return
          !defined $value || $value eq '' ? ''
        : $value == 0 ? '< 1'
        : sprintf $value >= 100 ? '%.0f' : $value >= 1 ? '%.1f' : '%.2f', $value;
}

# For a file: three digits of a millisecond.
sub figures { return map { sprintf '%.3f', $_ } @_ }

# What is to be said of times that have no fractions.
sub cut
{
    my (@ms) = @_;
    return if grep { $_ ne '' && $_ != int $_ } @ms;
    return 'These times were taken when `FastHttpUser` cut them to whole milliseconds: *< 1* is less than one, and *1.0*'
        . ' is less than two.';
}

# The 50th, 95th and 99th percentiles of httpd's own times; empty if there are none.
sub own
{
    my (@times) = @_;
    my @ms = map { $_->{ms} } @times;
    return map { @ms ? figures(percentile($_, @ms)) : '' } 50, 95, 99;
}

sub percent
{
    my ($part, $whole) = @_;
    return $whole ? sprintf '%.1f', 100 * $part / $whole : '';
}

1;

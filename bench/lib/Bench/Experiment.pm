package Bench::Experiment;

# The experiments, in order. Each is a package below this one with
#   title, reference, here    what it is called, what the reference saw, what is run here (Markdown)
#   run(run)                  makes figures; run: results, progress, size
#   report(results, plot)     tables (array references, headers first), names of plots, and text, in the
#                             order that they are to be read; plot(name, ...) draws one, as Bench::Plot
# What they share is here.

use strict;
use warnings FATAL => 'all';

use Exporter 'import';

our @EXPORT_OK = qw(codes ms pick);

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

# { code => count } in one field of a CSV file.
sub codes
{
    my ($codes) = @_;
    return join '; ', map { "$_ $codes->{$_}" } sort keys %$codes;
}

# Milliseconds for people.
sub ms
{
    my ($value) = @_;
    return !defined $value || $value eq '' ? '' : $value >= 100 ? sprintf '%.0f', $value : sprintf '%.1f',
        $value;
}

1;

package Bench::Wrk;

# One run of wrk.

use strict;
use warnings FATAL => 'all';

use Bookable::Process qw(capture);
use Exporter 'import';
use File::Basename qw(dirname);
use File::Spec::Functions qw(rel2abs);

our @EXPORT_OK = qw(wrk);

my $SCRIPT = rel2abs(dirname(__FILE__) . '/../../wrk/load.lua');

# connections, seconds, and what bench/wrk/load.lua takes: kind and its arguments by name.
# Its figures by name: rps, p50, p95, p99, longest (milliseconds), requests, refused, lost, next.
sub wrk
{
    my ($url, $connections, $seconds, $kind, %args) = @_;
    my $threads = $connections < 2 ? 1 : 2;
    $args{threads} = $threads;
    my $output = capture(
        'wrk', '-t', $threads, '-c', $connections, '-d', "${seconds}s", '--timeout', '10s',
        '-s', $SCRIPT, $url, '--', $kind, map { "$_=$args{$_}" } sort keys %args
    );
    my %figures = $output =~ /^figure (\w+) (\S+)/mg;
    die "wrk says nothing: $output\n" unless defined $figures{rps};
    return \%figures;
}

1;

package Bench::Usage;

# What the processes of a group use.

use strict;
use warnings FATAL => 'all';

use Bookable::File qw(slurp_if);
use Bookable::Process qw(processes);
use POSIX ();

my $TICKS = POSIX::sysconf(POSIX::_SC_CLK_TCK());

sub _members
{
    my ($group) = @_;
    return map { $_->[0] } grep { $_->[2] == $group } processes();
}

# Seconds of CPU time that those who live have used.
sub cpu { my ($group) = @_; return cpu_of(_members($group)) }

# The same of some processes.
sub cpu_of
{
    my (@pids) = @_;
    my $ticks = 0;
    for my $pid (@pids) {
        my @fields = split ' ', slurp_if("/proc/$pid/stat") =~ s/\A.*\) //sr;
        $ticks += $fields[11] + $fields[12] if @fields > 12;    # utime, stime
    }
    return $ticks / $TICKS;
}

# Bytes, a page that several of them share counted once: their proportional set sizes.
sub memory
{
    my ($group) = @_;
    my $kilobytes = 0;
    for my $pid (_members($group)) {
        $kilobytes += $1 if slurp_if("/proc/$pid/smaps_rollup") =~ /^Pss:\s+(\d+) kB/m;
    }
    return $kilobytes * 1024;
}

1;

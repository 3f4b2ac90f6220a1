package Bookable::Process;

# Processes that a test starts, of servers of any kind: as whom they run, how long they are waited
# for, who belongs to whom, and that none of them is there when the test is over.
#
# Taken from the environment, each with a default:
#   BOOKABLE_PATIENCE  a factor for every time limit      (1; more under valgrind)
#   BOOKABLE_KEEP      1: keep the temporary directories

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use File::Spec ();
use File::Temp ();
use IO::Socket::INET ();
use POSIX qw(:sys_wait_h _exit setsid);
use Scalar::Util qw(refaddr weaken);
use Socket qw(AF_UNIX SOCK_STREAM pack_sockaddr_un);
use Time::HiRes qw(clock_gettime sleep CLOCK_MONOTONIC);

our @EXPORT_OK = qw(as_busy capture children collected free_port group in_time late patience pause processes run_dir
    spawn wait_until);

# ---- time ----------------------------------------------------------------------------------------

sub patience { my ($seconds) = @_; return $seconds * ($ENV{BOOKABLE_PATIENCE} || 1) }

# When something that ends by itself after these seconds is late: long after, for other work may be on
# the machine. What never ends, or waits for a limit of minutes, is found all the same.
sub late { my ($seconds) = @_; return patience($seconds + 30) }

# How long something may take here that is done within these seconds on a machine with nothing else to do,
# where some work took so long each time that takes a few hundredths of a second there.
sub as_busy
{
    my ($seconds, @took) = @_;
    my ($longest) = sort { $b <=> $a } @took;
    return patience($seconds) + 20 * $longest;
}

# The work of this many seconds at most, done again where it took longer, for then it says nothing:
# what it returns. It is to begin anew each time.
sub in_time
{
    my ($seconds, $work) = @_;
    for (1 .. 30) {
        my $begin = clock_gettime(CLOCK_MONOTONIC);
        my @got = $work->();
        return @got if clock_gettime(CLOCK_MONOTONIC) - $begin < $seconds;
    }
    die "in 30 tries never done within $seconds s\n";
}

# Wait until check() gives something true; false when it does not come. The seconds are what it takes
# on a machine with nothing else to do, at most; on others it may take ten times as long.
sub wait_until
{
    my ($seconds, $check) = @_;
    my $end = clock_gettime(CLOCK_MONOTONIC) + patience(10 * $seconds);
    while (1) {
        my $value = $check->();
        return $value if $value;
        return if clock_gettime(CLOCK_MONOTONIC) > $end;
        sleep 0.02;
    }
}

# ---- places --------------------------------------------------------------------------------------

my @claims;    # sockets: each holds a port for this process

# A port that nobody listens on, and that free_port() gives to no other process while this one lives:
# several tests run at once, and a server that is stopped for a moment must find its port free when it
# comes back. So it is also below those that the kernel gives to connections.
sub free_port
{
    my $below = 32768;
    if (open my $in, '<', '/proc/sys/net/ipv4/ip_local_port_range') {
        ($below) = split ' ', <$in>;
    }
    for (1 .. 200) {
        my $port = $below > 12000 ? 10000 + int rand($below - 10000) : 0;
        my $socket = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1', LocalPort => $port,
            Proto => 'tcp', ReuseAddr => 1) or next;
        return $socket->sockport if _claim($socket->sockport);
    }
    die "no free port: $!\n";
}

# A name in the abstract namespace of Unix sockets (unix(7)) belongs to one process, whoever runs it, and
# is gone when that has ended, however it ends.
sub _claim
{
    my ($port) = @_;
    socket my $claim, AF_UNIX, SOCK_STREAM, 0 or die "socket: $!\n";
    bind $claim, pack_sockaddr_un("\0bookable-test-port-$port") or return;
    push @claims, $claim;
    return 1;
}

# The group of user nobody, as whom servers run that root starts.
sub group { return defined getgrnam('nogroup') ? 'nogroup' : 'nobody' }

# A directory for a server's files. Not under the checkout: nobody may be kept out of there.
sub run_dir
{
    my $dir = File::Temp::tempdir('bookable-XXXXXX', DIR => $> == 0 ? '/tmp' : File::Spec->tmpdir);
    chmod 0755, $dir;
    return $dir;
}

# ---- processes -----------------------------------------------------------------------------------

# Start a program whose output is added to a file: its process id. It gets a process group of its
# own: all of that can be ended at once, and no signal of a terminal reaches it.
sub spawn
{
    my ($output, @command) = @_;
    my $pid = fork // die "fork: $!\n";
    return $pid if $pid;
    setsid();
    open STDIN,  '<',  '/dev/null';
    open STDOUT, '>>', $output;
    open STDERR, '>&', \*STDOUT;
    { no warnings 'exec'; exec {$command[0]} @command; }
    print STDERR "$command[0]: $!\n";
    _exit(127);
}

# What a program prints. It dies with that where the program fails.
sub capture
{
    my (@command) = @_;
    no warnings 'exec';    # a fatal one would be the child's, which would go on with this program's work
    open my $in, '-|', @command or die "$command[0]: $!\n";
    my $said = join '', <$in>;
    close $in or die "$command[0] fails: $said\n";
    return $said;
}

# Whether a process that this one started is over; then it is collected.
sub collected { my ($pid) = @_; return waitpid($pid, WNOHANG) != 0 }

# Processes that are not just waiting to be collected: [pid, parent, process group] of each.
sub processes
{
    my @processes;
    for my $file (glob '/proc/[0-9]*/stat') {
        open my $in, '<', $file or next;
        my $stat = <$in> // next;
        # pid (name) state parent group ...; the name may hold anything, so count from its last ')'
        my ($pid, $state, $parent, $group) = $stat =~ /\A(\d+) .*\) (\S) (\d+) (\d+) /s or next;
        push @processes, [ $pid, $parent, $group ] if $state !~ /[ZX]/;
    }
    return @processes;
}

sub children
{
    my ($parent) = @_;
    return sort { $a <=> $b } map { $_->[0] } grep { $_->[1] == $parent } processes();
}

# Stop processes where they are, until they get a CONT. Returns when each of their threads stands.
sub pause
{
    my @pids = @_;
    kill STOP => @pids;
    wait_until(10, sub { !grep { !_stands($_) } @pids }) or die "a process does not stop\n";
    return;
}

sub _stands
{
    my ($pid) = @_;
    for my $file (glob "/proc/$pid/task/*/stat") {
        open my $in, '<', $file or next;
        return if (<$in> // '') =~ /\) [^TZX] /;
    }
    return 1;
}

# ---- the end -------------------------------------------------------------------------------------

my %watched;    # of objects that have started something: { object, owner, number }, by address
my $count = 0;

# An object whose processes must not outlive this one: its finish() is called once, by end(), or when
# this process ends or is ended by a signal; the last made first, for it may use those before it.
sub watch
{
    my ($object) = @_;
    my $entry = $watched{ refaddr $object } =
        { object => $object, owner => $$, number => ++$count };
    weaken($entry->{object});
    return $object;
}

# For DESTROY.
sub end
{
    my ($object) = @_;
    my $entry = delete $watched{ refaddr $object } or return;
    return if $entry->{owner} != $$;
    local ($?, $@, $!);
    eval { $object->finish; 1 } or warn $@;
    return;
}

sub _end_all
{
    for my $entry (sort { $b->{number} <=> $a->{number} } values %watched) {
        end($entry->{object}) if $entry->{object};
    }
    return;
}

# Files of a server whose test failed are worth a look.
sub keep_files
{
    return $ENV{BOOKABLE_KEEP} || Test::Builder->can('new') && !Test::Builder->new->is_passing;
}

for my $signal (qw(INT TERM HUP)) {
    next if ($SIG{$signal} // '') eq 'IGNORE';
    $SIG{$signal} = sub {
        _end_all();
        $SIG{$signal} = 'DEFAULT';
        kill $signal => $$;
    };
}

END { _end_all() }

1;

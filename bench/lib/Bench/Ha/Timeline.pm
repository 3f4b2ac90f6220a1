package Bench::Ha::Timeline;

# What the servers of a site said, line by line, with the time at which each line was there: where the seconds of
# an outage go. Not all servers give their lines a time, and those that do count from different moments.
#
#   my $timeline = Bench::Ha::Timeline->new(name => $file, ...);    # a name for what each file says
#   print map { "$_\n" } $timeline->lines($since, $until);

use strict;
use warnings FATAL => 'all';

use Bookable::Load ();
use Bookable::Process qw(run_dir);
use File::Path qw(remove_tree);
use POSIX qw(_exit);
use Time::HiRes qw(sleep);

# Seconds between two looks, and so what a time may be late.
my $EVERY = 0.05;

# A line that says nothing of an outage: what is the same every few seconds, or with every request.
my $SAYS_NOTHING = qr/no action\. I am|following a leader|GET \/|Lock owner|event=|established a new|postmaster\.pid
    |checkpoint|WARNING:\s(?:Exception|Traceback)|\A\s|\A\w*Error:|\A\z/x;

sub new
{
    my ($class, %files) = @_;
    my $self = bless { files => \%files, dir => run_dir() }, $class;
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        # No END block and no destructor of the program may run here.
        $SIG{$_} = sub { _exit(0) } for qw(INT TERM HUP);
        eval { $self->_follow(getppid); 1 } or print STDERR "# timeline: $@";
        _exit(0);
    }
    $self->{pid} = $pid;
    return Bookable::Process::watch($self);
}

# Until who began it is gone.
sub _follow
{
    my ($self, $parent) = @_;
    open my $out, '>', "$self->{dir}/lines" or die "$self->{dir}/lines: $!\n";
    $out->autoflush(1);
    my (%in, %rest);
    while (getppid == $parent) {
        for my $name (sort keys %{ $self->{files} }) {
            $in{$name} or open $in{$name}, '<', $self->{files}{$name} or delete $in{$name}, next;
            sysread $in{$name}, $rest{$name}, 65536, length($rest{$name} //= '') or next;
            my $at = Bookable::Load::now();
            print {$out} "$at $name $1\n" while $rest{$name} =~ s/\A(.*)\n//;
        }
        sleep $EVERY;
    }
    return;
}

# What was said from one moment of Bookable::Load's clock to another: seconds since the former, who, and what. What
# was said again and again, but for its numbers, is told once, with the time of the last.
sub lines
{
    my ($self, $since, $until) = @_;
    open my $in, '<', "$self->{dir}/lines" or return;
    my (@said, %same);
    while (my $line = <$in>) {
        my ($at, $name, $text) = $line =~ /\A(\S+) (\S+) (.*)/ or next;
        next if $at < $since || $at > $until || $text =~ $SAYS_NOTHING;
        my $shape = "$name $text" =~ s/0x[\da-f]+|[\dA-F]{5,}|\d\d+|age=\d+//gr;
        push @said, $same{$shape} = { at => $at, name => $name, text => $text, count => 0 } if !$same{$shape};
        $same{$shape}{count}++;
        $same{$shape}{last} = $at;
    }
    return map { _line($since, $_) } @said;
}

sub _line
{
    my ($since, $said) = @_;
    my $again = $said->{count} > 1 ? sprintf '  [%d times, the last at %.2f]', $said->{count}, $said->{last} - $since : '';
    # Times of their own, process ids and the like are in the way.
    my $text = $said->{text} =~ s/\A(?:\[[^]]*\] )?(?:[\d-]{10} [\d:.,]+ )?(?:UTC )?//r =~ s/\[(?:pid )?\d+[^]]*\] //gr;
    return sprintf '%7.2f  %-11s %s%s', $said->{at} - $since, $said->{name}, substr($text, 0, 140), $again;
}

sub finish
{
    my ($self) = @_;
    kill TERM => $self->{pid};
    waitpid $self->{pid}, 0;
    remove_tree($self->{dir});
    return;
}

sub DESTROY { my ($self) = @_; Bookable::Process::end($self); return }

1;

package Bookable::Daemon;

# What a server of a test has in common with others, whatever it serves: it is started in a directory
# of its own and on a free port of the loopback address, as nobody where root runs the test, waited for,
# killed, and gone when the test is over.
#
# A class that has this one as its parent brings name(), for messages, and has what it needs of:
#   {port} {dir} {pid}  the latter while it runs

use strict;
use warnings FATAL => 'all';

use File::Path qw(remove_tree);

use Bookable::Process qw(collected free_port group run_dir spawn wait_until);

# A server that is not started yet.
sub make
{
    my ($class, %args) = @_;
    my $self = bless { %args, port => free_port(), dir => run_dir() }, $class;
    give_to_nobody($self->{dir});
    return Bookable::Process::watch($self);
}

sub port { my ($self) = @_; return $self->{port} }
sub pid  { my ($self) = @_; return $self->{pid} }

# ---- as whom it runs -----------------------------------------------------------------------------

# Files that the server is to read and write, in spite of root.
sub give_to_nobody
{
    my (@files) = @_;
    return if $> != 0;
    chown +(getpwnam 'nobody')[2], (getgrnam group())[2], @files or die "chown @files: $!\n";
    return;
}

# A command as nobody's, where root runs the test.
sub as_nobody
{
    my (@command) = @_;
    return (($> == 0 ? ('setpriv', '--reuid=nobody', '--regid=' . group(), '--clear-groups') : ()), @command);
}

# ---- start and end -------------------------------------------------------------------------------

sub output { my ($self) = @_; return "$self->{dir}/output" }

# The files that hold what it said.
sub logs { my ($self) = @_; return $self->output }

# Their last lines.
sub log_tail
{
    my ($self, $lines) = @_;
    my @tail;
    for my $file ($self->logs) {
        open my $in, '<', $file or next;
        push @tail, <$in>;
    }
    $lines //= 20;
    splice @tail, 0, @tail - $lines if @tail > $lines;
    return join '', @tail;
}

# Run its program, and wait until it is ready, or has ended.
sub launch
{
    my ($self, $seconds, $is_ready, @command) = @_;
    $self->{pid} = spawn($self->output, as_nobody(@command));
    wait_until($seconds, sub { !$self->is_alive || $is_ready->() }) && $self->is_alive
        or die $self->name . " does not start:\n" . $self->log_tail;
    return $self;
}

# Whether its first process is there; collects it when it ended.
sub is_alive
{
    my ($self) = @_;
    return unless $self->{pid};
    return 1 unless collected($self->{pid});
    delete $self->{pid};
    return;
}

# kill -9 of its processes at once: of the first one, where no others are named.
sub kill9
{
    my ($self, @pids) = @_;
    my $pid = $self->{pid} or return;
    kill KILL => @pids ? @pids : $pid;
    wait_until(10, sub { !$self->is_alive }) or die $self->name . " $pid survives kill -9\n";
    return 1;
}

# A test that failed may want its files to be looked at.
sub remove_files
{
    my ($self) = @_;
    if (Bookable::Process::keep_files()) {
        print STDERR "# $self->{dir} is kept\n";
        return;
    }
    remove_tree($self->{dir});
    return;
}

sub finish
{
    my ($self) = @_;
    $self->kill9;
    return $self->remove_files;
}

sub DESTROY { my ($self) = @_; Bookable::Process::end($self); return }

1;

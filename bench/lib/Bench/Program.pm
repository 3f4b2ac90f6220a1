package Bench::Program;

# A server that is not ours: started, waited for, measured and stopped.
#
#   my $program = Bench::Program->new(command => sub { my ($port, $dir) = @_; return (...) })->start;

use strict;
use warnings FATAL => 'all';

use Bench::Usage ();
use Bookable::Process qw(collected free_port run_dir spawn wait_until);
use File::Path qw(remove_tree);
use IO::Socket::INET ();

sub new
{
    my ($class, %args) = @_;
    my $self = bless {%args}, $class;
    $self->{dir} = run_dir();
    return Bookable::Process::watch($self);
}

sub start
{
    my ($self) = @_;
    $self->{port} //= free_port();
    $self->{pid} = spawn("$self->{dir}/output", $self->{command}->($self->{port}, $self->{dir}));
    wait_until(20, sub { collected($self->{pid}) || $self->_answers }) && kill(0 => $self->{pid})
        or die "it does not start; see $self->{dir}/output\n";
    return $self;
}

sub _answers
{
    my ($self) = @_;
    return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $self->{port}, Timeout => 1);
}

sub base_url { my ($self) = @_; return "http://127.0.0.1:$self->{port}" }
sub cpu { my ($self) = @_; return Bench::Usage::cpu($self->{pid}) }
sub memory { my ($self) = @_; return Bench::Usage::memory($self->{pid}) }

sub stop
{
    my ($self) = @_;
    my $pid = delete $self->{pid} or return;
    kill TERM => $pid;
    my $ended = wait_until(5, sub { collected($pid) });
    kill KILL => -$pid;
    waitpid $pid, 0 unless $ended;
    return;
}

sub finish
{
    my ($self) = @_;
    $self->stop;
    remove_tree($self->{dir});
    return;
}

sub DESTROY { my ($self) = @_; return Bookable::Process::end($self) }

1;

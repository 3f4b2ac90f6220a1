package Bench::Progress;

# One line on the terminal that says what is done now; where there is no terminal, a line for each
# part.

use strict;
use warnings FATAL => 'all';

use Time::HiRes qw(time);

sub new { my ($class) = @_; return bless { start => time, shown => '' }, $class }

# Something else is done from now on.
sub step
{
    my ($self, $what) = @_;
    $self->{what} = $what;
    $self->{since} = time;
    printf STDERR "%4d s  %s\n", time - $self->{start}, $what unless -t STDERR;
    $self->tick;
    return;
}

# It is still being done.
sub tick
{
    my ($self) = @_;
    return unless -t STDERR;
    my $text = sprintf '%4d s  %s (%d s)', time - $self->{start}, $self->{what}, time - $self->{since};
    printf STDERR "\r\e[K%.110s", $text if $text ne $self->{shown};
    $self->{shown} = $text;
    return;
}

sub end { print STDERR "\r\e[K" if -t STDERR; return }

1;

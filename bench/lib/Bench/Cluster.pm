package Bench::Cluster;

# bench/cluster: a gateway and two instances of each service, in a directory of this process's own.

use strict;
use warnings FATAL => 'all';

use Bookable::File qw(slurp write_file);
use Bookable::Process qw(capture run_dir wait_until);
use File::Basename qw(dirname);
use File::Path qw(remove_tree);
use File::Spec::Functions qw(rel2abs);
use Time::HiRes qw(time);

my $BENCH = rel2abs(dirname(__FILE__) . '/../..');

# config  { 'booking.conf' => text } of directives for services
sub new
{
    my ($class, %args) = @_;
    my $self = bless { dir => run_dir(), %args }, $class;
    Bookable::Process::watch($self);
    mkdir "$self->{dir}/conf.d";
    my %config = %{ $self->{config} || {} };
    write_file("$self->{dir}/conf.d/$_", $config{$_}) for keys %config;
    $self->{url} = $self->_run('up') =~ s/\s+\z//r;
    return $self;
}

sub _command
{
    my ($self, @words) = @_;
    return ("$BENCH/cluster", '--build', $ENV{BOOKABLE_BUILDDIR}, '--dir', $self->{dir}, @words);
}

sub _run
{
    my ($self, @words) = @_;
    return capture($self->_command(@words));
}

sub url { my ($self) = @_; return $self->{url} }
sub kill { my ($self, $service, $number) = @_; return $self->_run('kill', $service, $number) }

# { name => { port, group } } of each instance, the gateway included.
sub members
{
    my ($self) = @_;
    my %members = map { /^(\S+) (\d+)/ ? ($1 => { port => $2 }) : () } split /\n/, slurp("$self->{dir}/members");
    $members{$_}{group} = $self->_run('pid', $_) + 0 for keys %members;
    return \%members;
}

# When all of it answers again.
sub wait_until_well
{
    my ($self, $seconds) = @_;
    wait_until($seconds, sub { system($self->_command('status', '--quiet')) == 0 })
        or die "the cluster is not well\n";
    return time;
}

sub finish
{
    my ($self) = @_;
    system join(' ', map { "'$_'" } $self->_command('stop')) . ' >/dev/null';
    remove_tree($self->{dir});
    return;
}

sub DESTROY { my ($self) = @_; return Bookable::Process::end($self) }

# What a demonstration of bench/demo prints.
sub demo
{
    my ($name) = @_;
    my $dir = run_dir();
    my $said = capture("$BENCH/demo", $name, '--dir', $dir, '--build', $ENV{BOOKABLE_BUILDDIR});
    remove_tree($dir);
    return $said;
}

1;

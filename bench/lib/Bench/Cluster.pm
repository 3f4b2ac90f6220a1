package Bench::Cluster;

# bench/cluster: a gateway and two instances of each service, in a directory of this process's own.

use strict;
use warnings FATAL => 'all';

use Bench::Usage ();
use Bookable::Process qw(run_dir wait_until);
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
    for my $file (keys %{ $self->{config} || {} }) {
        open my $out, '>', "$self->{dir}/conf.d/$file" or die "$file: $!\n";
        print {$out} $self->{config}{$file};
        close $out or die "$file: $!\n";
    }
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
    open my $in, '-|', $self->_command(@words) or die "bench/cluster: $!\n";
    my $said = join '', <$in>;
    close $in or die "bench/cluster @words fails: $said\n";
    return $said;
}

sub url { my ($self) = @_; return $self->{url} }
sub kill { my ($self, $service, $number) = @_; return $self->_run('kill', $service, $number) }

# { name => { port, group } } of each instance, the gateway included.
sub members
{
    my ($self) = @_;
    open my $in, '<', "$self->{dir}/members" or die "members: $!\n";
    my %members = map { /^(\S+) (\d+)/ ? ($1 => { port => $2 }) : () } <$in>;
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
    open my $in, '-|', "$BENCH/demo", $name, '--dir', $dir, '--build', $ENV{BOOKABLE_BUILDDIR}
        or die "bench/demo: $!\n";
    my $said = join '', <$in>;
    close $in or die "bench/demo $name fails:\n$said\n";
    remove_tree($dir);
    return $said;
}

1;

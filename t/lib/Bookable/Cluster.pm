package Bookable::Cluster;

# A cluster as bench/cluster makes one of conf/gateway.conf and conf/service.conf, in a directory of its
# own, for a test: it is stopped when the test is over, however that ends.
#
#   my $cluster = Bookable::Cluster->new;
#   my $url = $cluster->up('--postgresql');     # the gateway's
#   $cluster->run(kill => 'booking', 1);
#   $cluster->postgres('kill');

use strict;
use warnings FATAL => 'all';

use File::Basename qw(dirname);
use File::Path qw(remove_tree);

use Bookable::File qw(write_file);
use Bookable::Process qw(run_dir);
use Bookable::Server ();

my $BENCH = dirname(__FILE__) . '/../../../bench';

sub new
{
    my ($class) = @_;
    my $self = bless { dir => run_dir() }, $class;
    mkdir "$self->{dir}/conf.d" or die "conf.d: $!\n";
    return Bookable::Process::watch($self);
}

sub dir { my ($self) = @_; return $self->{dir} }

# What one of its programs says; false where it failed.
sub _run
{
    my ($program, @args) = @_;
    local $ENV{BOOKABLE_HTTPD} = $ENV{BOOKABLE_HTTPD} // Bookable::Server::httpd();
    open my $in, '-|', "$BENCH/$program", @args or die "$program: $!\n";
    my @lines = <$in>;
    close $in or return;
    return join('', @lines) || 'done';
}

sub run
{
    my ($self, @command) = @_;
    my $build = Bookable::Server::module_path('user') =~ s{/mod_user/.*}{}r;
    return _run('cluster', '--dir', $self->{dir}, '--build', $build, @command);
}

sub postgres { my ($self, @command) = @_; return _run('postgres', '--dir', "$self->{dir}/pg", @command) }

# Directives that its gateway has before those of conf/gateway.conf, and behind them.
sub gateway
{
    my ($self, $before, $behind) = @_;
    my %text = ('before-gateway' => $before, 'gateway' => $behind);
    for my $name (sort keys %text) {
        write_file("$self->{dir}/conf.d/$name.conf", $text{$name});
    }
    return;
}

# Starts all of it: the gateway's URL, or false.
sub up
{
    my ($self, @options) = @_;
    # The cost of a password is not what is measured.
    write_file("$self->{dir}/conf.d/user.conf", "UserBcryptCost 4\n");
    $self->{up} = 1;
    my $said = $self->run('up', @options) or return;
    return $said =~ s/\s+\z//r;
}

sub stop
{
    my ($self) = @_;
    return unless delete $self->{up};
    return $self->run('stop');
}

sub finish
{
    my ($self) = @_;
    $self->stop;
    remove_tree($self->{dir}) unless $ENV{BOOKABLE_KEEP};
    return;
}

sub DESTROY { my ($self) = @_; Bookable::Process::end($self); return }

1;

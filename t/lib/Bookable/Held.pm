package Bookable::Held;

# Hashes of passwords that stand still while a test does something else. How long a hash takes says
# nothing: it is of low priority, and gets what the rest of the machine leaves.
#
#   my $held = Bookable::Held->new;
#   $held->start($server);                         # an httpd whose hashes can be held
#   my $go = $held->during(sub { ... send ... });  # returns when a hash has begun
#   ...                                            # other hashes are not held
#   $go->();                                       # it goes on

use strict;
use warnings FATAL => 'all';

use File::Basename qw(dirname);
use File::Path qw(remove_tree);

use Bookable::Daemon ();
use Bookable::Process qw(run_dir wait_until);

sub new
{
    my ($class) = @_;
    my $self = bless { dir => run_dir(), owner => $$ }, $class;
    $self->{library} = preload($self->{dir}, 'held');
    $self->{held} = "$self->{dir}/held";
    mkdir $self->{held} or die "$self->{held}: $!\n";
    Bookable::Daemon::give_to_nobody($self->{held});
    return $self;
}

# The library for LD_PRELOAD that a source of this folder's parent makes, in that directory.
sub preload
{
    my ($dir, $name) = @_;
    my $source = dirname(__FILE__) . "/../$name.c";
    my ($cc, $include) = ($ENV{CC} || 'cc', `apr-1-config --includes` =~ s{\n}{}r);
    system("$cc -shared -fPIC $include -o '$dir/$name.so' '$source' -ldl") == 0
        or die "$name.c is not compiled\n";
    return "$dir/$name.so";
}

sub start
{
    my ($self, $server) = @_;
    local @ENV{qw(LD_PRELOAD BOOKABLE_HELD)} = @$self{qw(library held)};
    return $server->start;
}

sub _all { my ($self) = @_; return glob "$self->{held}/held-*" }

# Calls $send, and waits until a hash has begun since; the function that lets it go on.
sub during
{
    my ($self, $send) = @_;
    my %before = map { $_ => 1 } $self->_all;
    open my $hold, '>', "$self->{held}/hold" or die "hold: $!\n";
    $send->();
    my $mine;
    wait_until(20, sub { ($mine) = grep { !$before{$_} } $self->_all }) or die "nothing is hashed\n";
    unlink "$self->{held}/hold";
    return sub { return unlink $mine };
}

sub DESTROY
{
    my ($self) = @_;
    local ($?, $!);
    remove_tree($self->{dir}) if $self->{owner} == $$;
    return;
}

1;

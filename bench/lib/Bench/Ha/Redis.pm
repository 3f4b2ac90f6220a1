package Bench::Ha::Redis;

# A Redis as conf/ha/redis.conf has it, or, with watches, a Sentinel as conf/ha/sentinel.conf has it.

use strict;
use warnings FATAL => 'all';

use parent 'Bookable::Daemon';

use Bench::Ha::Conf ();
use Bookable::Process qw(pause);

# password
# master   the one that it follows at first, none for the master
# watches  the master that a Sentinel watches at first
sub new
{
    my ($class, %args) = @_;
    my $self = $class->make(%args);
    my %replaced = ('bind 127.0.0.1 192.0.2.31' => 'bind 127.0.0.1', 'change-me' => $self->{password});
    if (my $watched = $self->{watches}) {
        Bench::Ha::Conf::copy('sentinel.conf', "$self->{dir}/conf", %replaced, 'port 26379' => "port $self->{port}",
            'bookable 192.0.2.31 6379' => "bookable 127.0.0.1 $watched->{port}");
    }
    else {
        my $master = $self->{master};
        Bench::Ha::Conf::copy('redis.conf', "$self->{dir}/conf", %replaced, 'port 6379' => "port $self->{port}",
            $master ? ('#replicaof 192.0.2.31 6379' => "replicaof 127.0.0.1 $master->{port}") : ());
    }
    return $self;
}

sub name { return 'redis-server' }
sub address { my ($self) = @_; return "127.0.0.1:$self->{port}" }

sub start
{
    my ($self) = @_;
    return $self->launch(20, sub { $self->cli('PING') =~ /PONG/ }, 'redis-server', "$self->{dir}/conf",
        $self->{watches} ? '--sentinel' : ('--dir', $self->{dir}));
}

# What redis-cli says to a command.
sub cli
{
    my ($self, @words) = @_;
    local $ENV{REDISCLI_AUTH} = $self->{password} if !$self->{watches};
    open my $in, '-|', "timeout 5 redis-cli -p $self->{port} @words 2>&1" or die "redis-cli: $!\n";
    my $said = join '', <$in>;
    close $in;
    return $said;
}

sub is_master { my ($self) = @_; return $self->cli('ROLE') =~ /\Amaster/ }
sub hold   { my ($self) = @_; return pause($self->{pid}) }
sub resume { my ($self) = @_; return kill CONT => $self->{pid} }

1;

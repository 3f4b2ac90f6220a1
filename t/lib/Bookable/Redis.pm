package Bookable::Redis;

# A Redis of its own for a test: one temporary directory, one free port on the loopback address and a
# socket, nothing kept on disk.
#
#   my $redis = Bookable::Redis->new(password => 'open-sesame');
#   $redis->start;
#   ... "BookableCache " . $redis->url(3, 'timeout=50ms') ...
#   $redis->pause; ... $redis->resume;     # SIGSTOP: the kernel accepts, nobody answers
#   $redis->kill9; $redis->start;          # on the same port, empty
#   $redis->flush; $redis->stop;

use strict;
use warnings FATAL => 'all';

use File::Path qw(remove_tree);
use File::Temp ();
use IO::Socket::INET ();
use POSIX qw(:sys_wait_h _exit setsid);

use Bookable::Server;

my @SERVERS;

# password  that clients have to say; none
# options   further ones of redis-server: [ '--maxmemory', '1mb' ]
sub new
{
    my ($class, %args) = @_;
    my $self = bless { options => [], %args, owner => $$, port => Bookable::Server::free_port() }, $class;
    # Below /tmp, and open to those who look for the socket: httpd's user is another one.
    $self->{dir} = File::Temp::tempdir('bookable-redis-XXXXXX', DIR => '/tmp');
    chmod 0755, $self->{dir};
    if ($> == 0) {
        my ($uid, $gid) = (getpwnam 'nobody')[ 2, 3 ];
        chown $uid, $gid, $self->{dir} or die "chown $self->{dir}: $!\n";
        $self->{as} = [ "--reuid=$uid", "--regid=$gid", '--clear-groups' ];
    }
    push @SERVERS, $self;
    return $self;
}

sub port   { my ($self) = @_; return $self->{port} }
sub socket { my ($self) = @_; return "$self->{dir}/socket" }
sub pid    { my ($self) = @_; return $self->{pid} }

# What follows the name of a directive; by the socket where db is not given.
sub url
{
    my ($self, $db, $options) = @_;
    my $credentials = defined $self->{password} ? ":$self->{password}\@" : '';
    my $place = defined $db ? "127.0.0.1:$self->{port}/$db" : $self->socket;
    return "redis://$credentials$place" . (length($options // '') ? "?$options" : '');
}

sub _command
{
    my ($self) = @_;
    # However the test ends, it ends too.
    return ('setpriv', '--pdeathsig', 'KILL', @{ $self->{as} // [] }, 'redis-server', '--bind', '127.0.0.1', '--port', $self->{port}, '--unixsocket',
        $self->socket, '--unixsocketperm', '777', '--dir', $self->{dir}, '--save', '', '--appendonly',
        'no', '--loglevel', 'warning', '--logfile', "$self->{dir}/log",
        defined $self->{password} ? ('--requirepass', $self->{password}) : (), @{ $self->{options} });
}

# Start it (again, on the same port) and wait until it answers.
sub start
{
    my ($self) = @_;
    my @command = $self->_command;
    $self->{pid} = fork // die "fork: $!\n";
    if (!$self->{pid}) {
        setsid();
        open STDIN,  '<', '/dev/null';
        open STDOUT, '>', '/dev/null';
        { no warnings 'exec'; exec {$command[0]} @command; }
        print STDERR "$command[0]: $!\n";
        _exit(127);
    }
    Bookable::Server::wait_until(20, sub { !$self->is_alive || $self->cli('PING') eq 'PONG' })
        && $self->is_alive or die "redis-server does not start\n";
    return $self;
}

sub is_alive
{
    my ($self) = @_;
    return $self->{pid} && waitpid($self->{pid}, WNOHANG) == 0;
}

# What redis-cli says to a command: its output, without the last end of line.
sub cli
{
    my ($self, @words) = @_;
    local $ENV{REDISCLI_AUTH} = $self->{password} if defined $self->{password};
    open my $in, '-|', "redis-cli -s '@{[ $self->socket ]}' " . join(' ', map { "'$_'" } @words)
        . ' 2>&1' or die "redis-cli: $!\n";
    my $output = join '', <$in>;
    close $in;
    chomp $output;
    return $output;
}

# The keys of a database.
sub keys
{
    my ($self, $db) = @_;
    return sort split /\n/, $self->cli('-n', $db, 'KEYS', '*');
}

sub flush  { my ($self) = @_; return $self->cli('FLUSHALL') }
sub pause  { my ($self) = @_; return kill STOP => $self->{pid} }
sub resume { my ($self) = @_; return kill CONT => $self->{pid} }

sub kill9
{
    my ($self) = @_;
    my $pid = delete $self->{pid} or return;
    kill KILL => $pid;
    waitpid $pid, 0;
    return 1;
}

sub stop
{
    my ($self) = @_;
    return if $self->{owner} != $$;
    local ($?, $!);
    $self->kill9;    # it has nothing to save
    remove_tree($self->{dir}) if -d $self->{dir};
    return;
}

END { $_->stop for @SERVERS }

1;

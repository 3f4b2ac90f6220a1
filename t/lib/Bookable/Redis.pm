package Bookable::Redis;

# A Redis of its own for a test: one temporary directory, one free port on the loopback address and a
# socket, nothing kept on disk.
#
#   my $redis = Bookable::Redis->new(password => 'open-sesame');
#   $redis->start;
#   ... "BookableCache " . $redis->url(3, 'timeout=50ms') ...
#   $redis->hold; ... $redis->resume;      # SIGSTOP: the kernel accepts, nobody answers
#   $redis->kill9; $redis->start;          # on the same port, empty
#   $redis->flush; $redis->stop;

use strict;
use warnings FATAL => 'all';

use parent 'Bookable::Daemon';
use IO::Socket::UNIX ();

use Bookable::File qw(write_file);
use Bookable::Process qw(pause);

# password  that clients have to say; none
# options   further ones of redis-server: [ '--maxmemory', '1mb' ]
sub new
{
    my ($class, %args) = @_;
    return $class->make(options => [], %args);
}

sub name { return 'redis-server' }
sub socket { my ($self) = @_; return "$self->{dir}/socket" }

# What follows the name of a directive; by the socket where db is not given.
sub url
{
    my ($self, $db, $options) = @_;
    my $credentials = defined $self->{password} ? ":$self->{password}\@" : '';
    my $place = defined $db ? "127.0.0.1:$self->{port}/$db" : $self->socket;
    return "redis://$credentials$place" . (length($options // '') ? "?$options" : '');
}

# A file with a key that httpds share which share it: BookableCacheKey's.
sub key
{
    my ($self) = @_;
    my $file = "$self->{dir}/cache-key";
    return -e $file ? $file : write_file($file, join('', map({ sprintf '%02x', rand 256 } 1 .. 16), "\n"), 0600);
}

sub _command
{
    my ($self) = @_;
    return ('redis-server', '--bind', '127.0.0.1', '--port', $self->{port}, '--unixsocket',
        $self->socket, '--unixsocketperm', '777', '--dir', $self->{dir}, '--save', '', '--appendonly',
        'no', '--loglevel', 'warning',
        defined $self->{password} ? ('--requirepass', $self->{password}) : (), @{ $self->{options} });
}

# Start it (again, on the same port) and wait until it answers.
sub start
{
    my ($self) = @_;
    return $self->launch(20, sub { $self->cli('PING') eq 'PONG' }, $self->_command);
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

# What it answers to a command, over a connection of its own: of a value its bytes, whatever they are;
# undef where there is none.
sub raw
{
    my ($self, $db, @words) = @_;
    my $socket = IO::Socket::UNIX->new(Peer => $self->socket) or die "redis: $!\n";
    my $answer;
    for my $command (defined $self->{password} ? [ 'AUTH', $self->{password} ] : (), [ 'SELECT', $db ], \@words) {
        print {$socket} '*' . @$command . "\r\n", map { '$' . length($_) . "\r\n$_\r\n" } @$command;
        $socket->flush;
        $answer = <$socket> // die "redis: no answer\n";
        die "redis: @words: $answer" if $answer =~ /^-/;
        $answer =~ s/\A[+:]|\r\n\z//g;
        next unless $answer =~ s/\A\$//;
        my $len = $answer;
        $answer = undef;
        read $socket, $answer, $len + 2 if $len >= 0;
        substr $answer, -2, 2, '' if $len >= 0;
    }
    return $answer;
}

# The keys of a database.
sub keys
{
    my ($self, $db) = @_;
    return sort split /\n/, $self->cli('-n', $db, 'KEYS', '*');
}

sub flush  { my ($self) = @_; return $self->cli('FLUSHALL') }
sub hold   { my ($self) = @_; return pause($self->{pid}) }
sub resume { my ($self) = @_; return kill CONT => $self->{pid} }

# It has nothing to save.
sub stop { my ($self) = @_; return $self->kill9 }

1;

package Bookable::Backend;

# Another host for a test: it plays the space service and the user service, well or badly, and keeps
# a record of what it was asked.
#
#   my $backend = Bookable::Backend->new;
#   ... ProxyPass /far/ http://127.0.0.1:$port/    with $backend->port ...
#   $backend->mode('hang');
#   my @requests = $backend->requests;     # since the last forget()
#   $backend->hold; ... $backend->resume;  # SIGSTOP: the kernel accepts, nobody answers
#
# Modes:
#   ok             answers
#   slow MS        answers, so much later
#   hang           never answers
#   head MS        a byte of the answer's head every so often
#   body MS        the head, then a byte of the body every so often
#   close          closes without an answer
#   lose N         closes so for the next N requests, and answers those after them
#   die            ends, and with it all connections
#   garbage        something that is not HTTP
#   truncated      less than it announced, and closes
#   short          a chunked answer without its end
#   status N       that status, a page in HTML
#   json N TEXT    that status, and that as application/json
#   large          more than anybody wants
#   once           answers, and closes the connection without having said so
#   second         answers the first request on a connection, closes on the second

use strict;
use warnings FATAL => 'all';

use File::Temp ();
use IO::Select ();
use IO::Socket::INET ();
use JSON::PP ();
use POSIX qw(_exit);
use Socket qw(IPPROTO_TCP TCP_NODELAY);
use Time::HiRes qw(clock_gettime sleep CLOCK_MONOTONIC);

use Bookable::File qw(write_file);

my $json = JSON::PP->new->utf8->canonical;

sub now { return clock_gettime(CLOCK_MONOTONIC) }

# backlog  how many connections the kernel accepts for it while it does not
sub new
{
    my ($class, %args) = @_;
    my $listen = IO::Socket::INET->new(Listen => $args{backlog} // 200, LocalAddr => '127.0.0.1',
        Proto => 'tcp', ReuseAddr => 1) or die "backend: $!\n";
    my $self = bless { port => $listen->sockport, owner => $$,
        dir => File::Temp->newdir('bookable-backend-XXXXXX', TMPDIR => 1) }, $class;
    $self->mode('ok');
    $self->{pid} = fork // die "fork: $!\n";
    if (!$self->{pid}) {
        $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
        $SIG{PIPE} = 'IGNORE';
        eval { _serve($self, $listen); 1 } or print STDERR "# backend: $@";
        _exit(1);
    }
    return $self;
}

sub port { my ($self) = @_; return $self->{port} }

sub mode
{
    my ($self, $mode) = @_;
    write_file("$self->{dir}/mode.new", "$mode\n" . ++$self->{modes});
    rename "$self->{dir}/mode.new", "$self->{dir}/mode" or die "backend: $!\n";
    return;
}

# What it was asked, in order: { line, headers (lower-case names), connection, number (on that
# connection), under_way (this one included), time, mode }.
sub requests
{
    my ($self) = @_;
    open my $in, '<', "$self->{dir}/requests" or return;
    my @lines = <$in>;
    return map { $json->decode($_) } @lines[ ($self->{seen} // 0) .. $#lines ];
}

sub forget { my ($self) = @_; my @new = $self->requests; $self->{seen} += @new; return }

sub hold   { my ($self) = @_; return kill STOP => $self->{pid} }
sub resume { my ($self) = @_; return kill CONT => $self->{pid} }

sub stop
{
    my ($self) = @_;
    my $pid = delete $self->{pid} or return;
    kill KILL => $pid;
    waitpid $pid, 0;
    return;
}

sub DESTROY
{
    my ($self) = @_;
    return if $self->{owner} != $$;
    local ($?, $!);
    $self->stop;
    return;
}

# ---- the process ---------------------------------------------------------------------------------

# A connection: { socket, in, number, requests, busy (an answer is due), queue ([when, bytes]...),
# close (when the queue is empty) }.
sub _serve
{
    my ($self, $listen) = @_;
    my $select = IO::Select->new($listen);
    my (%connections, $made);
    while (getppid() == $self->{owner}) {
        my ($next) = sort { $a <=> $b } now() + 1,
            map { $_->{queue}[0][0] } grep { @{ $_->{queue} } } values %connections;
        my $wait = $next - now();
        for my $socket ($select->can_read($wait > 0 ? $wait : 0)) {
            if ($socket == $listen) {
                my $accepted = $listen->accept or next;
                setsockopt $accepted, IPPROTO_TCP, TCP_NODELAY, 1;
                $accepted->blocking(0);
                $select->add($accepted);
                $connections{$accepted} = { socket => $accepted, in => '', number => ++$made,
                    requests => 0, busy => 0, queue => [] };
                next;
            }
            my $connection = $connections{$socket};
            my $got = sysread $socket, $connection->{in}, 65536, length $connection->{in};
            next if !defined $got && $!{EAGAIN};
            _skip($connection);
            if ($got && $connection->{in} =~ s/\A(.*?)\r\n\r\n//s) {
                _ask($self, $connection, $1, scalar grep { $_->{busy} } values %connections);
            }
            $connection->{gone} = 1 unless $got;
        }
        for my $connection (values %connections) {
            _send($connection);
            next unless $connection->{gone};
            delete $connections{ $connection->{socket} };
            $select->remove($connection->{socket});
            close $connection->{socket};
        }
    }
    return;
}

sub _send
{
    my ($connection) = @_;
    my $queue = $connection->{queue};
    while (@$queue && $queue->[0][0] <= now()) {
        # Nothing that is sent here is larger than a socket's buffer, but for what is too large.
        defined syswrite $connection->{socket}, (shift @$queue)->[1] or $connection->{gone} = 1;
        next if @$queue;
        $connection->{busy} = 0;
        $connection->{gone} = 1 if $connection->{close};
    }
    return;
}

sub _ask
{
    my ($self, $connection, $head, $busy) = @_;
    my ($line, @fields) = split /\r\n/, $head;
    my %headers = map { /\A([^:]+):\s*(.*)\z/ ? (lc $1 => $2) : () } @fields;
    open my $in, '<', "$self->{dir}/mode" or die "mode: $!\n";
    chomp(my $mode = <$in>);
    my $set = <$in>;
    @$self{qw(set since)} = ($set, 0) if $set ne ($self->{set} // '');
    $self->{since}++;
    $connection->{requests}++;
    open my $out, '>>', "$self->{dir}/requests" or die "requests: $!\n";
    syswrite $out, $json->encode({ line => $line, headers => \%headers, mode => $mode,
        connection => $connection->{number}, number => $connection->{requests},
        under_way => $busy + 1, time => now() }) . "\n";
    _exit(0) if $mode eq 'die';
    $connection->{busy} = 1;
    $connection->{body} = $headers{'content-length'} // 0;
    _skip($connection);
    $mode = $self->{since} <= $1 ? 'close' : 'ok' if $mode =~ /\Alose (\d+)\z/;
    _answer($connection, $line, split(/ /, $mode, 3));
    return;
}

# The body of a request says nothing to it.
sub _skip
{
    my ($connection) = @_;
    my $length = length $connection->{in};
    my $skipped = ($connection->{body} // 0) < $length ? $connection->{body} // 0 : $length;
    substr $connection->{in}, 0, $skipped, '';
    $connection->{body} -= $skipped if $skipped;
    return;
}

# What a well service says.
sub _body
{
    my ($line) = @_;
    my ($path) = $line =~ /\A\S+ (\S+)/;
    return '{"userID":"1","username":"ann","role":"member"}' if $path =~ m{/caller\z};
    my ($building, $room) = $path =~ m{([^/]+)-(\d+)\z} or return '{}';
    return $json->encode({ spaceID => "$building-$room", roomCode => $room + 0,
        buildingCode => $building, capacity => 10, openTime => undef, closeTime => undef });
}

sub _reply
{
    my ($status, $type, $body) = @_;
    my $length = length $body;
    return ("HTTP/1.1 $status Whatever\r\nContent-Type: $type\r\nContent-Length: $length\r\n\r\n", $body);
}

sub _answer
{
    my ($connection, $line, $mode, $number, $text) = @_;
    my ($head, $body) = _reply(200, 'application/json', _body($line));
    my $say = sub { push @{ $connection->{queue} }, [ $_[1] // 0, $_[0] ] };
    my $trickle = sub { my $at = now(); $say->($_, $at += $number / 1000) for split //, $_[0] };
    $connection->{close} = $mode =~ /\A(?:close|garbage|truncated|short|once)\z/
        || ($mode eq 'second' && $connection->{requests} == 2);
    return if $mode eq 'hang';
    return $say->('') if $mode eq 'close' || ($mode eq 'second' && $connection->{close});
    return $say->($head . $body, now() + $number / 1000) if $mode eq 'slow';
    return $trickle->($head . $body) if $mode eq 'head';
    return ($say->($head), $trickle->($body)) if $mode eq 'body';
    return $say->("hello, hello\n") if $mode eq 'garbage';
    return $say->($head . substr $body, 0, 20) if $mode eq 'truncated';
    return $say->($head =~ s/Content-Length: \d+/Transfer-Encoding: chunked/r . "10\r\n" . substr $body, 0, 16)
        if $mode eq 'short';
    return $say->(join '', _reply($number, 'text/html', '<h1>Nobody home</h1>')) if $mode eq 'status';
    return $say->(join '', _reply($number, 'application/json', $text)) if $mode eq 'json';
    return $say->(join '', _reply(200, 'application/json', '{"capacity":10,"more":"' . 'x' x 100_000 . '"}'))
        if $mode eq 'large';
    return $say->($head . $body);
}

1;

package Bookable::Load;

# Clients that put a booking service under load and keep the history of what they saw, for
# Bookable::History to check. They know only a base URL and the contract: the service may be one
# process or a cluster.
#
#   my $load = Bookable::Load->new(base_url => $url, clients => 32);
#   $load->prepare;                      # users, spaces
#   $load->start(60);                    # forks the clients
#   ... kill something ...
#   my $history = $load->wait('book/ok' => 1);
#   my @violations = $history->check(reads => $load->read_back($history));

use strict;
use warnings FATAL => 'all';

use File::Temp ();
use MIME::Base64 qw(encode_base64);
use POSIX qw(:sys_wait_h _exit strftime);
use Time::HiRes qw(clock_gettime sleep CLOCK_MONOTONIC);
use Time::Local qw(timegm);

use Bookable::History ();
use Bookable::Process ();

use constant NS => 1_000_000_000;

# What the mixed load is to have seen before it ends: for wait() and more().
use constant EACH_KIND => map { $_ => 1 } qw(book/ok book/conflict delete/ok read/ok);

sub now { return clock_gettime(CLOCK_MONOTONIC) }

# ---- times ---------------------------------------------------------------------------------------

# An instant, in nanoseconds since 1970, as RFC 3339 in a given offset (minutes) and one of its
# spellings: they are all the same instant to the service.
sub spell
{
    my ($ns, $offset, $variant) = @_;
    my $fraction = $ns % NS;
    my $seconds = ($ns - $fraction) / NS;
    my ($sec, $min, $hour, $day, $month, $year) = gmtime($seconds + $offset * 60);
    my $text = sprintf '%04d-%02d-%02d%s%02d:%02d:%02d', $year + 1900, $month + 1, $day,
        $variant & 1 ? 't' : 'T', $hour, $min, $sec;
    if ($fraction) {
        my $digits = sprintf '%09d', $fraction;
        $digits =~ s/0+\z// if $variant & 2;
        $text .= ".$digits";
    }
    elsif ($variant & 2) {
        $text .= $variant & 4 ? '.0' : '.000000000';
    }
    return $text . ($variant & 4 ? 'Z' : $variant & 8 ? 'z' : '+00:00') if $offset == 0;
    my $sign = $offset < 0 ? '-' : '+';
    return $text . sprintf '%s%02d:%02d', $sign, int(abs($offset) / 60), abs($offset) % 60;
}

sub spell_somehow
{
    my ($ns) = @_;
    my @offsets = (0, 0, 60, 120, -300, 330, 345, -570, 840, -720);
    return spell($ns, $offsets[ rand @offsets ], int rand 16);
}

# The instant that an answer of the service states, always in UTC.
sub instant
{
    my ($text) = @_;
    my ($year, $month, $day, $hour, $min, $sec, $fraction) =
        $text =~ /\A(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z\z/ or return;
    my $ns = timegm($sec, $min, $hour, $day, $month - 1, $year) * NS;
    return defined $fraction ? $ns + ($fraction . '0' x (9 - length $fraction)) : $ns;
}

# ---- requests of the contract --------------------------------------------------------------------

sub _json_string { my ($text) = @_; return $text =~ /\A"([^"\\]*)"\z/ ? $1 : undef }

# The answer to what is asked for before the load. A 503 is no answer yet: a machine that is busy may not reach
# a database within the two seconds that tests give it which hang it later.
sub _answer
{
    my ($connection, @request) = @_;
    my $answer;
    Bookable::Process::wait_until(6, sub { ($answer = $connection->request(@request))->status != 503 });
    return $answer;
}

# Signs a user up and logs in: { id, name, bearer, session }, the last two for Authorization.
sub sign_up
{
    my ($connection, $name, $password) = @_;
    my $body = qq({"username":"$name","userPassword":"$password"});
    my $answer = _answer($connection, POST => '/user', body => $body);
    die "sign-up of $name: " . $answer->text . "\n" unless $answer->status == 201;
    my ($id) = $answer->body =~ /(\d+)/;
    $answer = _answer($connection, POST => "/user/$id", body => $body);
    my $token = $answer->header('X-Session-Token');
    die "login of $name: " . $answer->text . "\n" unless $answer->status == 200 && defined $token;
    return {
        id      => $id,
        name    => $name,
        bearer  => "Bearer $token",
        session => 'Basic ' . encode_base64("$name:$id", ''),
    };
}

# The id of a space, made if it is not there yet.
sub make_space
{
    my ($connection, $authorization, $building, $room) = @_;
    my $answer = _answer($connection, POST => '/space', authorization => $authorization,
        body => qq({"buildingCode":"$building","roomCode":$room}));
    return $building =~ tr/ /_/r . "-$room" if ($answer->error_code // '') eq 'DUPLICATE';
    die "space $building-$room: " . $answer->text . "\n" unless $answer->status == 201;
    return _json_string($answer->body);
}

sub booking_body
{
    my ($caller, $space, $start, $end) = @_;
    my $date = substr $start, 0, 10;
    return qq({"spaceID":"$space","date":"$date","userID":$caller->{id},"occupants":1,)
        . qq("startTime":"$start","endTime":"$end"});
}

# What an answer to a booking or a delete means for the history.
sub outcome
{
    my ($kind, $answer) = @_;
    return 'fail' if $answer->unsent;
    return 'info' if $answer->lost;
    return 'ok'   if $answer->status == 200 || $answer->status == 201;
    my $code = $answer->error_code // '';
    return 'conflict' if $kind eq 'book'   && $code eq 'CONFLICT';
    return 'missing'  if $kind eq 'delete' && $code eq 'NOT_FOUND';
    # Refused before the store was asked; of any other 5xx nobody knows whether it was done.
    return 'fail' if $answer->status < 500 || $code =~ /\A(?:CAPACITY|DEPENDENCY_UNAVAILABLE)\z/;
    return 'info';
}

my $this_client;    # in a process of a client: its number, and the file that it counts in

# ---- the load ------------------------------------------------------------------------------------

# base_url   or base_urls, a list that the clients are spread over
# clients    processes; spaces, how many; days, how many of them are booked
# admin      value of Authorization of an administrator; one is signed up if not given
# think      longest pause of a client between two operations, seconds
# timeout    of one request, seconds
sub new
{
    my ($class, %args) = @_;
    my $self = bless {
        clients => 32,
        spaces  => 4,
        days    => 3,
        think   => 0,
        timeout => Bookable::Process::late(20),
        %args,
    }, $class;
    $self->{base_urls} //= [ $args{base_url} ];
    $self->{first_day} //= timegm(0, 0, 0, 29, 2, 2031) * NS;
    $self->{dir} = File::Temp->newdir('bookable-load-XXXXXX', TMPDIR => 1);
    return Bookable::Process::watch($self);
}

sub connection
{
    my ($self, $number) = @_;
    my $urls = $self->{base_urls};
    return Bookable::Load::Connection->new($urls->[ ($number // 0) % @$urls ], $self->{timeout});
}

sub prepare
{
    my ($self) = @_;
    my $connection = $self->connection;
    my $run = sprintf '%x%04x', time, int rand 65536;
    $self->{admin} //= sign_up($connection, 'admin', "administrator-$run")->{bearer};
    $self->{space_ids} =
        [ map { make_space($connection, $self->{admin}, "Load $run", $_) } 1 .. $self->{spaces} ];
    $self->{callers} =
        [ map { sign_up($connection, "load-$run-$_", "password-$_") } 1 .. $self->{clients} ];
    return $self;
}

# Fork the clients; $client, if given, is run instead of the mixed load: client(load, number, until).
# They go on for these seconds at least, and until wait() or end().
sub start
{
    my ($self, $seconds, $client) = @_;
    $client //= \&mixed_client;
    $self->{started} = now();
    $self->{end} = now() + $seconds;
    # Should this process be killed, nobody ends them.
    my $until = Bookable::Load::Until->new($self->{end} + Bookable::Process::late(900), "$self->{dir}/end");
    unlink map { "$self->{dir}/$_" } qw(end counted);
    delete @$self{qw(counts ended)};
    open my $count, '>>', "$self->{dir}/counted" or die "$self->{dir}/counted: $!\n";
    open $self->{counted}, '<', "$self->{dir}/counted" or die "$self->{dir}/counted: $!\n";
    $self->{pids} = {};
    for my $number (0 .. $self->{clients} - 1) {
        my $pid = fork // die "fork: $!\n";
        if (!$pid) {
            # No END block and no destructor of the test may run here.
            srand($$ ^ int(now() * 1000));
            $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
            $this_client = { counted => $count, number => $number };
            my $done = eval {
                my @operations = $client->($self, $number, $until);
                Bookable::History->new(@operations)->save("$self->{dir}/client-$number");
                1;
            };
            print STDERR "# client $number: $@" unless $done;
            _exit($done ? 0 : 1);
        }
        $self->{pids}{$pid} = $number;
    }
    return $self;
}

# How much is done in a time depends on what else the machine does. So what a test needs of a load is
# counted while it goes on, and waited for: kinds and outcomes of operations ("book/ok"), what else a
# client of the test's own counts, and all of each client ("client/7").

sub count
{
    my ($what) = @_;
    return unless $this_client;
    # One write, at the end of the file: lines of several clients do not mix.
    syswrite $this_client->{counted}, "$what\nclient/$this_client->{number}\n";
    return;
}

# How often it was counted so far.
sub counted
{
    my ($self) = @_;
    $self->{counts} //= { rest => '' };
    my $counts = $self->{counts};
    my $in = $self->{counted};
    # Piece by piece, whole lines at once: there are millions where a store is fast.
    while (sysread $in, $counts->{rest}, 65536, length $counts->{rest}) {
        my $end = rindex $counts->{rest}, "\n";
        next if $end < 0;
        $counts->{$_}++ for split /\n/, substr $counts->{rest}, 0, $end + 1, '';
    }
    return $counts;
}

# Wait until there is so much of each, or no client is left: whether there is.
sub _has
{
    my ($self, %least) = @_;
    my $has = sub {
        my $counts = $self->counted;
        return !grep { ($counts->{$_} // 0) < $least{$_} } keys %least;
    };
    Bookable::Process::wait_until(60, sub { $has->() || $self->_collect });
    return $has->();
}

# The same, of what is counted from now on.
sub more
{
    my ($self, %least) = @_;
    my $counts = $self->counted;
    return $self->_has(map { $_ => $least{$_} + ($counts->{$_} // 0) } keys %least);
}

# Let the clients end now, whatever is left of their time.
sub end
{
    my ($self) = @_;
    $self->{end} = now();
    $self->{ended} = 1;
    open my $out, '>', "$self->{dir}/end" or die "$self->{dir}/end: $!\n";
    return;
}

# Collects clients that have ended: whether none is left.
sub _collect
{
    my ($self) = @_;
    for my $pid (keys %{ $self->{pids} }) {
        next if waitpid($pid, WNOHANG) == 0;
        push @{ $self->{failed} }, $self->{pids}{$pid} if $?;
        delete $self->{pids}{$pid};
    }
    return !%{ $self->{pids} };
}

# The history, when their time is over, there was so much of each, and all clients are done; a client
# that failed or hangs is an error.
sub wait
{
    my ($self, %least) = @_;
    unless ($self->{ended}) {
        sleep 0.05 while now() < $self->{end} && !$self->_collect;
        $self->_has(%least);
        $self->end;
    }
    my $limit = $self->{end} + 3 * $self->{timeout} + Bookable::Process::late(0);
    sleep 0.05 while !$self->_collect && now() < $limit;
    my @hung = sort { $a <=> $b } values %{ $self->{pids} };
    $self->_kill;
    $self->{seconds} = now() - $self->{started};
    my @failed = (@{ delete $self->{failed} || [] }, @hung);
    die "clients that failed: @failed\n" if @failed;
    return Bookable::History->load(glob "$self->{dir}/client-*");
}

sub _kill
{
    my ($self) = @_;
    for my $pid (keys %{ $self->{pids} || {} }) {
        kill KILL => $pid;
        waitpid $pid, 0;
    }
    $self->{pids} = {};
    return;
}

sub finish { my ($self) = @_; return $self->_kill }

sub DESTROY { my ($self) = @_; Bookable::Process::end($self); return }

# ---- one client ----------------------------------------------------------------------------------

# A range: 15 minutes to 4 hours, on the quarter hours or anywhere; often right before or right
# after one that this client has, where an off-by-one would show.
sub some_range
{
    my ($self, $mine) = @_;
    my $quarter = 15 * 60 * NS;
    my $window = $self->{days} * 96;
    my $dice = rand;
    my $length = $dice < 0.6 ? $quarter * (1 + int rand 16) : $quarter + int rand(15 * $quarter);
    if (@$mine && rand() < 0.15) {
        my $near = $mine->[ rand @$mine ];
        my $gap = (-1, 0, 0, 1)[ rand 4 ];
        my $start = rand() < 0.5 ? $near->{end} + $gap : $near->{start} - $length - $gap;
        return ($near->{space}, $start, $start + $length);
    }
    my $start = $self->{first_day} + $quarter * int rand $window;
    $start += int rand $quarter if $dice >= 0.6;
    return ($self->{space_ids}[ rand @{ $self->{space_ids} } ], $start, $start + $length);
}

# Books, reads and deletes until the time is over; its operations.
sub mixed_client
{
    my ($self, $number, $until) = @_;
    my $connection = $self->connection($number);
    my $caller = $self->{callers}[$number];
    my (@operations, @mine);
    while (now() < $until) {
        my $place = @mine && rand() < 0.5 ? int rand @mine : undef;
        my $operation =
              !defined $place            ? $self->book($connection, $caller, $self->some_range(\@mine))
            : rand() < 0.5 || @mine > 3  ? remove($connection, $caller, $mine[$place])
            :                              find($connection, $caller, $mine[$place]);
        if ($operation->{outcome} eq 'unsent') {
            # Nobody listens for a moment: nothing has happened that a history would tell of.
            sleep 0.02;
            next;
        }
        push @mine, $operation if $operation->{kind} eq 'book' && $operation->{outcome} eq 'ok';
        # After an unknown outcome it is left alone: gone or not, both are right.
        splice @mine, $place, 1 if $operation->{kind} eq 'delete';
        $operation->{client} = $number;
        push @operations, $operation;
        sleep rand $self->{think} if $self->{think};
    }
    return @operations;
}

# Books once, then reads that, again and again, until the time is over; its operations.
sub reading_client
{
    my ($self, $number, $until) = @_;
    my $connection = $self->connection;
    my $caller = $self->{callers}[$number];
    my ($booking, @operations);
    until ($booking) {
        my $tried = $self->book($connection, $caller, $self->some_range([]));
        push @operations, $tried;
        $booking = $tried if $tried->{outcome} eq 'ok';
        die "nothing could be booked\n" if now() > $until;
    }
    while (now() < $until) {
        my $read = find($connection, $caller, $booking);
        # That nobody listens is a failed GET here.
        $read->{outcome} = 'fail' if $read->{outcome} eq 'unsent';
        push @operations, $read;
    }
    $_->{client} = $number for @operations;
    return @operations;
}

# One request, as an operation; $outcome tells it from the answer and may add to it.
sub operate
{
    my ($operation, $connection, $outcome, @request) = @_;
    $operation->{invoked} = now();
    my $answer = $connection->request(@request);
    $operation->{completed} = now();
    $operation->{outcome} = $answer->unsent ? 'unsent' : $outcome->($answer);
    $operation->{why} = $answer->text if $operation->{outcome} =~ /\A(?:fail|info|unsent)\z/;
    count("$operation->{kind}/$operation->{outcome}");
    return $operation;
}

sub book
{
    my ($self, $connection, $caller, $space, $start, $end) = @_;
    my ($start_text, $end_text) = (spell_somehow($start), spell_somehow($end));
    my $operation = {
        kind => 'book', space => $space, start => $start, end => $end,
        date => substr $start_text, 0, 10,
    };
    return operate($operation, $connection, sub {
        my ($answer) = @_;
        my $outcome = outcome(book => $answer);
        ($operation->{id}) = $answer->body =~ /(\d+)/ if $outcome eq 'ok';
        return $outcome;
    }, POST => '/booking', authorization => $caller->{bearer},
        body => booking_body($caller, $space, $start_text, $end_text));
}

sub remove
{
    my ($connection, $caller, $booking) = @_;
    my $operation = { kind => 'delete', id => $booking->{id} };
    return operate($operation, $connection, sub { outcome(delete => @_) },
        DELETE => "/booking/$booking->{date}/$booking->{id}", authorization => $caller->{bearer});
}

sub find
{
    my ($connection, $caller, $booking) = @_;
    my $operation = { kind => 'read', id => $booking->{id} };
    return operate($operation, $connection, sub {
        my ($answer) = @_;
        return 'info' if $answer->lost;
        return $answer->error_code eq 'NOT_FOUND' ? 'missing' : 'fail' if $answer->status != 200;
        my %member = $answer->body =~ /"(spaceID|startTime|endTime)":\s*"([^"]*)"/g;
        $operation->{space} = $member{spaceID};
        @$operation{qw(start end)} = map { instant($_) } @member{qw(startTime endTime)};
        return 'ok';
    }, GET => "/booking/$booking->{date}/$booking->{id}", authorization => $caller->{bearer});
}

# A space is booked for some hours at one moment, each on a connection of its own, which ends then: the
# answers. Hours are numbers; none is so far from 0 that a booking of it would be too late or too early.
sub book_hours
{
    my ($base_url, $caller, $authorization, $space, @hours) = @_;
    my @connections = map { Bookable::Load::Connection->new($base_url, 60) } @hours;
    my @requests = map {
        $connections[$_]->encode(POST => '/booking', authorization => $authorization,
            body => booking_body($caller, $space, _hour($hours[$_]), _hour($hours[$_] + 1)))
    } 0 .. $#hours;
    return @{ (volley(\@connections, \@requests))[0] };
}

sub _hour { my ($number) = @_; return strftime('%Y-%m-%dT%H:00:00Z', gmtime 1893456000 + 3600 * $number) }

# Several requests at one moment, one for each connection: all of each but its last byte is sent;
# then hold(), which waits until the server is at work on all of them; the last bytes; and resume().
# The answers, and how many of them came before the last byte was out.
sub volley
{
    my ($connections, $requests, $hold, $resume) = @_;
    for my $i (0 .. $#$connections) {
        $connections->[$i]->open or die "connect: $!\n";
        $connections->[$i]->send(substr $requests->[$i], 0, -1) or die "send: $!\n";
    }
    $hold->() if $hold;
    for my $i (0 .. $#$connections) {
        $connections->[$i]->send(substr $requests->[$i], -1) or die "send: $!\n";
    }
    my $early = grep { $_->readable } @$connections;
    $resume->() if $resume;
    return ([ map { $_->receive('POST') } @$connections ], $early);
}

# What requests that are sent at one moment, each on a connection of its own, are answered, and when:
# [Bookable::Load::Answer, seconds] of each. When so many have been answered, happens() is called.
sub at_once
{
    my ($base_url, $count, $happens, @requests) = @_;
    my @connections = map { Bookable::Load::Connection->new($base_url, 60) } @requests;
    my $begin = now();
    for my $i (0 .. $#requests) {
        $connections[$i]->open or die "connect: $!\n";
        $connections[$i]->send($connections[$i]->encode(@{ $requests[$i] })) or die "send: $!\n";
    }
    my %waiting = map { $_ => 1 } 0 .. $#requests;
    my @answers;
    while (%waiting) {
        my @ready = grep { $connections[$_]->readable } keys %waiting;
        for my $i (@ready) {
            $answers[$i] = [ $connections[$i]->receive($requests[$i][0]), now() - $begin ];
            delete $waiting{$i};
        }
        if ($happens && keys %waiting <= @requests - $count) {
            $happens->();
            undef $happens;
        }
        last if now() - $begin > Bookable::Process::late(60);
        sleep 0.005 unless @ready;
    }
    return map { $_ // [ Bookable::Load::Answer->none(lost => 'no answer'), 60 ] } @answers[ 0 .. $#requests ];
}

# ---- afterwards ----------------------------------------------------------------------------------

# What the service answers for each acknowledged booking of a history: for History's "reads".
sub read_back
{
    my ($self, $history) = @_;
    my $connection = $self->connection;
    my %found;
    for my $booking ($history->acknowledged) {
        my $read = find($connection, $self->{callers}[0], $booking);
        die "reading $booking->{id}: $read->{why}\n" if defined $read->{why};
        $found{ $booking->{id} } = $read if $read->{outcome} eq 'ok';
    }
    return \%found;
}

# One line of figures, to be shown, never to be judged.
sub figures
{
    my ($self, $history) = @_;
    my $tally = $history->tally;
    my @all = $history->operations;
    my @took = sort { $a <=> $b } map { $_->{completed} - $_->{invoked} } @all;
    return sprintf '%d operations in %.1f s, %.0f/s, median %.1f ms, 99%% %.1f ms, longest %.0f ms: %s',
        scalar @all, $self->{seconds}, @all / $self->{seconds},
        (map { 1000 * ($took[ int $#took * $_ ] // 0) } 0.5, 0.99, 1),
        join ', ', map { "$_ $tally->{$_}" } sort keys %$tally;
}

# ---- a connection --------------------------------------------------------------------------------

package Bookable::Load::Until;

# The moment at which clients end, as a number; it has come as soon as a file is there.

use overload '0+' => sub { my ($self) = @_; return -e $self->{file} ? 0 : $self->{at} }, fallback => 1;

sub new { my ($class, $at, $file) = @_; return bless { at => $at, file => $file }, $class }

package Bookable::Load::Connection;

# HTTP/1.1 on one kept-alive socket, in as little Perl as will do. httpd closes the connection after
# some statuses (400 is one), and when it likes between two requests; then the next request opens a
# new one. What is never done is to send a POST or DELETE twice.

use Socket qw(getaddrinfo inet_aton pack_sockaddr_in SOCK_STREAM SOL_SOCKET SO_RCVTIMEO SO_SNDTIMEO IPPROTO_TCP TCP_NODELAY);

sub new
{
    my ($class, $base_url, $timeout) = @_;
    my ($host, $port) = $base_url =~ m{\Ahttp://(\[[^]]+\]|[^:/]+)(?::(\d+))?/?\z}
        or die "not a base URL: $base_url\n";
    $port ||= 80;
    my ($error, @addresses) =
        getaddrinfo($host =~ s/\A\[|\]\z//gr, $port, { socktype => SOCK_STREAM });
    die "$host: $error\n" if $error;
    $timeout //= Bookable::Process::late(20);
    return bless { host => "$host:$port", address => $addresses[0], timeout => $timeout }, $class;
}

sub close { my ($self) = @_; delete $self->{socket}; return }

# The address to come from: 127.0.0.0/8 has many.
sub from { my ($self, $address) = @_; $self->{from} = $address; return $self }

sub readable
{
    my ($self) = @_;
    my $bits = '';
    vec($bits, fileno $self->{socket}, 1) = 1;
    return select $bits, undef, undef, 0;
}

# Connects if need be; false where nobody listens.
sub open
{
    my ($self) = @_;
    # Readable between two requests: the server has closed it.
    return $self->{socket} if $self->{socket} && !$self->readable;
    delete $self->{socket};
    $self->{reused} = 0;
    my $address = $self->{address};
    socket my $socket, $address->{family}, SOCK_STREAM, IPPROTO_TCP or die "socket: $!\n";
    my $time = pack 'l!l!', $self->{timeout}, 0;
    setsockopt $socket, SOL_SOCKET, SO_RCVTIMEO, $time;
    setsockopt $socket, SOL_SOCKET, SO_SNDTIMEO, $time;
    setsockopt $socket, IPPROTO_TCP, TCP_NODELAY, 1;
    if ($self->{from}) {
        bind $socket, pack_sockaddr_in(0, inet_aton($self->{from})) or die "bind: $!\n";
    }
    connect $socket, $address->{addr} or return;
    return $self->{socket} = $socket;
}

# The bytes of a request: body, authorization and further headers by name.
sub encode
{
    my ($self, $method, $path, %args) = @_;
    my ($body, $authorization) = delete @args{qw(body authorization)};
    my $text = "$method $path HTTP/1.1\r\nHost: $self->{host}\r\n";
    $text .= "Authorization: $authorization\r\n" if defined $authorization;
    $text .= "$_: $args{$_}\r\n" for keys %args;
    return "$text\r\n" unless defined $body;
    my $length = length $body;
    return $text . "Content-Type: application/json\r\nContent-Length: $length\r\n\r\n$body";
}

# Sends and waits: a Bookable::Load::Answer, whatever happens.
sub request
{
    my ($self, $method, $path, %args) = @_;
    my $bytes = $self->encode($method, $path, %args);
    for my $attempt (1, 2) {
        $self->open or return Bookable::Load::Answer->none(unsent => "connect: $!");
        my $answer = $self->send($bytes) ? $self->receive($method) : $self->failed('send', 1);
        # A server may close an idle connection just as a request is sent on it: a GET goes again.
        return $answer unless $answer->{stale} && $method eq 'GET' && $attempt == 1;
    }
}

sub send
{
    my ($self, $bytes) = @_;
    local $SIG{PIPE} = 'IGNORE';
    my $sent = 0;
    while ($sent < length $bytes) {
        $sent += syswrite($self->{socket}, $bytes, length($bytes) - $sent, $sent) // return;
    }
    return 1;
}

sub failed
{
    my ($self, $what, $nothing_came) = @_;
    my $answer = Bookable::Load::Answer->none(lost => "$what: " . ($! || 'closed'));
    $answer->{stale} = $nothing_came && $self->{reused};
    $self->close;
    return $answer;
}

sub receive
{
    my ($self, $method) = @_;
    my $buffer = '';
    my $more = sub {
        $! = 0;
        return sysread $self->{socket}, $buffer, 65536, length $buffer;
    };
    my $end;
    while (($end = index $buffer, "\r\n\r\n") < 0) {
        $more->() or return $self->failed('answer', !length $buffer);
    }
    my ($line, @fields) = split /\r\n/, substr $buffer, 0, $end;
    my ($status) = $line =~ m{\AHTTP/1\.[01] (\d{3})} or return $self->failed("not HTTP: $line", 0);
    my %headers = map { /\A([^:]+):\s*(.*?)\s*\z/ ? (lc $1 => $2) : () } @fields;
    substr $buffer, 0, $end + 4, '';

    my $body = '';
    my $keep = lc($headers{connection} // '') ne 'close';
    if ($method eq 'HEAD' || $status == 204 || $status == 304) {
    }
    elsif (defined $headers{'content-length'}) {
        while (length $buffer < $headers{'content-length'}) {
            $more->() or return $self->failed('body', 0);
        }
        $body = substr $buffer, 0, $headers{'content-length'}, '';
    }
    elsif (lc($headers{'transfer-encoding'} // '') eq 'chunked') {
        while (1) {
            if ($buffer =~ /\A([0-9a-fA-F]+)[^\r\n]*\r\n/ && length $buffer >= $+[0] + hex($1) + 2) {
                my ($from, $size) = ($+[0], hex $1);
                $body .= substr $buffer, $from, $size;
                substr $buffer, 0, $from + $size + 2, '';
                last unless $size;
            }
            else {
                $more->() or return $self->failed('chunk', 0);
            }
        }
    }
    else {
        1 while $more->();
        $body = $buffer;
        $keep = 0;
    }
    $self->{reused} = 1;
    $self->close unless $keep;
    return bless { status => $status, headers => \%headers, body => $body }, 'Bookable::Load::Answer';
}

package Bookable::Load::Answer;

# An answer, or that there was none: "unsent" is certain not to have been done, "lost" is unknown.

sub none
{
    my ($class, $how, $why) = @_;
    return bless { $how => 1, why => $why, status => 0, body => '' }, $class;
}

sub status { my ($self) = @_; return $self->{status} }
sub body   { my ($self) = @_; return $self->{body} }
sub lost   { my ($self) = @_; return $self->{lost} }
sub unsent { my ($self) = @_; return $self->{unsent} }
sub header { my ($self, $name) = @_; return $self->{headers}{ lc $name } }

sub error_code
{
    my ($self) = @_;
    return $self->{body} =~ /"(?:ErrCode|error)":\s*"([^"]*)"/ ? $1 : undef;
}

sub text { my ($self) = @_; return $self->{why} // "$self->{status} $self->{body}" }

1;

# A dependency fails while 32 clients book. From the moment that the breaker opens, no worker of any
# child says anything but "Circuit breaker open", until the open time is over; then as many probes go
# out as there may be, and it closes.

use strict;
use warnings FATAL => 'all';

use FindBin ();
use lib "$FindBin::Bin/../lib";

use File::Temp ();
use JSON::PP qw(decode_json);
use POSIX qw(_exit);
use Test::More;
use Time::HiRes qw(sleep);

use Bookable::Backend ();
use Bookable::Load    ();
use Bookable::Server  ();

use constant {
    CLIENTS   => 32,
    CHILDREN  => 4,
    PROBES    => 3,
    TIMEOUT   => 1,      # of a call, seconds: much longer than a slow answer takes
    OPEN      => 2,
    PAUSE     => 0.15,   # longest pause of a client between two bookings
    ROUNDING  => 0.005,  # the server's clock is read in whole milliseconds
    PRECISE   => 0.05,   # how well the moment of a change is to be known, seconds
};

sub now { return Bookable::Load::now() }

sub config
{
    my ($backend) = @_;
    return <<"END";
ProxyPass /far/ http://127.0.0.1:@{[ $backend->port ]}/ retry=0 connectiontimeout=300ms
BookingSpacePath /far/space
BookableStatusCodes standard
BookingCallTimeout space @{[ TIMEOUT * 1000 ]}ms
BookingBreaker space window=1s minimum-calls=20 open-time=@{[ OPEN ]}s probes=@{[ PROBES ]} probe-timeout=2s
<Location /breakers>
    SetHandler bookable-breakers
</Location>
LogFormat "%P %D %B %U" whose
CustomLog "\${BOOKABLE_ACCESS}" whose
END
}

# ---- clients -------------------------------------------------------------------------------------

# Books until it is told to stop, and writes a line for each answer: begun, ended, status, Details.
sub client
{
    my ($dir, $number, $url, $user) = @_;
    my $connection = Bookable::Load::Connection->new($url, 20);
    open my $out, '>', "$dir/client-$number" or die "client-$number: $!\n";
    for (my $count = 0; !-e "$dir/stop"; $count++) {
        my $at = Bookable::Load::spell((1_900_000_000 + $count * 3600) * Bookable::Load::NS(), 0, 0);
        my $end = Bookable::Load::spell((1_900_001_800 + $count * 3600) * Bookable::Load::NS(), 0, 0);
        # A connection for each: one that is kept may be closed by httpd when it is short of threads.
        $connection->close;
        my $begun = now();
        my $answer = $connection->request(POST => '/booking', authorization => $user->{bearer},
            body => Bookable::Load::booking_body($user, "Far-$number", $at, $end));
        my ($details) = $answer->body =~ /"Details":\s*"([^"]*)"/;
        printf {$out} "%.6f %.6f %d %s\n", $begun, now(), $answer->status, $details // $answer->text;
        sleep rand PAUSE;
    }
    close $out or die "client-$number: $!\n";
    return;
}

sub start_clients
{
    my ($dir, $url, @users) = @_;
    my @pids;
    for my $number (0 .. $#users) {
        my $pid = fork // die "fork: $!\n";
        if (!$pid) {
            $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
            srand($$);
            my $done = eval { client($dir, $number, $url, $users[$number]); 1 };
            print STDERR "# client $number: $@" unless $done;
            _exit($done ? 0 : 1);
        }
        push @pids, $pid;
    }
    return @pids;
}

# All answers: [begun, ended, status, Details].
sub answers
{
    my ($dir) = @_;
    my @answers;
    for my $file (glob "$dir/client-*") {
        open my $in, '<', $file or die "$file: $!\n";
        push @answers, map { chomp; [ split / /, $_, 4 ] } <$in>;
    }
    return @answers;
}

# ---- the breaker ---------------------------------------------------------------------------------

# What the handler says of the breaker, and between which moments its last change was.
sub look
{
    my ($connection) = @_;
    my $begun = now();
    my $answer = $connection->request(GET => '/breakers');
    my $ended = now();
    my ($breaker) = grep { $_->{name} =~ / booking space\z/ } @{ decode_json($answer->body) };
    @$breaker{qw(from to)} = map { $_ - $breaker->{sinceMilliseconds} / 1000 } $begun - ROUNDING, $ended;
    return $breaker;
}

# Until it is in this state, and told from when within a short time.
sub wait_for
{
    my ($connection, $state) = @_;
    my $found;
    return Bookable::Server::wait_until(20, sub {
        my $breaker = look($connection);
        return $found if $breaker->{state} ne $state;
        $found = $breaker if !$found || $breaker->{to} - $breaker->{from} < $found->{to} - $found->{from};
        return $found->{to} - $found->{from} < PRECISE && $found;
    }) // die "it is never $state\n";
}

sub percentile
{
    my ($part, @values) = @_;
    @values = sort { $a <=> $b } @values;
    return $values[ int $#values * $part ] // 0;
}

# ---- one outage ----------------------------------------------------------------------------------

# The backend fails in one way until the breaker is open, and then goes on in another: when it opened
# and closed, and what came to the backend in between.
sub outage
{
    my ($backend, $connection, $ill, $then) = @_;
    wait_for($connection, 'closed');
    $backend->mode($ill);
    my $open = wait_for($connection, 'open');
    $backend->mode($then);
    my $well = wait_for($connection, 'closed');
    $backend->mode('ok');
    # A probe takes longer than what is not known of that moment: what comes later is a call of after it closed.
    my @asked = grep { $_->{time} < $well->{from} } $backend->requests;
    return { ill => $ill, then => $then, open => $open, closed => $well, asked => \@asked,
        rounds => 1 + $well->{opened} - $open->{opened} };
}

# A call that was let in as the breaker opened reaches the backend a little later, a probe not before
# the open time is over.
sub of_probes { my ($outage) = @_; return grep { $_->{time} > $outage->{open}{from} + OPEN } @{ $outage->{asked} } }

sub check_outage
{
    my ($mpm, $outage, @answers) = @_;
    my ($open, $closed) = @$outage{qw(open closed)};
    my $name = "$mpm, $outage->{ill}";
    my @between = grep { $_->[0] > $open->{to} && $_->[1] < $open->{from} + OPEN } @answers;
    my @others  = grep { $_->[3] ne 'Circuit breaker open' } @between;
    cmp_ok scalar @between, '>=', CLIENTS, "$name: answers while it was open: " . @between;
    is scalar @others, 0, 'all of them said so' or diag map { "@$_\n" } @others[ 0 .. 5 ];
    is scalar(grep { $_->[2] != 503 } @between), 0, 'with status 503';
    my @took = map { $_->[1] - $_->[0] } @between;
    my ($p50, $p99) = (percentile(0.5, @took), percentile(0.99, @took));
    diag sprintf '%s: %d refusals: p50 %.1f ms, p99 %.1f ms, longest %.1f ms', $name, scalar @took,
        map { 1000 * $_ } $p50, $p99, percentile(1, @took);
    cmp_ok $p50, '<', TIMEOUT, 'a refusal does not wait for a call';

    my @probes = of_probes($outage);
    my ($most) = sort { $b <=> $a } map { $_->{under_way} } @probes;
    # On a busy host a probe may fail for want of time: then it opens again, for another round.
    my $rounds = $outage->{rounds};
    if ($rounds == 1) {
        is scalar @probes, PROBES, 'in half-open as many probes as there may be';
    }
    else {
        cmp_ok scalar @probes, '<=', PROBES * $rounds, "in $rounds half-open rounds no more probes than there may be";
    }
    cmp_ok $most, '<=', PROBES, 'never more at a time';
    my $probe = $outage->{then} =~ /slow (\d+)/ ? $1 / 1000 : 0;
    my $recovery = $closed->{to} - $open->{from};
    diag sprintf '%s, then %s: closed again %.3f s after it opened: open time %.3f s + %.3f s', $name,
        $outage->{then}, $recovery, OPEN, $recovery - OPEN;
    cmp_ok $recovery, '>=', OPEN + $probe, 'not before its time';
    # Probes are what clients ask for: the first who asks when the open time is over is let in.
    my $over = $open->{to} + OPEN + ROUNDING;
    my ($let_in) = sort { $a <=> $b } map { $_->[0] }
        grep { $_->[1] > $open->{from} + OPEN && $_->[3] ne 'Circuit breaker open' } @answers;
    my @late = grep { $_->[0] > $over && $_->[1] < $let_in } @answers;
    is scalar @late, 0, 'nobody is refused between the end of the open time and the first probe';
    return;
}

# What httpd itself has to say: how many bookings each child answered, and how long the refusals took,
# in seconds; they are known by their length.
sub read_log
{
    my ($file, $length) = @_;
    my (%children, @took);
    open my $in, '<', $file or die "$file: $!\n";
    while (<$in>) {
        my ($pid, $usec, $bytes) = m{\A(\d+) (\d+) (\d+) /booking\n} or next;
        $children{$pid}++;
        push @took, $usec / 1e6 if $bytes == $length;
    }
    return (\%children, @took);
}

# ---- the test ------------------------------------------------------------------------------------

for my $mpm (qw(event worker)) {
    subtest $mpm => sub {
        my $backend = Bookable::Backend->new;
        my $dir = File::Temp->newdir('bookable-clients-XXXXXX', TMPDIR => 1);
        local $ENV{BOOKABLE_ACCESS} = "$dir/access";
        my $server = Bookable::Server->new(mpm => $mpm, children => CHILDREN, threads => 16,
            stock => [qw(proxy proxy_http)], config => config($backend))->start;
        my $connection = Bookable::Load::Connection->new($server->base_url, 20);
        my @users = map { Bookable::Load::sign_up($connection, "breaker-$_", "password-$_") } 1 .. CLIENTS;
        my @pids = start_clients($dir, $server->base_url, @users);
        my (@outages, $ill, $length);
        my $done = eval {
            sleep 1;
            push @outages, outage($backend, $connection, @$_), sleep 0.3
                for [ 'hang', 'slow 100' ], [ 'close', 'slow 300' ], [ 'body 50', 'slow 200' ];
            @outages = grep { ref } @outages;
            # It stays ill: probes fail, it opens again, and so on.
            $backend->mode('hang');
            $ill = wait_for($connection, 'open');
            $length = length $connection->request(POST => '/booking', authorization => $users[0]{bearer},
                body => Bookable::Load::booking_body($users[0], 'Far-99', map { "2040-01-01T0$_:00:00Z" } 1, 2))
                ->body;
            Bookable::Server::wait_until(5 * (OPEN + TIMEOUT),
                sub { look($connection)->{opened} >= $ill->{opened} + 2 }) or die "it is not probed again\n";
            1;
        };
        my $error = $@;
        open my $stop, '>', "$dir/stop" or die "$dir/stop: $!\n";
        waitpid $_, 0 for @pids;
        my $still = look($connection);
        ok $done, 'three outages' or diag $error;
        my @answers = answers($dir);
        check_outage($mpm, $_, @answers) for @outages;

        isnt $still->{state}, 'closed', 'the breaker does not close while the backend hangs';
        my @probes = of_probes({ open => $ill, asked => [ $backend->requests ] });
        # Of which one may not have failed yet.
        my $rounds = $still->{opened} - $ill->{opened} + 1;
        my ($most) = sort { $b <=> $a } map { $_->{under_way} } @probes;
        cmp_ok scalar @probes, '>=', PROBES, 'the hanging backend was probed: ' . @probes;
        cmp_ok scalar @probes, '<=', $rounds * PROBES, "the hanging backend got $rounds rounds of probes at most";
        cmp_ok $most, '<=', PROBES, 'never more at a time';
        my %kinds;
        $kinds{"$_->[2] $_->[3]" =~ s/\d{2,}\z/N/r}++ for @answers;
        diag "$mpm: ", join ', ', map { "$_: $kinds{$_}" } sort keys %kinds;
        is_deeply [ grep { !/\A(?:201|503) / } keys %kinds ], [], 'nothing but bookings and refusals';
        my ($children, @took) = read_log("$dir/access", $length);
        diag sprintf "$mpm: within httpd, %d refusals: p50 %.2f ms, p99 %.2f ms, longest %.1f ms",
            scalar @took, map { 1000 * percentile($_, @took) } 0.5, 0.99, 1;
        cmp_ok scalar keys %$children, '>=', CHILDREN, 'every child had its part';
        ok $server->stop, 'stopped';
    };
}

done_testing;

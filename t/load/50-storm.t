# Many sign-ups and logins at once, each with a hash of low priority, while bookings go on: what does not
# fit in the queue for a hash is refused with a time to come again, and a request that shows a token waits
# for none of it. A child that is killed in the middle of its hashes takes no place in the queue along.

use strict;
use warnings FATAL => 'all';

use FindBin ();
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(sleep);

use Bookable::Load   ();
use Bookable::Server ();

my $SECONDS = ($ENV{BOOKABLE_LOAD_SECONDS} || 60) / 6;
$SECONDS = 5 if $SECONDS < 5;
my $STORMING = 24;
my $BOOKING  = 8;
my $EACH     = 10;    # bookings, reads and deletes of each of those, while the storm goes on

# Of who was refused. Hashes are of low priority: they would get nothing of a machine that is busy with
# refusals.
my $PAUSE = 0.25;

my $server = Bookable::Server->new(mpm => 'worker', threads => 32, config => <<"END")->start;
$Bookable::Server::PATIENT
UserBcryptCost 5
UserHashLimit 1
UserHashQueue 4
UserHashWait 40s
BookableRetryAfter 3s
END
my $load = Bookable::Load->new(base_url => $server->base_url, clients => $STORMING + $BOOKING);
$load->prepare;
my $alone = hash_seconds();

# Storming clients write what they were answered where the history would be.
sub client
{
    my ($self, $number, $until) = @_;
    return Bookable::Load::mixed_client(@_) if $number >= $STORMING;
    my $connection = $self->connection;
    my $caller = $self->{callers}[$number];
    my @answers;
    my %said = (200 => 'done', 201 => 'done', 503 => 'refused');
    for (my $count = 0; Bookable::Load::now() < $until; $count++) {
        my $kind = $count % 2 ? 'login' : 'sign-up';
        my ($path, $name, $password) = $count % 2
            ? ("/user/$caller->{id}", $caller->{name}, 'password-' . ($number + 1))
            : ('/user', "storm-$number-$count", 'x');
        my $answer = $connection->request(POST => $path,
            body => qq({"username":"$name","userPassword":"$password"}));
        push @answers, {
            kind  => $kind,
            status => $answer->status,
            code  => $answer->error_code // '',
            retry => $answer->header('Retry-After') // 'none',
            why   => $answer->text,
        };
        Bookable::Load::count("$kind/" . ($said{ $answer->status } // 'failed'));
        sleep $PAUSE if $answer->status == 503;
    }
    return @answers;
}

# How long one sign-up takes while nobody else wants anything.
sub hash_seconds
{
    my $connection = $load->connection;
    my $least = 1e9;
    for my $count (1 .. 5) {
        my $begin = Bookable::Load::now();
        my $answer = $connection->request(POST => '/user',
            body => qq({"username":"alone-$count","userPassword":"x"}));
        is $answer->status, 201, 'sign-up while it is quiet' or diag $answer->text;
        my $took = Bookable::Load::now() - $begin;
        $least = $took if $took < $least;
    }
    return $least;
}

sub run_storm
{
    my ($disturb) = @_;
    $load->start($SECONDS, \&client);
    $disturb->() if $disturb;
    my @all = $load->wait(
        map({ $_ => 1 } qw(sign-up/done sign-up/refused login/done login/refused)),
        map({ ("client/$_" => $EACH) } $STORMING .. $STORMING + $BOOKING - 1))->operations;
    my @storm = grep { $_->{kind} =~ /login|sign-up/ } @all;
    my $history = Bookable::History->new(grep { $_->{kind} !~ /login|sign-up/ } @all);
    return (\@storm, $history);
}

# What was answered but for what should be: done, or refused for now.
sub others
{
    my %others;
    $others{ $_->{why} }++ for grep { $_->{status} > 201 && $_->{code} ne 'BUSY' } @_;
    return \%others;
}

subtest 'storm' => sub {
    my ($storm, $history) = run_storm();
    is_deeply others(@$storm), {}, 'a sign-up or login is done, or refused as BUSY';
    is scalar(grep { $_->{status} == 0 } @$storm), 0, 'every request of the storm is answered';
    my @done = grep { $_->{status} =~ /\A20[01]\z/ } @$storm;
    my @busy = grep { $_->{status} == 503 } @$storm;
    for my $kind (qw(sign-up login)) {
        ok scalar(grep { $_->{kind} eq $kind } @done), "some $kind was done";
        ok scalar(grep { $_->{kind} eq $kind } @busy), "some $kind was refused";
    }
    my %retry = map { $_->{retry} => 1 } @busy;
    is_deeply [ keys %retry ], ['3'], 'with Retry-After, as configured';

    diag sprintf '%d done and %d refused: %.1f hashes/s, where one alone takes %.0f ms',
        scalar @done, scalar @busy, @done / $load->{seconds}, 1000 * $alone;
    diag 'meanwhile ', $load->figures($history);
    my @unexpected = map { $_->{why} } grep { defined $_->{why} } $history->operations;
    is_deeply \@unexpected, [], 'no booking, read or delete failed';
    my %each;
    $each{ $_->{client} }++ for $history->operations;
    my @slow = grep { ($each{$_} // 0) < $EACH } $STORMING .. $STORMING + $BOOKING - 1;
    is_deeply \@slow, [], 'every client that books was answered during the storm';
    my @violations = $history->check($server->store->rows);
    is_deeply \@violations, [], 'no answer of the storm violates the checks';
};

subtest 'children killed in the storm' => sub {
    my ($storm) = run_storm(sub {
        for (1 .. 4) {
            sleep $SECONDS / 6;
            my @children;
            Bookable::Server::wait_until(30, sub { @children = $server->children });
            kill KILL => $children[ rand @children ] or die "no child to kill\n";
        }
    });
    is_deeply others(@$storm), {}, 'a sign-up or login is done, refused as BUSY, or the connection breaks';
    # One at work and four waiting, all at the same moment: not a place was lost. What the storm's last
    # requests still hold is free a little later.
    my @got;
    Bookable::Server::wait_until(30, sub {
        my @connections = map { $load->connection } 1 .. 5;
        my @requests = map {
            my $body = qq({"username":"after-$_","userPassword":"x"});
            $connections[0]->encode(POST => '/user', body => $body)
        } 1 .. 5;
        my ($answers) = Bookable::Load::volley(\@connections, \@requests);
        @got = map { $_->text =~ s/\A201 \d+\z/201/r } @$answers;
        return !grep { $_ ne '201' } @got;
    });
    is_deeply \@got, [ (201) x 5 ], 'five sign-ups at once afterwards';
};

ok $server->stop, 'stopped';

# ---- log-ins of others, while many sign up ------------------------------------------------------

# One hash at a time, as on a host of two cores, and what is set where nothing is said; but a hash may
# take as long as the machine wants.
$server = Bookable::Server->new(modules => ['user'], mpm => 'worker', children => 2, threads => 128,
    config => "${Bookable::Server::PATIENT}UserBcryptCost 5\nUserHashLimit 1\nUserHashWait 40s\nUserSignupLimit 0\n")->start;
my $LOGGING_IN = 4;
my $LOG_INS    = 6;
my $SIGN_UPS   = 100;    # of clients, or fewer

# So many clients log in, each from an address of its own, at about half of the rate that one hash at
# a time allows, however slow a hash is just then; the others sign up as fast as they can, from one address or from as many as they are.
# It goes on until enough of them have logged in, and some have signed up.
sub storm_of_sign_ups
{
    my ($storming, $many) = @_;
    my $crowd = Bookable::Load->new(base_url => $server->base_url, clients => $LOGGING_IN + $storming);
    $crowd->{callers} = [ map { Bookable::Load::sign_up($crowd->connection, "quiet-$$-$_", "password-$_") }
        1 .. $LOGGING_IN ];
    $crowd->start($SECONDS, sub {
        my ($self, $number, $until) = @_;
        my $connection = $self->connection;
        my $logs_in = $number < $LOGGING_IN;
        $connection->from($logs_in ? "127.0.1.$number" : '127.0.2.' . ($many ? $number : 1));
        my @answers;
        for (my $count = 0; Bookable::Load::now() < $until; $count++) {
            my $took = @answers ? $answers[-1]{end} - $answers[-1]{begin} : $alone;
            sleep $LOGGING_IN * $took * (0.75 + rand 0.5) if $logs_in;
            my @request = $logs_in
                ? ("/user/$self->{callers}[$number]{id}", $self->{callers}[$number]{name}, "password-" . ($number + 1))
                : ('/user', "crowd-$number-$count", 'x');
            my $begin  = Bookable::Load::now();
            my $answer = $connection->request(POST => $request[0],
                body => qq({"username":"$request[1]","userPassword":"$request[2]"}));
            push @answers, { kind => $logs_in ? 'login' : 'sign-up', status => $answer->status,
                begin => $begin, end => Bookable::Load::now(), why => $answer->text };
            Bookable::Load::count("$answers[-1]{kind}/" . $answer->status);
            sleep $PAUSE if $answer->status == 503;
        }
        return @answers;
    });
    my @all = $crowd->wait('login/200' => $LOG_INS, $storming ? ('sign-up/201' => $LOG_INS) : ())->operations;
    return ([ grep { $_->{kind} eq 'login' } @all ], [ grep { $_->{kind} eq 'sign-up' } @all ]);
}

sub median { my @sorted = sort { $a <=> $b } @_; return $sorted[ $#sorted / 2 ] }

my %storm = ('quiet' => [0], '80 sign up from one address' => [80],
    "$SIGN_UPS sign up, each from an address of its own" => [ $SIGN_UPS, 1 ]);
# How many sign-ups each log-in waited for, as its client sees it: however long a hash takes, how many of theirs were
# made meanwhile?
sub waited_for
{
    my ($logins, $done) = @_;
    return map {
        my $login = $_;
        scalar grep { $_->{end} > $login->{begin} && $_->{end} < $login->{end} } @$done
    } @$logins;
}

# A storm, and how many sign-ups the middle one of its log-ins waited for.
sub weather
{
    my ($name) = @_;
    my ($logins, $sign_ups) = storm_of_sign_ups(@{ $storm{$name} });
    my @refused = map { $_->{why} } grep { $_->{status} != 200 } @$logins;
    is_deeply \@refused, [], "$name: no log-in fails that comes at the rate that there is";
    cmp_ok scalar @$logins, '>=', $LOG_INS, "$name: there were log-ins";
    my @done = grep { $_->{status} == 201 } @$sign_ups;
    ok !@$sign_ups || @done, "$name: some did sign up";
    my @before = waited_for($logins, \@done);
    my @took = sort { $a <=> $b } map { $_->{end} - $_->{begin} } @$logins;
    diag sprintf '%s: %d log-ins, median %.0f ms, longest %.0f ms, behind %d sign-ups, at most %d; %d of %d sign-ups done',
        $name, scalar @$logins, 1000 * median(@took), 1000 * $took[-1], median(@before),
        (sort { $b <=> $a } @before)[0], scalar @done, scalar @$sign_ups;
    return median(@before);
}

# The one that is at work when it comes, or one for each log-in that is before it. Behind all of them it would be as
# many as fit in the queue, in each storm. A client that has to wait for a processor itself, before it asks and after
# it was answered, counts more: then there is another storm.
for my $name ('quiet', grep { $_ ne 'quiet' } sort keys %storm) {
    my $least = 2 * $LOGGING_IN;
    my $before = weather($name);
    for (1 .. 3) {
        last if $before < $least;
        $before = weather($name);
    }
    cmp_ok $before, '<', $least, "$name: log-ins do not wait behind sign-ups";
}
ok $server->stop, 'stopped';
done_testing;

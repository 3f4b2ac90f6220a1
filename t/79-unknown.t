# A write whose answer is lost: PostgreSQL crashes, or waits for a synchronous standby that is silent,
# while it has the write. What a client is told is so: done, not done, or that it is not known, and then
# where to look.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);

use Bookable::Client;
use Bookable::Load ();
use Bookable::Server;
use Bookable::Store;

my %product = (sku => 'a', manufacturer => 'b', category_id => 1, some_other_id => 1);
my @kinds = ('sign-up', 'log-in', 'log-out', 'new password', 'role', 'space', 'booking', 'deletion', 'product');

my $store   = Bookable::Store->new(kind => 'pgsql', connect_timeout => 2)->start;
my $primary = $store->postgres;
# httpd does not know of it: it reads what it has to from the primary.
my $standby = $primary->standby(synchronous => 1);

sub server
{
    my ($timeout) = @_;
    my $server = Bookable::Server->new(store => $store, children => 2, threads => 16,
        config => "BookableStatementTimeout $timeout\n")->start;
    return ($server, Bookable::Client->new(patient => 1, base => $server->base_url));
}

# How many commits wait for the standby.
sub waiting
{
    return scalar $primary->query("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
}

# Tells each commit to wait no longer, until none waits and there were as many as there are requests. A
# request may commit more than once, and on a connection that another has used: a process names no commit.
sub cancel_all
{
    my %told;
    Bookable::Server::wait_until(10, sub {
        $told{ $_->[0] } = 1 for $primary->query("SELECT concat_ws(' ', pid, query_start), pg_cancel_backend(pid)"
            . " FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        return keys %told >= @kinds && waiting() == 0;
    }) or die scalar(keys %told) . ' of ' . @kinds . " commits waited\n";
    return;
}

# One write of each kind, none in the way of another: { kind => request }, and what tells whether it
# was done, { kind => sub }.
my $round = 0;
sub writes
{
    my ($client) = @_;
    $round++;
    my ($ann, $bob, $cid, $dan) = map { $client->member } 1 .. 4;
    my %admin = (authorization => bearer($client->admin));
    my %ann   = (authorization => bearer($ann));
    my ($hall, $taken, $new) = ($client->space, $client->space, "New$round-$$");
    my $booked = '/booking/2030-05-14/' . $client->book($ann, spaceID => $taken)->content;
    my $booking = $client->booking($ann, spaceID => $hall);
    my %request = (
        'sign-up'      => [ POST => '/user', body => json_text({ username => 'eve', userPassword => 'x' x 12 }) ],
        'log-in'       => [ POST => "/user/$ann->{id}",
            body => json_text({ username => $ann->{name}, userPassword => $ann->{password} }) ],
        'log-out'      => [ DELETE => "/user/$bob->{id}/session", authorization => bearer($bob) ],
        'new password' => [ PUT => "/user/$cid->{id}/password", authorization => bearer($cid),
            body => json_text({ currentPassword => $cid->{password}, userPassword => "new-$cid->{password}" }) ],
        'role'     => [ PUT => "/user/$dan->{id}/role", %admin, body => '{"role":"admin"}' ],
        'space'    => [ POST => '/space', %admin, body => json_text({ buildingCode => $new, roomCode => 1 }) ],
        'booking'  => [ POST => '/booking', %ann, body => json_text($booking) ],
        'deletion' => [ DELETE => $booked, %ann ],
        'product'  => [ POST => '/products/7/details', body => json_text({ %product, weight => $round }) ],
    );
    my %is_done = (
        'sign-up' => sub { my ($answer) = @_; $client->get(($answer->header('location') // '/') =~ s{^http://[^/]+}{}r)->code == 200 },
        'log-in'  => sub {
            my ($answer) = @_;
            my $token = $answer->header('x-session-token') // return 1;
            return $client->get('/user/caller', as => "Bearer $token")->code == 200;
        },
        'log-out'      => sub { $client->get("/user/$bob->{id}")->content =~ /EXPIRED/ },
        'new password' => sub { $client->log_in($cid, "new-$cid->{password}")->code == 200 },
        'role'         => sub { $client->get('/user/caller', as => $dan)->content =~ /"admin"/ },
        'space'        => sub { $client->get("/space/$new-1")->code == 200 },
        'booking'      => sub { $client->book($ann, spaceID => $hall)->content =~ /CONFLICT/ },
        'deletion'     => sub { $client->get($booked, as => $ann)->code == 404 },
        'product'      => sub { $client->get('/products/7')->content =~ /"weight": ?$round\b/ },
    );
    return (\%request, \%is_done);
}

# Sends them all, for each to wait for the standby, and calls the function: { kind => answer }.
sub commit_all
{
    my ($server, $request, $meanwhile) = @_;
    $standby->hold;
    my @answers = Bookable::Load::at_once($server->base_url, 0, $meanwhile, @{$request}{@kinds});
    my %answers;
    @answers{@kinds} = map { $_->[0] } @answers;
    return \%answers;
}

my %done = ('sign-up' => 201, space => 201, booking => 201, product => 204);

# ---- the primary crashes ------------------------------------------------------------------------
my ($server, $client) = server('30s');
my ($request, $is_done) = writes($client);
my $answers = commit_all($server, $request, sub {
    Bookable::Server::wait_until(30, sub { waiting() == @kinds }) or die waiting() . " commits wait\n";
    $primary->kill9;
    $primary->start;
    $standby->resume;
});
for my $kind (@kinds) {
    is($answers->{$kind}->status, $done{$kind} // 200,
        "$kind: a write whose result was lost in a crash is found and answered as done")
        or diag($answers->{$kind}->text);
    # The breaker of the database may be open for a moment more.
    ok(Bookable::Server::wait_until(10, sub { eval { $is_done->{$kind}->($answers->{$kind}) } }),
        "$kind: the write is there after the crash");
}

$server->stop;

# ---- the standby is silent ----------------------------------------------------------------------
my %where = ('sign-up' => qr{\Ahttp://[^/]+/user/\d+\z}, space => qr{\Ahttp://[^/]+/space/New\d+-\d+-1\z},
    booking => qr{\Ahttp://[^/]+/booking/2030-05-14/\d+\z});
for my $case ([ 'the commit waits', sub { } ], [ 'the commit is told to wait no longer', \&cancel_all ]) {
    my ($what, $meanwhile) = @$case;
    ($server, $client) = server('2s');
    ($request, $is_done) = writes($client);
    $answers = commit_all($server, $request, $meanwhile);
    for my $kind (@kinds) {
        my $answer = $answers->{$kind};
        is($answer->status . ' ' . ($answer->error_code // ''), '503 OUTCOME_UNKNOWN',
            "a silent standby, $what: $kind is not known to be done") or diag($answer->text);
        ok($answer->header('retry-after'), "a silent standby, $what: $kind: the answer has Retry-After");
        like($answer->header('location') // '', $where{$kind},
            "a silent standby, $what: $kind: the answer has Location") if $where{$kind};
    }
    $standby->resume;
    ok(Bookable::Server::wait_until(30, sub { waiting() == 0 }),
        "a silent standby, $what: no commit waits when the standby goes on");
    ok(Bookable::Server::wait_until(30, sub { $client->get('/user/health')->code == 200 }),
        "a silent standby, $what: health is OK when the standby goes on");
    for my $kind (@kinds) {
        ok(Bookable::Server::wait_until(10, sub { eval { $is_done->{$kind}->($answers->{$kind}) } }),
            "a silent standby, $what: $kind had been done");
    }
    $server->stop;
}

# ---- nothing was done ---------------------------------------------------------------------------
($server, $client) = server('2s');
($request) = writes($client);
my $count = sub { return { map { $_ => ($primary->query("SELECT count(*) FROM $_"))[0][0] } qw(users spaces bookings) } };
my $here = $count->();
$primary->stop;
my @refused = Bookable::Load::at_once($server->base_url, 0, sub { }, @{$request}{@kinds});
is_deeply([ grep { $_->[0]->status != 503 && $_->[0]->error_code ne 'DEPENDENCY_UNAVAILABLE'
    || ($_->[0]->error_code // '') eq 'OUTCOME_UNKNOWN' } @refused ], [],
    'no write is answered OUTCOME_UNKNOWN when the database is away');
$primary->start;
is_deeply($count->(), $here, 'a database that was away has no new rows');
$server->stop;

done_testing();

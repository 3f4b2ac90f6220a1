# A space is archived by two services, each in a transaction of its own: the booking service cancels what lies ahead and
# closes the space's time, then the space service archives it. Here one of them is killed when the first part is done
# and the second has not begun. Nobody books the space meanwhile, and who asks again has all of it, once.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use File::Temp ();
use IO::Select ();
use IO::Socket::INET ();
use POSIX ();

use Bookable::Client;
use Bookable::Process qw(wait_until);
use Bookable::Said qw(body says must);
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

# ---- the way between the services --------------------------------------------------------------------

# A process passes on what the services say to each other. As long as there is the file "hold", the answers of the
# booking service go no further; that there was one makes the file "answered".
my $dir    = File::Temp->newdir('bookable-XXXXXX', TMPDIR => 1);
my $listen = IO::Socket::INET->new(Listen => 50, LocalAddr => '127.0.0.1', Proto => 'tcp', ReuseAddr => 1) or die "listen: $!\n";
my $far    = Bookable::Server->new(api => '/v1', children => 1)->start;

sub pass_on
{
    my %peer;
    my $all   = IO::Select->new($listen);
    my $close = sub { for (@_) { $all->remove($_); delete $peer{$_}; close $_ } return };
    while (my @ready = $all->can_read) {
        for my $from (@ready) {
            if ($from == $listen) {
                my $near = $listen->accept or next;
                my $to = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $far->port, Proto => 'tcp');
                close $near, next if !$to;
                @peer{ $near, $to } = ([ $to, 0 ], [ $near, 1 ]);
                $all->add($near, $to);
                next;
            }
            my ($to, $is_answer) = @{ $peer{$from} || next };
            my $read = sysread $from, my $bytes, 65536;
            if    (!$read)                         { $close->($from, $to) }
            elsif ($is_answer && -e "$dir/hold")   { touch('answered') }
            elsif (!defined syswrite $to, $bytes)  { $close->($from, $to) }
        }
    }
    return;
}

sub touch  { my ($name, $text) = @_; open my $out, '>', "$dir/$name" or die "$name: $!\n"; print {$out} $text // ''; return close $out }
sub forget { unlink map { "$dir/$_" } @_; return }

my $owner = $$;
my $way   = fork // die "fork: $!\n";
END { if ($way && $$ == $owner) { local $?; kill TERM => $way; waitpid $way, 0 } }
if (!$way) {
    $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
    $SIG{PIPE} = 'IGNORE';
    pass_on();
    POSIX::_exit(0);
}

my $near = Bookable::Server->new(api => '/v1', children => 1, store => $far->store, stock => [qw(proxy proxy_http)], config => <<"END")->start;
ProxyPass /far/ http://127.0.0.1:@{[ $listen->sockport ]}/ retry=0
SpaceClosuresPath /far/v1/closures
SpaceCallTimeout booking 60s
SpaceBreaker booking minimum-calls=10000
END
my $client = Bookable::Client->new(base => $far->base_url);
my $admin  = $client->admin;
my $ann    = $client->member;

# ---- what is done, and what is to be -----------------------------------------------------------------

my $rooms = 0;
sub archive { my ($room) = @_; return Bookable::Client->new(base => $near->base_url)->post("/v1/spaces/$room/archive", { reason => 'Sold', bookings => 'cancel' }, as => $admin) }
sub book { my ($room) = @_; return $client->post('/v1/bookings', { space => $room, start => '2030-05-14T12:00', minutes => 60 }, as => $ann) }
sub state_of { my ($path) = @_; return body($client->get($path, as => $admin))->{state} }

# Archives a room; when the booking service has done its part, and has said so, that happens. Returns how it was
# answered, or none.
sub interrupted
{
    my ($room, $happens) = @_;
    touch('hold');
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        my $answer = archive($room);
        touch('code', $answer->header('Client-Warning') ? 'none' : $answer->code);
        POSIX::_exit(0);
    }
    my $is_done = wait_until(60, sub { -e "$dir/answered" });
    $happens->() if $is_done;
    waitpid $pid, 0;
    forget(qw(hold answered));
    open my $in, '<', "$dir/code" or die "code: $!\n";
    return $is_done ? scalar <$in> : 'the booking service was not asked';
}

sub kill_child
{
    my ($server) = @_;
    my @old = $server->children;
    kill KILL => @old;
    return wait_until(60, sub { my @now = $server->children; @now && !grep { my $pid = $_; grep { $_ == $pid } @old } @now });
}

# How often a booking was cancelled, and rows that close a room.
sub cancelled { my ($id) = @_; return scalar grep { $_->{type} eq 'booking.cancelled' } @{ must(200, $client->get("/v1/bookings/$id/history", as => $admin))->{items} } }
sub closing { my ($room) = @_; return scalar(() = $far->store->query("SELECT id FROM bookings WHERE space_id = '$room' AND kind = 2 AND occupies = 1")) }

for my $case (
    [ 'a child of the space service'   => 'none',   sub { kill_child($near) } ],
    [ 'the whole space service'        => 'none',   sub { $near->kill9 }, sub { $near->start } ],
    [ 'a child of the booking service' => 200, sub { forget('hold'); kill_child($far) } ],
    [ 'the whole booking service'      => 503, sub { $far->kill9 }, sub { $far->start } ],
) {
    my ($who, $status, $happens, $after) = @$case;
    my $room = 'old-' . ++$rooms;
    must(201, $client->post('/v1/spaces', { id => $room, name => "Old $rooms", timeZone => 'UTC' }, as => $admin));
    my $booked = must(201, $client->post('/v1/bookings', { space => $room, start => '2030-05-14T10:00', minutes => 60 }, as => $ann));
    is(interrupted($room, $happens), $status, "$who is killed between the two parts: what the administrator is answered");
    $after->() if $after;
    $client->{agent}->conn_cache->drop;
    is(state_of("/v1/spaces/$room"), $status eq '200' ? 'archived' : 'active', "$who was killed: whether the space is archived");
    is(state_of("/v1/bookings/$booked->{id}"), 'cancelled', "$who was killed: what lay ahead is cancelled");
    if ($status ne '200') {
        says(book($room), 409, sub { $_[0]{conflicts}[0]{kind} }, 'closure', "$who was killed: nobody books meanwhile");
    }
    says(archive($room), 200, sub { @{ $_[0] }{qw(state reason)} }, 'archived Sold', "$who was killed: asked again the space is archived");
    is(cancelled($booked->{id}), 1, "$who was killed: what lay ahead was cancelled once");
    is(closing($room), 1, "$who was killed: the space is closed once");
    says($client->call(DELETE => "/v1/spaces/$room/archive", undef, as => $admin), 200, sub { $_[0]{state} }, 'active', "$who was killed: the space is restored");
    is(book($room)->code, 201, "$who was killed: what was restored is booked");
}

$_->finish for $near, $far;
done_testing;

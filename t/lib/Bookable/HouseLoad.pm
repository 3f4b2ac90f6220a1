package Bookable::HouseLoad;

# Clients of API v1 in a house with few rooms, whose policies keep time free after each booking and have a quota. Members
# book, move, shorten and cancel, one date or a series; one room they may only ask for. Each fourth client keeps the
# house: it approves, rejects, closes spaces and opens them, and keeps bookings of a foreign system in step. What they
# saw, and the log of the database, are for Bookable::HouseHistory.
#
#   my $house = Bookable::HouseLoad->new(server => $server, clients => 32)->prepare;
#   $house->start(60);
#   ... kill something ...
#   my @violations = $house->violations($house->wait);
#
# server: or base_url and store. It is a Bookable::Load: what a test waits for is counted as there.

use strict;
use warnings FATAL => 'all';

use parent 'Bookable::Load';
use JSON::PP ();
use POSIX qw(strftime);
use Time::HiRes qw(sleep);
use Time::Local qw(timegm);

use Bookable::Client       ();
use Bookable::HouseHistory ();

use constant { SLOT => 15, TEARDOWN => 10, QUOTA => 4, KEYS => 8, KEEPERS => 4 };    # minutes, minutes, bookings

# What every mixed load is to have seen.
use constant SOME_OF_EACH => (map { $_ => 1 } 'book/ok', 'book/taken', 'book/quota', 'move/ok', 'move/taken', 'cancel/ok',
    'series/ok', 'series/taken', 'end/ok', 'approve/ok', 'reject/ok', 'close/ok', 'close/taken', 'open/ok', 'import/ok', 'import/taken');

my $json = JSON::PP->new->canonical;

sub new
{
    my ($class, %args) = @_;
    my $server = $args{server};
    $args{base_url} //= $server->base_url;
    $args{store}    //= $server->store;
    return $class->SUPER::new(spaces => 4, days => 3, %args);
}

# Time is counted in minutes from the first day on.
my $FIRST = timegm(0, 0, 0, 3, 2, 2031);

sub spell { my ($minutes) = @_; return strftime('%Y-%m-%dT%H:%M:00Z', gmtime($FIRST + 60 * $minutes)) }

sub minutes
{
    my ($text) = @_;
    my ($year, $month, $day, $hour, $minute) = $text =~ /\A(\d+)-(\d+)-(\d+)T(\d+):(\d+):00(?:Z|\+00:00)\z/
        or die "not a time of UTC: $text\n";
    return (timegm(0, $minute, $hour, $day, $month - 1, $year) - $FIRST) / 60;
}

sub is_keeper { my ($number) = @_; return $number % KEEPERS == 0 }

sub keepers { my ($self) = @_; return map { $self->{callers}[$_]{id} } grep { is_keeper($_) } 0 .. $#{ $self->{callers} } }

sub prepare
{
    my ($self) = @_;
    my $client = Bookable::Client->new(base => $self->{base_url});
    my $admin  = $client->admin;
    $self->{callers} = [ map { Bookable::Load::sign_up($self->connection, "house-$$-$_", "password-$_") } 1 .. $self->{clients} ];
    my %rules = (teardown => TEARDOWN, quota => [ { id => 'open', per => 'future', count => QUOTA, over => 'all' } ],
        series => { by => ['everyone'], max => 10, weeks => 4 });
    my %policies = (load => {}, ask => { book => ['group:nobody'], request => ['everyone'] });
    for my $id (sort keys %policies) {
        my $answer = $client->call(PUT => "/v1/policies/$id", { name => $id, %rules, %{ $policies{$id} } }, as => $admin,
            headers => [ 'If-None-Match' => '*' ]);
        $answer->code == 201 or die 'no policy: ' . $answer->as_string;
    }
    for my $number (1 .. $self->{spaces}) {
        my $space = { id => "load-$number", name => "Load $number", timeZone => 'UTC', policy => $number == 1 ? 'ask' : 'load',
            managers => [ map { "user:$_" } $self->keepers ] };
        my $answer = $client->post('/v1/spaces', $space, as => $admin);
        $answer->code == 201 or die 'no space: ' . $answer->as_string;
    }
    return $self;
}

sub start { my ($self, $seconds) = @_; return $self->SUPER::start($seconds, \&client) }

# ---- a member ------------------------------------------------------------------------------------

sub some_space { my ($self) = @_; return 'load-' . (1 + int rand $self->{spaces}) }

sub some_range
{
    my ($self) = @_;
    my $start = SLOT * int rand $self->{days} * 96;
    return (space => $self->some_space, start => $start, end => $start + SLOT * (1 + int rand 12));
}

sub client
{
    my ($self, $number, $until) = @_;
    my $work = { load => $self, connection => $self->connection($number), caller => $self->{callers}[$number], mine => [], series => [],
        closures => [] };
    my $next = is_keeper($number) ? \&keep : \&live;
    my @operations;
    while (Bookable::Load::now() < $until) {
        my $operation = $next->($work) or next;
        if ($operation->{outcome} eq 'unsent') {
            sleep 0.02;
            next;
        }
        push @operations, { %$operation, user => $work->{caller}{id} };
    }
    return @operations;
}

sub live
{
    my ($work) = @_;
    my $mine = $work->{mine};
    my $dice = rand;
    my $operation = $dice < 0.1 ? make_series($work)
        : $dice < 0.15 && @{ $work->{series} } ? end_series($work)
        : !@$mine || $dice < 0.5 ? book($work, $work->{load}->some_range)
        : undef;
    return $operation if $operation;
    my ($booking) = splice @$mine, int rand @$mine, 1;
    $operation = $dice < 0.8 ? move($work, $booking, $work->{load}->other_range($booking)) : cancel($work, $booking);
    # After an unknown outcome a booking is left alone.
    push @$mine, $booking if $operation->{outcome} =~ /\A(?:taken|quota|unsent)\z/;
    push @$mine, look($work, $booking->{id}) if $operation->{outcome} eq 'stale';
    return $operation;
}

# Elsewhere; or shorter, where it is.
sub other_range
{
    my ($self, $mine) = @_;
    return (space => $mine->{space}, start => $mine->{start}, end => $mine->{start} + SLOT)
        if rand() < 0.3 && $mine->{end} - $mine->{start} > SLOT;
    my %range;
    do { %range = $self->some_range } until grep { $range{$_} ne $mine->{$_} } qw(space start end);
    return %range;
}

# What an answer means for the history, but for what an acknowledged operation is told.
my %OUTCOMES = ('slot-taken' => 'taken', 'series-clash' => 'taken', 'has-bookings' => 'taken', 'quota-used' => 'quota',
    'version-mismatch' => 'stale', 'not-pending' => 'stale');

sub send_it
{
    my ($work, $operation, $told, $method, $path, $body, %headers) = @_;
    return Bookable::Load::operate($operation, $work->{connection}, sub {
        my ($answer) = @_;
        return 'info' if $answer->lost;
        my $said = eval { $json->decode($answer->body) } || {};
        if ($answer->status =~ /\A20[014]\z/) {
            $told->($operation, $said);
            return 'ok';
        }
        my $code = $said->{code} // '';
        @$operation{qw(skipped fit)} = (refused($said->{clashes}), $said->{fit}) if $said->{clashes};
        return $OUTCOMES{$code} if $OUTCOMES{$code};
        # Refused before the store was asked; of any other 5xx nobody knows whether it was done.
        return 'fail' if $answer->status < 500 || $code =~ /\A(?:capacity|dependency-unavailable)\z/;
        return 'info';
    }, $method => $path, authorization => $work->{caller}{bearer}, defined $body ? (body => $json->encode($body)) : (),
        Prefer => 'return=minimal', %headers);
}

# Dates of a series that were refused.
sub refused
{
    my ($dates) = @_;
    return [ map { [ minutes($_->{start}), minutes($_->{end}), $_->{code} eq 'slot-taken' ? 'taken' : $_->{code} eq 'quota-used' ? 'quota' : 'rules' ] } @$dates ];
}

sub told_booking
{
    my ($operation, $said) = @_;
    @$operation{qw(id version space)} = @$said{qw(id version space)};
    @$operation{qw(start end)} = map { minutes($said->{$_}) } qw(start end);
    return;
}

sub told_version { my ($operation, $said) = @_; $operation->{version} = $said->{version}; return }

sub lasting { my (%range) = @_; return (start => spell($range{start}), end => spell($range{end})) }

sub book
{
    my ($work, %range) = @_;
    my $operation = send_it($work, { kind => 'book', %range }, \&told_booking, POST => '/v1/bookings', { space => $range{space}, lasting(%range) });
    push @{ $work->{mine} }, $operation if $operation->{outcome} eq 'ok';
    return $operation;
}

sub move
{
    my ($work, $booking, %range) = @_;
    my $operation = send_it($work, { kind => 'move', id => $booking->{id}, version => $booking->{version}, %range }, \&told_booking,
        PATCH => "/v1/bookings/$booking->{id}", { space => $range{space}, lasting(%range) }, 'If-Match' => qq("$booking->{version}"));
    push @{ $work->{mine} }, { %$operation, series => $booking->{series} } if $operation->{outcome} eq 'ok';
    return $operation;
}

# What was rejected is no more to be cancelled.
sub cancel
{
    my ($work, $booking) = @_;
    return send_it($work, { kind => 'cancel', id => $booking->{id}, version => $booking->{version} }, \&told_version,
        POST => "/v1/bookings/$booking->{id}/cancellation", {});
}

# A booking as it is now; nothing where it has ended, or could not be read.
sub look
{
    my ($work, $id) = @_;
    my $answer = $work->{connection}->request(GET => "/v1/bookings/$id", authorization => $work->{caller}{bearer});
    my $said = !$answer->lost && $answer->status == 200 ? $json->decode($answer->body) : {};
    return unless ($said->{state} // '') =~ /\A(?:confirmed|pending)\z/;
    my %booking;
    told_booking(\%booking, $said);
    return { %booking, series => $said->{series} };
}

# Days in a row, each or those that are free.
sub make_series
{
    my ($work) = @_;
    my $load  = $work->{load};
    my $days  = 2 + int rand $load->{days} - 1;
    my $start = SLOT * int rand 96;
    my $length = SLOT * (1 + int rand 6);
    my $operation = { kind => 'series', space => $load->some_space, mode => rand() < 0.5 ? 'all' : 'free',
        dates => [ map { [ $start + 1440 * $_, $start + 1440 * $_ + $length ] } 0 .. $days - 1 ] };
    send_it($work, $operation, sub {
        my ($series, $said) = @_;
        $series->{id} = $said->{id};
        $series->{created} = [ map { $_->{booking} } @{ $said->{created} } ];
        $series->{skipped} = refused($said->{skipped});
        push @{ $work->{series} }, $said->{id};
        push @{ $work->{mine} }, map { +{ id => $_->{booking}, version => 1, series => $said->{id}, space => $operation->{space},
            start => minutes($_->{start}), end => minutes($_->{end}) } } @{ $said->{created} };
    }, POST => '/v1/series', { space => $operation->{space}, start => spell($start), minutes => $length, mode => $operation->{mode},
        rule => { freq => 'daily', count => $days } });
    return $operation;
}

sub end_series
{
    my ($work) = @_;
    my ($id) = splice @{ $work->{series} }, int rand @{ $work->{series} }, 1;
    my $operation = send_it($work, { kind => 'end', id => $id }, sub { my ($end, $said) = @_; $end->{count} = $said->{cancelled} },
        POST => "/v1/series/$id/cancellation", {});
    if ($operation->{outcome} eq 'unsent') { push @{ $work->{series} }, $id }
    else { @{ $work->{mine} } = grep { ($_->{series} // '') ne $id } @{ $work->{mine} } }
    return $operation;
}

# ---- who keeps the house -------------------------------------------------------------------------

sub keep
{
    my ($work) = @_;
    my $dice = rand;
    return @{ $work->{closures} } > 1 ? open_spaces($work) : close_spaces($work) if $dice < 0.3;
    return import_one($work) if $dice < 0.7;
    return decide($work);
}

sub close_spaces
{
    my ($work) = @_;
    my %range  = $work->{load}->some_range;
    my %spaces = map { $_ => 1 } $range{space}, $work->{load}->some_space;
    my $way    = (qw(refuse refuse cancel cancel keep))[ rand 5 ];
    my $operation = { kind => 'close', way => $way, spaces => [ sort keys %spaces ], start => $range{start}, end => $range{end} };
    return send_it($work, $operation, sub {
        my ($closure, $said) = @_;
        $closure->{id} = $said->{id};
        $closure->{cancelled} = [ map { $_->{booking} } @{ $said->{cancelled} } ];
        push @{ $work->{closures} }, $said->{id};
    }, POST => '/v1/closures', { spaces => $operation->{spaces}, lasting(%range), reason => 'Repair', bookings => $way });
}

sub open_spaces
{
    my ($work) = @_;
    my $id = shift @{ $work->{closures} };
    my $operation = send_it($work, { kind => 'open', id => $id }, sub { }, DELETE => "/v1/closures/$id");
    unshift @{ $work->{closures} }, $id if $operation->{outcome} eq 'unsent';
    return $operation;
}

# All who keep the house write to the same keys.
sub import_one
{
    my ($work) = @_;
    my %range = $work->{load}->some_range;
    my $key = 'lecture-' . int rand KEYS;
    return send_it($work, { kind => 'import', key => $key, %range }, \&told_booking, PUT => "/v1/bookings/external/timetable/$key",
        { space => $range{space}, lasting(%range) });
}

# One of those that wait, which others decide on, too.
sub decide
{
    my ($work) = @_;
    unless (@{ $work->{waiting} || [] }) {
        my $answer = $work->{connection}->request(GET => '/v1/bookings?state=pending&manages=me&limit=20', authorization => $work->{caller}{bearer});
        my $said = !$answer->lost && $answer->status == 200 ? $json->decode($answer->body) : {};
        $work->{waiting} = [ sort { rand() <=> 0.5 } @{ $said->{items} || [] } ];
    }
    my $booking = shift @{ $work->{waiting} } or return import_one($work);
    my $kind = rand() < 0.5 ? 'approve' : 'reject';
    return send_it($work, { kind => $kind, id => $booking->{id}, version => $booking->{version} }, \&told_version,
        POST => "/v1/bookings/$booking->{id}/" . ($kind eq 'approve' ? 'approval' : 'rejection'), $kind eq 'approve' ? {} : { reason => 'Full' });
}

# ---- afterwards ----------------------------------------------------------------------------------

sub _minutes { my ($ns) = @_; return defined $ns ? ($ns / 1e9 - $FIRST) / 60 : undef }

my @KINDS  = qw(booking hold closure part);
my @STATES = qw(confirmed pending cancelled rejected released expired);
my @VIAS   = qw(base v1 import tick);

sub _row
{
    my ($user, $space, $start, $end, $state) = @_;
    return (user => $user, space => $space, start => _minutes($start), end => _minutes($end), state => $STATES[$state],
        occupies => $state < 2 ? 1 : 0);
}

# What the store and its log have, as the checker wants them.
sub known
{
    my ($self) = @_;
    my $store = $self->{store};
    my $order = $store->kind eq 'pgsql' || $store->kind eq 'standby' ? 'xact, seq' : 'seq';
    my $rows_of = sub { my ($sql) = @_; return map { [ map { defined && length ? $_ : undef } @$_ ] } $store->query($sql) };
    my (%row_of, @rows);
    for my $row ($rows_of->('SELECT id, version, series_id, kind, occupies, user_id, space_id, start_ns, end_ns, state FROM bookings')) {
        my ($id, $version, $series, $kind, $occupies, @place) = @$row;
        $row_of{$id} = { id => $id, kind => $KINDS[$kind], $KINDS[$kind] eq 'closure' ? (pad => 0) : (), series => $series };
        push @rows, { %{ $row_of{$id} }, version => $version, _row(@place), occupies => $occupies };
    }
    my @log = map {
        my ($id, $version, $actor, $at, $via, @places) = @$_;
        +{ %{ $row_of{$id} || { id => $id } }, version => $version, actor => $actor, at => $at, via => $VIAS[$via], _row(@places[ 0 .. 4 ]),
            old => defined $places[9] ? { _row(@places[ 5 .. 9 ]) } : undef };
    } $rows_of->("SELECT booking_id, version, actor, at_ns, via, user_id, space_id, start_ns, end_ns, state,"
        . " old_user_id, old_space_id, old_start_ns, old_end_ns, old_state FROM booking_events ORDER BY $order");
    return (log => \@log, rows => \@rows, pad => TEARDOWN, quota => QUOTA, unlimited => { map { $_ => 1 } $self->keepers });
}

sub violations
{
    my ($self, $history) = @_;
    return Bookable::HouseHistory::check(operations => [ $history->operations ], $self->known);
}

1;

package Bookable::HouseLoad;

# Clients that book, move and cancel by API v1 in a house with few rooms, whose policy keeps time free after each
# booking and has a quota; and what they saw, with the log of the database, for Bookable::HouseHistory.
#
#   my $house = Bookable::HouseLoad->new(server => $server, clients => 32)->prepare;
#   $house->start(60);
#   ... kill something ...
#   my @violations = $house->violations($house->wait);
#
# It is a Bookable::Load: what a test waits for is counted as there.

use strict;
use warnings FATAL => 'all';

use parent 'Bookable::Load';
use JSON::PP ();
use POSIX qw(strftime);
use Time::HiRes qw(sleep);
use Time::Local qw(timegm);

use Bookable::Client       ();
use Bookable::HouseHistory ();

use constant { SLOT => 15, TEARDOWN => 10, QUOTA => 4 };    # minutes, minutes, bookings

# What every mixed load is to have seen.
use constant SOME_OF_EACH => (map { $_ => 1 } 'book/ok', 'book/taken', 'book/quota', 'move/ok', 'move/taken', 'cancel/ok');

my $json = JSON::PP->new->canonical;

sub new
{
    my ($class, %args) = @_;
    my $server = $args{server};
    return $class->SUPER::new(base_url => $server->base_url, spaces => 4, days => 2, %args);
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

sub prepare
{
    my ($self) = @_;
    my $client = Bookable::Client->new(base => $self->{server}->base_url);
    my $admin  = $client->admin;
    my @policy = (PUT => '/v1/policies/load', { name => 'Load', teardown => TEARDOWN,
        quota => [ { id => 'open', per => 'future', count => QUOTA } ] }, as => $admin, headers => [ 'If-None-Match' => '*' ]);
    $client->call(@policy)->code == 201 or die "no policy\n";
    for my $number (1 .. $self->{spaces}) {
        my $space = { id => "load-$number", name => "Load $number", timeZone => 'UTC', policy => 'load' };
        $client->post('/v1/spaces', $space, as => $admin)->code == 201 or die "no space\n";
    }
    $self->{callers} = [ map { Bookable::Load::sign_up($self->connection, "house-$$-$_", "password-$_") } 1 .. $self->{clients} ];
    return $self;
}

sub start { my ($self, $seconds) = @_; return $self->SUPER::start($seconds, \&client) }

# ---- one client ----------------------------------------------------------------------------------

sub some_range
{
    my ($self) = @_;
    my $start = SLOT * int rand $self->{days} * 96;
    return (space => 'load-' . (1 + int rand $self->{spaces}), start => $start, end => $start + SLOT * (1 + int rand 12));
}

sub client
{
    my ($self, $number, $until) = @_;
    my $connection = $self->connection($number);
    my $caller     = $self->{callers}[$number];
    my (@operations, @mine);
    while (Bookable::Load::now() < $until) {
        my $place = @mine ? int rand @mine : undef;
        my $dice  = rand;
        my $operation =
              !defined $place || $dice < 0.5 ? book($connection, $caller, $self->some_range)
            : $dice < 0.8                    ? move($connection, $caller, $mine[$place], $self->other_range($mine[$place]))
            :                                  cancel($connection, $caller, $mine[$place]);
        if ($operation->{outcome} eq 'unsent') {
            sleep 0.02;
            next;
        }
        # After an unknown outcome a booking is left alone.
        splice @mine, $place, 1 if $operation->{kind} ne 'book' && $operation->{outcome} =~ /\A(?:ok|info|fail)\z/;
        push @mine, $operation if $operation->{outcome} eq 'ok' && $operation->{kind} ne 'cancel';
        push @operations, { %$operation, user => $caller->{id} };
    }
    return @operations;
}

# Elsewhere; or shorter, where it is.
sub other_range
{
    my ($self, $mine) = @_;
    return rand() < 0.7 || $mine->{end} - $mine->{start} == SLOT ? $self->some_range
        : (space => $mine->{space}, start => $mine->{start}, end => $mine->{start} + SLOT);
}

# What an answer means for the history.
sub outcome
{
    my ($operation, $answer) = @_;
    return 'info' if $answer->lost;
    my $body = eval { $json->decode($answer->body) } || {};
    my $code = $body->{code} // '';
    if ($answer->status == 200 || $answer->status == 201) {
        @$operation{qw(id version)} = @$body{qw(id version)};
        @$operation{qw(space start end)} = ($body->{space}, map { minutes($body->{$_}) } qw(start end)) if $operation->{kind} ne 'cancel';
        return 'ok';
    }
    return 'taken' if $code eq 'slot-taken';
    return 'quota' if $code eq 'quota-used';
    # Refused before the store was asked; of any other 5xx nobody knows whether it was done.
    return 'fail' if $answer->status < 500 || $code =~ /\A(?:capacity|dependency-unavailable)\z/;
    return 'info';
}

sub send_it
{
    my ($operation, $connection, $caller, $method, $path, $body, %headers) = @_;
    return Bookable::Load::operate($operation, $connection, sub { outcome($operation, @_) }, $method => $path,
        authorization => $caller->{bearer}, body => $json->encode($body), Prefer => 'return=minimal', %headers);
}

sub book
{
    my ($connection, $caller, %range) = @_;
    return send_it({ kind => 'book', %range }, $connection, $caller, POST => '/v1/bookings',
        { space => $range{space}, start => spell($range{start}), end => spell($range{end}) });
}

sub move
{
    my ($connection, $caller, $booking, %range) = @_;
    return send_it({ kind => 'move', id => $booking->{id}, %range }, $connection, $caller, PATCH => "/v1/bookings/$booking->{id}",
        { space => $range{space}, start => spell($range{start}), end => spell($range{end}) }, 'If-Match' => qq("$booking->{version}"));
}

sub cancel
{
    my ($connection, $caller, $booking) = @_;
    return send_it({ kind => 'cancel', id => $booking->{id} }, $connection, $caller, POST => "/v1/bookings/$booking->{id}/cancellation", {});
}

# ---- afterwards ----------------------------------------------------------------------------------

sub _minutes { my ($ns) = @_; return defined $ns ? ($ns / 1e9 - $FIRST) / 60 : undef }

# What the store and its log have, as the checker wants them.
sub known
{
    my ($self) = @_;
    my $store = $self->{server}->store;
    my $order = $store->kind eq 'pgsql' ? 'xact, seq' : 'seq';
    my @log = map {
        my %new = (id => $_->[0], version => $_->[1], actor => $_->[2], user => $_->[3], space => $_->[4],
            start => _minutes($_->[5]), end => _minutes($_->[6]), occupies => $_->[7] < 2 ? 1 : 0);
        my %old = (user => $_->[8], space => $_->[9], start => _minutes($_->[10]), end => _minutes($_->[11]),
            occupies => ($_->[12] // '') ne '' && $_->[12] < 2 ? 1 : 0);
        +{ %new, old => $_->[1] > 1 ? \%old : undef };
    } map { [ map { defined && length ? $_ : undef } @$_ ] } $store->query("SELECT booking_id, version, actor, user_id, space_id, start_ns, end_ns, state,"
        . " old_user_id, old_space_id, old_start_ns, old_end_ns, old_state FROM booking_events ORDER BY $order");
    my @rows = map { +{ id => $_->[0], version => $_->[1], user => $_->[2], space => $_->[3], start => _minutes($_->[4]),
        end => _minutes($_->[5]), occupies => $_->[6] } }
        $store->query('SELECT id, version, user_id, space_id, start_ns, end_ns, occupies FROM bookings');
    return (log => \@log, rows => \@rows, pad => TEARDOWN, quota => QUOTA);
}

sub violations
{
    my ($self, $history) = @_;
    return Bookable::HouseHistory::check(operations => [ $history->operations ], $self->known);
}

1;

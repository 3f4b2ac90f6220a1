package Bench::Rooms;

# Rooms with a policy, and bookings of them: what bench/availability and bench/lists read.

use strict;
use warnings FATAL => 'all';

use JSON::PP ();

use Bench::Fill ();

use constant { BUILDINGS => 5, A_DAY => 4 };

# space-1, space-2 and so on.
sub make
{
    my ($client, $count) = @_;
    my %rules = (name => 'Rooms', see => ['everyone'], book => ['everyone'], teardown => 10, timeZone => 'Europe/Helsinki',
        hours => [ { days => [qw(mon tue wed thu fri sat sun)], from => '08:00', to => '20:00' } ],
        start => { step => 30, anchor => '00:00' }, length => { min => 30, max => 240, step => 30 });
    my $answer = $client->put('/v1/policies/rooms', \%rules, as => $client->admin, headers => [ 'If-None-Match' => '*' ]);
    die substr($answer->as_string, 0, 1000) if $answer->code != 201;
    my @spaces = map { { id => "space-$_", name => "Room $_", building => 'Building-' . ($_ % BUILDINGS), floor => '' . int($_ / BUILDINGS) % 4,
        capacity => 1 + $_ % 40, policy => 'rooms', timeZone => 'Europe/Helsinki', features => [ 'screen', 'step-free' ],
        description => 'A quiet room with large windows' } } 1 .. $count;
    return add($client, @spaces);
}

# Any spaces, of which there are none yet.
sub add
{
    my ($client, @spaces) = @_;
    while (my @some = splice @spaces, 0, 200) {
        my $answer = $client->post('/v1/spaces/batch', { items => \@some }, as => $client->admin);
        my $made   = JSON::PP::decode_json($answer->content)->{created} // 0;
        die substr($answer->as_string, 0, 1000) if $made != @some;
    }
    return;
}

# Four a day in each space, from 9, 11, 13 and 15 o'clock (UTC+3) on, for 90 minutes, from the first of May 2030 on;
# written by the database itself, for the requests that are measured only read.
#
# bookings, spaces  how many; owner  an expression of whose number n is
sub book
{
    my ($store, %args) = @_;
    my $postgres = $store->can('postgres') ? $store->postgres : undef;
    my $database = {
        is_pgsql => defined $postgres,
        query    => sub { return $store->query(@_) },
        change   => sub { return $postgres ? $postgres->query(@_) : $store->change(join '; ', @_) },
    };
    my ($spaces, $per_day, $owner) = ($args{spaces}, A_DAY, $args{owner} // '1 + n % 5000');
    my $start = "(1903845600 + n / $spaces / $per_day * 86400 + n / $spaces % $per_day * 7200) * CAST(1000000000 AS BIGINT)";
    Bench::Fill::bookings($database, "INSERT INTO bookings (id, space_id, user_id, date, occupants, start_ns, end_ns,"
        . " teardown_ns, title) SELECT 1000000 + n, 'space-' || (n % $spaces + 1), $owner, '2030-05-01', 2, $start,"
        . " $start + 5400000000000, 600000000000, 'Thesis group' FROM "
        . Bench::Fill::numbers($database->{is_pgsql}, $args{bookings}));
    return;
}

1;

package Bookable::Rooms;

# Rooms that are booked by API v1, for the tests of bookings: a server of their own, with people, and short names for what
# is asked of it.
#
#   use Bookable::Rooms;
#   my $room = space(policy => rules('lessons', lead => 60));
#   refuses(book($room, '05-14', 9, as => $bob), 409, 'slot-taken', 'a time that is taken is refused');
#
# Whoever is not named is $ann.

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);
use JSON::PP ();
use Test::More ();

use Bookable::Client;
use Bookable::Said qw(body must shows);
use Bookable::Server;

our @EXPORT = qw($client $strict $alone $admin $ann $bob $eve $json $YES $NO
    begin_rooms body shows refuses must rules space wish book made change cancel undo get_one list items starts);

our ($client, $strict, $alone, $admin, $ann, $bob, $eve);
our $json = JSON::PP->new->utf8->canonical;
our ($YES, $NO) = (JSON::PP::true, JSON::PP::false);

my $server;

# Starts the server: $client asks it, $strict one that lets nobody book long or much, $alone one without the base API.
sub begin_rooms
{
    $server = Bookable::Server->new(api => '/v1', config => sub {
        my ($own) = @_;
        $own->{$_} = Bookable::Server::free_port() for qw(strict alone);
        return <<"END" })->start;
BookingMaxLength Off
Listen 127.0.0.1:$own->{strict}
<VirtualHost 127.0.0.1:$own->{strict}>
    BookingMaxLength 2h
    BookingMaxFuture 3
</VirtualHost>
Listen 127.0.0.1:$own->{alone}
<VirtualHost 127.0.0.1:$own->{alone}>
    BookingPath Off
</VirtualHost>
END
    $client = Bookable::Client->new(base => $server->base_url);
    $strict = Bookable::Client->new(base => "http://127.0.0.1:$server->{strict}");
    $alone  = Bookable::Client->new(base => "http://127.0.0.1:$server->{alone}");
    $admin  = $client->admin;
    ($ann, $bob, $eve) = map { $client->member } 1 .. 3;
    return;
}

# ---- what is asked, and what is looked for in the answer ---------------------------------------------

# A problem: its code and status, and the pointers of its faults, or the rules that are broken.
sub refuses
{
    my ($answer, $status, $code, $name, @places) = @_;
    my $body  = body($answer);
    my @found = map { $_->{pointer} // $_->{rule} } @{ $body->{errors} || $body->{violations} || [] };
    my $right = $answer->code == $status && ($body->{code} // '') eq $code
        && $answer->header('Content-Type') eq 'application/problem+json' && "@found" eq "@places";
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    Test::More::ok($right, $name) || Test::More::diag(substr("$answer->{line}\n" . $answer->as_string, 0, 1500));
    return $body;
}

my %rules_of;
sub rules
{
    my ($policy, %rules) = @_;
    my $is_there = $rules_of{$policy}++;
    must($is_there ? 200 : 201, $client->put("/v1/policies/$policy", { name => 'Rules', %rules }, as => $admin,
        headers => $is_there ? [ 'If-Match' => '*' ] : [ 'If-None-Match' => '*' ]));
    return;
}

my $spaces = 0;
sub space
{
    my (%more) = @_;
    my $id = 'room-' . ++$spaces;
    must(201, $client->post('/v1/spaces', { id => $id, name => "Room $spaces", building => 'Hall', floor => '2',
        capacity => 4, timeZone => 'Europe/Helsinki', %more }, as => $admin));
    return $id;
}

# A booking of an hour on a day, by the clock of the space.
sub wish
{
    my ($space, $day, $hour, %more) = @_;
    return { space => $space, start => sprintf('2030-%sT%02d:00', $day, $hour), minutes => 60, %more };
}

sub book
{
    my ($space, $day, $hour, %more) = @_;
    my $as = delete $more{as} // $ann;
    my $by = delete $more{by} // $client;
    my $query = delete $more{query} // '';
    my $headers = delete $more{headers} // [];
    return $by->post("/v1/bookings$query", wish($space, $day, $hour, %more), as => $as, headers => $headers);
}

sub made { return must(201, book(@_)) }

sub change
{
    my ($id, $change, %more) = @_;
    my $match = exists $more{match} ? delete $more{match} : '*';
    return $client->call(PATCH => "/v1/bookings/$id" . (delete $more{query} // ''), $change, as => $ann, %more,
        headers => defined $match ? [ 'If-Match' => $match ] : []);
}

sub cancel
{
    my ($id, $body, %more) = @_;
    return $client->post("/v1/bookings/$id/cancellation", $body, as => $ann, %more);
}

sub undo { my ($id, %more) = @_; return $client->delete("/v1/bookings/$id/cancellation", as => $ann, %more) }

sub get_one { my ($id, %more) = @_; return $client->get("/v1/bookings/$id", as => $ann, %more) }

sub list
{
    my ($query, %more) = @_;
    return $client->get("/v1/bookings?$query", as => $ann, %more);
}

# The items of a list.
sub items { return @{ must(200, list(@_))->{items} } }

sub starts { return join ' ', map { substr $_->{start}, 5, 8 } @_ }

1;

package Bench::Experiment::Errors;

use strict;
use warnings FATAL => 'all';
use utf8;

use Bench::Host ();
use Bench::Site ();
use Bookable::Load ();
use MIME::Base64 qw(encode_base64);

sub title { return 'Errors' }

sub reference
{
    return <<'END';
16 errors of the three services were tried, and one of them was answered 500 instead of 400.
END
}

sub here
{
    return <<'END';
Each error of the user, space and booking service, as [api.md](api.md) lists them: one request for
each, on one host, with the status codes of the reference.
END
}

# What; who asks; method and path; body; status and ErrCode. BOOKING stands for one that can be made, and
# BOOKING(name=value) for that with another value.
my $REQUESTS = <<'END';
sign-up without a password             |       | POST /user | {"username":"someone"} | 400 INPUT_ERR
sign-up that is no JSON                |       | POST /user | user | 400 INPUT_ERR
login with an id that is none          |       | POST /user/someone | SOMEONE | 400 INPUT_ERROR
login without a name                   |       | POST /user/ADMIN | {"userPassword":"x"} | 400 INPUT_ERR
login of nobody                        |       | POST /user/1 | SOMEONE | 404 NOT_FOUND
login under another name               |       | POST /user/ADMIN | SOMEONE | 404 NOT_FOUND
login with a wrong password            |       | POST /user/ADMIN | {"username":"admin","userPassword":"x"} | 404 INVALID
session of an id that is none          |       | GET /user/someone | | 400 INPUT_ERROR
session of nobody                      |       | GET /user/1 | | 404 NOT_FOUND
space without Authorization            |       | POST /space | {"roomCode":1,"buildingCode":"X"} | 400 MALFORMED
space with a session that is none      | none  | POST /space | {"roomCode":1,"buildingCode":"X"} | 400 SESSION EXPIRED
space by one who is no administrator   | guest | POST /space | {"roomCode":1,"buildingCode":"X"} | 400 UNAUTHORIZED
space without a building               | admin | POST /space | {"roomCode":1} | 400 INPUT_ERR
space that exists                      | admin | POST /space | {"roomCode":1,"buildingCode":"Bench"} | 400 DUPLICATE
space that does not exist              |       | GET /space/Bench-99 | | 404 NOT_FOUND
booking without Authorization          |       | POST /booking | BOOKING | 400 MALFORMED
booking with a session that is none    | none  | POST /booking | BOOKING | 400 SESSION EXPIRED
booking without a space                | admin | POST /booking | BOOKING(spaceID=) | 400 INPUT_ERR
booking for nobody                     | admin | POST /booking | BOOKING(occupants=0) | 400 INPUT_ERR
booking for somebody else              | admin | POST /booking | BOOKING(userID=1) | 400 INPUT_ERR
booking on a day that is none          | admin | POST /booking | BOOKING(date="01.05.2031") | 400 INPUT_ERR
booking that ends before it starts     | admin | POST /booking | BOOKING(endTime="2031-05-01T09:00:00Z") | 400 INPUT_ERR
booking in no space                    | admin | POST /booking | BOOKING(spaceID="Bench-99") | 400 INVALID SPACE
booking for too many                   | admin | POST /booking | BOOKING(occupants=11) | 400 INVALID
booking of a closed building           | admin | POST /booking | BOOKING(spaceID="Night-1") | 400 INVALID
booking                                | admin | POST /booking | BOOKING | 201
booking of what is booked              | admin | POST /booking | BOOKING(startTime="2031-05-01T10:30:00Z") | 400 CONFLICT
booking with an id that is none        | admin | GET /booking/2031-05-01/x | | 400 INPUT_ERROR
booking that does not exist            | admin | GET /booking/2031-05-01/1 | | 404 NOT_FOUND
deletion on a day without bookings     | admin | DELETE /booking/2031-05-02/1 | | 404 NOT_FOUND
deletion of an id that does not exist  | admin | DELETE /booking/2031-05-01/1 | | 404 NOT_FOUND
END

sub _booking
{
    my ($user, %members) = @_;
    my %booking = (
        spaceID => '"Bench-1"', date => '"2031-05-01"', userID => $user, occupants => 2,
        startTime => '"2031-05-01T10:00:00Z"', endTime => '"2031-05-01T11:00:00Z"', %members
    );
    return '{' . join(',', map { qq("$_":$booking{$_}) } grep { length $booking{$_} } sort keys %booking) . '}';
}

sub run
{
    my ($run) = @_;
    $run->{progress}->step('errors');
    my $out = $run->{results}->create('errors', qw(what request status code wanted_status wanted_code));
    my $host = Bench::Host->new->start;
    my $site = Bench::Site->of_host($host->base_url)->spaces(1);
    $site->post('space', '/space', '{"buildingCode":"Night","roomCode":1,'
        . '"openTime":"2031-01-01T20:00:00Z","closeTime":"2031-01-01T23:00:00Z"}');
    my $admin = $site->{user};
    my $guest = $site->post('user', '/user', '{"username":"guest","userPassword":"a password"}');
    my %auth = (admin => $site->auth, guest => _session("guest:$guest"), none => _session('admin:1'));
    my $connection = Bookable::Load::Connection->new($host->base_url);
    for my $line (split /\n/, $REQUESTS) {
        my ($what, $who, $request, $body, $wanted) = map { s/\A\s+|\s+\z//gr } split /\|/, $line;
        my ($method, $path) = split ' ', $request;
        my ($status, $code) = split ' ', $wanted, 2;
        $body = '{"username":"someone","userPassword":"a password"}' if $body eq 'SOMEONE';
        $body = _booking($admin, defined $1 ? split /=/, $1, 2 : ()) if $body =~ /\ABOOKING(?:\((.*)\))?\z/;
        my $answer = $connection->request($method => $path =~ s/ADMIN/$admin/r,
            body => length $body ? $body : undef, authorization => $auth{$who});
        $out->add($what, $request =~ s/ADMIN/{userId}/r, $answer->status, $answer->error_code // '',
            $status, $code // '');
    }
    return;
}

sub _session { my ($words) = @_; return 'Basic ' . encode_base64($words, '') }

sub report
{
    my ($results) = @_;
    my @rows = $results->read('errors');
    my $right = grep { $_->{status} == $_->{wanted_status} && $_->{code} eq $_->{wanted_code} } @rows;
    return (
        sprintf('%d of %d as they should be.', $right, scalar @rows),
        [
            [ 'what', 'request', 'status', 'ErrCode', 'as it should be' ],
            map { [
                $_->{what},
                "`$_->{request}`",
                $_->{status},
                $_->{code},
                $_->{status} == $_->{wanted_status}
                    && $_->{code} eq $_->{wanted_code} ? 'yes' : "no: $_->{wanted_status} $_->{wanted_code}"
            ] } @rows
        ]
    );
}

1;

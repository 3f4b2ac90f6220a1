package Bench::Site;

# What has to be there before a load: an administrator, spaces, products, a booking. Made over HTTP,
# of ours and of the peers alike.
#
#   my $site = Bench::Site->new(user => $url, space => $url, booking => $url);
#   $site->spaces(200);

use strict;
use warnings FATAL => 'all';

use Bookable::Load ();
use Digest::SHA qw(sha256_hex);
use MIME::Base64 qw(encode_base64);
use Time::HiRes qw(time);

use constant { BUILDING => 'Bench', TOKEN => 'bk_%043d' };

# The base URL of each service; the gateway's, or one host's, for all of them. Making a user takes long where
# other work keeps the machine busy, for passwords are hashed in what time is left.
sub new
{
    my ($class, %url) = @_;
    my $self = bless { next => 0 }, $class;
    $self->{connection}{$_} = Bookable::Load::Connection->new($url{$_}, 600) for keys %url;
    $self->{url} = {%url};
    return $self;
}

sub of_host
{
    my ($class, $url) = @_;
    return $class->new(map { $_ => $url } qw(user space booking product));
}

# One request of the administrator's: the answer, and the milliseconds that it took.
sub request
{
    my ($self, $service, $method, $path, $body) = @_;
    my $start = time;
    my $answer = $self->{connection}{$service}->request(
        $method => $path,
        body => $body,
        authorization => $self->{auth}
    );
    return ($answer, 1000 * (time - $start));
}

# The same for what is created: its id.
sub post
{
    my ($self, $service, $path, $body) = @_;
    my ($answer) = $self->request($service, POST => $path, $body);
    die "POST $path: " . $answer->text . "\n" if $answer->status !~ /\A20[14]\z/;
    return $answer->body =~ s/\A"|"?\s*\z//gr;
}

# An administrator, who books.
sub admin
{
    my ($self) = @_;
    $self->{user} //= $self->post('user', '/user', '{"username":"admin","userPassword":"bench bench"}');
    $self->{auth} //= 'Basic ' . encode_base64("admin:$self->{user}", '');
    return $self;
}

# Bench-1, Bench-2 and so on.
sub spaces
{
    my ($self, $count) = @_;
    $self->admin;
    for my $room (1 .. $count) {
        $self->post('space', '/space',
            '{"buildingCode":"'
                . BUILDING
                . qq(","roomCode":$room,)
                . '"capacity":10,"openTime":"2031-01-01T00:00:00Z","closeTime":"2031-01-01T23:59:00Z"}');
    }
    $self->{spaces} = $count;
    return $self;
}

sub products
{
    my ($self, $count) = @_;
    $self->post('product', "/products/$_/details", product_body($_)) for 1 .. $count;
    return $self;
}

sub product_body
{
    my ($id, $weight) = @_;
    $weight //= 1250;
    return qq({"product_id":$id,"sku":"SKU-$id","manufacturer":"Acme Corporation","category_id":456,)
        . qq("weight":$weight,"some_other_id":$id});
}

# An hour of the first space, or of another one; hours are counted from a day in 2030.
sub booking_body
{
    my ($self, $hour, $space) = @_;
    $space //= 1;
    my $day = 1 + int $hour / 20;
    my $date = sprintf '2030-%02d-%02d', 1 + int(($day - 1) / 28), 1 + ($day - 1) % 28;
    my ($from, $to) = map { sprintf '%sT%02d:00:00Z', $date, $hour % 20 + $_ } 0, 1;
    return
        '{"spaceID":"'
        . BUILDING
        . qq(-$space","date":"$date","userID":$self->{user},"occupants":2,)
        . qq("startTime":"$from","endTime":"$to"});
}

# Books it: the path of the booking.
sub a_booking
{
    my ($self, $hour) = @_;
    my $body = $self->booking_body($hour // 6000);
    my ($date) = $body =~ /"date":"([^"]+)"/;
    return "/booking/$date/" . $self->post('booking', '/booking', $body);
}

# A user who is no administrator, and books: { id, auth }. A token where the service gives one, which
# the peers do not.
sub member
{
    my ($self) = @_;
    return $self->{member} //= $self->_make_member('member');
}

# So many people besides, written into the database of a Bench::Host, because each sign-up would hash a password.
# Their ids follow the member's; the token of the first is TOKEN with the number 1, and so on.
sub people
{
    my ($self, $host, $count) = @_;
    my $first = $self->member->{id} + 1;
    my $bytes = $host->{on}->is_pgsql ? sub { "decode('$_[0]', 'hex')" } : sub { "X'$_[0]'" };
    my $columns = 'password_hash, is_admin, session_start, session_end';
    for my $from (map { 1 + 500 * $_ } 0 .. ($count - 1) / 500) {
        my @numbers = $from .. ($from + 499 < $count ? $from + 499 : $count);
        my $list = join ', ', map { "($_, " . $bytes->(sha256_hex(sprintf TOKEN, $_)) . ')' } @numbers;
        $host->execute(
            "INSERT INTO users (id, name, $columns) SELECT id + column1, name || column1, $columns"
                . " FROM users, (VALUES $list) AS numbers WHERE id = $self->{member}{id}",
            "INSERT INTO user_tokens (digest, user_id, expires) SELECT column2, $self->{member}{id} + column1,"
                . " 4102444800000000 FROM (VALUES $list) AS numbers"
        );
    }
    $self->{people} = [ user => $first, auth => 'Bearer ' . TOKEN, people => $count ];
    return $self;
}

sub _make_member
{
    my ($self, $name) = @_;
    my $body = qq({"username":"$name","userPassword":"bench bench"});
    my $id = $self->post('user', '/user', $body);
    my ($answer) = $self->request('user', POST => "/user/$id", $body);
    my $token = $answer->header('X-Session-Token');
    return { id => $id, auth => defined $token ? "Bearer $token" : 'Basic ' . encode_base64("$name:$id", '') };
}

# The arguments of wrk's "booking": the member books, or people do, if there are some; and then what it said of
# where it ended.
sub booking_args
{
    my ($self) = @_;
    my $member = $self->member;
    return (
        ($self->{people} ? @{ $self->{people} } : (user => $member->{id}, auth => $member->{auth})),
        space => BUILDING . '-%d',
        spaces => $self->{spaces},
        from => $self->{next}
    );
}

sub booked { my ($self, $figures) = @_; $self->{next} = int $figures->{next} + 1; return }

sub url { my ($self, $service) = @_; return $self->{url}{$service} }
sub auth { my ($self) = @_; return $self->{auth} }

1;

# Every member of every body of API v1, and every parameter of every query string, with values that it does not take:
# each is refused, with a pointer to it, and nothing is answered by an error of the server. The routes say what they take
# (httpd -D DUMP_BOOKABLE_ROUTES): so a member that is new is looked at here, too.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP ();

use Bookable::Client;
use Bookable::Routes;
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my $server = Bookable::Server->new(api => '/v1', children => 1, config => "UserSignupLimit 0\n")->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $json   = JSON::PP->new->utf8->canonical;
my $admin  = $client->admin;
my @routes = Bookable::Routes->of_v1;

# Members of answers that may be sent back as they were read, and say nothing then.
my %GIVEN_BACK = (
    'PATCH /v1/me'             => 'changedAt createdAt groups id login name role version',
    'PATCH /v1/users/{id}'     => 'changedAt createdAt id name service signOn signOnGroups signedOnAt version',
    'PUT /v1/groups/{name}'    => 'changedAt createdAt name people source version',
    'POST /v1/spaces'          => 'changedAt createdAt photo reason version',
    'PATCH /v1/spaces/{id}'    => 'changedAt createdAt id photo reason version',
    'PUT /v1/policies/{policyId}' => 'id version',
    'PATCH /v1/bookings/{id}'  => 'changedAt checkIn createdAt createdBy expiresAt external group id may occurrence owner.name reason series setup '
        . 'state suggest teardown timeZone version',
    'PATCH /v1/closures/{id}'  => 'changedAt createdAt id spaceIds timeZone version',
);

# A body whose members, by their names with dots, all have a value; objects are alone, or in a list.
sub body_of
{
    my ($names, $value, $in_list) = @_;
    my %body;
    for my $name (sort @$names) {
        my ($first, $rest) = split /\./, $name, 2;
        push @{ $body{$first} }, $rest // ();
    }
    return { map {
        my $object = @{ $body{$_} } ? body_of($body{$_}, $value, $in_list) : undef;
        ($_ => !$object ? $value : $in_list ? [$object] : $object);
    } keys %body };
}

sub ask
{
    my ($route, $query, $body) = @_;
    my $path = $route->{path} =~ s/\{\w+\}/77/gr;
    return $client->call($route->{method}, $path . ($query ? "?$query" : ''), $body, as => $admin, headers => [ 'If-Match' => '"999999"' ]);
}

# The members that an answer complains of, as the routes name them: "participants.user".
sub faults
{
    my ($answer) = @_;
    my $said = eval { $json->decode($answer->content) } // {};
    return map { (substr $_->{pointer}, 1) =~ s{/\d+(?=/|\z)}{}gr =~ s{/}{.}gr } @{ $said->{errors} // [] };
}

# Whether what was not taken was refused as problems are.
sub is_refusal
{
    my ($answer) = @_;
    return $answer->code < 400 || $answer->code < 500 && $answer->header('Content-Type') eq 'application/problem+json';
}

my @VALUES = ({ a => { b => 7 } }, [ [7] ], -7.5, "\x{7}", '', JSON::PP::true, undef);

for my $route (grep { %{ $_->{members} } } @routes) {
    my @members = sort keys %{ $route->{members} };
    my (%seen, @wrong);
    for my $in_list (0, (grep { /\./ } @members) ? 1 : ()) {
        for my $value (@VALUES) {
            my $answer = ask($route, undef, body_of(\@members, $value, $in_list));
            push @wrong, $json->allow_nonref->encode($value) . ': ' . $answer->status_line if !is_refusal($answer);
            $seen{$_}++ for faults($answer);
        }
    }
    is("@wrong", '', "$route->{name}: what is wrong in a body is refused");
    # A fault of a value that is an object is one of a member of it.
    my @silent = grep { my $name = $_; !grep { $_ eq $name || /^\Q$name\E\./ } keys %seen } @members;
    is("@silent", $GIVEN_BACK{ $route->{name} } // '', "$route->{name}: every member is looked at but for what may be sent back");
}

for my $route (grep { %{ $_->{query} } } @routes) {
    my (%seen, @wrong);
    my $names = join '|', map { quotemeta } sort keys %{ $route->{query} };
    for my $value ('%ff', '%01', '', '-1', '2030-13-45T99:99') {
        my $answer = ask($route, join('&', map { "$_=$value" } sort keys %{ $route->{query} }));
        push @wrong, "$value: " . $answer->status_line if !is_refusal($answer);
        $seen{$_}++ for faults($answer);
    }
    is("@wrong", '', "$route->{name}: what is wrong in a query string is refused");
    is(join(' ', grep { !$seen{$_} } sort keys %{ $route->{query} }), '', "$route->{name}: every parameter is looked at");
}

$server->finish;
done_testing;

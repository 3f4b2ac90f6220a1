# Who may do what in API v1: every route that the modules have, asked by every role and with a token of every
# scope, for what is the caller's own, somebody else's and nothing at all. A route that has no row here fails.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP ();

use Bookable::Client;
use Bookable::Routes;
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my @ROLES  = qw(nobody disabled member manager approver auditor admin);
my @TARGETS = qw(own other unknown);
my @SCOPES = qw(read book manage admin events);

# Who may call, as a route says it: what each role gets. "in": anything but 401 and 403.
my %CALLERS = (
    anyone  => { map { $_ => 'in' } @ROLES },
    guest   => { (map { $_ => 'in' } @ROLES), disabled => 401 },
    user    => { (map { $_ => 'in' } @ROLES), nobody => 401, disabled => 401 },
    auditor => { (map { $_ => 403 } @ROLES), nobody => 401, disabled => 401, auditor => 'in', admin => 'in' },
    admin   => { (map { $_ => 403 } @ROLES), nobody => 401, disabled => 401, admin => 'in' },
);

# Of each route: who may call it; the scope that a token needs (undef: tokens are not looked at); and
#   body    what is sent, where not {}
#   once    1: it ends the caller's session or account, so each caller is used once
#   but     { "role of target" => what it gets }, where that is not what the caller's kind gets
my %MATRIX = (
    'GET /v1/problems/{code}' => [ 'anyone', undef ],
    'GET /v1/site'            => [ 'anyone', undef ],

    # A token that changes something asks for the spaces, too.
    'GET /v1/spaces'        => [ 'guest', 'read', but => { map { +"token $_ own" => 'in' } qw(book manage admin) } ],
    'GET /v1/spaces/facets' => [ 'guest', 'read' ],
    'POST /v1/spaces'       => [ 'admin', 'admin' ],
    'POST /v1/spaces/batch' => [ 'admin', 'admin' ],
    'GET /v1/spaces/{id}'   => [ 'guest', 'read' ],
    # A space that is not there is nobody's: who could see it if it were is told so.
    'PATCH /v1/spaces/{id}' => [ 'user', 'manage', body => { description => 'A room' }, but => {
        'member own' => 403, 'member other' => 403, 'manager other' => 403, 'approver own' => 403, 'approver other' => 403,
        'auditor own' => 403, 'auditor other' => 403, 'auditor unknown' => 403 } ],
    'POST /v1/spaces/{id}/archive'   => [ 'admin', 'admin', body => { reason => 'closed', bookings => 'keep' } ],
    'DELETE /v1/spaces/{id}/archive' => [ 'admin', 'admin' ],

    # Whose booking it is, is looked at where it is found. An administrator's token that may not manage changes
    # bookings of the administrator only.
    'GET /v1/availability'      => [ 'user', 'read' ],
    'GET /v1/quotas'            => [ 'user', 'read' ],
    'GET /v1/bookings'          => [ 'user', 'read' ],
    'POST /v1/bookings'         => [ 'user', 'book', but => { 'auditor own' => 403 } ],
    'GET /v1/bookings/{id}'     => [ 'user', 'read' ],
    'GET /v1/bookings/{id}/history' => [ 'user', 'read' ],
    'PATCH /v1/bookings/{id}'   => [ 'user', 'book', body => { title => 'T' }, but => { 'token book other' => 403,
        map { +"auditor $_" => 403 } @TARGETS } ],
    'POST /v1/bookings/{id}/cancellation'   => [ 'user', 'book', but => { 'token book other' => 403,
        map { +"auditor $_" => 403 } @TARGETS } ],
    'DELETE /v1/bookings/{id}/cancellation' => [ 'user', 'book', but => { 'token book other' => 403,
        map { +"auditor $_" => 403 } @TARGETS } ],
    'PUT /v1/bookings/external/{source}/{key}' => [ 'user', 'book', but => { map { +"auditor $_" => 403 } @TARGETS } ],

    # Who approves of requests for a space decides; the caller of these manages none of them.
    'POST /v1/bookings/{id}/approval'  => [ 'user', 'manage', but => { 'member own' => 403, 'manager own' => 403, 'approver own' => 403,
        map { +"auditor $_" => 403 } @TARGETS } ],
    'POST /v1/bookings/{id}/rejection' => [ 'user', 'manage', body => { reason => 'no' }, but => { 'member own' => 403,
        'manager own' => 403, 'approver own' => 403, map { +"auditor $_" => 403 } @TARGETS } ],

    # Whose they are, t/35-series.t and t/36-closures.t look at.
    'POST /v1/series'                   => [ 'user', 'book', but => { 'auditor own' => 403 } ],
    'GET /v1/series/{id}'               => [ 'user', 'read' ],
    'POST /v1/series/{id}/cancellation' => [ 'user', 'book', but => { map { +"auditor $_" => 403 } @TARGETS } ],
    'POST /v1/series/{id}/approval'     => [ 'user', 'manage', but => { map { +"auditor $_" => 403 } @TARGETS } ],
    'POST /v1/series/{id}/rejection'    => [ 'user', 'manage', body => { reason => 'no' },
        but => { map { +"auditor $_" => 403 } @TARGETS } ],
    'GET /v1/closures'         => [ 'user', 'read' ],
    'POST /v1/closures'        => [ 'user', 'manage', but => { 'auditor own' => 403 } ],
    'GET /v1/closures/{id}'    => [ 'user', 'read' ],
    'PATCH /v1/closures/{id}'  => [ 'user', 'manage', but => { map { +"auditor $_" => 403 } @TARGETS } ],
    'DELETE /v1/closures/{id}' => [ 'user', 'manage', but => { map { +"auditor $_" => 403 } @TARGETS } ],
    'PUT /v1/closures/archived/{spaceId}'    => [ 'admin', 'admin' ],
    'DELETE /v1/closures/archived/{spaceId}' => [ 'admin', 'admin' ],

    'GET /v1/policies'                    => [ 'user',  'read' ],
    'GET /v1/policies/{policyId}'         => [ 'user',  'read' ],
    'GET /v1/policies/{policyId}/effect'  => [ 'user',  'read' ],
    'PUT /v1/policies/{policyId}'         => [ 'admin', 'admin', body => { name => 'A policy' } ],
    'DELETE /v1/policies/{policyId}'      => [ 'admin', 'admin' ],

    # Of the spaces that one manages.
    'GET /v1/events'        => [ 'user', 'events', but => { 'member own' => 403, 'approver own' => 403 } ],

    # Members whom UserManagers names may, too: t/13-users-v1.t.
    'GET /v1/users'         => [ 'user', 'read', but => { 'member own' => 403, 'manager own' => 403, 'approver own' => 403 } ],
    # A token that books asks whose bookings are, too.
    'GET /v1/users/names'   => [ 'user', 'read', but => { map { +"token $_ own" => 'in' } qw(book manage admin) } ],
    'POST /v1/users'        => [ 'admin',   'admin' ],
    'GET /v1/users/{id}'    => [ 'auditor', 'read' ],
    'PATCH /v1/users/{id}'  => [ 'admin',   'admin' ],
    'DELETE /v1/users/{id}' => [ 'admin',   'admin' ],
    'GET /v1/groups'           => [ 'auditor', 'read' ],
    'GET /v1/groups/{name}'    => [ 'auditor', 'read' ],
    'PUT /v1/groups/{name}'    => [ 'admin',   'admin', body => { members => [] } ],
    'DELETE /v1/groups/{name}' => [ 'admin',   'admin' ],

    'POST /v1/session'     => [ 'anyone', undef, body => { name => 'no such', password => 'no such one' },
        but => { map { +"$_ own" => 401 } @ROLES, map { "token $_" } @SCOPES } ],
    'GET /v1/session'      => [ 'user',   'read' ],
    'DELETE /v1/session'   => [ 'user',   'self', once => 1 ],
    # Without httpd's own authentication in front of it, the path is no way in.
    'GET /v1/session/sso'  => [ 'anyone', undef, any => 1 ],
    'POST /v1/session/sso' => [ 'anyone', undef, any => 1 ],
    'GET /v1/me'           => [ 'user',   'read' ],
    'PATCH /v1/me'         => [ 'user',   'self' ],
    'DELETE /v1/me'        => [ 'user',   'self', once => 1, body => { password => 'open-sesame' } ],
    'GET /v1/me/export'    => [ 'user',   'self' ],
    'POST /v1/me/password' => [ 'user',   'self', once => 1 ],
    'GET /v1/me/sessions'  => [ 'user',   'self' ],
    'DELETE /v1/me/sessions/{id}' => [ 'user', 'self' ],
    'GET /v1/tokens'         => [ 'user', 'self' ],
    'POST /v1/tokens'        => [ 'user', 'self' ],
    'GET /v1/tokens/{id}'    => [ 'user', 'self' ],
    'DELETE /v1/tokens/{id}' => [ 'user', 'self' ],
);

# ---- who asks ------------------------------------------------------------------------------------

my $server = Bookable::Server->new(api => '/v1', modules => [qw(user space booking)], children => 1,
    config => "UserSignupLimit 0\n")->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $json   = JSON::PP->new->utf8;
my $root   = $client->admin;
my @routes = Bookable::Routes->of_v1;

sub must
{
    my ($response, $status, $what) = @_;
    die "$what: ", $response->as_string, "\n" if $response->code != $status;
    return $response;
}

my $approvers = 0;

# Somebody of a role, who is signed in; and, of "token SCOPE", an administrator's token.
sub persona
{
    my ($role) = @_;
    return { role => $role } if $role eq 'nobody';
    my $user = $client->member;
    my ($scope) = $role =~ /^token (\w+)/;
    must($client->put("/user/$user->{id}/role", { role => 'admin' }, as => $root), 200, $role)
        if $role eq 'admin' || $scope;
    must($client->call(PATCH => "/v1/users/$user->{id}", { role => 'auditor' }, as => $root, headers => [ 'If-Match' => '*' ]),
        200, $role) if $role eq 'auditor';
    must($client->put("/user/$user->{id}/state", { state => 'disabled' }, as => $root), 200, $role)
        if $role eq 'disabled';
    $user->{token} = $json->decode(must($client->post('/v1/tokens', { label => 'matrix', scopes => [$scope] }, as => $user),
        201, $role)->content)->{token} if $scope;
    make_approver($user) if $role eq 'approver' && !$approvers++;
    return { role => $role, user => $user };
}

# An approver is named by a policy: of all spaces here.
sub make_approver
{
    my ($user) = @_;
    my %policy = (name => 'Approved', see => ['everyone'], request => ['everyone'], approvers => ["user:$user->{id}"]);
    must($client->call(PUT => '/v1/policies/m-approved', \%policy, as => $root, headers => [ 'If-None-Match' => '*' ]), 201,
        'a policy');
    return;
}

# A space that only the caller manages; one that nobody does; a group, a policy and a person.
my $serial = 0;
sub own_space
{
    my ($persona) = @_;
    my $id = 'm-own-' . ++$serial;
    my @managers = $persona->{user} && $persona->{role} eq 'manager' ? ("user:$persona->{user}{id}") : ();
    must($client->post('/v1/spaces', { id => $id, name => 'Own', managers => \@managers,
        policy => $persona->{role} eq 'approver' ? 'm-approved' : undef }, as => $root), 201, 'a space');
    return $id;
}

must($client->post('/v1/spaces', { id => 'm-other', name => 'Other' }, as => $root), 201, 'a space');
my $stranger = $client->member;

# A booking of somebody's, in a space where nobody else has one.
sub booking
{
    my ($owner) = @_;
    my $id = 'm-booked-' . ++$serial;
    must($client->post('/v1/spaces', { id => $id, name => 'Booked' }, as => $root), 201, 'a space');
    return $json->decode(must($client->post('/v1/bookings', { space => $id, start => '2030-05-14T09:00', minutes => 60,
        for => "$owner->{id}" }, as => $root), 201, 'a booking')->content)->{id};
}
my $others = booking($stranger);

# ---- what is asked -------------------------------------------------------------------------------

sub targets { my ($route) = @_; return $route->{path} =~ /\{/ ? qw(own other unknown) : ('own') }

sub fill
{
    my ($route, $persona, $target) = @_;
    my %of = (
        spaces   => { own => $persona->{space} //= own_space($persona), other => 'm-other', unknown => 'm-nowhere' },
        users    => { own => $persona->{user} ? $persona->{user}{id} : 1, other => $stranger->{id}, unknown => 99 },
        bookings => { own => $persona->{booking} //= booking($persona->{user} // $root), other => $others, unknown => 77 },
        problems => { own => 'slot-taken', other => 'forbidden', unknown => 'nothing' },
    );
    my ($collection) = $route->{path} =~ m{^/v1/(\w+)};
    my $value = $of{$collection}{$target} // "m-$target";
    return $route->{path} =~ s/\{\w+\}/$value/gr;
}

# A version that nothing has: what is allowed is refused after that, and changes nothing.
sub ask
{
    my ($route, $row, $persona, $target) = @_;
    my ($who, $scope, %more) = @$row;
    my $body = $route->{method} =~ /^(?:POST|PUT|PATCH)$/ ? $more{body} // {} : $more{body};
    return $client->call($route->{method}, fill($route, $persona, $target), $body,
        headers => [ 'If-Match' => '"999999"' ], $persona->{user} ? (as => $persona->{user}) : ());
}

sub expected
{
    my ($row, $role, $target) = @_;
    my ($who, $scope, %more) = @$row;
    return $more{but}{"$role $target"} if $more{but} && exists $more{but}{"$role $target"};
    return $CALLERS{$who}{$role} if $role !~ /^token (\w+)/;
    return !defined $scope || $scope eq $1 ? 'in' : 403;
}

my @roles = (@ROLES, map { "token $_" } @SCOPES);
my %persona = map { $_ => persona($_) } @roles;
$persona{manager}{space} = own_space($persona{manager});
my %has     = map { $_->{name} => 1 } @routes;
is_deeply([ grep { !$has{$_} } sort keys %MATRIX ], [], 'every row of the matrix has its route');
for my $route (@routes) {
    my $row = $MATRIX{ $route->{name} };
    ok($row, "$route->{name} has a row in the matrix") or next;
    my ($who, $scope, %more) = @$row;
    is($route->{caller}, $who, "$route->{name}: who may call it");
    is($route->{scope} // 'none', $scope // 'none', "$route->{name}: the scope of a token for it");
    next if $more{any};
    for my $role (@roles) {
        for my $target (targets($route)) {
            my $persona  = $more{once} ? persona($role) : $persona{$role};
            my $response = ask($route, $row, $persona, $target);
            my $code     = $response->code;
            my $got      = $code == 401 || $code == 403 || $code >= 500 ? $code : 'in';
            is($got, expected($row, $role, $target), "$route->{name}: $role, $target")
                or diag($response->as_string);
        }
    }
}

$server->finish;

done_testing();

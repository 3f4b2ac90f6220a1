package Bookable::Client;

# A client of the four services, for tests: sends a request, and compares the whole answer (status,
# headers, body) with what it has to be.
#
#   my $client = Bookable::Client->new(vhost => 'standard');    # of the suite's server
#   my $client = Bookable::Client->new(base => $server->base_url);
#   my $ann    = $client->member;                               # signed up and logged in
#   is_answer($client->get("/user/$ann->{id}"), 200, qr/$ann->{id}/, 'a live session');
#   is_error($client->get('/user/1'), 404, ['NOT_FOUND', 'User Not Found'], 'nobody');
#   is_problem($client->get('/v1/users/1'), 404, 'not-found', 'nobody');
#
# Statuses are written as the reference profile has them; a client of the other profile looks for
# the status that it has instead.

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use HTTP::Request ();
use HTTP::Response ();
use IO::Select ();
use IO::Socket::INET ();
use JSON::PP ();
use LWP::UserAgent ();
use MIME::Base64 qw(encode_base64);
use Test::More ();
use Time::HiRes qw(time);

use Bookable::Process ();

our @EXPORT = qw(all_away basic bearer both_profiles is_answer is_error is_problem json_text unique);

# A part of every password that these tests use: t/99-log.t looks for it in the server's logs.
our $SECRET = 'open-sesame';

use constant IDLE => 2;    # seconds for which a connection is kept

my $json = JSON::PP->new->utf8->canonical->allow_nonref->allow_bignum;

# ---- clients ------------------------------------------------------------------------------------

# vhost     a virtual host of the suite's server (t/conf/extra.conf.in); none: its main server
# base      or the address of another server
# standard  1: it answers with standard codes
# patient   1: what a test needs is asked for again while it is answered 503, for a server whose limits
#           are too short for a machine that is busy
# user, space, booking, product   the paths of the services, where not the usual ones
sub new
{
    my ($class, %args) = @_;
    my $self = bless {
        user => '/user', space => '/space', booking => '/booking', product => '/products',
        standard => scalar(($args{vhost} // '') =~ /standard$/), %args,
    }, $class;
    unless ($self->{base}) {
        my $port = vars()->{ $self->{vhost} ? "$self->{vhost}_port" : "port" }
            or die "no virtual host $self->{vhost}\n";
        $self->{base} = "http://127.0.0.1:$port";
    }
    $self->{agent} = LWP::UserAgent->new(keep_alive => 4, timeout => Bookable::Process::late(60),
        max_redirect => 0);
    return $self;
}

# What t/TEST knows about the suite's server.
sub vars
{
    require Apache::Test;
    return Apache::Test::basic_config()->{vars};
}

# Runs the same tests against a server of each profile: sections, each a name and a function that is
# called with a client, and is a subtest of its own. An odd number of arguments begins with a function
# that prepares what the sections share.
sub both_profiles
{
    my @sections = @_;
    my $prepare  = @sections % 2 ? shift @sections : sub { };
    for my $client (Bookable::Client->new, Bookable::Client->new(vhost => 'standard')) {
        my $profile = $client->{standard} ? 'standard' : 'reference';
        $prepare->($client);
        for (my $i = 0; $i < @sections; $i += 2) {
            my $section = $sections[ $i + 1 ];
            Test::More::subtest("$profile profile: $sections[$i]" => sub { $section->($client) });
        }
    }
    return;
}

# ---- requests -----------------------------------------------------------------------------------

# as       an Authorization header, or a user that logged in (its token is sent)
# type     the Content-Type; undef for none. A body that is given as data has JSON's
# headers  further headers
sub _request
{
    my ($self, $method, $path, $body, %more) = @_;
    my $request = HTTP::Request->new($method, $self->{base} . $path, $more{headers} || []);
    if (defined $body) {
        $request->content(ref $body ? json_text($body) : $body);
        $request->content_type('application/json') if ref $body;
    }
    if (exists $more{type}) {
        defined $more{type} ? $request->content_type($more{type})
            : $request->remove_header('Content-Type');
    }
    if (defined(my $as = $more{as})) {
        $request->header(Authorization => ref $as ? bearer($as) : $as);
    }
    return $request;
}

# httpd closes a connection that was idle for five seconds, maybe just as a request is sent: it is then without an
# answer. So none is used that was idle for long.
sub call
{
    my ($self, $method, $path, $body, %more) = @_;
    my $request = $self->_request($method, $path, $body, %more);
    $self->{agent}->conn_cache->drop if time - ($self->{answered} // 0) > IDLE;
    my $response = $self->{agent}->simple_request($request);
    $self->{answered} = time;
    return $self->_own($response, "$method $path", $body);
}

sub get    { my ($self, $path, %more) = @_; return $self->call(GET => $path, undef, %more) }
sub post   { my ($self, $path, @more) = @_; return $self->call(POST => $path, @more) }
sub put    { my ($self, $path, @more) = @_; return $self->call(PUT => $path, @more) }
sub delete { my ($self, $path, %more) = @_; return $self->call(DELETE => $path, undef, %more) }

sub _own
{
    my ($self, $response, $line, $body) = @_;
    $response->{client} = $self;
    $response->{line}   = $line . (defined $body ? ' ' . (ref $body ? json_text($body) : $body) : '');
    return $response;
}

# Opens a connection, for bytes that no client library would send.
sub connect
{
    my ($self) = @_;
    my ($port) = $self->{base} =~ /:(\d+)/;
    return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Proto => 'tcp')
        || die "$self->{base}: $!\n";
}

# Sends these bytes and reads the answer, up to the server's end of the connection.
sub exchange
{
    my ($self, $bytes, $socket) = @_;
    local $SIG{PIPE} = 'IGNORE';
    $socket ||= $self->connect;
    my ($line) = $bytes =~ /\A([^\r\n]{0,200})/;
    for (my $sent = 0; $sent < length $bytes;) {
        $sent += syswrite($socket, $bytes, 65536, $sent) // last;
    }
    my $text = '';
    while (IO::Select->new($socket)->can_read(Bookable::Process::late(60))) {
        sysread($socket, $text, 65536, length $text) or last;
    }
    my $response = HTTP::Response->parse($text);
    my $chunked = ($response->header('Transfer-Encoding') // '') eq 'chunked';
    $response->content($response->content =~ s/([0-9a-f]+)\r\n(.*?)\r\n/$2/gisr) if $chunked;
    return $self->_own($response, $line);
}

# Sends requests, each a list of what call() takes, before it reads any of the answers.
sub at_once
{
    my ($self, @requests) = @_;
    my @sockets = map { $self->connect } @requests;
    for my $i (0 .. $#requests) {
        my $request = $self->_request(@{ $requests[$i] });
        my $target  = $request->uri->path_query;
        $request->init_header(Host => $request->uri->host_port);
        $request->header(Connection => 'close');
        $request->header('Content-Length' => length $request->content) if length $request->content;
        my $bytes = join "\r\n", $request->method . " $target HTTP/1.1", $request->headers->as_string("\r\n") . "\r\n";
        $bytes =~ s/(?:\r\n)*\z/\r\n\r\n/;
        $bytes .= $request->content;
        syswrite($sockets[$i], $bytes) == length $bytes or die "$target: not sent\n";
    }
    return map { $self->exchange('', $_) } @sockets;
}

sub basic  { my ($name, $password) = @_; return 'Basic ' . encode_base64("$name:$password", '') }
sub bearer { my ($user) = @_; return 'Bearer ' . (ref $user ? $user->{token} : $user) }

sub json_text { my ($data) = @_; return $json->encode($data) }

# ---- what tests are about -----------------------------------------------------------------------

my $count = 0;

# A name that no other test, in this process or another, has used.
sub unique { my ($name) = @_; return sprintf '%s%d.%d.%d', $name, $$, time, ++$count }

# What a test needs: the answer, which has to have this status.
sub _made
{
    my ($self, $status, $ask) = @_;
    my $response = $ask->();
    Bookable::Process::wait_until(6, sub { ($response = $ask->())->code != 503 })
        if $self->{patient} && $response->code == 503;
    $response->code == $status
        or die "$response->{line}: " . $response->status_line . "\n" . $response->content . "\n";
    return $response;
}

# A new user: {id, name, password}.
sub sign_up
{
    my ($self, %user) = @_;
    $user{name}     //= unique('user');
    $user{password} //= unique($SECRET);
    my %body = (username => $user{name}, userPassword => $user{password});
    $user{id} = $json->decode($self->_made(201, sub { $self->post($self->{user}, \%body) })->content);
    return \%user;
}

sub log_in
{
    my ($self, $user, $password) = @_;
    my %body = (username => $user->{name}, userPassword => $password // $user->{password});
    return $self->post("$self->{user}/$user->{id}", \%body);
}

# A new user that is logged in: {id, name, password, token}.
sub member
{
    my ($self, %user) = @_;
    my $user     = $self->sign_up(%user);
    my $response = $self->_made(200, sub { $self->log_in($user) });
    $user->{token} = $response->header('X-Session-Token');
    return $user;
}

# Where signing up as admin is allowed, everybody may be one.
sub admin { my ($self) = @_; return $self->{admin} //= $self->member(name => 'admin') }

# A new space, of a building that no other test knows: its id.
sub space
{
    my ($self, %space) = @_;
    my $made = $self->_made(201, sub {
        $self->post($self->{space}, { buildingCode => unique('Hall'), roomCode => 101, %space }, as => $self->admin);
    });
    return $json->decode($made->content);
}

# The body of a booking by that user; what is not given is right.
sub booking
{
    my ($self, $user, %booking) = @_;
    my %body = (
        spaceID   => 'Library-101',
        date      => '2030-05-14',
        userID    => $user->{id},
        occupants => 1,
        startTime => '2030-05-14T10:00:00Z',
        endTime   => '2030-05-14T11:00:00Z',
        %booking,
    );
    return \%body;
}

sub book
{
    my ($self, $user, %booking) = @_;
    return $self->post($self->{booking}, $self->booking($user, %booking), as => $user);
}

# ---- answers ------------------------------------------------------------------------------------

# The statuses that the standard profile has instead of the reference's, by ErrCode.
my %STANDARD = (
    'MALFORMED'              => 401,
    'SESSION EXPIRED'        => 401,
    'UNAUTHORIZED'           => 403,
    'INVALID SPACE'          => 404,
    'CONFLICT'               => 409,
    'DUPLICATE'              => 409,
    'DEPENDENCY_UNAVAILABLE' => 503,
);

# What every answer has to be like, whatever was asked: a list of what is wrong with this one.
sub _complaints
{
    my ($response, $status) = @_;
    my ($code, @wrong) = $response->code;
    my $shown = sub { $response->header($_[0]) // 'none' };
    push @wrong, "status $code, not $status" if $code != $status;
    my $wanted = sub {
        my ($name, $there, $pattern) = @_;
        my $value = $response->header($name);
        push @wrong, "$name: " . $shown->($name)
            if $there ? ($value // '') !~ $pattern : defined $value;
    };
    $wanted->('WWW-Authenticate', $code == 401, qr/^(?:Basic|Bearer)\b.*realm="/);
    # The reference's 400 where another service is out of reach may say it, too.
    my $is_retried = $code == 503 || $code == 429 || ($code == 409 && $response->content =~ /"idempotency-in-progress"/);
    $wanted->('Retry-After', $is_retried, qr/^[1-9]\d*$/)
        unless $response->content =~ /"DEPENDENCY_UNAVAILABLE"/ && $code == 400;
    $wanted->('Allow', 1, qr/^[A-Z]+(?:, ?[A-Z]+)*$/) if $code == 405;
    return @wrong;
}

sub _verdict
{
    my ($response, $name, @wrong) = @_;
    my $client  = $response->{client};
    my $profile = $client->{standard} ? 'standard' : $client->{vhost} // 'reference';
    utf8::encode($name) if utf8::is_utf8($name);
    local $Test::Builder::Level = $Test::Builder::Level + 2;
    return Test::More::ok(!@wrong, "$profile: $name") || Test::More::diag(
        join("\n", substr($response->{line}, 0, 500), map({ "  $_" } @wrong),
            $response->as_string =~ s/^/  | /gmr) =~ s/[^\n -~]/?/gr);
}

# A success: that status, and as body that JSON value, or JSON that matches that pattern; undef
# for no body at all.
sub is_answer
{
    my ($response, $status, $body, $name) = @_;
    my @wrong = _complaints($response, $status);
    my $text  = $response->content;
    my $type  = $response->header('Content-Type') // 'none';
    if (defined $body) {
        push @wrong, "Content-Type: $type" if $type !~ m{^application/json(?:; ?charset=utf-8)?$}i;
        my $value = eval { $json->decode($text) };
        if (!defined $value) {
            push @wrong, "the body is not JSON: $@";
        }
        elsif (ref $body eq 'Regexp' ? $text !~ $body : json_text($value) ne json_text($body)) {
            push @wrong, 'the body is not ' . (ref $body eq 'Regexp' ? $body : json_text($body));
        }
    }
    else {
        push @wrong, "Content-Type: $type" if $type ne 'none';
        push @wrong, 'there is a body' if length $text;
    }
    return _verdict($response, $name, @wrong);
}

# A refusal: [ErrCode, Message, Details], each a string or a pattern; where one is not given, any
# text will do. The product service's shape has the first two.
sub is_error
{
    my ($response, $status, $error, $name) = @_;
    my $client = $response->{client};
    if ($client->{standard}) {
        $status = $STANDARD{ $error->[0] } // $status;
        $status = 401 if $error->[0] eq 'INVALID' && ($error->[1] // '') eq 'Password Does Not Match';
    }
    my @wrong   = _complaints($response, $status);
    my $product = $response->{line} =~ m{^\w+ \Q$client->{product}\E\b};
    my @members = $product ? qw(error message) : qw(ErrCode Message Details);
    my $type    = $response->header('Content-Type') // 'none';
    push @wrong, "Content-Type: $type" if $type !~ m{^application/json(?:; ?charset=utf-8)?$}i;
    my $value = eval { $json->decode($response->content) };
    if (ref $value ne 'HASH') {
        push @wrong, 'the body is not a JSON object';
    }
    else {
        push @wrong, 'members ' . join(' ', sort keys %$value)
            if join(' ', sort keys %$value) ne join ' ', sort @members;
        for my $index (0 .. $#members) {
            my ($got, $want) = ($value->{ $members[$index] } // '', $error->[$index] // qr/\S/);
            push @wrong, "$members[$index] is not $want"
                if ref $got || (ref $want ? $got !~ $want : $got ne $want);
        }
    }
    return _verdict($response, $name, @wrong);
}

# A refusal of API v1: a problem of this code, whose detail matches the pattern, if there is one.
# Returns the members of its body.
sub is_problem
{
    my ($response, $status, $code, $name, $detail) = @_;
    my @wrong = _complaints($response, $status);
    my $type  = $response->header('Content-Type') // 'none';
    my $value = eval { $json->decode($response->content) };
    push @wrong, "Content-Type: $type" if $type ne 'application/problem+json';
    push @wrong, 'Cache-Control: ' . ($response->header('Cache-Control') // 'none')
        if ($response->header('Cache-Control') // '') ne 'no-store';
    if (ref $value ne 'HASH') {
        push @wrong, 'the body is not a JSON object';
        $value = {};
    }
    else {
        my %want = (type => "/v1/problems/$code", status => $status, code => $code);
        push @wrong, map { "$_: " . ($value->{$_} // 'none') } grep { ($value->{$_} // '') ne $want{$_} } sort keys %want;
        push @wrong, map { "no $_" } grep { ($value->{$_} // '') !~ /\S/ } qw(title detail);
        push @wrong, "the detail does not match $detail" if $detail && ($value->{detail} // '') !~ $detail;
    }
    _verdict($response, $name, @wrong);
    return $value;
}

# ---- a store out of reach -----------------------------------------------------------------------

our @HEALTH = qw(/user/health /space/health /booking/health /products/health);
our @AWAY   = ('UNAVAILABLE', 'Service unavailable');

# Whatever a client asks, it is told to come again later, in JSON.
sub all_away
{
    my ($client, $what) = @_;
    my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);
    is_error($client->get($_), 503, ['UNAVAILABLE'], "$what: $_") for @HEALTH;
    my %body = (username => 'ann', userPassword => 'open-sesame');
    my @as   = (as => basic('ann', 'open-sesame'));
    is_error($client->post('/user', \%body),         503, \@AWAY, "$what: sign up");
    is_error($client->post('/user/1', \%body),       503, \@AWAY, "$what: log in");
    is_error($client->get('/user/1'),                503, \@AWAY, "$what: a session");
    is_error($client->get('/user/caller', @as),      503, \@AWAY, "$what: the caller");
    is_error($client->get('/space/Hall-1'),          503, \@AWAY, "$what: a space");
    is_error($client->get('/products/1'),            503, ['UNAVAILABLE'], "$what: a product");
    is_error($client->post('/products/1/details', \%product), 503, ['UNAVAILABLE'],
        "$what: a new product");
    for my $response ($client->post('/space', { buildingCode => 'Hall', roomCode => 1 }, @as),
        $client->post('/booking', $client->booking({ id => 1 }), @as),
        $client->get('/booking/2030-05-14/1', @as)) {
        is_error($response, $response->code == 503 ? 503 : 400,
            [qr/^(?:UNAVAILABLE|DEPENDENCY_UNAVAILABLE)$/], "$what: nobody knows who is calling");
    }
    is_error($client->get('/user/x'), 400, ['INPUT_ERROR'], "$what: what needs no store is answered");
    return;
}

1;

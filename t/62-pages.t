# An HTML page where JSON was promised: whatever ErrorDocument says, a refusal under a service's path is
# JSON of the service's shape, and in the configurations of conf/ so is everything that httpd answers.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Cwd qw(realpath);
use File::Basename qw(dirname);

use Bookable::Client;
use Bookable::Process qw(free_port group);
use Bookable::Routes;
use Bookable::Server;

my $CONF  = realpath(dirname($INC{'Bookable/Server.pm'}) . '/../../../conf');
my $STOCK = Bookable::Server::_libexecdir();
my @PATHS = qw(/user /space /booking /products);

# ---- pages of an administrator -------------------------------------------------------------------

my $port = free_port();
sub pages
{
    my ($server) = @_;
    my $codes = join '', map { "ErrorDocument $_ /%s\n" } 400 .. 417, 500 .. 503;
    my $refused = <<'END';
<Location "/user/refused">
    Require all denied
</Location>
<LocationMatch "^/(?:space|booking|products)/refused">
    Require all denied
</LocationMatch>
<LocationMatch "/gone$">
    Redirect 410 /
</LocationMatch>
LimitRequestBody 100
<Directory />
    Require all granted
</Directory>
END
    my $rules = "RewriteEngine On\nRewriteRule ^/moved/(.*) /\$1 [PT]\nRewriteRule ^/site/ - [F]\n";
    return "$refused$rules\nTypesConfig /dev/null\nAddType text/html .html\n" . sprintf($codes, ('x.html') x 22)
        . "Listen 127.0.0.1:$port\n<VirtualHost 127.0.0.1:$port>\nServerName 127.0.0.1\n$rules" . sprintf($codes, ('no/such.html') x 22)
        . "</VirtualHost>\n";
}

my $server = Bookable::Server->new(stock => [qw(alias rewrite mime)], config => \&pages, children => 1);
$server->write_file('x.html', '<html>a page of this site</html>');
$server->start;
for my $base ($server->base_url, "http://127.0.0.1:$port") {
    my $what   = $base eq $server->base_url ? 'a page that is there' : 'a page that is not';
    my $client = Bookable::Client->new(base => $base);
    for my $path (@PATHS) {
        is_error($client->get("$path/refused"), 403, ['FORBIDDEN'], "$what: refused by Location, $path");
        is_error($client->post("$path/refused", {}), 403, ['FORBIDDEN'], "$what: POST, refused by Location, $path");
        is_error($client->get("$path/gone"), 410, ['BAD_REQUEST', qr/\S/], "$what: Redirect 410, $path");
        is_error($client->get("$path/%00"), 404, ['NOT_FOUND'], "$what: %00, $path");
        is_error($client->get("$path/a%2fb"), 404, ['NOT_FOUND'], "$what: %2f, $path");
        is_error($client->get("$path/%zz"), 400, ['BAD_REQUEST'], "$what: %zz, $path");
        is_error($client->get("/moved$path/refused"), 403, [qr/^FORBIDDEN$/], "$what: where a rule sends it, $path")
            if $path ne '/products';
        is($client->call(HEAD => "$path/refused")->content, '', "$what: HEAD has no body, $path");
        my $response = $client->exchange("GET $path/1 HTTP/1.1\r\nConnection: close\r\n\r\n");
        is_error($response, 400, ['BAD_REQUEST'], "$what: no Host, $path");
        is_error($client->exchange("GET $path/" . 'x' x 9000 . " HTTP/1.1\r\nHost: a\r\n\r\n"), 414,
            [qr/^[A-Z_]+$/], "$what: a long path, $path");
        is_error($client->exchange("GET $path/1 HTTP/1.1\r\nHost: a\r\nExpect: magic\r\nConnection: close\r\n\r\n"), 417,
            ['BAD_REQUEST'], "$what: an expectation, $path");
    }
    is_error($client->post('/user', { username => 'a' x 60, userPassword => 'b' x 60 }), 413, ['TOO_LARGE'],
        "$what: LimitRequestBody");
    is_error($client->exchange("POST /user HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        . sprintf("%x\r\n%s\r\n0\r\n\r\n", 200, 'x' x 200)), 413, ['TOO_LARGE'], "$what: LimitRequestBody, in chunks");
    my $response = $client->get("/user/refused");
    is($response->header($_), undef, "$what: a service's error has no $_ of the page") for qw(ETag Last-Modified Accept-Ranges);
    $response = $client->get('/site/a');
    is($response->code, 403, "$what: a path outside the services is refused by the site's rule");
    like($response->content, qr/<html>/i, "$what: a path outside the services has the site's page");
}
$server->finish;

# ---- what is in conf/ ----------------------------------------------------------------------------
{
    package Bookable::Conf;    # an httpd that has a file of conf/ for its configuration
    our @ISA = ('Bookable::Server');

    sub config_text
    {
        my ($self) = @_;
        my ($user, $group) = $> == 0 ? ('nobody', Bookable::Process::group()) : ("#$>", '#' . ($) + 0));
        my %place = (LISTEN => "127.0.0.1:$self->{port}", USER => $user, GROUP => $group, RUN => $self->{dir},
            LOG => $self->{dir}, DATABASE => $self->db, HTTPD => $STOCK, ERRORS => "$CONF/errors.conf",
            MEMBERS => "$self->{dir}/members.conf", %{ $self->{places} || {} });
        # None of these files names one, and the one that httpd was built with may be there or not.
        return join '', qq(DocumentRoot "$self->{dir}"\n), map({ "Define BOOKABLE_$_ \"$place{$_}\"\n" } sort keys %place),
            map({ "LoadModule ${_}_module \"" . Bookable::Server::module_path($_) . "\"\n" } @{ $self->{modules} }),
            "Include \"$CONF/$self->{file}\"\n", $self->{more} // '';
    }
}

my $H = "Host: a\r\nConnection: close\r\n";
my @ASKED = (
    [ 'GET /',                404, "GET / HTTP/1.1\r\n$H\r\n" ],
    [ 'GET /nonsense',        404, "GET /nonsense HTTP/1.1\r\n$H\r\n" ],
    [ 'GET /PRODUCTS/1',      404, "GET /PRODUCTS/1 HTTP/1.1\r\n$H\r\n" ],
    [ 'GET /usera',           404, "GET /usera HTTP/1.1\r\n$H\r\n" ],
    [ 'an absolute URL',      404, "GET http://other/x HTTP/1.1\r\n$H\r\n" ],
    [ 'POST /x',              404, "POST /x HTTP/1.1\r\n${H}Content-Length: 2\r\n\r\n{}" ],
    [ 'PUT /etc/passwd',      404, "PUT /etc/passwd HTTP/1.1\r\n${H}Content-Length: 2\r\n\r\n{}" ],
    [ 'a method of no server', 404, "BREW /x HTTP/1.1\r\n$H\r\n" ],
    # A gateway looks for no file.
    [ 'a segment too long for a file', sub { $_[0] =~ /gateway/ ? 404 : 403 }, 'GET /' . 'x' x 300 . " HTTP/1.1\r\n$H\r\n" ],
    [ '%00',                  404, "GET /%00 HTTP/1.1\r\n$H\r\n" ],
    [ 'CONNECT',              404, "CONNECT a:443 HTTP/1.1\r\n$H\r\n" ],
    [ 'garbage',              400, "NONSENSE\r\n\r\n" ],
    [ 'a TLS hello',          400, "\x16\x03\x01\x02\r\n\r\n" ],
    [ 'words',                400, "A B C D\r\n\r\n" ],
    [ 'no path',              400, "GET nonsense HTTP/1.1\r\n$H\r\n" ],
    [ 'HTTP/2 by guess',      400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" ],
    [ 'no Host',              400, "GET /x HTTP/1.1\r\nConnection: close\r\n\r\n" ],
    [ 'a Host that is none',  400, "GET /x HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n" ],
    [ 'above the root',       400, "GET /../x HTTP/1.1\r\n$H\r\n" ],
    [ 'a long path',          414, 'GET /' . 'x' x 9000 . " HTTP/1.1\r\n$H\r\n" ],
    [ 'a long path of a service', 414, 'GET /user/' . 'x' x 9000 . " HTTP/1.1\r\n$H\r\n" ],
    [ 'a long header',        400, "GET /user/1 HTTP/1.1\r\nX: " . 'x' x 9000 . "\r\n$H\r\n" ],
    [ 'many headers',         400, "GET /user/1 HTTP/1.1\r\n" . "X: 1\r\n" x 200 . "$H\r\n" ],
    [ 'an expectation',       417, "POST /user HTTP/1.1\r\nExpect: magic\r\n${H}Content-Length: 2\r\n\r\n{}" ],
    [ 'gzip, chunked',        400, "POST /user HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n$H\r\n2\r\n{}\r\n0\r\n\r\n" ],
    [ 'gzip',                 400, "POST /user HTTP/1.1\r\nTransfer-Encoding: gzip\r\n$H\r\n{}" ],
    [ 'a chunk that is none', 400, "POST /user HTTP/1.1\r\nTransfer-Encoding: chunked\r\n$H\r\nzz\r\n{}\r\n0\r\n\r\n" ],
    [ 'a length that is none', 400, "POST /user HTTP/1.1\r\nContent-Length: x\r\n$H\r\n{}" ],
    [ '%zz in a service',     400, "GET /user/%zz HTTP/1.1\r\n$H\r\n" ],
    [ '%00 in a service',     404, "GET /user/%00 HTTP/1.1\r\n$H\r\n" ],
    [ 'no route of a service', 404, "GET /user/1/2/3 HTTP/1.1\r\n$H\r\n" ],
);

# The same of API v1, with the problem's code. A gateway refuses some paths before it knows what they are: early.
my @ASKED_OF_V1 = (
    [ 'the path itself',      404, 'not-found',   "GET /v1 HTTP/1.1\r\n$H\r\n" ],
    [ 'no collection',        404, 'not-found',   "GET /v1/nothing HTTP/1.1\r\n$H\r\n" ],
    [ 'no route',             404, 'not-found',   "GET /v1/problems/a/b/c HTTP/1.1\r\n$H\r\n" ],
    [ '%zz',                  400, 'bad-request', "GET /v1/users/%zz HTTP/1.1\r\n$H\r\n", 'early' ],
    [ '%00',                  404, 'not-found',   "GET /v1/problems/%00 HTTP/1.1\r\n$H\r\n", 'early' ],
    [ 'a long path',          414, 'bad-request', 'GET /v1/users/' . 'x' x 9000 . " HTTP/1.1\r\n$H\r\n", 'early' ],
    [ 'an expectation',       417, 'bad-request', "POST /v1/users HTTP/1.1\r\nExpect: magic\r\n${H}Content-Length: 2\r\n\r\n{}", 'early' ],
);

# No browser takes it for another type, and no cache keeps it.
sub is_guarded
{
    my ($answer, $what) = @_;
    is(join(', ', $answer->header('X-Content-Type-Options')), 'nosniff', "$what: is of the type that it says");
    is(join(', ', $answer->header('Cache-Control')), 'no-store', "$what: is kept by no cache");
    return;
}

sub all_json
{
    my ($what, $server) = @_;
    my $client = Bookable::Client->new(base => $server->base_url);
    for (@ASKED) {
        my ($name, $code, $request) = @$_;
        my $answer = $client->exchange($request);
        is_error($answer, ref $code ? $code->($what) : $code, [qr/^[A-Z_]+$/], "$what: $name");
        is_guarded($answer, "$what: $name");
    }
    for (@ASKED_OF_V1) {
        my ($name, $code, $problem, $request, $early) = @$_;
        my $answer = $client->exchange($request);
        if ($early && $what eq 'gateway.conf') { is_error($answer, $code, [qr/^[A-Z_]+$/], "$what: API v1, $name") }
        else                                   { is_problem($answer, $code, $problem, "$what: API v1, $name") }
        is_guarded($answer, "$what: API v1, $name");
    }
    is($client->get('/user/health')->content, 'OK', "$what: the user service is healthy");
    my $te = "POST /products/1/details HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n$H\r\n2\r\n{}\r\n0\r\n\r\n";
    is_error($client->exchange($te), 400, ['BAD_REQUEST'], "$what: gzip, chunked, for a product")
        if $what ne 'service.conf';
    return;
}

my $host = Bookable::Conf->new(file => 'bookable.conf', children => 1)->start;
all_json('bookable.conf', $host);
is(Bookable::Client->new(base => $host->base_url)->get('/httpd.conf')->code, 404,
    'bookable.conf: no file of the host is served');

# The gateway, in front of that host.
my $members = sub {
    my ($port) = @_;
    return join '', map { "<Proxy balancer://$_>\nBalancerMember http://127.0.0.1:$port connectiontimeout=1 disablereuse=On\n</Proxy>\n" }
        qw(user space booking product);
};
my $gateway = Bookable::Conf->new(file => 'gateway.conf', modules => []);
$gateway->write_file('members.conf', $members->($host->port));
$gateway->start;
all_json('gateway.conf', $gateway);
my $client = Bookable::Client->new(base => $gateway->base_url);

# Each collection of API v1 reaches its service, which says of a route that is none something else than the
# gateway does.
my %collection = map { $_->{path} =~ m{^(/v1/[a-z-]+)} ? ($1 => 1) : () } Bookable::Routes->of_v1;
for my $path (sort keys %collection) {
    is_problem($client->get("$path/1/2/3/4/5"), 404, 'not-found', "gateway.conf: $path reaches its service",
        qr/the caller may not see it/);
}
is_problem($client->get('/v1/nothing'), 404, 'not-found', 'gateway.conf: no collection', qr/no such route/);
like($client->get('/v1/problems/slot-taken')->content, qr/"code":"slot-taken"/, 'gateway.conf: what a problem means');
$host->finish;
for my $path (sort keys %collection) {
    is_problem($client->get($path), 503, 'dependency-unavailable', "gateway.conf: without an instance, $path");
}
for my $path (@PATHS) {
    my $answer = $client->get("$path/1");
    is_error($answer, 503, ['UNAVAILABLE'],
        "gateway.conf: without an instance a request is answered 503, $path");
    is_guarded($answer, "gateway.conf: without an instance, $path");
}
$gateway->stop;

# One instance of a service; then behind the gateway.
my $service = Bookable::Conf->new(file => 'service.conf', modules => ['user'], places => { SERVICE => 'user' },
    more => "UserBcryptCost 4\n")->start;
all_json('service.conf', $service);
$gateway->write_file('members.conf', $members->($service->port));
$gateway->start;
for my $host ("127.0.0.1:$gateway->{port}", 'rooms.example', 'rooms.example:81') {
    my $sign_up = sub {
        my (@headers) = @_;
        return $client->post('/user', { username => unique('u'), userPassword => 'open-sesame' },
            headers => [ Host => $host, @headers ]);
    };
    my $made = $sign_up->(Origin => "http://$host", 'Sec-Fetch-Site' => 'same-origin');
    like($made->code . ' ' . ($made->header('Location') // ''), qr{^201 http://\Q$host\E/user/\d+$},
        "a page of the gateway writes through the gateway, and Location has its host: $host");
    for my $foreign ([ Origin => 'http://evil.example' ], [ 'Sec-Fetch-Site' => 'same-site' ],
        [ Origin => 'http://evil.example', 'X-Forwarded-Host' => 'evil.example', 'X-Forwarded-For' => '192.0.2.1' ],
        [ Origin => 'http://127.0.0.1:' . $service->port ]) {
        is_error($sign_up->(@$foreign), 403, ['CROSS_SITE'],
            "a page of another origin cannot write through the gateway: @$foreign, $host");
    }
}
$gateway->finish;
$service->finish;

# A form that differs is that of its paths, with the module that has them and without it.
my $refused = sub {
    my ($server, $path) = @_;
    return Bookable::Client->new(base => $server->base_url)->get("$path/refused");
};
my %denied = (more => qq(<LocationMatch "/refused\$">\nRequire all denied\n</LocationMatch>\n));
for my $name (qw(user product)) {
    my $service = Bookable::Conf->new(file => 'service.conf', modules => [$name], places => { SERVICE => $name }, %denied)->start;
    is_error($refused->($service, '/products'), 403, ['FORBIDDEN'], "service.conf of $name: a product's path that is refused");
    is_problem($refused->($service, '/v1/users'), 403, 'forbidden', "service.conf of $name: a path of API v1 that is refused");
    $service->finish;
}

# Where the modules have no API v1, nothing looks like it.
$host = Bookable::Conf->new(file => 'bookable.conf', more => "BookableApi Off\n$denied{more}")->start;
my $no_route = Bookable::Client->new(base => $host->base_url)->get('/v1/users');
is_error($no_route, 404, ['NOT_FOUND'], 'BookableApi Off: /v1 has no routes');
is_error($refused->($host, '/v1'), 403, ['FORBIDDEN'], 'BookableApi Off: what is refused below /v1');
$host->finish;

# Every status that httpd knows, in all shapes.
my @lines = do { open my $in, '<', "$CONF/errors.conf" or die; <$in> };
for my $code (400 .. 417, 421 .. 424, 426, 428, 429, 431, 451, 500 .. 508, 510, 511) {
    is(scalar(grep { /^ *ErrorDocument $code '\{.*\}'$/ } @lines), 3, "errors.conf has all three shapes of $code");
}

done_testing();

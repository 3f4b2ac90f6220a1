# Pages of other origins: what they make a browser send changes nothing, unless the administrator lists
# them; programs, which say nothing of an origin, notice nothing. And what a server is called by its
# clients: the URLs that it makes, and the names that it answers to.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);

use Bookable::Client;
use Bookable::Process qw(free_port);
use Bookable::Server;

my $STOCK = Bookable::Server::_libexecdir();
my @STOCK = qw(remoteip headers proxy proxy_http alias);
my @missing = grep { !-e "$STOCK/mod_$_.so" } @STOCK;
plan skip_all => "httpd has no mod_$missing[0]" if @missing;

my ($open, $behind, $front, $front_host, $front_apart) = map { free_port() } 1 .. 5;
my @LISTED = ('https://rooms.example.org', 'http://localhost:3000');

sub config
{
    my ($server) = @_;
    my $off = join '', map { "${_}Path Off\n" } qw(User Space Booking Product);
    my %host = (
        $open   => "ServerName own.example\nServerAlias also.example *.wild.example *\nBookableOrigins @LISTED\nErrorDocument 403 /x.html\n<Location /user/refused>\nRequire all denied\n</Location>\n",
        $behind => "ServerName behind.example:1234\nRemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.1\n",
        $front  => "$off\nProxyPass /api/ http://127.0.0.1:@{[ $server->port ]}/\nProxyPassReverse /api/ http://127.0.0.1:@{[ $server->port ]}/\n",
        $front_host => "$off\nProxyPreserveHost On\nRequestHeader set X-Forwarded-Proto https\nProxyPass / http://127.0.0.1:$behind/\n",
        $front_apart => "$off\nRequestHeader set X-Forwarded-Proto https\nProxyPass /api/ http://127.0.0.1:$behind/\n"
            . "ProxyPassReverse /api/ http://127.0.0.1:$behind/\n",
    );
    return join '', "<Location /breakers>\nSetHandler bookable-breakers\n</Location>\n",
        map { "Listen 127.0.0.1:$_\n<VirtualHost 127.0.0.1:$_>\n$host{$_}</VirtualHost>\n" } sort keys %host;
}

my $server = Bookable::Server->new(stock => \@STOCK, config => \&config, children => 1)->start;
my $port   = $server->port;
my $client = Bookable::Client->new(base => $server->base_url);
my $ann    = $client->member;
my $space  = $client->space;
my $booked = $client->book($ann, spaceID => $space)->content;
my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);

# ---- what is refused -----------------------------------------------------------------------------
my @WRITES = (
    [ POST => '/user', { username => 'squatter', userPassword => 'open-sesame' } ],
    [ POST => "/user/$ann->{id}", { username => $ann->{name}, userPassword => $ann->{password} } ],
    [ POST => '/space', { buildingCode => 'Foreign', roomCode => 1 }, $client->admin ],
    [ POST => '/booking', $client->booking($ann, spaceID => $space, date => '2031-01-01',
        startTime => '2031-01-01T10:00:00Z', endTime => '2031-01-01T11:00:00Z'), $ann ],
    [ DELETE => "/booking/2030-05-14/$booked", undef, $ann ],
    [ POST => '/products/77/details', \%product ],
    [ PUT => '/products/77', \%product ], [ PATCH => '/user/1', {} ], [ BREW => '/space', {} ],
    [ POST => '/nothing/of/booking', {} ], [ POST => '/booking/no/route/here', {} ],
);
my %FOREIGN = (
    'another host'          => [ Origin => 'http://evil.example' ],
    'another port'          => [ Origin => "http://127.0.0.1:@{[ $port + 1 ]}" ],
    'nobody'                => [ Origin => 'null' ],
    'nothing'               => [ Origin => '' ],
    'a longer name'         => [ Origin => "http://127.0.0.1:$port.evil.example" ],
    'a user of this name'   => [ Origin => "http://127.0.0.1:$port\@evil.example" ],
    'another scheme'        => [ Origin => "file://127.0.0.1:$port" ],
    'a host that a client only claims' => [ Origin => 'http://evil.example', 'X-Forwarded-Host' => 'evil.example' ],
    'cross-site'            => [ 'Sec-Fetch-Site' => 'cross-site' ],
    'same-site'             => [ 'Sec-Fetch-Site' => 'same-site' ],
    'a site that is new'    => [ 'Sec-Fetch-Site' => 'elsewhere' ],
    'cross-site and this origin' => [ 'Sec-Fetch-Site' => 'cross-site', Origin => "http://127.0.0.1:$port" ],
    'another origin, called the same' => [ 'Sec-Fetch-Site' => 'same-origin', Origin => 'http://evil.example' ],
);
for my $from (sort keys %FOREIGN) {
    for my $write (grep { $_->[1] !~ /^.nothing/ } @WRITES) {
        my ($method, $path, $body, $as) = @$write;
        is_error($client->call($method, $path, $body, headers => $FOREIGN{$from}, $as ? (as => $as) : ()), 403,
            ['CROSS_SITE'], "$method $path from $from is refused");
    }
}
# A Blob without a type is what a page may send without asking first.
is_error($client->post('/products/77/details', json_text(\%product), type => undef,
    headers => [ Origin => 'http://evil.example' ]), 403, ['CROSS_SITE'],
        'a body without a type from another origin is refused');
is_error($client->get('/products/77'), 404, ['NOT_FOUND'], 'no product was written by refused requests');
is($client->get("/booking/2030-05-14/$booked", as => $ann)->code, 200,
    'no booking was deleted by refused requests');
is($client->get('/space/Foreign-1')->code, 404, 'no space was made by refused requests');
my $free = $client->book($ann, spaceID => $space, date => '2031-01-01', startTime => '2031-01-01T10:00:00Z',
    endTime => '2031-01-01T11:00:00Z');
is($free->code, 201, 'no booking was made by refused requests');
is($client->post('/user', { username => 'squatter', userPassword => 'open-sesame' })->code, 201,
    'nobody was signed up by refused requests');

# ---- what is not ---------------------------------------------------------------------------------
my %OWN = (
    'a program'               => [],
    'a page of this server'   => [ Origin => "http://127.0.0.1:$port", 'Sec-Fetch-Site' => 'same-origin' ],
    'an older browser'        => [ Origin => "http://127.0.0.1:$port" ],
    'a name in capitals'      => [ Host => 'ROOMS.example', Origin => 'HTTP://rooms.EXAMPLE' ],
    'a port that goes without saying' => [ Host => 'rooms.example:80', Origin => 'http://rooms.example' ],
    'a port that is said'     => [ Host => 'rooms.example', Origin => 'http://rooms.example:80' ],
    'TLS that a proxy took away' => [ Host => 'rooms.example', Origin => 'https://rooms.example' ],
    'an address bar'          => [ 'Sec-Fetch-Site' => 'none' ],
);
for my $from (sort keys %OWN) {
    is_answer($client->post('/products/78/details', \%product, headers => $OWN{$from}), 204, undef,
        "a write from $from is accepted");
}
for my $from (sort keys %FOREIGN) {
    my $response = $client->get('/products/78', headers => $FOREIGN{$from});
    is_answer($response, 200, qr/"sku":"a"/, "a read from $from is answered");
    is($response->header('Access-Control-Allow-Origin'), undef,
        "the answer to a read from $from allows no page to see it");
    is($client->call(OPTIONS => '/products/78', undef, headers => $FOREIGN{$from})->code, 204,
        "OPTIONS from $from is answered 204");
}

# ---- origins that are listed ---------------------------------------------------------------------
my $listed = Bookable::Client->new(base => "http://127.0.0.1:$open");
sub access { my ($response) = @_; return $response->header('Access-Control-Allow-Origin') // 'none' }
for my $origin (@LISTED, 'https://rooms.example.org:443') {
    my @from = (Origin => $origin, 'Sec-Fetch-Site' => 'cross-site');
    my %answers = (
        'a write'     => $listed->post('/products/79/details', \%product, headers => \@from),
        'a read'      => $listed->get('/products/79', headers => \@from),
        'health'      => $listed->get('/booking/health', headers => \@from),
        'an error'    => $listed->get('/products/x', headers => \@from),
        'no route'    => $listed->post('/user/1/2/3', {}, headers => \@from),
        'a refusal of httpd' => $listed->get('/user/refused', headers => \@from),
        'a log-in'    => $listed->post("/user/$ann->{id}", { username => $ann->{name}, userPassword => $ann->{password} },
            headers => \@from),
    );
    for my $what (sort keys %answers) {
        my $response = $answers{$what};
        is(access($response), $origin, "$origin may read $what");
        like($response->header('Vary'), qr/\bOrigin\b/, "$origin: the answer to $what varies by Origin");
        like($response->header('Access-Control-Expose-Headers'), qr/X-Session-Token.*Location.*Retry-After/,
            "$origin: the answer to $what exposes its headers");
        is($response->header('Access-Control-Allow-Credentials'), undef,
            "$origin: the answer to $what allows no credentials");
    }
    is($answers{'a write'}->code, 204, "$origin writes");
    ok($answers{'a log-in'}->header('X-Session-Token'), "$origin logs in");

    my $preflight = $listed->call(OPTIONS => '/booking/2030-05-14/1', undef, headers => [ @from,
        'Access-Control-Request-Method' => 'DELETE', 'Access-Control-Request-Headers' => 'authorization,content-type' ]);
    is($preflight->code, 204, "a preflight of $origin is answered 204");
    is(access($preflight), $origin, "the preflight of $origin allows that origin");
    like($preflight->header('Access-Control-Allow-Methods'), qr/\bDELETE\b/,
        "the preflight of $origin allows DELETE");
    like($preflight->header('Access-Control-Allow-Headers'), qr/\bAuthorization, Content-Type\b/,
        "the preflight of $origin allows Authorization and Content-Type");
    like($preflight->header('Access-Control-Max-Age'), qr/^\d+$/, "the preflight of $origin may be cached");
}
for my $origin ('http://rooms.example.org', 'https://rooms.example.org:8443', 'https://a.rooms.example.org', 'http://localhost',
    'https://rooms.example.org.evil.example', 'null') {
    my @from = (Origin => $origin, 'Access-Control-Request-Method' => 'POST');
    my $write = $listed->post('/products/80/details', \%product, headers => \@from);
    is_error($write, 403, ['CROSS_SITE'], "a write from $origin, which is not listed, is refused");
    is(access($write), 'none', "$origin may not read the refusal of its write");
    my $preflight = $listed->call(OPTIONS => '/products/80/details', undef, headers => \@from);
    is(access($preflight) . ($preflight->header('Access-Control-Allow-Methods') // ''), 'none',
        "the preflight of $origin, which is not listed, allows nothing");
    like($preflight->header('Vary'), qr/\bOrigin\b/,
        "the preflight of $origin, which is not listed, varies by Origin");
}
is($client->get('/products/78')->header('Vary'), undef,
    'without BookableOrigins answers do not vary by Origin');

# ---- behind a proxy ------------------------------------------------------------------------------
my $backend = Bookable::Client->new(base => "http://127.0.0.1:$behind");
my @proxy = ('X-Forwarded-For' => '192.0.2.7', 'X-Forwarded-Host' => 'rooms.example', Host => 'backend:1');
for my $row (
    [ 204, 'the host that the client asked for', @proxy, Origin => 'http://rooms.example' ],
    [ 204, 'the same with TLS', @proxy, 'X-Forwarded-Proto' => 'https', Origin => 'https://rooms.example' ],
    [ 204, 'two proxies', 'X-Forwarded-For' => '192.0.2.7', 'X-Forwarded-Host' => 'rooms.example, inner:81', Host => 'backend',
        Origin => 'http://rooms.example' ],
    [ 403, 'another host', @proxy, Origin => 'http://evil.example' ],
    [ 403, 'a page without TLS', @proxy, 'X-Forwarded-Proto' => 'https', Origin => 'http://rooms.example' ],
    [ 403, 'a proxy that is not believed', 'X-Forwarded-Host' => 'rooms.example', Host => 'backend:1', Origin => 'http://rooms.example' ],
) {
    my ($status, $what, @headers) = @$row;
    is($backend->post('/products/81/details', \%product, headers => \@headers)->code, $status, "behind a proxy: $what");
}

# ---- URLs ----------------------------------------------------------------------------------------
sub made
{
    my ($base, @headers) = @_;
    my $client = Bookable::Client->new(base => $base);
    return $client->post('/user', { username => unique('u'), userPassword => 'open-sesame' }, headers => \@headers)
        ->header('Location');
}
like(made($server->base_url), qr{^http://127\.0\.0\.1:$port/user/\d+$}, 'Location is an absolute URL');
like(made($server->base_url, Host => 'rooms.example:81'), qr{^http://rooms\.example:81/user/\d+$},
    'Location has the host that was asked for');
like(made("http://127.0.0.1:$front/api"), qr{^http://127\.0\.0\.1:$front/api/user/\d+$},
    'ProxyPassReverse maps Location');
like(made("http://127.0.0.1:$front/api", Host => 'rooms.example:82'), qr{^http://rooms\.example:82/api/user/\d+$},
    'ProxyPassReverse maps Location to the host that was asked for');
like(made("http://127.0.0.1:$front_host", Host => 'rooms.example'), qr{^https://rooms\.example/user/\d+$},
    'Location has https behind a proxy that has TLS and passes the host on');
like(made("http://127.0.0.1:$front_apart/api", Host => 'rooms.example:83'), qr{^http://rooms\.example:83/api/user/\d+$},
    'Location is mapped behind a proxy that has TLS and maps the URLs');
for my $made ([ $client->post('/space', { buildingCode => unique('Hall'), roomCode => 1 }, as => $client->admin), 'space' ],
    [ $free, 'booking' ]) {
    my $location = $made->[0]->header('Location');
    like($location, qr{^http://127\.0\.0\.1:$port/$made->[1]/},
        "the Location of a $made->[1] is an absolute URL");
    is($client->get($location =~ s{^http://[^/]+}{}r, as => $ann)->code, 200,
        "the $made->[1] is found under its Location");
}

# ---- the page of breakers ------------------------------------------------------------------------
my $page = Bookable::Client->new(base => "http://127.0.0.1:$open");

sub change
{
    my (@headers) = @_;
    return $page->post('/breakers', 'name=x&state=open', type => 'application/x-www-form-urlencoded', headers => \@headers);
}
for my $host ("127.0.0.1:$open", 'localhost', 'LOCALHOST:80', '127.0.0.2', '[::1]:8080', 'own.example', 'also.example:81', 'a.wild.example') {
    is($page->get('/breakers', headers => [ Host => $host ])->code, 200,
        "GET /breakers with Host $host is answered");
    is_error(change(Host => $host), 400, ['INPUT_ERR'], "POST /breakers with Host $host is accepted");
    is_error(change(Host => $host, Origin => "http://$host"), 400, ['INPUT_ERR'],
        "POST /breakers by a page of $host is accepted");
}
for my $host ('evil.example', "evil.example:$port", 'own.example.evil.example', 'wild.example', '10.0.0.1', '127.0.0.1.evil.example',
    '1270.0.0.1', 'localhost.evil.example') {
    is_error($page->get('/breakers', headers => [ Host => $host ]), 403, ['FORBIDDEN'],
        "GET /breakers with Host $host is refused");
    is_error(change(Host => $host, Origin => "http://$host", 'Sec-Fetch-Site' => 'same-origin'), 403, ['FORBIDDEN'],
        "POST /breakers by a page of $host is refused");
}
for my $from (sort keys %FOREIGN) {
    is_error(change(@{ $FOREIGN{$from} }), 403, ['CROSS_SITE'], "breakers are not changed from $from");
}
is_error($page->exchange("GET /breakers HTTP/1.0\r\n\r\n"), 403, ['FORBIDDEN'],
    'GET /breakers without Host is refused');
is_error($page->post('/breakers', 'name=x&state=open', type => 'application/x-www-form-urlencoded',
    headers => [ Origin => $LISTED[0] ]), 403, ['CROSS_SITE'], 'an origin that is listed for the services may not change them');
is_error($page->call(PUT => '/breakers'), 405, ['METHOD_NOT_ALLOWED'], 'PUT /breakers is refused in JSON');
$server->finish;

done_testing();

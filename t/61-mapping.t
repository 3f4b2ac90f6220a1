# What the other modules of a server say of a URL holds for the services, too: redirects, rewrites,
# proxies and aliases of a server, a virtual host or a <Location>, in whatever order the modules are
# loaded. A file beside the services shows what httpd makes of each directive.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::Process qw(free_port);
use Bookable::Server;

my @PATHS = qw(/user /space /booking /products);
my @STOCK = qw(alias rewrite headers proxy proxy_http vhost_alias negotiation mime);
my $STOCK = Bookable::Server::_libexecdir();
my @missing = grep { !-e "$STOCK/mod_$_.so" } @STOCK;
plan skip_all => "httpd has no mod_$missing[0]" if @missing;

my ($vhost, $location, $backend, $moved, $rewritten, $mass, $guarded) = map { free_port() } 1 .. 7;
my $ELSEWHERE = 'http://elsewhere.example';

# ---- one row for each kind of directive ----------------------------------------------------------
# What is asked below a path, the directives of a server for it (PATH stands for the path), and those
# within <Location> for what is asked, where they differ; undef: not allowed there.
my $proxied = "http://127.0.0.1:$backend/backend.txt";
my @ROWS = (
    [ 'redirect', "Redirect 'PATH/redirect' $ELSEWHERE/a", "Redirect $ELSEWHERE/a" ],
    [ 'permanent/b', "Redirect permanent 'PATH/permanent' $ELSEWHERE/a", "Redirect permanent $ELSEWHERE/a" ],
    [ 'gone', "Redirect gone 'PATH/gone'", 'Redirect gone' ],
    [ 'away', "Redirect 503 'PATH/away'", 'Redirect 503' ],
    [ 'match-1', "RedirectMatch 307 '^PATH/match-(.)' $ELSEWHERE/\$1",
        "RedirectMatch 307 'match-(.)' $ELSEWHERE/\$1" ],
    [ 'f',       "RewriteRule '^PATH/f\$' - [F]", 'RewriteRule /f$ - [F]' ],
    [ 'g',       "RewriteRule '^PATH/g\$' - [G]", 'RewriteRule /g$ - [G]' ],
    [ 'r?a=1',   "RewriteRule '^PATH/r\$' $ELSEWHERE/b [R=303]", "RewriteRule /r\$ $ELSEWHERE/b [R=303]" ],
    [ 'r503',    "RewriteRule '^PATH/r503\$' - [R=503]", 'RewriteRule /r503$ - [R=503]' ],
    [ 'relative', "RewriteRule '^(PATH)/relative\$' \$1/health [R]", 'RewriteRule . /a/b [R]' ],
    [ 'pt',      "RewriteRule '^(PATH)/pt\$' \$1/health [PT]", 'RewriteRule (.*)/pt$ $1/health [PT]' ],
    [ 'l',       "RewriteRule '^(PATH)/l\$' \$1/health [L]", 'RewriteRule (.*)/l$ $1/health [L]' ],
    [ 'root',    "RewriteRule '^(PATH)/root\$' %{DOCUMENT_ROOT}\$1/health", 'RewriteRule (.*)/root$ $1/health [E=A:b]' ],
    [ 'file',    "RewriteRule '^PATH/file\$' /static/health", 'RewriteRule . /static/health' ],
    [ 'p',       "RewriteRule '^PATH/p\$' $proxied [P]", "RewriteRule . $proxied [P]" ],
    [ 'health?e', "RewriteCond %{QUERY_STRING} =e\nRewriteRule '^PATH/health' - [E=CELL:seen]",
        "RewriteCond %{QUERY_STRING} =e\nRewriteRule . - [E=CELL:seen]" ],
    [ 'health?ee', "RewriteCond %{QUERY_STRING} =ee\nRewriteRule '^(PATH/health)' \$1 [E=CELL:seen]",
        "RewriteCond %{QUERY_STRING} =ee\nRewriteRule (.*) \$1 [E=CELL:seen]" ],
    [ 'health?l', "RewriteCond %{QUERY_STRING} =l\nRewriteRule '^PATH/health' - [L]\n"
            . "RewriteCond %{QUERY_STRING} =l\nRewriteRule '^PATH/health' - [F]",
        "RewriteCond %{QUERY_STRING} =l\nRewriteRule . - [L]\nRewriteCond %{QUERY_STRING} =l\nRewriteRule . - [F]" ],
    [ 'health?co', "RewriteCond %{QUERY_STRING} =co\nRewriteRule '^PATH/health' - [CO=a:b:.example.org]",
        "RewriteCond %{QUERY_STRING} =co\nRewriteRule . - [CO=a:b:.example.org]" ],
    [ 'proxypass', "ProxyPass 'PATH/proxypass' $proxied", "ProxyPass $proxied" ],
    [ 'proxypassmatch', "ProxyPassMatch '^PATH/proxypassm' $proxied", undef ],
    [ 'handler', undef, "SetHandler 'proxy:http://127.0.0.1:$backend/?'" ],
    [ 'health',  "ProxyPass 'PATH/health' !\nProxyPassMatch '^PATH/hea' $proxied", 'ProxyPass !' ],
    [ 'alias',   "Alias 'PATH/alias' 'ROOT/static/health'", "Alias 'ROOT/static/health'" ],
    [ 'denied',  undef, 'Require all denied' ],
    [ 'health',  undef, 'Options +MultiViews' ],
);

sub lines
{
    my ($column, $server, $path) = @_;
    my %section;
    for my $row (@ROWS) {
        my $text = $row->[$column] // next;
        $text =~ s/PATH/$path/g;
        $text =~ s/ROOT\//$server->{dir}\//g;
        $section{ $row->[0] =~ s/\?.*//r } .= "$text\n";
    }
    return join '', "RewriteEngine On\n", map { $section{$_} } sort keys %section if $column == 1;
    return join '', map { "<Location '$path/$_'>\nRewriteEngine On\n$section{$_}</Location>\n" } sort keys %section;
}

# What is loaded last stands in the configuration behind the services' own lines.
sub config
{
    my ($server, $late) = @_;
    my @all  = (@PATHS, '/static');
    my $both = join '', map { lines(1, $server, $_) } @all;
    my $off  = join '', map { "${_}Path Off\n" } qw(User Space Booking Product);
    my $text = join '', map { "LoadModule ${_}_module '$STOCK/mod_$_.so'\n" } @$late;
    $text .= "Listen 127.0.0.1:$_\n" for $vhost, $location, $backend, $moved, $rewritten, $mass, $guarded;
    $text .= "TypesConfig /dev/null\n";
    $text .= "Header always set X-Cell %{CELL}e env=CELL\n<Directory />\nRequire all granted\n</Directory>\n";
    $text .= $both;
    my %host = (
        $vhost    => $both,
        $location => join('', map({ lines(2, $server, $_) } @all), "ProxyPassMatch '^/[a-z]+/hea' $proxied\n"),
        $backend  => $off,
        $moved    => "Redirect permanent / https://elsewhere.example/\n",
        $rewritten => "RewriteEngine On\nRewriteCond %{QUERY_STRING} =f\nRewriteRule ^ - [F]\n"
            . "RewriteCond %{QUERY_STRING} =r503\nRewriteRule ^ - [R=503]\n"
            . "RewriteRule ^/v1/([a-z]+)(.*) /\$1\$2 [PT,L]\n"
            . "RewriteRule ^/v2/([a-z]+)(.*) /\$1\$2 [L]\n"
            . "RewriteRule ^ https://elsewhere.example%{REQUEST_URI} [R=308,L]\n",
        $guarded => "<Location />\nRequire all granted\n</Location>\n<Location /v2>\nRequire method GET\nHeader set X-Cell v2\n</Location>\n"
            . "<LocationMatch .*/denied>\nRequire all denied\n</LocationMatch>\n<If \"%{REQUEST_URI} =~ m#/never#\">\nRequire all denied\n</If>\n"
            . "RewriteEngine On\nRewriteRule ^/(?:v2|open)/([a-z]+)(.*) /\$1\$2 [L]\nRewriteRule ^/gone/([a-z]+)(.*) /\$1/denied\$2 [L]\n",
        $mass => "VirtualDocumentRoot '$server->{dir}/static'\nAddHandler cgi-script .cgi\nAddType text/html .html\n",
    );
    $text .= "<VirtualHost 127.0.0.1:$_>\nServerName 127.0.0.1\n$host{$_}</VirtualHost>\n" for sort keys %host;
    return $text;
}

# ---- what is compared ----------------------------------------------------------------------------

# What the directive under test decides: the status, where to, what it set, and the text of a success.
sub seen
{
    my ($client, $method, $path, $asked) = @_;
    my $response = $client->call($method => "$path/$asked");
    my $body = $response->code == 200 ? $response->content : '';
    return join ' ', $response->code, map({ s/\Q$path\E/PATH/gr } $response->header('Location') // '-'),
        $response->header('X-Cell') // '-', $response->header('Set-Cookie') // '-', $body;
}

sub as_a_file
{
    my ($order, $scope, $port, $column) = @_;
    my $client = Bookable::Client->new(base => "http://127.0.0.1:$port");
    for my $row (grep { defined $_->[$column] } @ROWS) {
        my ($asked, $directives) = ($row->[0], $row->[$column] =~ s/\n.*//sr);
        # A file takes a POST as a GET; a health route does not.
        for my $method ("$asked $row->[$column]" =~ /health/ ? 'GET' : qw(GET POST)) {
            my $want = seen($client, $method, '/static', $asked);
            is(seen($client, $method, $_, $asked), $want, "$order, $scope: $directives, $method $_/$asked") for @PATHS;
        }
    }
    return;
}

# Not one of these may fail in a way that makes the comparison worthless.
sub oracle
{
    my ($order, $scope, $port) = @_;
    my $client = Bookable::Client->new(base => "http://127.0.0.1:$port");
    my %want = (f => qr/^403/, g => qr/^410/, 'r?a=1' => qr{^303 $ELSEWHERE/b\?a=1}, r503 => qr/^503/,
        pt => qr/^200.*OK$/, l => qr/^200.*OK$/, p => qr/^200.*backend$/, 'health?e' => qr/^200 - seen - OK$/,
        proxypass => qr/^200.*backend$/, health => qr/^200.*OK$/, alias => qr/^200.*OK$/,
        redirect => qr{^302 $ELSEWHERE/a}, 'match-1' => qr{^307 $ELSEWHERE/1}, file => qr/^200.*OK$/);
    like(seen($client, 'GET', '/static', $_), $want{$_}, "$order, $scope: a file at $_") for sort keys %want;
    return;
}

my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);

for my $order ('loaded before the services', 'loaded behind them') {
    my ($early, $late) = $order =~ /before/ ? (\@STOCK, []) : ([], \@STOCK);
    my $server = Bookable::Server->new(stock => $early, children => 1, threads => 16,
        config => sub { return config($_[0], $late) });
    $server->write_file('static/health', 'OK');
    $server->write_file('backend.txt', 'backend');
    $server->start;

    for my $scope ([ 'server', $server->port, 1 ], [ 'virtual host', $vhost, 1 ], [ 'Location', $location, 2 ]) {
        oracle($order, @$scope);
        as_a_file($order, @$scope);
    }

    # A host that has moved is not served in the clear, whoever asks for what.
    my $client = Bookable::Client->new(base => "http://127.0.0.1:$moved");
    for my $path (@PATHS, '/products/1/details', '/nothing') {
        my $response = $client->post($path, \%product);
        is($response->code . ' ' . ($response->header('Location') // ''), "301 https://elsewhere.example$path",
            "$order: Redirect permanent / moves POST $path");
    }
    my $open = Bookable::Client->new(base => $server->base_url);
    is($open->get('/products/1')->code, 404, "$order: a moved host writes nothing");

    $client = Bookable::Client->new(base => "http://127.0.0.1:$rewritten");
    for my $path (@PATHS) {
        is($client->post("$path?f", \%product)->code, 403, "$order: [F] forbids all of a host, POST $path");
        is_error($client->get("$path/health?r503"), 503, ['UNAVAILABLE'], "$order: [R=503], $path");
        is($client->get("$path/health")->code, 308, "$order: https is forced, $path");
        is($client->get("$_$path/health")->content, 'OK', "$order: a prefix $_ that is rewritten, $path") for '/v1', '/v2';
    }
    for my $version ('/v1', '/v2') {
        is_answer($client->post("$version/products/7/details", \%product), 204, undef, "$order: POST below $version");
        is_answer($client->get("$version/products/7"), 200, { %product, product_id => 7 }, "$order: GET below $version");
    }

    # A rule that is no [PT] takes nobody past what holds for the URL that was asked for, as with a
    # file; what holds for the URL that it becomes holds, too.
    $client = Bookable::Client->new(base => "http://127.0.0.1:$guarded");
    for my $path (@PATHS) {
        my $refused = $client->post("/v2$path/health", {});
        is($refused->code, 403, "$order: Require of the URL before a rule holds, POST /v2$path/health");
        like($refused->content, qr/"FORBIDDEN"/, "$order: the refusal of POST /v2$path/health is JSON");
        is($client->post("/v2/static/health", {})->code, 403,
            "$order: Require of the URL before a rule holds for a file");
        is(seen($client, 'GET', '/v2', substr("$path/health", 1)), '200 - v2 - OK',
            "$order: Require of the URL before a rule allows GET /v2$path/health");
        is($client->get("/open$path/denied")->code, 403, "$order: Require of the URL behind a rule holds, /open$path/denied");
        is($client->get("/gone$path")->code, 403,
            "$order: Require of the URL that a rule makes holds, /gone$path");
        is($client->get("/open$path/never")->code, 403,
            "$order: an If expression on the URL behind a rule holds, /open$path/never");
        is($client->get("/open$path/health")->content, 'OK',
            "$order: a rewritten URL that nothing forbids is served, /open$path/health");
    }

    # Where every host name has a folder of its own, and where names of files mean something.
    $client = Bookable::Client->new(base => "http://127.0.0.1:$mass");
    is($client->get('/health')->content, 'OK', "$order: VirtualDocumentRoot serves a file");
    is($client->get("$_/health")->content, 'OK',
        "$order: a service is served beside VirtualDocumentRoot, $_") for @PATHS;
    is_error($client->get("/space/$_"), 404, [ 'NOT_FOUND', 'Space Not Found' ],
        "$order: a space id that looks like the file $_ is looked up as a space")
        for 'a.cgi', 'a.html', 'a.html.en';
    $server->finish;
}

done_testing();

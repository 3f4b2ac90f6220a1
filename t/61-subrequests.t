# Services ask each other by requests within the server, and what httpd has been told of a URL holds for these, too:
# whether the service that is asked has to read its store, or has the answer in its cache.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);

use Bookable::Client;
use Bookable::Process qw(free_port);
use Bookable::Said qw(body must);
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my @STOCK = qw(alias rewrite headers proxy proxy_http setenvif authz_host actions);
my @missing = grep { !-e Bookable::Server::_libexecdir() . "/mod_$_.so" } @STOCK;
plan skip_all => "httpd has no mod_$missing[0]" if @missing;

my $backend = free_port();
my $AWAY    = [ 503, 'dependency-unavailable' ];
my $REFUSED = [ 403, 'forbidden' ];
my $NONE    = [ 404, 'not-found' ];
my $NOBODY  = [ 401, 'not-signed-in' ];

# The directives of a virtual host, and how somebody who may see a room is answered who books it there.
my %RULES = (
    'no rule'                             => [ '', [ 200, '' ] ],
    'Redirect'                            => [ 'Redirect /v1/spaces http://elsewhere.example/', $AWAY ],
    'Redirect in Location'                => [ inside('Redirect 307 http://elsewhere.example/'), $AWAY ],
    'Redirect gone in Location'           => [ inside('Redirect gone'), $AWAY ],
    'RewriteRule [F]'                     => [ "RewriteEngine On\nRewriteCond %{IS_SUBREQ} =true\nRewriteRule ^/v1/spaces - [F]", $REFUSED ],
    'RewriteRule [F] in Location'         => [ inside("RewriteEngine On\nRewriteRule . - [F]"), $REFUSED ],
    'RewriteRule [F,NS]'                  => [ "RewriteEngine On\nRewriteRule ^/v1/spaces - [F,NS]", [ 200, '' ] ],
    'RewriteRule [P]'                     => [ "RewriteEngine On\nRewriteRule ^/v1/spaces http://127.0.0.1:$backend/none.txt [P]", $NONE ],
    'RewriteRule [PT] with a query'       => [ "RewriteEngine On\nRewriteRule ^/v1/spaces\$ /v1/spaces?expand=policies&limit=1&id=other [PT]", $NONE ],
    'RewriteRule [PT] as it is'           => [ "RewriteEngine On\nRewriteRule ^/v1/spaces\$ /v1/spaces [PT]", [ 200, '' ] ],
    'RewriteRule in Location to a room'   => [ inside("RewriteEngine On\nRewriteCond %{REQUEST_URI} !none\nRewriteRule . /v1/spaces/none"), [ 400, 'bad-parameter' ] ],
    'RewriteRule in Location, refused there' => [ inside("RewriteEngine On\nRewriteRule . /denied"), $REFUSED ],
    'RewriteRule in Location, without end' => [ inside("RewriteEngine On\nRewriteRule . /v1/spaces/none"), $AWAY ],
    'Action'                              => [ inside("SetHandler an-action\nAction an-action /denied virtual"), $REFUSED ],
    'ProxyPass'                           => [ inside("ProxyPass http://127.0.0.1:$backend/none.txt"), $NONE ],
    'ProxyPass !'                         => [ "ProxyPass /v1/spaces !\nProxyPass /v1/spaces http://127.0.0.1:$backend/", [ 200, '' ] ],
    'Alias'                               => [ 'Alias /v1/spaces /etc/hostname', $AWAY ],
    'SetHandler'                          => [ inside('SetHandler bookable-nothing'), $NONE ],
    'Require all denied'                  => [ inside('Require all denied'), $REFUSED ],
    'Require ip'                          => [ inside('Require ip 10.0.0.0/8'), $REFUSED ],
    'Require env'                         => [ "SetEnvIf Remote_Addr . is-here\n" . inside("<RequireAll>\nRequire not env is-here\nRequire all granted\n</RequireAll>"), $REFUSED ],
    'Require expr'                        => [ inside(q(Require expr "%{IS_SUBREQ} != 'true'")), $REFUSED ],
    'Require method'                      => [ inside('Require method POST'), $REFUSED ],
    'LimitExcept'                         => [ inside("<LimitExcept POST>\nRequire all denied\n</LimitExcept>"), $REFUSED ],
    'If'                                  => [ "<If \"%{REQUEST_URI} =~ m#^/v1/spaces# && %{IS_SUBREQ} == 'true'\">\nRequire all denied\n</If>", $REFUSED ],
    'other credentials'                   => [ inside("RequestHeader set Authorization 'Bearer bk_nobody'"), $NOBODY ],
    'no credentials'                      => [ inside('RequestHeader unset Authorization'), $NOBODY ],
    'another consistency'                 => [ inside('RequestHeader set X-Consistency strong'), [ 200, '' ] ],
);

sub inside { my ($text) = @_; return "<Location /v1/spaces>\n$text\n</Location>" }

my @names = sort keys %RULES;
my %port  = map { $_ => free_port() } @names;
my $server = Bookable::Server->new(api => '/v1', stock => \@STOCK, cache => 'shmcb', children => 1, threads => 16, config => sub {
    my $text = "BookingMaxFuture Off\nSpaceCacheTTL 1h\nUserCacheTTL 1h\nListen 127.0.0.1:$backend\n";
    $text .= $Bookable::Server::PATIENT . $Bookable::Server::PATIENT_BREAKER . "BookingBreaker space minimum-calls=10000\n"
        . "<Location /metrics>\nSetHandler bookable-metrics\n</Location>\n<Directory />\nRequire all granted\n</Directory>\n"
        . "<Location /denied>\nRequire all denied\n</Location>\n<VirtualHost 127.0.0.1:$backend>\nBookableApi Off\n</VirtualHost>\n";
    $text .= "Listen 127.0.0.1:$port{$_}\n<VirtualHost 127.0.0.1:$port{$_}>\nServerName 127.0.0.1\n$RULES{$_}[0]\n</VirtualHost>\n" for @names;
    return $text;
});
$server->write_file('none.txt', '{"items":[],"policies":[],"next":null}');
$server->start;

my $client = Bookable::Client->new(base => $server->base_url);
my $admin  = $client->admin;
my ($ann, $eve) = map { $client->member } 1 .. 2;
must(201, $client->put('/v1/policies/few', { name => 'Few', see => ["user:$ann->{id}"], book => ["user:$ann->{id}"] }, as => $admin,
    headers => [ 'If-None-Match' => '*' ]));
must(201, $client->post('/v1/spaces', { id => 'hidden', name => 'Hidden', policy => 'few' }, as => $admin));
must(201, $client->post('/v1/spaces', { id => 'other', name => 'Other' }, as => $admin));

# The answer to a booking, on a connection that goes on: [status, code].
sub try_it
{
    my ($name, $who) = @_;
    my $host   = Bookable::Client->new(base => "http://127.0.0.1:$port{$name}");
    my $answer = $host->post('/v1/bookings?dryRun=true', { space => 'hidden', start => '2030-05-14T12:00', minutes => 60 }, as => $who);
    my $body   = eval { body($answer) } // { code => 'no JSON: ' . $answer->content };
    return [ $answer->code, $body->{code} // '' ];
}

# A change takes the room out of the cache, and a booking without a rule brings it back.
my $version = 0;
sub forget { return must(200, $client->call(PATCH => '/v1/spaces/hidden', { description => 'of version ' . ++$version }, as => $admin, headers => [ 'If-Match' => '*' ])) }
sub hits   { return $client->get('/metrics')->content =~ /^bookable_cache_events_total\{service="space",event="hit"\} (\d+)$/m ? $1 : die "no such metric\n" }

for my $name (@names) {
    forget();
    is_deeply(try_it($name, $ann), $RULES{$name}[1], "$name: where the store has to be read");
    try_it('no rule', $ann);
    is_deeply(try_it($name, $ann), $RULES{$name}[1], "$name: where the cache has the room");
}
my $before = hits();
is_deeply(try_it('no rule', $eve), $NONE, 'who may not see a room does not get it from the cache');
is(hits(), $before + 1, 'the cache had the room when somebody asked who may not see it');

$server->finish;
done_testing();

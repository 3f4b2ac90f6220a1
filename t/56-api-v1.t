# What all routes of API v1 have in common: problems, whoever refuses; what caches are told; methods;
# other origins.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP ();

use Bookable::Client;
use Bookable::Process qw(free_port);
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my ($off, $paged) = (free_port(), free_port());
my $codes = join '', map { "ErrorDocument $_ /x.html\n" } 400 .. 417, 500 .. 504;
my $common = <<'END';
<Location "/v1/users/refused">
    Require all denied
</Location>
<Location "/v1/nothing/refused">
    Require all denied
</Location>
<LocationMatch "/gone$">
    Redirect 410 /
</LocationMatch>
<Location "/v1/elsewhere">
    Redirect 303 /moved
</Location>
ProxyPass /v1/backend http://127.0.0.1:1/
LimitRequestBody 1000
END
my $server = Bookable::Server->new(
    api      => '/v1',
    stock    => [qw(alias proxy proxy_http reqtimeout mime)],
    children => 1,
    config   => <<"END")->start;
<Directory />
    Require all granted
</Directory>
TypesConfig /dev/null
AddType text/html .html
BookableOrigins https://rooms.example.net
$common
Listen 127.0.0.1:$off
<VirtualHost 127.0.0.1:$off>
    BookableApi Off
</VirtualHost>
Listen 127.0.0.1:$paged
<VirtualHost 127.0.0.1:$paged>
    $common
    $codes
</VirtualHost>
END
$server->write_file('x.html', '<html>a page of this site</html>');
my $client = Bookable::Client->new(base => $server->base_url);

# ---- who refuses ---------------------------------------------------------------------------------

for my $base ($server->base_url, "http://127.0.0.1:$paged") {
    my $what = $base eq $server->base_url ? 'no error page' : 'an error page';
    my $its  = Bookable::Client->new(base => $base);
    is_problem($its->get('/v1/nothing'), 404, 'not-found', "$what: a collection of no service");
    is_problem($its->get('/v1'), 404, 'not-found', "$what: the path itself");
    is_problem($its->get('/v1/problems/slot-taken/x'), 404, 'not-found', "$what: no route");
    is_problem($its->get('/v1/users/refused'), 403, 'forbidden', "$what: Require, in a collection of a service");
    is_problem($its->get('/v1/nothing/refused'), 403, 'forbidden', "$what: Require, in a collection of none");
    is_problem($its->get('/v1/users/gone'), 410, 'bad-request', "$what: a status that has no problem of its own");
    is_problem($its->get('/v1/users/%zz'), 400, 'bad-request', "$what: a bad escape");
    is_problem($its->get('/v1/users/%00'), 404, 'not-found', "$what: %00");
    is_problem($its->get('/v1/backend/x'), 503, 'unavailable', "$what: a backend that is away");
    is_problem($its->post('/v1/session', { name => 'x' x 2000, password => 'x' }), 413, 'too-large', "$what: LimitRequestBody");
    is_problem($its->exchange("GET /v1/users HTTP/1.1\r\nConnection: close\r\n\r\n"), 400, 'bad-request', "$what: no Host");
    is_problem($its->exchange("GET /v1/users HTTP/1.1\r\nHost: a\r\nX: " . 'x' x 9000 . "\r\nConnection: close\r\n\r\n"), 400,
        'bad-request', "$what: a header that is too long");
    my $moved = $its->get('/v1/elsewhere');
    is($moved->code, 303, "$what: a redirect stays one");
    like($moved->header('Location'), qr{/moved$}, "$what: a redirect has its place");
    my $head = $its->call(HEAD => '/v1/nothing');
    is($head->code, 404, "$what: HEAD of nothing");
    is($head->content, '', "$what: HEAD of nothing has no body");
}
my $elsewhere = Bookable::Client->new(base => "http://127.0.0.1:$off")->get('/v1/problems/slot-taken');
is($elsewhere->code, 404, 'where API v1 is off nothing is there');
unlike($elsewhere->content, qr/problems/, 'where API v1 is off, errors are no problems');
like($client->get('/v1x')->content, qr/<html>/i, 'a path that only begins so is none of API v1');

# ---- what every answer has -----------------------------------------------------------------------

my $page = $client->get('/v1/problems/slot-taken');
is_answer($page, 200, { type => '/v1/problems/slot-taken', title => 'Taken', status => 409, code => 'slot-taken',
        detail => 'The space is taken at that time, or part of it' }, 'a type says what the problem means');
is($page->header('Cache-Control'), 'public, max-age=86400', 'what a problem means may be cached');
my %vary = map { lc($_) => 1 } map { split /\s*,\s*/ } $page->header('Vary');
is(join(' ', sort keys %vary), 'accept authorization cookie origin', 'Vary names all that answers depend on');
is($client->get('/v1/problems/slot-taken', headers => [ 'If-None-Match' => $page->header('ETag') ])->code, 304,
    'a page that is known is not sent again');
is_problem($client->get('/v1/problems/none'), 404, 'not-found', 'a problem that does not exist');
is_problem($client->get('/v1/problems/slot-taken?lang=de'), 400, 'bad-parameter', 'an unknown parameter', qr/^lang: /);
is_problem($client->get('/v1/problems/slot-taken', headers => [ 'X-Consistency' => 'maybe' ]), 400, 'bad-header',
    'a header with a value that it cannot have');
my $body = is_problem($client->get('/v1/problems/none', headers => [ 'X-Request-Id' => 'r-77' ]), 404, 'not-found',
    'a request with an id');
is($body->{instance}, 'r-77', 'a problem names the request');
isnt(is_problem($client->get('/v1/problems/none'), 404, 'not-found', 'a request without an id')->{instance}, 'r-77',
    'a problem names a request that has no id by one of its own');

# ---- methods, and other origins ------------------------------------------------------------------

is_problem($client->post('/v1/problems/slot-taken', {}), 405, 'method-not-allowed', 'a method that the path does not have');
my $options = $client->call(OPTIONS => '/v1/problems/slot-taken');
is($options->code, 204, 'OPTIONS');
is($options->header('Allow'), 'GET, HEAD, OPTIONS', 'OPTIONS names the methods of the path');
my @from = (Origin => 'https://rooms.example.net');
$options = $client->call(OPTIONS => '/v1/problems/slot-taken', undef,
    headers => [ @from, 'Access-Control-Request-Method' => 'GET' ]);
is($options->header('Access-Control-Allow-Origin'), 'https://rooms.example.net', 'a listed origin is allowed');
like($options->header('Access-Control-Allow-Headers'), qr/\b$_\b/, "a listed origin may send $_")
    for qw(If-Match Idempotency-Key Authorization Prefer);
my $exposed = $client->get('/v1/problems/slot-taken', headers => \@from)->header('Access-Control-Expose-Headers');
like($exposed, qr/\b$_\b/, "a page of a listed origin may read $_") for qw(ETag Link Idempotency-Replayed);
is_problem($client->post('/v1/problems/slot-taken', {}, headers => [ Origin => 'https://evil.example' ]), 403, 'cross-site',
    'another origin changes nothing');
is($client->get('/v1/problems/slot-taken', headers => [ Origin => 'https://evil.example' ])
        ->header('Access-Control-Allow-Origin'), undef, 'another origin is not allowed to read');

$server->finish;

# ---- hosts behind one gateway --------------------------------------------------------------------

# A list that one host began is read on at another one with the same key, and at no other.
sub host
{
    my ($letter, $store) = @_;
    return Bookable::Server->new(api => '/v1', store => $store, children => 1, config => sub {
        my ($self) = @_;
        my $file = $self->write_file("key-$letter", "$letter" x 32 . "\n");
        # Of whom it is that starts httpd, and of nobody else.
        chown $>, -1, $file or die "$file: $!\n";
        chmod 0600, $file or die "$file: $!\n";
        return qq(BookableKey "$file"\n);
    })->start;
}
my @hosts = host('a');
push @hosts, map { host($_, $hosts[0]->store) } qw(a b);
my ($first, $second, $stranger) = map { Bookable::Client->new(base => $_->base_url) } @hosts;
my $reader = $first->member;
$first->space for 1, 2;
my $begun = JSON::PP::decode_json($first->get('/v1/spaces?limit=1', as => $reader)->content);
like($begun->{next} // '', qr/\A\S+\z/, 'a list of one host has a second page') or diag(explain($begun));
my $rest = "/v1/spaces?limit=1&cursor=$begun->{next}";
is($second->get($rest, as => $reader)->code, 200, 'a list of one host is read on at another one with the same key');
is_problem($stranger->get($rest, as => $reader), 400, 'bad-parameter', 'a list of one host, at one with another key');

done_testing();

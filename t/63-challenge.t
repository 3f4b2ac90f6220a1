# What a 401 asks for: a challenge of the server's own modules stays as it is; Basic is offered where
# that scheme is on and not to the scripts of a page.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Digest::MD5 qw(md5_hex);

use Bookable::Client;
use Bookable::Process qw(free_port);
use Bookable::Server;

my $STOCK = Bookable::Server::_libexecdir();
my @STOCK = qw(auth_basic auth_digest authn_file authz_user alias lua);
my @missing = grep { !-e "$STOCK/mod_$_.so" } @STOCK;
plan skip_all => "httpd has no mod_$missing[0]" if @missing;

my ($bearer, $paged, $off, $names) = map { free_port() } 1 .. 4;

sub config
{
    my ($server) = @_;
    my $dir = $server->dir;
    my $protected = <<"END";
<Location /products>
    AuthType Digest
    AuthName catalogue
    AuthUserFile "$dir/digest"
    Require valid-user
</Location>
<Location /space/negotiated>
    LuaHookAccessChecker "$dir/negotiate.lua" negotiate
</Location>
<Location /booking/basic>
    AuthType Basic
    AuthName rooms
    AuthBasicProvider file
    AuthUserFile "$dir/digest"
    Require valid-user
</Location>
<Location /user/bare>
    Redirect 401
</Location>
END
    return <<"END";
BookableStatusCodes standard
<Directory />
    Require all granted
</Directory>
$protected
Listen 127.0.0.1:$bearer
<VirtualHost 127.0.0.1:$bearer>
    UserAuthSchemes bearer
</VirtualHost>
Listen 127.0.0.1:$names
<VirtualHost 127.0.0.1:$names>
    UserAuthSchemes password session-id
</VirtualHost>
Listen 127.0.0.1:$paged
<VirtualHost 127.0.0.1:$paged>
    ErrorDocument 401 /x.html
</VirtualHost>
Listen 127.0.0.1:$off
<VirtualHost 127.0.0.1:$off>
    UserPath Off
</VirtualHost>
END
}

my $server = Bookable::Server->new(stock => \@STOCK, config => \&config, children => 1);
$server->write_file('digest', 'ann:catalogue:' . md5_hex('ann:catalogue:secret') . "\n");
$server->write_file('x.html', '<html>log in</html>');
# Two challenges of a module that is no part of httpd, as those for Kerberos set them.
$server->write_file('negotiate.lua', <<'END');
function negotiate(r)
    r.err_headers_out['WWW-Authenticate'] = 'Negotiate, Custom realm="a"'
    return 401
end
END
$server->start;

sub asked_for { my ($response) = @_; return join ' | ', $response->code, $response->header('WWW-Authenticate') }
my $OWN    = 'Basic realm="Bookable", charset="UTF-8", Bearer realm="Bookable"';
my $BEARER = 'Bearer realm="Bookable"';

# ---- challenges that are there -------------------------------------------------------------------
for my $port ($server->port, $paged) {
    my $client = Bookable::Client->new(base => "http://127.0.0.1:$port");
    my $how = $port == $paged ? 'with an ErrorDocument' : 'as it is';
    like(asked_for($client->get('/products/1')), qr/^401 \| Digest realm="catalogue", nonce=[^|]*$/,
        "Digest is asked for and nothing else, $how");
    is(asked_for($client->get('/space/negotiated')), '401 | Negotiate, Custom realm="a"',
        "two challenges of another module stay, $how");
    is(asked_for($client->get('/booking/basic')), '401 | Basic realm="rooms"', "Basic of another realm stays, $how");
    is(asked_for($client->get('/user/bare')), "401 | $OWN", "a 401 without a challenge gets one, $how");
    like($client->get($_)->content, qr/^\{.*"UNAUTHENTICATED"/, "JSON, $how: $_")
        for qw(/products/1 /space/negotiated /booking/basic /user/bare);
}
my $client = Bookable::Client->new(base => $server->base_url);
my $agent  = LWP::UserAgent->new;
$agent->credentials('127.0.0.1:' . $server->port, 'catalogue', 'ann', 'secret');
my $request = HTTP::Request->new(POST => $server->base_url . '/products/5/details', [ 'Content-Type' => 'application/json' ],
    json_text({ sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1 }));
is($agent->request($request)->code, 204, 'who logs in by Digest writes a product');
is($agent->get($server->base_url . '/products/5')->code, 200, 'who logs in by Digest reads a product');

# ---- our own -------------------------------------------------------------------------------------
my %script = ('a fetch' => [ 'Sec-Fetch-Mode' => 'cors' ], 'a fetch of the same origin' => [ 'Sec-Fetch-Mode' => 'same-origin' ],
    'a fetch without CORS' => [ 'Sec-Fetch-Mode' => 'no-cors' ], 'an older library' => [ 'X-Requested-With' => 'XMLHttpRequest' ]);
my %other = ('a program' => [], 'a page that is opened' => [ 'Sec-Fetch-Mode' => 'navigate' ]);
for my $path ('/space', '/booking', '/user/caller') {
    my $ask = sub {
        my ($port, @headers) = @_;
        my $client = Bookable::Client->new(base => "http://127.0.0.1:$port");
        return asked_for($path =~ /caller/ ? $client->get($path, headers => \@headers)
            : $client->post($path, {}, headers => \@headers));
    };
    is($ask->($server->port, @{ $script{$_} }), "401 | $BEARER", "$path: Basic is not offered to $_") for sort keys %script;
    is($ask->($server->port, @{ $other{$_} }), "401 | $OWN", "$path: Basic is offered to $_") for sort keys %other;
    is($ask->($bearer), "401 | $BEARER", "$path: Basic is not offered where the scheme password is off");
    is($ask->($names), '401 | Basic realm="Bookable", charset="UTF-8"',
        "$path: Bearer is not offered where the scheme bearer is off");
    is($ask->($off), "401 | $OWN", "$path: both schemes are offered where the user service is elsewhere") if $path ne '/user/caller';
}
my $ann = $client->sign_up;
my $wrong = $client->log_in($ann, 'wrong');
is(asked_for($wrong), "401 | $OWN", 'the 401 of a wrong password offers both schemes');
$server->finish;

done_testing();

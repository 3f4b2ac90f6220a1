# GET /v1/site: what a page has to know before anybody has signed in.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP ();

use Bookable::Client;
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my $provider = "AuthType Basic\nAuthName x\nAuthBasicProvider file\nAuthUserFile /dev/null\nRequire valid-user\n";
my %vhost    = (
    named  => "BookableSiteName \"Northern \\\"College\\\" <b>\"\nBookableSiteLogo /logo.svg\n",
    plain  => "BookableSiteLogo None\n",
    closed => "UserAuthSchemes bearer\n",
    sso    => "UserSSO On\n<Location /v1/session/sso>\n$provider</Location>\n",
);
my $server = Bookable::Server->new(api => '/v1', modules => ['user'], stock => [qw(auth_basic authn_file authz_user)],
    config => "BookableSiteName House\nBookableSiteLogo /house.png\n" . join '', map {
        "<VirtualHost *:*>\nServerName $_.example\n$vhost{$_}</VirtualHost>\n" } qw(named plain closed sso))->start;
my $client = Bookable::Client->new(base => $server->base_url);

sub site
{
    my ($host, @headers) = @_;
    return $client->get('/v1/site', headers => [ Host => "$host.example", @headers ]);
}

sub said { my ($host) = @_; return JSON::PP->new->utf8->decode(site($host)->content) }

my $by_password = { password => JSON::PP::true, signOn => undef };
is_deeply(said('named'), { name => 'Northern "College" <b>', logo => '/logo.svg', signIn => $by_password },
    'a virtual host has a name and a logo of its own');
is_deeply(said('plain'), { name => 'House', logo => undef, signIn => $by_password },
    'a virtual host has the name of the main server, and can be without a logo');
is_deeply(said('closed'), { name => 'House', logo => '/house.png', signIn => { password => JSON::PP::false, signOn => undef } },
    'where sessions are no cookies, no page signs in by a password');
is(said('sso')->{signIn}{signOn}, '/v1/session/sso', 'where UserSSO is on, a page learns where to sign on');

my $answer = site('plain');
is_answer($answer, 200, qr/^\{/, 'the site is described to everybody');
is($answer->header('Cache-Control'), 'public, max-age=60', 'the description of the site may be kept for a minute');
is(site('plain', 'If-None-Match' => scalar $answer->header('ETag'))->code, 304, 'an unchanged description is not sent again');
is(site('plain', Authorization => 'Bearer no such')->code, 200, 'nobody is asked who it is');
is_problem($client->get('/v1/site?x=1'), 400, 'bad-parameter', 'the description has no parameters');

done_testing();

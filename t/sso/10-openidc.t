# Signing on by OpenID Connect, as docs/sign-on.md has it: a real provider, mod_auth_openidc with conf/sso-openidc.conf
# as it is, and chromium.

use strict;
use warnings FATAL => 'all';

use JSON::PP ();
use Test::More;

use Bookable::Browser;
use Bookable::House;
use Bookable::Process qw(wait_until);
use Bookable::SignOn;

my $missing = Bookable::Browser::missing() // Bookable::House::missing('auth_openidc');
plan skip_all => $missing if $missing;

my $json = JSON::PP->new->utf8->canonical;

my $provider = Bookable::SignOn->new(kind => 'oidc', people => {
    ann => { name => 'Ann Example', preferred_username => 'ann', email => 'ann@example.org', groups => [qw(rooms-staff rooms-admins vpn)] },
    bob => { name => 'Bob Example', preferred_username => 'bob', groups => ['rooms-students'] },
    eve => { name => 'Eve Example', preferred_username => 'eve', groups => ['vpn'] } });
my $house = Bookable::House->new(sso => 'openidc');
my $site  = $house->site;
my $secret = 'of one test, but long enough for a key of HS256';
$provider->{trusts} = $house->certificate;
$provider->start(client => { client_id => 'rooms', client_secret => $secret, redirect_uris => ["$site/oauth2/callback"],
    post_logout_redirect_uris => ["$site/book/"], grant_types => ['authorization_code'], response_types => ['code'],
    backchannel_logout_uri => "$site/oauth2/callback?logout=backchannel" });
my $secrets = $house->write_file('secrets', "OIDCClientSecret \"$secret\"\nOIDCCryptoPassphrase \"$secret\"\n");
my %define = (OIDC_METADATA => $provider->issuer . '/.well-known/openid-configuration', OIDC_CLIENT => 'rooms',
    SSO_SECRETS => $secrets);
$house->start(define => \%define, after => "OIDCCABundlePath \"${\$provider->certificate_file}\"\n"
    # Of the provider's people only those who are in one of the groups.
    . "<Location \"/v1/session/sso\">\nRequire claim groups~^rooms-\n</Location>\n"
    . "UserSSOLogout \"/oauth2/callback?logout=$site/book/\"\n");
my $browser = Bookable::Browser->new->start;

sub log_in
{
    my ($person, $name) = @_;
    my $shown = $person->goto("$site/v1/session/sso?return=/book/");
    like($shown->{url}, qr{^\Q${\$provider->issuer}\E/}, "$name is sent to the provider");
    $person->submit(login => $name, password => 'any');
    return $person->wait("$site/book/");
}

# Who a page's script learns that it is: login, role, groups.
sub known
{
    my ($person) = @_;
    my $answer = $person->fetch('/v1/session', headers => { Accept => 'application/json' });
    return $answer->{status} if $answer->{status} != 200;
    my $user = $json->decode($answer->{text})->{user};
    return join ' ', $user->{login}, $user->{role}, sort @{ $user->{groups} };
}

# The page's silent renewal.
sub renew
{
    my ($person, %headers) = @_;
    return $person->fetch('/v1/session/sso', method => 'POST', body => '{"cookie":true}',
        headers => { 'Content-Type' => 'application/json', Accept => 'application/json', %headers })->{status};
}

# ---- the first time --------------------------------------------------------------------------------
my ($ann, $bob) = map { $browser->person($_) } qw(ann bob);
like(log_in($ann, 'ann')->{text}, qr/Rooms to book/, 'ann is back at the page');
is(known($ann), 'ann admin admins staff', 'ann is who the provider says, with the role and the groups that are mapped');
my ($cookie) = grep { $_->{name} eq '__Host-bookable' } @{ $ann->cookies };
ok($cookie, 'there is the cookie of a site with TLS');
is(join(' ', map { $cookie->{$_} ? 1 : 0 } qw(secure httpOnly)) . " $cookie->{sameSite}", '1 1 Lax', 'which is Secure, HttpOnly and Lax');
ok(!(grep { $_->{name} =~ /^(?:mod_auth_openidc|__Host-)/ && $_->{sameSite} eq 'None' } @{ $ann->cookies }), 'no cookie of this site goes with requests of other sites');
log_in($bob, 'bob');
is(known($bob), 'bob member students', 'bob is somebody else, and no administrator');

# ---- again --------------------------------------------------------------------------------------------
is(renew($bob), 200, 'a page renews its session without a question');
is($bob->goto("$site/v1/session/sso?return=/book/%3Fagain")->{url}, "$site/book/?again", 'who is logged in at the provider is asked nothing');
my %hostile = ('X-Remote-User' => 'ann', 'Remote-User' => 'ann', 'OIDC_CLAIM_groups' => 'rooms-admins', 'OIDC-CLAIM-groups' => 'rooms-admins',
    'OIDC_CLAIM_sub' => 'ann', 'OIDC-CLAIM-preferred-username' => 'ann', 'X-Forwarded-User' => 'ann');
is(renew($bob, %hostile), 200, 'headers with the names of claims are sent');
is(known($bob), 'bob member students', 'and change nothing');
$provider->people(bob => { name => 'Bob Other', preferred_username => 'bob2', groups => [qw(rooms-staff rooms-admins)] });
is(known($bob), 'bob member students', 'what changes at the provider is not known at once');

# ---- out -------------------------------------------------------------------------------------------------
my $stranger = $browser->person('eve');
$stranger->goto("$site/book/");
is(renew($stranger), 401, 'the fetch of a page that is logged in nowhere is answered 401, and led nowhere');
my $out = $bob->fetch('/v1/session', method => 'DELETE', headers => { 'Content-Type' => 'application/json' });
is($out->{status}, 200, 'bob logs out');
my $next = $json->decode($out->{text})->{next};
is($next, "/oauth2/callback?logout=$site/book/", 'and is told where to log out of the provider');
is(known($bob), 401, 'the session is over');
$bob->goto("$site$next");
$bob->submit;
like($bob->wait("$site/book/")->{text}, qr/Rooms to book/, 'logging out at the provider leads back to the page');
is(renew($bob), 401, 'nothing renews the session then');
log_in($bob, 'bob');
is(known($bob), 'bob admin admins staff', 'at the next log-in bob has the role and the groups of now, and the login of before');

# ---- the provider ends a session --------------------------------------------------------------------
is(renew($ann), 200, 'ann can still renew');
$ann->goto($provider->issuer . '/session/end');
$ann->submit;
ok(wait_until(20, sub { $provider->log_tail(100) =~ /^back channel: done$/m }), 'ann logs out at the provider, which tells this site')
    or diag($provider->log_tail);
$ann->goto("$site/book/");
is(renew($ann), 401, 'and her session here cannot be renewed');

# ---- refused --------------------------------------------------------------------------------------------
my $eve = $browser->person('eve');
$eve->goto("$site/v1/session/sso?return=/book/");
$eve->submit(login => 'eve', password => 'any');
$eve->wait("$site/?signin=refused");
pass('who may not come in is sent back to the page');
is(renew($eve), 403, 'and its scripts are told so');
is(known($eve), 401, 'there is no session');
# No file of this site, page or not, ever has what the provider says.
unlike($house->log_text, qr/\Q$secret\E|bk_[\w-]{43}/, 'no secret and no token is in the log');

done_testing();

# Signing on by OpenID Connect, as docs/sign-on.md has it: a real provider, mod_auth_openidc with conf/sso-openidc.conf
# as it is, and chromium.

use strict;
use warnings FATAL => 'all';

use Test::More;

use Bookable::Browser;
use Bookable::House;
use Bookable::Process qw(wait_until);
use Bookable::SignOn;
use Bookable::Visitor;

my $missing = Bookable::Browser::missing() // Bookable::House::missing('auth_openidc');
plan skip_all => $missing if $missing;

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

sub visitor
{
    my ($name) = @_;
    return Bookable::Visitor->new(person => $browser->person($name), house => $house, provider => $provider,
        headers => { Accept => 'application/json' });
}

# ---- the first time --------------------------------------------------------------------------------
my ($ann, $bob) = map { visitor($_) } qw(ann bob);
like($ann->log_in(login => 'ann', password => 'any')->{text}, qr/Rooms to book/, 'ann is back at the page');
is($ann->known, 'ann admin admins staff', 'ann is who the provider says, with the role and the groups that are mapped');
my ($cookie) = grep { $_->{name} eq '__Host-bookable' } @{ $ann->person->cookies };
ok($cookie, 'there is the cookie of a site with TLS');
is(join(' ', map { $cookie->{$_} ? 1 : 0 } qw(secure httpOnly)) . " $cookie->{sameSite}", '1 1 Lax', 'which is Secure, HttpOnly and Lax');
ok(!(grep { $_->{name} =~ /^(?:mod_auth_openidc|__Host-)/ && $_->{sameSite} eq 'None' } @{ $ann->person->cookies }), 'no cookie of this site goes with requests of other sites');
$bob->log_in(login => 'bob', password => 'any');
is($bob->known, 'bob member students', 'bob is somebody else, and no administrator');

# ---- again --------------------------------------------------------------------------------------------
is($bob->renew, 200, 'a page renews its session without a question');
is($bob->person->goto("$site/v1/session/sso?return=/book/%3Fagain")->{url}, "$site/book/?again", 'who is logged in at the provider is asked nothing');
my %hostile = ('X-Remote-User' => 'ann', 'Remote-User' => 'ann', 'OIDC_CLAIM_groups' => 'rooms-admins', 'OIDC-CLAIM-groups' => 'rooms-admins',
    'OIDC_CLAIM_sub' => 'ann', 'OIDC-CLAIM-preferred-username' => 'ann', 'X-Forwarded-User' => 'ann');
is($bob->renew(%hostile), 200, 'headers with the names of claims are sent');
is($bob->known, 'bob member students', 'and change nothing');
$provider->people(bob => { name => 'Bob Other', preferred_username => 'bob2', groups => [qw(rooms-staff rooms-admins)] });
is($bob->known, 'bob member students', 'what changes at the provider is not known at once');

# ---- out -------------------------------------------------------------------------------------------------
my $stranger = visitor('eve');
$stranger->person->goto("$site/book/");
is($stranger->renew, 401, 'the fetch of a page that is logged in nowhere is answered 401, and led nowhere');
my $next = $bob->log_out('bob');
is($next, "/oauth2/callback?logout=$site/book/", 'and is told where to log out of the provider');
is($bob->known, 401, 'the session is over');
$bob->person->goto("$site$next");
$bob->person->submit;
like($bob->person->wait("$site/book/")->{text}, qr/Rooms to book/, 'logging out at the provider leads back to the page');
is($bob->renew, 401, 'nothing renews the session then');
$bob->log_in(login => 'bob', password => 'any');
is($bob->known, 'bob admin admins staff', 'at the next log-in bob has the role and the groups of now, and the login of before');

# ---- the provider ends a session --------------------------------------------------------------------
is($ann->renew, 200, 'ann can still renew');
$ann->person->goto($provider->issuer . '/session/end');
$ann->person->submit;
ok(wait_until(20, sub { $provider->log_tail(100) =~ /^back channel: done$/m }), 'ann logs out at the provider, which tells this site')
    or diag($provider->log_tail);
$ann->person->goto("$site/book/");
is($ann->renew, 401, 'and her session here cannot be renewed');

# ---- refused --------------------------------------------------------------------------------------------
my $eve = visitor('eve');
$eve->person->goto("$site/v1/session/sso?return=/book/");
$eve->person->submit(login => 'eve', password => 'any');
$eve->person->wait("$site/?signin=refused");
pass('who may not come in is sent back to the page');
is($eve->renew, 403, 'and its scripts are told so');
is($eve->known, 401, 'there is no session');
# No file of this site, page or not, ever has what the provider says.
unlike($house->log_text, qr/\Q$secret\E|bk_[\w-]{43}/, 'no secret and no token is in the log');

done_testing();

# Signing on by SAML, as docs/sign-on.md has it: an identity provider, mod_auth_mellon with conf/sso-mellon.conf as it is,
# and chromium.

use strict;
use warnings FATAL => 'all';

use JSON::PP ();
use Test::More;

use Bookable::Browser;
use Bookable::House;
use Bookable::SignOn;

my $missing = Bookable::Browser::missing() // Bookable::House::missing('auth_mellon')
    // (-x '/usr/sbin/mellon_create_metadata' || -x '/usr/bin/mellon_create_metadata' ? undef : 'there is no mellon_create_metadata');
plan skip_all => $missing if $missing;

my $json = JSON::PP->new->utf8->canonical;

# What is said of somebody, under the names that universities use.
sub said
{
    my ($id, $login, $name, @groups) = @_;
    return { 'urn:oasis:names:tc:SAML:attribute:pairwise-id' => "$id\@idp.example", 'urn:oid:0.9.2342.19200300.100.1.1' => $login,
        'urn:oid:2.16.840.1.113730.3.1.241' => $name, 'urn:oid:0.9.2342.19200300.100.1.3' => "$login\@example.org",
        'urn:oid:1.3.6.1.4.1.5923.1.5.1.1' => \@groups };
}

my $provider = Bookable::SignOn->new(kind => 'saml', people => {
    ann => said('8a1f', 'ann', 'Ann Example', qw(rooms-admins rooms-staff vpn)), bob => said('77c2', 'bob', 'Bob Example', 'rooms-students') });
my $house = Bookable::House->new(sso => 'mellon');
my $site  = $house->site;
$provider->start(consumer => "$site/mellon/postResponse");

# The key, the certificate and the metadata of the site, as its administrator makes them, and those of the provider.
my $dir = $house->{dir};
system("cd '$dir' && PATH=\$PATH:/usr/sbin mellon_create_metadata '$site/mellon/metadata' '$site/mellon' > /dev/null 2>&1"
    . ' && mv *metadata.key sp.key && mv *metadata.cert sp.crt && mv *metadata.xml sp.xml') == 0 or die "mellon_create_metadata fails\n";
my $certificate = do { open my $in, '<', $provider->certificate_file or die "certificate: $!\n"; local $/; <$in> };
$certificate =~ s/-----[^-]+-----|\s//g;
$house->write_file('idp.xml', <<"END");
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${\$provider->issuer}">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing">
      <KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>$certificate</X509Certificate></X509Data></KeyInfo>
    </KeyDescriptor>
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${\$provider->issuer}/sso"/>
  </IDPSSODescriptor>
</EntityDescriptor>
END
$house->start(define => { SAML => $dir }, after => "UserSSOLogout \"/mellon/logout?ReturnTo=$site/book/\"\n");
my $browser = Bookable::Browser->new->start;

sub log_in
{
    my ($person, $name) = @_;
    my $shown = $person->goto("$site/v1/session/sso?return=/book/");
    like($shown->{url}, qr{^\Q${\$provider->issuer}\E/sso}, "$name is sent to the provider");
    $person->submit(login => $name);
    return $person->wait("$site/book/");
}

sub known
{
    my ($person) = @_;
    my $answer = $person->fetch('/v1/session', headers => { Accept => 'application/json' });
    return $answer->{status} if $answer->{status} != 200;
    my $user = $json->decode($answer->{text})->{user};
    return join ' ', $user->{login}, $user->{role}, sort @{ $user->{groups} };
}

sub renew
{
    my ($person, %headers) = @_;
    return $person->fetch('/v1/session/sso', method => 'POST', body => '{"cookie":true}', redirect => 'manual',
        headers => { 'Content-Type' => 'application/json', 'X-Requested-With' => 'XMLHttpRequest', %headers })->{status};
}

my ($ann, $bob) = map { $browser->person($_) } qw(ann bob);
like(log_in($ann, 'ann')->{text}, qr/Rooms to book/, 'ann is back at the page');
is(known($ann), 'ann admin admins staff', 'ann is who the provider says, with the role and the groups that are mapped');
log_in($bob, 'bob');
is(known($bob), 'bob member students', 'bob is somebody else, and no administrator');
is(renew($bob), 200, 'a page renews its session without a question');
my %hostile = ('X-Remote-User' => 'ann', 'Remote-User' => 'ann', 'MELLON_groups' => 'rooms-admins', 'MELLON-groups' => 'rooms-admins',
    'Mellon-Name-Id' => 'ann');
is(renew($bob, %hostile), 200, 'headers with the names of variables are sent');
is(known($bob), 'bob member students', 'and change nothing');

my $out = $bob->fetch('/v1/session', method => 'DELETE', headers => { 'Content-Type' => 'application/json' });
is($out->{status}, 200, 'bob logs out');
my $next = $json->decode($out->{text})->{next};
is($next, "/mellon/logout?ReturnTo=$site/book/", 'and is told where to log out of the other session');
like($bob->goto("$site$next")->{text}, qr/Rooms to book/, 'which leads back to the page');
is(renew($bob), 403, 'nothing renews the session then: the fetch of a page is refused, and led nowhere');
$provider->people(bob => said('77c2', 'bobby', 'Bob Other', qw(rooms-admins)));
log_in($bob, 'bob');
is(known($bob), 'bob admin admins', 'at the next log-in bob has the role and the groups of now, and the login of before');

done_testing();

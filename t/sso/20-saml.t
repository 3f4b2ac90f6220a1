# Signing on by SAML, as docs/sign-on.md has it: an identity provider, mod_auth_mellon with conf/sso-mellon.conf as it is,
# and chromium.

use strict;
use warnings FATAL => 'all';

use Test::More;

use Bookable::Browser;
use Bookable::House;
use Bookable::SignOn;
use Bookable::Visitor;

my $missing = Bookable::Browser::missing() // Bookable::House::missing('auth_mellon')
    // (-x '/usr/sbin/mellon_create_metadata' || -x '/usr/bin/mellon_create_metadata' ? undef : 'there is no mellon_create_metadata');
plan skip_all => $missing if $missing;

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

sub visitor
{
    my ($name) = @_;
    return Bookable::Visitor->new(person => $browser->person($name), house => $house, provider => $provider,
        headers => { 'X-Requested-With' => 'XMLHttpRequest' }, redirect => 'manual', asks => qr{/sso});
}

my ($ann, $bob) = map { visitor($_) } qw(ann bob);
like($ann->log_in(login => 'ann')->{text}, qr/Rooms to book/, 'ann is back at the page');
is($ann->known, 'ann admin admins staff', 'ann is who the provider says, with the role and the groups that are mapped');
$bob->log_in(login => 'bob');
is($bob->known, 'bob member students', 'bob is somebody else, and no administrator');
is($bob->renew, 200, 'a page renews its session without a question');
my %hostile = ('X-Remote-User' => 'ann', 'Remote-User' => 'ann', 'MELLON_groups' => 'rooms-admins', 'MELLON-groups' => 'rooms-admins',
    'Mellon-Name-Id' => 'ann');
is($bob->renew(%hostile), 200, 'headers with the names of variables are sent');
is($bob->known, 'bob member students', 'and change nothing');

my $next = $bob->log_out('bob');
is($next, "/mellon/logout?ReturnTo=$site/book/", 'and is told where to log out of the other session');
like($bob->person->goto("$site$next")->{text}, qr/Rooms to book/, 'which leads back to the page');
is($bob->renew, 403, 'nothing renews the session then: the fetch of a page is refused, and led nowhere');
$provider->people(bob => said('77c2', 'bobby', 'Bob Other', qw(rooms-admins)));
$bob->log_in(login => 'bob');
is($bob->known, 'bob admin admins', 'at the next log-in bob has the role and the groups of now, and the login of before');

done_testing();

# Signing on with a client certificate, by the lines of docs/sign-on.md as they are.

use strict;
use warnings FATAL => 'all';

use JSON::PP ();
use Test::More;

use Bookable::House;

my $missing = Bookable::House::missing(qw(ssl authn_anon auth_basic authn_core authz_user));
plan skip_all => $missing if $missing;

my $json  = JSON::PP->new->utf8->canonical;
my $house = Bookable::House->new;
my $dir   = $house->{dir};

# The house's authority, and another that nobody trusts.
sub run { my ($command) = @_; return system("cd '$dir' && $command > openssl.log 2>&1") == 0 || die "openssl: $command\n" }
run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj '/CN=$_' -keyout $_.key -out $_.crt") for qw(house other);
my $serial = 0;
sub certificate
{
    my ($name, $authority, $subject) = @_;
    run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '$subject' -keyout $name.key -out $name.csr");
    return run("openssl x509 -req -days 2 -in $name.csr -CA $authority.crt -CAkey $authority.key -set_serial " . ++$serial . " -out $name.crt");
}
certificate('ann', 'house', '/O=House/CN=ann');
certificate('ann2', 'house', '/O=House/CN=ann');
certificate('eve', 'other', '/O=House/CN=ann');

# The page of documentation, to its end: the second block of lines below the heading.
my $page = do { open my $in, '<', "$house->{top}/docs/sign-on.md" or die "sign-on.md: $!\n"; local $/; <$in> };
my ($lines) = $page =~ /^## Client certificates\n.*?\n\n((?:    [^\n]*\n)+)/ms or die "docs/sign-on.md has no lines for certificates\n";
$lines =~ s{/etc/bookable/people-ca\.pem}{$dir/house.crt} or die "no authority\n";
my $stock = Bookable::Server::_libexecdir();
$house->start(inside => $lines, after => join '', map { "LoadModule ${_}_module $stock/mod_$_.so\n" }
    qw(authn_core auth_basic authn_anon authz_user));

sub post
{
    my ($who, @headers) = @_;
    return $house->ask(POST => '/v1/session/sso', headers => \@headers,
        options => [ '--http1.1', $who ? ('--cert', "$dir/$who.crt", '--key', "$dir/$who.key") : () ]);
}

sub of { my ($response) = @_; return eval { $json->decode($response->content) } // {} }

my $first = post('ann');
is($first->code, 200, 'who has a certificate signs on') or diag($first->as_string, $house->log_tail(30));
my $ann = of($first);
is($ann->{user}{login}, 'ann', 'its common name is the login');
is(of(post('ann'))->{user}{id}, $ann->{user}{id}, 'the second time it is the same user');
isnt(of(post('ann2'))->{user}{id}, $ann->{user}{id}, 'another certificate is another user, whatever name is in it');
isnt(post('')->code, 200, 'without a certificate nobody is signed on');
isnt(post('eve')->code, 200, 'nor with one of an authority that is not trusted');
isnt(post('', Authorization => 'Basic L086SG91c2UvQ046YW5uOnBhc3N3b3Jk', 'SSL_CLIENT_S_DN_CN' => 'ann', 'SSL-Client-S-DN-CN' => 'ann')->code, 200,
    'nor with headers in its place');

done_testing();

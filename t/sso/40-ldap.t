# Signing on with name and password of a directory, as docs/sign-on.md has it: Debian's slapd, and httpd's mod_authnz_ldap
# with conf/sso-ldap.conf as it is.

use strict;
use warnings FATAL => 'all';

use JSON::PP ();
use Test::More;

use Bookable::House;
use Bookable::Ldap;
use Bookable::Visitor;

my $missing = Bookable::Ldap::missing() // Bookable::House::missing('ldap', 'authnz_ldap');
plan skip_all => $missing if $missing;

my $json      = JSON::PP->new->utf8->canonical;
my $directory = Bookable::Ldap->new->start;
$directory->person('ann', password => 'of ann', cn => 'Ann Example', mail => 'ann@example.org');
$directory->person('bob', password => 'of bob', cn => 'Bob Example');
$directory->group('rooms-staff', 'ann');
$directory->group('rooms-admins', 'ann');
$directory->group('vpn', 'ann', 'bob');
my $house = Bookable::House->new(sso => 'ldap');
# What httpd remembers of the directory would be of the time before a change.
$house->start(define => { LDAP => "\"${\$directory->url}/ou=people,dc=example,dc=org?uid,entryUUID,cn,mail,memberOf?sub?(objectClass=person)\"" },
    after => "LDAPCacheTTL 0\nLDAPOpCacheTTL 0\n");

sub post
{
    my ($who, $password, @headers) = @_;
    return $house->ask(POST => '/v1/session/sso', options => [ '-u', "$who:$password" ], headers => \@headers);
}

sub of { my ($response) = @_; return eval { $json->decode($response->content) } // {} }

sub known
{
    my ($token) = @_;
    my $answer = $house->ask(GET => '/v1/session', headers => [ Authorization => "Bearer $token" ]);
    return $answer->code == 200 ? Bookable::Visitor::shown(of($answer)->{user}) : $answer->code;
}

my $asked = $house->ask(POST => '/v1/session/sso');
is($asked->code . ' ' . ($asked->header('WWW-Authenticate') // 'nothing'), '401 Basic realm="Bookable"', 'without a password Basic is asked for');
my $first = post('ann', 'of ann');
is($first->code, 200, 'a script signs on with name and password') or diag($first->as_string, $house->log_tail(30));
my $ann = of($first);
is(known($ann->{token}), 'ann admin admins staff', 'it has the role and the groups of the directory, as far as they are mapped');
is(of(post('ANN', 'of ann'))->{user}{id}, $ann->{user}{id}, 'the directory finds ann as ANN, and that is the same user');
my $bob = of(post('bob', 'of bob'));
is(known($bob->{token}), 'bob member', 'somebody else has none of it');
is(post('ann', 'of bob')->code, 401, 'a wrong password is refused');
is(post('ann', '')->code, 401, 'no password is a wrong password');
is(post('eve', 'of eve')->code, 401, 'who is not in the directory is refused');
is(post('*', 'of ann')->code, 401, 'a name is no pattern');

$directory->group('rooms-admins', 'bob');
$directory->group('rooms-students', 'bob');
is(known(of(post('bob', 'of bob'))->{token}), 'bob admin admins students', 'who has come into a group of administrators is one at the next log-in');
is(known(of(post('ann', 'of ann'))->{token}), 'ann member staff', 'who has left it is none any more');

my %hostile = ('Remote-User' => 'bob', 'AUTHENTICATE_MEMBEROF' => 'cn=rooms-admins,ou=groups,dc=example,dc=org',
    'AUTHENTICATE-MEMBEROF' => 'cn=rooms-admins,ou=groups,dc=example,dc=org', 'AUTHENTICATE_ENTRYUUID' => 'x');
is(known(of(post('ann', 'of ann', %hostile))->{token}), 'ann member staff', 'headers with the names of variables change nothing');

$directory->forget('bob');
is(post('bob', 'of bob')->code, 401, 'who has left the directory is refused');
$directory->person('bob', password => 'of another', cn => 'Another Bob');
my $other = of(post('bob', 'of another'));
isnt($other->{user}{id}, $bob->{user}{id}, 'who has the name of somebody who left is not that person');
is(known($other->{token}), 'bob-2 member', 'and has neither the login nor the role');

done_testing();

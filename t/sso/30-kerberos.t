# Signing on with a Kerberos ticket, as docs/sign-on.md has it: Debian's KDC, mod_auth_gssapi with conf/sso-gssapi.conf as
# it is, and curl --negotiate.

use strict;
use warnings FATAL => 'all';

use JSON::PP ();
use Test::More;

use Bookable::House;
use Bookable::Kerberos;

my $missing = Bookable::Kerberos::missing() // Bookable::House::missing('auth_gssapi');
plan skip_all => $missing if $missing;

my $json  = JSON::PP->new->utf8->canonical;
my $realm = Bookable::Kerberos->new->start;
$realm->person($_, "of $_") for qw(ann bob);
my %environment = $realm->environment;
my $house = Bookable::House->new(sso => 'gssapi', host => 'localhost');
$house->start(define => { KEYTAB => $realm->service('HTTP/localhost') }, environment => \%environment,
    after => "UserSSOAdmin \"%{reqenv:GSS_NAME} in { 'ann\@ROOMS.TEST' }\"\n");
my %ticket = map { $_ => $realm->log_in($_, "of $_") } qw(ann bob);

# As whoever has that ticket: curl sends it when it is asked to.
sub as
{
    my ($who, $method, $path, %more) = @_;
    local %ENV = (%ENV, %environment, KRB5CCNAME => $who ? $ticket{$who} : "FILE:$realm->{dir}/none");
    return $house->ask($method, $path, %more, options => [ '--negotiate', '-u', ':' ]);
}

sub of { my ($response) = @_; return eval { $json->decode($response->content) } // {} }

sub known
{
    my ($token) = @_;
    my $caller = of($house->ask(GET => '/user/caller', headers => [ Authorization => "Bearer $token" ]));
    return join ' ', grep { defined } @$caller{qw(username name role)};
}

my $asked = $house->ask(POST => '/v1/session/sso');
is($asked->code . ' ' . ($asked->header('WWW-Authenticate') // 'nothing'), '401 Negotiate', 'without a ticket Negotiate is asked for, and nothing else');
is(of($asked)->{code}, 'not-signed-in', 'in JSON');
my $first = as('ann', POST => '/v1/session/sso');
is($first->code, 200, 'a script signs on with a ticket') or diag($first->as_string, $house->log_tail(30));
my $ann = of($first);
is($ann->{user}{login}, 'ann', 'it is called by the local name of the principal');
like($ann->{token}, qr/^bk_/, 'it gets a token');
is($house->ask(GET => '/v1/session', headers => [ Authorization => "Bearer $ann->{token}" ])->code, 200, 'the token is a session');
is(of(as('ann', POST => '/v1/session/sso'))->{user}{id}, $ann->{user}{id}, 'the second time it is the same user');
my $bob = of(as('bob', POST => '/v1/session/sso'));
isnt($bob->{user}{id}, $ann->{user}{id}, 'another principal is another user');
like(known($ann->{token}), qr/admin$/, 'who UserSSOAdmin names is an administrator');
like(known($bob->{token}), qr/member$/, 'nobody else is');

my $arrived = as('bob', GET => '/v1/session/sso?return=/book/');
is($arrived->code . ' ' . ($arrived->header('Location') // 'nowhere'), '303 /book/', 'a browser with a ticket is sent on');
like(join(' ', $arrived->header('Set-Cookie')), qr/__Host-bookable=bk_[\w-]{43};/, 'with a cookie');

is(as('', POST => '/v1/session/sso')->code, 401, 'who has no ticket is nobody');
is($house->ask(POST => '/v1/session/sso', headers => [ Authorization => 'Negotiate YII=' ])->code, 401, 'what is no ticket is refused');
my %hostile = ('Remote-User' => 'ann', 'X-Remote-User' => 'ann', 'GSS_NAME' => 'ann@ROOMS.TEST', 'GSS-NAME' => 'ann@ROOMS.TEST');
my $quiet = of(as('bob', POST => '/v1/session/sso', headers => [%hostile]));
is($quiet->{user}{id}, $bob->{user}{id}, 'headers with the names of variables change nobody');
like(known($quiet->{token}), qr/member$/, 'and give no role');
is($house->ask(POST => '/v1/session/sso', headers => [%hostile])->code, 401, 'nor do they sign anybody on');

done_testing();

# conf/ha, with the programs that each file is for: HAProxy takes its file, before and with names of the
# environment; a Redis that follows another, a Sentinel that knows both, HAProxy that finds whichever is the
# master, and pgbouncer start by theirs. The gateway behind HAProxy believes it, and nobody else, who the client is.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use File::Basename qw(basename dirname);
use File::Temp ();
use IO::Socket::INET ();
use POSIX ();

use Bookable::Client;
use Bookable::Process qw(free_port wait_until);
use Bookable::Server ();
use lib dirname($INC{'Bookable/Process.pm'}) . '/../../../bench/lib';

use Bench::Ha::Conf ();
use Bench::Ha::Haproxy ();
use Bench::Ha::Pgbouncer ();
use Bench::Ha::Redis ();
use Bench::Host ();

my $SECRET = join '', map { sprintf '%04x', rand 65536 } 1 .. 8;
my %tested;

sub has { my ($program) = @_; return grep { -x "$_/$program" } split(/:/, $ENV{PATH}), '/usr/sbin' }

# Servers of which there is an address, and nothing more.
sub Nobody::address { my ($self) = @_; return $$self }
sub Nobody::api     { my ($self) = @_; return $$self }
sub nobodies { return [ map { my $at = '127.0.0.1:' . free_port(); bless \$at, 'Nobody' } 1 .. 3 ] }

sub haproxy
{
    my ($redis, @gateways) = @_;
    return Bench::Ha::Haproxy->new(password => $SECRET, patroni => nobodies(), redis => $redis,
        gateways => [ map { "127.0.0.1:$_" } @gateways ])->start;
}

# ---- what the files say of the environment -------------------------------------------------------

$tested{'haproxy.cfg'} = 1;
my $cfg = Bench::Ha::Conf::text('haproxy.cfg');
my %given = map { $_ => 1 } $cfg =~ /presetenv (\w+)/g;
my %used = map { $_ => 1 } $cfg =~ /\$\{(\w+)\}/g;
is_deeply([ sort keys %given ], [ sort keys %used ], 'haproxy.cfg gives each name that it uses a default, and no other');
SKIP: {
    skip 'no haproxy', 1 if !has('haproxy');
    my $said = qx(haproxy -c -f '@{[ Bench::Ha::Conf::file('haproxy.cfg') ]}' 2>&1);
    is("$?: $said", "0: Configuration file is valid\n", 'haproxy takes haproxy.cfg as it is');
}

# Patroni's own check asks the members of etcd, which are not there: bench/ha runs both.
my %env = (Bench::Ha::Conf::environment('patroni.env'), Bench::Ha::Conf::environment('etcd'));
$tested{$_} = 1 for qw(patroni.env etcd patroni.yml);
is_deeply([ grep { !/\A(?:PATRONI|ETCD)_[A-Z0-9_]+\z/ } keys %env ], [], 'names are those of Patroni and etcd');
like(Bench::Ha::Conf::text('patroni.yml'), qr/^ +remove_data_directory_on_rewind_failure: true$/m,
    'a former primary whose rewind fails is copied anew');
like(Bench::Ha::Conf::text('patroni.yml'), qr/^etcd:$/m, 'patroni.yml names the API of etcd that is safe');
unlike(Bench::Ha::Conf::text('patroni.yml'), qr/^etcd3:/m, 'patroni.yml does not name the API of etcd that is not');
is($env{ETCD_ENABLE_V2}, 'true', 'etcd serves that API');

# ---- Redis ---------------------------------------------------------------------------------------

sub fails_over
{
    my $master  = Bench::Ha::Redis->new(password => $SECRET)->start;
    my $replica = Bench::Ha::Redis->new(password => $SECRET, master => $master)->start;
    my $other   = Bench::Ha::Redis->new(password => $SECRET, master => $master)->start;
    my @sentinels = map { Bench::Ha::Redis->new(password => $SECRET, watches => $master)->start } 1 .. 3;
    my $haproxy = haproxy([ $master, $replica, $other ], free_port(), free_port());
    my $redis = bless { port => $haproxy->{master}, password => $SECRET }, 'Elsewhere';
    ok(wait_until(30, sub { $redis->cli(qw(SET a 1)) =~ /OK/ }), 'HAProxy finds the master');
    # On a machine so busy that Sentinel takes the master for gone, another one has it already.
    ok(wait_until(30, sub { $redis->cli(qw(SET a 1)); !grep { $_->cli(qw(GET a)) !~ /1/ } $replica, $other }),
        'what is written there is on the replicas');
    ok(wait_until(30, sub { !grep { $_->cli(qw(INFO sentinel)) !~ /slaves=2,sentinels=3/ } @sentinels }),
        'each Sentinel knows the master, its replicas and the other Sentinels');
    $master->kill9;
    ok(wait_until(60, sub { grep { $_->is_master } $replica, $other }), 'a replica becomes the master');
    ok(wait_until(30, sub { $redis->cli(qw(SET a 2)) =~ /OK/ }), 'HAProxy finds the new master');
    return;
}
# For its cli(), of a Redis that something else started.
{
    package Elsewhere;
    our @ISA = 'Bench::Ha::Redis';
    sub DESTROY { return }
}

@tested{qw(redis.conf sentinel.conf)} = (1, 1);
SKIP: {
    skip 'no haproxy, or no redis-server', 5 if !has('haproxy') || !has('redis-server');
    fails_over();
}

# ---- pgbouncer -----------------------------------------------------------------------------------

$tested{'pgbouncer.ini'} = 1;
SKIP: {
    skip 'no pgbouncer', 1 if !has('pgbouncer');
    my $pooler = Bench::Ha::Pgbouncer->new(leader => free_port(), password => $SECRET)->start;
    unlike($pooler->log_tail, qr/unknown parameter|ERROR|WARNING/, 'pgbouncer takes pgbouncer.ini');
}

# ---- what httpd says -----------------------------------------------------------------------------

# An instance of a service, and a gateway, take the file that conf/ha has for them; $end is more of the former.
sub configtest
{
    my ($end, %args) = @_;
    my $host = Bench::Host->new(config => '', %args);
    $host->{config} .= $end;
    $host->_write_config;
    return scalar qx('@{[ Bookable::Server::httpd() ]}' -t -d '$host->{dir}' -f '@{[ $host->conf ]}' 2>&1);
}
sub include { my ($name) = @_; return 'Include "' . Bench::Ha::Conf::file("$name.conf") . "\"\n" }

my $DIR = File::Temp->newdir('bookable-XXXXXX', TMPDIR => 1);
my %members = map { $_ => ['http://127.0.0.1:1'] } qw(user space booking product);
@tested{qw(service.conf gateway.conf)} = (1, 1);
my %hiredis = (HIREDIS => Bookable::Server::module_path('socache_hiredis'), REDIS => 'redis://127.0.0.1:1/0',
    CACHE_KEY => key_file());
for my $service (sort keys %members) {
    like(configtest(include('service'), serves => 'service', service => $service, members => \%members,
        places => \%hiredis), qr/^Syntax OK$/m, "httpd takes service.conf, for the service $service");
}
like(configtest('', serves => 'gateway', members => \%members, before => include('gateway')), qr/^Syntax OK$/m,
    'httpd takes gateway.conf');

sub key_file
{
    my $file = "$DIR/key";
    open my $out, '>', $file or die "$file: $!\n";
    chmod 0600, $file;
    print {$out} '0123456789abcdef' x 2, "\n";
    close $out or die "$file: $!\n";
    return $file;
}

# ---- the gateway ---------------------------------------------------------------------------------

# In place of a service: it answers every request with what it is told of the client.
sub echo
{
    my $listen = IO::Socket::INET->new(Listen => 16, LocalAddr => '127.0.0.1', Proto => 'tcp') or die "listen: $!\n";
    my $pid = fork // die "fork: $!\n";
    return ($listen->sockport, $pid) if $pid;
    $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
    alarm Bookable::Process::late(900);    # should the test be killed, nobody ends it
    while (my $client = $listen->accept) {
        my $text = '';
        1 while $text !~ /\r\n\r\n/ && sysread $client, $text, 4096, length $text;
        my %header = map { /\A(X-Forwarded-(?:For|Proto)): (.*)\z/i ? (lc $1 => $2) : () } split /\r\n/, $text;
        my $said = join ' ', map { $header{"x-forwarded-$_"} // 'none' } qw(for proto);
        syswrite $client, "HTTP/1.1 200 OK\r\nContent-Length: " . length($said) . "\r\nConnection: close\r\n\r\n$said";
        close $client;
    }
    POSIX::_exit(0);
}

# before  configuration before that of conf/
sub gateway
{
    my ($service, $before, %places) = @_;
    my $at = ["http://127.0.0.1:$service"];
    return Bench::Host->new(serves => 'gateway', places => \%places, before => $before,
        members => { map { $_ => $at } keys %members })->start;
}

# What the service was told; asked until it is reached, for a gateway leaves one alone that was slow to answer.
sub said
{
    my ($client, @headers) = @_;
    my $answer;
    wait_until(30, sub { $answer = $client->get('/user/1', @headers); $answer->code == 200 });
    return $answer->content;
}

SKIP: {
    skip 'no haproxy', 4 if !has('haproxy');
    my ($service, $pid) = echo();
    my ($bare, $behind) = (gateway($service, ''), gateway($service, include('gateway'), PROXY => '127.0.0.1'));
    my $haproxy = haproxy(nobodies(), $behind->port, $behind->port);
    my @claim = (headers => [ 'X-Forwarded-For' => '203.0.113.9', 'X-Forwarded-Proto' => 'https' ]);
    my %base = (bare => $bare->base_url, behind => $behind->base_url, haproxy => "http://127.0.0.1:$haproxy->{port}");
    my %client = map { $_ => Bookable::Client->new(base => $base{$_}) } keys %base;
    is(said($client{haproxy}), '127.0.0.1 http', 'HAProxy passes requests on to the gateways, with the address of the client');
    is(said($client{haproxy}, @claim), '127.0.0.1 http', 'HAProxy does not believe a client who it is');
    is(said($client{behind}, @claim), '203.0.113.9 https', 'a gateway with BOOKABLE_PROXY believes the proxy');
    is(said($client{bare}, @claim), '127.0.0.1 http', 'a gateway without it believes nobody');
    kill KILL => $pid;
    waitpid $pid, 0;
}

my @untested = grep { !$tested{$_} } map { basename($_) } glob dirname(Bench::Ha::Conf::file('x')) . '/*';
is("@untested", '', 'every file of conf/ha was looked at');

done_testing();

# Which version runs, for those who run it: in the log, in the metrics and, where ServerTokens tells it, to
# clients; once each, whatever is loaded and however often httpd is restarted.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);

use Bookable::Client;
use Bookable::Server;

my $tokens = 'Full';
my $server = Bookable::Server->new(children => 1, threads => 4, stock => [qw(proxy)], config => sub {
    my @more = map { "LoadModule ${_}_module \"" . Bookable::Server::module_path($_) . "\"\n" }
        qw(socache_hiredis proxy_retry);
    return join '', @more, "ServerTokens $tokens\n<Location /metrics>\nSetHandler bookable-metrics\n</Location>\n";
})->start;
my $client = Bookable::Client->new(base => $server->base_url);

sub lines { my ($what) = @_; return scalar grep { /$what/ } split /\n/, $server->log_tail(1e6) }

my $metrics = $client->get('/metrics')->content;
my ($version) = $metrics =~ /^bookable_build_info\{version="(\d+\.\d+\.\d+(?:~rc\d+)?)"\} 1$/m;
ok($version, 'the metrics have the version, as a label');
is(scalar(() = $metrics =~ /^bookable_build_info/mg), 1,
    'the metrics have the version in one line, for all modules');
my $named = $client->get('/user/health')->header('Server');
is(scalar(() = $named =~ m{\bBookable/\Q$version\E(?: |\z)}g), 1, "ServerTokens Full names it once: $named");
for my $name (qw(user space booking product)) {
    is(lines(qr/:notice\].*BK0153: mod_$name of Bookable \Q$version\E$/), 1,
        "mod_$name logs its version once as it starts");
}

$tokens = 'Prod';
ok($server->renew($client), 'httpd restarts gracefully');
unlike($client->get('/user/health')->header('Server'), qr/Bookable/, 'ServerTokens Prod tells no client');
is(lines(qr/BK0153: mod_user/), 2, 'the version is logged again after a restart');
$server->stop;
my $admin = (Bookable::Server::module_path('user') =~ s{/mod_user/.*}{}r) . '/bookable-admin';
is(qx('$admin' --version), "bookable-admin $version\n", 'bookable-admin has the same version as the modules');

done_testing();

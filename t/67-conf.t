# What an administrator copies: every file in conf/ passes configtest, with the modules that were
# built, and the units are ones that systemd would take.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Cwd qw(realpath);
use File::Basename qw(basename dirname);
use File::Path ();
use File::Temp ();

use Bookable::Client;
use Bookable::Daemon;
use Bookable::Certificate ();
use Bookable::File qw(slurp write_file);
use Bookable::Process;
use Bookable::Server;

my @SERVICES = qw(user space booking product);
my $CONF   = realpath(dirname($INC{'Bookable/Server.pm'}) . '/../../../conf');
my $STOCK  = Bookable::Server::_libexecdir();
my $DIR    = File::Temp->newdir('bookable-XXXXXX', TMPDIR => 1);
my %tested;

# The places that a configuration lets be defined before it.
sub places
{
    my (%more) = @_;
    my %place = (LISTEN => '127.0.0.1:8080', USER => 'nobody', GROUP => '"#65534"', RUN => $DIR,
        LOG => $DIR, HTTPD => $STOCK, DATABASE => "$DIR/bookable.db", TRUSTED => '127.0.0.1',
        MEMBERS => "$CONF/members.conf", ERRORS => "$CONF/errors.conf", TLS_CONF => "$CONF/tls.conf", %more);
    return join '', map { "Define BOOKABLE_$_ $place{$_}\n" } sort keys %place;
}

sub load { return join '', map { "LoadModule ${_}_module " . Bookable::Server::module_path($_) . "\n" } @_ }

# Includes these files of conf/ after the text; with further arguments for httpd.
sub accepted
{
    my ($name, $text, $files, @options) = @_;
    $tested{$_} = 1 for @$files;
    my $file = write_file("$DIR/httpd.conf", $text . join '', map { qq(Include "$CONF/$_"\n) } @$files);
    my $options = join ' ', map { "'$_'" } @options;
    my $output = qx('@{[ Bookable::Server::httpd() ]}' -t -f '$file' $options 2>&1);
    is($?, 0, "configtest accepts $name") or diag($output);
    like($output, qr/^Syntax OK$/m, "configtest says that the syntax is right: $name");
    return;
}

# ---- one host ------------------------------------------------------------------------------------

accepted('bookable.conf', places() . load(@SERVICES), ['bookable.conf']);
accepted('bookable.conf, on PostgreSQL', places(DRIVER => 'pgsql', CONNECTIONS => 20,
    DATABASE => 'postgresql://bookable@db1/bookable?connect_timeout=2') . load(@SERVICES), ['bookable.conf']);
accepted('bookable.conf, with Redis', load('socache_hiredis')
    . places(CACHE => 'redis://127.0.0.1:6379/0?timeout=50ms') . load(@SERVICES), ['bookable.conf']);
accepted('bookable.conf, and compat.conf', places() . load(@SERVICES), [qw(bookable.conf compat.conf)]);

accepted('bookable.conf, and web.conf', places(WEB => $DIR) . load(@SERVICES), [qw(bookable.conf web.conf)]);

# Into an httpd that is there: .load files as Debian has them, and what stands in conf-available.
my $own = join '', map { -e "$STOCK/mod_$_.so" ? "LoadModule ${_}_module $STOCK/mod_$_.so\n" : '' }
    qw(mpm_worker unixd log_config authz_core dbd);
$own .= "Listen 127.0.0.1:8080\nServerName 127.0.0.1\nDefaultRuntimeDir $DIR\nErrorLog $DIR/error_log\n";
my $loaded = '';
my %needs = (proxy_retry => "LoadModule proxy_module $STOCK/mod_proxy.so\n");
for my $name (@SERVICES, 'socache_hiredis', 'proxy_retry') {
    my $text = ($needs{$name} // '') . slurp("$CONF/$name.load");
    my $path = Bookable::Server::module_path($name);
    ok($text =~ s{/\S+/mod_$name\.so}{$path}g, "$name.load names the module");
    accepted("$name.load", $own . $text, []);
    $tested{"$name.load"} = 1;
    $loaded .= $text;
}
accepted('all .load files', $own . $loaded, []);
accepted('one-module.conf', $own . load('product'), ['one-module.conf']);

# After an uninstall the files that were enabled stay where they are.
my $gone = join '', map { slurp("$CONF/$_.load") =~ s{/\S+/mod_}{/nowhere/mod_}gr } @SERVICES, 'socache_hiredis',
    'proxy_retry';
accepted('all .load files and one-module.conf, with no module of theirs there', $own . $gone, ['one-module.conf']);
my $without_dbd = $own =~ s/^LoadModule dbd_module.*\n//mr;
accepted('all .load files and one-module.conf, with no module of theirs there and without mod_dbd', $without_dbd . $gone, ['one-module.conf']);

# The four services in an httpd that is there, with a site of its own: both are answered, and the services are
# not under the site's own paths.
sub others { return $own =~ s{^Listen .*\n}{}mr }
my $beside = others() . "Listen 127.0.0.1:8080\n" . places() . $loaded;
accepted('all-services.conf', $beside =~ s/BOOKABLE_LISTEN 127\.0\.0\.1:8080/BOOKABLE_LISTEN 127.0.0.1:8081/r,
    ['all-services.conf']);
accepted('all-services.conf, with no module of ours there', others() . "Listen 127.0.0.1:8082\n" . $gone,
    ['all-services.conf']);
for my $missing (@SERVICES, 'dbd', 'socache_shmcb') {
    my @there = grep { $_ ne $missing } @SERVICES;
    my $text = others() . ($missing eq 'socache_shmcb' ? '' : "LoadModule socache_shmcb_module $STOCK/mod_socache_shmcb.so\n")
        . "Listen 127.0.0.1:8080\nDefine BOOKABLE_LISTEN 127.0.0.1:8081\n";
    $text =~ s/^LoadModule dbd_module.*\n//m if $missing eq 'dbd';
    accepted("all-services.conf, without mod_$missing", $text . load(@there), ['all-services.conf']);
}
serves_beside();

sub serves_beside
{
    my $run = Bookable::Process::run_dir();
    my ($site, $port) = (Bookable::Process::free_port(), Bookable::Process::free_port());
    mkdir "$run/site" or die "$run/site: $!\n";
    mkdir "$run/site/user" or die "$run/site/user: $!\n";
    my %page = ('user/index' => "the other site\n", page => "a page\n");
    for my $name (sort keys %page) {
        open my $out, '>', "$run/site/$name" or die "$run/site/$name: $!\n";
        print {$out} $page{$name};
        close $out or die "$run/site/$name: $!\n";
    }
    Bookable::Daemon::give_to_nobody($run);
    chmod 0755, $run, "$run/site", "$run/site/user";
    my $file = write_file("$DIR/beside.conf", others() =~ s{(DefaultRuntimeDir|ErrorLog) \Q$DIR\E}{$1 $run}gr
        . "LoadModule socache_shmcb_module $STOCK/mod_socache_shmcb.so\n" . load(@SERVICES)
        . "Listen 127.0.0.1:$site\nPidFile $run/pid\nUser nobody\nGroup \"#65534\"\nDocumentRoot $run/site\n"
        . "<Directory $run/site>\nRequire all granted\n</Directory>\n"
        . "Define BOOKABLE_LISTEN 127.0.0.1:$port\nDefine BOOKABLE_DATABASE $run/bookable.db\n"
        . qq(Include "$CONF/all-services.conf"\n));
    my $pid = Bookable::Process::spawn("$run/output", Bookable::Server::httpd(), '-DFOREGROUND', '-f', $file);
    my $client = Bookable::Client->new(base => "http://127.0.0.1:$port");
    my $other  = Bookable::Client->new(base => "http://127.0.0.1:$site");
    ok(Bookable::Process::wait_until(30, sub { $client->get('/user/health')->code == 200 }),
        'all-services.conf serves users') or diag(slurp("$run/output"), slurp("$run/error_log"));
    is($client->get("/$_/health")->code, 200, "all-services.conf serves /$_") for qw(space booking products);
    is($client->get('/v1/session')->code, 401, 'all-services.conf serves API v1');
    is($other->get('/page')->content, "a page\n", 'the other site has a page');
    is($client->get('/page')->code, 404, 'the services serve no file of the other site');
    is($other->get('/user/index')->content, "the other site\n", 'the other site is served as before');
    is($other->get('/booking/health')->code, 404, 'the other site has no services under its paths');
    kill TERM => $pid;
    Bookable::Process::wait_until(30, sub { Bookable::Process::collected($pid) }) or die "httpd does not stop\n";
    File::Path::remove_tree($run);
    return;
}

# The house, whose files lie in /etc/bookable and whose user the package makes.
my %of_house = (USER => 'nobody', GROUP => '"#65534"', RUN => $DIR, LOG => $DIR, DATABASE => "$DIR/bookable.db");
my $house = slurp("$CONF/house.conf") =~ s{/etc/bookable/}{$CONF/}gr =~ s{conf\.d/}{none/}r
    =~ s{^Define BOOKABLE_(\w+)(\s+)(.*)$}{"Define BOOKABLE_$1$2" . ($of_house{$1} // $3)}gemr;
accepted('house.conf', "Define BOOKABLE_HTTPD $STOCK\n" . load(@SERVICES) . $house, []);
$tested{'house.conf'} = 1;

# Before its first start, systemd has made no directory for it yet.
for my $name (qw(bookable gateway)) {
    my @more = $name eq 'bookable' ? load(@SERVICES) : ();
    accepted("$name.conf, whose run directory is not there yet", places(RUN => "$DIR/not/there") . "@more",
        ["$name.conf"]);
}
accepted('service.conf, whose run directory is not there yet', places(SERVICE => 'user', INSTANCE => 'user-1',
    RUN => "$DIR/not/there") . load('user'), ['service.conf']);

# ---- signing on ----------------------------------------------------------------------------------

# With the module that each is for; t/sso has those that somebody signs on with.
my %module = (basic => 'auth_basic', gssapi => 'auth_gssapi', ldap => 'authnz_ldap', mellon => 'auth_mellon',
    openidc => 'auth_openidc', shib => 'shib');
my %secrets = (openidc => "OIDCClientSecret a-secret\nOIDCCryptoPassphrase a-passphrase\n",
    ldap => "AuthLDAPBindDN cn=bookable\nAuthLDAPBindPassword a-password\n");
write_file("$DIR/$_", "of the provider\n") for qw(sp.key sp.crt sp.xml idp.xml);
for my $kind (sort keys %module) {
    my $name = "sso-$kind.conf";
    $tested{$name} = 1;
    SKIP: {
        skip "httpd has no mod_$module{$kind}", 3 if !-e "$STOCK/mod_$module{$kind}.so";
        my $text = places(SAML => $DIR, SSO_SECRETS => write_file("$DIR/$kind.secrets", $secrets{$kind} // '')) . load(@SERVICES);
        accepted("bookable.conf and $name", $text, ['bookable.conf', $name]);
        my $output = qx('@{[ Bookable::Server::httpd() ]}' -t -f '$DIR/httpd.conf' 2>&1);
        unlike($output, qr/BK0400/, "the section of $name is for the path of the sign-on");
    }
}

# ---- a cluster -----------------------------------------------------------------------------------

accepted('gateway.conf, of httpd alone', places(), ['gateway.conf']);
my $retry = Bookable::Server::module_path('proxy_retry');
accepted('gateway.conf', places(PROXY_RETRY => $retry), ['gateway.conf']);
accepted('gateway.conf, behind another proxy', places(PROXY => '192.0.2.10'), ['gateway.conf']);
SKIP: {
    skip 'openssl, mod_ssl or mod_http2 is missing', 4
        if grep { !-e "$STOCK/mod_$_.so" } qw(ssl http2)
        or !Bookable::Certificate::make("$DIR/tls.key", "$DIR/tls.crt");
    my $tls = places(CERTIFICATE => "$DIR/tls.crt", KEY => "$DIR/tls.key");
    accepted('gateway.conf with TLS and HTTP/2', $tls, ['gateway.conf'], '-D', 'BOOKABLE_TLS');
    accepted('bookable.conf and tls.conf', $tls . places(TLS_LISTEN => '127.0.0.1:8443') . load(@SERVICES),
        [qw(bookable.conf tls.conf)]);
}
for my $name (@SERVICES) {
    my $text = places(SERVICE => $name, INSTANCE => "$name-1") . load($name);
    accepted("service.conf, $name", $text, ['service.conf']);
    accepted("service.conf, $name, and compat.conf", $text, [qw(service.conf compat.conf)]);
}
$tested{$_} = 1 for 'members.conf', 'errors.conf';    # each of them includes these

# Every instance that the gateway knows has an address of its own.
my @members = slurp("$CONF/members.conf") =~ /^\s*BalancerMember (\S+)/mg;
my %seen;
is(scalar(grep { $seen{$_}++ } @members), 0, 'no two members are at one address');

# What an instance asks: the parts of members.conf that are there for all, not for the gateway alone.
my %there = map { $_ => 1 } slurp("$CONF/members.conf") =~ s{<IfDefine BOOKABLE_GATEWAY>.*?</IfDefine>}{}sgr =~ m{^<Proxy balancer://(\w+)>}mg;
my %asked = map { $_ => 1 } slurp("$CONF/service.conf") =~ m{^\s*ProxyPass \S+\s+balancer://(\w+)/}mg;
cmp_ok(scalar(keys %asked), '>=', 3, 'instances ask other services');
ok($there{$_}, "an instance that asks the $_ service knows where it is") for sort keys %asked;

# Whatever a service takes beyond BookableBodyLimit passes the gateway.
my ($larger) = slurp("$CONF/gateway.conf") =~ /^<LocationMatch "([^"]+)">\n    LimitRequestBody 262144$/m;
my %large = map { slurp($_) =~ /\.pattern = "([^"]+)"[^}]*?\.body_limit = /g ? ($1 => $_) : () } glob dirname($CONF) . '/mod_*/*_v1_*.h';
cmp_ok(scalar(keys %large), '>=', 3, 'there are routes with a limit of their own');
like("/v1$_", qr/$larger/, "gateway.conf lets bodies of $_ pass") for sort keys %large;

# ---- systemd -------------------------------------------------------------------------------------

my @units = glob "$CONF/systemd/*.service";
is(scalar @units, 4, 'a unit for one host, one for the gateway, one for services, and one that deletes old bookings');
my $admin = realpath("$ENV{BOOKABLE_BUILDDIR}/bookable-admin");
for my $unit (@units) {
    my $text = slurp($unit);
    my $name = basename($unit);
    like($text, qr/^(?:Restart=always|Type=oneshot)$/m, "$name: what dies is started again");
    SKIP: {
        skip 'systemd-analyze, or the httpd that the unit starts, is missing', 2
            if system('systemd-analyze --version > /dev/null 2>&1') != 0 || !-x '/usr/sbin/apache2';
        my $copy = write_file("$DIR/" . $name =~ s/-service\@\./-booking\@2./r, $text =~ s{/usr/sbin/bookable-admin}{$admin}r);
        my $output = qx(systemd-analyze verify --man=no '$copy' 2>&1);
        is("$? $output", '0 ', "$name: systemd would take it");
        my ($exposure) = qx(systemd-analyze security --offline=true --no-pager '$copy' 2>&1)
            =~ /^.*Overall exposure level for \S+: ([\d.]+)/m;
        cmp_ok($exposure // 10, '<', 2, "$name: systemd finds little that could be taken from it ($exposure)");
    }
}

# What deletes old bookings, with a house's database in place of the one that it names.
{
    my $unit  = slurp("$CONF/systemd/bookable-prune.service");
    my %value = (map({ map { split /=/, $_, 2 } split } $unit =~ /^Environment=(.*)$/mg), DATABASE => "$DIR/pruned.db");
    is(system(qq('$admin' --params '$value{DATABASE}' tables > /dev/null)), 0, 'a house has its tables');
    my ($command) = $unit =~ /^ExecStart=(.*)$/m;
    s{/usr/sbin/bookable-admin}{'$admin'}, s/\$\{?(\w+)\}?/$value{$1}/g for $command;
    is(qx($command 2>&1), "0 bookings deleted\n0 events deleted\n0 events anonymised\n", 'the unit that deletes old bookings does');
    like(slurp("$CONF/systemd/bookable-prune.timer"), qr/^OnCalendar=.*\bPersistent=true$/ms, 'and has its night');
}

# The users of the units are the ones that are made.
my @made = sort map { slurp($_) =~ /^u (\S+)/mg } glob "$CONF/systemd/*.sysusers";
my %named = map { $_ => 1 } map { slurp($_) =~ /^User=(\S+)$/mg } @units;
is_deeply([ sort map { /%j/ ? map { "bookable-$_" } @SERVICES : $_ } keys %named ], \@made,
    'each service has a user of its own, and so have the gateway and the house');

# ---- AppArmor ------------------------------------------------------------------------------------

my $profile = "$CONF/apparmor/bookable";
SKIP: {
    my ($parser) = grep { -x } map { "$_/apparmor_parser" } '/usr/sbin', '/sbin';
    skip 'apparmor is missing', 1 unless $parser;
    my $output = qx($parser --skip-kernel-load --skip-cache '$profile' 2>&1);
    is($?, 0, 'AppArmor would take the profile') or diag($output);
}
my ($rules) = slurp($profile) =~ /^(profile bookable .*)/ms;
my %place = slurp("$CONF/house.conf") =~ /^Define BOOKABLE_(\w+)\s+(\/\S+)/mg;
for my $name (sort keys %place) {
    my $folder = $name eq 'DATABASE' ? dirname($place{$name}) : $place{$name};
    like($rules, qr{^  \Q@{[ $folder =~ s{^/run/}{\@{run}/}r ]}\E/\S* r}m, "the profile has $folder, house.conf's BOOKABLE_$name");
}

# ---- what is logged ------------------------------------------------------------------------------

# Served as it is, not only read: who signs up and logs in is in the log of each kind of host.
sub logs_audit
{
    my ($name, $log, $files, %places) = @_;
    my $run  = Bookable::Process::run_dir();
    my $port = Bookable::Process::free_port();
    Bookable::Daemon::give_to_nobody($run);
    my $file = write_file("$DIR/served.conf", places(%places, LISTEN => "127.0.0.1:$port", RUN => $run, LOG => $run,
        DATABASE => "$run/bookable.db") . load($places{SERVICE} ? $places{SERVICE} : @SERVICES)
        . join '', map { qq(Include "$CONF/$_"\n) } @$files);
    my $pid = Bookable::Process::spawn("$run/output", Bookable::Server::httpd(), '-DFOREGROUND', '-f', $file);
    my $client = Bookable::Client->new(base => "http://127.0.0.1:$port");
    my $ready  = Bookable::Process::wait_until(30, sub { $client->get('/user/health')->code == 200 });
    my $user = $ready && $client->member(name => 'ann', password => 'open-sesame');
    kill TERM => $pid;
    Bookable::Process::wait_until(30, sub { Bookable::Process::collected($pid) }) or die "httpd does not stop\n";
    my $text = slurp("$run/$log");
    my $id = $user ? $user->{id} : 'nobody';
    like($text, qr/BK0235: event=sign-up user=$id .*\n.*BK0230: event=log-in user=$id /, "$name logs who signs up and in")
        or diag($text);
    File::Path::remove_tree($run);
    return;
}

logs_audit('bookable.conf', 'bookable_error.log', ['bookable.conf']);
logs_audit('compat.conf', 'bookable_error.log', [qw(bookable.conf compat.conf)]);
logs_audit('service.conf', 'user-1_error.log', ['service.conf'], SERVICE => 'user', INSTANCE => 'user-1');

my @untested = grep { !$tested{$_} } grep { $_ ne 'local.mk' } map { basename($_) } grep { -f } glob "$CONF/*";
is("@untested", '', 'every file of conf/ was tested');

done_testing();

# What an administrator writes: a wrong value is refused before the server starts, with a message
# that names the directive and says what would be right.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::Configtest;
use Bookable::Server;
use Bookable::Store;
use Cwd ();

use File::Temp ();

my @ALL = qw(user space booking product);

sub vhost { my ($config) = @_; return "<VirtualHost 127.0.0.1:1>\n$config\n</VirtualHost>\n" }

# A file with a key, of that mode.
my $keys = File::Temp->newdir('bookable-keys-XXXXXX', TMPDIR => 1);

sub key_file
{
    my ($name, $mode, $text) = @_;
    my $file = "$keys/$name";
    open my $out, '>', $file or die "$file: $!\n";
    print {$out} $text // '0123456789abcdef' x 2, "\n";
    close $out or die "$file: $!\n";
    chmod $mode, $file or die "$file: $!\n";
    return $file;
}

# Many directives are read by one function: one of them is tried with all of a list from here, the others
# with one value, which shows that they are read by it, too. Bounds are each directive's own.
my @no_duration = ('soon', '-1s', '5 parsecs', '5x', '1e3s', '', '5s5s', '99999999999999999999s');
my @no_number   = ('many', '-1', '1.5', '0x10', '', '5s', '99999999999999999999', '+5');
my @no_path     = ('user', '/', '/user/', '/us er', '/user?x', '/user#x', '//user', '', '/a//b', '%2Fuser');

# What a service that asks others lets an administrator set of each of them.
my @no_call = ('', 'user', '5s', 'users 5s', 'product 5s', 'user soon', 'user 0', 'user -1s', 'user 5s5s',
    'user 601s', 'user 5s user 5s');
my @no_breaker = ('', 'user', 'users window=1s', 'user window', 'user window=', 'user =1s', 'user window=soon',
    'user colour=blue', 'user windows=1s', 'user window=99ms', 'user window=601s', 'user minimum-calls=0',
    'user minimum-calls=10001', 'user failure-rate=0', 'user failure-rate=101', 'user failure-rate=50%',
    'user slow-time=0', 'user slow-time=601s', 'user slow-rate=0', 'user slow-rate=101', 'user open-time=0',
    'user open-time=61min', 'user probes=0', 'user probes=10000', 'user probe-timeout=0',
    'user probe-timeout=61min', 'user dry-run=maybe', 'user window=1s user window=1s');
# Expressions that are none, and those that read what a client sends.
my @no_variable = ('%{REMOTE_USER', '%{reqenv:', '%{HTTP:X-Remote-User}', '%{http:Remote-User}', '%{req:X-User}',
    '%{HTTP_COOKIE}', '%{req_novary:X-User}', 'mail:%{QUERY_STRING}', '%{THE_REQUEST}', '%{REQUEST_URI}', '%{no_such_variable}');
# Bytes of a store in shared memory, of the whole server.
my $size = [ [ @no_number, 0, '1023K', 1048575, '64MB', 'M', '65G', '-1M', '1.5M', '99999999999G',
    '18446744073709551617' ], qr/1M.*64G/, [qw(1M 1048576 1024k 64M 1G 64g)], 'global' ];
my $size_too = [ [ $no_number[0], '1023K', '65G' ], @$size[ 1 .. 3 ] ];
my $breaker = qr/must be .*(?:KEY=VALUE|'user'|a duration|a number|dry-run=on)/;
my @breaker = ('user window=100ms minimum-calls=1 failure-rate=1 slow-time=1ms slow-rate=1 open-time=1ms '
    . 'probes=1 probe-timeout=1ms dry-run=on', 'user window=600s minimum-calls=10000 failure-rate=100 '
    . 'slow-time=600s slow-rate=100 open-time=1h probe-timeout=1h dry-run=Off', 'User Window=1s');

my $key_files = [ [ '/no/such', '/tmp', '/dev/null', key_file('open', 0644), key_file('short', 0600, '0123') ],
    qr{'/.*' (?:cannot be read: No such|is no plain file|can be .*chmod 600|must hold 32 hex)} ];

# What is wrong, what the message says of right values, what is right, and whether it belongs to
# the whole server. Where one directive has more than one value they stand as httpd is to read them.
my %directives = (
    BookableStatusCodes => [ [qw(rfc 200 On), ''], qr/reference.*standard/, [qw(reference standard)] ],
    BookableBodyLimit   => [ [ $no_number[0], 0, 255, 1048577 ], qr/256.*1048576/, [ 256, 1048576 ] ],
    BookableSynchronous => [ [qw(On 2 fsync), ''], qr/off.*normal.*full.*extra/, [qw(off normal full extra)],
        'global' ],
    BookableBusyTimeout => [ [ $no_duration[0], '0', '0ms', '61s', '2min' ], qr/1ms.*(?:1m|60s)/,
        [qw(1ms 5s 5 1min 60s)], 'global' ],
    BookableStatementTimeout => [ [ $no_duration[0], '0', '0ms', '61s' ], qr/1ms.*(?:1m|60s)/,
        [qw(1ms 5s 60s)], 'global' ],
    BookablePoolTimeout => [ [ $no_duration[0], '0', '0ms', '61s' ], qr/1ms.*(?:1m|60s)/,
        [qw(1ms 2s 60s)], 'global' ],
    BookablePreparedStatements => [ [qw(yes 1 unnamed), ''], qr/On|Off/, [qw(On Off off)], 'global' ],
    BookableDatabaseBreaker => [ ['', 'window', 'window=99ms', 'colour=blue', 'probes=17', 'dry-run=maybe'],
        qr/must be .*(?:KEY=VALUE|a duration|a number|dry-run=on)/,
        [ 'window=100ms minimum-calls=1 failure-rate=1 open-time=1ms probes=1 dry-run=on', 'Window=1s' ],
        'global' ],
    BookableStandby     => [ [], qr/ServerName/, ['standby.pool'] ],
    BookableRetryAfter  => [ [ $no_duration[0], '0', '61min', '2h' ], qr/1s.*(?:1h|3600s)/, [qw(1s 1 1min 1h)] ],

    BookableApi         => [ [qw(/v2 /v1/ v1 On), ''], qr/\/v1 or Off/, [qw(/v1 Off off)] ],
    BookableKey         => [ @$key_files, [ key_file('cursors', 0600) ], 'global' ],
    BookableOrigins     => [ [ qw(* null On rooms.example.org ftp://a https:// https://a/ https://a/b https://a?b https://*.a
        https://a:0 https://a:x https://a:70000 https://u@a http://[x]), 'https://a None', '' ],
        qr/must be None, or origins such as/, [ qw(None none https://rooms.example.org http://[::1]:80 HTTPS://A:8443),
            'https://a http://localhost:3000' ] ],
    UserOrigin          => [ [ qw(* null https://a/ a.example), 'https://a None', '' ], qr/must be None, or origins such as/,
        [ qw(None https://rooms.example.org), 'https://a https://b' ] ],
    BookableCache       => [ [qw(postgres shmcb redis dbm: On), ''], qr/Off, or a cache.*mod_socache_/, [qw(Off off)],
        'global' ],
    BookableCacheKey    => [ @$key_files, [ key_file('key', 0600) ], 'global' ],
    BookableIdempotency => [ [ qw(On Off always), '' ], qr/optional.*required/, [qw(optional required Required)] ],
    BookableCacheName   => [ [ 'a:b', 'a/b', 'x' x 33, "caf\xc3\xa9" ], qr/1 to 32 letters/, [ 'a', 'x' x 32, 'A-b_c.9' ] ],
    SpaceCacheTTL       => [ [ $no_duration[0], '61min', '2h' ], qr/0.*(?:1h|3600s)/, [qw(0 500ms 5s 5 1h)] ],
    ProductCacheTTL     => [ [ $no_duration[0], '61min', '2h' ], qr/0.*(?:1h|3600s)/, [qw(0 500ms 5s 5 1h)] ],
    UserCacheTTL        => [ [ $no_duration[0], '61min', '2h' ], qr/0.*(?:1h|3600s)/, [qw(0 500ms 2s 1h)] ],

    UserStoreSize      => $size,
    UserPath            => [ \@no_path, qr{URL path.*/user.*Off}, [qw(/user /v1/people Off off)] ],
    UserConsistency    => [ [qw(weak On 1), ''], qr/strong.*eventual/, [qw(strong Eventual)] ],
    UserStore           => [ [qw(postgres DBD), ''], qr/dbd/, [qw(dbd shm)] ],
    UserSessionLifetime => [ [ @no_duration, '0', '31d', '721h', '500ms' ], qr/1s.*(?:30d|2592000s)/,
        [qw(1s 1h 3600 720h)] ],
    UserSessionIdle     => [ [ $no_duration[0], '0', '366d', '500ms' ], qr/1s.*(?:365d|8760h|31536000s)/, [qw(1s 8h 3600 365d)] ],
    UserSessionMax      => [ [ $no_duration[0], '0', '366d', '500ms' ], qr/1s.*(?:365d|8760h|31536000s)/, [qw(1s 30d 3600 365d)] ],
    UserAuthSchemes     => [ [qw(basic digest), 'cookie', 'password cookie', 'bearer,password', 'bearer oauth', 'None bearer',
        'bearer None' ], qr/bearer.*password.*session-id.*None/i, [ 'bearer', 'password', 'session-id',
        'None', 'bearer password session-id', 'bearer cookie' ] ],
    UserBcryptCost      => [ [ @no_number, 0, 3, 18 ], qr/4.*17/, [ 4, 12, 17 ] ],
    UserHashLimit       => [ [ $no_number[0], 0, 65 ],    qr/1.*64/, [ 1, 64 ], 'global' ],
    UserHashQueue       => [ [ $no_number[0], 1025, '64 1025', '64 x', '1 2 3' ], qr/0.*1024|takes 1-2/,
        [ 0, 1024, '64 0', '0 1024' ], 'global' ],
    UserHashWait        => [ [ $no_duration[0], '61s' ],  qr/0.*(?:1m|60s)/, [qw(0 10s 1min)], 'global' ],
    UserLoginFailures   => [ [ 'few 10', '20 lots', '-1 10', '10 -1', '20', '1.5 2', '20 1000 some',
        '20 1000 -1', '20 1000 65536', '20 1000 200 5' ],
        qr/number|two or three/i, [ '20 1000', '0 0', '20 1000 200', '0 0 65535' ], 'global' ],
    UserSignupLimit     => [ [ $no_number[0], -1, 65536 ], qr/0.*65535/, [ 0, 1000, 65535 ], 'global' ],
    UserLoginWindow     => [ [ $no_duration[0], '0', '2d', '25h' ], qr/1s.*(?:1d|24h|86400s)/, [qw(1s 5min 24h)],
        'global' ],
    UserReservedNames   => [ [ "a\xe2\x80\x8bb", 'None root', 'root None', 'a:b', '' ], qr/names that a user could have.*None/,
        [ 'root', 'None', 'root operator "the office"', "J\xc3\xb6rg" ] ],
    UserUniqueNames     => [ [qw(yes 1 true), ''], qr/On|Off/, [qw(On Off on)] ],
    UserPasswordMinimum => [ [ $no_number[0], 0, 73 ], qr/1.*72/, [ 1, 8, 72 ] ],
    UserPasswordList    => [ [qw(/nowhere/passwords / /dev/null), ''], qr/None.*a password a line/,
        [ 'None', Cwd::abs_path(__FILE__) ] ],
    UserAdminSignup     => [ [qw(yes 1 true), ''], qr/On|Off/, [qw(On Off on)] ],
    UserManagers        => [ [ qw(desk group: group:A user:0 user:x user:), 'None group:desk', '' ],
        qr/None, or one or more of group:NAME and user:ID/, [ qw(None group:desk user:7), 'group:desk user:7' ] ],
    UserSignup          => [ [qw(yes 1 true), ''], qr/On|Off/, [qw(On Off on)] ],
    UserSSO             => [ [qw(yes 1 true), ''], qr/On|Off/, [qw(On Off on)] ],
    UserSSOProvision    => [ [qw(yes 1 true), ''], qr/On|Off/, [qw(On Off on)] ],
    (map { $_ => [ [ @no_variable ], qr/expression/, [ '%{REMOTE_USER}', '%{reqenv:OIDC_CLAIM_sub}', '%{tolower:A}',
        '"of the house"', '%{REMOTE_USER}@example.org' ] ] } qw(UserSSOIdentity UserSSOLogin UserSSODisplayName UserSSOMail)),
    UserSSOGroups       => [ [ @no_variable, '%{REMOTE_USER} \\\\', '%{REMOTE_USER} ; ;' ],
        qr/expression|separator|takes 1-2/, [ '%{reqenv:OIDC_CLAIM_groups}', '%{reqenv:MELLON_groups} ";"',
        '%{reqenv:AUTHENTICATE_MEMBEROF} "; "' ] ],
    UserSSOGroupMap     => [ [ '', 'rooms-*', '"" staff', 'rooms-* ""', 'rooms-* $2', 'rooms $1', 'rooms-* Library/Desk',
        'rooms-* $1 $2', '********** $1' ], qr/pattern|takes two/, [ 'rooms-* $1', '"cn=*,ou=*,dc=example" $2-$1',
        'exact staff' ] ],
    UserSSOAdmin        => [ [ '"%{HTTP:X-Groups} =~ /a/"', q("req('X-Groups') == 'a'"), q("http ('X') == 'a'"), '"a =="', '' ],
        qr/expression|takes one/, [ q("%{reqenv:OIDC_CLAIM_groups} =~ /(^|,)rooms-admins(,|$)/"),
        q("%{REMOTE_USER} == 'ann'"), 'false' ] ],
    UserSSOLogout       => [ [ 'oauth2/callback', '//elsewhere.example/', 'http://rooms.example.org/', 'javascript:1', '' ],
        qr/path.*https.*None/, [ '/oauth2/callback?logout=https%3A%2F%2Frooms.example.org%2F',
        'https://login.example.org/logout', 'None' ] ],
    UserSSOSession      => [ [ $no_duration[0], '0', '59s', '31d', 'Off' ], qr/60s.*2592000s/, [qw(1min 30min 8h 30d)] ],
    UserSSORecheck      => [ [ $no_duration[0], '0', '59s', '3651d' ], qr/60s.*Off|60s/, [qw(1min 30d 3650d Off)] ],
    BookableSiteName    => [ [ '', 'x' x 101, "a\x01b", "\xff" ], qr/UTF-8|takes one/, [ 'Rooms', '"Northern College"', "J\xc3\xb6rg" ] ],
    BookableSiteLogo    => [ [ '', 'logo.svg', '//elsewhere.example/a.svg', 'http://a.example/a.svg', '/a\\\\b' ],
        qr/path of this site|takes one/, [ '/logo.svg', 'None', '/images/the%20logo.png' ] ],
    UserStandbyCallers  => [ [qw(yes 1 true), ''], qr/On|Off/, [qw(On Off on)] ],

    SpaceStoreSize     => $size_too,
    SpacePath           => [ [ $no_path[0] ], qr{URL path.*/.*Off}, [qw(/space /v1/rooms Off)] ],
    SpaceConsistency   => [ [qw(weak On 1), ''], qr/strong.*eventual/, [qw(strong Eventual)] ],
    SpaceStore          => [ ['postgres'], qr/dbd/, [qw(dbd shm)] ],
    SpaceUserPath       => [ [ $no_path[0] ], qr{URL path}, [qw(/user /v1/people)] ],
    SpaceClosuresPath   => [ [ $no_path[0] ], qr{URL path}, [qw(/v1/closures /internal/v1/closures)] ],
    SpaceSlowDelay      => [ [ $no_duration[0], '61s', '2min' ], qr/(?:1m|60s)/, [qw(0 700ms 15s 1min)] ],

    SpaceCallTimeout    => [ [ 'user', 'space 5s' ], qr/1ms.*600s|'user' or 'booking'|two arguments/,
        [ 'user 1ms', 'user 15s', 'booking 600s' ] ],
    SpaceBreaker        => [ [ $no_breaker[1], 'space window=1s' ], $breaker, [ @breaker, 'booking window=1s' ] ],

    BookingCallTimeout  => [ \@no_call, qr/1ms.*600s|'user' or 'space'|two arguments/,
        [ 'user 1ms', 'space 2s', 'Space 600s' ] ],
    BookingBreaker      => [ \@no_breaker, $breaker, [ @breaker, 'space window=1s' ] ],
    BookingMaxLength    => [ [ $no_duration[0], '0', '0d', '59s', '8785h', '367d', '1d12h', '99999999999999999999d', 'None' ], qr/duration.*1m?i?n?/,
        [qw(1min 744h 8784h 31d 366d Off off)] ],
    BookingMaxFuture    => [ [qw(0 -1 1000001 1.5 None 9999999999999999999)], qr/1 to 1000000/, [qw(1 500 1000000 Off off)] ],
    BookableEventRetention => [ [ $no_duration[0], qw(0 0d 23h 36501d None) ], qr/duration/, [qw(1d 400d 36500d 24h Off off)] ],
    BookingStoreSize   => $size_too,
    BookingPath         => [ [ $no_path[0] ], qr{URL path.*/.*Off}, [qw(/booking /v1/reservations Off)] ],
    BookingConsistency => [ [qw(weak On 1), ''], qr/strong.*eventual/, [qw(strong Eventual)] ],
    BookingStore        => [ ['postgres'], qr/dbd/, [qw(dbd shm)] ],
    BookingUserPath     => [ \@no_path, qr{URL path}, [qw(/user /v1/people)] ],
    BookingSpacePath    => [ [ $no_path[0] ], qr{URL path}, [qw(/space /v1/rooms)] ],
    BookingUsersPath    => [ [ $no_path[0] ], qr{URL path}, [qw(/v1/users /internal/v1/users)] ],
    BookingSpacesPath   => [ [ $no_path[0] ], qr{URL path}, [qw(/v1/spaces /internal/v1/spaces)] ],

    ProductStoreSize   => $size_too,
    ProductPath         => [ [ $no_path[0] ], qr{URL path.*/.*Off}, [qw(/products /v1/catalogue Off)] ],
    ProductConsistency => [ [qw(weak On 1), ''], qr/strong.*eventual/, [qw(strong Eventual)] ],
    ProductStore        => [ ['postgres'], qr/dbd/, [qw(dbd shm)] ],
);
my %service = (User => 'UserPath /user', Space => 'SpacePath /space', Booking => 'BookingPath /booking',
    Product => 'ProductPath /products');

for my $directive (sort keys %directives) {
    my ($wrong, $hint, $right, $global) = @{ $directives{$directive} };
    # A store is looked for where its service is on.
    my $on = $directive =~ /^(\w+)Store$/ ? "$service{$1}\n" : '';
    for my $value (@$wrong) {
        my $argument = length $value && $value !~ /^5 p|^\/us / ? $value : "\"$value\"";
        # Of no value at all httpd says itself that there should be one.
        my $says = $directive =~ /Store$/ ? $hint : qr/\b$directive\b.*$hint/s;
        refused("$on$directive $argument", length $value ? $says : qr/\b$directive\b|$hint/,
            "$directive $argument");
    }
    refused($directive, qr/\b$directive\b/, "$directive of nothing");
    refused("<Directory />\n$directive $right->[0]\n</Directory>", qr/\b$directive\b/,
        "$directive inside <Directory>");
    refused(vhost("$on$directive $right->[0]"), qr/\b$directive\b/, "$directive inside <VirtualHost>")
        if $global;
    # All the right values in one go: each in a server of its own, or one after the other.
    accepted(join("\n", map { $global ? "$directive $_" : vhost("$on$directive $_") } @$right),
        "$directive " . join ' | ', @$right);
}

# Breakers and pools are named by their servers, in places of a fixed size.
my $label = join '.', ('h' x 60) x 5;
refused(vhost("ServerName $label\nSpacePath /space"), qr/ServerName is not right: must have at most 256/,
    'a ServerName of more than 256 characters');
accepted(vhost('ServerName ' . substr($label, 0, 250) . "\nSpacePath /space"),
    'a ServerName of 250 characters');

# Two services at one path, or one where API v1 answers: one of them would never be asked.
refused("UserPath /x\nSpacePath /x", qr{SpacePath is not right: must differ from UserPath \(got '/x'\)}, 'two services at one path');
refused("UserPath /x\n" . vhost('BookingPath /x'), qr{BookingPath is not right: must differ from UserPath}, 'the same by a virtual host');
refused("BookableApi /v1\nSpacePath $_", qr{SpacePath is not right: must be no path of API v1 \(got '$_'\)}, "a service at $_, with API v1")
    for '/v1', '/v1/spaces', '/v1/users/x', '/v1/problems';
accepted("BookableApi /v1\nSpacePath /v1/rooms\nUserPath /v11\nBookingPath /v1/spaces-of-old", 'services beside the paths of API v1');
accepted(vhost('UserPath /x') . "\n" . vhost('SpacePath /x'), 'two services at one path, in two virtual hosts');

# Every directive that the modules have stands above, and the other way round.
my $server = Bookable::Server->new(bare => 1);
$server->_write_config;
my $httpd  = Bookable::Server::httpd();
my $listed = qx('$httpd' -L -d '@{[ $server->dir ]}' -f '@{[ $server->conf ]}' 2>&1);
my %known  = map { $_ => 1 } $listed =~ /^(\w+) \(mod_(?:user|space|booking|product)\.c\)/mg;
is(join(' ', sort keys %known), join(' ', sort keys %directives), 'every directive is tested');

# ---- one line for all of the modules, and a module that is not there ----------------------------
for my $module (@ALL) {
    my ($exit, $output) = Bookable::Server->configtest(modules => [$module],
        config => "BookableStatusCodes standard\nBookableBodyLimit 256\n");
    is($exit, 0, "the common directives, with mod_$module alone") or diag($output);
    ($exit, $output) = Bookable::Server->configtest(modules => [$module], config => "BookableBodyLimit 1\n");
    isnt($exit, 0, "the common directives are checked, with mod_$module alone");
    ($exit) = Bookable::Server->configtest(modules => [ grep { $_ ne $module } @ALL ],
        config => $service{ ucfirst $module } . "\n");
    isnt($exit, 0, "the directives of mod_$module are refused without that module");
}

# ---- caches, whose modules are to be loaded -----------------------------------------------------
my $hiredis = 'LoadModule socache_hiredis_module "' . Bookable::Server::module_path('socache_hiredis') . "\"\n";
my $stock   = Bookable::Server::_libexecdir();
sub load_stock { my ($name) = @_; return "LoadModule ${name}_module $stock/mod_$name.so\n" }

accepted(load_stock('socache_shmcb') . "BookableCache $_", "BookableCache $_")
    for 'shmcb', 'shmcb:/tmp/bookable-cache(1048576)';
{
    my ($exit, $output) = Bookable::Server->configtest(config => "${hiredis}BookableCache redis\n");
    is($exit, 0, 'a Redis without a key is accepted');
    is(scalar(() = $output =~ /BK0132: .*BookableCacheKey/g), 1,
        'configtest warns once of a Redis without a key');
    my $key = 'BookableCacheKey ' . key_file('warned', 0600) . "\n";
    for my $quiet ("${hiredis}BookableCache redis\n$key", load_stock('socache_shmcb') . "BookableCache shmcb\n", $key) {
        unlike((Bookable::Server->configtest(config => $quiet))[1], qr/BK0132/,
            'configtest does not warn where a key is configured or none is needed');
    }
}
accepted("${hiredis}BookableCache $_", "BookableCache $_") for 'redis', 'redis://cache', 'redis://:secret@cache:6380/3',
    'redis:///run/redis.sock?db=2&timeout=5ms', 'redis://[::1]/1?connect_timeout=1s&prefix=a';
my %addresses = ('redis:cache' => qr{redis://}, 'redis://:secret@cache:0' => qr/the port must be .* 1 to 65535/,
    'redis://:secret@cache/x' => qr/the database must be/, 'redis://cache?timeout=50' => qr/timeout must be a duration/,
    'redis://:secret@cache?colour=1' => qr/no option: must be/, 'redis:///' => qr{redis://},
    'redis://cache?password_file=/nowhere/secret' => qr/password_file: .* cannot be read/);
for my $address (sort keys %addresses) {
    my ($exit, $output) = Bookable::Server->configtest(config => "${hiredis}BookableCache $address\n");
    isnt($exit, 0, "configtest refuses BookableCache $address");
    like($output, qr/BookableCache is not right: redis: .*$addresses{$address}/,
        "configtest says why it refuses BookableCache $address");
    unlike($output, qr/:secret/, "the message about BookableCache $address has no password") ;
}
refused(load_stock('socache_shmcb') . 'BookableCache shmcb:/tmp/x(small)', qr/BookableCache is not right/,
    "what the cache itself does not take");
# Two databases under one name would be mixed up.
my $two = load_stock('socache_shmcb') . "BookableCache shmcb\nProductPath /products\n";
my $own = 'DBDriver sqlite3' . "\nDBDParams /tmp/another.db";
refused($two . vhost($own), qr/BK0104: mod_product.*BookableCacheName.*CacheTTL/, 'another database, the same name');
accepted($two . vhost("$own\nBookableCacheName other"), 'another database, another name');
accepted($two . vhost("$own\nProductCacheTTL 0"), 'another database, not cached');
accepted($two . vhost("$own\nProductPath Off"), 'another database, no service');
accepted($two . vhost('BookableStatusCodes standard'), 'the same database, the same name');
accepted("ProductPath /products\n" . vhost($own), 'another database, no cache');
SKIP: {
    skip 'httpd has no mod_socache_redis', 4 if !-e "$stock/mod_socache_redis.so";
    refused(load_stock('socache_redis') . 'BookableCache redis:127.0.0.1:6379', qr/mod_socache_hiredis/,
        "httpd's own redis");
    refused(load_stock('socache_redis') . $hiredis, qr/BK0405.*mod_socache_redis/, 'both of that name');
}

# ---- a gateway's module ----------------------------------------------------------------------
my $retry = load_stock('proxy') . 'LoadModule proxy_retry_module '
    . Bookable::Server::module_path('proxy_retry') . "\n";
accepted("${retry}ProxyRetry $_", "ProxyRetry $_") for qw(Off off 0 3 10);
accepted("$retry<Location /booking>\nProxyRetry 1\n</Location>", 'ProxyRetry for a path');
refused("${retry}ProxyRetry $_", qr/ProxyRetry must be Off, or .* a number from 0 to 10/, "ProxyRetry $_")
    for qw(On 11 -1 3x 1.5 99999999999999999999);

# ---- what does not fit together -----------------------------------------------------------------
accepted('', 'modules that are loaded and do nothing');
accepted("UserPath /user\nSpacePath /space\nBookingPath /booking\nProductPath /products\n"
    . vhost("UserPath Off"), 'everything on, a virtual host without users');

# ---- databases that are servers, and their standbys ----------------------------------------------
my $pgsql  = 'host=127.0.0.1 dbname=bookable user=bookable';
my $server_conf = "DBDriver pgsql\nDBDParams \"$pgsql connect_timeout=2\"\nSpacePath /space\n";
accepted($server_conf, 'PostgreSQL');
refused("DBDriver pgsql\nDBDParams \"$pgsql\"\nSpacePath /space", qr/connect_timeout=2/,
    'PostgreSQL without a time-out for connecting');
refused("SpacePath /space\n" . vhost("DBDriver pgsql\nDBDParams \"$pgsql\""), qr/connect_timeout/,
    'PostgreSQL in a virtual host without a time-out for connecting');
# Bookable::Server writes DBD lines for a store that needs some.
my @no_dbd = (store => Bookable::Store->new(kind => 'shm', cache => 'none'));
refused("SpacePath /space\nSpaceStore dbd", qr/no DBDriver: must be sqlite3 or pgsql/, 'a store without DBDriver',
    @no_dbd);
refused("DBDriver sqlite3\nSpaceStore dbd\nSpacePath /space", qr/no DBDParams: must be the file's path/,
    'SQLite without DBDParams', @no_dbd);
refused("DBDriver pgsql\nSpaceStore dbd\nSpacePath /space", qr/no DBDParams: .*connection string/,
    'PostgreSQL without DBDParams', @no_dbd);
refused("DBDriver pgsql\nDBDParams \"$_ connect_timeout=2\"\nSpacePath /space",
    qr/DBDParams is not right: (?!.*secret)/s, "a connection string that is none: $_")
    for 'password=secret host', 'hots=db1 password=secret', 'host=a,b port=1,2,3 password=secret';
refused("DBDriver pgsql\nDBDParams \"$_\"\nSpacePath /space",
    qr/DBDParams is not right: (?=.*(?:master|"on"|abc|99999|"2s"))(?!.*secret)/s, "a connection string that libpq would refuse later: $_")
    for 'host=db1 password=secret connect_timeout=2 target_session_attrs=master', 'host=db1 connect_timeout=2 sslmode=on',
    'host=db1 port=abc password=secret connect_timeout=2', 'host=db1,db2 port=5432,99999 connect_timeout=2',
    'host=db1 password=secret connect_timeout=2s', 'postgresql://u:secret@db1,db2/b?connect_timeout=2&target_session_attrs=master';
refused("DBDriver pgsql\nDBDParams \"service=bookable connect_timeout=2\"\nSpacePath /space",
    qr/DBDParams is not right: service is not read here/, 'a connection string that names a service of a file');
accepted("DBDriver pgsql\nDBDParams \"$_\"\nSpacePath /space", "a connection string: $_")
    for 'host=db1,db2 port=5432 user=u dbname=b connect_timeout=2 target_session_attrs=primary sslmode=verify-full',
    'postgresql://u:p@db1:1,db2:2/b?connect_timeout=2&target_session_attrs=prefer-standby', 'host=/run/postgresql user=u connect_timeout=2';
my $standby = "ServerName standby.pool\nSpacePath Off\nDBDParams \"$pgsql connect_timeout=2\"";
accepted("${server_conf}BookableStandby standby.pool\n" . vhost($standby), 'a standby');
refused("${server_conf}BookableStandby elsewhere", qr/BookableStandby.*ServerName of a virtual host/,
    'a standby that no server has');
refused("${server_conf}BookableStandby standby.pool\n" . vhost('ServerName standby.pool'),
    qr/standby\.pool must have DBD directives of its own/, 'a standby that is the primary');
refused("${server_conf}BookableStandby standby.pool\n" . vhost($standby =~ s/ connect_timeout=2//r),
    qr/connect_timeout=2/, 'a standby without a time-out for connecting');

judged();

# ---- merging, shown by behaviour ----------------------------------------------------------------
$server = Bookable::Server->new(config => sub {
    my $port = Bookable::Server::free_port();
    $_[0]{other} = $port;
    return <<"END" });
BookableBodyLimit 300
BookableStatusCodes standard
UserAdminSignup Off
UserAuthSchemes password
Listen 127.0.0.1:$port
<VirtualHost 127.0.0.1:$port>
    UserAdminSignup On
    BookableStatusCodes reference
</VirtualHost>
END
$server->start;
my $main  = Bookable::Client->new(base => $server->base_url, standard => 1);
my $other = Bookable::Client->new(base => "http://127.0.0.1:$server->{other}");
my %user  = (username => 'ann', userPassword => 'open-sesame');
for my $client ($main, $other) {
    is_error($client->post('/user', { %user, more => 'x' x 300 }), 413, ['TOO_LARGE'],
        "$client->{base}: BookableBodyLimit is inherited");
    is_error($client->get('/user/caller', as => 'Bearer x'), 400, ['MALFORMED'],
        "$client->{base}: UserAuthSchemes is inherited");
    is_error($client->get('/user/caller'), 400, ['MALFORMED'],
        "$client->{base}: BookableStatusCodes is the server's own");
}
$user{username} = 'admin';
is_error($main->post('/user', \%user), 400, ['INPUT_ERR'],
    'UserAdminSignup Off of the main server refuses the name admin');
is_answer($other->post('/user', \%user), 201, qr/^\d+$/,
    'UserAdminSignup On of a virtual host makes an administrator');
$server->stop;

done_testing();

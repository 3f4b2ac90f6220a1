# The directives of calls and circuit breakers: a wrong value is refused before the server starts,
# with a message that names the directive and says what would be right.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP qw(decode_json);
use Bookable::Client;
use Bookable::Configtest;
use Bookable::Server;

my %DEPENDENCIES = (Booking => [qw(user space)], Space => [qw(user booking)]);

# [key, least, most, below, above], as they are written.
my @KEYS = (
    [ 'window',        '100ms', '600s',  [qw(99ms 0)], [qw(601s 11min)] ],
    [ 'minimum-calls', '1',     '10000', [qw(0 -1)],   ['10001'] ],
    [ 'failure-rate',  '1',     '100',   [qw(0 -1)],   ['101'] ],
    [ 'slow-time',     '1ms',   '600s',  [qw(0 0ms)],  ['601s'] ],
    [ 'slow-rate',     '1',     '100',   [qw(0 -1)],   ['101'] ],
    [ 'open-time',     '1ms',   '3600s', [qw(0 0ms)],  [qw(3601s 61min 2h)] ],
    [ 'probes',        '1',     '16',    [qw(0 -1)],   ['17'] ],
    [ 'probe-timeout', '1ms',   '3600s', [qw(0 0ms)],  ['3601s'] ],
);
my @no_duration = ('soon', '-1s', '5x', '1e3s', '', '5s5s', '99999999999999999999s');
my @no_number   = ('many', '1.5', '0x10', '', '5s', '50%', '99999999999999999999', '+5');

for my $service (sort keys %DEPENDENCIES) {
    my ($breaker, $timeout) = ("${service}Breaker", "${service}CallTimeout");
    my @names = @{ $DEPENDENCIES{$service} };
    my $listed = join '.*', map { "'$_'" } @names;

    # ---- BookingCallTimeout, SpaceCallTimeout ----------------------------------------------------
    # Of an empty word httpd says itself that there should be two.
    refused("$timeout user \"$_\"", length ? qr/\b$timeout\b.*1ms.*600s/s : qr/\b$timeout\b/, "$timeout user $_")
        for @no_duration, qw(0 0ms 601s 11min);
    refused("$timeout $_", qr/\b$timeout\b/, "$timeout $_") for 'user', '2s', 'user 1s 2s', '';
    refused("$timeout $_ 1s", qr/\b$timeout\b.*$listed/s, "$timeout $_ 1s")
        for qw(nobody product), 'user,space', $service eq 'Space' ? 'space' : 'booking';
    accepted(join("\n", map { ("$timeout $_ 1ms", "$timeout \U$_\E 600s", "$timeout $_ 2") } @names),
        "$timeout @names");

    # ---- BookingBreaker, SpaceBreaker ------------------------------------------------------------
    for my $row (@KEYS) {
        my ($key, $least, $most, $below, $above) = @$row;
        my $wrong = $least =~ /ms/ ? \@no_duration : \@no_number;
        refused("$breaker user \"$key=$_\"", qr/\b$breaker\b.*\b$least\b.*\b$most\b.*, for $key\b/s,
            "$breaker user $key=$_") for @$wrong, @$below, @$above;
        accepted(join("\n", map { ("$breaker $_ $key=$least", "$breaker $_ \U$key\E=$most") } @names),
            "$breaker $key=$least, $most");
    }
    refused("$breaker user \"dry-run=$_\"", qr/\b$breaker\b.*dry-run=on or dry-run=off/s,
        "$breaker user dry-run=$_") for qw(yes 1 true), '';
    accepted("$breaker user dry-run=on\n$breaker user dry-run=Off", "$breaker dry-run");
    refused("$breaker user $_", qr/\b$breaker\b.*KEY=VALUE.*window.*dry-run/s, "$breaker user $_")
        for qw(window =5 windows=5s wind=5s probe=3 on), 'probes = 3';
    refused("$breaker$_", qr/\b$breaker\b.*KEY=VALUE/s, "$breaker$_") for '', ' user', ' probes=3';
    refused("$breaker nobody probes=3", qr/\b$breaker\b.*$listed/s, "$breaker nobody");
    # The first that is wrong is named, and nothing after it hides that.
    refused("$breaker user probes=3 window=no probes=2", qr/\bwindow\b/, "$breaker: one wrong among others");
    accepted("$breaker user window=5s minimum-calls=5 failure-rate=30 slow-time=1500ms slow-rate=90 "
        . 'open-time=1min probes=16 probe-timeout=30s dry-run=on', "$breaker: all at once");

    for my $line ("$timeout user 1s", "$breaker user probes=3") {
        refused("<$_ />\n$line\n</$_>", qr/\b(?:$timeout|$breaker)\b/, "$line inside <$_>")
            for qw(Directory Location);
        accepted("$line\n<VirtualHost 127.0.0.1:1>\n$line\n</VirtualHost>", "$line, and in a virtual host");
    }
}

# Without dependencies there is nothing to set.
refused($_, qr/Invalid command/, $_) for 'UserCallTimeout user 1s', 'ProductBreaker user probes=3',
    'UserBreaker user probes=3';

judged();

# ---- merging, shown by what a list of breakers says -----------------------------------------------
my $server = Bookable::Server->new(children => 1, threads => 4, config => sub {
    my $port = $_[0]{other} = Bookable::Server::free_port();
    return <<"END" });
BookingBreaker user dry-run=on probes=2
Listen 127.0.0.1:$port
<Location /breakers>
    SetHandler bookable-breakers
</Location>
<VirtualHost 127.0.0.1:$port>
    ServerName inner.example
    BookingBreaker space dry-run=on
    BookingBreaker user window=20s
</VirtualHost>
END
$server->start;
my $client = Bookable::Client->new(base => $server->base_url);
my %dry = map { $_->{name} =~ s/\A127\.0\.0\.1\S*/outer/r =~ s/:\d+//r => $_->{dryRun} ? 1 : 0 }
    @{ decode_json($client->get('/breakers')->content) };
is_deeply(\%dry, {
    'outer booking user'          => 1,
    'outer booking space'         => 0,
    'outer space user'            => 0,
    'inner.example booking user'  => 1,
    'inner.example booking space' => 1,
    'inner.example space user'    => 0,
}, 'a virtual host inherits key by key');
ok($server->stop, 'httpd stops');

done_testing();

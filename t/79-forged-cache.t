# A Redis that others write to as well: whatever they put there, nobody is let in by it, nobody gets a
# role or another's name, and what was put back is believed no longer than it would have been.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::Redis;
use Bookable::Server;
use Digest::SHA qw(sha256_hex);
use Time::HiRes qw(sleep time);

no warnings 'portable';    # numbers of 64 bits

my $HIREDIS = 'LoadModule socache_hiredis_module "' . Bookable::Server::module_path('socache_hiredis') . "\"\n";
my $METRICS = "<Location /metrics>\nSetHandler bookable-metrics\n</Location>\n";
my @EXPIRED = ('SESSION EXPIRED', 'user session has expired');
my $redis   = Bookable::Redis->new->start;
my $patient = 'timeout=10s&connect_timeout=10s';    # Redis is there, however busy the machine is

# A file with a key: (its path, the key's bytes).
sub key_file
{
    my ($server, $name) = @_;
    my $bytes = join '', map { chr int rand 256 } 1 .. 16;
    open my $out, '>', "$server->{dir}/$name" or die "$name: $!\n";
    print {$out} unpack('H*', $bytes), "\n";
    close $out or die "$name: $!\n";
    chmod 0600, "$server->{dir}/$name" or die "$name: $!\n";
    return ("$server->{dir}/$name", $bytes);
}

sub server
{
    my ($config) = @_;
    return Bookable::Server->new(children => 1, threads => 8, config => sub {
        return $HIREDIS . $METRICS . "BookableSynchronous off\nBookableCache " . $redis->url(0, $patient) . "\n" . $config->(@_);
    });
}

sub counts
{
    my ($client, $service) = @_;
    my $text = $client->get('/metrics')->content;
    return { $text =~ /^bookable_cache_events_total\{service="$service",event="(\w+)"\} (\d+)$/mg };
}

# ---- entries as others would make them -----------------------------------------------------------

# SipHash-2-4 of 128 bits; numbers are 64 bits, and wrap around.
sub rotate { my ($x, $bits) = @_; return ($x << $bits) | ($x >> (64 - $bits)) }
sub sum { my ($x, $y) = @_; use integer; return $x + $y }

sub sip_round
{
    my ($v) = @_;
    $v->[0] = sum($v->[0], $v->[1]); $v->[1] = rotate($v->[1], 13) ^ $v->[0]; $v->[0] = rotate($v->[0], 32);
    $v->[2] = sum($v->[2], $v->[3]); $v->[3] = rotate($v->[3], 16) ^ $v->[2];
    $v->[0] = sum($v->[0], $v->[3]); $v->[3] = rotate($v->[3], 21) ^ $v->[0];
    $v->[2] = sum($v->[2], $v->[1]); $v->[1] = rotate($v->[1], 17) ^ $v->[2]; $v->[2] = rotate($v->[2], 32);
    return;
}

sub siphash
{
    my ($key, $text) = @_;
    my ($k0, $k1) = unpack 'Q<2', $key;
    my @v = ($k0 ^ 0x736f6d6570736575, $k1 ^ 0x646f72616e646f6d ^ 0xee, $k0 ^ 0x6c7967656e657261, $k1 ^ 0x7465646279746573);
    my $last = length($text) % 256;
    $text .= "\0" x (7 - length($text) % 8) . chr $last;
    for my $word (unpack 'Q<*', $text) {
        $v[3] ^= $word;
        sip_round(\@v) for 1, 2;
        $v[0] ^= $word;
    }
    $v[2] ^= 0xee;
    sip_round(\@v) for 1 .. 4;
    my $first = $v[0] ^ $v[1] ^ $v[2] ^ $v[3];
    $v[1] ^= 0xdd;
    sip_round(\@v) for 1 .. 4;
    return pack 'Q<2', $first, $v[0] ^ $v[1] ^ $v[2] ^ $v[3];
}

# An entry of today, made with that key.
sub entry
{
    my ($key, $name, %entry) = @_;
    %entry = (origin => 1, number => 1, owner => 0, generation => 0, made => int(1000 * time), counter => 0, body => '', %entry);
    my $rest = pack('Q<Q<q<Q<q<L<L<', @entry{qw(origin number owner generation made counter)}, length $entry{body}) . $entry{body};
    return siphash($key, pack('Q<Q<', length $name, 0) . $name . $rest) . $rest;
}

# One whose checksum needs no key: FNV-1a, by words.
sub fnv
{
    my ($hash, $text, $by_words) = @_;
    use integer;
    while ($by_words && length $text >= 8) {
        $hash = ($hash ^ unpack 'q<', substr $text, 0, 8, '') * 1099511628211;
        no integer;
        $hash = ($hash & ~0) ^ (($hash & ~0) >> 32);
    }
    use integer;
    $hash = ($hash ^ ord) * 1099511628211 for split //, $text;
    no integer;
    return $hash & ~0;
}

sub unkeyed_entry
{
    my ($name, $body) = @_;
    my $head = pack 'Q<Q<Q<q<Q<L<L<', fnv(14695981039346656037, $name), 1, 1, 0, 0, 0, length $body;
    return pack('Q<', fnv(fnv(1, $head, 1), $body, 1)) . $head . $body;
}

sub caller_name { my ($token) = @_; return 'user:' . sha256_hex($token) }

# Under the name that httpd gives it in Redis.
sub keep { my ($name, $bytes) = @_; return $redis->raw(0, 'SET', "bookable:$name", $bytes, 'PX', 60_000) }
sub kept { my ($name) = @_; return $redis->raw(0, 'GET', "bookable:$name") }

# What is kept of something that is asked for: on a busy machine its time may be up before it is looked at.
sub kept_after
{
    my ($ask, @names) = @_;
    my @found;
    Bookable::Server::wait_until(30, sub { $ask->(); @found = map { kept($_) } @names; !grep { !defined } @found });
    return wantarray ? @found : $found[0];
}

# ---- one host, another one, and somebody with the Redis ------------------------------------------

my ($key, $key_bytes);
my $one = server(sub {
    ($key, $key_bytes) = key_file($_[0], 'cache-key') unless $key;
    return "BookableCacheKey $key\nUserCacheTTL 2s\nSpaceCacheTTL 2s\n";
})->start;
my $two = server(sub { return "BookableCacheKey $key\nUserCacheTTL 2s\nSpaceCacheTTL 2s\nDBDParams \"" . $one->db . "\"\n" })->start;
my ($here, $there) = map { Bookable::Client->new(base => $_->base_url) } $one, $two;
my $ann   = $here->member;
my $bob   = $here->member;
my $admin = $here->admin;
my $space = $here->space(capacity => 7);
my $other = $here->space(capacity => 8);
my $begun = time;

my $invented = 'bk_' . 'A' x 43;
my $admins   = qq({"userID":"$admin->{id}","username":"admin","role":"admin"});
my $anns     = caller_name($ann->{token});

sub whoami { my ($client, $token) = @_; return $client->get('/user/caller', as => bearer($token)) }

# Entries of hosts that are not known here are believed when those of before the start have ended.
sleep 0.05 while time < $begun + 2.1;
my $genuine = kept_after(sub { whoami($here, $ann->{token}) }, $anns) // '';
cmp_ok(length $genuine, '>=', 64, 'a token is stored in Redis');
unlike($genuine, qr/role|member|admin/, 'the entry of a token in Redis has no role');
{
    my $before = counts($there, 'user')->{hit};
    my $answer;
    ok(Bookable::Server::wait_until(30, sub {
        whoami($here, $ann->{token});
        $answer = whoami($there, $ann->{token});
        counts($there, 'user')->{hit} > $before;
    }), 'the other host asks Redis, and not the database');
    is_answer($answer, 200, qr/"userID":"$ann->{id}","username":"\Q$ann->{name}\E","role":"member"/,
        'the other host knows the token from Redis');
}

my %generation = (generation => unpack 'x40 Q<', $genuine);
my $named = sub { my ($name, $with, %more) = @_; return entry($with, $name, owner => $bob->{id}, %generation, body => $bob->{name}, %more) };
my $right = caller_name($invented);
my %made_up = (
    'an unkeyed checksum, an administrator'  => sub { unkeyed_entry($right, $admins) },
    'a key of zeros'                         => sub { $named->($right, "\0" x 16) },
    'a key of somebody else'                 => sub { $named->($right, 'k' x 16) },
    'no code at all'                         => sub { "\0" x 16 . substr $named->($right, $key_bytes), 16 },
    'an entry of another token'              => sub { kept_after(sub { whoami($here, $ann->{token}) }, $anns) },
    'the same with another owner'            => sub { my $e = $genuine; substr $e, 32, 8, pack 'q<', $admin->{id}; $e },
    'the same, one bit of its end turned'    => sub { my $e = $genuine; substr($e, -1) ^= "\1"; $e },
    'an entry of a space'                    => sub { kept_after(sub { $here->get("/space/$space") }, "space:$space") },
    'the right key, for another token'       => sub { $named->(caller_name('bk_' . 'B' x 43), $key_bytes) },
    'the right key, for a user\'s generation' => sub { $named->("user:of:$bob->{id}", $key_bytes) },
    'the right key, too old'                 => sub { $named->($right, $key_bytes, made => int(1000 * time) - 2000) },
    'the right key, from the future'         => sub { $named->($right, $key_bytes, made => int(1000 * time) + 60_000) },
    'the right key, no owner'                => sub { $named->($right, $key_bytes, owner => 0) },
    'the right key, an answer with a role'   => sub { $named->($right, $key_bytes, owner => 0, body => $admins) },
    map { my $len = $_; ("cut off after $len bytes" => sub { substr $named->($right, $key_bytes), 0, $len }) }
        0, 1, 15, 16, 63, 64, 65,
);
for my $name (sort keys %made_up) {
    keep($right, $made_up{$name}->());
    is_error(whoami($here, $invented), 400, \@EXPIRED, "made up, $name: nobody is calling");
    is_error($here->post('/space', { buildingCode => unique('Hall'), roomCode => 1 }, as => bearer($invented)), 400,
        \@EXPIRED, "made up, $name: and no space is made");
    $redis->raw(0, 'DEL', "bookable:$right");
}
# These tests know how it is made: with the key it is believed. Nor does that give a role.
{
    keep("user:of:$_->{id}", entry($key_bytes, "user:of:$_->{id}", owner => $_->{id}, generation => 7)) for $bob, $admin;
    my $answer;
    my $believed = sub {
        my ($ask, %as) = @_;
        return Bookable::Server::wait_until(30, sub {
            keep($right, $named->($right, $key_bytes, generation => 7, %as));
            $answer = $ask->();
            $answer->content !~ /EXPIRED/;
        });
    };
    my $who = sub { whoami($here, $invented) };
    ok($believed->($who), 'an entry made with the key is accepted');
    is_answer($answer, 200, qr/"userID":"$bob->{id}".*"role":"member"/,
        'an entry made with the key names bob as a member');
    ok($believed->($who, owner => $admin->{id}, body => 'admin'),
        "an entry made with the key is accepted for the administrator's id");
    is_answer($answer, 200, qr/"userID":"$admin->{id}".*"role":"member"/, 'without the role');
    ok($believed->(sub { $here->post('/space', { buildingCode => unique('Hall'), roomCode => 1 }, as => bearer($invented)) },
        owner => $admin->{id}, body => 'admin'), 'who is asked to make a space');
    is_error($answer, 400, ['UNAUTHORIZED'], 'an entry made with the key gives no administrator');
    is_answer(whoami($here, $admin->{token}), 200, qr/"userID":"$admin->{id}".*"role":"admin"/,
        'the administrator has the role by the real token');
    $redis->raw(0, 'DEL', "bookable:$right");
}

# ---- a space that another one's entry is put in place of -----------------------------------------
$here->get("/space/$_") for $space, $other;
my %spaces = (
    'that of another space'  => sub { kept_after(sub { $here->get("/space/$other") }, "space:$other") },
    'an unkeyed checksum'    => sub { unkeyed_entry("space:$space", qq({"spaceID":"$space","roomCode":101,"buildingCode":"x","capacity":999,"openTime":null,"closeTime":null})) },
    'a key of somebody else' => sub { entry('k' x 16, "space:$space", body => qq({"spaceID":"$space","capacity":999})) },
);
for my $name (sort keys %spaces) {
    keep("space:$space", $spaces{$name}->());
    is_answer($_->get("/space/$space"), 200, qr/"spaceID":"\Q$space\E".*"capacity":7\b/, "a space, $name: the store says what it is like")
        for $here, $there;
}

# ---- logged out, and put back --------------------------------------------------------------------
my %saved;
@saved{$anns, "user:of:$ann->{id}"} = kept_after(sub { whoami($here, $ann->{token}) }, $anns, "user:of:$ann->{id}");
is(scalar(grep { defined } values %saved), 2, "ann's entry and her generation are in Redis");
my $left = time;
is($here->delete("/user/$ann->{id}/session", as => $ann)->code, 200, 'ann logs out');
is_error(whoami($there, $ann->{token}), 400, \@EXPIRED,
    "the other host refuses ann's token at once after the log-out");
my $put_back = sub { keep($_, $saved{$_}) for keys %saved };
$put_back->();
is_error(whoami($here, $ann->{token}), 400, \@EXPIRED,
    'an entry that is restored after a log-out is rejected on the host of the log-out');
for my $forged (pack('Q<', 1), entry("\0" x 16, "user:of:$ann->{id}", owner => $ann->{id}, %generation), 'x', '') {
    $put_back->();
    keep("user:of:$ann->{id}", $forged);
    is_error(whoami($there, $ann->{token}), 400, \@EXPIRED,
        'an entry that is restored with a forged generation is rejected on the other host');
}
sleep 0.05 while time < $left + 2;
$put_back->();
is_error(whoami($there, $ann->{token}), 400, \@EXPIRED,
    'an entry that is restored after UserCacheTTL is rejected on the other host');
$_->stop for $one, $two;

# ---- without a key of their own, and with different ones -----------------------------------------
for my $keys ('no key', 'another key each') {
    $redis->flush;
    my @key = map { my $file = $_; sub { return $keys eq 'no key' ? '' : 'BookableCacheKey ' . (key_file($_[0], $file))[0] . "\n" } } qw(a b);
    my %written;    # once: a restart reads what it has read
    $one = server(sub { return ($written{a} //= $key[0]->(@_)) . "UserCacheTTL 1min\n" })->start;
    $two = server(sub { return ($written{b} //= $key[1]->(@_)) . "UserCacheTTL 1min\nDBDParams \"" . $one->db . "\"\n" })->start;
    ($here, $there) = map { Bookable::Client->new(base => $_->base_url) } $one, $two;
    my $eve = $here->member;
    is_answer(whoami($_, $eve->{token}), 200, qr/"$eve->{id}"/, "$keys: both hosts know a token") for $here, $there;
    is(counts($there, 'user')->{hit}, 0, "$keys: neither host accepts the other's entry");
    whoami($here, $eve->{token});
    ok($one->renew($here), "$keys: httpd restarts gracefully");
    my $before = counts($here, 'user')->{hit};
    whoami($here, $eve->{token});
    is(counts($here, 'user')->{hit}, $before + 1,
        "$keys: an entry from before the restart is accepted after it");
    is($here->delete("/user/$eve->{id}/session", as => $eve)->code, 200, "$keys: the user logs out");
    is_error(whoami($_, $eve->{token}), 400, \@EXPIRED,
        "$keys: the token is invalid at once after the log-out") for $there, $here;
    open my $in, '<', $one->error_log or die $one->error_log . ": $!\n";
    is(scalar(grep { /BK0132: .*BookableCacheKey/ } <$in>), $keys eq 'no key' ? 2 : 0,
        "$keys: the log warns only where there is no key");
    $_->stop for $one, $two;
}
$redis->stop;
done_testing();

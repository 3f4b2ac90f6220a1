# Answers that are kept: what a cache may give out, and what it must never.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::Load;
use Bookable::Process qw(run_dir);
use Bookable::Redis;
use Bookable::Server;
use JSON::PP ();
use POSIX qw(_exit);
use Time::HiRes qw(sleep time);

use constant ROUNDS => 100;

my $HIREDIS = 'LoadModule socache_hiredis_module "' . Bookable::Server::module_path('socache_hiredis') . "\"\n";
my $METRICS = "<Location /metrics>\nSetHandler bookable-metrics\n</Location>\n";
my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);

sub server
{
    my ($config, %more) = @_;
    return Bookable::Server->new(stock => ['socache_shmcb'], children => 2, threads => 16,
        config => $HIREDIS . $METRICS . "BookableSynchronous off\n$config", %more)->start;
}

sub client { my ($server) = @_; return Bookable::Client->new(base => $server->base_url) }

# What a service's cache did while something was done.
sub counts
{
    my ($client) = @_;
    my $text = $client->get('/metrics')->content;
    my %count;
    $count{"$1 $2"} = $3 while $text =~ /^bookable_cache_events_total\{service="(\w+)",event="(\w+)"\} (\d+)$/mg;
    return \%count;
}

sub did
{
    my ($client, $service, $expected, $name, $work) = @_;
    my $before = counts($client);
    $work->();
    my $after = counts($client);
    my %got = map { $_ => $after->{"$service $_"} - $before->{"$service $_"} } keys %$expected;
    is_deeply(\%got, $expected, $name);
    return;
}

sub put
{
    my ($client, $id, %more) = @_;
    my $answer = $client->post("/products/$id/details", { %product, %more });
    return $answer->code == 204 ? $answer : die $answer->as_string;
}

sub weight
{
    my ($client, $id, @more) = @_;
    my $answer = $client->get("/products/$id", @more);
    return $answer->content =~ /"weight":(\d+)/ ? $1 : $answer->as_string;
}

sub caller_of { my ($client, $user) = @_; return $client->get('/user/caller', as => $user) }

my @EXPIRED = ('SESSION EXPIRED', 'user session has expired');
my $STRONG  = [ 'X-Consistency' => 'strong' ];

# Behind httpd's back.
sub sql
{
    my ($server, $sql) = @_;
    system('sqlite3', '-cmd', '.timeout 10000', $server->db, $sql) == 0 or die "sqlite3: $sql\n";
    return;
}

# Rules come with the space that has them, and have a hundred exceptions.
{
    my $server = server("BookableCache shmcb\nSpaceCacheTTL 1h\n", api => '/v1', store => 'sqlite');
    my $client = client($server);
    my @days   = map { sprintf '2031-%02d-%02d', 1 + int($_ / 28), 1 + $_ % 28 } 0 .. 99;
    my %policy = (name => 'Holidays', see => ['everyone'], book => ['everyone'],
        exceptions => [ map { { from => $_, to => $_, hours => [] } } @days ]);
    is($client->call(PUT => '/v1/policies/holidays', \%policy, as => $client->admin, headers => [ 'If-None-Match' => '*' ])->code,
        201, 'a policy has a hundred exceptions');
    is($client->post('/v1/spaces', { id => 'closed', name => 'Closed', policy => 'holidays' }, as => $client->admin)->code, 201,
        'a space has the policy');
    my $first;
    did($client, 'space', { miss => 1, store => 1, hit => 0, error => 0 }, 'a space with a hundred exceptions is kept',
        sub { $first = $client->get('/space/closed') });
    cmp_ok(length $first->content, '>', 4096, 'a hundred exceptions take their room') or diag($first->as_string);
    did($client, 'space', { miss => 0, store => 0, hit => 1, error => 0 }, 'a space with a hundred exceptions is read once',
        sub { is($client->get('/space/closed')->content, $first->content, 'a long answer from the cache is the first one') });
    $server->finish;
}

# What bookings of API v1 are judged by is kept once for all, and each sees of it what is theirs to see; what
# was changed holds for the next one.
{
    my $server = server("BookableCache shmcb\nSpaceCacheTTL 1h\n", api => '/v1', store => 'sqlite');
    my $client = client($server);
    my ($ann, $bob) = map { $client->member } 1 .. 2;
    my $hour = 8;
    my $book = sub {
        my ($who) = @_;
        return $client->post('/v1/bookings', { space => 'room', start => sprintf('2030-05-14T%02d:00', $hour++), minutes => 60 },
            as => $who)->code;
    };
    my $rules = sub {
        my ($who, $match) = @_;
        my %policy = (name => 'Own', map { $_ => ["user:$who->{id}"] } qw(see book));
        return $client->call(PUT => '/v1/policies/own', \%policy, as => $client->admin, headers => $match)->code;
    };
    my $change = sub {
        return $client->call(PATCH => '/v1/spaces/room', $_[0], as => $client->admin, headers => [ 'If-Match' => '*' ])->code;
    };
    is($rules->($ann, [ 'If-None-Match' => '*' ]), 201, 'a policy lets Ann see and book');
    is($client->post('/v1/spaces', { id => 'room', name => 'Room', policy => 'own' }, as => $client->admin)->code, 201,
        'a room has the policy');
    did($client, 'space', { miss => 1, store => 1, hit => 2, error => 0 }, 'the room is read once for all who book', sub {
        is($book->($ann), 201, 'Ann books the room');
        is($book->($bob), 404, 'for Bob, who must not see it, there is none');
        is($book->($ann), 201, 'Ann books it again');
    });
    my @asked = map {
        $book->($ann) if $_;
        my $counts = counts($client);
        $counts->{'user hit'} + $counts->{'user miss'}
    } 0 .. 1;
    is($asked[1] - $asked[0], 1, 'who is calling is asked once for a booking, not for its space as well');
    is($rules->($bob, [ 'If-Match' => '*' ]), 200, 'the policy is changed: now Bob sees and books');
    is($book->($bob), 201, 'the next booking is judged by the new policy: Bob books');
    is($book->($ann), 404, 'and Ann does not see the room');
    is($change->({ managers => ["user:$ann->{id}"] }), 200, 'Ann becomes its manager');
    is($book->($ann), 201, 'who manages a room books it, from the next request on');
    is($change->({ state => 'archived' }), 200, 'the room is archived');
    is($book->($bob), 422, 'it cannot be booked any more, from the next request on');
    is($client->call(PATCH => '/v1/spaces/room', { policy => undef, state => 'active' }, as => $client->admin,
        headers => [ 'If-Match' => '*' ])->code, 200, 'the room has no policy any more');
    is($book->($_), 201, 'a room without a policy is booked by everybody, from the next request on') for $ann, $bob;
    $server->finish;
}

# A room that is known is booked without running the route of spaces; what httpd decides of a request for it is
# decided for each booking, all the same.
{
    my $dir = run_dir();
    my $server = server(<<"END", api => '/v1', store => 'sqlite', stock => [qw(socache_shmcb rewrite)]);
LogLevel booking:debug
BookableCache shmcb
SpaceCacheTTL 1h
RewriteEngine On
RewriteCond $dir/rewriting -f
RewriteRule ^/v1/spaces - [F]
<Location /v1/spaces>
    Require expr "! -f '$dir/section'"
</Location>
END
    my $client = client($server);
    my $ann = $client->member;
    my $hour = 8;
    my $book = sub {
        return $client->post('/v1/bookings', { space => 'room', start => sprintf('2030-05-14T%02d:00', $hour++), minutes => 60 },
            as => $ann, headers => $_[0])->code;
    };
    my $logged = sub {
        open(my $in, '<', $server->error_log) or die $server->error_log, ": $!\n";
        return scalar grep { m{BK0121: asked /v1/spaces\?.*, at hand} } <$in>;
    };
    my $counted = sub {
        my ($sum, $text) = (0, $client->get('/metrics')->content);
        $sum += $1 while $text =~ m!^bookable_requests_total\{service="space",method="GET",route="/v1/spaces",[^}]*\} (\d+)!mg;
        return $sum;
    };
    is($client->post('/v1/spaces', { id => 'room', name => 'Room' }, as => $client->admin)->code, 201, 'there is a room');
    is($book->(), 201, 'the room is booked, and its answer kept');
    is($logged->(), 0, 'the first booking of the room has the route run');
    my $before = $counted->();
    did($client, 'space', { hit => 2, miss => 0 }, 'a booking of a room that is kept is answered by the cache', sub {
        is($book->(), 201, "booking $_ of the room that is kept is made") for 2, 3;
    });
    is($logged->(), 2, 'the route is not run for two bookings of a room that is kept');
    is($counted->(), $before + 2, 'the metrics count calls that are answered without the route as any others');
    is($book->($STRONG), 201, 'a booking that asks for the current state is made');
    is($logged->(), 2, 'for a booking that asks for the current state the route is run');
    for my $rule (qw(section rewriting)) {
        open(my $file, '>', "$dir/$rule") or die "$dir/$rule: $!\n";
        is($book->(), 403, "$rule: no room that is kept is booked while a rule of httpd refuses spaces");
        unlink("$dir/$rule");
        is($book->(), 201, "$rule: the room is booked again once no rule refuses spaces");
    }
    $server->finish;
}

# Who is calling is kept with the names, and only while nobody is in a group.
{
    my $server = server("BookableCache shmcb\nUserCacheTTL 30min\n", api => '/v1', store => 'sqlite');
    my $client = client($server);
    my ($ann, $bob) = map { $client->member } 1 .. 2;
    my $put = sub {
        my ($match, @members) = @_;
        return $client->call(PUT => '/v1/groups/crew', { members => [ map { "$_->{id}" } @members ] }, as => $client->admin,
            headers => $match)->code;
    };
    my $groups = sub { return JSON::PP::decode_json(caller_of($client, $_[0])->content)->{groups} };
    caller_of($client, $_) for $ann, $bob;
    did($client, 'user', { hit => 1 }, 'Ann is cached', sub { caller_of($client, $ann) });
    is($client->call(PATCH => '/v1/me', { displayName => 'Ann Other' }, as => $ann, headers => [ 'If-Match' => '*' ])->code, 200,
        'Ann takes another displayed name');
    is_answer(caller_of($client, $ann), 200, qr/"displayName":"Ann Other"/, 'the new displayed name is told at once');
    caller_of($client, $ann);
    is($put->([ 'If-None-Match' => '*' ], $ann), 201, 'Ann is put into a new group');
    is_deeply($groups->($ann), ['crew'], 'a caller who was put into a new group is in it at once');
    did($client, 'user', { hit => 1, remove => 1 }, 'who stays in a group, and who is in none, is left in the cache', sub {
        is($put->([ 'If-Match' => '*' ], $ann, $client->member), 200, 'somebody else is put into the group');
        caller_of($client, $bob);
    });
    is($put->([ 'If-Match' => '*' ], $ann, $bob), 200, 'Bob is put into a group that there is');
    is_deeply($groups->($bob), ['crew'], 'a caller who was put into a group that there was is in it at once');
    is($put->([ 'If-Match' => '*' ], $ann), 200, 'Bob is taken out of the group');
    is_deeply($groups->($bob), undef, 'a caller who was taken out of a group is in none at once');
    $server->finish;
}

# Every cache: the local one, and Redis by port and by socket.
my $redis = Bookable::Redis->new(password => "redis-$Bookable::Client::SECRET")->start;
my $patient = 'timeout=10s&connect_timeout=10s';    # Redis is there, however busy the machine is
my %caches  = (shmcb => 'shmcb', 'Redis' => $redis->url(0, $patient),
    'Redis on a socket' => $redis->url(undef, "db=1&$patient"));
for my $cache (sort keys %caches) {
    my $server = server("BookableCache $caches{$cache}\nSpaceCacheTTL 1h\nProductCacheTTL 1h\n"
        . "UserCacheTTL 30min\n");
    my $client = client($server);

    # ---- a space is read once ----------------------------------------------------------------
    my $space = $client->space(capacity => 10);
    my $first;
    did($client, 'space', { miss => 1, store => 1, hit => 0, error => 0 }, "$cache: the first read is a miss",
        sub { $first = $client->get("/space/$space") });
    did($client, 'space', { miss => 0, store => 0, hit => 3, error => 0 }, "$cache: the next ones are hits",
        sub {
            is($client->get("/space/$space")->content, $first->content,
                "$cache: a hit has the body of the first answer") for 1 .. 2;
            my $head = $client->call(HEAD => "/space/$space");
            is($head->header('Content-Length') . $head->content, length $first->content,
                "$cache: a HEAD from the cache has the length and no body");
        });
    is_answer($client->get("/space/$space"), 200, qr/"capacity":10\b/,
        "$cache: a cached space is answered as JSON");
    did($client, 'space', { miss => 2, store => 0, hit => 0 }, "$cache: a 404 is not cached",
        sub { is_error($client->get('/space/Nowhere-1'), 404, ['NOT_FOUND'],
            "$cache: an unknown space is answered 404") for 1 .. 2 });
    my $hall = unique('Hall');
    is_error($client->get("/space/$hall-1"), 404, ['NOT_FOUND'],
        "$cache: a space is not found before it is made");
    is_answer($client->post('/space', { buildingCode => $hall, roomCode => 1 }, as => $client->admin), 201,
        "$hall-1", "$cache: a space is made");
    is_answer($client->get("/space/$hall-1"), 200, qr/\Q$hall\E-1/,
        "$cache: a new space is found at once after a 404");
    my $long = ('B' x 80) . unique('x');
    $long = $client->space(buildingCode => substr("\x{20ac}" x 60 . $long, 0, 100));
    utf8::encode(my $path = $long);
    $path =~ s/([^A-Za-z0-9._-])/sprintf '%%%02X', ord $1/ge;
    did($client, 'space', { miss => 1, hit => 1, error => 0 }, "$cache: a space with a long name is cached",
        sub { is_answer($client->get("/space/$path"), 200, qr/spaceID/,
            "$cache: a space with a long name is found") for 1 .. 2 });

    # ---- a product is replaced ---------------------------------------------------------------
    my $id = 1000 + $$;
    put($client, $id, weight => 1);
    is(weight($client, $id), 1, "$cache: a product is read") for 1 .. 2;
    did($client, 'product', { hit => 1, miss => 1, remove => 1 }, "$cache: a write removes the cached product", sub {
        put($client, $id, weight => 2);
        is(weight($client, "0$id"), 2, "$cache: a replaced product is read at once, by another spelling of its id");
        is(weight($client, $id), 2, "$cache: a replaced product is read from the cache");
    });

    # ---- how fresh ---------------------------------------------------------------------------
    sql($server, "UPDATE products SET weight = 3 WHERE id = $id");
    is(weight($client, $id), 2, "$cache: a change by another program is not seen in the cache");
    is(weight($client, $id, headers => [ 'X-Consistency' => 'eventual' ]), 2,
        "$cache: X-Consistency: eventual reads the cache");
    is(weight($client, $id, headers => $STRONG), 3, "$cache: X-Consistency: strong reads the store");
    is_error($client->get("/products/$id", headers => [ 'X-Consistency' => 'maybe' ]), 400,
        [ 'BAD_REQUEST', 'X-Consistency must be strong or eventual' ],
            "$cache: another value of X-Consistency is refused");
    is_error($client->get("/space/$space", headers => [ 'X-Consistency' => '' ]), 400,
        [ 'BAD_REQUEST', 'Bad request', 'X-Consistency must be strong or eventual' ],
            "$cache: an empty X-Consistency is refused");
    my $ann = $client->member;
    is_answer($client->book($ann, spaceID => $space, occupants => 5), 201, qr/^\d+$/,
        "$cache: a booking for five is made");
    sql($server, "UPDATE spaces SET capacity = 1 WHERE id = '$space'");
    my @call = ('/booking', $client->booking($ann, spaceID => $space, occupants => 5,
        startTime => '2030-05-14T12:00:00Z', endTime => '2030-05-14T13:00:00Z'), as => $ann);
    is_error($client->post(@call, headers => $STRONG), 400, [ 'INVALID', 'Too many occupants' ],
        "$cache: a booking with X-Consistency: strong reads the changed capacity");

    # ---- who is calling ----------------------------------------------------------------------
    my $bob = $client->member;
    did($client, 'user', { miss => 1, hit => 3, store => 1, error => 0 }, "$cache: a token is cached",
        sub { is_answer(caller_of($client, $bob), 200, qr/"userID":"$bob->{id}".*"member"/,
            "$cache: GET /user/caller names bob") for 1 .. 4 });
    my $sue = $client->member;
    sql($server, "UPDATE users SET display_name = 'Sue Other' WHERE id = $sue->{id}");
    did($client, 'user', { miss => 1, hit => 3, store => 1, error => 0 }, "$cache: so is one of who has two names",
        sub { is_answer(caller_of($client, $sue), 200,
            { userID => "$sue->{id}", username => $sue->{name}, role => 'member', displayName => 'Sue Other' },
            "$cache: GET /user/caller has both names") for 1 .. 4 });
    did($client, 'user', { store => 0, hit => 0 }, "$cache: credentials other than a valid token are not cached", sub {
        is_answer(caller_of($client, basic($bob->{id}, $bob->{password})), 200, qr/member/,
            "$cache: a caller is known by password");
        is_error(caller_of($client, 'Bearer nonsense'), 400, \@EXPIRED,
            "$cache: an unknown token is refused") for 1 .. 2;
        is_error($client->get('/user/caller'), 400, ['MALFORMED'],
            "$cache: a request without credentials is refused");
    });
    is($client->delete("/user/$bob->{id}/session", as => $bob)->code, 200, "$cache: bob logs out");
    is_error(caller_of($client, $bob), 400, \@EXPIRED,
        "$cache: bob's cached token is invalid at once after the log-out");
    is_error($client->book($bob, spaceID => $space), 400, \@EXPIRED,
        "$cache: bob books nothing after the log-out");

    my $eve = $client->member;
    caller_of($client, $eve) for 1 .. 2;
    is($client->put("/user/$eve->{id}/password", { userPassword => 'another one',
        currentPassword => $eve->{password} }, as => $eve)->code, 200, "$cache: eve changes the password");
    is_error(caller_of($client, $eve), 400, \@EXPIRED,
        "$cache: eve's cached token is invalid at once after the new password");

    my $joe = $client->member;
    my $role = sub { $client->put("/user/$joe->{id}/role", { role => $_[0] }, as => $client->admin) };
    caller_of($client, $joe) for 1 .. 2;
    is($role->('admin')->code, 200, "$cache: joe becomes an administrator");
    did($client, 'user', { hit => 0, store => 0, miss => 3 }, "$cache: an administrator is not cached", sub {
        is_answer(caller_of($client, $joe), 200, qr/"role":"admin"/,
            "$cache: joe is known as an administrator at once") for 1 .. 3;
    });
    is($role->('member')->code, 200, "$cache: joe loses the role");
    is_answer(caller_of($client, $joe), 200, qr/"role":"member"/,
        "$cache: joe is known as a member at once") for 1 .. 2;
    is_error($client->post('/space', { buildingCode => $hall, roomCode => 2 }, as => $joe), 400,
        ['UNAUTHORIZED'], "$cache: joe makes no space after losing the role");
    is_answer(caller_of($client, $ann), 200, qr/"$ann->{id}"/, "$cache: ann's token still names ann");

    # ---- many at once, of something cold -----------------------------------------------------
    for (1 .. 3) {
        # Nobody waits for another one's reading for more than a second.
        my ($before, $answers, $after) = Bookable::Server::in_time(1, sub {
            my $cold = $client->space;
            my @connections = map { Bookable::Load::Connection->new($server->base_url) } 1 .. 12;
            my @requests = map { $_->encode(GET => "/space/$cold") } @connections;
            my $before = counts($client);
            my ($answers) = Bookable::Load::volley(\@connections, \@requests, sub { $server->hold },
                sub { $server->resume });
            return ($before, $answers, counts($client));
        });
        my %did = map { $_ => $after->{"space $_"} - $before->{"space $_"} } qw(miss store hit);
        is_deeply(\%did, { miss => 1, store => 1, hit => 11 },
            "$cache: twelve requests at once for an uncached space read the store once");
        is(scalar(grep { $_->status == 200 } @$answers), 12,
            "$cache: all twelve requests for an uncached space are answered");
    }

    # ---- restarted, and a child killed -------------------------------------------------------
    is(weight($client, $id), 2, "$cache: the cached weight is read before the restart");
    put($client, $id, weight => 4);
    $server->graceful;
    ok(Bookable::Server::wait_until(20, sub { client($server)->get('/space/health')->code == 200 }),
        "$cache: httpd answers after a graceful restart");
    is(weight(client($server), $id), 4, "$cache: the last weight is read after a graceful restart");
    kill KILL => ($server->children)[0];
    # A connection that it had, or that was waiting for it, is gone.
    ok(Bookable::Server::wait_until(20, sub { eval { put(client($server), $id, weight => 5) } }),
        "$cache: a write succeeds after a child was killed");
    is(weight(client($server), $id), 5, "$cache: the last weight is read after a child was killed") for 1 .. 4;
    $server->stop;
}

# ---- what is read right after it was written, while others read it -----------------------------
for my $cache (sort keys %caches) {
    my $server = server("BookableCache $caches{$cache}\nProductCacheTTL 1h\n");
    my $client = client($server);
    put($client, 1, weight => 0);
    my @readers = map {
        my $pid = fork // die "fork: $!\n";
        if (!$pid) {
            my $connection = Bookable::Load::Connection->new($server->base_url);
            $connection->request(GET => '/products/1') while getppid() != 1;
            _exit(0);
        }
        $pid;
    } 1 .. 6;
    # Several writes close together: while a reader still has the one before, the next one is made.
    my $connection = Bookable::Load::Connection->new($server->base_url);
    my (@stale, $written);
    for my $round (1 .. ROUNDS) {
        for (1 .. 10) {
            $written++;
            my $answer = $connection->request(POST => '/products/1/details',
                body => json_text({ %product, weight => $written }));
            $answer->status == 204 or die $answer->text;
        }
        for (1 .. 3) {
            my $got = $connection->request(GET => '/products/1')->body;
            push @stale, "$got after $written" if $got !~ /"weight":$written\b/;
            sleep 0.001;
        }
    }
    kill KILL => @readers;
    waitpid $_, 0 for @readers;
    is("@stale[ 0 .. ($#stale < 9 ? $#stale : 9) ]", '',
        "$cache: each of " . ROUNDS . ' reads after a write has the written weight');
    my $count = counts($client);
    cmp_ok($count->{'product hit'}, '>', ROUNDS, "$cache: the concurrent readers had cache hits");
    cmp_ok($count->{'product store'}, '>', ROUNDS, "$cache: the concurrent readers stored entries");
    $server->stop;
}

# ---- two hosts -----------------------------------------------------------------------------------

# Two httpds over one database.
sub pair
{
    my ($config) = @_;
    my $one = server($config);
    my $two = server($config . 'DBDParams "' . $one->db . "\"\n");
    return ($one, $two, client($one), client($two));
}

{
    $redis->flush;
    my ($one, $two, $here, $there) = pair("BookableCache " . $redis->url(0, $patient)
        . "\nBookableCacheKey " . $redis->key . "\nProductCacheTTL 1h\nSpaceCacheTTL 2s\nUserCacheTTL 1min\n");
    my $space = $here->space;
    put($here, 7, weight => 1);
    for my $round (2 .. 12) {
        my ($writer, $reader) = $round % 2 ? ($here, $there) : ($there, $here);
        weight($reader, 7) for 1 .. 2;
        put($writer, 7, weight => $round);
        is(weight($reader, 7), $round, 'Redis: a write on one host is seen on the other at once');
    }
    my $ann = $here->member;
    is_answer(caller_of($there, $ann), 200, qr/"$ann->{id}"/,
        'Redis: a token is valid on the other host') for 1 .. 2;
    is($here->delete("/user/$ann->{id}/session", as => $ann)->code, 200,
        'Redis: the user logs out on one host');
    is_error(caller_of($there, $ann), 400, \@EXPIRED,
        'Redis: after a log-out the token is invalid on the other host');
    is_error(caller_of($here, $ann), 400, \@EXPIRED,
        'Redis: after a log-out the token is invalid on the same host');
    # What is kept for two seconds is over each time, and what was just made is kept then.
    my ($before, $found, $after) = Bookable::Server::in_time(4, sub {
        sleep 2.1;
        $here->get("/space/$space");
        my $before = counts($there);
        return ($before, $there->get("/space/$space"), counts($there));
    });
    is_answer($found, 200, qr/$space/, 'Redis: a space that one host has cached is answered by the other');
    is_deeply([ map { $after->{"space $_"} - $before->{"space $_"} } qw(hit miss) ], [ 1, 0 ],
        'Redis: a space that one host has cached is a hit on the other');
    is(scalar(grep { $_ eq "bookable:space:$space" } $redis->keys(0)), 1,
        'Redis: the key of a space is readable');
    is(scalar(grep { /\Q$ann->{token}\E/ } $redis->keys(0)), 0, 'Redis: no key contains a token');
    $_->stop for $one, $two;
}
{
    my ($one, $two, $here, $there) = pair("BookableCache shmcb\nProductCacheTTL 3s\n");
    my $start = time;
    put($here, 7, weight => 1);
    is(weight($there, 7), 1, 'shmcb: a product is read on another host');
    put($here, 7, weight => 2);
    is(weight($here, 7), 2, 'shmcb: a write is seen on its own host at once');
    my $old = weight($there, 7);
    is($old, 1, 'shmcb: a write is not seen on another host at once') if time - $start < 2;
    ok(Bookable::Server::wait_until(10, sub { weight($there, 7) == 2 }),
        'shmcb: a write is seen on another host when the entry expires');
    cmp_ok(time - $start, '<', Bookable::Server::late(3),
        'shmcb: a write is seen on another host soon after ProductCacheTTL');
    $_->stop for $one, $two;
}

# ---- settings ------------------------------------------------------------------------------------

# A session that ends sooner than what is kept would: it is not kept.
{
    my $port   = Bookable::Server::free_port();
    my $server = server("BookableCache shmcb\nUserCacheTTL 1min\nUserSessionLifetime 30s\nProductCacheTTL 0\n"
        . "SpaceCacheTTL 1min\nListen 127.0.0.1:$port\n<VirtualHost 127.0.0.1:$port>\nBookableCacheName other\n"
        . "UserSessionLifetime 1h\n</VirtualHost>\n");
    my $client = client($server);
    my $ann    = $client->member;
    did($client, 'user', { hit => 0, store => 0, miss => 2 }, 'a token is not cached when its session ends before UserCacheTTL',
        sub { is_answer(caller_of($client, $ann), 200, qr/member/,
            'a token is valid when its session ends before UserCacheTTL') for 1 .. 2 });
    put($client, 1);
    did($client, 'product', { hit => 0, store => 0, miss => 0 }, 'with ProductCacheTTL 0 a product is not cached',
        sub { is(weight($client, 1), 1, 'with ProductCacheTTL 0 a product is read') for 1 .. 2 });
    my $space = $client->space;
    my $other = Bookable::Client->new(base => "http://127.0.0.1:$port");
    did($client, 'space', { miss => 2, hit => 2 }, 'servers with different BookableCacheNames do not share entries',
        sub { is_answer($_->get("/space/$space"), 200, qr/spaceID/,
            'a space is read through servers with different BookableCacheNames') for ($client, $other) x 2 });
    $server->stop;
}

# Each virtual host has its own CacheTTL, whichever kept an entry.
{
    my $port   = Bookable::Server::free_port();
    my $server = server("BookableCache shmcb\nProductCacheTTL 1h\nListen 127.0.0.1:$port\n<VirtualHost 127.0.0.1:$port>\n"
        . "ProductCacheTTL 1ms\n</VirtualHost>\n");
    my $client = client($server);
    my $other  = Bookable::Client->new(base => "http://127.0.0.1:$port");
    put($client, 1);
    is(weight($client, 1), 1, 'a product is kept for an hour');
    sql($server, 'UPDATE products SET weight = 2');
    is(weight($client, 1), 1, 'what another program wrote is not seen within ProductCacheTTL');
    is(weight($other, 1), 2, 'what a virtual host with a longer ProductCacheTTL has kept is no answer of another');
    $server->stop;
}

# No cache is the default, and works as before.
{
    my $server = server('');
    my $client = client($server);
    my $space  = $client->space;
    did($client, 'space', { hit => 0, miss => 0, store => 0, error => 0 }, 'without BookableCache nothing is cached',
        sub { is_answer($client->get("/space/$space"), 200, qr/spaceID/,
            'without BookableCache a space is read') for 1 .. 2 });
    $server->stop;
}

$redis->stop;
done_testing();

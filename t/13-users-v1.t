# /v1/users and /v1/groups: what administrators do with people, on SQLite and PostgreSQL. There is always an
# administrator left, and no change is lost, whoever else changes the same at the same time.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP ();

use Bookable::Client;
use Bookable::Process qw(wait_until);
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my ($client, $server, $admin);

sub decoded { my ($response) = @_; return JSON::PP::decode_json($response->content) }
sub patch   { my ($path, $body, $match, %more) = @_; return $client->call(PATCH => $path, $body, as => $admin,
    headers => [ defined $match ? ('If-Match' => $match) : () ], %more) }
sub get     { my ($path, %more) = @_; return $client->get($path, as => $admin, %more) }
sub tag     { my ($response) = @_; return $response->header('ETag') }

# Adds somebody; returns what the answer says, and the client's user.
sub add
{
    my (%body) = @_;
    $body{login} //= unique('person');
    my $response = $client->post('/v1/users', \%body, as => $admin);
    is($response->code, 201, 'somebody is added') or diag($response->content);
    return decoded($response);
}

# Puts a group; a version, or none to make it.
sub group
{
    my ($name, $members, $version, %more) = @_;
    return $client->put("/v1/groups/$name", { members => [ map { ref ? "$_->{id}" : "$_" } @$members ], %more }, as => $admin,
        headers => [ defined $version ? ('If-Match' => "\"$version\"") : ('If-None-Match' => '*') ]);
}

sub pointers { my ($problem) = @_; return join ' ', map { $_->{pointer} } @{ $problem->{errors} || [] } }

# Requests at once, on a connection each: the answers. What is to happen before they are read is called.
sub at_once
{
    my ($count, $request, $meanwhile) = @_;
    my @sockets = map { $client->connect } 1 .. $count;
    for my $i (0 .. $#sockets) {
        my ($method, $path, $body, $as, @headers) = $request->($i);
        my $text = defined $body ? json_text($body) : '';
        syswrite $sockets[$i], join "\r\n", "$method $path HTTP/1.1", 'Host: x', 'Connection: close',
            'Authorization: ' . bearer($as), @headers,
            (length $text ? ('Content-Type: application/json', 'Content-Length: ' . length $text) : ()), '', $text;
    }
    $meanwhile->() if $meanwhile;
    return map { $client->exchange('', $_) } @sockets;
}

# Who makes a group that somebody else is making waits for that one alone: not for a member, whom each would keep
# from the next. Another session holds the member until all of them wait.
sub making_waits_once
{
    my ($member) = @_;
    my $name    = unique('held-') =~ tr/./-/r;
    my $held    = $server->store->postgres->session('BEGIN', "SELECT 1 FROM users WHERE id = $member->{id} FOR UPDATE");
    my @answers = at_once(3, sub { (PUT => "/v1/groups/$name", { members => ["$member->{id}"] }, $admin, 'If-None-Match: *') }, sub {
        ok(wait_until(10, sub {
            return 2 == $server->query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO groups%'");
        }), 'two wait for the one who makes the group, and not for its member');
        $held->end;
    });
    is_deeply([ sort map { $_->code } @answers ], [ 201, 412, 412 ], 'of three who make a group of somebody who is held one does');
    return;
}

# The last two of these administrators end each other. Another session holds them until both have been found to be
# administrators, and wait.
sub two_wait
{
    my (@all) = @_;
    my %left    = map { $_->[0] => 1 } $server->query('SELECT id FROM users WHERE is_admin = 1 AND state = 0');
    my ($first) = grep { $left{ $_->{id} } } @all;
    for my $id (grep { $_ ne $first->{id} } keys %left) {
        is($client->call(PATCH => "/v1/users/$id", { role => 'member' }, as => $first, headers => [ 'If-Match' => '*' ])->code, 200,
            'one of several administrators is made a member');
    }
    my @two  = ($first, $client->member(name => 'admin'));
    my $held = $server->store->postgres->session('BEGIN', "SELECT pg_advisory_xact_lock(hashtextextended('bookable administrators', 0))");
    my @answers = at_once(2, sub { (PATCH => "/v1/users/$two[$_[0]]{id}", { role => 'member' }, $two[ 1 - $_[0] ], 'If-Match: *') }, sub {
        ok(wait_until(10, sub { 2 == $server->query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            . " AND wait_event = 'advisory' AND query LIKE '%bookable administrators%'") }), 'who ends an administrator waits for others who do so');
        $held->end;
    });
    is_deeply([ sort map { $_->code } @answers ], [ 200, 409 ], 'of two administrators who end each other at once one stays');
    return;
}

# A session makes a token while a new password ends it. Another session changes the row of the user, as a new password
# does, and has not committed yet: who makes the token waits for that.
sub token_waits
{
    my $user = $client->member;
    my $held = $server->store->postgres->session('BEGIN', "UPDATE users SET password_hash = 'x' WHERE id = $user->{id}",
        "DELETE FROM user_tokens WHERE user_id = $user->{id}");
    my ($answer) = at_once(1, sub { (POST => '/v1/tokens', { label => 'late', scopes => ['read'] }, $user) }, sub {
        ok(wait_until(10, sub { 1 == $server->query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            . " AND query LIKE 'INSERT INTO user_tokens%'") }), 'who makes a token waits for a new password');
        $held->run('COMMIT');
        $held->end;
    });
    is_problem($answer, 401, 'not-signed-in', 'a session that a new password ends at that moment makes no token');
    is(scalar $server->query("SELECT 1 FROM user_tokens WHERE user_id = $user->{id}"), 0, 'there is no such token');
    return;
}

my %section = (
    'a token and a new password at once' => sub {
        my $user = $client->member;
        is($client->post('/v1/tokens', { label => 'x', scopes => ['read'] }, as => $user)->code, 201, 'a session makes a token');
        is($client->post('/v1/tokens', { label => 'x', scopes => ['read'] }, as => basic("$user->{id}", $user->{password}))->code, 201,
            'a password makes a token');
        token_waits() if $server->store->can('postgres');
    },
    'who may' => sub {
        my $member = $client->member;
        my @asked = ([ GET => '/v1/users' ], [ POST => '/v1/users', { login => 'x' } ], [ GET => "/v1/users/$member->{id}" ],
            [ PATCH => "/v1/users/$member->{id}", {} ], [ DELETE => "/v1/users/$member->{id}" ], [ GET => '/v1/groups' ],
            [ GET => '/v1/groups/staff' ], [ PUT => '/v1/groups/staff', { members => [] } ], [ DELETE => '/v1/groups/staff' ]);
        for (@asked) {
            my ($method, $path, $body) = @$_;
            is_problem($client->call($method, $path, $body), 401, 'not-signed-in', "$method $path asks who is calling");
            is_problem($client->call($method, $path, $body, as => $member), 403, 'forbidden', "$method $path is not for members");
        }
    },
    'somebody new' => sub {
        my $login = unique('Ann');
        my $response = $client->post('/v1/users', { login => $login, displayName => 'Ann Other', email => 'ann@example.org',
            password => 'open-sesame' }, as => $admin);
        is($response->code, 201, 'a user is added') or diag($response->content);
        my $ann = decoded($response);
        is($response->header('Location'), $client->{base} . "/v1/users/$ann->{id}", 'Location is the URL of the new user');
        is(tag($response), '"1"', 'a new user has version 1');
        is_deeply([ @$ann{qw(login name displayName email role version)} ],
            [ $login, 'Ann Other', 'Ann Other', 'ann@example.org', 'member', 1 ], 'a new user is as was asked');
        is_deeply([ map { $ann->{$_} ? 1 : 0 } qw(disabled service signOn signedOnAt) ], [ 0, 0, 0, 0 ],
            'a new user is neither disabled nor a program nor signed on');
        like($ann->{createdAt}, qr/^\d{4}-\d\d-\d\dT[\d:.]+Z$/, 'the answer says when the user was made');
        is($client->log_in({ id => $ann->{id}, name => $login, password => 'open-sesame' })->code, 200,
            'a new user logs in with the password');
        is_answer(get("/v1/users/$ann->{id}"), 200, $ann, 'GET of a new user says the same as POST');
        is_problem($client->post('/v1/users', { login => uc $login }, as => $admin), 409, 'login-taken',
            'a login that differs in case alone is taken');
        my $bot = add(service => JSON::PP::true);
        ok($bot->{service}, 'a program has an account');
        is_problem($client->post('/v1/users', { login => 'x', service => JSON::PP::true, password => 'open-sesame' }, as => $admin), 422,
            'bad-value', 'a program has no password');
        is_error($client->get('/user/caller', as => basic($bot->{login}, '')), 400, undef, 'an empty password opens nothing');
        my %wrong = (
            '/login'       => { login => 'root' },
            '/displayName' => { login => 'x', displayName => "a\x{200b}b" },
            '/email'       => { login => 'x', email => 'x' x 255 },
            '/password'    => { login => 'x', password => 'p' x 73 },
            '/role'        => { login => 'x', role => 'root' },
            '/groups/0'    => { login => 'x', groups => ['No Slug'] },
            '/groups'      => { login => 'x', groups => [ unique('nobodys-') =~ tr/./-/r ] },
        );
        for my $pointer (sort keys %wrong) {
            my $problem = is_problem($client->post('/v1/users', $wrong{$pointer}, as => $admin), 422, 'bad-value',
                "a user cannot be added: $pointer");
            is(pointers($problem), $pointer, "the fault is at $pointer");
        }
        is(pointers(is_problem($client->post('/v1/users', { login => 'a:b', displayName => ' ', email => 'x' x 253 . "\x{e4}" },
            as => $admin), 422, 'bad-value', 'a user with three faults')), '/login /displayName /email', 'all faults of a user are named');
        is_problem($client->post('/v1/users', { displayName => 'x' }, as => $admin), 400, 'missing-member', 'a login is required');
        is_problem($client->post('/v1/users', { login => 'x', nmae => 'x' }, as => $admin), 400, 'unknown-member',
            'a misspelt member is refused');
    },
    'changed' => sub {
        my $ann  = add();
        my $path = "/v1/users/$ann->{id}";
        is_problem(patch($path, {}), 428, 'version-required', 'a change needs If-Match');
        is_problem(patch($path, { email => 'a@example.org' }, '"7"'), 412, 'version-mismatch', 'a change for another version is refused');
        my $changed = patch($path, { displayName => 'Ann B', email => 'b@example.org' }, '"1"');
        is($changed->code, 200, 'a user is changed');
        is(tag($changed), '"2"', 'a change raises the version');
        is_deeply([ @{ decoded($changed) }{qw(displayName email)} ], [ 'Ann B', 'b@example.org' ], 'the answer has what was changed');
        is(get($path, headers => [ 'If-None-Match' => '"2"' ])->code, 304, 'GET with the current version is answered 304');
        is(get($path, headers => [ 'If-None-Match' => '"1"' ])->code, 200, 'GET with an older version is answered 200');
        my $back = patch($path, decoded($changed), '*');
        is($back->code, 200, 'an answer may be sent back whole') or diag($back->content);
        $changed = decoded(patch($path, { displayName => undef, email => undef, login => undef }, '*'));
        is_deeply([ @$changed{qw(displayName email login)} ], [ undef, undef, undef ], 'null removes what may be missing');
        is($changed->{name}, $ann->{login}, 'without another name the user is called as before');
        my $other = add();
        is_problem(patch($path, { login => $other->{login} }, '*'), 409, 'login-taken', 'a login that another has is refused');
        is(decoded(patch($path, { login => $ann->{login} }, '*'))->{login}, $ann->{login}, 'a login that is free is given');
        for my $body ({ role => 'root' }, { login => 'a:b' }, { login => 'admin' }, { groups => [ map { "g$_" } 1 .. 65 ] }) {
            is_problem(patch($path, $body, '*'), 422, 'bad-value', 'refused: ' . json_text($body));
        }
        patch($path, { role => 'auditor', disabled => JSON::PP::true }, '*');
        $changed = decoded(patch($path, { role => undef, disabled => undef, groups => undef }, '*'));
        is_deeply([ @$changed{qw(role groups)}, $changed->{disabled} ? 1 : 0 ], [ 'member', [], 0 ],
            'null gives back the role, the state and the groups of somebody new');
        is_problem(patch('/v1/users/1', {}, '*'), 404, 'not-found', 'nobody is not changed');
        is_problem(patch('/v1/users/x', {}, '*'), 404, 'not-found', 'what is no id is nobody');
    },
    'roles and states' => sub {
        my $member = $client->member;
        my $path   = "/v1/users/$member->{id}";
        is(decoded(patch($path, { role => 'admin' }, '*'))->{role}, 'admin', 'a user is made an administrator');
        is_answer($client->get('/user/caller', as => $member), 200, qr/"role":"admin"/, 'who is made an administrator is one at once');
        is(decoded(patch($path, { role => 'member' }, '*'))->{role}, 'member', 'the role is taken away');
        is(decoded(patch($path, { role => 'auditor' }, '*'))->{role}, 'auditor', 'a user is made an auditor');
        is($client->put("/user/$member->{id}/role", { role => 'member' }, as => $admin)->code, 200, 'the base API takes that role');
        is(decoded(get($path))->{role}, 'member', 'who was an auditor is a member then');
        my $version = decoded(get($path))->{version};
        my $disabled = decoded(patch($path, { disabled => JSON::PP::true }, "\"$version\""));
        ok($disabled->{disabled}, 'a user is disabled');
        is_error($client->get('/user/caller', as => $member), 400, undef, 'the tokens of who is disabled are revoked');
        ok(!decoded(patch($path, { disabled => JSON::PP::false }, '*'))->{disabled}, 'a user is enabled');
        is_error($client->get('/user/caller', as => $member), 400, undef, 'tokens of before stay revoked');
        is($client->log_in($member)->code, 200, 'who is enabled logs in');
    },
    'deleted' => sub {
        my $ann = add(displayName => 'Ann', email => 'ann@example.org');
        group('leavers', [$ann]);
        my $path = "/v1/users/$ann->{id}";
        is_problem($client->delete($path, as => $admin, headers => [ 'If-Match' => '"1"' ]), 412, 'version-mismatch',
            'a version of before is not deleted');
        is($client->delete($path, as => $admin)->code, 204, 'a user is deleted');
        is_problem(get($path), 404, 'not-found', 'who was deleted is nobody');
        is_problem($client->delete($path, as => $admin), 404, 'not-found', 'nobody is not deleted again');
        is_deeply(decoded(get('/v1/groups/leavers'))->{members}, [], 'who was deleted is in no group');
        my ($row) = $server->query("SELECT name, email, login, display_name, search FROM users WHERE id = $ann->{id}");
        is(join('', map { $_ // '' } @$row), '', 'nothing is kept of who was deleted');
        is(add(login => $ann->{login})->{login}, $ann->{login}, 'the login is free again');
    },
    'the last administrator' => sub {
        my $path = "/v1/users/$admin->{id}";
        is_problem(patch($path, { role => 'member' }, '*'), 409, 'last-admin', 'the last administrator stays one');
        is_problem(patch($path, { disabled => JSON::PP::true }, '*'), 409, 'last-admin', 'the last administrator is not disabled');
        is_problem($client->delete($path, as => $admin), 409, 'last-admin', 'the last administrator is not deleted');
        is(decoded(get($path))->{role}, 'admin', 'and is one still');
    },
    'lists' => sub {
        my $mark = unique('m') =~ tr/.//dr;
        my @all = map { add(login => "$_-$mark", displayName => ucfirst "$_ $mark", email => "$_\@$mark.example.org") }
            ("zo\x{eb}", "anders", "\x{d6}rjan", "bob");
        my @ids = map { $all[$_]{id} } 1, 3, 2, 0;
        my $list = decoded(get("/v1/users?q=$mark"));
        is_deeply([ map { $_->{id} } @{ $list->{items} } ], \@ids, 'people are in the order of their names, whatever the accents');
        is($list->{next}, undef, 'the whole list has no next page');
        is_deeply($list->{items}[0], decoded(get("/v1/users/$ids[0]")), 'a list shows what GET of one shows');
        my %found = ("orj $mark" => [ $ids[2] ], "ZOE+$mark" => [ $ids[3] ], "bob\@$mark" => [ $ids[1] ], "$mark example" => \@ids,
            "nders $mark" => [], "anders bob $mark" => []);
        for my $q (sort keys %found) {
            is_deeply([ map { $_->{id} } @{ decoded(get('/v1/users?q=' . $q =~ s/ /%20/gr))->{items} } ], $found{$q}, "found by '$q'");
        }
        my ($cursor, @seen) = ('');
        for my $page (1 .. 4) {
            my $part = decoded(get("/v1/users?q=$mark&limit=2$cursor"));
            push @seen, map { $_->{id} } @{ $part->{items} };
            last unless defined $part->{next};
            $cursor = "&cursor=$part->{next}";
        }
        is_deeply(\@seen, \@ids, 'page by page everybody comes once');
        is_problem(get("/v1/users?q=other$cursor"), 400, 'bad-parameter', 'a cursor is for the list that it is of');
        is_problem(get('/v1/users?q=' . join('+', 1 .. 9)), 400, 'bad-parameter', 'nine words are too many');
        is_problem(get('/v1/users?name=x'), 400, 'bad-parameter', 'an unknown parameter is refused');
        patch("/v1/users/$ids[0]", { role => 'auditor' }, '*');
        patch("/v1/users/$ids[1]", { disabled => JSON::PP::true }, '*');
        is_deeply([ map { $_->{id} } @{ decoded(get("/v1/users?q=$mark&role=auditor"))->{items} } ], [ $ids[0] ], 'auditors are listed');
        is_deeply([ map { $_->{id} } @{ decoded(get("/v1/users?q=$mark&disabled=true"))->{items} } ], [ $ids[1] ], 'the disabled are listed');
        my $response = get("/v1/users?q=$mark");
        is(get("/v1/users?q=$mark", headers => [ 'If-None-Match' => tag($response) ])->code, 304, 'an unchanged list is answered 304');
    },
    'groups' => sub {
        my ($ann, $bob) = (add(), add());
        my $name  = unique('staff-') =~ tr/./-/r;
        my $made  = group($name, [ $ann, $bob, $ann ], undef, description => 'All who work here');
        is($made->code, 201, 'a group is made') or diag($made->content);
        is($made->header('Location'), "$client->{base}/v1/groups/$name", 'Location is the URL of the new group');
        my $group = decoded($made);
        is_deeply([ @$group{qw(name description source version)} ], [ $name, 'All who work here', 'local', 1 ], 'it is as was asked');
        is_deeply($group->{members}, [ sort { length $a <=> length $b || $a cmp $b } $ann->{id}, $bob->{id} ], 'each member is in it once');
        is_answer(get("/v1/groups/$name"), 200, $group, 'GET of a group says the same as PUT');
        is_problem(group($name, []), 412, 'version-mismatch', 'a group that is there is not made again');
        is_problem($client->put("/v1/groups/$name", { members => [] }, as => $admin), 428, 'version-required', 'PUT needs a version');
        is_deeply(decoded(get("/v1/users/$ann->{id}"))->{groups}, [$name], 'a member is shown with the group');
        is(decoded(get("/v1/users/$ann->{id}"))->{version}, 2, 'who joins a group has a new version');
        is_deeply([ map { $_->{id} } @{ decoded(get("/v1/users?group=$name"))->{items} } ],
            [ $ann->{id}, $bob->{id} ], 'the people of a group are listed, by numbers in their names');
        is_problem(group($name, [$ann], 7), 412, 'version-mismatch', 'a version of before is not written');
        my $problem = is_problem(group($name, [ $ann, 1, $bob ], 1), 422, 'bad-value', 'nobody is no member');
        is(pointers($problem), '/members/1', 'the fault is at the member');
        $problem = is_problem(group($name, [ 'x', $ann, '0' ], 1), 422, 'bad-value', 'what is no id is no member');
        is(pointers($problem), '/members/0 /members/2', 'all such members are named');
        is(tag(group($name, [$bob], 1)), '"2"', 'a group is changed');
        is_deeply(decoded(get("/v1/users/$ann->{id}"))->{groups}, [], 'who was left out is not in it any more');
        is(decoded(patch("/v1/users/$ann->{id}", { groups => [$name] }, '*'))->{groups}[0], $name, 'a user is put into a group');
        is(tag(get("/v1/groups/$name")), '"3"', 'a group that somebody joins has a new version');
        my ($item) = grep { $_->{name} eq $name } @{ decoded(get('/v1/groups?limit=200'))->{items} };
        is_deeply([ @$item{qw(source people version)} ], [ 'local', 2, 3 ], 'groups are listed, with how many are in them');
        for my $bad (qw(Staff a%20b -x), 'x' x 65) {
            is_problem(get("/v1/groups/$bad"), 404, 'not-found', "$bad is no group");
        }
        is_problem($client->delete("/v1/groups/$name", as => $admin, headers => [ 'If-Match' => '"1"' ]), 412, 'version-mismatch',
            'a version of before is not deleted');
        is($client->delete("/v1/groups/$name", as => $admin)->code, 204, 'a group is deleted');
        is_problem(get("/v1/groups/$name"), 404, 'not-found', 'a deleted group is none');
        is_problem($client->delete("/v1/groups/$name", as => $admin), 404, 'not-found', 'none is deleted again');
        is_deeply(decoded(get("/v1/users/$ann->{id}"))->{groups}, [], 'nobody is in a deleted group');
    },
    'at once' => sub {
        my $ann = add();
        my %count;
        my $done = 0;
        for (my $round = 0; $done < 100 && $round < 400; $round++) {
            my $person = decoded(get("/v1/users/$ann->{id}"));
            my $seen   = $person->{displayName} // 0;
            my @codes  = map { $_->code } at_once(10, sub { (PATCH => "/v1/users/$ann->{id}", { displayName => '' . ($seen + 1) }, $admin,
                "If-Match: \"$person->{version}\"") });
            $count{$_}++ for @codes;
            $done += grep { $_ == 200 } @codes;
        }
        is_deeply([ sort keys %count ], [ 200, 412 ], 'changes of one version at once are answered 200 or 412');
        is_deeply([ @{ decoded(get("/v1/users/$ann->{id}")) }{qw(displayName version)} ], [ $done, 1 + $done ],
            "$done changes were acknowledged, and none is lost");
        my @codes = map { $_->code } at_once(100, sub { (PATCH => "/v1/users/$ann->{id}", { displayName => "at once $_[0]" }, $admin,
            'If-Match: *') });
        my $all = grep { $_ == 200 } @codes;
        is($all + grep({ $_ == 503 } @codes), 100, 'changes of any version are done, or answered 503');
        is(decoded(get("/v1/users/$ann->{id}"))->{version}, 1 + $done + $all, 'each that was acknowledged was done once');
        my $login = unique('wanted');
        my %answered;
        $answered{ $_->code }++ for at_once(20, sub { (POST => '/v1/users', { login => $_[0] % 2 ? $login : uc $login }, $admin) });
        is_deeply(\%answered, { 201 => 1, 409 => 19 }, 'of twenty who want a login one gets it');
        my $name = unique('crowd-') =~ tr/./-/r;
        %answered = ();
        $answered{ $_->code }++ for at_once(20, sub { (PUT => "/v1/groups/$name", { members => ["$ann->{id}"] }, $admin, 'If-None-Match: *') });
        is_deeply(\%answered, { 201 => 1, 412 => 19 }, 'of twenty who make a group one does');
        making_waits_once($ann) if $server->store->can('postgres');
    },
    'looking people up' => sub {
        my ($looker, $other) = ($client->member, $client->member);
        is(group('lookers', [ $looker->{id} ])->code, 201, 'there is a group that may look people up');
        my $word  = unique('Findme') =~ tr/A-Za-z0-9//cdr;
        my $found = add(displayName => "$word One", email => 'one@example.org', groups => ['lookers']);
        my $gone  = add(displayName => "$word Two");
        is(patch("/v1/users/$gone->{id}", { disabled => JSON::PP::true }, '*')->code, 200, 'one of two is disabled');
        my $list = $client->get("/v1/users?q=$word", as => $looker);
        is($list->code, 200, 'one of the group looks people up') or diag($list->as_string);
        is_deeply(decoded($list), { items => [ { id => $found->{id}, name => "$word One", groups => ['lookers'] } ], next => undef },
            'id, name and groups are seen, of those who are not disabled');
        is(scalar @{ decoded(get("/v1/users?q=$word"))->{items} }, 2, 'an administrator sees both');
        my $page = decoded($client->get('/v1/users?limit=1', as => $looker));
        is(scalar @{ $page->{items} }, 1, 'who looks people up gets pages');
        is($client->get("/v1/users?limit=1&cursor=$page->{next}", as => $looker)->code, 200, 'and the page behind');
        is_problem($client->get("/v1/users?q=$word&$_", as => $looker), 403, 'forbidden', "who looks people up does not ask for $_")
            for 'role=admin', 'disabled=true', 'disabled=false';
        is_deeply([ map { $_->{id} } @{ decoded($client->get("/v1/users?q=$word&group=lookers", as => $looker))->{items} } ],
            [ $found->{id} ], 'who looks people up may ask for a group');
        is_problem($client->get("/v1/users?q=$word", as => $other), 403, 'forbidden', 'who is not in the group looks nobody up');
        is_problem($client->get("/v1/users?q=$word"), 401, 'not-signed-in', 'a guest looks nobody up');
        is_problem($client->get("/v1/users/$found->{id}", as => $looker), 403, 'forbidden', 'an account stays for administrators');
        is_problem($client->call(PATCH => "/v1/users/$found->{id}", { displayName => 'X' }, as => $looker,
            headers => [ 'If-Match' => '*' ]), 403, 'forbidden', 'who looks people up changes nobody');
        my %may = map { $_->[0] => decoded($client->get('/v1/session', as => $_->[1]))->{capabilities}{mayListPeople} ? 1 : 0 }
            [ looker => $looker ], [ other => $other ], [ admin => $admin ];
        is_deeply(\%may, { looker => 1, other => 0, admin => 1 }, 'a session says who may list people');
    },
    'all administrators at once' => sub {
        my @others = map { $client->member(name => 'admin') } 1 .. 11;
        my @all    = ($admin, @others);
        my @answers = at_once(scalar @all, sub {
            my $id = $all[ $_[0] ]{id};
            my $by = $all[ ($_[0] + 1) % @all ];
            return $_[0] % 4 == 0 ? (PATCH => "/v1/users/$id", { role => 'member' }, $by, 'If-Match: *')
                : $_[0] % 4 == 1 ? (PATCH => "/v1/users/$id", { disabled => JSON::PP::true }, $by, 'If-Match: *')
                : $_[0] % 4 == 2 ? (DELETE => "/v1/users/$id", undef, $by)
                :                  (DELETE => "/user/$id/account", undef, $by);
        });
        my ($left) = $server->query('SELECT count(*) FROM users WHERE is_admin = 1 AND state = 0');
        cmp_ok($left->[0], '>=', 1, 'an administrator is left when all end each other at once');
        two_wait(@all) if $server->store->can('postgres');
    },
);

my @kinds = $ENV{BOOKABLE_STORE} ? $ENV{BOOKABLE_STORE} : qw(sqlite pgsql);
for my $kind (@kinds) {
    $server = Bookable::Server->new(modules => ['user'], store => $kind, api => '/v1', children => 2, threads => 16,
        config => "UserManagers group:lookers\n")->start;
    $client = Bookable::Client->new(base => $server->base_url);
    $admin  = $client->admin;
    # The last one ends the administrator who asks.
    for my $name ('the last administrator', (grep { !/administrator/ } sort keys %section), 'all administrators at once') {
        subtest("$kind: $name" => $section{$name});
    }
    ok($server->stop, "$kind: httpd stops");
}

done_testing();

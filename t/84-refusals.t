# What a service that is asked refuses (a 4xx, a redirect) is an answer: whoever causes it, and as
# often as they like, the circuit breaker stays closed for everybody else.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use JSON::PP qw(decode_json);

use Bookable::Backend;
use Bookable::Client;
use Bookable::Server;

use constant MANY => 12;    # more than a breaker's minimum of calls

my $BREAKERS = "<Location /breakers>\nSetHandler bookable-breakers\n</Location>\n";

# The breaker of that name ("booking user") in the server of that port.
sub breaker
{
    my ($client, $name, $port) = @_;
    my ($found) = grep { $_->{name} =~ /\A\S+?(?::(\d+))? \Q$name\E\z/ && ($1 // 0) == ($port // 0) }
        @{ decode_json($client->get('/breakers')->content) };
    return $found // die "no breaker $name\n";
}

# Requests that are all refused, with that error; the breaker has nothing against the service.
sub is_refused
{
    my ($client, $name, $error, $status, $what, $ask) = @_;
    my $failed = breaker($client, $name)->{failed};
    my @codes = map { my $answer = $ask->(); $answer->code . ' ' . (decode_json($answer->content)->{ErrCode} // '') }
        1 .. MANY;
    is(join(', ', @codes), join(', ', ("$status $error") x MANY), "$what: refused with an error of its own");
    my $breaker = breaker($client, $name);
    is($breaker->{failed} - $failed, 0, "$what: no failure of the service is counted");
    is($breaker->{state}, 'closed', "$what: the breaker stays closed");
    return;
}

# ---- every status, from another host ------------------------------------------------------------
{
    my $backend = Bookable::Backend->new;
    my $server  = Bookable::Server->new(children => 1, threads => 8, stock => [qw(proxy proxy_http)], config => sub {
        my ($self) = @_;
        $self->{users} = Bookable::Server::free_port();
        return $BREAKERS . <<"END" })->start;
ProxyPass /far/ http://127.0.0.1:@{[ $backend->port ]}/ retry=0 connectiontimeout=1
BookingSpacePath /far/space
Listen 127.0.0.1:$self->{users}
<VirtualHost 127.0.0.1:$self->{users}>
    BookingUserPath /far/user
    SpaceUserPath /far/user
</VirtualHost>
END
    my $client = Bookable::Client->new(base => $server->base_url);
    my $users  = Bookable::Client->new(base => "http://127.0.0.1:$server->{users}");
    my $ann    = $client->member;
    my $hour   = 0;
    my $book   = sub {
        my ($to, %as) = @_;
        my $day = sprintf '2031-%02d-%02d', 1 + int($hour / 24) / 28, 1 + int($hour / 24) % 28;
        my ($from, $till) = map { sprintf '%sT%02d:%02d:00Z', $day, $hour % 24, $_ } 0, 30;
        $hour++;
        return $to->post('/booking', $to->booking({ id => 1, %as }, date => $day, spaceID => 'Far-101',
            startTime => $from, endTime => $till), as => $ann);
    };
    # What asks, over which breaker, and what it says where it goes well.
    my @asks = (
        [ 'booking space', sub { $book->($client, %$ann) }, undef, 201 ],
        [ 'booking user', sub { $book->($users) }, $server->{users}, 201 ],
        [ 'space user', sub { $users->post('/space', { buildingCode => unique('Far'), roomCode => 1 }, as => $ann) },
            $server->{users}, 400 ],    # not an admin, says the backend
    );
    my %code = ((map { $_ => 'FORBIDDEN' } 401, 403, 407, 451));
    for my $row (@asks) {
        my ($name, $ask, $port, $well) = @$row;
        my ($of, $whom) = split / /, $name;
        my %own = (%code, map { $_ => $whom eq 'user' ? 'MALFORMED' : 'INVALID SPACE' } 400, 413, 414, 431);
        my $failed = breaker($client, $name, $port)->{failed};
        for my $status (300 .. 308, 400 .. 499) {
            # Both a page of httpd's and an error in JSON that is not one of ours.
            $backend->mode($status % 2 ? "status $status" : qq(json $status {"ErrCode":"X","Message":"x","Details":"x"}));
            my $answer = $ask->();
            my $error  = decode_json($answer->content);
            my $after  = breaker($client, $name, $port);
            my $wanted = $own{$status} // 'DEPENDENCY_UNAVAILABLE';
            ok($error->{ErrCode} eq $wanted && $error->{Details} =~ /The $whom service .*\(status $status\)/
                    && $after->{failed} == $failed && $after->{state} eq 'closed',
                "$of asks $whom: $status is an answer and no failure")
                || diag($answer->as_string, "wanted $wanted; $after->{failed} failures, $after->{state}");
            $failed = $after->{failed};
        }
        $backend->mode('ok');
        is($ask->()->code, $well, "$of asks $whom: and the next request that nothing is wrong with is served");
    }

    # A server that closes an idle connection may say 408 on it, as a request is under way.
    $backend->mode('status 408');
    $backend->forget;
    $asks[0][1]->();
    is(scalar $backend->requests, 4, 'a 408 is asked again, four times in all');
    $backend->mode('status 403');
    $backend->forget;
    $asks[0][1]->();
    is(scalar $backend->requests, 1, 'a 403 is not asked again');
    $backend->mode('truncated');
    my $before = breaker($client, 'booking space')->{failed};
    $asks[0][1]->();
    is(breaker($client, 'booking space')->{failed}, $before + 1, 'an answer that breaks off is a failure as before');
    $server->stop;
    $backend->stop;
}

# ---- this httpd refuses, for the client's address ------------------------------------------------
{
    my $server = Bookable::Server->new(children => 1, threads => 4, stock => [qw(authz_host)], config => $BREAKERS
        . "<Location /user>\nRequire ip 127.0.0.1\n</Location>\n"
        . "<Location /space>\nRequire expr \"%{HTTP_HOST} != 'outside'\"\n</Location>\n")->start;
    my $client = Bookable::Client->new(base => $server->base_url);
    my $ann    = $client->member;
    my $space  = $client->space;
    my $outside = Bookable::Client->new(base => $server->base_url);
    $outside->{agent}->local_address('127.0.0.2');
    is_refused($client, 'booking user', 'FORBIDDEN', 403, 'an address that may not ask for users, and a bogus token',
        sub { $outside->post('/booking', $client->booking($ann), as => bearer('bogus')) });
    is_refused($client, 'space user', 'FORBIDDEN', 403, 'the same, making a space',
        sub { $outside->post('/space', { buildingCode => 'Hall', roomCode => 1 }, as => bearer('bogus')) });
    is_refused($client, 'booking space', 'FORBIDDEN', 403, 'a client that may not ask for spaces', sub {
        $client->post('/booking', $client->booking($ann, spaceID => $space), as => $ann, headers => [ Host => 'outside' ]);
    });
    is(breaker($client, $_)->{succeeded}, $_ eq 'booking space' ? 0 : MANY,
        "$_: calls that this httpd refused are not counted as successes")
        for 'booking user', 'booking space';
    is_answer($client->book($ann, spaceID => $space), 201, qr/\d/, 'who may ask makes a booking');
    is_answer($client->post('/space', { buildingCode => unique('Hall'), roomCode => 1 }, as => $client->admin), 201,
        qr/\d/, 'an administrator who may ask makes a space');
    $server->stop;
}

# ---- another httpd refuses, for what the client sent ---------------------------------------------
{
    my $far = Bookable::Server->new(children => 1, threads => 8, modules => [qw(user space)],
        config => "LimitRequestLine 300\n")->start;
    my $server = Bookable::Server->new(children => 1, threads => 4, modules => [qw(booking)],
        stock => [qw(proxy proxy_http)], config => $BREAKERS . join '', map
            { "ProxyPass /$_ http://127.0.0.1:@{[ $far->port ]}/$_ retry=0 connectiontimeout=1\n" } qw(user space))->start;
    my $client = Bookable::Client->new(base => $server->base_url);
    my $users  = Bookable::Client->new(base => $far->base_url);
    my $ann    = $users->member;
    my $space  = $users->space;

    # A line of a header as long as httpd takes it; mod_proxy puts a blank behind the colon.
    my $longest = sub {
        my ($line) = @_;
        my $body = json_text($client->booking($ann, spaceID => $space));
        my %headers = (Host => ' 127.0.0.1', Authorization => ' ' . bearer($ann), @$line);
        $headers{ $line->[0] } .= 'x' x (8190 - length join ':', @$line);
        return $client->exchange(join "\r\n", 'POST /booking HTTP/1.1', (map { "$_:$headers{$_}" } sort keys %headers),
            'Content-Type: application/json', 'Connection: close', 'Content-Length: ' . length $body, '', $body);
    };
    is_refused($client, 'booking user', 'SESSION EXPIRED', 400, 'the longest Authorization',
        sub { $longest->([ Authorization => 'Bearer ' ]) });
    is_answer($longest->([ 'X-Request-Id' => '' ]), 201, qr/\d/, 'the longest X-Request-Id goes no further, and a booking is made');
    is_error($longest->([ Host => '' ]), 400, ['CONFLICT'],
        'the longest Host goes no further, and the booking is a conflict');
    is(breaker($client, $_)->{failed}, 0, "$_: over-long headers of a client are no failures of the service") for 'booking user', 'booking space';
    my $long = "\x{20ac}" x 100 . '-1';
    is_refused($client, 'booking space', 'INVALID SPACE', 400, 'an id of a space that is too long for the other httpd',
        sub { $client->book($ann, spaceID => $long) });
    for my $odd ('..-1', '.-1', 'a;b=c-1', 'a:b-1', '~-1', '[x]-1', "\x{fffd}-1", 'a+b&c-1', '"<>`{|}-1', '*-1', "'-1") {
        is_error($client->book($ann, spaceID => $odd), 400, ['INVALID SPACE'], "a space of the name $odd is not there");
    }
    is(breaker($client, 'booking space')->{failed}, 0, 'odd ids of spaces are no failures');
    is_answer($client->book($ann, spaceID => $space, startTime => '2030-05-14T12:00:00Z', endTime => '2030-05-14T13:00:00Z'),
        201, qr/\d/, 'a booking is made after odd ids of spaces');
    $server->stop;
    $far->stop;
}
done_testing();

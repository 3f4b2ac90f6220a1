# What no well-meaning client sends. Each time: a clear JSON error, nothing stored, no 5xx, and a
# server that answers the next request.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::Process qw(late);
use Bookable::Store;
use IO::Select ();
use Time::HiRes qw(sleep time);

my $client = Bookable::Client->new;
my $admin  = $client->admin;
my $ann    = $client->member;
my $shop   = $client->space;
my $id     = 1_000_000 + int rand 1_000_000_000;

# How many rows each table has: what was refused must not have left any.
my $store = Bookable::Store->of_suite(Bookable::Client::vars()->{store});
sub rows
{
    return join ' ', map { @$_ } $store->query(join ' UNION ALL ',
        map { "SELECT '$_', count(*) FROM $_" } qw(users user_tokens spaces bookings products));
}

# Tests that a block of bad requests leaves no row behind, where that can be seen, and a server that
# answers.
sub stores_nothing
{
    my ($what, $requests) = @_;
    my $before = $store->is_visible && rows();
    $requests->();
    is(rows(), $before, "$what: nothing is stored") if $store->is_visible;
    is($client->get('/user/health')->content, 'OK', "$what: the next request is answered");
    return;
}

my %user    = (username => 'ann', userPassword => 'open-sesame');
my %space   = (buildingCode => unique('Hall'), roomCode => 1);
my %booking = %{ $client->booking($ann, spaceID => $shop) };
my %product = (product_id => $id, sku => 'a', manufacturer => 'b', category_id => 1, weight => 1,
    some_other_id => 1);

# Where a body goes, who sends it, a good one, and what a body that is no good is called there.
my @routes = (
    [ '/user',                 undef,  \%user,    'INPUT_ERR' ],
    [ "/user/$ann->{id}",      undef,  { %user, username => $ann->{name} }, 'INPUT_ERR' ],
    [ '/space',                $admin, \%space,   'INPUT_ERR' ],
    [ '/booking',              $ann,   \%booking, 'INPUT_ERR' ],
    [ "/products/$id/details", undef,  \%product, 'INVALID_INPUT' ],
);

# ---- JSON ---------------------------------------------------------------------------------------
for my $route (@routes) {
    my ($path, $as, $good, $code) = @$route;
    my $text  = json_text($good);
    my ($name) = sort grep { !ref $good->{$_} && $good->{$_} !~ /^\d+$/ } keys %$good;
    my $value = json_text($good->{$name});
    my $with  = sub { my $new = shift; return $text =~ s/\Q$value\E/$new/r };
    my %bad = (
        'cut short'                  => substr($text, 0, -1),
        'cut in a string'            => substr($text, 0, 12),
        'with more behind it'        => $text . '{}',
        'a comma too many'           => $text =~ s/\}$/,}/r,
        'a comment'                  => "/* new */ $text",
        'with single quotes'         => $text =~ tr/"/'/r,
        'a list round it'            => "[$text]",
        'a string'                   => '"text"',
        'a number'                   => '7',
        'nothing'                    => '',
        'blanks'                     => "  \n",
        'a NUL'                      => "\0",
        'a NUL behind it'            => "$text\0",
        'a NUL in a string'          => $with->("\"a\0b\""),
        'an escaped NUL in a string' => $with->('"a\u0000b"'),
        'a newline in a string'      => $with->("\"a\nb\""),
        'a lone surrogate'           => $with->('"a\ud800b"'),
        'a byte that is no UTF-8'    => $with->("\"a\xffb\""),
        'UTF-8 that is too long'     => $with->("\"a\xc0\xafb\""),
        'a surrogate in UTF-8'       => $with->("\"a\xed\xa0\x80b\""),
        'UTF-8 beyond Unicode'       => $with->("\"a\xf4\x90\x80\x80b\""),
        'UTF-8 that is cut short'    => $with->("\"a\xe2\x82\""),
        'UTF-16'                     => join('', map { "$_\0" } split //, $text),
        'a byte order mark'          => "\xef\xbb\xbf$text",
        'the same member twice'      => $text =~ s/\{/{"$name":$value,/r,
        'deep lists'                 => $text =~ s/\{/'{"deep":' . '[' x 5000 . ']' x 5000 . ','/er,
        'deep objects'               => $text =~ s/\{/'{"deep":' . '{"a":' x 2000 . '1' . '}' x 2000 . ','/er,
        'nine deep'                  => $text =~ s/\{/'{"deep":' . '[' x 8 . ']' x 8 . ','/er,
        'NaN'                        => $text =~ s/\{/{"n":NaN,/r,
        'half a number'              => $text =~ s/\{/{"n":1e999e,/r,
    );
    stores_nothing("JSON for $path", sub {
        for my $what (sort keys %bad) {
            my $response = $client->post($path, $bad{$what}, as => $as, type => 'application/json');
            is_error($response, 400, [$code], "$path: a body is refused: $what");
            unlike($response->content, qr/open-sesame/, "$path: $what: the answer repeats no password");
            unlike($response->content, qr/JSON_|\bnear '|\boverflow\b|0x[0-9a-f]{2}/i,
                "$path: $what: the answer has no words of a library for C");
        }
        for my $wrong (7, 1.5, \1, [], {}) {
            is_error($client->post($path, { %$good, $name => $wrong }, as => $as), 400, [$code],
                "$path: $name " . json_text($wrong));
        }
    });
    my $deep = $text =~ s/\{/'{"deep":' . '[' x 6 . ']' x 6 . ','/er;
    is($client->post($path, $deep, as => $as)->code =~ /^20|^404/, 1,
        "$path: a body with seven levels of nesting is accepted");
    # Of a member that nobody asks for any number will do that JSON has (RFC 8259, section 6).
    for my $number (qw(1e400 -1E+999 1e-999 1.5e99999999999999999999 9223372036854775808), '9' x 400,
        '-0.' . '3' x 400) {
        my $response = $client->post($path, $text =~ s/\{/{"n":[$number],"m":$number,/r, as => $as,
            type => 'application/json');
        ok($response->code =~ /^20|^404/ || $response->content =~ /"(?:CONFLICT|DUPLICATE)"/,
            "$path: a member that is ignored holds " . substr $number, 0, 30) or diag($response->content);
    }
}

# An error that all services have: the product service's shape has no place for its message.
sub common { my ($path, @error) = @_; return $path =~ m{^/products} ? [ $error[0] ] : \@error }

# ---- size ---------------------------------------------------------------------------------------
my @large = ('TOO_LARGE', 'Request body too large');
stores_nothing('size', sub {
    for my $route (@routes) {
        my ($path, $as, $good) = @$route;
        my $head = "POST $path HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            . 'Content-Type: application/json' . ($as ? "\r\nAuthorization: " . bearer($as) : '');
        is_error($client->post($path, { %$good, more => 'x' x 16_384 }, as => $as), 413, common($path, @large),
            "$path: a body just over the limit is refused");
        is_error($client->exchange("$head\r\nContent-Length: 9999999999\r\n\r\n{"), 413, common($path, @large),
            "$path: a Content-Length over the limit is refused before the body arrives");
        my $chunk = sprintf "%x\r\n%s\r\n", 8192, 'x' x 8192;
        is_error($client->exchange("$head\r\nTransfer-Encoding: chunked\r\n\r\n" . $chunk x 8 . "0\r\n\r\n"),
            413, common($path, @large), "$path: chunks beyond the limit are refused");
        is_error($client->post($path, 'x' x 1_000_000, as => $as, type => 'application/json'), 413,
            common($path, @large), "$path: a body far over the limit is refused");
    }
});
my $small = Bookable::Client->new(vhost => 'small_body');
is_error($small->post('/user', { %user, more => 'x' x 256 }), 413, \@large,
    'a body over BookableBodyLimit 256 is refused');
is_answer($small->post('/user', \%user), 201, qr/^\d+$/, 'a body below BookableBodyLimit 256 is accepted');
my $fit = json_text({ %user, more => '' });
$fit =~ s/("more":")/$1 . 'x' x (16_384 - length $fit)/e;
is_answer($client->post('/user', $fit), 201, qr/^\d+$/, 'a body of exactly the default limit is accepted');
is_error($client->post('/user', "$fit "), 413, \@large,
    'a body of one byte more than the default limit is refused');

# ---- media types --------------------------------------------------------------------------------
stores_nothing('media types', sub {
    for my $route (@routes) {
        my ($path, $as, $good) = @$route;
        for my $type ('text/plain', 'text/json', 'application/x-www-form-urlencoded', 'application/jsonp',
            'multipart/form-data; boundary=x', 'application/xml; x=application/json', 'nonsense') {
            is_error($client->post($path, json_text($good), as => $as, type => $type), 415,
                common($path, 'UNSUPPORTED_MEDIA_TYPE', 'Media type not supported'),
                "$path: the media type $type is refused");
        }
    }
});

# ---- names and passwords ------------------------------------------------------------------------
my @too_long = (73, 10_000);
stores_nothing('names and passwords', sub {
    is_error($client->post('/user', { %user, username => 'x' x $_ }), 400, ['INPUT_ERR'],
        "a name of $_ characters is refused") for 0, 101, 10_000;
    is_error($client->post('/user', { %user, userPassword => 'x' x $_ }), 400, ['INPUT_ERR'],
        "a password of $_ bytes is refused") for 0, @too_long;
    is_error($client->post('/user', { %user, userPassword => "\x{20ac}" x 25 }), 400, ['INPUT_ERR'],
        'a password of 25 characters and 75 bytes is refused');
    is_error($client->post('/user', { %user, username => "a${_}b" }), 400, ['INPUT_ERR'],
        sprintf 'a name with the character %02x is refused', ord) for "\n", "\r", "\t", "\e", "\x7f", "\x{85}", ':';
    is_error($client->post('/user', { %user, userEmail => 'a@' . 'x' x 260 }), 400, ['INPUT_ERR'],
        'an e-mail address of 262 bytes is refused');
    is_error($client->log_in($ann, 'x' x $_), 400, ['INPUT_ERR'],
        "a login with a password of $_ bytes is refused")
        for 0, @too_long;
});
for my $length (1, 72) {
    my $user = $client->sign_up(name => unique('n') . "\x{20ac}" x 60, password => 'x' x $length);
    is($client->log_in($user)->code, 200, "a password of $length bytes is accepted");
    is_error($client->log_in($user, 'x' x ($length - 1) . 'y'), 404, [ 'INVALID', 'Password Does Not Match' ],
        "a password of $length bytes with another last byte is refused");
}
is_answer($client->post('/user', { %user, username => "\x{20ac}" x 100 }), 201, qr/^\d+$/,
    'a name of 100 characters of three bytes each is accepted');
stores_nothing('Authorization', sub {
    for my $value (basic($ann->{name}, 'x' x 73), basic('x' x 5000, 'x'), 'Bearer ' . 'x' x 5000,
        basic("a\0b", 'x'), basic($ann->{name}, "\xff\xfe"), basic("\xff\xfe", 'x'),
        'Basic ' . '=' x 40, 'Basic YQ', "Bearer \xff\xfe", 'Bearer a b', 'Basic', ':', '"') {
        is_error($client->post('/booking', \%booking, as => $value), 400,
            [qr/^(?:MALFORMED|SESSION EXPIRED)$/], 'Authorization: ' . substr $value, 0, 30);
    }
    my $head = "POST /booking HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n";
    is_error($client->exchange("${head}Authorization: Bearer x\r\nAuthorization: Bearer y\r\n\r\n{}"), 400,
        [qr/^(?:MALFORMED|SESSION EXPIRED)$/], 'two Authorization headers are refused');
});

# ---- ids ----------------------------------------------------------------------------------------
my @no_number = ('0', '-1', '+1', '%2B1', '1%20', '%201', '1.0', '1e3', '0x1f', 'abc', '%31x', '1,2',
    '99999999999999999999', '9223372036854775808', '%D9%A1', 'null', "1'--");
stores_nothing('ids', sub {
    for my $wrong (@no_number) {
        is_error($client->get("/user/$wrong"), 400, [ 'INPUT_ERROR', 'Unable to detect a user id' ],
            "GET /user/$wrong is refused for its id");
        is_error($client->post("/user/$wrong", \%user), 400,
            [ 'INPUT_ERROR', 'Unable to detect a user id' ], "POST /user/$wrong is refused for its id");
        is_error($client->get("/booking/2030-05-14/$wrong", as => $ann), 400,
            [ 'INPUT_ERROR', 'Unable to detect a booking id' ],
                "reading the booking $wrong is refused for its id");
        is_error($client->delete("/booking/2030-05-14/$wrong", as => $ann), 400, ['INPUT_ERROR'],
            "deleting the booking $wrong is refused for its id");
        is_error($client->get("/products/$wrong"), 400, [ 'INVALID_INPUT', qr/^productId must be / ],
            "GET /products/$wrong is refused for its id") if $wrong !~ /^(?:\+1|%2B1)$/;
        is_error($client->post('/booking', { %booking, userID => $wrong }, as => $ann), 400, ['INPUT_ERR'],
            "a booking by the user id $wrong is refused");
    }
    is_error($client->get("/user/$_"), 404, [ 'NOT_FOUND', 'User Not Found' ],
        "the unknown user $_ is answered 404")
        for '99999999999', '9223372036854775807', '00000000001';
    for my $date ('2025-02-30', 'today', '2030-5-14', '2030-05-14T00:00:00Z', '%00', '0000-00-00') {
        my $response = $client->get("/booking/$date/1", as => $ann);
        is_error($response, $response->code == 400 ? 400 : 404, [qr/^(?:INPUT_ERROR|NOT_FOUND)$/],
            "a booking is not found under the date $date");
    }
    for my $wrong ('a%2Fb', 'a%2fb', 'a%00b', 'a%', 'a%zz', '%ff', "'%20OR%201=1", 'x' x 2000) {
        for my $path ("/space/$wrong", "/user/$wrong") {
            my $response = $client->get($path);
            is_error($response, $response->code == 400 ? 400 : 404, [qr/^[A-Z_ ]+$/],
                substr $path, 0, 60);
        }
    }
});

# ---- times --------------------------------------------------------------------------------------
my @no_time = ('2030-02-30T10:00:00Z', '2030-05-14T24:00:00Z', '2030-05-14T10:60:00Z',
    '2030-05-14T10:00:60Z', '2030-05-14T23:59:60Z', '2030-05-14T10:00:61Z', '2030-05-14T10:00:00',
    '2030-05-14 10:00:00', '2030-05-14T10:00Z', '2030-05-14T10:00:00.Z', '2030-05-14T10:00:00,5Z',
    '2030-05-14T10:00:00.1234567891Z', '2030-05-14T10:00:00+1:00', '2030-05-14T10:00:00+0100',
    '2030-05-14T10:00:00+24:00', '2030-05-14T10:00:00+10:60', '2030-05-14T10:00:00 +01:00',
    '2030-05-14T10:00:00ZZ', ' 2030-05-14T10:00:00Z', '2030-05-14T10:00:00Z ', '+2030-05-14T10:00:00Z',
    '20300514T100000Z', '2030-W20-2T10:00:00Z', '1677-05-14T10:00:00Z', '2262-05-14T10:00:00Z',
    '9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z', '2030-05-14T10:00:00UTC', '10:00',
    "\x{662}030-05-14T10:00:00Z", '2030-05-14T10:00:00Z"', '2030-05-14T1a:00:00Z', '');
stores_nothing('times', sub {
    for my $time (@no_time) {
        is_error($client->book($ann, spaceID => $shop, startTime => $time), 400, ['INPUT_ERR'],
            "a booking from '$time' is refused");
        is_error($client->book($ann, spaceID => $shop, endTime => $time), 400, ['INPUT_ERR'],
            "a booking to '$time' is refused");
        is_error($client->post('/space', { %space, openTime => $time }, as => $admin), 400, ['INPUT_ERR'],
            "a space that opens at '$time' is refused");
    }
});

# ---- a space id that is a path ------------------------------------------------------------------
# It must not get anywhere but to the space of that name: not to the slow route, which takes its
# time, and not to another service, which answers with something else.
my $slow  = Bookable::Client->new(vhost => 'slow');
# The slow route takes 0.7 s each time: one quick answer shows that it was not taken.
my $quickly = sub {
    my ($path) = @_;
    for (1 .. 20) {
        my $begun = time;
        my $answer = $slow->book($ann, spaceID => $path);
        return $answer if time - $begun < 0.7;
    }
    return $slow->get('/space/no/answer/was/quick');
};
stores_nothing('a space id that is a path', sub {
    for my $path ("slow/$shop", "slow%2F$shop", "./$shop", "../space/$shop", "../user/$ann->{id}", 'health',
        "..%2fuser%2f$ann->{id}", "%2e%2e/user/$ann->{id}", "../user/health", '/', '.', '..', "$shop/",
        "$shop/.", "$shop?x=1", "$shop#x", "$shop%00", "$shop\0", "$shop\n", "$shop\r\nX: y", "\\$shop",
        "..\\user", "http://127.0.0.1/space/$shop", "//127.0.0.1/$shop", " $shop", "$shop ", 'x' x 12_000) {
        is_error($quickly->($path), 400, [qr/^(?:INVALID SPACE|INPUT_ERR)$/],
            'a booking is refused without a call to another route, for the space ' . substr(json_text($path), 0, 60));
    }
    is_error($quickly->($_), 400,
        [ 'INVALID SPACE', 'Space ID is invalid', 'Please provide a valid space id' ],
            "a booking of the space id $_ is refused as an unknown space")
        for "slow/$shop", "../user/$ann->{id}", "..%2fuser%2f$ann->{id}", 'health';
});
is($slow->book($ann, spaceID => $slow->space)->code, 201,
    'an existing space can be booked after these refusals');

# ---- how a body comes ---------------------------------------------------------------------------
my $text = json_text(\%user);
my $post = "POST /user HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
is_answer($client->exchange("${post}Transfer-Encoding: chunked\r\n\r\n"
    . join('', map { "1\r\n$_\r\n" } split //, $text) . "0\r\n\r\n"), 201, qr/^\d+$/,
    'a body in chunks of one byte is accepted');
is_answer($client->exchange("${post}Transfer-Encoding: chunked\r\n\r\n" . sprintf('%x', length $text)
    . ";ext=1\r\n$text\r\n0\r\nTrailer: x\r\n\r\n"), 201, qr/^\d+$/,
        'a body with a chunk extension and a trailer is accepted');
stores_nothing('how a body comes', sub {
    my @schema = ('INPUT_ERR', 'incorrect schema for a new user');
    is_error($client->exchange("$post\r\n$text"), 400, \@schema,
        'a request without Content-Length is refused for its missing body');
    is_error($client->exchange("POST /user HTTP/1.0\r\n\r\n$text"), 400, \@schema,
        'a request of HTTP/1.0 without a length is refused for its missing body');
    is_error($client->exchange("${post}Content-Length: 0\r\n\r\n"), 400, \@schema,
        'a Content-Length of 0 is refused as a missing body');
    is_error($client->exchange("${post}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400, \@schema,
        'an empty chunked body is refused as a missing body');
    is_error($client->exchange("${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n$text\r\n0\r\n\r\n"), 400,
        ['BAD_REQUEST'], 'a chunk with an invalid length is refused');
    is_error($client->exchange("${post}Content-Length: x\r\n\r\n$text"), 400, ['BAD_REQUEST'],
        'a Content-Length that is not a number is refused');
    is_error($client->exchange("${post}Expect: 100-continue\r\nContent-Length: 20000\r\n\r\n"), 413, \@large,
        'a client that sends Expect: 100-continue is refused before it sends the body');
    is_error($client->post('/user', \%user, headers => [ 'Content-Encoding' => 'gzip' ]), 415,
        ['UNSUPPORTED_MEDIA_TYPE'], 'a compressed body is refused');
    # What is refused unread is no request of its own; httpd ends the connection after a 400.
    my $inner = "GET /user/99999999999 HTTP/1.1\r\nHost: a\r\n\r\n";
    for my $refused ('POST /user/1/2/3', 'POST /space', 'PUT /user', 'POST /products/x/details') {
        my $both = $client->exchange("$refused HTTP/1.1\r\nHost: a\r\nContent-Length: " . length($inner)
            . "\r\n\r\n${inner}GET /products/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        unlike($both->content, qr/User Not Found/, "$refused: the unread body is not taken for a request");
        like($both->content, $both->code == 400 ? qr/\}\z/ : qr/200 OK.*OK\z/s,
            "$refused: the request after the unread body is answered, or the connection ends");
    }
    # A body of unknown length that is not read ends the connection, and the answer says so.
    my $standard = Bookable::Client->new(vhost => 'standard');
    for my $refused (['POST /booking', 401], ['POST /user/1/2/3', 404], ['PUT /user', 405]) {
        my $unread = $standard->exchange("$refused->[0] HTTP/1.1\r\nHost: a\r\n"
            . "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        is($unread->code, $refused->[1], "$refused->[0]: a chunked body that is not read is answered");
        is($unread->header('Connection'), 'close',
            "$refused->[0]: the answer to a chunked body that was not read closes the connection");
    }
    # A client that stops half way and goes: nobody is there to be answered.
    for my $half ("${post}Content-Length: 400\r\n\r\n" . substr($text, 0, 20),
        "${post}Transfer-Encoding: chunked\r\n\r\n40\r\n" . substr($text, 0, 20), "POST /us",
        "${post}Content-Le") {
        my $socket = $client->connect;
        syswrite $socket, $half;
        close $socket;
        is($client->get('/user/health')->content, 'OK',
            'the server answers after a client that sent part of a request has gone');
    }
    # A client that stops half way and stays: it is told so, and not waited for.
    my $brief    = Bookable::Client->new(vhost => 'brief');
    my $start    = time;
    my $response = $brief->exchange("${post}Content-Length: 400\r\n\r\n" . substr($text, 0, 20));
    is_error($response, 408, ['TIMEOUT'], 'a client that sends part of a body and waits is answered 408');
    cmp_ok(time - $start, '<', late(1), 'a client that sends part of a body and waits is answered in time');
});

# ---- methods ------------------------------------------------------------------------------------
my $product = "/products/$id";
is_answer($client->post("$product/details", \%product), 204, undef,
    'a product is stored for the tests of methods');
for my $path ("/user/$ann->{id}", "/space/$shop", $product, '/user/health', '/products/health') {
    my $get  = $client->get($path);
    my $head = $client->call(HEAD => $path);
    is($head->code, 200, "HEAD $path is answered 200");
    is($head->content, '', "the answer to HEAD $path has no body");
    is($head->header($_), $get->header($_),
        "the answer to HEAD $path has the $_ of GET") for qw(Content-Type Content-Length);
    my $options = $client->call(OPTIONS => $path);
    is_answer($options, 204, undef, "OPTIONS $path is answered 204");
    like($options->header('Allow'), qr/\bGET\b/, "the answer to OPTIONS $path allows GET");
    is_error($client->call(TRACE => $path), 405, ['METHOD_NOT_ALLOWED'], "TRACE $path is answered 405");
    is_error($client->call($_ => $path), 405, ['METHOD_NOT_ALLOWED'], "$_ $path is answered 405")
        for qw(PATCH PROPFIND BREW get);
}
is($client->call(HEAD => '/user/99999999999')->code, 404, 'HEAD of an unknown user is answered 404');
is($client->call(HEAD => '/user/99999999999')->content, '', 'the 404 of a HEAD has no body');
is_error($client->call(OPTIONS => '/user/1/2/3'), 404, [ 'NOT_FOUND', 'Route Not Found' ],
    'OPTIONS of a missing route is answered 404');

# ---- what httpd itself refuses is answered in the same way --------------------------------------
my $forbidden = Bookable::Client->new(vhost => 'forbidden');
is_error($forbidden->get('/user/1'),     403, [qr/^[A-Z_]+$/], 'a refusal by Require is JSON, for users');
is_error($forbidden->get('/products/1'), 403, [qr/^[A-Z_]+$/], 'a refusal by Require is JSON, for products');
is_error($client->exchange("GET /user/1 HTTP/1.1\r\nConnection: close\r\n\r\n"), 400, ['BAD_REQUEST'],
    'a request without Host is refused in JSON');
is_error($client->exchange("GET /user/$_ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
    length > 10 ? 414 : 400, [qr/^[A-Z_]+$/],
        'a path that httpd refuses is refused in JSON, of length ' . length)
    for "1\0", 'x' x 10_000;
is_error($client->exchange("GET /user/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: magic\r\n\r\n"),
    417, [qr/^[A-Z_]+$/], 'an unknown expectation is refused in JSON');

done_testing();

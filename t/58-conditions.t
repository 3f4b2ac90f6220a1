# Entity tags of products, spaces and bookings, and what conditions on them do (RFC 9110, section 13): asked
# directly, from a cache, compressed, and through a gateway.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);

use Bookable::Client;
use Bookable::Process qw(free_port);
use Bookable::Server;

my $STRONG = qr/^"[\x21\x23-\x7e]+"$/;
my %product = (sku => 'a', manufacturer => 'b', category_id => 1, weight => 1, some_other_id => 1);

# A product that no other test uses.
sub product { return 2_000_000_000 + int rand 1_000_000_000 }

sub conditional
{
    my ($client, $path, $as, @headers) = @_;
    return $client->get($path, as => $as, headers => \@headers);
}

sub is_not_modified
{
    my ($answer, $tag, $name) = @_;
    subtest $name => sub {
        is($answer->code, 304, 'status');
        is($answer->content, '', 'no body');
        is($answer->header('ETag'), $tag, 'the tag');
        is($answer->header($_), undef, "no $_") for qw(Content-Type Content-Length);
    };
    return;
}

# What each representation's GET does, whatever lies between.
sub check_reads
{
    my ($client, $path, $as, $what) = @_;
    my $plain = $client->get($path, as => $as);
    my $tag = $plain->header('ETag');
    like($tag, $STRONG, "$what has a strong tag");
    is($client->get($path, as => $as)->header('ETag'), $tag, "$what: which stays while it does");
    my $head = $client->call(HEAD => $path, undef, as => $as);
    is($head->header('ETag'), $tag, "$what: HEAD has the same tag");
    is($head->header('Content-Length'), length $plain->content, "$what: HEAD has the same length");

    is_not_modified(conditional($client, $path, $as, 'If-None-Match' => $_), $tag, "$what: If-None-Match: $_")
        for $tag, "W/$tag", qq("x", $tag), '*';
    is_not_modified($client->call(HEAD => $path, undef, as => $as, headers => [ 'If-None-Match' => $tag ]), $tag,
        "$what: HEAD, If-None-Match");
    for my $other ('"x"', 'x', $tag =~ s/"//gr, "$tag x", '', 'W/"x"') {
        my $answer = conditional($client, $path, $as, 'If-None-Match' => $other);
        is($answer->code, 200, "$what: If-None-Match: $other is answered in full");
        is($answer->content, $plain->content, "$what: with the body, and");
        is($answer->header('ETag'), $tag, "$what: with the tag");
    }
    is(conditional($client, $path, $as, 'If-Match' => $_)->code, 200, "$what: If-Match: $_") for $tag, '*', qq("x",$tag);
    for my $other ('"x"', "W/$tag", 'x') {
        is_error(conditional($client, $path, $as, 'If-Match' => $other), 412, [ 'PRECONDITION_FAILED' ],
            "$what: If-Match: $other");
    }
    is_not_modified(conditional($client, $path, $as, 'If-Match' => $tag, 'If-None-Match' => $tag), $tag,
        "$what: both conditions");
    is(conditional($client, $path, $as, 'If-Match' => '"x"', 'If-None-Match' => $tag)->code, 412,
        "$what: If-Match is asked first");
    # There is no date of the last change: what asks for one is ignored.
    is(conditional($client, $path, $as, $_ => 'Thu, 01 Jan 2026 00:00:00 GMT')->code, 200, "$what: $_ is ignored")
        for qw(If-Modified-Since If-Unmodified-Since);
    return $tag;
}

sub check
{
    my ($client, $where) = @_;
    my $id = product();
    my $post = sub { $client->post("/products/$id/details", { %product, @_ }) };
    is($client->get("/products/$id", headers => [ 'If-None-Match' => '*' ])->code, 404, "$where: no product");
    is($client->get("/products/$id")->header('ETag'), undef, "$where: an error has no tag");
    is($client->get("/products/$id", headers => [ 'If-Match' => '*' ])->code, 404,
        "$where: what fails without conditions fails so with them");
    $post->();
    my $tag = check_reads($client, "/products/$id", undef, "$where, a product");
    $post->(weight => 2);
    my $changed = $client->get("/products/$id", headers => [ 'If-None-Match' => $tag ]);
    is($changed->code, 200, "$where: a product that was replaced is sent");
    isnt($changed->header('ETag'), $tag, "$where: with another tag");
    $post->();
    is($client->get("/products/$id")->header('ETag'), $tag, "$where: the same product has the same tag again");

    my $ann   = $client->member;
    my $space = $client->space;
    check_reads($client, "/space/$space", undef, "$where, a space");
    my $booked = $client->book($ann, spaceID => $space)->content;
    my $path = "/booking/2030-05-14/$booked";
    my $of_booking = check_reads($client, $path, $ann, "$where, a booking");
    my $delete = sub { $client->delete($path, as => $ann, headers => [@_]) };
    for my $case ([ 'If-Match' => '"x"' ], [ 'If-Match' => "W/$of_booking" ], [ 'If-Match' => 'x' ],
        [ 'If-None-Match' => $of_booking ], [ 'If-None-Match' => '*' ], [ 'If-None-Match' => 'x' ]) {
        my $answer = $delete->(@$case);
        is_error($answer, 412, [ 'PRECONDITION_FAILED' ], "$where: DELETE, @$case");
        is($answer->header('ETag'), $of_booking, "$where: with the current tag");
    }
    is_error($client->delete($path, as => $client->member, headers => [ 'If-Match' => '"x"' ]), 400, ['UNAUTHORIZED'],
        "$where: DELETE by another: the condition is not asked");
    is($client->get($path, as => $ann)->code, 200, "$where: nothing was deleted");
    my $deleted = $delete->('If-Match' => $of_booking);
    is_answer($deleted, 200, 'Deleted', "$where: DELETE, If-Match with the tag");
    is($deleted->header('ETag'), undef, "$where: what is gone has no tag");
    is($delete->('If-Match' => $of_booking)->code, 404, "$where: once more");
    is($client->get($_, as => $ann)->header('ETag'), undef, "$where: $_ has no tag") for '/user/caller', "/user/$ann->{id}",
        '/products/health';
    return;
}

check(Bookable::Client->new, 'directly');

my $STOCK = Bookable::Server::_libexecdir();
my @STOCK = qw(socache_shmcb deflate filter proxy proxy_http);
my $gateway = free_port();
SKIP: {
    my @missing = grep { !-e "$STOCK/mod_$_.so" } @STOCK;
    skip "httpd has no mod_$missing[0]", 1 if @missing;
    my $off = join '', map { "${_}Path Off\n" } qw(User Space Booking Product);
    my $server = Bookable::Server->new(stock => \@STOCK, children => 1, cache => 'none', config => sub {
        my ($self) = @_;
        return "BookableCache shmcb\nBookableOrigins https://rooms.example.org\nAddOutputFilterByType DEFLATE application/json\n"
            . "Listen 127.0.0.1:$gateway\n<VirtualHost 127.0.0.1:$gateway>\n${off}ProxyPass / http://127.0.0.1:@{[ $self->port ]}/\n</VirtualHost>\n";
    })->start;
    my $client = Bookable::Client->new(base => $server->base_url);
    check($client, 'from a cache');
    check(Bookable::Client->new(base => "http://127.0.0.1:$gateway"), 'through a gateway');

    # mod_deflate marks the tag of what it compresses.
    my $id = product();
    $client->post("/products/$id/details", \%product);
    my @gzip = ('Accept-Encoding' => 'gzip');
    my $plain = $client->get("/products/$id");
    my $packed = $client->get("/products/$id", headers => \@gzip);
    is($packed->header('Content-Encoding'), 'gzip', 'compressed');
    my $tag = $packed->header('ETag');
    isnt($tag, $plain->header('ETag'), 'compressed, it has another tag');
    is_not_modified($client->get("/products/$id", headers => [ @gzip, 'If-None-Match' => $tag ]), $tag,
        'compressed: If-None-Match with its own tag');
    is($client->get("/products/$id", headers => [ 'If-Match' => $tag ])->code, 200,
        'the tag of what was compressed is good for a condition on the resource');

    # A script of another origin reads the tag, and may send it.
    my @from = (Origin => 'https://rooms.example.org');
    my $read = $client->get("/products/$id", headers => \@from);
    like($read->header('Access-Control-Expose-Headers'), qr/\bETag\b/, 'a listed origin reads the tag');
    my $again = $client->get("/products/$id", headers => [ @from, 'If-None-Match' => $read->header('ETag') ]);
    is($again->code, 304, 'a listed origin is told that it has the product');
    my $preflight = $client->call(OPTIONS => '/booking/2030-05-14/1', undef, headers => [ @from,
        'Access-Control-Request-Method' => 'DELETE', 'Access-Control-Request-Headers' => 'if-match' ]);
    like($preflight->header('Access-Control-Allow-Headers'), qr/\bIf-Match\b.*\bIf-None-Match\b/,
        'a listed origin may send conditions');
    $server->finish;
}

done_testing();

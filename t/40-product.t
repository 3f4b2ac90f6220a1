# The product service: add or replace a product's details, read them.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;

# A product that no other test uses.
sub product { return 1_000_000 + int rand 1_000_000_000 }

# What the sections share.
my (%acme, $id, $post);

both_profiles(
    sub {
        my ($client) = @_;
        $id     = product();
        %acme   = (product_id => $id, sku => 'ABC-123-XYZ', manufacturer => 'Acme Corporation',
            category_id => 456, weight => 1250, some_other_id => 789);
        $post = sub {
            my ($path, $body) = @_;
            return $client->post("/products/$path/details", $body, type => 'application/json');
        };
    },
    'add, read, replace' => sub {
        my ($client) = @_;
        is_error($client->get("/products/$id"), 404, [ 'NOT_FOUND', "product with ID $id not found" ],
            'an unknown product is answered 404');
        is_answer($post->($id, \%acme), 204, undef, 'a product is added');
        is_answer($client->get("/products/$id"), 200, \%acme, 'a product reads back');
        is_answer($post->($id, { %acme, sku => 'N', weight => 0 }), 204, undef, 'a product is replaced');
        is_answer($client->get("/products/$id"), 200, { %acme, sku => 'N', weight => 0 },
            'a replaced product reads back with the new values');
        is_answer($post->($id, { map { $_ => $acme{$_} } grep { $_ ne 'product_id' } keys %acme }), 204,
            undef, 'the body of a product need not have product_id');
        is_answer($client->get("/products/$id"), 200, \%acme, "a product without product_id has the path's id");
        is_answer($post->($id, { %acme, colour => ['blue'] }), 204, undef,
            'unknown members of a product are ignored');
        is_answer($post->($id, { %acme, sku => "\x{20ac}" x 100, manufacturer => "\x{1f3e0}" x 200 }), 204,
            undef, 'the lengths of texts are limited in characters, not bytes');
        is_answer($client->get("/products/$id"), 200,
            { %acme, sku => "\x{20ac}" x 100, manufacturer => "\x{1f3e0}" x 200 },
                'texts of the greatest length read back');
        is_answer($client->get("/products/0$id"), 200, qr/"product_id": ?$id\b/,
            'a leading 0 in the path does not change the id');
    },
    'refusals, in their order' => sub {
        my ($client) = @_;
        my @path = (
            [ 'abc',                  'productId must be an integer' ],
            [ '1.5',                  'productId must be an integer' ],
            [ '1x',                   'productId must be an integer' ],
            [ '0x10',                 'productId must be an integer' ],
            [ '99999999999999999999', 'productId must be an integer' ],
            [ '0',                    'productId must be >= 1' ],
            [ '-1',                   'productId must be >= 1' ],
        );
        for my $case (@path) {
            my ($path, $message) = @$case;
            is_error($client->get("/products/$path"), 400, [ 'INVALID_INPUT', $message ],
                "GET is refused for the id $path");
            is_error($post->($path, \%acme), 400, [ 'INVALID_INPUT', $message ],
                "POST is refused for the id $path");
            is_error($post->($path, '{'), 400, [ 'INVALID_INPUT', $message ],
                "POST with the id $path and invalid JSON is refused for the id");
        }
        my @json = ('', '{', '[]', 'null', '"sku"', '7', '{"sku":"a",}', "{'sku':'a'}", '{"sku":"a"} x');
        for my $body (@json) {
            is_error($post->($id, $body), 400, [ 'INVALID_INPUT', qr/^Invalid JSON: ./ ],
                "POST is refused for the body '$body'");
        }
        my %types = (sku => [ 7, [], {}, JSON::PP::true ], manufacturer => [ 7, [] ]);
        $types{$_} = [ '1', 1.5, [], {}, JSON::PP::true ]
            for qw(product_id category_id weight some_other_id);
        for my $member (sort keys %types) {
            for my $value (@{ $types{$member} }) {
                is_error($post->($id, { %acme, $member => $value }), 400,
                    [ 'INVALID_INPUT', qr/^Invalid JSON: ./ ],
                        "POST is refused for $member " . json_text($value));
            }
        }
        # Each of them is refused together with all that are checked after it.
        my @rules = (
            [ 'sku is required',                                 sku => '' ],
            [ 'sku must be at most 100 characters',              sku => 'x' x 101 ],
            [ 'manufacturer is required',                        manufacturer => '' ],
            [ 'manufacturer must be at most 200 characters',     manufacturer => 'x' x 201 ],
            [ 'category_id must be >= 1',                        category_id => 0 ],
            [ 'weight must be >= 0',                             weight => -1 ],
            [ 'some_other_id must be >= 1',                      some_other_id => 0 ],
            [ qr/product_id/,                                    product_id => $id + 1 ],
        );
        for my $index (0 .. $#rules) {
            my ($message, $member, $value) = @{ $rules[$index] };
            is_error($post->($id, { %acme, $member => $value }), 400, [ 'INVALID_INPUT', $message ],
                "POST is refused for the value of $member " . substr json_text($value), 0, 12);
            my %later = map { @$_[ 1, 2 ] } reverse @rules[ $index .. $#rules ];
            is_error($post->($id, { %acme, %later }), 400, [ 'INVALID_INPUT', $message ],
                "a wrong $member is reported before the members that are checked after it") if $index < $#rules;
        }
        is_error($post->($id, { %acme, sku => 7, weight => -1 }), 400,
            [ 'INVALID_INPUT', qr/^Invalid JSON: / ], 'a wrong type is reported before a wrong value');
        is_error($post->($id, { %acme, category_id => -3 }), 400,
            [ 'INVALID_INPUT', 'category_id must be >= 1' ], 'a negative category_id is refused');
        is_error($post->($id, { %acme, some_other_id => -3 }), 400,
            [ 'INVALID_INPUT', 'some_other_id must be >= 1' ], 'a negative some_other_id is refused');
        my %absent = (sku => 'sku is required', manufacturer => 'manufacturer is required',
            category_id => 'category_id must be >= 1', some_other_id => 'some_other_id must be >= 1');
        for my $member (sort keys %absent) {
            my %body = %acme;
            delete $body{$member};
            is_error($post->($id, \%body), 400, [ 'INVALID_INPUT', $absent{$member} ],
                "POST is refused without $member");
        }
        is_error($post->($id, { %acme, sku => "\x{20ac}" x 101 }), 400,
            [ 'INVALID_INPUT', 'sku must be at most 100 characters' ],
                'a sku of 101 characters of three bytes is refused');
        is_error($post->($id, '{"sku":"a","manufacturer":"b","category_id":99999999999999999999,"weight":1,'
            . '"some_other_id":1}'), 400, [ 'INVALID_INPUT', qr/^Invalid JSON: / ],
            'a number beyond 64 bits is refused');
        is_answer($client->get("/products/$id"), 200, qr/"sku": ?"(?:\\u20ac|\xe2\x82\xac)/,
            'no refused product was stored');
    },
    'health, routes and methods' => sub {
        my ($client) = @_;
        my $response = $client->get('/products/health');
        is($response->code . ' ' . $response->content, '200 OK', 'GET /products/health answers OK');
        is_error($client->get('/products/'), 400, [ 'INVALID_INPUT', 'productId must be an integer' ],
            'GET /products/ is refused for its missing id');
        for my $path ('/products', "/products/$id/", "/products/$id/more",
            "/products/$id/details/more") {
            is_error($client->get($path), 404, ['NOT_FOUND'], "GET $path is no route");
        }
        is_error($client->post("/products/$id/details", json_text(\%acme), type => 'text/xml'), 415,
            ['UNSUPPORTED_MEDIA_TYPE'], 'a product with another media type than JSON is refused');
        my %allowed = ("/products/$id" => 'GET, HEAD, OPTIONS', "/products/$id/details" => 'OPTIONS, POST');
        for my $path (sort keys %allowed) {
            my $wrong = $client->put($path, \%acme);
            is_error($wrong, 405, ['METHOD_NOT_ALLOWED'], "PUT $path is answered 405");
            is(join(', ', sort split /, ?/, $wrong->header('Allow') // ''), $allowed{$path},
                "the 405 of PUT $path has Allow");
        }
    },
);

done_testing();

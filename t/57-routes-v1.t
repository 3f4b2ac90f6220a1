# docs/openapi-v1.yaml names all parameters and members that the routes of API v1 take, and no parameter
# that they refuse.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Cwd qw(realpath);
use File::Basename qw(dirname);

use Bookable::Client;
use Bookable::Routes;
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();

my $file = realpath(dirname($INC{'Bookable/Server.pm'}) . '/../../../docs/openapi-v1.yaml');
my $yaml = do { open my $in, '<', $file or die "$file: $!\n"; local $/; <$in> };
my ($paths, $components) = $yaml =~ /^paths:\n(.*?)^components:\n(.*)/ms or die "$file has no paths or no components\n";

# The text of each operation, by its route; and of each component: "schemas/problem".
my (%operation, %component, $path, $route, $kind, $name);
for (split /\n/, $paths) {
    ($path, $route) = ($1, undef) if m{^  (/\S*):};
    $route = uc($1) . " $path" if /^    (get|post|put|delete|patch):$/;
    $operation{$route} .= "$_\n" if defined $route;
}
for (split /\n/, $components) {
    $kind = $1 if /^  (\w+):$/;
    $name = "$kind/$1" if /^    (\w+):/;
    $component{$name} .= "$_\n" if defined $name;
}

# A text, and that of all components that it refers to.
sub whole
{
    my ($text, $seen) = @_;
    $seen ||= {};
    for my $its ($text =~ m{#/components/(\w+/\w+)}g) {
        $text .= whole($component{$its} // die("$file has no $its\n"), $seen) unless $seen->{$its}++;
    }
    return $text;
}

# The names of the parameters of the query string in a text.
sub parameters
{
    my ($text) = @_;
    my @refs = $text =~ m{#/components/(parameters/\w+)}g;
    my $all = join "\n", $text, map { $component{$_} // die("$file has no $_\n") } @refs;
    return map { /name: *'?(\w+)/ ? $1 : () } grep { /\bin: *query\b/ }
        ($all =~ /(\{[^{}]*\bname: [^{}]*\bin: [^{}]*)/g, $all =~ /(name: *'?\w+'?\n\s+in: *\w+)/g);
}

my @routes = Bookable::Routes->of_v1;
ok(@routes > 0, 'the modules list routes of API v1');
for my $route (@routes) {
    my $text = $operation{ $route->{name} };
    ok(defined $text, "$route->{name} is described") or next;
    my %said = map { $_ => 1 } parameters($text);
    is(join(' ', sort keys %said), join(' ', sort keys %{ $route->{query} }),
        "$route->{name} is described with its parameters, and no others");
    my ($body) = $text =~ /^      requestBody:(.*?)(?=^      \w|\z)/ms;
    my $all = whole($body // '');
    my @missing = grep { my ($leaf) = /([^.]+)\z/; $all !~ /(?:^|[\s{,])'?\Q$leaf\E'?: / && $all !~ /(?:^|[\s{,])\Q$leaf\E:\n/ }
        sort keys %{ $route->{members} };
    is("@missing", '', "$route->{name} is described with all its members");
}

# ---- the methods of each path --------------------------------------------------------------------

# A segment that has a name, such as "names", is no value of a parameter, such as {id}, of another path.
my %methods;
push @{ $methods{ $_->{path} } }, $_->{method} for @routes;
my $server = Bookable::Server->new(api => '/v1')->start;
my $client = Bookable::Client->new(base => $server->base_url);
for my $path (sort keys %methods) {
    my $one     = $path =~ s/\{\w+\}/1/gr;
    my $options = $client->call(OPTIONS => $one);
    my @wanted  = sort { $a cmp $b } 'OPTIONS', map { $_ eq 'GET' ? qw(GET HEAD) : $_ } @{ $methods{$path} };
    is(join(' ', $options->code, sort { $a cmp $b } split /, /, $options->header('Allow') // ''), "204 @wanted",
        "OPTIONS of $path names its methods, and no others");
}
is_problem($client->call(PATCH => '/v1/users/names', {}), 405, 'method-not-allowed', 'a list has not the methods of its items');
is_problem($client->get('/v1/spaces/batch'), 405, 'method-not-allowed', 'what is only posted to is no space');

done_testing();

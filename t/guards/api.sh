#!/bin/sh
# The routes of the modules are those of docs/openapi.yaml and docs/api.md, and those of API v1 are those of
# docs/openapi-v1.yaml and docs/api-v1.md: none is missing in one of the three. Who must say who is calling is
# told there, too, and so is what reads may say. openapi-v1.yaml has the headers that a route of API v1 reads:
# conditions and Idempotency-Key. The problems are those of lib/web/bk_problem.h. What parameters
# and members the routes of API v1 take is compared by t/57-routes-v1.t, which asks the modules.
set -eu
. "$(dirname "$0")/places.sh"
cd "$SRCDIR"

"${PERL:-perl}" - <<'END' || failed=1
use strict;
use warnings FATAL => 'all';

my $wrong = 0;
sub wrong { print "api: @_\n"; $wrong = 1; return }
sub slurp { my ($file) = @_; open my $in, '<', $file or die "$file: $!\n"; local $/; return <$in> }

# "GET /user/{userId}" => whether it asks for a caller
my (%code, %yaml, %doc);
my %prefix = (user => '/user', space => '/space', booking => '/booking', product => '/products');
for my $service (sort keys %prefix) {
    my ($table) = slurp("mod_$service/${service}_handlers.c") =~ /bk_route_t ${service}_handlers_routes\[\] = \{(.*?)^\s+\{NULL\}/ms
        or die "no table of routes in mod_$service\n";
    $code{"$1 $prefix{$service}$2"} = $3 ne 'ANYONE' while $table =~ /\{"([A-Z]+)", "([^"]*)", BK_ROUTE_([A-Z]+),/g;
}
$code{'GET /user/caller'} = 1;    # of those who send no credentials it says so

my ($path, $route, %reads);
for (split /\n/, slurp('docs/openapi.yaml') =~ s/^components:.*//msr) {
    $path = $1 if /^  (\/\S*):$/;
    if (/^    (get|post|put|delete|patch):$/) {
        $route = uc($1) . " $path";
        $yaml{$route} = 0;
    }
    $yaml{$route} = 1 if defined $route && /^      security:/;
    $reads{$route} = 1 if defined $route && /^      parameters: [&*]reads/;
}
my $api = slurp('docs/api.md');
$doc{$1} = $2 while $api =~ /^\| `([A-Z]+ \/\S+)` \| (.*) \|$/mg;

for my $route (sort keys %{ { %code, %yaml, %doc } }) {
    my $is_health = $route =~ m{/health$};
    wrong("$route is no route of a module") if !exists $code{$route};
    wrong("$route is not in docs/openapi.yaml") if !exists $yaml{$route};
    wrong("$route is in no table of docs/api.md") if !exists $doc{$route} && !$is_health;
    wrong("$route is not in docs/api.md") if $is_health && $api !~ m{\Q@{[ $route =~ s/^GET //r ]}\E\b};
    next if !exists $code{$route} || !exists $yaml{$route};
    wrong("$route: docs/openapi.yaml says " . ($yaml{$route} ? 'that' : 'nothing of') . ' a caller is asked for')
        if $code{$route} != $yaml{$route};
    wrong("$route: docs/api.md says who may call it as '$doc{$route}'")
        if exists $doc{$route} && $code{$route} != ($doc{$route} =~ /\*(?:user|admin)\*/ ? 1 : 0);
    wrong("$route: docs/openapi.yaml does not say what X-Consistency may be")
        if $route =~ /^GET/ && !$is_health && !$reads{$route};
}
wrong('no routes found') if keys %code < 15;
exit $wrong;
END

"${PERL:-perl}" - <<'END' || failed=1
use strict;
use warnings FATAL => 'all';

my $wrong = 0;
sub wrong { print "api: @_\n"; $wrong = 1; return }
sub slurp { my ($file) = @_; open my $in, '<', $file or die "$file: $!\n"; local $/; return <$in> }

# "GET /v1/spaces/{spaceId}" => who may call: ANYONE, GUEST, USER, AUDITOR, ADMIN. The rows are in the headers of
# the resources, as macros, or in the tables themselves.
my (%code, %flags, %yaml, %said, %doc);
for my $file (glob('mod_*/*_v1*.[ch] lib/httpd/watch/bk_problems_page.h')) {
    my $text = slurp($file) =~ s/\\\n/ /gr;
    while ($text =~ /\{\s*\.method\s*=\s*"([A-Z]+)",\s*\.pattern\s*=\s*"([^"]*)"([^{}]*)\}/g) {
        my ($route, $rest) = ("$1 /v1$2", $3);
        $code{$route} = $rest =~ /\.caller\s*=\s*BK_ROUTE_([A-Z]+)/ ? $1 : 'ANYONE';
        ($flags{$route}) = ($rest =~ /\.flags\s*=\s*([^,]+)/, '');
    }
}

my ($path, $route);
for (split /\n/, slurp('docs/openapi-v1.yaml') =~ s/^components:.*//msr) {
    $path = $1 if m{^  (/\S*):$};
    if (/^    (get|post|put|delete|patch):$/) {
        $route = uc($1) . " $path";
        $yaml{$route} = 'ANYONE';
    }
    $yaml{$route} = /\{\}/ ? 'GUEST' : 'USER' if defined $route && /^      security:/;
    $said{$route} .= "$_\n" if defined $route;
}
my $text = slurp('docs/api-v1.md');
$doc{$1} = $2 while $text =~ /^\| `([A-Z]+ \/[^\s`?]+)[^`]*` \| ([^|]*)/mg;

for my $route (sort keys %{ { %code, %yaml, %doc } }) {
    wrong("$route is no route of a module") if !exists $code{$route};
    wrong("$route is not in docs/openapi-v1.yaml") if !exists $yaml{$route};
    wrong("$route is in no table of docs/api-v1.md") if !exists $doc{$route};
    next if !exists $code{$route} || !exists $yaml{$route} || !exists $doc{$route};
    my %reads = (
        'If-Match' => [ $flags{$route} =~ /IF_MATCH/ ? 1 : 0, qr{parameters/ifMatch|name: If-Match,.*\n.*name: If-None-Match} ],
        'If-None-Match' => [ $said{$route} =~ /^        '304'/m ? 1 : 0, qr{parameters/ifNoneMatch} ],
        'Idempotency-Key' => [ $flags{$route} =~ /IDEMPOTENT/ ? 1 : 0, qr{parameters/idempotencyKey} ],
    );
    for my $header (sort keys %reads) {
        my ($reads, $line) = @{ $reads{$header} };
        wrong("$route: docs/openapi-v1.yaml " . ($reads ? "does not have $header" : "has $header, which the route does not read"))
            if $reads != ($said{$route} =~ $line ? 1 : 0);
    }
    my $asks = $code{$route} =~ /ANYONE|GUEST/ ? $code{$route} : 'USER';
    wrong("$route: docs/openapi-v1.yaml says '$yaml{$route}' of who may call it, the module '$code{$route}'")
        if $yaml{$route} ne $asks;
    wrong("$route: docs/api-v1.md says who may call it as '$doc{$route}', the module '$code{$route}'")
        if $doc{$route} !~ /\b\L$code{$route}\E\b/i;
}
wrong('no routes of API v1 found') if !%code;

my $problems = slurp('lib/web/bk_problem.h') =~ s/\\\n/ /gr;
my %problem;
$problem{$1} = "| $2 | `$1` | $3 | $4 |"
    while $problems =~ /X\(\w+,\s*"([^"]+)",\s*(\d+),\s*"([^"]+)",\s*"([^"]+)"\)/g;
wrong('no problems found') if keys %problem < 40;
for my $code (sort keys %problem) {
    wrong("docs/api-v1.md has no line '$problem{$code}'") if index($text, "$problem{$code}\n") < 0;
}
while ($text =~ /^\| \d{3} \| `([a-z-]+)` \| [A-Z][^|]* \| /mg) {
    wrong("docs/api-v1.md has a problem '$1' that does not exist") if !$problem{$1};
}
exit $wrong;
END
exit $failed

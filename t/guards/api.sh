#!/bin/sh
# The routes of the modules are those of docs/openapi.yaml and docs/api.md: none is missing in one of the
# three. Who must say who is calling is told there, too, and so is what reads may say.
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
exit $failed

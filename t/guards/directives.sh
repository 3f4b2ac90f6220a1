#!/bin/sh
# Every directive that the built modules have is documented, and nothing else is: an administrator
# believes the pages. The names come from the modules themselves, as httpd's mod_info lists them.
set -eu
. "$(dirname "$0")/places.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

BOOKABLE_BUILDDIR=$BUILDDIR "${PERL:-perl}" -I"$SRCDIR/t/lib" -MBookable::Server -MBookable::Load -e '
    my $server = Bookable::Server->new(stock => [qw(info proxy)], bare => 1,
        config => "LoadModule proxy_retry_module " . Bookable::Server::module_path("proxy_retry")
            . "\n<Location /server-info>\nSetHandler server-info\n</Location>\n")->start;
    for my $name (qw(user space booking product proxy_retry)) {
        my $answer = Bookable::Load::Connection->new($server->base_url)
            ->request(GET => "/server-info?mod_$name.c", "Connection" => "close");
        my ($list) = $answer->body =~ /Module Directives:(.*?)<dt><strong>Current Configuration/s
            or die "mod_info says nothing of mod_$name: " . $answer->text . "\n";
        print "mod_$name $_\n" for $list =~ /<tt>(\w+)/g;
    }' > "$work/directives"
cut -d' ' -f2 "$work/directives" | sort -u > "$work/names"
[ -s "$work/names" ] || wrong "no directives found"

# A directive of one module has its heading in that module's page; one of all four, in the page of
# what they share.
while read -r module name; do
    page=docs/$module.md
    case $name in Bookable* | UserOrigin) page=docs/common.md ;; esac
    grep -Eqs "^#+ \`?$name\`?( |\$)" "$SRCDIR/$page" || wrong "$name ($module) has no heading in $page"
done < "$work/directives"

# Whatever is called like one of ours, in any page or example configuration, is one.
find "$SRCDIR/docs" "$SRCDIR/conf" "$SRCDIR/README.md" "$SRCDIR/quickstart" -type f 2>/dev/null |
    while read -r page; do
        grep -Eow '(Bookable|User|Space|Booking|Product)[A-Z][A-Za-z]+' "$page" | sort -u |
            grep -vxFf "$work/names" | sed "s|^|${page#"$SRCDIR"/} names |" || :
    done > "$work/unknown"
if [ -s "$work/unknown" ]; then
    wrong "no module has these directives:"
    cat "$work/unknown"
fi

# httpd takes a comment behind a directive for an argument: whoever copies such an example gets an error.
sed 's/.*/^ +&[ \t].*[ \t]#/' "$work/names" > "$work/commented"
find "$SRCDIR/docs" "$SRCDIR/conf" "$SRCDIR/README.md" -type f \( -name '*.md' -o -name '*.conf' \) |
    while read -r page; do
        grep -nEf "$work/commented" "$page" | sed "s|^|${page#"$SRCDIR"/}:|" || :
    done > "$work/unknown"
if [ -s "$work/unknown" ]; then
    wrong "a comment stands behind a directive, where httpd takes it for an argument:"
    cat "$work/unknown"
fi
exit $failed

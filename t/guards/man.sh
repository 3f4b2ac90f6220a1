#!/bin/sh
# docs/bookable-admin.md, which its man page is made of, has what `bookable-admin --help` has: each command with
# its arguments, and each option. Each man page that was made says what it is about.
set -eu
. "$(dirname "$0")/places.sh"

page=$SRCDIR/docs/bookable-admin.md
commands=0
while read -r command; do
    commands=$((commands + 1))
    # A vertical bar is written \| in a table.
    grep -qF "| \`$(printf '%s' "$command" | sed 's/|/\\|/g')\`" "$page" ||
        wrong "docs/bookable-admin.md has no row for '$command', which bookable-admin --help has"
done <<END
$("$BUILDDIR/bookable-admin" --help |
    sed -nE '/^  [a-z-]/{/^  --(driver|params|password|from|scopes|spaces|days)/!{s/^  //;s/  .*//;p}}')
END
[ "$commands" -gt 25 ] || wrong "only $commands commands found"
for option in $("$BUILDDIR/bookable-admin" --help | grep -oE -- '--[a-z]+(-[a-z]+)*' | sort -u); do
    grep -q -- "$option\\b" "$page" || wrong "docs/bookable-admin.md does not have $option"
done

for man in "$BUILDDIR"/man/*.[78]; do
    [ -e "$man" ] || continue
    name=$(basename "$man")
    sed -n '/^\.SH NAME/,/^\.SH/p' "$man" | sed 's/\\//g' | grep -q "^${name%.*} - [A-Za-z]" ||
        wrong "man/$name does not say what it is about"
done
exit $failed

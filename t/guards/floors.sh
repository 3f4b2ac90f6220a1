#!/bin/sh
# lib/ is built in areas, each on the ground alone: a header of base/ may be included by all, one of
# another area only within it. httpd/ stands above them. A module includes lib/ and itself, never
# another module.
set -eu
. "$(dirname "$0")/places.sh"
cd "$SRCDIR"

# The folder of a header of ours; nothing for any other.
folder_of() {
    found=$(find lib mod_* -name "$1" | head -n 1)
    [ -z "$found" ] || echo "${found%/*}"
}

# may OWN OTHER: whether a file of the first folder may include a header of the second.
may() {
    case $1:$2 in
    *:lib/base | lib/httpd*:lib/* | mod_*:lib/*) return 0 ;;
    *) [ "$1" = "$2" ] ;;
    esac
}

checked=0
for file in $(find lib mod_* -name '*.[ch]' | sort); do
    own=${file%/*}
    for header in $(sed -n 's/^#include "\([A-Za-z0-9_]*\.h\)".*/\1/p' "$file"); do
        other=$(folder_of "$header")
        [ -n "$other" ] || continue
        checked=$((checked + 1))
        may "$own" "$other" || wrong "$file includes $header, of $other"
    done
done
[ "$checked" -gt 300 ] || wrong "only $checked includes found"
exit $failed

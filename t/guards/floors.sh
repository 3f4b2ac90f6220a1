#!/bin/sh
# The house is built in areas and floors, and nothing includes upwards. lib/ has areas, each on the
# ground alone: a header of base/ may be included by all, one of another area only within it, but for
# json/, which is what web/ and rules/ read and write, and db/none/, which stands for parts of db/.
# Above them stands the adapter, lib/httpd/, in floors of its own: a file includes its own folder and
# the floors below it; what stands beside it on the same floor, it does not. A module includes lib/ and
# itself, never another module.
set -eu
. "$(dirname "$0")/places.sh"
cd "$SRCDIR"

# A line for each include of a header of ours: FILE, its folder, HEADER, its folder.
includes() {
    find lib mod_* -name '*.[ch]' | sort | xargs awk '
        FNR == 1 { folder = FILENAME; sub("/[^/]*$", "", folder); name = FILENAME; sub(".*/", "", name)
                   home[name] = folder }
        /^#include "[A-Za-z0-9_]*\.h"/ { split($0, part, "\""); n++; file[n] = FILENAME; own[n] = folder
                                         header[n] = part[2] }
        END { for (i = 1; i <= n; i++) if (header[i] in home) print file[i], own[i], header[i], home[header[i]] }'
}

# The number of a folder of the adapter: those on one floor have the same.
floor() {
    case $1 in
    lib/httpd/core) echo 1 ;;
    lib/httpd/conf) echo 2 ;;
    lib/httpd/answer) echo 3 ;;
    lib/httpd/store | lib/httpd/cache | lib/httpd/call) echo 4 ;;
    lib/httpd/watch) echo 5 ;;
    lib/httpd/server) echo 6 ;;
    *) echo 0 ;;
    esac
}

# may OWN OTHER: whether a file of the first folder may include a header of the second.
may() {
    [ "$1" != "$2" ] || return 0
    case $1:$2 in
    *:lib/base | lib/db/none:lib/db | lib/web:lib/json | lib/rules:lib/json | mod_*:lib/*) return 0 ;;
    lib/httpd/*:lib/*) [ "$(floor "$2")" -lt "$(floor "$1")" ] ;;
    mod_*:mod_*) [ "${1%%/*}" = "${2%%/*}" ] ;;
    *) return 1 ;;
    esac
}

pairs=$(includes)
for folders in $(echo "$pairs" | awk '{ print $2 ":" $4 }' | sort -u); do
    own=${folders%:*} other=${folders#*:}
    may "$own" "$other" || wrong "$(echo "$pairs" |
        awk -v own="$own" -v other="$other" '$2 == own && $4 == other { print $1 " includes " $3 ", of " $4 }')"
done

# no_circle WHAT PAIRS: of names, one before the other.
no_circle() {
    circle=$(echo "$2" | tsort 2>&1 > /dev/null | sed -n 's/^tsort: \([^ ]*\)$/\1/p' | tr '\n' ' ')
    [ -z "$circle" ] || wrong "$1 in a circle: $circle"
}

no_circle "headers include each other" "$(echo "$pairs" | awk '$1 ~ /h$/ { sub(".*/", "", $1); print $1, $3 }')"
calls=$(symbols | awk '
    NF == 4 { home[$4] = $1 }
    NF == 3 && $2 == "U" { n++; caller[n] = $1; name[n] = $3 }
    END { for (i = 1; i <= n; i++) if (name[i] in home && home[name[i]] != caller[i]) print caller[i], home[name[i]] }' |
    sort -u)
no_circle "files call each other" "$calls"
[ "$(echo "$calls" | wc -l)" -gt 200 ] || wrong "only $(echo "$calls" | wc -l) files found that call another"
[ "$(echo "$pairs" | wc -l)" -gt 300 ] || wrong "only $(echo "$pairs" | wc -l) includes found"
exit $failed

#!/bin/sh
# A migration that was released never changes: databases have run it, and would differ from those that are made anew.
# t/guards/migrations.txt has a digest of each step, as each database is given it. A new step is a new line there:
#
#     make -C build record-migrations
#
# adds those that are missing, and changes none.
set -eu
. "$(dirname "$0")/places.sh"

# In a build without PostgreSQL its steps are not there to be compared.
found=$("$BUILDDIR/t/guards/migrations" | awk '
    function name(key,  of) { split(key, of, " "); return "step " of[2] " of " of[1] ", as " of[3] " runs it," }
    { key = $1 " " $2 " " $3 }
    FILENAME == "-" { now[key] = $4; databases[$3] = 1; count++; next }
    { released[key] = 1 }
    !($3 in databases) { next }
    !(key in now) { print name(key) " was released, and is gone"; next }
    now[key] "" != $4 "" { print name(key) " is not what was released: leave it, and correct its mistakes by a later step" }
    END {
        for (key in now)
            if (!(key in released))
                print name(key) " has no line in t/guards/migrations.txt: say make record-migrations"
        if (!count)
            print "no migration found"
    }' - "$SRCDIR/t/guards/migrations.txt" | sort)
[ -z "$found" ] || wrong "$found"
exit $failed

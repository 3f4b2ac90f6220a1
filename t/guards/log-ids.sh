#!/bin/sh
# An administrator looks a log line up by its id: each id stands for one message, in one place.
set -eu
. "$(dirname "$0")/places.sh"
cd "$SRCDIR"

files=$(find lib mod_* bin -name '*.[ch]' | sort)
ids=$(grep -ohE '\bBK[0-9]{4}\b' $files | sort)
[ -n "$ids" ] || wrong "no log id found"
for id in $(echo "$ids" | uniq -d); do
    wrong "$id is used more than once: $(grep -nE "\b$id\b" $files | cut -d: -f1,2 | tr '\n' ' ')"
done
exit $failed

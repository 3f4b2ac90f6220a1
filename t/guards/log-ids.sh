#!/bin/sh
# An administrator looks a log line up by its id: each id stands for one message, in one place, and has a row in
# docs/operations.md.
set -eu
. "$(dirname "$0")/places.sh"
cd "$SRCDIR"

files=$(find lib mod_* bin -name '*.[ch]' | sort)
ids=$(grep -ohE '\bBK[0-9]{4}\b' $files | sort)
[ -n "$ids" ] || wrong "no log id found"
for id in $(echo "$ids" | uniq -d); do
    wrong "$id is used more than once: $(grep -nE "\b$id\b" $files | cut -d: -f1,2 | tr '\n' ' ')"
done

# A row may be of several ids, "BK0230 … BK0239".
documented=$("${PERL:-perl}" -CSD -ne '
    next unless /^\| (BK[^|]+) \|/;
    my $row = $1;
    while ($row =~ /BK(\d{4})(?: … BK(\d{4}))?/g) {
        printf "BK%04d\n", $_ for $1 .. $2 // $1;
    }' docs/operations.md | sort -u)
for id in $(echo "$ids" | uniq); do
    echo "$documented" | grep -qx "$id" || wrong "$id has no row in docs/operations.md"
done
for id in $documented; do
    echo "$ids" | grep -qx "$id" || wrong "docs/operations.md has a row for $id, which no message has"
done

# Programs read the lines of events by the expression that is in docs/operations.md.
expression=$(sed -n 's/^    \(BK0[^:]*\): event=.*/\1/p' docs/operations.md)
for id in $(grep -ohE '"BK[0-9]{4}: event=' $files | grep -oE 'BK[0-9]{4}' | sort -u); do
    echo "$id" | "${PERL:-perl}" -ne "exit !/^$expression\$/" ||
        wrong "$id is an event, and not matched by $expression, which docs/operations.md has for all of them"
done
exit $failed

#!/bin/sh
# A test that no list names is a test that nobody runs, and that no release holds.
set -eu
. "$(dirname "$0")/places.sh"
cd "$SRCDIR"

listed() {
    sed 's/#.*//' "$1" | tr -s ' \t\\' '\n' | grep -qxF "$2"
}

for file in $(find t -name '*.t' ! -path 't/logs/*' | sort) t/guards/*.sh t/lib/*/*.pm; do
    listed t/local.mk "$file" || wrong "$file is not in t/local.mk"
done
for file in $(sed 's/#.*//' t/local.mk | tr -s ' \t\\' '\n' | grep -E '^t/[^$()]*\.(t|sh|pm)$'); do
    [ -e "$file" ] || wrong "t/local.mk lists $file, which is not there"
done

for file in t/unit/test_*.c t/unit/httpd/test_*.c; do
    [ -e "$file" ] || continue
    listed "${file%/*}/local.mk" "$file" || wrong "$file is not in ${file%/*}/local.mk"
    for function in $(sed -n 's/^static void \(test_[a-z0-9_]*\)(void \*\*.*/\1/p' "$file"); do
        grep -Eq "cmocka_unit_test[a-z_]*\($function[,)]" "$file" || wrong "$function of $file is never run"
    done
done
for file in t/unit/httpd/test_*.c; do
    tested=${file##*/test_}
    [ -n "$(find lib/httpd -name "bk_$tested")" ] || wrong "$file tests bk_$tested, which is not in lib/httpd"
done
exit $failed

#!/bin/sh
# lib/ is tested, and used by the command-line tool, without a server: only its adapter, lib/httpd, and
# the adapter's own tests, t/unit/httpd, may know httpd.
set -eu
. "$(dirname "$0")/places.sh"
cd "$SRCDIR"

headers='httpd|http_[a-z]+|ap_[a-z_]+|mod_[a-z_]+|util_[a-z_]+|scoreboard|mpm_common'
for header in lib/httpd/*/*.h; do
    header=${header##*/}
    headers="$headers|${header%.h}"
done
for file in lib/*/*.[ch] bin/*.c t/unit/*.c; do
    case $file in *'*'*) continue ;; esac
    found=$(grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($headers)\.h[>\"]" "$file") || continue
    wrong "$file includes a header of httpd: $found"
done
exit $failed

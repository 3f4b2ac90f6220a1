#!/bin/sh
# One style, by .clang-format, so that no change is about spaces.
set -eu
. "$(dirname "$0")/places.sh"
cd "$SRCDIR"

if ! command -v "${CLANG_FORMAT:=clang-format}" > /dev/null; then
    echo "format: skipped, $CLANG_FORMAT is not installed"
    exit 77
fi
find lib mod_* bin t/unit t/fuzz -name '*.[ch]' 2> /dev/null | sort |
    xargs "$CLANG_FORMAT" --style=file --dry-run -Werror || failed=1
exit $failed

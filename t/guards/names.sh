#!/bin/sh
# Who reads a name knows the file: what a file exports is its own name, or begins with it. Beyond that:
#
#     mod_X.c                  the module structure, X_module
#     X_errors.c               constants of which each is one: X_error_...
#     bk_answer_v1.c           answers of API v1, by their kinds: bk_answer_problem, bk_answer_faults
#     files of one family      what is too long for one file, and has a private header for the parts: the
#                              name of the whole, see family_of()
set -eu
. "$(dirname "$0")/places.sh"
cd "$SRCDIR"

family_of() {
    case $1 in
    bk_answer_v1) echo bk_answer ;;
    bk_map_layout | bk_map_validate) echo bk_map ;;
    esac
}

checked=0
exports=$(symbols --defined-only | awk '$NF !~ /^__/ { print $1, $NF }' | sort -u)
while read -r source symbol; do
    file=${source##*/} file=${file%.c}
    checked=$((checked + 1))
    case $symbol in
    "$file" | "$file"_*) continue ;;
    "${file#mod_}"_module) [ "$file" = "${file#mod_}" ] || continue ;;
    "${file%_errors}"_error_*) [ "$file" = "${file%_errors}" ] || continue ;;
    "$(family_of "$file")"_*) continue ;;
    esac
    wrong "$source exports $symbol, which must begin with ${file}_"
done << END
$exports
END
[ "$checked" -gt 300 ] || wrong "only $checked exported names found"
exit $failed

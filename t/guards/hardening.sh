#!/bin/sh
# What the compiler and the linker were asked to harden is hardened, in every module and in the
# command-line tool. HARDENING is what configure found that they take.
set -eu
. "$(dirname "$0")/places.sh"
cd "$BUILDDIR"

case ${HARDENING:-} in *[!\ ]*) ;; *) exit 77 ;; esac # with sanitizers, none of it
asked() { case " $HARDENING " in *" $1 "*) ;; *) return 1 ;; esac; }

# has FILE WHAT PATTERN: what readelf says of the file has a line like that.
has() {
    grep -qE -- "$3" "$work" || wrong "$1 is built without $2"
}

work=$(mktemp)
trap 'rm -f "$work"' EXIT
files=$(ls mod_*/.libs/mod_*.so bookable-admin)
[ "$(echo "$files" | wc -l)" -ge 7 ] || wrong "not all of the modules are there: $files"
for file in $files; do
    # A program that libtool wrapped in a script is in .libs.
    head -c 4 "$file" | grep -q ELF || file=.libs/$file
    LC_ALL=C readelf -W -h -l -d -n -s "$file" > "$work" 2> /dev/null
    if asked -fstack-protector-strong; then has "$file" 'a stack protector' '__stack_chk_fail'; fi
    # mod_proxy_retry calls no function that can be fortified.
    case $file in *proxy_retry*) ;; *)
        if asked -D_FORTIFY_SOURCE=3; then has "$file" 'fortified functions' '__[a-z]+_chk\b'; fi ;;
    esac
    if asked -Wl,-z,relro; then has "$file" 'relro' 'GNU_RELRO'; fi
    if asked -Wl,-z,now; then has "$file" 'bindings made at start' '\(FLAGS(_1)?\).*NOW'; fi
    # The note that says so of the whole file is there only where the C library's own parts have it, too.
    if asked -fcf-protection || asked -mbranch-protection=standard; then
        pads=$(objdump -d "$file" | grep -cE '\b(endbr64|endbr32|bti|paciasp)\b') || true
        [ "$pads" -ge 5 ] || wrong "$file is built without landing pads"
    fi
    has "$file" 'position-independent code' 'Type: +DYN'
    has "$file" 'a stack without code' 'GNU_STACK.* RW +0x'
    if grep -qE 'LOAD .* RWE ' "$work"; then wrong "$file has memory that is written and executed"; fi
done
exit $failed

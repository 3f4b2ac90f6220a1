# Sourced by the guards: where the sources and the built modules are. make sets both variables; by
# hand, the sources are beside this file and the build is there too, or in the folder build/.
guard=$(basename "$0" .sh)
: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}"
if [ -z "${BUILDDIR:-}" ]; then
    BUILDDIR=$SRCDIR
    [ -d "$BUILDDIR/mod_user/.libs" ] || BUILDDIR=$SRCDIR/build
fi
failed=0

wrong() {
    echo "$guard: $*"
    failed=1
}

# What the objects of lib/ and the modules say by nm with the options that are given, each line behind
# its source's name.
symbols() {
    find lib mod_* -name '*.c' | sort | while read -r source; do
        folder=${source%/*} name=${source##*/}
        for object in "$BUILDDIR/$folder"/.libs/*"${name%.c}.o"; do
            case ${object##*/} in
            "${name%.c}.o" | *_la-"${name%.c}.o") echo "$object" ;;
            esac
        done
    done | xargs nm -A -g "$@" |
        awk -F': *' -v root="$BUILDDIR/" '{
            source = substr($1, length(root) + 1)
            sub(/\.libs\/(.*_la-)?/, "", source)
            sub(/\.o$/, ".c", source)
            print source, $2 }'
}

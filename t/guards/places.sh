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

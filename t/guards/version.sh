#!/bin/sh
# One version: what configure.ac says is what CHANGES, the packages and both descriptions of the API begin with.
set -eu
. "$(dirname "$0")/places.sh"
cd "$SRCDIR"

version=$(sed -n 's/^AC_INIT(\[bookable\],\[\(.*\)\])$/\1/p' configure.ac)
[ "$version" ] || wrong "configure.ac has no AC_INIT([bookable],[VERSION])"

# of FILE SAID
of() {
    [ "$2" = "$version" ] || wrong "$1 is of version '$2', configure.ac of '$version'"
}

of CHANGES "$(sed -n '1s/^Changes with Bookable //p' CHANGES)"
# What stands behind the last hyphen counts the packages of a version.
of debian/changelog "$(sed -n '1s/^bookable (\(.*\)-[^-]*) .*/\1/p' debian/changelog)"
for api in docs/openapi.yaml docs/openapi-v1.yaml; do
    of "$api" "$(sed -n '/^info:/,/^[a-z]*:$/s/^  version: //p' "$api" | head -n 1)"
done
exit $failed

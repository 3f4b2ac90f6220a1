#!/bin/sh
# Debian's packages are named alike: those that ./quickstart installs, to build and to check, are those of
# CONTRIBUTING.md; and README.md and docs/dependencies.md have one line for whoever builds by hand.
set -eu
. "$(dirname "$0")/places.sh"
cd "$SRCDIR"

# words NAME: of an array of quickstart.
words() {
    awk -v name="$1=(" 'index($0, name) == 1 { inside = 1 } inside; inside && /\)$/ { exit }' quickstart |
        sed 's/^[a-z_]*=(//; s/)$//' | tr -s ' ' '\n' | grep .
}

# installed FILE: what its commands install, each of which may go on in lines that are indented.
installed() {
    awk '/^    apt-get install --no-install-recommends / { inside = 1 } inside; !/\\$/ { inside = 0 }' "$1" |
        sed 's/apt-get install --no-install-recommends//; s/\\$//' | tr -s ' ' '\n' | grep . | sort
}

described=$(installed CONTRIBUTING.md)
count=0
for package in $(words build_packages) $(words check_packages) $(words check_servers) nodejs npm; do
    count=$((count + 1))
    # pandoc is named in a sentence of its own.
    [ "$package" = pandoc ] || echo "$described" | grep -qxF "$package" ||
        wrong "CONTRIBUTING.md does not have $package, which ./quickstart check installs"
done
[ "$count" -gt 50 ] || wrong "only $count packages found in quickstart"
by_hand=$(installed README.md)
[ "$(echo "$by_hand" | wc -l)" -gt 15 ] || wrong "README.md has no packages for whoever builds by hand"
[ "$(installed docs/dependencies.md)" = "$by_hand" ] ||
    wrong "README.md and docs/dependencies.md do not install the same packages"
exit $failed

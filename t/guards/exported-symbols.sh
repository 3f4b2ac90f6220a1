#!/bin/sh
# httpd loads modules with RTLD_GLOBAL: of a symbol that two of them export, the first one wins for
# both. So each module exports its module structure and nothing else.
set -eu
. "$(dirname "$0")/places.sh"

for name in user space booking product socache_hiredis proxy_retry; do
    module=$BUILDDIR/mod_$name/.libs/mod_$name.so
    if [ ! -e "$module" ]; then
        wrong "$module is not built"
        continue
    fi
    exported=$(nm -D --defined-only "$module" | awk '{ print $NF }' | sort | tr '\n' ' ')
    [ "$exported" = "${name}_module " ] ||
        wrong "mod_$name.so exports '${exported% }', must be '${name}_module' alone"
done
exit $failed

#!/usr/bin/env bash
# Sourced by quickstart: its command "check", which builds and tests everything in a copy of the tree.
# shellcheck disable=SC2154,SC2164  # what quickstart sets, set -e among it

command_check() {
    local work stages check_started=$SECONDS
    prepare_var
    need_proc
    [[ -e /dev/pts/ptmx ]] || die "/dev/pts must be mounted for this: a test types a password"
    install_packages "${build_packages[@]}" "${check_packages[@]}"
    install_check_servers
    install_node
    # In a copy, because root's tests run httpd as nobody, who cannot reach a checkout below /root;
    # and the tree stays as it is.
    work=$(mktemp -d "${TMPDIR:-/var/tmp}/bookable-check.XXXXXX")
    chmod 755 "$work"
    ((EUID != 0)) || setpriv --reuid=nobody --regid=nogroup --clear-groups test -x "$work/." ||
        die "nobody cannot reach $work, where the tests run; set TMPDIR to another folder"
    mkdir "$work/source" "$work/logs"
    tar -C "$top" --exclude=./.git --exclude=./var --exclude=./build --exclude='./build-*' \
        --exclude=./configure --exclude=./autom4te.cache -cf - . |
        tar -C "$work/source" --no-same-owner -xf -
    exec 8>&-
    export BOOKABLE_CHECK=$work
    cd "$work/source"
    stage "autoreconf"              autoreconf -fi
    stage "gcc -Werror"             check_build build --enable-werror
    # Most of what tests do is to wait.
    side_by_side check_answers check_load check_compilers
    cd "$top"
    stages=$(find "$work/logs" -name '*.log' | wc -l)
    rm -rf "$work"
    say check "all $stages stages passed in $((SECONDS - check_started)) s"
}

# ---- stages, in lanes of which each goes on by itself

check_answers() {
    stage "unit tests"              make -C build -j2 check-TESTS
    stage "guards"                  make -C build check-guards
    stage "functional suite"        make -C build check-functional
    # Other ways to work and other stores at once: what knows of one knows nothing of the other.
    stage "other stores, event"     env MPM=event make -C build check-stores STORES="pgsql sqlite+redis"
    stage "other stores, prefork"   env MPM=prefork make -C build check-stores STORES="standby+shmcb shm"
    stage "make check-sso"          make -C build check-sso
    stage "make check-web"          make -C build check-web
}

check_load() {
    # A quarter of what make check-load takes by hand.
    stage "make check-load"         env BOOKABLE_LOAD_SECONDS=15 make -C build check-load
    stage "other stores under load" env BOOKABLE_LOAD_SECONDS=10 make -C build check-load-stores
    # What the others show has its tests above.
    stage "some of bench/experiments" env BOOKABLE_BUILDDIR="$PWD/build" \
        bench/experiments spaces latency errors bursts product --smoke
    # The whole suite runs on these sources; here it is the package that is tested: all of it is built.
    stage "make distcheck"          make -C build distcheck DISTCHECK_CONFIGURE_FLAGS=CFLAGS=-O0 TESTS_TO_RUN=t/10-user.t \
        TESTS="t/unit/test_time t/unit/test_db_pgsql t/unit/test_admin.sh"
    stage "make install, configtest" check_install
    stage "Debian packages"         make -C build check-packages-quick
    stage "make check-quickstart"   make -C build check-quickstart
    stage "make check-valgrind"     make -C build check-valgrind
}

# What is optimized is made by gcc -Werror alone: it takes twice as long to compile.
check_compilers() {
    stage "shell scripts"           check_scripts
    stage "clang -Werror"           check_build build-clang --enable-werror CC=clang CFLAGS=-O0
    stage "sanitizers: build"       check_build build-asan --enable-sanitizers
    stage "without PostgreSQL, Redis" check_without
    # All of the corpus, and some seconds for new inputs of each target; who looks for some takes minutes.
    stage "make check-fuzz"         make -C build check-fuzz
    stage "sanitizers: make check-asan" make -C build-asan check-asan
}

# Prints a line when it is over: how long it took, and how much of the processors' time.
stage() {
    local name=$1 started=$SECONDS code=0 output used
    output=$work/logs/${name//[^A-Za-z0-9]/-}.log
    shift
    used=$({ TIMEFORMAT='%U %S'; time "$@" >"$output" 2>&1 </dev/null; } 2>&1) || code=$?
    used=$(awk '{ printf "%.0f", $1 + $2 }' <<<"$used")
    if ((code == 0)); then
        printf '%-30s passed %5d s %6d s of CPU\n' "$name" $((SECONDS - started)) "$used"
        return
    fi
    printf '%-30s FAILED %5d s\n' "$name" $((SECONDS - started))
    tail -n 60 "$output" >&2
    die "'$name' failed (exit code $code); all of its output: $output"
}

# Runs functions at once, each in a process group of its own. The first that fails ends the others. When
# this returns, nothing runs any longer that they have started.
side_by_side() {
    local lane code=0
    set -m
    trap 'end_lanes; exit 1' INT TERM HUP
    for lane in "$@"; do
        "$lane" &
    done
    set +m
    for lane in "$@"; do
        wait -n || code=$?
        ((code == 0)) || break
    done
    ((code == 0)) || end_lanes
    trap - INT TERM HUP
    end_what_is_left
    ((code == 0)) || exit "$code"
}

# Tests stop the servers that they have started before they go: that takes a while.
end_lanes() {
    local pid
    for pid in $(jobs -p); do
        kill -TERM -- "-$pid" 2>/dev/null || true
    done
    end_what_is_left
    wait
}

# Programs that a stage started have BOOKABLE_CHECK in their environment, whoever is their parent now and
# whatever process group they are in.
check_processes() (
    unset BOOKABLE_CHECK
    grep -lzxF "BOOKABLE_CHECK=$work" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3
)

end_what_is_left() {
    local deadline=$((SECONDS + 60)) pid
    while [[ $(check_processes) ]]; do
        if ((SECONDS > deadline)); then
            for pid in $(check_processes); do
                say "left over" "$(tr '\0' ' ' <"/proc/$pid/cmdline" || true)"
                kill -KILL "$pid" || true
            done 2>/dev/null
        fi
        sleep 0.2
    done
}

check_scripts() {
    grep -lE --directories=skip '^#!/usr/bin/env bash' quickstart .ci/* bench/* bin/* t/fuzz/* | xargs shellcheck -x
}

check_build() {
    local folder=$1
    shift
    mkdir "$folder" && cd "$folder" && ../configure "$@" && make -j "$(nproc)"
}

# What a program says that has to fail.
refused() {
    ! "$@" 2>&1
}

# The tarball has the same files, whatever configure has found on the machine that it is made on.
same_tarball() {
    local folder
    for folder in "$@"; do
        make -s -C "$folder" distdir distdir=listed || return 1
        (cd "$folder/listed" && find . -type f | sort) >"$folder/listed.txt"
    done
    diff "$1/listed.txt" "$2/listed.txt"
}

# What is left out is not linked, and who asks for it is told.
check_without() {
    check_build build-without --enable-werror --without-pgsql --without-hiredis CFLAGS=-O0 && cd - || return 1
    ! ldd build-without/bookable-admin build-without/mod_*/.libs/*.so | grep -E 'libpq|hiredis' || return 1
    [[ ! -e build-without/mod_socache_hiredis/.libs ]] || return 1
    same_tarball build build-without || return 1
    make -C build-without check-functional TESTS_TO_RUN="t/10-user.t t/40-product.t" || return 1
    refused build-without/bookable-admin --driver pgsql --params "host=db1" list | grep 'without PostgreSQL' || return 1
    {
        printf 'LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n' mpm_worker mpm_worker authz_core authz_core dbd dbd
        echo "LoadModule product_module $PWD/build-without/mod_product/.libs/mod_product.so"
        printf '%s\n' "Listen 127.0.0.1:8080" "ErrorLog /dev/null" "DBDriver pgsql" \
            'DBDParams "host=db1 connect_timeout=2"' "ProductPath /products"
    } >"$work/without.conf"
    refused "$httpd" -t -f "$work/without.conf" | grep 'DBDriver is not right: must be sqlite3'
}

# What a packager does, and then what an administrator does with it.
check_install() {
    local root=$work/root modules file
    make -C build install DESTDIR="$root" || return 1
    modules=$root$(apxs -q LIBEXECDIR)
    mkdir -p "$work/run" "$work/etc"
    sed "s,/usr/lib/apache2/modules,$modules," conf/{user,space,booking,product,socache_hiredis}.load \
        >"$work/etc/modules.load"
    # With the defaults that stand there as comments said aloud.
    sed -E 's/^#([A-Z][A-Za-z]+ )/\1/' conf/bookable.conf >"$work/etc/bookable.conf"
    {
        echo "Define BOOKABLE_LISTEN 127.0.0.1:8080"
        echo "Define BOOKABLE_USER nobody"
        echo "Define BOOKABLE_GROUP nogroup"
        echo "Define BOOKABLE_DATABASE $work/run/bookable.db"
        echo "Define BOOKABLE_RUN $work/run"
        echo "Define BOOKABLE_LOG $work/run"
        echo "Define BOOKABLE_HTTPD /usr/lib/apache2/modules"
        echo "Define BOOKABLE_MEMBERS $work/source/conf/members.conf"
        echo "Define BOOKABLE_ERRORS $work/source/conf/errors.conf"
        echo "Define BOOKABLE_PROXY_RETRY $modules/mod_proxy_retry.so"
    } >"$work/etc/places.conf"
    {
        echo "Include $work/etc/places.conf"
        echo "Include $work/etc/modules.load"
        echo "Include \${CONFIGURATION}"
        echo "Include $work/source/conf/compat.conf"
    } >"$work/etc/httpd.conf"
    for file in "$work/source/conf/bookable.conf" "$work/etc/bookable.conf"; do
        "$httpd" -t -C "Define CONFIGURATION $file" -f "$work/etc/httpd.conf" || return 1
    done
    printf 'Include %s\n' "$work/etc/places.conf" "$work/source/conf/gateway.conf" >"$work/etc/gateway.conf"
    "$httpd" -M -f "$work/etc/gateway.conf" | grep proxy_retry || return 1
    "$(find "$root" -name bookable-admin)" --help
}

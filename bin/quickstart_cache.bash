#!/usr/bin/env bash
# Sourced by quickstart: the cache, httpd's own in shared memory or a Redis that runs already; and keys.
# shellcheck disable=SC2154  # what quickstart sets
#
# $cache says which: "shmcb", or a URL as mod_socache_hiredis takes it.

# read_cache OPTION VALUE: prints what was asked for.
read_cache() {
    local option=$1 value=$2
    value=$(read_url "$option" "$value") || return 1
    [[ $value == shmcb || $value =~ ^redis://$url_letters ]] ||
        die "$option: must be redis://[[USER]:PASSWORD@]HOST[:PORT][/DB] or redis:///PATH/OF/SOCKET," \
            "with other than letters and digits of a password as %XX, or shmcb"
    printf '%s\n' "$value"
}

shown_cache() {
    without_password "$1" | sed 's,//@,//,'
}

# make_key FILE: a key, unless there is one. Hosts that are to share it get a copy of the file.
make_key() {
    [[ -s $1 ]] || (umask 077 && od -An -v -N16 -tx1 /dev/urandom | tr -d ' \n' >"$1")
}

# The key of the cursors of lists, so that they hold after a restart.
key_defines() {
    make_key "$var/api.key"
    echo "Define BOOKABLE_API_KEY \"$var/api.key\""
}

# For conf/bookable.conf.
cache_defines() {
    [[ $cache != shmcb ]] || return 0
    echo "LoadModule socache_hiredis_module" \
        "\"$top/build/mod_socache_hiredis/.libs/mod_socache_hiredis.so\""
    echo "Define BOOKABLE_CACHE \"$cache\""
    make_key "$var/cache.key"
    echo "Define BOOKABLE_CACHE_KEY \"$var/cache.key\""
}

# The services work without their cache, so it is no reason not to start.
check_cache() {
    [[ $cache != shmcb ]] || return 0
    local address=${cache#redis://} host port=6379
    address=${address##*@}
    address=${address%%\?*}
    if [[ $address == /* ]]; then
        [[ -S $address ]] || say warning "there is no socket $address: nothing is cached until there is"
        return 0
    fi
    address=${address%%/*}
    host=${address%:*}
    [[ $address =~ :([0-9]+)$ ]] && port=${BASH_REMATCH[1]} || host=$address
    (exec 3<>"/dev/tcp/${host//[][]/}/$port") 2>/dev/null ||
        say warning "nobody answers at $host, port $port: nothing is cached until somebody does"
}

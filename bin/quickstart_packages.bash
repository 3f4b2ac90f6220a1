#!/usr/bin/env bash
# Sourced by quickstart: Debian's packages, those that are missing.
# shellcheck disable=SC2154  # what quickstart sets

missing_packages() {
    local name
    for name in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed ||
            echo "$name"
    done
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        sudo "$@"
    fi
}

install_packages() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        die "made for Debian 12, and there is no apt-get here; README.md says how to build by hand"
    fi
    local names output=$log/apt.log
    local options=(-q -y --no-install-recommends -o Acquire::Retries=2 -o Acquire::http::Timeout=30
        -o DPkg::Lock::Timeout=120)
    names=$(missing_packages "$@" | tr '\n' ' ')
    names=${names% }
    [[ $names ]] || return 0
    may_become_root ||
        die "no right to install packages; as root: apt-get install --no-install-recommends $names"
    say packages "installing $names"
    as_root apt-get "${options[@]}" update >"$output" 2>&1 || true
    # shellcheck disable=SC2086  # a list of words
    as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" install $names \
        >>"$output" 2>&1 </dev/null ||
        die "apt-get could not install packages: $(apt_reason "$output"); all it said: $output"
    # A name that another package provides would be missing for ever, and ask for root's rights each time.
    names=$(missing_packages "$@" | tr '\n' ' ')
    [[ ! $names ]] || die "packages of other names stand for ${names% }: name those"
}

# Debian starts a server when it is installed and at every boot, and makes PostgreSQL a first cluster.
# The tests need the programs alone; whoever has such servers already keeps them as they are.
install_check_servers() {
    local policy=/usr/sbin/policy-rc.d clusters=/etc/postgresql-common/createcluster.conf
    [[ $(missing_packages "${check_servers[@]}") ]] || return 0
    if [[ $(missing_packages postgresql-common) ]]; then
        install_packages postgresql-common
        as_root sed -i 's/^#* *create_main_cluster *=.*/create_main_cluster = false/' "$clusters"
    fi
    (
        if [[ ! -e $policy ]]; then
            trap 'as_root rm -f "$policy"' EXIT
            printf '#!/bin/sh\nexit 101\n' | as_root sh -c "cat >$policy && chmod 755 $policy"
        fi
        install_packages "${check_servers[@]}"
        local service
        for service in haproxy krb5-admin-server krb5-kdc pgbouncer prometheus redis-server slapd; do
            ! command -v systemctl >/dev/null || as_root systemctl --quiet disable "$service" || true
        done
    )
}

# Debian's npm conflicts with a node of another origin, which brings its own.
install_node() {
    command -v npm >/dev/null || install_packages nodejs npm
}

may_become_root() {
    ((EUID != 0)) || return 0
    command -v sudo >/dev/null || return 1
    # Without a terminal nobody could type the password.
    sudo -n true 2>/dev/null || { [[ -t 0 ]] && sudo -v; }
}

# The first thing that went wrong is the cause: what follows it is mostly "unable to locate".
apt_reason() {
    local reason
    reason=$(grep -m 1 -E '^(W: Failed|E: |dpkg: error)' "$1" | tr -s ' ') || true
    echo "${reason:-it said nothing}"
}

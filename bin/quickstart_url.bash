#!/usr/bin/env bash
# Sourced by quickstart: URLs of servers that run already. One may hold a password, and so is in no
# command line of ours, in no log, and in no file that others can read.
# shellcheck disable=SC2154  # what quickstart sets

# What may stand in one; a name or password that has other letters has them as %XX. None of these means
# anything to httpd's configuration.
# shellcheck disable=SC2034  # for the others
url_letters='[][A-Za-z0-9._~:/?@!$&'\''()*+,;=%-]+$'

# read_url OPTION VALUE: prints the URL, which "@FILE" has in a file.
read_url() {
    local option=$1 value=$2
    if [[ $value == @* ]]; then
        { read -r value || [[ $value ]]; } <"${value#@}" || die "$option: there is no URL in ${value#@}"
    elif [[ $option == --* && $(password_of "$value") ]]; then
        say warning "everybody on this host can see a command line, and so this password: say" >&2
        say "" "$option @FILE, or $(tr a-z- A-Z_ <<<"bookable${option#-}") in the environment" >&2
    fi
    printf '%s\n' "$value"
}

# What was said last, as what: "database" or "cache"; or else the default.
saved_url() {
    cat "$var/$1" 2>/dev/null || echo "$2"
}

save_url() {
    (umask 077 && printf '%s\n' "$2" >"$var/$1")
}

# A password is the part after the user's name, or a parameter.
without_password() {
    sed -E 's,^([a-z]+://[^:@/]*):[^@/]*@,\1@,; s,([?&])password=[^&]*(&|$),\1,; s,[?&]$,,' <<<"$1"
}

password_of() {
    local password=
    if [[ $1 =~ ^[a-z]+://[^:@/]*:([^@/]*)@ || $1 =~ [?\&]password=([^\&]*) ]]; then
        password=${BASH_REMATCH[1]}
    fi
    printf '%b' "${password//%/\\x}"
}

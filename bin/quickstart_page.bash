#!/usr/bin/env bash
# Sourced by quickstart: the web page.
# shellcheck disable=SC2154  # what quickstart sets

# Where httpd's user finds it: in the build folder or, of a checkout that is closed to others, such as one below /root,
# in a copy.
page_directory() {
    local made=$top/build/web/made copy
    if ((EUID != 0)) || setpriv --reuid="$httpd_user" --regid="$httpd_user" --clear-groups test -r "$made/index.html"; then
        echo "$made"
        return
    fi
    copy=/var/lib/bookable-page-$(printf %s "$top" | sha256sum | cut -c 1-8)
    rm -rf "$copy"
    cp -R "$made" "$copy"
    chmod -R u=rwX,go=rX "$copy"
    echo "$copy"
}

# For conf/web.conf, behind bookable.conf.
page_configuration() {
    echo "Define BOOKABLE_WEB \"$(page_directory)\""
    echo "Include \"$top/conf/web.conf\""
}

# It is there, and is ours.
page_answers() {
    curl -s --noproxy '*' -m 5 "$(server_url)/" | grep -q '<div id="page">'
}

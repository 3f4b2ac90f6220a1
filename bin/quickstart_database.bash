#!/usr/bin/env bash
# Sourced by quickstart: the database, an SQLite file of its own or a PostgreSQL that runs already.
# shellcheck disable=SC2154  # what quickstart sets
#
# $database says which: "sqlite", or a URL as libpq takes it, with a connect_timeout.

# ---- which one ----------------------------------------------------------------------------------

is_file() {
    [[ $1 == sqlite ]]
}

# read_database OPTION VALUE: prints what was asked for, ready for httpd.
read_database() {
    local option=$1 value=$2
    value=$(read_url "$option" "$value") || return 1
    [[ $value == sqlite || $value =~ ^postgres(ql)?://$url_letters ]] ||
        die "$option: must be postgresql://USER[:PASSWORD]@HOST[:PORT]/DATABASE, with other than" \
            "letters and digits of a name or password as %XX, or sqlite"
    # Without one a host that is silent would hold up httpd's children for minutes.
    if ! is_file "$value" && [[ ! $value =~ [?\&]connect_timeout= ]]; then
        [[ $value == *\?* ]] && value+="&" || value+="?"
        value+=connect_timeout=2
    fi
    printf '%s\n' "$value"
}

shown_database() {
    if is_file "$1"; then
        echo "$(database_directory)/bookable.db"
    else
        without_password "$1" | sed -E 's,([?&])connect_timeout=2(&|$),\1,; s,[?&]$,,'
    fi
}

# For conf/bookable.conf. A server has a process for each connection: children (four at a graceful
# restart) times these must stay below its max_connections, which is 100 where nobody changed it.
database_defines() {
    if is_file "$database"; then
        echo "Define BOOKABLE_DATABASE \"$(database_directory)/bookable.db\""
    else
        echo "Define BOOKABLE_DATABASE \"$database\""
        echo "Define BOOKABLE_DRIVER   pgsql"
        echo "Define BOOKABLE_CONNECTIONS 8"
    fi
}

# ---- the file -----------------------------------------------------------------------------------

# Whether the user that httpd's children run as can write there: all above must let it through.
writable_for_httpd() {
    ((EUID == 0)) || { [[ -w $1 ]]; return; }
    setpriv --reuid="$httpd_user" --regid="$httpd_user" --clear-groups test -w "$1"
}

# Its real path: the way by var/db may be closed to httpd's user.
database_directory() {
    (cd "$var/db" && pwd -P)
}

make_database_directory() {
    local directory=$var/db elsewhere
    if [[ ! -e $directory ]]; then
        rm -f "$directory"
        mkdir -m 700 "$directory"
        ((EUID != 0)) || chown "$httpd_user:" "$directory"
    fi
    writable_for_httpd "$(database_directory)" && return
    ((EUID == 0)) || die "no right to write to $directory: it belongs to another user"

    # A checkout below /root, for one.
    elsewhere=/var/lib/bookable-$(printf %s "$top" | sha256sum | cut -c 1-8)
    say database "$httpd_user cannot reach $directory: it is in $elsewhere"
    if [[ -e $elsewhere ]]; then
        rmdir "$directory" 2>/dev/null ||
            die "there is a database in $(database_directory) and another in $elsewhere"
    else
        chown -R "$httpd_user:" "$directory"
        mv "$directory" "$elsewhere"
    fi
    ln -s "$elsewhere" "$directory"
    writable_for_httpd "$elsewhere" || die "$httpd_user cannot write to $elsewhere"
}

# ---- bookable-admin -----------------------------------------------------------------------------

# As the user of httpd's children, who will have to reach the server by the same rights; but the
# program may be in a folder that is closed to them.
admin_on_server() {
    local as=() password
    ((EUID != 0)) || as=(setpriv --reuid="$httpd_user" --regid="$httpd_user" --clear-groups)
    password=$(password_of "$database")
    PGPASSWORD=${password:-${PGPASSWORD:-}} "${as[@]}" /proc/self/fd/7 --driver pgsql \
        --params "$(without_password "$database")" "$@" 7<"$top/build/bookable-admin"
}

admin_tool() {
    if is_file "$database"; then
        "$top/build/bookable-admin" --params "$(database_directory)/bookable.db" "$@" \
            2>"$log/admin.log" ||
            die "bookable-admin failed: $(tail -n 1 "$log/admin.log")"
    else
        admin_on_server "$@" 2>"$log/admin.log" ||
            die "$(shown_database "$database"): $(server_reason)"
    fi
}

# What bookable-admin said, in one line, and what would help.
server_reason() {
    local said owner="make the user the database's owner: ALTER DATABASE name OWNER TO user"
    said=$(sed 's/^bookable-admin: //; /^LINE [0-9]/,/\^/d' "$log/admin.log" | tr -s '\n\t ' ' ')
    printf '%s' "${said% }"
    case $said in
    *'database "'*'" does not exist'*)
        echo "; make it: createdb --owner USER --encoding UTF8 NAME" ;;
    *'role "'*'" does not exist'*)
        echo "; make it: createuser --pwprompt NAME" ;;
    *'extension "btree_gist" is not available'*)
        echo "; install PostgreSQL's contrib package on its host" ;;
    *'permission denied to create extension'*)
        echo "; $owner, or, as a superuser, CREATE EXTENSION btree_gist" ;;
    *'permission denied for schema'*)
        echo "; $owner" ;;
    *'no password supplied'* | *'password authentication failed'*)
        echo "; postgresql://USER:PASSWORD@... in a file, and --db @FILE" ;;
    esac
}

prepare_database() {
    ! is_file "$database" || make_database_directory
    admin_tool tables
}

# Makes one where there is none. Sets administrator_password; empty: there is one already.
make_administrator() {
    local users
    administrator_password=
    users=$(admin_tool list)
    [[ $users != *$'\tadmin\t'* ]] || return 0
    administrator_password=$(head -c 15 /dev/urandom | base64 | tr '+/' '-_')
    administrator_id=$(admin_tool add --name administrator --role admin <<<"$administrator_password")
}

say_administrator() {
    if [[ $administrator_password ]]; then
        say admin "name administrator, id $administrator_id, password $administrator_password (shown this once)"
        return
    fi
    say admin "there is one already; to change a password:"
    if is_file "$database"; then
        say "" "build/bookable-admin --params $(database_directory)/bookable.db password ID"
    else
        say "" "build/bookable-admin --driver pgsql --params '$(without_password "$database")' password ID"
    fi
}

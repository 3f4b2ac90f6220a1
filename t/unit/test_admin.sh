#!/bin/sh
# bookable-admin: what a command line may say, which databases it takes, whose the files are.
set -u
# shellcheck source=t/unit/admin.sh
. "$(dirname "$0")/admin.sh"

# ---- the command line ---------------------------------------------------------------------------

run ''; refuses "no arguments" "Usage:"
run '' --params "$db"; refuses "no command" "Usage:"
run '' list; refuses "no database" "Usage:"
run '' --params; refuses "an option without its value" "Usage:"
run 'a-secret-word\n' --params "$db" --password secret add --name ann --role admin
refuses "a password as an option" "Usage:"
on_db '' remove 1; refuses "an unknown command" "Usage:"
refuses "an unknown command by its name" "remove: there is no such command with 1 argument"
on_db '' list all; refuses "list with an argument" "Usage:"
refuses "a command by how many arguments there are" "list: there is no such command with 1 argument"
on_db '' add ann; refuses "add with an argument" "Usage:"
on_db '' grant 1; refuses "grant without a role" "Usage:"
on_db '' grant 1 admin now; refuses "grant with one more" "Usage:"
on_db '' password; refuses "password without an id" "Usage:"

run '' --help
[ $code = 0 ] && grep -q '^Usage:' "$out" && grep -q 'never an argument' "$out"
it "--help goes to standard output"

run '' --driver nosuch --params "$db" list; refuses "an unknown driver" "nosuch"

# ---- databases that are new, and such that are none ----------------------------------------------

run '' --params "$work/all.db" tables
succeeds "tables"
[ "$(sqlite3 "$work/all.db" "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_master
    WHERE type = 'table' ORDER BY name)")" = "bookable_schema booking_events booking_keys booking_log bookings closures groups policies products series space_keys space_words spaces user_groups user_keys user_tokens users" ]
it "are made, of all services"
run '' --params "$work/all.db" tables
succeeds "they may be there"
run '' --params "$work/all.db" tables users; refuses "tables with an argument" "Usage:"

for command in list "grant 1 admin" "password 1"; do
    # shellcheck disable=SC2086
    run 'a-secret-word\n' --params "$work/mistyped.db" $command
    refuses "$command, of a database that is not there" "mistyped.db: No such file"
    [ ! -e "$work/mistyped.db" ]; it "$command makes none"
    : > "$work/empty.db"
    # shellcheck disable=SC2086
    run 'a-secret-word\n' --params "$work/empty.db" $command
    refuses "$command, of an empty database" "no users"
    [ ! -s "$work/empty.db" ]; it "$command leaves it empty"
done
run '' --params "$db" tables; succeeds "tables, of a new database"
on_db '' list; succeeds "list, of a database without users"
[ ! -s "$out" ]; it "has nobody in it"
run '' --version; succeeds "--version"
for to in /dev/full closed; do
    for command in --version --help; do
        if [ $to = closed ]; then "$admin" $command >&- 2> "$err"; else "$admin" $command > $to 2> "$err"; fi
        [ $? = 1 ] && grep -qF "the output cannot be written" "$err"
        it "$command, its output is $to"
    done
done
grep -qE '^bookable-admin [0-9]+[.][0-9]+[.][0-9]+(~[a-z0-9]+)?$' "$out"; it "is printed"

run '' --params "$work/no/such/folder/bookable.db" list; refuses "no folder" "no/such/folder"
run '' --params "$work" list; refuses "a folder" "bookable-admin:"
echo "This is no database, and long enough for SQLite to see it." > "$work/text"
run '' --params "$work/text" list; refuses "another file" "not a database"
[ "$(wc -l < "$work/text")" = 1 ]; it "which is left alone"
cp "$db" "$work/later.db"
sqlite3 "$work/later.db" "UPDATE bookable_schema SET version = 99"
run '' --params "$work/later.db" list; refuses "a later version's database" "newer"
# A file name without a folder is one of the present folder.
case $admin in /*) here=$admin ;; *) here=$PWD/$admin ;; esac
(cd "$work" && "$here" --params bookable.db list) > "$out" 2> "$err"
code=$?
succeeds "a path without a folder"

# ---- root ---------------------------------------------------------------------------------------

# Root goes on as the owner of the folder: httpd has to be able to write what is made there.
if [ "$(id -u)" = 0 ]; then
    chmod 711 "$work"
    mkdir "$work/theirs"
    chown 65534:65534 "$work/theirs"
    chmod 700 "$work/theirs"
    mkfifo "$work/fifo"
    # As a member of other groups too, if that can be had.
    groups=
    if command -v setpriv > /dev/null && setpriv --groups 0,4 true 2> /dev/null; then
        groups="setpriv --groups 0,4"
    fi
    # shellcheck disable=SC2086
    $groups "$admin" --params "$work/theirs/bookable.db" add --name ann --role admin \
        < "$work/fifo" > "$out" 2> "$err" &
    pid=$!
    exec 3> "$work/fifo"
    tries=0
    until [ -s "$work/theirs/bookable.db" ] || [ $tries = 600 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    ids=$(awk '/^(Uid|Gid|Groups):/ { for (i = 2; i <= NF; i++) print $i }' "/proc/$pid/status" | sort -u)
    [ "$ids" = 65534 ]; it "root becomes the folder's owner, in no other group (is: $(echo "$ids" | tr '\n' ' '))"
    [ "$(stat -c %u:%g "$work"/theirs/* | sort -u)" = 65534:65534 ]; it "every file is the owner's, while it runs"
    echo a-secret-word >&3
    exec 3>&-
    wait $pid
    code=$?
    succeeds "add in a folder of another user"
    [ "$(stat -c %u:%g "$work"/theirs/* | sort -u)" = 65534:65534 ]; it "every file is the owner's"
fi

finish

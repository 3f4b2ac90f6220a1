#!/bin/sh
# bookable-admin: every command, what it refuses, where passwords come from, whose its files are.
set -u
LC_ALL=C.UTF-8
export LC_ALL

admin=${BOOKABLE_ADMIN:-./bookable-admin}
[ -x "$admin" ] || { echo "test_admin: there is no $admin: run it by make check" >&2; exit 1; }
command -v sqlite3 > /dev/null || { echo "test_admin: sqlite3 is needed" >&2; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/bookable-unit-XXXXXX")
trap 'rm -rf "$work"' EXIT
db=$work/bookable.db
checks=0
failed=0

# The last run: its exit code, output and errors.
code=0
out=$work/out
err=$work/err

# run INPUT ARGUMENT...: with INPUT, as printf understands it, on standard input.
run() {
    # shellcheck disable=SC2059
    printf "$1" > "$work/in"
    shift
    "$admin" "$@" < "$work/in" > "$out" 2> "$err"
    code=$?
}

# on_db INPUT ARGUMENT...: the same, on the test's database.
on_db() {
    input=$1
    shift
    run "$input" --params "$db" "$@"
}

wrong() {
    failed=$((failed + 1))
    echo "FAILED: $*"
    sed 's/^/    out: /' "$out"
    sed 's/^/    err: /' "$err"
}

# it WHAT: the condition that was just tested, by its exit code.
it() {
    holds=$?
    checks=$((checks + 1))
    [ $holds = 0 ] || wrong "$@"
}

# Succeeded, and had nothing to complain of.
succeeds() {
    [ $code = 0 ] && [ ! -s "$err" ]
    it "$1"
}

# refuses WHAT TEXT: failed with an error that has TEXT, and printed nothing else.
refuses() {
    [ $code = 1 ] && [ ! -s "$out" ] && grep -qF -- "$2" "$err"
    it "$1"
}

sql() {
    sqlite3 "$db" "$1"
}

users() {
    sql 'SELECT count(*) FROM users'
}

# ---- the command line ---------------------------------------------------------------------------

run ''; refuses "no arguments" "Usage:"
run '' --params "$db"; refuses "no command" "Usage:"
run '' list; refuses "no database" "Usage:"
run '' --params; refuses "an option without its value" "Usage:"
run 'a-secret-word\n' --params "$db" --password secret add --name ann --role admin
refuses "a password as an option" "Usage:"
on_db '' remove 1; refuses "an unknown command" "Usage:"
on_db '' list all; refuses "list with an argument" "Usage:"
on_db '' add ann; refuses "add with an argument" "Usage:"
on_db '' grant 1; refuses "grant without a role" "Usage:"
on_db '' grant 1 admin now; refuses "grant with one more" "Usage:"
on_db '' password; refuses "password without an id" "Usage:"

run '' --help
[ $code = 0 ] && grep -q '^Usage:' "$out" && grep -q 'never an argument' "$out"
it "--help goes to standard output"

run '' --driver nosuch --params "$db" list; refuses "an unknown driver" "nosuch"

# ---- add ----------------------------------------------------------------------------------------

run '' --params "$work/all.db" tables
succeeds "tables"
[ "$(sqlite3 "$work/all.db" "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_master
    WHERE type = 'table' ORDER BY name)")" = "bookable_schema booking_events booking_keys bookings groups policies products quota_holders space_keys space_words spaces user_groups user_keys user_tokens users" ]
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
grep -qE '^bookable-admin [0-9]+[.][0-9]+[.][0-9]+$' "$out"; it "is printed"

on_db 'a-secret-word\n' add --name ann --role admin
succeeds "add an admin"
ann=$(cat "$out")
[ "$ann" -ge 1 ] && [ "$ann" -lt 100000000000 ]; it "its id is printed, and nothing else"
sql "SELECT password_hash FROM users" | grep -qE '^[$]2y[$]12[$].{53}$'; it "a bcrypt hash of cost 12 is stored"
[ "$(sql "SELECT session_end - session_start FROM users")" = 3600000000 ]; it "the session has an hour"
! grep -rqF secret "$work/bookable.db" "$out" "$err"; it "the password is nowhere"

on_db 'a-secret-word\n' --name 'Jörg 📚' add --email joerg@example.org --role member
succeeds "options may stand anywhere, names may be any letters"
joerg=$(cat "$out")
[ "$(sql "SELECT email FROM users WHERE id = $joerg")" = joerg@example.org ]; it "the email is stored"
[ "$(sql "SELECT email IS NULL FROM users WHERE id = $ann")" = 1 ]; it "none is NULL"

on_db '' list
succeeds "list"
printf '%s\tadmin\tann\n%s\tmember\tJörg 📚\n' "$ann" "$joerg" | sort -n | cmp -s - "$out"
it "list has id, role and name, in the order of ids"

hundred=$(printf '%0100d' 0 | sed 's/0/ü/g')
before=$(users)
bad_name() {
    on_db 'a-secret-word\n' add --name "$1" --role member
    refuses "a name that is $2" "name"
}
bad_name '' empty
bad_name 'a:b' "with a colon"
bad_name "$(printf 'a\nb')" "with a new line"
bad_name "$(printf 'a\001b')" "with a control character"
bad_name "$(printf 'a\302\205b')" "with a C1 control character"
bad_name "${hundred}x" "of 101 characters"
bad_name "$(printf 'a\377b')" "no UTF-8"
bad_name "$(printf 'a\303')" "cut UTF-8"
on_db 'a-secret-word\n' add --role member; refuses "no name" "--name"
on_db 'a-secret-word\n' add --name bob; refuses "no role" "admin or member"
on_db 'a-secret-word\n' add --name bob --role Admin; refuses "a role in capitals" "admin or member"
on_db 'a-secret-word\n' add --name bob --role ''; refuses "an empty role" "admin or member"
on_db 'a-secret-word\n' add --name bob --role member --email "$(printf '%0255d' 0)"
refuses "an email of 255 bytes" "email"
on_db 'a-secret-word\n' add --name bob --role member --email "$(printf 'b\nb@example.org')"
refuses "an email with a new line" "email"
on_db 'a-secret-word\n' add --name bob --role member --email "$(printf 'b\377@example.org')"
refuses "an email that is no UTF-8" "email"
[ "$(users)" = "$before" ]; it "what was refused is not stored"

# ---- passwords ----------------------------------------------------------------------------------

bytes72=$(printf '%072d' 0)
bad_password() {
    on_db "$1" add --name bob --role member
    refuses "a password that is $2" "password"
}
before=$(users)
bad_password '' missing
bad_password '\n' empty
bad_password '\r\n' "empty, from another system"
bad_password '\na-secret-word\n' "on the second line"
bad_password "${bytes72}0\n" "of 73 bytes"
bad_password "$(printf '%0300d' 0)\n" "of 300 bytes"
bad_password 'sec\000ret\n' "cut by a NUL"
"$admin" --params "$db" add --name bob --role member <&- > "$out" 2> "$err"
code=$?
refuses "no standard input at all" "password"
[ "$(users)" = "$before" ]; it "without a password nobody is stored"

on_db "$bytes72" add --name "$hundred" --role member
succeeds "72 bytes, without a new line; a name of 100 characters"

# One password given in two ways is one password: both hashes are of the same text.
on_db 'se cret \r\nmore\n' add --name crlf --role member
succeeds "the first line is the password, without its end"
crlf=$(cat "$out")

# ---- a new password -----------------------------------------------------------------------------

sql "INSERT INTO user_tokens (digest, user_id, expires) VALUES (x'01', $ann, 9999999999999999), (x'02', $joerg, 9999999999999999)"
old=$(sql "SELECT password_hash FROM users WHERE id = $ann")
others=$(sql "SELECT * FROM users WHERE id <> $ann")
on_db 'another-word\n' password "$ann"
succeeds "set a password"
[ ! -s "$out" ]; it "and say nothing"
[ "$(sql "SELECT password_hash FROM users WHERE id = $ann")" != "$old" ]; it "the hash is another"
[ "$(sql "SELECT session_end FROM users WHERE id = $ann")" = 0 ]
it "the session has ended"
[ "$(sql "SELECT group_concat(user_id) FROM user_tokens")" = "$joerg" ]; it "this user's tokens are gone, and no other's"
[ "$(sql "SELECT * FROM users WHERE id <> $ann")" = "$others" ]; it "other users are as before"

old=$(sql "SELECT password_hash FROM users WHERE id = $ann")
on_db 'another-word\n' password "$ann" secret; refuses "a password as an argument" "Usage:"
on_db '\n' password "$ann"; refuses "an empty new password" "password"
on_db 'x\n' password 1; refuses "nobody's id" "no user"
on_db 'x\n' password -1; refuses "a negative id" "bookable-admin:"
for id in 0 x 1x '' 99999999999999999999; do
    on_db 'x\n' password "$id"; refuses "an id of '$id'" "positive integer"
done
[ "$(sql "SELECT password_hash FROM users WHERE id = $ann")" = "$old" ]; it "what was refused changed nothing"

# ---- roles --------------------------------------------------------------------------------------

role() {
    sql "SELECT is_admin FROM users WHERE id = $1"
}
on_db '' grant "$joerg" admin; succeeds "grant admin"
[ "$(role "$joerg")" = 1 ]; it "it is one"
on_db '' grant "$joerg" admin; succeeds "grant what is there"
on_db '' grant "$joerg" member; succeeds "grant member"
[ "$(role "$joerg")$(role "$ann")$(role "$crlf")" = 010 ]; it "it is none, and the others are as before"
on_db '' grant 1 admin; refuses "grant to nobody" "no user"
on_db '' grant x admin; refuses "grant to no id" "positive integer"
on_db '' grant "$joerg" root; refuses "grant an unknown role" "admin or member"

# ---- names --------------------------------------------------------------------------------------

before=$(users)
for name in "$(printf 'ann\342\200\213')" "$(printf '\342\200\256nna')" "$(printf 'a\302\255b')" ' '; do
    on_db 'a-secret-word\n' add --name "$name" --role member
    refuses "a name that shows less than it holds" "A user name"
done
for name in admin ADMIN administrator root; do
    on_db 'a-secret-word\n' add --name $name --role member
    refuses "$name, who is none" "is reserved"
done
for name in 'аdmin' adm1n 'ａｄｍｉｎ' 'ádmin'; do
    for role in member admin; do
        on_db 'a-secret-word\n' add --name "$name" --role $role
        refuses "$name, a $role" "looks like admin"
    done
done
[ "$(users)" = "$before" ]; it "what was refused is not stored"
on_db 'a-secret-word\n' add --name "$(printf 'Jo\314\210rg')" --role member
succeeds "a letter and its accent"
[ "$(sql "SELECT hex(name) FROM users WHERE id = $(cat "$out")")" = 4AC3B67267 ]; it "are stored as one character"
on_db 'a-secret-word\n' add --name admin --role admin
succeeds "admin, who is one"

# ---- renaming, disabling, deleting ----------------------------------------------------------------

row() {
    sql "SELECT name, coalesce(email, '-'), state, is_admin, length(password_hash) FROM users WHERE id = $1"
}
on_db '' rename "$joerg" 'Jörg Two'; succeeds "rename"
[ "$(row "$joerg")" = 'Jörg Two|joerg@example.org|0|0|60' ]; it "gives the name, and nothing else"
on_db '' rename "$joerg" root; refuses "rename to a reserved name" "is reserved"
on_db '' rename "$joerg" "$(printf 'a\tb')"; refuses "rename to no name" "control"
on_db '' rename 1 bob; refuses "rename nobody" "no user"
on_db '' rename "$joerg"; refuses "rename to nothing" "Usage:"

sql "INSERT OR REPLACE INTO user_tokens (digest, user_id, expires) VALUES (x'01', $ann, 9999999999999999), (x'02', $joerg, 9999999999999999)"
on_db '' disable "$joerg"; succeeds "disable"
[ "$(row "$joerg")" = 'Jörg Two|joerg@example.org|1|0|60' ]; it "keeps the user"
[ "$(sql "SELECT session_end FROM users WHERE id = $joerg")" = 0 ]; it "ends the session"
[ "$(sql "SELECT group_concat(user_id) FROM user_tokens")" = "$ann" ]; it "takes the tokens, and no other's"
on_db '' list
grep -q "^$joerg$(printf '\tmember\tJörg Two\tdisabled')\$" "$out"; it "list says so"
on_db '' disable "$joerg"; succeeds "who is disabled"
on_db '' enable "$joerg"; succeeds "enable"
[ "$(row "$joerg")" = 'Jörg Two|joerg@example.org|0|0|60' ]; it "makes a user of them again"
on_db '' disable 1; refuses "disable nobody" "no user"
on_db '' enable x; refuses "enable no id" "positive integer"

on_db '' delete "$joerg"; succeeds "delete"
[ "$(row "$joerg")" = '|-|2|0|0' ]; it "leaves an id, and nothing else"
on_db '' list
! grep -q "$joerg" "$out"; it "whom list does not know"
for command in "delete $joerg" "disable $joerg" "enable $joerg" "rename $joerg bob" "password $joerg" "grant $joerg admin"; do
    # shellcheck disable=SC2086
    on_db 'a-secret-word\n' $command; refuses "$command: who was deleted" "no user"
done
on_db '' delete 1; refuses "delete nobody" "no user"
on_db '' delete; refuses "delete without an id" "Usage:"

# ---- what passwords have to be --------------------------------------------------------------------

on_db '1234567\n' add --name bob --role member; refuses "seven characters" "at least 8 characters"
on_db 'äöüäöüä\n' add --name bob --role member; refuses "seven, of two bytes each" "at least 8 characters"
on_db '12345678\n' add --name bob --role member; succeeds "eight"
on_db '1234567\n' password "$ann"; refuses "a new one of seven" "at least 8 characters"
on_db '1\n' --password-minimum 1 password "$ann"; succeeds "one, where that is enough"
on_db '12345678\n' --password-minimum 9 password "$ann"; refuses "eight, where nine are wanted" "at least 9"
for minimum in 0 73 x ''; do
    on_db '12345678\n' --password-minimum "$minimum" password "$ann"
    refuses "a minimum of '$minimum'" "1 to 72"
done
printf '12345678\nPassword1\n' > "$work/common"
on_db 'PASSWORD1\n' --password-list "$work/common" password "$ann"; refuses "a common one" "common"
on_db 'a-secret-word\n' --password-list "$work/common" password "$ann"; succeeds "another"
on_db 'a-secret-word\n' --password-list "$work/no-such" password "$ann"; refuses "no list" "--password-list"

# ---- programs, logins, identities -----------------------------------------------------------------

on_db '' add-service --name bot; succeeds "add-service"
bot=$(cat "$out")
[ "$(sql "SELECT login, is_service, password_hash = '', version FROM users WHERE id = $bot")" = 'bot|1|1|1' ]
it "makes an account without a password, which has the name as its login"
on_db '' add-service --name BOT; refuses "add-service with a login that is taken" "another user has this login"
on_db '' add-service --name root; refuses "add-service with a reserved name" "is reserved"
on_db '' add-service; refuses "add-service without a name" "--name"
on_db '' add-service --name x --role root; refuses "add-service with an unknown role" "admin, auditor and member"
on_db '' grant "$bot" auditor; succeeds "grant auditor"
on_db '' list
grep -q "^$bot$(printf '\tauditor\tbot')\$" "$out"; it "list says so"
on_db '' grant "$bot" member; succeeds "grant member to an auditor"
[ "$(sql "SELECT is_auditor, is_admin FROM users WHERE id = $bot")" = '0|0' ]; it "who is none then"
on_db '' grant 1 auditor; refuses "grant auditor to nobody" "no such user"

on_db '' login "$bot" Robot; succeeds "login"
[ "$(sql "SELECT login, login_key FROM users WHERE id = $bot")" = 'Robot|robot' ]; it "gives it"
on_db '' login robot bot; succeeds "login, of a user by the login"
on_db '' login "$bot" admin; refuses "login that is reserved" "is reserved"
on_db '' login "$ann" bot; refuses "login that is taken" "another user has this login"
on_db '' login nobody-at-all x; refuses "login of nobody" "no user of this id or login: nobody-at-all"

on_db '' link bot 'bot@idp'; succeeds "link"
[ "$(sql "SELECT identity FROM users WHERE id = $bot")" = 'bot@idp' ]; it "gives the identity"
on_db '' link "$ann" 'bot@idp'; refuses "link with an identity that is taken" "another user has this identity"
on_db '' link "$ann" "$(printf '%0256d' 0)"; refuses "link with 256 bytes" "An identity has"
on_db '' unlink bot; succeeds "unlink"
[ "$(sql "SELECT identity IS NULL FROM users WHERE id = $bot")" = 1 ]; it "takes it away"
printf '# people\n\n%s\tann@idp\nbot\tbot@idp\n' "$ann" > "$work/people"
on_db '' link --from "$work/people"; succeeds "link --from"
[ "$(sql "SELECT group_concat(identity) FROM (SELECT identity FROM users WHERE identity IS NOT NULL ORDER BY 1)")" = 'ann@idp,bot@idp' ]
it "links each"
on_db "nobody\tx@idp\n$ann\tann2@idp\nbot\n" link --from -
refuses "link --from with faults" "line 1 was left out"
grep -q "line 3 was left out" "$err"; it "names each of them"
[ "$(sql "SELECT identity FROM users WHERE id = $ann")" = 'ann2@idp' ]; it "and does the rest"
on_db '' link --from "$work/no-such"; refuses "link --from no file" "no-such: No such file"
on_db '' link; refuses "link without anything" "--from is required"
on_db '' link bot; refuses "link without an identity" "Usage:"

# ---- groups -----------------------------------------------------------------------------------------

printf '%s\nbot\nbot\n' "$ann" > "$work/members"
on_db '' set-group staff --from "$work/members" --description 'All who work here'; succeeds "set-group"
on_db '' group staff; succeeds "group"
printf '%s\n%s\n' "$ann" "$bot" | sort -n | cmp -s - "$out"; it "prints each member once"
on_db '' groups; succeeds "groups"
[ "$(cat "$out")" = "$(printf 'staff\tlocal\t2')" ]; it "prints how many they are"
on_db 'bot\nnobody\n' set-group staff --from -; refuses "set-group with nobody" "nothing was changed"
on_db '' group staff
[ "$(wc -l < "$out")" = 2 ]; it "and changes nothing"
on_db '' leave "$ann" staff; succeeds "leave"
on_db '' leave "$ann" staff; refuses "leave what one is not in" "not in this group"
on_db '' group staff
[ "$(cat "$out")" = "$bot" ]; it "takes out this one"
on_db '' join "$ann" staff; succeeds "join"
on_db '' join "$ann" nowhere; refuses "join what is none" "no such group"
on_db '' join "$ann" 'No Slug'; refuses "join what can be none" "A group's name"
[ "$(sql "SELECT description, version FROM groups WHERE name = 'staff'")" = 'All who work here|3' ]
it "a group that is left and joined has new versions, and keeps its description"
on_db '' set-group staff; refuses "set-group without a file" "--from"
on_db '' group nowhere; refuses "group that is none" "no such group"
on_db '' delete-group nowhere; refuses "delete-group of none" "no such group"
on_db '' delete-group staff; succeeds "delete-group"
[ "$(sql "SELECT (SELECT count(*) FROM groups) + (SELECT count(*) FROM user_groups)")" = 0 ]; it "leaves nothing of it"

# ---- tokens and sessions ----------------------------------------------------------------------------

on_db '' token bot --label 'Timetable' --scopes read,book,read --spaces lib-101,lib-102 --days 30
succeeds "token"
secret=$(cat "$out")
echo "$secret" | grep -qE '^bk_[A-Za-z0-9_-]{43}$'; it "prints it, and nothing else"
[ "$(sql "SELECT scopes, spaces, label, prefix, kind FROM user_tokens WHERE user_id = $bot")" = \
    "read book|[\"lib-101\",\"lib-102\"]|Timetable|$(printf %.10s "$secret")|2" ]
it "keeps what was asked"
[ "$(sql "SELECT expires - opened FROM user_tokens WHERE user_id = $bot")" = 2592000000000 ]; it "for so long"
! grep -rqF "$secret" "$work/bookable.db"; it "the token is not kept"
on_db '' tokens bot; succeeds "tokens"
token=$(cut -f 1 "$out")
[ "$(cut -f 2,3,5,6 "$out")" = "$(printf '%.10s\t-\tread book\tTimetable' "$secret")" ]; it "lists it"
on_db '' token bot --scopes read; refuses "token without a label" "--label"
on_db '' token bot --label x; refuses "token without scopes" "--scopes"
on_db '' token bot --label x --scopes read,all; refuses "token with an unknown scope" "--scopes"
on_db '' token bot --label x --scopes ''; refuses "token with no scope" "--scopes"
on_db '' token bot --label x --scopes read --spaces ,; refuses "token with no space" "--spaces"
for days in 0 3651 x; do
    on_db '' token bot --label x --scopes read --days $days; refuses "token of '$days' days" "--days"
done
on_db '' token 1 --label x --scopes read; refuses "token of nobody" "no such user"
on_db '' disable "$crlf"
on_db '' token "$crlf" --label x --scopes read; refuses "token of who is disabled" "disabled"
on_db '' enable "$crlf"
on_db '' revoke bot 1; refuses "revoke no token" "no token of this id"
on_db '' revoke "$ann" "$token"; refuses "revoke another's token" "no token of this id"
on_db '' end bot "$token"; refuses "end a token" "no session of this id"
on_db '' sessions bot; succeeds "sessions, of who has none"
[ ! -s "$out" ]; it "prints nothing"
sql "INSERT INTO user_tokens (digest, user_id, expires, kind, token_id, opened, seen, ends, agent) VALUES
    (x'aa', $bot, 9999999999999999, 1, 77, 1000000, 2000000, 9999999999999999, 'curl')"
on_db '' sessions bot
[ "$(cat "$out")" = "$(printf '77\t1970-01-01T00:00:01Z\t1970-01-01T00:00:02Z\tcurl')" ]; it "sessions prints one"
on_db '' revoke bot 77; refuses "revoke a session" "no token of this id"
on_db '' end bot 77; succeeds "end"
sql "INSERT INTO user_tokens (digest, user_id, expires, kind, token_id) VALUES (x'ab', $bot, 9999999999999999, 1, 78)"
on_db '' log-out bot; succeeds "log-out"
[ "$(sql "SELECT group_concat(kind) FROM user_tokens WHERE user_id = $bot")" = 2 ]; it "ends sessions, and no token"
on_db '' revoke bot "$token"; succeeds "revoke"
[ "$(sql "SELECT count(*) FROM user_tokens WHERE user_id = $bot")" = 0 ]; it "takes the token"

# ---- options that a command does not use ----------------------------------------------------------

state=$(sql '.dump')
of_user="--name=bob --role=admin --email=bob@example.org"
of_password="--password-minimum=1 --password-list=$work/common"
of_copy="--to-driver=pgsql --to-params=dbname=x"
# unused COMMAND OPTION...: each of the options is refused, by its name, and nothing is done.
unused() {
    words=$1
    shift
    for option; do
        name=${option%%=*}
        # shellcheck disable=SC2086
        on_db 'a-secret-word\n' $words "$name" "${option#*=}"
        refuses "${words%% *} $name, which it does not use" "${words%% *} does not use $name"
    done
}
# shellcheck disable=SC2086
{
    unused add $of_copy
    unused "password $ann" $of_user $of_copy
    for command in "grant $ann member" "rename $ann bob" "disable $ann" "enable $ann" "delete $ann" list tables; do
        unused "$command" $of_user $of_password $of_copy
    done
    unused copy $of_user $of_password
    for command in groups "group staff" "join $ann staff" "tokens $ann" "sessions $ann" "unlink $ann" "link $ann x"; do
        unused "$command" $of_user $of_password $of_copy --from=x --description=x --label=x --scopes=read --spaces=x --days=1
    done
    unused "token $ann" $of_user --from=x
    unused "set-group staff" $of_user --label=x
}
[ "$(sql '.dump')" = "$state" ]; it "nothing is done by a command that has an option too many"

# ---- databases that are none --------------------------------------------------------------------

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

# ---- a terminal ---------------------------------------------------------------------------------

# type_in FIRST SECOND: answers to the two questions, each given once it is asked, and echo is off.
asked() {
    tries=0
    until grep -qF "$1" "$out" 2> /dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || return
        sleep 0.1
    done
    sleep 0.2
}
type_in() {
    : > "$out"
    {
        asked 'Password: '; printf '%s\n' "$1"
        asked 'Once more: '; printf '%s\n' "$2"
        sleep 0.5
    } | script -qfec "'$admin' --params '$db' password $ann" /dev/null > "$out" 2> "$err"
    code=$?
}
if command -v script > /dev/null; then
    old=$(sql "SELECT password_hash FROM users WHERE id = $ann")
    type_in 'by my hand' 'by my hand'
    [ $code = 0 ] && [ "$(sql "SELECT password_hash FROM users WHERE id = $ann")" != "$old" ]
    it "a password may be typed, twice"
    ! grep -q 'by my hand' "$out"; it "and is not shown"
    old=$(sql "SELECT password_hash FROM users WHERE id = $ann")
    type_in 'by my hand' 'by my foot'
    [ $code = 1 ] && grep -q 'differ' "$out" && [ "$(sql "SELECT password_hash FROM users WHERE id = $ann")" = "$old" ]
    it "two different ones are refused"

    # interrupt HOW: at the question, by that character or signal; then the shell, which the signal
    # does not end, says how the terminal is. Whoever started the tests may have had some ignored, as a
    # shell does for what runs in the background.
    interrupt() {
        : > "$out"
        {
            asked 'Password: '
            if [ "$1" = ctrl-c ]; then printf '\003'; else kill -s "$1" "$(cat "$work/pid")"; fi
            sleep 0.5
        } | env --default-signal script -qfec "trap : INT; sh -c 'echo \$\$ > \"$work/pid\"; exec \"$admin\" --params \"$db\" password $ann'; \
            echo ended \$?; stty -a" /dev/null > "$out" 2> "$err"
        code=$?
    }
    for how in ctrl-c TERM HUP; do
        interrupt $how
        grep -qE 'ended (129|130|143)' "$out"; it "$how at the question ends it"
        grep -qE '(^| )echo( |;)' "$out"; it "and the terminal shows again what is typed"
    done
fi

# ---- policies -----------------------------------------------------------------------------------

policies() {
    sql 'SELECT count(*) FROM policies'
}

on_db '' import a.json b.json; refuses "import of two files" "Usage:"
on_db '' export all; refuses "export with an argument" "Usage:"
on_db '' check-policy hall-1; refuses "check-policy without a day" "Usage:"
on_db '' list --dry-run; refuses "a dry run of what has none" "list does not use --dry-run"
on_db '' tables; succeeds "the tables of policies are made"

cat > "$work/policies.json" << 'END'
{"policies":[
 {"id":"study","name":"Study rooms","hours":[{"days":["mon","tue","wed","thu","fri"],"from":"08:00","to":"22:00"}],
  "exceptions":[{"from":"2030-12-24","to":"2030-12-26","hours":[]}],"length":{"min":30,"max":240,"step":30},
  "start":{"step":30},"horizon":{"days":3660,"opensAt":"07:00"},"teardown":10,
  "book":["group:students"],"request":["group:guests"],"override":["group:facilities"],
  "quota":[{"id":"week","per":"week","minutes":600}]},
 {"id":"always","name":"Always","timeZone":"America/Toronto"}]}
END
on_db '' import "$work/policies.json" --dry-run
succeeds "a dry run of an import"
grep -q '^create study$' "$out" && grep -q '^create always$' "$out" && [ "$(policies)" = 0 ]
it "a dry run says what it would do, and does nothing"
on_db '' import "$work/policies.json"; succeeds "an import"
[ "$(policies)" = 2 ]; it "an import makes the policies"
on_db '' export; succeeds "an export"
cp "$out" "$work/exported.json"
on_db "$(sed 's/%/%%/g' "$work/exported.json")" import
succeeds "what was exported is imported, from standard input"
[ "$(grep -c '^keep ' "$out")" = 2 ] && [ "$(sql 'SELECT max(version) FROM policies')" = 1 ]
it "what is the same is left as it is"
sed 's/"max":240/"max":120/' "$work/policies.json" > "$work/changed.json"
on_db '' import "$work/changed.json"; succeeds "an import of a changed policy"
grep -q '^replace study$' "$out" && [ "$(sql "SELECT version FROM policies WHERE id = 'study'")" = 2 ]
it "a policy that is there is replaced, and its version counts that"

# imports_nothing WHAT TEXT JSON
imports_nothing() {
    printf '%s' "$3" > "$work/wrong.json"
    before=$(sql 'SELECT id, body, version FROM policies')
    on_db '' import "$work/wrong.json"
    refuses "$1" "$2"
    grep -q 'nothing was imported' "$err" && [ "$before" = "$(sql 'SELECT id, body, version FROM policies')" ]
    it "and nothing is imported: $1"
}
imports_nothing "no JSON" "line" '{"policies":['
imports_nothing "no list" "policies" '{"policy":[]}'
imports_nothing "no object" "policy 2 of the file" '{"policies":[{"id":"a","name":"A"},"b"]}'
imports_nothing "no id" "policy 1 of the file" '{"policies":[{"name":"A"}]}'
imports_nothing "an id that is none" "its id" '{"policies":[{"id":"a/b","name":"A"}]}'
imports_nothing "an id twice" "is there twice" '{"policies":[{"id":"a","name":"A"},{"id":"a","name":"B"}]}'
imports_nothing "an unknown member" "a: /colour" '{"policies":[{"id":"study","name":"S"},{"id":"a","name":"A","colour":"red"}]}'
imports_nothing "an unknown zone" "a: /timeZone" '{"policies":[{"id":"a","name":"A","timeZone":"Europe/Atlantis"}]}'
imports_nothing "all that is wrong is said" "b: /lead" \
    '{"policies":[{"id":"a","name":"A","length":{"min":2,"max":1}},{"id":"b","name":"B","lead":-1}]}'
grep -q 'a: /length/max' "$err"; it "of every policy"
on_db '' import "$work/nothing.json"; refuses "a file that is not there" "No such file"

sql "INSERT INTO spaces (id, room_code, building_code, capacity, name, policy, time_zone, managers) VALUES
    ('hall-1', 1, 'hall', 4, 'Hall', 'study', 'Europe/Helsinki', '[\"user:7\"]'),
    ('hall-2', 2, 'hall', 4, 'Hall', NULL, 'UTC', '[]'),
    ('hall-3', 3, 'hall', 4, 'Hall', 'always', 'Europe/Helsinki', '[]')"

# says WHAT LINE...: the last check has each line.
says() {
    what=$1
    shift
    for line in "$@"; do
        grep -qxF -- "$line" "$out"; it "$what: $line"
    done
}
on_db '' check-policy hall-1 2030-05-14 --groups students; succeeds "check-policy"
says "a student on a Tuesday" "space   hall-1, Europe/Helsinki" "policy  study, version 2" "who     books at once" \
    "open    2030-05-14T08:00:00+03:00 to 2030-05-14T22:00:00+03:00" "start   from 08:00 to 21:30, every 30 minutes" \
    "length  at least 30, at most 120 minutes, in steps of 30" \
    "horizon 3660 days ahead, the last of them from 07:00 on" "stored  quota, which is not enforced yet" \
    "stored  teardown, which is not enforced yet"
on_db '' check-policy hall-1 2030-05-14 --groups staff,guests
says "a guest" "who     can only ask for it" "start   from 08:00 to 21:30, every 30 minutes"
on_db '' check-policy hall-1 2030-05-14
says "a stranger" "who     cannot book it" "never   not-bookable-by-you: You cannot book this space."
on_db '' check-policy hall-1 2030-12-24 --groups students
says "a holiday" "never   closed: The space is closed on that day."
on_db '' check-policy hall-1 2030-05-12 --user 7
says "the manager on a Sunday" "who     books whatever the rules say" "start   from 00:00 to 23:59"
on_db '' check-policy hall-3 2030-03-10
says "a day of 23 hours, by the policy's own zone" "space   hall-3, America/Toronto" \
    "open    2030-03-10T00:00:00-05:00 to 2030-03-11T00:00:00-04:00"
on_db '' check-policy hall-2 2030-05-14; refuses "a space without a policy" "no policy"
on_db '' check-policy hall-9 2030-05-14; refuses "a space that is not there" "no space"
on_db '' check-policy hall-1 14.5.2030; refuses "a day that is none" "2030-05-14"
run '' --params "$work/missing.db" export; refuses "no database" "No such file"

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
    until [ -s "$work/theirs/bookable.db" ] || [ $tries = 100 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    sleep 0.2
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

if [ $failed -gt 0 ]; then
    echo "test_admin: $failed of $checks checks failed"
    exit 1
fi
echo "test_admin: $checks checks passed"

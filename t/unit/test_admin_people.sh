#!/bin/sh
# bookable-admin: adding people, their names and roles; renaming, disabling and deleting them.
set -u
# shellcheck source=t/unit/admin.sh
. "$(dirname "$0")/admin.sh"

new_database

# ---- add ----------------------------------------------------------------------------------------

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

# ---- roles --------------------------------------------------------------------------------------

other=$(person other)
role() {
    sql "SELECT is_admin FROM users WHERE id = $1"
}
on_db '' grant "$joerg" admin; succeeds "grant admin"
[ "$(role "$joerg")" = 1 ]; it "it is one"
on_db '' grant "$joerg" admin; succeeds "grant what is there"
on_db '' grant "$joerg" member; succeeds "grant member"
[ "$(role "$joerg")$(role "$ann")$(role "$other")" = 010 ]; it "it is none, and the others are as before"
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

finish

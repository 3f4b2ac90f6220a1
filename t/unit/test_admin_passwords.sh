#!/bin/sh
# bookable-admin: where passwords come from, and what they have to be.
set -u
# shellcheck source=t/unit/admin.sh
. "$(dirname "$0")/admin.sh"

new_database
ann=$(person ann admin)
joerg=$(person joerg)
hundred=$(printf '%0100d' 0 | sed 's/0/ü/g')

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

finish

#!/bin/sh
# bookable-admin: tokens for programs, and sessions.
set -u
# shellcheck source=t/unit/admin.sh
. "$(dirname "$0")/admin.sh"

new_database
ann=$(person ann)
bot=$(person bot)
other=$(person other)

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
on_db '' token bot --label x --scopes display:a/b; refuses "token of a display that is none" "--scopes"
on_db '' token bot --label x --scopes ''; refuses "token with no scope" "--scopes"
on_db '' token bot --label x --scopes read --spaces ,; refuses "token with no space" "--spaces"
for space in a/b 'a b' health .. "$(printf 'a\377')"; do
    on_db '' token bot --label x --scopes read --spaces "lib-101,$space"; refuses "token for $space, which is no space" "--spaces"
done
for days in 0 3651 x; do
    on_db '' token bot --label x --scopes read --days $days; refuses "token of '$days' days" "--days"
done
on_db '' token 1 --label x --scopes read; refuses "token of nobody" "no such user"
on_db '' disable "$other"
on_db '' token "$other" --label x --scopes read; refuses "token of who is disabled" "disabled"
on_db '' enable "$other"
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

finish

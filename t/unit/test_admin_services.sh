#!/bin/sh
# bookable-admin: programs, logins and identities.
set -u
# shellcheck source=t/unit/admin.sh
. "$(dirname "$0")/admin.sh"

new_database
ann=$(person ann)

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
on_db '' link "$ann" "$(printf '%0256d' 0)"; refuses "link with 256 bytes" "An identity must have"
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

finish

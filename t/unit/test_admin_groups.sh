#!/bin/sh
# bookable-admin: groups and who is in them.
set -u
# shellcheck source=t/unit/admin.sh
. "$(dirname "$0")/admin.sh"

new_database
ann=$(person ann)
bot=$(person bot)

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

finish

#!/bin/sh
# bookable-admin: policies are imported, exported and tried out.
set -u
# shellcheck source=t/unit/admin.sh
. "$(dirname "$0")/admin.sh"

new_database

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
  "start":{"step":30},"horizon":{"days":3660,"opensAt":"07:00"},"teardown":10,"cancelUntil":60,"changeUntil":30,
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
    "horizon 3660 days ahead, the last of them from 07:00 on" "around  0 minutes before and 10 after it are kept free" \
    "quota   what is booked counts, which is not looked at here" "cancel  until 60 minutes before the start" \
    "change  until 30 minutes before the start"
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

finish

#!/bin/sh
# bookable-admin prune: old bookings are deleted, or anonymised.
set -u
# shellcheck source=t/unit/admin.sh
. "$(dirname "$0")/admin.sh"

for days in "" 400 0d 36501d -1d d 1.5d 4x0d; do
    on_db '' prune --older-than "$days"; refuses "prune, older than '$days'" "1d to 36500d"
done
on_db '' prune; refuses "prune, of no age" "--older-than is required"
on_db '' prune 400d; refuses "prune with an argument" "Usage:"
on_db '' list --anonymise; refuses "list that is to anonymise" "does not use --anonymise"
on_db '' prune --older-than 400d; refuses "prune, of a database that is not there" "No such file"
[ ! -e "$db" ]; it "makes none"
on_db '' tables; succeeds "tables"

# book ID DAYS: a booking that ended so many days ago.
book() {
    sqlite3 "$db" "INSERT INTO bookings (id, space_id, user_id, date, occupants, start_ns, end_ns, title, created_ns)
        SELECT $1, 'Hall-1', 7, '2030-05-14', 1, now - $2 * 86400000000000 - 1, now - $2 * 86400000000000, 'Ann', now - $2 * 86400000000000
        FROM (SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000000000 AS now)"
}
book 1 500
book 2 401
book 3 399

on_db '' prune --older-than 400d --anonymise; succeeds "anonymise"
[ "$(cat "$out")" = "2 bookings anonymised
2 events anonymised" ]; it "says how many"
[ "$(sqlite3 "$db" "SELECT group_concat(id || ':' || user_id || ':' || COALESCE(title, '-'), ' ') FROM bookings")" = "1:0:- 2:0:- 3:7:Ann" ]
it "the old ones stay, and are about nobody"
on_db '' prune --older-than 400d; succeeds "delete"
[ "$(cat "$out")" = "2 bookings deleted
2 events deleted
0 events anonymised" ]; it "says how many"
[ "$(sqlite3 "$db" "SELECT group_concat(id) FROM bookings")" = 3 ]; it "the old ones are gone"

finish

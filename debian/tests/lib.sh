# shellcheck shell=sh
# Sourced by the tests: a room is booked at http://127.0.0.1:8080 by an administrator that bookable-admin makes,
# and nobody can book it twice.
base=http://127.0.0.1:8080

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# Waits for a condition, some minutes at the most: the host may have other things to do.
wait_for() {
    for try in $(seq 1500); do
        if "$@" > /dev/null 2>&1; then
            return 0
        fi
        sleep 0.2
    done
    fail "never: $* (tried $try times)"
}

# Without a limit, a server that hangs would hang the test. It is long, because a log-in takes a
# second of a processor, at a low priority, and the host may have other things to do.
ask() {
    curl --silent --show-error --max-time 300 --noproxy '*' "$@"
}

# Only where nobody is there yet.
make_administrator() {
    echo 'correct horse battery staple' |
        bookable-admin --params /var/lib/bookable/bookable.db add --name ann --role admin
}

# One day for all, though midnight may pass meanwhile.
day=$(date -u -d '+1 day' +%F)

# book ID ROOM: prints the answer, which is the id of the booking.
book() {
    token=$(ask -o /dev/null -D - --json '{"username":"ann","userPassword":"correct horse battery staple"}' "$base/user/$1" |
        tr -d '\r' | sed -n 's/^[Xx]-[Ss]ession-[Tt]oken: //p')
    [ -n "$token" ] || fail "nobody can log in"
    ask -o /dev/null -H "Authorization: Bearer $token" --json "{\"buildingCode\":\"Library\",\"roomCode\":$2,\"capacity\":10}" "$base/space"
    ask -H "Authorization: Bearer $token" --json "{\"spaceID\":\"Library-$2\",\"userID\":$1,\"date\":\"$day\",\"occupants\":2,\"startTime\":\"${day}T10:00:00Z\",\"endTime\":\"${day}T11:00:00Z\"}" "$base/booking"
}

room_is_booked_once() {
    first=$(book "$1" "$2")
    echo "$first" | grep -qx '[0-9]*' || fail "the room was not booked: $first"
    second=$(book "$1" "$2")
    [ "$(echo "$second" | jq -r .ErrCode)" = CONFLICT ] || fail "the room was booked twice: $second"
    echo "booked: $first, and once only: $second"
}

#!/bin/sh
# bookable-admin: a password that is typed at a terminal.
set -u
# shellcheck source=t/unit/admin.sh
. "$(dirname "$0")/admin.sh"

new_database
ann=$(person ann)

# What runs in a terminal: the process says which it is, and in which terminal, before it becomes the
# program. What is typed before echo is off is thrown away, so that is waited for.
cat > "$work/ask" << END
echo \$\$ > '$work/pid'
tty > '$work/tty'
exec '$admin' --params '$db' password $ann
END

# wait_until COMMAND...: up to a minute.
wait_until() {
    tries=0
    until "$@" > /dev/null 2>&1 || [ $tries = 600 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
}
is_asking() {
    grep -qF "$1" "$out" && stty -F "$(cat "$work/tty")" -a | grep -qE '(^| )-echo( |;|$)'
}
has_ended() {
    [ -s "$work/pid" ] && ! kill -0 "$(cat "$work/pid")"
}
answer() {
    wait_until is_asking "$1"
    printf '%s\n' "$2"
}
# type_in FIRST SECOND: answers to the two questions.
type_in() {
    : > "$out"
    : > "$work/pid"
    {
        answer 'Password: ' "$1"
        answer 'Once more: ' "$2"
        wait_until has_ended
    } | script -qfec "sh '$work/ask'" /dev/null > "$out" 2> "$err"
    code=$?
}

command -v script > /dev/null || { finish; exit; }

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
    : > "$work/pid"
    {
        wait_until is_asking 'Password: '
        if [ "$1" = ctrl-c ]; then printf '\003'; else kill -s "$1" "$(cat "$work/pid")"; fi
        wait_until has_ended
    } | env --default-signal script -qfec "trap : INT; sh '$work/ask'; echo ended \$?; stty -a" \
        /dev/null > "$out" 2> "$err"
    code=$?
}
for how in ctrl-c TERM HUP; do
    interrupt $how
    grep -qE 'ended (129|130|143)' "$out"; it "$how at the question ends it"
    grep -qE '(^| )echo( |;)' "$out"; it "and the terminal shows again what is typed"
done

finish

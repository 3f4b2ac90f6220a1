# The tests of bookable-admin source this: a database of their own, and checks of what the last run
# printed. Each is a program of its own, t/unit/test_admin*.sh, so that they run side by side.
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

# A database with the tables of all services, which has nobody in it.
new_database() {
    on_db '' tables
    [ $code = 0 ] || wrong "no tables could be made"
}

# person NAME [ROLE]: add somebody whose password nobody knows, without a hash that takes its time; prints the id.
person() {
    on_db '' add-service --name "$1" --role "${2:-member}"
    sql "UPDATE users SET is_service = 0, password_hash = '*', session_end = 9999999999999999 WHERE id = $(cat "$out")"
    cat "$out"
}

# Say how it went, at the end of a test.
finish() {
    name=$(basename "$0" .sh)
    if [ $failed -gt 0 ]; then
        echo "$name: $failed of $checks checks failed"
        exit 1
    fi
    echo "$name: $checks checks passed"
}

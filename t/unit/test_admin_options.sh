#!/bin/sh
# bookable-admin: options that a command does not use.
set -u
# shellcheck source=t/unit/admin.sh
. "$(dirname "$0")/admin.sh"

new_database
ann=$(person ann)

state=$(sql '.dump')
of_user="--name=bob --role=admin --email=bob@example.org"
of_password="--password-minimum=1 --password-list=$work/common"
of_copy="--to-driver=pgsql --to-params=dbname=x"
# unused COMMAND OPTION...: each of the options is refused, by its name, and nothing is done.
unused() {
    words=$1
    shift
    for option; do
        name=${option%%=*}
        # shellcheck disable=SC2086
        on_db 'a-secret-word\n' $words "$name" "${option#*=}"
        refuses "${words%% *} $name, which it does not use" "${words%% *} does not use $name"
    done
}
# shellcheck disable=SC2086
{
    unused add $of_copy
    unused "password $ann" $of_user $of_copy
    for command in "grant $ann member" "rename $ann bob" "disable $ann" "enable $ann" "delete $ann" list tables; do
        unused "$command" $of_user $of_password $of_copy
    done
    unused copy $of_user $of_password
    for command in groups "group staff" "join $ann staff" "tokens $ann" "sessions $ann" "unlink $ann" "link $ann x"; do
        unused "$command" $of_user $of_password $of_copy --from=x --description=x --label=x --scopes=read --spaces=x --days=1
    done
    unused "token $ann" $of_user --from=x
    unused "set-group staff" $of_user --label=x
}
[ "$(sql '.dump')" = "$state" ]; it "nothing is done by a command that has an option too many"

finish

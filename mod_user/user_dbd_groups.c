#include "user_dbd_groups.h"

#include <apr_strings.h>

#include "user_people.h"
#include "user_store_dbd_private.h"

/* Names of groups are made of letters, digits and marks that JSON does not escape. */
const char *user_dbd_groups_array(const char *const *names, apr_pool_t *p)
{
    const char *array = "";
    int i;

    for (i = 0; names[i]; i++) {
        array = apr_pstrcat(p, array, i ? ",\"" : "\"", names[i], "\"", NULL);
    }
    return apr_pstrcat(p, "[", array, "]", NULL);
}

/* Lock the groups that the person joins or leaves, and give them new versions.
 * @param args  the person, the names, the time */
static apr_status_t renew_groups(bk_db_t *db, const bk_db_value_t *args, apr_pool_t *p)
{
    bk_db_value_t found;
    apr_status_t rv = bk_db_read(db, MEMBER_LOCK, args, 2, &found, 1, p);

    if (rv == APR_SUCCESS) {
        rv = bk_db_find(db, MEMBER_MISSING, args + 1, 1, &found, 1, p);
        rv = rv == APR_SUCCESS ? USER_NO_GROUP : rv == APR_NOTFOUND ? APR_SUCCESS : rv;
    }
    return rv == APR_SUCCESS ? bk_db_write(db, MEMBER_VERSIONS, args, 3, NULL) : rv;
}

apr_status_t user_dbd_groups_set(bk_db_t *db, apr_int64_t user_id, const char *groups,
                                 apr_time_t now, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(user_id), bk_db_text(groups), bk_db_int(now)};
    bk_db_value_t count;
    apr_status_t rv = renew_groups(db, args, p);

    if (rv == APR_SUCCESS) {
        rv = bk_db_write(db, MEMBER_LEAVE, args, 2, NULL);
    }
    if (rv == APR_SUCCESS) {
        rv = bk_db_write(db, MEMBER_JOIN, args, 2, NULL);
    }
    if (rv == APR_SUCCESS) {
        rv = bk_db_read(db, MEMBER_COUNT, args, 1, &count, 1, p);
    }
    return rv == APR_SUCCESS && count.number > USER_PEOPLE_GROUPS ? USER_TOO_MANY_GROUPS : rv;
}

/* user_dbd_groups: the steps of a transaction that changes the groups of one person, in a database:
 * shared by the verbs that change, add and delete people. */
#ifndef USER_DBD_GROUPS_H
#define USER_DBD_GROUPS_H

#include "bk_db.h"

/** Names as a JSON array, which SQL takes apart. @param names  of groups, ending in NULL */
const char *user_dbd_groups_array(const char *const *names, apr_pool_t *p);

/**
 * Have a person leave and join local groups, each of which gets a new version. Call within a
 * transaction, after the person's row was changed: nobody else can change these groups until it
 * ends.
 * @param groups  names of all local groups from now on, as a JSON array; "[]": none
 * @return USER_NO_GROUP if one of them does not exist; USER_TOO_MANY_GROUPS
 */
apr_status_t user_dbd_groups_set(bk_db_t *db, apr_int64_t user_id, const char *groups,
                                 apr_time_t now, apr_pool_t *p);

#endif

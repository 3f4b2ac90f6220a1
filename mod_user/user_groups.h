/* user_groups: groups of people.
 *
 * A local group has a row of its own, with a version, and members whom administrators name. A group
 * that sign-on brings is nothing but a name that people have until their next sign-on. One name may
 * be both.
 *
 * A group of verbs of its own, USER_STORE_GROUPS. The rules of user_store.h hold here: the handle,
 * the pool, the errors. Who joins or leaves a group has a new version afterwards, for groups are
 * shown with people. Locks are taken in one order everywhere: people by id, then groups by name.
 */
#ifndef USER_GROUPS_H
#define USER_GROUPS_H

#include "user_people.h"

/** The number of this group of verbs: bk_store_t.verbs, bk_route_t.group. */
#define USER_STORE_GROUPS 3

/** One of the members does not exist. */
#define USER_NO_MEMBER (APR_OS_START_USERERR + 7)

typedef struct user_group_t {
    const char *name;
    const char *description; /* or NULL */
    apr_int64_t version;     /* 0: there is no local group of this name */
    apr_time_t created, changed;
    apr_int64_t members; /* people in it, by either way. Not written */
} user_group_t;

typedef struct user_groups_verbs_t {
    /** Find a group by name. @return APR_NOTFOUND if there is neither a local group nor anybody in
     *  one of this name */
    apr_status_t (*find)(void *handle, const char *name, user_group_t *group, apr_pool_t *p);

    /** Call a function for each group, in the order of names. @param after  "": from the first */
    apr_status_t (*list)(void *handle, const char *after, int limit,
                         apr_status_t (*visit)(void *baton, const user_group_t *group), void *baton,
                         apr_pool_t *p);

    /** Call a function for each local member of a group, in the order of ids. */
    apr_status_t (*each_member)(void *handle, const char *name,
                                apr_status_t (*visit)(void *baton, apr_int64_t id), void *baton,
                                apr_pool_t *p);

    /**
     * Write a local group: its description, and who is in it.
     * @param group    with the version that it was read with; 0: it is to be made
     * @param members  ids of all local members, each once
     * @param missing  set to one of them who does not exist, for USER_NO_MEMBER; or to one who is
     * in too many groups, for USER_TOO_MANY_GROUPS
     * @return USER_VERSION_MISMATCH: it has another version, or is gone, or is there already
     */
    apr_status_t (*put)(void *handle, const user_group_t *group, const apr_int64_t *members,
                        int count, apr_int64_t *missing);

    /** Delete a local group; nobody is in it any more but by sign-on.
     *  @return USER_VERSION_MISMATCH */
    apr_status_t (*remove)(void *handle, const char *name, apr_int64_t version);
} user_groups_verbs_t;

/** The verbs of the store in a database: beside user_store_dbd, with the same handle. */
extern const user_groups_verbs_t user_groups_dbd;

#endif

/* user_people: what those who administer users need of a store, beside its other verbs
 * (user_store.h, user_store_v1.h): lists of people, and whole changes with role, state and groups.
 *
 * A group of verbs of its own, USER_STORE_PEOPLE. Each change is one transaction: compare-and-set
 * by the version; the last administrator who is not disabled stays one, which is decided under the
 * same lock as the base's verbs take; and the groups that a person joins or leaves get a new
 * version, too. The rules of user_store.h hold here: the handle, the pool, the errors.
 */
#ifndef USER_PEOPLE_H
#define USER_PEOPLE_H

#include "user_search.h"
#include "user_store_v1.h"

/** The number of this group of verbs: bk_store_t.verbs, bk_route_t.group. */
#define USER_STORE_PEOPLE 2

/** Groups of a person, at the most. */
#define USER_PEOPLE_GROUPS 64

/** One of the groups does not exist. */
#define USER_NO_GROUP (APR_OS_START_USERERR + 5)

/** Somebody would be in more than USER_PEOPLE_GROUPS groups. */
#define USER_TOO_MANY_GROUPS (APR_OS_START_USERERR + 6)

/** A person: an account, and where its groups are from. */
typedef struct user_person_t {
    user_v1_t account;
    const char *local_groups; /* names in order, separated by commas, which administrators gave; or
                                 NULL */
    const char *sso_groups;   /* those that sign-on brought; or NULL */
} user_person_t;

extern const bk_fields_t user_people_fields;

/** Which people a list is of. */
typedef struct user_people_filter_t {
    const char *patterns[USER_SEARCH_WORDS]; /* user_search_patterns() */
    const char *role;                        /* "member", "admin", "auditor"; NULL: any */
    int is_disabled;                         /* 0 or 1; -1: any */
    const char *group;                       /* a name; NULL: any */
    const char *after_key;                   /* the sort key and the id of the last one of the page
                                                before; "" and 0 */
    apr_int64_t after_id;
} user_people_filter_t;

typedef struct user_people_verbs_t {
    /** Find a person by id. */
    apr_status_t (*find)(void *handle, apr_int64_t id, user_person_t *person, apr_pool_t *p);

    /** Call a function for each person of a list, in the order of sort keys, then of ids. */
    apr_status_t (*list)(void *handle, const user_people_filter_t *filter, int limit,
                         apr_status_t (*visit)(void *baton, const user_person_t *person),
                         void *baton, apr_pool_t *p);

    /**
     * Call a function for each of some people, in the order of ids.
     * @param ids  a JSON array of numbers; nobody's is left out
     */
    apr_status_t (*names)(void *handle, const char *ids,
                          apr_status_t (*visit)(void *baton, apr_int64_t id, const char *name),
                          void *baton, apr_pool_t *p);

    /** Call a function for each person, in the order of ids. */
    apr_status_t (*each)(void *handle,
                         apr_status_t (*visit)(void *baton, const user_person_t *person),
                         void *baton, apr_pool_t *p);

    /**
     * Add a person, with version 1.
     * @param groups  names of local groups, ending in NULL
     * @return APR_EEXIST if an account has the id or the identity, or a deleted one had the id;
     *         USER_LOGIN_TAKEN; USER_NO_GROUP; USER_TOO_MANY_GROUPS
     */
    apr_status_t (*add)(void *handle, const user_v1_t *account, const char *const *groups);

    /**
     * Change a person: email, login, login_key, display_name, language, time_zone, identity,
     * is_admin, is_auditor, is_disabled. Who is disabled loses sessions and tokens.
     * @param account   with the version that it was read with
     * @param groups    names of all local groups, ending in NULL; NULL: they stay
     * @param keep_one  whether to refuse to take the role from the last administrator
     * @return USER_VERSION_MISMATCH: it has another version, or is gone; USER_LAST_ADMIN;
     *         APR_EEXIST: another has the identity; the rest as add()
     */
    apr_status_t (*change)(void *handle, const user_v1_t *account, const char *const *groups,
                           int keep_one);

    /**
     * Make a person anonymous: all that is known of them goes, sessions, tokens and groups, too;
     * the id is kept, so that it is never given to another.
     * @param version  that it was read with; 0: any
     * @return as change(); APR_NOTFOUND where any version would do
     */
    apr_status_t (*remove)(void *handle, apr_int64_t id, apr_int64_t version, int keep_one);
} user_people_verbs_t;

/** The verbs of the store in a database: beside user_store_dbd, with the same handle. */
extern const user_people_verbs_t user_people_dbd;

#endif

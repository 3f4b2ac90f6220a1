/* space_policy_store: the interface of the stores of policies. Spaces name a policy; one that a
 * space names cannot be deleted, and a space cannot be given one that is not there, whatever
 * happens at the same time: the database decides.
 *
 * Handles and texts are as in space_store.h.
 */
#ifndef SPACE_POLICY_STORE_H
#define SPACE_POLICY_STORE_H

#include "space_v1_store.h"

/** The number of the group of verbs: bk_store_t.verbs. */
#define SPACE_STORE_POLICIES 2

typedef struct space_policy_verbs_t {
    /** Add a policy. @return APR_EEXIST if the id is taken */
    apr_status_t (*insert)(void *handle, const space_policy_t *policy);

    /** Find a policy by id. @return APR_NOTFOUND if there is none */
    apr_status_t (*find)(void *handle, const char *id, space_policy_t *policy, apr_pool_t *p);

    /**
     * List policies by their ids, in the order of the ids' bytes.
     * @param after  the first id is greater than this one; "": all
     * @param most   how many at the most
     * @param each   is called with each; its texts are valid during the call. Other than
     *               APR_SUCCESS ends the list
     */
    apr_status_t (*list)(void *handle, const char *after, apr_int64_t most,
                         apr_status_t (*each)(void *baton, const space_policy_t *policy),
                         void *baton, apr_pool_t *p);

    /**
     * Change a policy, if its version is still the one before policy->version.
     * @return APR_NOTFOUND if there is none with that version
     */
    apr_status_t (*update)(void *handle, const space_policy_t *policy);

    /**
     * Delete a policy.
     * @param version  only this one; 0: any
     * @return APR_NOTFOUND if there is none with that version; APR_ENOTEMPTY if a space names it
     */
    apr_status_t (*remove)(void *handle, const char *id, apr_int64_t version);

    /** List the ids of the spaces that name a policy, as list() does. */
    apr_status_t (*spaces)(void *handle, const char *id, apr_int64_t most,
                           apr_status_t (*each)(void *baton, const char *space), void *baton,
                           apr_pool_t *p);
} space_policy_verbs_t;

/** The store in a database; the handle is the one of space_store_dbd. */
extern const space_policy_verbs_t space_policy_store_dbd;

#endif

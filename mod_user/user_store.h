/* user_store: the interface of the stores of users, sessions and tokens.
 *
 * Passwords are compared outside of the store, which takes long, and the user may change meanwhile.
 * So each verb that writes because a password was right takes the hash that was compared (@a was),
 * and does nothing but return APR_EMISMATCH if the user has another hash now. The verb compares and
 * writes atomically (compare-and-swap).
 *
 * A store is a table of verbs. The first argument of each is the handle that the store's provider
 * acquired for the request (bk_store_t.acquire). Texts in results live in the pool that the caller
 * passes.
 *
 * Errors are those of bk_db: APR_NOTFOUND, APR_EEXIST, APR_ENOSPC; BK_DB_UNKNOWN, if a write may or
 * may not have been done. Any other error means that nothing was done.
 *
 * This header does not depend on httpd, because bookable-admin uses the verbs too.
 */
#ifndef USER_STORE_H
#define USER_STORE_H

#include <apr_pools.h>
#include <apr_time.h>

#include "bk_db.h"
#include "bk_memory.h"
#include "bk_token.h"

typedef struct user_t {
    apr_int64_t id;
    const char *name;  /* not unique */
    const char *email; /* NULL if there is none */
    const char *password_hash;
    int is_admin;
    apr_time_t session_start; /* of the latest session */
    apr_time_t session_end;   /* when the session ends, or ended; 0: the user logged out */
    int is_disabled;          /* the user cannot log in or use tokens until enabled again */
} user_t;

/** The description of user_t, from which columns, JSON members and shared-memory records are made.
 */
extern const bk_fields_t user_fields;

/** Another user has the name, and names have to be unique. */
#define USER_NAME_TAKEN (APR_OS_START_USERERR + 1)

/** The user is the last administrator who is not disabled. */
#define USER_LAST_ADMIN (APR_OS_START_USERERR + 2)

typedef struct user_store_verbs_t {
    /** Add a user. @return APR_EEXIST if a user has the id, or a deleted user had it */
    apr_status_t (*insert)(void *handle, const user_t *user);

    /** Add a user, unless another one has the name. @return as insert; USER_NAME_TAKEN */
    apr_status_t (*insert_unique)(void *handle, const user_t *user);

    /** Find a user by id. */
    apr_status_t (*find)(void *handle, apr_int64_t id, user_t *user, apr_pool_t *p);

    /**
     * Find the only user of a name who is not disabled.
     * @return APR_EEXIST if several users share the name
     */
    apr_status_t (*find_name)(void *handle, const char *name, user_t *user, apr_pool_t *p);

    /** Find the user of a token that has not expired at @a now. Disabled users are not found. */
    apr_status_t (*find_token)(void *handle, const unsigned char digest[BK_TOKEN_DIGEST],
                               apr_time_t now, user_t *user, apr_pool_t *p);

    /**
     * Begin or renew a user's session, and add a token that expires with it.
     * @param was  the hash that the password was compared with
     * @return APR_EMISMATCH if it is not the user's any more, or the user is disabled, and nothing
     *         has been done
     */
    apr_status_t (*log_in)(void *handle, apr_int64_t id, const char *was, apr_time_t start,
                           apr_time_t end, const unsigned char digest[BK_TOKEN_DIGEST]);

    /**
     * End a user's session at once, and revoke all tokens that a log-in gave, those of API v1 too;
     * tokens for programs (USER_TOKEN_API) stay.
     * @return APR_NOTFOUND if there is no such user
     */
    apr_status_t (*log_out)(void *handle, apr_int64_t id);

    /**
     * Set another password: end the session and revoke all tokens.
     * @param was  the hash that the current password was compared with; NULL if it was not checked
     * @return APR_EMISMATCH if it is not the user's any more, or the user is disabled, and nothing
     *         has been done; APR_NOTFOUND if there is no such user, where @a was is NULL
     */
    apr_status_t (*set_password)(void *handle, apr_int64_t id, const char *was, const char *hash);

    /**
     * Replace a hash by another one of the same password.
     * @param was  the hash that the password was compared with
     * @return APR_EMISMATCH if it is not the user's any more, or the user is disabled, and nothing
     *         has been done
     */
    apr_status_t (*rehash)(void *handle, apr_int64_t id, const char *was, const char *hash);

    /** Get the highest cost (bk_password_cost) of all hashes; 0 if there are none. */
    apr_status_t (*highest_cost)(void *handle, int *cost, apr_pool_t *p);

    /**
     * Grant or revoke the role of an administrator.
     * @param keep_one  whether to refuse to revoke it from the last administrator who is not
     *                  disabled
     * @return APR_NOTFOUND if there is no such user; USER_LAST_ADMIN
     */
    apr_status_t (*set_admin)(void *handle, apr_int64_t id, int is_admin, int keep_one);

    /**
     * Give a user another name.
     * @param is_unique  whether to refuse a name that another user has
     * @return APR_NOTFOUND if there is no such user; USER_NAME_TAKEN
     */
    apr_status_t (*rename)(void *handle, apr_int64_t id, const char *name, int is_unique);

    /**
     * Disable a user, which ends the session and revokes all tokens; or enable the user again.
     * @param keep_one  as for set_admin
     * @return as set_admin
     */
    apr_status_t (*set_disabled)(void *handle, apr_int64_t id, int is_disabled, int keep_one);

    /**
     * Delete a user's name, email address, password, session and tokens. The id is kept, so that it
     * is never given to another user.
     * @param keep_one  as for set_admin
     * @return as set_admin
     */
    apr_status_t (*remove)(void *handle, apr_int64_t id, int keep_one);

    /** Call a function for each user, disabled ones too, in the order of ids, until it returns
     * other than APR_SUCCESS. */
    apr_status_t (*each)(void *handle, apr_status_t (*visit)(void *baton, const user_t *user),
                         void *baton, apr_pool_t *p);
} user_store_verbs_t;

/** The store in a database: its handle is a bk_db_t that was opened with user_store_dbd_schema. */
extern const user_store_verbs_t user_store_dbd;
extern const bk_db_schema_t user_store_dbd_schema;

/** The store in shared memory: its handle is from the attach function of user_store_shm_schema. */
extern const user_store_verbs_t user_store_shm;
extern const bk_memory_schema_t user_store_shm_schema;

/**
 * Check the consistency of a whole store in shared memory, for tests.
 * @return NULL, or what is wrong, in @a p
 */
const char *user_store_shm_validate(void *handle, apr_pool_t *p);

#endif

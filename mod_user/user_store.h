/* user_store: what keeps users, their sessions and their tokens.
 *
 * A password is compared outside of the store, and that takes long: what was decided by it may have
 * changed meanwhile. So each verb that writes what a password decided takes the hash that it was
 * compared with, and does nothing where no user of that id has it any more: APR_EMISMATCH. It
 * compares and writes at once; to read first, and then write, would leave the gap open.
 *
 * A store is a table of verbs. Each takes first the handle that the store's provider got for the
 * request (bk_store_t.acquire). Texts in results live in the pool that the verb was given.
 *
 * Errors are bk_db's: APR_NOTFOUND, APR_EEXIST, APR_ENOSPC; BK_DB_UNKNOWN, of a write that may have
 * been done; anything else means that the store did not do it.
 *
 * This header knows no httpd: bookable-admin uses the same verbs.
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
    const char *email; /* or NULL */
    const char *password_hash;
    int is_admin;
    apr_time_t session_start; /* of the latest session */
    apr_time_t session_end;   /* 0: it was ended; else it is over then */
    int is_disabled;          /* neither log-ins nor tokens, until that is taken back */
} user_t;

/** The same, described: whatever is made of a user's members is made by this. */
extern const bk_fields_t user_fields;

/** A user of that name is there already, and names are to be unique. */
#define USER_NAME_TAKEN (APR_OS_START_USERERR + 1)

/** Without this user there would be no administrator who could log in. */
#define USER_LAST_ADMIN (APR_OS_START_USERERR + 2)

typedef struct user_store_verbs_t {
    /** Add a user. @return APR_EEXIST if the id is taken, or was, by a user who was deleted */
    apr_status_t (*insert)(void *handle, const user_t *user);

    /** Add a user whose name nobody else has. @return as insert; USER_NAME_TAKEN */
    apr_status_t (*insert_unique)(void *handle, const user_t *user);

    /** Find a user by id. */
    apr_status_t (*find)(void *handle, apr_int64_t id, user_t *user, apr_pool_t *p);

    /** Find the one user of a name. Who is disabled does not count.
     *  @return APR_EEXIST if several share it */
    apr_status_t (*find_name)(void *handle, const char *name, user_t *user, apr_pool_t *p);

    /** Find the user, not a disabled one, of a token that has not expired. */
    apr_status_t (*find_token)(void *handle, const unsigned char digest[BK_TOKEN_DIGEST],
                               apr_time_t now, user_t *user, apr_pool_t *p);

    /**
     * Open or renew a user's session, and add a token that ends with it.
     * @param was  the hash that the password was compared with
     * @return APR_EMISMATCH if it is not the user's any more, or the user is disabled, and nothing
     *         has been done
     */
    apr_status_t (*log_in)(void *handle, apr_int64_t id, const char *was, apr_time_t start,
                           apr_time_t end, const unsigned char digest[BK_TOKEN_DIGEST]);

    /** End a user's session, by whatever clock, and revoke every token.
     * @return APR_NOTFOUND if there is no such user */
    apr_status_t (*log_out)(void *handle, apr_int64_t id);

    /**
     * Replace a password's hash, with another password: the session is ended, tokens are revoked.
     * @param was  the hash that the present password was compared with; NULL: that did not decide
     * @return APR_EMISMATCH if it is not the user's any more, or the user is disabled, and nothing
     *         has been done; APR_NOTFOUND if there is no such user, where @a was is NULL
     */
    apr_status_t (*set_password)(void *handle, apr_int64_t id, const char *was, const char *hash);

    /**
     * Replace a password's hash by another one of the same password.
     * @param was  the hash that the password was compared with
     * @return APR_EMISMATCH if it is not the user's any more, or the user is disabled, and nothing
     *         has been done
     */
    apr_status_t (*rehash)(void *handle, apr_int64_t id, const char *was, const char *hash);

    /** The highest cost (bk_password_cost) of the hashes that there are; 0: of none. */
    apr_status_t (*highest_cost)(void *handle, int *cost, apr_pool_t *p);

    /** Give or take the administrator's role.
     *  @param keep_one  not from the last administrator who is not disabled
     *  @return APR_NOTFOUND if there is no such user; USER_LAST_ADMIN */
    apr_status_t (*set_admin)(void *handle, apr_int64_t id, int is_admin, int keep_one);

    /** Give a user another name. @param is_unique  unless another user has it
     *  @return APR_NOTFOUND if there is no such user; USER_NAME_TAKEN */
    apr_status_t (*rename)(void *handle, apr_int64_t id, const char *name, int is_unique);

    /** Disable a user (the session ends, tokens are revoked), or take that back.
     *  @param keep_one, @return  as set_admin */
    apr_status_t (*set_disabled)(void *handle, apr_int64_t id, int is_disabled, int keep_one);

    /** Delete a user: name, email address, password, session and tokens. Only the id stays, so that
     *  it is never given to somebody else.
     *  @param keep_one, @return  as set_admin */
    apr_status_t (*remove)(void *handle, apr_int64_t id, int keep_one);

    /** Give each user, disabled ones too, to a function, by id, until that returns other than
     * APR_SUCCESS. */
    apr_status_t (*each)(void *handle, apr_status_t (*visit)(void *baton, const user_t *user),
                         void *baton, apr_pool_t *p);
} user_store_verbs_t;

/** The store over bk_db: its handle is a bk_db_t made ready with user_store_dbd_schema. */
extern const user_store_verbs_t user_store_dbd;
extern const bk_db_schema_t user_store_dbd_schema;

/** The store in shared memory: its handle is what user_store_shm_schema attached. */
extern const user_store_verbs_t user_store_shm;
extern const bk_memory_schema_t user_store_shm_schema;

/** Look at all of a store in shared memory. For tests. @return NULL, or what is wrong, in @a p */
const char *user_store_shm_validate(void *handle, apr_pool_t *p);

#endif

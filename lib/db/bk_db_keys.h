/* bk_db_keys: the keys of requests that may be repeated, in the database of what they create.
 *
 * A client sends the same Idempotency-Key with each repetition of a request
 * (lib/web/bk_idempotency_key.h). The key is kept in the transaction of the creation, with the
 * answer: so there is a key exactly if the creation was done, whatever fails.
 *
 *     bk_db_begin(db)
 *     bk_db_keys_claim(db, &key, ...)     BK_DB_KEYS_NEW: create
 *     ... create ...
 *     bk_db_keys_keep(db, &key, &answer)
 *     bk_db_end(db, rv)
 *
 * The unique key lets one of several at once in: the others wait in bk_db_keys_claim() until it has
 * ended, and then find its answer; or claim the key, if it was rolled back. Keys have an end, and
 * those that have ended are deleted a few at a time by those who claim others.
 *
 * A component that has keys adds the table in a migration and the statements to its own, and says
 * in its schema where they begin:
 *
 *     {BK_DB_KEYS_TABLE("space_keys")}                  a step
 *     BK_DB_KEYS_STATEMENTS(SPACE_KEYS, "space_keys")   BK_DB_KEYS_COUNT of them
 *     .keys = SPACE_KEYS
 */
#ifndef BK_DB_KEYS_H
#define BK_DB_KEYS_H

#include "bk_db.h"

/** Size of a key, and of a request's fingerprint, in bytes (SHA-256). */
#define BK_DB_KEYS_HASH 32

/** A step of a component's migration. */
#define BK_DB_KEYS_TABLE(table)                                               \
    "CREATE TABLE " table " ("                                                \
    "  hash {bytes} PRIMARY KEY,"                                             \
    "  request {bytes} NOT NULL,"                                             \
    "  ends {int} NOT NULL," /* microseconds since the epoch */               \
    "  location TEXT,"       /* of the answer: with version, what it named */ \
    "  version {int},"                                                        \
    "  body TEXT) {without rowid};"                                           \
    "CREATE INDEX " table "_by_end ON " table " (ends)"

/** How many statements there are. */
#define BK_DB_KEYS_COUNT 4

#define BK_DB_KEYS_ENDED(table) \
    "DELETE FROM " table " WHERE hash IN (SELECT hash FROM " table " WHERE ends <= $1 LIMIT 20"

/** The statements, from number first on, of the component's table. */
#define BK_DB_KEYS_STATEMENTS(first, table)                                          \
    [first] = {"INSERT INTO " table " (hash, request, ends) VALUES ($1, $2, $3)"     \
               " ON CONFLICT (hash) DO UPDATE SET request = excluded.request,"       \
               " ends = excluded.ends, location = NULL, version = NULL, body = NULL" \
               " WHERE " table ".ends <= $4"},                                       \
    [(first) + 1] = {"SELECT request, location, version, body, ends FROM " table     \
                     " WHERE hash = $1"},                                            \
    [(first) + 2] = {"UPDATE " table " SET location = $2, version = $3, body = $4"   \
                     " WHERE hash = $1"},                                            \
    [(first) + 3] = {.sqlite3 = BK_DB_KEYS_ENDED(table) ")",                         \
                     .pgsql = BK_DB_KEYS_ENDED(table) " FOR UPDATE SKIP LOCKED)"}

/** A request that may be repeated. */
typedef struct bk_db_keys_t {
    unsigned char hash[BK_DB_KEYS_HASH];    /* of the key, and of whose it is and what for */
    unsigned char request[BK_DB_KEYS_HASH]; /* fingerprint of the request */
} bk_db_keys_t;

/** What was answered to the creation. */
typedef struct bk_db_keys_answer_t {
    const char *location; /* URL path of what was created */
    apr_int64_t version;  /* of it; 0: it has none */
    const char *body;
} bk_db_keys_answer_t;

typedef enum bk_db_keys_result_t {
    BK_DB_KEYS_NEW,  /* nobody has used the key: create */
    BK_DB_KEYS_KEPT, /* the request was answered before */
    BK_DB_KEYS_OTHER /* another request had this key */
} bk_db_keys_result_t;

/**
 * Claim a key, within a transaction; waits while another transaction has it.
 * @param now     microseconds since the epoch
 * @param ends    when the key is forgotten
 * @param result  set, unless there was an error
 * @param answer  set if the result is BK_DB_KEYS_KEPT; lives in @a p
 * @return APR_ETIMEDOUT: the other one did not end in time
 */
apr_status_t bk_db_keys_claim(bk_db_t *db, const bk_db_keys_t *key, apr_time_t now, apr_time_t ends,
                              bk_db_keys_result_t *result, bk_db_keys_answer_t *answer,
                              apr_pool_t *p);

/** Keep the answer with a claimed key, within the transaction. */
apr_status_t bk_db_keys_keep(bk_db_t *db, const bk_db_keys_t *key,
                             const bk_db_keys_answer_t *answer);

/**
 * Look at a key without claiming it.
 * @param now     microseconds since the epoch
 * @param result  set, unless there was an error; BK_DB_KEYS_NEW: nobody has used it so far
 * @param answer  as above
 */
apr_status_t bk_db_keys_look(bk_db_t *db, const bk_db_keys_t *key, apr_time_t now,
                             bk_db_keys_result_t *result, bk_db_keys_answer_t *answer,
                             apr_pool_t *p);

/**
 * Find a key, to learn whether a transaction was committed.
 * @return APR_SUCCESS: it was; APR_NOTFOUND: it was not
 */
apr_status_t bk_db_keys_find(bk_db_t *db, const bk_db_keys_t *key, apr_pool_t *p);

/** Tell whether the component of a connection keeps keys. @return 1 or 0 */
int bk_db_keys_are_kept(const bk_db_t *db);

#endif

/* bk_db_driver: the interface of bk_db's drivers, one for each kind of database.
 *
 * A driver works on connections of its own kind (bk_db_attach_native). A session is the driver's
 * state for one bk_db_t. Only bk_db.c calls a driver.
 */
#ifndef BK_DB_DRIVER_H
#define BK_DB_DRIVER_H

#include "bk_db.h"
#include "bk_db_sql.h"

typedef struct bk_db_driver_t {
    const char *name; /* as in apr_dbd and DBDDriver */

    /** Its names for types that differ between databases: pairs of a word (lib/db/bk_db_sql.h) and
     * its replacement, ending in NULL. */
    const bk_db_sql_word_t *words;

    /** The driver's own text of a piece of SQL; NULL if there is none. */
    const char *(*own)(const bk_db_sql_t *sql);

    /**
     * Set a connection up: time-outs, durability.
     * @param session  always set
     * @param why      set if the connection can never be used
     * @param p        of the session
     */
    apr_status_t (*open)(void *native, const bk_db_options_t *options, void **session,
                         const char **why, apr_pool_t *p);

    /** Run statements without arguments and results. */
    apr_status_t (*script)(void *session, const char *sql);

    /** SQL that begins a transaction that may write, and waits for other writers. */
    const char *begin;

    /** SQL that begins a read-only transaction on one snapshot. */
    const char *begin_read;

    /**
     * Called with 1 inside the transaction of a migration, to exclude other migrations and to let
     * each statement take as long as it needs, for it may build an index of all rows; with 0 when
     * the transaction has ended. NULL if begin excludes them and no statement has a limit.
     * @return APR_TIMEUP: another migration goes on
     */
    apr_status_t (*migrate)(void *session, int is_migrating);

    /** Whether only one connection can write at a time, so that writers should queue at a lock. */
    int single_writer;

    /**
     * Compile a statement, once per connection.
     * @param name  unique on the connection; NULL: the statement is run only once
     * @param p     lives as long as the statement
     */
    apr_status_t (*prepare)(void *session, const char *name, const char *sql, void **statement,
                            apr_pool_t *p);

    /** Release a compiled statement. */
    void (*finalize)(void *session, void *statement);

    /**
     * Run a statement up to its first row or its end.
     * @return APR_SUCCESS: there is a row; APR_NOTFOUND: it ended; else an error
     */
    apr_status_t (*start)(void *session, void *statement, const bk_db_value_t *args, int count);

    /** Go on to the next row. @see start */
    apr_status_t (*next)(void *session, void *statement);

    /** Get a column of the present row; texts and bytes are allocated in @a p. */
    void (*column)(void *statement, int index, bk_db_value_t *value, apr_pool_t *p);

    /** Whether the last statement may have been done without an acknowledgement: the answer was
     * lost, or the commit did not wait for what it should have. */
    int (*is_unsure)(void *session);

    /** SQL whose commit makes all earlier commits durable as well; NULL: all visible data is
     * durable. */
    const char *confirm;

    /** Release rows, read or not, and arguments. @return how many rows the statement changed */
    apr_int64_t (*finish)(void *session, void *statement);

    /** Called before each write, so that the session notes when a checkpoint is due: sessions of
     * several stores may share a connection, which reports commits to one of them. NULL if
     * checkpoint is NULL. */
    void (*watch)(void *session);

    /**
     * Restart a write-ahead log that is much too long, after a successful write, while the caller
     * still holds the lock of writers; or NULL.
     * @return 0; or the size of the log in pages, if it could not be restarted and grows
     */
    int (*limit_log)(void *session);

    /**
     * Make a checkpoint if one is due, after a successful write; or NULL.
     * @param alone  whether the caller holds the lock of writers
     * @return 1: the log is still too long, so call it again with the lock
     */
    int (*checkpoint)(void *session, int alone);

    /** Whether the connection has failed for good (bk_db_is_spoiled); or NULL: that does not
     * happen.
     */
    int (*is_spoiled)(void *session);

    /** Whether the database answered and is read-only; if it stays so until the connection is
     * reopened, the connection counts as spoiled. */
    int (*is_read_only)(void *session);

    /**
     * Close a connection, so that apr_dbd considers it broken; or NULL.
     * @param handle  of apr_dbd, for this connection
     * @return 1: it was closed
     */
    int (*discard)(void *native, apr_dbd_t *handle);

    /** The database's message for the last error. */
    const char *(*error)(void *session);
} bk_db_driver_t;

extern const bk_db_driver_t bk_db_sqlite3;
extern const bk_db_driver_t bk_db_pgsql;

#endif

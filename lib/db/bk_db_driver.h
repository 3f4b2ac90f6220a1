/* bk_db_driver: what bk_db needs of a database, one vtable for each kind.
 *
 * A driver works on a connection of its own kind (bk_db_attach_native). What it has to remember of
 * it for one bk_db_t is its session. Only bk_db.c calls it.
 */
#ifndef BK_DB_DRIVER_H
#define BK_DB_DRIVER_H

#include "bk_db.h"
#include "bk_db_sql.h"

typedef struct bk_db_driver_t {
    const char *name; /* as apr_dbd and DBDDriver have it */

    /** What it calls the types that databases have no common name for: pairs of a word
     *  (lib/db/bk_db_sql.h) and what stands for it, ending in NULL. */
    const bk_db_sql_word_t *words;

    /** Its own text of a piece of SQL; NULL: it has none. */
    const char *(*own)(const bk_db_sql_t *sql);

    /** Make a connection ready: waits, durability.
     *  @param session  set, whatever is returned
     *  @param why      set where it can never be ready
     *  @param p        the session lives here */
    apr_status_t (*open)(void *native, const bk_db_options_t *options, void **session,
                         const char **why, apr_pool_t *p);

    /** Run statements that neither take nor give values. */
    apr_status_t (*script)(void *session, const char *sql);

    /** Begin a transaction that may write, waiting for other writers. */
    const char *begin;

    /** Begin one that only reads, the state of one moment. */
    const char *begin_read;

    /** As begin, alone among all who would change the schema. */
    const char *begin_migration;

    /** Whether one connection writes at a time, and the others had better queue. */
    int single_writer;

    /** Compile a statement, once for a connection.
     *  @param name  its own among all of the connection; NULL: it is run only once
     *  @param p     lives as long as the statement */
    apr_status_t (*prepare)(void *session, const char *name, const char *sql, void **statement,
                            apr_pool_t *p);

    /** Release a compiled statement. */
    void (*finalize)(void *session, void *statement);

    /** Run a statement from the start to its first row or its end.
     *  @param is_stream  whether there may be more rows than fit into memory at once
     *  @return APR_SUCCESS: a row is there; APR_NOTFOUND: it ended; else what went wrong */
    apr_status_t (*start)(void *session, void *statement, const bk_db_value_t *args, int count,
                          int is_stream);

    /** Go on to the next row. @see start */
    apr_status_t (*next)(void *session, void *statement);

    /** A column of the present row; texts and bytes live in @a p. */
    void (*column)(void *statement, int index, bk_db_value_t *value, apr_pool_t *p);

    /** Whether what was run last may have been done, although no answer said so: the answer was
     *  lost, or did not hold what a commit is to wait for. */
    int (*is_unsure)(void *session);

    /** A statement whose commit takes all that was committed before it along; NULL: reading it is
     *  enough. */
    const char *confirm;

    /** Let go of rows, read or not, and of arguments; how many rows the statement changed. */
    apr_int64_t (*finish)(void *session, void *statement);

    /** About to write: note what it leaves for tidy(). Sessions of several stores may share a
     *  connection, so it is said each time. NULL where tidy is. */
    void (*watch)(void *session);

    /** See to what a successful write left to be done that cannot wait, while nobody else of this
     *  host writes; or NULL: nothing.
     *  @return 0; or how many pages the write-ahead log has, where it goes on growing */
    int (*bound)(void *session);

    /** See to what a successful write left to be done, when others may write again; or NULL:
     * nothing.
     *  @param alone  whether nobody else writes meanwhile
     *  @return 1: what was left could not be ended, so once more, alone */
    int (*tidy)(void *session, int alone);

    /** Whether the connection failed in a way that lasts as long as it is open; or NULL: none does.
     */
    int (*is_spoiled)(void *session);

    /** Whether it answered and would take no write; where it will not until it is opened anew, it
     * is spoiled. */
    int (*is_read_only)(void *session);

    /** Close a connection, so that apr_dbd takes it for broken; or NULL.
     *  @param handle  apr_dbd's, whose connection it is
     *  @return 1: it was closed */
    int (*discard)(void *native, apr_dbd_t *handle);

    /** What went wrong last, in the database's words. */
    const char *(*error)(void *session);
} bk_db_driver_t;

extern const bk_db_driver_t bk_db_sqlite3;
extern const bk_db_driver_t bk_db_pgsql;

#endif

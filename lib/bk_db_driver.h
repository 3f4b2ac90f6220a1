/* bk_db_driver: what bk_db needs of a database, one vtable for each kind.
 *
 * A driver works on the native handle of an apr_dbd connection. Only bk_db.c calls it.
 */
#ifndef BK_DB_DRIVER_H
#define BK_DB_DRIVER_H

#include "bk_db.h"

typedef struct bk_db_driver_t {
    const char *name; /* as apr_dbd and DBDDriver have it */

    /** Make a fresh connection ready: waits, durability. Where it can never be, @a why is set. */
    apr_status_t (*setup)(void *native, const bk_db_options_t *options, const char **why);

    /** Run statements that neither take nor give values. */
    apr_status_t (*script)(void *native, const char *sql);

    /** Begin a transaction that may write, waiting for other writers. */
    const char *begin;

    /** Whether one connection writes at a time, and the others had better queue. */
    int single_writer;

    /** Compile a statement, once for a connection. */
    apr_status_t (*prepare)(void *native, const char *sql, void **statement);

    /** Release a compiled statement. */
    void (*finalize)(void *statement);

    /** Run a statement from the start to its first row or its end.
     *  @return APR_SUCCESS: a row is there; APR_NOTFOUND: it ended; else what went wrong */
    apr_status_t (*start)(void *native, void *statement, const bk_db_value_t *args, int count);

    /** Go on to the next row. @see start */
    apr_status_t (*next)(void *native, void *statement);

    /** A column of the present row; texts and bytes live in @a p. */
    void (*column)(void *statement, int index, bk_db_value_t *value, apr_pool_t *p);

    /** Let go of rows and arguments; how many rows the statement changed. */
    apr_int64_t (*finish)(void *native, void *statement);

    /** What went wrong last, in the database's words. */
    const char *(*error)(void *native);
} bk_db_driver_t;

extern const bk_db_driver_t bk_db_sqlite3;

#endif

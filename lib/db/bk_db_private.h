/* bk_db_private: a connection as bk_db's own files see it. */
#ifndef BK_DB_PRIVATE_H
#define BK_DB_PRIVATE_H

#include "bk_db_driver.h"

struct bk_db_t {
    const bk_db_driver_t *driver;
    void *session;
    const bk_db_schema_t *schema;
    bk_lock_t *writers;           /* where to queue before writing, or NULL */
    apr_interval_time_t patience; /* how long to queue, microseconds */
    int in_transaction;
    int is_streaming;    /* rows are given to a function, and more may come */
    int was_away;        /* lost or silent, since somebody asked */
    int log_pages;       /* of a log that goes on growing, since somebody asked; or 0 */
    apr_pool_t *pool;    /* that of the connection */
    void **statements;   /* compiled, or NULL until first used; behind the schema's, bk_db_ping()'s
                          */
    const char *problem; /* ours, where the database itself has none */
    char problem_text[160];
};

#endif

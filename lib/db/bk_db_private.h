/* bk_db_private: the members of a bk_db_t, for bk_db's own files. */
#ifndef BK_DB_PRIVATE_H
#define BK_DB_PRIVATE_H

#include "bk_db_driver.h"

struct bk_db_t {
    const bk_db_driver_t *driver;
    void *session;
    const bk_db_schema_t *schema;
    bk_lock_t *writers;           /* the lock of writers, or NULL */
    apr_interval_time_t patience; /* longest wait for it, microseconds */
    int in_transaction;
    int is_reading;      /* the transaction is bk_db_begin_read()'s */
    int inner;           /* how many transactions are within it */
    int was_away;        /* out of reach since the last bk_db_was_away() */
    int log_pages;       /* see bk_db_log_pages() */
    apr_pool_t *pool;    /* of the connection */
    void **statements;   /* compiled; NULL until first used; the last is bk_db_ping()'s */
    const char *problem; /* the message of the last failure, or NULL */
    char problem_text[512];
};

#endif

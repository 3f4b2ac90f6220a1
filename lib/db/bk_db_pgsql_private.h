/* bk_db_pgsql_private: what the files of PostgreSQL's driver share: a session, how its connection
 * is made good, and how its answers are waited for. Only lib/db/bk_db_pgsql*.c include it. A
 * session is used by one thread at a time.
 */
#ifndef BK_DB_PGSQL_PRIVATE_H
#define BK_DB_PGSQL_PRIVATE_H

#include "bk_db.h"
#include "bk_pgsql.h"

/** What one bk_db_t knows of its connection. */
typedef struct bk_db_pgsql_session_t {
    bk_pgsql_t *pgsql;
    apr_int64_t statement_timeout; /* milliseconds */
    apr_int64_t patience;          /* how long an answer is waited for now, milliseconds */
    apr_int64_t lock_timeout;
    apr_int64_t connect_timeout;
    int read_only;
    int is_pooled;       /* a pooler may give each transaction another connection */
    int process;         /* id of the server's process; 0: unknown */
    apr_uint32_t era;    /* number of the connection that was set up; 0: none. Statements of earlier
                            ones are lost */
    int inside;          /* in a transaction, which is lost with its connection */
    int is_unconfirmed;  /* committed without waiting for the standbys */
    int is_unsure;       /* the last statement may have been done without an answer */
    char state[6];       /* SQLSTATE of the last error */
    const char *ours;    /* the driver's own error message; NULL: libpq's */
    char ours_text[512]; /* buffer for it */
} bk_db_pgsql_session_t;

/* ---- bk_db_pgsql_answer.c -----------------------------------------------------------------------
 */

/**
 * Await the answer to what was sent, until the session's deadline; after that the server is told to
 * cancel, and if it does not hear that, the connection is shut down.
 * @param was_sent  what libpq said of sending it
 * @param result    set to the answer, or to NULL
 * @return as in bk_db.h; what is more is in the session: is_unsure, state, ours
 */
apr_status_t bk_db_pgsql_answer(bk_db_pgsql_session_t *session, int was_sent, PGresult **result);

/** Send SQL and await its answer, which has no rows. */
apr_status_t bk_db_pgsql_answer_run(bk_db_pgsql_session_t *session, const char *sql);

/** Listen to what the server says besides its answers. Each time, for the sessions of several
 * stores may share the connection. */
void bk_db_pgsql_answer_listen(bk_db_pgsql_session_t *session);

/* ---- bk_db_pgsql_session.c ----------------------------------------------------------------------
 */

/** Make a session of a connection, which need not be made. @return it, in @a p */
bk_db_pgsql_session_t *bk_db_pgsql_session(bk_pgsql_t *pgsql, const bk_db_options_t *options,
                                           apr_pool_t *p);

/** Make sure of the connection before anything is sent on it: make it again if it is lost, and set
 *  it up if it is new. Inside a transaction a lost connection is not made again: what follows would
 *  be done without what came before. */
apr_status_t bk_db_pgsql_session_connect(bk_db_pgsql_session_t *session);

/** Let each statement of the present transaction take a day. @return as bk_db_pgsql_answer_run() */
apr_status_t bk_db_pgsql_session_be_patient(bk_db_pgsql_session_t *session);

/** The statement_timeout holds again, after that transaction. */
void bk_db_pgsql_session_be_usual(bk_db_pgsql_session_t *session);

/** Note whether the connection is inside a transaction now, and where a pooler may give each
 *  transaction another connection, tell this one the limits. */
apr_status_t bk_db_pgsql_session_enter(bk_db_pgsql_session_t *session, apr_status_t rv);

/* ---- bk_db_pgsql_values.c -----------------------------------------------------------------------
 */

/** Arguments as libpq takes them: numbers as text, which the server converts to the type that it
 * has inferred for the parameter; bytes in binary. Grown to as many as there were ever; zeros at
 * first. */
typedef struct bk_db_pgsql_values_t {
    const char **values;
    int *lengths;
    int *formats;
    char (*numbers)[24];
    int room;
} bk_db_pgsql_values_t;

/** Bind arguments. @param p  lives as long as @a bound, which takes memory of it only to grow */
void bk_db_pgsql_values_bind(bk_db_pgsql_values_t *bound, const bk_db_value_t *args, int count,
                             apr_pool_t *p);

/** Read a column of a row; texts and bytes live in @a p. */
void bk_db_pgsql_values_column(const PGresult *rows, int row, int index, bk_db_value_t *value,
                               apr_pool_t *p);

#endif

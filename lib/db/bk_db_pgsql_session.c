#include "bk_db_pgsql_private.h"

#include <string.h>

#include <apr_strings.h>

/* The server's statement_timeout, in per cent of the driver's own. */
#define SERVER_SHARE 90

/* Milliseconds. An index of millions of rows takes minutes. */
#define A_DAY (24 * 3600 * APR_INT64_C(1000))

bk_db_pgsql_session_t *bk_db_pgsql_session(bk_pgsql_t *pgsql, const bk_db_options_t *options,
                                           apr_pool_t *p)
{
    bk_db_pgsql_session_t *session = apr_pcalloc(p, sizeof(*session));

    session->pgsql = pgsql;
    session->statement_timeout = apr_time_as_msec(options->statement_timeout);
    session->patience = session->statement_timeout;
    session->lock_timeout = apr_time_as_msec(options->busy_timeout);
    session->connect_timeout = apr_time_as_msec(options->connect_timeout);
    session->read_only = options->read_only;
    session->is_pooled = options->is_pooled;
    return session;
}

/* Check the database's encoding. Texts are UTF-8: another encoding would refuse some characters,
 * and a database without an encoding (SQL_ASCII) would accept invalid ones. */
static apr_status_t check_encoding(bk_db_pgsql_session_t *session)
{
    const char *encoding = PQparameterStatus(session->pgsql->connection, "server_encoding");

    if (!encoding || strcmp(encoding, "UTF8") == 0) {
        return APR_SUCCESS;
    }
    apr_snprintf(session->ours_text, sizeof(session->ours_text),
                 "the database's encoding is %s, and must be UTF8: make another, by createdb "
                 "--encoding UTF8 --template template0, and copy what is in it",
                 encoding);
    session->ours = session->ours_text;
    return APR_EMISMATCH;
}

static apr_status_t run_init(bk_db_pgsql_session_t *session)
{
    const char *const *sql;
    apr_status_t rv = APR_SUCCESS;

    for (sql = session->pgsql->target->init; *sql && rv == APR_SUCCESS; sql++) {
        rv = bk_db_pgsql_answer_run(session, *sql);
    }
    return rv;
}

static const char *limits(const bk_db_pgsql_session_t *session, const char *how, char *sql,
                          apr_size_t room)
{
    apr_snprintf(sql, room,
                 "SET %s statement_timeout = %" APR_INT64_T_FMT
                 "; SET %s lock_timeout = %" APR_INT64_T_FMT
                 "; SET %s idle_in_transaction_session_timeout = %" APR_INT64_T_FMT,
                 how, session->patience * SERVER_SHARE / 100 + 1, how, session->lock_timeout, how,
                 2 * session->patience);
    return sql;
}

/* Statements here are short, whatever the planner thinks: other processes to help with one, or a
 * compiler, would take longer to start. */
#define IS_SHORT "SET SESSION max_parallel_workers_per_gather = 0; SET SESSION jit = off"

/* Set the time-outs of a connection, and get the id of its server process: behind a pooler, libpq
 * knows another one. */
static apr_status_t set_limits(bk_db_pgsql_session_t *session)
{
    char set[256], sql[500];
    PGresult *result;
    apr_status_t rv;

    apr_snprintf(sql, sizeof(sql), "%s; " IS_SHORT "%s; SELECT pg_backend_pid()",
                 limits(session, "SESSION", set, sizeof(set)),
                 session->read_only ? "; SET default_transaction_read_only = on" : "");
    rv = bk_db_pgsql_answer(session, PQsendQuery(session->pgsql->connection, sql), &result);
    if (rv == APR_SUCCESS) {
        session->process = (int)apr_strtoi64(PQgetvalue(result, 0, 0), NULL, 10);
    }
    PQclear(result);
    return rv;
}

/* Set up a new connection: time-outs and initial statements. Marks earlier compiled statements as
 * lost. */
static apr_status_t set_up(bk_db_pgsql_session_t *session)
{
    apr_status_t rv = check_encoding(session);

    bk_db_pgsql_answer_listen(session);
    session->process = 0;
    if (rv == APR_SUCCESS && session->pgsql->is_new) {
        rv = run_init(session);
        session->pgsql->is_new = rv != APR_SUCCESS;
    }
    if (rv == APR_SUCCESS && !session->is_pooled) {
        rv = set_limits(session);
    }
    if (rv == APR_SUCCESS) {
        session->era = session->pgsql->number;
    }
    return rv;
}

/* Set up a connection, and reconnect once if it turns out to be lost, as one that another store has
 * set up and used before may be. */
static apr_status_t set_up_or_replace(bk_db_pgsql_session_t *session)
{
    apr_status_t rv = set_up(session);

    if (rv == APR_ECONNRESET) {
        rv = bk_pgsql_connect(session->pgsql, session->connect_timeout);
        if (rv == APR_SUCCESS) {
            rv = set_up(session);
        }
    }
    return rv;
}

apr_status_t bk_db_pgsql_session_connect(bk_db_pgsql_session_t *session)
{
    bk_pgsql_t *pgsql = session->pgsql;
    apr_status_t rv = APR_SUCCESS;

    session->ours = NULL;
    session->is_unsure = 0;
    bk_db_pgsql_answer_listen(session);
    if (session->inside) {
        return bk_pgsql_is_broken(pgsql) ? APR_ECONNRESET : APR_SUCCESS;
    }
    if (bk_pgsql_is_broken(pgsql) || bk_pgsql_is_replaced(pgsql)) {
        rv = bk_pgsql_connect(pgsql, session->connect_timeout);
    }
    if (rv == APR_SUCCESS && pgsql->number != session->era) {
        rv = set_up_or_replace(session);
        session->is_unsure = 0;
    }
    return rv;
}

static int is_inside(PGconn *connection)
{
    PGTransactionStatusType status = PQtransactionStatus(connection);

    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

static apr_status_t limit_transaction(bk_db_pgsql_session_t *session)
{
    char set[256];

    return bk_db_pgsql_answer_run(session, limits(session, "LOCAL", set, sizeof(set)));
}

apr_status_t bk_db_pgsql_session_be_patient(bk_db_pgsql_session_t *session)
{
    session->patience = A_DAY;
    return limit_transaction(session);
}

void bk_db_pgsql_session_be_usual(bk_db_pgsql_session_t *session)
{
    session->patience = session->statement_timeout;
}

apr_status_t bk_db_pgsql_session_enter(bk_db_pgsql_session_t *session, apr_status_t rv)
{
    session->inside = is_inside(session->pgsql->connection);
    if (rv == APR_SUCCESS && session->is_pooled && session->inside) {
        rv = limit_transaction(session);
    }
    return rv;
}

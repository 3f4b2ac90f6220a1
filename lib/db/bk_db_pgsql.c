/* PostgreSQL behind bk_db: a server, which may be restarted, replaced or silent.
 *
 * Statements go out by libpq's asynchronous calls and are waited for until a deadline, so that a
 * server that says nothing costs its time-out and no more. Before that it is the server itself that
 * gives up (statement_timeout, lock_timeout), and says so. Where it does not, as in a commit that
 * waits for a standby, it is told to (pg_cancel_backend), so that no process of its own goes on
 * waiting for somebody who has left. If it does not hear that either, the connection is shut down,
 * and made again when it is next used.
 *
 * A connection that was lost while nobody used it is noticed before anything is sent on it, so that
 * a restart of the server fails no statement but those under way. What was compiled on it is
 * compiled again: connections are counted (bk_pgsql_t), and a statement that the server does not
 * know (26000) is compiled and run once more, for nothing was done.
 *
 * What was sent and not answered may have been done. So may what was answered while the server
 * waited for a synchronous standby and was told to cancel: it commits, says so in a warning, and
 * reports success.
 *
 * Where a pooler gives each transaction another connection (pgbouncer, pool_mode = transaction),
 * nothing may be left behind on one: no statement is named, and nothing is SET but inside a
 * transaction.
 */
#include "bk_db_driver.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_db_pgsql_private.h"

typedef struct statement_t {
    const char *name; /* NULL: run once, and never compiled */
    const char *sql;
    apr_uint32_t era; /* that it was compiled in; 0: not yet */
    bk_db_pgsql_values_t bound;
    PGresult *rows; /* all of them, or the one that came by itself */
    int row;
    apr_pool_t *pool; /* its own */
} statement_t;

/* ---- statements -------------------------------------------------------------------------------
 */

static apr_status_t open_session(void *native, const bk_db_options_t *options, void **result,
                                 const char **why, apr_pool_t *p)
{
    *result = bk_db_pgsql_session(native, options, p);
    return bk_db_pgsql_session_connect(*result);
}

/* Scripts are what begins and ends transactions. */
static apr_status_t script(void *session, const char *sql)
{
    apr_status_t rv = bk_db_pgsql_session_connect(session);

    if (rv == APR_SUCCESS) {
        rv = bk_db_pgsql_answer_run(session, sql);
    }
    return bk_db_pgsql_session_enter(session, rv);
}

static apr_status_t prepare(void *data, const char *name, const char *sql, void **result,
                            apr_pool_t *p)
{
    const bk_db_pgsql_session_t *session = data;
    statement_t *statement = apr_pcalloc(p, sizeof(*statement));

    statement->name = name && !session->is_pooled ? apr_pstrdup(p, name) : NULL;
    statement->sql = sql;
    statement->pool = p;
    *result = statement;
    return APR_SUCCESS;
}

/* The server forgets it with the connection. */
static void finalize(void *data, void *statement)
{
    PQclear(((statement_t *)statement)->rows);
    ((statement_t *)statement)->rows = NULL;
}

static apr_status_t compile(bk_db_pgsql_session_t *session, statement_t *statement)
{
    PGresult *result;
    apr_status_t rv = bk_db_pgsql_answer(
        session,
        PQsendPrepare(session->pgsql->connection, statement->name, statement->sql, 0, NULL),
        &result);

    PQclear(result);
    if (rv == APR_SUCCESS) {
        statement->era = session->era;
    }
    else if (strcmp(session->state, "42P05") == 0) {
        session->ours = "another client's statement has that name on the same connection: behind a "
                        "pooler of transactions, say BookablePreparedStatements Off";
    }
    return rv;
}

/* @param is_stream  whether rows are to come one by one */
static apr_status_t execute(bk_db_pgsql_session_t *session, statement_t *statement, int count,
                            int is_stream)
{
    PGconn *connection = session->pgsql->connection;
    const bk_db_pgsql_values_t *bound = &statement->bound;
    int sent;

    if (statement->name && statement->era != session->era) {
        apr_status_t rv = compile(session, statement);

        session->is_unsure = 0;
        if (rv != APR_SUCCESS) {
            return rv;
        }
    }
    sent = statement->name ? PQsendQueryPrepared(connection, statement->name, count, bound->values,
                                                 bound->lengths, bound->formats, 0)
                           : PQsendQueryParams(connection, statement->sql, count, NULL,
                                               bound->values, bound->lengths, bound->formats, 0);
    if (sent && is_stream) {
        (void)PQsetSingleRowMode(connection);
    }
    return bk_db_pgsql_answer(session, sent, &statement->rows);
}

/* Whether the server has never heard of a statement, and so has not run it: the connection was made
 * again by somebody else, to a process with the same number. */
static int is_unknown(bk_db_pgsql_session_t *session)
{
    return strcmp(session->state, "26000") == 0 && !session->inside;
}

/* What the rows that are here say: of none, the end. */
static apr_status_t at_row(statement_t *statement, apr_status_t rv)
{
    statement->row = 0;
    return rv == APR_SUCCESS && PQntuples(statement->rows) == 0 ? APR_NOTFOUND : rv;
}

static apr_status_t start(void *data, void *prepared, const bk_db_value_t *args, int count,
                          int is_stream)
{
    bk_db_pgsql_session_t *session = data;
    statement_t *statement = prepared;
    apr_status_t rv;

    session->is_unsure = 0;
    bk_db_pgsql_values_bind(&statement->bound, args, count, statement->pool);
    rv = bk_db_pgsql_session_connect(session);
    if (rv == APR_SUCCESS) {
        rv = execute(session, statement, count, is_stream);
    }
    if (rv == APR_EGENERAL && statement->name && is_unknown(session)) {
        statement->era = 0;
        rv = execute(session, statement, count, is_stream);
    }
    return at_row(statement, rv);
}

/* Whether more rows are to come, one by one. */
static int is_streaming(const statement_t *statement)
{
    return statement->rows && PQresultStatus(statement->rows) == PGRES_SINGLE_TUPLE;
}

static apr_status_t next(void *session, void *prepared)
{
    statement_t *statement = prepared;

    if (!is_streaming(statement)) {
        return ++statement->row < PQntuples(statement->rows) ? APR_SUCCESS : APR_NOTFOUND;
    }
    PQclear(statement->rows);
    return at_row(statement, bk_db_pgsql_answer(session, 1, &statement->rows));
}

static void column(void *prepared, int index, bk_db_value_t *value, apr_pool_t *p)
{
    const statement_t *statement = prepared;

    bk_db_pgsql_values_column(statement->rows, statement->row, index, value, p);
}

static apr_int64_t finish(void *session, void *prepared)
{
    statement_t *statement = prepared;
    apr_int64_t changed =
        statement->rows ? apr_strtoi64(PQcmdTuples(statement->rows), NULL, 10) : 0;

    if (is_streaming(statement)) {
        bk_db_pgsql_answer_abandon(session);
    }
    PQclear(statement->rows);
    statement->rows = NULL;
    return changed;
}

static int is_unsure(void *data)
{
    return ((bk_db_pgsql_session_t *)data)->is_unsure;
}

static const char *error(void *data)
{
    bk_db_pgsql_session_t *session = data;

    if (session->ours) {
        return session->ours;
    }
    return session->pgsql->connection ? PQerrorMessage(session->pgsql->connection)
                                      : session->pgsql->why;
}

/* The server says it beside its answers, whenever it changes; before version 14 it did not. */
static int is_on(PGconn *connection, const char *parameter)
{
    const char *value = PQparameterStatus(connection, parameter);

    return value && strcmp(value, "on") == 0;
}

static int is_read_only(void *session_data)
{
    PGconn *connection = ((bk_db_pgsql_session_t *)session_data)->pgsql->connection;

    return is_on(connection, "in_hot_standby") ||
           is_on(connection, "default_transaction_read_only");
}

static const char *own(const bk_db_sql_t *sql)
{
    return sql->pgsql;
}

static const bk_db_sql_word_t words[] = {{"key", "BIGINT PRIMARY KEY"}, {"int", "BIGINT"},
                                         {"flag", "SMALLINT"},          {"bytes", "BYTEA"},
                                         {"without rowid", ""},         {NULL}};

const bk_db_driver_t bk_db_pgsql = {
    .name = "pgsql",
    .words = words,
    .own = own,
    .open = open_session,
    .script = script,
    .begin = "BEGIN",
    .begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    /* One lock for all services: they may share a database, and so the table of versions. */
    .begin_migration = "BEGIN; SELECT pg_advisory_xact_lock(hashtext('bookable_schema'))",
    .single_writer = 0,
    .prepare = prepare,
    .finalize = finalize,
    .start = start,
    .next = next,
    .column = column,
    .is_unsure = is_unsure,
    /* It writes a few bytes to the log, which the standbys wait for as they do for any. */
    .confirm = "SELECT pg_logical_emit_message(true, 'bookable', '')",
    .finish = finish,
    .is_read_only = is_read_only,
    .error = error,
};

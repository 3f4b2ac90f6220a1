/* The PostgreSQL driver of bk_db: a server may be restarted, be replaced, or stop answering.
 *
 * Statements are sent by libpq's asynchronous calls, and answers are awaited until a deadline, so
 * that a server that does not answer costs the time-out and no more. The server's own time-outs
 * (statement_timeout, lock_timeout) are shorter, so normally the server ends a statement, with an
 * error. If it does not, as in a commit that waits for a standby, the statement is cancelled
 * (pg_cancel_backend), so that no server process goes on waiting. If that fails as well, the
 * connection is closed, and reopened when it is next used.
 *
 * A connection that was lost while idle is noticed before a statement is sent on it, so that a
 * restart of the server only fails statements under way. Statements are then compiled again:
 * connections are numbered (bk_pgsql_t), and a statement that the server does not know (26000) was
 * not run, so it is compiled and run once more.
 *
 * A statement that was sent and not answered may have been done. A commit that was cancelled while
 * it waited for a synchronous standby is done on this server only: the server sends a warning, and
 * reports success.
 *
 * If a pooler gives each transaction another connection (pgbouncer, pool_mode = transaction), no
 * state may remain on a connection: statements have no names, and settings are only SET inside a
 * transaction.
 */
#include "bk_db_driver.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_db_pgsql_private.h"

typedef struct statement_t {
    const char *name; /* NULL: not compiled in advance */
    const char *sql;
    apr_uint32_t era; /* number of the connection it was compiled on; 0: none */
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

/* Scripts begin and end transactions. */
static apr_status_t script(void *session, const char *sql)
{
    apr_status_t rv = bk_db_pgsql_session_connect(session);

    if (rv == APR_SUCCESS) {
        rv = bk_db_pgsql_answer_run(session, sql);
    }
    return bk_db_pgsql_session_enter(session, rv);
}

/* One lock for all services, because they may share a database and its table of versions. */
static apr_status_t migrate(void *session, int is_migrating)
{
    apr_status_t rv;

    if (!is_migrating) {
        bk_db_pgsql_session_be_usual(session);
        return APR_SUCCESS;
    }
    rv = script(session, "SELECT pg_advisory_xact_lock(hashtext('bookable_schema'))");
    return rv == APR_SUCCESS ? bk_db_pgsql_session_be_patient(session) : rv;
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

/* The server drops a statement with the connection. */
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

static apr_status_t execute(bk_db_pgsql_session_t *session, statement_t *statement, int count)
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
    return bk_db_pgsql_answer(session, sent, &statement->rows);
}

/* Whether the server does not know a prepared statement, and so has not run it, because another
 * session has reopened the connection. */
static int is_unknown(bk_db_pgsql_session_t *session)
{
    return strcmp(session->state, "26000") == 0 && !session->inside;
}

static apr_status_t start(void *data, void *prepared, const bk_db_value_t *args, int count)
{
    bk_db_pgsql_session_t *session = data;
    statement_t *statement = prepared;
    apr_status_t rv;

    session->is_unsure = 0;
    bk_db_pgsql_values_bind(&statement->bound, args, count, statement->pool);
    rv = bk_db_pgsql_session_connect(session);
    if (rv == APR_SUCCESS) {
        rv = execute(session, statement, count);
    }
    if (rv == APR_EGENERAL && statement->name && is_unknown(session)) {
        statement->era = 0;
        rv = execute(session, statement, count);
    }
    statement->row = 0;
    return rv == APR_SUCCESS && PQntuples(statement->rows) == 0 ? APR_NOTFOUND : rv;
}

static apr_status_t next(void *session, void *prepared)
{
    statement_t *statement = prepared;

    return ++statement->row < PQntuples(statement->rows) ? APR_SUCCESS : APR_NOTFOUND;
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

/* The value of a parameter that the server reports when it changes (from version 14 on). */
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

static const bk_db_sql_word_t words[] = {{"key", "BIGINT PRIMARY KEY"},
                                         {"int", "BIGINT"},
                                         {"join", "string_agg"},
                                         {"array", "json_array_elements_text"},
                                         {"flag", "SMALLINT"},
                                         {"bytes", "BYTEA"},
                                         {"without rowid", ""},
                                         {"bytewise", "COLLATE \"C\""},
                                         {NULL}};

const bk_db_driver_t bk_db_pgsql = {
    .name = "pgsql",
    .words = words,
    .own = own,
    .open = open_session,
    .script = script,
    .begin = "BEGIN",
    .begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    .migrate = migrate,
    .single_writer = 0,
    .prepare = prepare,
    .finalize = finalize,
    .start = start,
    .next = next,
    .column = column,
    .is_unsure = is_unsure,
    /* Writes a few bytes to the write-ahead log; its commit waits for the standbys like any other.
     */
    .confirm = "SELECT pg_logical_emit_message(true, 'bookable', '')",
    .finish = finish,
    .is_read_only = is_read_only,
    .error = error,
};

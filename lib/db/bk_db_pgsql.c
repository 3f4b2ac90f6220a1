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

#include <poll.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_pgsql.h"
#include "bk_time.h"

/* The server gives up this much before we do: per cent. */
#define SERVER_SHARE 90
/* What a server that is told to cancel has for it, to be told and to answer; milliseconds. */
#define CANCEL_TIMEOUT 500
/* How often a thread that waits looks around, and after which silence it asks other hosts. */
#define GLANCE_EVERY 100
#define LOOK_AFTER 500
/* pg_type.dat: what rows are read by. */
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23 };

typedef struct session_t {
    bk_pgsql_t *pgsql;
    apr_int64_t statement_timeout; /* milliseconds */
    apr_int64_t lock_timeout;
    apr_int64_t connect_timeout;
    int read_only;
    int is_pooled;      /* each transaction may have another connection of the server's */
    int process;        /* the server's, that works for us; 0: unknown */
    apr_uint32_t era;   /* the connection that was set up, by its number; 0: none. What was compiled
                           in an earlier one is gone */
    int inside;         /* a transaction: if its connection is lost, it is */
    int is_unconfirmed; /* it was committed, without the standbys that it was to wait for */
    int is_unsure;      /* what was sent last may have been done, although no answer said so */
    char state[6];      /* SQLSTATE of what failed last */
    const char *ours;   /* what went wrong, where libpq has no words for it; NULL */
    char ours_text[200]; /* room for them */
} session_t;

typedef struct statement_t {
    const char *name; /* NULL: run once, and never compiled */
    const char *sql;
    apr_uint32_t era; /* that it was compiled in; 0: not yet */
    PGresult *rows;
    int row;
} statement_t;

/* ---- statuses -------------------------------------------------------------------------------- */

/* By PostgreSQL's Appendix A, "Error Codes": a whole one, or the beginning of all of a kind. */
static apr_status_t status_of(const char *state)
{
    static const struct {
        const char *state;
        apr_status_t rv;
    } known[] = {
        {"08", APR_ECONNRESET},    /* connection exceptions */
        {"22021", APR_EINVAL},     /* character_not_in_repertoire: no UTF-8 */
        {"22P05", APR_EINVAL},     /* untranslatable_character */
        {"23505", APR_EEXIST},     /* unique_violation */
        {"25006", APR_ECONNRESET}, /* read_only_sql_transaction: no longer the primary */
        {"40001", APR_TIMEUP},     /* serialization_failure */
        {"40P01", APR_TIMEUP},     /* deadlock_detected */
        {"53100", APR_ENOSPC},     /* disk_full */
        {"55P03", APR_TIMEUP},     /* lock_not_available */
        {"57014", APR_TIMEUP},     /* query_canceled: its statement_timeout */
        {"57P", APR_ECONNRESET},   /* shut down, crashed, not yet started */
    };
    unsigned int i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strncmp(known[i].state, state, strlen(known[i].state)) == 0) {
            return known[i].rv;
        }
    }
    return APR_EGENERAL;
}

/* ---- waiting for answers ------------------------------------------------------------------------
 */

static PGconn *connection_of(const session_t *session)
{
    return session->pgsql->connection;
}

/* Whether somebody has to look around while waiting: another host may take this one's place. */
static int may_be_left(const session_t *session)
{
    return session->pgsql->target->is_exclusive && session->pgsql->target->hosts > 1;
}

/* Wait for the socket, and look around meanwhile.
 * @return 1; 0: there is nothing to wait for any longer */
static int wait_for_answer(session_t *session, apr_int64_t since, apr_int64_t deadline)
{
    apr_int64_t now;

    if (!may_be_left(session)) {
        return bk_pgsql_wait(connection_of(session), POLLIN, deadline);
    }
    while ((now = bk_time_monotonic_ms()) < deadline) {
        apr_int64_t glance = now + GLANCE_EVERY;

        if (bk_pgsql_wait(connection_of(session), POLLIN, glance < deadline ? glance : deadline)) {
            return 1;
        }
        if (now - since >= LOOK_AFTER) {
            bk_pgsql_look(session->pgsql);
        }
        if (bk_pgsql_is_left(session->pgsql)) {
            return 0;
        }
    }
    return 0;
}

/* Take results until there are no more; the last one counts.
 * @return APR_ETIMEDOUT if they did not come in time */
static apr_status_t take_result(session_t *session, apr_int64_t deadline, PGresult **result)
{
    PGconn *connection = connection_of(session);
    apr_int64_t since = bk_time_monotonic_ms();
    PGresult *next;

    for (;;) {
        while (PQisBusy(connection)) {
            if (!wait_for_answer(session, since, deadline)) {
                return APR_ETIMEDOUT;
            }
            if (!PQconsumeInput(connection)) {
                break;
            }
        }
        next = PQgetResult(connection);
        if (!next) {
            return APR_SUCCESS;
        }
        PQclear(*result);
        *result = next;
        if (PQstatus(connection) != CONNECTION_OK) {
            return APR_SUCCESS;
        }
    }
}

/* A warning that a commit did not wait for its standbys. Its words differ from language to
 * language; the function that says it does not. */
static void notice(void *data, const PGresult *said)
{
    session_t *session = data;
    const char *by = PQresultErrorField(said, PG_DIAG_SOURCE_FUNCTION);

    if (by && strcmp(by, "SyncRepWaitForLSN") == 0) {
        session->is_unconfirmed = 1;
    }
}

/* What a result says; one that came to nothing is cleared. */
static apr_status_t judge(session_t *session, PGresult **result)
{
    const char *state;
    apr_status_t rv;

    switch (PQresultStatus(*result)) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        session->is_unsure = session->is_unconfirmed;
        return APR_SUCCESS;
    default:
        state = PQresultErrorField(*result, PG_DIAG_SQLSTATE);
        apr_cpystrn(session->state, state ? state : "", sizeof(session->state));
        rv = status_of(session->state);
        PQclear(*result);
        *result = NULL;
    }
    if (PQstatus(connection_of(session)) != CONNECTION_OK) {
        return APR_ECONNRESET;
    }
    session->is_unsure = 0; /* the server undid it */
    if (rv == APR_ECONNRESET) {
        bk_pgsql_shut(session->pgsql);
    }
    return rv;
}

/* The deadline has passed: have the server end what it is at, or leave it.
 * @return what it says to that, APR_ETIMEDOUT if it says that it did not wait for its standbys;
 * APR_ECONNRESET: another server has taken its place, which can be asked at once; APR_ETIMEDOUT: it
 * says nothing */
static apr_status_t cancel(session_t *session, PGresult **result)
{
    apr_int64_t deadline = bk_time_monotonic_ms() + 2 * CANCEL_TIMEOUT;
    apr_status_t rv;

    if (session->process && !bk_pgsql_is_left(session->pgsql) &&
        bk_pgsql_cancel(session->pgsql, session->process, CANCEL_TIMEOUT) &&
        take_result(session, deadline, result) == APR_SUCCESS) {
        rv = judge(session, result);
        return rv == APR_SUCCESS && session->is_unconfirmed ? APR_ETIMEDOUT : rv;
    }
    PQclear(*result);
    *result = NULL;
    bk_pgsql_shut(session->pgsql);
    if (bk_pgsql_is_left(session->pgsql)) {
        session->ours = "the server does not answer, and another is the primary";
        return APR_ECONNRESET;
    }
    session->ours = "the server does not answer";
    return APR_ETIMEDOUT;
}

/* Await what was sent. */
static apr_status_t await(session_t *session, int was_sent, PGresult **result)
{
    apr_int64_t deadline = bk_time_monotonic_ms() + session->statement_timeout;
    apr_status_t rv;

    session->ours = NULL;
    session->is_unsure = was_sent;
    session->is_unconfirmed = 0;
    session->state[0] = '\0';
    *result = NULL;
    if (!was_sent) {
        return PQstatus(connection_of(session)) == CONNECTION_OK ? APR_EGENERAL : APR_ECONNRESET;
    }
    rv = take_result(session, deadline, result);
    if (rv == APR_SUCCESS) {
        rv = judge(session, result);
    }
    else {
        rv = cancel(session, result);
    }
    if (session->is_unconfirmed) {
        session->ours = "committed, but no standby has confirmed it";
    }
    return rv;
}

static apr_status_t run(session_t *session, const char *sql)
{
    PGresult *result;
    apr_status_t rv = await(session, PQsendQuery(connection_of(session), sql), &result);

    PQclear(result);
    return rv;
}

/* ---- the connection -----------------------------------------------------------------------------
 */

/* Texts are UTF-8, of any characters: a database that cannot hold some of them would refuse them
 * one by one, and one without an encoding (SQL_ASCII) would hold what is none. */
static apr_status_t check_encoding(session_t *session)
{
    const char *encoding = PQparameterStatus(connection_of(session), "server_encoding");

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

static apr_status_t run_init(session_t *session)
{
    const char *const *sql;
    apr_status_t rv = APR_SUCCESS;

    for (sql = session->pgsql->target->init; *sql && rv == APR_SUCCESS; sql++) {
        rv = run(session, *sql);
    }
    return rv;
}

static const char *limits(const session_t *session, const char *how, char *sql, apr_size_t room)
{
    apr_snprintf(sql, room,
                 "SET %s statement_timeout = %" APR_INT64_T_FMT
                 "; SET %s lock_timeout = %" APR_INT64_T_FMT
                 "; SET %s idle_in_transaction_session_timeout = %" APR_INT64_T_FMT,
                 how, session->statement_timeout * SERVER_SHARE / 100 + 1, how,
                 session->lock_timeout, how, 2 * session->statement_timeout);
    return sql;
}

/* Tell a connection of its own what the limits are, and ask it for its process: behind a pooler it
 * is not the one that libpq knows. */
static apr_status_t set_limits(session_t *session)
{
    char set[256], sql[400];
    PGresult *result;
    apr_status_t rv;

    apr_snprintf(sql, sizeof(sql), "%s%s; SELECT pg_backend_pid()",
                 limits(session, "SESSION", set, sizeof(set)),
                 session->read_only ? "; SET default_transaction_read_only = on" : "");
    rv = await(session, PQsendQuery(connection_of(session), sql), &result);
    if (rv == APR_SUCCESS) {
        session->process = (int)apr_strtoi64(PQgetvalue(result, 0, 0), NULL, 10);
    }
    PQclear(result);
    return rv;
}

/* Each time: the sessions of several stores may share the connection. */
static void hear_notices(session_t *session)
{
    (void)PQsetNoticeReceiver(connection_of(session), notice, session);
}

/* A new connection knows neither limits nor what was compiled before. */
static apr_status_t set_up(session_t *session)
{
    apr_status_t rv = check_encoding(session);

    hear_notices(session);
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

/* A connection that was good, and is not when it is set up for one more store: its server may have
 * hung or gone since. */
static apr_status_t set_up_or_replace(session_t *session)
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

/* Before anything is sent. Inside a transaction a lost connection is not made again: what follows
 * would be done without what came before. */
static apr_status_t be_connected(session_t *session)
{
    bk_pgsql_t *pgsql = session->pgsql;
    apr_status_t rv = APR_SUCCESS;

    session->ours = NULL;
    session->is_unsure = 0;
    hear_notices(session);
    if (session->inside) {
        return bk_pgsql_is_over(pgsql) ? APR_ECONNRESET : APR_SUCCESS;
    }
    if (bk_pgsql_is_over(pgsql) || bk_pgsql_is_left(pgsql)) {
        rv = bk_pgsql_connect(pgsql, session->connect_timeout);
    }
    if (rv == APR_SUCCESS && pgsql->number != session->era) {
        rv = set_up_or_replace(session);
        session->is_unsure = 0;
    }
    return rv;
}

/* ---- statements -------------------------------------------------------------------------------
 */

static apr_status_t open_session(void *native, const bk_db_options_t *options, void **result,
                                 const char **why, apr_pool_t *p)
{
    session_t *session = apr_pcalloc(p, sizeof(*session));

    session->pgsql = native;
    session->statement_timeout = apr_time_as_msec(options->statement_timeout);
    session->lock_timeout = apr_time_as_msec(options->busy_timeout);
    session->connect_timeout = apr_time_as_msec(options->connect_timeout);
    session->read_only = options->read_only;
    session->is_pooled = options->is_pooled;
    *result = session;
    return be_connected(session);
}

static int is_inside(PGconn *connection)
{
    PGTransactionStatusType status = PQtransactionStatus(connection);

    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

/* Scripts are what begins and ends transactions. */
static apr_status_t script(void *data, const char *sql)
{
    session_t *session = data;
    apr_status_t rv = be_connected(session);
    char set[256];

    if (rv == APR_SUCCESS) {
        rv = run(session, sql);
    }
    session->inside = is_inside(connection_of(session));
    if (rv == APR_SUCCESS && session->is_pooled && session->inside) {
        rv = run(session, limits(session, "LOCAL", set, sizeof(set)));
    }
    return rv;
}

static apr_status_t prepare(void *data, const char *name, const char *sql, void **result,
                            apr_pool_t *p)
{
    const session_t *session = data;
    statement_t *statement = apr_pcalloc(p, sizeof(*statement));

    statement->name = name && !session->is_pooled ? apr_pstrdup(p, name) : NULL;
    statement->sql = sql;
    *result = statement;
    return APR_SUCCESS;
}

/* The server forgets it with the connection. */
static void finalize(void *data, void *statement)
{
    PQclear(((statement_t *)statement)->rows);
    ((statement_t *)statement)->rows = NULL;
}

/* Arguments as libpq takes them: numbers as text, which the server reads as the type that it found
 * for the parameter; bytes as they are. */
typedef struct arguments_t {
    const char *values[BK_DB_ARGS];
    int lengths[BK_DB_ARGS];
    int formats[BK_DB_ARGS];
    char numbers[BK_DB_ARGS][24];
} arguments_t;

static void bind_arguments(arguments_t *bound, const bk_db_value_t *args, int count)
{
    int i;

    for (i = 0; i < count; i++) {
        bound->values[i] = args[i].type == BK_DB_NULL ? NULL : args[i].text;
        bound->lengths[i] = (int)args[i].len;
        bound->formats[i] = args[i].type == BK_DB_BYTES;
        if (args[i].type == BK_DB_INT) {
            apr_snprintf(bound->numbers[i], sizeof(bound->numbers[i]), "%" APR_INT64_T_FMT,
                         args[i].number);
            bound->values[i] = bound->numbers[i];
        }
    }
}

static apr_status_t compile(session_t *session, statement_t *statement)
{
    PGresult *result;
    apr_status_t rv = await(
        session, PQsendPrepare(connection_of(session), statement->name, statement->sql, 0, NULL),
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

static apr_status_t execute(session_t *session, statement_t *statement, const arguments_t *bound,
                            int count)
{
    PGconn *connection = connection_of(session);
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
    return await(session, sent, &statement->rows);
}

/* Whether the server has never heard of a statement, and so has not run it: the connection was made
 * again by somebody else, to a process with the same number. */
static int is_unknown(session_t *session)
{
    return strcmp(session->state, "26000") == 0 && !session->inside;
}

static apr_status_t start(void *data, void *prepared, const bk_db_value_t *args, int count)
{
    session_t *session = data;
    statement_t *statement = prepared;
    arguments_t bound;
    apr_status_t rv;

    session->is_unsure = 0;
    bind_arguments(&bound, args, count);
    rv = be_connected(session);
    if (rv == APR_SUCCESS) {
        rv = execute(session, statement, &bound, count);
    }
    if (rv == APR_EGENERAL && statement->name && is_unknown(session)) {
        statement->era = 0;
        rv = execute(session, statement, &bound, count);
    }
    statement->row = 0;
    return rv == APR_SUCCESS && PQntuples(statement->rows) == 0 ? APR_NOTFOUND : rv;
}

static apr_status_t next(void *data, void *prepared)
{
    statement_t *statement = prepared;

    return ++statement->row < PQntuples(statement->rows) ? APR_SUCCESS : APR_NOTFOUND;
}

static void read_bytes(const char *text, bk_db_value_t *value, apr_pool_t *p)
{
    size_t len;
    unsigned char *bytes = PQunescapeBytea((const unsigned char *)text, &len);

    value->type = BK_DB_BYTES;
    value->len = bytes ? len : 0;
    value->text = apr_pmemdup(p, bytes ? (const char *)bytes : "", value->len);
    PQfreemem(bytes);
}

static void column(void *prepared, int index, bk_db_value_t *value, apr_pool_t *p)
{
    statement_t *statement = prepared;
    const char *text = PQgetvalue(statement->rows, statement->row, index);

    memset(value, 0, sizeof(*value));
    if (PQgetisnull(statement->rows, statement->row, index)) {
        return;
    }
    switch (PQftype(statement->rows, index)) {
    case OID_BOOL:
        value->type = BK_DB_INT;
        value->number = *text == 't';
        break;
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
        value->type = BK_DB_INT;
        value->number = apr_strtoi64(text, NULL, 10);
        break;
    case OID_BYTEA:
        read_bytes(text, value, p);
        break;
    default:
        value->type = BK_DB_TEXT;
        value->text = apr_pstrdup(p, text);
        value->len = strlen(text);
        break;
    }
}

static apr_int64_t finish(void *data, void *prepared)
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
    return ((session_t *)data)->is_unsure;
}

static const char *error(void *data)
{
    session_t *session = data;

    if (session->ours) {
        return session->ours;
    }
    return connection_of(session) ? PQerrorMessage(connection_of(session)) : session->pgsql->why;
}

/* The server says it beside its answers, whenever it changes; before version 14 it did not. */
static int is_on(PGconn *connection, const char *parameter)
{
    const char *value = PQparameterStatus(connection, parameter);

    return value && strcmp(value, "on") == 0;
}

static int is_read_only(void *session_data)
{
    PGconn *connection = ((session_t *)session_data)->pgsql->connection;

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

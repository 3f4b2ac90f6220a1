#include "bk_db_pgsql_private.h"

#include <poll.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_time.h"

/* Time-out for sending a cancellation, and again for the answer; milliseconds. */
#define CANCEL_TIMEOUT 500
/* While waiting for an answer: how often to check whether another host is the primary now, and
 * after which time to connect to the other hosts for that; milliseconds. */
#define CHECK_EVERY 100
#define LOOK_AFTER 500

/* ---- statuses -------------------------------------------------------------------------------- */

/* Convert an SQLSTATE (PostgreSQL's Appendix A, "Error Codes"). The table has whole codes and
 * prefixes. */
static apr_status_t status_of(const char *state)
{
    static const struct {
        const char *state;
        apr_status_t rv;
    } known[] = {
        {"08", APR_ECONNRESET},    /* connection exceptions */
        {"22021", APR_EINVAL},     /* character_not_in_repertoire: no UTF-8 */
        {"22P05", APR_EINVAL},     /* untranslatable_character */
        {"23503", APR_ENOTEMPTY},  /* foreign_key_violation */
        {"23505", APR_EEXIST},     /* unique_violation */
        {"23P01", APR_EBUSY},      /* exclusion_violation */
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

/* Whether another host may become the primary while this one is waited for. */
static int may_be_replaced(const bk_db_pgsql_session_t *session)
{
    return session->pgsql->target->is_exclusive && session->pgsql->target->hosts > 1;
}

/* Wait for data, and check meanwhile whether another host has become the primary.
 * @return 1: there is data; 0: stop waiting */
static int wait_for_answer(bk_db_pgsql_session_t *session, apr_int64_t since, apr_int64_t deadline)
{
    apr_int64_t now;

    if (!may_be_replaced(session)) {
        return bk_pgsql_wait(session->pgsql->connection, POLLIN, deadline);
    }
    while ((now = bk_time_monotonic_ms()) < deadline) {
        apr_int64_t next_check = now + CHECK_EVERY;

        if (bk_pgsql_wait(session->pgsql->connection, POLLIN,
                          next_check < deadline ? next_check : deadline)) {
            return 1;
        }
        if (now - since >= LOOK_AFTER) {
            bk_pgsql_look(session->pgsql);
        }
        if (bk_pgsql_is_replaced(session->pgsql)) {
            return 0;
        }
    }
    return 0;
}

/* Read results until there are no more; the last one counts.
 * @return APR_ETIMEDOUT if they did not come in time */
static apr_status_t take_result(bk_db_pgsql_session_t *session, apr_int64_t deadline,
                                PGresult **result)
{
    PGconn *connection = session->pgsql->connection;
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

/* Detect the warning that a commit did not wait for its standbys, by the server's function that
 * sends it: the text depends on the language. */
static void notice(void *data, const PGresult *said)
{
    bk_db_pgsql_session_t *session = data;
    const char *by = PQresultErrorField(said, PG_DIAG_SOURCE_FUNCTION);

    if (by && strcmp(by, "SyncRepWaitForLSN") == 0) {
        session->is_unconfirmed = 1;
    }
}

void bk_db_pgsql_answer_listen(bk_db_pgsql_session_t *session)
{
    (void)PQsetNoticeReceiver(session->pgsql->connection, notice, session);
}

/* Close a connection whose server cannot be used any more. What the server said is kept: libpq adds
 * to its message that the server closed the connection, which it did not. */
static void give_up(bk_db_pgsql_session_t *session)
{
    apr_cpystrn(session->ours_text, PQerrorMessage(session->pgsql->connection),
                sizeof(session->ours_text));
    session->ours = session->ours_text;
    bk_pgsql_shut(session->pgsql);
}

/* Convert a result to a status; a failed one is cleared. */
static apr_status_t judge(bk_db_pgsql_session_t *session, PGresult **result)
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
    if (PQstatus(session->pgsql->connection) != CONNECTION_OK) {
        return APR_ECONNRESET;
    }
    session->is_unsure = 0; /* the server rolled it back */
    if (rv == APR_ECONNRESET) {
        give_up(session);
    }
    return rv;
}

/* After the deadline: cancel the statement, or close the connection.
 * @return the server's answer to the cancelled statement, or APR_ETIMEDOUT if that was a commit
 *         without its standbys; APR_ECONNRESET: another server is the primary now, and can be used
 *         at once; APR_ETIMEDOUT: no answer */
static apr_status_t cancel(bk_db_pgsql_session_t *session, PGresult **result)
{
    apr_int64_t deadline = bk_time_monotonic_ms() + 2 * CANCEL_TIMEOUT;
    apr_status_t rv;

    if (session->process && !bk_pgsql_is_replaced(session->pgsql) &&
        bk_pgsql_cancel(session->pgsql, session->process, CANCEL_TIMEOUT) &&
        take_result(session, deadline, result) == APR_SUCCESS) {
        rv = judge(session, result);
        return rv == APR_SUCCESS && session->is_unconfirmed ? APR_ETIMEDOUT : rv;
    }
    PQclear(*result);
    *result = NULL;
    bk_pgsql_shut(session->pgsql);
    if (bk_pgsql_is_replaced(session->pgsql)) {
        session->ours = "the server does not answer, and another is the primary";
        return APR_ECONNRESET;
    }
    session->ours = "the server does not answer";
    return APR_ETIMEDOUT;
}

apr_status_t bk_db_pgsql_answer(bk_db_pgsql_session_t *session, int was_sent, PGresult **result)
{
    apr_int64_t deadline = bk_time_monotonic_ms() + session->patience;
    apr_status_t rv;

    session->ours = NULL;
    session->is_unsure = was_sent;
    session->is_unconfirmed = 0;
    session->state[0] = '\0';
    *result = NULL;
    if (!was_sent) {
        return PQstatus(session->pgsql->connection) == CONNECTION_OK ? APR_EGENERAL
                                                                     : APR_ECONNRESET;
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

apr_status_t bk_db_pgsql_answer_run(bk_db_pgsql_session_t *session, const char *sql)
{
    PGresult *result;
    apr_status_t rv =
        bk_db_pgsql_answer(session, PQsendQuery(session->pgsql->connection, sql), &result);

    PQclear(result);
    return rv;
}

/* SQLite behind bk_db: one file, many processes, write-ahead log. */
#include "bk_db_driver.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_lib.h>
#include <apr_strings.h>
#include <sqlite3.h>

#include "bk_time.h"

/* The write-ahead log is written back to the database each time so many pages have been added (as
 * many as SQLite itself takes), and begins anew when it is longer than that. */
enum { CHECKPOINT_PAGES = 1000, LONG_LOG_PAGES = 8 * CHECKPOINT_PAGES };

/* Where that does not keep it short, as when a process that makes a checkpoint gets no processor,
 * whoever makes it so long brings it back, while the others wait. A file that had become longer is
 * cut to that when the log begins anew: pages of the usual size, each with a header, and one of the
 * file. */
enum {
    MOST_LOG_PAGES = LONG_LOG_PAGES + CHECKPOINT_PAGES,
    MOST_LOG_BYTES = MOST_LOG_PAGES * (24 + 4096) + 32,
    POLL_INTERVAL = 1000 /* microseconds */
};

typedef struct session_t {
    sqlite3 *connection;
    int patience;   /* with others, milliseconds */
    int is_due;     /* a checkpoint */
    int is_overdue; /* one that others wait for */
    int is_full;    /* the log has one more MOST_LOG_PAGES than before */
    int pages;      /* of the log, when that was noted */
    int is_spoiled; /* it failed in a way that opening the file anew may mend */
} session_t;

static sqlite3 *connection_of(void *session)
{
    return ((session_t *)session)->connection;
}

static apr_status_t status_of(int rc)
{
    if (rc == SQLITE_CONSTRAINT_PRIMARYKEY || rc == SQLITE_CONSTRAINT_UNIQUE ||
        rc == SQLITE_CONSTRAINT_ROWID) {
        return APR_EEXIST;
    }
    switch (rc & 0xFF) {
    case SQLITE_OK:
    case SQLITE_ROW:
        return APR_SUCCESS;
    case SQLITE_DONE:
        return APR_NOTFOUND;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return APR_TIMEUP;
    case SQLITE_FULL:
        return APR_ENOSPC;
    default:
        return APR_EGENERAL;
    }
}

/* What a connection found as it was opened stays with it: rights, a damaged file, one that is none.
 */
static apr_status_t judge(void *session_data, int rc)
{
    session_t *session = session_data;

    switch (rc & 0xFF) {
    case SQLITE_READONLY:
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_CANTOPEN:
    case SQLITE_NOTADB:
        session->is_spoiled = 1;
        break;
    default:
        break;
    }
    return status_of(rc);
}

static apr_status_t script(void *session, const char *sql)
{
    return judge(session, sqlite3_exec(connection_of(session), sql, NULL, NULL, NULL));
}

/* ---- the write-ahead log ------------------------------------------------------------------------
 */

/* The journal's mode, once that is to be a write-ahead log. */
static int read_mode(void *is_wal, int columns, char **values, char **names)
{
    *(int *)is_wal = values[0] && strcmp(values[0], "wal") == 0;
    return 0;
}

/* The write-ahead log lets readers read while somebody writes. The mode stays with the file, so all
 * but the first connection find it set. While several set it at once SQLite answers "busy" without
 * having waited: hence the loop. A database that is no file, and so another one for each
 * connection, keeps its own mode and says so. */
static apr_status_t use_write_ahead_log(session_t *session, apr_interval_time_t timeout,
                                        const char **why)
{
    apr_int64_t deadline = bk_time_monotonic_ms() + apr_time_as_msec(timeout);
    int is_wal = 0;
    apr_status_t rv;

    while ((rv = judge(session, sqlite3_exec(session->connection, "PRAGMA journal_mode = WAL",
                                             read_mode, &is_wal, NULL))) == APR_TIMEUP &&
           bk_time_monotonic_ms() < deadline) {
        apr_sleep(10000);
    }
    if (rv == APR_SUCCESS && !is_wal) {
        *why = "it cannot have a write-ahead log: is DBDParams the path of a file on a local disk?";
        rv = APR_EGENERAL;
    }
    return rv;
}

static apr_status_t limit_log(session_t *session)
{
    char sql[64];

    apr_snprintf(sql, sizeof(sql), "PRAGMA journal_size_limit = %d", MOST_LOG_BYTES);
    return script(session, sql);
}

/* SQLite's own way would be a checkpoint by whoever makes the log long enough, at the end of the
 * transaction, and all other writers wait for it: several milliseconds each time. This only notes
 * which transaction it was. */
static int note_commit(void *session_data, sqlite3 *connection, const char *name, int pages)
{
    session_t *session = session_data;
    int added = 0;
    int most;

    sqlite3_db_status(connection, SQLITE_DBSTATUS_CACHE_WRITE, &added, &most, 1);
    if (pages / CHECKPOINT_PAGES != (pages - added) / CHECKPOINT_PAGES) {
        session->is_due = 1;
        session->is_overdue = pages >= MOST_LOG_PAGES;
        session->pages = pages;
        session->is_full = pages / MOST_LOG_PAGES != (pages - added) / MOST_LOG_PAGES;
    }
    return SQLITE_OK;
}

static void watch(void *session)
{
    sqlite3_wal_hook(connection_of(session), note_commit, session);
}

/* A checkpoint after which the log begins anew. Readers of the log are waited for by SQLite, and
 * another checkpoint, for which it does not wait, here: it ends, now that nothing is added. */
static int begin_anew(session_t *session, int patience)
{
    apr_int64_t deadline = bk_time_monotonic_ms() + session->patience / 2;
    int pages;
    int rc;

    sqlite3_busy_timeout(session->connection, patience);
    for (;;) {
        rc = sqlite3_wal_checkpoint_v2(session->connection, NULL, SQLITE_CHECKPOINT_RESTART, &pages,
                                       NULL);
        if (rc != SQLITE_BUSY || pages >= 0 || bk_time_monotonic_ms() >= deadline) {
            break; /* how long the log is, is known to the one that makes a checkpoint */
        }
        apr_sleep(POLL_INTERVAL);
    }
    sqlite3_busy_timeout(session->connection, session->patience);
    return rc;
}

/* Readers go in milliseconds. One that stays, such as a backup, keeps the log from beginning anew
 * as long as it does, and writers do not wait as long for it each time. */
static int bound(void *session_data)
{
    session_t *session = session_data;
    int rc;

    if (!session->is_overdue) {
        return 0;
    }
    rc = begin_anew(session, session->patience / (session->is_full ? 10 : 100));
    session->is_due = session->is_overdue = 0;
    return rc != SQLITE_OK && session->is_full ? session->pages : 0;
}

/* A checkpoint that others read and write beside. It ends only what was there when it began, and
 * the log begins anew only when all of it has been written back: where others go on writing, that
 * takes a second one, of the little that is new, while they wait. Another one at work already, or a
 * reader of an old page: the next thousand pages will do. (How long the log is, it says of the
 * moment when it began.) */
static int tidy(void *session_data, int alone)
{
    session_t *session = session_data;
    int pages = 0;
    int rc;

    if (!session->is_due) {
        return 0;
    }
    rc = sqlite3_wal_checkpoint_v2(session->connection, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages,
                                   NULL);
    session->is_due = !alone && rc == SQLITE_OK && pages >= LONG_LOG_PAGES;
    return session->is_due;
}

/* ---- connections --------------------------------------------------------------------------------
 */

static session_t *new_session(sqlite3 *connection, const bk_db_options_t *options, apr_pool_t *p)
{
    session_t *session = apr_pcalloc(p, sizeof(*session));

    session->connection = connection;
    session->patience = (int)apr_time_as_msec(options->busy_timeout);
    return session;
}

/* A connection may have been opened while another file was at its path, or none, which is made
 * then.
 */
static apr_status_t check_file(session_t *session, const bk_db_file_t *file, const char **why)
{
    int has_moved = 0;

    (void)sqlite3_file_control(session->connection, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved);
    if (!has_moved &&
        bk_db_file_look(file, sqlite3_db_filename(session->connection, "main")) == APR_SUCCESS) {
        return APR_SUCCESS;
    }
    *why = "its file is not the one that other connections have open";
    session->is_spoiled = 1;
    return APR_EGENERAL;
}

/* SQLite gives the log and its index the rights of the database. Where that could not be written
 * when they were made, and can now, they follow. */
static void give_rights(const char *path)
{
    static const char *const suffixes[] = {"-wal", "-shm"};
    struct stat database;
    char name[4096];
    int i;

    if (!path || stat(path, &database) != 0 || access(path, W_OK) != 0) {
        return;
    }
    for (i = 0; i < 2; i++) {
        apr_snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
        if (access(name, F_OK) == 0 && access(name, W_OK) != 0) {
            (void)chmod(name, database.st_mode & 0666);
        }
    }
}

static apr_status_t open_session(void *native, const bk_db_options_t *options, void **session,
                                 const char **why, apr_pool_t *p)
{
    static const char *const synchronous[] = {
        "PRAGMA synchronous = OFF", "PRAGMA synchronous = NORMAL", "PRAGMA synchronous = FULL",
        "PRAGMA synchronous = EXTRA"};
    apr_status_t rv = APR_SUCCESS;

    *session = new_session(native, options, p);
    if (options->file) {
        rv = check_file(*session, options->file, why);
    }
    if (rv != APR_SUCCESS) {
        return rv;
    }
    sqlite3_extended_result_codes(native, 1);
    sqlite3_busy_timeout(native, ((session_t *)*session)->patience);
    if (options->read_only) {
        return script(*session, "PRAGMA query_only = ON");
    }
    give_rights(sqlite3_db_filename(native, "main"));
    rv = use_write_ahead_log(*session, options->busy_timeout, why);
    if (rv == APR_SUCCESS) {
        rv = limit_log(*session);
    }
    if (rv == APR_SUCCESS) {
        rv = script(*session, synchronous[options->synchronous]);
    }
    return rv;
}

/* ---- statements ---------------------------------------------------------------------------------
 */

/* The end of what begins with a quote, or with the two characters of a comment; else the next
 * character. */
static const char *skip_token(const char *at)
{
    const char *end = NULL;

    if (*at == '\'' || *at == '"' || *at == '`') {
        end = strchr(at + 1, *at); /* a doubled one ends a token and begins another */
    }
    else if (strncmp(at, "--", 2) == 0) {
        end = strchr(at, '\n');
    }
    else if (strncmp(at, "/*", 2) == 0) {
        end = strstr(at + 2, "*/");
    }
    else {
        return at + 1;
    }
    return end ? end + 1 : at + strlen(at);
}

/* Parameters are numbered by "?1" here; by "$1", which all other SQL has, SQLite would number them
 * as it meets them. What is quoted stays as it is. */
static char *number_parameters(const char *sql, apr_pool_t *p)
{
    char *numbered = apr_pstrdup(p, sql);
    char *at;

    for (at = numbered; *at; at = numbered + (skip_token(at) - numbered)) {
        if (*at == '$' && apr_isdigit(at[1])) {
            *at = '?';
        }
    }
    return numbered;
}

static apr_status_t prepare(void *session, const char *name, const char *sql, void **statement,
                            apr_pool_t *p)
{
    apr_pool_t *scratch;
    apr_status_t rv;

    apr_pool_create(&scratch, p);
    rv = judge(session, sqlite3_prepare_v3(connection_of(session), number_parameters(sql, scratch),
                                           -1, name ? SQLITE_PREPARE_PERSISTENT : 0,
                                           (sqlite3_stmt **)statement, NULL));
    apr_pool_destroy(scratch);
    return rv;
}

static void finalize(void *session, void *statement)
{
    sqlite3_finalize(statement);
}

static int bind_value(sqlite3_stmt *statement, int index, const bk_db_value_t *value)
{
    switch (value->type) {
    case BK_DB_INT:
        return sqlite3_bind_int64(statement, index, value->number);
    case BK_DB_TEXT:
        return sqlite3_bind_text(statement, index, value->text, -1, SQLITE_STATIC);
    case BK_DB_BYTES:
        return sqlite3_bind_blob64(statement, index, value->text, value->len, SQLITE_STATIC);
    case BK_DB_NULL:
        break;
    }
    return sqlite3_bind_null(statement, index);
}

static apr_status_t next(void *session, void *statement)
{
    return judge(session, sqlite3_step(statement));
}

/* Rows are read one by one, in any case. */
static apr_status_t start(void *session, void *statement, const bk_db_value_t *args, int count,
                          int is_stream)
{
    int i;

    for (i = 0; i < count; i++) {
        int rc = bind_value(statement, i + 1, &args[i]);
        if (rc != SQLITE_OK) {
            return status_of(rc);
        }
    }
    return next(session, statement);
}

static void column(void *statement, int index, bk_db_value_t *value, apr_pool_t *p)
{
    memset(value, 0, sizeof(*value));
    switch (sqlite3_column_type(statement, index)) {
    case SQLITE_INTEGER:
        value->type = BK_DB_INT;
        value->number = sqlite3_column_int64(statement, index);
        break;
    case SQLITE_NULL:
        value->type = BK_DB_NULL;
        break;
    case SQLITE_BLOB:
        value->type = BK_DB_BYTES;
        value->len = (apr_size_t)sqlite3_column_bytes(statement, index);
        /* None is no NULL: SQLite has no address for it. */
        value->text =
            value->len ? apr_pmemdup(p, sqlite3_column_blob(statement, index), value->len) : "";
        break;
    default:
        value->type = BK_DB_TEXT;
        value->text = apr_pstrdup(p, (const char *)sqlite3_column_text(statement, index));
        value->len = (apr_size_t)sqlite3_column_bytes(statement, index);
        break;
    }
}

static apr_int64_t finish(void *session, void *statement)
{
    apr_int64_t changed = sqlite3_changes64(connection_of(session));

    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return changed;
}

/* When the log could not be written or synced its last transaction may be whole all the same, and
 * be found there after a crash. All else leaves nothing behind. */
static int is_unsure(void *session)
{
    return (sqlite3_extended_errcode(connection_of(session)) & 0xFF) == SQLITE_IOERR;
}

/* apr_dbd has no way to say that a connection is broken. It keeps SQLite's handle first in its own,
 * and takes one without it for broken (dbd_sqlite3_check_conn): where what is first is something
 * else, the connection stays as it is. Statements end with those who have them. */
static int discard(void *native, apr_dbd_t *handle)
{
    void **first = (void **)handle;

    if (!native || *first != native) {
        return 0;
    }
    *first = NULL;
    (void)sqlite3_close_v2(native);
    return 1;
}

static int is_read_only(void *session_data)
{
    session_t *session = session_data;
    int is_so = sqlite3_db_readonly(session->connection, "main") == 1;

    session->is_spoiled |= is_so;
    return is_so;
}

static int is_spoiled(void *session)
{
    return ((session_t *)session)->is_spoiled;
}

static const char *error(void *session)
{
    return sqlite3_errmsg(connection_of(session));
}

static const char *own(const bk_db_sql_t *sql)
{
    return sql->sqlite3;
}

static const bk_db_sql_word_t words[] = {{"key", "INTEGER PRIMARY KEY"},
                                         {"int", "INTEGER"},
                                         {"flag", "INTEGER"},
                                         {"bytes", "BLOB"},
                                         {"without rowid", "WITHOUT ROWID"},
                                         {NULL}};

const bk_db_driver_t bk_db_sqlite3 = {
    .name = "sqlite3",
    .words = words,
    .own = own,
    .open = open_session,
    .script = script,
    .begin = "BEGIN IMMEDIATE",
    .begin_read = "BEGIN",
    .begin_migration = "BEGIN IMMEDIATE",
    .single_writer = 1,
    .prepare = prepare,
    .finalize = finalize,
    .start = start,
    .next = next,
    .column = column,
    .is_unsure = is_unsure,
    .finish = finish,
    .watch = watch,
    .bound = bound,
    .tidy = tidy,
    .discard = discard,
    .is_spoiled = is_spoiled,
    .is_read_only = is_read_only,
    .error = error,
};

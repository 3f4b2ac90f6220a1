/* The SQLite driver of bk_db: one file, several processes, write-ahead log. */
#include "bk_db_driver.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_lib.h>
#include <apr_strings.h>
#include <sqlite3.h>

#include "bk_db_sqlite3_functions.h"
#include "bk_time.h"

/* The size of pages in bytes; a file that has tables keeps its own, which was 4096 once. A commit
 * writes every page that it touched, and a booking touches seven, in one place each: with pages of
 * half the size it writes half as much. */
#define PAGE_SIZE 2048

/* A checkpoint copies the write-ahead log to the database each time so many pages have been added
 * (as many bytes as by SQLite's own default). The log should be restarted from its beginning when
 * it is longer than LONG_LOG_PAGES. */
enum { CHECKPOINT_PAGES = 2000, LONG_LOG_PAGES = 8 * CHECKPOINT_PAGES };

/* If that does not keep the log short, for example because the process that makes the checkpoint
 * gets no CPU time, the writer that reaches MOST_LOG_PAGES restarts the log while the other writers
 * wait. A log file that has become longer than MOST_LOG_BYTES is truncated to that size when the
 * log restarts: pages of the usual size, each with a header, and the header of the file. */
enum {
    MOST_LOG_PAGES = LONG_LOG_PAGES + CHECKPOINT_PAGES,
    MOST_LOG_BYTES = MOST_LOG_PAGES * (24 + PAGE_SIZE) + 32,
    POLL_INTERVAL = 1000 /* microseconds */
};

typedef struct session_t {
    sqlite3 *connection;
    int patience;   /* longest wait for other writers, milliseconds */
    int is_due;     /* a checkpoint is due */
    int is_overdue; /* the log has to be restarted while other writers wait */
    int is_full;    /* the last commit crossed a multiple of MOST_LOG_PAGES */
    int pages;      /* of the log, after that commit */
    int is_spoiled; /* it failed so that only reopening the file may help */
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
    if (rc == SQLITE_CONSTRAINT_FOREIGNKEY || rc == SQLITE_CONSTRAINT_TRIGGER) {
        return APR_ENOTEMPTY;
    }
    if (rc == SQLITE_CONSTRAINT_FUNCTION) {
        return APR_NOTFOUND; /* refuse() */
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

/* Convert a result of SQLite. After these errors a connection is spoiled: it keeps the access
 * rights and the file, damaged or no database at all, that it found when it was opened.
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

/* Callback that reads the answer to "PRAGMA journal_mode". */
static int read_mode(void *is_wal, int columns, char **values, char **names)
{
    *(int *)is_wal = values[0] && strcmp(values[0], "wal") == 0;
    return 0;
}

/* Switch to write-ahead logging, which allows reads during a write. The mode is stored in the file,
 * so only the first connection sets it. If several do so at once SQLite answers "busy" without
 * waiting: hence the loop. A database in memory, which each connection has for itself, keeps its
 * own mode. */
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

static apr_status_t set_log_limit(session_t *session)
{
    char sql[64];

    apr_snprintf(sql, sizeof(sql), "PRAGMA journal_size_limit = %d", MOST_LOG_BYTES);
    return script(session, sql);
}

/* The hook after each commit. SQLite's own hook would make a checkpoint at the end of the
 * transaction that makes the log long enough, while all other writers wait, for several
 * milliseconds each time. This hook only notes that a checkpoint is due. */
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

/* Make a checkpoint that restarts the log. SQLite waits for readers of the log, but not for another
 * checkpoint, so this function does: that checkpoint ends soon, because no writer adds to the log
 * now. */
static int restart_log(session_t *session, int patience)
{
    apr_int64_t deadline = bk_time_monotonic_ms() + session->patience / 2;
    int pages;
    int rc;

    sqlite3_busy_timeout(session->connection, patience);
    for (;;) {
        rc = sqlite3_wal_checkpoint_v2(session->connection, NULL, SQLITE_CHECKPOINT_RESTART, &pages,
                                       NULL);
        if (rc != SQLITE_BUSY || pages >= 0 || bk_time_monotonic_ms() >= deadline) {
            break; /* pages is only set if this checkpoint ran */
        }
        apr_sleep(POLL_INTERVAL);
    }
    sqlite3_busy_timeout(session->connection, session->patience);
    return rc;
}

/* Restart a log that is much too long. Readers usually end within milliseconds. A long one, such as
 * a backup, prevents the restart until it ends: so most writers wait only briefly for it, and
 * longer only once per MOST_LOG_PAGES. */
static int limit_log(void *session_data)
{
    session_t *session = session_data;
    int rc;

    if (!session->is_overdue) {
        return 0;
    }
    rc = restart_log(session, session->patience / (session->is_full ? 10 : 100));
    session->is_due = session->is_overdue = 0;
    return rc != SQLITE_OK && session->is_full ? session->pages : 0;
}

/* Make a checkpoint that does not stop readers and writers. It copies the pages that were in the
 * log when it began, and the log can only restart when all pages have been copied: if others go on
 * writing, that takes a second checkpoint, of the few new pages, while they wait for the lock. If
 * another checkpoint is running or a reader still needs an old page, the next 2000 pages are soon
 * enough. (The number of pages is that at the beginning of the checkpoint.) */
static int checkpoint(void *session_data, int alone)
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

/* Check the file of a new connection: another file may have been at the path when it was opened, or
 * none, so that SQLite created one.
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

/* SQLite creates the log and its index with the access rights of the database. If the database was
 * read-only then and is writable now, make them writable, too. */
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
    rv = judge(*session, bk_db_sqlite3_functions_add(native));
    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (options->read_only) {
        return script(*session, "PRAGMA query_only = ON");
    }
    give_rights(sqlite3_db_filename(native, "main"));
    rv = script(*session, "PRAGMA page_size = " APR_STRINGIFY(PAGE_SIZE));
    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = use_write_ahead_log(*session, options->busy_timeout, why);
    if (rv == APR_SUCCESS) {
        rv = set_log_limit(*session);
    }
    if (rv == APR_SUCCESS) {
        rv = script(*session, synchronous[options->synchronous]);
    }
    return rv;
}

/* ---- statements ---------------------------------------------------------------------------------
 */

/* The end of the quoted text or comment that begins here; else the next character. */
static const char *skip_token(const char *at)
{
    const char *end = NULL;

    if (*at == '\'' || *at == '"' || *at == '`') {
        end = strchr(at + 1, *at); /* a doubled quote ends one text and begins another */
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

/* Replace "$1" by "?1": SQLite takes "$1" for a name and numbers such parameters in the order of
 * their occurrence. Quoted text stays unchanged. */
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
        break; /* a value that is not bound is NULL: finish() leaves none bound */
    }
    return SQLITE_OK;
}

static apr_status_t next(void *session, void *statement)
{
    return judge(session, sqlite3_step(statement));
}

static apr_status_t start(void *session, void *statement, const bk_db_value_t *args, int count)
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

/* Each call for a column takes the connection's mutex, those for a value do not: so it is taken
 * once. Nobody else uses the connection meanwhile, which they rely on. */
static void column(void *statement, int index, bk_db_value_t *value, apr_pool_t *p)
{
    sqlite3_value *stored = sqlite3_column_value(statement, index);

    memset(value, 0, sizeof(*value));
    switch (sqlite3_value_type(stored)) {
    case SQLITE_INTEGER:
        value->type = BK_DB_INT;
        value->number = sqlite3_value_int64(stored);
        break;
    case SQLITE_NULL:
        value->type = BK_DB_NULL;
        break;
    case SQLITE_BLOB:
        value->type = BK_DB_BYTES;
        value->len = (apr_size_t)sqlite3_value_bytes(stored);
        /* For an empty blob, SQLite returns NULL as its address. */
        value->text = value->len ? apr_pmemdup(p, sqlite3_value_blob(stored), value->len) : "";
        break;
    default:
        value->type = BK_DB_TEXT;
        value->text = apr_pstrdup(p, (const char *)sqlite3_value_text(stored));
        value->len = (apr_size_t)sqlite3_value_bytes(stored);
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

/* If the log could not be written or synced, its last transaction may still be complete, and be
 * recovered after a crash. Other errors leave nothing behind. */
static int is_unsure(void *session)
{
    return (sqlite3_extended_errcode(connection_of(session)) & 0xFF) == SQLITE_IOERR;
}

/* apr_dbd has no function to mark a connection as broken. SQLite's handle is the first member of
 * apr_dbd's, which considers a connection without it as broken (dbd_sqlite3_check_conn): so the
 * handle is closed and removed, unless the first member is something else. Statements are finalized
 * by their owners. */
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
                                         {"join", "group_concat"},
                                         {"array", "json_each"},
                                         {"flag", "INTEGER"},
                                         {"bytes", "BLOB"},
                                         {"without rowid", "WITHOUT ROWID"},
                                         {"bytewise", "COLLATE BINARY"},
                                         {NULL}};

const bk_db_driver_t bk_db_sqlite3 = {
    .name = "sqlite3",
    .words = words,
    .own = own,
    .open = open_session,
    .script = script,
    .begin = "BEGIN IMMEDIATE",
    .begin_read = "BEGIN",
    .single_writer = 1,
    .prepare = prepare,
    .finalize = finalize,
    .start = start,
    .next = next,
    .column = column,
    .is_unsure = is_unsure,
    .finish = finish,
    .watch = watch,
    .limit_log = limit_log,
    .checkpoint = checkpoint,
    .discard = discard,
    .is_spoiled = is_spoiled,
    .is_read_only = is_read_only,
    .error = error,
};

#include "bk_db.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_db_migration.h"
#include "bk_db_note.h"
#include "bk_db_private.h"
#include "bk_text.h"

#ifdef BK_WITHOUT_PGSQL
static const bk_db_driver_t *const drivers[] = {&bk_db_sqlite3, NULL};
const char *const bk_db_drivers[] = {"sqlite3", NULL};
#else
static const bk_db_driver_t *const drivers[] = {&bk_db_sqlite3, &bk_db_pgsql, NULL};
const char *const bk_db_drivers[] = {"sqlite3", "pgsql", NULL};
#endif

static const bk_db_driver_t *find_driver(const char *name)
{
    int i;

    for (i = 0; drivers[i]; i++) {
        if (strcmp(drivers[i]->name, name) == 0) {
            return drivers[i];
        }
    }
    return NULL;
}

static apr_status_t finalize_all(void *data)
{
    bk_db_t *db = data;
    int i;

    for (i = 0; i <= db->schema->count; i++) {
        if (db->statements[i]) {
            db->driver->finalize(db->session, db->statements[i]);
            db->statements[i] = NULL;
        }
    }
    return APR_SUCCESS;
}

/* ---- transactions --------------------------------------------------------------------------- */

/* A transaction keeps the message of what failed in it, whatever is done in it after that. */
static void forget_message(bk_db_t *db)
{
    if (!db->in_transaction) {
        db->problem = NULL;
    }
}

int bk_db_was_away(bk_db_t *db)
{
    int was_away = db->was_away;

    db->was_away = 0;
    return was_away;
}

/* The result of a write: BK_DB_UNKNOWN if the driver cannot tell whether it was done. */
static apr_status_t outcome(bk_db_t *db, apr_status_t rv)
{
    if (!db->driver->is_unsure(db->session)) {
        return rv;
    }
    return rv == APR_SUCCESS ? bk_db_note(db, BK_DB_UNKNOWN) : BK_DB_UNKNOWN;
}

/* Acquire the lock of writers, once for a whole transaction. */
static apr_status_t lock_writers(bk_db_t *db)
{
    apr_status_t rv = db->writers ? bk_lock_acquire(db->writers, db->patience) : APR_SUCCESS;

    if (rv != APR_SUCCESS) {
        db->problem = "other writers did not make way in time";
    }
    else if (db->driver->watch) {
        db->driver->watch(db->session);
    }
    return rv;
}

static void unlock_writers(bk_db_t *db)
{
    if (db->writers) {
        bk_lock_release(db->writers);
    }
}

static void limit_log(bk_db_t *db)
{
    int pages = db->driver->limit_log ? db->driver->limit_log(db->session) : 0;

    if (pages) {
        db->log_pages = pages;
    }
}

int bk_db_log_pages(bk_db_t *db)
{
    int pages = db->log_pages;

    db->log_pages = 0;
    return pages;
}

static void checkpoint(bk_db_t *db)
{
    if (db->driver->checkpoint && db->driver->checkpoint(db->session, 0) &&
        lock_writers(db) == APR_SUCCESS) {
        (void)db->driver->checkpoint(db->session, 1);
        unlock_writers(db);
    }
}

/* A transaction within another one is a savepoint, which has the same name at any depth. */
#define BEGIN_INNER "SAVEPOINT bookable_inner"
#define COMMIT_INNER "RELEASE SAVEPOINT bookable_inner"
#define ROLLBACK_INNER "ROLLBACK TO SAVEPOINT bookable_inner; RELEASE SAVEPOINT bookable_inner"

static apr_status_t begin_inner(bk_db_t *db)
{
    apr_status_t rv = bk_db_note(db, db->driver->script(db->session, BEGIN_INNER));

    if (rv == APR_SUCCESS) {
        db->inner++;
    }
    return rv;
}

static apr_status_t begin(bk_db_t *db, const char *sql)
{
    apr_status_t rv;

    forget_message(db);
    if (db->in_transaction) {
        return begin_inner(db);
    }
    rv = lock_writers(db);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = bk_db_note(db, db->driver->script(db->session, sql));
    if (rv != APR_SUCCESS) {
        unlock_writers(db);
    }
    db->in_transaction = rv == APR_SUCCESS;
    return rv;
}

apr_status_t bk_db_begin(bk_db_t *db)
{
    return begin(db, db->driver->begin);
}

/* Writers need not wait for who only reads. */
apr_status_t bk_db_begin_read(bk_db_t *db)
{
    apr_status_t rv;

    forget_message(db);
    if (db->in_transaction) {
        return begin_inner(db);
    }
    rv = bk_db_note(db, db->driver->script(db->session, db->driver->begin_read));
    db->in_transaction = rv == APR_SUCCESS;
    db->is_reading = db->in_transaction;
    return rv;
}

static apr_status_t end_inner(bk_db_t *db, apr_status_t rv)
{
    db->inner--;
    if (rv == APR_SUCCESS) {
        rv = bk_db_note(db, db->driver->script(db->session, COMMIT_INNER));
    }
    if (rv != APR_SUCCESS) {
        (void)db->driver->script(db->session, ROLLBACK_INNER);
    }
    return rv;
}

static apr_status_t end_read(bk_db_t *db, apr_status_t rv)
{
    if (rv == APR_SUCCESS) {
        rv = bk_db_note(db, db->driver->script(db->session, "COMMIT"));
    }
    if (rv != APR_SUCCESS) {
        (void)db->driver->script(db->session, "ROLLBACK");
    }
    db->in_transaction = 0;
    db->is_reading = 0;
    return rv;
}

apr_status_t bk_db_end(bk_db_t *db, apr_status_t rv)
{
    if (db->inner) {
        return end_inner(db, rv);
    }
    if (db->is_reading) {
        return end_read(db, rv);
    }
    if (rv == APR_SUCCESS) {
        rv = outcome(db, bk_db_note(db, db->driver->script(db->session, "COMMIT")));
    }
    if (rv != APR_SUCCESS) {
        (void)db->driver->script(db->session, "ROLLBACK");
    }
    else {
        limit_log(db);
    }
    db->in_transaction = 0;
    unlock_writers(db);
    if (rv == APR_SUCCESS) {
        checkpoint(db);
    }
    return rv;
}

/* ---- connections ---------------------------------------------------------------------------- */

static apr_status_t let_migrate(bk_db_t *db, int is_migrating)
{
    return db->driver->migrate ? db->driver->migrate(db->session, is_migrating) : APR_SUCCESS;
}

static apr_status_t migrate_alone(bk_db_t *db, apr_pool_t *p)
{
    apr_status_t rv = bk_db_note(db, let_migrate(db, 1));

    if (rv == APR_TIMEUP) {
        db->problem = "its tables are being brought up to date by another process";
    }
    return rv == APR_SUCCESS ? bk_db_migration_run(db, p) : rv;
}

static apr_status_t migrate(bk_db_t *db, apr_pool_t *p)
{
    int is_needed;
    apr_status_t rv = bk_db_migration_look(db, &is_needed, p);

    if (rv == APR_SUCCESS && is_needed) {
        rv = begin(db, db->driver->begin);
        if (rv == APR_SUCCESS) {
            rv = bk_db_end(db, migrate_alone(db, p));
            (void)let_migrate(db, 0);
        }
    }
    return rv;
}

apr_status_t bk_db_attach_native(bk_db_t **result, const char *name, void *native,
                                 const bk_db_schema_t *schema, const bk_db_options_t *options,
                                 apr_pool_t *p)
{
    const bk_db_driver_t *ours = find_driver(name);
    const char *why = NULL;
    apr_status_t rv;
    bk_db_t *db;

    if (!ours) {
        return APR_ENOTIMPL;
    }
    db = apr_pcalloc(p, sizeof(*db));
    db->driver = ours;
    db->writers = ours->single_writer ? options->writers : NULL;
    db->patience = options->busy_timeout;
    db->schema = schema;
    db->pool = p;
    db->statements = apr_pcalloc(p, sizeof(void *) * (apr_size_t)(schema->count + 1));
    apr_pool_cleanup_register(p, db, finalize_all, apr_pool_cleanup_null);
    *result = db;

    rv = ours->open(native, options, &db->session, &why, p);
    if (rv == APR_SUCCESS) {
        return options->read_only ? bk_db_migration_check(db, p) : migrate(db, p);
    }
    (void)bk_db_note(db, rv);
    if (why) {
        db->problem = why;
    }
    return rv;
}

apr_status_t bk_db_attach(bk_db_t **result, const apr_dbd_driver_t *driver, apr_dbd_t *handle,
                          const bk_db_schema_t *schema, const bk_db_options_t *options,
                          apr_pool_t *p)
{
    const char *name = apr_dbd_name(driver);

    if (strcmp(name, bk_db_sqlite3.name) != 0) {
        return APR_ENOTIMPL;
    }
    return bk_db_attach_native(result, name, apr_dbd_native_handle(driver, handle), schema, options,
                               p);
}

const char *bk_db_error(const bk_db_t *db)
{
    return db->problem ? db->problem : "the database reported no error";
}

/* ---- statements ----------------------------------------------------------------------------- */

/* A text for the database comes before the common one. @return NULL: there is none */
static const char *text_of(const bk_db_t *db, int number)
{
    const bk_db_sql_t *sql = &db->schema->statements[number];
    const char *own = db->driver->own(sql);

    return own ? own : sql->both;
}

int bk_db_has(const bk_db_t *db, int statement)
{
    return text_of(db, statement) != NULL;
}

static const char *sql_of(const bk_db_t *db, int number)
{
    if (number == db->schema->count) {
        return "SELECT version FROM bookable_schema LIMIT 1"; /* of bk_db_ping() */
    }
    return bk_db_sql(text_of(db, number), db->schema->tables, db->driver->words, db->pool);
}

static apr_status_t compile(bk_db_t *db, int number)
{
    char name[64];

    apr_snprintf(name, sizeof(name), "bookable_%s_%d", db->schema->component, number);
    return db->driver->prepare(db->session, name, sql_of(db, number), &db->statements[number],
                               db->pool);
}

static int are_texts(const bk_db_value_t *args, int count)
{
    int i;

    for (i = 0; i < count; i++) {
        if (args[i].type == BK_DB_TEXT && !bk_text_is_utf8(args[i].text)) {
            return 0;
        }
    }
    return 1;
}

/* Check the arguments before the statement is sent. SQLite would store text that is not valid
 * UTF-8, and PostgreSQL would fail the transaction. */
static apr_status_t check_start(bk_db_t *db, const bk_db_value_t *args, int count)
{
    forget_message(db);
    if (!are_texts(args, count)) {
        db->problem = "an argument is no UTF-8";
        return APR_EINVAL;
    }
    return APR_SUCCESS;
}

static apr_status_t start(bk_db_t *db, int number, const bk_db_value_t *args, int count)
{
    apr_status_t rv = check_start(db, args, count);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (!db->statements[number]) {
        rv = compile(db, number);
    }
    if (rv == APR_SUCCESS) {
        rv = db->driver->start(db->session, db->statements[number], args, count);
    }
    return bk_db_note(db, rv);
}

/* Start a read. If the connection was lost, it is tried again on a new one, which is safe because a
 * read changes nothing. */
static apr_status_t start_read(bk_db_t *db, int number, const bk_db_value_t *args, int count)
{
    apr_status_t rv = start(db, number, args, count);

    if (rv == APR_ECONNRESET && !db->in_transaction) {
        (void)bk_db_was_away(db);
        rv = start(db, number, args, count);
    }
    return rv;
}

static apr_int64_t finish(bk_db_t *db, int number)
{
    return db->statements[number] ? db->driver->finish(db->session, db->statements[number]) : 0;
}

static void read_columns(bk_db_t *db, int number, bk_db_value_t *row, int columns, apr_pool_t *p)
{
    int i;

    for (i = 0; i < columns; i++) {
        db->driver->column(db->statements[number], i, &row[i], p);
    }
}

/* @return APR_SUCCESS, with or without rows to read */
static apr_status_t write_row(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                              apr_int64_t *rows)
{
    apr_status_t rv = start(db, statement, args, count);

    *rows = finish(db, statement);
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

/* Run a writing statement as a transaction of its own. */
static apr_status_t write_alone(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                                apr_int64_t *rows)
{
    apr_status_t rv = lock_writers(db);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = outcome(db, write_row(db, statement, args, count, rows));
    if (rv == APR_SUCCESS) {
        limit_log(db);
    }
    unlock_writers(db);
    if (rv == APR_SUCCESS) {
        checkpoint(db);
    }
    return rv;
}

apr_status_t bk_db_write(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                         apr_int64_t *changed)
{
    apr_int64_t rows;
    apr_status_t rv = db->in_transaction ? write_row(db, statement, args, count, &rows)
                                         : write_alone(db, statement, args, count, &rows);

    if (rv == APR_SUCCESS && changed) {
        *changed = rows;
    }
    return rv;
}

apr_status_t bk_db_read(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                        bk_db_value_t *row, int columns, apr_pool_t *p)
{
    apr_status_t rv = start_read(db, statement, args, count);

    if (rv == APR_SUCCESS) {
        read_columns(db, statement, row, columns, p);
    }
    finish(db, statement);
    return rv;
}

apr_status_t bk_db_find(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                        bk_db_value_t *row, int columns, apr_pool_t *p)
{
    apr_status_t rv = bk_db_read(db, statement, args, count, row, columns, p);

    return rv == APR_EINVAL ? APR_NOTFOUND : rv;
}

/* The rows of a statement, and the function that gets them. */
typedef struct rows_t {
    int statement;
    int columns;
    apr_status_t (*row)(void *baton, const bk_db_value_t *row);
    void *baton;
} rows_t;

/* Call the function for each row, beginning with the first, which has been read.
 * @return APR_NOTFOUND: there are no more rows */
static apr_status_t give_rows(bk_db_t *db, const rows_t *rows, apr_pool_t *p)
{
    bk_db_value_t *values = apr_palloc(p, sizeof(*values) * (apr_size_t)rows->columns);
    apr_status_t rv = APR_SUCCESS;
    apr_pool_t *row_pool;

    apr_pool_create(&row_pool, p);
    apr_pool_tag(row_pool, "bk_db rows");
    while (rv == APR_SUCCESS) {
        apr_pool_clear(row_pool);
        read_columns(db, rows->statement, values, rows->columns, row_pool);
        rv = rows->row(rows->baton, values);
        if (rv == APR_SUCCESS) {
            rv = bk_db_note(db, db->driver->next(db->session, db->statements[rows->statement]));
        }
    }
    apr_pool_destroy(row_pool);
    return rv;
}

apr_status_t bk_db_each(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                        int columns, apr_status_t (*row)(void *baton, const bk_db_value_t *row),
                        void *baton, apr_pool_t *p)
{
    const rows_t rows = {statement, columns, row, baton};
    apr_status_t rv = start_read(db, statement, args, count);

    if (rv == APR_SUCCESS) {
        rv = give_rows(db, &rows, p);
    }
    finish(db, statement);
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

apr_status_t bk_db_confirm(bk_db_t *db)
{
    db->problem = NULL;
    return db->driver->confirm
               ? outcome(db, bk_db_note(db, db->driver->script(db->session, db->driver->confirm)))
               : APR_SUCCESS;
}

int bk_db_is_spoiled(const bk_db_t *db)
{
    return db->driver->is_spoiled && db->driver->is_spoiled(db->session);
}

int bk_db_discard(const apr_dbd_driver_t *driver, apr_dbd_t *handle)
{
    const bk_db_driver_t *ours = find_driver(apr_dbd_name(driver));

    return ours && ours->discard && ours->discard(apr_dbd_native_handle(driver, handle), handle);
}

/* The ping uses a prepared statement as requests do, so that it fails when they fail, for example
 * because of a pooler that loses statements. */
apr_status_t bk_db_ping(bk_db_t *db)
{
    apr_status_t rv = start_read(db, db->schema->count, NULL, 0);

    finish(db, db->schema->count);
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

apr_status_t bk_db_ping_for_write(bk_db_t *db)
{
    apr_status_t rv = bk_db_ping(db);

    if (rv == APR_SUCCESS && db->driver->is_read_only(db->session)) {
        db->problem = "it can be read, and takes no writes";
        rv = APR_EGENERAL;
    }
    return rv;
}

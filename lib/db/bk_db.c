#include "bk_db.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_db_driver.h"

struct bk_db_t {
    const bk_db_driver_t *driver;
    void *session;
    const bk_db_schema_t *schema;
    bk_lock_t *writers;           /* where to queue before writing, or NULL */
    apr_interval_time_t patience; /* how long to queue, microseconds */
    int in_transaction;
    int was_away;        /* lost or silent, since somebody asked */
    int log_pages;       /* of a log that goes on growing, since somebody asked; or 0 */
    apr_pool_t *pool;    /* that of the connection */
    void **statements;   /* compiled, or NULL until first used; behind the schema's, bk_db_ping()'s
                          */
    const char *problem; /* ours, where the database itself has none */
    char problem_text[160];
};

static const bk_db_driver_t *const drivers[] = {&bk_db_sqlite3, &bk_db_pgsql, NULL};
const char *const bk_db_drivers[] = {"sqlite3", "pgsql", NULL};

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

/* Keep in mind that the database was out of reach, for whoever asks. */
static apr_status_t note(bk_db_t *db, apr_status_t rv)
{
    if (rv == APR_ECONNRESET || rv == APR_ETIMEDOUT) {
        db->was_away = 1;
    }
    return rv;
}

int bk_db_was_away(bk_db_t *db)
{
    int was_away = db->was_away;

    db->was_away = 0;
    return was_away;
}

/* What became of a write, where that can be told. */
static apr_status_t outcome(bk_db_t *db, apr_status_t rv)
{
    return db->driver->is_unsure(db->session) ? BK_DB_UNKNOWN : rv;
}

/* Whoever writes waits for their turn, once for a whole transaction. */
static apr_status_t queue_up(bk_db_t *db)
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

static void leave_queue(bk_db_t *db)
{
    if (db->writers) {
        bk_lock_release(db->writers);
    }
}

static void bound(bk_db_t *db)
{
    int pages = db->driver->bound ? db->driver->bound(db->session) : 0;

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

static void tidy(bk_db_t *db)
{
    if (db->driver->tidy && db->driver->tidy(db->session, 0) && queue_up(db) == APR_SUCCESS) {
        (void)db->driver->tidy(db->session, 1);
        leave_queue(db);
    }
}

static apr_status_t begin(bk_db_t *db, const char *sql)
{
    apr_status_t rv;

    db->problem = NULL;
    rv = queue_up(db);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = note(db, db->driver->script(db->session, sql));
    if (rv != APR_SUCCESS) {
        leave_queue(db);
    }
    db->in_transaction = rv == APR_SUCCESS;
    return rv;
}

apr_status_t bk_db_begin(bk_db_t *db)
{
    return begin(db, db->driver->begin);
}

apr_status_t bk_db_begin_read(bk_db_t *db)
{
    return begin(db, db->driver->begin_read);
}

/* What went wrong is said before the rollback overwrites it. */
static void roll_back(bk_db_t *db)
{
    if (!db->problem) {
        apr_cpystrn(db->problem_text, db->driver->error(db->session), sizeof(db->problem_text));
        db->problem = db->problem_text;
    }
    (void)db->driver->script(db->session, "ROLLBACK");
}

apr_status_t bk_db_end(bk_db_t *db, apr_status_t rv)
{
    if (rv == APR_SUCCESS) {
        rv = outcome(db, note(db, db->driver->script(db->session, "COMMIT")));
    }
    if (rv != APR_SUCCESS) {
        roll_back(db);
    }
    else {
        bound(db);
    }
    db->in_transaction = 0;
    leave_queue(db);
    if (rv == APR_SUCCESS) {
        tidy(db);
    }
    return rv;
}

/* ---- migration ------------------------------------------------------------------------------ */

/* One statement outside the store's own; the first column of its first row, if it has one. */
static apr_status_t run_once(bk_db_t *db, const char *sql, const bk_db_value_t *args, int count,
                             bk_db_value_t *value, apr_pool_t *p)
{
    void *statement = NULL;
    apr_status_t rv = db->driver->prepare(db->session, NULL, sql, &statement, p);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = db->driver->start(db->session, statement, args, count);
    if (rv == APR_SUCCESS && value) {
        db->driver->column(statement, 0, value, p);
    }
    db->driver->finish(db->session, statement);
    db->driver->finalize(db->session, statement);
    return rv;
}

/* The version of a component's tables, 0 for none. */
static apr_status_t read_version(bk_db_t *db, apr_int64_t *version, apr_pool_t *p)
{
    const bk_db_value_t component[] = {bk_db_text(db->schema->component)};
    bk_db_value_t value;
    apr_status_t rv;

    *version = 0;
    rv = run_once(db, "SELECT version FROM bookable_schema WHERE component = $1", component, 1,
                  &value, p);
    if (rv == APR_SUCCESS) {
        *version = value.number;
    }
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

static int count_steps(const bk_db_schema_t *schema)
{
    const bk_db_sql_t *step = schema->steps;

    while (step->both || step->sqlite3 || step->pgsql) {
        step++;
    }
    return (int)(step - schema->steps);
}

static apr_status_t run_step(bk_db_t *db, const bk_db_sql_t *step, apr_pool_t *p)
{
    const char *const texts[] = {step->both, db->driver->own(step)};
    apr_status_t rv = APR_SUCCESS;
    int i;

    for (i = 0; i < 2 && rv == APR_SUCCESS; i++) {
        if (texts[i]) {
            rv = db->driver->script(db->session, bk_db_sql(texts[i], NULL, db->driver->words, p));
        }
    }
    return rv;
}

/* A newer module has been here: what its tables mean, this one cannot know. Older ones stay so only
 * where nothing may be changed. */
static apr_status_t refuse_version(bk_db_t *db, apr_int64_t version, int steps)
{
    apr_snprintf(db->problem_text, sizeof(db->problem_text),
                 "the tables of %s are of version %" APR_INT64_T_FMT ", %s this module's %d: %s",
                 db->schema->component, version, version > steps ? "later than" : "earlier than",
                 steps,
                 version > steps ? "install the newer module"
                                 : "start httpd with this module on them first");
    db->problem = db->problem_text;
    return APR_EMISMATCH;
}

/* The steps that are missing. Another process may have run them while this one waited to begin, so
 * the version is read again inside the transaction. */
static apr_status_t run_steps(bk_db_t *db, int steps, apr_pool_t *p)
{
    bk_db_value_t args[] = {bk_db_text(db->schema->component), bk_db_int(steps)};
    apr_int64_t version = 0;
    apr_status_t rv =
        db->driver->script(db->session, "CREATE TABLE IF NOT EXISTS bookable_schema"
                                        " (component TEXT PRIMARY KEY, version INTEGER NOT NULL)");

    if (rv == APR_SUCCESS) {
        rv = read_version(db, &version, p);
    }
    if (rv != APR_SUCCESS || version >= steps) {
        return version > steps ? refuse_version(db, version, steps) : rv;
    }
    for (; version < steps && rv == APR_SUCCESS; version++) {
        rv = run_step(db, &db->schema->steps[version], p);
    }
    if (rv == APR_SUCCESS) {
        rv = run_once(db,
                      "INSERT INTO bookable_schema (component, version) VALUES ($1, $2)"
                      " ON CONFLICT (component) DO UPDATE SET version = excluded.version",
                      args, 2, NULL, p);
    }
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

static apr_status_t migrate(bk_db_t *db, apr_pool_t *p)
{
    int steps = count_steps(db->schema);
    apr_int64_t version = 0;
    apr_status_t rv;

    /* An error here may only mean that there is no table yet: run_steps() will tell. */
    if (read_version(db, &version, p) == APR_SUCCESS && version == steps) {
        return APR_SUCCESS;
    }
    if (version > steps) {
        return refuse_version(db, version, steps);
    }
    rv = begin(db, db->driver->begin_migration);
    if (rv == APR_SUCCESS) {
        rv = bk_db_end(db, run_steps(db, steps, p));
    }
    return rv;
}

/* The tables have to be there already, and of this version. */
static apr_status_t check_version(bk_db_t *db, apr_pool_t *p)
{
    int steps = count_steps(db->schema);
    apr_int64_t version;
    apr_status_t rv = read_version(db, &version, p);

    if (rv != APR_SUCCESS || version == steps) {
        return rv;
    }
    return version == 0 ? APR_NOTFOUND : refuse_version(db, version, steps);
}

/* ---- connections ---------------------------------------------------------------------------- */

apr_status_t bk_db_attach_native(bk_db_t **result, const char *name, void *native,
                                 const bk_db_schema_t *schema, const bk_db_options_t *options,
                                 apr_pool_t *p)
{
    const bk_db_driver_t *ours = find_driver(name);
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

    rv = ours->open(native, options, &db->session, &db->problem, p);
    if (rv == APR_SUCCESS) {
        rv = options->read_only ? check_version(db, p) : migrate(db, p);
    }
    return note(db, rv);
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
    return db->problem ? db->problem : db->driver->error(db->session);
}

/* ---- verbs ---------------------------------------------------------------------------------- */

static const char *sql_of(const bk_db_t *db, int number)
{
    const bk_db_sql_t *sql = &db->schema->statements[number];
    const char *own;

    if (number == db->schema->count) {
        return "SELECT version FROM bookable_schema LIMIT 1"; /* bk_db_ping()'s */
    }
    own = db->driver->own(sql);
    return bk_db_sql(own ? own : sql->both, db->schema->tables, db->driver->words, db->pool);
}

static apr_status_t compile(bk_db_t *db, int number)
{
    char name[64];

    apr_snprintf(name, sizeof(name), "bookable_%s_%d", db->schema->component, number);
    return db->driver->prepare(db->session, name, sql_of(db, number), &db->statements[number],
                               db->pool);
}

static apr_status_t start(bk_db_t *db, int number, const bk_db_value_t *args, int count)
{
    apr_status_t rv = APR_SUCCESS;

    db->problem = NULL;
    if (count > BK_DB_ARGS) {
        db->problem = "more arguments than a statement may have";
        return APR_EGENERAL;
    }
    if (!db->statements[number]) {
        rv = compile(db, number);
    }
    if (rv == APR_SUCCESS) {
        rv = db->driver->start(db->session, db->statements[number], args, count);
    }
    return note(db, rv);
}

/* A read that was lost on the way is asked again, on a new connection: it changes nothing. What the
 * database cannot hold at all, text that is no UTF-8, is in no row. */
static apr_status_t start_read(bk_db_t *db, int number, const bk_db_value_t *args, int count)
{
    apr_status_t rv = start(db, number, args, count);

    if (rv == APR_ECONNRESET && !db->in_transaction) {
        (void)bk_db_was_away(db);
        rv = start(db, number, args, count);
    }
    return rv == APR_EINVAL ? APR_NOTFOUND : rv;
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

/* A transaction of one statement. */
static apr_status_t write_alone(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                                apr_int64_t *rows)
{
    apr_status_t rv = queue_up(db);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = outcome(db, write_row(db, statement, args, count, rows));
    if (rv == APR_SUCCESS) {
        bound(db);
    }
    leave_queue(db);
    if (rv == APR_SUCCESS) {
        tidy(db);
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

apr_status_t bk_db_each(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                        int columns, apr_status_t (*row)(void *baton, const bk_db_value_t *row),
                        void *baton, apr_pool_t *p)
{
    bk_db_value_t *values = apr_palloc(p, sizeof(*values) * (apr_size_t)columns);
    apr_status_t rv = start_read(db, statement, args, count);
    apr_pool_t *turn;

    apr_pool_create(&turn, p);
    apr_pool_tag(turn, "bk_db_each");
    while (rv == APR_SUCCESS) {
        apr_pool_clear(turn);
        read_columns(db, statement, values, columns, turn);
        rv = row(baton, values);
        if (rv == APR_SUCCESS) {
            rv = note(db, db->driver->next(db->session, db->statements[statement]));
        }
    }
    apr_pool_destroy(turn);
    finish(db, statement);
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

apr_status_t bk_db_confirm(bk_db_t *db)
{
    db->problem = NULL;
    return db->driver->confirm
               ? outcome(db, note(db, db->driver->script(db->session, db->driver->confirm)))
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

/* As a request reads: what stands in the way of those, a pooler that forgets statements say, is in
 * the way here too. */
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

#include "bk_db_migration.h"

#include <apr_strings.h>

#include "bk_db_note.h"
#include "bk_db_private.h"

#define CREATE_VERSIONS                          \
    "CREATE TABLE IF NOT EXISTS bookable_schema" \
    " (component TEXT PRIMARY KEY, version INTEGER NOT NULL)"

/* Run a statement that is not one of the schema's, and read the first column of its first row, if
 * there is one. */
static apr_status_t run_once(bk_db_t *db, const char *sql, const bk_db_value_t *args, int count,
                             bk_db_value_t *value, apr_pool_t *p)
{
    void *statement = NULL;
    apr_status_t rv = bk_db_note(db, db->driver->prepare(db->session, NULL, sql, &statement, p));

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = bk_db_note(db, db->driver->start(db->session, statement, args, count));
    if (rv == APR_SUCCESS && value) {
        db->driver->column(statement, 0, value, p);
    }
    db->driver->finish(db->session, statement);
    db->driver->finalize(db->session, statement);
    return rv;
}

/* Read the version of a component's tables; 0 if there are none. */
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

    while (step->both || step->sqlite3 || step->pgsql || step->run) {
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
            const char *sql = bk_db_sql(texts[i], NULL, db->driver->words, p);

            rv = bk_db_note(db, db->driver->script(db->session, sql));
        }
    }
    return rv == APR_SUCCESS && step->run ? step->run(db, p) : rv;
}

/* Refuse tables of another version: later ones always, because this module does not know them;
 * earlier ones if they may not be migrated (read_only). */
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

/* Run the missing steps. Another process may have run them while this one waited for the lock, so
 * the version is read again inside the transaction. */
apr_status_t bk_db_migration_run(bk_db_t *db, apr_pool_t *p)
{
    int steps = count_steps(db->schema);
    bk_db_value_t args[] = {bk_db_text(db->schema->component), bk_db_int(steps)};
    apr_int64_t version = 0;
    apr_status_t rv = bk_db_note(db, db->driver->script(db->session, CREATE_VERSIONS));

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

/* An error may only mean that there is no table of versions yet, which the steps create. */
apr_status_t bk_db_migration_look(bk_db_t *db, int *is_needed, apr_pool_t *p)
{
    int steps = count_steps(db->schema);
    apr_int64_t version = 0;

    *is_needed = read_version(db, &version, p) != APR_SUCCESS || version < steps;
    return version > steps ? refuse_version(db, version, steps) : APR_SUCCESS;
}

apr_status_t bk_db_migration_check(bk_db_t *db, apr_pool_t *p)
{
    int steps = count_steps(db->schema);
    apr_int64_t version;
    apr_status_t rv = read_version(db, &version, p);

    if (rv != APR_SUCCESS || version == steps) {
        return rv;
    }
    return version == 0 ? APR_NOTFOUND : refuse_version(db, version, steps);
}

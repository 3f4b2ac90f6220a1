#include "db_fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <apr_strings.h>

#define STEP_1                                                                             \
    "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL, bytes BLOB, number " \
    "INTEGER);"                                                                            \
    "CREATE INDEX things_by_name ON things (name)"
#define STEP_2 "ALTER TABLE things ADD COLUMN note TEXT; UPDATE things SET note = 'old ' || name"
#define STEP_3 "CREATE TABLE others (id INTEGER); DROP TABLE things; SELECT no_such_function()"

static const bk_db_sql_t steps_1[] = {{STEP_1}, {NULL}};
static const bk_db_sql_t steps_2[] = {{STEP_1}, {STEP_2}, {NULL}};
static const bk_db_sql_t steps_3[] = {{STEP_1}, {STEP_2}, {STEP_3}, {NULL}};

static const bk_db_sql_t statements[STATEMENTS] = {
    [ADD_THING] = {"INSERT INTO things (id, name, bytes, number) VALUES ($1, $2, $3, $4)"},
    [FIND_THING] = {"SELECT name, bytes, number FROM things WHERE id = $1"},
    [COUNT_THINGS] = {"SELECT count(*) FROM things"},
    [EACH_THING] = {"SELECT id, name FROM things ORDER BY id"},
    [RENAME_ALL] = {"UPDATE things SET name = $1"},
    [DROP_THING] = {"DELETE FROM things WHERE id = $1"},
    [ADD_IF_NONE] = {"INSERT INTO things (id, name) SELECT $1, $2"
                     " WHERE NOT EXISTS (SELECT 1 FROM things WHERE name = $2)"},
    [REFUSE_TWINS] = {"INSERT INTO things (id, name) VALUES (CASE WHEN NOT EXISTS"
                      " (SELECT 1 FROM things WHERE name = $2) THEN 0 ELSE refuse() END + $1, $2)"},
    [TYPES] = {"SELECT typeof($1), typeof($2), typeof($3), typeof($4)"},
    [ECHO] = {"SELECT $1"},
    [QUOTED] = {"SELECT '$1 it''s $2', $1 /* $2 ' */, \"a\" -- $2 '\n FROM (SELECT '$9' AS \"a\")"},
    [LESS] = {"SELECT 7 < $1"},
    [ADD_NAMELESS] = {"INSERT INTO things (id) VALUES ($1)"},
    [FAULTY] = {"SELEKT 1"},
};

const bk_db_schema_t unit_schema = {"unit", STATEMENTS, statements, steps_1};
const bk_db_schema_t unit_schema_2 = {"unit", STATEMENTS, statements, steps_2};
const bk_db_schema_t unit_schema_3_faulty = {"unit", STATEMENTS, statements, steps_3};

const bk_db_options_t unit_options = {.synchronous = BK_DB_SYNCHRONOUS_OFF,
                                      .busy_timeout = apr_time_from_sec(60)};

static char folder[512];
static apr_pool_t *pool;
static int files;

int db_folder_open(void **state)
{
    const char *parent = getenv("TMPDIR");

    snprintf(folder, sizeof(folder), "%s/bookable-unit-XXXXXX", parent ? parent : "/tmp");
    if (unit_pool_open(state) != 0 || !mkdtemp(folder)) {
        return -1;
    }
    pool = *state;
    return apr_dbd_init(pool) == APR_SUCCESS ? 0 : -1;
}

int db_folder_close(void **state)
{
    DIR *opened = opendir(folder);
    struct dirent *entry;
    char path[1024];

    while (opened && (entry = readdir(opened))) {
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        (void)unlink(path);
    }
    if (opened) {
        closedir(opened);
    }
    return rmdir(folder) == 0 ? unit_pool_close(state) : -1;
}

const char *db_new_path(void)
{
    return apr_psprintf(pool, "%s/%d.db", folder, ++files);
}

/* An own root for each: threads and children must not share one. */
db_conn_t *db_try(const char *path, const bk_db_schema_t *schema, const bk_db_options_t *options)
{
    const char *error = NULL;
    apr_pool_t *p;
    db_conn_t *conn;

    apr_pool_create_unmanaged_ex(&p, NULL, NULL);
    conn = apr_pcalloc(p, sizeof(*conn));
    conn->handle_pool = p;
    apr_pool_create(&conn->p, p);
    if (apr_dbd_get_driver(p, "sqlite3", &conn->driver) != APR_SUCCESS ||
        apr_dbd_open_ex(conn->driver, p, path, &conn->handle, &error) != APR_SUCCESS) {
        fprintf(stderr, "%s: %s\n", path, error ? error : "no driver");
        abort();
    }
    conn->rv = bk_db_attach(&conn->db, conn->driver, conn->handle, schema, options, conn->p);
    return conn;
}

db_conn_t *db_open(const char *path, const bk_db_schema_t *schema)
{
    db_conn_t *conn = db_try(path, schema, &unit_options);

    if (conn->rv != APR_SUCCESS) {
        fprintf(stderr, "%s: %s\n", path, bk_db_error(conn->db));
        abort();
    }
    return conn;
}

void db_close(db_conn_t *conn)
{
    apr_pool_destroy(conn->p);
    apr_dbd_close(conn->driver, conn->handle);
    apr_pool_destroy(conn->handle_pool);
}

apr_status_t db_add(db_conn_t *conn, apr_int64_t id, const char *name)
{
    return bk_db_write(conn->db, ADD_THING,
                       ARGS(bk_db_int(id), bk_db_text(name), bk_db_text(NULL), bk_db_int(id)),
                       NULL);
}

apr_int64_t db_count(db_conn_t *conn)
{
    bk_db_value_t count = {BK_DB_NULL, -1, NULL, 0};

    (void)bk_db_read(conn->db, COUNT_THINGS, NO_ARGS, &count, 1, conn->p);
    return count.number;
}

int db_raw(db_conn_t *conn, const char *sql)
{
    return sqlite3_exec(apr_dbd_native_handle(conn->driver, conn->handle), sql, NULL, NULL, NULL);
}

apr_int64_t db_raw_number(db_conn_t *conn, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    apr_int64_t number = -1;

    sqlite3_prepare_v2(apr_dbd_native_handle(conn->driver, conn->handle), sql, -1, &statement,
                       NULL);
    if (statement && sqlite3_step(statement) == SQLITE_ROW) {
        number = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    return number;
}

sqlite3 *db_foreign(const char *path)
{
    sqlite3 *connection = NULL;

    if (sqlite3_open(path, &connection) != SQLITE_OK) {
        abort();
    }
    return connection;
}

/* db_fixture: databases for the tests of bk_db, in a folder that ends with the test program.
 *
 * Connections are opened as bookable-admin and mod_dbd open them, by apr_dbd; the raw functions go
 * around bk_db, to see what it really did and to be the other program that uses the same file.
 */
#ifndef DB_FIXTURE_H
#define DB_FIXTURE_H

#include "unit.h"

#include <sqlite3.h>

#include "bk_db.h"

typedef struct db_conn_t {
    apr_pool_t *p; /* results may live here; bk_db's statements do */
    apr_pool_t *handle_pool;
    const apr_dbd_driver_t *driver;
    apr_dbd_t *handle;
    bk_db_t *db;
    apr_status_t rv; /* how bk_db_attach() went */
} db_conn_t;

/* The statements of unit_schema. */
enum {
    ADD_THING,  /* id, name, bytes, number */
    FIND_THING, /* id: name, bytes, number */
    COUNT_THINGS,
    EACH_THING,   /* id, name */
    RENAME_ALL,   /* name */
    DROP_THING,   /* id */
    ADD_IF_NONE,  /* id, name: unless that name is there */
    REFUSE_TWINS, /* the same, by refuse() */
    TYPES,        /* four values: their types, as SQLite names them */
    ECHO,         /* one value: the same */
    QUOTED,       /* one value: it, between texts with $ and quotes in them */
    LESS,         /* one value: whether 7 is less than it */
    ADD_NAMELESS, /* id */
    FAULTY,       /* is no SQL */
    STATEMENTS
};

#define NO_ARGS NULL, 0
#define ARGS(...)                         \
    (const bk_db_value_t[]){__VA_ARGS__}, \
        (int)(sizeof((const bk_db_value_t[]){__VA_ARGS__}) / sizeof(bk_db_value_t))

/* Component "unit": a table things (id, name not null, bytes, number), in one step; and the same
 * component later, with a second step that adds a column; and a third, which fails half way. */
extern const bk_db_schema_t unit_schema, unit_schema_2, unit_schema_3_faulty;

extern const bk_db_options_t unit_options; /* off, five seconds, no queue */

/* Setup and teardown of a group. */
int db_folder_open(void **state);
int db_folder_close(void **state);

/* The path of a file that is not there yet. */
const char *db_new_path(void);

/* Open and attach; rv says how that went. */
db_conn_t *db_try(const char *path, const bk_db_schema_t *schema, const bk_db_options_t *options);

/* The same, where nothing may go wrong. In children, which cannot assert, it ends them. */
db_conn_t *db_open(const char *path, const bk_db_schema_t *schema);

void db_close(db_conn_t *conn);

/* A row of things. */
apr_status_t db_add(db_conn_t *conn, apr_int64_t id, const char *name);
apr_int64_t db_count(db_conn_t *conn);

/* Around bk_db. */
int db_raw(db_conn_t *conn, const char *sql);                /* SQLite's result */
apr_int64_t db_raw_number(db_conn_t *conn, const char *sql); /* of the first row; -1: none */
sqlite3 *db_foreign(const char *path);                       /* a connection of somebody else */

#endif

/* bk_db: SQL for the stores, over connections of mod_dbd or apr_dbd (SQLite) and bk_pgsql
 * (PostgreSQL).
 *
 * A store describes its schema once (bk_db_schema_t): a component's name, the steps that create its
 * tables, and its statements. The schema is then attached to a connection (bk_db_attach): the
 * connection is set up, the tables are migrated, and statements are compiled when first used. The
 * stores then use bk_db_write, bk_db_read, bk_db_begin and bk_db_end.
 *
 * apr_dbd's own functions are not used for these reasons. Its SQLite driver holds one lock for the
 * whole process around every call, so that a write that waits for another process stops every read,
 * and a wait inside a transaction never ends; it binds numbers as text; and a change of the schema
 * breaks its prepared statements for good. Its PostgreSQL driver waits without a limit, for one
 * host after the other.
 *
 * Threads: a bk_db_t belongs to its connection, and is used by the thread that acquired the
 * connection.
 *
 * Errors: APR_SUCCESS, and
 *     APR_NOTFOUND   no such row
 *     APR_EINVAL     an argument is a text and not valid UTF-8; nothing was sent
 *     APR_EEXIST     there is a row with that key already
 *     APR_ENOTEMPTY  a row was to name another one that is not there, or a row that others name was
 *                    to be deleted; nothing was done
 *     APR_EBUSY      another row excludes this one (PostgreSQL's EXCLUDE); nothing was done
 *     APR_TIMEUP     the lock of other writers was not released in time; nothing was done
 *     APR_ENOSPC     the disk or database is full
 *     APR_ECONNRESET the connection was lost; a write was not done
 *     APR_ETIMEDOUT  the database did not answer in time; the same, and the connection is closed
 *     BK_DB_UNKNOWN  a write or commit was sent, and no answer came: it may have been done, or may
 *                    still be done
 *     APR_EGENERAL   anything else; bk_db_error() has the database's message
 */
#ifndef BK_DB_H
#define BK_DB_H

#include <apr_dbd.h>
#include <apr_pools.h>
#include <apr_time.h>

#include "bk_db_file.h"
#include "bk_fields.h"
#include "bk_lock.h"

#define BK_DB_UNKNOWN APR_INCOMPLETE

typedef struct bk_db_t bk_db_t;

/** The durability of commits, as in SQLite's PRAGMA synchronous. */
typedef enum bk_db_synchronous_t {
    BK_DB_SYNCHRONOUS_OFF,
    BK_DB_SYNCHRONOUS_NORMAL,
    BK_DB_SYNCHRONOUS_FULL,
    BK_DB_SYNCHRONOUS_EXTRA
} bk_db_synchronous_t;

typedef struct bk_db_options_t {
    bk_db_synchronous_t synchronous;  /* of SQLite only */
    apr_interval_time_t busy_timeout; /* longest wait of a writer for others, microseconds */
    bk_lock_t *writers; /* a lock for the writers of this host, for databases with a single writer;
                           or NULL */
    const bk_db_file_t *file; /* the file that the connection must have open; or NULL: any */
    int read_only; /* nothing is changed: no tables are created, and writes are refused */
    /* Of PostgreSQL, microseconds: */
    apr_interval_time_t statement_timeout; /* longest wait for the answer to a statement */
    apr_interval_time_t connect_timeout;   /* per host, if the connection string has none */
    int is_pooled; /* a pooler may give each transaction another connection, so no named statements
                      and no session settings are used */
} bk_db_options_t;

/** A piece of a store's SQL: one text for all databases, or one for each. Words in braces are
 * replaced by columns and types: lib/db/bk_db_sql.h. */
typedef struct bk_db_sql_t {
    const char *both; /* NULL: there is no common text */
    const char *sqlite3;
    const char *pgsql;
    /**
     * Of a migration step only: a function that runs after the texts, in their transaction, for
     * what SQL cannot compute (bk_db_fill); or NULL.
     * @param p  for temporary memory
     * @return APR_SUCCESS; any error rolls the whole migration back
     */
    apr_status_t (*run)(struct bk_db_t *db, apr_pool_t *p);
} bk_db_sql_t;

/** A table of a store. */
typedef struct bk_db_table_t {
    const char *name;
    const bk_fields_t *fields; /* its columns; the first is the primary key */
    int keys;                  /* how many of the first columns are the primary key; 0: one */
    int is_view; /* no table but a name for columns of one, in statements: it is not copied */
    int is_log;  /* triggers of the tables before it write it: what they wrote of a copy is deleted
                    before it is copied itself */
    bk_db_sql_t copied; /* runs after it was copied, for what copying by rows leaves behind, such
                           as a sequence; or nothing */
} bk_db_table_t;

/** A store's tables and statements. Constant. */
typedef struct bk_db_schema_t {
    const char *component;         /* the key of its version in table bookable_schema */
    int count;                     /* of statements */
    const bk_db_sql_t *statements; /* by of the store own numbers; a text for a database is used
                                      before the common one. Parameters are $1, $2 ... */
    /** Migrations, step 1 first, ending with one without any text or function. Of a step, the
     * common text runs first, then the database's own, then the function. A released step never
     * changes: a later step corrects it. */
    const bk_db_sql_t *steps;
    const bk_db_table_t *tables; /* end with one without a name; NULL: none to be copied */
    int keys; /* number of the first statement of lib/db/bk_db_keys.h; 0: it has none */
} bk_db_schema_t;

typedef enum bk_db_type_t { BK_DB_NULL, BK_DB_INT, BK_DB_TEXT, BK_DB_BYTES } bk_db_type_t;

/** A value, bound to a statement or read from a row. Not copied when bound. */
typedef struct bk_db_value_t {
    bk_db_type_t type;
    apr_int64_t number;
    const char *text; /* of BK_DB_TEXT and BK_DB_BYTES; NULL else */
    apr_size_t len;   /* of BK_DB_BYTES; of BK_DB_TEXT when read */
} bk_db_value_t;

/** Arguments: (bk_db_value_t[]){bk_db_int(7), bk_db_text("x")} */
static inline bk_db_value_t bk_db_int(apr_int64_t number)
{
    return (bk_db_value_t){BK_DB_INT, number, NULL, 0};
}

/** A text; SQL's NULL if it is NULL. */
static inline bk_db_value_t bk_db_text(const char *text)
{
    return (bk_db_value_t){text ? BK_DB_TEXT : BK_DB_NULL, 0, text, 0};
}

static inline bk_db_value_t bk_db_bytes(const void *bytes, apr_size_t len)
{
    return (bk_db_value_t){BK_DB_BYTES, 0, bytes, len};
}

/** The names of the drivers; ends in NULL. */
extern const char *const bk_db_drivers[];

/**
 * Attach a store's schema to a connection: set the connection up, and create or migrate the tables.
 * @param db       set, unless APR_ENOTIMPL is returned; for bk_db_error()
 * @param driver   "sqlite3" or "pgsql", as in apr_dbd
 * @param native   the connection: an sqlite3, from apr_dbd_native_handle() for example; or a
 *                 bk_pgsql_t, which need not be connected
 * @param schema   of the store
 * @param options  copied
 * @param p        a pool that ends before the connection is closed
 * @return APR_ENOTIMPL if there is no such driver; APR_EMISMATCH if the tables are of a later
 *         version than this one; else as above. With read_only: APR_NOTFOUND if there are no tables
 *         of the store, and APR_EMISMATCH also if they are of an earlier version
 */
apr_status_t bk_db_attach_native(bk_db_t **db, const char *driver, void *native,
                                 const bk_db_schema_t *schema, const bk_db_options_t *options,
                                 apr_pool_t *p);

/** The same for a connection to SQLite that apr_dbd opened. */
apr_status_t bk_db_attach(bk_db_t **db, const apr_dbd_driver_t *driver, apr_dbd_t *handle,
                          const bk_db_schema_t *schema, const bk_db_options_t *options,
                          apr_pool_t *p);

/** Tell whether a statement has a text for the database of a connection. @return 1 or 0 */
int bk_db_has(const bk_db_t *db, int statement);

/**
 * Run a statement that changes rows.
 * @param changed  set to the number of changed rows; may be NULL
 */
apr_status_t bk_db_write(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                         apr_int64_t *changed);

/**
 * Run a statement and read its first row.
 * @param row      set to its columns
 * @param columns  number of columns
 * @param p        of texts and bytes
 */
apr_status_t bk_db_read(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                        bk_db_value_t *row, int columns, apr_pool_t *p);

/** The same for a statement that finds a row by its key: a key that is not valid UTF-8 gives
 * APR_NOTFOUND, because no row can have it. */
apr_status_t bk_db_find(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                        bk_db_value_t *row, int columns, apr_pool_t *p);

/**
 * Run a statement and call a function for each of its rows, until it returns other than
 * APR_SUCCESS. A row is only valid during the call. All rows have to fit into memory: PostgreSQL
 * sends all of them before the first call.
 */
apr_status_t bk_db_each(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                        int columns, apr_status_t (*row)(void *baton, const bk_db_value_t *row),
                        void *baton, apr_pool_t *p);

/** Begin a transaction. It must be ended by bk_db_end(), also after errors. Within another one it
 * is a part of that: if it is rolled back, the other one goes on, and is committed or not. */
apr_status_t bk_db_begin(bk_db_t *db);

/** Begin a read-only transaction, which sees one snapshot of the database. */
apr_status_t bk_db_begin_read(bk_db_t *db);

/**
 * End a transaction: commit it, or, after an error, roll it back.
 * @param rv  the result of its statements
 * @return @a rv if it is an error, else the result of the commit
 */
apr_status_t bk_db_end(bk_db_t *db, apr_status_t rv);

/** Tell whether the database was out of reach (connection lost, or no answer) in any call since the
 * schema was attached or this function was called last. */
int bk_db_was_away(bk_db_t *db);

/** Tell the size in pages of SQLite's write-ahead log when it could not be restarted although it
 * was due, since the schema was attached or this function was called last; 0: that did not happen.
 * The cause is a long read transaction: the log grows until it ends. */
int bk_db_log_pages(bk_db_t *db);

/**
 * Make sure that data that can be read now is as durable as an acknowledged commit: with
 * synchronous replication, a transaction that a crash left committed may be visible before any
 * standby has it.
 * @return APR_SUCCESS, or an error: the data may be less durable
 */
apr_status_t bk_db_confirm(bk_db_t *db);

/** Tell whether a connection has failed for good, because it keeps the file and the access rights
 * that it found when it was opened: only a new connection can work. */
int bk_db_is_spoiled(const bk_db_t *db);

/**
 * Close a connection. All its bk_db_t become invalid. apr_dbd_check_conn() then fails, by which the
 * connection's owner learns to close the rest.
 * @return 1: it was closed; 0: the driver has no such function
 */
int bk_db_discard(const apr_dbd_driver_t *driver, apr_dbd_t *handle);

/** Check that the database answers. */
apr_status_t bk_db_ping(bk_db_t *db);

/** Check that the database answers and takes writes. @return APR_EGENERAL: it is read-only */
apr_status_t bk_db_ping_for_write(bk_db_t *db);

/** The database's message of the last failure, for the log only, not for clients. What is read or
 * rolled back after it in the same transaction does not change it. Valid until the next call. */
const char *bk_db_error(const bk_db_t *db);

#endif

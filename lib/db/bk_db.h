/* bk_db: SQL for the stores, over connections that somebody else keeps: mod_dbd (or apr_dbd) those
 * to SQLite, bk_pgsql those to PostgreSQL.
 *
 * A store says once what it needs: a component's name, the steps that build its tables, and the
 * statements it runs (bk_db_schema_t). A connection is then made ready for
 * that store (bk_db_attach): set up, migrated, its statements compiled when first used. Handlers
 * see verbs only: bk_db_write, bk_db_read, bk_db_begin, bk_db_end.
 *
 * Why not apr_dbd's own verbs: its SQLite driver holds one lock for the whole process around every
 * call, so that a write that waits for another process stops every read, and a wait inside a
 * transaction never ends; it binds numbers as text; and a change of schema spoils its prepared
 * statements for good. Its PostgreSQL driver waits without a limit, for each host in turn.
 *
 * Threads: a bk_db_t belongs to its connection, and is used by the thread that acquired that.
 * Errors: APR_SUCCESS, and
 *     APR_NOTFOUND   no such row
 *     APR_EINVAL     an argument is a text, and no UTF-8; nothing was asked
 *     APR_EEXIST     a row with that key is there already
 *     APR_TIMEUP     other writers did not make way in time; nothing was done
 *     APR_ENOSPC     no room for more
 *     APR_ECONNRESET the connection was lost; of a write: before it could be done
 *     APR_ETIMEDOUT  the database is silent: the same, and the connection is given up
 *     BK_DB_UNKNOWN  a write was sent, or committed, and no answer said that it was done: it may
 *                    have been, or may still be
 *     APR_EGENERAL   anything else; bk_db_error() has the database's words
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

/** How much a commit waits for, as SQLite's PRAGMA synchronous names it. */
typedef enum bk_db_synchronous_t {
    BK_DB_SYNCHRONOUS_OFF,
    BK_DB_SYNCHRONOUS_NORMAL,
    BK_DB_SYNCHRONOUS_FULL,
    BK_DB_SYNCHRONOUS_EXTRA
} bk_db_synchronous_t;

typedef struct bk_db_options_t {
    bk_db_synchronous_t synchronous;  /* of SQLite; a server has a setting of its own */
    apr_interval_time_t busy_timeout; /* how long a writer waits for others, microseconds */
    bk_lock_t *writers;               /* where the writers of this host queue, for databases without
                                         a queue of their own; or NULL */
    const bk_db_file_t *file;         /* the file that the database has to be in, where it is one; a
                                         connection to another is refused; or NULL */
    int read_only; /* whether the database is left as it is: no table is made, and
                      writes are refused */
    /* Of a database that is a server, microseconds: */
    apr_interval_time_t statement_timeout; /* how long it may be silent after a statement */
    apr_interval_time_t connect_timeout;   /* how long to try to connect to a host, where the
                                              connection string does not say */
    int is_pooled; /* a pooler may give each transaction another connection: nothing is left behind
                      on one, neither named statements nor settings */
} bk_db_options_t;

/** A piece of a store's SQL: one text for all databases, or one for each. Words in braces stand for
 *  what the tables' descriptions and the database's types are: lib/db/bk_db_sql.h. */
typedef struct bk_db_sql_t {
    const char *both; /* NULL: none of it is the same everywhere */
    const char *sqlite3;
    const char *pgsql;
} bk_db_sql_t;

/** A table of a store. */
typedef struct bk_db_table_t {
    const char *name;
    const bk_fields_t *fields; /* its columns; the first is the primary key */
} bk_db_table_t;

/** All that a store asks of databases. Constant. */
typedef struct bk_db_schema_t {
    const char *component; /* whose steps these are: one of the rows of table bookable_schema */
    int count;             /* of statements */
    const bk_db_sql_t *statements; /* by the store's own numbers; a database's own one, or the one
                                      for all. Parameters are $1, $2 ... */
    const bk_db_sql_t *steps; /* migrations, step 1 first, ending in one without any text: what is
                                 for all databases runs first, then the database's own. A step that
                                 was released never changes: what it got wrong, a later one puts
                                 right */
    const bk_db_table_t *tables; /* ending in one without a name; NULL: none to be copied */
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

/** A text, or NULL for SQL's. */
static inline bk_db_value_t bk_db_text(const char *text)
{
    return (bk_db_value_t){text ? BK_DB_TEXT : BK_DB_NULL, 0, text, 0};
}

static inline bk_db_value_t bk_db_bytes(const void *bytes, apr_size_t len)
{
    return (bk_db_value_t){BK_DB_BYTES, 0, bytes, len};
}

/** The kinds of databases that there are, by their drivers' names; ends in NULL. */
extern const char *const bk_db_drivers[];

/**
 * Make a connection ready for a store: set it up, build or migrate the store's tables.
 * @param db       set, unless APR_ENOTIMPL is returned; to be asked for the error if need be
 * @param driver   its kind: "sqlite3" or "pgsql", as apr_dbd calls them
 * @param native   the connection: an sqlite3, such as apr_dbd_native_handle() gives; a bk_pgsql_t,
 *                 which need not be made
 * @param schema   the store's
 * @param options  copied
 * @param p        a pool that ends before the connection is closed
 * @return APR_ENOTIMPL if there is no such driver; APR_EMISMATCH if the tables are of
 * a later version than this one; else as above. Where the options say read_only: APR_NOTFOUND if
 * there are no tables of the store, and APR_EMISMATCH if they are of an earlier version, too
 */
apr_status_t bk_db_attach_native(bk_db_t **db, const char *driver, void *native,
                                 const bk_db_schema_t *schema, const bk_db_options_t *options,
                                 apr_pool_t *p);

/** The same, of a connection that apr_dbd opened: one to SQLite. */
apr_status_t bk_db_attach(bk_db_t **db, const apr_dbd_driver_t *driver, apr_dbd_t *handle,
                          const bk_db_schema_t *schema, const bk_db_options_t *options,
                          apr_pool_t *p);

/**
 * Run a statement that changes rows.
 * @param changed  set to how many; may be NULL
 */
apr_status_t bk_db_write(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                         apr_int64_t *changed);

/**
 * Run a statement and read its first row.
 * @param row      gets its columns
 * @param columns  how many
 * @param p        texts and bytes live here
 */
apr_status_t bk_db_read(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                        bk_db_value_t *row, int columns, apr_pool_t *p);

/** The same, for a statement that finds the row of a key: a key that is no UTF-8 is no row's, and
 *  so APR_NOTFOUND. Nothing else that fails is. */
apr_status_t bk_db_find(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                        bk_db_value_t *row, int columns, apr_pool_t *p);

/**
 * Run a statement and give each of its rows to a function, until that returns other than
 * APR_SUCCESS. The rows are the function's to copy: each is gone with the next. There may be as
 * many as fit into memory: PostgreSQL sends all of them before the first is given.
 */
apr_status_t bk_db_each(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                        int columns, apr_status_t (*row)(void *baton, const bk_db_value_t *row),
                        void *baton, apr_pool_t *p);

/**
 * The same, of however many rows: no more than a few are in memory at any time. The function must
 * not use the connection. What goes wrong after the first rows is returned after those were given.
 * All of it, the function's time included, is one statement, with the time-out of one: whoever
 * writes rows to a slow client reads them in pages, within bk_db_begin_read(). Where the function
 * ends it early, PostgreSQL's connection may be closed, and a transaction with it.
 */
apr_status_t bk_db_stream(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                          int columns, apr_status_t (*row)(void *baton, const bk_db_value_t *row),
                          void *baton, apr_pool_t *p);

/** Begin a transaction. One that began is ended by bk_db_end(), whatever went wrong in it. */
apr_status_t bk_db_begin(bk_db_t *db);

/** Begin a transaction that only reads, and sees the state of one moment, whoever writes meanwhile.
 */
apr_status_t bk_db_begin_read(bk_db_t *db);

/**
 * End a transaction: commit it, or, where something went wrong, roll it back.
 * @param rv  what the statements in it came to
 * @return @a rv if that was an error, else how the commit went
 */
apr_status_t bk_db_end(bk_db_t *db, apr_status_t rv);

/** Tell whether the database was out of reach in any verb since the connection was attached or this
 *  was asked last: lost, or silent. */
int bk_db_was_away(bk_db_t *db);

/** Tell how many pages the write-ahead log of a database in a file had when it could not begin anew
 *  as it should have, since the connection was attached or this was asked last; 0: that was not so.
 *  Somebody reads one state of the database for long, and the log grows until that ends. */
int bk_db_log_pages(bk_db_t *db);

/**
 * Make sure that what can be read now is as durable as a commit is here: with synchronous
 * replication, what a crash left committed may be read before any standby has it.
 * @return APR_SUCCESS, or why that is not sure
 */
apr_status_t bk_db_confirm(bk_db_t *db);

/** Tell whether a connection failed in a way that lasts as long as it is open: what its file or its
 *  rights were when it was opened stays with it, whatever they are now. */
int bk_db_is_spoiled(const bk_db_t *db);

/**
 * Close a connection: all bk_db_t of it are to be forgotten, and apr_dbd_check_conn() tells its
 * owner, who closes the rest.
 * @return 1: it was closed; 0: connections of this driver cannot be
 */
int bk_db_discard(const apr_dbd_driver_t *driver, apr_dbd_t *handle);

/** Ask the database for an answer, any answer. */
apr_status_t bk_db_ping(bk_db_t *db);

/** The same, of a database that is to be written to. @return APR_EGENERAL: it can only be read */
apr_status_t bk_db_ping_for_write(bk_db_t *db);

/** What went wrong last, for the log: never for a client. Good until the next call. */
const char *bk_db_error(const bk_db_t *db);

#endif

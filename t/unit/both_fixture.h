/* both_fixture: the same tests on an SQLite database, and then on a PostgreSQL server.
 *
 * *state is a pool. Each test begins with an empty database: both_renew is its setup.
 */
#ifndef BOTH_FIXTURE_H
#define BOTH_FIXTURE_H

#include "db_fixture.h"
#include "pg_fixture.h"

#include "bk_pgsql.h"

static const char *both_path; /* of the SQLite database; NULL: it is PostgreSQL's turn */
static db_conn_t *both_conns[32];
static int both_count;

static inline void both_detach(void)
{
    while (both_count > 0) {
        db_close(both_conns[--both_count]);
    }
}

/* Another connection to the test's database, which one thread may use. */
static inline apr_status_t both_attach(bk_db_t **db, const bk_db_schema_t *schema, apr_pool_t *p)
{
    static const bk_db_options_t options = {.busy_timeout = apr_time_from_sec(60),
                                            .statement_timeout = apr_time_from_sec(60),
                                            .connect_timeout = apr_time_from_sec(60)};
    const char *why = NULL;
    bk_pgsql_target_t *target;
    apr_pool_t *own; /* threads allocate from the pools of their connections */

    if (both_path) {
        db_conn_t *conn = db_try(both_path, schema, &unit_options);

        assert_true(both_count < (int)UNIT_ROWS(both_conns));
        both_conns[both_count++] = conn;
        *db = conn->db;
        return conn->rv;
    }
    assert_int_equal(apr_pool_create(&own, p), APR_SUCCESS);
    target = bk_pgsql_target(pg_params(), &why, own);
    assert_non_null(target);
    return bk_db_attach_native(db, "pgsql", bk_pgsql(target, own), schema, &options, own);
}

static inline int both_renew(void **state)
{
    if (both_path) {
        both_detach();
        both_path = db_new_path();
    }
    else {
        pg_query(
            "SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    }
    return 0;
}

static inline int both_open_sqlite3(void **state)
{
    int rv = db_folder_open(state);

    both_path = rv == 0 ? db_new_path() : NULL;
    return rv;
}

static inline int both_close_sqlite3(void **state)
{
    both_detach();
    both_path = NULL;
    return db_folder_close(state);
}

/* Run a group of tests on one and on the other. @return how many failed */
#define both_run(name, tests)                                                                      \
    (cmocka_run_group_tests_name(name " (SQLite)", tests, both_open_sqlite3, both_close_sqlite3) + \
     cmocka_run_group_tests_name(name " (PostgreSQL)", tests, pg_open, pg_close))

#endif

/* The plans that PostgreSQL makes of lists of bookings: one for all requests, and one that reads a
 * page in its order, whoever asks. Both are counted by the server. */
#include "booking_fixture.h"

#include <stdlib.h>

/* 2030-05-14T00:00:00Z, when half of the bookings are over */
#define NOW APR_INT64_C(1904947200000000000)
#define ROWS "20000"
#define PAGE 10
/* Bookings a day: those of the day before are read, too, for they may not have ended. */
#define A_DAY 4
/* Five plans for one request each come first. */
#define ASKED 8

/* Every tenth booking is of user 7, of the choir and of series 7; hundreds of others have 18 each.
 * They occupy nothing, or the index of ranges would take most of the time. */
#define FILL                                                                                      \
    "ALTER TABLE bookings DISABLE TRIGGER USER;"                                                  \
    "INSERT INTO bookings (id, space_id, user_id, date, occupants, start_ns, end_ns, occupies,"   \
    " state, group_name, series_id) SELECT n, 'Hall-' || n % 50, who, '2030-05-14', 1, start_ns," \
    " start_ns + 3600000000000, 0, 1, CASE who WHEN 7 THEN 'choir' ELSE 'group ' || who END, who" \
    " FROM (SELECT n, CASE WHEN n % 10 = 0 THEN 7 ELSE 100 + n % 1000 END AS who,"                \
    " CAST(1904947200000000000 AS BIGINT) + (n - 10000) * CAST(21600000000000 AS BIGINT) AS "     \
    "start_ns"                                                                                    \
    " FROM generate_series(1, " ROWS ") AS n) AS rows;"                                           \
    "ANALYZE bookings"

enum { HAS_GENERIC, FETCHED, WATCHES };
static const bk_db_sql_t watches[WATCHES] = {
    [HAS_GENERIC] = {"SELECT count(*) FROM pg_prepared_statements"
                     " WHERE generic_plans > 0 AND statement LIKE '%AS long_ago%'"},
    [FETCHED] = {"SELECT COALESCE(max(idx_tup_fetch + seq_tup_read), 0)"
                 " FROM pg_stat_xact_user_tables WHERE relname = 'bookings'"}};
static const bk_db_schema_t watch_schema = {"watch", WATCHES, watches,
                                            (const bk_db_sql_t[]){{NULL}}};

static const struct {
    const char *name;
    booking_v1_filter_t filter;
} lists[] = {
    {"all", {.by = BOOKING_V1_BY_START}},
    {"of a user", {.by = BOOKING_V1_BY_USER, .user_id = 7}},
    {"of a group", {.by = BOOKING_V1_BY_GROUP, .group = "choir"}},
    {"of a series", {.by = BOOKING_V1_BY_SERIES, .series_id = 7}},
    {"pending", {.by = BOOKING_V1_BY_PENDING}},
};

/* Two services share a connection: one of them looks at what the other one does. */
static void attach(bk_db_t **db, bk_db_t **watch, apr_pool_t *p)
{
    static const bk_db_options_t options = {.busy_timeout = apr_time_from_sec(60),
                                            .statement_timeout = apr_time_from_sec(60),
                                            .connect_timeout = apr_time_from_sec(60)};
    const char *why = NULL;
    bk_pgsql_target_t *target = bk_pgsql_target(pg_params(), &why, p);
    bk_pgsql_t *pgsql = bk_pgsql(target, p);

    EXPECT(*db, bk_db_attach_native(db, "pgsql", pgsql, &booking_store_dbd_schema, &options, p),
           APR_SUCCESS);
    EXPECT(*watch, bk_db_attach_native(watch, "pgsql", pgsql, &watch_schema, &options, p),
           APR_SUCCESS);
}

static apr_int64_t watched(bk_db_t *watch, int what, apr_pool_t *p)
{
    bk_db_value_t row;

    EXPECT(watch, bk_db_read(watch, what, NULL, 0, &row, 1, p), APR_SUCCESS);
    return row.number;
}

static apr_status_t count_row(void *baton, const booking_v1_t *row)
{
    ++*(int *)baton;
    return APR_SUCCESS;
}

static void ask(bk_db_t *db, booking_v1_filter_t filter, int is_descending, apr_pool_t *p)
{
    int count = 0;

    filter.from_ns = NOW;
    filter.to_ns = APR_INT64_MAX;
    filter.now_ns = NOW;
    filter.states = 1 << BOOKING_STATE_PENDING;
    filter.limit = PAGE;
    filter.is_descending = is_descending;
    EXPECT(db, booking_v1_store_dbd.each(db, &filter, count_row, &count, p), APR_SUCCESS);
    assert_int_equal(count, PAGE);
}

/* In a transaction: at its end, now and then, the server counts anew. */
static void expect_to_read_a_page(bk_db_t *db, bk_db_t *watch, int list, int is_descending,
                                  apr_pool_t *p)
{
    apr_int64_t fetched;

    EXPECT(db, bk_db_begin(db), APR_SUCCESS);
    fetched = watched(watch, FETCHED, p);
    ask(db, lists[list].filter, is_descending, p);
    fetched = watched(watch, FETCHED, p) - fetched;
    EXPECT(db, bk_db_end(db, APR_SUCCESS), APR_SUCCESS);
    assert_that(fetched <= PAGE + A_DAY, "%s%s: %d rows are read for a page of %d",
                lists[list].name, is_descending ? ", last first" : "", (int)fetched, PAGE);
}

static void test_a_list_is_planned_once_and_reads_a_page(void **state)
{
    bk_db_t *db = NULL, *watch = NULL;
    unsigned int list;
    int is_descending, i;

    if (atoi(pg_query("SHOW server_version_num")) < 140000) {
        skip();
    }
    attach(&db, &watch, *state);
    pg_query(FILL);
    for (list = 0; list < UNIT_ROWS(lists); list++) {
        for (is_descending = 0; is_descending < 2; is_descending++) {
            apr_int64_t before = watched(watch, HAS_GENERIC, *state);

            for (i = 0; i < ASKED; i++) {
                ask(db, lists[list].filter, is_descending, *state);
            }
            assert_that(watched(watch, HAS_GENERIC, *state) == before + 1,
                        "%s%s: planned anew for each request", lists[list].name,
                        is_descending ? ", last first" : "");
            expect_to_read_a_page(db, watch, (int)list, is_descending, *state);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_list_is_planned_once_and_reads_a_page, both_renew),
    };

    return cmocka_run_group_tests_name("plans of PostgreSQL", tests, pg_open, pg_close);
}

/* Series and closures in a database: the rules that their transactions keep, on SQLite and on
 * PostgreSQL. */
#include "booking_fixture.h"

#include <pthread.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_time.h"
#include "booking_closures_store.h"
#include "booking_series_store.h"

static const booking_v1_store_verbs_t *const v1 = &booking_v1_store_dbd;
static const booking_series_store_verbs_t *const series = &booking_series_store_dbd;
static const booking_closures_store_verbs_t *const closures = &booking_closures_store_dbd;

#define MINUTE APR_INT64_C(60000000000)
/* 2030-05-14T00:00:00Z */
#define DAY APR_INT64_C(1904947200000000000)
#define AT(day, hour) (DAY + ((day)*24 + (hour)) * 60 * MINUTE)

static bk_db_t *open_store(apr_pool_t *p)
{
    bk_db_t *db = NULL;
    apr_status_t rv = both_attach(&db, &booking_store_dbd_schema, p);

    assert_that(rv == APR_SUCCESS, "%s", bk_db_error(db));
    return db;
}

static booking_v1_t row_of(apr_int64_t id, apr_int64_t start, apr_int64_t end)
{
    return booking_fixture_row(id, "Hall-1", start, end);
}

static void add(bk_db_t *db, apr_int64_t id, apr_int64_t start, apr_int64_t end, apr_pool_t *p)
{
    booking_v1_t row = row_of(id, start, end);

    EXPECT(db, v1->insert(db, &row, NULL, p), APR_SUCCESS);
}

/* Rows of that id and state; -1: of any state. */
static booking_v1_t must_find(bk_db_t *db, apr_int64_t id, apr_pool_t *p)
{
    booking_v1_t row;

    EXPECT(db, v1->find(db, id, &row, p), APR_SUCCESS);
    return row;
}

static apr_int64_t number(const char *sql)
{
    if (both_path) {
        return db_raw_number(both_conns[0], sql);
    }
    return apr_atoi64(pg_query(sql));
}

/* ---- series -------------------------------------------------------------------------------------
 */

/* Five days, 10 to 11. */
static booking_series_plan_t plan_of(apr_int64_t id, int enough, apr_pool_t *p)
{
    booking_series_plan_t plan = {.series = {.id = id,
                                             .space_id = "Hall-1",
                                             .user_id = 7,
                                             .start = "2030-05-14T10:00",
                                             .minutes = 60,
                                             .time_zone = "UTC",
                                             .rule = "{}",
                                             .except = "[]",
                                             .created_by = 7,
                                             .created_ns = 1000,
                                             .changed_by = 7,
                                             .changed_ns = 1000,
                                             .version = 1},
                                  .count = 5,
                                  .enough = enough};

    plan.items = apr_pcalloc(p, 5 * sizeof(*plan.items));
    for (int i = 0; i < 5; i++) {
        plan.items[i].row = row_of(id + 1 + i, AT(i, 10), AT(i, 11));
        plan.items[i].row.series_id = id;
    }
    return plan;
}

static void test_all_or_none(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_series_plan_t plan = plan_of(100, 5, *state);
    booking_series_t found;

    add(db, 1, AT(1, 9), AT(1, 9) + 90 * MINUTE, *state);
    add(db, 2, AT(2, 12), AT(2, 13), *state);
    add(db, 3, AT(3, 10), AT(3, 10) + MINUTE, *state);
    EXPECT(db, series->create(db, &plan, *state), BOOKING_SERIES_STORE_REFUSED);
    assert_int_equal(plan.items[0].result, APR_SUCCESS);
    assert_int_equal(plan.items[1].result, BOOKING_V1_STORE_TAKEN);
    assert_int_equal(plan.items[3].result, BOOKING_V1_STORE_TAKEN);
    assert_int_equal(plan.clashes->nelts, 2);
    assert_int_equal(APR_ARRAY_IDX(plan.clashes, 0, booking_v1_t).id, 1);
    assert_int_equal(APR_ARRAY_IDX(plan.clashes, 1, booking_v1_t).id, 3);
    assert_int_equal(number("SELECT count(*) FROM bookings"), 3);
    EXPECT(db, series->find(db, 100, &found, *state), APR_NOTFOUND);
}

static void test_as_many_as_fit(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_series_plan_t plan = plan_of(100, 4, *state);
    booking_series_t found;

    add(db, 1, AT(1, 10), AT(1, 11), *state);
    EXPECT(db, series->create(db, &plan, *state), APR_SUCCESS);
    EXPECT(db, series->find(db, 100, &found, *state), APR_SUCCESS);
    assert_true(bk_fields_equal(&booking_series_fields, &plan.series, &found));
    assert_int_equal(number("SELECT count(*) FROM bookings WHERE series_id = 100"), 4);
    assert_int_equal(plan.clashes->nelts, 1);
}

static void test_dry(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_series_plan_t plan = plan_of(100, 5, *state);

    plan.is_dry = 1;
    EXPECT(db, series->create(db, &plan, *state), BOOKING_SERIES_STORE_DRY);
    assert_int_equal(number("SELECT count(*) FROM bookings"), 0);
    assert_int_equal(number("SELECT count(*) FROM series"), 0);
}

static const bk_quota_t three = {.id = "three", .per = BK_QUOTA_FUTURE, .count = 3};

static void set_quota(booking_series_plan_t *plan, booking_limit_t *limit)
{
    for (int i = 0; i < plan->count; i++) {
        plan->items[i].limits = (booking_limits_t){.list = limit, .count = 1};
    }
}

static void test_each_date_counts_in_quotas(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_limit_t limit = {.quota = &three, .period = {0, INT64_MAX}};
    booking_series_plan_t plan = plan_of(100, 5, *state), some = plan_of(200, 1, *state);

    set_quota(&plan, &limit);
    set_quota(&some, &limit);
    EXPECT(db, series->create(db, &plan, *state), BOOKING_SERIES_STORE_REFUSED);
    assert_int_equal(number("SELECT count(*) FROM bookings"), 0);
    EXPECT(db, series->create(db, &some, *state), APR_SUCCESS);
    assert_int_equal(number("SELECT count(*) FROM bookings"), 3);
    assert_int_equal(some.items[2].result, APR_SUCCESS);
    assert_int_equal(some.items[3].result, BOOKING_V1_STORE_QUOTA);
}

/* A day's quota is counted for each day, one of all that is ahead over all dates; what was booked
 * before the series counts, also in another space. */
static void test_quotas_have_periods(void **state)
{
    static const bk_quota_t of_day = {.id = "day", .per = BK_QUOTA_DAY, .minutes = 100};
    bk_db_t *db = open_store(*state);
    booking_series_plan_t plan = plan_of(100, 1, *state);
    booking_limit_t limits[5][2];
    booking_v1_t before = row_of(1, AT(1, 12), AT(1, 13));
    const apr_status_t expected[] = {APR_SUCCESS, BOOKING_V1_STORE_QUOTA, APR_SUCCESS,
                                     BOOKING_V1_STORE_QUOTA, BOOKING_V1_STORE_QUOTA};

    before.space_id = "Hall-2";
    EXPECT(db, v1->insert(db, &before, NULL, *state), APR_SUCCESS);
    for (int i = 0; i < 5; i++) {
        limits[i][0] = (booking_limit_t){.quota = &of_day, .period = {AT(i, 0), AT(i + 1, 0)}};
        limits[i][1] = (booking_limit_t){.quota = &three, .period = {0, INT64_MAX}};
        plan.items[i].limits = (booking_limits_t){.list = limits[i], .count = 2};
    }
    EXPECT(db, series->create(db, &plan, *state), APR_SUCCESS);
    for (int i = 0; i < 5; i++) {
        assert_that(plan.items[i].result == expected[i], "date %d: %d", i, plan.items[i].result);
    }
    assert_int_equal(plan.items[1].limits.full, 0);
    assert_int_equal(plan.items[3].limits.full, 1);
    assert_int_equal(number("SELECT count(*) FROM bookings WHERE series_id = 100"), 2);
}

/* Dates that are taken use nothing of a quota. */
static void test_what_is_taken_uses_no_quota(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_limit_t limit = {.quota = &three, .period = {0, INT64_MAX}};
    booking_series_plan_t plan = plan_of(100, 3, *state);
    booking_v1_t other = row_of(1, AT(1, 10), AT(1, 11)), another = row_of(2, AT(3, 9), AT(3, 12));

    other.user_id = another.user_id = 8;
    EXPECT(db, v1->insert(db, &other, NULL, *state), APR_SUCCESS);
    EXPECT(db, v1->insert(db, &another, NULL, *state), APR_SUCCESS);
    set_quota(&plan, &limit);
    EXPECT(db, series->create(db, &plan, *state), APR_SUCCESS);
    assert_int_equal(plan.items[1].result, BOOKING_V1_STORE_TAKEN);
    assert_int_equal(plan.items[3].result, BOOKING_V1_STORE_TAKEN);
    assert_int_equal(plan.items[4].result, APR_SUCCESS);
    assert_int_equal(plan.clashes->nelts, 2);
}

static void test_what_has_expired_is_not_in_the_way(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_series_plan_t plan = plan_of(100, 4, *state);
    booking_v1_t hold = row_of(1, AT(1, 9), AT(1, 12));

    hold.kind = BOOKING_KIND_HOLD;
    hold.expires_ns = 1;
    EXPECT(db, v1->insert(db, &hold, NULL, *state), APR_SUCCESS);
    add(db, 2, AT(2, 10), AT(2, 11), *state);
    EXPECT(db, series->create(db, &plan, *state), APR_SUCCESS);
    assert_int_equal(plan.items[1].result, APR_SUCCESS);
    assert_int_equal(plan.items[2].result, BOOKING_V1_STORE_TAKEN);
    assert_int_equal(must_find(db, 1, *state).state, BOOKING_STATE_EXPIRED);
    assert_int_equal(plan.clashes->nelts, 1);
    assert_int_equal(number("SELECT count(*) FROM booking_events"), 7);
}

/* All that a date has is written, by whichever statement. */
static void test_dates_are_written_whole(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_series_plan_t plan = plan_of(100, 5, *state);

    for (int i = 0; i < 5; i++) {
        booking_v1_t *row = &plan.items[i].row;

        row->title = "\"\xE2\x82\xAC\" \\ {1}";
        row->attributes = "{\"a\":\"b\"}";
        row->setup_ns = MINUTE * i;
        row->is_private = i % 2;
        row->state = i == 3 ? BOOKING_STATE_PENDING : BOOKING_STATE_CONFIRMED;
        row->expires_ns = i == 3 ? AT(i, 0) : BK_FIELD_NONE;
        row->occurrence = "2030-05-14T10:00";
    }
    EXPECT(db, series->create(db, &plan, *state), APR_SUCCESS);
    for (int i = 0; i < 5; i++) {
        booking_v1_t found = must_find(db, 101 + i, *state);

        assert_that(bk_fields_equal(&booking_v1_fields, &found, &plan.items[i].row),
                    "date %d is not as it was given", i);
    }
}

static void test_a_part_is_cancelled(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_series_plan_t plan = plan_of(100, 5, *state);
    booking_series_part_t part = {100, AT(1, 0), AT(4, 0), 0};
    booking_series_act_t act = {9, 2000, "flood"};
    booking_series_counts_t counts;
    apr_int64_t count;

    EXPECT(db, series->create(db, &plan, *state), APR_SUCCESS);
    EXPECT(db, series->cancel(db, &part, &act, &count, *state), APR_SUCCESS);
    assert_int_equal(count, 3);
    EXPECT(db, series->cancel(db, &part, &act, &count, *state), APR_SUCCESS);
    assert_int_equal(count, 0);
    assert_string_equal(must_find(db, 102, *state).reason, "flood");
    assert_int_equal(must_find(db, 102, *state).state, BOOKING_STATE_CANCELLED);
    assert_int_equal(must_find(db, 101, *state).state, BOOKING_STATE_CONFIRMED);
    EXPECT(db, series->count(db, 100, AT(0, 10), &counts, *state), APR_SUCCESS);
    assert_int_equal(counts.by_state[BOOKING_STATE_CANCELLED], 3);
    assert_int_equal(counts.by_state[BOOKING_STATE_CONFIRMED], 2);
    assert_int_equal(counts.next_id, 105);
    part.version = 1;
    EXPECT(db, series->cancel(db, &part, &act, &count, *state), BOOKING_V1_STORE_CHANGED);
    part.series_id = 101;
    EXPECT(db, series->cancel(db, &part, &act, &count, *state), APR_NOTFOUND);
}

static void test_what_is_pending_is_decided(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_series_plan_t plan = plan_of(100, 5, *state);
    booking_series_part_t part = {100, 0, INT64_MAX, 0};
    booking_series_act_t act = {9, AT(1, 0), "yes"};
    apr_int64_t count;

    for (int i = 0; i < 5; i++) {
        plan.items[i].row.state = BOOKING_STATE_PENDING;
        plan.items[i].row.expires_ns = AT(i, 10);
    }
    /* the first one's time runs out before the decision */
    plan.items[0].row.start_ns = AT(1, 8);
    plan.items[0].row.end_ns = AT(1, 9);
    plan.items[0].row.expires_ns = AT(0, 10);
    EXPECT(db, series->create(db, &plan, *state), APR_SUCCESS);
    EXPECT(db, series->decide(db, &part, BOOKING_STATE_CONFIRMED, &act, &count, *state),
           APR_SUCCESS);
    assert_int_equal(count, 4);
    assert_int_equal(must_find(db, 101, *state).state, BOOKING_STATE_PENDING);
    assert_int_equal(must_find(db, 102, *state).state, BOOKING_STATE_CONFIRMED);
    assert_int_equal(must_find(db, 102, *state).expires_ns, BK_FIELD_NONE);
    EXPECT(db, series->decide(db, &part, BOOKING_STATE_REJECTED, &act, &count, *state),
           BOOKING_SERIES_STORE_NONE);
}

/* ---- closures -----------------------------------------------------------------------------------
 */

static booking_closures_plan_t closing_of(apr_int64_t id, apr_int64_t start, apr_int64_t end,
                                          booking_closures_way_t way, apr_pool_t *p)
{
    booking_closures_plan_t plan = {.closure = {.id = id,
                                                .start_ns = start,
                                                .end_ns = end,
                                                .spaces = "[\"Hall-1\",\"Attic\"]",
                                                .reason = "flood",
                                                .is_public = 1,
                                                .created_by = 9,
                                                .created_ns = 1000,
                                                .changed_by = 9,
                                                .changed_ns = 1000,
                                                .version = 1},
                                    .space_count = 2,
                                    .way = way};

    plan.spaces = apr_pcalloc(p, 2 * sizeof(*plan.spaces));
    plan.spaces[0] = "Hall-1";
    plan.spaces[1] = "Attic";
    return plan;
}

static void test_what_is_in_the_way_refuses(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_closures_plan_t plan =
        closing_of(500, AT(0, 8), AT(0, 20), BOOKING_CLOSURES_REFUSE, *state);

    add(db, 1, AT(0, 9), AT(0, 10), *state);
    add(db, 2, AT(0, 20), AT(0, 21), *state);
    EXPECT(db, closures->create(db, &plan, *state), BOOKING_CLOSURES_STORE_IN_THE_WAY);
    assert_int_equal(plan.in_the_way->nelts, 1);
    assert_int_equal(APR_ARRAY_IDX(plan.in_the_way, 0, booking_v1_t).id, 1);
    assert_int_equal(number("SELECT count(*) FROM bookings"), 2);
    assert_int_equal(number("SELECT count(*) FROM closures"), 0);
}

static void test_what_is_in_the_way_is_cancelled(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_closures_plan_t plan =
        closing_of(500, AT(0, 8), AT(0, 20), BOOKING_CLOSURES_CANCEL, *state);
    booking_v1_t late = row_of(3, AT(0, 15), AT(0, 16));

    add(db, 1, AT(0, 9), AT(0, 10), *state);
    EXPECT(db, closures->create(db, &plan, *state), APR_SUCCESS);
    assert_int_equal(must_find(db, 1, *state).state, BOOKING_STATE_CANCELLED);
    assert_string_equal(must_find(db, 1, *state).reason, "flood");
    assert_int_equal(plan.in_the_way->nelts, 1);
    assert_int_equal(number("SELECT count(*) FROM bookings WHERE kind = 2 AND occupies = 1"), 2);
    EXPECT(db, v1->insert(db, &late, NULL, *state), BOOKING_V1_STORE_TAKEN);
    /* closures do not cancel closures */
    plan = closing_of(600, AT(0, 10), AT(0, 12), BOOKING_CLOSURES_CANCEL, *state);
    EXPECT(db, closures->create(db, &plan, *state), BOOKING_CLOSURES_STORE_IN_THE_WAY);
    assert_int_equal(plan.in_the_way->nelts, 2);
}

static void test_what_is_in_the_way_is_kept(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_closures_plan_t plan =
        closing_of(500, AT(0, 8), AT(0, 20), BOOKING_CLOSURES_KEEP, *state);
    booking_v1_t row = row_of(1, AT(0, 9), AT(0, 10));

    row.setup_ns = 30 * MINUTE;
    row.teardown_ns = 15 * MINUTE;
    EXPECT(db, v1->insert(db, &row, NULL, *state), APR_SUCCESS);
    add(db, 2, AT(0, 19), AT(0, 21), *state);
    EXPECT(db, closures->create(db, &plan, *state), APR_SUCCESS);
    assert_int_equal(must_find(db, 1, *state).state, BOOKING_STATE_CONFIRMED);
    /* 8:00 to 8:30, 10:15 to 19:00, and all of the attic */
    assert_int_equal(number("SELECT count(*) FROM bookings WHERE kind = 2"), 3);
    assert_int_equal(number("SELECT (sum(end_ns - start_ns) / 60000000000) FROM bookings"
                            " WHERE kind = 2"),
                     30 + 525 + 720);
}

static void test_a_closure_is_moved_and_taken_back(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_closures_plan_t plan =
        closing_of(500, AT(0, 8), AT(0, 20), BOOKING_CLOSURES_REFUSE, *state);
    booking_closure_t before, found;

    EXPECT(db, closures->create(db, &plan, *state), APR_SUCCESS);
    add(db, 1, AT(1, 9), AT(1, 10), *state);
    EXPECT(db, closures->find(db, 500, &before, *state), APR_SUCCESS);
    plan.closure.end_ns = AT(1, 12);
    plan.closure.version = 2;
    EXPECT(db, closures->change(db, &before, &plan, *state), BOOKING_CLOSURES_STORE_IN_THE_WAY);
    plan.closure.end_ns = AT(1, 9);
    EXPECT(db, closures->change(db, &before, &plan, *state), APR_SUCCESS);
    EXPECT(db, closures->change(db, &before, &plan, *state), BOOKING_V1_STORE_CHANGED);
    EXPECT(db, closures->find(db, 500, &found, *state), APR_SUCCESS);
    assert_true(bk_fields_equal(&booking_closures_fields, &plan.closure, &found));
    before = found;
    plan.closure.reason = "mended";
    plan.closure.version = 3;
    EXPECT(db, closures->change(db, &before, &plan, *state), APR_SUCCESS);
    assert_int_equal(number("SELECT count(*) FROM bookings WHERE title = 'mended'"
                            " AND occupies = 1"),
                     2);
    plan.closure.version = 4;
    plan.closure.is_ended = 1;
    EXPECT(db, closures->end(db, &plan, *state), APR_SUCCESS);
    EXPECT(db, closures->find(db, 500, &found, *state), APR_NOTFOUND);
    assert_int_equal(number("SELECT count(*) FROM bookings WHERE occupies = 1"), 1);
    plan.closure.version = 5;
    EXPECT(db, closures->end(db, &plan, *state), BOOKING_V1_STORE_CHANGED);
}

/* A transaction of PostgreSQL has its number before it sees what is booked meanwhile: then it
 * begins anew, so that the log tells of a booking before it tells of its end. */
static void test_the_log_tells_first_what_was_first(void **state)
{
    bk_db_t *db = open_store(*state), *other = open_store(*state);
    booking_closures_plan_t plan =
        closing_of(500, AT(0, 8), AT(0, 20), BOOKING_CLOSURES_CANCEL, *state);

    if (both_path) {
        skip(); /* who writes there is alone */
    }
    EXPECT(db, bk_db_begin(db), APR_SUCCESS);
    add(db, 1, AT(5, 9), AT(5, 10), *state);
    add(other, 2, AT(0, 9), AT(0, 10), *state);
    EXPECT(db, closures->create(db, &plan, *state), APR_TIMEUP);
    EXPECT(db, bk_db_end(db, APR_TIMEUP), APR_TIMEUP);
    EXPECT(db, closures->create(db, &plan, *state), APR_SUCCESS);
    assert_int_equal(number("SELECT count(*) FROM (SELECT version, row_number() OVER"
                            " (ORDER BY xact, seq) AS place FROM booking_events"
                            " WHERE booking_id = 2) AS told WHERE version = place"),
                     2);
}

static apr_status_t count_row(void *count, const booking_closure_t *closure)
{
    (void)closure;
    (*(int *)count)++;
    return APR_SUCCESS;
}

static void test_closures_are_listed(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_closures_filter_t filter = {.from_ns = AT(1, 0), .to_ns = AT(3, 0), .limit = 10};
    static const struct {
        const char *space;
        int is_after, count;
    } rows[] = {{NULL, 0, 2}, {"Attic", 0, 2}, {"Cellar", 0, 0}, {NULL, 1, 1}};

    for (int i = 0; i < 4; i++) {
        booking_closures_plan_t plan =
            closing_of(500 + i, AT(i, 8), AT(i, 20), BOOKING_CLOSURES_REFUSE, *state);

        EXPECT(db, closures->create(db, &plan, *state), APR_SUCCESS);
    }
    for (unsigned int i = 0; i < UNIT_ROWS(rows); i++) {
        int count = 0;

        filter.space_id = rows[i].space;
        filter.is_after = rows[i].is_after;
        filter.after_ns = AT(1, 8);
        filter.after_id = 501;
        EXPECT(db, closures->each(db, &filter, count_row, &count, *state), APR_SUCCESS);
        assert_that(count == rows[i].count, "%s: %d", rows[i].space, count);
    }
}

/* ---- races --------------------------------------------------------------------------------------
 */

#define RACERS 4
#define ROUNDS 20

typedef struct racer_t {
    bk_db_t *db;
    apr_pool_t *p;
    pthread_barrier_t *barrier;
    int number;
    int wins[ROUNDS];
} racer_t;

/* Some book a date, others close the space, one books a series. */
static void *race(void *data)
{
    racer_t *racer = data;

    for (int round = 0; round < ROUNDS; round++) {
        apr_int64_t id = 10000 + 1000 * round + 100 * racer->number;
        apr_int64_t first = AT(10 * round, 10), end = AT(10 * round, 11);
        booking_v1_t row = row_of(id, first, end);
        booking_closures_plan_t closing =
            closing_of(id, first, end, BOOKING_CLOSURES_REFUSE, racer->p);
        booking_series_plan_t plan = plan_of(id, 5, racer->p);
        apr_status_t rv = APR_SUCCESS;

        for (int i = 0; i < 5; i++) {
            plan.items[i].row.start_ns += first - AT(0, 10);
            plan.items[i].row.end_ns += first - AT(0, 10);
        }
        pthread_barrier_wait(racer->barrier);
        if (racer->number == 0) {
            rv = closures->create(racer->db, &closing, racer->p);
            assert_true(rv == APR_SUCCESS || rv == BOOKING_CLOSURES_STORE_IN_THE_WAY);
        }
        else if (racer->number == 1) {
            rv = series->create(racer->db, &plan, racer->p);
            assert_true(rv == APR_SUCCESS || rv == BOOKING_SERIES_STORE_REFUSED);
        }
        else {
            rv = v1->insert(racer->db, &row, NULL, racer->p);
            assert_true(rv == APR_SUCCESS || rv == BOOKING_V1_STORE_TAKEN);
        }
        racer->wins[round] = rv == APR_SUCCESS;
    }
    return NULL;
}

static void test_one_of_those_that_race_wins(void **state)
{
    pthread_t threads[RACERS];
    racer_t racers[RACERS];
    pthread_barrier_t barrier;

    pthread_barrier_init(&barrier, NULL, RACERS);
    for (int i = 0; i < RACERS; i++) {
        apr_pool_t *p;

        assert_int_equal(apr_pool_create(&p, *state), APR_SUCCESS);
        racers[i] = (racer_t){.db = open_store(*state), .p = p, .barrier = &barrier, .number = i};
    }
    for (int i = 0; i < RACERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < RACERS; i++) {
        pthread_join(threads[i], NULL);
    }
    for (int round = 0; round < ROUNDS; round++) {
        int wins = 0;

        for (int i = 0; i < RACERS; i++) {
            wins += racers[i].wins[round];
        }
        assert_that(wins == 1, "in round %d %d had the same time", round, wins);
    }
    pthread_barrier_destroy(&barrier);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_all_or_none, both_renew),
        cmocka_unit_test_setup(test_as_many_as_fit, both_renew),
        cmocka_unit_test_setup(test_dry, both_renew),
        cmocka_unit_test_setup(test_each_date_counts_in_quotas, both_renew),
        cmocka_unit_test_setup(test_quotas_have_periods, both_renew),
        cmocka_unit_test_setup(test_what_is_taken_uses_no_quota, both_renew),
        cmocka_unit_test_setup(test_what_has_expired_is_not_in_the_way, both_renew),
        cmocka_unit_test_setup(test_dates_are_written_whole, both_renew),
        cmocka_unit_test_setup(test_a_part_is_cancelled, both_renew),
        cmocka_unit_test_setup(test_what_is_pending_is_decided, both_renew),
        cmocka_unit_test_setup(test_what_is_in_the_way_refuses, both_renew),
        cmocka_unit_test_setup(test_what_is_in_the_way_is_cancelled, both_renew),
        cmocka_unit_test_setup(test_what_is_in_the_way_is_kept, both_renew),
        cmocka_unit_test_setup(test_a_closure_is_moved_and_taken_back, both_renew),
        cmocka_unit_test_setup(test_the_log_tells_first_what_was_first, both_renew),
        cmocka_unit_test_setup(test_closures_are_listed, both_renew),
        cmocka_unit_test_setup(test_one_of_those_that_race_wins, both_renew),
    };

    return both_run("series and closures", tests);
}

/* Lists of bookings of API v1, on SQLite and on PostgreSQL: each is what looking at every booking
 * would find, in order, page by page. */
#include "booking_fixture.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_time.h"
#include "booking_v1_store.h"

static const booking_v1_store_verbs_t *const v1 = &booking_v1_store_dbd;

#define MINUTE APR_INT64_C(60000000000)
#define HOUR (60 * MINUTE)
/* 2030-05-14T00:00:00Z */
#define DAY APR_INT64_C(1904947200000000000)
#define ROWS 400
#define SPACES 5

static booking_v1_t rows[ROWS];
static int count;
static unsigned int seed;

static int draw(int below)
{
    seed = seed * 1103515245u + 12345u;
    return (int)((seed >> 16) % (unsigned int)below);
}

static bk_db_t *open_store(apr_pool_t *p)
{
    bk_db_t *db = NULL;
    apr_status_t rv = both_attach(&db, &booking_store_dbd_schema, p);

    assert_that(rv == APR_SUCCESS, "%s", bk_db_error(db));
    return db;
}

static booking_v1_t random_row(apr_int64_t id, apr_pool_t *p)
{
    apr_int64_t start = DAY + draw(60 * 24) * HOUR;
    int state = draw(8) ? draw(2) : draw(BOOKING_STATES);

    booking_v1_t row =
        booking_fixture_row(id, apr_psprintf(p, "Hall-%d", draw(SPACES)), start,
                            start + (draw(8) ? 1 + draw(30) : 24 + draw(300)) * HOUR);

    row.user_id = 1 + draw(4);
    row.kind = draw(20) ? BOOKING_KIND_BOOKING : BOOKING_KIND_CLOSURE;
    row.state = state;
    row.occupies = state <= BOOKING_STATE_PENDING;
    row.teardown_ns = draw(3) * 10 * MINUTE;
    row.expires_ns = draw(6) ? BK_FIELD_NONE : DAY + draw(60 * 24) * HOUR;
    row.series_id = draw(4) ? BK_FIELD_NONE : 1 + draw(3);
    row.title = draw(2) ? apr_psprintf(p, "Choir %d%%", draw(3)) : NULL;
    row.group_name = draw(4) ? NULL : "choir";
    return row;
}

/* Rows that a random one keeps out are left out. What has expired by now would be ended by another
 * that wants its time: nothing has, for all of it is years ahead. */
static void fill(bk_db_t *db, apr_pool_t *p)
{
    seed = 1;
    for (count = 0; count < ROWS;) {
        booking_v1_t row = random_row(1 + count * 7919 % 10007, p);
        apr_status_t rv = v1->insert(db, &row, NULL, p);

        if (rv == APR_SUCCESS) {
            rows[count++] = row;
        }
        else if (rv == BOOKING_V1_STORE_TAKEN) {
            row.state = BOOKING_STATE_CANCELLED;
            row.occupies = 0;
            row.expires_ns = BK_FIELD_NONE;
            assert_int_equal(v1->insert(db, &row, NULL, p), APR_SUCCESS);
            rows[count++] = row;
        }
    }
}

/* ---- what looking at every row finds ------------------------------------------------------------
 */

static int state_of(const booking_v1_t *row, const booking_v1_filter_t *filter)
{
    if (row->occupies && row->expires_ns != BK_FIELD_NONE && row->expires_ns <= filter->now_ns) {
        return row->state == BOOKING_STATE_CONFIRMED ? BOOKING_STATE_RELEASED
                                                     : BOOKING_STATE_EXPIRED;
    }
    return (int)row->state;
}

static int is_wanted(const booking_v1_t *row, const booking_v1_filter_t *filter)
{
    return row->kind == BOOKING_KIND_BOOKING && row->end_ns > filter->from_ns &&
           row->start_ns < filter->to_ns && (filter->states >> state_of(row, filter) & 1) &&
           (!filter->user_id || row->user_id == filter->user_id) &&
           (!filter->space_id || strcmp(row->space_id, filter->space_id) == 0) &&
           (!filter->spaces || strstr(filter->spaces, row->space_id)) &&
           (!filter->group || (row->group_name && strcmp(row->group_name, filter->group) == 0)) &&
           (!filter->series_id || row->series_id == filter->series_id) &&
           (!filter->like || (row->title && strcmp(row->title, "Choir 1%") == 0)) &&
           (filter->by != BOOKING_V1_BY_PENDING || row->state == BOOKING_STATE_PENDING);
}

static int compare(const void *one, const void *other)
{
    const booking_v1_t *a = one, *b = other;

    if (a->start_ns != b->start_ns) {
        return a->start_ns < b->start_ns ? -1 : 1;
    }
    return a->id < b->id ? -1 : a->id > b->id;
}

/* ---- what the store finds -----------------------------------------------------------------------
 */

typedef struct found_t {
    apr_int64_t ids[ROWS], starts[ROWS];
    int count;
} found_t;

static apr_status_t keep(void *baton, const booking_v1_t *row)
{
    found_t *found = baton;

    assert_true(found->count < ROWS);
    found->starts[found->count] = row->start_ns;
    found->ids[found->count++] = row->id;
    return APR_SUCCESS;
}

/* Page by page. */
static void find(bk_db_t *db, booking_v1_filter_t filter, int page, found_t *found, apr_pool_t *p)
{
    int before;

    found->count = 0;
    filter.limit = page;
    do {
        apr_status_t rv;

        before = found->count;
        rv = v1->each(db, &filter, keep, found, p);
        assert_that(rv == APR_SUCCESS, "%d: %s", rv, bk_db_error(db));
        if (found->count > before) {
            filter.is_after = 1;
            filter.after_ns = found->starts[found->count - 1];
            filter.after_id = found->ids[found->count - 1];
        }
    } while (found->count == before + page);
}

static void expect(bk_db_t *db, const booking_v1_filter_t *filter, const char *what, apr_pool_t *p)
{
    static const int pages[] = {3, 1000};
    found_t found;
    size_t n;

    for (n = 0; n < UNIT_ROWS(pages); n++) {
        int i, wanted = 0;

        find(db, *filter, pages[n], &found, p);
        for (i = 0; i < count; i++) {
            const booking_v1_t *row = &rows[filter->is_descending ? count - 1 - i : i];

            if (is_wanted(row, filter)) {
                assert_that(wanted < found.count && found.ids[wanted] == row->id,
                            "%s, pages of %d: number %d is not the one that it should be", what,
                            pages[n], wanted);
                wanted++;
            }
        }
        assert_that(found.count == wanted, "%s, pages of %d: %d, not %d", what, pages[n],
                    found.count, wanted);
    }
}

#define AHEAD (1u << BOOKING_STATE_CONFIRMED | 1u << BOOKING_STATE_PENDING)
#define ALL ((1u << BOOKING_STATES) - 1)

static const struct {
    const char *what;
    booking_v1_filter_t filter;
} cases[] = {
    {"all", {.states = ALL}},
    {"ahead", {.states = AHEAD}},
    {"cancelled", {.states = 1u << BOOKING_STATE_CANCELLED}},
    {"expired", {.states = 1u << BOOKING_STATE_EXPIRED}},
    {"of a user", {.by = BOOKING_V1_BY_USER, .states = AHEAD, .user_id = 2}},
    {"of nobody", {.by = BOOKING_V1_BY_USER, .states = ALL, .user_id = 9}},
    {"of a space", {.by = BOOKING_V1_BY_SPACE, .states = AHEAD, .space_id = "Hall-1"}},
    {"ever of a space", {.by = BOOKING_V1_BY_SPACE, .states = ALL, .space_id = "Hall-1"}},
    {"cancelled of a space",
     {.by = BOOKING_V1_BY_SPACE, .states = 1u << BOOKING_STATE_CANCELLED, .space_id = "Hall-2"}},
    {"of spaces", {.states = AHEAD, .spaces = "[\"Hall-1\",\"Hall-3\"]"}},
    {"of a group", {.by = BOOKING_V1_BY_GROUP, .states = ALL, .group = "choir"}},
    {"of a series", {.by = BOOKING_V1_BY_SERIES, .states = ALL, .series_id = 2}},
    {"pending", {.by = BOOKING_V1_BY_PENDING, .states = 1u << BOOKING_STATE_PENDING}},
    {"like", {.states = ALL, .like = "%choir 1!%%"}},
};

static void test_lists(void **state)
{
    static const apr_int64_t spans[][2] = {{DAY - 100 * 24 * HOUR, APR_INT64_MAX},
                                           {DAY + 20 * 24 * HOUR, APR_INT64_MAX},
                                           {DAY + 20 * 24 * HOUR, DAY + 30 * 24 * HOUR},
                                           {APR_INT64_MIN, DAY + 9 * HOUR},
                                           {APR_INT64_MIN, APR_INT64_MAX},
                                           {APR_INT64_MAX, APR_INT64_MAX}};
    bk_db_t *db = open_store(*state);
    size_t i, n;
    int descending;

    fill(db, *state);
    qsort(rows, (size_t)count, sizeof(rows[0]), compare);
    for (i = 0; i < UNIT_ROWS(cases); i++) {
        for (n = 0; n < UNIT_ROWS(spans); n++) {
            for (descending = 0; descending < 2; descending++) {
                booking_v1_filter_t filter = cases[i].filter;

                filter.from_ns = spans[n][0];
                filter.to_ns = spans[n][1];
                filter.now_ns = DAY + 30 * 24 * HOUR;
                filter.is_descending = descending;
                expect(db, &filter,
                       apr_psprintf(*state, "%s, span %d%s", cases[i].what, (int)n,
                                    descending ? ", descending" : ""),
                       *state);
            }
        }
    }
}

/* ---- what is in the way -------------------------------------------------------------------------
 */

static void test_overlaps(void **state)
{
    bk_db_t *db = open_store(*state);
    int i, n;

    fill(db, *state);
    qsort(rows, (size_t)count, sizeof(rows[0]), compare);
    for (n = 0; n < 60; n++) {
        bk_span_t span = {DAY + n * 24 * HOUR, DAY + n * 24 * HOUR + (1 + n) * HOUR};
        found_t found = {.count = 0};
        int wanted = 0;

        assert_int_equal(v1->overlaps(db, "Hall-1", &span, rows[n].id, ROWS, keep, &found, *state),
                         APR_SUCCESS);
        for (i = 0; i < count; i++) {
            const booking_v1_t *row = &rows[i];

            if (row->occupies && row->id != rows[n].id && strcmp(row->space_id, "Hall-1") == 0 &&
                row->start_ns - row->setup_ns < span.end_ns &&
                row->end_ns + row->teardown_ns > span.start_ns) {
                assert_true(wanted < found.count && found.ids[wanted] == row->id);
                wanted++;
            }
        }
        assert_int_equal(found.count, wanted);
    }
}

static void test_external(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_v1_t row, found;

    seed = 7;
    row = random_row(5, *state);
    row.external_source = "timetable";
    row.external_key = "MATH-1";
    assert_int_equal(v1->insert(db, &row, NULL, *state), APR_SUCCESS);
    assert_int_equal(v1->find_external(db, "timetable", "MATH-1", &found, *state), APR_SUCCESS);
    assert_int_equal(found.id, 5);
    assert_int_equal(v1->find_external(db, "timetable", "MATH-2", &found, *state), APR_NOTFOUND);
    assert_int_equal(v1->find_external(db, "other", "MATH-1", &found, *state), APR_NOTFOUND);
    row.id = 6;
    row.space_id = "Hall-9";
    assert_int_equal(v1->insert(db, &row, NULL, *state), APR_EEXIST);
}

/* A check says what writing would say, and writes nothing. */
static void test_check(void **state)
{
    const bk_quota_t quota = {.id = "q", .per = BK_QUOTA_FUTURE, .count = 1};
    booking_limit_t limit = {.quota = &quota, .period = {DAY - 24 * HOUR, APR_INT64_MAX}};
    booking_limits_t limits = {.list = &limit, .count = 1};
    bk_db_t *db = open_store(*state);
    booking_v1_t row, other;

    seed = 7;
    row = random_row(5, *state);
    row.kind = BOOKING_KIND_BOOKING;
    row.state = BOOKING_STATE_CONFIRMED;
    row.occupies = 1;
    row.expires_ns = BK_FIELD_NONE;
    other = row;
    other.id = 6;
    assert_int_equal(v1->check(db, &row, &limits, *state), APR_SUCCESS);
    assert_int_equal(v1->find(db, 5, &other, *state), APR_NOTFOUND);
    assert_int_equal(v1->insert(db, &row, NULL, *state), APR_SUCCESS);
    assert_int_equal(v1->check(db, &row, &limits, *state), APR_SUCCESS);
    assert_int_equal(v1->check(db, &other, &limits, *state), BOOKING_V1_STORE_QUOTA);
    assert_int_equal(limits.full, 0);
    limits.count = 0;
    assert_int_equal(v1->check(db, &other, &limits, *state), BOOKING_V1_STORE_TAKEN);
    other.occupies = 0;
    assert_int_equal(v1->check(db, &other, &limits, *state), APR_SUCCESS);
}

/* ---- what a page costs --------------------------------------------------------------------------
 */

static int count_instruction(void *baton)
{
    ++*(int *)baton;
    return 0;
}

/* Instructions of SQLite's for ten bookings behind one of these. */
static int cost_behind(bk_db_t *db, booking_v1_filter_t filter, int n, apr_pool_t *p)
{
    static found_t found;
    const db_conn_t *conn = both_conns[both_count - 1];
    sqlite3 *native = apr_dbd_native_handle(conn->driver, conn->handle);
    int instructions = 0;

    filter.is_after = n > 0;
    filter.after_ns = DAY + n * HOUR;
    filter.after_id = n;
    filter.limit = 10;
    found.count = 0;
    sqlite3_progress_handler(native, 1, count_instruction, &instructions);
    assert_int_equal(v1->each(db, &filter, keep, &found, p), APR_SUCCESS);
    sqlite3_progress_handler(native, 0, NULL, NULL);
    assert_int_equal(found.count, 10);
    assert_int_equal(found.ids[0], n + 1);
    return instructions;
}

/* Bookings of a space, one after the other. Only SQLite can be asked what it did. */
static bk_db_t *open_with_rows(apr_pool_t *p)
{
    bk_db_t *db = open_store(p);
    apr_int64_t id;

    for (id = 1; both_path && id <= ROWS; id++) {
        booking_v1_t row =
            booking_fixture_row(id, "Hall-1", DAY + id * HOUR, DAY + (id + 1) * HOUR);

        EXPECT(db, v1->insert(db, &row, NULL, p), APR_SUCCESS);
    }
    return db;
}

/* Somebody moves a booking while a page is read: the row, and where it is moved to. */
typedef struct moving_t {
    bk_db_t *db; /* another connection */
    apr_int64_t id, to_ns;
    int seen; /* how often it was in the page */
    apr_pool_t *p;
} moving_t;

static apr_status_t move_row(void *baton, const booking_v1_t *row)
{
    moving_t *moving = baton;
    booking_v1_t moved = *row;

    if (row->id != moving->id || ++moving->seen > 1) {
        return APR_SUCCESS;
    }
    moved.start_ns = moving->to_ns;
    moved.end_ns = moving->to_ns + HOUR;
    moved.version++;
    EXPECT(moving->db, v1->update(moving->db, row, &moved, NULL, moving->p), APR_SUCCESS);
    return APR_SUCCESS;
}

/* A page of a space is of one moment, also if what is on it begins in the next weeks in part, and
 * in part later. */
static void test_page_of_a_space_is_of_one_moment(void **state)
{
    apr_pool_t *p = *state;
    bk_db_t *db = open_store(p);
    const booking_v1_filter_t filter = {.from_ns = DAY,
                                        .to_ns = APR_INT64_MAX,
                                        .states = 1,
                                        .space_id = "Hall-1",
                                        .limit = 50,
                                        .by = BOOKING_V1_BY_SPACE};
    moving_t moving = {.db = open_store(p), .id = 1, .to_ns = DAY + 100 * 24 * HOUR, .p = p};
    int i;

    for (i = 0; i < 3; i++) {
        apr_int64_t start = DAY + i * 45 * 24 * HOUR;
        booking_v1_t row = booking_fixture_row(1 + i, "Hall-1", start, start + HOUR);

        EXPECT(db, v1->insert(db, &row, NULL, p), APR_SUCCESS);
    }
    EXPECT(db, v1->each(db, &filter, move_row, &moving, p), APR_SUCCESS);
    assert_that(moving.seen == 1, "one that is moved while the page is read is there %d times",
                moving.seen);
}

/* PostgreSQL finds the beginning of a page by the same index. */
static void test_last_page_costs_as_much_as_first(void **state)
{
    static const booking_v1_by_t orders[] = {BOOKING_V1_BY_START, BOOKING_V1_BY_USER};
    bk_db_t *db = open_with_rows(*state);
    unsigned int i;

    for (i = 0; both_path && i < UNIT_ROWS(orders); i++) {
        booking_v1_filter_t filter = {.from_ns = APR_INT64_MIN,
                                      .to_ns = APR_INT64_MAX,
                                      .states = 1,
                                      .user_id = orders[i] == BOOKING_V1_BY_USER ? 7 : 0,
                                      .by = orders[i]};
        int first = cost_behind(db, filter, 0, *state);
        int last = cost_behind(db, filter, ROWS - 10, *state);

        assert_that(last < first * 3 / 2, "order %u: %d instructions, and %d for the first", i,
                    last, first);
    }
}

/* However long nothing begins in a space, its bookings are not looked for piece by piece. */
static void test_page_of_a_space_costs_as_much_if_nothing_begins_soon(void **state)
{
    bk_db_t *db = open_with_rows(*state);
    booking_v1_filter_t filter = {.from_ns = DAY,
                                  .to_ns = APR_INT64_MAX,
                                  .states = 1,
                                  .space_id = "Hall-1",
                                  .by = BOOKING_V1_BY_SPACE};

    if (both_path) {
        int soon = cost_behind(db, filter, 0, *state), late;

        filter.from_ns = DAY - 2400 * HOUR;
        late = cost_behind(db, filter, 0, *state);
        assert_that(late < soon * 3 / 2, "%d instructions, and %d where some begin soon", late,
                    soon);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_lists, both_renew),
        cmocka_unit_test_setup(test_overlaps, both_renew),
        cmocka_unit_test_setup(test_external, both_renew),
        cmocka_unit_test_setup(test_check, both_renew),
        cmocka_unit_test_setup(test_page_of_a_space_is_of_one_moment, both_renew),
        cmocka_unit_test_setup(test_last_page_costs_as_much_as_first, both_renew),
        cmocka_unit_test_setup(test_page_of_a_space_costs_as_much_if_nothing_begins_soon,
                               both_renew),
    };

    return both_run("booking_v1_store_dbd lists", tests);
}

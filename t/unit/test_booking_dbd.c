/* The store of bookings in a database: the rules that it keeps, on SQLite and on PostgreSQL. */
#include "booking_fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_time.h"
#include "booking_limits.h"
#include "booking_v1_store.h"

static const booking_store_verbs_t *const base = &booking_store_dbd;
static const booking_v1_store_verbs_t *const v1 = &booking_v1_store_dbd;

#define MINUTE APR_INT64_C(60000000000)
/* 2030-05-14T00:00:00Z */
#define DAY APR_INT64_C(1904947200000000000)
#define AT(hour, minute) (DAY + ((hour)*60 + (minute)) * MINUTE)

static bk_db_t *open_store(apr_pool_t *p)
{
    bk_db_t *db = NULL;
    apr_status_t rv = both_attach(&db, &booking_store_dbd_schema, p);

    assert_that(rv == APR_SUCCESS, "%s", bk_db_error(db));
    return db;
}

static void add(bk_db_t *db, booking_v1_t row, apr_status_t expected, apr_pool_t *p)
{
    EXPECT(db, v1->insert(db, &row, NULL, p), expected);
}

static apr_status_t add_base(bk_db_t *db, apr_int64_t id, apr_int64_t start, apr_int64_t end,
                             int *conflict)
{
    booking_t booking = {.id = id,
                         .space_id = "Hall-1",
                         .user_id = 7,
                         .date = "2030-05-14",
                         .occupants = 1,
                         .start_ns = start,
                         .end_ns = end};

    return base->insert(db, &booking, conflict);
}

static booking_v1_t must_find(bk_db_t *db, apr_int64_t id, apr_pool_t *p)
{
    booking_v1_t row;

    EXPECT(db, v1->find(db, id, &row, p), APR_SUCCESS);
    return row;
}

/* The number that a statement of somebody else's finds. */
static apr_int64_t number(const char *sql)
{
    if (both_path) {
        return db_raw_number(both_conns[0], sql);
    }
    return apr_atoi64(pg_query(sql));
}

/* ---- what occupies a space ----------------------------------------------------------------------
 */

static void test_row(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_v1_t row = booking_fixture_row(1, "Hall-1", AT(10, 0), AT(11, 0)), found;

    row.title = "Thesis";
    row.notes = "\xc3\xa4";
    row.attributes = "{}";
    row.participants = "[]";
    row.is_private = 1;
    row.expires_ns = AT(9, 0);
    row.external_source = "s";
    row.external_key = "k";
    row.series_id = 12;
    row.occurrence = "2030-05-14T10:00";
    row.overridden = "hours";
    add(db, row, APR_SUCCESS, *state);
    found = must_find(db, 1, *state);
    assert_true(bk_fields_equal(&booking_v1_fields, &row, &found));
    EXPECT(db, v1->find(db, 2, &found, *state), APR_NOTFOUND);
}

static void test_overlap(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_v1_t row = booking_fixture_row(5, "Hall-1", AT(10, 30), AT(10, 40));

    add(db, booking_fixture_row(1, "Hall-1", AT(10, 0), AT(11, 0)), APR_SUCCESS, *state);
    add(db, booking_fixture_row(2, "Hall-1", AT(11, 0), AT(12, 0)), APR_SUCCESS, *state);
    add(db, booking_fixture_row(3, "Hall-1", AT(9, 0), AT(10, 1)), BOOKING_V1_STORE_TAKEN, *state);
    add(db, booking_fixture_row(4, "Hall-2", AT(10, 0), AT(11, 0)), APR_SUCCESS, *state);
    row.occupies = 0;
    row.state = BOOKING_STATE_CANCELLED;
    add(db, row, APR_SUCCESS, *state);
    add(db, booking_fixture_row(1, "Hall-3", AT(10, 0), AT(11, 0)), APR_EEXIST, *state);
}

/* What is kept free around two bookings adds up. */
static void test_buffers(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_v1_t first = booking_fixture_row(1, "Hall-1", AT(10, 0), AT(11, 0));
    booking_v1_t next = booking_fixture_row(2, "Hall-1", AT(11, 14), AT(12, 0));
    int conflict;

    first.teardown_ns = 10 * MINUTE;
    next.setup_ns = 5 * MINUTE;
    add(db, first, APR_SUCCESS, *state);
    add(db, next, BOOKING_V1_STORE_TAKEN, *state);
    EXPECT(db, add_base(db, 3, AT(11, 9), AT(12, 0), &conflict), APR_SUCCESS);
    assert_true(conflict);
    next.start_ns = AT(11, 15);
    add(db, next, APR_SUCCESS, *state);
}

/* Pending requests, holds and closures take the time as bookings do. */
static void test_kinds(void **state)
{
    bk_db_t *db = open_store(*state);
    int kind, conflict;

    for (kind = BOOKING_KIND_BOOKING; kind <= BOOKING_KIND_CLOSURE; kind++) {
        booking_v1_t row = booking_fixture_row(10 + kind, "Hall-1", AT(kind, 0), AT(kind, 30));

        row.kind = kind;
        row.state = kind == BOOKING_KIND_BOOKING ? BOOKING_STATE_PENDING : 0;
        add(db, row, APR_SUCCESS, *state);
        EXPECT(db, add_base(db, 20, AT(kind, 10), AT(kind, 20), &conflict), APR_SUCCESS);
        assert_that(conflict, "kind %d was no conflict", kind);
    }
}

/* ---- what has expired ---------------------------------------------------------------------------
 */

static booking_v1_t expiring(apr_int64_t id, apr_int64_t expires)
{
    booking_v1_t row = booking_fixture_row(id, "Hall-1", AT(10, 0), AT(11, 0));

    row.kind = BOOKING_KIND_HOLD;
    row.expires_ns = expires;
    return row;
}

static void test_expired(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_v1_t hold = expiring(1, bk_time_now() + 3600 * 60 * MINUTE);
    booking_v1_t late = booking_fixture_row(2, "Hall-2", AT(10, 0), AT(11, 0)), after;
    int conflict;

    add(db, hold, APR_SUCCESS, *state);
    EXPECT(db, add_base(db, 3, AT(10, 0), AT(11, 0), &conflict), APR_SUCCESS);
    assert_true(conflict);
    after = hold;
    after.version = 2;
    after.expires_ns = bk_time_now() - MINUTE;
    EXPECT(db, v1->update(db, &hold, &after, NULL, *state), APR_SUCCESS);
    EXPECT(db, add_base(db, 3, AT(10, 0), AT(11, 0), &conflict), APR_SUCCESS);
    assert_false(conflict);
    after = must_find(db, 1, *state);
    assert_int_equal(after.state, BOOKING_STATE_EXPIRED);
    assert_int_equal(after.version, 3);
    assert_int_equal(after.changed_by, BOOKING_BY_HOUSE);
    /* to whom nobody came */
    late.expires_ns = bk_time_now() - MINUTE;
    add(db, late, APR_SUCCESS, *state);
    add(db, booking_fixture_row(4, "Hall-2", AT(10, 30), AT(11, 0)), APR_SUCCESS, *state);
    assert_int_equal(must_find(db, 2, *state).state, BOOKING_STATE_RELEASED);
}

/* ---- changing -----------------------------------------------------------------------------------
 */

static apr_status_t move(bk_db_t *db, apr_int64_t id, const char *space, apr_int64_t start,
                         apr_int64_t end, apr_pool_t *p)
{
    booking_v1_t before = must_find(db, id, p), after = before;

    after.version++;
    after.space_id = space;
    after.start_ns = start;
    after.end_ns = end;
    after.changed_ns = bk_time_now();
    after.changed_by = 8;
    return v1->update(db, &before, &after, NULL, p);
}

static void test_move(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_v1_t before = booking_fixture_row(1, "Hall-1", AT(10, 0), AT(11, 0)), after = before,
                 found;

    add(db, before, APR_SUCCESS, *state);
    add(db, booking_fixture_row(2, "Hall-2", AT(10, 0), AT(11, 0)), APR_SUCCESS, *state);
    EXPECT(db, move(db, 1, "Hall-2", AT(10, 30), AT(11, 30), *state), BOOKING_V1_STORE_TAKEN);
    found = must_find(db, 1, *state);
    assert_true(bk_fields_equal(&booking_v1_fields, &before, &found));
    EXPECT(db, move(db, 1, "Hall-1", AT(10, 30), AT(11, 30), *state), APR_SUCCESS);
    EXPECT(db, move(db, 1, "Hall-2", AT(11, 0), AT(12, 0), *state), APR_SUCCESS);
    /* by somebody who has read it before that */
    after.version++;
    EXPECT(db, v1->update(db, &before, &after, NULL, *state), BOOKING_V1_STORE_CHANGED);
    add(db, booking_fixture_row(3, "Hall-1", AT(10, 0), AT(11, 30)), APR_SUCCESS, *state);
}

/* Into a place that only an expired hold has. */
static void test_move_over_expired(void **state)
{
    bk_db_t *db = open_store(*state);

    add(db, expiring(1, bk_time_now() - MINUTE), APR_SUCCESS, *state);
    add(db, booking_fixture_row(2, "Hall-2", AT(10, 0), AT(11, 0)), APR_SUCCESS, *state);
    EXPECT(db, move(db, 2, "Hall-1", AT(10, 0), AT(11, 0), *state), APR_SUCCESS);
    assert_int_equal(must_find(db, 1, *state).occupies, 0);
}

typedef struct mover_t {
    bk_db_t *db;
    apr_int64_t id;
    const char *to;
    apr_status_t rv;
    pthread_t thread;
} mover_t;

static void *run_mover(void *data)
{
    mover_t *mover = data;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    mover->rv = move(mover->db, mover->id, mover->to, AT(10, 0), AT(11, 0), p);
    apr_pool_destroy(p);
    return NULL;
}

/* Each wants the other's place: both are refused, and neither because it waited for the other. */
static void test_two_moves(void **state)
{
    bk_db_t *db = open_store(*state);
    mover_t movers[] = {{open_store(*state), 1, "Hall-2", 0, 0},
                        {open_store(*state), 2, "Hall-1", 0, 0}};
    int round, i;

    add(db, booking_fixture_row(1, "Hall-1", AT(10, 0), AT(11, 0)), APR_SUCCESS, *state);
    add(db, booking_fixture_row(2, "Hall-2", AT(10, 0), AT(11, 0)), APR_SUCCESS, *state);
    for (round = 0; round < 20; round++) {
        for (i = 0; i < 2; i++) {
            assert_int_equal(pthread_create(&movers[i].thread, NULL, run_mover, &movers[i]), 0);
        }
        for (i = 0; i < 2; i++) {
            pthread_join(movers[i].thread, NULL);
        }
        for (i = 0; i < 2; i++) {
            EXPECT(movers[i].db, movers[i].rv, BOOKING_V1_STORE_TAKEN);
        }
    }
}

/* ---- quotas -------------------------------------------------------------------------------------
 */

enum { QUOTA = 3, BOOKERS = 10 };

static const bk_quota_t three = {.id = "open", .per = BK_QUOTA_FUTURE, .count = QUOTA};

typedef struct booker_t {
    bk_db_t *db;
    int number;
    _Atomic int *booked, *full;
    pthread_t thread;
} booker_t;

static void *run_booker(void *data)
{
    booker_t *booker = data;
    booking_limit_t limit = {&three, {DAY, APR_INT64_MAX}, "study", NULL};
    booking_limits_t limits = {&limit, 1, -1};
    char space[20];
    apr_pool_t *p;
    int i;

    apr_pool_create(&p, NULL);
    for (i = 0; i < 5; i++) {
        booking_v1_t row =
            booking_fixture_row(100 + booker->number * 5 + i, space, AT(10, 0), AT(11, 0));
        apr_status_t rv;

        apr_snprintf(space, sizeof(space), "Hall-%d", booker->number * 5 + i);
        row.policy = "study";
        rv = v1->insert(booker->db, &row, &limits, p);
        if (rv == APR_SUCCESS) {
            (*booker->booked)++;
        }
        else if (rv == BOOKING_V1_STORE_QUOTA && limits.full == 0) {
            (*booker->full)++;
        }
    }
    apr_pool_destroy(p);
    return NULL;
}

/* Fifty at once, of ten connections, in as many spaces. */
static void test_quota(void **state)
{
    bk_db_t *db = open_store(*state);
    booker_t bookers[BOOKERS];
    _Atomic int booked = 0, full = 0;
    int i;

    for (i = 0; i < BOOKERS; i++) {
        bookers[i] = (booker_t){open_store(*state), i, &booked, &full, 0};
    }
    for (i = 0; i < BOOKERS; i++) {
        assert_int_equal(pthread_create(&bookers[i].thread, NULL, run_booker, &bookers[i]), 0);
    }
    for (i = 0; i < BOOKERS; i++) {
        pthread_join(bookers[i].thread, NULL);
    }
    assert_int_equal(booked, QUOTA);
    assert_int_equal(full, BOOKERS * 5 - QUOTA);
    assert_int_equal(number("SELECT count(*) FROM bookings"), QUOTA);
    (void)db;
}

static booking_used_t used_of(bk_db_t *db, const bk_quota_t *quota, apr_int64_t from,
                              apr_int64_t to, const char *policy, apr_pool_t *p)
{
    booking_limit_t limit = {quota, {from, to}, policy, NULL};
    booking_used_t used;

    EXPECT(db, v1->used(db, 7, &limit, &used, p), APR_SUCCESS);
    return used;
}

static void test_used(void **state)
{
    static const bk_quota_t day = {.id = "day", .per = BK_QUOTA_DAY, .minutes = 100};
    static const bk_quota_t concurrent = {.id = "one", .per = BK_QUOTA_CONCURRENT, .count = 1};
    bk_db_t *db = open_store(*state);
    booking_v1_t row = booking_fixture_row(1, "Hall-1", AT(10, 0), AT(11, 0));
    booking_used_t used;

    row.policy = "study";
    add(db, row, APR_SUCCESS, *state);
    add(db, booking_fixture_row(2, "Hall-2", AT(20, 0), AT(21, 30)), APR_SUCCESS, *state);
    used = used_of(db, &day, DAY, AT(24, 0), NULL, *state);
    assert_int_equal(used.count, 2);
    assert_int_equal(used.minutes, 150);
    used = used_of(db, &day, DAY, AT(24, 0), "study", *state);
    assert_int_equal(used.minutes, 60);
    assert_int_equal(used_of(db, &day, AT(10, 30), AT(24, 0), NULL, *state).count, 1);
    assert_int_equal(used_of(db, &concurrent, AT(10, 30), AT(10, 40), NULL, *state).count, 1);
    assert_int_equal(used_of(db, &concurrent, AT(11, 0), AT(12, 0), NULL, *state).count, 0);
    /* cancelled in time; and after it had begun */
    EXPECT(db, base->remove(db, "2030-05-14", 1, 0, 7), APR_SUCCESS);
    assert_int_equal(used_of(db, &day, DAY, AT(24, 0), NULL, *state).count, 1);
    row = booking_fixture_row(3, "Hall-3", 60 * MINUTE, 120 * MINUTE);
    add(db, row, APR_SUCCESS, *state);
    assert_int_equal(used_of(db, &day, 0, 60 * 24 * MINUTE, NULL, *state).count, 1);
    row.date = "1970-01-01";
    EXPECT(db, base->remove(db, "2030-05-14", 3, 0, 7), APR_SUCCESS);
    assert_int_equal(used_of(db, &day, 0, 60 * 24 * MINUTE, NULL, *state).count, 1);
}

/* What is counted by indexes is what looking at each row finds: short bookings and long ones,
 * around the moment from which they count. */
enum { ROWS = 120 };

static void add_many(bk_db_t *db, booking_v1_t *rows, apr_pool_t *p)
{
    static const apr_int64_t lengths[] = {
        30 * MINUTE,     23 * 60 * MINUTE,         24 * 60 * MINUTE,
        BK_TIME_DAY + 1, BK_TIME_DAY + 2 * MINUTE, 9 * BK_TIME_DAY};
    int i;

    for (i = 0; i < ROWS; i++) {
        apr_int64_t start = DAY + (i * 37 % 240) * 60 * MINUTE + i % 2;

        rows[i] = booking_fixture_row(i + 1, apr_psprintf(p, "Hall-%d", i), start,
                                      start + lengths[i % 6]);
        rows[i].user_id = 7 + (i % 5 == 0);
        rows[i].policy = i % 3 ? "study" : NULL;
        rows[i].building = i % 4 ? "A" : NULL;
        add(db, rows[i], APR_SUCCESS, p);
    }
}

static booking_used_t look(const booking_limit_t *limit, const booking_v1_t *rows)
{
    booking_used_t found = {0};
    int i;

    for (i = 0; i < ROWS; i++) {
        if (rows[i].user_id == 7 && booking_limits_has(limit, &rows[i])) {
            found.count++;
            found.minutes += booking_limits_minutes(&rows[i]);
        }
    }
    return found;
}

/* @return what came of one more, of a minute */
static apr_status_t book_one(bk_db_t *db, booking_limit_t limit, apr_int64_t count,
                             apr_int64_t minutes, apr_pool_t *p)
{
    const bk_quota_t quota = {
        .id = "q", .per = limit.quota->per, .count = (int)count, .minutes = (int)minutes};
    booking_limits_t limits = {.list = &limit, .count = 1};
    booking_v1_t row = booking_fixture_row(1000, "Hall-1000", limit.period.start_ns,
                                           limit.period.start_ns + MINUTE);

    limit.quota = &quota;
    return v1->insert(db, &row, &limits, p);
}

static void compare_used(bk_db_t *db, const booking_limit_t *limit, const booking_v1_t *rows,
                         apr_pool_t *p)
{
    booking_used_t used, expected = look(limit, rows);

    EXPECT(db, v1->used(db, 7, limit, &used, p), APR_SUCCESS);
    assert_that(used.count == expected.count && used.minutes == expected.minutes,
                "quota per %d from hour %d: %d bookings of %d minutes, not %d of %d",
                limit->quota->per, (int)((limit->period.start_ns - DAY) / BK_TIME_HOUR),
                (int)used.count, (int)used.minutes, (int)expected.count, (int)expected.minutes);
}

static void test_quotas_count_as_a_look_at_each_row(void **state)
{
    static const bk_quota_t quotas[] = {{.id = "d", .per = BK_QUOTA_DAY},
                                        {.id = "f", .per = BK_QUOTA_FUTURE},
                                        {.id = "c", .per = BK_QUOTA_CONCURRENT}};
    bk_db_t *db = open_store(*state);
    booking_v1_t rows[ROWS];
    int i;

    add_many(db, rows, *state);
    for (i = 0; i < 20 * 3 * 4; i++) {
        const bk_quota_t *quota = &quotas[i % 3];
        apr_int64_t from = DAY + i / 12 * 12 * BK_TIME_HOUR;
        booking_limit_t limit = {
            quota,
            {from, quota->per == BK_QUOTA_FUTURE ? APR_INT64_MAX : from + BK_TIME_DAY},
            i / 3 % 2 ? "study" : NULL,
            i / 6 % 2 ? "A" : NULL};

        compare_used(db, &limit, rows, *state);
    }
}

/* Who has fewer bookings than a limit allows is let through uncounted: whoever has as many is not,
 * however long they are and whenever they began. */
static void test_who_has_few_has_fewer_than_allowed(void **state)
{
    static const bk_quota_t quotas[] = {{.id = "d", .per = BK_QUOTA_DAY},
                                        {.id = "f", .per = BK_QUOTA_FUTURE},
                                        {.id = "c", .per = BK_QUOTA_CONCURRENT}};
    bk_db_t *db = open_store(*state);
    booking_v1_t rows[ROWS];
    int i, tried = 0;

    add_many(db, rows, *state);
    for (i = 0; i < 22 * 3; i++) {
        const bk_quota_t *quota = &quotas[i % 3];
        apr_int64_t from = DAY + i / 3 * 12 * BK_TIME_HOUR;
        booking_limit_t limit = {
            quota, {from, quota->per == BK_QUOTA_FUTURE ? APR_INT64_MAX : from + BK_TIME_DAY}};
        booking_used_t used = look(&limit, rows);

        if (used.count) {
            assert_that(book_one(db, limit, used.count, 0, *state) == BOOKING_V1_STORE_QUOTA,
                        "quota per %d from hour %d: more than %d bookings", quota->per,
                        (int)((from - DAY) / BK_TIME_HOUR), (int)used.count);
            tried++;
        }
    }
    assert_true(tried > 40);
    EXPECT(db, book_one(db, (booking_limit_t){&quotas[1], {DAY, APR_INT64_MAX}}, ROWS, 0, *state),
           APR_SUCCESS);
}

static void test_limits_are_those_that_are_counted(void **state)
{
    static const bk_quota_t ahead = {.id = "f", .per = BK_QUOTA_FUTURE};
    booking_limit_t limit = {&ahead, {DAY + 5 * BK_TIME_DAY, APR_INT64_MAX}, "study", "A"};
    bk_db_t *db = open_store(*state);
    booking_v1_t rows[ROWS];
    booking_used_t used;

    add_many(db, rows, *state);
    used = look(&limit, rows);
    assert_true(used.count > 5 && used.minutes > 5);
    EXPECT(db, book_one(db, limit, used.count, 0, *state), BOOKING_V1_STORE_QUOTA);
    EXPECT(db, book_one(db, limit, 0, used.minutes, *state), BOOKING_V1_STORE_QUOTA);
    EXPECT(db, book_one(db, limit, used.count + 1, used.minutes + 1, *state), APR_SUCCESS);
}

/* ---- the base API -------------------------------------------------------------------------------
 */

static void test_base(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_v1_t pending = booking_fixture_row(2, "Hall-2", AT(10, 0), AT(11, 0));
    booking_t found;
    int conflict;

    EXPECT(db, add_base(db, 1, AT(10, 0), AT(11, 0), &conflict), APR_SUCCESS);
    assert_false(conflict);
    EXPECT(db, base->find(db, "2030-05-14", 1, &found, *state), APR_SUCCESS);
    assert_int_equal(found.version, 1);
    EXPECT(db, base->find(db, "2030-05-15", 1, &found, *state), APR_NOTFOUND);
    EXPECT(db, base->find_date(db, "2030-05-14", *state), APR_SUCCESS);
    EXPECT(db, base->find_date(db, "2030-05-15", *state), APR_NOTFOUND);
    EXPECT(db, base->find_date(db, "yesterday", *state), APR_NOTFOUND);
    pending.state = BOOKING_STATE_PENDING;
    add(db, pending, APR_SUCCESS, *state);
    EXPECT(db, base->find(db, "2030-05-14", 2, &found, *state), APR_NOTFOUND);
    EXPECT(db, base->remove(db, "2030-05-14", 2, 0, 7), APR_NOTFOUND);
    EXPECT(db, base->remove(db, "2030-05-14", 1, 2, 7), APR_NOTFOUND);
    EXPECT(db, base->remove(db, "2030-05-14", 1, 1, 9), APR_SUCCESS);
    EXPECT(db, base->remove(db, "2030-05-14", 1, 0, 9), APR_NOTFOUND);
    EXPECT(db, base->find(db, "2030-05-14", 1, &found, *state), APR_NOTFOUND);
    EXPECT(db, base->find_date(db, "2030-05-14", *state), APR_NOTFOUND);
    assert_int_equal(must_find(db, 1, *state).state, BOOKING_STATE_CANCELLED);
    assert_int_equal(must_find(db, 1, *state).changed_by, 9);
    EXPECT(db, add_base(db, 3, AT(10, 0), AT(11, 0), &conflict), APR_SUCCESS);
    assert_false(conflict);
}

/* ---- the log ------------------------------------------------------------------------------------
 */

static void test_log(void **state)
{
    bk_db_t *db = open_store(*state);
    int conflict;

    EXPECT(db, add_base(db, 1, AT(10, 0), AT(11, 0), &conflict), APR_SUCCESS);
    EXPECT(db, add_base(db, 2, AT(10, 0), AT(11, 0), &conflict), APR_SUCCESS);
    assert_int_equal(number("SELECT count(*) FROM booking_events"), 1);
    assert_int_equal(number("SELECT count(*) FROM booking_events WHERE version = 1 AND actor = 7"
                            " AND via = 0 AND state = 0 AND old_state IS NULL AND at_ns > 0"),
                     1);
    EXPECT(db, move(db, 1, "Hall-2", AT(12, 0), AT(13, 0), *state), APR_SUCCESS);
    EXPECT(db, base->remove(db, "2030-05-14", 1, 0, 9), APR_SUCCESS);
    assert_int_equal(number("SELECT count(*) FROM booking_events"), 3);
    assert_int_equal(number("SELECT actor FROM booking_events WHERE version = 2"
                            " AND old_space_id = 'Hall-1' AND space_id = 'Hall-2'"
                            " AND old_start_ns < start_ns AND old_state = 0"),
                     8);
    assert_int_equal(number("SELECT actor FROM booking_events WHERE version = 3 AND state = 2"
                            " AND old_state = 0 AND old_user_id = 7"),
                     9);
}

/* A change by hand is logged, too, with the time of the database's clock. */
static void test_log_by_hand(void **state)
{
    bk_db_t *db = open_store(*state);
    const char *sql = "UPDATE bookings SET state = 2, occupies = 0, version = 2 WHERE id = 1";
    apr_int64_t now = bk_time_now(), at;

    add(db, booking_fixture_row(1, "Hall-1", AT(10, 0), AT(11, 0)), APR_SUCCESS, *state);
    if (both_path) {
        assert_int_equal(db_raw(both_conns[0], sql), SQLITE_OK);
    }
    else {
        pg_query(sql);
    }
    at = number("SELECT at_ns FROM booking_events WHERE version = 2");
    assert_that(at >= now - MINUTE && at <= bk_time_now() + MINUTE, "at %" APR_INT64_T_FMT, at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_row, both_renew),
        cmocka_unit_test_setup(test_overlap, both_renew),
        cmocka_unit_test_setup(test_buffers, both_renew),
        cmocka_unit_test_setup(test_kinds, both_renew),
        cmocka_unit_test_setup(test_expired, both_renew),
        cmocka_unit_test_setup(test_move, both_renew),
        cmocka_unit_test_setup(test_move_over_expired, both_renew),
        cmocka_unit_test_setup(test_two_moves, both_renew),
        cmocka_unit_test_setup(test_quota, both_renew),
        cmocka_unit_test_setup(test_used, both_renew),
        cmocka_unit_test_setup(test_quotas_count_as_a_look_at_each_row, both_renew),
        cmocka_unit_test_setup(test_who_has_few_has_fewer_than_allowed, both_renew),
        cmocka_unit_test_setup(test_limits_are_those_that_are_counted, both_renew),
        cmocka_unit_test_setup(test_base, both_renew),
        cmocka_unit_test_setup(test_log, both_renew),
        cmocka_unit_test_setup(test_log_by_hand, both_renew),
    };

    return both_run("booking_store_dbd", tests);
}

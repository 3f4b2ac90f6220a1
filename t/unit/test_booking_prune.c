/* What is long over is deleted, or is about nobody any more, on SQLite and on PostgreSQL. */
#include "booking_fixture.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_time.h"
#include "booking_events_store.h"
#include "booking_prune.h"

static const booking_v1_store_verbs_t *const v1 = &booking_v1_store_dbd;

#define DAY (86400 * APR_INT64_C(1000000000))
/* 2030-05-14T00:00:00Z */
#define NOW APR_INT64_C(1904947200000000000)

static apr_int64_t number(const char *sql)
{
    return both_path ? db_raw_number(both_conns[0], sql) : apr_atoi64(pg_query(sql));
}

/* A booking that ends so many days from NOW, with all that is personal. */
static booking_v1_t row_of(apr_int64_t id, apr_int64_t days)
{
    booking_v1_t row =
        booking_fixture_row(id, "Hall-1", NOW + days * DAY - DAY / 2 + id, NOW + days * DAY);

    row.occupies = 0;
    row.occupants = 4;
    row.title = "Ann's thesis";
    row.notes = "call me";
    row.attributes = "{\"purpose\":\"Ann\"}";
    row.participants = "[{\"email\":\"ann@example.org\"}]";
    row.created_by = 8;
    row.created_ns = NOW + days * DAY - DAY;
    row.reason = "Ann asked";
    return row;
}

static void add(bk_db_t *db, apr_int64_t id, apr_int64_t days, apr_pool_t *p)
{
    booking_v1_t row = row_of(id, days);

    EXPECT(db, v1->insert(db, &row, NULL, p), APR_SUCCESS);
}

static void move(bk_db_t *db, apr_int64_t id, apr_int64_t days, apr_pool_t *p)
{
    booking_v1_t before, after;

    EXPECT(db, v1->find(db, id, &before, p), APR_SUCCESS);
    after = before;
    after.version++;
    after.start_ns = NOW + days * DAY - DAY / 2;
    after.end_ns = NOW + days * DAY;
    after.changed_by = 9;
    after.changed_ns = NOW - 5 * DAY;
    EXPECT(db, v1->update(db, &before, &after, NULL, p), APR_SUCCESS);
}

enum { OLD = 1100 }; /* more than two pages */

/* Many that are long over; one that was moved to where it is long over, and one away from there. */
static bk_db_t *fill(apr_pool_t *p)
{
    bk_db_t *db = NULL;
    int i;

    EXPECT(db, both_attach(&db, &booking_store_dbd_schema, p), APR_SUCCESS);
    EXPECT(db, bk_db_begin(db), APR_SUCCESS);
    for (i = 1; i <= OLD; i++) {
        add(db, i, -500, p);
    }
    add(db, 2001, 300, p);
    move(db, 2001, -450, p);
    add(db, 2002, -450, p);
    move(db, 2002, 300, p);
    add(db, 2003, -10, p);
    EXPECT(db, bk_db_end(db, APR_SUCCESS), APR_SUCCESS);
    return db;
}

/* A statement of somebody else's. */
static void do_raw(const char *sql)
{
    if (both_path) {
        assert_int_equal(db_raw(both_conns[0], sql), SQLITE_OK);
    }
    else {
        pg_query(sql);
    }
}

static void test_series_and_closures(void **state)
{
    bk_db_t *db = fill(*state);
    booking_prune_done_t done;

    do_raw("INSERT INTO series (id, space_id, user_id, start_wall, minutes, time_zone, rule, "
           "left_out, title,"
           " created_by, created_ns, changed_by, changed_ns, version) VALUES"
           " (1, 'Hall-1', 7, '', 60, 'UTC', '{}', '[]', 'Ann', 7, 1, 7, 1, 1),"
           " (2, 'Hall-1', 7, '', 60, 'UTC', '{}', '[]', 'Ann', 7, 1, 7, 1, 1)");
    do_raw("UPDATE bookings SET series_id = 1 WHERE id < 10");
    do_raw("UPDATE bookings SET series_id = 2 WHERE id IN (10, 2003)");
    do_raw("INSERT INTO closures (id, start_ns, end_ns, spaces, reason, is_public, is_ended,"
           " created_by, created_ns, changed_by, changed_ns, version) VALUES"
           " (1, 1, 2, '[]', 'Ann moves', 1, 0, 7, 1, 7, 1, 1),"
           " (2, 1, 1904947200000000000, '[]', 'Ann moves', 1, 0, 7, 1, 7, 1, 1)");
    EXPECT(db, booking_prune_anonymise(db, NOW - 400 * DAY, &done, *state), APR_SUCCESS);
    assert_int_equal(number("SELECT count(*) FROM series WHERE user_id = 0"
                            " AND created_by = 0 AND changed_by = 0 AND title IS NULL AND id = 1"),
                     1);
    assert_int_equal(number("SELECT count(*) FROM series WHERE user_id = 7"), 1);
    assert_int_equal(number("SELECT count(*) FROM closures WHERE created_by = 0"
                            " AND changed_by = 0 AND reason = '' AND id = 1"),
                     1);
    assert_int_equal(number("SELECT count(*) FROM closures WHERE created_by = 7"), 1);
}

#define PERSONAL                                                                                   \
    "(user_id <> 0 OR created_by IS NOT NULL OR changed_by IS NOT NULL OR title IS NOT NULL "      \
    "OR notes IS NOT NULL OR attributes IS NOT NULL OR participants IS NOT NULL OR reason IS NOT " \
    "NULL)"

static void test_delete(void **state)
{
    bk_db_t *db = fill(*state);
    booking_prune_done_t done;

    EXPECT(db, booking_prune(db, NOW - 400 * DAY, &done, *state), APR_SUCCESS);
    assert_int_equal(done.bookings, OLD + 1);
    assert_int_equal(number("SELECT count(*) FROM bookings"), 2);
    assert_int_equal(number("SELECT count(*) FROM bookings WHERE title IS NOT NULL"), 2);
    assert_int_equal(done.deleted, OLD);
    /* what remains of the log is of 2001, which is gone, and of those that are there */
    assert_int_equal(done.anonymised, 2);
    assert_int_equal(number("SELECT count(*) FROM booking_events WHERE user_id <> 0"), 3);
    EXPECT(db, booking_prune(db, NOW - 400 * DAY, &done, *state), APR_SUCCESS);
    assert_int_equal(done.bookings + done.deleted + done.anonymised, 0);
}

static void test_anonymise(void **state)
{
    bk_db_t *db = fill(*state);
    apr_int64_t events = number("SELECT count(*) FROM booking_events");
    booking_prune_done_t done;

    EXPECT(db, booking_prune_anonymise(db, NOW - 400 * DAY, &done, *state), APR_SUCCESS);
    assert_int_equal(done.bookings, OLD + 1);
    assert_int_equal(done.deleted, 0);
    assert_int_equal(done.anonymised, OLD + 2);
    assert_int_equal(number("SELECT count(*) FROM bookings"), OLD + 3);
    assert_int_equal(number("SELECT count(*) FROM bookings WHERE " PERSONAL), 2);
    assert_int_equal(number("SELECT sum(occupants) FROM bookings"), 4 * (OLD + 3));
    /* doing it is not logged with whom it was about, and nothing of the log is lost */
    assert_int_equal(number("SELECT count(*) FROM booking_events"), events);
    assert_int_equal(number("SELECT count(*) FROM booking_events WHERE user_id <> 0 OR actor <> 0"
                            " OR reason IS NOT NULL OR COALESCE(old_user_id, 0) <> 0"),
                     3);
    assert_int_equal(number("SELECT count(*) FROM booking_events WHERE user_id <> 0"
                            " AND booking_id NOT IN (2002, 2003)"),
                     0);
    EXPECT(db, booking_prune_anonymise(db, NOW - 400 * DAY, &done, *state), APR_SUCCESS);
    assert_int_equal(done.bookings + done.anonymised, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_delete, both_renew),
        cmocka_unit_test_setup(test_anonymise, both_renew),
        cmocka_unit_test_setup(test_series_and_closures, both_renew),
    };

    return both_run("booking_prune", tests);
}

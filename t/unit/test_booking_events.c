/* The log of bookings: who reads it misses nothing and sees nothing twice, on SQLite and on
 * PostgreSQL. */
#include "booking_fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_time.h"
#include "booking_events_store.h"

static const booking_v1_store_verbs_t *const v1 = &booking_v1_store_dbd;
static const booking_events_verbs_t *const events = &booking_events_store_dbd;

#define MINUTE APR_INT64_C(60000000000)
/* 2030-05-14T00:00:00Z */
#define DAY APR_INT64_C(1904947200000000000)

static bk_db_t *open_store(apr_pool_t *p)
{
    bk_db_t *db = NULL;
    apr_status_t rv = both_attach(&db, &booking_store_dbd_schema, p);

    assert_that(rv == APR_SUCCESS, "%s", bk_db_error(db));
    return db;
}

static booking_v1_t row_of(apr_int64_t id)
{
    booking_v1_t row =
        booking_fixture_row(id, "Hall-1", DAY + id * MINUTE, DAY + (id + 1) * MINUTE);

    row.created_ns += id;
    return row;
}

static void add(bk_db_t *db, apr_int64_t id, apr_pool_t *p)
{
    booking_v1_t row = row_of(id);

    EXPECT(db, v1->insert(db, &row, NULL, p), APR_SUCCESS);
}

static void change(bk_db_t *db, apr_int64_t id, apr_pool_t *p)
{
    booking_v1_t before, after;

    EXPECT(db, v1->find(db, id, &before, p), APR_SUCCESS);
    after = before;
    after.version++;
    after.reason = "later";
    after.changed_by = 8;
    after.changed_ns = 5000 + after.version;
    EXPECT(db, v1->update(db, &before, &after, NULL, p), APR_SUCCESS);
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

static apr_int64_t number(const char *sql)
{
    return both_path ? db_raw_number(both_conns[0], sql) : apr_atoi64(pg_query(sql));
}

/* ---- reading ------------------------------------------------------------------------------------
 */

/* Events that were read, as text: booking:version, with blanks. */
typedef struct seen_t {
    const char *text;
    apr_pool_t *pool;
} seen_t;

static apr_status_t note(void *baton, const booking_event_t *event, const booking_place_t *place)
{
    seen_t *seen = baton;

    seen->text = apr_psprintf(seen->pool, "%s%" APR_INT64_T_FMT ":%" APR_INT64_T_FMT " ",
                              seen->text, event->booking_id, event->version);
    return APR_SUCCESS;
}

static const char *read_events(bk_db_t *db, booking_place_t *place, int most, apr_pool_t *p)
{
    seen_t seen = {"", p};

    EXPECT(db, events->read(db, place, most, note, &seen, p), APR_SUCCESS);
    return seen.text;
}

static apr_status_t try_to_read(bk_db_t *db, booking_place_t place, apr_pool_t *p)
{
    seen_t seen = {"", p};

    return events->read(db, &place, 10, note, &seen, p);
}

static void test_read(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_place_t place = {0}, start, second;

    assert_string_equal(read_events(db, &place, 10, *state), "");
    assert_non_null(place.incarnation);
    start = place;
    add(db, 1, *state);
    add(db, 2, *state);
    assert_string_equal(read_events(db, &place, 10, *state), "1:1 2:1 ");
    assert_string_equal(read_events(db, &place, 10, *state), "");
    second = place;
    change(db, 1, *state);
    assert_string_equal(read_events(db, &place, 10, *state), "1:2 ");
    assert_string_equal(read_events(db, &start, 2, *state), "1:1 2:1 ");
    assert_string_equal(read_events(db, &start, 2, *state), "1:2 ");
    assert_string_equal(read_events(db, &second, 10, *state), "1:2 ");
    place = (booking_place_t){0};
    assert_string_equal(read_events(db, &place, 10, *state), "1:1 2:1 1:2 ");
}

/* Of another log, and of what a backup does not have. */
static void test_gone(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_place_t place = {0}, other;

    add(db, 1, *state);
    add(db, 2, *state);
    read_events(db, &place, 10, *state);
    other = place;
    other.incarnation = "another";
    EXPECT(db, try_to_read(db, other, *state), BOOKING_EVENTS_GONE);
    other = place;
    other.mark++;
    EXPECT(db, try_to_read(db, other, *state), BOOKING_EVENTS_GONE);
    other = place;
    other.seq++;
    EXPECT(db, try_to_read(db, other, *state), BOOKING_EVENTS_GONE);
    other = place;
    other.xact++;
    EXPECT(db, try_to_read(db, other, *state), BOOKING_EVENTS_GONE);
    EXPECT(db, try_to_read(db, place, *state), APR_SUCCESS);
    do_raw("DELETE FROM booking_events WHERE booking_id = 2");
    EXPECT(db, try_to_read(db, place, *state), BOOKING_EVENTS_GONE);
    add(db, 3, *state);
    EXPECT(db, try_to_read(db, place, *state), BOOKING_EVENTS_GONE);
}

static void test_history(void **state)
{
    bk_db_t *db = open_store(*state);
    seen_t seen = {"", *state};

    add(db, 1, *state);
    add(db, 2, *state);
    change(db, 1, *state);
    change(db, 2, *state);
    change(db, 1, *state);
    EXPECT(db, events->history(db, 1, note, &seen, *state), APR_SUCCESS);
    assert_string_equal(seen.text, "1:2 1:3 ");
    EXPECT(db, events->history(db, 9, note, &seen, *state), APR_SUCCESS);
    assert_string_equal(seen.text, "1:2 1:3 ");
}

/* ---- deleting -----------------------------------------------------------------------------------
 */

static int trimmed(bk_db_t *db, apr_int64_t before, int most, apr_pool_t *p)
{
    int deleted;

    EXPECT(db, events->trim(db, before, most, &deleted, p), APR_SUCCESS);
    return deleted;
}

static void test_trim(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_place_t start = {0}, second = {0}, last = {0}, place = {0};

    read_events(db, &start, 10, *state);
    assert_int_equal(trimmed(db, 9000, 10, *state), 0);
    add(db, 1, *state);
    add(db, 2, *state);
    add(db, 3, *state);
    add(db, 4, *state);
    assert_int_equal(trimmed(db, 1001, 10, *state), 0);
    read_events(db, &second, 2, *state);
    read_events(db, &last, 10, *state);
    assert_int_equal(trimmed(db, 1003, 10, *state), 2);
    EXPECT(db, try_to_read(db, start, *state), BOOKING_EVENTS_GONE);
    /* nothing behind it was deleted */
    assert_string_equal(read_events(db, &second, 1, *state), "3:1 ");
    assert_string_equal(read_events(db, &place, 10, *state), "3:1 4:1 ");
    /* never the last one, so that no number is given a second time */
    assert_int_equal(trimmed(db, DAY, 10, *state), 1);
    assert_int_equal(trimmed(db, DAY, 10, *state), 0);
    assert_string_equal(read_events(db, &last, 10, *state), "");
    add(db, 5, *state);
    assert_string_equal(read_events(db, &last, 10, *state), "5:1 ");
    /* a few at a time */
    add(db, 6, *state);
    add(db, 7, *state);
    assert_int_equal(trimmed(db, DAY, 2, *state), 1);
    assert_int_equal(trimmed(db, DAY, 2, *state), 1);
    assert_int_equal(number("SELECT count(*) FROM booking_events"), 2);
}

/* ---- another cluster ----------------------------------------------------------------------------
 */

/* A database that was restored into another cluster, whose transactions have lower numbers. */
static void test_moved(void **state)
{
    bk_db_t *db;
    booking_place_t place = {0}, before = {0}, middle = {0};

    if (both_path) {
        return;
    }
    db = open_store(*state);
    add(db, 1, *state);
    add(db, 2, *state);
    read_events(db, &before, 10, *state);
    do_raw("UPDATE booking_events SET xact = '900000000000'");
    do_raw("UPDATE booking_log SET cluster = 'another'");
    add(db, 3, *state);
    EXPECT(db, try_to_read(db, place, *state), BOOKING_EVENTS_MOVED);
    EXPECT(db, events->mend(db, *state), APR_SUCCESS);
    EXPECT(db, try_to_read(db, before, *state), BOOKING_EVENTS_GONE);
    add(db, 4, *state);
    change(db, 1, *state);
    assert_string_equal(read_events(db, &middle, 2, *state), "1:1 2:1 ");
    assert_string_equal(read_events(db, &middle, 10, *state), "3:1 4:1 1:2 ");
    assert_string_equal(read_events(db, &place, 4, *state), "1:1 2:1 3:1 4:1 ");
    assert_string_equal(read_events(db, &place, 10, *state), "1:2 ");
    /* what is well stays as it is */
    EXPECT(db, events->mend(db, *state), APR_SUCCESS);
    assert_string_equal(read_events(db, &place, 10, *state), "");
    assert_int_equal(trimmed(db, 5002, 10, *state), 4);
    middle = (booking_place_t){0};
    assert_string_equal(read_events(db, &middle, 10, *state), "1:2 ");
    EXPECT(db, try_to_read(db, place, *state), APR_SUCCESS);
}

/* ---- many writers -------------------------------------------------------------------------------
 */

enum { WRITERS = 16, BOOKINGS = 12 };

typedef struct crowd_t {
    _Atomic int polls;   /* how often the log was read */
    _Atomic int writing; /* writers that have not ended */
} crowd_t;

typedef struct writer_t {
    bk_db_t *db;
    int number;
    crowd_t *crowd;
    pthread_t thread;
} writer_t;

/* Hold a transaction open, with what it has written, until the log was read a few times. */
static void hold(crowd_t *crowd, int polls)
{
    int until = crowd->polls + polls;

    while (crowd->polls < until) {
        sched_yield();
    }
}

static void *run_writer(void *data)
{
    writer_t *writer = data;
    apr_pool_t *p;
    int i;

    apr_pool_create(&p, NULL);
    for (i = 0; i < BOOKINGS; i++) {
        EXPECT(writer->db, bk_db_begin(writer->db), APR_SUCCESS);
        add(writer->db, writer->number * BOOKINGS + i + 1, p);
        hold(writer->crowd, (writer->number + i) % 4);
        EXPECT(writer->db, bk_db_end(writer->db, APR_SUCCESS), APR_SUCCESS);
    }
    apr_pool_destroy(p);
    writer->crowd->writing--;
    return NULL;
}

static apr_status_t count_event(void *baton, const booking_event_t *event,
                                const booking_place_t *place)
{
    ((int *)baton)[event->booking_id]++;
    return APR_SUCCESS;
}

static void test_crowd(void **state)
{
    static int seen[WRITERS * BOOKINGS + 1];
    bk_db_t *db = open_store(*state);
    writer_t writers[WRITERS];
    crowd_t crowd = {0, WRITERS};
    booking_place_t place = {0};
    int i, is_last, missed = 0, twice = 0;

    memset(seen, 0, sizeof(seen));
    for (i = 0; i < WRITERS; i++) {
        writers[i] = (writer_t){open_store(*state), i, &crowd, 0};
    }
    for (i = 0; i < WRITERS; i++) {
        assert_int_equal(pthread_create(&writers[i].thread, NULL, run_writer, &writers[i]), 0);
    }
    do {
        is_last = crowd.writing == 0;
        EXPECT(db, events->read(db, &place, is_last ? 1000 : 7, count_event, seen, *state),
               APR_SUCCESS);
        crowd.polls++;
    } while (!is_last);
    for (i = 0; i < WRITERS; i++) {
        pthread_join(writers[i].thread, NULL);
    }
    for (i = 1; i <= WRITERS * BOOKINGS; i++) {
        missed += seen[i] == 0;
        twice += seen[i] > 1;
    }
    assert_that(missed == 0 && twice == 0, "%d events missed, %d seen twice", missed, twice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_read, both_renew),
        cmocka_unit_test_setup(test_gone, both_renew),
        cmocka_unit_test_setup(test_history, both_renew),
        cmocka_unit_test_setup(test_trim, both_renew),
        cmocka_unit_test_setup(test_moved, both_renew),
        cmocka_unit_test_setup(test_crowd, both_renew),
    };

    return both_run("booking_events_store_dbd", tests);
}

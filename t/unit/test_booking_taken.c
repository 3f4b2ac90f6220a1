/* What takes the time of spaces, against looking at each row, on SQLite and on PostgreSQL. */
#include "booking_fixture.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_time.h"
#include "booking_taken.h"

/* 2030-05-14T00:00:00Z */
#define DAY APR_INT64_C(1904947200000000000)
#define AT(minute) (DAY + (minute)*BK_TIME_MINUTE)

#define SPACES 7
#define ROWS 400

static bk_db_t *open_store(apr_pool_t *p)
{
    bk_db_t *db = NULL;
    apr_status_t rv = both_attach(&db, &booking_store_dbd_schema, p);

    assert_that(rv == APR_SUCCESS, "%s", bk_db_error(db));
    return db;
}

static unsigned int any(unsigned int *seed, unsigned int most)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % most;
}

static booking_v1_t some_row(apr_int64_t id, unsigned int *seed, apr_pool_t *p)
{
    apr_int64_t start = any(seed, 5000);
    booking_v1_t row =
        booking_fixture_row(id, apr_psprintf(p, "hall, \"%u\"", any(seed, SPACES)), AT(start), 0);

    row.end_ns = AT(start + 1 + any(seed, any(seed, 10) ? 90 : 900));
    row.occupies = any(seed, 8) != 0;
    row.setup_ns = any(seed, 3) ? 0 : any(seed, 20) * BK_TIME_MINUTE;
    row.teardown_ns = any(seed, 3) ? 0 : any(seed, 20) * BK_TIME_MINUTE;
    row.expires_ns = any(seed, 6) ? BK_FIELD_NONE : AT(any(seed, 5000));
    row.kind = any(seed, 4);
    row.state = row.occupies ? (apr_int64_t)any(seed, 2) : BOOKING_STATE_CANCELLED;
    return row;
}

/* Those of many rows that the store takes, for they do not overlap. @return how many */
static int fill(bk_db_t *db, booking_v1_t *rows, unsigned int *seed, apr_pool_t *p)
{
    int i, count = 0;

    for (i = 1; i <= ROWS; i++) {
        booking_v1_t row = some_row(i, seed, p);
        apr_status_t rv = booking_v1_store_dbd.insert(db, &row, NULL, p);

        assert_that(rv == APR_SUCCESS || rv == BOOKING_V1_STORE_TAKEN, "row %d: %s", i,
                    bk_db_error(db));
        if (rv == APR_SUCCESS) {
            rows[count++] = row;
        }
    }
    return count;
}

static int is_taken(const booking_v1_t *row, apr_int64_t from, apr_int64_t to, apr_int64_t now)
{
    return row->occupies && row->end_ns + row->teardown_ns > from &&
           row->start_ns - row->setup_ns < to &&
           (row->expires_ns == BK_FIELD_NONE || row->expires_ns > now);
}

/* The ids of what is to be found, by space and start. */
static const char *search(const booking_v1_t *rows, int count, const char *const *spaces,
                          int space_count, const apr_int64_t times[3], apr_pool_t *p)
{
    const char *found = "";
    int space, i;

    for (space = 0; space < space_count; space++) {
        const booking_v1_t *last = NULL, *next;

        do {
            next = NULL;
            for (i = 0; i < count; i++) {
                if (strcmp(rows[i].space_id, spaces[space]) == 0 &&
                    is_taken(&rows[i], times[0], times[1], times[2]) &&
                    (!last || rows[i].start_ns > last->start_ns) &&
                    (!next || rows[i].start_ns < next->start_ns)) {
                    next = &rows[i];
                }
            }
            if (next) {
                found = apr_psprintf(p, "%s %d:%" APR_INT64_T_FMT, found, space, next->id);
            }
            last = next;
        } while (next);
    }
    return found;
}

/* A row, which may come in any order. */
typedef struct found_t {
    int space;
    apr_int64_t start_ns, id;
} found_t;

static apr_status_t add(void *baton, int space, const booking_v1_t *row)
{
    APR_ARRAY_PUSH((apr_array_header_t *)baton, found_t) = (found_t){space, row->start_ns, row->id};
    return APR_SUCCESS;
}

static int by_place(const void *a, const void *b)
{
    const found_t *one = a, *other = b;

    return one->space != other->space
               ? one->space - other->space
               : (one->start_ns > other->start_ns) - (one->start_ns < other->start_ns);
}

static const char *read_taken(bk_db_t *db, const char *const *spaces, int count,
                              const apr_int64_t times[3], apr_pool_t *p)
{
    apr_array_header_t *found = apr_array_make(p, 16, sizeof(found_t));
    apr_status_t rv =
        booking_taken_dbd.each(db, spaces, count, times[0], times[1], times[2], add, found, p);
    const char *text = "";
    int i;

    assert_that(rv == APR_SUCCESS, "%d: %s", rv, bk_db_error(db));
    qsort(found->elts, (size_t)found->nelts, sizeof(found_t), by_place);
    for (i = 0; i < found->nelts; i++) {
        const found_t *one = &APR_ARRAY_IDX(found, i, found_t);

        text = apr_psprintf(p, "%s %d:%" APR_INT64_T_FMT, text, one->space, one->id);
    }
    return text;
}

/* What expired before the sweep of an insert ended it is ended in the rows, too: so the rows are
 * what the store says they are. */
static void read_back(bk_db_t *db, booking_v1_t *rows, int count, apr_pool_t *p)
{
    int i;

    for (i = 0; i < count; i++) {
        assert_int_equal(booking_v1_store_dbd.find(db, rows[i].id, &rows[i], p), APR_SUCCESS);
    }
}

static void test_what_is_taken_is_found_and_nothing_else(void **state)
{
    bk_db_t *db = open_store(*state);
    booking_v1_t *rows = apr_pcalloc(*state, ROWS * sizeof(*rows));
    unsigned int seed = 5;
    int count = fill(db, rows, &seed, *state), round, found = 0;

    read_back(db, rows, count, *state);
    for (round = 0; round < 400; round++) {
        const char *spaces[SPACES], *want, *got;
        apr_int64_t from = AT(any(&seed, 5200));
        apr_int64_t times[3] = {from,
                                from + (1 + any(&seed, any(&seed, 2) ? 60 : 1500)) * BK_TIME_MINUTE,
                                AT(any(&seed, 5000))};
        int space_count = 1 + (int)any(&seed, SPACES), i;

        for (i = 0; i < space_count; i++) {
            spaces[i] = apr_psprintf(*state, "hall, \"%u\"", (round + i * 2) % SPACES);
        }
        want = search(rows, count, spaces, space_count, times, *state);
        got = read_taken(db, spaces, space_count, times, *state);
        assert_that(strcmp(want, got) == 0, "round %d: found%s, not%s", round, got, want);
        found += *want != '\0';
    }
    assert_that(found > 100, "only %d rounds found anything", found);
}

static apr_status_t refuse(void *baton, int space, const booking_v1_t *row)
{
    (*(int *)baton)++;
    return APR_EGENERAL;
}

static void test_row(void **state)
{
    static const char *const spaces[] = {"none", "Hall-1"};
    bk_db_t *db = open_store(*state);
    unsigned int seed = 1;
    booking_v1_t row = some_row(3, &seed, *state);
    int calls = 0;

    row.space_id = "Hall-1";
    row.occupies = 1;
    row.expires_ns = BK_FIELD_NONE;
    row.title = "Thesis";
    assert_int_equal(booking_v1_store_dbd.insert(db, &row, NULL, *state), APR_SUCCESS);
    assert_int_equal(booking_taken_dbd.each(db, spaces, 2, row.start_ns, row.end_ns, DAY, refuse,
                                            &calls, *state),
                     APR_EGENERAL);
    assert_int_equal(calls, 1);
    assert_string_equal(
        read_taken(db, spaces, 2, (apr_int64_t[]){row.start_ns, row.end_ns, DAY}, *state), " 1:3");
    assert_string_equal(
        read_taken(db, spaces, 1, (apr_int64_t[]){row.start_ns, row.end_ns, DAY}, *state), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_what_is_taken_is_found_and_nothing_else, both_renew),
        cmocka_unit_test_setup(test_row, both_renew),
    };

    return both_run("booking_taken", tests);
}

#include "unit.h"

#include <stdlib.h>

#include <apr_strings.h>

#include "map_fixture.h"

#include "booking_store.h"

/* Workers book and delete, in spaces of their own, where they know what is taken, and in spaces
 * that they share. They are killed anywhere; others go on with their books. */
enum {
    WORKERS = 4,
    OWN = 3,
    SHARED = 4,
    SLOTS = 120,
    DATES = 6,
    WINDOW = 4000,
    ROUNDS = 12,
    KILLS = 30
};

typedef enum { FREE, ADDING, THERE, REMOVING } slot_state_t;

typedef struct slot_t {
    _Atomic int state;
    int space, date;
    apr_int64_t id, start, end;
} slot_t;

typedef struct shared_t {
    void *handle;
    slot_t books[WORKERS][SLOTS];
    _Atomic apr_int64_t ids, done, wrong, booked, conflicts;
} shared_t;

static const booking_store_verbs_t *const verbs = &booking_store_shm;

static void *store_new(apr_uint64_t size, apr_pool_t *p)
{
    void *handle;

    assert_int_equal(booking_store_shm_schema.attach(&handle, map_memory(size), MAP_WAIT, p),
                     APR_SUCCESS);
    return handle;
}

static void name_space(char name[20], int space)
{
    apr_snprintf(name, 20, "Library-%d", space);
}

static void name_date(char name[20], int date)
{
    apr_snprintf(name, 20, "2030-02-%02d", date + 1);
}

/* ---- one worker ---------------------------------------------------------------------------------
 */

static int is_own(const slot_t *slot)
{
    return slot->space >= SHARED;
}

static int overlaps(const slot_t *a, const slot_t *b)
{
    return a->space == b->space && a->start < b->end && b->start < a->end;
}

static int is_taken(const slot_t *books, const slot_t *slot)
{
    int i;

    for (i = 0; i < SLOTS; i++) {
        if (&books[i] != slot && atomic_load(&books[i].state) == THERE &&
            overlaps(&books[i], slot)) {
            return 1;
        }
    }
    return 0;
}

static apr_status_t find_slot(shared_t *shared, const slot_t *slot, apr_pool_t *p)
{
    char date[20], space[20];
    booking_t found;
    apr_status_t rv;

    name_date(date, slot->date);
    name_space(space, slot->space);
    rv = verbs->find(shared->handle, date, slot->id, &found, p);
    if (rv == APR_SUCCESS &&
        (found.id != slot->id || strcmp(found.space_id, space) != 0 ||
         strcmp(found.date, date) != 0 || found.start_ns != slot->start ||
         found.end_ns != slot->end || found.user_id != slot->id * 3 || found.occupants != 2)) {
        return APR_EGENERAL;
    }
    return rv;
}

static void try_to_book(shared_t *shared, const slot_t *books, slot_t *slot)
{
    char date[20], space[20];
    booking_t booking = {.id = slot->id,
                         .space_id = space,
                         .user_id = slot->id * 3,
                         .date = date,
                         .occupants = 2,
                         .start_ns = slot->start,
                         .end_ns = slot->end};
    int conflict, wrong;

    name_date(date, slot->date);
    name_space(space, slot->space);
    atomic_store(&slot->state, ADDING);
    wrong = verbs->insert(shared->handle, &booking, &conflict) != APR_SUCCESS;
    wrong |= is_own(slot) && conflict != is_taken(books, slot);
    atomic_fetch_add(&shared->wrong, wrong);
    atomic_fetch_add(conflict ? &shared->conflicts : &shared->booked, 1);
    atomic_store(&slot->state, conflict ? FREE : THERE);
}

static void fill_slot(shared_t *shared, int number, slot_t *slot, uint64_t *seed)
{
    slot->space = (int)unit_random_in(seed, 0, SHARED + OWN - 1);
    if (slot->space >= SHARED) {
        slot->space += number * OWN;
    }
    slot->date = (int)unit_random_in(seed, 0, DATES - 1);
    slot->id = atomic_fetch_add(&shared->ids, 1) + 1;
    slot->start = unit_random_in(seed, 0, WINDOW);
    slot->end = slot->start + unit_random_in(seed, 1, 100);
}

static void take_out(shared_t *shared, slot_t *slot)
{
    char date[20];

    name_date(date, slot->date);
    atomic_store(&slot->state, REMOVING);
    if (verbs->remove(shared->handle, date, slot->id, 0, 1) != APR_SUCCESS ||
        verbs->remove(shared->handle, date, slot->id, 0, 1) != APR_NOTFOUND) {
        atomic_fetch_add(&shared->wrong, 1);
    }
    atomic_store(&slot->state, FREE);
}

/* What a worker before was killed over is there, or not: both are right, and either is so from now
 * on. */
static void settle(shared_t *shared, int number, apr_pool_t *p)
{
    int i;

    for (i = 0; i < SLOTS; i++) {
        slot_t *slot = &shared->books[number][i];
        int state = atomic_load(&slot->state);
        apr_status_t rv = state == FREE ? APR_NOTFOUND : find_slot(shared, slot, p);

        if ((rv != APR_SUCCESS && rv != APR_NOTFOUND) || (state == THERE && rv != APR_SUCCESS)) {
            atomic_fetch_add(&shared->wrong, 1);
        }
        atomic_store(&slot->state, rv == APR_SUCCESS ? THERE : FREE);
        apr_pool_clear(p);
    }
}

static void work(void *data, int number)
{
    shared_t *shared = data;
    slot_t *books = shared->books[number];
    uint64_t seed = (uint64_t)crowd_usec() * 4 + (uint64_t)number + 1;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    settle(shared, number, p);
    for (;;) {
        slot_t *slot = &books[unit_random_in(&seed, 0, SLOTS - 1)];

        if (atomic_load(&slot->state) == FREE) {
            fill_slot(shared, number, slot, &seed);
            try_to_book(shared, books, slot);
        }
        else if (unit_random_in(&seed, 0, 1)) {
            take_out(shared, slot);
        }
        else if (find_slot(shared, slot, p) != APR_SUCCESS) {
            atomic_fetch_add(&shared->wrong, 1);
        }
        atomic_fetch_add(&shared->done, 1);
        apr_pool_clear(p);
    }
}

/* ---- all of them --------------------------------------------------------------------------------
 */

static void kill_and_replace(shared_t *shared, uint64_t *seed)
{
    pid_t pids[WORKERS];
    int i, kills;

    for (i = 0; i < WORKERS; i++) {
        pids[i] = crowd_child(1, work, shared, i);
    }
    for (kills = 0; kills < KILLS; kills++) {
        i = (int)unit_random_in(seed, 0, WORKERS - 1);
        usleep((useconds_t)unit_random_in(seed, 0, 6000));
        crowd_kill(pids[i]);
        pids[i] = crowd_child(1, work, shared, i);
    }
    for (i = 0; i < WORKERS; i++) {
        crowd_kill(pids[i]);
    }
}

/* Everything that the books say, and no more: slots are all of the bookings that there are. */
static void check_books(shared_t *shared, apr_pool_t *p)
{
    slot_t *slots = shared->books[0];
    int on_date[DATES] = {0};
    const int all = WORKERS * SLOTS;
    const char *wrong;
    int i, j;

    for (i = 0; i < WORKERS; i++) {
        settle(shared, i, p);
    }
    wrong = booking_store_shm_validate(shared->handle, p);
    assert_that(!wrong, "%s", wrong);
    assert_int_equal(atomic_load(&shared->wrong), 0);
    for (i = 0; i < all; i++) {
        if (slots[i].state != THERE) {
            continue;
        }
        on_date[slots[i].date]++;
        for (j = i + 1; j < all; j++) {
            assert_false(slots[j].state == THERE && overlaps(&slots[i], &slots[j]));
        }
    }
    for (i = 0; i < DATES; i++) {
        char date[20];

        name_date(date, i);
        assert_int_equal(verbs->find_date(shared->handle, date, p),
                         on_date[i] ? APR_SUCCESS : APR_NOTFOUND);
    }
}

static void test_killed_anywhere(void **state)
{
    shared_t *shared = crowd_memory(sizeof(*shared));
    uint64_t seed = 3;
    apr_pool_t *p;
    int i;

    apr_pool_create(&p, *state);
    shared->handle = store_new(1 << 20, *state);
    for (i = 0; i < ROUNDS; i++) {
        kill_and_replace(shared, &seed);
        check_books(shared, p);
    }
    assert_true(atomic_load(&shared->booked) > 1000 && atomic_load(&shared->conflicts) > 1000);
    print_message("           %d kills survived, %d operations: %d booked, %d conflicts\n",
                  ROUNDS * (KILLS + WORKERS), (int)atomic_load(&shared->done),
                  (int)atomic_load(&shared->booked), (int)atomic_load(&shared->conflicts));
}

/* ---- one at a time ------------------------------------------------------------------------------
 */

static apr_status_t book(void *handle, apr_int64_t id, const char *space, apr_int64_t start,
                         apr_int64_t end, int *conflict)
{
    booking_t booking = {id, space, 77, "2030-01-01", 1, start, end};

    return verbs->insert(handle, &booking, conflict);
}

static void test_verbs(void **state)
{
    void *handle = store_new(1 << 20, *state);
    booking_t found;
    int conflict;

    assert_int_equal(verbs->find_date(handle, "2030-01-01", *state), APR_NOTFOUND);
    assert_int_equal(book(handle, 1, "Hall-1", 100, 200, &conflict), APR_SUCCESS);
    assert_false(conflict);
    assert_int_equal(book(handle, 2, "Hall-1", 199, 300, &conflict), APR_SUCCESS);
    assert_true(conflict);
    assert_int_equal(book(handle, 2, "Hall-2", 199, 300, &conflict), APR_SUCCESS);
    assert_false(conflict);
    /* A taken id takes no time. */
    assert_int_equal(book(handle, 2, "Hall-1", 200, 300, &conflict), APR_EEXIST);
    assert_int_equal(book(handle, 3, "Hall-1", 200, 300, &conflict), APR_SUCCESS);
    assert_false(conflict);
    assert_int_equal(verbs->find(handle, "2030-01-01", 3, &found, *state), APR_SUCCESS);
    assert_string_equal(found.space_id, "Hall-1");
    assert_string_equal(found.date, "2030-01-01");
    assert_int_equal(found.user_id, 77);
    assert_int_equal(verbs->find(handle, "2030-01-02", 3, &found, *state), APR_NOTFOUND);
    assert_int_equal(verbs->find(handle, "2030-1-1", 3, &found, *state), APR_NOTFOUND);
    assert_int_equal(verbs->find(handle, "", 3, &found, *state), APR_NOTFOUND);
    assert_int_equal(verbs->remove(handle, "2030-01-02", 3, 0, 1), APR_NOTFOUND);
    assert_int_equal(verbs->find_date(handle, "2030-01-01", *state), APR_SUCCESS);
    assert_int_equal(verbs->find_date(handle, "2030-01-02", *state), APR_NOTFOUND);
    assert_int_equal(verbs->find_date(handle, "now", *state), APR_NOTFOUND);
    assert_int_equal(verbs->remove(handle, "2030-01-01", 1, 0, 1), APR_SUCCESS);
    assert_int_equal(verbs->remove(handle, "2030-01-01", 2, 0, 1), APR_SUCCESS);
    assert_int_equal(verbs->remove(handle, "2030-01-01", 3, 0, 1), APR_SUCCESS);
    assert_int_equal(verbs->find_date(handle, "2030-01-01", *state), APR_NOTFOUND);
    assert_null(booking_store_shm_validate(handle, *state));
}

/* Full, of bookings or of spaces: what was refused has taken no time. */
static void test_full(void **state)
{
    void *handle = store_new(1 << 20, *state);
    char *space = memset(apr_pcalloc(*state, 400), 'x', 399);
    apr_int64_t id, filled;
    int conflict = 0, round;

    for (round = 0; round < 2; round++) {
        for (id = filled = 1; filled - id < 200; filled++) {
            apr_status_t rv = book(handle, filled, space, filled * 10, filled * 10 + 10, &conflict);

            assert_false(conflict);
            id = rv == APR_SUCCESS ? filled : id;
        }
        assert_true(filled > 1000);
        assert_null(booking_store_shm_validate(handle, *state));
        assert_int_equal(book(handle, filled, space, 11, 15, &conflict), APR_SUCCESS);
        assert_true(conflict);
        while (filled-- > 1) {
            apr_status_t rv = verbs->remove(handle, "2030-01-01", filled, 0, 1);

            assert_true(rv == APR_SUCCESS || rv == APR_NOTFOUND);
        }
        assert_null(booking_store_shm_validate(handle, *state));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verbs),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_killed_anywhere),
    };

    return cmocka_run_group_tests_name("booking_store_shm", tests, unit_pool_open, unit_pool_close);
}

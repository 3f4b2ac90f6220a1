#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "bk_random.h"
#include "generator.h"

/* How many ids there are. */
#define IDS ((uint64_t)BK_RANDOM_ID_LIMIT - 1)

static apr_int64_t draw(void)
{
    apr_int64_t id = 0;

    assert_int_equal(bk_random_id(&id), APR_SUCCESS);
    assert_true(id >= 1);
    assert_true(id < BK_RANDOM_ID_LIMIT);
    return id;
}

/* The id that a given draw becomes. */
static void test_mapping(void **state)
{
    const uint64_t whole = UINT64_MAX - UINT64_MAX % IDS; /* the end of the last complete run */
    const struct {
        uint64_t draw;
        apr_int64_t id;
    } rows[] = {
        {0, 1},           {1, 2},
        {41, 42},         {IDS - 1, BK_RANDOM_ID_LIMIT - 1},
        {IDS, 1},         {2 * IDS - 1, BK_RANDOM_ID_LIMIT - 1},
        {whole - IDS, 1}, {whole - 1, BK_RANDOM_ID_LIMIT - 1},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        generator_script(&rows[i].draw, sizeof(rows[i].draw));
        assert_true(draw() == rows[i].id);
    }
    generator_true();
}

/* Draws of the incomplete run at the end would make low ids more likely: others take their place.
 */
static void test_rejection(void **state)
{
    const uint64_t whole = UINT64_MAX - UINT64_MAX % IDS;
    const uint64_t draws[] = {whole, whole + 1, UINT64_MAX, UINT64_MAX - 1, 6036687151};

    generator_script(draws, sizeof(draws));
    assert_true(draw() == 6036687152);
    assert_int_equal(generator.len, 0);
    generator_true();
}

static void test_failure(void **state)
{
    const uint64_t only = UINT64_MAX;
    apr_int64_t id = 99;

    generator_script("", 0);
    assert_int_equal(bk_random_id(&id), APR_EGENERAL);
    generator_script(&only, sizeof(only)); /* thrown away, and then there is no more */
    assert_int_equal(bk_random_id(&id), APR_EGENERAL);
    assert_true(id == 99);
    generator_true();
}

static int compare(const void *a, const void *b)
{
    apr_int64_t x = *(const apr_int64_t *)a, y = *(const apr_int64_t *)b;

    return x < y ? -1 : x > y;
}

/* Among 1000 ids two are the same once in 200 000 runs; among them ten pairs, never. */
static void test_repeats(void **state)
{
    enum { COUNT = 1000 };
    apr_int64_t ids[COUNT];
    int i, repeats = 0;

    for (i = 0; i < COUNT; i++) {
        ids[i] = draw();
    }
    qsort(ids, COUNT, sizeof(ids[0]), compare);
    for (i = 1; i < COUNT; i++) {
        repeats += ids[i] == ids[i - 1];
    }
    assert_true(repeats < 3);
}

/* Chi-square over 100 classes: 99 on average, with a standard deviation of 14. Beyond 300 comes by
 * chance once in 10^21 runs. */
static void test_uniform(void **state)
{
    enum { CLASSES = 100, DRAWS = 100000, EXPECTED = DRAWS / CLASSES };
    int high[CLASSES] = {0}, low[CLASSES] = {0};
    int i;
    int64_t chi_high = 0, chi_low = 0;

    for (i = 0; i < DRAWS; i++) {
        apr_int64_t id = draw() - 1;
        high[id / ((apr_int64_t)IDS / CLASSES + 1)]++;
        low[id % CLASSES]++;
    }
    for (i = 0; i < CLASSES; i++) {
        chi_high += (int64_t)(high[i] - EXPECTED) * (high[i] - EXPECTED);
        chi_low += (int64_t)(low[i] - EXPECTED) * (low[i] - EXPECTED);
    }
    assert_in_range(chi_high / EXPECTED, 20, 300);
    assert_in_range(chi_low / EXPECTED, 20, 300);
}

/* Children of one server draw different ids. */
static void test_after_fork(void **state)
{
    apr_int64_t mine, theirs = 0;
    int ends[2];
    pid_t pid;

    assert_int_equal(pipe(ends), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        apr_int64_t id = 0;
        _exit(bk_random_id(&id) != APR_SUCCESS || write(ends[1], &id, sizeof(id)) != sizeof(id));
    }
    mine = draw();
    assert_int_equal(read(ends[0], &theirs, sizeof(theirs)), sizeof(theirs));
    assert_true(theirs != 0 && mine != theirs);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    close(ends[0]);
    close(ends[1]);
}

typedef struct attempts_t {
    apr_int64_t id;
    int taken; /* so many ids are, from now on */
    int made;
    apr_status_t end; /* what comes then */
} attempts_t;

static apr_status_t take(void *baton)
{
    attempts_t *attempts = baton;

    assert_true(attempts->id >= 1 && attempts->id < BK_RANDOM_ID_LIMIT);
    attempts->made++;
    return attempts->taken-- > 0 ? APR_EEXIST : attempts->end;
}

/* Another id is drawn for one that is taken, but not for ever, and for no other error. */
static void test_insert(void **state)
{
    static const struct {
        int taken, made;
        apr_status_t end, rv;
    } rows[] = {{0, 1, APR_SUCCESS, APR_SUCCESS},
                {3, 4, APR_SUCCESS, APR_SUCCESS},
                {0, 1, APR_EGENERAL, APR_EGENERAL},
                {BK_RANDOM_ATTEMPTS - 1, BK_RANDOM_ATTEMPTS, APR_SUCCESS, APR_SUCCESS},
                {BK_RANDOM_ATTEMPTS, BK_RANDOM_ATTEMPTS, APR_SUCCESS, APR_EEXIST}};
    attempts_t attempts = {.id = 99};
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        attempts = (attempts_t){.taken = rows[i].taken, .end = rows[i].end};
        assert_int_equal(bk_random_insert(&attempts.id, take, &attempts), rows[i].rv);
        assert_int_equal(attempts.made, rows[i].made);
    }
    attempts = (attempts_t){.id = 99};
    generator_script("", 0);
    assert_int_equal(bk_random_insert(&attempts.id, take, &attempts), APR_EGENERAL);
    assert_int_equal(attempts.made, 0);
    generator_true();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mapping), cmocka_unit_test(test_rejection),
        cmocka_unit_test(test_failure), cmocka_unit_test(test_repeats),
        cmocka_unit_test(test_uniform), cmocka_unit_test(test_after_fork),
        cmocka_unit_test(test_insert),
    };

    return cmocka_run_group_tests_name("bk_random", tests, NULL, NULL);
}

#include "unit.h"

#include <stdlib.h>

#include "map_fixture.h"

enum { PAGES = 200, CELL = 64, PER_PAGE = BK_SLAB_PAGE / CELL, OWNERS = 12 };

typedef struct shared_t {
    bk_slab_t slab;
    bk_slab_list_t lists[OWNERS];
    _Atomic apr_uint32_t taken[PAGES * PER_PAGE + 1]; /* by whom */
    _Atomic int wrong;
} shared_t;

static shared_t *shared_new(apr_uint32_t cell_size)
{
    shared_t *shared = crowd_memory(sizeof(*shared));
    bk_memory_t memory = map_memory(PAGES * BK_SLAB_PAGE_COST + 3 * BK_SLAB_PAGE);
    apr_uint32_t i;

    assert_int_equal(bk_slab_attach(&shared->slab, &memory, PAGES, cell_size), APR_SUCCESS);
    for (i = 0; i < OWNERS; i++) {
        shared->lists[i].owner = i + 1;
    }
    return shared;
}

/* What lies beside it is not the slab's. */
static void test_layout(void **state)
{
    bk_memory_t memory = map_memory(3 * BK_SLAB_PAGE), block = memory;
    bk_slab_t slab;

    assert_int_equal(bk_slab_attach(&slab, &block, 3, CELL), APR_EINVAL);
    block = memory;
    assert_int_equal(bk_slab_attach(&slab, &block, 0, CELL), APR_EINVAL);
    block = memory;
    assert_int_equal(bk_slab_attach(&slab, &block, 2, CELL), APR_SUCCESS);
    assert_false(bk_slab_holds(&slab, 0));
    assert_true(bk_slab_holds(&slab, 1));
    assert_true(bk_slab_holds(&slab, 2 * PER_PAGE));
    assert_false(bk_slab_holds(&slab, 2 * PER_PAGE + 1));
    assert_false(bk_slab_holds(&slab, APR_UINT32_MAX));
    assert_true((char *)bk_slab_cell(&slab, 2 * PER_PAGE) + CELL <= memory.base + memory.size);
}

/* All of it, by one: each cell once; and again what was given back. */
static void test_all(void **state)
{
    shared_t *shared = shared_new(32);
    bk_slab_list_t *list = &shared->lists[0];
    const apr_uint32_t cells = PAGES * 128;
    char *seen = calloc(cells + 1, 1);
    apr_uint32_t i;

    for (i = 0; i < cells; i++) {
        apr_uint32_t cell;

        assert_int_equal(bk_slab_reserve(&shared->slab, list, 1), APR_SUCCESS);
        cell = bk_slab_pop(&shared->slab, list);
        assert_true(bk_slab_holds(&shared->slab, cell) && !seen[cell]++);
        memset(bk_slab_cell(&shared->slab, cell), 0xFF, 32);
    }
    assert_int_equal(bk_slab_reserve(&shared->slab, list, 1), APR_ENOSPC);
    assert_int_equal(bk_slab_reserve(&shared->slab, &shared->lists[1], 1), APR_ENOSPC);
    bk_slab_push(&shared->slab, list, 77);
    bk_slab_push(&shared->slab, list, 1);
    assert_int_equal(list->count, 2);
    assert_int_equal(bk_slab_reserve(&shared->slab, list, 2), APR_SUCCESS);
    assert_int_equal(bk_slab_reserve(&shared->slab, list, 3), APR_ENOSPC);
    assert_int_equal(bk_slab_pop(&shared->slab, list), 1);
    assert_int_equal(bk_slab_pop(&shared->slab, list), 77);
    free(seen);
}

/* Whatever became of the list: all that is not marked is in it after a sweep, and nothing else. */
static void test_repair(void **state)
{
    static const apr_uint32_t sizes[] = {32, 64};
    size_t i;

    for (i = 0; i < UNIT_ROWS(sizes); i++) {
        shared_t *shared = shared_new(sizes[i]);
        bk_slab_list_t *list = &shared->lists[0];
        const apr_uint32_t per_page = BK_SLAB_PAGE / sizes[i];
        apr_uint32_t cell;

        assert_int_equal(bk_slab_reserve(&shared->slab, list, per_page + 1), APR_SUCCESS);
        assert_int_equal(bk_slab_reserve(&shared->slab, &shared->lists[1], 1), APR_SUCCESS);
        list->first = 12345678; /* of one who was killed */
        list->count = 5;
        bk_slab_unmark(&shared->slab, 1);
        assert_true(bk_slab_mark(&shared->slab, 1, 1));
        assert_false(bk_slab_mark(&shared->slab, 1, 1));
        assert_true(bk_slab_mark(&shared->slab, 1, per_page));
        assert_true(bk_slab_mark(&shared->slab, 1, per_page + 1));
        assert_false(bk_slab_mark(&shared->slab, 1, 2 * per_page + 1)); /* another's */
        assert_false(bk_slab_mark(&shared->slab, 1, 3 * per_page + 1)); /* nobody's */
        assert_false(bk_slab_mark(&shared->slab, 1, 0));
        bk_slab_sweep(&shared->slab, list);
        assert_int_equal(list->count, 2 * per_page - 3);
        while (list->count) {
            cell = bk_slab_pop(&shared->slab, list);
            assert_true(bk_slab_mark(&shared->slab, 1, cell));
        }
        assert_int_equal(list->first, 0);
    }
}

/* Everybody takes what there is: nothing twice, and all of it. */
static void take_all(void *data, int number)
{
    shared_t *shared = data;
    bk_slab_list_t *list = &shared->lists[number];

    while (bk_slab_reserve(&shared->slab, list, 1) == APR_SUCCESS) {
        apr_uint32_t cell = bk_slab_pop(&shared->slab, list);

        if (atomic_exchange(&shared->taken[cell], list->owner) != 0) {
            atomic_fetch_add(&shared->wrong, 1);
        }
    }
}

static void test_crowd(void **state)
{
    shared_t *shared = shared_new(CELL);
    apr_uint32_t cell;

    assert_true(crowd_run(4, OWNERS / 4, take_all, shared));
    assert_int_equal(atomic_load(&shared->wrong), 0);
    for (cell = 1; cell <= PAGES * PER_PAGE; cell++) {
        assert_true(atomic_load(&shared->taken[cell]) != 0);
        assert_int_equal(shared->taken[cell], shared->slab.table[(cell - 1) / PER_PAGE].owner);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_repair),
        cmocka_unit_test(test_crowd),
    };

    return cmocka_run_group_tests_name("bk_slab", tests, unit_pool_open, unit_pool_close);
}

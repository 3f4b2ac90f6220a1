#include "unit.h"

#include "bk_db_digest.h"

#define COLUMNS 3

/* Rows that a careless sum would take for one another. */
static const bk_db_value_t rows[][COLUMNS] = {
    {{BK_DB_INT, 1, NULL, 0}, {BK_DB_TEXT, 0, "ab", 2}, {BK_DB_TEXT, 0, "c", 1}},
    {{BK_DB_INT, 1, NULL, 0}, {BK_DB_TEXT, 0, "a", 1}, {BK_DB_TEXT, 0, "bc", 2}},
    {{BK_DB_INT, 1, NULL, 0}, {BK_DB_TEXT, 0, "a", 1}, {BK_DB_BYTES, 0, "bc", 2}},
    {{BK_DB_INT, -1, NULL, 0}, {BK_DB_TEXT, 0, "a", 1}, {BK_DB_TEXT, 0, "bc", 2}},
    {{BK_DB_TEXT, 0, "1", 1}, {BK_DB_TEXT, 0, "a", 1}, {BK_DB_TEXT, 0, "bc", 2}},
    {{BK_DB_TEXT, 0, "", 0}, {BK_DB_TEXT, 0, "a", 1}, {BK_DB_TEXT, 0, "bc", 2}},
    {{BK_DB_BYTES, 0, "", 0}, {BK_DB_TEXT, 0, "a", 1}, {BK_DB_TEXT, 0, "bc", 2}},
    {{BK_DB_NULL, 0, NULL, 0}, {BK_DB_TEXT, 0, "a", 1}, {BK_DB_TEXT, 0, "bc", 2}},
    {{BK_DB_INT, 0, NULL, 0}, {BK_DB_TEXT, 0, "a", 1}, {BK_DB_TEXT, 0, "bc", 2}},
};

static void add(bk_db_digest_t *digest, size_t row)
{
    assert_int_equal(bk_db_digest_add(digest, rows[row], COLUMNS), APR_SUCCESS);
}

static void test_order(void **state)
{
    bk_db_digest_t up = {0}, down = {0};
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        add(&up, i);
        add(&down, UNIT_ROWS(rows) - 1 - i);
    }
    assert_true(bk_db_digest_equal(&up, &down));
    assert_int_equal(up.rows, UNIT_ROWS(rows));
}

static void test_one_row(void **state)
{
    size_t i, j;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        for (j = 0; j < UNIT_ROWS(rows); j++) {
            bk_db_digest_t one = {0}, other = {0};

            add(&one, i);
            add(&other, j);
            assert_that(bk_db_digest_equal(&one, &other) == (i == j), "rows %zu and %zu", i, j);
        }
    }
}

/* Twice is not never. */
static void test_count(void **state)
{
    bk_db_digest_t none = {0}, twice = {0}, both = {0};

    add(&twice, 0);
    add(&twice, 0);
    add(&both, 0);
    add(&both, 1);
    assert_false(bk_db_digest_equal(&none, &twice));
    assert_false(bk_db_digest_equal(&both, &twice));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_one_row),
        cmocka_unit_test(test_count),
    };

    return cmocka_run_group_tests_name("bk_db_digest", tests, unit_pool_open, unit_pool_close);
}

#include "unit.h"

#include "bk_fault.h"
#include "faults.h"

/* RFC 6901, section 5, and what has to be escaped. */
static void test_pointers(void **state)
{
    static const bk_fault_pointer_t items = {NULL, "items", 0}, third = {&items, NULL, 2};
    static const struct {
        bk_fault_pointer_t where;
        const char *pointer;
    } rows[] = {
        {{NULL, "foo", 0}, "/foo"},
        {{NULL, NULL, 0}, "/0"},
        {{NULL, "", 0}, "/"},
        {{NULL, "a/b", 0}, "/a~1b"},
        {{NULL, "c%d", 0}, "/c%d"},
        {{NULL, "m~n", 0}, "/m~0n"},
        {{NULL, " ", 0}, "/ "},
        {{NULL, "~1", 0}, "/~01"},
        {{NULL, "~/~", 0}, "/~0~1~0"},
        {{&third, "k\"l", 0}, "/items/2/k\"l"},
        {{&items, NULL, 100}, "/items/100"},
    };
    size_t i;

    assert_string_equal(bk_fault_pointer(NULL, *state), "");
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_string_equal(bk_fault_pointer(&rows[i].where, *state), rows[i].pointer);
    }
}

static void test_faults_keep_their_order_and_source(void **state)
{
    bk_fault_pointer_t where = {NULL, "a", 0};
    bk_faults_t faults;

    bk_fault_none(&faults, *state);
    assert_int_equal(bk_fault_count(&faults), 0);
    bk_fault_add(&faults, &where, BK_FAULT_BAD_VALUE, "must be %d", 7);
    faults.source = BK_FAULT_QUERY;
    bk_fault_add(&faults, NULL, BK_FAULT_BAD_PARAMETER, "%s", "too many");
    assert_string_equal(faults_text(&faults, *state), "/a bad-value,  bad-parameter");
    assert_string_equal(bk_fault_at(&faults, 0)->detail, "must be 7");
    assert_int_equal(bk_fault_at(&faults, 0)->source, BK_FAULT_BODY);
    assert_int_equal(bk_fault_at(&faults, 1)->source, BK_FAULT_QUERY);
    assert_int_equal(faults.is_cut, 0);
}

static void test_a_wrong_value_is_called_as_its_source_has_it(void **state)
{
    bk_faults_t faults;

    bk_fault_none(&faults, *state);
    bk_fault_add_value(&faults, "a", "is 100% wrong");
    faults.source = BK_FAULT_QUERY;
    bk_fault_add_value(&faults, "b", "is none");
    assert_string_equal(faults_text(&faults, *state), "/a bad-value, /b bad-parameter");
    assert_string_equal(bk_fault_at(&faults, 0)->detail, "is 100% wrong");
}

static void test_a_list_of_faults_has_an_end(void **state)
{
    bk_faults_t faults;
    int i;

    bk_fault_none(&faults, *state);
    for (i = 0; i <= BK_FAULT_MOST; i++) {
        assert_int_equal(faults.is_cut, 0);
        bk_fault_add(&faults, NULL, BK_FAULT_BAD_VALUE, "%d", i);
    }
    assert_int_equal(bk_fault_count(&faults), BK_FAULT_MOST);
    assert_int_equal(faults.is_cut, 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pointers),
        cmocka_unit_test(test_faults_keep_their_order_and_source),
        cmocka_unit_test(test_a_wrong_value_is_called_as_its_source_has_it),
        cmocka_unit_test(test_a_list_of_faults_has_an_end),
    };

    return cmocka_run_group_tests_name("bk_fault", tests, unit_pool_open, unit_pool_close);
}

#include "unit.h"

#include "bk_prometheus.h"

static void test_label(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"www.example.com:8080 booking", "www.example.com:8080 booking"},
        {"we\"ird\\name", "we\\\"ird\\\\name"},
        {"\n", "\\n"},
        {"a\nb\"", "a\\nb\\\""},
        {"\\\\", "\\\\\\\\"},
        {"caf\xc3\xa9\"", "caf\xc3\xa9\\\""}};
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_string_equal(bk_prometheus_label(rows[i][0], *state), rows[i][1]);
    }
}

static void test_head(void **state)
{
    assert_string_equal(bk_prometheus_head("a_total", "counter", "How many.", *state),
                        "# HELP a_total How many.\n# TYPE a_total counter\n");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_label),
                                              cmocka_unit_test(test_head)};

    return cmocka_run_group_tests_name("bk_prometheus", tests, unit_pool_open, unit_pool_close);
}

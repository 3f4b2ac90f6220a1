#include "unit.h"

#include "bk_json_canonical.h"
#include "json_read.h"

static const char *canonical(const char *text, apr_pool_t *p)
{
    apr_size_t len;
    const char *written = bk_json_canonical(json_read(text, p), &len, p);

    assert_int_equal(len, strlen(written));
    return written;
}

static void test_same_meaning(void **state)
{
    static const struct {
        const char *text, *canonical;
    } rows[] = {
        {" { } ", "{}"},
        {"{\"b\" : 1 , \"a\":true}", "{\"a\":true,\"b\":1}"},
        {"{\"b\":1,\"\\u0061\":\"\\u00e9\\/\"}", "{\"a\":\"\xc3\xa9/\",\"b\":1}"},
        {"{\"z\":[3,1,{\"y\":1,\"x\":{\"c\":[],\"b\":null}}],\"\":-0}",
         "{\"\":0,\"z\":[3,1,{\"x\":{\"b\":null,\"c\":[]},\"y\":1}]}"},
        {"{\"B\":1,\"a\":1,\"\xc3\xa9\":1,\"aa\":1}", "{\"B\":1,\"a\":1,\"aa\":1,\"\xc3\xa9\":1}"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_string_equal(canonical(rows[i].text, *state), rows[i].canonical);
        assert_string_equal(canonical(rows[i].canonical, *state), rows[i].canonical);
    }
}

/* Sorting is of a copy: what was read stays as it was. */
static void test_what_was_read_stays(void **state)
{
    const bk_json_t *object = json_read("{\"b\":{\"d\":1,\"c\":2},\"a\":1}", *state);
    apr_size_t len;

    bk_json_canonical(object, &len, *state);
    assert_string_equal(json_written(object, *state), "{\"b\":{\"d\":1,\"c\":2},\"a\":1}");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_meaning),
        cmocka_unit_test(test_what_was_read_stays),
    };

    return cmocka_run_group_tests_name("bk_json_canonical", tests, unit_pool_open, unit_pool_close);
}

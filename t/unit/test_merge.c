#include "unit.h"

#include <apr_strings.h>

#include "bk_merge.h"
#include "json_read.h"

/* RFC 7396, appendix A: all its rows whose patch is an object. */
static void test_examples_of_the_rfc(void **state)
{
    static const struct {
        const char *original, *patch, *result;
    } rows[] = {
        {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
        {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
        {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
        {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
        {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
        {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
        {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"},
        {"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
        {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
        {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
        /* not of the RFC */
        {"{\"a\":1,\"b\":{\"c\":1,\"d\":2}}", "{}", "{\"a\":1,\"b\":{\"c\":1,\"d\":2}}"},
        {"{\"b\":{\"c\":1,\"d\":2}}", "{\"b\":{}}", "{\"b\":{\"c\":1,\"d\":2}}"},
        {"{\"a\":1}", "{\"a\":{\"b\":1,\"c\":null}}", "{\"a\":{\"b\":1}}"},
        {"{}", "{\"a\":[null,{\"b\":null}]}", "{\"a\":[null,{\"b\":null}]}"},
        {"{}", "{\"a\":null}", "{}"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const bk_json_t *target = json_read(rows[i].original, *state);
        const bk_json_t *merged = bk_merge_object(target, json_read(rows[i].patch, *state), *state);
        const char *written = json_written(merged, *state);

        assert_that(strcmp(written, rows[i].result) == 0, "%s with %s is %s", rows[i].original,
                    rows[i].patch, written);
        assert_string_equal(json_written(target, *state), rows[i].original);
    }
}

/* Those whose patch, or original, is none: each as the value of a member. */
static void test_examples_with_other_values(void **state)
{
    static const struct {
        const char *original, *patch, *result;
    } rows[] = {
        {"[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]"},
        {"{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]"},
        {"{\"a\":\"foo\"}", "null", "null"},
        {"{\"a\":\"foo\"}", "\"bar\"", "\"bar\""},
        {"[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const bk_json_t *target =
            json_read(apr_pstrcat(*state, "{\"v\":", rows[i].original, "}", NULL), *state);
        const bk_json_t *patch =
            json_read(apr_pstrcat(*state, "{\"v\":", rows[i].patch, "}", NULL), *state);
        bk_json_t *merged = apr_pmemdup(*state, patch, sizeof(*patch) + sizeof(patch->members[0]));

        merged->members[0] = bk_merge_value(&target->members[0], &patch->members[0], *state);
        assert_string_equal(json_written(merged, *state),
                            apr_pstrcat(*state, "{\"v\":", rows[i].result, "}", NULL));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples_of_the_rfc),
        cmocka_unit_test(test_examples_with_other_values),
    };

    return cmocka_run_group_tests_name("bk_merge", tests, unit_pool_open, unit_pool_close);
}

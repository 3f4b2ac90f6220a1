#include "unit.h"

#include "bk_json_alone.h"

static void test_what_is_written_is_read(void **state)
{
    static const char *const texts[] = {"a", "", "\"}", "\xc3\xa9"};
    bk_json_text_t text;
    const bk_json_t *read;
    const char *json;
    size_t i;

    json = bk_json_alone_texts(texts, UNIT_ROWS(texts), *state);
    assert_string_equal(json, "[\"a\",\"\",\"\\\"}\",\"\xc3\xa9\"]");
    read = bk_json_alone_read(json, *state);
    assert_int_equal(read->count, UNIT_ROWS(texts));
    for (i = 0; i < UNIT_ROWS(texts); i++) {
        assert_string_equal(read->members[i].text, texts[i]);
    }
    bk_json_alone_begin(&text, *state);
    bk_json_text_object(&text, NULL);
    bk_json_text_int(&text, "n", 1);
    bk_json_text_object_end(&text);
    json = bk_json_alone_end(&text);
    assert_string_equal(json, "{\"n\":1}");
    assert_int_equal(bk_json_member(bk_json_alone_read(json, *state), "n")->number, 1);
}

static void test_empty(void **state)
{
    assert_string_equal(bk_json_alone_texts(NULL, 0, *state), "[]");
    assert_int_equal(bk_json_alone_read("[]", *state)->count, 0);
    assert_int_equal(bk_json_alone_read("{}", *state)->count, 0);
}

/* What ends the object around it, and begins another member, is no value alone. */
static void test_none(void **state)
{
    static const char *const rows[] = {
        NULL, "", "1", "\"a\"", "null", "[", "[1", "[]]", "[],\"w\":[]", "[]}", "[1]{}",
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_that(!bk_json_alone_read(rows[i], *state), "%s is read", rows[i]);
    }
}

static void test_no_utf8(void **state)
{
    static const char *const texts[] = {"\xff"};

    assert_null(bk_json_alone_texts(texts, 1, *state));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_no_utf8),
    };

    return cmocka_run_group_tests_name("bk_json_alone", tests, unit_pool_open, unit_pool_close);
}

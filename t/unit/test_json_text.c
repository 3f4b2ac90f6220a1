#include "unit.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "bk_json.h"
#include "bk_json_text.h"

/* What Jansson writes for the same member is what is expected. */
static void expect_member(const char *value, apr_pool_t *p)
{
    bk_json_text_t text;
    apr_size_t len;
    const char *written;
    json_t *expected = json_pack("{s:s?}", "name", value);
    char *dumped = json_dumps(expected, JSON_COMPACT);
    json_t *read;

    bk_json_text_begin(&text, p);
    bk_json_text_string(&text, "name", value);
    written = bk_json_text_end(&text, &len);
    assert_non_null(written);
    assert_int_equal(strlen(written), len);
    read = json_loads(written, 0, NULL);
    assert_that(json_equal(read, expected), "%s is written as %s", dumped, written);
    json_decref(read);
    json_decref(expected);
    free(dumped);
}

static void test_strings(void **state)
{
    static const char *const rows[] = {
        "",
        "plain",
        "\"",
        "\\",
        "a\"b\\c/d",
        "\b\f\n\r\t",
        "\x01",
        "\x1f\x7f end",
        "\xC3\xA9t\xC3\xA9",
        "\xE2\x82\xAC \xF0\x9F\x98\x80",
        NULL,
    };
    apr_pool_t *p = *state;
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        expect_member(rows[i], p);
    }
}

/* Longer than what there is room for at first, with an escape at each place in turn. */
static void test_long_strings(void **state)
{
    apr_pool_t *p = *state;
    char value[1200];
    size_t i;

    for (i = 480; i < 530; i++) {
        memset(value, 'x', sizeof(value) - 1);
        value[sizeof(value) - 1] = '\0';
        value[i] = '\x02';
        expect_member(value, p);
        value[i + 1] = '\0';
        expect_member(value, p);
    }
}

/* What eight bytes are looked at for at once: each kind of byte at each place of a word, behind
 * each other kind. */
static void test_each_byte_at_each_place(void **state)
{
    static const char *const kinds[] = {"a", "\x1f", "\x20", "!",    "\"",      "#",
                                        "[", "\\",   "]",    "\x7f", "\xC3\xA9"};
    apr_pool_t *p = *state;
    size_t before, kind, place;

    for (before = 0; before < UNIT_ROWS(kinds); before++) {
        for (kind = 0; kind < UNIT_ROWS(kinds); kind++) {
            for (place = 0; place <= 17; place++) {
                char value[32] = "";

                memset(value, 'x', place);
                strcat(value, kinds[before]);
                strcat(value, kinds[kind]);
                memset(value + strlen(value), 'y', 17 - place);
                expect_member(value, p);
            }
        }
    }
}

static void test_not_utf8(void **state)
{
    static const char *const rows[] = {"\x80", "ab\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xFF\"\\"};
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        bk_json_text_t text;
        apr_size_t len;

        bk_json_text_begin(&text, *state);
        bk_json_text_string(&text, "name", rows[i]);
        bk_json_text_string(&text, "other", "text");
        assert_that(bk_json_text_end(&text, &len) == NULL, "row %zu is written", i);
    }
}

static void test_object(void **state)
{
    bk_json_text_t text;
    apr_size_t len;
    const char *written;

    bk_json_text_begin(&text, *state);
    assert_string_equal(bk_json_text_end(&text, &len), "{}");

    bk_json_text_begin(&text, *state);
    bk_json_text_int(&text, "zero", 0);
    bk_json_text_int(&text, "lowest", INT64_MIN);
    bk_json_text_string(&text, "none", NULL);
    bk_json_text_id(&text, "id", 99999999999);
    bk_json_text_int(&text, "highest", INT64_MAX);
    written = bk_json_text_end(&text, &len);
    assert_string_equal(written, "{\"zero\":0,\"lowest\":-9223372036854775808,\"none\":null,"
                                 "\"id\":\"99999999999\",\"highest\":9223372036854775807}");
    assert_int_equal(len, strlen(written));
}

static void test_nested(void **state)
{
    bk_json_text_t text;
    bk_time_t time = {INT64_C(1905058800) * BK_TIME_SECOND, 180};
    apr_size_t len;

    bk_json_text_begin(&text, *state);
    bk_json_text_array(&text, "none");
    bk_json_text_array_end(&text);
    bk_json_text_array(&text, "all");
    bk_json_text_int(&text, NULL, -1);
    bk_json_text_string(&text, NULL, "{[");
    bk_json_text_string(&text, NULL, NULL);
    bk_json_text_array(&text, NULL);
    bk_json_text_bool(&text, NULL, 1);
    bk_json_text_bool(&text, NULL, 0);
    bk_json_text_array_end(&text);
    bk_json_text_object(&text, NULL);
    bk_json_text_object_end(&text);
    bk_json_text_id(&text, NULL, 7);
    bk_json_text_array_end(&text);
    bk_json_text_object(&text, "object");
    bk_json_text_key(&text, "a\"\n");
    bk_json_text_string(&text, NULL, "x");
    bk_json_text_key(&text, "b[");
    bk_json_text_object(&text, NULL);
    bk_json_text_instant(&text, "start", &time);
    bk_json_text_instant(&text, "end", NULL);
    bk_json_text_object_end(&text);
    bk_json_text_key(&text, "c");
    bk_json_text_raw(&text, NULL, "{\"raw\":1}", 9);
    bk_json_text_bool(&text, "d", 1);
    bk_json_text_object_end(&text);
    bk_json_text_int(&text, "last", 1);
    assert_string_equal(bk_json_text_end(&text, &len),
                        "{\"none\":[],\"all\":[-1,\"{[\",null,[true,false],{},\"7\"],"
                        "\"object\":{\"a\\\"\\n\":\"x\","
                        "\"b[\":{\"start\":\"2030-05-15T10:00:00+03:00\",\"end\":null},"
                        "\"c\":{\"raw\":1},\"d\":true},\"last\":1}");
}

/* What was read is written as it was. */
static void test_values(void **state)
{
    static const char *const rows[] = {
        "{\"a\":[]}",
        "{\"a\":{}}",
        "{\"a\":[[[1,-2],\"\\\"\",null],{\"b\":true,\"\":false},{\"\\\\\":{\"c\":[{}]}}]}",
        "{\"a\":\"\xe2\x82\xac\",\"b\":9223372036854775807}",
        "{\"a\":-9223372036854775808}",
    };
    size_t i, j;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const bk_json_t *object;
        const char *why, *written;
        bk_json_text_t text;
        apr_size_t len;

        assert_int_equal(bk_json_parse(&object, rows[i], strlen(rows[i]), &why, *state),
                         BK_JSON_PARSED);
        bk_json_text_begin(&text, *state);
        for (j = 0; j < object->count; j++) {
            bk_json_text_value(&text, object->members[j].name, &object->members[j]);
        }
        written = bk_json_text_end(&text, &len);
        assert_that(written && strcmp(written, rows[i]) == 0, "%s is written as %s", rows[i],
                    written);
    }
}

static void test_a_name_that_is_no_text(void **state)
{
    bk_json_text_t text;
    apr_size_t len;

    bk_json_text_begin(&text, *state);
    bk_json_text_key(&text, "\xff");
    bk_json_text_int(&text, NULL, 1);
    assert_null(bk_json_text_end(&text, &len));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_long_strings),
        cmocka_unit_test(test_each_byte_at_each_place),
        cmocka_unit_test(test_not_utf8),
        cmocka_unit_test(test_object),
        cmocka_unit_test(test_nested),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_a_name_that_is_no_text),
    };

    return cmocka_run_group_tests_name("bk_json_text", tests, unit_pool_open, unit_pool_close);
}

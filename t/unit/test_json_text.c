#include "unit.h"

#include <jansson.h>
#include <malloc.h>
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

/* ---- pieces -------------------------------------------------------------------------------------
 */

typedef struct taken_t {
    char *whole; /* what was taken, put together; NULL: it is not */
    apr_size_t longest, all;
    int count;
    int most; /* pieces that are taken; 0: all */
} taken_t;

static apr_status_t take(void *context, const char *data, apr_size_t len)
{
    taken_t *taken = context;

    if (taken->most && taken->count == taken->most) {
        return APR_EPIPE;
    }
    taken->count++;
    taken->longest = len > taken->longest ? len : taken->longest;
    if (taken->whole) {
        memcpy(taken->whole + taken->all, data, len);
        taken->whole[taken->all + len] = '\0';
    }
    taken->all += len;
    return APR_SUCCESS;
}

static void write_rows(bk_json_text_t *text, int rows, const char *name)
{
    bk_time_t time = {0, 120};
    int i;

    bk_json_text_array(text, "items");
    for (i = 0; i < rows; i++) {
        bk_json_text_object(text, NULL);
        bk_json_text_id(text, "id", 94577202595 + i);
        bk_json_text_string(text, "name", name);
        bk_json_text_instant(text, "start", &time);
        bk_json_text_object_end(text);
        time.ns += 60 * BK_TIME_SECOND;
    }
    bk_json_text_array_end(text);
    bk_json_text_string(text, "next", NULL);
}

static void test_pieces_are_the_whole(void **state)
{
    static const int rows[] = {0, 1, 100, 101, 3000};
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        taken_t taken = {.whole = apr_pcalloc(*state, 1 << 20)};
        bk_json_text_t text;
        const char *whole;
        apr_size_t len;

        bk_json_text_begin(&text, *state);
        write_rows(&text, rows[i], "Group room");
        whole = bk_json_text_end(&text, &len);
        bk_json_text_stream(&text, take, &taken, *state);
        write_rows(&text, rows[i], "Group room");
        assert_int_equal(bk_json_text_finish(&text), APR_SUCCESS);
        assert_string_equal(taken.whole, whole);
        assert_int_equal(taken.all, len);
        assert_int_equal(taken.count, 1 + len / (BK_JSON_TEXT_PIECE + 40));
    }
}

/* A piece may end behind a bracket, a name or a value: what follows has the comma that it needs. */
static void test_pieces_end_anywhere(void **state)
{
    char *before = apr_pcalloc(*state, BK_JSON_TEXT_PIECE + 1);
    taken_t taken = {.whole = apr_palloc(*state, 1 << 16)};
    int i;

    memset(before, 'x', BK_JSON_TEXT_PIECE);
    for (i = 1; i < 40; i++) {
        bk_json_text_t text;
        apr_size_t len;

        taken.all = 0;
        before[BK_JSON_TEXT_PIECE - i] = '\0';
        bk_json_text_stream(&text, take, &taken, *state);
        bk_json_text_string(&text, "x", before);
        bk_json_text_array(&text, "a");
        bk_json_text_array(&text, NULL);
        bk_json_text_int(&text, NULL, 1);
        bk_json_text_int(&text, NULL, 2);
        bk_json_text_array_end(&text);
        bk_json_text_object(&text, NULL);
        bk_json_text_key(&text, "k");
        bk_json_text_int(&text, NULL, 1);
        bk_json_text_object_end(&text);
        bk_json_text_array_end(&text);
        assert_int_equal(bk_json_text_finish(&text), APR_SUCCESS);
        len = strlen(before) + strlen("{'x':''");
        assert_string_equal(taken.whole + len, ",\"a\":[[1,2],{\"k\":1}]}");
    }
}

static void test_a_long_list_takes_the_memory_of_a_piece(void **state)
{
    taken_t taken = {NULL};
    bk_json_text_t text;
    apr_pool_t *p;
    size_t before;

    apr_pool_create(&p, *state);
    bk_json_text_stream(&text, take, &taken, p);
    before = mallinfo2().uordblks;
    write_rows(&text, 100000, "Group room");
    assert_int_equal(bk_json_text_finish(&text), APR_SUCCESS);
    assert_that(mallinfo2().uordblks - before < 1000, "%zu bytes more",
                mallinfo2().uordblks - before);
    assert_in_range(taken.longest, BK_JSON_TEXT_PIECE, BK_JSON_TEXT_PIECE + 100);
    assert_in_range(taken.all, 7000000, 10000000);
    apr_pool_destroy(p);
}

/* An element that is longer than a piece goes out as one. */
static void test_a_long_element(void **state)
{
    taken_t taken = {.whole = apr_pcalloc(*state, 1 << 20)};
    char *value = apr_palloc(*state, 100001);
    bk_json_text_t text;

    memset(value, '\x01', 100000);
    value[100000] = '\0';
    bk_json_text_stream(&text, take, &taken, *state);
    write_rows(&text, 1, value);
    assert_int_equal(bk_json_text_finish(&text), APR_SUCCESS);
    assert_int_equal(taken.all, taken.longest);
    json_decref(json_loads(taken.whole, 0, NULL));
    assert_int_equal(strlen(taken.whole), taken.all);
}

static void test_who_takes_no_more_is_not_asked_again(void **state)
{
    taken_t taken = {.most = 3};
    bk_json_text_t text;

    bk_json_text_stream(&text, take, &taken, *state);
    assert_int_equal(bk_json_text_status(&text), APR_SUCCESS);
    write_rows(&text, 3000, "Group room");
    assert_int_equal(bk_json_text_status(&text), APR_EPIPE);
    taken.most = 0;
    assert_int_equal(bk_json_text_finish(&text), APR_EPIPE);
    assert_int_equal(taken.count, 3);
}

static void test_what_is_no_text_does_not_go_out(void **state)
{
    taken_t taken = {.whole = apr_pcalloc(*state, 1 << 20)};
    bk_json_text_t text;

    bk_json_text_stream(&text, take, &taken, *state);
    write_rows(&text, 1000, "Group room");
    write_rows(&text, 1000, "\xff");
    assert_int_equal(bk_json_text_status(&text), APR_EINVAL);
    assert_int_equal(bk_json_text_finish(&text), APR_EINVAL);
    assert_null(strchr(taken.whole, '\xff'));
    assert_true(taken.count > 5);

    bk_json_text_begin(&text, *state);
    bk_json_text_key(&text, "\xff");
    bk_json_text_int(&text, NULL, 1);
    assert_null(bk_json_text_end(&text, &taken.all));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_long_strings),
        cmocka_unit_test(test_not_utf8),
        cmocka_unit_test(test_object),
        cmocka_unit_test(test_nested),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_pieces_are_the_whole),
        cmocka_unit_test(test_pieces_end_anywhere),
        cmocka_unit_test(test_a_long_list_takes_the_memory_of_a_piece),
        cmocka_unit_test(test_a_long_element),
        cmocka_unit_test(test_who_takes_no_more_is_not_asked_again),
        cmocka_unit_test(test_what_is_no_text_does_not_go_out),
    };

    return cmocka_run_group_tests_name("bk_json_text", tests, unit_pool_open, unit_pool_close);
}

#include "unit.h"

#include <apr_strings.h>

#include "bk_json.h"
#include "bk_json_input.h"
#include "faults.h"

static const char *const modes[] = {"all", "free", NULL};
static const char *const days[] = {"mon", "tue", NULL};

static const bk_input_row_t range_rows[] = {
    {.name = "days", .kind = BK_INPUT_WORD, .flags = BK_INPUT_LIST, .most = 3, .words = days},
    {.name = "from", .kind = BK_INPUT_CLOCK, .flags = BK_INPUT_REQUIRED},
    {.name = "to", .kind = BK_INPUT_CLOCK, .flags = BK_INPUT_REQUIRED},
    {NULL}};

static const bk_input_row_t length_rows[] = {
    {.name = "min", .kind = BK_INPUT_INT, .flags = BK_INPUT_REQUIRED, .min = 0, .max = 1440},
    {.name = "max", .kind = BK_INPUT_INT, .flags = BK_INPUT_NULLABLE, .min = 0, .max = 1440},
    {NULL}};

static const bk_input_row_t rows[] = {
    {.name = "space", .kind = BK_INPUT_ID, .flags = BK_INPUT_REQUIRED},
    {.name = "start", .kind = BK_INPUT_MOMENT},
    {.name = "title", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_NULLABLE, .min = 0, .max = 5},
    {.name = "people", .kind = BK_INPUT_INT, .min = 1, .max = 100},
    {.name = "private", .kind = BK_INPUT_BOOL},
    {.name = "mode", .kind = BK_INPUT_WORD, .words = modes},
    {.name = "features", .kind = BK_INPUT_ID, .flags = BK_INPUT_LIST, .least = 1, .most = 3},
    {.name = "hours", .kind = BK_INPUT_OBJECT, .flags = BK_INPUT_LIST, .rows = range_rows},
    {.name = "length", .kind = BK_INPUT_OBJECT, .flags = BK_INPUT_OR_TEXT, .rows = length_rows},
    {.name = "attributes",
     .kind = BK_INPUT_TEXT,
     .flags = BK_INPUT_MAP,
     .min = 0,
     .max = 5,
     .most = 3},
    {.name = "version", .flags = BK_INPUT_READ_ONLY},
    {NULL}};

static const bk_input_t *given(const char *text, bk_json_input_mode_t mode, bk_faults_t *faults,
                               apr_pool_t *p)
{
    const bk_json_t *object;
    const char *why;

    bk_fault_none(faults, p);
    assert_that(bk_json_parse(&object, text, strlen(text), &why, p) == BK_JSON_PARSED, "%s", text);
    return bk_json_input_read(rows, object, mode, faults, p);
}

static const bk_input_t *given_right(const char *text, bk_json_input_mode_t mode, apr_pool_t *p)
{
    bk_faults_t faults;
    const bk_input_t *input = given(text, mode, &faults, p);

    assert_that(bk_fault_count(&faults) == 0, "%s: %s", text, faults_text(&faults, p));
    return input;
}

static void test_values(void **state)
{
    const bk_input_t *input = given_right(
        "{\"space\":\"lib-101\",\"start\":\"2030-05-14T10:00\",\"title\":\"\xc3\xa9t\xc3\xa9\","
        "\"people\":4,\"private\":true,\"mode\":\"free\",\"features\":[\"a\",\"b\"],"
        "\"hours\":[{\"from\":\"08:00\",\"to\":\"24:00\",\"days\":[\"tue\"]}],"
        "\"length\":{\"min\":30,\"max\":null},\"attributes\":{\"phone\":\"1\",\"x\":\"\"}}",
        BK_JSON_INPUT_WHOLE, *state);
    const bk_input_field_t *field;

    assert_string_equal(bk_input_text(input, "space", NULL), "lib-101");
    assert_int_equal(bk_input_value(input, "start")->is_wall, 1);
    assert_string_equal(bk_input_text(input, "title", NULL), "\xc3\xa9t\xc3\xa9");
    assert_int_equal(bk_input_number(input, "people", 0), 4);
    assert_int_equal(bk_input_number(input, "private", 0), 1);
    assert_int_equal(bk_input_number(input, "mode", 0), 1);
    field = bk_input_field(input, "features");
    assert_int_equal(field->count, 2);
    assert_string_equal(field->values[1].text, "b");
    input = bk_input_object(input, "hours");
    assert_int_equal(bk_input_number(input, "to", 0), 1440);
    assert_int_equal(bk_input_number(input, "days", 0), 1);
}

static void test_nested_values(void **state)
{
    const bk_input_t *input =
        given_right("{\"space\":\"x\",\"length\":{\"min\":30,\"max\":null},"
                    "\"attributes\":{\"phone\":\"1\",\"x\":\"\"},\"title\":null,\"hours\":[]}",
                    BK_JSON_INPUT_WHOLE, *state);
    const bk_input_t *length = bk_input_object(input, "length");
    const bk_input_field_t *field = bk_input_field(input, "attributes");

    assert_int_equal(bk_input_number(length, "min", 0), 30);
    assert_int_equal(bk_input_field(length, "max")->state, BK_INPUT_NULL);
    assert_int_equal(field->count, 2);
    assert_string_equal(field->values[0].key, "phone");
    assert_string_equal(field->values[0].text, "1");
    assert_int_equal(bk_input_field(input, "title")->state, BK_INPUT_NULL);
    assert_string_equal(bk_input_text(input, "title", "none"), "none");
    assert_int_equal(bk_input_field(input, "hours")->state, BK_INPUT_GIVEN);
    assert_int_equal(bk_input_field(input, "hours")->count, 0);
    assert_null(bk_input_value(input, "hours"));
}

static void test_a_text_stands_for_an_object(void **state)
{
    const bk_input_t *input =
        given_right("{\"space\":\"x\",\"length\":\"RRULE\"}", BK_JSON_INPUT_WHOLE, *state);

    assert_null(bk_input_object(input, "length"));
    assert_string_equal(bk_input_text(input, "length", NULL), "RRULE");
}

static void test_what_the_server_sets_is_not_looked_at(void **state)
{
    static const char *const texts[] = {"{\"space\":\"x\",\"version\":3}",
                                        "{\"space\":\"x\",\"version\":null}",
                                        "{\"space\":\"x\",\"version\":[{\"a\":1}]}"};
    size_t i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        const bk_input_t *input = given_right(texts[i], BK_JSON_INPUT_WHOLE, *state);

        assert_int_equal(bk_input_field(input, "version")->state, BK_INPUT_ABSENT);
    }
}

typedef struct wrong_t {
    const char *text, *faults;
} wrong_t;

static void expect_faults(const wrong_t *row, bk_json_input_mode_t mode, apr_pool_t *p)
{
    bk_faults_t faults;

    given(row->text, mode, &faults, p);
    assert_that(strcmp(faults_text(&faults, p), row->faults) == 0, "%s: %s", row->text,
                faults_text(&faults, p));
}

static void test_faults(void **state)
{
    static const wrong_t texts[] = {
        {"{}", "/space missing-member"},
        {"{\"titel\":\"x\"}", "/titel unknown-member, /space missing-member"},
        {"{\"space\":null}", "/space bad-member"},
        {"{\"space\":7}", "/space bad-member"},
        {"{\"space\":\"\"}", "/space bad-value"},
        {"{\"space\":\"x\",\"a/b~\":1,\"\":2}", "/a~1b~0 unknown-member, / unknown-member"},
        {"{\"space\":\"x\",\"start\":\"10:00\",\"people\":0}",
         "/start bad-time, /people bad-value"},
        {"{\"space\":\"x\",\"people\":3.0}", "/people bad-member"},
        {"{\"space\":\"x\",\"people\":\"3\",\"private\":1}",
         "/people bad-member, /private bad-member"},
        {"{\"space\":\"x\",\"people\":null}", "/people bad-member"},
        {"{\"space\":\"x\",\"people\":1e99}", "/people bad-member"},
        {"{\"space\":\"x\",\"private\":\"true\",\"mode\":true}",
         "/private bad-member, /mode bad-member"},
        {"{\"space\":\"x\",\"mode\":\"some\",\"title\":\"123456\"}",
         "/mode bad-value, /title bad-value"},
        {"{\"space\":\"x\",\"features\":\"a\"}", "/features bad-member"},
        {"{\"space\":\"x\",\"features\":{}}", "/features bad-member"},
        {"{\"space\":\"x\",\"features\":[]}", "/features bad-value"},
        {"{\"space\":\"x\",\"features\":[1,null,\"a\"]}",
         "/features/0 bad-member, /features/1 bad-member"},
        {"{\"space\":\"x\",\"features\":[\"a\",\"b\",\"c\",\"d\"]}", "/features bad-value"},
        {"{\"space\":\"x\",\"hours\":[{\"from\":\"08:00\",\"days\":[\"fri\",\"mon\",\"x\"]},7,"
         "{\"from\":\"1\",\"to\":\"2\",\"until\":3}]}",
         "/hours/0/days/0 bad-value, /hours/0/days/2 bad-value, /hours/0/to missing-member, "
         "/hours/1 bad-member, /hours/2/from bad-time, /hours/2/to bad-time, "
         "/hours/2/until unknown-member"},
        {"{\"space\":\"x\",\"length\":7}", "/length bad-member"},
        {"{\"space\":\"x\",\"hours\":[\"x\"]}", "/hours/0 bad-member"},
        {"{\"space\":\"x\",\"length\":{\"max\":1}}", "/length/min missing-member"},
        {"{\"space\":\"x\",\"attributes\":[]}", "/attributes bad-member"},
        {"{\"space\":\"x\",\"attributes\":{\"a\":null,\"\":\"1\",\"b\":\"123456\"}}",
         "/attributes/a bad-member, /attributes/ bad-value, /attributes/b bad-value"},
        {"{\"space\":\"x\",\"attributes\":{\"a\":\"\",\"b\":\"\",\"c\":\"\",\"d\":\"\"}}",
         "/attributes bad-value"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        expect_faults(&texts[i], BK_JSON_INPUT_WHOLE, *state);
    }
}

static void test_fields_with_faults_have_no_values(void **state)
{
    bk_faults_t faults;
    const bk_input_t *input = given("{\"space\":\"x\",\"people\":0,\"length\":{\"x\":1},"
                                    "\"features\":[\"a\",7],\"title\":\"t\"}",
                                    BK_JSON_INPUT_WHOLE, &faults, *state);
    static const char *const wrong[] = {"people", "length", "features"};
    size_t i;

    for (i = 0; i < UNIT_ROWS(wrong); i++) {
        assert_int_equal(bk_input_field(input, wrong[i])->state, BK_INPUT_WRONG);
        assert_int_equal(bk_input_field(input, wrong[i])->count, 0);
    }
    assert_string_equal(bk_input_text(input, "title", NULL), "t");
}

static void test_a_body_of_nothing_but_faults(void **state)
{
    const char *text = "{\"a\":1";
    const bk_input_t *input;
    bk_faults_t faults;
    int i;

    for (i = 1; i < BK_FAULT_MOST; i++) {
        text = apr_psprintf(*state, "%s,\"a%d\":1", text, i);
    }
    input = given(apr_pstrcat(*state, text, ",\"space\":\"x\",\"length\":{\"x\":1}}", NULL),
                  BK_JSON_INPUT_WHOLE, &faults, *state);
    assert_int_equal(bk_fault_count(&faults), BK_FAULT_MOST);
    assert_int_equal(faults.is_cut, 1);
    assert_int_equal(bk_input_field(input, "length")->state, BK_INPUT_WRONG);
}

/* What is not there stays; null removes. */
static void test_patches(void **state)
{
    const bk_input_t *input = given_right("{\"people\":null,\"title\":null,\"mode\":\"all\","
                                          "\"attributes\":{\"phone\":null,\"x\":\"1\"},"
                                          "\"length\":{\"max\":5}}",
                                          BK_JSON_INPUT_PATCH, *state);
    const bk_input_field_t *field = bk_input_field(input, "attributes");

    assert_int_equal(bk_input_field(input, "space")->state, BK_INPUT_ABSENT);
    assert_int_equal(bk_input_field(input, "people")->state, BK_INPUT_NULL);
    assert_int_equal(bk_input_field(input, "title")->state, BK_INPUT_NULL);
    assert_int_equal(bk_input_field(input, "mode")->state, BK_INPUT_GIVEN);
    assert_int_equal(field->count, 2);
    assert_int_equal(field->values[0].is_null, 1);
    assert_string_equal(field->values[0].key, "phone");
    assert_int_equal(field->values[1].is_null, 0);
    assert_int_equal(bk_input_number(bk_input_object(input, "length"), "max", 0), 5);
}

static void test_faults_of_patches(void **state)
{
    static const wrong_t texts[] = {
        {"{\"space\":null}", "/space bad-member"},
        {"{\"length\":{\"min\":null}}", "/length/min bad-member"},
        {"{\"x\":null}", "/x unknown-member"},
        {"{\"features\":[null]}", "/features/0 bad-member"},
        /* a list is no patch, nor is what it holds */
        {"{\"hours\":[{\"from\":\"08:00\"}]}", "/hours/0/to missing-member"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        expect_faults(&texts[i], BK_JSON_INPUT_PATCH, *state);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_nested_values),
        cmocka_unit_test(test_a_text_stands_for_an_object),
        cmocka_unit_test(test_what_the_server_sets_is_not_looked_at),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_fields_with_faults_have_no_values),
        cmocka_unit_test(test_a_body_of_nothing_but_faults),
        cmocka_unit_test(test_patches),
        cmocka_unit_test(test_faults_of_patches),
    };

    return cmocka_run_group_tests_name("bk_json_input", tests, unit_pool_open, unit_pool_close);
}

#include "unit.h"

#include <inttypes.h>

#include <apr_strings.h>

#include "bk_fault.h"
#include "bk_input.h"

#define MINUTE INT64_C(60000000000)
#define DAY (1440 * MINUTE)

static const char *const words[] = {"all", "free", "", NULL};

typedef struct row_t {
    const char *text;
    const char *code; /* NULL: it is read */
    int64_t number;
    int offset, is_wall;
} row_t;

static void expect(bk_input_row_t kind, const row_t *row, apr_pool_t *p)
{
    bk_input_value_t value = {.text = row->text, .len = strlen(row->text)};
    const char *code, *what = bk_input_read(&kind, &value, &code, p);

    if (row->code) {
        assert_that(what && *what, "'%s' of kind %d is read", row->text, kind.kind);
        assert_string_equal(code, row->code);
        return;
    }
    assert_that(!what, "'%s' of kind %d is not read: %s", row->text, kind.kind, what);
    assert_that(value.number == row->number && value.offset == row->offset &&
                    value.is_wall == row->is_wall,
                "'%s' is read as %" PRId64 ", offset %d, wall %d", row->text, value.number,
                value.offset, value.is_wall);
}

#define EXPECT(rows, p, ...)                               \
    do {                                                   \
        bk_input_row_t kind_ = {.name = "x", __VA_ARGS__}; \
        size_t i_;                                         \
                                                           \
        for (i_ = 0; i_ < UNIT_ROWS(rows); i_++) {         \
            expect(kind_, &(rows)[i_], p);                 \
        }                                                  \
    } while (0)

static void test_texts(void **state)
{
    static const row_t rows[] = {
        {"ab"},
        {"abcd"},
        {"\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"}, /* characters, not bytes */
        {"a", BK_FAULT_BAD_VALUE},
        {"", BK_FAULT_BAD_VALUE},
        {"abcde", BK_FAULT_BAD_VALUE},
        {"a\tb", BK_FAULT_BAD_VALUE},
        {"a\nb", BK_FAULT_BAD_VALUE},
        {"a\x7f"
         "b",
         BK_FAULT_BAD_VALUE},
        {"a\xc2\x85", BK_FAULT_BAD_VALUE},
    };
    static const row_t unbounded[] = {{""}, {"a text of any length"}, {"\x01", BK_FAULT_BAD_VALUE}};
    static const row_t lines[] = {{"a\nb"},
                                  {"\t\r\n"},
                                  {"a\x01"
                                   "b",
                                   BK_FAULT_BAD_VALUE},
                                  {"abcde", BK_FAULT_BAD_VALUE}};

    EXPECT(rows, *state, .kind = BK_INPUT_TEXT, .min = 2, .max = 4);
    EXPECT(unbounded, *state, .kind = BK_INPUT_TEXT);
    EXPECT(lines, *state, .kind = BK_INPUT_TEXT, .flags = BK_INPUT_LINES, .min = 0, .max = 4);
}

static void test_numbers_and_words(void **state)
{
    static const row_t ints[] = {
        {"1", NULL, 1},
        {"200", NULL, 200},
        {"0", BK_FAULT_BAD_VALUE},
        {"201", BK_FAULT_BAD_VALUE},
        {"-1", BK_FAULT_BAD_VALUE},
        {"", BK_FAULT_BAD_VALUE},
        {"1.0", BK_FAULT_BAD_VALUE},
        {"+1", BK_FAULT_BAD_VALUE},
        {" 1", BK_FAULT_BAD_VALUE},
        {"1x", BK_FAULT_BAD_VALUE},
        {"99999999999999999999", BK_FAULT_BAD_VALUE},
    };
    static const row_t any[] = {{"-9223372036854775808", NULL, INT64_MIN}};
    static const row_t bools[] = {{"true", NULL, 1},
                                  {"false", NULL, 0},
                                  {"1", BK_FAULT_BAD_VALUE},
                                  {"True", BK_FAULT_BAD_VALUE},
                                  {"", BK_FAULT_BAD_VALUE}};
    static const row_t of_words[] = {{"all", NULL, 0},
                                     {"free", NULL, 1},
                                     {"", NULL, 2},
                                     {"fre", BK_FAULT_BAD_VALUE},
                                     {"ALL", BK_FAULT_BAD_VALUE}};

    EXPECT(ints, *state, .kind = BK_INPUT_INT, .min = 1, .max = 200);
    EXPECT(any, *state, .kind = BK_INPUT_INT);
    EXPECT(bools, *state, .kind = BK_INPUT_BOOL);
    EXPECT(of_words, *state, .kind = BK_INPUT_WORD, .words = words);
}

static void test_ids(void **state)
{
    static const row_t rows[] = {
        {"lib-101"},
        {"94577202595"},
        {"group:library-desk"},
        {"S\xc3\xa4\xc3\xa4ty talo_-1"},
        {"", BK_FAULT_BAD_VALUE},
        {"a/b", BK_FAULT_BAD_VALUE},
        {"a?", BK_FAULT_BAD_VALUE},
        {"a%2F", BK_FAULT_BAD_VALUE},
        {"a\n", BK_FAULT_BAD_VALUE},
    };
    char *longest = apr_pcalloc(*state, BK_INPUT_ID_MOST + 2);
    row_t long_ones[2] = {{longest}, {NULL, BK_FAULT_BAD_VALUE}};

    EXPECT(rows, *state, .kind = BK_INPUT_ID);
    memset(longest, 'x', BK_INPUT_ID_MOST);
    long_ones[1].text = apr_pstrcat(*state, longest, "x", NULL);
    EXPECT(long_ones, *state, .kind = BK_INPUT_ID);
}

static void test_times(void **state)
{
    static const row_t instants[] = {
        {"1970-01-02T00:00:00Z", NULL, DAY},
        {"1970-01-02T02:00:00+02:00", NULL, DAY, 120},
        {"1970-01-02T00:00:00.000Z", NULL, DAY},
        {"1970-01-02T00:00:30Z", BK_FAULT_BAD_TIME},
        {"1970-01-02T00:00:00.5Z", BK_FAULT_BAD_TIME},
        {"1970-01-02T00:00", BK_FAULT_BAD_TIME},
        {"1970-01-02T00:00:00", BK_FAULT_BAD_TIME},
        {"1970-02-30T00:00:00Z", BK_FAULT_BAD_TIME},
        {"", BK_FAULT_BAD_TIME},
        {"now", BK_FAULT_BAD_TIME},
    };
    static const row_t walls[] = {
        {"1970-01-02T00:00", NULL, DAY, 0, 1},
        {"1970-01-02T00:01:00", NULL, DAY + MINUTE, 0, 1},
        {"1970-01-02T00:00Z", BK_FAULT_BAD_TIME},
        {"1970-01-02T00:00:00Z", BK_FAULT_BAD_TIME},
        {"1970-01-02T00:00+02:00", BK_FAULT_BAD_TIME},
        {"1970-01-02T00:00:01", BK_FAULT_BAD_TIME},
        {"1970-01-02T24:00", BK_FAULT_BAD_TIME},
        {"1970-01-02", BK_FAULT_BAD_TIME},
        {"", BK_FAULT_BAD_TIME},
    };
    static const row_t moments[] = {
        {"1970-01-02T00:00", NULL, DAY, 0, 1},
        {"1970-01-02T00:00:00-01:00", NULL, DAY + 60 * MINUTE, -60, 0},
        {"1970-01-02", BK_FAULT_BAD_TIME},
    };
    static const row_t dates[] = {{"1970-01-01"},
                                  {"1970-01-03", NULL, 2 * DAY},
                                  {"1969-12-31", NULL, -DAY},
                                  {"2023-02-29", BK_FAULT_BAD_TIME},
                                  {"1677-12-31", BK_FAULT_BAD_TIME},
                                  {"2023-2-9", BK_FAULT_BAD_TIME},
                                  {"", BK_FAULT_BAD_TIME}};
    static const row_t clocks[] = {
        {"00:00"},
        {"08:30", NULL, 510},
        {"24:00", NULL, 1440},
        {"24:01", BK_FAULT_BAD_TIME},
        {"23:60", BK_FAULT_BAD_TIME},
        {"8:30", BK_FAULT_BAD_TIME},
        {"08:3x", BK_FAULT_BAD_TIME},
        {"08 30", BK_FAULT_BAD_TIME},
        {"08:30x", BK_FAULT_BAD_TIME},
        {"08:300", BK_FAULT_BAD_TIME},
        {"", BK_FAULT_BAD_TIME},
    };

    EXPECT(instants, *state, .kind = BK_INPUT_INSTANT);
    EXPECT(walls, *state, .kind = BK_INPUT_WALL);
    EXPECT(moments, *state, .kind = BK_INPUT_MOMENT);
    EXPECT(dates, *state, .kind = BK_INPUT_DATE);
    EXPECT(clocks, *state, .kind = BK_INPUT_CLOCK);
}

static void test_counts(void **state)
{
    bk_input_row_t row = {.name = "x", .least = 1, .most = 3}, any = {.name = "x"};

    assert_non_null(bk_input_read_count(&row, 0, *state));
    assert_null(bk_input_read_count(&row, 1, *state));
    assert_null(bk_input_read_count(&row, 3, *state));
    assert_non_null(bk_input_read_count(&row, 4, *state));
    assert_null(bk_input_read_count(&any, 0, *state));
    assert_null(bk_input_read_count(&any, 1000, *state));
}

static void test_what_was_not_given(void **state)
{
    static const bk_input_row_t rows[] = {{.name = "a"}, {.name = "b"}, {NULL}};
    bk_input_t *input = bk_input_make(rows, *state);

    assert_int_equal(bk_input_row(rows, "b"), 1);
    assert_int_equal(bk_input_row(rows, "c"), -1);
    assert_int_equal(bk_input_field(input, "b")->state, BK_INPUT_ABSENT);
    assert_null(bk_input_value(input, "a"));
    assert_string_equal(bk_input_text(input, "a", "otherwise"), "otherwise");
    assert_int_equal(bk_input_number(input, "a", 50), 50);
    assert_null(bk_input_object(input, "a"));
}

static void test_a_patch_changes_what_it_names(void **state)
{
    static const bk_input_row_t rows[] = {{.name = "a"}, {NULL}};
    static const bk_input_value_t value = {.text = "new"};
    bk_input_t *input = bk_input_make(rows, *state);
    const char *text = "old";

    assert_int_equal(bk_input_patch_text(input, "a", &text, "none"), 0);
    assert_string_equal(text, "old");
    input->fields[0] = (bk_input_field_t){BK_INPUT_GIVEN, 1, &value};
    assert_int_equal(bk_input_patch_text(input, "a", &text, "none"), 1);
    assert_string_equal(text, "new");
    input->fields[0] = (bk_input_field_t){BK_INPUT_NULL, 0, NULL};
    assert_int_equal(bk_input_patch_text(input, "a", &text, "none"), 1);
    assert_string_equal(text, "none");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_numbers_and_words),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_what_was_not_given),
        cmocka_unit_test(test_a_patch_changes_what_it_names),
    };

    return cmocka_run_group_tests_name("bk_input", tests, unit_pool_open, unit_pool_close);
}

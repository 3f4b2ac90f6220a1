#include "unit.h"

#include <inttypes.h>
#include <stdio.h>

#include "bk_text.h"

static void test_int_accepted(void **state)
{
    static const struct {
        const char *text;
        apr_int64_t value;
    } rows[] = {
        {"0", 0},
        {"-0", 0},
        {"7", 7},
        {"-7", -7},
        {"0042", 42},
        {"00000000000000000000000000000042", 42},
        {"99999999999", APR_INT64_C(99999999999)},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775807", -INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        apr_int64_t value = 99;
        assert_that(bk_text_int(rows[i].text, &value) == 1, "'%s' is refused", rows[i].text);
        assert_that(value == rows[i].value, "'%s' is read as %" PRId64, rows[i].text, value);
    }
}

static void test_int_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "-",
        "--1",
        "+1",
        " 1",
        "1 ",
        "1\n",
        "\t1",
        "1.0",
        "1e3",
        "0x10",
        "1,000",
        "1_0",
        "1-",
        "-1-",
        "- 1",
        "abc",
        "1a",
        "a1",
        "/",
        ":",
        "NaN",
        "null",
        "true",
        "-",
        "\xc2\xb2", /* a superscript two */
        "\xd9\xa1", /* an Arabic-Indic one */
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "92233720368547758070",
        "99999999999999999999",
        "-99999999999999999999",
        "100000000000000000000000000000000000000",
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        apr_int64_t value = 99;
        assert_that(bk_text_int(rows[i], &value) == 0, "'%s' is accepted", rows[i]);
        assert_that(value == 99, "'%s' is refused, but the value was set", rows[i]);
    }
}

/* Every byte that is no digit is refused, before, within and behind digits. */
static void test_int_foreign_bytes(void **state)
{
    int byte;

    for (byte = 1; byte < 256; byte++) {
        char before[] = {(char)byte, '1', '2', '\0'};
        char within[] = {'1', (char)byte, '2', '\0'};
        char behind[] = {'1', '2', (char)byte, '\0'};
        int digit = byte >= '0' && byte <= '9';
        apr_int64_t value;

        assert_int_equal(bk_text_int(before, &value), digit || byte == '-');
        assert_int_equal(bk_text_int(within, &value), digit);
        assert_int_equal(bk_text_int(behind, &value), digit);
    }
}

static void test_int_round_trip(void **state)
{
    uint64_t seed = 1;
    int i;

    for (i = 0; i < 20000; i++) {
        /* Shifted, so that short numbers come up as often as long ones. */
        apr_int64_t wanted = (apr_int64_t)unit_random(&seed) >> (unit_random(&seed) % 64);
        apr_int64_t value;
        char text[32], room[BK_TEXT_INT];

        snprintf(text, sizeof(text), "%" PRId64, wanted);
        assert_string_equal(bk_text_of_int(wanted, room), text);
        assert_int_equal(bk_text_int(text, &value), 1);
        assert_true(value == wanted);
    }
}

static void test_int_ends(void **state)
{
    static const struct {
        apr_int64_t value;
        const char *text;
    } rows[] = {
        {0, "0"},
        {-1, "-1"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        char room[BK_TEXT_INT];

        assert_string_equal(bk_text_of_int(rows[i].value, room), rows[i].text);
    }
}

static void test_chars(void **state)
{
    static const struct {
        const char *text;
        apr_size_t chars;
    } rows[] = {
        {"", 0},
        {"a", 1},
        {"abc", 3},
        {"\xc3\xa9", 1},         /* e acute, two bytes */
        {"e\xcc\x81", 2},        /* e and a combining acute: two code points */
        {"\xe2\x82\xac", 1},     /* euro sign, three bytes */
        {"\xf0\x9f\x8f\xa2", 1}, /* office building, four bytes */
        {"\xf4\x8f\xbf\xbf", 1}, /* the last code point */
        {"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x8f\xa2", 4},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_int_equal(bk_text_chars(rows[i].text, strlen(rows[i].text)), rows[i].chars);
    }
    /* The length counts, not a NUL. */
    assert_int_equal(bk_text_chars("ab\0cd", 5), 5);
    assert_int_equal(bk_text_chars("abcd", 2), 2);
}

/* UTF-8 of one code point. */
static apr_size_t encode(uint32_t point, char *text)
{
    if (point < 0x80) {
        text[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        text[0] = (char)(0xC0 | point >> 6);
        text[1] = (char)(0x80 | (point & 0x3F));
        return 2;
    }
    text[0] = (char)(0xE0 | point >> 12);
    text[1] = (char)(0x80 | (point >> 6 & 0x3F));
    text[2] = (char)(0x80 | (point & 0x3F));
    return 3;
}

/* Every code point of the Basic Multilingual Plane, alone and between others. */
static void test_control(void **state)
{
    uint32_t point;

    for (point = 0; point < 0x10000; point++) {
        int control = point < 0x20 || (point >= 0x7F && point <= 0x9F);
        char text[8] = "x";
        apr_size_t len;

        if (point >= 0xD800 && point <= 0xDFFF) {
            continue;
        }
        len = encode(point, text);
        assert_that(bk_text_has_control(text, len) == control, "U+%04" PRIX32 " alone", point);
        text[0] = 'x';
        len = 1 + encode(point, text + 1);
        text[len++] = 'y';
        assert_that(bk_text_has_control(text, len) == control, "U+%04" PRIX32 " within", point);
    }
}

static void test_control_length(void **state)
{
    assert_int_equal(bk_text_has_control("", 0), 0);
    assert_int_equal(bk_text_has_control("\n", 0), 0);
    assert_int_equal(bk_text_has_control("ab\n", 2), 0);
    assert_int_equal(bk_text_has_control("ab\n", 3), 1);
    assert_int_equal(bk_text_has_control("ab\0cd", 5), 1);
}

/* The ends of each row of RFC 3629's table, and what lies beside them. */
static void test_utf8(void **state)
{
    static const char *const right[] = {"",
                                        "a",
                                        "J\xc3\xb6rg",
                                        "\xc2\x80",
                                        "\xdf\xbf",
                                        "\xe0\xa0\x80",
                                        "\xed\x9f\xbf",
                                        "\xee\x80\x80",
                                        "\xef\xbf\xbf",
                                        "\xf0\x90\x80\x80",
                                        "\xf4\x8f\xbf\xbf",
                                        "\x01\x7f"};
    static const char *const wrong[] = {"\x80",
                                        "a\xbf",
                                        "\xc0\x80",
                                        "\xc1\xbf",
                                        "\xc3",
                                        "\xc3z",
                                        "\xe0\x9f\xbf",
                                        "\xed\xa0\x80",
                                        "\xe2\x82",
                                        "\xe2\x82z",
                                        "\xf0\x8f\xbf\xbf",
                                        "\xf4\x90\x80\x80",
                                        "\xf5\x80\x80\x80",
                                        "\xf0\x90\x80",
                                        "\xff"};
    size_t i;

    for (i = 0; i < UNIT_ROWS(right); i++) {
        assert_that(bk_text_is_utf8(right[i]), "row %d", (int)i);
    }
    for (i = 0; i < UNIT_ROWS(wrong); i++) {
        assert_that(!bk_text_is_utf8(wrong[i]), "row %d", (int)i);
    }
}

static void test_id(void **state)
{
    apr_int64_t id = 0;

    assert_int_equal(bk_text_id("1", &id), 1);
    assert_true(id == 1);
    assert_int_equal(bk_text_id("9223372036854775807", &id), 1);
    assert_true(id == INT64_MAX);
    assert_int_equal(bk_text_id("0", &id), 0);
    assert_int_equal(bk_text_id("-1", &id), 0);
    assert_int_equal(bk_text_id("", &id), 0);
    assert_int_equal(bk_text_id("1x", &id), 0);
    assert_int_equal(bk_text_id("9223372036854775808", &id), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_id),
        cmocka_unit_test(test_int_accepted),
        cmocka_unit_test(test_int_refused),
        cmocka_unit_test(test_int_foreign_bytes),
        cmocka_unit_test(test_int_round_trip),
        cmocka_unit_test(test_int_ends),
        cmocka_unit_test(test_chars),
        cmocka_unit_test(test_control),
        cmocka_unit_test(test_control_length),
    };

    return cmocka_run_group_tests_name("bk_text", tests, NULL, NULL);
}

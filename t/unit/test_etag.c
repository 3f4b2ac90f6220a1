#include "unit.h"

#include "bk_etag.h"

static void test_a_tag_is_read_whole_or_not_at_all(void **state)
{
    static const struct {
        const char *text, *opaque;
        int is_weak;
    } rows[] = {
        {"\"abc\"", "abc", 0},
        {"W/\"abc\"", "abc", 1},
        {"\"\"", "", 0},
        {"W/\"\"", "", 1},
        {"\"a,b\"", "a,b", 0},
        {"\"*\"", "*", 0},
        {"\"a\\b\"", "a\\b", 0}, /* no escape: a backslash is itself */
        {"\"\303\244\377\"", "\303\244\377", 0},
        {"\"!#~\"", "!#~", 0},
        {"", NULL, 0},
        {"abc", NULL, 0},
        {"\"abc", NULL, 0},
        {"abc\"", NULL, 0},
        {"\"", NULL, 0},
        {"W/", NULL, 0},
        {"W/abc", NULL, 0},
        {"w/\"abc\"", NULL, 0}, /* its letter is a capital */
        {"W \"abc\"", NULL, 0},
        {"W/ \"abc\"", NULL, 0},
        {"'abc'", NULL, 0},
        {"\"a b\"", NULL, 0},
        {"\"a\tb\"", NULL, 0},
        {"\"a\177b\"", NULL, 0},
        {"\"a\001b\"", NULL, 0},
        {"\"a\"b\"", NULL, 0},
        {"\"abc\" ", NULL, 0},
        {" \"abc\"", NULL, 0},
        {"\"abc\",", NULL, 0},
        {"*", NULL, 0},
    };
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        bk_etag_t tag;
        int is_read = bk_etag_parse(rows[i].text, &tag);

        assert_that(is_read == (rows[i].opaque != NULL), "%s: %d", rows[i].text, is_read);
        assert_that(!is_read ||
                        (tag.is_weak == rows[i].is_weak && tag.len == strlen(rows[i].opaque) &&
                         memcmp(tag.opaque, rows[i].opaque, tag.len) == 0),
                    "%s is read as %.*s", rows[i].text, (int)tag.len, tag.opaque);
    }
}

/* The table of RFC 9110, section 8.8.3.2. */
static void test_strong_and_weak_comparison(void **state)
{
    static const struct {
        const char *a, *b;
        int is_same, is_equivalent;
    } rows[] = {
        {"W/\"1\"", "W/\"1\"", 0, 1}, {"W/\"1\"", "W/\"2\"", 0, 0}, {"W/\"1\"", "\"1\"", 0, 1},
        {"\"1\"", "\"1\"", 1, 1},     {"\"1\"", "\"2\"", 0, 0},     {"\"1\"", "\"11\"", 0, 0},
        {"\"\"", "\"\"", 1, 1},       {"\"a\"", "\"A\"", 0, 0},
    };
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        bk_etag_t a, b;

        assert_true(bk_etag_parse(rows[i].a, &a) && bk_etag_parse(rows[i].b, &b));
        assert_that(bk_etag_is_same(&a, &b) == rows[i].is_same &&
                        bk_etag_is_same(&b, &a) == rows[i].is_same,
                    "strong comparison of %s and %s", rows[i].a, rows[i].b);
        assert_that(bk_etag_is_equivalent(&a, &b) == rows[i].is_equivalent &&
                        bk_etag_is_equivalent(&b, &a) == rows[i].is_equivalent,
                    "weak comparison of %s and %s", rows[i].a, rows[i].b);
    }
}

typedef struct condition_t {
    const char *if_match, *if_none_match;
    const char *current;             /* NULL: nothing is there */
    bk_etag_result_t read, or_write; /* what a read and a write are answered */
} condition_t;

static void check(const condition_t *row)
{
    bk_etag_t tag, known;
    bk_etag_result_t read, or_write;

    assert_true(!row->current || bk_etag_parse(row->current, &tag));
    read =
        bk_etag_evaluate(row->if_match, row->if_none_match, row->current ? &tag : NULL, 1, &known);
    or_write =
        bk_etag_evaluate(row->if_match, row->if_none_match, row->current ? &tag : NULL, 0, &known);
    assert_that(read == row->read && or_write == row->or_write,
                "If-Match: %s, If-None-Match: %s, current %s: a read gets %d, a write %d",
                row->if_match ? row->if_match : "(none)",
                row->if_none_match ? row->if_none_match : "(none)",
                row->current ? row->current : "(none)", (int)read, (int)or_write);
}

#define ON BK_ETAG_GO_ON
#define KNOWN BK_ETAG_NOT_MODIFIED
#define FAILED BK_ETAG_FAILED

static void test_conditions(void **state)
{
    static const condition_t rows[] = {
        {NULL, NULL, "\"a\"", ON, ON},
        {NULL, NULL, NULL, ON, ON},
        /* If-Match compares strongly */
        {"\"a\"", NULL, "\"a\"", ON, ON},
        {"\"b\"", NULL, "\"a\"", FAILED, FAILED},
        {"W/\"a\"", NULL, "\"a\"", FAILED, FAILED},
        {"W/\"a\"", NULL, "W/\"a\"", FAILED, FAILED},
        {"\"b\", \"a\"", NULL, "\"a\"", ON, ON},
        {"\"b\",\"c\"", NULL, "\"a\"", FAILED, FAILED},
        {"*", NULL, "\"a\"", ON, ON},
        {" * ", NULL, "W/\"a\"", ON, ON},
        {"*", NULL, NULL, FAILED, FAILED},
        {"\"a\"", NULL, NULL, FAILED, FAILED},
        /* If-None-Match compares weakly */
        {NULL, "\"a\"", "\"a\"", KNOWN, FAILED},
        {NULL, "W/\"a\"", "\"a\"", KNOWN, FAILED},
        {NULL, "\"a\"", "W/\"a\"", KNOWN, FAILED},
        {NULL, "\"b\"", "\"a\"", ON, ON},
        {NULL, "\"b\" , W/\"a\"", "\"a\"", KNOWN, FAILED},
        {NULL, "*", "\"a\"", KNOWN, FAILED},
        {NULL, "*", NULL, ON, ON},
        {NULL, "\"a\"", NULL, ON, ON},
        /* both: If-Match is asked first */
        {"\"a\"", "\"a\"", "\"a\"", KNOWN, FAILED},
        {"\"b\"", "\"a\"", "\"a\"", FAILED, FAILED},
        {"\"a\"", "\"b\"", "\"a\"", ON, ON},
        {"*", "*", "\"a\"", KNOWN, FAILED},
        /* a comma between quotes is part of the tag */
        {"\"a,b\"", NULL, "\"a,b\"", ON, ON},
        {"\"a,b\"", NULL, "\"a\"", FAILED, FAILED},
        /* what a filter that compresses made of the tag */
        {"\"a-gzip\"", NULL, "\"a\"", ON, ON},
        {"\"a-br\"", NULL, "\"a\"", ON, ON},
        {NULL, "\"a-gzip\"", "\"a\"", KNOWN, FAILED},
        {NULL, "\"a-gzip\"", "\"a-gzip\"", KNOWN, FAILED},
        {NULL, "\"a-gzip-gzip\"", "\"a\"", ON, ON},
        {"W/\"a-gzip\"", NULL, "\"a\"", FAILED, FAILED},
        {"\"-gzip\"", NULL, "\"\"", FAILED, FAILED},
        {NULL, "\"a-deflate\"", "\"a\"", ON, ON},
    };
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        check(&rows[i]);
    }
}

/* Empty elements are let pass; anything else that is no list of tags never holds, even where the
 * current tag is in it. */
static void test_lists(void **state)
{
    static const char *const lists[] = {",\"a\"", "\"a\",", ",,\t\"b\" ,, \"a\"\t,", "\"a\",\"a\""};
    static const char *const malformed[] = {
        "",         " ",       ",",          ", ,",       "a",       "\"a",          "\"a\" \"b\"",
        "\"a\" b",  "\"a\";",  "\"a\", *",   "*, \"a\"",  "**",      "*\"a\"",       "\"a\",b",
        "\"a\",W/", "w/\"a\"", "\"a\"\"b\"", "\"a\",\"b", "\"a\"\n", "\"a b\",\"a\""};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(lists); i++) {
        check(&(condition_t){lists[i], NULL, "\"a\"", ON, ON});
        check(&(condition_t){NULL, lists[i], "\"a\"", KNOWN, FAILED});
    }
    for (i = 0; i < UNIT_ROWS(malformed); i++) {
        check(&(condition_t){malformed[i], NULL, "\"a\"", FAILED, FAILED});
        check(&(condition_t){NULL, malformed[i], "\"a\"", ON, FAILED});
    }
}

static void test_a_304_names_what_the_client_has(void **state)
{
    static const struct {
        const char *if_none_match, *opaque;
    } rows[] = {
        {"*", "a"},
        {"\"a\"", "a"},
        {"W/\"a\"", "a"},
        {"\"a-gzip\"", "a-gzip"},
        {"\"b\", \"a-br\", \"a\"", "a-br"},
        {"\"a\", \"a-br\"", "a"},
    };
    const bk_etag_t current = {"a", 1, 0};
    bk_etag_t known;
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_int_equal(bk_etag_evaluate(NULL, rows[i].if_none_match, &current, 1, &known),
                         BK_ETAG_NOT_MODIFIED);
        assert_that(known.len == strlen(rows[i].opaque) &&
                        memcmp(known.opaque, rows[i].opaque, known.len) == 0,
                    "%s: %.*s", rows[i].if_none_match, (int)known.len, known.opaque);
    }
}

/* One that was made once stays as it is: clients keep them longer than a version of the program. */
static void test_the_tag_of_bytes(void **state)
{
    char tag[BK_ETAG_ROOM], other[BK_ETAG_ROOM];
    char bytes[300] = "{}";
    bk_etag_t read;
    size_t i;

    bk_etag_of_bytes("{\"product_id\":1}", 16, tag);
    assert_string_equal(tag, "\"qe-C1xBrAUD\"");
    assert_int_equal(strlen(tag), BK_ETAG_ROOM - 1);
    assert_true(bk_etag_parse(tag, &read));
    assert_false(read.is_weak);
    for (i = 0; i < sizeof(bytes); i++) {
        bk_etag_of_bytes(bytes, sizeof(bytes), tag);
        bytes[i] ^= 1;
        bk_etag_of_bytes(bytes, sizeof(bytes), other);
        assert_that(strcmp(tag, other) != 0, "byte %d changes nothing", (int)i);
        bk_etag_of_bytes(bytes, i, tag);
        bk_etag_of_bytes(bytes, i + 1, other);
        assert_that(strcmp(tag, other) != 0, "a length of %d is that of one more", (int)i);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_tag_is_read_whole_or_not_at_all),
        cmocka_unit_test(test_strong_and_weak_comparison),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_a_304_names_what_the_client_has),
        cmocka_unit_test(test_the_tag_of_bytes),
    };

    return cmocka_run_group_tests_name("bk_etag", tests, unit_pool_open, unit_pool_close);
}

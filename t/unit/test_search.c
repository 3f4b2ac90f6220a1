/* Texts that are searched by the beginnings of their words. */
#include "unit.h"

#include <apr_strings.h>

#include "bk_search.h"

#define MOST 4

static const char *text_of(const char *text, apr_pool_t *p)
{
    const char *search;

    assert_that(bk_search_text(&search, &text, 1, p) == APR_SUCCESS, "%s", text);
    return search;
}

/* Whether all words of a query begin words of a text. */
static int finds(const char *query, const char *text, apr_pool_t *p)
{
    const char *search = text_of(text, p), *words[MOST];
    int count, i, found = 1;

    assert_that(bk_search_words(words, MOST, &count, query, p) == APR_SUCCESS, "%s", query);
    assert_that(count <= MOST, "%s", query);
    for (i = 0; i < count; i++) {
        found &= strstr(search, words[i]) != NULL;
    }
    return found;
}

static void test_texts(void **state)
{
    static const struct {
        const char *text, *search;
    } rows[] = {
        {"", ""},
        {"  ", ""},
        {"Room", " room"},
        {"Group  room\t101 ", " group room 101"},
        {"M\u00fcller-Saal", " muller- saal"},
        {"step-free", " step- free"},
        {"100%ig", " 100% ig"},
        {"a_b", " a_ b"},
        {"(quiet)", " ( quiet)"},
        {"Room101", " room101"},
        {"\u4f1a\u8b70\u5ba43", " \u4f1a \u8b70 \u5ba4 3"},
        {"\u0915\u093f\u0924\u093e\u092c", " \u0915\u093f\u0924\u093e\u092c"}, /* vowel signs */
    };
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_string_equal(text_of(rows[i].text, *state), rows[i].search);
    }
}

static void test_parts(void **state)
{
    const char *const parts[] = {"Ann's room", NULL, "", "Library"};
    const char *search;

    assert_int_equal(bk_search_text(&search, parts, 4, *state), APR_SUCCESS);
    assert_string_equal(search, " ann' s room library");
    assert_int_equal(bk_search_text(&search, parts, 0, *state), APR_SUCCESS);
    assert_string_equal(search, "");
}

static void test_finding(void **state)
{
    static const struct {
        const char *query, *text;
        int found;
    } rows[] = {
        {"", "Room", 1},
        {"  ", "Room", 1},
        {"room", "Group room", 1},
        {"ROO", "Group room", 1},
        {"oom", "Group room", 0},
        {"room group", "Group room", 1},
        {"room hall", "Group room", 0},
        {"musee", "Mus\u00e9e", 1},
        {"mus\u00c9e", "Musee", 1},
        {"step-free", "step-free", 1},
        {"step-f", "step-free", 1},
        {"free", "step-free", 1},
        {"step free", "step-free", 1},
        {"step-free", "step free", 0},
        {"100%", "100% quiet", 1},
        {"10%", "100% quiet", 0},
        {"%", "100% quiet", 0},
        {"_", "a b", 0},
        {"\\", "a b", 0},
        {"a_b", "axb", 0},
        {"\u8b70\u5ba4", "\u4f1a\u8b70\u5ba4", 1},
        {"\u5ba4\u8b70", "\u4f1a\u8b70\u5ba4", 0},
    };
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_that(finds(rows[i].query, rows[i].text, *state) == rows[i].found, "'%s' in '%s'",
                    rows[i].query, rows[i].text);
    }
}

/* As databases have a bound on what an index holds. */
static void test_long_word(void **state)
{
    char word[1002];
    const char *search;

    memset(word, 'x', 1000);
    memcpy(word + 1000, "", 1);
    search = text_of(apr_pstrcat(*state, word, " y", NULL), *state);
    assert_int_equal(strlen(search), 1 + 200 + 2);
    assert_true(finds(word, word, *state) && finds("y", search, *state));
}

static void test_too_many_words(void **state)
{
    const char *words[MOST + 1] = {NULL};
    int count;

    assert_int_equal(bk_search_words(words, MOST, &count, "a b c d e f", *state), APR_SUCCESS);
    assert_int_equal(count, 6);
    assert_string_equal(words[MOST - 1], " d");
    assert_null(words[MOST]);
}

static void test_ranges(void **state)
{
    static const struct {
        const char *words;
        int is_whole;
        const char *from, *to;
    } rows[] = {
        {" mus", 0, "mus", "mut"},
        {" mus", 1, "mus", "mus\x01"},
        {" step- fr", 0, "step-", "step-\x01"}, /* the longest; what is before a blank is whole */
        {" 3 room", 0, "room", "roon"},
        {" \u4f1a", 0, "\u4f1a", "\u4f1b"},
        {" a\x7f", 0, "a\x7f", "a\xc2\x80"},
        {" a\ud7ff", 0, "a\ud7ff", "a\ue000"},
        {" a\U0010ffff", 0, "a\U0010ffff", "b"},
        {" \U0010ffff", 0, NULL, NULL}, /* nothing is behind it */
        {" ", 0, NULL, NULL},
        {"", 1, NULL, NULL},
    };
    const char *from, *to;
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        int found = bk_search_range(&from, &to, rows[i].words, rows[i].is_whole, *state);

        assert_that(found == (rows[i].from != NULL), "row %u: %d", i, found);
        assert_that(!found || (!strcmp(from, rows[i].from) && !strcmp(to, rows[i].to)),
                    "row %u: from \"%s\" to \"%s\"", i, from, to);
    }
}

static void test_no_utf8(void **state)
{
    const char *bad = "a\xff", *search, *words[MOST];
    int count;

    assert_int_equal(bk_search_text(&search, &bad, 1, *state), APR_EGENERAL);
    assert_int_equal(bk_search_words(words, MOST, &count, bad, *state), APR_EGENERAL);
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),   cmocka_unit_test(test_parts),
        cmocka_unit_test(test_finding), cmocka_unit_test(test_too_many_words),
        cmocka_unit_test(test_no_utf8), cmocka_unit_test(test_long_word),
        cmocka_unit_test(test_ranges),
    };

    return cmocka_run_group_tests(tests, unit_pool_open, unit_pool_close);
}

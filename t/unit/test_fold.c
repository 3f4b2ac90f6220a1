#include "unit.h"

#include <apr_strings.h>

#include "bk_fold.h"

static const char *search(const char *text, apr_pool_t *p)
{
    const char *folded;

    assert_that(bk_fold_search(&folded, text, p) == APR_SUCCESS, "%s", text);
    return folded;
}

static const char *sort(const char *text, apr_pool_t *p)
{
    const char *key;

    assert_that(bk_fold_sort(&key, text, p) == APR_SUCCESS, "%s", text);
    return key;
}

static void test_what_is_searched_for(void **state)
{
    static const struct {
        const char *text, *folded;
    } rows[] = {
        {"", ""},
        {"muller", "muller"},
        {"M\u00fcller", "muller"},
        {"M\u00dcLLER", "muller"},
        {"Mu\u0308ller", "muller"}, /* decomposed */
        {"\uff2d\uff35\uff2c\uff2c\uff25\uff32", "muller"},
        {"Stra\u00dfe", "strasse"},
        {"STRASSE", "strasse"},
        {"STRA\u1e9eE", "strasse"},
        {"\u0130stanbul", "istanbul"}, /* a capital with its dot */
        {"ISPARTA", "isparta"},
        {"\u0131sparta", "isparta"}, /* without */
        {"S\u00f8rensen", "sorensen"},
        {"\u0141\u00f3d\u017a", "lodz"},
        {"\u00c6r\u00f8", "aero"},
        {"\u0152uvre", "oeuvre"},
        {"\u00deingvellir", "thingvellir"},
        {"\u00d0or\u0111e \u0126al \u0166u \u014aa", "dorde hal tu na"},
        {"J\u00e4rjest\u00f6huone", "jarjestohuone"},
        {"Nguy\u1ec5n", "nguyen"},
        {"\u0391\u03b8\u03ae\u03bd\u03b1", "\u03b1\u03b8\u03b7\u03bd\u03b1"},
        {"\u039f\u0394\u039f\u03a3", "\u03bf\u03b4\u03bf\u03c3"},
        {"\u03bf\u03b4\u03cc\u03c2", "\u03bf\u03b4\u03bf\u03c3"}, /* a final sigma is one */
        {"\u0401\u043b\u043a\u0430", "\u0435\u043b\u043a\u0430"},
        {"\u05e9\u05b8\u05dc\u05d5\u05b9\u05dd", "\u05e9\u05dc\u05d5\u05dd"},
        {"\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f", "\u0645\u062d\u0645\u062f"},
        /* marks that make another word stay */
        {"\u304c", "\u304c"},
        {"\u304b\u3099", "\u304c"},
        {"\u0915\u093f", "\u0915\u093f"},
        {"\u0e01\u0e34", "\u0e01\u0e34"},
        {"\ud55c\uae00", "\ud55c\uae00"},
        {"\u5c71\u7530", "\u5c71\u7530"},
        {"\U0001F4DA", "\U0001F4DA"},
        /* compatibility characters */
        {"\ufb01nance \u2167 m\u00b2", "finance viii m2"},
        /* blanks */
        {"  Group \t room\u00a0101 \n", "group room 101"},
        {" \u3000 ", ""},
        {"a\u200bb", "ab"},
        {"O'Neill-Smith", "o'neill-smith"},
    };
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const char *folded = search(rows[i].text, *state);

        assert_that(strcmp(folded, rows[i].folded) == 0, "%s is folded to '%s'", rows[i].text,
                    folded);
        assert_string_equal(search(folded, *state), folded);
    }
}

/* Each stands before the next. */
static void test_the_order_of_a_list(void **state)
{
    static const char *const names[] = {"",
                                        "1",
                                        "2",
                                        "10",
                                        "99999999",
                                        "100000000",
                                        "1234567890123456",
                                        "12345678901234567",
                                        "\u00c4rzte",
                                        "Aula",
                                        "B 2",
                                        "b 10",
                                        "B 10 a",
                                        "b10",
                                        "Group room 9",
                                        "GROUP ROOM 10",
                                        "Group room 101",
                                        "room 1 of 9",
                                        "Room 1 of 10",
                                        "Room 2",
                                        "\u0160koda",
                                        "Z",
                                        "\u0416"};
    unsigned int i;

    for (i = 1; i < UNIT_ROWS(names); i++) {
        assert_that(strcmp(sort(names[i - 1], *state), sort(names[i], *state)) < 0,
                    "%s does not stand before %s", names[i - 1], names[i]);
    }
}

static void test_what_has_one_place(void **state)
{
    static const char *const pairs[][2] = {
        {"Room 7", "room 007"}, {"0", "000"},           {"\u00c4", "a"},
        {"Room  1", "room 1"},  {"\uff11\uff10", "10"}, {"B-02", "b-2"},
    };
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(pairs); i++) {
        assert_string_equal(sort(pairs[i][0], *state), sort(pairs[i][1], *state));
    }
}

static void test_numbers_are_sorted_by_value(void **state)
{
    uint64_t seed = 11;
    int i;

    for (i = 0; i < 20000; i++) {
        int64_t a = unit_random_in(&seed, 0, 1) ? unit_random_in(&seed, 0, 200)
                                                : unit_random_in(&seed, 0, INT64_MAX - 1);
        int64_t b = unit_random_in(&seed, 0, 1) ? a + unit_random_in(&seed, 0, 1)
                                                : unit_random_in(&seed, 0, INT64_MAX - 1);
        apr_pool_t *p;
        int order;

        apr_pool_create(&p, *state);
        order = strcmp(sort(apr_psprintf(p, "r%" APR_INT64_T_FMT "x", a), p),
                       sort(apr_psprintf(p, "r%" APR_INT64_T_FMT "x", b), p));
        assert_that((order > 0) - (order < 0) == (a > b) - (a < b), "%d: %d", i, order);
        apr_pool_destroy(p);
    }
}

/* One character that becomes eighteen, thousands of times. */
static void test_there_is_room_for_what_grows(void **state)
{
    static const char *const grow[] = {"\ufdfa", "\u00e6", "\u0390", "\U0001D160", "9", "\u00bc"};
    char *text = apr_palloc(*state, 4 * 4000 + 1);
    unsigned int i, n;

    for (i = 0; i < UNIT_ROWS(grow); i++) {
        size_t len = strlen(grow[i]);

        for (n = 0; n < 4000; n++) {
            memcpy(text + n * len, grow[i], len + 1);
        }
        assert_true(strlen(search(text, *state)) >= 4000);
        assert_true(strlen(sort(text, *state)) >= 4000);
    }
}

static void test_what_is_no_utf8_is_refused(void **state)
{
    static const char *const texts[] = {"\377", "a\303", "\xed\xa0\x80", "\xc0\x80",
                                        "\xf5\x80\x80\x80"};
    const char *folded;
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        assert_int_equal(bk_fold_search(&folded, texts[i], *state), APR_EGENERAL);
        assert_int_equal(bk_fold_sort(&folded, texts[i], *state), APR_EGENERAL);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_searched_for),
        cmocka_unit_test(test_the_order_of_a_list),
        cmocka_unit_test(test_what_has_one_place),
        cmocka_unit_test(test_numbers_are_sorted_by_value),
        cmocka_unit_test(test_there_is_room_for_what_grows),
        cmocka_unit_test(test_what_is_no_utf8_is_refused),
    };

    return cmocka_run_group_tests_name("bk_fold", tests, unit_pool_open, unit_pool_close);
}

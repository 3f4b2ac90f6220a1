#include "unit.h"

#include <apr_strings.h>

#include "bk_space_id.h"

/* A text of one character again and again. */
static char *repeat(const char *character, int times, apr_pool_t *p)
{
    apr_size_t len = strlen(character);
    char *text = apr_pcalloc(p, len * (apr_size_t)times + 1);
    int i;

    for (i = 0; i < times; i++) {
        memcpy(text + len * (apr_size_t)i, character, len);
    }
    return text;
}

static int building_ok(const char *building)
{
    return bk_space_id_building_ok(building, strlen(building));
}

static int id_ok(const char *id)
{
    return bk_space_id_ok(id, strlen(id));
}

static void test_building_bytes(void **state)
{
    int byte;

    for (byte = 0; byte < 128; byte++) {
        char building[] = {'A', (char)byte, 'B'};
        int wanted = byte >= 0x20 && byte != 0x7F && !strchr("/?#%\\", byte);
        assert_that(bk_space_id_building_ok(building, 3) == wanted, "byte %d within", byte);
        assert_that(bk_space_id_building_ok(building + 1, 1) == wanted, "byte %d alone", byte);
        assert_that(bk_space_id_building_ok(building + 1, 2) == wanted, "byte %d first", byte);
        assert_that(bk_space_id_building_ok(building, 2) == wanted, "byte %d last", byte);
    }
}

static void test_building_texts(void **state)
{
    static const struct {
        const char *building;
        int wanted;
    } rows[] = {
        {"Library", 1},
        {"Main Hall", 1},
        {" ", 1},
        {"B\xc3\xbcro", 1},
        {"\xe5\x9b\xb3\xe6\x9b\xb8\xe9\xa4\xa8", 1}, /* "library", in Japanese */
        {"\xf0\x9f\x8f\xa2", 1},
        {"..", 1}, /* never a segment of its own: a '-' and a number follow */
        {"a-1", 1},
        {"", 0},
        {"a\xc2\x80", 0}, /* C1 */
        {"\xc2\x9f"
         "b",
         0},
        {"a\xc2\xa0"
         "b",
         1}, /* no-break space: the first after C1 */
        {"../user/1", 0},
        {"slow/x", 0},
        {"a%2Fb", 0},
        {"a?b=1", 0},
        {"a#b", 0},
        {"a\\b", 0},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_that(building_ok(rows[i].building) == rows[i].wanted, "'%s'", rows[i].building);
    }
    /* The length counts, and a NUL is a control character. */
    assert_false(bk_space_id_building_ok("ab\0cd", 5));
    assert_false(bk_space_id_building_ok("\0", 1));
    assert_true(bk_space_id_building_ok("ab/cd", 2));
    assert_false(bk_space_id_building_ok("ab", 0));
}

/* The bound is on characters, not on bytes. */
static void test_building_length(void **state)
{
    static const char *const characters[] = {"a", "\xc3\xbc", "\xe5\x9b\xb3", "\xf0\x9f\x8f\xa2"};
    size_t i;

    for (i = 0; i < UNIT_ROWS(characters); i++) {
        assert_true(building_ok(repeat(characters[i], 99, *state)));
        assert_true(building_ok(repeat(characters[i], 100, *state)));
        assert_false(building_ok(repeat(characters[i], 101, *state)));
        assert_false(building_ok(repeat(characters[i], 10000, *state)));
    }
}

static void test_make(void **state)
{
    static const struct {
        const char *building;
        apr_int64_t room;
        const char *wanted;
    } rows[] = {
        {"Library", 101, "Library-101"},
        {"Main Hall", 7, "Main_Hall-7"},
        {" a  b ", 0, "_a__b_-0"},
        {"a-b", 1, "a-b-1"},
        {"..", 1, "..-1"},
        {"%s%n", 1, "%s%n-1"}, /* refused as a building, and harmless even so */
        {"B\xc3\xbcro", 12, "B\xc3\xbcro-12"},
        {"A", INT64_MAX, "A-9223372036854775807"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_string_equal(bk_space_id_make(rows[i].building, rows[i].room, *state),
                            rows[i].wanted);
    }
}

/* Every id that is made is one that may be asked for. */
static void test_made_ids_are_ok(void **state)
{
    static const char *const characters[] = {"a", " ", "-",        ".",
                                             "_", "0", "\xc3\xbc", "\xf0\x9f\x8f\xa2"};
    static const apr_int64_t rooms[] = {0, 1, 101, INT64_MAX};
    uint64_t seed = 2;
    int i;

    for (i = 0; i < 5000; i++) {
        int count = (int)unit_random_in(&seed, 1, 100);
        char *building = apr_pcalloc(*state, 401);
        const char *id;

        while (count-- > 0) {
            strcat(building, characters[unit_random(&seed) % UNIT_ROWS(characters)]);
        }
        assert_true(building_ok(building));
        id = bk_space_id_make(building, rooms[i % 4], *state);
        assert_that(id_ok(id), "'%s' was made, but is not ok", id);
    }
}

static void test_id(void **state)
{
    static const struct {
        const char *id;
        int wanted;
    } rows[] = {
        {"Library-101", 1},
        {"Main_Hall-0", 1},
        {"a-b-1", 1},
        {"a--1", 1}, /* building "a-" */
        {"--1", 1},  /* building "-" */
        {"..-1", 1}, /* one segment, which no path takes for its own */
        {"A-9223372036854775807", 1},
        {"B\xc3\xbcro-12", 1},
        {"", 0},
        {"-", 1},
        {"--", 1},
        {"-1", 1},
        {"1", 1},
        {"a", 1},
        {"a-", 1},
        {"a--", 1},
        {"a-1-", 1},
        {"a-x", 1},
        {"a-1x", 1},
        {"a-+1", 1},
        {"a- 1", 0},
        {"a-1 ", 0},
        {"a-1.0", 1},
        {"a-1e3", 1},
        {"a-9223372036854775808", 1},
        {"a-99999999999999999999", 1},
        {".", 0},
        {"..", 0},
        {"health", 0},
        {"facets", 0},
        {"batch", 0},
        {"Health", 1},
        {"...", 1},
        {"lib 101", 0},
        {"slow", 1},
        {"slow/x", 0},
        {"slow/x-1", 0},
        {"/a-1", 0},
        {"a-1/", 0},
        {"a/b-1", 0},
        {"../user/1", 0},
        {"../user/-1", 0},
        {"../user/a-1", 0},
        {"a%2f-1", 0},
        {"%2e%2e-1", 0},
        {"a?-1", 0},
        {"a-1?x=1", 0},
        {"a?x=a-1", 0},
        {"a#-1", 0},
        {"a-1#x", 0},
        {"a\\-1", 0},
        {"a\n-1", 0},
        {"a\r\nHost: b-1", 0},
        {"a\x7f-1", 0},
        {"a\xc2\x85-1", 0},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_that(id_ok(rows[i].id) == rows[i].wanted, "'%s'", rows[i].id);
    }
    assert_true(id_ok(apr_pstrcat(*state, repeat("\xc3\xbc", 126, *state), "-1", NULL)));
    assert_false(id_ok(apr_pstrcat(*state, repeat("\xc3\xbc", 127, *state), "-1", NULL)));
}

/* The length says where an id ends: not a NUL within it, nor what lies behind it. */
static void test_id_length(void **state)
{
    assert_false(bk_space_id_ok("a\0b-1", 5));
    assert_false(bk_space_id_ok("a-1\0", 4));
    assert_false(bk_space_id_ok("a-1\0/../user", 12));
    assert_false(bk_space_id_ok("a-\0"
                                "1",
                                4));
    assert_true(bk_space_id_ok("a-1/x", 3));
    assert_true(bk_space_id_ok("a-12", 3));
    assert_true(bk_space_id_ok("health-", 7));
    assert_false(bk_space_id_ok("health-", 6));
    assert_false(bk_space_id_ok("a-12", 0));
}

/* A made id has no blank: with one, a text is none, whatever else it holds. */
static void test_id_blank(void **state)
{
    assert_false(id_ok("Main Hall-1"));
    assert_false(id_ok(" -1"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_building_bytes),  cmocka_unit_test(test_building_texts),
        cmocka_unit_test(test_building_length), cmocka_unit_test(test_make),
        cmocka_unit_test(test_made_ids_are_ok), cmocka_unit_test(test_id),
        cmocka_unit_test(test_id_length),       cmocka_unit_test(test_id_blank),
    };

    return cmocka_run_group_tests_name("bk_space_id", tests, unit_pool_open, unit_pool_close);
}

#include "unit.h"

#include <apr_strings.h>

#include "bk_cursor.h"

#define FILTER "spaces?building=Library&sort=name"

static const bk_hash_key_t key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};

static const char *const position[] = {"Group room 101", "lib-101"};

static bk_cursor_read_t read_with(const bk_hash_key_t *with, const char *filter, const char *text,
                                  int count, apr_pool_t *p)
{
    const char *values[BK_CURSOR_VALUES];

    return bk_cursor_read(with, filter, text, values, count, p);
}

static void test_what_was_made_is_read(void **state)
{
    static const struct {
        const char *values[BK_CURSOR_VALUES];
        int count;
    } rows[] = {
        {{"1"}, 1},
        {{""}, 1},
        {{"", "", "", ""}, 4},
        {{"Group room 101", "lib-101"}, 2},
        {{"J\303\244rjestyshuone \"\\\n", "-1", "\377"}, 3},
    };
    unsigned int i;
    int j;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const char *cursor = bk_cursor_make(&key, FILTER, rows[i].values, rows[i].count, *state);
        const char *values[BK_CURSOR_VALUES];

        assert_non_null(cursor);
        assert_that(strspn(cursor, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                   "0123456789-_") == strlen(cursor),
                    "%s would have to be escaped in a URL", cursor);
        assert_int_equal(bk_cursor_read(&key, FILTER, cursor, values, rows[i].count, *state),
                         BK_CURSOR_OK);
        for (j = 0; j < rows[i].count; j++) {
            assert_string_equal(values[j], rows[i].values[j]);
        }
    }
}

/* A client keeps cursors over a restart, and a gateway gives them to another host. */
static void test_a_key_makes_the_same_cursor_everywhere(void **state)
{
    assert_string_equal(bk_cursor_make(&key, FILTER, position, 2, *state),
                        "YmtjMRNH-FiLC_R9R3JvdXAgcm9vbSAxMDEAbGliLTEwMQDZVjtnpaP2GcjEeEyArVc_");
}

static void test_it_is_bound_to_its_list(void **state)
{
    static const char *const others[] = {"",
                                         "spaces",
                                         FILTER "&",
                                         "spaces?building=Library",
                                         "spaces?building=library&sort=name",
                                         "bookings?building=Library&sort=name"};
    const char *cursor = bk_cursor_make(&key, FILTER, position, 2, *state);
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(others); i++) {
        assert_that(read_with(&key, others[i], cursor, 2, *state) == BK_CURSOR_OTHER_LIST,
                    "taken for one of '%s'", others[i]);
    }
    assert_int_equal(read_with(&key, FILTER, cursor, 1, *state), BK_CURSOR_OTHER_LIST);
    assert_int_equal(read_with(&key, FILTER, cursor, 3, *state), BK_CURSOR_OTHER_LIST);
}

static void test_it_is_bound_to_its_key(void **state)
{
    const char *cursor = bk_cursor_make(&key, FILTER, position, 2, *state);
    int bit;

    for (bit = 0; bit < 128; bit++) {
        bk_hash_key_t other = key;

        ((unsigned char *)&other)[bit / 8] ^= (unsigned char)(1 << bit % 8);
        assert_that(read_with(&other, FILTER, cursor, 2, *state) == BK_CURSOR_INVALID,
                    "bit %d of the key says nothing", bit);
    }
}

/* Whatever any of its characters is changed to, shortened or prolonged. */
static void check_changes(const char *cursor, apr_pool_t *p)
{
    size_t len = strlen(cursor), i;
    int c;

    for (i = 0; i < len; i++) {
        char *changed = apr_pstrdup(p, cursor);

        for (c = 0; c < 256; c++) {
            changed[i] = (char)c;
            assert_that((changed[i] == cursor[i]) ==
                            (read_with(&key, FILTER, changed, 1, p) == BK_CURSOR_OK),
                        "%s is taken for %s", changed, cursor);
        }
        changed[i] = '\0';
        assert_int_equal(read_with(&key, FILTER, changed, 1, p), BK_CURSOR_INVALID);
    }
    for (c = 1; c < 256; c++) {
        const char *longer = apr_psprintf(p, "%s%c", cursor, c);

        assert_that(read_with(&key, FILTER, longer, 1, p) == BK_CURSOR_INVALID, "%s", longer);
    }
}

/* Of lengths that leave none, two and four bits of the last character unused. */
static void test_any_change_is_refused(void **state)
{
    static const char *const values[] = {"a", "ab", "abc"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(values); i++) {
        check_changes(bk_cursor_make(&key, FILTER, &values[i], 1, *state), *state);
    }
}

static void test_what_is_none_is_refused(void **state)
{
    static const char *const texts[] = {"",     "=",   "-",    "AAAA", "YmtjMQ",
                                        "next", "%00", "\377", "bkc1", "../../etc/passwd"};
    char many[8000];
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        assert_that(read_with(&key, FILTER, texts[i], 2, *state) == BK_CURSOR_INVALID, "%s",
                    texts[i]);
    }
    memset(many, 'A', sizeof(many));
    for (i = 1; i < sizeof(many); i += 37) {
        char *text = apr_pstrmemdup(*state, many, i);

        assert_int_equal(read_with(&key, FILTER, text, 1, *state), BK_CURSOR_INVALID);
    }
}

static void test_the_longest_position(void **state)
{
    char most[BK_CURSOR_POSITION + 1];
    const char *values[] = {most}, *cursor, *read[1];

    memset(most, 'x', sizeof(most));
    most[BK_CURSOR_POSITION - 1] = '\0';
    cursor = bk_cursor_make(&key, FILTER, values, 1, *state);
    assert_non_null(cursor);
    assert_int_equal(bk_cursor_read(&key, FILTER, cursor, read, 1, *state), BK_CURSOR_OK);
    assert_string_equal(read[0], most);
    most[BK_CURSOR_POSITION - 1] = 'x';
    most[BK_CURSOR_POSITION] = '\0';
    assert_null(bk_cursor_make(&key, FILTER, values, 1, *state));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_made_is_read),
        cmocka_unit_test(test_a_key_makes_the_same_cursor_everywhere),
        cmocka_unit_test(test_it_is_bound_to_its_list),
        cmocka_unit_test(test_it_is_bound_to_its_key),
        cmocka_unit_test(test_any_change_is_refused),
        cmocka_unit_test(test_what_is_none_is_refused),
        cmocka_unit_test(test_the_longest_position),
    };

    return cmocka_run_group_tests_name("bk_cursor", tests, unit_pool_open, unit_pool_close);
}

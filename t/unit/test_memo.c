/* Texts that are kept in the memory of a process. */
#include "unit.h"

#include <apr_strings.h>

#include "bk_memo.h"
#include "crowd.h"

#define AGE 1000

static bk_memo_t *make(apr_pool_t *p)
{
    bk_memo_t *memo;

    assert_int_equal(bk_memo_make(&memo, AGE, p), APR_SUCCESS);
    return memo;
}

static const char *get(bk_memo_t *memo, const char *key, apr_int64_t now, apr_pool_t *p)
{
    apr_size_t len = 0;
    const char *text = bk_memo_get(memo, key, now, &len, p);

    assert_true(!text || strlen(text) == len);
    return text;
}

static void test_keep(void **state)
{
    bk_memo_t *memo = make(*state);

    assert_null(get(memo, "a", 0, *state));
    bk_memo_keep(memo, "a", 0, "one...", 3);
    bk_memo_keep(memo, "b", 0, "two", 3);
    assert_string_equal(get(memo, "a", AGE - 1, *state), "one");
    assert_string_equal(get(memo, "b", AGE - 1, *state), "two");
    assert_null(get(memo, "", 0, *state));
    bk_memo_keep(memo, "a", 5, "", 0);
    assert_string_equal(get(memo, "a", 5, *state), "");
}

static void test_age(void **state)
{
    bk_memo_t *memo = make(*state);

    bk_memo_keep(memo, "a", 7, "one", 3);
    assert_non_null(get(memo, "a", 7 + AGE - 1, *state));
    assert_null(get(memo, "a", 7 + AGE, *state));
    bk_memo_keep(memo, "a", 7 + AGE, "two", 3);
    assert_string_equal(get(memo, "a", 7 + AGE, *state), "two");
}

/* The oldest one goes, and one that is written again is no longer the oldest. */
static void test_room(void **state)
{
    bk_memo_t *memo = make(*state);
    int i;

    for (i = 0; i < BK_MEMO_TEXTS; i++) {
        bk_memo_keep(memo, apr_itoa(*state, i), i, "text", 4);
    }
    bk_memo_keep(memo, "0", BK_MEMO_TEXTS, "again", 5);
    bk_memo_keep(memo, "new", BK_MEMO_TEXTS, "text", 4);
    assert_string_equal(get(memo, "0", BK_MEMO_TEXTS, *state), "again");
    assert_null(get(memo, "1", BK_MEMO_TEXTS, *state));
    for (i = 2; i < BK_MEMO_TEXTS; i++) {
        assert_that(get(memo, apr_itoa(*state, i), BK_MEMO_TEXTS, *state) != NULL, "%d", i);
    }
}

static void test_bounds(void **state)
{
    bk_memo_t *memo = make(*state);
    char *key = apr_pcalloc(*state, BK_MEMO_KEY_MOST + 1);
    char *text = apr_pcalloc(*state, BK_MEMO_TEXT_MOST + 1);

    memset(key, 'k', BK_MEMO_KEY_MOST);
    memset(text, 't', BK_MEMO_TEXT_MOST + 1);
    bk_memo_keep(memo, key, 0, "x", 1);
    assert_null(get(memo, key, 0, *state));
    key[BK_MEMO_KEY_MOST - 1] = '\0';
    bk_memo_keep(memo, key, 0, text, BK_MEMO_TEXT_MOST);
    assert_non_null(get(memo, key, 0, *state));
    bk_memo_keep(memo, key, 0, text, BK_MEMO_TEXT_MOST + 1);
    assert_non_null(get(memo, key, 0, *state));
}

/* Threads that keep and get the same keys: a text is that of its key, and whole. */
static bk_memo_t *shared;
static _Atomic int wrong;

static void *turns(void *data)
{
    apr_pool_t *p;
    char key[] = "a", text[100];
    apr_size_t len;
    int i;

    (void)data;
    apr_pool_create_unmanaged_ex(&p, NULL, NULL);
    for (i = 0; i < 20000; i++) {
        const char *got;

        key[0] = (char)('a' + i % 7);
        memset(text, key[0], sizeof(text));
        got = bk_memo_get(shared, key, 0, &len, p);
        wrong += got && (len != sizeof(text) || memcmp(got, text, len) != 0);
        bk_memo_keep(shared, key, 0, text, sizeof(text));
        apr_pool_clear(p);
    }
    apr_pool_destroy(p);
    return NULL;
}

static void test_threads(void **state)
{
    pthread_t threads[4];
    int i;

    shared = make(*state);
    for (i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, turns, NULL), 0);
    }
    for (i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_keep), cmocka_unit_test(test_age),
                                       cmocka_unit_test(test_room), cmocka_unit_test(test_bounds),
                                       cmocka_unit_test(test_threads)};

    return cmocka_run_group_tests(tests, unit_pool_open, unit_pool_close);
}

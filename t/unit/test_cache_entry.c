#include "unit.h"

#include "bk_cache_entry.h"

#define KEY APR_UINT64_C(0x1234567890abcdef)

static const bk_cache_entry_t entry = {{7, 8, 9}, 10, 11};

static void test_round(void **state)
{
    static const char *const bodies[] = {"", "x", "{\"spaceID\":\"Library-101\"}"};
    unsigned char bytes[256];
    size_t i;

    for (i = 0; i < UNIT_ROWS(bodies); i++) {
        size_t len = strlen(bodies[i]);
        apr_size_t got = bk_cache_entry_write(bytes, &entry, KEY, bodies[i], len);
        bk_cache_entry_t found;
        const char *body;

        assert_int_equal(got, BK_CACHE_ENTRY_HEAD + len);
        assert_true(bk_cache_entry_read(&found, bytes, got, KEY, &body, &got));
        assert_int_equal(got, len);
        assert_memory_equal(body, bodies[i], len);
        assert_int_equal(found.version.origin, 7);
        assert_int_equal(found.version.number, 8);
        assert_int_equal(found.version.counter, 9);
        assert_int_equal(found.owner, 10);
        assert_int_equal(found.generation, 11);
    }
}

/* Any bit that is another, any length that is another, and another key. */
static void test_damaged(void **state)
{
    unsigned char bytes[256];
    apr_size_t len = bk_cache_entry_write(bytes, &entry, KEY, "{\"a\":1}", 7), got;
    bk_cache_entry_t found;
    const char *body;
    apr_size_t i;

    for (i = 0; i < len * 8; i++) {
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        assert_that(!bk_cache_entry_read(&found, bytes, len, KEY, &body, &got), "bit %d", (int)i);
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    for (i = 0; i < sizeof(bytes); i++) {
        assert_that(i == len || !bk_cache_entry_read(&found, bytes, i, KEY, &body, &got),
                    "length %d", (int)i);
    }
    assert_false(bk_cache_entry_read(&found, bytes, len, KEY + 1, &body, &got));
    assert_true(bk_cache_entry_read(&found, bytes, len, KEY, &body, &got));
}

/* As the authors of FNV-1a publish it. */
static void test_hash(void **state)
{
    assert_true(bk_cache_entry_hash(0, "", 0) == APR_UINT64_C(0xcbf29ce484222325));
    assert_true(bk_cache_entry_hash(0, "a", 1) == APR_UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(bk_cache_entry_hash(0, "foobar", 6) == APR_UINT64_C(0x85944171f73967e8));
    assert_true(bk_cache_entry_hash(bk_cache_entry_hash(0, "foo", 3), "bar", 3) ==
                APR_UINT64_C(0x85944171f73967e8));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_hash),
    };

    return cmocka_run_group_tests_name("bk_cache_entry", tests, NULL, NULL);
}

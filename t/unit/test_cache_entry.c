#include "unit.h"

#include "bk_cache_entry.h"

static const bk_hash_key_t key = {1, 2};
static const bk_hash_key_t *const keys[] = {&key, NULL}; /* a code, and a sum */
static const bk_cache_entry_t entry = {{7, 8, 9}, 10, 11, 1000};
static const bk_cache_entry_name_t name = {"main:space:Hall-1", 17, 4};

static int reads(const unsigned char *bytes, apr_size_t len, const bk_hash_key_t *with,
                 const bk_cache_entry_name_t *as)
{
    bk_cache_entry_t found;
    const char *body;
    apr_size_t got;

    return bk_cache_entry_read(&found, bytes, len, with, as, &body, &got);
}

static void round_with(const bk_hash_key_t *with)
{
    static const char *const bodies[] = {"", "x", "{\"spaceID\":\"Library-101\"}"};
    unsigned char bytes[256];
    size_t i;

    for (i = 0; i < UNIT_ROWS(bodies); i++) {
        size_t len = strlen(bodies[i]);
        apr_size_t got = bk_cache_entry_write(bytes, &entry, with, &name, bodies[i], len);
        bk_cache_entry_t found;
        const char *body;

        assert_int_equal(got, BK_CACHE_ENTRY_HEAD + len);
        assert_true(bk_cache_entry_read(&found, bytes, got, with, &name, &body, &got));
        assert_int_equal(got, len);
        assert_memory_equal(body, bodies[i], len);
        assert_int_equal(found.version.origin, 7);
        assert_int_equal(found.version.number, 8);
        assert_int_equal(found.version.counter, 9);
        assert_int_equal(found.owner, 10);
        assert_int_equal(found.generation, 11);
        assert_int_equal(found.made, 1000);
    }
}

static void test_round(void **state)
{
    size_t i;

    for (i = 0; i < UNIT_ROWS(keys); i++) {
        round_with(keys[i]);
    }
}

/* Any bit that is another, and any length that is another. */
static void damage_with(const bk_hash_key_t *with)
{
    unsigned char bytes[256];
    apr_size_t len = bk_cache_entry_write(bytes, &entry, with, &name, "{\"a\":1}", 7), i;

    for (i = 0; i < len * 8; i++) {
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        assert_that(!reads(bytes, len, with, &name), "bit %d", (int)i);
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    for (i = 0; i < sizeof(bytes); i++) {
        assert_that(i == len || !reads(bytes, i, with, &name), "length %d", (int)i);
    }
    assert_true(reads(bytes, len, with, &name));
}

static void test_damaged(void **state)
{
    size_t i;

    for (i = 0; i < UNIT_ROWS(keys); i++) {
        damage_with(keys[i]);
    }
}

static void test_another_key(void **state)
{
    const bk_hash_key_t others[] = {{1, 3}, {0, 2}, {2, 1}, {0, 0}};
    unsigned char bytes[256];
    apr_size_t len = bk_cache_entry_write(bytes, &entry, &key, &name, "{\"a\":1}", 7), i;

    for (i = 0; i < UNIT_ROWS(others); i++) {
        assert_false(reads(bytes, len, &others[i], &name));
    }
    assert_false(reads(bytes, len, NULL, &name));
    len = bk_cache_entry_write(bytes, &entry, NULL, &name, "{\"a\":1}", 7);
    assert_false(reads(bytes, len, &key, &name));
}

/* The entry of one thing is none of another, be their names as alike as they may. */
static void name_with(const bk_hash_key_t *with)
{
    static const bk_cache_entry_name_t others[] = {{"main:space:Hall-2", 17, 4},
                                                   {"main:space:Hall-1", 16, 4},
                                                   {"main:space:Hall-1", 17, 0},
                                                   {"main:user:Hall-1", 16, 4},
                                                   {"", 0, 0}};
    static char long_name[BK_CACHE_ENTRY_NAME + 1];
    const bk_cache_entry_name_t too_long = {long_name, sizeof(long_name), 0};
    unsigned char bytes[256];
    apr_size_t len = bk_cache_entry_write(bytes, &entry, with, &name, "{\"a\":1}", 7), i;

    for (i = 0; i < UNIT_ROWS(others); i++) {
        assert_that(!reads(bytes, len, with, &others[i]), "name %d", (int)i);
    }
    assert_false(reads(bytes, len, with, &too_long));
}

static void test_another_name(void **state)
{
    size_t i;

    for (i = 0; i < UNIT_ROWS(keys); i++) {
        name_with(keys[i]);
    }
}

static void test_the_largest(void **state)
{
    static unsigned char bytes[BK_CACHE_ENTRY_MOST + 1];
    static char body[BK_CACHE_ENTRY_MOST - BK_CACHE_ENTRY_HEAD], text[BK_CACHE_ENTRY_NAME];
    const bk_cache_entry_name_t longest = {text, sizeof(text), 0};

    assert_int_equal(bk_cache_entry_write(bytes, &entry, &key, &longest, body, sizeof(body)),
                     BK_CACHE_ENTRY_MOST);
    assert_true(reads(bytes, BK_CACHE_ENTRY_MOST, &key, &longest));
    assert_false(reads(bytes, BK_CACHE_ENTRY_MOST + 1, &key, &longest));
}

static void test_age(void **state)
{
    assert_true(bk_cache_entry_is_fresh(&entry, 1000, 50));
    assert_true(bk_cache_entry_is_fresh(&entry, 1049, 50));
    assert_false(bk_cache_entry_is_fresh(&entry, 1050, 50));
    assert_true(bk_cache_entry_is_fresh(&entry, 951, 50));
    assert_false(bk_cache_entry_is_fresh(&entry, 950, 50));
    assert_false(bk_cache_entry_is_fresh(&entry, 1000, 0));
}

/* As the authors of FNV-1a publish it. */
static void test_hash(void **state)
{
    assert_true(bk_cache_entry_hash("", 0) == APR_UINT64_C(0xcbf29ce484222325));
    assert_true(bk_cache_entry_hash("a", 1) == APR_UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(bk_cache_entry_hash("foobar", 6) == APR_UINT64_C(0x85944171f73967e8));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round),       cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_another_key), cmocka_unit_test(test_another_name),
        cmocka_unit_test(test_the_largest), cmocka_unit_test(test_age),
        cmocka_unit_test(test_hash),
    };

    return cmocka_run_group_tests_name("bk_cache_entry", tests, NULL, NULL);
}

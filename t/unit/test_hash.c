#include "unit.h"

#include <stdlib.h>

#include "bk_hash.h"

/* Key and message of the paper, appendix A: bytes 0 to 15, and 0 to 14. */
static void test_paper(void **state)
{
    const bk_hash_key_t key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
    unsigned char bytes[16];
    size_t i;

    for (i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (unsigned char)i;
    }
    assert_true(bk_hash(&key, bytes, 15) == UINT64_C(0xa129ca6149be45e5));
}

/* Each length is another message, and so is each place in memory the same one. */
/* Of the bytes 0, 1, 2 and so on, as OpenSSL's SIPHASH of 16 bytes has them. */
static void test_published_128(void **state)
{
    const bk_hash_key_t key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
    const struct {
        size_t len;
        apr_uint64_t hash[2];
    } rows[] = {{0, {UINT64_C(0xe6a825ba047f81a3), UINT64_C(0x930255c71472f66d)}},
                {15, {UINT64_C(0x11a8b03399e99354), UINT64_C(0xd9c3cf970fec087e)}},
                {63, {UINT64_C(0x4a83502f77d15051), UINT64_C(0x7cbd3f979a063e50)}}};
    unsigned char bytes[64];
    apr_uint64_t hash[2];
    size_t i;

    for (i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (unsigned char)i;
    }
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        bk_hash_128(&key, bytes, rows[i].len, hash);
        assert_true(hash[0] == rows[i].hash[0]);
        assert_true(hash[1] == rows[i].hash[1]);
    }
}

static void test_lengths(void **state)
{
    bk_hash_key_t key;
    char bytes[80] = "";
    uint64_t seen[64];
    size_t i, j;

    assert_int_equal(bk_hash_key_make(&key), APR_SUCCESS);
    for (i = 0; i < UNIT_ROWS(seen); i++) {
        seen[i] = bk_hash(&key, bytes, i);
        for (j = 0; j < 8; j++) {
            assert_true(bk_hash(&key, bytes + j, i) == seen[i]);
        }
        for (j = 0; j < i; j++) {
            assert_true(seen[i] != seen[j]);
        }
    }
}

static void test_keys(void **state)
{
    bk_hash_key_t one, other;

    assert_int_equal(bk_hash_key_make(&one), APR_SUCCESS);
    assert_int_equal(bk_hash_key_make(&other), APR_SUCCESS);
    assert_true(bk_hash(&one, "a", 1) != bk_hash(&other, "a", 1));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_128),
        cmocka_unit_test(test_paper),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_keys),
    };

    return cmocka_run_group_tests_name("bk_hash", tests, unit_pool_open, unit_pool_close);
}

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
        cmocka_unit_test(test_paper),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_keys),
    };

    return cmocka_run_group_tests_name("bk_hash", tests, unit_pool_open, unit_pool_close);
}

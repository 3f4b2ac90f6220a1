#include "unit.h"

#include <apr_escape.h>
#include <apr_strings.h>

#include "bk_token.h"
#include "generator.h"

static const char base64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static const char *make(apr_pool_t *p)
{
    const char *token = NULL;

    assert_int_equal(bk_token_make(&token, p), APR_SUCCESS);
    assert_non_null(token);
    return token;
}

static void test_form(void **state)
{
    int i;

    for (i = 0; i < 1000; i++) {
        const char *token = make(*state);
        assert_int_equal(strlen(token), 3 + 43); /* 32 bytes, six bits a character */
        assert_memory_equal(token, "bk_", 3);
        assert_int_equal(strspn(token + 3, base64url), 43);
    }
}

/* All that is drawn is in the token, in base64url. */
static void test_known(void **state)
{
    static const unsigned char zeros[32];
    unsigned char bytes[32];
    int i;

    generator_script(zeros, sizeof(zeros));
    assert_string_equal(make(*state), "bk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_int_equal(generator.len, 0);
    memset(bytes, 0xFF, sizeof(bytes));
    generator_script(bytes, sizeof(bytes));
    assert_string_equal(make(*state), "bk___________________________________________8");
    memset(bytes, 0xFB, sizeof(bytes));
    generator_script(bytes, sizeof(bytes));
    assert_string_equal(make(*state), "bk_-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s");
    /* Each bit counts. */
    for (i = 0; i < 256; i++) {
        memset(bytes, 0, sizeof(bytes));
        bytes[i / 8] = (unsigned char)(1 << i % 8);
        generator_script(bytes, sizeof(bytes));
        assert_string_not_equal(make(*state), "bk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    }
    generator_true();
}

static void test_different(void **state)
{
    assert_string_not_equal(make(*state), make(*state));
}

static void test_failure(void **state)
{
    const char *token = NULL;

    generator_script("too short", 9);
    assert_int_equal(bk_token_make(&token, *state), APR_EGENERAL);
    assert_null(token);
    generator_true();
}

/* SHA-256 (FIPS 180-4, and the examples to it). */
static void test_digest(void **state)
{
    static const struct {
        const char *token;
        const char *digest;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    unsigned char digest[BK_TOKEN_DIGEST + 1];
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        digest[BK_TOKEN_DIGEST] = 0xA5;
        assert_int_equal(bk_token_digest(rows[i].token, digest), APR_SUCCESS);
        assert_string_equal(apr_pescape_hex(*state, digest, BK_TOKEN_DIGEST, 0), rows[i].digest);
        assert_int_equal(digest[BK_TOKEN_DIGEST], 0xA5);
    }
}

/* A client may send any text: only the same one has the same digest. */
static void test_digest_of_anything(void **state)
{
    const char *token = make(*state);
    char *other = apr_pstrdup(*state, token);
    char *huge = apr_palloc(*state, 100001);
    unsigned char a[BK_TOKEN_DIGEST], b[BK_TOKEN_DIGEST];

    assert_int_equal(bk_token_digest(token, a), APR_SUCCESS);
    assert_int_equal(bk_token_digest(other, b), APR_SUCCESS);
    assert_memory_equal(a, b, sizeof(a));
    other[45] = other[45] == 'A' ? 'B' : 'A';
    assert_int_equal(bk_token_digest(other, b), APR_SUCCESS);
    assert_memory_not_equal(a, b, sizeof(a));
    memset(huge, 'x', 100000);
    huge[100000] = '\0';
    assert_int_equal(bk_token_digest(huge, b), APR_SUCCESS);
    assert_int_equal(bk_token_digest("\xff\xfe\x01", b), APR_SUCCESS);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),      cmocka_unit_test(test_known),
        cmocka_unit_test(test_different), cmocka_unit_test(test_failure),
        cmocka_unit_test(test_digest),    cmocka_unit_test(test_digest_of_anything),
    };

    return cmocka_run_group_tests_name("bk_token", tests, unit_pool_open, unit_pool_close);
}

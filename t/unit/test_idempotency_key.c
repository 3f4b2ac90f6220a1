#include "unit.h"

#include <apr_strings.h>

#include "bk_idempotency_key.h"

#define UUID "8e03978e-40d5-43dd-bc93-6894a57f9324"

static void test_keys(void **state)
{
    static const struct {
        const char *header, *key; /* NULL: it is none */
    } rows[] = {
        {UUID, UUID},
        {"\"" UUID "\"", UUID},
        {" \"" UUID "\" ", UUID},
        {"\"a b\"", "a b"},
        {"\"a\\\"b\\\\\"", "a\"b\\"},
        {"\"a,b;c\"", "a,b;c"},
        {"\"a\";v=1", "a"},
        {"\"a\" ;v", "a"},
        {"a", "a"},
        {"YWJj+/==", "YWJj+/=="},
        {"a ", "a"},
        {"", NULL},
        {" ", NULL},
        {"\"\"", NULL},
        {"\"", NULL},
        {"\"a", NULL},
        {"\"a\\", NULL},
        {"\"a\\\"", NULL},
        {"\"a\\b\"", NULL},
        {"\"a\"b", NULL},
        {"\"a\" b", NULL},
        {"\"a\", \"b\"", NULL},
        {"\"a\tb\"", NULL},
        {"\"a\x7f\"", NULL},
        {"\"\xc3\xa9\"", NULL},
        {"a b", NULL},
        {"a, b", NULL},
        {"a;b", NULL},
        {"a\"b", NULL},
        {"a\\b", NULL},
        {"\xc3\xa9", NULL},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const char *key = NULL;
        bk_idempotency_key_result_t result = bk_idempotency_key_read(rows[i].header, &key, *state);

        assert_that(result == (rows[i].key ? BK_IDEMPOTENCY_KEY_OK : BK_IDEMPOTENCY_KEY_BAD), "%s",
                    rows[i].header);
        if (rows[i].key) {
            assert_string_equal(key, rows[i].key);
        }
        else {
            assert_null(key);
        }
    }
}

static void test_no_header(void **state)
{
    const char *key;

    assert_int_equal(bk_idempotency_key_read(NULL, &key, *state), BK_IDEMPOTENCY_KEY_NONE);
}

/* What counts is the key, not how it is written. */
static void test_longest(void **state)
{
    char longest[BK_IDEMPOTENCY_KEY_MOST + 2] = {0};
    const char *key;

    memset(longest, 'x', BK_IDEMPOTENCY_KEY_MOST);
    assert_int_equal(bk_idempotency_key_read(longest, &key, *state), BK_IDEMPOTENCY_KEY_OK);
    assert_int_equal(bk_idempotency_key_read(apr_pstrcat(*state, "\"", longest + 1, "\\\\\"", NULL),
                                             &key, *state),
                     BK_IDEMPOTENCY_KEY_OK);
    assert_int_equal(
        bk_idempotency_key_read(apr_pstrcat(*state, "\"", longest, "x\"", NULL), &key, *state),
        BK_IDEMPOTENCY_KEY_BAD);
    longest[BK_IDEMPOTENCY_KEY_MOST] = 'x';
    assert_int_equal(bk_idempotency_key_read(longest, &key, *state), BK_IDEMPOTENCY_KEY_BAD);
}

/* printf '4:POST12:/v1/bookings11:{"space":1}' | sha256sum */
static void test_fingerprint(void **state)
{
    static const unsigned char expected[] = {0x9d, 0xe7, 0xff, 0xdd, 0x12, 0x87, 0x4e, 0xf2,
                                             0xa9, 0x60, 0x33, 0x4a, 0xf6, 0xd1, 0x87, 0x42,
                                             0xef, 0xf0, 0xf0, 0x52, 0xc8, 0xbd, 0x02, 0xc9,
                                             0x56, 0x3a, 0x06, 0x16, 0x67, 0x0f, 0xe8, 0x8c};
    unsigned char fingerprint[BK_IDEMPOTENCY_KEY_FINGERPRINT];

    (void)state;
    assert_int_equal(
        bk_idempotency_key_fingerprint("POST", "/v1/bookings", "{\"space\":1}", 11, fingerprint),
        APR_SUCCESS);
    assert_memory_equal(fingerprint, expected, sizeof(fingerprint));
}

static void test_other_requests_have_other_fingerprints(void **state)
{
    static const char *const rows[][3] = {
        {"POST", "/v1/bookings", "{}"}, {"PUT", "/v1/bookings", "{}"},
        {"POST", "/v1/booking", "s{}"}, {"POST", "/v1/bookings", "{\"a\":1}"},
        {"POST", "/v1/bookings", ""},   {"POST/v1", "/bookings", "{}"},
        {"POST", "", "/v1/bookings{}"}, {"POST", "/v1/bookings2:{}", ""},
    };
    unsigned char prints[UNIT_ROWS(rows)][BK_IDEMPOTENCY_KEY_FINGERPRINT];
    size_t i, j;

    (void)state;
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_int_equal(bk_idempotency_key_fingerprint(rows[i][0], rows[i][1], rows[i][2],
                                                        strlen(rows[i][2]), prints[i]),
                         APR_SUCCESS);
        for (j = 0; j < i; j++) {
            assert_that(memcmp(prints[i], prints[j], sizeof(prints[i])) != 0,
                        "rows %zu and %zu have the same fingerprint", i, j);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_no_header),
        cmocka_unit_test(test_longest),
        cmocka_unit_test(test_fingerprint),
        cmocka_unit_test(test_other_requests_have_other_fingerprints),
    };

    return cmocka_run_group_tests_name("bk_idempotency_key", tests, unit_pool_open,
                                       unit_pool_close);
}

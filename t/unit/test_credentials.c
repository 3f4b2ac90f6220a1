#include "unit.h"

#include <apr_encode.h>
#include <apr_strings.h>

#include "bk_credentials.h"

/* What would be read: a scheme's letter and the texts. */
static const char *read_header(const char *header, apr_pool_t *p)
{
    bk_credentials_t credentials;

    memset(&credentials, 0xA5, sizeof(credentials));
    bk_credentials_read(header, &credentials, p);
    switch (credentials.scheme) {
    case BK_CREDENTIALS_BASIC:
        return apr_pstrcat(p, "basic ", credentials.name, "|", credentials.secret, NULL);
    case BK_CREDENTIALS_BEARER:
        assert_null(credentials.name);
        return apr_pstrcat(p, "bearer ", credentials.secret, NULL);
    case BK_CREDENTIALS_NONE:
        break;
    }
    assert_null(credentials.name);
    assert_null(credentials.secret);
    return "none";
}

static const char *basic(const char *bytes, apr_size_t len, apr_pool_t *p)
{
    return apr_pstrcat(p, "Basic ",
                       apr_pencode_base64(p, bytes, (apr_ssize_t)len, APR_ENCODE_NONE, NULL), NULL);
}

static void test_basic(void **state)
{
    static const struct {
        const char *pair;
        const char *wanted;
    } rows[] = {
        {"ann:secret", "basic ann|secret"},
        {"6036687152:secret", "basic 6036687152|secret"},
        {"a:b", "basic a|b"},
        /* RFC 7617: the first colon ends the name. */
        {"ann:pass:with:colons", "basic ann|pass:with:colons"},
        {"ann::", "basic ann|:"},
        {"ann: ", "basic ann| "},
        {" ann : secret ", "basic  ann | secret "},
        {"J\xc3\xb6rg:gr\xc3\xbc\xc3\x9f", "basic J\xc3\xb6rg|gr\xc3\xbc\xc3\x9f"},
        {"ann:a\xff\xfe", "basic ann|a\xff\xfe"},
        {"", "none"},
        {"ann", "none"},
        {"ann:", "none"},
        {":secret", "none"},
        {":", "none"},
        {"::", "none"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const char *header = basic(rows[i].pair, strlen(rows[i].pair), *state);
        const char *got = read_header(header, *state);
        assert_that(strcmp(got, rows[i].wanted) == 0, "'%s' is read as %s", rows[i].pair, got);
    }
}

/* A NUL must not hide what comes after it, in the name or in the secret. */
static void test_basic_nul(void **state)
{
    assert_string_equal(read_header(basic("ann\0:secret", 11, *state), *state), "none");
    assert_string_equal(read_header(basic("ann:secret\0more", 15, *state), *state), "none");
    assert_string_equal(read_header(basic("\0:secret", 8, *state), *state), "none");
    assert_string_equal(read_header(basic("ann:\0", 5, *state), *state), "none");
    assert_string_equal(read_header(basic("ann:secret\0", 11, *state), *state), "none");
}

static void test_schemes(void **state)
{
    static const struct {
        const char *header;
        const char *wanted;
    } rows[] = {
        /* RFC 9110, section 11.1: the scheme's case does not matter, and 1*SP follows it. */
        {"Basic dTpw", "basic u|p"},
        {"basic dTpw", "basic u|p"},
        {"BASIC dTpw", "basic u|p"},
        {"bAsIc dTpw", "basic u|p"},
        {"Basic  dTpw", "basic u|p"},
        {"Basic         dTpw", "basic u|p"},
        {"Bearer bk_abc", "bearer bk_abc"},
        {"bearer bk_abc", "bearer bk_abc"},
        {"BEARER    bk_abc", "bearer bk_abc"},
        {"Bearer bk_abc-_~+/==", "bearer bk_abc-_~+/=="},
        {"", "none"},
        {" ", "none"},
        {"Basic", "none"},
        {"Basic ", "none"},
        {"Basic    ", "none"},
        {"BasicdTpw", "none"},
        {"Basic\tdTpw", "none"},
        {"Basic:dTpw", "none"},
        {" Basic dTpw", "none"},
        {"Basi dTpw", "none"},
        {"Basics dTpw", "none"},
        {"Bearer", "none"},
        {"Bearer ", "none"},
        {"Bearer     ", "none"},
        {"Bearerbk_abc", "none"},
        {"Bearer\tbk_abc", "none"},
        {"Bear bk_abc", "none"},
        {"Digest username=\"u\"", "none"},
        {"Negotiate dTpw", "none"},
        {"dTpw", "none"},
        {"u:p", "none"},
        {"\xff\xfe", "none"},
    };
    size_t i;

    assert_string_equal(read_header(NULL, *state), "none");
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const char *got = read_header(rows[i].header, *state);
        assert_that(strcmp(got, rows[i].wanted) == 0, "'%s' is read as %s", rows[i].header, got);
    }
}

/* apr_decode_base64() is lenient where clients differ (padding, the URL's alphabet, loose bits at
 * the end) and strict about everything else: the rows hold it to that. */
static void test_base64(void **state)
{
    static const struct {
        const char *code;
        const char *wanted;
    } rows[] = {
        {"YTpiYw==", "basic a|bc"},
        {"YTpiYw=", "basic a|bc"},
        {"YTpiYw", "basic a|bc"},
        {"YTpiYx==", "basic a|bc"},
        {"YTo+Pz8/", "basic a|>\?\?\?"},
        {"YTo-Pz8_", "basic a|>\?\?\?"},
        {"YTpiY", "none"},
        {"Y", "none"},
        {"=", "none"},
        {"====", "none"},
        {"!!!!", "none"},
        {"YTpi!", "none"},
        {"YTpi YTpi", "none"},
        {"YTpi ", "none"},
        {"YT pi", "none"},
        {"YTpi\n", "none"},
        {"YTpiYw==YTpi", "none"},
        {"YTpiYw==x", "none"},
        {"=YTpi", "none"},
        {"YT\xc3\xa9pi", "none"},
        {"a:bc", "none"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const char *got = read_header(apr_pstrcat(*state, "Basic ", rows[i].code, NULL), *state);
        assert_that(strcmp(got, rows[i].wanted) == 0, "'%s' is read as %s", rows[i].code, got);
    }
}

/* Every length up to far beyond what a header may have, and every byte in a secret. */
static void test_basic_lengths_and_bytes(void **state)
{
    apr_pool_t *p = *state, *turn;
    char *pair = apr_palloc(p, 20000);
    apr_size_t len;
    int byte;

    apr_pool_create(&turn, p);
    memset(pair, 'x', 20000);
    memcpy(pair, "ann:", 4);
    for (len = 5; len < 20000; len += len < 200 ? 1 : 997) {
        const char *got = read_header(basic(pair, len, turn), turn);
        assert_int_equal(strlen(got), strlen("basic ") + len);
        apr_pool_clear(turn);
    }
    for (byte = 1; byte < 256; byte++) {
        pair[6] = (char)byte;
        const char *got = read_header(basic(pair, 9, turn), turn);
        assert_memory_equal(got + strlen("basic ann|"), pair + 4, 5);
        apr_pool_clear(turn);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_basic),
        cmocka_unit_test(test_basic_nul),
        cmocka_unit_test(test_schemes),
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_basic_lengths_and_bytes),
    };

    return cmocka_run_group_tests_name("bk_credentials", tests, unit_pool_open, unit_pool_close);
}

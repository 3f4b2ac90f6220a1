#include "unit.h"

#include <apr_strings.h>
#include <apr_tables.h>

#include "bk_authority.h"

static void test_origins_are_scheme_host_and_port(void **state)
{
    static const char *const right[] = {"https://rooms.example.net", "http://localhost:3000",
                                        "HTTPS://ROOMS.EXAMPLE.NET", "http://192.0.2.1",
                                        "http://[2001:db8::1]:8080", "https://a-b.example:65535"};
    static const char *const wrong[] = {"",
                                        "*",
                                        "null",
                                        "rooms.example.net",
                                        "ftp://rooms.example.net",
                                        "https://",
                                        "https:///",
                                        "https://rooms.example.net/",
                                        "https://rooms.example.net/a",
                                        "https://rooms.example.net?a",
                                        "https://rooms.example.net#a",
                                        "https://a@rooms.example.net",
                                        "https://rooms.example.net:0",
                                        "https://rooms.example.net:65536",
                                        "https://rooms.example.net:x",
                                        "https://*.example.net",
                                        "https://rooms_example.net",
                                        "https://[rooms]"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(right); i++) {
        assert_that(bk_authority_is_origin(right[i], *state), "%s is refused", right[i]);
    }
    for (i = 0; i < UNIT_ROWS(wrong); i++) {
        assert_that(!bk_authority_is_origin(wrong[i], *state), "%s is taken", wrong[i]);
    }
}

static void test_an_authority_begins_behind_the_scheme(void **state)
{
    const char *origin = "HTTPS://rooms.example.net";
    int https = -1;

    assert_ptr_equal(bk_authority_of(origin, &https), origin + 8);
    assert_true(https);
    origin = "http://rooms.example.net";
    assert_ptr_equal(bk_authority_of(origin, &https), origin + 7);
    assert_false(https);
    assert_null(bk_authority_of("null", &https));
    assert_null(bk_authority_of("ftp://rooms.example.net", &https));
    assert_null(bk_authority_of("http:/rooms.example.net", &https));
}

/* The second text may go on: it is what a proxy has put before a comma. */
static int is_same(const char *a, const char *b, int https)
{
    char longer[64];

    apr_snprintf(longer, sizeof(longer), "%s, inner.example.net", b);
    return bk_authority_is_same(a, longer, strlen(b), https);
}

static void test_a_port_that_the_scheme_has_anyway_makes_no_difference(void **state)
{
    assert_true(is_same("a.example", "A.EXAMPLE", 0));
    assert_true(is_same("a.example:80", "a.example", 0));
    assert_true(is_same("a.example", "a.example:443", 1));
    assert_false(is_same("a.example:443", "a.example", 0));
    assert_false(is_same("a.example:80", "a.example", 1));
    assert_false(is_same("a.example:8080", "a.example", 0));
    assert_false(is_same("a.example", "a.example.net", 0));
    assert_false(is_same("b.a.example", "a.example", 0));
    assert_false(is_same(":80", "a.example", 0));
}

static void test_an_origin_is_listed_with_its_scheme(void **state)
{
    apr_array_header_t *listed = apr_array_make(*state, 2, sizeof(const char *));

    assert_false(bk_authority_is_listed(NULL, "https://a.example"));
    assert_false(bk_authority_is_listed(listed, "https://a.example"));
    APR_ARRAY_PUSH(listed, const char *) = "http://b.example:3000";
    APR_ARRAY_PUSH(listed, const char *) = "https://a.example";
    assert_true(bk_authority_is_listed(listed, "https://a.example"));
    assert_true(bk_authority_is_listed(listed, "HTTPS://A.example:443"));
    assert_true(bk_authority_is_listed(listed, "http://b.example:3000"));
    assert_false(bk_authority_is_listed(listed, "http://a.example"));
    assert_false(bk_authority_is_listed(listed, "http://b.example"));
    assert_false(bk_authority_is_listed(listed, "null"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_origins_are_scheme_host_and_port),
        cmocka_unit_test(test_an_authority_begins_behind_the_scheme),
        cmocka_unit_test(test_a_port_that_the_scheme_has_anyway_makes_no_difference),
        cmocka_unit_test(test_an_origin_is_listed_with_its_scheme),
    };

    return cmocka_run_group_tests_name("bk_authority", tests, unit_pool_open, unit_pool_close);
}

#include "unit.h"

#include "bk_error.h"

/* What clients were promised, word for word: a changed text is a changed interface. */
static const struct {
    const bk_error_t *error;
    int reference;
    int standard;
    const char *code;
    const char *message;
    const char *details; /* NULL: free, but there */
} promised[] = {
    {&bk_error_malformed, 400, 401, "MALFORMED", "basic auth is missing or malformed",
     "ensure that a username and/or password are provided"},
    {&bk_error_session_expired, 400, 401, "SESSION EXPIRED", "user session has expired", NULL},
    {&bk_error_unauthorized, 400, 403, "UNAUTHORIZED", "Not an admin",
     "Only admin users can use this operation"},
    {&bk_error_throttled, 429, 429, "THROTTLED", "Too many failed logins", NULL},
    {&bk_error_busy, 503, 503, "BUSY", "Too many logins at once", NULL},
    {&bk_error_user_service, 400, 503, "DEPENDENCY_UNAVAILABLE", "User service unavailable", NULL},
    {&bk_error_no_route, 404, 404, "NOT_FOUND", "Route Not Found", NULL},
    {&bk_error_method, 405, 405, "METHOD_NOT_ALLOWED", "Method Not Allowed", NULL},
    {&bk_error_too_large, 413, 413, "TOO_LARGE", "Request body too large", NULL},
    {&bk_error_media_type, 415, 415, "UNSUPPORTED_MEDIA_TYPE", "Media type not supported", NULL},
    {&bk_error_timeout, 408, 408, "TIMEOUT", "Request timed out", NULL},
    {&bk_error_body, 400, 400, "BAD_REQUEST", "Bad request", NULL},
    {&bk_error_not_supported, 501, 501, "NOT_SUPPORTED", "Not supported", NULL},
    {&bk_error_unavailable, 503, 503, "UNAVAILABLE", "Service unavailable", NULL},
    {&bk_error_capacity, 503, 503, "CAPACITY", "Store is full", NULL},
    {&bk_error_internal, 500, 500, "INTERNAL", "Internal error", NULL},
};

static void test_promised(void **state)
{
    size_t i;

    for (i = 0; i < UNIT_ROWS(promised); i++) {
        const bk_error_t *error = promised[i].error;
        assert_string_equal(error->code, promised[i].code);
        assert_string_equal(error->message, promised[i].message);
        assert_non_null(error->details);
        assert_true(*error->details);
        if (promised[i].details) {
            assert_string_equal(error->details, promised[i].details);
        }
        assert_int_equal(bk_error_status(error, BK_ERROR_REFERENCE), promised[i].reference);
        assert_int_equal(bk_error_status(error, BK_ERROR_STANDARD), promised[i].standard);
    }
}

/* A server that was not told otherwise answers as the reference does. */
static void test_reference_is_zero(void **state)
{
    assert_int_equal(BK_ERROR_REFERENCE, 0);
}

/* What the user service may answer about a caller is passed on; what else it answers is its own. */
static void test_of_caller(void **state)
{
    static const bk_error_t *const passed_on[] = {&bk_error_malformed, &bk_error_session_expired,
                                                  &bk_error_throttled, &bk_error_busy};
    static const char *const others[] = {"",
                                         "MALFORME",
                                         "MALFORMEDX",
                                         "malformed",
                                         "SESSION_EXPIRED",
                                         "EXPIRED",
                                         "UNAUTHORIZED",
                                         "NOT_FOUND",
                                         "INTERNAL",
                                         "UNAVAILABLE",
                                         "CAPACITY",
                                         "DEPENDENCY_UNAVAILABLE"};
    size_t i;

    for (i = 0; i < UNIT_ROWS(passed_on); i++) {
        assert_ptr_equal(bk_error_of_caller(passed_on[i]->code), passed_on[i]);
    }
    for (i = 0; i < UNIT_ROWS(others); i++) {
        assert_null(bk_error_of_caller(others[i]));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_promised),
        cmocka_unit_test(test_reference_is_zero),
        cmocka_unit_test(test_of_caller),
    };

    return cmocka_run_group_tests_name("bk_error", tests, NULL, NULL);
}

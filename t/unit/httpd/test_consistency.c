#include "service.h"

static request_rec *request_with(const char *method, const char *value)
{
    request_rec *r = service_request(method, "/thing");

    if (value) {
        apr_table_set(r->headers_in, "X-Consistency", value);
    }
    return r;
}

static void test_strong_and_eventual_are_taken_in_any_letters(void **state)
{
    static const char *const values[] = {NULL, "strong", "eventual", "Strong", "EVENTUAL"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(values); i++) {
        request_rec *r = request_with("GET", values[i]);

        stub_ap_run(r);
        service_expect(r, 200, "");
    }
}

static void test_another_word_is_a_bad_request(void **state)
{
    static const char *const values[] = {"", "weak", "strong ", "strong, eventual"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(values); i++) {
        request_rec *r = request_with("GET", values[i]);

        stub_ap_run(r);
        service_expect(r, 400, "{\"ErrCode\":\"BAD_REQUEST\"");
        assert_non_null(strstr(stub_ap_answer(r)->body, "X-Consistency must be"));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_service(test_strong_and_eventual_are_taken_in_any_letters),
        cmocka_unit_test_service(test_another_word_is_a_bad_request),
    };

    return cmocka_run_group_tests_name("bk_consistency", tests, service_open, service_close);
}

#include "service.h"

#include "bk_again.h"
#include "bk_answer.h"

static int attempts, undone; /* how many there were, and how many of them somebody else undid */

static int attempt(bk_request_t *request, void *status)
{
    return attempts++ < undone ? BK_CONTINUE : bk_answer_empty(request, *(int *)status);
}

static int try_to_change(bk_request_t *request)
{
    int status = HTTP_NO_CONTENT;

    attempts = 0;
    return bk_again(request, 3, attempt, &status);
}

static request_rec *change(int others)
{
    undone = others;
    return service_answer(try_to_change);
}

static void test_what_nobody_comes_between_is_done_once(void **state)
{
    service_expect(change(0), 204, "");
    assert_int_equal(attempts, 1);
}

static void test_what_somebody_comes_between_is_done_again(void **state)
{
    service_expect(change(2), 204, "");
    assert_int_equal(attempts, 3);
}

static void test_it_is_given_up_when_somebody_always_comes_between(void **state)
{
    service_expect(change(3), 503, "{\"ErrCode\":\"BUSY\"");
    assert_int_equal(attempts, 3);
}

static void test_of_api_v1_it_is_the_problem_busy(void **state)
{
    service_set("BookableApi /v1");
    undone = 3;
    service_handler = try_to_change;
    service_expect(service_get("/v1/things"), 503, "{\"type\":\"/v1/problems/busy\"");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_service(test_what_nobody_comes_between_is_done_once),
        cmocka_unit_test_service(test_what_somebody_comes_between_is_done_again),
        cmocka_unit_test_service(test_it_is_given_up_when_somebody_always_comes_between),
        cmocka_unit_test_service(test_of_api_v1_it_is_the_problem_busy),
    };

    return cmocka_run_group_tests_name("bk_again", tests, service_open, service_close);
}

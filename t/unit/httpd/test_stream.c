#include "service.h"

#include "bk_stream.h"

#define TYPE "application/json"

/* A producer writes so many pieces of a length, and then fails or not. */
static struct {
    int pieces;
    apr_size_t len;
    apr_status_t end;
    int made; /* pieces until it was told to stop */
} producer;

static apr_status_t produce(bk_stream_t *stream, void *context)
{
    static char piece[BK_STREAM_HELD + 1];
    apr_status_t rv = APR_SUCCESS;

    memset(piece, 'x', sizeof(piece));
    for (producer.made = 0; producer.made < producer.pieces && rv == APR_SUCCESS; producer.made++) {
        rv = bk_stream_write(stream, piece, producer.len);
    }
    return rv == APR_SUCCESS ? producer.end : rv;
}

static int answer_stream(bk_request_t *request)
{
    apr_status_t failed;
    int result = bk_stream_answer(request, HTTP_OK, TYPE, produce, NULL, &failed);

    if (result == BK_CONTINUE) {
        assert_int_equal(failed, producer.end);
        return HTTP_SERVICE_UNAVAILABLE;
    }
    return result;
}

static request_rec *run(int pieces, apr_size_t len, apr_status_t end)
{
    producer.pieces = pieces;
    producer.len = len;
    producer.end = end;
    return service_answer(answer_stream);
}

static void test_a_short_body_has_its_length(void **state)
{
    static const struct {
        int pieces;
        apr_size_t len;
        const char *length;
    } rows[] = {{0, 0, "0"}, {1, 5, "5"}, {3, 100, "300"}, {1, BK_STREAM_HELD, "8192"}};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        request_rec *r = run(rows[i].pieces, rows[i].len, APR_SUCCESS);

        service_expect_header(r, "Content-Length", rows[i].length);
        service_expect_header(r, "Content-Type", TYPE);
        assert_int_equal(stub_ap_answer(r)->status, 200);
        assert_int_equal(stub_ap_answer(r)->len, rows[i].pieces * rows[i].len);
        assert_true(stub_ap_answer(r)->is_complete && stub_ap_answer(r)->is_kept);
    }
}

static void test_a_long_body_goes_out_in_pieces_without_a_length(void **state)
{
    static const struct {
        int pieces;
        apr_size_t len;
    } rows[] = {{1, BK_STREAM_HELD + 1}, {2, BK_STREAM_HELD}, {50, 1000}};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        request_rec *r = run(rows[i].pieces, rows[i].len, APR_SUCCESS);

        service_expect_header(r, "Content-Length", NULL);
        service_expect_header(r, "X-Content-Type-Options", "nosniff");
        assert_int_equal(stub_ap_answer(r)->len, rows[i].pieces * rows[i].len);
        assert_true(stub_ap_answer(r)->is_complete && stub_ap_answer(r)->is_kept);
    }
}

static void test_who_fails_at_once_has_sent_nothing(void **state)
{
    request_rec *r = run(8, 1000, APR_ENOSPC);

    assert_int_equal(stub_ap_answer(r)->status, 503);
    assert_null(strstr(stub_ap_answer(r)->body, "xxx"));
    assert_null(stub_ap_logged("BK0350"));
}

static void test_who_fails_in_the_middle_breaks_off(void **state)
{
    request_rec *r = run(20, 1000, APR_ENOSPC);

    assert_int_equal(stub_ap_answer(r)->status, 200);
    assert_int_equal(stub_ap_answer(r)->len, 20000);
    assert_false(stub_ap_answer(r)->is_complete);
    assert_int_equal(r->connection->keepalive, AP_CONN_CLOSE); /* the header has gone already */
    assert_int_equal(stub_ap_logged_level("BK0350"), APLOG_ERR);
}

static void test_a_client_that_is_gone_stops_the_producer(void **state)
{
    request_rec *r = service_request("GET", "/thing/any");

    service_handler = answer_stream;
    producer.pieces = 1000000;
    producer.len = 1000;
    producer.end = APR_SUCCESS;
    stub_ap_leave(r);
    stub_ap_run(r);
    assert_int_equal(producer.made, 9); /* what is held, and the first that does not fit */
    assert_null(stub_ap_logged("BK0350"));
}

static void test_head_stops_the_producer_of_a_long_body(void **state)
{
    request_rec *r = service_request("HEAD", "/thing/any");

    service_handler = answer_stream;
    producer.pieces = 1000000;
    producer.len = 1000;
    producer.end = APR_SUCCESS;
    stub_ap_run(r);
    assert_int_equal(producer.made, 9);
    assert_int_equal(stub_ap_answer(r)->status, 200);
    assert_int_equal(stub_ap_answer(r)->len, 0);
    service_expect_header(r, "Content-Length", NULL);
    assert_true(stub_ap_answer(r)->is_complete && stub_ap_answer(r)->is_kept);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_service(test_a_short_body_has_its_length),
        cmocka_unit_test_service(test_a_long_body_goes_out_in_pieces_without_a_length),
        cmocka_unit_test_service(test_who_fails_at_once_has_sent_nothing),
        cmocka_unit_test_service(test_who_fails_in_the_middle_breaks_off),
        cmocka_unit_test_service(test_a_client_that_is_gone_stops_the_producer),
        cmocka_unit_test_service(test_head_stops_the_producer_of_a_long_body),
    };

    return cmocka_run_group_tests_name("bk_stream", tests, service_open, service_close);
}

#include "service.h"

#include <apr_buckets.h>
#include <apr_network_io.h>
#include <apr_optional_hooks.h>
#include <apr_strings.h>
#include <http_core.h>
#include <mod_proxy.h>
#include <util_filter.h>

#include "bk_deadline.h"
#include "bk_time.h"

#define USUAL apr_time_from_sec(60) /* mod_proxy's time-out of the backend's socket */
#define LATER (bk_time_monotonic_ms() + 600000)

/* ---- a backend and its connection ---------------------------------------------------------------
 */

static const char *const *sent;     /* what the backend sends, piece by piece; NULL: nothing more */
static apr_interval_time_t allowed; /* the socket's time-out at the latest read */
static conn_rec *connection;
static apr_socket_t *socket_of_backend;
static ap_filter_rec_t *from_socket;

static apr_status_t read_socket(ap_filter_t *f, apr_bucket_brigade *out, ap_input_mode_t mode,
                                apr_read_type_e block, apr_off_t size)
{
    apr_socket_timeout_get(socket_of_backend, &allowed);
    if (!sent || !*sent) {
        return APR_TIMEUP;
    }
    if (!**sent) {
        APR_BRIGADE_INSERT_TAIL(out, apr_bucket_eos_create(f->c->bucket_alloc));
    }
    else {
        APR_BRIGADE_INSERT_TAIL(
            out, apr_bucket_transient_create(*sent, strlen(*sent), f->c->bucket_alloc));
    }
    sent++;
    return APR_SUCCESS;
}

static int begin(void **state)
{
    int result = service_begin(state);
    request_rec *r = service_request("GET", "/");

    if (!from_socket) {
        from_socket = ap_register_input_filter("FROM_SOCKET", read_socket, NULL, AP_FTYPE_NETWORK);
    }
    connection = r->connection;
    connection->input_filters = NULL;
    ap_add_input_filter_handle(from_socket, NULL, NULL, connection);
    apr_socket_create(&socket_of_backend, APR_INET, SOCK_STREAM, APR_PROTO_TCP, r->pool);
    apr_socket_timeout_set(socket_of_backend, USUAL);
    ap_set_core_module_config(connection->conn_config, socket_of_backend);
    sent = NULL;
    return result;
}

#define cmocka_unit_test_deadline(test) cmocka_unit_test_setup_teardown(test, begin, service_end)

/* mod_proxy is about to read the answer to a request.
 * @param until  0: the request is no call
 * @return the request as mod_proxy has it */
static request_rec *send_request(apr_int64_t until)
{
    request_rec *r = service_request("GET", "/"), *backend = service_request("GET", "/");
    apr_array_header_t *hooks = apr_optional_hook_get("create_req");
    int i;

    if (until) {
        bk_deadline_set(r, until);
    }
    backend->connection = connection;
    backend->input_filters = backend->proto_input_filters = connection->input_filters;
    assert_non_null(hooks);
    for (i = 0; i < hooks->nelts; i++) {
        assert_int_equal(APR_ARRAY_IDX(hooks, i, proxy_LINK_create_req_t).pFunc(r, backend), OK);
    }
    return backend;
}

static const char *text_of(apr_bucket_brigade *brigade)
{
    char *text;
    apr_size_t len;

    apr_brigade_pflatten(brigade, &text, &len, connection->pool);
    return apr_pstrmemdup(connection->pool, text, len);
}

static apr_status_t get(request_rec *backend, ap_input_mode_t mode, apr_off_t size,
                        const char **text)
{
    apr_bucket_brigade *brigade = apr_brigade_create(connection->pool, connection->bucket_alloc);
    apr_status_t rv = ap_get_brigade(backend->input_filters, brigade, mode, APR_BLOCK_READ, size);

    *text = text_of(brigade);
    return rv;
}

static void expect(request_rec *backend, ap_input_mode_t mode, apr_off_t size, const char *text)
{
    const char *got;

    assert_int_equal(get(backend, mode, size, &got), APR_SUCCESS);
    assert_string_equal(got, text);
}

/* ---- tests --------------------------------------------------------------------------------------
 */

static void test_a_request_that_is_no_call_is_left_alone(void **state)
{
    ap_filter_t *before = connection->input_filters;

    send_request(0);
    assert_ptr_equal(connection->input_filters, before);
}

static void test_a_line_that_trickles_in_is_one(void **state)
{
    static const char *const pieces[] = {"HTTP/1.1 ", "200", " OK\r\nDate", ": x\r\n", NULL};
    request_rec *backend = send_request(LATER);

    sent = pieces;
    expect(backend, AP_MODE_GETLINE, 0, "HTTP/1.1 200 OK\r\n");
    expect(backend, AP_MODE_GETLINE, 0, "Date: x\r\n");
}

static void test_a_line_may_end_with_the_connection(void **state)
{
    static const char *const pieces[] = {"half", "", NULL};
    request_rec *backend = send_request(LATER);

    sent = pieces;
    expect(backend, AP_MODE_GETLINE, 0, "half");
}

static void test_a_line_has_a_bound(void **state)
{
    char *piece = apr_pcalloc(connection->pool, 32769);
    const char *pieces[] = {piece, piece, piece, NULL};
    request_rec *backend = send_request(LATER);
    const char *text;

    memset(piece, 'x', 32768);
    sent = pieces;
    assert_int_equal(get(backend, AP_MODE_GETLINE, 0, &text), APR_ENOSPC);
}

static void test_a_read_may_take_what_is_left_of_the_call(void **state)
{
    static const char *const pieces[] = {"a", NULL};
    request_rec *backend = send_request(bk_time_monotonic_ms() + 30000);

    sent = pieces;
    expect(backend, AP_MODE_READBYTES, 10, "a");
    assert_true(allowed > 0 && allowed <= apr_time_from_sec(30));
}

static void test_nothing_is_read_when_the_call_is_over(void **state)
{
    static const char *const pieces[] = {"a", NULL};
    request_rec *backend = send_request(bk_time_monotonic_ms() - 1);
    const char *text;

    sent = pieces;
    assert_int_equal(get(backend, AP_MODE_READBYTES, 10, &text), APR_TIMEUP);
    assert_int_equal(get(backend, AP_MODE_GETLINE, 0, &text), APR_TIMEUP);
    assert_ptr_equal(sent, pieces);
}

static void test_what_fails_to_be_read_is_passed_on(void **state)
{
    request_rec *backend = send_request(LATER);
    const char *text;

    assert_int_equal(get(backend, AP_MODE_GETLINE, 0, &text), APR_TIMEUP);
    assert_int_equal(get(backend, AP_MODE_READBYTES, 10, &text), APR_TIMEUP);
}

static void test_no_more_bytes_are_given_than_were_asked_for(void **state)
{
    static const char *const pieces[] = {"abcdef", NULL};
    request_rec *backend = send_request(LATER);

    sent = pieces;
    expect(backend, AP_MODE_READBYTES, 4, "abcd");
    expect(backend, AP_MODE_READBYTES, 4, "ef");
}

static void test_what_is_only_looked_at_stays(void **state)
{
    static const char *const pieces[] = {"abcdef", NULL};
    request_rec *backend = send_request(LATER);

    sent = pieces;
    expect(backend, AP_MODE_SPECULATIVE, 2, "ab");
    expect(backend, AP_MODE_READBYTES, 10, "abcdef");
}

/* The connection goes back to mod_proxy's pool, and serves a request that is none of ours. */
static void test_a_connection_that_is_used_again_has_its_usual_timeout(void **state)
{
    static const char *const pieces[] = {"a\nb", "c", NULL};
    request_rec *backend = send_request(LATER);
    ap_filter_t *first = connection->input_filters;

    sent = pieces;
    expect(backend, AP_MODE_GETLINE, 0, "a\n");
    backend = send_request(0);
    assert_ptr_equal(connection->input_filters, first);
    apr_socket_timeout_get(socket_of_backend, &allowed);
    assert_int_equal(allowed, USUAL);
    expect(backend, AP_MODE_READBYTES, 10, "b"); /* which was read ahead */
    expect(backend, AP_MODE_READBYTES, 10, "c");
    assert_int_equal(allowed, USUAL);
}

static void test_a_connection_has_one_filter_for_all_its_calls(void **state)
{
    ap_filter_t *first;

    send_request(LATER);
    first = connection->input_filters;
    send_request(LATER);
    assert_ptr_equal(connection->input_filters, first);
    assert_ptr_equal(first->next->frec, from_socket);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_deadline(test_a_request_that_is_no_call_is_left_alone),
        cmocka_unit_test_deadline(test_a_line_that_trickles_in_is_one),
        cmocka_unit_test_deadline(test_a_line_may_end_with_the_connection),
        cmocka_unit_test_deadline(test_a_line_has_a_bound),
        cmocka_unit_test_deadline(test_a_read_may_take_what_is_left_of_the_call),
        cmocka_unit_test_deadline(test_nothing_is_read_when_the_call_is_over),
        cmocka_unit_test_deadline(test_what_fails_to_be_read_is_passed_on),
        cmocka_unit_test_deadline(test_no_more_bytes_are_given_than_were_asked_for),
        cmocka_unit_test_deadline(test_what_is_only_looked_at_stays),
        cmocka_unit_test_deadline(test_a_connection_that_is_used_again_has_its_usual_timeout),
        cmocka_unit_test_deadline(test_a_connection_has_one_filter_for_all_its_calls),
    };

    return cmocka_run_group_tests_name("bk_deadline", tests, service_open, service_close);
}

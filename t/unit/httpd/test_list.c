#include "service.h"

#include <apr_strings.h>

#include "bk_json.h"
#include "bk_list.h"

#define PROBLEM(code) "{\"type\":\"/v1/problems/" code "\""

static int row_count; /* of the list: "000", "001"... */

/* A list in order of its ids, as a store would read it. */
static int list_rows(bk_request_t *request)
{
    bk_list_t list;
    int result = bk_list_begin(&list, request, 1), i, asked = 0;

    if (result != BK_CONTINUE) {
        return result;
    }
    for (i = 0; i < row_count && asked <= list.limit; i++) {
        const char *at[] = {apr_psprintf(request->r->pool, "%03d", i)};
        bk_json_text_t *text;

        if (list.after && strcmp(at[0], list.after[0]) <= 0) {
            continue;
        }
        asked++;
        text = bk_list_item(&list, at);
        if (!text) {
            break;
        }
        bk_json_text_string(text, "id", at[0]);
        bk_list_item_end(&list);
    }
    return bk_list_answer(&list);
}

static int begin(void **state)
{
    int result = service_begin(state);

    service_set("BookableApi /v1");
    service_handler = list_rows;
    row_count = 120;
    return result;
}

#define cmocka_unit_test_list(test) cmocka_unit_test_setup_teardown(test, begin, service_end)

static const char *next_of(request_rec *r)
{
    const char *at = strstr(stub_ap_answer(r)->body, "\"next\":\"");

    return at ? apr_pstrmemdup(r->pool, at + 8, strcspn(at + 8, "\"")) : NULL;
}

static int count_items(request_rec *r)
{
    const char *at = stub_ap_answer(r)->body;
    int count = 0;

    while ((at = strstr(at, "\"id\":"))) {
        at++;
        count++;
    }
    return count;
}

static void test_a_page_has_fifty_items_and_the_way_to_the_next(void **state)
{
    request_rec *r = service_get("/v1/things");

    service_expect(r, 200, "{\"items\":[{\"id\":\"000\"},");
    assert_int_equal(count_items(r), 50);
    assert_non_null(next_of(r));
    service_expect_header(r, "Cache-Control", "private, max-age=0, must-revalidate");
    service_expect_header(
        r, "Link",
        apr_pstrcat(r->pool, "</v1/things?cursor=", next_of(r), ">; rel=\"next\"", NULL));
}

static void test_a_walk_sees_each_item_once(void **state)
{
    const char *uri = "/v1/things?limit=50&colour=red", *cursor;
    int pages[] = {50, 50, 20}, i, first = 0;

    for (i = 0; i < 3; i++) {
        request_rec *r = service_get(uri);

        service_expect(r, 200, apr_psprintf(r->pool, "{\"items\":[{\"id\":\"%03d\"}", first));
        assert_int_equal(count_items(r), pages[i]);
        first += pages[i];
        cursor = next_of(r);
        assert_int_equal(cursor == NULL, i == 2);
        uri = apr_pstrcat(*state, "/v1/things?colour=red&limit=50&cursor=", cursor, NULL);
    }
}

static void test_the_last_page_has_no_next(void **state)
{
    request_rec *r;

    row_count = 50;
    r = service_get("/v1/things");
    assert_int_equal(count_items(r), 50);
    assert_non_null(strstr(stub_ap_answer(r)->body, "],\"next\":null}"));
    service_expect_header(r, "Link", NULL);
}

static void test_a_list_may_be_empty(void **state)
{
    row_count = 0;
    service_expect(service_get("/v1/things"), 200, "{\"items\":[],\"next\":null}");
}

static void test_the_limit_is_the_clients(void **state)
{
    assert_int_equal(count_items(service_get("/v1/things?limit=3")), 3);
    service_expect(service_get("/v1/things?limit=201"), 400, PROBLEM("bad-parameter"));
}

static void test_a_cursor_is_of_its_filter(void **state)
{
    const char *next = next_of(service_get("/v1/things?colour=red"));

    service_expect(service_get(apr_pstrcat(*state, "/v1/things?colour=green&cursor=", next, NULL)),
                   400, PROBLEM("bad-parameter"));
    service_expect(service_get(apr_pstrcat(*state, "/v1/things?cursor=", next, NULL)), 400,
                   PROBLEM("bad-parameter"));
    service_expect(
        service_get(apr_pstrcat(*state, "/v1/things?cursor=", next, "&colour=red&limit=7", NULL)),
        200, "{\"items\":[{\"id\":\"050\"}");
}

static void test_a_cursor_that_was_not_given_is_refused(void **state)
{
    service_expect(service_get("/v1/things?cursor=AAAA"), 400, PROBLEM("bad-parameter"));
}

static void test_the_link_keeps_the_other_parameters_and_holds_no_brackets(void **state)
{
    request_rec *r = service_get("/v1/things?limit=3&colour=red");

    service_expect_header(r, "Link",
                          apr_pstrcat(r->pool, "</v1/things?limit=3&colour=red&cursor=", next_of(r),
                                      ">; rel=\"next\"", NULL));
}

static void test_an_unchanged_list_is_not_sent_again(void **state)
{
    const char *tag = stub_ap_answer_header(service_get("/v1/things"), "ETag");
    request_rec *r = service_request("GET", "/v1/things");

    assert_int_equal(strncmp(tag, "W/\"", 3), 0);
    apr_table_set(r->headers_in, "If-None-Match", tag);
    stub_ap_run(r);
    service_expect(r, 304, "");
    service_expect_header(r, "ETag", tag);
    row_count = 49;
    r = service_request("GET", "/v1/things");
    apr_table_set(r->headers_in, "If-None-Match", tag);
    stub_ap_run(r);
    service_expect(r, 200, "{\"items\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_list(test_a_page_has_fifty_items_and_the_way_to_the_next),
        cmocka_unit_test_list(test_a_walk_sees_each_item_once),
        cmocka_unit_test_list(test_the_last_page_has_no_next),
        cmocka_unit_test_list(test_a_list_may_be_empty),
        cmocka_unit_test_list(test_the_limit_is_the_clients),
        cmocka_unit_test_list(test_a_cursor_is_of_its_filter),
        cmocka_unit_test_list(test_a_cursor_that_was_not_given_is_refused),
        cmocka_unit_test_list(test_the_link_keeps_the_other_parameters_and_holds_no_brackets),
        cmocka_unit_test_list(test_an_unchanged_list_is_not_sent_again),
    };

    return cmocka_run_group_tests(tests, service_open, service_close);
}

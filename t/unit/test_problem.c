#include "unit.h"

#include "bk_fault.h"
#include "bk_json.h"
#include "bk_problem.h"
#include "bk_problem_members.h"

#define CODE_OF(name, code, status, title, meaning) code,
static const char *const codes[] = {BK_PROBLEMS(CODE_OF)};

static void test_each_code_is_there_once(void **state)
{
    size_t i, j;

    (void)state;
    for (i = 0; i < UNIT_ROWS(codes); i++) {
        const bk_problem_t *problem = bk_problem_find(codes[i]);

        assert_non_null(problem);
        assert_string_equal(problem->code, codes[i]);
        assert_in_range(problem->status, 400, 599);
        assert_true(*problem->title && *problem->meaning);
        assert_int_equal(strspn(codes[i], "abcdefghijklmnopqrstuvwxyz-"), strlen(codes[i]));
        for (j = 0; j < i; j++) {
            assert_string_not_equal(codes[i], codes[j]);
        }
    }
    assert_null(bk_problem_find("Taken"));
    assert_null(bk_problem_find(""));
}

/* What clients count on. */
static void test_statuses(void **state)
{
    static const struct {
        int status;
        const char *codes[16];
    } rows[] = {
        {400, {"bad-parameter", "bad-time", "unknown-member"}},
        {401, {"bad-credentials", "not-signed-in"}},
        {403, {"forbidden"}},
        {404, {"not-found"}},
        {405, {"method-not-allowed"}},
        {409,
         {"slot-taken", "series-clash", "has-bookings", "space-exists", "not-pending", "in-use",
          "idempotency-in-progress"}},
        {410, {"hold-expired", "cursor-gone", "released"}},
        {412, {"version-mismatch"}},
        {413, {"too-large"}},
        {415, {"unsupported-media-type"}},
        {422,
         {"rules-broken", "quota-used", "too-many-holds", "too-late-to-cancel", "too-early",
          "time-does-not-exist", "window-too-large", "idempotency-key-reused", "bad-rule"}},
        {428, {"version-required"}},
        {429, {"throttled"}},
        {503, {"unavailable", "capacity", "busy", "dependency-unavailable"}},
    };
    size_t i, j;

    (void)state;
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        for (j = 0; rows[i].codes[j]; j++) {
            const bk_problem_t *problem = bk_problem_find(rows[i].codes[j]);

            assert_that(problem && problem->status == rows[i].status, "%s", rows[i].codes[j]);
        }
    }
}

static void test_faults_are_problems(void **state)
{
    static const char *const of_faults[] = {BK_FAULT_UNKNOWN_MEMBER, BK_FAULT_MISSING_MEMBER,
                                            BK_FAULT_BAD_MEMBER,     BK_FAULT_BAD_VALUE,
                                            BK_FAULT_BAD_TIME,       BK_FAULT_BAD_PARAMETER};
    size_t i;

    (void)state;
    for (i = 0; i < UNIT_ROWS(of_faults); i++) {
        assert_that(bk_problem_find(of_faults[i]) != NULL, "%s", of_faults[i]);
    }
}

static void test_problem_of_faults(void **state)
{
    bk_faults_t faults;

    bk_fault_none(&faults, *state);
    bk_fault_add(&faults, NULL, BK_FAULT_BAD_VALUE, "x");
    assert_ptr_equal(bk_problem_of_faults(&faults), &bk_problem_bad_value);
    bk_fault_add(&faults, NULL, BK_FAULT_BAD_TIME, "x");
    bk_fault_add(&faults, NULL, BK_FAULT_UNKNOWN_MEMBER, "x");
    bk_fault_add(&faults, NULL, BK_FAULT_BAD_VALUE, "x");
    assert_ptr_equal(bk_problem_of_faults(&faults), &bk_problem_bad_time);
}

static void test_problem_of_status(void **state)
{
    int status;

    (void)state;
    assert_ptr_equal(bk_problem_of_status(401), &bk_problem_not_signed_in);
    assert_ptr_equal(bk_problem_of_status(503), &bk_problem_unavailable);
    for (status = 0; status < 600; status++) {
        const bk_problem_t *problem = bk_problem_of_status(status);

        assert_true(!problem || problem->status == status);
    }
    assert_null(bk_problem_of_status(418));
}

static void test_bodies(void **state)
{
    bk_problem_about_t about = {NULL, NULL, NULL, 0};
    bk_faults_t faults;
    bk_fault_pointer_t where = {NULL, "limit", 0};
    apr_size_t len;

    assert_string_equal(
        bk_problem_body(&bk_problem_space_exists, &about, &len, *state),
        "{\"type\":\"/v1/problems/space-exists\",\"title\":\"Space exists\",\"status\":409,"
        "\"code\":\"space-exists\",\"detail\":\"There is a space with this id\"}");
    about.detail = "It is \"lib-101\"";
    about.instance = "request-1";
    about.retry_after = 3;
    bk_fault_none(&faults, *state);
    about.faults = &faults;
    assert_string_equal(
        bk_problem_body(&bk_problem_busy, &about, &len, *state),
        "{\"type\":\"/v1/problems/busy\",\"title\":\"Busy\",\"status\":503,\"code\":\"busy\","
        "\"detail\":\"It is \\\"lib-101\\\"\",\"instance\":\"request-1\",\"retryAfter\":3}");
    about = (bk_problem_about_t){NULL, NULL, &faults, 0};
    faults.source = BK_FAULT_QUERY;
    bk_fault_add(&faults, &where, BK_FAULT_BAD_PARAMETER, "must be an integer");
    assert_string_equal(
        bk_problem_body(&bk_problem_bad_parameter, &about, &len, *state),
        "{\"type\":\"/v1/problems/bad-parameter\",\"title\":\"Bad parameter\",\"status\":400,"
        "\"code\":\"bad-parameter\",\"detail\":\"limit: must be an integer\","
        "\"errors\":[{\"in\":\"query\",\"pointer\":\"/limit\",\"code\":\"bad-parameter\","
        "\"detail\":\"must be an integer\"}]}");
}

/* Of several faults each has its own detail. */
static void test_several_faults(void **state)
{
    bk_fault_pointer_t where = {NULL, "a", 0};
    bk_faults_t faults;
    bk_problem_about_t about = {NULL, NULL, &faults, 0};
    const char *body;
    apr_size_t len;

    bk_fault_none(&faults, *state);
    bk_fault_add(&faults, &where, BK_FAULT_BAD_VALUE, "one");
    bk_fault_add(&faults, NULL, BK_FAULT_BAD_VALUE, "two");
    body = bk_problem_body(&bk_problem_bad_value, &about, &len, *state);
    assert_non_null(strstr(body, bk_problem_bad_value.meaning));
    assert_non_null(strstr(body, "\"errors\":[{\"pointer\":\"/a\",\"code\":\"bad-value\","
                                 "\"detail\":\"one\"},{\"pointer\":\"\",\"code\":\"bad-value\","
                                 "\"detail\":\"two\"}]}"));
    faults.is_cut = 1;
    body = bk_problem_body(&bk_problem_bad_value, &about, &len, *state);
    assert_string_equal(body + len - strlen("],\"truncated\":true}"), "],\"truncated\":true}");
}

static void test_documents(void **state)
{
    size_t i;

    for (i = 0; i < UNIT_ROWS(codes); i++) {
        const bk_json_t *object;
        const char *why, *value;
        apr_size_t len;
        const char *text = bk_problem_document(bk_problem_find(codes[i]), &len, *state);

        assert_non_null(text);
        assert_int_equal(bk_json_parse(&object, text, len, &why, *state), BK_JSON_PARSED);
        assert_int_equal(bk_json_string(object, "code", &value, NULL), BK_JSON_OK);
        assert_string_equal(value, codes[i]);
        assert_int_equal(bk_json_string(object, "detail", &value, NULL), BK_JSON_OK);
        assert_string_equal(value, bk_problem_find(codes[i])->meaning);
    }
}

/* ---- what some say besides ----------------------------------------------------------------------
 */

static const char *members_of(bk_json_text_t *text)
{
    apr_size_t len;

    return bk_json_text_end(text, &len);
}

static void test_conflicts_and_alternatives(void **state)
{
    bk_time_t start = {0, 180}, end = {3600 * BK_TIME_SECOND, 180};
    bk_problem_conflict_t conflicts[11] = {{start, end, "booking", "Thesis", "7", "Ann"},
                                           {start, end, "hold", NULL, NULL, NULL}};
    bk_problem_alternative_t alternatives[7] = {{"lib-101", start, end, 0},
                                                {"lib-102", start, end, 1}};
    bk_json_text_t text;

    bk_json_text_begin(&text, *state);
    bk_problem_members_conflicts(&text, conflicts, 2);
    bk_problem_members_alternatives(&text, alternatives, 2);
    assert_string_equal(
        members_of(&text),
        "{\"conflicts\":[{\"start\":\"1970-01-01T03:00:00+03:00\","
        "\"end\":\"1970-01-01T04:00:00+03:00\",\"kind\":\"booking\",\"title\":\"Thesis\","
        "\"owner\":{\"id\":\"7\",\"name\":\"Ann\"}},"
        "{\"start\":\"1970-01-01T03:00:00+03:00\",\"end\":\"1970-01-01T04:00:00+03:00\","
        "\"kind\":\"hold\",\"title\":null,\"owner\":null}],"
        "\"alternatives\":[{\"space\":\"lib-101\",\"start\":\"1970-01-01T03:00:00+03:00\","
        "\"end\":\"1970-01-01T04:00:00+03:00\"},"
        "{\"space\":\"lib-102\",\"start\":\"1970-01-01T03:00:00+03:00\","
        "\"end\":\"1970-01-01T04:00:00+03:00\",\"shorter\":true}]}");
}

static void test_more_than_are_shown(void **state)
{
    static const bk_problem_conflict_t conflicts[BK_PROBLEM_CONFLICTS + 1];
    static const bk_problem_alternative_t alternatives[BK_PROBLEM_ALTERNATIVES + 1];
    const bk_json_t *object;
    const char *why, *data;
    bk_json_text_t text;
    apr_size_t len;

    bk_json_text_begin(&text, *state);
    bk_problem_members_conflicts(&text, conflicts, UNIT_ROWS(conflicts));
    bk_problem_members_alternatives(&text, alternatives, UNIT_ROWS(alternatives));
    data = bk_json_text_end(&text, &len);
    assert_int_equal(bk_json_parse(&object, data, len, &why, *state), BK_JSON_PARSED);
    assert_int_equal(bk_json_member(object, "conflicts")->nested->count, BK_PROBLEM_CONFLICTS);
    assert_int_equal(bk_json_member(object, "alternatives")->nested->count,
                     BK_PROBLEM_ALTERNATIVES);
}

static void test_violations(void **state)
{
    static const bk_problem_violation_t violations[] = {{"length.max", 1, 240, 300, "It is longer"},
                                                        {"hours", 0, 0, 0, "It is closed"}};
    bk_json_text_t text;

    bk_json_text_begin(&text, *state);
    bk_problem_members_violations(&text, violations, UNIT_ROWS(violations));
    assert_string_equal(members_of(&text),
                        "{\"violations\":[{\"rule\":\"length.max\",\"limit\":240,\"got\":300,"
                        "\"detail\":\"It is longer\"},"
                        "{\"rule\":\"hours\",\"detail\":\"It is closed\"}]}");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_code_is_there_once),
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_faults_are_problems),
        cmocka_unit_test(test_problem_of_faults),
        cmocka_unit_test(test_problem_of_status),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_several_faults),
        cmocka_unit_test(test_documents),
        cmocka_unit_test(test_conflicts_and_alternatives),
        cmocka_unit_test(test_more_than_are_shown),
        cmocka_unit_test(test_violations),
    };

    return cmocka_run_group_tests_name("bk_problem", tests, unit_pool_open, unit_pool_close);
}

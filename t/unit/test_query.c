#include "unit.h"

#include <apr_strings.h>

#include "bk_query.h"
#include "faults.h"

static const char *const sorts[] = {"start", "-start", NULL};
static const char *const states[] = {"confirmed", "pending", "cancelled", NULL};

/* Of a list of bookings. */
static const bk_input_row_t rows[] = {
    {.name = "q", .kind = BK_INPUT_TEXT, .min = 0, .max = 10},
    {.name = "limit", .kind = BK_INPUT_INT, .min = 1, .max = 200},
    {.name = "dryRun", .kind = BK_INPUT_BOOL},
    {.name = "sort", .kind = BK_INPUT_WORD, .words = sorts},
    {.name = "state", .kind = BK_INPUT_WORD, .flags = BK_INPUT_LIST, .words = states},
    {.name = "from", .kind = BK_INPUT_INSTANT},
    {.name = "date", .kind = BK_INPUT_DATE},
    {.name = "space", .kind = BK_INPUT_ID, .flags = BK_INPUT_REPEATED, .most = 3},
    {.name = "feature",
     .kind = BK_INPUT_ID,
     .flags = BK_INPUT_LIST | BK_INPUT_REPEATED,
     .least = 1,
     .most = 4},
    {NULL}};

static const bk_input_t *given(const char *query, bk_faults_t *faults, apr_pool_t *p)
{
    bk_fault_none(faults, p);
    return bk_query_read(rows, query, faults, p);
}

static const bk_input_t *given_right(const char *query, apr_pool_t *p)
{
    bk_faults_t faults;
    const bk_input_t *input = given(query, &faults, p);

    assert_that(bk_fault_count(&faults) == 0, "%s: %s", query, faults_text(&faults, p));
    return input;
}

/* All values of a field, one behind the other. */
static const char *values(const bk_input_t *input, const char *name, apr_pool_t *p)
{
    const bk_input_field_t *field = bk_input_field(input, name);
    const char *text = "";
    apr_size_t i;

    for (i = 0; i < field->count; i++) {
        text = apr_pstrcat(p, text, "[", field->values[i].text, "]", NULL);
    }
    return text;
}

static void test_values(void **state)
{
    const bk_input_t *input =
        given_right("q=a+b%2Bc&limit=200&dryRun=true&sort=-start&date=2030-05-14"
                    "&from=2030-05-14T10%3A00%3A00%2B03%3A00&space=lib-101&state=pending",
                    *state);

    assert_string_equal(bk_input_text(input, "q", NULL), "a b+c");
    assert_int_equal(bk_input_number(input, "limit", 50), 200);
    assert_int_equal(bk_input_number(input, "dryRun", 0), 1);
    assert_int_equal(bk_input_number(input, "sort", 0), 1);
    assert_true(bk_input_number(input, "from", 0) == INT64_C(1904972400000000000));
    assert_int_equal(bk_input_value(input, "from")->offset, 180);
    assert_int_equal(bk_input_field(input, "feature")->state, BK_INPUT_ABSENT);
}

static void test_nothing_was_given(void **state)
{
    static const char *const queries[] = {NULL, "", "&", "&&&"};
    size_t i;

    for (i = 0; i < UNIT_ROWS(queries); i++) {
        const bk_input_t *input = given_right(queries[i], *state);

        assert_int_equal(bk_input_number(input, "limit", 50), 50);
        assert_string_equal(bk_input_text(input, "q", "none"), "none");
    }
}

static void test_decoding(void **state)
{
    static const struct {
        const char *query, *q;
    } texts[] = {
        {"q=", ""},
        {"q", ""},
        {"q=a=b", "a=b"},
        {"&q=x&", "x"},
        {"%71=x", "x"},
        {"q=%c3%A9%e2%82%ac", "\xc3\xa9\xe2\x82\xac"},
        {"q=\xc3\xa9", "\xc3\xa9"},
        {"q=%25%32%35", "%25"},
        {"q=%26%3D%2b+", "&=+ "},
        {"q=;", ";"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        const bk_input_t *input = given_right(texts[i].query, *state);

        assert_that(strcmp(bk_input_text(input, "q", "none"), texts[i].q) == 0, "%s is read as %s",
                    texts[i].query, bk_input_text(input, "q", "none"));
    }
}

/* What a program sends that escapes nothing. */
static void test_an_offset_keeps_its_plus(void **state)
{
    const bk_input_t *input = given_right("from=2030-05-14T10:00:00+03:00", *state);

    assert_int_equal(bk_input_value(input, "from")->offset, 180);
    input = given_right("from=2030-05-14T10:00:00-03:00", *state);
    assert_int_equal(bk_input_value(input, "from")->offset, -180);
}

static void test_lists(void **state)
{
    const bk_input_t *input = given_right("feature=a,b&feature=c&space=x&space=y%2Cz", *state);

    assert_string_equal(values(input, "feature", *state), "[a][b][c]");
    assert_string_equal(values(input, "space", *state), "[x][y,z]");
    input = given_right("feature=a%2Cb", *state);
    assert_string_equal(values(input, "feature", *state), "[a][b]");
    input = given_right("state=cancelled,confirmed", *state);
    assert_int_equal(bk_input_field(input, "state")->count, 2);
    assert_int_equal(bk_input_field(input, "state")->values[0].number, 2);
    assert_int_equal(bk_input_field(input, "state")->values[1].number, 0);
    input = given_right("state=", *state);
    assert_int_equal(bk_input_field(input, "state")->state, BK_INPUT_GIVEN);
    assert_int_equal(bk_input_field(input, "state")->count, 0);
}

static void test_faults(void **state)
{
    static const struct {
        const char *query, *faults;
    } texts[] = {
        {"Q=x", "/Q bad-parameter"},
        {"=x", "/ bad-parameter"},
        {"q=1&q=2", "/q bad-parameter"},
        {"q=1&q=2&q=3", "/q bad-parameter"},
        {"q&%71", "/q bad-parameter"},
        {"q=%", "/q bad-parameter"},
        {"q=%4", "/q bad-parameter"},
        {"q=%4&limit=5", "/q bad-parameter"},
        {"q=%zz", "/q bad-parameter"},
        {"q=%+1", "/q bad-parameter"},
        {"q=a%00b", "/q bad-parameter"},
        {"q=%ff", "/q bad-parameter"},
        {"q=%c0%af", "/q bad-parameter"},
        {"q=\xff", "/q bad-parameter"},
        {"q=%ed%a0%80", "/q bad-parameter"},
        {"%ff=x", "/%ff bad-parameter"},
        {"\xff\n=x", "/?? bad-parameter"},
        {"a%00=x", "/a%00 bad-parameter"},
        {"a%2Fb=x", "/a~1b bad-parameter"},
        {"q=12345678901", "/q bad-parameter"},
        {"q=%01", "/q bad-parameter"},
        {"limit=", "/limit bad-parameter"},
        {"limit=0", "/limit bad-parameter"},
        {"limit=201", "/limit bad-parameter"},
        {"dryRun=yes", "/dryRun bad-parameter"},
        {"sort=end", "/sort bad-parameter"},
        {"from=2030-05-14T10:00", "/from bad-time"},
        {"from=2030-05-14T10:00:00 03:00x", "/from bad-time"},
        {"from=2030-05-14T10:00:01Z", "/from bad-time"},
        {"date=today", "/date bad-time"},
        {"space=a&space=b&space=c&space=d", "/space bad-parameter"},
        {"feature=", "/feature bad-parameter"},
        {"feature=a,,b", "/feature bad-parameter"},
        {"feature=a,b,c&feature=d,e", "/feature bad-parameter"},
        {"state=confirmed,gone,lost", "/state bad-parameter, /state bad-parameter"},
        {"limit=0&a=1&from=x&q=%&b=2&limit=1",
         "/limit bad-parameter, /a bad-parameter, /from bad-time, /q bad-parameter, "
         "/b bad-parameter"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        bk_faults_t faults;

        given(texts[i].query, &faults, *state);
        assert_that(strcmp(faults_text(&faults, *state), texts[i].faults) == 0, "%s: %s",
                    texts[i].query, faults_text(&faults, *state));
        assert_int_equal(bk_fault_at(&faults, 0)->source, BK_FAULT_QUERY);
        assert_int_equal(faults.source, BK_FAULT_BODY);
    }
}

static void test_required(void **state)
{
    static const bk_input_row_t some[] = {
        {.name = "from", .kind = BK_INPUT_INSTANT, .flags = BK_INPUT_REQUIRED},
        {.name = "to", .kind = BK_INPUT_INSTANT, .flags = BK_INPUT_REQUIRED},
        {NULL}};
    bk_faults_t faults;

    bk_fault_none(&faults, *state);
    bk_query_read(some, "to=2030-05-14T10:00:00Z", &faults, *state);
    assert_string_equal(faults_text(&faults, *state), "/from bad-parameter");
    bk_fault_none(&faults, *state);
    bk_query_read(some, "to=%&from=", &faults, *state);
    assert_string_equal(faults_text(&faults, *state), "/to bad-parameter, /from bad-time");
}

static void test_too_many(void **state)
{
    const char *query = "q=1";
    bk_faults_t faults;
    int i;

    for (i = 1; i < BK_QUERY_MOST; i++) {
        query = apr_pstrcat(*state, query, "&&feature=a", NULL);
    }
    given(query, &faults, *state);
    assert_string_equal(faults_text(&faults, *state), "/feature bad-parameter");
    given(apr_pstrcat(*state, query, "&x=1&y=1", NULL), &faults, *state);
    assert_string_equal(faults_text(&faults, *state), " bad-parameter, /feature bad-parameter");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),   cmocka_unit_test(test_nothing_was_given),
        cmocka_unit_test(test_decoding), cmocka_unit_test(test_an_offset_keeps_its_plus),
        cmocka_unit_test(test_lists),    cmocka_unit_test(test_faults),
        cmocka_unit_test(test_required), cmocka_unit_test(test_too_many),
    };

    return cmocka_run_group_tests_name("bk_query", tests, unit_pool_open, unit_pool_close);
}

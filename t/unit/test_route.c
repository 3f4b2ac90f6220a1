#include "unit.h"

#include "bk_route.h"

struct bk_request_t;

static const bk_error_t schema = {400, 400, "INPUT_ERR", "x", "x"};

static int handle(struct bk_request_t *request)
{
    return 0;
}

/* Like those of the services, with the cases that they do not have. */
static const bk_route_t routes[] = {
    {"POST", "", BK_ROUTE_ANYONE, NULL, &schema, handle},
    {"GET", "/health", BK_ROUTE_ANYONE, NULL, NULL, handle},
    {"GET", "/{userId}", BK_ROUTE_ANYONE, NULL, NULL, handle},
    {"POST", "/{userId}", BK_ROUTE_ANYONE, NULL, &schema, handle},
    {"GET", "/{userId}", BK_ROUTE_ADMIN, NULL, NULL, handle}, /* in vain: there is one already */
    {"PUT", "/{userId}/role", BK_ROUTE_ADMIN, NULL, &schema, handle},
    {"GET", "/slow/{spaceId}", BK_ROUTE_ANYONE, NULL, NULL, handle},
    {"GET", "/{date}/{bookingId}", BK_ROUTE_USER, NULL, NULL, handle},
    {"DELETE", "/{date}/{bookingId}", BK_ROUTE_USER, NULL, NULL, handle},
    {"POST", "/{productId}/details/", BK_ROUTE_ANYONE, NULL, &schema, handle},
    {NULL}};

/* A case: which row answers (-1: none), with which parameters, and Allow where none does. */
typedef struct row_t {
    const char *method;
    const char *path;
    int route;
    const char *params[BK_ROUTE_PARAMS];
    const char *allow;
} row_t;

static int same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static void check(const row_t *rows, size_t count, apr_pool_t *p)
{
    size_t i;
    int param;

    for (i = 0; i < count; i++) {
        const row_t *row = &rows[i];
        const bk_route_t *wanted = row->route < 0 ? NULL : &routes[row->route];
        bk_route_match_t match;

        memset(&match, 0xA5, sizeof(match));
        bk_route_find(routes, 0, row->method, row->path, &match, p);
        assert_that(match.route == wanted, "%s '%s': %s %s", row->method, row->path,
                    match.route ? match.route->method : "none",
                    match.route ? match.route->pattern : "");
        for (param = 0; param < BK_ROUTE_PARAMS; param++) {
            assert_that(same(match.params[param], row->params[param]),
                        "%s '%s': parameter %d is '%s'", row->method, row->path, param,
                        match.params[param] ? match.params[param] : "(none)");
        }
        assert_that(wanted || same(match.allow, row->allow), "%s '%s': Allow is '%s'", row->method,
                    row->path, match.allow ? match.allow : "(none)");
    }
}

static void test_found(void **state)
{
    static const row_t rows[] = {
        {"POST", "", 0, {NULL}, NULL},
        {"GET", "/health", 1, {NULL}, NULL},
        {"GET", "/6036687152", 2, {"6036687152"}, NULL},
        {"POST", "/6036687152", 3, {"6036687152"}, NULL},
        {"PUT", "/7/role", 5, {"7"}, NULL},
        {"GET", "/slow/Main_Hall-1", 6, {"Main_Hall-1"}, NULL},
        {"GET", "/2025-12-11/5", 7, {"2025-12-11", "5"}, NULL},
        {"DELETE", "/2025-12-11/5", 8, {"2025-12-11", "5"}, NULL},
        {"POST", "/1/details/", 9, {"1"}, NULL},
        /* a parameter is any segment: the handler says what is wrong with it */
        {"GET", "/", 2, {""}, NULL},
        {"GET", "/ ", 2, {" "}, NULL},
        {"GET", "/..", 2, {".."}, NULL},
        {"GET", "/{userId}", 2, {"{userId}"}, NULL},
        {"GET", "/J\xc3\xb6rg", 2, {"J\xc3\xb6rg"}, NULL},
        {"GET", "/healthy", 2, {"healthy"}, NULL},
        {"GET", "/heal", 2, {"heal"}, NULL},
        {"GET", "/Health", 2, {"Health"}, NULL},
        {"GET", "//", 7, {"", ""}, NULL},
        {"GET", "/2025-12-11/", 7, {"2025-12-11", ""}, NULL},
        {"GET", "//5", 7, {"", "5"}, NULL},
        {"PUT", "//role", 5, {""}, NULL},
        {"GET", "/slow/", 6, {""}, NULL},
        {"GET", "/slow", 2, {"slow"}, NULL},
        {"GET", "/slower/1", 7, {"slower", "1"}, NULL},
        /* a literal gives way to the next row that has the method */
        {"POST", "/health", 3, {"health"}, NULL},
        {"DELETE", "/slow/1", 8, {"slow", "1"}, NULL},
        {"GET", "/7/role", 7, {"7", "role"}, NULL},
    };

    check(rows, UNIT_ROWS(rows), *state);
}

static void test_head(void **state)
{
    static const row_t rows[] = {
        {"HEAD", "/health", 1, {NULL}, NULL},
        {"HEAD", "/7", 2, {"7"}, NULL},
        {"HEAD", "/2025-12-11/5", 7, {"2025-12-11", "5"}, NULL},
        {"HEAD", "", -1, {NULL}, "POST"},
        {"HEAD", "/1/details/", -1, {NULL}, "POST"},
        {"HEAD", "/1/2/3", -1, {NULL}, NULL},
    };

    check(rows, UNIT_ROWS(rows), *state);
}

/* The path is known, the method is not: Allow has each method once, HEAD with GET. */
static void test_allow(void **state)
{
    static const row_t rows[] = {
        {"GET", "", -1, {NULL}, "POST"},
        {"OPTIONS", "", -1, {NULL}, "POST"},
        {"DELETE", "/7", -1, {NULL}, "GET, HEAD, POST"},
        {"DELETE", "/health", -1, {NULL}, "GET, HEAD, POST"},
        {"PATCH", "/7/role", -1, {NULL}, "PUT, GET, HEAD, DELETE"},
        {"PUT", "/2025-12-11/5", -1, {NULL}, "GET, HEAD, DELETE"},
        {"GET", "/1/details/", -1, {NULL}, "POST"},
        /* methods are compared as they stand (RFC 9110, section 9.1) */
        {"get", "/7", -1, {NULL}, "GET, HEAD, POST"},
        {"post", "", -1, {NULL}, "POST"},
        {"", "", -1, {NULL}, "POST"},
        {"GETX", "/7", -1, {NULL}, "GET, HEAD, POST"},
        {"TRACE", "/health", -1, {NULL}, "GET, HEAD, POST"},
    };

    check(rows, UNIT_ROWS(rows), *state);
}

/* Where names come first, a segment that a row names is no value of another row's parameter. */
static void test_names_first(void **state)
{
    bk_route_match_t match;

    bk_route_find(routes, 1, "HEAD", "/health", &match, *state);
    assert_ptr_equal(match.route, &routes[1]);
    bk_route_find(routes, 1, "POST", "/health", &match, *state);
    assert_null(match.route);
    assert_string_equal(match.allow, "GET, HEAD");
    bk_route_find(routes, 1, "DELETE", "/slow/5", &match, *state);
    assert_null(match.route);
    assert_string_equal(match.allow, "GET, HEAD");
    bk_route_find(routes, 1, "DELETE", "/slower/5", &match, *state);
    assert_ptr_equal(match.route, &routes[8]);
    bk_route_find(routes, 1, "DELETE", "/1/2/3", &match, *state);
    assert_null(match.route);
    assert_null(match.allow);
}

static void test_unknown(void **state)
{
    static const row_t rows[] = {
        {"GET", "/1/2/3", -1, {NULL}, NULL},        {"POST", "/1/details/x", -1, {NULL}, NULL},
        {"POST", "/1/details//", -1, {NULL}, NULL}, {"PUT", "/7/role/", -1, {NULL}, NULL},
        {"PUT", "/7/role/x", -1, {NULL}, NULL},     {"GET", "///", -1, {NULL}, NULL},
        {"GET", "/slow/1/", -1, {NULL}, NULL},      {"OPTIONS", "/1/2/3", -1, {NULL}, NULL},
    };

    check(rows, UNIT_ROWS(rows), *state);
}

/* Without a parameter in the table a trailing slash is another path. */
static void test_trailing_slash(void **state)
{
    static const bk_route_t literals[] = {{"GET", "/health", BK_ROUTE_ANYONE, NULL, NULL, handle},
                                          {"GET", "", BK_ROUTE_ANYONE, NULL, NULL, handle},
                                          {NULL}};
    static const char *const unknown[] = {"/",         "//",     "/health/", "//health",
                                          "/health//", "/healt", "/healthx"};
    bk_route_match_t match;
    size_t i;

    for (i = 0; i < UNIT_ROWS(unknown); i++) {
        bk_route_find(literals, 0, "GET", unknown[i], &match, *state);
        assert_that(!match.route && !match.allow, "'%s' is known", unknown[i]);
    }
    bk_route_find(literals, 0, "GET", "/health", &match, *state);
    assert_ptr_equal(match.route, &literals[0]);
    bk_route_find(literals, 0, "GET", "", &match, *state);
    assert_ptr_equal(match.route, &literals[1]);
}

/* As many parameters as there may be; a row with one more is not found, and writes nowhere. */
static void test_bound_of_parameters(void **state)
{
    static const bk_route_t bounds[] = {
        {"GET", "/{a}/{b}/{c}", BK_ROUTE_ANYONE, NULL, NULL, handle},
        {"GET", "/{a}/{b}/{c}/{d}", BK_ROUTE_ANYONE, NULL, NULL, handle},
        {"GET", "/{a}/{b}/{c}/{d}/{e}", BK_ROUTE_ANYONE, NULL, NULL, handle},
        {"PUT", "/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}", BK_ROUTE_ANYONE, NULL, NULL, handle},
        {"GET", "/x", BK_ROUTE_ANYONE, NULL, NULL, handle},
        {NULL}};
    bk_route_match_t match;

    bk_route_find(bounds, 0, "GET", "/1/2/3", &match, *state);
    assert_ptr_equal(match.route, &bounds[0]);
    assert_string_equal(match.params[2], "3");
    bk_route_find(bounds, 0, "GET", "/1/2/3/4", &match, *state);
    assert_ptr_equal(match.route, &bounds[1]);
    assert_string_equal(match.params[3], "4");
    bk_route_find(bounds, 0, "GET", "/1/2/3/4/5", &match, *state);
    assert_null(match.route);
    assert_null(match.allow);
    bk_route_find(bounds, 0, "PUT", "/1/2/3/4/5/6/7/8", &match, *state);
    assert_null(match.route);
    bk_route_find(bounds, 0, "GET", "/x", &match, *state);
    assert_ptr_equal(match.route, &bounds[4]);
}

static void test_no_routes(void **state)
{
    static const bk_route_t none[] = {{NULL}};
    bk_route_match_t match;

    memset(&match, 0xA5, sizeof(match));
    bk_route_find(none, 0, "GET", "/x", &match, *state);
    assert_null(match.route);
    assert_null(match.allow);
    assert_null(match.params[0]);
}

/* What a server that starts is told of its table. */
static void test_rows_in_vain(void **state)
{
    static const struct {
        const char *pattern, *wrong;
    } rows[] = {
        {"/{a}/{b}/{c}/{d}", NULL},
        {"/{a}/{b}/{c}/{d}/{e}", "GET '/{a}/{b}/{c}/{d}/{e}' has too many parameters"},
        {"health", "GET 'health' does not begin with '/'"},
        {"", NULL},
        {"/health", "GET '/health' is behind a row that takes all its requests"},
        {"/{b}", "GET '/{b}' is behind a row that takes all its requests"},
        {"/1/state", "GET '/1/state' is behind a row that takes all its requests"},
        {"/{a}/state", "GET '/{a}/state' is behind a row that takes all its requests"},
        {"/1/2", NULL},
        {"/{a}/{b}", NULL},
        {"/{a}/states", NULL},
        {"/1/state/", NULL},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const bk_route_t table[] = {{"POST", rows[i].pattern, BK_ROUTE_ANYONE, NULL, NULL, handle},
                                    {"GET", "/{a}", BK_ROUTE_ANYONE, NULL, NULL, handle},
                                    {"GET", "/{a}/state", BK_ROUTE_ANYONE, NULL, NULL, handle},
                                    {"GET", rows[i].pattern, BK_ROUTE_ANYONE, NULL, NULL, handle},
                                    {NULL}};
        const char *wrong = bk_route_wrong(&table[1], *state);

        assert_that(same(wrong, rows[i].wrong), "'%s': %s", rows[i].pattern,
                    wrong ? wrong : "(nothing)");
    }
    assert_null(bk_route_wrong((const bk_route_t[]){{NULL}}, *state));
    assert_non_null(bk_route_wrong(routes, *state));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found),        cmocka_unit_test(test_head),
        cmocka_unit_test(test_allow),        cmocka_unit_test(test_names_first),
        cmocka_unit_test(test_unknown),      cmocka_unit_test(test_trailing_slash),
        cmocka_unit_test(test_no_routes),    cmocka_unit_test(test_bound_of_parameters),
        cmocka_unit_test(test_rows_in_vain),
    };

    return cmocka_run_group_tests_name("bk_route", tests, unit_pool_open, unit_pool_close);
}

#include "unit.h"

#include <apr_strings.h>

#include "user_rules.h"
#include "user_sso_groups.h"
#include "user_sso_return.h"

/* ---- names of groups ----------------------------------------------------------------------------
 */

static void test_group_names(void **state)
{
    static const char *const right[] = {"staff", "a", "0", "library-desk", "r.d_2"};
    static const char *const wrong[] = {"",
                                        "-staff",
                                        ".",
                                        "Staff",
                                        "st aff",
                                        "st\xc3\xa4"
                                        "ff",
                                        "a/b",
                                        "a,b",
                                        "group:staff"};
    size_t i;

    for (i = 0; i < UNIT_ROWS(right); i++) {
        assert_that(!user_rules_group(right[i], strlen(right[i])), "'%s' is refused", right[i]);
    }
    for (i = 0; i < UNIT_ROWS(wrong); i++) {
        assert_that(user_rules_group(wrong[i], strlen(wrong[i])) != NULL, "'%s' is accepted",
                    wrong[i]);
    }
}

static void test_group_name_length(void **state)
{
    char name[USER_RULES_GROUP_MOST + 1];

    memset(name, 'a', sizeof(name));
    assert_null(user_rules_group(name, USER_RULES_GROUP_MOST));
    assert_non_null(user_rules_group(name, USER_RULES_GROUP_MOST + 1));
}

/* ---- groups -------------------------------------------------------------------------------------
 */

static const char *joined(const user_sso_groups_t *groups, apr_pool_t *p)
{
    return apr_array_pstrcat(p, groups->names, ' ');
}

/* A map of lines, "pattern name", ending in NULL. */
static const apr_array_header_t *map_of(const char *const *lines, apr_pool_t *p)
{
    apr_array_header_t *map = apr_array_make(p, 4, sizeof(user_sso_groups_line_t));

    for (; *lines; lines++) {
        const char *blank = strrchr(*lines, ' ');
        user_sso_groups_line_t line = {apr_pstrmemdup(p, *lines, (apr_size_t)(blank - *lines)),
                                       blank + 1};

        APR_ARRAY_PUSH(map, user_sso_groups_line_t) = line;
    }
    return map;
}

static void test_lists(void **state)
{
    static const struct {
        const char *list;
        const char *separator;
        const char *names;
    } rows[] = {
        {"", ",", ""},
        {",,", ",", ""},
        {"staff", ",", "staff"},
        {"staff,admins", ",", "admins staff"},
        {" staff , admins ,", ",", "admins staff"},
        {"staff,staff", ",", "staff"},
        {"b; a; c", "; ", "a b c"},
        {"b;a", ";", "a b"},
        {"b|a", ",", ""},
        {"STAFF,Staff", ",", "staff"},
        /* a separator behind a backslash belongs to the name, which is none here then */
        {"a\\;b;c", ";", "c"},
        {"a\\b", ";", ""},
    };
    apr_pool_t *p = *state;
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        user_sso_groups_t groups;

        user_sso_groups_read(&groups, rows[i].list, rows[i].separator, NULL, p);
        assert_that(strcmp(joined(&groups, p), rows[i].names) == 0, "'%s' is read as '%s'",
                    rows[i].list, joined(&groups, p));
    }
}

static void test_map(void **state)
{
    static const char *const lines[] = {
        "rooms-admins admins", "rooms-* $1", "cn=*,ou=*,dc=example $2-$1",
        "exact exact-name",    "*@* $2",     NULL};
    static const struct {
        const char *list;
        const char *names;
    } rows[] = {
        {"rooms-admins", "admins"},
        {"rooms-staff", "staff"},
        {"rooms-Staff", "staff"},
        {"xrooms-staff", ""},
        {"rooms-", ""},
        {"cn=desk,ou=library,dc=example", "library-desk"},
        {"cn=desk,ou=library,dc=example,dc=org", ""},
        {"exact", "exact-name"},
        {"exactly", ""},
        {"ann@lab", "lab"},
        {"a@b@c", ""}, /* "b@c" is no name */
    };
    apr_pool_t *p = *state;
    const apr_array_header_t *map = map_of(lines, p);
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        user_sso_groups_t groups;

        user_sso_groups_read(&groups, rows[i].list, ";", map, p);
        assert_that(strcmp(joined(&groups, p), rows[i].names) == 0, "'%s' becomes '%s'",
                    rows[i].list, joined(&groups, p));
    }
}

static void test_counts(void **state)
{
    static const char *const lines[] = {"rooms-* $1", NULL};
    apr_pool_t *p = *state;
    user_sso_groups_t groups;

    user_sso_groups_read(&groups, "vpn,rooms-a,rooms-b c,mail,rooms-", ",", map_of(lines, p), p);
    assert_int_equal(groups.names->nelts, 1);
    assert_int_equal(groups.unmapped, 2);
    assert_int_equal(groups.invalid, 2);
    assert_int_equal(groups.surplus, 0);
}

static void test_surplus(void **state)
{
    apr_pool_t *p = *state;
    const char *list = "";
    user_sso_groups_t groups;
    int i;

    for (i = 0; i < USER_SSO_GROUPS_MOST + 3; i++) {
        list = apr_psprintf(p, "%s,g%03d,g%03d", list, USER_SSO_GROUPS_MOST + 2 - i, i);
    }
    user_sso_groups_read(&groups, list, ",", NULL, p);
    assert_int_equal(groups.names->nelts, USER_SSO_GROUPS_MOST);
    assert_int_equal(groups.surplus, 3);
    assert_string_equal(APR_ARRAY_IDX(groups.names, USER_SSO_GROUPS_MOST - 1, const char *),
                        apr_psprintf(p, "g%03d", USER_SSO_GROUPS_MOST - 1));
}

static void test_wrong_lines(void **state)
{
    static const struct {
        const char *pattern;
        const char *name;
        int is_wrong;
    } rows[] = {
        {"rooms-*", "$1", 0}, {"*-*", "$2.$1", 0}, {"x", "staff", 0},    {"*********", "$9", 0},
        {"", "staff", 1},     {"x", "", 1},        {"rooms-*", "$2", 1}, {"rooms-*", "$0", 1},
        {"rooms-*", "$", 1},  {"rooms", "$1", 1},  {"x", "St Aff", 1},   {"**********", "$1", 1},
        {"*", "a$$1", 1},
    };
    apr_pool_t *p = *state;
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const char *wrong = user_sso_groups_wrong(rows[i].pattern, rows[i].name, p);

        assert_that(!wrong == !rows[i].is_wrong, "'%s' '%s': %s", rows[i].pattern, rows[i].name,
                    wrong ? wrong : "accepted");
    }
}

/* A provider's names are not ours: however many stars, time is not theirs to take. */
static void test_hard_pattern(void **state)
{
    static const char *const lines[] = {"*a*a*a*a*a*a*a*ab x", NULL};
    apr_pool_t *p = *state;
    char *name = apr_palloc(p, 100001);
    user_sso_groups_t groups;

    memset(name, 'a', 100000);
    name[100000] = '\0';
    user_sso_groups_read(&groups, name, ",", map_of(lines, p), p);
    assert_int_equal(groups.unmapped, 1);
}

/* ---- where to -----------------------------------------------------------------------------------
 */

static void test_return(void **state)
{
    static const struct {
        const char *path;
        const char *location;
    } rows[] = {
        {"/", "/"},
        {"/book/?day=2030-05-14&q=a%20b#now", "/book/?day=2030-05-14&q=a%20b#now"},
        {"/b\xc3\xbc"
         "cher raum",
         "/b%C3%BCcher%20raum"},
        {"/a\"<>b", "/a%22%3C%3Eb"},
        {"/?next=//elsewhere.example", "/?next=//elsewhere.example"},
        {"", NULL},
        {"book", NULL},
        {"//elsewhere.example", NULL},
        {"/\\elsewhere.example", NULL},
        {"\\\\elsewhere.example", NULL},
        {"/a\\b", NULL},
        {"https://elsewhere.example/", NULL},
        {"javascript:alert(1)", NULL},
        {"/\t/elsewhere.example", NULL},
        {"/\r\nSet-Cookie: a=b", NULL},
        {"/\x7f", NULL},
        {"/\xc2\x85", NULL},
        {"/\xff", NULL},
        {" /", NULL},
    };
    apr_pool_t *p = *state;
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const char *location = user_sso_return_location(rows[i].path, p);

        assert_that(rows[i].location ? location && strcmp(location, rows[i].location) == 0
                                     : !location,
                    "'%s' leads to '%s'", rows[i].path, location ? location : "(nothing)");
    }
}

static void test_return_length(void **state)
{
    apr_pool_t *p = *state;
    char path[USER_SSO_RETURN_MOST + 2];

    memset(path, 'a', sizeof(path));
    path[0] = '/';
    path[USER_SSO_RETURN_MOST + 1] = '\0';
    assert_null(user_sso_return_location(path, p));
    path[USER_SSO_RETURN_MOST] = '\0';
    assert_non_null(user_sso_return_location(path, p));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_group_names), cmocka_unit_test(test_group_name_length),
        cmocka_unit_test(test_lists),       cmocka_unit_test(test_map),
        cmocka_unit_test(test_counts),      cmocka_unit_test(test_surplus),
        cmocka_unit_test(test_wrong_lines), cmocka_unit_test(test_hard_pattern),
        cmocka_unit_test(test_return),      cmocka_unit_test(test_return_length),
    };

    return cmocka_run_group_tests(tests, unit_pool_open, unit_pool_close);
}

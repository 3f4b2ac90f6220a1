#include "unit.h"

#include <apr_strings.h>

#include "bk_name.h"

static void test_one_form(void **state)
{
    static const struct {
        const char *name, *nfc;
    } rows[] = {{"ann", "ann"},
                {"", ""},
                {"J\u00f6rg", "J\u00f6rg"},
                {"Jo\u0308rg", "J\u00f6rg"},
                {"\u212bngstr\u00f6m", "\u00c5ngstr\u00f6m"}, /* the sign of the unit */
                {"\u1100\u1161\u11a8", "\uac01"},             /* Hangul by its letters */
                {"a\u0323\u0302", "\u1ead"},
                {"a\u0302\u0323", "\u1ead"}, /* accents in another order */
                {"\U0001F4DA", "\U0001F4DA"}};
    const char *nfc;
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_int_equal(bk_name_normalise(&nfc, rows[i].name, *state), APR_SUCCESS);
        assert_that(strcmp(nfc, rows[i].nfc) == 0, "%s is %s", rows[i].name, nfc);
    }
}

/* The longest name becomes the longest form: there is room. */
static void test_growth(void **state)
{
    static const char *const grow[] = {"\ufdfa", "\u0390", "\U0001D160", "\u01e8", "W", "m"};
    static const char *const reserved[] = {"admin", NULL};
    const char *found, *nfc;
    unsigned int i;
    int n;

    for (i = 0; i < UNIT_ROWS(grow); i++) {
        char *name = apr_pstrdup(*state, "");

        for (n = 0; n < 100; n++) {
            name = apr_pstrcat(*state, name, grow[i], NULL);
        }
        assert_int_equal(bk_name_normalise(&nfc, name, *state), APR_SUCCESS);
        assert_int_equal(bk_name_resembles(name, reserved, &found, *state), APR_SUCCESS);
        assert_null(found);
    }
}

static void test_wrong(void **state)
{
    static const char *const right[] = {"ann",
                                        "Ann-Marie O'Neill",
                                        "J\u00f6rg \U0001F4DA",
                                        "a\tb" + 2, /* b */
                                        "\u0e2a\u0e21\u0e0a\u0e32\u0e22",
                                        "\u0645\u062d\u0645\u062f",
                                        "\u5c71\u7530",
                                        "  ann  ",
                                        "a\u0301",
                                        "1"};
    static const char *const wrong[] = {"a\001b",
                                        "a\nb",
                                        "a\177b",
                                        "a\302\205b", /* controls */
                                        "a\u2028",
                                        "a\u2029", /* lines */
                                        "a\u200bb",
                                        "a\u200cb",
                                        "a\u200db",
                                        "\ufeffann",
                                        "a\u2060b",
                                        "a\u00adb",
                                        "a\u061cb",
                                        "\u202eann",
                                        "a\u200eb",
                                        "\u2066a\u2069",
                                        "a\u180eb", /* format and direction */
                                        "a\u034fb",
                                        "a\u115fb",
                                        "\u3164",
                                        "a\ufe0fb",
                                        "a\U000E0101b",
                                        "a\U000E0041b", /* ignorable */
                                        "a\ue000",
                                        "a\U000F0000",
                                        "a\uffff",
                                        "a\u0378", /* nobody's */
                                        "",
                                        " ",
                                        "\u00a0\u2003",
                                        "\u2800",
                                        "\u0301",
                                        " \u0301\u20e3", /* blank */
                                        "a\377b",
                                        "a\303"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(right); i++) {
        assert_that(!bk_name_wrong(right[i]), "%s: %s", right[i], bk_name_wrong(right[i]));
    }
    for (i = 0; i < UNIT_ROWS(wrong); i++) {
        assert_that(bk_name_wrong(wrong[i]), "row %u: %s", i, wrong[i]);
    }
}

static const char *resembles(const char *name, apr_pool_t *p)
{
    static const char *const reserved[] = {"admin", "administrator", "root", NULL};
    const char *found;

    assert_that(bk_name_resembles(name, reserved, &found, p) == APR_SUCCESS, "%s", name);
    return found;
}

static void test_alike(void **state)
{
    static const struct {
        const char *name, *found;
    } rows[] = {
        {"admin", "admin"},
        {"ADMIN", "admin"},
        {"aDmIn", "admin"},
        {"adm1n", "admin"},
        {"admln", "admin"},
        {"adrnin", "admin"},
        {"adm|n", "admin"},
        {" admin ", "admin"},
        {"ad min", "admin"},
        {"admin.", "admin"},
        {"_admin_", "admin"},
        {"ad\u00b7min", "admin"},
        {"\u0430dmin", "admin"},                                         /* Cyrillic a */
        {"\u0410DMIN", "admin"},                                         /* the capital */
        {"adm\u0456n", "admin"},                                         /* Ukrainian i */
        {"\u0391D\u039c\u0399\u039d", "admin"},                          /* Greek capitals */
        {"\uff41\uff44\uff4d\uff49\uff4e", "admin"},                     /* full width */
        {"\U0001D41A\U0001D41D\U0001D426\U0001D422\U0001D427", "admin"}, /* mathematical */
        {"\u24d0\u24d3\u24dc\u24d8\u24dd", "admin"},                     /* in circles */
        {"\U0001F170dmin", "admin"},                                     /* in a box */
        {"\u1d00\u1d05\u1d0d\u026a\u0274", "admin"},                     /* small capitals */
        {"\u1d43\u1d48\u1d50\u2071\u207f", "admin"},                     /* superscripts */
        {"\u00e1dmin", "admin"},
        {"a\u0301dmin", "admin"},
        {"adm\u0131n", "admin"}, /* no dot */
        {"\u0111\u00e3", NULL},
        {"a\u0111min", "admin"}, /* a stroke */
        {"\u0430\u217emin", "admin"},
        {"Administrator", "administrator"},
        {"\u0430dmini\u0455trator", "administrator"},
        {"r00t", "root"},
        {"R\u041e\u041eT", "root"},
        {"ad\u043cin", "admin"}, /* small Cyrillic letters that only their capitals look like */
        {"roo\u0442", "root"},
        {"r\u03bf\u03bf\u03c4", "root"}, /* Greek ones */
        {"admi\u043f", "admin"},         /* letters of others that are read as Latin ones */
        {"admi\u0438", "admin"},
        {"\u044foot", "root"},
        {"admi\u0572", "admin"},
        {"ad\u028din", "admin"}, /* turned, and with a tail */
        {"\u0250dmin", "admin"},
        {"ad\u026fin", "admin"},
        {"admi\u014b", "admin"},
        {"r\u0660\u06f0t", "root"}, /* digits of others */
        {"adm\u0967n", "admin"},
        {"\u0410\u0434\u0430", NULL},
        {"\u041c\u0438\u0440", NULL},
        {"badminton", NULL},
        {"admins", NULL},
        {"admin2", NULL},
        {"sysadmin", NULL},
        {"ann", NULL},
        {"Adam", NULL},
        {"\u00c1d\u00e1m", NULL},
        {"\u0410\u043d\u043d\u0430", NULL},
        {"\u5c71\u7530", NULL},
        {"...", NULL},
        {"\u200b", NULL},
        {"", NULL},
    };
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const char *found = resembles(rows[i].name, *state);

        assert_that((!found && !rows[i].found) ||
                        (found && rows[i].found && strcmp(found, rows[i].found) == 0),
                    "%s resembles %s", rows[i].name, found ? found : "none");
    }
}

/* Whatever stands in place of characters of a name, it is read in its bounds. */
static void test_any_bytes(void **state)
{
    static const char *const reserved[] = {"admin", NULL};
    uint64_t seed = 9;
    const char *found;
    int i, n;

    for (i = 0; i < 3000; i++) {
        char name[13] = {0};
        apr_pool_t *p;

        apr_pool_create(&p, *state);
        for (n = 0; n < 12; n++) {
            name[n] = (char)unit_random_in(&seed, 1, 255);
        }
        (void)bk_name_wrong(name);
        (void)bk_name_normalise(&found, name, p);
        (void)bk_name_resembles(name, reserved, &found, p);
        apr_pool_destroy(p);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_form),  cmocka_unit_test(test_growth),
        cmocka_unit_test(test_wrong),     cmocka_unit_test(test_alike),
        cmocka_unit_test(test_any_bytes),
    };

    return cmocka_run_group_tests(tests, unit_pool_open, unit_pool_close);
}

/* What bk_json reads is what Jansson reads, of texts made at random. */
#include "json_fixture.h"

#include <apr_strings.h>

static const char *const pieces[] = {
    "{",
    "}",
    "\"a\"",
    "\"b\"",
    "\"c\"",
    "\"\"",
    "\"x y\"",
    ":",
    ",",
    "0",
    "1",
    "-1",
    "-0",
    "42",
    "007",
    "1.5",
    "1e2",
    "null",
    "true",
    "false",
    "nul",
    " ",
    "\n",
    "[",
    "]",
    "\"",
    "\\",
    "\x01",
    "\x7f",
    "\xc3\xa9",
    "\xff",
    "+",
    "\"\\n\"",
    "999999999999999999",
    "1000000000000000000",
    "9223372036854775808",
};

/* Most are objects, some with a piece put in, left out or changed, so that many are nearly right.
 */
static const char *make_text(unsigned int *seed, apr_pool_t *p)
{
    const char *text = "{";
    int members = rand_r(seed) % 4, i;

    for (i = 0; i < members; i++) {
        text = apr_pstrcat(p, text, i ? "," : "", pieces[2 + rand_r(seed) % 5], ":",
                           pieces[rand_r(seed) % 8 ? 9 + (unsigned)rand_r(seed) % 11
                                                   : (unsigned)rand_r(seed) % UNIT_ROWS(pieces)],
                           NULL);
    }
    text = apr_pstrcat(p, text, "}", NULL);
    if (rand_r(seed) % 3 == 0) {
        size_t at = (size_t)rand_r(seed) % (strlen(text) + 1);
        size_t skipped = at < strlen(text) ? (size_t)rand_r(seed) % 2 : 0;
        text = apr_pstrcat(p, apr_pstrmemdup(p, text, at),
                           pieces[(unsigned)rand_r(seed) % UNIT_ROWS(pieces)], text + at + skipped,
                           NULL);
    }
    return text;
}

static void assert_same(const bk_json_t *object, const char *name, const json_t *value,
                        const char *text)
{
    const char *found = "";
    apr_int64_t number = 0;
    apr_size_t len = 0;
    bk_json_member_t as_text = bk_json_string(object, name, &found, &len);
    bk_json_member_t as_int = bk_json_int(object, name, &number);
    bk_json_member_t other = json_is_null(value) ? BK_JSON_ABSENT : BK_JSON_WRONG;

    assert_that(as_text == (json_is_string(value) ? BK_JSON_OK : other), "%s: %s", text, name);
    assert_that(as_int == (json_is_integer(value) ? BK_JSON_OK : other), "%s: %s", text, name);
    if (json_is_string(value)) {
        assert_string_equal(found, json_string_value(value));
        assert_int_equal(len, json_string_length(value));
    }
    if (json_is_integer(value)) {
        assert_true(number == json_integer_value(value));
    }
}

/* What Jansson makes of a text. Of a number that is beyond 64 bits or a double it does not say
 * whether all else is right: *is_beyond is set then. */
static json_t *read_by_jansson(const char *text, int *is_beyond)
{
    json_error_t error;
    json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);

    *is_beyond = !value && json_error_code(&error) == json_error_numeric_overflow;
    return value;
}

static void test_like_jansson(void **state)
{
    unsigned int seed = 20261124;
    int i, is_beyond, plain = 0, parsed = 0, refused = 0;

    for (i = 0; i < 50000; i++) {
        const char *text, *name;
        const bk_json_t *object;
        bk_json_result_t result;
        json_t *wanted, *value;
        apr_pool_t *p;

        apr_pool_create(&p, *state);
        text = make_text(&seed, p);
        wanted = read_by_jansson(text, &is_beyond);
        plain += bk_json_plain(text, strlen(text), p) != NULL;
        result = json_fixture_parse(&object, text, strlen(text), p);
        if (!is_beyond && result != BK_JSON_PARSED) {
            assert_that(!json_is_object(wanted), "%s is refused", text);
            refused++;
        }
        else if (!is_beyond) {
            assert_that(json_is_object(wanted), "%s is not refused", text);
            assert_int_equal(object->count, json_object_size(wanted));
            json_object_foreach(wanted, name, value)
            {
                assert_same(object, name, value, text);
            }
            parsed++;
        }
        json_decref(wanted);
        apr_pool_destroy(p);
    }
    /* Of each kind there were many. */
    assert_true(plain > 5000 && parsed - plain > 5000 && refused > 5000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_like_jansson)};

    return cmocka_run_group_tests_name("bk_json beside Jansson", tests, unit_pool_open,
                                       unit_pool_close);
}

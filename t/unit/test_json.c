#include "json_fixture.h"

#include <inttypes.h>

#include <apr_strings.h>

static bk_json_result_t parse(const char *text, apr_pool_t *p)
{
    const bk_json_t *object;

    return json_fixture_parse(&object, text, strlen(text), p);
}

static const bk_json_t *object_of(const char *text, apr_pool_t *p)
{
    const bk_json_t *object;

    assert_that(json_fixture_parse(&object, text, strlen(text), p) == BK_JSON_PARSED, "%s", text);
    return object;
}

static void test_parsed(void **state)
{
    static const char *const rows[] = {
        "{}",
        " \t\r\n{ } \n",
        "{\"a\":1}",
        "{\"a\":null,\"b\":true,\"c\":false,\"d\":1.5,\"e\":-0,\"f\":1E+2}",
        "{\"\":1}",
        "{\"a\":{\"a\":{\"a\":1}}}",
        "{\"a\":{\"x\":1},\"b\":{\"x\":1}}",
        "{\"a\":1,\"A\":1}",
        "{\"a\":9223372036854775807,\"b\":-9223372036854775808}",
        "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83c\\udfe2\"}",
        "{\"a\":\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x8f\xa2\"}",
        "{\"a\":\"\\u0001\x7f\"}",
        "{\"a\":\"\xef\xbf\xbf\xf4\x8f\xbf\xbf\"}",
        /* numbers that neither 64 bits nor a double hold */
        "{\"a\":9223372036854775808,\"b\":-9223372036854775809}",
        "{\"a\":100000000000000000000000000000000}",
        "{\"a\":[1e400,-1E+400,1e-400,1.5e99999999999999999999]}",
        "{\"a\":{\"b\":-123456789012345678901234567890.123456789012345678901234567890}}",
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_that(parse(rows[i], *state) == BK_JSON_PARSED, "%s", rows[i]);
    }
}

static void test_syntax(void **state)
{
    static const char *const rows[] = {
        /* no object */
        "",
        " ",
        "[]",
        "[{}]",
        "1",
        "-1.5",
        "\"{}\"",
        "null",
        "true",
        "x",
        /* cut off */
        "{",
        "{\"",
        "{\"a",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":\"\\",
        "{\"a\":\"\\u00",
        "{\"a\":[",
        "{\"a\":[1",
        "{\"a\":tru",
        /* more than an object */
        "{}x",
        "{} {}",
        "{},",
        "{}]",
        "{}}",
        "{}\"",
        "x{}",
        "]{}",
        "\xef\xbb\xbf{}",
        /* what JSON does not have */
        "{\"a\":1,}",
        "{,}",
        "{\"a\" 1}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "{\"a\":'x'}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"a\":1e}",
        "{\"a\":1e+}",
        "{\"a\":1e400e1}",
        "{\"a\":1e400.5}",
        "{\"a\":1.5.5}",
        "{\"a\":1e 400}",
        "{\"a\":01e400}",
        "{\"a\":00.5}",
        "{\"a\":--1e400}",
        "{\"a\":1e400x}",
        "{\"a\":99999999999999999999 99999999999999999999}",
        "{\"a\":099999999999999999999}",
        "1e400",
        "{1e400:1}",
        "{\"a\":0x10}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":-}",
        "{\"a\":True}",
        "{\"a\":undefined}",
        "{/**/}",
        "{}//",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\x1f\"}",
        "{\"a\":\"\\ud83c\"}",
        "{\"a\":\"\\udfe2\"}",
        "{\"a\":\"\\ud83c\\u0041\"}",
        "{\"a\":[1}",
        "{\"a\":1]",
        "username=ann&userPassword=x",
        "<user/>",
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        bk_json_result_t result = parse(rows[i], *state);
        assert_that(result == BK_JSON_SYNTAX, "%s: %d", rows[i], result);
    }
}

static void test_limits(void **state)
{
    static const char *const rows[] = {
        /* the same name twice, in any spelling, at any depth */
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"b\":2,\"a\":null}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"\":1,\"\":1}",
        "{\"x\":{\"a\":1,\"a\":2}}",
        "{\"x\":[{\"a\":1,\"a\":2}]}",
        /* NUL in a text and in a name */
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"x\\u0000y\"}",
        "{\"a\\u0000b\":1}",
        /* no UTF-8: stray, cut short, overlong, surrogate, beyond U+10FFFF */
        "{\"a\":\"\x80\"}",
        "{\"a\":\"\xff\"}",
        "{\"a\":\"\xfe\xff\"}",
        "{\"a\":\"\xc3\"}",
        "{\"a\":\"\xc3(\"}",
        "{\"a\":\"\xe2\x82\"}",
        "{\"a\":\"\xf0\x9f\x8f\"}",
        "{\"a\":\"\xc0\xaf\"}",
        "{\"a\":\"\xc1\xbf\"}",
        "{\"a\":\"\xe0\x80\xaf\"}",
        "{\"a\":\"\xf0\x80\x80\xaf\"}",
        "{\"a\":\"\xed\xa0\x80\"}",
        "{\"a\":\"\xed\xb0\x80\"}",
        "{\"a\":\"\xf4\x90\x80\x80\"}",
        "{\"a\":\"\xf8\x88\x80\x80\x80\"}",
        "{\"\xff\":1}",
        "{\"a\":1}\xff",
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        bk_json_result_t result = parse(rows[i], *state);
        assert_that(result == BK_JSON_LIMIT, "%s: %d", rows[i], result);
    }
}

/* The reason is told to clients, whom the library that reads has nothing to do with. */
static void test_reasons(void **state)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"{\"a\":\"\\u0000\"}", "a text contains the character U+0000, at line 1, column "},
        {"{\"a\\u0000\":1}", "a name contains the character U+0000, at line 1, column "},
        {"{\"a\":1,\"a\":[]}", "a member name appears twice, at line 1, column "},
        {"{\"a\":\"\xff\"}", "not UTF-8, at line 1, column "},
        {"{\"a\":[1,\n", "cut off, at line 2, column "},
        {"{} {}", "more than one object, at line 1, column "},
        {"{\"a\":'x'}", "not JSON, at line 1, column "},
        {"[]", "not an object"},
        {"{\"a\":[[[[[[[[0]]]]]]]]}", "nested more than 8 deep"},
    };
    const bk_json_t *object;
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const char *why = NULL;

        assert_int_not_equal(
            bk_json_parse(&object, rows[i].text, strlen(rows[i].text), &why, *state),
            BK_JSON_PARSED);
        assert_that(strncmp(why, rows[i].why, strlen(rows[i].why)) == 0, "%s: %s", rows[i].text,
                    why);
    }
}

static void test_raw_nul(void **state)
{
    static const struct {
        const char *data;
        apr_size_t len;
    } rows[] = {{"\0", 1},         {"{}\0", 3},  {"\0{}", 3}, {"{\0}", 3}, {"{\"a\":\"\0\"}", 9},
                {"{\"\0\":1}", 7}, {"{}\0{}", 5}};
    size_t i;
    const bk_json_t *object;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_int_not_equal(json_fixture_parse(&object, rows[i].data, rows[i].len, *state),
                             BK_JSON_PARSED);
    }
    /* The length says where the text ends. */
    assert_int_equal(json_fixture_parse(&object, "{}{}", 2, *state), BK_JSON_PARSED);
    assert_int_equal(json_fixture_parse(&object, "{\"a\":1}", 6, *state), BK_JSON_SYNTAX);
}

/* "{"a":{"a":...0...}}" so deep, with arrays if asked for. */
static const char *nested(int depth, int arrays, apr_pool_t *p)
{
    char *text = apr_palloc(p, (apr_size_t)depth * 6 + 8), *end = text;
    int i;

    for (i = 0; i < depth; i++) {
        const char *open = i && arrays ? "[" : "{\"a\":";
        memcpy(end, open, strlen(open));
        end += strlen(open);
    }
    *end++ = '0';
    for (i = depth - 1; i >= 0; i--) {
        *end++ = i && arrays ? ']' : '}';
    }
    *end = '\0';
    return text;
}

static void test_depth(void **state)
{
    int arrays, depth;

    for (arrays = 0; arrays <= 1; arrays++) {
        for (depth = 1; depth <= 12; depth++) {
            assert_int_equal(parse(nested(depth, arrays, *state), *state),
                             depth <= BK_JSON_DEPTH ? BK_JSON_PARSED : BK_JSON_LIMIT);
        }
        assert_int_equal(parse(nested(100000, arrays, *state), *state), BK_JSON_LIMIT);
    }
    /* Eight times eight deep, side by side, is eight deep. */
    assert_int_equal(
        parse(apr_psprintf(*state, "{\"a\":[%s,%s]}", nested(6, 1, *state), nested(6, 0, *state)),
              *state),
        BK_JSON_PARSED);
    assert_int_equal(
        parse(apr_psprintf(*state, "{\"a\":[%s,%s]}", nested(6, 1, *state), nested(7, 0, *state)),
              *state),
        BK_JSON_LIMIT);
}

/* Brackets within a text do not nest, and a text is not left or entered by what is escaped. */
static void test_depth_texts(void **state)
{
    static const char *const parsed[] = {
        "{\"a\":\"[[[[[[[[[[[[{{{{{{{{{{{{\"}", "{\"[[[[[[[[[[[[\":1}",
        "{\"a\":\"\\\"[[[[[[[[[[[[\"}",         "{\"a\":\"\\\\\",\"b\":\"[[[[[[[[[[[[\"}",
        "{\"a\":\"\\\\\\\"[[[[[[[[[[[[\"}",     "{\"a\":\"]]]]]]]]]]]]\",\"b\":[[[[[[[0]]]]]]]}",
    };
    static const char *const refused[] = {
        "{\"a\":\"\\\\\",\"b\":[[[[[[[[0]]]]]]]]}",
        "{\"a\":\"]]]]]]]]]]]]\",\"b\":[[[[[[[[0]]]]]]]]}",
        "{\"a\":\"\\\"\",\"b\":[[[[[[[[0]]]]]]]]}",
        "{\"a\":\"\\\"]]]]]]]]\",\"b\":[[[[[[[[0]]]]]]]]}",
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(parsed); i++) {
        assert_that(parse(parsed[i], *state) == BK_JSON_PARSED, "%s", parsed[i]);
    }
    for (i = 0; i < UNIT_ROWS(refused); i++) {
        assert_that(parse(refused[i], *state) == BK_JSON_LIMIT, "%s", refused[i]);
    }
    /* Closing first does not buy depth. */
    assert_int_not_equal(
        parse(apr_pstrcat(*state, "{}]]]]]]]]]]]]", nested(12, 1, *state), NULL), *state),
        BK_JSON_PARSED);
}

static void test_string(void **state)
{
    const bk_json_t *object =
        object_of("{\"a\":\"x\xc3\xa9\",\"empty\":\"\",\"null\":null,\"int\":1,\"real\":1.5,"
                  "\"bool\":true,\"array\":[\"x\"],\"object\":{\"a\":\"x\"}}",
                  *state);
    static const char *const wrong[] = {"int", "real", "bool", "array", "object"};
    const char *value = "unset";
    apr_size_t len = 99;
    size_t i;

    for (i = 0; i < UNIT_ROWS(wrong); i++) {
        assert_int_equal(bk_json_string(object, wrong[i], &value, &len), BK_JSON_WRONG);
    }
    assert_int_equal(bk_json_string(object, "null", &value, &len), BK_JSON_ABSENT);
    assert_int_equal(bk_json_string(object, "other", &value, &len), BK_JSON_ABSENT);
    assert_int_equal(bk_json_string(object, "A", &value, &len), BK_JSON_ABSENT);
    assert_string_equal(value, "unset");
    assert_int_equal(len, 99);

    assert_int_equal(bk_json_string(object, "a", &value, &len), BK_JSON_OK);
    assert_string_equal(value, "x\xc3\xa9");
    assert_int_equal(len, 3);
    assert_int_equal(bk_json_string(object, "empty", &value, NULL), BK_JSON_OK);
    assert_string_equal(value, "");
}

/* The same members, read as an integer and as an id. */
static void test_int_and_id(void **state)
{
    static const struct {
        const char *value;
        bk_json_member_t as_int;
        bk_json_member_t as_id;
        apr_int64_t number;
    } rows[] = {
        {"0", BK_JSON_OK, BK_JSON_OK, 0},
        {"-0", BK_JSON_OK, BK_JSON_OK, 0},
        {"42", BK_JSON_OK, BK_JSON_OK, 42},
        {"-42", BK_JSON_OK, BK_JSON_OK, -42},
        {"9223372036854775807", BK_JSON_OK, BK_JSON_OK, INT64_MAX},
        {"-9223372036854775808", BK_JSON_OK, BK_JSON_OK, INT64_MIN},
        {"3.0", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"3.5", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"3e2", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"9223372036854775806", BK_JSON_OK, BK_JSON_OK, INT64_MAX - 1},
        {"9223372036854775808", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"-9223372036854775809", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"9999999999999999999", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"10000000000000000000", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"1e400", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"\"1e400\"", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"true", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"false", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"[42]", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"{\"a\":42}", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"null", BK_JSON_ABSENT, BK_JSON_ABSENT, 0},
        {"\"42\"", BK_JSON_WRONG, BK_JSON_OK, 42},
        {"\"99999999999\"", BK_JSON_WRONG, BK_JSON_OK, INT64_C(99999999999)},
        {"\"9223372036854775807\"", BK_JSON_WRONG, BK_JSON_OK, INT64_MAX},
        {"\"9223372036854775808\"", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"\"\"", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"\" 42\"", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"\"42 \"", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"\"+42\"", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"\"4.0\"", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"\"4e2\"", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"\"0x2a\"", BK_JSON_WRONG, BK_JSON_WRONG, 0},
        {"\"ann\"", BK_JSON_WRONG, BK_JSON_WRONG, 0},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const bk_json_t *object =
            object_of(apr_psprintf(*state, "{\"a\":%s}", rows[i].value), *state);
        apr_int64_t number = 99, id = 99;

        assert_that(bk_json_int(object, "a", &number) == rows[i].as_int, "%s as int",
                    rows[i].value);
        assert_that(bk_json_id(object, "a", &id) == rows[i].as_id, "%s as id", rows[i].value);
        assert_true(number == (rows[i].as_int == BK_JSON_OK ? rows[i].number : 99));
        assert_true(id == (rows[i].as_id == BK_JSON_OK ? rows[i].number : 99));
        assert_int_equal(bk_json_int(object, "b", &number), BK_JSON_ABSENT);
        assert_int_equal(bk_json_id(object, "b", &id), BK_JSON_ABSENT);
    }
}

static void test_is_text(void **state)
{
    static const char *const texts[] = {
        "", "x", "J\xc3\xb6rg", "\xf0\x9f\x8f\xa2", "\x01\x7f", "\xf4\x8f\xbf\xbf"};
    static const char *const others[] = {"\xff",     "x\x80",           "\xc3",
                                         "\xc3(",    "\xc0\xaf",        "\xed\xa0\x80",
                                         "\xe2\x82", "\xf4\x90\x80\x80"};
    size_t i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        assert_int_equal(bk_json_is_text(texts[i], strlen(texts[i])), 1);
    }
    for (i = 0; i < UNIT_ROWS(others); i++) {
        assert_int_equal(bk_json_is_text(others[i], strlen(others[i])), 0);
    }
    /* The length says where the text ends. */
    assert_int_equal(bk_json_is_text("x\xff", 1), 1);
    assert_int_equal(bk_json_is_text("\xc3\xb6", 1), 0);
}

/* A parsed object, Jansson's or not, ends with its pool and not before: valgrind looks. */
static void test_lifetimes(void **state)
{
    static const char *const texts[] = {"{\"a\":\"x\",\"b\":\"yy\"}",
                                        "{\"a\":\"x\",\"b\":\"y\\u0079\",\"c\":[1]}"};
    const bk_json_t *objects[2];
    const char *value;
    apr_pool_t *p;
    size_t i;

    apr_pool_create(&p, *state);
    for (i = 0; i < UNIT_ROWS(texts); i++) {
        objects[i] = object_of(texts[i], p);
    }
    for (i = 0; i < UNIT_ROWS(texts); i++) {
        assert_int_equal(bk_json_string(objects[i], "b", &value, NULL), BK_JSON_OK);
        assert_string_equal(value, "yy");
    }
    assert_int_equal(parse("[1,2,3]", p), BK_JSON_SYNTAX); /* what is refused is released, too */
    apr_pool_destroy(p);
}

/* What does not take Jansson. */
static void test_plain(void **state)
{
    static const char *const plain[] = {
        "{}",
        " \t\r\n{ } \n",
        "{\"\":1}",
        "{ \"a\" : \"x\" , \"b\"\n:\t-42 , \"c\":null,\"d\":true,\"e\":false }",
        "{\"a\":0,\"b\":999999999999999999,\"c\":-999999999999999999}",
        "{\"a\":\"[{]}/*'~\"}",
    };
    static const char *const others[] = {
        "{\"a\":-0}",
        "{\"a\":9223372036854775807}",
        "{\"a\":1.0}",
        "{\"a\":1e2}",
        "{\"a\":\"\\u0061\"}",
        "{\"a\":\"\xc3\xa9\"}",
        "{\"a\":{}}",
        "{\"a\":[]}",
        "{\"a\":1,\"a\":1}",
        "{\"a\":\"\x7f\"}",
        "[]",
        "{\"a\":nul}",
        "{\"a\":nullx}",
        "{\"a\":1}x",
        "",
        "{\"a\":01}",
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(plain); i++) {
        assert_that(bk_json_plain(plain[i], strlen(plain[i]), *state) != NULL, "%s", plain[i]);
    }
    for (i = 0; i < UNIT_ROWS(others); i++) {
        assert_that(!bk_json_plain(others[i], strlen(others[i]), *state), "%s", others[i]);
    }
}

/* As many members as are read without it, and one more. */
static void test_members(void **state)
{
    int count, i;

    for (count = BK_JSON_PLAIN_MEMBERS; count <= BK_JSON_PLAIN_MEMBERS + 1; count++) {
        const char *text = "{";
        const bk_json_t *object;

        for (i = 0; i < count; i++) {
            text = apr_psprintf(*state, "%s%s\"m%d\":%d", text, i ? "," : "", i, 7 * i);
        }
        text = apr_pstrcat(*state, text, "}", NULL);
        assert_int_equal(bk_json_plain(text, strlen(text), *state) != NULL,
                         count == BK_JSON_PLAIN_MEMBERS);
        object = object_of(text, *state);
        for (i = 0; i < count; i++) {
            apr_int64_t number = -1;
            assert_int_equal(bk_json_int(object, apr_psprintf(*state, "m%d", i), &number),
                             BK_JSON_OK);
            assert_int_equal(number, 7 * i);
        }
    }
}

/* An array of texts, and of nothing else. */
static void test_texts(void **state)
{
    static const char *const wrong[] = {"{\"l\":null}",          "{\"l\":\"a\"}",
                                        "{\"l\":{\"a\":\"b\"}}", "{\"l\":[\"a\",1]}",
                                        "{\"l\":[[\"a\"]]}",     "{\"m\":[]}"};
    const char *const *texts = NULL;
    int count = -1;
    size_t i;

    for (i = 0; i < UNIT_ROWS(wrong); i++) {
        assert_that(!bk_json_texts(bk_json_member(object_of(wrong[i], *state), "l"), &texts, &count,
                                   *state),
                    "%s", wrong[i]);
    }
    assert_true(texts == NULL && count == -1);
    assert_true(bk_json_texts(bk_json_member(object_of("{\"l\":[]}", *state), "l"), &texts, &count,
                              *state));
    assert_true(count == 0 && texts[0] == NULL);
    assert_true(bk_json_texts(bk_json_member(object_of("{\"l\":[\"a\",\"b\"]}", *state), "l"),
                              &texts, &count, *state));
    assert_int_equal(count, 2);
    assert_string_equal(texts[0], "a");
    assert_string_equal(texts[1], "b");
    assert_null(texts[2]);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parsed),      cmocka_unit_test(test_syntax),
        cmocka_unit_test(test_limits),      cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_raw_nul),     cmocka_unit_test(test_depth),
        cmocka_unit_test(test_depth_texts), cmocka_unit_test(test_string),
        cmocka_unit_test(test_int_and_id),  cmocka_unit_test(test_is_text),
        cmocka_unit_test(test_lifetimes),   cmocka_unit_test(test_plain),
        cmocka_unit_test(test_members),     cmocka_unit_test(test_texts),
    };

    return cmocka_run_group_tests_name("bk_json", tests, unit_pool_open, unit_pool_close);
}

#include "thing.h"

#include "bk_json_fields.h"

static const char *written(const thing_t *thing, apr_pool_t *p)
{
    bk_json_text_t text;
    apr_size_t len;

    bk_json_text_begin(&text, p);
    bk_json_fields_write(&text, &thing_fields, thing);
    return bk_json_text_end(&text, &len);
}

static void test_write(void **state)
{
    assert_string_equal(
        written(&thing_full, *state),
        "{\"thingID\":\"7\",\"name\":\"J\xc3\xb6rg\",\"size\":12,\"note\":\"dry\","
        "\"isNew\":true,\"from\":\"2025-12-11T10:00:00.000000001Z\",\"owner\":\"99999999999\"}");
    assert_string_equal(written(&thing_bare, *state),
                        "{\"thingID\":\"8\",\"name\":\"x\",\"size\":null,\"note\":null,"
                        "\"isNew\":false,\"from\":\"1970-01-01T00:00:00Z\",\"owner\":null}");
}

static const bk_field_t *try_to_read(const char *text, thing_t *thing, apr_pool_t *p)
{
    const bk_json_t *object;
    const char *why;

    assert_int_equal(bk_json_parse(&object, text, strlen(text), &why, p), BK_JSON_PARSED);
    return bk_json_fields_read(object, &thing_fields, thing);
}

static void test_read(void **state)
{
    thing_t thing = {.id = 1, .from_ns = 5, .own = "mine"};

    assert_null(try_to_read("{\"owner\":\"99999999999\",\"from\":\"2025-12-11T12:00:00.000000001+"
                            "02:00\",\"note\":\"dry\",\"size\":12,\"name\":\"J\xc3\xb6rg\","
                            "\"thingID\":\"3\",\"isNew\":true,\"digest\":\"x\",\"own\":\"theirs\"}",
                            &thing, *state));
    assert_string_equal(thing.name, thing_full.name);
    assert_string_equal(thing.note, "dry");
    assert_int_equal(thing.is_new, 1);
    assert_true(thing.size == 12 && thing.from_ns == thing_full.from_ns &&
                thing.owner == thing_full.owner);
    /* What clients may not send is not theirs to change. */
    assert_true(thing.id == 1 && !thing.digest);
    assert_string_equal(thing.own, "mine");
}

/* What is missing: null, or nothing at all. */
static void test_missing(void **state)
{
    static const char *const texts[] = {
        "{\"name\":\"x\"}", "{\"name\":\"x\",\"note\":null,\"size\":null,\"from\":null}"};
    size_t i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        thing_t thing = {.size = 3, .note = "of before", .from_ns = 5, .owner = 4};

        assert_null(try_to_read(texts[i], &thing, *state));
        assert_true(thing.size == BK_FIELD_NONE && !thing.note && thing.owner == BK_FIELD_NONE);
        assert_true(thing.from_ns == 5);
    }
}

static void test_wrong(void **state)
{
    static const struct {
        const char *text, *field; /* NULL: none is wrong */
    } rows[] = {
        {"{}", "name"},
        {"{\"name\":null}", "name"},
        {"{\"name\":5}", "name"},
        {"{\"name\":\"\"}", "name"},
        {"{\"name\":\"12345678901\"}", "name"},
        {"{\"name\":\"1234567890\"}", NULL},
        {"{\"name\":\"\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\"}", NULL},
        {"{\"name\":\"x\",\"size\":-1}", "size"},
        {"{\"name\":\"x\",\"size\":0}", NULL},
        {"{\"name\":\"x\",\"size\":99}", NULL},
        {"{\"name\":\"x\",\"size\":100}", "size"},
        {"{\"name\":\"x\",\"size\":\"1\"}", "size"},
        {"{\"name\":\"x\",\"note\":\"\"}", NULL},
        {"{\"name\":\"x\",\"note\":\"123456\"}", "note"},
        {"{\"name\":\"x\",\"from\":\"today\"}", "from"},
        {"{\"name\":\"x\",\"from\":5}", "from"},
        {"{\"name\":\"x\",\"owner\":\"five\"}", "owner"},
        {"{\"name\":\"x\",\"owner\":5}", NULL},
        {"{\"name\":\"x\",\"isNew\":1}", "isNew"},
        {"{\"name\":\"x\",\"isNew\":false}", NULL},
        /* The first of several, as described and not as sent. */
        {"{\"owner\":\"five\",\"note\":\"123456\",\"size\":-1,\"name\":\"x\"}", "size"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        thing_t thing = {0};
        const bk_field_t *wrong = try_to_read(rows[i].text, &thing, *state);

        assert_that(rows[i].field ? wrong && strcmp(wrong->name, rows[i].field) == 0 : !wrong,
                    "%s: %s", rows[i].text, wrong ? wrong->name : "nothing");
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_wrong),
    };

    return cmocka_run_group_tests_name("bk_json_fields", tests, unit_pool_open, unit_pool_close);
}

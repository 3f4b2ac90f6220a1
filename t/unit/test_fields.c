#include "thing.h"

#include <apr_strings.h>

#include "bk_record_fields.h"

static void test_equal(void **state)
{
    thing_t other = thing_full;

    assert_true(bk_fields_equal(&thing_fields, &thing_full, &other));
    assert_false(bk_fields_equal(&thing_fields, &thing_full, &thing_bare));
    other.own = NULL; /* which is not described */
    other.name = apr_pstrdup(*state, thing_full.name);
    assert_true(bk_fields_equal(&thing_fields, &thing_full, &other));
    other.is_new = 2; /* which is as true as 1 */
    assert_true(bk_fields_equal(&thing_fields, &thing_full, &other));
}

/* Whichever member it is that differs. */
static void test_not_equal(void **state)
{
    thing_t others[10];
    size_t i;

    for (i = 0; i < UNIT_ROWS(others); i++) {
        others[i] = thing_full;
    }
    others[0].id++;
    others[1].name = "other";
    others[2].size = BK_FIELD_NONE;
    others[3].note = NULL;
    others[4].is_new = 0;
    others[5].from_ns--;
    others[6].digest = (const unsigned char *)"\0\1\xfe'";
    others[7].owner = 1;
    others[8].note = "";
    others[9].digest = NULL;
    for (i = 0; i < UNIT_ROWS(others); i++) {
        assert_that(!bk_fields_equal(&thing_fields, &thing_full, &others[i]), "row %d", (int)i);
        assert_that(!bk_fields_equal(&thing_fields, &others[i], &thing_full), "row %d", (int)i);
    }
}

/* Memory that another description wrote is another one: whatever of a field that is kept differs.
 */
static void test_fingerprint(void **state)
{
    bk_field_t list[UNIT_ROWS(thing_list)];
    const bk_fields_t fields = BK_FIELDS(list);
    const apr_uint64_t print = bk_fields_fingerprint(&thing_fields);
    bk_field_t first;

    memcpy(list, thing_list, sizeof(list));
    assert_true(print != 0 && bk_fields_fingerprint(&fields) == print);
    list[0].column = "ident"; /* which is not kept */
    list[1].most = 11;        /* what is kept is kept as before */
    assert_true(bk_fields_fingerprint(&fields) == print);
    list[3].column = "remark";
    assert_false(bk_fields_fingerprint(&fields) == print);
    list[3] = thing_list[3];
    list[4].kind = BK_FIELD_INT;
    assert_false(bk_fields_fingerprint(&fields) == print);
    list[4] = thing_list[4];
    list[5].flags &= ~BK_FIELD_KEPT;
    assert_false(bk_fields_fingerprint(&fields) == print);
    list[5] = thing_list[5];
    first = list[1];
    list[1] = list[3];
    list[3] = first;
    assert_false(bk_fields_fingerprint(&fields) == print);
}

/* ---- in shared memory ---------------------------------------------------------------------------
 */

static void read_back(thing_t *found, const thing_t *thing, apr_size_t less, int *is_bad,
                      apr_pool_t *p)
{
    bk_record_t record;
    bk_record_reader_t reader;

    bk_record_begin(&record);
    bk_record_fields_add(&record, &thing_fields, thing);
    bk_record_read(&reader, record.bytes, record.len - less, p);
    bk_record_fields_read(&reader, &thing_fields, found);
    *is_bad = reader.is_bad;
    assert_true(less || reader.next == reader.end);
}

static void test_record(void **state)
{
    const thing_t *const things[] = {&thing_full, &thing_bare};
    size_t i;

    for (i = 0; i < UNIT_ROWS(things); i++) {
        /* What is not kept stays as it is. */
        thing_t found = {.id = things[i]->id, .digest = things[i]->digest, .own = "mine"};
        int is_bad;

        read_back(&found, things[i], 0, &is_bad, *state);
        assert_false(is_bad);
        assert_true(bk_fields_equal(&thing_fields, &found, things[i]));
        assert_string_equal(found.own, "mine");
    }
}

static void test_record_cut_off(void **state)
{
    thing_t found = {0};
    int is_bad;

    read_back(&found, &thing_full, 1, &is_bad, *state);
    assert_true(is_bad);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal),          cmocka_unit_test(test_not_equal),
        cmocka_unit_test(test_fingerprint),    cmocka_unit_test(test_record),
        cmocka_unit_test(test_record_cut_off),
    };

    return cmocka_run_group_tests_name("bk_fields", tests, unit_pool_open, unit_pool_close);
}

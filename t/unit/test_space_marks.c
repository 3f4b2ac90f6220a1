/* Marks of spaces: who has what is looked for has its marks, and is found, whoever wrote it. */
#include "space_fixture.h"

#include <sqlite3.h>

#include "bk_search.h"
#include "space_v1_marks.h"
#include "space_v1_words.h"

/* More than are few: the index of words is not asked for them. */
#define MANY 400

static apr_int64_t marks_of(const char *text, const char *features, apr_pool_t *p)
{
    space_v1_t space = space_of("a", text);

    space.building_code = "";
    space.features = features;
    assert_int_equal(space_v1_derive(&space, p), APR_SUCCESS);
    return space.marks;
}

static apr_int64_t marks_wanted(const char *words, const char *feature, apr_pool_t *p)
{
    space_v1_filter_t filter = ANY_SPACE;
    int count;

    assert_int_equal(bk_search_words(filter.words, SPACE_V1_STORE_WORDS, &count, words, p),
                     APR_SUCCESS);
    filter.features[0] = feature;
    return space_v1_marks_of_filter(&filter);
}

/* Each beginning of each word of a text. */
static void test_marks_of_beginnings(void **state)
{
    static const char *const texts[] = {
        "Quiet room, step-free", "\u4f1a\u8b70\u5ba4 7",
        "\u0411\u0438\u0431\u043b\u0438\u043e\u0442\u0435\u043a\u0430", "a bc def",
        "o'clock \"x\" a\\b [y], z"};
    apr_pool_t *p = *state;
    unsigned int i;
    apr_size_t from, to;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        apr_int64_t marks = marks_of(texts[i], "[]", p);

        assert_true(marks >= 0);
        for (from = 0; texts[i][from]; from++) {
            if (from > 0 && texts[i][from - 1] != ' ') {
                continue;
            }
            for (to = from + 1; texts[i][to - 1]; to++) {
                const char *typed = apr_pstrmemdup(p, texts[i] + from, to - from);
                apr_int64_t wanted =
                    (texts[i][to] & 0xC0) == 0x80 ? 0 : marks_wanted(typed, NULL, p);

                assert_that((marks & wanted) == wanted, "\"%s\" of \"%s\"", typed, texts[i]);
            }
        }
    }
    assert_int_equal(marks_wanted("ab c", NULL, p), 0);
}

static void test_marks_of_features(void **state)
{
    apr_pool_t *p = *state;
    apr_int64_t marks = marks_of("A", "[\"screen\",\"step-free\",\"wi_fi.6\"]", p);

    assert_int_equal(marks_wanted("", "\"screen\"", p) & ~marks, 0);
    assert_int_equal(marks_wanted("", "\"step-free\"", p) & ~marks, 0);
    assert_int_equal(marks_wanted("", "\"wi_fi.6\"", p) & ~marks, 0);
    assert_int_equal(marks_wanted("screen", "\"step-free\"", p) & ~marks, 0);
    assert_true(marks_wanted("", "\"sink\"", p) & ~marks);
    assert_true(marks_wanted("sink", NULL, p) & ~marks);
}

/* Numbers are stored: another function would find nothing of what is there. */
static void test_marks_never_change(void **state)
{
    assert_int_equal(marks_of("Quiet room \u4f1a\u8b70", "[\"step-free\",\"tv\"]", *state),
                     APR_INT64_C(0xa04003010000200));
}

/* ---- in a database ------------------------------------------------------------------------------
 */

enum { ADD, ADD_COUNT };
static const bk_db_sql_t add_statements[ADD_COUNT] = {
    [ADD] = {"INSERT INTO spaces (id, room_code, building_code, name, sort_key, search, features)"
             " VALUES ($1, 7, 'Hall', $1, $1, $2, $3)"}};

/* Rows as an earlier module wrote them, or somebody by hand. */
static void add_rows(bk_db_t *db, apr_pool_t *p)
{
    int i;

    for (i = 0; i < MANY; i++) {
        const bk_db_value_t args[] = {bk_db_text(apr_psprintf(p, "room-%03d", i)),
                                      bk_db_text(" hall quiet step- free"),
                                      bk_db_text(i % 100 ? "[]" : "[\"step-free\"]")};

        assert_int_equal(bk_db_write(db, ADD, args, 3, NULL), APR_SUCCESS);
    }
}

static void assert_found(bk_db_t *db, apr_pool_t *p)
{
    space_v1_filter_t filter = ANY_SPACE;

    filter.features[0] = "\"step-free\"";
    filter.words[0] = " hal";
    assert_string_equal(list_all(db, &filter, p), "room-000 room-100 room-200 room-300");
    filter.words[1] = " step- f";
    assert_string_equal(list_all(db, &filter, p), "room-000 room-100 room-200 room-300");
    filter.words[2] = " halls";
    assert_string_equal(list_all(db, &filter, p), "");
}

static void test_rows_of_former_step_get_marks(void **state)
{
    static bk_db_sql_t former[5];
    static bk_db_schema_t older = {"space", ADD_COUNT, add_statements, former};
    apr_pool_t *p = *state;
    space_v1_found_t found;
    bk_db_t *db;

    memcpy(former, space_store_dbd_schema.steps, 4 * sizeof(*former));
    add_rows(attach(&older, p), p);
    db = attach(&space_store_dbd_schema, p);
    assert_int_equal(space_v1_store_dbd.find(db, "room-399", NULL, 0, &found, p), APR_SUCCESS);
    assert_int_equal(found.space.marks, space_v1_marks(" hall quiet step- free", "[]"));
    assert_int_equal(space_v1_store_dbd.find(db, "room-300", NULL, 0, &found, p), APR_SUCCESS);
    assert_int_equal(found.space.marks,
                     space_v1_marks(" hall quiet step- free", "[\"step-free\"]"));
    assert_found(db, p);
}

static void test_rows_without_marks_are_found(void **state)
{
    static bk_db_schema_t schema; /* a connection keeps its address */
    apr_pool_t *p = *state;
    bk_db_t *db;

    schema = space_store_dbd_schema;
    schema.statements = add_statements;
    schema.count = ADD_COUNT;
    add_rows(attach(&schema, p), p);
    db = attach(&space_store_dbd_schema, p);
    assert_found(db, p);
}

static int count_instruction(void *baton)
{
    ++*(int *)baton;
    return 0;
}

/* Instructions of SQLite's for a search that finds nothing, without those that choose the way. */
static int cost_of(bk_db_t *db, const space_v1_filter_t *filter, apr_pool_t *p)
{
    const db_conn_t *conn = both_conns[both_count - 1];
    sqlite3 *native = apr_dbd_native_handle(conn->driver, conn->handle);
    space_v1_words_t words;
    int all = 0, choice = 0;

    sqlite3_progress_handler(native, 1, count_instruction, &choice);
    assert_int_equal(space_v1_words(db, filter, &words, p), APR_SUCCESS);
    assert_false(words.are_few);
    sqlite3_progress_handler(native, 1, count_instruction, &all);
    assert_string_equal(list_all(db, filter, p), "");
    sqlite3_progress_handler(native, 0, NULL, NULL);
    return all - choice;
}

/* Only SQLite can be asked what it did. */
static void test_space_without_marks_costs_few_instructions(void **state)
{
    apr_pool_t *p = *state;
    bk_db_t *db = attach(&space_store_dbd_schema, p);
    space_v1_filter_t filter = ANY_SPACE;
    int i, cost;

    if (!both_path) {
        skip();
    }
    for (i = 0; i < 2 * MANY; i++) {
        space_v1_t space = space_of(apr_psprintf(p, "room-%d", i), i % 2 ? "Hall" : "Salon");

        space.features = i % 2 ? "[\"sink\"]" : "[\"screen\"]";
        must_add(db, space, p);
    }
    filter.features[0] = "\"sink\"";
    filter.features[1] = "\"screen\"";
    cost = cost_of(db, &filter, p);
    assert_that(cost < 6 * 2 * MANY, "%d instructions for %d spaces", cost, 2 * MANY);
    filter.features[1] = NULL;
    filter.words[0] = " salon";
    cost = cost_of(db, &filter, p);
    assert_that(cost < 6 * 2 * MANY, "%d instructions for %d spaces", cost, 2 * MANY);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_marks_of_beginnings, both_renew),
        cmocka_unit_test_setup(test_marks_of_features, both_renew),
        cmocka_unit_test_setup(test_marks_never_change, both_renew),
        cmocka_unit_test_setup(test_rows_of_former_step_get_marks, both_renew),
        cmocka_unit_test_setup(test_rows_without_marks_are_found, both_renew),
        cmocka_unit_test_setup(test_space_without_marks_costs_few_instructions, both_renew),
    };

    return both_run("marks of spaces", tests);
}

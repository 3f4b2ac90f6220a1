/* Spaces are found by their words: with the index and without it, all whose text has them. */
#include "space_fixture.h"

#include "bk_search.h"
#include "space_v1_words.h"

/* So that some words are those of few spaces, and others are not. */
#define MANY (SPACE_FEW + 100)
#define ODD_WORDS 13

/* Words that are the beginnings of others, that have marks, quotes, or the last characters, or the
 * same ones the other way round. */
static const char *const odd_words[ODD_WORDS] = {
    "room",        "roomy", "roo",          "step-free",    "step",       "o'clock \"x\" a\\b",
    "100%_",       "x",     "\u4f1a\u8b70", "\u8b70\u4f1a", "\U0010ffff", "a\U0010ffff",
    "\ud7ff\ue000"};

static unsigned int any(unsigned int *seed, unsigned int most)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % most;
}

/* A text of a few odd words, most of them the first ones. */
static const char *odd_text(unsigned int *seed, apr_pool_t *p)
{
    const char *text = "hall";
    unsigned int i, count = any(seed, 4);

    for (i = 0; i < count; i++) {
        text = apr_pstrcat(p, text, " ", odd_words[any(seed, 1 + any(seed, ODD_WORDS))], NULL);
    }
    return text;
}

static void add_many(bk_db_t *db, space_v1_t *spaces, unsigned int *seed, apr_pool_t *p)
{
    unsigned int i;

    for (i = 0; i < MANY; i++) {
        spaces[i] = space_of(apr_psprintf(p, "space-%03u", i), "Same");
        spaces[i].description = odd_text(seed, p);
        spaces[i].features = any(seed, 9) ? "[\"tv\"]" : "[\"step-free\",\"tv\"]";
        must_add(db, spaces[i], p);
        assert_int_equal(space_v1_derive(&spaces[i], p), APR_SUCCESS);
    }
    for (i = 0; i < MANY; i += 3) {
        const char *text = odd_text(seed, p);
        apr_status_t rv = space_v1_store_dbd.change(db, spaces[i].id, NULL, describe, (void *)text,
                                                    &spaces[i], p);

        assert_that(rv == APR_SUCCESS, "%s: %s", spaces[i].id, bk_db_error(db));
    }
}

/* A word as somebody types it, which may end in the middle of a character's word. */
static void some_filter(space_v1_filter_t *filter, unsigned int *seed, apr_pool_t *p)
{
    char *word = apr_pstrdup(p, any(seed, 8) ? odd_words[any(seed, ODD_WORDS)] : "zebra hall");
    apr_size_t cut = any(seed, 2) ? strlen(word) : any(seed, 6);
    int count;

    while (cut < strlen(word) && (word[cut] & 0xC0) == 0x80) {
        cut++;
    }
    word[cut < strlen(word) ? cut : strlen(word)] = '\0';
    *filter = ANY_SPACE;
    assert_int_equal(bk_search_words(filter->words, SPACE_V1_STORE_WORDS, &count,
                                     apr_pstrcat(p, word, any(seed, 3) ? "" : " hall", NULL), p),
                     APR_SUCCESS);
    filter->features[0] = any(seed, 4) ? NULL : "\"step-free\"";
}

/* What is found if each text is looked at. */
static int is_found(const space_v1_t *space, const space_v1_filter_t *filter)
{
    int i, found = !filter->features[0] || strstr(space->features, filter->features[0]);

    for (i = 0; i < SPACE_V1_STORE_WORDS && filter->words[i]; i++) {
        found = found && strstr(space->search, filter->words[i]);
    }
    return found;
}

static const char *found_of(const space_v1_t *spaces, const space_v1_filter_t *filter, int limit,
                            apr_pool_t *p)
{
    char *ids = apr_pcalloc(p, 4096);
    int i;

    for (i = 0; i < MANY && limit > 0; i++) {
        if (is_found(&spaces[i], filter)) {
            strcat(strcat(ids, *ids ? " " : ""), spaces[i].id);
            limit--;
        }
    }
    return ids;
}

static void test_words(void **state)
{
    apr_pool_t *p = *state;
    bk_db_t *db = attach(&space_store_dbd_schema, p);
    space_v1_t *spaces = apr_pcalloc(p, MANY * sizeof(*spaces));
    unsigned int seed = 7, by_index = 0, i;
    space_v1_filter_t filter;
    space_v1_words_t words;

    add_many(db, spaces, &seed, p);
    for (i = 0; i < 300; i++) {
        const char *want, *got;

        some_filter(&filter, &seed, p);
        want = found_of(spaces, &filter, 100, p);
        got = list_all(db, &filter, p);
        assert_that(strcmp(got, want) == 0, "search %u: \"%s\", not \"%s\"", i, got, want);
        assert_int_equal(space_v1_words(db, &filter, &words, p), APR_SUCCESS);
        by_index += words.are_few;
    }
    assert_that(by_index > 30 && by_index < 290, "%u of 300 searches used the index", by_index);
}

/* A word that was rare when it was counted is found all the same when it is so no more. */
static void test_words_rare(void **state)
{
    apr_pool_t *p = *state;
    bk_db_t *db = attach(&space_store_dbd_schema, p);
    space_v1_t *spaces = apr_pcalloc(p, MANY * sizeof(*spaces));
    unsigned int seed = 7;
    space_v1_filter_t kept = ANY_SPACE, counted;
    space_v1_words_t words;

    space_v1_words_keep(3600 * 1000, p); /* longer than this takes, however busy the machine is */
    kept.words[0] = " hall";
    counted = kept;
    kept.database = db;
    must_add(db, space_of("first", "Hall"), p);
    assert_string_equal(list_all(db, &kept, p), "first");
    add_many(db, spaces, &seed, p);
    assert_int_equal(space_v1_words(db, &kept, &words, p), APR_SUCCESS);
    assert_int_equal(words.are_few, 1);
    assert_int_equal(space_v1_words(db, &counted, &words, p), APR_SUCCESS);
    assert_int_equal(words.are_few, 0);
    assert_string_equal(list_all(db, &kept, p), list_all(db, &counted, p));
}

/* SQLite's index is a table. Whoever writes spaces: the words of a text are those of the index, and
 * no more. */
static void test_words_kept(void **state)
{
    enum { LOOK, RENAME, REMOVE };
    static const bk_db_sql_t statements[] = {
        [LOOK] = {"SELECT {join}(word || '@' || space, ' ') FROM (SELECT word, space FROM"
                  " space_words ORDER BY word, space) AS sorted"},
        [RENAME] = {"UPDATE spaces SET id = 'b', search = $1 WHERE id = 'a'"},
        [REMOVE] = {"DELETE FROM spaces"}};
    static bk_db_schema_t schema; /* a connection keeps its address */
    apr_pool_t *p = *state;
    bk_db_value_t row;
    bk_db_t *db;

    if (!both_path) {
        skip();
    }
    db = attach(&space_store_dbd_schema, p);
    must_add(db, space_of("a", "Hall hall"), p);
    schema = space_store_dbd_schema;
    schema.statements = statements;
    schema.count = 3;
    db = attach(&schema, p);
    assert_int_equal(bk_db_read(db, LOOK, NULL, 0, &row, 1, p), APR_SUCCESS);
    assert_string_equal(row.text, "hall@a library@a");
    assert_int_equal(bk_db_write(db, RENAME, ARGS(bk_db_text(" hall \"q")), NULL), APR_SUCCESS);
    assert_int_equal(bk_db_read(db, LOOK, NULL, 0, &row, 1, p), APR_SUCCESS);
    assert_string_equal(row.text, "\"q@b hall@b");
    assert_int_equal(bk_db_write(db, REMOVE, NULL, 0, NULL), APR_SUCCESS);
    assert_int_equal(bk_db_read(db, LOOK, NULL, 0, &row, 1, p), APR_SUCCESS);
    assert_null(row.text);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_words, both_renew),
        cmocka_unit_test_setup(test_words_rare, both_renew),
        cmocka_unit_test_setup(test_words_kept, both_renew),
    };

    return both_run("words of spaces", tests);
}

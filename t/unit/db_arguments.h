/* db_arguments: what every kind of database does with a statement's arguments and its rows. */
#ifndef DB_ARGUMENTS_H
#define DB_ARGUMENTS_H

#include "unit.h"

#include <apr_strings.h>

#include "bk_db.h"

/* Many arguments, and the length of a row's text. */
enum { DB_ARGUMENTS_MANY = 300, DB_ARGUMENTS_BYTES = 1000 };

/* The statements: all of the arguments, which are their own numbers, added up; so many rows of a
 * number and a text, one after another; a text. */
enum { DB_ARGUMENTS_SUM, DB_ARGUMENTS_SERIES, DB_ARGUMENTS_ECHO, DB_ARGUMENTS_STATEMENTS };

#define DB_ARGUMENTS_SERIES_SQL                                                           \
    "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < " \
    "CAST($1 AS bigint)) SELECT CAST(n AS bigint), "

/** A statement that gives @a rows rows of a number and a text. */
static inline const bk_db_schema_t *db_arguments_schema(apr_pool_t *p)
{
    static const bk_db_sql_t no_steps[] = {{NULL}};
    static bk_db_sql_t statements[DB_ARGUMENTS_STATEMENTS] = {
        [DB_ARGUMENTS_SERIES] = {.sqlite3 =
                                     DB_ARGUMENTS_SERIES_SQL "hex(zeroblob(500)) FROM series",
                                 .pgsql = DB_ARGUMENTS_SERIES_SQL "repeat('0', 1000) FROM series"},
        [DB_ARGUMENTS_ECHO] = {"SELECT CAST($1 AS text)"},
    };
    static const bk_db_schema_t schema = {"arguments", DB_ARGUMENTS_STATEMENTS, statements,
                                          no_steps};
    const char *sum = "CAST($1 AS bigint)";
    int i;

    for (i = 2; i <= DB_ARGUMENTS_MANY; i++) {
        sum = apr_psprintf(p, "%s + CAST($%d AS bigint)", sum, i);
    }
    statements[DB_ARGUMENTS_SUM].both = apr_pstrcat(p, "SELECT ", sum, NULL);
    return &schema;
}

/** However many arguments a statement has, they are bound.
 *  @param db  attached with the schema above */
static inline void db_arguments_check_many(bk_db_t *db, apr_pool_t *p)
{
    bk_db_value_t args[DB_ARGUMENTS_MANY], sum;
    int i;

    for (i = 0; i < DB_ARGUMENTS_MANY; i++) {
        args[i] = bk_db_int(i + 1);
    }
    assert_int_equal(bk_db_read(db, DB_ARGUMENTS_SUM, args, DB_ARGUMENTS_MANY, &sum, 1, p),
                     APR_SUCCESS);
    assert_int_equal(sum.number, DB_ARGUMENTS_MANY * (DB_ARGUMENTS_MANY + 1) / 2);
}

static inline apr_status_t db_arguments_no_row(void *baton, const bk_db_value_t *row)
{
    fail_msg("there is a row");
    return APR_SUCCESS;
}

/** A text that is no UTF-8 is an error, not a row that is not there; but a key that is none is no
 *  row's. A transaction goes on. */
static inline void db_arguments_check_texts(bk_db_t *db, apr_pool_t *p)
{
    static const char *const wrong[] = {"\xff", "a\x80", "\xed\xa0\x80", "\xc0\xaf", "a\xe2\x82"};
    bk_db_value_t row;
    size_t i;

    assert_int_equal(bk_db_begin(db), APR_SUCCESS);
    for (i = 0; i < UNIT_ROWS(wrong); i++) {
        const bk_db_value_t args[] = {bk_db_text(wrong[i])};

        assert_int_equal(bk_db_read(db, DB_ARGUMENTS_ECHO, args, 1, &row, 1, p), APR_EINVAL);
        assert_non_null(strstr(bk_db_error(db), "UTF-8"));
        assert_int_equal(
            bk_db_each(db, DB_ARGUMENTS_ECHO, args, 1, 1, db_arguments_no_row, NULL, p),
            APR_EINVAL);
        assert_int_equal(bk_db_write(db, DB_ARGUMENTS_ECHO, args, 1, NULL), APR_EINVAL);
        assert_int_equal(bk_db_find(db, DB_ARGUMENTS_ECHO, args, 1, &row, 1, p), APR_NOTFOUND);
    }
    assert_int_equal(bk_db_find(db, DB_ARGUMENTS_ECHO,
                                (const bk_db_value_t[]){bk_db_text("\xe2\x82\xac")}, 1, &row, 1, p),
                     APR_SUCCESS);
    assert_string_equal(row.text, "\xe2\x82\xac");
    assert_int_equal(bk_db_end(db, APR_SUCCESS), APR_SUCCESS);
}

/* ---- rows ---------------------------------------------------------------------------------------
 */

typedef struct db_arguments_walk_t {
    apr_int64_t seen, wrong, stop_at;
} db_arguments_walk_t;

static inline apr_status_t db_arguments_walk(void *baton, const bk_db_value_t *row)
{
    db_arguments_walk_t *walk = baton;

    walk->wrong += row[0].number != ++walk->seen || row[1].len != DB_ARGUMENTS_BYTES;
    return walk->seen == walk->stop_at ? APR_EINTR : APR_SUCCESS;
}

static inline apr_status_t db_arguments_each(bk_db_t *db, apr_int64_t rows,
                                             db_arguments_walk_t *walk, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(rows)};

    return bk_db_each(db, DB_ARGUMENTS_SERIES, args, 1, 2, db_arguments_walk, walk, p);
}

/** Ended early, with little and with much left to come, and then used as before. */
static inline void db_arguments_check_ended(bk_db_t *db, apr_pool_t *p)
{
    static const apr_int64_t sizes[] = {0, 1, 10, 1000};
    size_t i;

    for (i = 0; i < UNIT_ROWS(sizes); i++) {
        db_arguments_walk_t walk = {.stop_at = 4}, whole = {.seen = 0};

        assert_int_equal(db_arguments_each(db, sizes[i], &walk, p),
                         sizes[i] < 4 ? APR_SUCCESS : APR_EINTR);
        assert_int_equal(db_arguments_each(db, 5, &whole, p), APR_SUCCESS);
        assert_true(whole.seen == 5 && whole.wrong == 0);
        assert_int_equal(bk_db_was_away(db), 0);
    }
}

#endif

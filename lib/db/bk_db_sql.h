/* bk_db_sql: SQL texts, completed from the descriptions of a store's tables.
 *
 * What a text has in braces is replaced when a statement is compiled, once for a connection:
 *
 *     {things}            the columns of a table:           id, name, note
 *     {things values}     a parameter for each:             $1, $2, $3
 *     {things typed}      the same, where the database cannot tell their types by itself
 *     {things excluded}   all but the key, in ON CONFLICT ... DO UPDATE SET:
 *                                                           name = excluded.name, ...
 *     {things.name}       the parameter of one column:      $2
 *     {key} {int} {flag} {bytes} {without rowid}            what the database calls such a column
 *
 * Whatever else is in braces stays as it is.
 */
#ifndef BK_DB_SQL_H
#define BK_DB_SQL_H

#include "bk_db.h"

/** A word and what a kind of database puts in its place. */
typedef struct bk_db_sql_word_t {
    const char *word;
    const char *text;
} bk_db_sql_word_t;

/**
 * Complete a text.
 * @param tables  ending in one without a name; or NULL
 * @param words   the database's, ending in one that is NULL
 * @return the text as it was, or another, in @a p
 */
const char *bk_db_sql(const char *text, const bk_db_table_t *tables, const bk_db_sql_word_t *words,
                      apr_pool_t *p);

#endif

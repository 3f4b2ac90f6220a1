/* bk_db_sql: expands words in braces in SQL texts.
 *
 * Words in braces are replaced when a statement is compiled, once per connection:
 *
 *     {things}            the columns of a table:           id, name, note
 *     {things values}     a parameter for each:             $1, $2, $3
 *     {things typed}      the same with casts, if the database cannot infer the types
 *     {things excluded}   all but the key, in ON CONFLICT ... DO UPDATE SET:
 *                                                           name = excluded.name, ...
 *     {things set}        all but the key, in UPDATE ... SET:
 *                                                           name = $2, note = $3
 *     {things.name}       the parameter of one column:      $2
 *     {key} {int} {flag} {bytes} {without rowid}            the database's name for such a type
 *     {bytewise}          COLLATE ..., behind a column or an expression: texts in order of their
 *                         bytes, as strcmp() has them, which is not every database's own order
 *     {join}              the database's name for the function that joins texts of rows:
 *                         {join}(name, ',')
 *     {array}             the same for the function that makes rows of a JSON array, in a column
 *                         called value: SELECT value FROM {array}($1)
 *
 * Other text in braces stays unchanged.
 */
#ifndef BK_DB_SQL_H
#define BK_DB_SQL_H

#include "bk_db.h"

/** A word and its replacement for a kind of database. */
typedef struct bk_db_sql_word_t {
    const char *word;
    const char *text;
} bk_db_sql_word_t;

/**
 * Expand a text.
 * @param tables  end with one without a name; or NULL
 * @param words   of the database, ending in NULL
 * @return the text itself, or a new one in @a p
 */
const char *bk_db_sql(const char *text, const bk_db_table_t *tables, const bk_db_sql_word_t *words,
                      apr_pool_t *p);

#endif

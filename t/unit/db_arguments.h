/* db_arguments: what every kind of database does with a statement's arguments. */
#ifndef DB_ARGUMENTS_H
#define DB_ARGUMENTS_H

#include "unit.h"

#include "bk_db.h"

/** A statement of 17 integers, in the SQL of all databases: the first and the last of them, if all
 *  are those from 1 to 17. */
#define DB_ARGUMENTS_SEVENTEEN                                                                   \
    "SELECT CAST($1 AS bigint), CAST($17 AS bigint) WHERE (CAST($1 AS bigint), CAST($2 AS "      \
    "bigint), CAST($3 AS bigint), CAST($4 AS bigint), CAST($5 AS bigint), CAST($6 AS bigint), "  \
    "CAST($7 AS bigint), CAST($8 AS bigint), CAST($9 AS bigint), CAST($10 AS bigint), CAST($11 " \
    "AS bigint), CAST($12 AS bigint), CAST($13 AS bigint), CAST($14 AS bigint), CAST($15 AS "    \
    "bigint), CAST($16 AS bigint), CAST($17 AS bigint)) = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, "  \
    "12, 13, 14, 15, 16, 17)"

/** As many arguments as there may be are bound, and one more is an error, not a row that is not
 *  there.
 *  @param statement  the one above
 *  @param p          for the row */
static inline void db_arguments_check(bk_db_t *db, int statement, apr_pool_t *p)
{
    bk_db_value_t args[BK_DB_ARGS + 1], row[2];
    int i;

    for (i = 0; i <= BK_DB_ARGS; i++) {
        args[i] = bk_db_int(i + 1);
    }
    assert_int_equal(bk_db_read(db, statement, args, 17, row, 2, p), APR_SUCCESS);
    assert_int_equal(row[0].number, 1);
    assert_int_equal(row[1].number, 17);
    assert_int_equal(bk_db_read(db, statement, args, BK_DB_ARGS + 1, row, 2, p), APR_EGENERAL);
    assert_non_null(strstr(bk_db_error(db), "arguments"));
}

#endif

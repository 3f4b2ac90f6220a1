/* bk_db_sqlite3_functions: functions that SQLite lacks, or has too slow.
 *
 * strpos(text, part) is the position of a part in a text, in characters from 1; 0: it is not there.
 * It is PostgreSQL's, so that statements are the same for both. SQLite's own instr() compares byte
 * by byte: to find nothing in 5000 texts of 180 bytes took it four times as long.
 *
 * has_all(text, parts) tells whether all parts are in a text: 1 or 0. The parts are one text, with
 * a line feed between two; an empty one is in every text. A call of strpos() for each, and a
 * parameter for each, would take longer than the rest of a search.
 *
 * Both are NULL if an argument is.
 *
 * refuse() ends the statement that calls it, which then has changed nothing, as if it had found no
 * row: "VALUES (CASE WHEN condition THEN ... ELSE refuse() END, ...)" inserts under a condition.
 * "SELECT ... WHERE condition" does, too, but its row goes through a temporary table if the
 * condition reads the table of the INSERT, or if that has a trigger.
 *
 * No index, view or trigger may use them, for other programs that open the file do not have them.
 */
#ifndef BK_DB_SQLITE3_FUNCTIONS_H
#define BK_DB_SQLITE3_FUNCTIONS_H

#include <sqlite3.h>

/** Add the functions to a connection. @return a result code of SQLite */
int bk_db_sqlite3_functions_add(sqlite3 *connection);

#endif

/* bk_db_sqlite3_functions: functions of PostgreSQL that SQLite lacks, or has too slow, so that
 * statements are the same for both.
 *
 * strpos(text, part) is the position of a part in a text, in characters from 1; 0: it is not there.
 * SQLite's own instr() compares byte by byte: to find nothing in 5000 texts of 180 bytes took it
 * four times as long as this. No index, view or trigger may use these functions, for other programs
 * that open the file do not have them.
 */
#ifndef BK_DB_SQLITE3_FUNCTIONS_H
#define BK_DB_SQLITE3_FUNCTIONS_H

#include <sqlite3.h>

/** Add the functions to a connection. @return a result code of SQLite */
int bk_db_sqlite3_functions_add(sqlite3 *connection);

#endif

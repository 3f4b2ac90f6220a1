/* pg_fixture: a PostgreSQL server for the tests of bk_db, in a folder that ends with the program,
 * reached by a unix socket in it. It runs as another user where the tests are root's, as it must.
 */
#ifndef PG_FIXTURE_H
#define PG_FIXTURE_H

#include "unit.h"

#include "bk_db.h"

/* Setup and teardown of a group: make and start a server; end it. */
int pg_open(void **state);
int pg_close(void **state);

/* Stop it ("fast" or "immediate") and start it again. */
void pg_restart(const char *mode);
void pg_stop(const char *mode);
void pg_start(void);

/* Stop it and start it on an address and a port too; a restart takes that back. */
void pg_listen(const char *address, int port);

/* All its processes hold still, and go on. */
void pg_pause(void);
void pg_resume(void);

/* The folder of its socket, on port 5432. */
const char *pg_folder(void);

/* What DBDParams would say. */
const char *pg_params(void);

/* A statement by a connection of somebody else's: the first column of its first row, or "". */
const char *pg_query(const char *sql);

#endif

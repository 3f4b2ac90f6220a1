/* bk_db_note: what a database said of its failures, for bk_db's own files. */
#ifndef BK_DB_NOTE_H
#define BK_DB_NOTE_H

#include "bk_db.h"

/**
 * Note how a call of the driver ended, before the next one: that overwrites the message. Kept are
 * the message of a failure, for bk_db_error(), and that the database was out of reach, for
 * bk_db_was_away().
 * @param rv  what the driver returned; APR_NOTFOUND is no failure
 * @return rv
 */
apr_status_t bk_db_note(bk_db_t *db, apr_status_t rv);

#endif

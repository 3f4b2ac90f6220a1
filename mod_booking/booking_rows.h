/* booking_rows: the steps that every change of rows of the table bookings consists of, for the
 * files of the store in a database.
 *
 * Whoever writes more than one row, or changes the time or space of one, does it in a transaction:
 * first booking_rows_check_limits(), then booking_rows_lock_spaces(), then the rows. Connections
 * and threads are as in bk_db.h.
 */
#ifndef BOOKING_ROWS_H
#define BOOKING_ROWS_H

#include "booking_v1_store.h"

/**
 * Lock the time of spaces until the transaction ends. Whoever writes more than one row, or changes
 * the time or space of one, does so before it writes: in the order of the ids, so that no two wait
 * for each other. A single new row needs no lock.
 * @param ids  sorted here; the same one may be there several times
 */
apr_status_t booking_rows_lock_spaces(bk_db_t *db, const char **ids, int count, apr_pool_t *p);

/**
 * Add a row within a transaction or without one, if it may occupy its space. Quotas are the
 * caller's to count.
 * @return BOOKING_V1_STORE_TAKEN; APR_EEXIST
 */
apr_status_t booking_rows_add(bk_db_t *db, const booking_v1_t *row, apr_pool_t *p);

/**
 * Lock a person's quotas, check that one more booking is allowed, and add it, all by one statement:
 * the usual case, for which no transaction is needed.
 * @param row  occupies its space
 * @return APR_NOTFOUND: nothing was added; step by step it can be found out why, or be done
 */
apr_status_t booking_rows_add_limited(bk_db_t *db, const booking_v1_t *row,
                                      const booking_limits_t *limits, apr_pool_t *p);

/** Change a row within a transaction that has locked what it must.
 * @return BOOKING_V1_STORE_CHANGED, BOOKING_V1_STORE_TAKEN */
apr_status_t booking_rows_write(bk_db_t *db, const booking_v1_t *row, apr_pool_t *p);

/** Lock a person's quotas until the transaction ends. Call it before spaces are locked. */
apr_status_t booking_rows_lock_holder(bk_db_t *db, apr_int64_t user_id, apr_pool_t *p);

/**
 * Lock a person's quotas until the transaction ends, and check that one more booking is allowed.
 * Call it before spaces are locked.
 * @param row     the booking; if it is there already, it does not count
 * @param limits  NULL: there are none
 * @return BOOKING_V1_STORE_QUOTA, with limits->full set
 */
apr_status_t booking_rows_check_limits(bk_db_t *db, const booking_v1_t *row,
                                       booking_limits_t *limits, apr_pool_t *p);

/** The same, of a person whose quotas are locked already. */
apr_status_t booking_rows_count_limits(bk_db_t *db, const booking_v1_t *row,
                                       booking_limits_t *limits, apr_pool_t *p);

/** Result of booking_rows_check_order(). */
#define BOOKING_ROWS_EARLY (APR_OS_START_USERERR + 26)

/**
 * Check that this transaction changed nothing that was made or changed under a later number of
 * PostgreSQL's than its own: the log is read in the order of these numbers, so it would tell of the
 * change before what was changed. A transaction has its number from the first row that it writes,
 * and a single new row needs no lock: so such a row may appear in between. SQLite has one writer.
 * @return BOOKING_ROWS_EARLY
 */
apr_status_t booking_rows_check_order(bk_db_t *db, apr_pool_t *p);

/**
 * Do what changes several rows in a transaction, and once more, in a new one, while
 * booking_rows_check_order() says so.
 * @param work  called once or more; what it said before counts no longer
 * @return what @a work returns; APR_TIMEUP: others write all the time, or an outer transaction,
 *         whose number stays as it is, was too early
 */
apr_status_t booking_rows_transact(bk_db_t *db,
                                   apr_status_t (*work)(bk_db_t *db, void *baton, apr_pool_t *p),
                                   void *baton, apr_pool_t *p);

/** Copy the texts of a row that is only valid for a moment into a pool. */
void booking_rows_keep(booking_v1_t *row, apr_pool_t *p);

/**
 * End what has expired between two instants in a space. What is ended is reported to who counts.
 * @param ended  set to whether there was any
 */
apr_status_t booking_rows_sweep(bk_db_t *db, const char *space_id, apr_int64_t from_ns,
                                apr_int64_t to_ns, int *ended, apr_pool_t *p);

/**
 * Have counted how many rows were ended. They are counted when they are ended: those of a
 * transaction that is rolled back, and begun anew, twice. Called before threads use this file.
 * @param count  any thread calls it; NULL: nobody counts
 */
void booking_rows_count_swept(void (*count)(apr_uint64_t rows));

#endif

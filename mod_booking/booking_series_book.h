/* booking_series_book: books the dates of a series, for the store of series in a database.
 *
 * Quotas are counted once for all dates, under the lock of who they are of; what each date adds is
 * added up here: so they hold for a series as for as many bookings, one after the other. In
 * PostgreSQL all dates are written by one statement, for each costs a round trip; if a quota is in
 * the way, or what has expired, that is undone, and they are tried one by one. Threads are as in
 * bk_db.h.
 */
#ifndef BOOKING_SERIES_BOOK_H
#define BOOKING_SERIES_BOOK_H

#include "booking_series_store.h"

/**
 * Write as many of the dates as there is room for, within a transaction that has locked the owner's
 * quotas and the space. All dates are tried, for all that is in the way is to be named.
 * @param plan  the results of its items are set
 * @return APR_EEXIST: one of the ids is taken
 */
apr_status_t booking_series_book(bk_db_t *db, booking_series_plan_t *plan, apr_pool_t *p);

#endif

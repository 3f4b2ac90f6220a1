/* booking_export_store: reads all bookings that are looked for, of one moment: the group
 * BOOKING_STORE_EXPORT, which only the store in a database has.
 *
 * Verbs are called as those of booking_store.h.
 */
#ifndef BOOKING_EXPORT_STORE_H
#define BOOKING_EXPORT_STORE_H

#include "booking_v1_store.h"

#define BOOKING_STORE_EXPORT 6

typedef struct booking_export_store_verbs_t {
    /**
     * Call a function for each booking that is looked for, in order, all of one snapshot of the
     * database. Only a page of them is in memory at a time.
     * @param filter  its limit is not used
     * @param row     a row is only valid during the call; if it returns other than APR_SUCCESS,
     *                that is returned
     */
    apr_status_t (*all)(void *handle, const booking_v1_filter_t *filter,
                        apr_status_t (*row)(void *baton, const booking_v1_t *row), void *baton,
                        apr_pool_t *p);
} booking_export_store_verbs_t;

/** The store in a database: handles are those of booking_store_dbd. */
extern const booking_export_store_verbs_t booking_export_store_dbd;

#endif

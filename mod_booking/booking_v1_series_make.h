/* booking_v1_series_make: POST /v1/series: a series is made: its dates are found by the rule, each
 * is judged by the rules of the space, and all of them, or as many as can be, are booked at once.
 */
#ifndef BOOKING_V1_SERIES_MAKE_H
#define BOOKING_V1_SERIES_MAKE_H

#include "booking_private.h"
#include "booking_series_store.h"

/** The verbs of the store that bk_store_acquire() got. */
static inline const booking_series_store_verbs_t *booking_v1_series_make_verbs(
    const bk_request_t *request)
{
    return request->store->verbs[BOOKING_STORE_SERIES];
}

/** The handler. */
int booking_v1_series_make(bk_request_t *request);

#endif

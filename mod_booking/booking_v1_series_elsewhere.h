/* booking_v1_series_elsewhere: which other spaces could take the dates of a series whose own space
 * is taken then. */
#ifndef BOOKING_V1_SERIES_ELSEWHERE_H
#define BOOKING_V1_SERIES_ELSEWHERE_H

#include "booking_v1_series_json.h"
#include "booking_v1_wish.h"

/** What is looked for. */
typedef struct booking_v1_series_elsewhere_t {
    const booking_space_t *space;    /* that was wanted */
    booking_v1_series_date_t *dates; /* elsewhere is set, of those that were taken */
    int count;
    const char *terms; /* that were accepted; NULL: none */
    const booking_v1_wish_series_t *series;
} booking_v1_series_elsewhere_t;

/**
 * Find spaces of the same building, with as much room and the same features, that the caller could
 * book on dates that were taken; as far as it is known: no promise. The store is given back for it,
 * and read by one statement. Where the store or the space service gives no answer, none is found.
 */
void booking_v1_series_elsewhere(bk_request_t *request, booking_v1_series_elsewhere_t *wanted);

#endif

/* booking_v1_place: where a page of bookings ends, for its cursor: start and id of the last one.
 *
 * A client can read what a cursor holds, and the last booking may be one whose id it must not know:
 * so the id is enciphered, with the server's key. */
#ifndef BOOKING_V1_PLACE_H
#define BOOKING_V1_PLACE_H

#include "booking_private.h"

#define BOOKING_V1_PLACE_VALUES 2

/** Write the place of a booking as the values of a cursor. */
void booking_v1_place_write(const bk_request_t *request, const booking_v1_t *row,
                            const char *at[BOOKING_V1_PLACE_VALUES]);

/** Read it. @return 1; 0: it is none */
int booking_v1_place_read(const bk_request_t *request, const char *const *at, apr_int64_t *start_ns,
                          apr_int64_t *id);

#endif

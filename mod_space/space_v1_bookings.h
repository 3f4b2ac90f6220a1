/* space_v1_bookings: what becomes of the bookings of a space that is archived. They are the booking
 * service's, which is asked on behalf of the caller, by its routes /v1/closures/archived.
 *
 * Both functions may be called again for the same space: then they change nothing more. The store
 * is released before the call.
 */
#ifndef SPACE_V1_BOOKINGS_H
#define SPACE_V1_BOOKINGS_H

#include "bk_request.h"

/**
 * Let nothing be booked in a space from now on, whoever was allowed to a moment before.
 * @param id        of the space
 * @param reason    NULL: none
 * @param cancels   0: if bookings lie ahead, the request is answered 409 has-bookings, with them,
 * and nothing was done; 1: they are cancelled, in the same transaction
 * @return BK_CONTINUE; else the request's result: also where the booking service did not answer
 */
int space_v1_bookings_close(bk_request_t *request, const char *id, const char *reason, int cancels);

/** Undo that. @return as above */
int space_v1_bookings_open(bk_request_t *request, const char *id);

/** Undo it after the request has been answered otherwise: whether that worked is logged. */
void space_v1_bookings_take_back(bk_request_t *request, const char *id);

#endif

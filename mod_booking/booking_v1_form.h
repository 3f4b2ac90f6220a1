/* booking_v1_form: a whole booking as a client sends it, for a new one and for one that comes from
 * elsewhere: its space is asked for, its times are read on the space's clock, and who books for
 * whom is checked. */
#ifndef BOOKING_V1_FORM_H
#define BOOKING_V1_FORM_H

#include "booking_private.h"
#include "booking_spaces.h"

/**
 * Read a booking.
 * @param row    of booking_v1_input_begin(), or one that is to be replaced: what the form has is
 *               set
 * @param space  set to the booking's space
 * @return BK_CONTINUE; else the request's result
 */
int booking_v1_form_read(bk_request_t *request, booking_v1_t *row, const booking_space_t **space);

/**
 * Begin with a request that makes bookings: check that the caller's token is for the space, and
 * answer what was carried out before under the same Idempotency-Key.
 * @return as above
 */
int booking_v1_form_begin(bk_request_t *request, const char *space_id);

/** Check that the caller may book for somebody else: who manages the space, and whom its policy
 * names in onBehalf. @return BK_CONTINUE; else the request's result */
int booking_v1_form_check_owner(bk_request_t *request, const booking_space_t *space,
                                apr_int64_t owner);

/** Check that a group is one of the caller's, unless they may book for others.
 * @param group  NULL: none is meant
 * @return as above */
int booking_v1_form_check_group(bk_request_t *request, const booking_space_t *space,
                                const char *group);

/** Check that the caller's token is for a space. @return as above */
int booking_v1_form_check_token(bk_request_t *request, const char *space_id);

#endif

/* booking_v1_wish: a booking that somebody wants to make or change: judged by the rules of its
 * space, and prepared to be written.
 *
 * What changes is judged, and what stays is not: a booking whose title changes is not held to rules
 * that came after it was made.
 */
#ifndef BOOKING_V1_WISH_H
#define BOOKING_V1_WISH_H

#include "booking_v1_judge.h"
#include "booking_private.h"

/**
 * Judge a booking, and set what follows of it in the row: its state, until when it waits to be
 * approved of, what is kept free around it, policy, building, and the rules that were overridden.
 * @param space   of the booking as it shall be
 * @param before  as it is; NULL: it is new
 * @param row     as it shall be
 * @param terms   the version of the terms that were accepted; NULL: none
 * @param ruling  set, with the quotas of the owner that it counts in
 * @return BK_CONTINUE; else the request's result: rules-broken
 */
int booking_v1_wish_judge(bk_request_t *request, const booking_space_t *space,
                          const booking_v1_t *before, booking_v1_t *row, const char *terms,
                          booking_v1_ruling_t *ruling);

/** Of which series a booking is to be one. */
typedef struct booking_v1_wish_series_t {
    int occurrences;
    int weeks; /* from the first to the last */
} booking_v1_wish_series_t;

/**
 * The same for a new booking that is one of a series; nothing is answered.
 * @return whether it may be booked, or asked for: 1 or 0. The ruling says why not
 */
int booking_v1_wish_judge_one(bk_request_t *request, const booking_space_t *space,
                              booking_v1_t *row, const char *terms,
                              const booking_v1_wish_series_t *series, booking_v1_ruling_t *ruling);

/** Whether a booking keeps its space and lies within its own earlier times: 1 or 0. */
int booking_v1_wish_only_shrinks(const booking_v1_t *before, const booking_v1_t *row);

/** Whether space or times change: 1 or 0. */
int booking_v1_wish_moves(const booking_v1_t *before, const booking_v1_t *row);

/** Whether something changes that the rules are about: 1 or 0. */
int booking_v1_wish_is_judged(const booking_v1_t *before, const booking_v1_t *row);

/** Log which rules did not hold for who booked, if any did not. */
void booking_v1_wish_audit(const bk_request_t *request, const booking_v1_t *row);

#endif

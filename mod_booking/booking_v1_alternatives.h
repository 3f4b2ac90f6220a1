/* booking_v1_alternatives: what could be booked instead, for who found a time taken: the same space
 * earlier or later, a space like it at the same time, or the same space for a shorter time. */
#ifndef BOOKING_V1_ALTERNATIVES_H
#define BOOKING_V1_ALTERNATIVES_H

#include "bk_problem_members.h"
#include "booking_private.h"
#include "booking_spaces.h"

/**
 * Find alternatives that the caller could book, as far as it is known: no promise. To be called
 * when nothing more is written: the store is given back, and read anew, by one statement.
 * @param space         that was wanted
 * @param row           what was wanted: id, start_ns, end_ns and occupants count. The booking of
 *                      this id, if there is one, is in nobody's way
 * @param alternatives  BK_PROBLEM_ALTERNATIVES of them
 * @return how many there are; 0 also where the store or the space service gave no answer
 */
apr_size_t booking_v1_alternatives(bk_request_t *request, const booking_space_t *space,
                                   const booking_v1_t *row, bk_problem_alternative_t *alternatives);

#endif

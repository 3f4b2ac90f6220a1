/* booking_v1_view: how much of a booking somebody sees, and what they may do with it.
 *
 * All of it is seen by its owner, who made it, its participants, the members of the group that it
 * is for, who manages the space, administrators and auditors; by others as much as the policy of
 * the space says, and of a private booking only that there is one. Nothing here keeps state.
 */
#ifndef BOOKING_V1_VIEW_H
#define BOOKING_V1_VIEW_H

#include "booking_private.h"
#include "booking_spaces.h"

/** How long a cancellation can be taken back, in nanoseconds. */
#define BOOKING_V1_VIEW_UNDO (600 * BK_TIME_SECOND)

typedef struct booking_v1_view_t {
    int is_seen;        /* that there is a booking */
    bk_detail_t detail; /* BK_DETAIL_BUSY: nothing besides: it is masked */
    int manages;        /* the space */
    int approves;       /* of requests for the space */
    int may_change, may_cancel, may_undo, may_decide;
} booking_v1_view_t;

/**
 * What a request's caller sees of a booking.
 * @param space  the booking's; NULL: the caller may not see it
 * @param row    after booking_v1_view_settle()
 */
booking_v1_view_t booking_v1_view(const bk_request_t *request, const booking_space_t *space,
                                  const booking_v1_t *row);

/** How much of it they see, alone: a part of booking_v1_view(). */
bk_detail_t booking_v1_view_detail(const bk_request_t *request, const booking_space_t *space,
                                   const booking_v1_t *row);

/** Set a row whose time ran out to the state that the next who wants its time will set it to. */
void booking_v1_view_settle(booking_v1_t *row, apr_int64_t now_ns);

/** Whether the caller manages a space, or all of them, as far as their token lets them: 1 or 0.
 * @param space  NULL: only who manages all does */
int booking_v1_view_manages(const bk_request_t *request, const booking_space_t *space);

/** Whether a booking is the caller's own: for them, or made by them. 1 or 0 */
int booking_v1_view_is_own(const bk_request_t *request, const booking_v1_t *row);

/** Whether the caller's token is for a space: one for certain spaces is for no other. 1 or 0 */
int booking_v1_view_has_token_for(const bk_request_t *request, const char *space_id);

#endif

/* booking_v1_edit: the steps that every change of one booking consists of: it is found, with its
 * space and what the caller may do with it; and it is written, to the version that was found. */
#ifndef BOOKING_V1_EDIT_H
#define BOOKING_V1_EDIT_H

#include "booking_private.h"
#include "booking_spaces.h"
#include "booking_v1_judge.h"
#include "booking_v1_view.h"

typedef struct booking_v1_edit_t {
    const booking_space_t *space; /* of the booking as it is; NULL: the caller may not see it */
    const booking_space_t *place; /* of the booking as it shall be */
    booking_v1_view_t view;
    booking_v1_t before; /* as it is in the store */
    booking_v1_t row;    /* the same as the caller sees it; then as it shall be */
    booking_v1_ruling_t ruling;
    booking_via_t via; /* by which door it is changed */
    int is_written;
} booking_v1_edit_t;

/**
 * Find the booking of the path.
 * @param edit  set, but for place and ruling
 * @return BK_CONTINUE, with the store; else the request's result: 404
 */
int booking_v1_edit_look(bk_request_t *request, booking_v1_edit_t *edit);

/**
 * Find the booking of the path, and check the conditions of the request.
 * @param edit  set, but for place and ruling
 * @return BK_CONTINUE, with the store; else the request's result: 404, 403 if the caller may change
 *         nothing of it, or 412
 */
int booking_v1_edit_find(bk_request_t *request, booking_v1_edit_t *edit);

/**
 * Write the booking as it shall be. Its version, and who changed it when, are set.
 * @return the request's result; BK_CONTINUE: somebody else's change came between
 */
int booking_v1_edit_write(bk_request_t *request, booking_v1_edit_t *edit);

/** Answer 200 with the booking as it is now. */
int booking_v1_edit_answer(bk_request_t *request, const booking_v1_edit_t *edit);

#endif

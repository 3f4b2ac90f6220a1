/* booking_v1_json: bookings as JSON, for who looks at them.
 *
 * Whoever may see only that there is a booking gets no id, with which other routes would say more,
 * but a key: a keyed hash of the id, the same for the same booking. Needs no store.
 */
#ifndef BOOKING_V1_JSON_H
#define BOOKING_V1_JSON_H

#include "bk_json_text.h"
#include "booking_v1_view.h"

/** What else an answer says. */
#define BOOKING_V1_JSON_SPACE 1   /* "space" is an object, not an id */
#define BOOKING_V1_JSON_DRY_RUN 2 /* nothing was written: there is no id, and "dryRun" is true */

/**
 * Write the members of a booking.
 * @param text   within an object that was begun
 * @param row    after booking_v1_view_settle()
 * @param space  the booking's; NULL: the caller may not see it, and times are in UTC
 * @param view   what they see
 * @param what   BOOKING_V1_JSON_SPACE and so on, or 0
 */
void booking_v1_json_write(bk_json_text_t *text, const bk_request_t *request,
                           const booking_v1_t *row, const booking_space_t *space,
                           const booking_v1_view_t *view, unsigned int what);

/** Write a whole booking as the caller sees it. @return as bk_json_text_end() */
const char *booking_v1_json(const bk_request_t *request, const booking_v1_t *row,
                            const booking_space_t *space, unsigned int what, apr_size_t *len);

/** Write an id as a text; BK_FIELD_NONE as null. */
void booking_v1_json_id(bk_json_text_t *text, const char *name, apr_int64_t id);

/** Write the key of a row, in place of the id of one that is masked. */
void booking_v1_json_key(bk_json_text_t *text, const bk_request_t *request,
                         const booking_v1_t *row);

/** The name of a state. Constant. */
extern const char *const booking_v1_json_states[];

/** What takes the time of a row, as conflicts name it: "booking", "pending", "hold", "closure". */
const char *booking_v1_json_kind(const booking_v1_t *row);

/** What stands for the id of a booking that is masked. @param p  of the result */
const char *booking_v1_json_key_of(const bk_request_t *request, const booking_v1_t *row,
                                   apr_pool_t *p);

/** The URL path of a booking. */
const char *booking_v1_json_path(const bk_request_t *request, apr_int64_t id);

#endif

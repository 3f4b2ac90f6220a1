/* booking_v1_closures_json: closures as JSON, and what is in their way. Needs no store. Any thread
 * may call. */
#ifndef BOOKING_V1_CLOSURES_JSON_H
#define BOOKING_V1_CLOSURES_JSON_H

#include "bk_json_text.h"
#include "booking_closures_store.h"
#include "booking_private.h"
#include "booking_spaces.h"

/** The ids of a closure's spaces. @param count  set  @return texts in @a p */
const char **booking_v1_closures_json_spaces(const booking_closure_t *closure, int *count,
                                             apr_pool_t *p);

/** Write ids as a closure keeps them. @return in @a p */
const char *booking_v1_closures_json_list(const booking_spaces_t *spaces, apr_pool_t *p);

/** Whether the caller may read a closure's reason, who may see some of its spaces: 1 or 0. */
int booking_v1_closures_json_shows_reason(const bk_request_t *request,
                                          const booking_closure_t *closure,
                                          const booking_spaces_t *spaces);

/** The only time zone of spaces. @return NULL: they have several, or there is none */
const bk_zone_t *booking_v1_closures_json_zone(const booking_spaces_t *spaces);

/**
 * Write the members of a closure.
 * @param text    within an object that was begun
 * @param spaces  those of its spaces that the caller may see
 */
void booking_v1_closures_json_write(bk_json_text_t *text, const bk_request_t *request,
                                    const booking_closure_t *closure,
                                    const booking_spaces_t *spaces);

/** Write a list of rows of bookings, all of which the caller may see. */
void booking_v1_closures_json_rows(bk_json_text_t *text, const char *name,
                                   const apr_array_header_t *rows, const booking_spaces_t *spaces);

/** Answer 409 has-bookings with what is in the way. */
int booking_v1_closures_json_in_the_way(bk_request_t *request, const apr_array_header_t *rows,
                                        const booking_spaces_t *spaces);

#endif

/* booking_v1_people: the names of those who are shown with a booking: its owner, who made it, and
 * participants who are users; as far as the caller sees them.
 *
 * Names of what is masked are not asked for.
 */
#ifndef BOOKING_V1_PEOPLE_H
#define BOOKING_V1_PEOPLE_H

#include <apr_tables.h>

#include "bk_json_text.h"
#include "booking_v1_view.h"

/**
 * Add those whose names the caller sees.
 * @param ids   an array of apr_int64_t, for booking_people_learn(); also ids that are nobody's
 * @param view  of the row
 * @param p     for temporary memory
 */
void booking_v1_people_add(apr_array_header_t *ids, const booking_v1_t *row,
                           const booking_v1_view_t *view, apr_pool_t *p);

/** Learn the names that the caller sees of one booking, before it is written. The store must not be
 * held. */
void booking_v1_people_learn(bk_request_t *request, const booking_v1_t *row,
                             const booking_v1_view_t *view);

/**
 * Write participants as an array of objects: those who are users have the name that was learned of
 * them, or null; others the one that they were given, if any.
 * @param name  of the member
 * @param json  the column; NULL: there are none
 */
void booking_v1_people_participants(bk_json_text_t *text, const char *name,
                                    const bk_request_t *request, const char *json);

/** Participants as such an array alone. @return NULL: there are none */
const char *booking_v1_people_participants_alone(const bk_request_t *request, const char *json,
                                                 apr_pool_t *p);

#endif

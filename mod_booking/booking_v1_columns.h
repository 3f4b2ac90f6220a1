/* booking_v1_columns: columns of bookings that hold JSON: attributes, an object of texts, and
 * participants, an array of objects. Any thread may call. */
#ifndef BOOKING_V1_COLUMNS_H
#define BOOKING_V1_COLUMNS_H

#include "bk_input.h"
#include "bk_policy.h"

/**
 * Merge attributes that were sent into those that are there (RFC 7396): those that are null go.
 * @param json   the column; NULL: there are none
 * @param field  a map of texts
 * @param count  set to how many there are then
 * @return the column; NULL: there are none
 */
const char *booking_v1_columns_merge(const char *json, const bk_input_field_t *field,
                                     apr_size_t *count, apr_pool_t *p);

/** Write participants that were sent: objects with the texts user, email and name, or some of
 * them; of a user no name, which is the user service's. @return the column; NULL: there are none */
const char *booking_v1_columns_participants(const bk_input_field_t *field, apr_pool_t *p);

/** Attributes as answers to a policy's questions. @param count  set to how many there are */
const bk_policy_answer_t *booking_v1_columns_answers(const char *json, int *count, apr_pool_t *p);

#endif

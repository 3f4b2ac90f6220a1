/* space_v1_json: spaces as JSON: the representation that clients get, and the columns that hold
 * lists and maps. Needs no store. Any thread may call. */
#ifndef SPACE_V1_JSON_H
#define SPACE_V1_JSON_H

#include "bk_input.h"
#include "bk_json_text.h"
#include "space_v1_store.h"

/** Write a list of texts for a column. */
const char *space_v1_json_list(const bk_input_value_t *values, apr_size_t count, apr_pool_t *p);

/** Write a map of texts for a column. @param values  each with its key */
const char *space_v1_json_map(const bk_input_value_t *values, apr_size_t count, apr_pool_t *p);

/**
 * Write the members of a space.
 * @param text         within an object that was begun
 * @param with_policy  whether policy is the whole policy, and not its id
 */
void space_v1_json_write(bk_json_text_t *text, const space_v1_found_t *found, int with_policy);

/** Write the members of a space for a service that judges bookings: its policy by its id, and the
 * hours that the base API gave it, which hold where there is no policy. */
void space_v1_json_write_judged(bk_json_text_t *text, const space_v1_found_t *found);

/** Write a policy as its own route shows it: a whole object.
 * @param name  of the member; NULL: an element of an array */
void space_v1_json_write_policy(bk_json_text_t *text, const char *name,
                                const space_v1_found_t *found);

/** Write a whole space. @return as bk_json_text_end() */
const char *space_v1_json(const space_v1_found_t *found, int with_policy, apr_size_t *len,
                          apr_pool_t *p);

#endif

/* space_v1_derive: what follows from a space's own members, and is stored with them: the room's
 * number, which the base API shows, and what spaces are sorted and searched by.
 *
 * Needs neither store nor httpd. Any thread may call.
 */
#ifndef SPACE_V1_DERIVE_H
#define SPACE_V1_DERIVE_H

#include "space_v1_store.h"

/**
 * Set room_code, sort_key, search and marks. Call it before a space is written.
 * @param p  of the results and of temporary memory
 * @return APR_SUCCESS; APR_EGENERAL if a text is no UTF-8
 */
apr_status_t space_v1_derive(space_v1_t *space, apr_pool_t *p);

/**
 * Make the whole space of one that the base API makes: it is named after its building and room.
 * @param now  nanoseconds since the epoch; BK_FIELD_NONE: it was made at an unknown time
 * @return as above
 */
apr_status_t space_v1_derive_base(space_v1_t *space, const space_t *base, apr_int64_t now,
                                  apr_pool_t *p);

#endif

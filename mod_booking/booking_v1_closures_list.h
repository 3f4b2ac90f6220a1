/* booking_v1_closures_list: GET /v1/closures, and of one. Of a closure everybody sees when, and
 * which of the spaces that they may see; its reason, if that is public, or they manage one of
 * these. */
#ifndef BOOKING_V1_CLOSURES_LIST_H
#define BOOKING_V1_CLOSURES_LIST_H

#include "bk_route.h"
#include "booking_closures_store.h"
#include "booking_private.h"
#include "booking_spaces.h"

/** The parameters of the list. */
extern const bk_input_row_t booking_v1_closures_list_rows[];

/** The verbs of the store that bk_store_acquire() got. */
static inline const booking_closures_store_verbs_t *booking_v1_closures_list_verbs(
    const bk_request_t *request)
{
    return request->store->verbs[BOOKING_STORE_CLOSURES];
}

/** The check of the id in the path. */
int booking_v1_closures_list_read_id(bk_request_t *request);

/** Answer that there is no such closure. */
int booking_v1_closures_list_none(bk_request_t *request);

/**
 * Find the closure of the path.
 * @param spaces  set to those of its spaces that the caller may see
 * @return BK_CONTINUE, with the store released; else the request's result: 404, also if the caller
 *         may see none of the spaces
 */
int booking_v1_closures_list_find(bk_request_t *request, booking_closure_t *closure,
                                  const booking_spaces_t **spaces);

/** The handlers. */
int booking_v1_closures_list(bk_request_t *request);
int booking_v1_closures_list_get(bk_request_t *request);

#endif

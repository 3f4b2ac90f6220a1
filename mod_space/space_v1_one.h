/* space_v1_one: one space with its policy, for whoever may see it: what a booking is judged by.
 *
 * It is kept by the cache of answers (lib/httpd/cache/bk_cache.h), together with who may see it: so
 * one entry serves all callers, and a policy that was changed holds for whoever asks afterwards, as
 * on the base API.
 */
#ifndef SPACE_V1_ONE_H
#define SPACE_V1_ONE_H

#include "bk_offer.h"
#include "bk_request.h"

/**
 * Answer as GET /v1/spaces?id=ID&state=active,archived&expand=policies.
 * @param id  the query's only one
 * @return the handler's result
 */
int space_v1_one(bk_request_t *request, const char *id);

/** The same, of a space that the cache has, for a caller from this httpd. What is asked for is the
 * id. */
extern const bk_offer_t space_v1_one_offer;

/** Forget what either API says of a space that was written, or whose policy was.
 * @see bk_cache_forget */
void space_v1_one_forget(bk_request_t *request, const char *id);

#endif

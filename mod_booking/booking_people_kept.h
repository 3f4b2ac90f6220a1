/* booking_people_kept: what people are called, in the memory of a child, for five seconds: lists
 * that a page shows again and again have the same people. Any thread may call. */
#ifndef BOOKING_PEOPLE_KEPT_H
#define BOOKING_PEOPLE_KEPT_H

#include <apr_pools.h>

/**
 * Get a name.
 * @param of  of which server it is: any address that stays
 * @return a copy in @a p; "": nobody has the id; NULL: it is not known
 */
const char *booking_people_kept_get(const void *of, apr_int64_t id, apr_pool_t *p);

/** Keep a name, in place of another one. One that is too long is not kept. @param name  "": nobody
 * has the id */
void booking_people_kept_put(const void *of, apr_int64_t id, const char *name);

#endif

/* bk_random: random ids that cannot be guessed.
 *
 * From the kernel's generator through apr_generate_random_bytes(). Any thread may call.
 */
#ifndef BK_RANDOM_H
#define BK_RANDOM_H

#include <apr_errno.h>

/** Ids of users and bookings are positive and below this. */
#define BK_RANDOM_ID_LIMIT APR_INT64_C(100000000000)

/**
 * Draw an id, every one from 1 to BK_RANDOM_ID_LIMIT - 1 being as likely as any other.
 * @return APR_SUCCESS, or the error of the system's generator
 */
apr_status_t bk_random_id(apr_int64_t *id);

#endif

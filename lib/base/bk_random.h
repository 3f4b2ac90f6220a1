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

/** How often an id is drawn, at the most, for something new. */
#define BK_RANDOM_ATTEMPTS 8

/**
 * Keep something new under an id that nobody has: where one is taken, another is drawn.
 * @param id      the one to be kept under: of @a baton, where @a insert finds it
 * @param insert  keeps it; APR_EEXIST: the id is taken
 * @param baton   passed to it
 * @return what insert returned last, or the error of the system's generator
 */
apr_status_t bk_random_insert(apr_int64_t *id, apr_status_t (*insert)(void *baton), void *baton);

#endif

/* bk_consistency: how up to date a client wants its answer to be.
 *
 *     X-Consistency: strong      read the primary database
 *     X-Consistency: eventual    an answer from a cache or a standby will do
 *
 * Without the header the server's configuration decides.
 */
#ifndef BK_CONSISTENCY_H
#define BK_CONSISTENCY_H

#include <httpd.h>

#define BK_CONSISTENCY_HEADER "X-Consistency"

/** What reads may be answered from. */
typedef enum bk_consistency_t {
    BK_CONSISTENCY_STRONG,  /* the primary: every committed write is seen */
    BK_CONSISTENCY_EVENTUAL /* a standby, which may lag behind */
} bk_consistency_t;

/** Tell whether the client asks for "strong". */
int bk_consistency_is_strong(const request_rec *r);

/** Tell whether the client asks for "eventual". */
int bk_consistency_is_eventual(const request_rec *r);

/** Tell whether the header is absent or has one of these two values. */
int bk_consistency_is_known(const request_rec *r);

#endif

/* bk_consistency: how fresh a client wants its answer to be.
 *
 *     X-Consistency: strong      what the store itself says now
 *     X-Consistency: eventual    what a cache or a standby says is good enough
 *
 * Without the header the server's configuration decides.
 */
#ifndef BK_CONSISTENCY_H
#define BK_CONSISTENCY_H

#include <httpd.h>

#define BK_CONSISTENCY_HEADER "X-Consistency"

/** Where reads may be answered from. */
typedef enum bk_consistency_t {
    BK_CONSISTENCY_STRONG,  /* the primary: what was written last is read */
    BK_CONSISTENCY_EVENTUAL /* a standby, which may be behind */
} bk_consistency_t;

/** Tell whether the client asks for what the store itself says now. */
int bk_consistency_is_strong(const request_rec *r);

/** Tell whether it says that less will do. */
int bk_consistency_is_eventual(const request_rec *r);

/** Tell whether the header, if there is one, says one of these. */
int bk_consistency_is_known(const request_rec *r);

#endif

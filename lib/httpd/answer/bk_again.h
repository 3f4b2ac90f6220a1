/* bk_again: a change that somebody else's may come between is tried again.
 *
 * A change reads, decides, and writes only if what it read is there still (compare-and-set). Where
 * it is not, the change is decided anew on what is there by then:
 *
 *     static int try_rename(bk_request_t *request, void *name) { ... }
 *
 *     return bk_again(request, BK_AGAIN_MOST, try_rename, name);
 */
#ifndef BK_AGAIN_H
#define BK_AGAIN_H

#include "bk_request.h"

/** Attempts at the most, where one takes no longer than a few statements. */
#define BK_AGAIN_MOST 20

/**
 * Read, decide, write, answer.
 * @return the request's result; BK_CONTINUE: somebody else's change came between, and nothing was
 *         done
 */
typedef int bk_again_attempt_t(bk_request_t *request, void *baton);

/**
 * Try until an attempt has answered the request.
 * @param most   attempts; then the answer is that others are in the way: 503 BUSY, or the problem
 *               busy
 * @param baton  passed to each of them
 * @return the request's result
 */
int bk_again(bk_request_t *request, int most, bk_again_attempt_t *attempt, void *baton);

#endif

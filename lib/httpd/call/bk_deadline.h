/* bk_deadline: how long a call to another host may take, in all.
 *
 * mod_proxy knows a time-out for each read, in whole seconds: a backend that sends a byte a second
 * is never late. Here an input filter on the backend's connection allows each read no more than is
 * left of the call, to the millisecond, and reads lines itself, so that a line that trickles in is
 * timed as a whole. The connection goes back to mod_proxy's pool with the time-out it had.
 */
#ifndef BK_DEADLINE_H
#define BK_DEADLINE_H

#include <httpd.h>

/** Register the filter and mod_proxy's hook. Called once, from bk_server_register(). */
void bk_deadline_register(apr_pool_t *p);

/**
 * Limit a call. A request that is answered within the process does not heed it.
 * @param sub    the subrequest, not yet run
 * @param until  when it has to be done, in milliseconds of bk_time_monotonic_ms()
 */
void bk_deadline_set(request_rec *sub, apr_int64_t until);

#endif

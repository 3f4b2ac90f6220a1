/* bk_deadline: a limit of the total time of a call to another host.
 *
 * mod_proxy has a time-out per read, in whole seconds: a backend that sends a byte a second never
 * exceeds it. Here an input filter on the backend's connection limits each read to the time that is
 * left of the call, in milliseconds, and reads lines itself, so that a line that arrives byte by
 * byte is limited as a whole. The connection returns to mod_proxy's pool with its original
 * time-out.
 */
#ifndef BK_DEADLINE_H
#define BK_DEADLINE_H

#include <httpd.h>

/** Register the filter and mod_proxy's hook. Called once, from bk_server_register(). */
void bk_deadline_register(apr_pool_t *p);

/**
 * Limit a call. It has no effect on a call that is answered within the process.
 * @param sub    the subrequest, not yet run
 * @param until  the deadline, in milliseconds of bk_time_monotonic_ms()
 */
void bk_deadline_set(request_rec *sub, apr_int64_t until);

#endif

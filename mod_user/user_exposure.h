/* user_exposure: warns of insecure settings on a server that other hosts can reach.
 *
 * The scheme session-id accepts a public number as a password, and UserAdminSignup makes an
 * administrator of anyone who asks. Both are for servers on 127.0.0.1 only. The addresses that
 * httpd listens on are known when it starts; a reverse proxy that forwards requests from other
 * hosts is noticed at the first such request.
 */
#ifndef USER_EXPOSURE_H
#define USER_EXPOSURE_H

#include <httpd.h>

/** Warn of insecure settings if httpd listens on other than loopback addresses. Call in
 * post_config. */
void user_exposure_check(server_rec *s);

/**
 * Warn of insecure settings, once in each child process, when a request comes from another host or
 * through a proxy. A handler hook that handles no request.
 * @return DECLINED
 */
int user_exposure_watch(request_rec *r);

#endif

/* user_exposure: settings that are for a server which nobody else reaches, on one that others
 * reach.
 *
 * The scheme session-id takes a public number for a password, and UserAdminSignup makes an
 * administrator of whoever asks. Both are for 127.0.0.1. Where httpd listens is known as it starts;
 * that something in front of it passes strangers' requests on is seen when one comes.
 */
#ifndef USER_EXPOSURE_H
#define USER_EXPOSURE_H

#include <httpd.h>

/** Warn of what is on although httpd listens on more than loopback addresses. In post_config. */
void user_exposure_check(server_rec *s);

/** A handler that handles nothing: warns, once in the life of a child, of what is on although a
 * request came from another host, or through a proxy. @return DECLINED */
int user_exposure_watch(request_rec *r);

#endif

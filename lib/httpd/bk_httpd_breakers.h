/* bk_httpd_breakers: all circuit breakers of a server, for the calls that go through them, and for
 * those who watch them.
 *
 *     SetHandler bookable-breakers    GET lists them as JSON; POST with name= and state= changes
 * one mod_status                      a section, and lines for ?auto
 */
#ifndef BK_HTTPD_BREAKERS_H
#define BK_HTTPD_BREAKERS_H

#include "bk_httpd_dependency.h"

/** Register the handler and mod_status's hook. Called once, from bk_httpd_register(). */
void bk_httpd_breakers_register(apr_pool_t *p);

/** Get the memory they lie in. Called in post_config. @return APR_SUCCESS, or why not, logged */
apr_status_t bk_httpd_breakers_init(apr_pool_t *p, server_rec *s);

/** Characters of a server's name, at the most: room is left in the name of a breaker for others. */
#define BK_HTTPD_SERVER_NAME 256

/** A server as an administrator knows it: its name, its port where it has one of its own, and from
 * the second of that name and port on "#2", "#3"... in the configuration's order. Breakers and
 * pools are named by it. */
const char *bk_httpd_server_name(const server_rec *s, apr_pool_t *p);

/** The breaker of a name, made if there is none; NULL, logged, if there is no room. In post_config.
 */
bk_breaker_place_t *bk_httpd_breakers_place(const char *name, server_rec *s);

/** The name and the breaker number i, or NULL where there are no more. */
const char *bk_httpd_breakers_at(int i, bk_breaker_place_t **place);

#endif

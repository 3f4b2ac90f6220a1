/* bk_breakers_page: showing and setting all circuit breakers of a server.
 *
 *     SetHandler bookable-breakers    GET lists them as JSON; POST with name= and state= changes
 * one mod_status                      a section, and lines for ?auto
 */
#ifndef BK_BREAKERS_PAGE_H
#define BK_BREAKERS_PAGE_H

#include <httpd.h>

/** Register the handler and mod_status's hook. Called once, from bk_server_register(). */
void bk_breakers_page_register(apr_pool_t *p);

#endif

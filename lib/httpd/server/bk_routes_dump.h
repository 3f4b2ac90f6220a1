/* bk_routes_dump: lists the routes of a service, for "httpd -t -D DUMP_BOOKABLE_ROUTES".
 *
 * A line for each route of each API, on standard output, its fields separated by one blank, and "-"
 * where there is nothing:
 *
 *     GET /v1/spaces user read - q,building,limit,cursor -
 *
 * method; path, which for the base API is that of the main server; who may call it; the scope that
 * a token needs; its flags; the parameters of the query string; the members of the body, those of
 * nested objects with a dot.
 */
#ifndef BK_ROUTES_DUMP_H
#define BK_ROUTES_DUMP_H

#include <httpd.h>

/** Register the hook. Called once, from bk_server_register(). */
void bk_routes_dump_register(apr_pool_t *p);

#endif

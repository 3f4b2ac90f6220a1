/* bk_host: how administrators know a server of this httpd. */
#ifndef BK_HOST_H
#define BK_HOST_H

#include <httpd.h>

/** Characters of a server's name, at the most: room is left in the name of a breaker for others. */
#define BK_HOST_NAME_MOST 256

/** A server as an administrator knows it: its name, its port where it has one of its own, and from
 * the second of that name and port on "#2", "#3"... in the configuration's order. Breakers and
 * pools are named by it. */
const char *bk_host_name(const server_rec *s, apr_pool_t *p);

#endif

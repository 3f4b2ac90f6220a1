/* bk_host: the name of a server of this httpd in logs, metrics and breakers. */
#ifndef BK_HOST_H
#define BK_HOST_H

#include <httpd.h>

/** Longest name of a server, in bytes: the rest of BK_TABLE_NAME is for the other parts of a
 * breaker's name. */
#define BK_HOST_NAME_MOST 256

/** The name of a server: its ServerName, its port if it has one, and, for the second and later
 * servers of that name and port, "#2", "#3"... in the order of the configuration. Breakers and
 * pools are named after it. */
const char *bk_host_name(const server_rec *s, apr_pool_t *p);

#endif

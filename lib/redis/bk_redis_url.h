/* bk_redis_url: where a Redis is and how it is spoken to, read from one line of configuration.
 *
 *     //[[user]:password@]host[:port][/db][?option=value[&option=value]...]
 *     //[[user]:password@]/path/to/socket[?option=value[&option=value]...]
 *
 * This is what follows "redis:", which httpd's directives cut off: SSLSessionCache,
 * AuthnCacheSOCache and BookableCache all read PROVIDER:ARGUMENTS. Characters that mean something
 * here are written as %XX (RFC 3986, section 2.1) in user, password, socket and option values.
 * Options:
 *
 *     connect_timeout=100ms  how long connecting may take
 *     timeout=50ms           how long a command may take
 *     password_file=/path    the password is this file's first line
 *     prefix=text            begins every key
 *     db=0                   the database's number, where a socket leaves no room for it
 *
 * Read while httpd reads its configuration, in one thread.
 */
#ifndef BK_REDIS_URL_H
#define BK_REDIS_URL_H

#include <apr_pools.h>
#include <apr_time.h>

typedef struct bk_redis_url_t {
    const char *host; /* a name or an address; NULL: a socket */
    int port;
    const char *socket;   /* path; NULL: a host */
    const char *user;     /* NULL: Redis's default user */
    const char *password; /* NULL: none is sent */
    int db;
    const char *prefix;                  /* "" where none is given */
    apr_interval_time_t connect_timeout; /* microseconds */
    apr_interval_time_t timeout;         /* microseconds */
    const char *shown;                   /* the address without credentials, for logs */
} bk_redis_url_t;

/**
 * Read a URL.
 * @param url   set; what it points to lives in @a p
 * @param text  what follows "redis:"; NULL or "": a Redis on this host, at its usual port
 * @return NULL, or what is wrong and what would be right, without any part of the credentials;
 * lives in @a p
 */
const char *bk_redis_url_parse(bk_redis_url_t *url, const char *text, apr_pool_t *p);

#endif

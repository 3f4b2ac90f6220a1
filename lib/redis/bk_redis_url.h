/* bk_redis_url: parses the address of a Redis and its options from a line of configuration.
 *
 *     //[[user]:password@]host[:port][/db][?option=value[&option=value]...]
 *     //[[user]:password@]/path/to/socket[?option=value[&option=value]...]
 *
 * This is what follows "redis:", which httpd's directives cut off: SSLSessionCache,
 * AuthnCacheSOCache and BookableCache all read PROVIDER:ARGUMENTS. Characters with a meaning in the
 * URL are written as %XX (RFC 3986, section 2.1) in user, password, socket and option values.
 * Options:
 *
 *     connect_timeout=100ms  how long connecting may take
 *     timeout=50ms           how long a command may take
 *     password_file=/path    the password is this file's first line
 *     prefix=text            begins every key
 *     db=0                   the database's number, for a socket, whose path has no place for it
 *
 * Called while httpd reads its configuration, by one thread.
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
    const char *prefix;                  /* "" if none is given */
    apr_interval_time_t connect_timeout; /* microseconds */
    apr_interval_time_t timeout;         /* microseconds */
    const char *shown;                   /* the URL without credentials, for logs */
} bk_redis_url_t;

/**
 * Parse a URL.
 * @param url   set; its strings are allocated from @a p
 * @param text  what follows "redis:"; NULL or "": Redis on this host, at its default port
 * @return NULL, or a message that says what is wrong and what would be right, without any part of
 *         the credentials; allocated from @a p
 */
const char *bk_redis_url_parse(bk_redis_url_t *url, const char *text, apr_pool_t *p);

#endif

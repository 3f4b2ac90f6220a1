#include "bk_host.h"

#include <strings.h>

#include <apr_strings.h>
#include <http_main.h>

#include "bk_json.h"

/* httpd accepts any bytes in a ServerName. Bytes that are not plain text are written as \xHH, and
 * so are blanks, which separate the parts of a breaker's name. */
static const char *make_printable(const char *host, apr_pool_t *p)
{
    int is_text = bk_json_is_text(host, strlen(host));
    char *printable = apr_palloc(p, 4 * strlen(host) + 1), *end = printable;

    for (; *host; host++) {
        unsigned char byte = (unsigned char)*host;

        if (byte <= ' ' || byte == 0x7f || (byte >= 0x80 && !is_text)) {
            end += apr_snprintf(end, 5, "\\x%02x", byte);
        }
        else {
            *end++ = *host;
        }
    }
    *end = '\0';
    return printable;
}

static const char *host_of(const server_rec *s)
{
    return s->server_hostname ? s->server_hostname : "*";
}

static unsigned int port_of(const server_rec *s)
{
    return s->port ? s->port : s->addrs ? s->addrs->host_port : 0;
}

/* How many servers before this one have the same name and port, as servers of other addresses or
 * without a ServerName may. Each of them has breakers and a database pool of its own. */
static int count_namesakes(const server_rec *s)
{
    const server_rec *other;
    int count = 0;

    for (other = ap_server_conf; other && other != s; other = other->next) {
        count += port_of(other) == port_of(s) && strcasecmp(host_of(other), host_of(s)) == 0;
    }
    return count;
}

const char *bk_host_name(const server_rec *s, apr_pool_t *p)
{
    const char *host = make_printable(host_of(s), p);
    unsigned int port = port_of(s);
    int namesakes = count_namesakes(s);

    if (port) {
        host = apr_psprintf(p, "%s:%u", host, port);
    }
    return namesakes ? apr_psprintf(p, "%s#%d", host, namesakes + 1) : host;
}

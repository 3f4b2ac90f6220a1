#include "bk_address.h"

#include <arpa/inet.h>
#include <string.h>

#include <apr_strings.h>

#define PREFIX 8 /* bytes of an IPv6 address that name the link, of 16 */

static const char *block_of_ipv6(struct in6_addr *address, apr_pool_t *p)
{
    char text[INET6_ADDRSTRLEN];

    if (IN6_IS_ADDR_V4MAPPED(address)) {
        return apr_pstrdup(p, inet_ntop(AF_INET, &address->s6_addr[12], text, sizeof(text)));
    }
    memset(&address->s6_addr[PREFIX], 0, sizeof(address->s6_addr) - PREFIX);
    return apr_pstrcat(p, inet_ntop(AF_INET6, address, text, sizeof(text)), "/64", NULL);
}

const char *bk_address_block(const char *address, apr_pool_t *p)
{
    const char *bare = apr_pstrmemdup(p, address, strcspn(address, "%"));
    struct in6_addr ipv6;

    return inet_pton(AF_INET6, bare, &ipv6) == 1 ? block_of_ipv6(&ipv6, p)
                                                 : apr_pstrdup(p, address);
}

/* bk_address: whom an internet address stands for, where something is counted per client.
 *
 * An IPv4 address is one client's, or one network's behind a translator. Of IPv6, whoever has one
 * address has the 2^64 of its link (RFC 4291, section 2.5.1; RFC 6177): they count as one. Any
 * thread may call.
 */
#ifndef BK_ADDRESS_H
#define BK_ADDRESS_H

#include <apr_pools.h>

/**
 * The block of addresses that count as one client.
 * @param address  IPv4 or IPv6, as text, with or without a zone ("fe80::1%eth0")
 * @return "192.0.2.1" (also of ::ffff:192.0.2.1), or "2001:db8:0:1::/64"; what is no address, as it
 *         is; in @a p
 */
const char *bk_address_block(const char *address, apr_pool_t *p);

#endif

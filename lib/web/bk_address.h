/* bk_address: the block of IP addresses that counts as one client, for limits per client.
 *
 * An IPv4 address belongs to one client, or to one network behind NAT. An IPv6 client can use all
 * 2^64 addresses of its link (RFC 4291, section 2.5.1; RFC 6177), so a /64 prefix counts as one
 * client. Any thread may call.
 */
#ifndef BK_ADDRESS_H
#define BK_ADDRESS_H

#include <apr_pools.h>

/**
 * The block of addresses that count as one client.
 * @param address  IPv4 or IPv6, as text, with or without a zone ("fe80::1%eth0")
 * @return "192.0.2.1" (also for ::ffff:192.0.2.1) or "2001:db8:0:1::/64", in @a p; a text that is
 *         no address, unchanged
 */
const char *bk_address_block(const char *address, apr_pool_t *p);

#endif

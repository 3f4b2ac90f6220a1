/* bk_shared: single blocks of memory that all children of an httpd share, and that restarts keep.
 *
 * A block is a segment (bk_segment.h) with one record.
 */
#ifndef BK_SHARED_H
#define BK_SHARED_H

#include <httpd.h>

#include "bk_layout.h"

/**
 * Get the block of a name and a layout, creating it the first time. If there is a block of another
 * layout, from before an upgrade, the new one takes over the members that both layouts have
 * (bk_layout_carry); that is logged.
 * @param base    set to its address; it begins on a cache line
 * @param name    unique in the process: "bookable-user"
 * @param layout  of the record in it
 * @param s       any server
 * @return APR_SUCCESS, or an error, which has been logged
 *
 * Called in post_config, by the parent.
 */
apr_status_t bk_shared(void **base, const char *name, const bk_layout_t *layout, server_rec *s);

/**
 * Get a block whose size an administrator chooses, and which holds the only copy of its data: an
 * existing one is kept as it is, whatever size is wanted now.
 * @param size         the wanted size, in bytes; set to the actual one
 * @param fingerprint  of the layout of its data
 * @return APR_SUCCESS; APR_EMISMATCH: there is one, of another version and with another layout; or
 *         another error, which has been logged
 */
apr_status_t bk_shared_kept(void **base, apr_size_t *size, const char *name,
                            apr_uint64_t fingerprint, server_rec *s);

#endif

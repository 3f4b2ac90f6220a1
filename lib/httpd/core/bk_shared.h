/* bk_shared: single blocks of memory that all children of a server share, and restarts keep.
 *
 * What they are and how long they live: bk_segment.h.
 */
#ifndef BK_SHARED_H
#define BK_SHARED_H

#include <httpd.h>

#include "bk_layout.h"

/**
 * Get the block of a name and a layout, making it the first time. Where children of before have one
 * of another layout, this is a new one, which takes over what its layout says (bk_layout_carry);
 * that is logged.
 * @param base    set to its address; it begins on a line of the processor's cache
 * @param name    one for the whole process: "bookable-user"
 * @param layout  of what is in it: one record
 * @param s       any server
 * @return APR_SUCCESS, or why there is none, which has been logged
 *
 * Called in post_config, by the parent.
 */
apr_status_t bk_shared(void **base, const char *name, const bk_layout_t *layout, server_rec *s);

/**
 * Get a block whose size an administrator chooses, and which is the only place where something is:
 * one that is there is kept, with what it holds, whatever size is wanted now.
 * @param size         the size wanted, in bytes; set to the one it has
 * @param fingerprint  of what is in it
 * @return APR_SUCCESS; APR_EMISMATCH: one is there that another version laid out in another way; or
 * why there is none, which has been logged
 */
apr_status_t bk_shared_kept(void **base, apr_size_t *size, const char *name,
                            apr_uint64_t fingerprint, server_rec *s);

#endif

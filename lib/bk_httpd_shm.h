/* bk_httpd_shm: memory that all children of a server share, and restarts keep.
 *
 * Anonymous, so that nothing is left behind and no name can clash; held by the process and not by
 * the configuration, so that a graceful restart keeps it, while the children of before and after
 * use it side by side. It begins as zeros; stopping the server ends it.
 */
#ifndef BK_HTTPD_SHM_H
#define BK_HTTPD_SHM_H

#include <httpd.h>

/**
 * Get a segment, making it the first time.
 * @param base  set to its address; aligned as malloc() aligns
 * @param name  one for the whole process: "bookable-user-gate"
 * @param size  bytes
 * @param s     any server
 * @return APR_SUCCESS, or why there is none, which has been logged; APR_EMISMATCH if it is there
 * with another size, as after a graceful restart into another version of the module
 *
 * Called in post_config, by the parent.
 */
apr_status_t bk_httpd_shm(void **base, const char *name, apr_size_t size, server_rec *s);

/**
 * Get a segment whose size an administrator chooses: one that is there is kept, with what it holds,
 * whatever size is wanted now.
 * @param size  the size wanted, in bytes; set to the one it has
 * @return APR_SUCCESS, or why there is none, which has been logged
 */
apr_status_t bk_httpd_shm_kept(void **base, apr_size_t *size, const char *name, server_rec *s);

#endif

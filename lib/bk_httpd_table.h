/* bk_httpd_table: named places in memory that all modules and children of a server share.
 *
 * A table is one segment (bk_httpd_shm) of so many places of one size, each with a name. The parent
 * gives places to names as it reads the configuration; a name that has one keeps it over restarts,
 * and with it what it holds. Places are never taken back, so that the children of before can go on.
 */
#ifndef BK_HTTPD_TABLE_H
#define BK_HTTPD_TABLE_H

#include <httpd.h>

#define BK_HTTPD_TABLE_NAME 320 /* a host name has up to 253 */

typedef struct bk_httpd_table_t bk_httpd_table_t;

/**
 * Get a table, making it the first time; its places begin as zeros. Called in post_config.
 * @param table   set to it; lives as long as the process
 * @param name    of the segment
 * @param size    of what a place holds, in bytes
 * @param places  how many
 * @param p       the table's handle lives here
 * @return APR_SUCCESS, or why there is none, which has been logged
 */
apr_status_t bk_httpd_table(bk_httpd_table_t **table, const char *name, apr_size_t size, int places,
                            apr_pool_t *p, server_rec *s);

/** The place of a name, given to it if it has none; NULL, logged, if all are taken. In post_config.
 */
void *bk_httpd_table_place(bk_httpd_table_t *table, const char *name, server_rec *s);

/** The place of a name that has one, or NULL. */
void *bk_httpd_table_find(bk_httpd_table_t *table, const char *name);

/** The name and the place number i, or NULL where there are no more. */
const char *bk_httpd_table_at(bk_httpd_table_t *table, int i, void **place);

#endif

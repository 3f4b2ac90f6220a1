/* bk_table: named entries in memory that all modules and children of an httpd share.
 *
 * A table has an entry for each name in the configuration: it grows by further segments
 * (bk_segment) as the parent adds names, and existing entries keep their addresses. A name keeps
 * its entry, and the values in it, over restarts. A name that the configuration no longer has is
 * not listed, and its entry is reused for another name when the last child that may use it has
 * ended.
 *
 * After an upgrade to another layout, an entry begins with the values of the members that both
 * layouts have.
 */
#ifndef BK_TABLE_H
#define BK_TABLE_H

#include <httpd.h>

#include "bk_layout.h"

/** Bytes of a name: a host name has up to 253, a service and what it calls less than 60. */
#define BK_TABLE_NAME 320

typedef struct bk_table_t bk_table_t;

/**
 * Get a table, creating it the first time; its entries begin as zeros. Called in post_config.
 * @param table   set to the table; lives as long as the configuration
 * @param name    of the segments
 * @param layout  of an entry
 * @param p       the configuration's pool
 * @return APR_SUCCESS, or an error, which has been logged
 */
apr_status_t bk_table(bk_table_t **table, const char *name, const bk_layout_t *layout,
                      apr_pool_t *p, server_rec *s);

/**
 * Get the entry of a name, creating it if there is none. Called in post_config.
 * @return NULL if there is no memory, which has been logged
 */
void *bk_table_get(bk_table_t *table, const char *name, server_rec *s);

/** The entry of a name; NULL if there is none. */
void *bk_table_find(bk_table_t *table, const char *name);

/** The name of entry number i among those of the current configuration, with the entry; NULL if
 * there are no more. */
const char *bk_table_at(bk_table_t *table, int i, void **entry);

#endif

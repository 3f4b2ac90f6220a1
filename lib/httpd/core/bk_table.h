/* bk_table: named places in memory that all modules and children of a server share.
 *
 * A table has as many places as the configuration has names for: it grows as the parent gives
 * places to names, by further segments (bk_segment), and those that are there stay where they
 * are. A name that has a place keeps it over restarts, and with it what it holds. A name that the
 * configuration no longer has is not shown, and its place goes to another when the last child has
 * ended that may still use it.
 *
 * After an upgrade, a place of another layout begins with what the two layouts have in common.
 */
#ifndef BK_TABLE_H
#define BK_TABLE_H

#include <httpd.h>

#include "bk_layout.h"

/** Bytes of a name: a host name has up to 253, a service and what it calls less than 60. */
#define BK_TABLE_NAME 320

typedef struct bk_table_t bk_table_t;

/**
 * Get a table, making it the first time; its places begin as zeros. Called in post_config.
 * @param table   set to it; lives as long as the configuration
 * @param name    of the segments
 * @param layout  of what a place holds
 * @param p       the configuration's pool
 * @return APR_SUCCESS, or why there is none, which has been logged
 */
apr_status_t bk_table(bk_table_t **table, const char *name, const bk_layout_t *layout,
                      apr_pool_t *p, server_rec *s);

/** The place of a name, given to it if it has none; NULL, logged, if there is no memory. In
 * post_config. */
void *bk_table_place(bk_table_t *table, const char *name, server_rec *s);

/** The place of a name that has one, or NULL. */
void *bk_table_find(bk_table_t *table, const char *name);

/** The name and the place number i of those that the configuration has, or NULL where there are no
 * more. */
const char *bk_table_at(bk_table_t *table, int i, void **place);

#endif

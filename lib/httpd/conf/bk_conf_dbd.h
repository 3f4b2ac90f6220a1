/* bk_conf_dbd: the settings of mod_dbd (DBDriver, DBDParams...).
 *
 * mod_dbd does not export its settings, so they are read from the parsed configuration
 * (ap_conftree), which is complete from check_config on.
 */
#ifndef BK_CONF_DBD_H
#define BK_CONF_DBD_H

#include <httpd.h>

/** A server's DBD directives: its own, or else the main server's. */
typedef struct bk_conf_dbd_t {
    const char *driver;         /* DBDriver; NULL: none */
    const char *params;         /* DBDParams, which may hold a password; NULL: none */
    int max;                    /* DBDMax: connections of a child */
    int keep;                   /* DBDKeep: idle connections that are kept */
    apr_interval_time_t expiry; /* DBDExptime: how long idle ones are kept, microseconds */
    apr_array_header_t *init;   /* DBDInitSQL: const char * */
    int is_own;                 /* a virtual host with DBD directives of its own */
} bk_conf_dbd_t;

/**
 * Find the settings that hold for a server.
 * @param conf  filled in; its strings live in @a p
 */
void bk_conf_dbd(bk_conf_dbd_t *conf, const server_rec *s, apr_pool_t *p);

/**
 * Keep mod_dbd from opening connections to PostgreSQL as each child starts: Bookable has
 * connections of its own (bk_connections). Other modules still get connections from mod_dbd when
 * they ask for them. Called in pre_config, before mod_dbd reads its directives.
 */
void bk_conf_dbd_pre_config(apr_pool_t *p);

#endif

/* bk_conf_dbd: what mod_dbd was told, for those who have to know.
 *
 * mod_dbd keeps its settings to itself, so they are read from the configuration as httpd parsed it
 * (ap_conftree), which is there from check_config on.
 */
#ifndef BK_CONF_DBD_H
#define BK_CONF_DBD_H

#include <httpd.h>

/** A server's DBD directives: its own, or else the main server's. */
typedef struct bk_conf_dbd_t {
    const char *driver;         /* DBDriver; NULL: none */
    const char *params;         /* DBDParams, which may hold a password; NULL: none */
    int max;                    /* DBDMax: connections of a child */
    int keep;                   /* DBDKeep: those that are kept while nobody uses them */
    apr_interval_time_t expiry; /* DBDExptime: for how long, microseconds */
    apr_array_header_t *init;   /* DBDInitSQL: const char * */
    int is_own;                 /* a virtual host's own, and not all the main server's */
} bk_conf_dbd_t;

/**
 * Find what holds for a server.
 * @param conf  set; texts live in @a p
 */
void bk_conf_dbd(bk_conf_dbd_t *conf, const server_rec *s, apr_pool_t *p);

/**
 * Have mod_dbd open no connection to PostgreSQL by itself, as each child begins: ours are not its
 * own. Those that other modules ask it for, it opens when they do. Called in pre_config, before
 * mod_dbd reads its directives.
 */
void bk_conf_dbd_pre_config(apr_pool_t *p);

#endif

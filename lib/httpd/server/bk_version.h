/* bk_version: the version of Bookable in the Server header. */
#ifndef BK_VERSION_H
#define BK_VERSION_H

#include <httpd.h>
#include <http_config.h>

/**
 * Add "Bookable/VERSION" to the server's version string, once for all modules (ServerTokens decides
 * whether clients see it). To be called in post_config.
 * @param p  the configuration's pool
 */
static inline void bk_version_add(apr_pool_t *p)
{
    static const char component[] = "Bookable/" BK_VERSION;
    void *added = NULL;

    apr_pool_userdata_get(&added, component, p);
    if (!added) {
        ap_add_version_component(p, component);
        apr_pool_userdata_setn(component, component, NULL, p);
    }
}

#endif

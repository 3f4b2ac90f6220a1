/* bk_version: which version of Bookable a module is of, for those who run it. */
#ifndef BK_VERSION_H
#define BK_VERSION_H

#include <httpd.h>
#include <http_config.h>

/**
 * Name Bookable and its version among what the server is made of (ServerTokens says whether a
 * client is told), once for all modules. For post_config.
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

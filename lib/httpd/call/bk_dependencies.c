#include "bk_dependencies.h"

#include <apr_strings.h>

#include "bk_breakers.h"
#include "bk_conf.h"
#include "bk_conf_dependency.h"
#include "bk_host.h"
#include "bk_service.h"

int bk_dependencies_post_config(apr_pool_t *p, server_rec *s)
{
    const bk_dependency_t *dependency = bk_service()->dependencies;
    bk_conf_dependency_t *conf = bk_conf_writable(s)->dependencies;

    for (; dependency && dependency->name; dependency++, conf++) {
        const char *name = apr_pstrcat(p, bk_host_name(s, p), " ", bk_service()->name, " ",
                                       dependency->name, NULL);

        if (dependency->is_v1 && !bk_conf_has_v1(bk_conf_writable(s))) {
            continue;
        }
        conf->entry = bk_breakers_get(name, s);
        if (!conf->entry) {
            return HTTP_INTERNAL_SERVER_ERROR;
        }
        conf->entry->settings = conf->settings;
    }
    return OK;
}

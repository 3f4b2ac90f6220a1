#include "bk_conf_dependency.h"

#include "bk_conf_breaker.h"
#include "bk_value.h"

void bk_conf_dependency_init(bk_conf_dependency_t conf[BK_DEPENDENCIES])
{
    int i;

    for (i = 0; i < BK_DEPENDENCIES; i++) {
        conf[i].path = NULL;
        conf[i].timeout = BK_VALUE_UNSET;
        bk_conf_breaker_init(&conf[i].settings);
    }
}

void bk_conf_dependency_merge(bk_conf_dependency_t merged[BK_DEPENDENCIES],
                              const bk_conf_dependency_t base[BK_DEPENDENCIES],
                              const bk_conf_dependency_t own[BK_DEPENDENCIES])
{
    int i;

    for (i = 0; i < BK_DEPENDENCIES; i++) {
        merged[i].path = own[i].path ? own[i].path : base[i].path;
        merged[i].timeout = bk_value_default(own[i].timeout, base[i].timeout);
        bk_conf_breaker_merge(&merged[i].settings, &base[i].settings, &own[i].settings);
    }
}

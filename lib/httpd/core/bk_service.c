#include "bk_service.h"

#include <apr_strings.h>

static const bk_service_t *service;
static const char *handler_name; /* r->handler of the service's requests: compared as a pointer */

void bk_service_set(const bk_service_t *its, apr_pool_t *p)
{
    service = its;
    handler_name = apr_pstrcat(p, "bookable-", service->name, NULL);
}

const bk_service_t *bk_service(void)
{
    return service;
}

int bk_service_is_own(const request_rec *r)
{
    return r->handler == handler_name;
}

void bk_service_take(request_rec *r)
{
    r->handler = handler_name;
}

/* mod_product: the product service: the product catalogue. */
#include "product_private.h"

#include <ap_provider.h>

#include "bk_answer_v1.h"
#include "bk_server.h"
#include "bk_store_db.h"
#include "bk_store_shm.h"
#include "product_handlers.h"
#include "product_v1.h"

static int answer_error(bk_request_t *request, const bk_error_t *error, const char *details)
{
    return bk_answer_error_json(request, error,
                                json_pack("{s:s, s:s}", "error", error->code, "message", details));
}

extern module AP_MODULE_DECLARE_DATA product_module;

static const bk_api_t apis[BK_SERVICE_APIS + 1] = {
    {.routes = product_handlers_routes, .answer_error = answer_error},
    BK_ANSWER_V1_API(product_v1_routes, product_v1_collections, BK_STORE_CORE),
    {NULL}};

static const bk_service_t service = {
    .name = "product",
    .module = &product_module,
    .apis = apis,
    .store_group = PRODUCT_STORE_GROUP,
    .store_version = PRODUCT_STORE_VERSION,
    .cache_ttl = APR_TIME_C(5) * APR_USEC_PER_SEC,
};

static const bk_store_t dbd_store = BK_STORE_DB(&product_store_dbd_schema, &product_store_dbd);
static const bk_store_t shm_store = BK_STORE_SHM(&product_store_shm_schema, &product_store_shm);

static void register_hooks(apr_pool_t *p)
{
    ap_register_provider(p, PRODUCT_STORE_GROUP, "dbd", PRODUCT_STORE_VERSION, &dbd_store);
    ap_register_provider(p, PRODUCT_STORE_GROUP, "shm", PRODUCT_STORE_VERSION, &shm_store);
    bk_server_register(&service, p);
}

module AP_MODULE_DECLARE_DATA product_module = {
    STANDARD20_MODULE_STUFF, NULL,          NULL, product_config_create, product_config_merge,
    product_config_commands, register_hooks};

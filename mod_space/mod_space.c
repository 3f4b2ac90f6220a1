/* mod_space: the space service: rooms, with their capacity and opening hours. */
#include "space_private.h"

#include <ap_provider.h>

#include "bk_answer_v1.h"
#include "bk_server.h"
#include "bk_store_db.h"
#include "bk_store_shm.h"
#include "bk_zones.h"
#include "space_handlers.h"
#include "space_policy_store.h"
#include "space_v1.h"
#include "space_v1_list.h"
#include "space_v1_one.h"
#include "space_v1_store.h"

extern module AP_MODULE_DECLARE_DATA space_module;

static const bk_api_t apis[BK_SERVICE_APIS + 1] = {
    {.routes = space_handlers_routes, .answer_error = bk_answer_error_plain},
    BK_ANSWER_V1_API(space_v1_routes, space_v1_collections, SPACE_STORE_V1),
    {NULL}};

static const bk_service_t service = {
    .name = "space",
    .module = &space_module,
    .apis = apis,
    .store_group = SPACE_STORE_GROUP,
    .store_version = SPACE_STORE_VERSION,
    .cache_ttl = APR_TIME_C(5) * APR_USEC_PER_SEC,
    .dependencies = space_config_dependencies,
    .complete = space_config_complete,
    .identify = space_handlers_identify,
};

static const bk_store_t dbd_store = BK_STORE_DB(&space_store_dbd_schema, &space_store_dbd,
                                                &space_v1_store_dbd, &space_policy_store_dbd);
static const bk_store_t shm_store = BK_STORE_SHM(&space_store_shm_schema, &space_store_shm);

static void register_hooks(apr_pool_t *p)
{
    ap_register_provider(p, SPACE_STORE_GROUP, "dbd", SPACE_STORE_VERSION, &dbd_store);
    ap_register_provider(p, SPACE_STORE_GROUP, "shm", SPACE_STORE_VERSION, &shm_store);
    bk_server_register(&service, p);
    bk_zones_register(p);
    space_v1_list_register(p);
    bk_offer_register(p, "space", &space_v1_one_offer);
}

module AP_MODULE_DECLARE_DATA space_module = {
    STANDARD20_MODULE_STUFF, NULL,          NULL, space_config_create, space_config_merge,
    space_config_commands,   register_hooks};

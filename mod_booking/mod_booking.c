/* mod_booking: the booking service: who has booked which space at which time. */
#include "booking_private.h"

#include <ap_provider.h>

#include "bk_answer_v1.h"
#include "bk_counts.h"
#include "bk_server.h"
#include "bk_store_db.h"
#include "bk_store_shm.h"
#include "booking_events_store.h"
#include "booking_export_store.h"
#include "booking_closures_store.h"
#include "bk_zones.h"
#include "booking_handlers.h"
#include "booking_rows.h"
#include "booking_spaces_kept.h"
#include "booking_series_store.h"
#include "booking_v1.h"

extern module AP_MODULE_DECLARE_DATA booking_module;

static const bk_api_t apis[BK_SERVICE_APIS + 1] = {
    {.routes = booking_handlers_routes, .answer_error = bk_answer_error_plain},
    BK_ANSWER_V1_API(booking_v1_routes, booking_v1_collections, BOOKING_STORE_V1),
    {NULL}};

static const bk_service_t service = {
    .name = "booking",
    .module = &booking_module,
    .apis = apis,
    .store_group = BOOKING_STORE_GROUP,
    .store_version = BOOKING_STORE_VERSION,
    .is_personal = 1,
    .sweeps = 1,
    .dependencies = booking_config_dependencies,
    .complete = booking_config_complete,
    .identify = booking_handlers_identify,
};

static const bk_store_t dbd_store =
    BK_STORE_DB(&booking_store_dbd_schema, &booking_store_dbd, &booking_v1_store_dbd,
                &booking_taken_dbd, &booking_series_store_dbd, &booking_events_store_dbd,
                &booking_closures_store_dbd, &booking_export_store_dbd);
static const bk_store_t shm_store = BK_STORE_SHM(&booking_store_shm_schema, &booking_store_shm);

static void register_hooks(apr_pool_t *p)
{
    ap_register_provider(p, BOOKING_STORE_GROUP, "dbd", BOOKING_STORE_VERSION, &dbd_store);
    ap_register_provider(p, BOOKING_STORE_GROUP, "shm", BOOKING_STORE_VERSION, &shm_store);
    bk_zones_register(p);
    booking_spaces_kept_register(p);
    booking_rows_count_swept(bk_counts_swept);
    bk_server_register(&service, p);
}

module AP_MODULE_DECLARE_DATA booking_module = {
    STANDARD20_MODULE_STUFF, NULL,          NULL, booking_config_create, booking_config_merge,
    booking_config_commands, register_hooks};

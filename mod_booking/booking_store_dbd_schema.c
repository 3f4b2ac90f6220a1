/* The tables of bookings in a database, and what makes them a store's schema. */
#include "booking_closures_store.h"
#include "booking_event.h"
#include "booking_series_store.h"
#include "booking_store_dbd_private.h"

static const bk_db_table_t tables[] = {
    {.name = "bookings", .fields = &booking_v1_fields},
    {.name = "bookings_base", .fields = &booking_fields, .is_view = 1},
    {.name = "series", .fields = &booking_series_fields},
    {.name = "closures", .fields = &booking_closures_fields},
    {.name = "booking_events",
     .fields = &booking_event_fields,
     .is_log = 1,
     .copied = {.pgsql = "SELECT setval('booking_events_seq_seq',"
                         " (SELECT COALESCE(max(seq), 0) + 1 FROM booking_events), false)"}},
    {NULL}};

const bk_db_schema_t booking_store_dbd_schema = {
    .component = "booking",
    .count = BOOKING_STATEMENTS,
    .statements = booking_store_dbd_statements,
    .steps = booking_store_dbd_migrations,
    .tables = tables,
    .keys = BOOKING_KEYS,
};

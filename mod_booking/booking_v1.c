#include "booking_v1.h"

#include <stddef.h>

#include "bk_problems_page.h"
#include "booking_taken.h"
#include "booking_v1_approval.h"
#include "booking_v1_archive.h"
#include "booking_v1_availability.h"
#include "booking_v1_bookings.h"
#include "booking_v1_change.h"
#include "booking_v1_closures.h"
#include "booking_v1_events.h"
#include "booking_v1_external.h"
#include "booking_v1_history.h"
#include "booking_v1_list.h"
#include "booking_v1_quotas.h"
#include "booking_v1_series.h"
#include "booking_v1_store.h"

const char *const booking_v1_collections[] = {"bookings", "availability", "events",   "quotas",
                                              "series",   "closures",     "problems", NULL};

/* clang-format off */
const bk_route_t booking_v1_routes[] = {
    BOOKING_V1_LIST_ROUTES,
    BOOKING_V1_BOOKINGS_ROUTES,
    BOOKING_V1_CHANGE_ROUTES,
    BOOKING_V1_EXTERNAL_ROUTES,
    BOOKING_V1_HISTORY_ROUTES,
    BOOKING_V1_EVENTS_ROUTES,
    BOOKING_V1_AVAILABILITY_ROUTES,
    BOOKING_V1_QUOTAS_ROUTES,
    BOOKING_V1_APPROVAL_ROUTES,
    BOOKING_V1_SERIES_ROUTES,
    BOOKING_V1_CLOSURES_ROUTES,
    BOOKING_V1_ARCHIVE_ROUTES,
    BK_PROBLEMS_PAGE_ROUTE,
    {NULL},
};
/* clang-format on */

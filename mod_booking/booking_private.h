/* booking_private: what every file of mod_booking that answers requests needs: whose settings and
 * log lines they are, its errors, and how it finds its store. booking_store.h has the store itself,
 * without httpd: bookable-admin includes that. */
#ifndef BOOKING_PRIVATE_H
#define BOOKING_PRIVATE_H

#include "bk_answer.h"
#include "bk_request.h"
#include "bk_service.h"
#include "bk_store.h"
#include "booking_config.h"
#include "booking_errors.h"
#include "booking_store.h"

/** The provider group of booking stores: a third party's module may register another. */
#define BOOKING_STORE_GROUP "bookable-booking-store"
#define BOOKING_STORE_VERSION "2"

/** The verbs of the store that bk_store_acquire() got. */
static inline const booking_store_verbs_t *booking_verbs(const bk_request_t *request)
{
    return request->store->verbs[BK_STORE_CORE];
}

#endif

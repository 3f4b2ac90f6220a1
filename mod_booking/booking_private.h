/* booking_private: what every file of mod_booking that answers requests includes: settings, the
 * module for log lines, errors, and access to the store's verbs. booking_store.h, which
 * bookable-admin includes too, needs no httpd. */
#ifndef BOOKING_PRIVATE_H
#define BOOKING_PRIVATE_H

#include "bk_answer.h"
#include "bk_request.h"
#include "bk_service.h"
#include "bk_store.h"
#include "booking_config.h"
#include "booking_errors.h"
#include "booking_store.h"
#include "booking_taken.h"
#include "booking_v1_store.h"

/** The provider group of booking stores: a third party's module may register another. */
#define BOOKING_STORE_GROUP "bookable-booking-store"
#define BOOKING_STORE_VERSION "3"

/** The verbs of the store that bk_store_acquire() got. */
static inline const booking_store_verbs_t *booking_verbs(const bk_request_t *request)
{
    return request->store->verbs[BK_STORE_CORE];
}

/** Its verbs on what is taken: in routes of that group. */
static inline const booking_taken_verbs_t *booking_taken_verbs(const bk_request_t *request)
{
    return request->store->verbs[BOOKING_STORE_TAKEN];
}

/** The same, of API v1: in routes of that group, and where a space has a policy. */
static inline const booking_v1_store_verbs_t *booking_v1_verbs(const bk_request_t *request)
{
    return request->store->verbs[BOOKING_STORE_V1];
}

#endif

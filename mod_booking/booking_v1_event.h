/* booking_v1_event: an event of the log as API v1 shows it, in GET /v1/events and in the history of
 * a booking. It has no title and no notes: what people wrote must be erasable. */
#ifndef BOOKING_V1_EVENT_H
#define BOOKING_V1_EVENT_H

#include "bk_json_text.h"
#include "bk_zone.h"
#include "booking_event.h"

/** What happened, behind the kind. */
typedef enum booking_v1_event_type_t {
    BOOKING_V1_EVENT_CREATED,
    BOOKING_V1_EVENT_CHANGED,
    BOOKING_V1_EVENT_CANCELLED,
    BOOKING_V1_EVENT_APPROVED,
    BOOKING_V1_EVENT_REJECTED,
    BOOKING_V1_EVENT_RELEASED,
    BOOKING_V1_EVENT_EXPIRED,
    BOOKING_V1_EVENT_TYPES
} booking_v1_event_type_t;

/** The names of types, such as "booking.created", kind by kind, ending in NULL: what
 * booking_v1_event_type() returns is an index. */
extern const char *const booking_v1_event_names[];

/** The type of an event. @return -1: it is of a kind that is not shown */
int booking_v1_event_type(const booking_event_t *event);

/** A copy of an event in a pool. */
booking_event_t *booking_v1_event_copy(const booking_event_t *event, apr_pool_t *p);

/**
 * Write the members of an event.
 * @param id    of it in the log; 0: it has none there
 * @param via   by which door it came; -1: that is not known any more
 * @param zone  of its space, and of the one before; NULL: not known, so times are in UTC
 */
void booking_v1_event_write(bk_json_text_t *text, const booking_event_t *event, int via,
                            const bk_zone_t *zone, const bk_zone_t *old_zone);

#endif

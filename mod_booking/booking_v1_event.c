#include "booking_v1_event.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_time.h"
#include "booking_v1_store.h"

#define NAMES(kind)                                                                          \
    kind ".created", kind ".changed", kind ".cancelled", kind ".approved", kind ".rejected", \
        kind ".released", kind ".expired"

/* By booking_kind_t. Parts are of a booking, whose own events say it all. */
const char *const booking_v1_event_names[] = {NAMES("booking"), NAMES("hold"), NAMES("closure"),
                                              NULL};

/* ---- what happened ------------------------------------------------------------------------------
 */

static booking_v1_event_type_t what_happened(const booking_event_t *event)
{
    if (event->version == 1) {
        return BOOKING_V1_EVENT_CREATED;
    }
    if (event->state == event->old_state) {
        return BOOKING_V1_EVENT_CHANGED;
    }
    switch (event->state) {
    case BOOKING_STATE_CONFIRMED:
        return event->old_state == BOOKING_STATE_PENDING ? BOOKING_V1_EVENT_APPROVED
                                                         : BOOKING_V1_EVENT_CHANGED;
    case BOOKING_STATE_CANCELLED:
        return BOOKING_V1_EVENT_CANCELLED;
    case BOOKING_STATE_REJECTED:
        return BOOKING_V1_EVENT_REJECTED;
    case BOOKING_STATE_RELEASED:
        return BOOKING_V1_EVENT_RELEASED;
    case BOOKING_STATE_EXPIRED:
        return BOOKING_V1_EVENT_EXPIRED;
    default:
        return BOOKING_V1_EVENT_CHANGED;
    }
}

int booking_v1_event_type(const booking_event_t *event)
{
    return event->kind >= BOOKING_KIND_BOOKING && event->kind <= BOOKING_KIND_CLOSURE
               ? (int)event->kind * BOOKING_V1_EVENT_TYPES + (int)what_happened(event)
               : -1;
}

booking_event_t *booking_v1_event_copy(const booking_event_t *event, apr_pool_t *p)
{
    booking_event_t *copy = apr_pmemdup(p, event, sizeof(*event));

    copy->space_id = apr_pstrdup(p, event->space_id);
    copy->reason = apr_pstrdup(p, event->reason);
    copy->overridden = apr_pstrdup(p, event->overridden);
    copy->old_space_id = apr_pstrdup(p, event->old_space_id);
    return copy;
}

/* ---- JSON ---------------------------------------------------------------------------------------
 */

static void write_time(bk_json_text_t *text, const char *name, apr_int64_t ns,
                       const bk_zone_t *zone)
{
    bk_json_text_string(text, name,
                        zone ? bk_zone_format(zone, ns, text->p) : bk_time_format_utc(ns, text->p));
}

/* The house is nobody. */
static void write_person(bk_json_text_t *text, const char *name, apr_int64_t id)
{
    if (id == BOOKING_BY_HOUSE) {
        bk_json_text_string(text, name, NULL);
    }
    else {
        bk_json_text_id(text, name, id);
    }
}

/* The row before or after. */
typedef struct side_t {
    const char *space;
    apr_int64_t start_ns, end_ns, state, owner;
    const bk_zone_t *zone;
} side_t;

static void write_side(bk_json_text_t *text, const char *name, const side_t *side)
{
    static const char *const states[BOOKING_STATES] = {"confirmed", "pending",  "cancelled",
                                                       "rejected",  "released", "expired"};
    int is_known = side->state >= 0 && side->state < BOOKING_STATES;

    bk_json_text_object(text, name);
    write_time(text, "start", side->start_ns, side->zone);
    write_time(text, "end", side->end_ns, side->zone);
    bk_json_text_string(text, "space", side->space);
    bk_json_text_string(text, "state", is_known ? states[side->state] : NULL);
    write_person(text, "owner", side->owner);
    bk_json_text_object_end(text);
}

static void write_rules(bk_json_text_t *text, const char *names)
{
    char *rest = apr_pstrdup(text->p, names ? names : ""), *state;
    const char *name;

    bk_json_text_array(text, "overridden");
    for (name = apr_strtok(rest, ",", &state); name; name = apr_strtok(NULL, ",", &state)) {
        bk_json_text_string(text, NULL, name);
    }
    bk_json_text_array_end(text);
}

static void write_sides(bk_json_text_t *text, const booking_event_t *event, const bk_zone_t *zone,
                        const bk_zone_t *old_zone)
{
    const side_t before = {event->old_space_id, event->old_start_ns, event->old_end_ns,
                           event->old_state,    event->old_user_id,  old_zone};
    const side_t after = {event->space_id, event->start_ns, event->end_ns,
                          event->state,    event->user_id,  zone};

    if (event->old_space_id) {
        write_side(text, "before", &before);
    }
    else {
        bk_json_text_string(text, "before", NULL);
    }
    write_side(text, "after", &after);
}

void booking_v1_event_write(bk_json_text_t *text, const booking_event_t *event, int via,
                            const bk_zone_t *zone, const bk_zone_t *old_zone)
{
    static const char *const doors[] = {"base", "v1", "import", "tick"};
    int type = booking_v1_event_type(event);

    if (event->seq) {
        bk_json_text_id(text, "id", event->seq);
    }
    bk_json_text_string(text, "type", type < 0 ? NULL : booking_v1_event_names[type]);
    if (event->at_ns) {
        write_time(text, "at", event->at_ns, zone);
    }
    else {
        bk_json_text_string(text, "at", NULL);
    }
    write_person(text, "actor", event->actor);
    bk_json_text_string(text, "via", via >= 0 && via <= BOOKING_VIA_TICK ? doors[via] : NULL);
    bk_json_text_id(text, "booking", event->booking_id);
    bk_json_text_int(text, "version", event->version);
    bk_json_text_string(text, "space", event->space_id);
    bk_json_text_string(text, "timeZone", zone ? bk_zone_name(zone) : "UTC");
    write_sides(text, event, zone, old_zone);
    bk_json_text_string(text, "reason", event->reason);
    write_rules(text, event->overridden);
}

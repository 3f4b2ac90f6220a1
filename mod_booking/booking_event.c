#include "booking_event.h"

#define COLUMN(member, kind, flags) \
    BK_FIELD(booking_event_t, member, kind, NULL, flags, BK_FIELD_ANY)

static const bk_field_t fields[] = {
    COLUMN(seq, INT, 0),
    COLUMN(at_ns, NS, 0),
    COLUMN(booking_id, ID, 0),
    COLUMN(version, INT, 0),
    COLUMN(kind, INT, 0),
    COLUMN(via, INT, 0),
    COLUMN(actor, ID, 0),
    COLUMN(space_id, TEXT, 0),
    COLUMN(start_ns, NS, 0),
    COLUMN(end_ns, NS, 0),
    COLUMN(state, INT, 0),
    COLUMN(user_id, ID, 0),
    COLUMN(reason, TEXT, BK_FIELD_OPTIONAL),
    COLUMN(overridden, TEXT, BK_FIELD_OPTIONAL),
    COLUMN(old_space_id, TEXT, BK_FIELD_OPTIONAL),
    COLUMN(old_start_ns, NS, BK_FIELD_OPTIONAL),
    COLUMN(old_end_ns, NS, BK_FIELD_OPTIONAL),
    COLUMN(old_state, INT, BK_FIELD_OPTIONAL),
    COLUMN(old_user_id, ID, BK_FIELD_OPTIONAL),
};

const bk_fields_t booking_event_fields = BK_FIELDS(fields);

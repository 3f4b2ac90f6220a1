#include "booking_v1_store.h"

#define COLUMN(member, kind, flags) BK_FIELD(booking_v1_t, member, kind, NULL, flags, BK_FIELD_ANY)

/* Columns of the table bookings. API v1 writes its JSON by itself: what of a row is shown depends
 * on who looks. */
static const bk_field_t fields[] = {
    COLUMN(id, ID, 0),
    COLUMN(space_id, TEXT, 0),
    COLUMN(date, TEXT, 0),
    COLUMN(user_id, ID, 0),
    COLUMN(occupants, INT, 0),
    COLUMN(start_ns, NS, 0),
    COLUMN(end_ns, NS, 0),
    COLUMN(kind, INT, 0),
    COLUMN(state, INT, 0),
    COLUMN(occupies, FLAG, 0),
    COLUMN(setup_ns, INT, 0),
    COLUMN(teardown_ns, INT, 0),
    COLUMN(expires_ns, NS, BK_FIELD_OPTIONAL),
    COLUMN(version, INT, 0),
    COLUMN(series_id, ID, BK_FIELD_OPTIONAL),
    COLUMN(occurrence, TEXT, BK_FIELD_OPTIONAL),
    COLUMN(parent_id, ID, BK_FIELD_OPTIONAL),
    COLUMN(title, TEXT, BK_FIELD_OPTIONAL),
    COLUMN(notes, TEXT, BK_FIELD_OPTIONAL),
    COLUMN(attributes, TEXT, BK_FIELD_OPTIONAL),
    COLUMN(participants, TEXT, BK_FIELD_OPTIONAL),
    COLUMN(is_private, FLAG, 0),
    COLUMN(checked_in_ns, NS, BK_FIELD_OPTIONAL),
    COLUMN(group_name, TEXT, BK_FIELD_OPTIONAL),
    COLUMN(policy, TEXT, BK_FIELD_OPTIONAL),
    COLUMN(building, TEXT, BK_FIELD_OPTIONAL),
    COLUMN(external_source, TEXT, BK_FIELD_OPTIONAL),
    COLUMN(external_key, TEXT, BK_FIELD_OPTIONAL),
    COLUMN(created_by, ID, BK_FIELD_OPTIONAL),
    COLUMN(created_ns, NS, 0),
    COLUMN(changed_by, ID, BK_FIELD_OPTIONAL),
    COLUMN(changed_ns, NS, BK_FIELD_OPTIONAL),
    COLUMN(via, INT, 0),
    COLUMN(reason, TEXT, BK_FIELD_OPTIONAL),
    COLUMN(overridden, TEXT, BK_FIELD_OPTIONAL),
    COLUMN(suggest, TEXT, BK_FIELD_OPTIONAL),
};

const bk_fields_t booking_v1_fields = BK_FIELDS(fields);

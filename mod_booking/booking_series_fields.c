#include "booking_series_store.h"

#define COLUMN(member, kind, flags) \
    BK_FIELD(booking_series_t, member, kind, NULL, flags, BK_FIELD_ANY)

static const bk_field_t fields[] = {
    COLUMN(id, ID, 0),
    COLUMN(space_id, TEXT, 0),
    COLUMN(user_id, ID, 0),
    BK_FIELD_AS(booking_series_t, start, "start_wall", TEXT, NULL, 0, BK_FIELD_ANY),
    COLUMN(minutes, INT, 0),
    COLUMN(time_zone, TEXT, 0),
    COLUMN(rule, TEXT, 0),
    BK_FIELD_AS(booking_series_t, except, "left_out", TEXT, NULL, 0, BK_FIELD_ANY),
    COLUMN(title, TEXT, BK_FIELD_OPTIONAL),
    COLUMN(created_by, ID, 0),
    COLUMN(created_ns, NS, 0),
    COLUMN(changed_by, ID, 0),
    COLUMN(changed_ns, NS, 0),
    COLUMN(version, INT, 0),
};

const bk_fields_t booking_series_fields = BK_FIELDS(fields);

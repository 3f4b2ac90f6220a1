#include "booking_store.h"

/* In the order of the members in answers. In shared memory the id is the key of the map, and date,
 * start and end are written as the calendar's range. */
static const bk_field_t fields[] = {
    BK_FIELD(booking_t, id, ID, "bookingID", 0, BK_FIELD_ANY),
    BK_FIELD(booking_t, space_id, TEXT, "spaceID", BK_FIELD_REQUIRED | BK_FIELD_KEPT, 1, INT64_MAX),
    BK_FIELD(booking_t, date, TEXT, "date", BK_FIELD_REQUIRED, BK_FIELD_ANY),
    BK_FIELD(booking_t, user_id, ID, "userID", BK_FIELD_REQUIRED | BK_FIELD_KEPT, BK_FIELD_ANY),
    BK_FIELD(booking_t, occupants, INT, "occupants", BK_FIELD_REQUIRED | BK_FIELD_KEPT, 1,
             INT64_MAX),
    BK_FIELD(booking_t, start_ns, NS, "startTime", 0, BK_FIELD_ANY),
    BK_FIELD(booking_t, end_ns, NS, "endTime", 0, BK_FIELD_ANY),
};

const bk_fields_t booking_fields = BK_FIELDS(fields);

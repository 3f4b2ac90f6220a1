#include "booking_closures_store.h"

#define COLUMN(member, kind) BK_FIELD(booking_closure_t, member, kind, NULL, 0, BK_FIELD_ANY)

static const bk_field_t fields[] = {
    COLUMN(id, ID),         COLUMN(start_ns, NS),    COLUMN(end_ns, NS),     COLUMN(spaces, TEXT),
    COLUMN(reason, TEXT),   COLUMN(is_public, FLAG), COLUMN(is_ended, FLAG), COLUMN(created_by, ID),
    COLUMN(created_ns, NS), COLUMN(changed_by, ID),  COLUMN(changed_ns, NS), COLUMN(version, INT),
};

const bk_fields_t booking_closures_fields = BK_FIELDS(fields);

#include "space_store.h"

/* In the order of the members in answers. In shared memory the id is the key of the map. */
static const bk_field_t fields[] = {
    BK_FIELD(space_t, id, TEXT, "spaceID", 0, BK_FIELD_ANY),
    BK_FIELD(space_t, room_code, INT, "roomCode", BK_FIELD_KEPT, BK_FIELD_ANY),
    BK_FIELD(space_t, building_code, TEXT, "buildingCode", BK_FIELD_KEPT, BK_FIELD_ANY),
    BK_FIELD(space_t, capacity, INT, "capacity", BK_FIELD_OPTIONAL | BK_FIELD_KEPT, BK_FIELD_ANY),
    BK_FIELD(space_t, open_time, TEXT, "openTime", BK_FIELD_OPTIONAL | BK_FIELD_KEPT, BK_FIELD_ANY),
    BK_FIELD(space_t, close_time, TEXT, "closeTime", BK_FIELD_OPTIONAL | BK_FIELD_KEPT,
             BK_FIELD_ANY),
};

const bk_fields_t space_fields = BK_FIELDS(fields);

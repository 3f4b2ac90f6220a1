#include "space_v1_store.h"

#define ANY 0, BK_FIELD_ANY
#define MAY_MISS BK_FIELD_OPTIONAL, BK_FIELD_ANY

/* Answers are not made from these tables: in JSON several members are lists or objects. */
static const bk_field_t space_list[] = {
    BK_FIELD(space_v1_t, id, TEXT, NULL, ANY),
    BK_FIELD(space_v1_t, room_code, INT, NULL, ANY),
    BK_FIELD(space_v1_t, building_code, TEXT, NULL, ANY),
    BK_FIELD(space_v1_t, capacity, INT, NULL, MAY_MISS),
    BK_FIELD(space_v1_t, open_time, TEXT, NULL, MAY_MISS),
    BK_FIELD(space_v1_t, close_time, TEXT, NULL, MAY_MISS),
    BK_FIELD(space_v1_t, name, TEXT, NULL, ANY),
    BK_FIELD(space_v1_t, floor, TEXT, NULL, MAY_MISS),
    BK_FIELD(space_v1_t, room, TEXT, NULL, MAY_MISS),
    BK_FIELD(space_v1_t, description, TEXT, NULL, MAY_MISS),
    BK_FIELD(space_v1_t, time_zone, TEXT, NULL, ANY),
    BK_FIELD(space_v1_t, features, TEXT, NULL, ANY),
    BK_FIELD(space_v1_t, attributes, TEXT, NULL, ANY),
    BK_FIELD(space_v1_t, policy, TEXT, NULL, MAY_MISS),
    BK_FIELD(space_v1_t, managers, TEXT, NULL, ANY),
    BK_FIELD(space_v1_t, parts, TEXT, NULL, ANY),
    BK_FIELD(space_v1_t, is_archived, FLAG, NULL, ANY),
    BK_FIELD(space_v1_t, reason, TEXT, NULL, MAY_MISS),
    BK_FIELD(space_v1_t, sort_order, INT, NULL, ANY),
    BK_FIELD(space_v1_t, sort_key, TEXT, NULL, ANY),
    BK_FIELD(space_v1_t, search, TEXT, NULL, ANY),
    BK_FIELD(space_v1_t, marks, INT, NULL, ANY),
    BK_FIELD(space_v1_t, version, INT, NULL, ANY),
    BK_FIELD(space_v1_t, created_ns, NS, NULL, MAY_MISS),
    BK_FIELD(space_v1_t, changed_ns, NS, NULL, MAY_MISS),
};

const bk_fields_t space_v1_fields = BK_FIELDS(space_list);

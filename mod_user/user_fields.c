#include "user_store.h"

/* In shared memory the id is the key of the map, and the other fields without BK_FIELD_KEPT are
 * written as state_t, which has a fixed length. */
static const bk_field_t fields[] = {
    BK_FIELD(user_t, id, ID, NULL, 0, BK_FIELD_ANY),
    BK_FIELD(user_t, name, TEXT, NULL, BK_FIELD_KEPT, BK_FIELD_ANY),
    BK_FIELD(user_t, email, TEXT, NULL, BK_FIELD_OPTIONAL | BK_FIELD_KEPT, BK_FIELD_ANY),
    BK_FIELD(user_t, password_hash, TEXT, NULL, BK_FIELD_KEPT, BK_FIELD_ANY),
    BK_FIELD(user_t, is_admin, FLAG, NULL, 0, BK_FIELD_ANY),
    BK_FIELD(user_t, session_start, INT, NULL, 0, BK_FIELD_ANY),
    BK_FIELD(user_t, session_end, INT, NULL, 0, BK_FIELD_ANY),
    BK_FIELD_AS(user_t, is_disabled, "state", FLAG, NULL, 0, BK_FIELD_ANY),
};

const bk_fields_t user_fields = BK_FIELDS(fields);

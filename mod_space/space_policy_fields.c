#include "space_v1_store.h"

#define ANY 0, BK_FIELD_ANY

static const bk_field_t policy_list[] = {
    BK_FIELD(space_policy_t, id, TEXT, NULL, ANY),
    BK_FIELD(space_policy_t, body, TEXT, NULL, ANY),
    BK_FIELD(space_policy_t, see, TEXT, NULL, ANY),
    BK_FIELD(space_policy_t, version, INT, NULL, ANY),
    BK_FIELD(space_policy_t, created_ns, NS, NULL, ANY),
    BK_FIELD(space_policy_t, changed_ns, NS, NULL, ANY),
};

const bk_fields_t space_policy_fields = BK_FIELDS(policy_list);

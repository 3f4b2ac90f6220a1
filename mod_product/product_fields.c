#include "product_store.h"

/* In the order of the members in answers, which is also the order in which members of a wrong type
 * are reported (a contract with clients). In shared memory the id is the key of the map. */
static const bk_field_t fields[] = {
    BK_FIELD(product_t, id, INT, "product_id", BK_FIELD_SENT, BK_FIELD_ANY),
    BK_FIELD(product_t, sku, TEXT, "sku", BK_FIELD_SENT | BK_FIELD_KEPT, BK_FIELD_ANY),
    BK_FIELD(product_t, manufacturer, TEXT, "manufacturer", BK_FIELD_SENT | BK_FIELD_KEPT,
             BK_FIELD_ANY),
    BK_FIELD(product_t, category_id, INT, "category_id", BK_FIELD_SENT | BK_FIELD_KEPT,
             BK_FIELD_ANY),
    BK_FIELD(product_t, weight, INT, "weight", BK_FIELD_SENT | BK_FIELD_KEPT, BK_FIELD_ANY),
    BK_FIELD(product_t, some_other_id, INT, "some_other_id", BK_FIELD_SENT | BK_FIELD_KEPT,
             BK_FIELD_ANY),
};

const bk_fields_t product_fields = BK_FIELDS(fields);

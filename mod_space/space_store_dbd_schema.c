/* The tables of spaces and policies in a database, and what makes them a store's schema. */
#include "space_store_dbd_private.h"

/* Policies come first, for spaces name them. */
static const bk_db_table_t tables[] = {
    {"policies", &space_policy_fields}, {"spaces", &space_v1_fields}, {NULL}};

const bk_db_schema_t space_store_dbd_schema = {
    .component = "space",
    .count = SPACE_STATEMENTS,
    .statements = space_store_dbd_statements,
    .steps = space_store_dbd_migrations,
    .tables = tables,
    .keys = SPACE_KEYS,
};

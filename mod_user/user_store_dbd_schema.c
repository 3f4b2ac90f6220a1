/* The tables of users, tokens and groups in a database, and what makes them a store's schema. */
#include "user_people.h"
#include "user_store_dbd_private.h"

typedef struct membership_t {
    apr_int64_t user_id;
    const char *name, *source;
} membership_t;

typedef struct group_t {
    const char *name, *description;
    apr_int64_t version;
    apr_time_t created, changed;
} group_t;

static const bk_field_t membership_list[] = {
    BK_FIELD(membership_t, user_id, ID, NULL, 0, BK_FIELD_ANY),
    BK_FIELD(membership_t, name, TEXT, NULL, 0, BK_FIELD_ANY),
    BK_FIELD(membership_t, source, TEXT, NULL, 0, BK_FIELD_ANY),
};
static const bk_fields_t membership_fields = BK_FIELDS(membership_list);

static const bk_field_t group_list[] = {
    BK_FIELD(group_t, name, TEXT, NULL, 0, BK_FIELD_ANY),
    BK_FIELD(group_t, description, TEXT, NULL, BK_FIELD_OPTIONAL, BK_FIELD_ANY),
    BK_FIELD(group_t, version, INT, NULL, 0, BK_FIELD_ANY),
    BK_FIELD(group_t, created, INT, NULL, 0, BK_FIELD_ANY),
    BK_FIELD(group_t, changed, INT, NULL, 0, BK_FIELD_ANY),
};
static const bk_fields_t group_fields = BK_FIELDS(group_list);

static const bk_db_table_t tables[] = {
    {"users", &user_store_v1_fields},
    {"user_tokens", &user_store_v1_fields_token},
    {.name = "user_groups", .fields = &membership_fields, .keys = 3},
    {"groups", &group_fields},
    {.name = "base", .fields = &user_fields, .is_view = 1},
    {.name = "account", .fields = &user_store_v1_fields_account, .is_view = 1},
    {.name = "person", .fields = &user_people_fields, .is_view = 1},
    {.name = "session", .fields = &user_store_v1_fields_session, .is_view = 1},
    {NULL}};

const bk_db_schema_t user_store_dbd_schema = {
    .component = "user",
    .count = STATEMENTS,
    .statements = user_store_dbd_statements,
    .steps = user_store_dbd_migrations,
    .tables = tables,
    .keys = KEYS,
};

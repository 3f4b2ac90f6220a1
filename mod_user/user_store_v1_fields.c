#include "user_store_v1.h"

#define OPTIONAL_TEXT(type, member) \
    BK_FIELD(type, member, TEXT, NULL, BK_FIELD_OPTIONAL, BK_FIELD_ANY)
#define PLAIN(type, member, kind) BK_FIELD(type, member, kind, NULL, 0, BK_FIELD_ANY)

/* The groups of the row of users that a statement is at. PostgreSQL and SQLite need the inner query
 * for their order. */
#define GROUPS                                                                               \
    "(SELECT {join}(name, ',') FROM (SELECT DISTINCT name FROM user_groups WHERE user_id = " \
    "users.id ORDER BY name) AS own)"

#define ACCOUNT                                                                              \
    PLAIN(user_v1_t, id, ID), PLAIN(user_v1_t, name, TEXT), OPTIONAL_TEXT(user_v1_t, email), \
        PLAIN(user_v1_t, password_hash, TEXT), PLAIN(user_v1_t, is_admin, FLAG),             \
        PLAIN(user_v1_t, session_start, INT), PLAIN(user_v1_t, session_end, INT),            \
        BK_FIELD_AS(user_v1_t, is_disabled, "state", FLAG, NULL, 0, BK_FIELD_ANY),           \
        OPTIONAL_TEXT(user_v1_t, login), OPTIONAL_TEXT(user_v1_t, login_key),                \
        OPTIONAL_TEXT(user_v1_t, display_name), OPTIONAL_TEXT(user_v1_t, language),          \
        OPTIONAL_TEXT(user_v1_t, time_zone), OPTIONAL_TEXT(user_v1_t, settings),             \
        OPTIONAL_TEXT(user_v1_t, identity), PLAIN(user_v1_t, is_auditor, FLAG),              \
        PLAIN(user_v1_t, is_service, FLAG), PLAIN(user_v1_t, version, INT),                  \
        PLAIN(user_v1_t, created, INT), PLAIN(user_v1_t, changed, INT),                      \
        PLAIN(user_v1_t, signed_on, INT), OPTIONAL_TEXT(user_v1_t, sort_key),                \
        OPTIONAL_TEXT(user_v1_t, search)

static const bk_field_t fields[] = {ACCOUNT};
const bk_fields_t user_store_v1_fields = BK_FIELDS(fields);

static const bk_field_t account_fields[] = {
    ACCOUNT, BK_FIELD_AS(user_v1_t, groups, GROUPS, TEXT, NULL, BK_FIELD_OPTIONAL, BK_FIELD_ANY)};
const bk_fields_t user_store_v1_fields_account = BK_FIELDS(account_fields);

static const bk_field_t token_fields[] = {
    BK_FIELD(user_token_t, digest, BYTES, NULL, 0, BK_TOKEN_DIGEST, BK_TOKEN_DIGEST),
    PLAIN(user_token_t, user_id, ID),
    PLAIN(user_token_t, expires, INT),
    PLAIN(user_token_t, kind, INT),
    BK_FIELD_AS(user_token_t, id, "token_id", ID, NULL, BK_FIELD_OPTIONAL, BK_FIELD_ANY),
    OPTIONAL_TEXT(user_token_t, label),
    OPTIONAL_TEXT(user_token_t, prefix),
    OPTIONAL_TEXT(user_token_t, scopes),
    OPTIONAL_TEXT(user_token_t, spaces),
    PLAIN(user_token_t, opened, INT),
    PLAIN(user_token_t, seen, INT),
    PLAIN(user_token_t, idle, INT),
    PLAIN(user_token_t, ends, INT),
    OPTIONAL_TEXT(user_token_t, agent),
};
const bk_fields_t user_store_v1_fields_token = BK_FIELDS(token_fields);

static const bk_field_t session_fields[] = {
    PLAIN(user_session_t, id, ID),
    PLAIN(user_session_t, name, TEXT),
    OPTIONAL_TEXT(user_session_t, login),
    OPTIONAL_TEXT(user_session_t, display_name),
    PLAIN(user_session_t, is_admin, FLAG),
    PLAIN(user_session_t, is_auditor, FLAG),
    PLAIN(user_session_t, is_service, FLAG),
    OPTIONAL_TEXT(user_session_t, identity),
    PLAIN(user_session_t, signed_on, INT),
    PLAIN(user_session_t, expires, INT),
    PLAIN(user_session_t, kind, INT),
    BK_FIELD(user_session_t, token_id, ID, NULL, BK_FIELD_OPTIONAL, BK_FIELD_ANY),
    OPTIONAL_TEXT(user_session_t, scopes),
    OPTIONAL_TEXT(user_session_t, spaces),
    PLAIN(user_session_t, opened, INT),
    PLAIN(user_session_t, seen, INT),
    PLAIN(user_session_t, idle, INT),
    PLAIN(user_session_t, ends, INT),
    BK_FIELD_AS(user_session_t, groups, GROUPS, TEXT, NULL, BK_FIELD_OPTIONAL, BK_FIELD_ANY),
};
const bk_fields_t user_store_v1_fields_session = BK_FIELDS(session_fields);

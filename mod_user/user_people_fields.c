#include "user_people.h"

#define OPTIONAL(member) \
    BK_FIELD_AS(user_person_t, account.member, #member, TEXT, NULL, BK_FIELD_OPTIONAL, BK_FIELD_ANY)
#define PLAIN(member, kind) \
    BK_FIELD_AS(user_person_t, account.member, #member, kind, NULL, 0, BK_FIELD_ANY)
#define GROUPS(member, source)                                                                 \
    BK_FIELD_AS(user_person_t, member,                                                         \
                "(SELECT {join}(name, ',') FROM (SELECT name FROM user_groups WHERE user_id =" \
                " users.id AND source = '" source "' ORDER BY name) AS own)",                  \
                TEXT, NULL, BK_FIELD_OPTIONAL, BK_FIELD_ANY)

static const bk_field_t fields[] = {
    PLAIN(id, ID),
    PLAIN(name, TEXT),
    OPTIONAL(email),
    PLAIN(is_admin, FLAG),
    BK_FIELD_AS(user_person_t, account.is_disabled, "state", FLAG, NULL, 0, BK_FIELD_ANY),
    OPTIONAL(login),
    OPTIONAL(login_key),
    OPTIONAL(display_name),
    OPTIONAL(language),
    OPTIONAL(time_zone),
    OPTIONAL(identity),
    PLAIN(is_auditor, FLAG),
    PLAIN(is_service, FLAG),
    PLAIN(version, INT),
    PLAIN(created, INT),
    PLAIN(changed, INT),
    PLAIN(signed_on, INT),
    OPTIONAL(sort_key),
    GROUPS(local_groups, "local"),
    GROUPS(sso_groups, "sso"),
};
const bk_fields_t user_people_fields = BK_FIELDS(fields);

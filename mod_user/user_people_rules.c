#include "user_people_rules.h"

#include <string.h>

#include <apr_strings.h>
#include <apr_tables.h>

#include "bk_name.h"
#include "bk_random.h"
#include "bk_text.h"
#include "user_rules.h"

const char *const user_people_rules_roles[] = {"member", "admin", "auditor", NULL};

const char *user_people_rules_role(const user_v1_t *account)
{
    return account->is_admin ? "admin" : account->is_auditor ? "auditor" : "member";
}

int user_people_rules_set_role(user_v1_t *account, const char *role)
{
    account->is_admin = strcmp(role, "admin") == 0;
    account->is_auditor = strcmp(role, "auditor") == 0;
    return account->is_admin || account->is_auditor || strcmp(role, "member") == 0;
}

const char *user_people_rules_set_login(user_v1_t *account, const char *login,
                                        const char *const *reserved, apr_pool_t *p)
{
    const char *wrong = user_rules_new_name(&login, reserved, account->is_admin, p);

    if (wrong) {
        return wrong;
    }
    account->login = login;
    return user_store_v1_key(&account->login_key, login, p) == APR_SUCCESS
               ? NULL
               : "The user name cannot be compared with others";
}

const char *user_people_rules_display_name(const char *name)
{
    if (!*name || bk_text_chars(name, strlen(name)) > USER_PEOPLE_RULES_NAME) {
        return "A display name must have 1 to 100 characters";
    }
    return bk_name_wrong(name);
}

const char *user_people_rules_identity(const char *identity)
{
    apr_size_t len = strlen(identity);

    return len == 0 || len > USER_PEOPLE_RULES_IDENTITY || !bk_text_is_utf8(identity) ||
                   bk_text_has_control(identity, len)
               ? "An identity must have 1 to 255 bytes of UTF-8 without control characters"
               : NULL;
}

int user_people_rules_has(const char *list, const char *name)
{
    apr_size_t len = strlen(name);
    const char *at = list ? list : "";

    for (;;) {
        apr_size_t own = strcspn(at, ",");

        if (own == len && memcmp(at, name, len) == 0) {
            return 1;
        }
        if (!at[own]) {
            return 0;
        }
        at += own + 1;
    }
}

static int is_among(const apr_array_header_t *names, const char *name)
{
    int i;

    for (i = 0; i < names->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(names, i, const char *), name) == 0) {
            return 1;
        }
    }
    return 0;
}

const char *const *user_people_rules_local(const user_person_t *person, const char *const *given,
                                           apr_pool_t *p)
{
    apr_array_header_t *names = apr_array_make(p, 8, sizeof(const char *));

    for (; *given; given++) {
        int is_brought = person && user_people_rules_has(person->sso_groups, *given) &&
                         !user_people_rules_has(person->local_groups, *given);

        if (!is_brought && !is_among(names, *given)) {
            APR_ARRAY_PUSH(names, const char *) = *given;
        }
    }
    APR_ARRAY_PUSH(names, const char *) = NULL;
    return (const char *const *)names->elts;
}

typedef struct addition_t {
    const user_people_verbs_t *verbs;
    void *handle;
    const user_v1_t *account;
    const char *const *groups;
} addition_t;

static apr_status_t add(void *baton)
{
    const addition_t *this = baton;

    return this->verbs->add(this->handle, this->account, this->groups);
}

apr_status_t user_people_rules_add(const user_people_verbs_t *verbs, void *handle,
                                   user_v1_t *account, const char *const *groups)
{
    addition_t addition = {verbs, handle, account, groups};

    return bk_random_insert(&account->id, add, &addition);
}

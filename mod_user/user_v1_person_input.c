#include "user_v1_person_input.h"

#include <string.h>

#include "bk_answer_v1.h"
#include "bk_fault.h"
#include "bk_password.h"
#include "user_people_rules.h"
#include "user_rules.h"

#define SHARED                                                                            \
    {.name = "displayName", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, USER_PEOPLE_RULES_NAME)}, \
        {.name = "email", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, USER_RULES_EMAIL_MOST)},    \
        {.name = "role", .kind = BK_INPUT_WORD, .words = user_people_rules_roles},        \
        {.name = "disabled", .kind = BK_INPUT_BOOL},                                      \
    {                                                                                     \
        .name = "groups", BK_INPUT_TEXT_OF(BK_INPUT_LIST, USER_RULES_GROUP_MOST),         \
        .most = USER_PEOPLE_GROUPS                                                        \
    }

const bk_input_row_t user_v1_person_input_new[] = {
    {.name = "login", BK_INPUT_TEXT_OF(BK_INPUT_REQUIRED, 100)},
    {.name = "password", .kind = BK_INPUT_TEXT, .min = 1, .max = BK_PASSWORD_BYTES},
    {.name = "service", .kind = BK_INPUT_BOOL},
    SHARED,
    {NULL}};

/* What an answer has beside is taken back, and not looked at. */
const bk_input_row_t user_v1_person_input_patch[] = {
    {.name = "login", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, 100)},
    SHARED,
    BK_INPUT_GIVEN_BACK("id"),
    BK_INPUT_GIVEN_BACK("name"),
    BK_INPUT_GIVEN_BACK("service"),
    BK_INPUT_GIVEN_BACK("signOn"),
    BK_INPUT_GIVEN_BACK("signOnGroups"),
    BK_INPUT_GIVEN_BACK("signedOnAt"),
    BK_INPUT_GIVEN_BACK("createdAt"),
    BK_INPUT_GIVEN_BACK("changedAt"),
    BK_INPUT_GIVEN_BACK("version"),
    {NULL}};

static void add_wrong(bk_faults_t *faults, const char *member, const char *wrong)
{
    if (wrong) {
        bk_fault_add_value(faults, member, wrong);
    }
}

int user_v1_person_input_apply(bk_request_t *request, user_v1_t *account)
{
    const user_conf_t *conf = user_config_of(request->conf);
    const bk_input_t *input = request->input;
    bk_faults_t faults;
    const char *text;

    bk_fault_none(&faults, request->r->pool);
    if (bk_input_patch_text(input, "role", &text, "member")) {
        (void)user_people_rules_set_role(account, text);
    }
    if (bk_input_field(input, "disabled")->state != BK_INPUT_ABSENT) {
        account->is_disabled = (int)bk_input_number(input, "disabled", 0);
    }
    if (bk_input_patch_text(input, "login", &text, NULL)) {
        account->login = account->login_key = NULL;
        add_wrong(&faults, "login",
                  text ? user_people_rules_set_login(account, text, conf->reserved_names,
                                                     request->r->pool)
                       : NULL);
    }
    if (bk_input_patch_text(input, "displayName", &text, NULL)) {
        account->display_name = text;
        add_wrong(&faults, "displayName", text ? user_people_rules_display_name(text) : NULL);
    }
    if (bk_input_patch_text(input, "email", &text, NULL)) {
        account->email = text;
        add_wrong(&faults, "email", text ? user_rules_email(text, strlen(text)) : NULL);
    }
    return bk_fault_count(&faults) ? bk_answer_faults(request, &faults) : BK_CONTINUE;
}

const char *const *user_v1_person_input_groups(bk_request_t *request, const user_person_t *person)
{
    const bk_input_field_t *field = bk_input_field(request->input, "groups");
    apr_pool_t *p = request->r->pool;
    const char **names;
    apr_size_t i;

    if (field->state == BK_INPUT_ABSENT) {
        return NULL;
    }
    names = apr_pcalloc(p, (field->count + 1) * sizeof(*names));
    for (i = 0; i < field->count; i++) {
        names[i] = field->values[i].text;
    }
    return user_people_rules_local(person, names, p);
}

int user_v1_person_input_check_groups(bk_request_t *request)
{
    const bk_input_field_t *field = bk_input_field(request->input, "groups");
    const bk_fault_pointer_t outer = {NULL, "groups", 0};
    bk_faults_t faults;
    apr_size_t i;

    bk_fault_none(&faults, request->r->pool);
    for (i = 0; i < field->count; i++) {
        const bk_fault_pointer_t where = {&outer, NULL, i};
        const char *wrong = user_rules_group(field->values[i].text, field->values[i].len);

        if (wrong) {
            bk_fault_add(&faults, &where, BK_FAULT_BAD_VALUE, "%s", wrong);
        }
    }
    return bk_fault_count(&faults) ? bk_answer_faults(request, &faults) : BK_CONTINUE;
}

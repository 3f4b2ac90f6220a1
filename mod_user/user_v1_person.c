#include "user_v1_person.h"

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "user_people_rules.h"
#include "user_session.h"

/* Write names that are separated by commas as elements, but those that another list has. */
static void write_names(bk_json_text_t *text, const char *names, const char *but)
{
    char *rest = apr_pstrdup(text->p, names ? names : ""), *state;
    const char *name;

    for (name = apr_strtok(rest, ",", &state); name; name = apr_strtok(NULL, ",", &state)) {
        if (!user_people_rules_has(but, name)) {
            bk_json_text_string(text, NULL, name);
        }
    }
}

/* Each group once, whether it is local or sign-on brought it. */
static void write_groups(bk_json_text_t *text, const user_person_t *person)
{
    bk_json_text_array(text, "groups");
    write_names(text, person->local_groups, NULL);
    write_names(text, person->sso_groups, person->local_groups);
    bk_json_text_array_end(text);
}

static const char *name_of(const user_v1_t *account)
{
    return account->display_name ? account->display_name : account->name;
}

void user_v1_person_write_card(bk_json_text_t *text, const user_person_t *person)
{
    bk_json_text_id(text, "id", person->account.id);
    bk_json_text_string(text, "name", name_of(&person->account));
    write_groups(text, person);
}

void user_v1_person_write(bk_json_text_t *text, const user_person_t *person)
{
    const user_v1_t *account = &person->account;

    bk_json_text_id(text, "id", account->id);
    bk_json_text_string(text, "login", account->login);
    bk_json_text_string(text, "name", name_of(account));
    bk_json_text_string(text, "displayName", account->display_name);
    bk_json_text_string(text, "email", account->email);
    bk_json_text_string(text, "role", user_people_rules_role(account));
    bk_json_text_bool(text, "disabled", account->is_disabled);
    bk_json_text_bool(text, "service", account->is_service);
    write_groups(text, person);
    bk_json_text_array(text, "signOnGroups");
    write_names(text, person->sso_groups, NULL);
    bk_json_text_array_end(text);
    bk_json_text_bool(text, "signOn", account->identity != NULL);
    user_session_write_time(text, "signedOnAt", account->signed_on);
    user_session_write_time(text, "createdAt", account->created);
    user_session_write_time(text, "changedAt", account->changed);
    bk_json_text_int(text, "version", account->version);
}

const char *user_v1_person_text(const user_person_t *person, apr_size_t *len, apr_pool_t *p)
{
    bk_json_text_t text;

    bk_json_text_begin(&text, p);
    user_v1_person_write(&text, person);
    return bk_json_text_end(&text, len);
}

int user_v1_person_failed(bk_request_t *request, apr_status_t rv)
{
    switch (rv) {
    case APR_NOTFOUND:
        return bk_answer_problem(request, &bk_problem_not_found, NULL);
    case USER_LOGIN_TAKEN:
        return bk_answer_problem(request, &bk_problem_login_taken, NULL);
    case USER_LAST_ADMIN:
        return bk_answer_problem(request, &bk_problem_last_admin, NULL);
    case USER_NO_GROUP:
        return bk_answer_wrong_member(request, "groups", "names a group that does not exist");
    case USER_TOO_MANY_GROUPS:
        return bk_answer_wrong_member(request, "groups",
                                      "are more than the 64 that a person can be in");
    default:
        return bk_store_failed(request, rv);
    }
}

int user_v1_person_find(bk_request_t *request, user_person_t *person)
{
    apr_status_t rv =
        user_people_verbs(request)->find(request->handle, request->id, person, request->r->pool);

    return rv == APR_SUCCESS ? BK_CONTINUE : user_v1_person_failed(request, rv);
}

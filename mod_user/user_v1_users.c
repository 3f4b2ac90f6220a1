#include "user_v1_users.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_again.h"
#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_cache.h"
#include "bk_fault.h"
#include "bk_idempotency.h"
#include "bk_list.h"
#include "bk_password.h"
#include "bk_representation.h"
#include "bk_text.h"
#include "bk_time.h"
#include "user_login.h"
#include "user_people_rules.h"
#include "user_rules.h"

/* ---- members ------------------------------------------------------------------------------------
 */

#define SHARED                                                                            \
    {.name = "displayName", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, USER_PEOPLE_RULES_NAME)}, \
        {.name = "email", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, USER_RULES_EMAIL_MOST)},    \
        {.name = "role", .kind = BK_INPUT_WORD, .words = user_people_rules_roles},        \
        {.name = "disabled", .kind = BK_INPUT_BOOL},                                      \
    {                                                                                     \
        .name = "groups", BK_INPUT_TEXT_OF(BK_INPUT_LIST, USER_RULES_GROUP_MOST),         \
        .most = USER_PEOPLE_GROUPS                                                        \
    }

const bk_input_row_t user_v1_users_new_members[] = {
    {.name = "login", BK_INPUT_TEXT_OF(BK_INPUT_REQUIRED, 100)},
    {.name = "password", .kind = BK_INPUT_TEXT, .min = 1, .max = BK_PASSWORD_BYTES},
    {.name = "service", .kind = BK_INPUT_BOOL},
    SHARED,
    {NULL}};

/* What an answer has beside is taken back, and not looked at. */
const bk_input_row_t user_v1_users_members[] = {
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

const bk_input_row_t user_v1_users_list_query[] = {
    BK_LIST_PARAMETERS,
    {.name = "q", .kind = BK_INPUT_TEXT, .min = 1, .max = 200},
    {.name = "role", .kind = BK_INPUT_WORD, .words = user_people_rules_roles},
    {.name = "disabled", .kind = BK_INPUT_BOOL},
    {.name = "group", .kind = BK_INPUT_TEXT, .min = 1, .max = USER_RULES_GROUP_MOST},
    {NULL}};

/* ---- answers ------------------------------------------------------------------------------------
 */

static void write_time(bk_json_text_t *text, const char *name, apr_time_t time)
{
    bk_json_text_string(text, name, time ? bk_time_format_utc(time * 1000, text->p) : NULL);
}

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

static void write_person(bk_json_text_t *text, const user_person_t *person)
{
    const user_v1_t *account = &person->account;

    bk_json_text_id(text, "id", account->id);
    bk_json_text_string(text, "login", account->login);
    bk_json_text_string(text, "name",
                        account->display_name ? account->display_name : account->name);
    bk_json_text_string(text, "displayName", account->display_name);
    bk_json_text_string(text, "email", account->email);
    bk_json_text_string(text, "role", user_people_rules_role(account));
    bk_json_text_bool(text, "disabled", account->is_disabled);
    bk_json_text_bool(text, "service", account->is_service);
    bk_json_text_array(text, "groups");
    write_names(text, person->local_groups, NULL);
    write_names(text, person->sso_groups, person->local_groups);
    bk_json_text_array_end(text);
    bk_json_text_array(text, "signOnGroups");
    write_names(text, person->sso_groups, NULL);
    bk_json_text_array_end(text);
    bk_json_text_bool(text, "signOn", account->identity != NULL);
    write_time(text, "signedOnAt", account->signed_on);
    write_time(text, "createdAt", account->created);
    write_time(text, "changedAt", account->changed);
    bk_json_text_int(text, "version", account->version);
}

static const char *text_of(const user_person_t *person, apr_size_t *len, apr_pool_t *p)
{
    bk_json_text_t text;

    bk_json_text_begin(&text, p);
    write_person(&text, person);
    return bk_json_text_end(&text, len);
}

/* Why the store did not write an account. */
static int answer_failure(bk_request_t *request, apr_status_t rv)
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

static int find(bk_request_t *request, user_person_t *person)
{
    apr_status_t rv =
        user_people_verbs(request)->find(request->handle, request->id, person, request->r->pool);

    return rv == APR_SUCCESS ? BK_CONTINUE : answer_failure(request, rv);
}

/* ---- reading ------------------------------------------------------------------------------------
 */

int user_v1_users_path(bk_request_t *request)
{
    return bk_text_id(request->params[0], &request->id)
               ? BK_CONTINUE
               : bk_answer_problem(request, &bk_problem_not_found, NULL);
}

int user_v1_users_get(bk_request_t *request)
{
    user_person_t person = {{0}};
    const char *text;
    apr_size_t len = 0;
    int result = find(request, &person);

    if (result != BK_CONTINUE) {
        return result;
    }
    text = text_of(&person, &len, request->r->pool);
    return bk_representation_answer_version(request, person.account.version, text, len);
}

static apr_status_t add_item(void *baton, const user_person_t *person)
{
    bk_list_t *list = baton;
    apr_pool_t *p = list->request->r->pool;
    const char *at[] = {apr_pstrdup(p, person->account.sort_key),
                        apr_psprintf(p, "%" APR_INT64_T_FMT, person->account.id)};
    bk_json_text_t *text = bk_list_item(list, at);

    if (text) {
        write_person(text, person);
        bk_list_item_end(list);
    }
    return APR_SUCCESS;
}

static int read_words(bk_request_t *request, user_people_filter_t *filter)
{
    return user_search_patterns(filter->patterns, bk_input_text(request->query, "q", ""),
                                request->r->pool) == APR_SUCCESS
               ? BK_CONTINUE
               : bk_answer_wrong_parameter(
                     request, "q",
                     apr_psprintf(request->r->pool, "has more than %d words", USER_SEARCH_WORDS));
}

int user_v1_users_list(bk_request_t *request)
{
    user_people_filter_t filter = {
        .role = bk_input_text(request->query, "role", NULL),
        .is_disabled = (int)bk_input_number(request->query, "disabled", -1),
        .group = bk_input_text(request->query, "group", NULL),
        .after_key = "",
    };
    bk_list_t list;
    apr_status_t rv;
    int result = read_words(request, &filter);

    if (result == BK_CONTINUE) {
        result = bk_list_begin(&list, request, 2);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    if (list.after) {
        filter.after_key = list.after[0];
        (void)bk_text_int(list.after[1], &filter.after_id);
    }
    rv = user_people_verbs(request)->list(request->handle, &filter, list.limit + 1, add_item, &list,
                                          request->r->pool);
    return rv == APR_SUCCESS ? bk_list_answer(&list) : bk_store_failed(request, rv);
}

/* ---- changing -----------------------------------------------------------------------------------
 */

/* Apply what a body says, but its groups. */
static int apply(bk_request_t *request, user_v1_t *account)
{
    const user_conf_t *conf = user_config_of(request->conf);
    const bk_input_t *input = request->input;
    const char *text, *wrong = NULL;

    if (bk_input_patch_text(input, "role", &text, "member")) {
        (void)user_people_rules_set_role(account, text);
    }
    if (bk_input_field(input, "disabled")->state != BK_INPUT_ABSENT) {
        account->is_disabled = (int)bk_input_number(input, "disabled", 0);
    }
    if (bk_input_patch_text(input, "login", &text, NULL)) {
        account->login = account->login_key = NULL;
        wrong = text ? user_people_rules_set_login(account, text, conf->reserved_names,
                                                   request->r->pool)
                     : NULL;
        if (wrong) {
            return bk_answer_wrong_member(request, "login", wrong);
        }
    }
    if (bk_input_patch_text(input, "displayName", &text, NULL)) {
        account->display_name = text;
        wrong = text ? user_people_rules_display_name(text) : NULL;
        if (wrong) {
            return bk_answer_wrong_member(request, "displayName", wrong);
        }
    }
    if (bk_input_patch_text(input, "email", &text, NULL)) {
        account->email = text;
        wrong = text ? user_rules_email(text, strlen(text)) : NULL;
    }
    return wrong ? bk_answer_wrong_member(request, "email", wrong) : BK_CONTINUE;
}

/* The local groups that a body gives. @return NULL: it says nothing of them */
static const char *const *read_groups(bk_request_t *request, const user_person_t *person)
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

/* Check the names before they are looked for: they are written into SQL's parameters as JSON. */
static int check_groups(bk_request_t *request)
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

static const char *state_of(const user_v1_t *account)
{
    return account->is_disabled ? "disabled" : "active";
}

static int answer_changed(bk_request_t *request, const user_v1_t *was)
{
    user_person_t person = {{0}};
    const char *text;
    apr_size_t len = 0;
    int result = find(request, &person);

    if (result != BK_CONTINUE) {
        return result;
    }
    bk_audit(request, "BK0391: event=change-user", request->id, request->caller.id, "role",
             user_people_rules_role(&person.account), "was", user_people_rules_role(was), "state",
             state_of(&person.account), "login", person.account.login, "groups",
             person.local_groups, NULL);
    text = text_of(&person, &len, request->r->pool);
    return bk_representation_changed(request, person.account.version, text, len);
}

/* Read, compare, change.
 * @return the request's result; BK_CONTINUE: somebody else's change came between */
static int try_change(bk_request_t *request, void *unused)
{
    user_person_t person = {{0}};
    const char *const *groups;
    user_v1_t was;
    apr_status_t rv;
    int result = find(request, &person);

    if (result == BK_CONTINUE) {
        result = bk_representation_check_version(request, person.account.version);
    }
    was = person.account;
    if (result == BK_CONTINUE) {
        result = apply(request, &person.account);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    groups = read_groups(request, &person);
    person.account.changed = apr_time_now();
    rv = user_people_verbs(request)->change(request->handle, &person.account, groups, 1);
    if (rv == USER_VERSION_MISMATCH) {
        return BK_CONTINUE;
    }
    bk_cache_forget_owned(request, request->id);
    return rv == APR_SUCCESS ? answer_changed(request, &was) : answer_failure(request, rv);
}

int user_v1_users_change(bk_request_t *request)
{
    int result = check_groups(request);

    return result == BK_CONTINUE ? bk_again(request, BK_AGAIN_MOST, try_change, NULL) : result;
}

static int try_delete(bk_request_t *request, void *unused)
{
    user_person_t person = {{0}};
    apr_status_t rv;
    int result = find(request, &person);

    if (result == BK_CONTINUE) {
        result = bk_representation_check_version(request, person.account.version);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    rv =
        user_people_verbs(request)->remove(request->handle, request->id, person.account.version, 1);
    if (rv == USER_VERSION_MISMATCH) {
        return BK_CONTINUE;
    }
    bk_cache_forget_owned(request, request->id);
    if (rv != APR_SUCCESS) {
        return answer_failure(request, rv);
    }
    bk_audit(request, "BK0392: event=delete-user", request->id, request->caller.id, NULL);
    return bk_answer_empty(request, HTTP_NO_CONTENT);
}

int user_v1_users_delete(bk_request_t *request)
{
    return bk_again(request, BK_AGAIN_MOST, try_delete, NULL);
}

/* ---- somebody new -------------------------------------------------------------------------------
 */

/* Check a password, and hash it. The caller is identified again after hashing, because the role may
 * have been revoked, or the session ended, meanwhile. */
static int hash_password(bk_request_t *request, const char *password, const char **hash)
{
    const user_conf_t *conf = user_config_of(request->conf);
    const char *wrong = user_rules_password(password, conf->password_minimum, conf->password_list,
                                            request->r->pool);
    int result;

    if (wrong) {
        return bk_answer_wrong_member(request, "password", wrong);
    }
    result = user_login_hash(request, conf, USER_HASH_LOG_IN, password, hash);
    if (result == BK_CONTINUE) {
        result = user_login_identify(request);
    }
    return result == BK_CONTINUE && !request->caller.is_admin
               ? bk_answer_problem(request, &bk_problem_forbidden, NULL)
               : result;
}

static int read_new(bk_request_t *request, user_v1_t *account)
{
    const char *password = bk_input_text(request->input, "password", NULL);
    int result = apply(request, account);

    account->name = account->login;
    account->is_service = (int)bk_input_number(request->input, "service", 0);
    account->password_hash = "";
    if (result == BK_CONTINUE && password && account->is_service) {
        result = bk_answer_wrong_member(request, "password",
                                        "is none that the account of a program has");
    }
    return result == BK_CONTINUE && password
               ? hash_password(request, password, &account->password_hash)
               : result;
}

/* Somebody who is to be added. */
typedef struct new_person_t {
    user_v1_t account;
    const char *const *groups;
} new_person_t;

static apr_status_t make(bk_request_t *request, void *baton, bk_idempotency_made_t *made)
{
    new_person_t *person = baton;
    const user_people_verbs_t *verbs = user_people_verbs(request);
    user_person_t found = {{0}};
    apr_status_t rv =
        user_people_rules_add(verbs, request->handle, &person->account, person->groups);

    if (rv == APR_SUCCESS) {
        rv = verbs->find(request->handle, person->account.id, &found, request->r->pool);
    }
    if (rv == APR_SUCCESS) {
        made->location = apr_psprintf(request->r->pool, "%s/users/%" APR_INT64_T_FMT, request->path,
                                      person->account.id);
        made->version = found.account.version;
        made->text = text_of(&found, &made->len, request->r->pool);
    }
    return rv;
}

static int answer_new(bk_request_t *request, const user_v1_t *account,
                      const bk_idempotency_made_t *made)
{
    bk_audit(request, "BK0390: event=add-user", account->id, request->caller.id, "login",
             account->login, "role", user_people_rules_role(account), "service",
             account->is_service ? "yes" : NULL, NULL);
    return bk_answer_created_v1(request, made->location, made->version, made->text, made->len);
}

int user_v1_users_create(bk_request_t *request)
{
    static const char *const nowhere[] = {NULL};
    new_person_t person = {.account = {0}};
    bk_idempotency_made_t made;
    const char *const *groups;
    apr_status_t rv;
    int result = check_groups(request);

    if (result == BK_CONTINUE) {
        result = read_new(request, &person.account);
    }
    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    groups = read_groups(request, NULL);
    person.groups = groups ? groups : nowhere;
    person.account.created = person.account.changed = apr_time_now();
    result = bk_idempotency_make(request, make, &person, &made, &rv);
    if (result != BK_CONTINUE) {
        return result;
    }
    return rv == APR_SUCCESS ? answer_new(request, &person.account, &made)
                             : answer_failure(request, rv);
}

#include "user_v1_users_new.h"

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_idempotency.h"
#include "user_login.h"
#include "user_people_rules.h"
#include "user_rules.h"
#include "user_v1_person.h"
#include "user_v1_person_input.h"

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
    int result = user_v1_person_input_apply(request, account);

    account->name = account->login;
    account->is_service = (int)bk_input_number(request->input, "service", 0);
    account->password_hash = "";
    if (result == BK_CONTINUE && password && account->is_service) {
        result = bk_answer_wrong_member(request, "password", "is not for a service account");
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
        made->text = user_v1_person_text(&found, &made->len, request->r->pool);
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

int user_v1_users_new(bk_request_t *request)
{
    static const char *const nowhere[] = {NULL};
    new_person_t person = {.account = {0}};
    bk_idempotency_made_t made;
    const char *const *groups;
    apr_status_t rv;
    int result = user_v1_person_input_check_groups(request);

    if (result == BK_CONTINUE) {
        result = read_new(request, &person.account);
    }
    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    groups = user_v1_person_input_groups(request, NULL);
    person.groups = groups ? groups : nowhere;
    person.account.created = person.account.changed = apr_time_now();
    result = bk_idempotency_make(request, make, &person, &made, &rv);
    if (result != BK_CONTINUE) {
        return result;
    }
    return rv == APR_SUCCESS ? answer_new(request, &person.account, &made)
                             : user_v1_person_failed(request, rv);
}

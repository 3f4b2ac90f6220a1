#include "user_sso_account.h"

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_cache.h"
#include "bk_random.h"
#include "bk_settle.h"
#include "user_login.h"
#include "user_rules.h"

/* Logins that are tried: the one that is said, and eight with a number behind it. */
#define LOGINS 9

/* A status of insert(): another request has made the account meanwhile. */
#define MADE (APR_OS_START_USERERR + 90)

static int refuse(bk_request_t *request, apr_int64_t id, const char *reason, const char *detail)
{
    user_login_failed(request, id, reason);
    return user_sso_person_refuse(request, detail);
}

/* ---- a new account ------------------------------------------------------------------------------
 */

typedef struct insertion_t {
    bk_request_t *request;
    user_v1_t *account;
    int is_numbered; /* the login is made of the id */
} insertion_t;

static apr_status_t find_made(bk_request_t *request, void *account)
{
    const user_v1_t *made = account;
    user_v1_t found;
    apr_status_t rv = user_v1_verbs(request)->find_identity(request->handle, made->identity, &found,
                                                            request->r->pool);

    return rv == APR_SUCCESS && found.id != made->id ? APR_NOTFOUND : rv;
}

/* Whether there is an account with the identity. */
static apr_status_t look(const insertion_t *this)
{
    user_v1_t found;

    return user_v1_verbs(this->request)
        ->find_identity(this->request->handle, this->account->identity, &found,
                        this->request->r->pool);
}

static apr_status_t set_login(user_v1_t *account, const char *login, apr_pool_t *p)
{
    account->login = account->name = login;
    return user_store_v1_key(&account->login_key, login, p);
}

/* Insert an account with the id that was drawn. Of two first log-ins at once the second finds what
 * the first has made. */
static apr_status_t insert(void *baton)
{
    insertion_t *this = baton;
    apr_pool_t *p = this->request->r->pool;
    apr_status_t rv = APR_SUCCESS;

    if (this->is_numbered) {
        rv = set_login(this->account, apr_psprintf(p, "user-%" APR_INT64_T_FMT, this->account->id),
                       p);
    }
    if (rv == APR_SUCCESS) {
        rv = user_v1_verbs(this->request)->insert(this->request->handle, this->account);
    }
    rv = bk_settle(this->request, rv, find_made, this->account);
    return rv == APR_EEXIST && look(this) == APR_SUCCESS ? MADE : rv;
}

/* The login to try. @return NULL: it is none that the person may have */
static const char *login_to_try(bk_request_t *request, const user_sso_person_t *person, int number)
{
    const user_conf_t *conf = user_config_of(request->conf);
    apr_pool_t *p = request->r->pool;
    const char *login =
        number == 1 ? person->login : apr_psprintf(p, "%s-%d", person->login, number);

    return user_rules_new_name(&login, conf->reserved_names, person->is_admin == 1, p) ? NULL
                                                                                       : login;
}

/* Insert the account with a login that nobody else has. */
static apr_status_t insert_with_login(insertion_t *this, const user_sso_person_t *person)
{
    apr_status_t rv = USER_LOGIN_TAKEN;
    int number;

    for (number = 1; person->login && rv == USER_LOGIN_TAKEN && number <= LOGINS; number++) {
        const char *login = login_to_try(this->request, person, number);

        if (login && set_login(this->account, login, this->request->r->pool) == APR_SUCCESS) {
            rv = bk_random_insert(&this->account->id, insert, this);
        }
    }
    if (rv == USER_LOGIN_TAKEN) {
        this->is_numbered = 1;
        rv = bk_random_insert(&this->account->id, insert, this);
    }
    return rv;
}

/* Make the account of a person, unless another request does. */
static int make(bk_request_t *request, const user_sso_person_t *person, user_v1_t *account)
{
    insertion_t insertion = {request, account, 0};
    apr_status_t rv;

    *account = (user_v1_t){.identity = person->identity,
                           .password_hash = "",
                           .email = person->mail,
                           .display_name = person->display_name,
                           .is_admin = person->is_admin == 1,
                           .created = apr_time_now()};
    account->changed = account->signed_on = account->created;
    rv = insert_with_login(&insertion, person);
    if (rv != APR_SUCCESS && rv != MADE) {
        return bk_store_failed(request, rv);
    }
    if (rv == APR_SUCCESS) {
        bk_audit(request, "BK0407: event=sign-up", account->id, 0, "name", account->name, "role",
                 account->is_admin ? "admin" : "member", "by-sso", person->identity, NULL);
    }
    return BK_CONTINUE;
}

/* ---- what is said of the person -----------------------------------------------------------------
 */

static apr_status_t find_role(bk_request_t *request, void *role)
{
    user_t user;
    apr_status_t rv =
        user_verbs(request)->find(request->handle, request->id, &user, request->r->pool);

    return rv == APR_SUCCESS && user.is_admin != *(int *)role ? APR_NOTFOUND : rv;
}

/* Give or take the role of an administrator. The last one keeps it, or nobody could give it to
 * anybody again. */
static int set_role(bk_request_t *request, const user_sso_person_t *person, user_v1_t *account)
{
    int role = person->is_admin;
    apr_status_t rv;

    if (role < 0 || role == account->is_admin) {
        return BK_CONTINUE;
    }
    request->id = account->id;
    rv = user_verbs(request)->set_admin(request->handle, account->id, role, 1);
    rv = bk_settle(request, rv, find_role, &role);
    if (rv == USER_LAST_ADMIN) {
        ap_log_rerror(BK_MARK, APLOG_WARNING, 0, request->r,
                      "BK0408: user %" APR_INT64_T_FMT " is no administrator any more by "
                      "UserSSOAdmin, and stays one here, being the last",
                      account->id);
        return BK_CONTINUE;
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    bk_audit(request, "BK0409: event=role", account->id, account->id, "role",
             role ? "admin" : "member", "by-sso", person->identity, NULL);
    return BK_CONTINUE;
}

/* Write the rest, unless the person has been disabled meanwhile. */
static int write_said(bk_request_t *request, const user_sso_person_t *person,
                      const user_v1_t *account)
{
    const user_sign_on_t said = {
        .identity = person->identity,
        .display_name = person->display_name,
        .email = person->mail,
        .groups = person->groups ? (const char *const *)person->groups->names->elts : NULL,
        .group_count = person->groups ? person->groups->names->nelts : -1};
    apr_status_t rv =
        user_v1_verbs(request)->sign_on(request->handle, account->id, &said, apr_time_now());

    bk_cache_forget_owned(request, account->id);
    if (rv == APR_NOTFOUND) {
        return refuse(request, account->id, "disabled",
                      "An administrator has disabled this account");
    }
    return rv == APR_SUCCESS ? BK_CONTINUE : bk_store_failed(request, rv);
}

/* ---- both ---------------------------------------------------------------------------------------
 */

/* Find an account by its identity.
 * @param known  set to whether there is one */
static int find(bk_request_t *request, const user_sso_person_t *person, user_v1_t *account,
                int *known)
{
    apr_status_t rv = user_v1_verbs(request)->find_identity(request->handle, person->identity,
                                                            account, request->r->pool);

    *known = rv == APR_SUCCESS;
    return rv == APR_SUCCESS || rv == APR_NOTFOUND ? BK_CONTINUE : bk_store_failed(request, rv);
}

static int find_or_make(bk_request_t *request, const user_sso_person_t *person, user_v1_t *account)
{
    int known, result = find(request, person, account, &known);

    if (result != BK_CONTINUE || known) {
        return result;
    }
    if (!user_config_of(request->conf)->sso.provision) {
        return refuse(request, 0, "not-known",
                      "This person has no account, and signing on does not make one");
    }
    result = make(request, person, account);
    if (result == BK_CONTINUE) {
        result = find(request, person, account, &known);
    }
    return result == BK_CONTINUE && !known ? bk_answer_problem(request, &bk_problem_busy, NULL)
                                           : result;
}

int user_sso_account_find(bk_request_t *request, const user_sso_person_t *person,
                          user_v1_t *account)
{
    int known, result = find_or_make(request, person, account);

    if (result == BK_CONTINUE && account->is_disabled) {
        return refuse(request, account->id, "disabled",
                      "An administrator has disabled this account");
    }
    if (result == BK_CONTINUE) {
        result = set_role(request, person, account);
    }
    if (result == BK_CONTINUE) {
        result = write_said(request, person, account);
    }
    if (result == BK_CONTINUE) {
        result = find(request, person, account, &known);
    }
    return result;
}

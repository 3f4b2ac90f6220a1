#include "user_v1_me_password.h"

#include <string.h>

#include "bk_again.h"
#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_cache.h"
#include "bk_settle.h"
#include "user_login.h"
#include "user_rules.h"
#include "user_v1_account.h"

const bk_input_row_t user_v1_me_password_members[] = {
    {.name = "currentPassword", BK_INPUT_TEXT_OF(BK_INPUT_REQUIRED, 1000)},
    {.name = "newPassword", BK_INPUT_TEXT_OF(BK_INPUT_REQUIRED, 1000)},
    {NULL}};

static int check_current(bk_request_t *request, user_t *user)
{
    int right;
    int result = user_login_check(request, user, NULL,
                                  bk_input_text(request->input, "currentPassword", ""), &right);

    if (result == BK_CONTINUE && !right) {
        user_login_failed(request, user->id, "wrong-password");
        return bk_answer_problem(request, &bk_problem_bad_credentials,
                                 "The current password is wrong");
    }
    return result;
}

static apr_status_t find_hash(bk_request_t *request, void *hash)
{
    user_v1_t user;
    apr_status_t rv =
        user_v1_verbs(request)->find(request->handle, request->caller.id, &user, request->r->pool);

    return rv == APR_SUCCESS && strcmp(user.password_hash, hash) != 0 ? APR_NOTFOUND : rv;
}

/* @return the request's result; BK_CONTINUE: the password was changed meanwhile */
static int store_password(bk_request_t *request, const char *was, const char *hash)
{
    apr_status_t rv = user_v1_verbs(request)->set_password(request->handle, request->caller.id, was,
                                                           hash, user_login_token(request));

    rv = bk_settle(request, rv, find_hash, (void *)hash);
    if (rv == APR_EMISMATCH) {
        return BK_CONTINUE;
    }
    bk_cache_forget_owned(request, request->caller.id);
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    bk_audit(request, "BK0387: event=password", request->caller.id, request->caller.id, NULL);
    return bk_answer_empty(request, HTTP_NO_CONTENT);
}

/* The password that is to be set. */
typedef struct new_password_t {
    const char *text;
    const char *hash; /* NULL: it was not needed yet */
} new_password_t;

static int try_password(bk_request_t *request, void *baton)
{
    new_password_t *password = baton;
    user_v1_t user;
    user_t base;
    int result = user_v1_account_find(request, &user);

    if (result == BK_CONTINUE) {
        base = (user_t){.id = user.id, .password_hash = user.password_hash};
        result = check_current(request, &base);
    }
    if (result == BK_CONTINUE && !password->hash) {
        result = user_login_hash_change(request, password->text, &password->hash);
    }
    return result == BK_CONTINUE ? store_password(request, base.password_hash, password->hash)
                                 : result;
}

int user_v1_me_password_set(bk_request_t *request)
{
    const user_conf_t *conf = user_config_of(request->conf);
    new_password_t password = {bk_input_text(request->input, "newPassword", ""), NULL};
    const char *wrong = user_rules_password(password.text, conf->password_minimum,
                                            conf->password_list, request->r->pool);

    return wrong ? bk_answer_wrong_member(request, "newPassword", wrong)
                 : bk_again(request, USER_LOGIN_ATTEMPTS, try_password, &password);
}

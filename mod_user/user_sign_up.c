#include "user_sign_up.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "bk_audit.h"
#include "bk_idempotency.h"
#include "bk_json.h"
#include "bk_settle.h"
#include "user_base.h"
#include "user_login.h"
#include "user_rules.h"

static int read_email(bk_request_t *request, const char **email)
{
    apr_size_t len;
    const char *wrong = "userEmail must be a string";

    *email = NULL;
    switch (bk_json_string(request->body, "userEmail", email, &len)) {
    case BK_JSON_ABSENT:
        return BK_CONTINUE;
    case BK_JSON_OK:
        wrong = user_rules_email(*email, len);
        break;
    default:
        break;
    }
    return wrong ? bk_answer_error(request, &user_error_schema, wrong) : BK_CONTINUE;
}

/* Check a new name. "admin" gives the role with UserAdminSignup, and is refused without. */
static int check_new_name(bk_request_t *request, user_t *user)
{
    const user_conf_t *conf = user_config_of(request->conf);
    const char *wrong;

    user->is_admin = conf->admin_signup && strcasecmp(user->name, "admin") == 0;
    wrong =
        user_rules_new_name(&user->name, conf->reserved_names, user->is_admin, request->r->pool);
    return wrong ? bk_answer_error(request, &user_error_schema, wrong) : BK_CONTINUE;
}

static int read_new_user(bk_request_t *request, user_t *user, const char **password)
{
    int result = user_base_read_name(request, &user->name);

    if (result == BK_CONTINUE) {
        result = user_base_read_new_password(request, &user_error_schema, password);
    }
    if (result == BK_CONTINUE) {
        result = read_email(request, &user->email);
    }
    return result == BK_CONTINUE ? check_new_name(request, user) : result;
}

static apr_status_t find_signed_up(bk_request_t *request, void *signed_up)
{
    const user_t *user = signed_up;

    return user_base_find_hash(request, user->id, user->password_hash);
}

/* Has the type bk_idempotency_make_t. */
static apr_status_t insert_user(bk_request_t *request, void *baton, bk_idempotency_made_t *made)
{
    user_t *user = baton;
    apr_pool_t *p = request->r->pool;
    apr_status_t rv = user_rules_insert(user_verbs(request), request->handle, user,
                                        user_config_of(request->conf)->unique_names);

    made->location = apr_psprintf(p, "%s/%" APR_INT64_T_FMT, request->path, user->id);
    made->text = apr_psprintf(p, "%" APR_INT64_T_FMT, user->id);
    made->len = strlen(made->text);
    return rv;
}

static int add_user(bk_request_t *request, user_t *user)
{
    bk_idempotency_made_t made;
    const char *where;
    apr_status_t rv;
    int result;

    user_base_open_session(request, user);
    result = bk_idempotency_make(request, insert_user, user, &made, &rv);
    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv == USER_NAME_TAKEN) {
        return bk_answer_error(request, &user_error_name_taken, NULL);
    }
    where = apr_psprintf(request->r->pool, "%s/%" APR_INT64_T_FMT, request->path, user->id);
    rv = bk_settle(request, rv, find_signed_up, user);
    if (rv == BK_DB_UNKNOWN) {
        return bk_answer_unknown(request, where);
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    bk_audit(request, "BK0235: event=sign-up", user->id, 0, "name", user->name, "role",
             user->is_admin ? "admin" : "member", NULL);
    return bk_answer_created(request, where, json_integer(user->id));
}

static int hash_new_user(bk_request_t *request, const char *password, user_t *user)
{
    const user_conf_t *conf = user_config_of(request->conf);
    int result;

    result = user_limits_begin_sign_up(request, conf);
    if (result == BK_CONTINUE) {
        result = user_login_hash(request, conf, USER_HASH_SIGN_UP, password, &user->password_hash);
    }
    if (result == BK_CONTINUE) {
        user_limits_end_sign_up(request, conf);
        result = bk_store_acquire(request);
    }
    return result;
}

int user_sign_up(bk_request_t *request)
{
    user_t user = {0};
    const char *password;
    int result;

    if (!user_config_of(request->conf)->signup) {
        return bk_answer_error(request, &user_error_signup_off, NULL);
    }
    result = read_new_user(request, &user, &password);
    if (result == BK_CONTINUE) {
        result = bk_idempotency_replay(request);
    }
    if (result == BK_CONTINUE) {
        result = hash_new_user(request, password, &user);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    return add_user(request, &user);
}

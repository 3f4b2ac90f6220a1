#include "user_base_session.h"

#include <apr_strings.h>

#include "bk_again.h"
#include "bk_audit.h"
#include "bk_cache.h"
#include "bk_settle.h"
#include "bk_time.h"
#include "user_base.h"
#include "user_login.h"
#include "user_rules.h"

static char *describe_session(const user_t *user, const char *state, apr_pool_t *p)
{
    return apr_psprintf(p, "Session of user %" APR_INT64_T_FMT " %s: start %s, end %s", user->id,
                        state, bk_time_format_utc(user->session_start * 1000, p),
                        bk_time_format_utc(user->session_end * 1000, p));
}

/* ---- logging in ---------------------------------------------------------------------------------
 */

static apr_status_t find_logged_in(bk_request_t *request, void *digest)
{
    user_t found;

    return user_verbs(request)->find_token(request->handle, digest, apr_time_now(), &found,
                                           request->r->pool);
}

/* Log in and answer with a token.
 * @return the request's result; BK_CONTINUE if the password was changed after it was checked */
static int give_token(bk_request_t *request, user_t *user)
{
    request_rec *r = request->r;
    unsigned char digest[BK_TOKEN_DIGEST];
    const char *token;
    apr_status_t rv = bk_token_make(&token, r->pool);

    if (rv == APR_SUCCESS) {
        rv = bk_token_digest(token, digest);
    }
    if (rv != APR_SUCCESS) {
        ap_log_rerror(BK_MARK, APLOG_ERR, rv, r, "BK0205: no token could be made");
        return bk_answer_error(request, &bk_error_internal, NULL);
    }
    user_base_open_session(request, user);
    rv = user_verbs(request)->log_in(request->handle, user->id, user->password_hash,
                                     user->session_start, user->session_end, digest);
    rv = bk_settle(request, rv, find_logged_in, digest);
    if (rv == APR_EMISMATCH) {
        return BK_CONTINUE;
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    user_login_known(request, user->id, user->name);
    bk_audit(request, "BK0230: event=log-in", user->id, user->id, NULL);
    apr_table_setn(r->headers_out, "X-Session-Token", token);
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    return bk_answer_json(request, HTTP_OK, json_string(describe_session(user, "opened", r->pool)));
}

/* Find the user in the path, and check the name in the body.
 * @param wrong  set to the reason if there is no such user or the name is another one */
static int find_login(bk_request_t *request, const char *name, user_t *user, const char **wrong)
{
    apr_status_t rv = user_base_find(request, user);

    *wrong = NULL;
    if (rv == APR_NOTFOUND) {
        *wrong = user_error_not_found.details;
    }
    else if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    else if (!user_rules_is_name(user, name, request->r->pool)) {
        *wrong = "The provided user name is not that of the user id";
    }
    return BK_CONTINUE;
}

static int check_login(bk_request_t *request, const char *name, const char *password, user_t *user)
{
    const char *asked = apr_psprintf(request->r->pool, "%" APR_INT64_T_FMT, request->id);
    const char *wrong;
    int right;
    int result = find_login(request, name, user, &wrong);

    if (result == BK_CONTINUE) {
        result = user_login_check(request, wrong ? NULL : user, asked, password, &right);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    if (wrong) {
        user_login_failed(request, request->id, "wrong-user");
        return bk_answer_error(request, &user_error_not_found, wrong);
    }
    if (!right) {
        user_login_failed(request, user->id, "wrong-password");
        return bk_answer_error(request, &user_error_wrong_password, NULL);
    }
    if (user->is_disabled) {
        user_login_failed(request, user->id, "disabled");
        return bk_answer_error(request, &user_error_disabled, NULL);
    }
    return BK_CONTINUE;
}

/* The name and the password that a client sent. */
typedef struct login_t {
    const char *name, *password;
} login_t;

static int try_log_in(bk_request_t *request, void *baton)
{
    const login_t *login = baton;
    user_t user;
    int result = check_login(request, login->name, login->password, &user);

    return result == BK_CONTINUE ? give_token(request, &user) : result;
}

int user_base_session_log_in(bk_request_t *request)
{
    login_t login;
    int result = user_base_read_name(request, &login.name);

    if (result == BK_CONTINUE) {
        result = user_base_read_password(request, &user_error_schema, &login.password);
    }
    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    return result == BK_CONTINUE ? bk_again(request, USER_LOGIN_ATTEMPTS, try_log_in, &login)
                                 : result;
}

/* ---- a session that is there --------------------------------------------------------------------
 */

int user_base_session_get(bk_request_t *request)
{
    user_t user;
    apr_status_t rv;
    int result = bk_read(request, user_base_find, &user, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv != APR_SUCCESS) {
        return user_base_not_found(request, rv);
    }
    return user.session_end > apr_time_now()
               ? bk_answer_json(request, HTTP_OK,
                                json_string(describe_session(&user, "alive", request->r->pool)))
               : bk_answer_error(request, &user_error_expired, NULL);
}

static apr_status_t find_logged_out(bk_request_t *request, void *unused)
{
    user_t found;
    apr_status_t rv = user_base_find(request, &found);

    return rv == APR_SUCCESS && found.session_end != 0 ? APR_NOTFOUND : rv;
}

int user_base_session_log_out(bk_request_t *request)
{
    apr_status_t rv;
    int result = user_base_check_own(request);

    if (result != BK_CONTINUE) {
        return result;
    }
    rv = user_verbs(request)->log_out(request->handle, request->id);
    rv = bk_settle(request, rv, find_logged_out, NULL);
    bk_cache_forget_owned(request, request->id);
    if (rv != APR_SUCCESS) {
        return user_base_not_found(request, rv);
    }
    bk_audit(request, "BK0232: event=log-out", request->id, request->caller.id, NULL);
    return bk_answer_json(request, HTTP_OK, json_string("Ended"));
}

#include "user_v1_session.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_again.h"
#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_cache.h"
#include "bk_cookie.h"
#include "bk_representation.h"
#include "bk_settle.h"
#include "bk_text.h"
#include "user_login.h"
#include "user_managers.h"
#include "user_v1_sso.h"

const bk_input_row_t user_v1_session_members[] = {
    {.name = "name", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_REQUIRED, .min = 1, .max = 255},
    {.name = "password", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_REQUIRED, .min = 1, .max = 1000},
    {.name = "cookie", .kind = BK_INPUT_BOOL},
    {.name = "persistent", .kind = BK_INPUT_BOOL},
    {NULL}};

const bk_input_row_t user_v1_session_list_query[] = {BK_LIST_PARAMETERS, {NULL}};

/* ---- logging in ---------------------------------------------------------------------------------
 */

/* Find the account of a login; a user without one may give the id in its place, as for Basic. */
static apr_status_t find_account(bk_request_t *request, const char *name, const char *key,
                                 user_v1_t *user)
{
    const user_store_v1_verbs_t *verbs = user_v1_verbs(request);
    apr_int64_t id;
    apr_status_t rv = verbs->find_login(request->handle, key, user, request->r->pool);

    return rv == APR_NOTFOUND && bk_text_id(name, &id)
               ? verbs->find(request->handle, id, user, request->r->pool)
               : rv;
}

/* Check the password of an account. An unknown login costs as much time as a wrong password, counts
 * as one, and is answered alike.
 * @return BK_CONTINUE if it is right, and *user as it was before hashing, with the present hash;
 *         else the request's result */
static int check(bk_request_t *request, const char *name, const char *key, user_v1_t *user)
{
    const char *password = bk_input_text(request->input, "password", "");
    apr_status_t rv = find_account(request, name, key, user);
    user_t base = {0};
    int right, result;

    if (rv != APR_SUCCESS && rv != APR_NOTFOUND) {
        return bk_store_failed(request, rv);
    }
    if (rv == APR_SUCCESS) {
        base = (user_t){.id = user->id, .name = user->name, .password_hash = user->password_hash};
    }
    result = user_login_check(request, rv == APR_SUCCESS ? &base : NULL, key, password, &right);
    if (result != BK_CONTINUE) {
        return result;
    }
    user->password_hash = base.password_hash;
    if (!right) {
        user_login_failed(request, base.id, rv == APR_SUCCESS ? "wrong-password" : "no-such-user");
        return bk_answer_problem(request, &bk_problem_bad_credentials, NULL);
    }
    if (user->is_disabled) {
        user_login_failed(request, base.id, "disabled");
        return bk_answer_problem(request, &bk_problem_forbidden, "This account is disabled");
    }
    return BK_CONTINUE;
}

/* Open a session for who gave the right password.
 * @return the request's result; BK_CONTINUE: the password was changed meanwhile */
static int open_for(bk_request_t *request, const user_v1_t *user, int as_cookie)
{
    const user_session_wish_t wish = {.user_id = user->id, .was = user->password_hash};
    user_session_opened_t opened;
    apr_status_t rv = user_session_open(request, &wish, &opened);

    if (rv == APR_EMISMATCH) {
        return BK_CONTINUE;
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    user_login_known(request, user->id, user->name);
    bk_audit(request, "BK0381: event=log-in", user->id, user->id, NULL);
    return user_session_answer(request, user, &opened, as_cookie,
                               (int)bk_input_number(request->input, "persistent", 0));
}

static int try_open(bk_request_t *request, void *as_cookie)
{
    const char *name = bk_input_text(request->input, "name", "");
    const char *key;
    user_v1_t user;
    int result;

    if (user_store_v1_key(&key, name, request->r->pool) != APR_SUCCESS) {
        key = name;
    }
    result = check(request, name, key, &user);
    return result == BK_CONTINUE ? open_for(request, &user, *(int *)as_cookie) : result;
}

int user_v1_session_open(bk_request_t *request)
{
    int as_cookie = (int)bk_input_number(request->input, "cookie", 0);
    int result;

    if (as_cookie && !(user_config_of(request->conf)->schemes & USER_SCHEME_COOKIE)) {
        return bk_answer_wrong_member(request, "cookie",
                                      "This server keeps no session in a cookie (UserAuthSchemes)");
    }
    result = bk_store_acquire(request);
    return result == BK_CONTINUE ? bk_again(request, USER_LOGIN_ATTEMPTS, try_open, &as_cookie)
                                 : result;
}

/* ---- the caller's own session -------------------------------------------------------------------
 */

/* What the caller may do beyond what every user may. Who manages single spaces is known to the
 * space service alone (GET /v1/spaces?manages=me): "*" stands for all of them, and an empty list
 * says only that it is not all. */
static void write_capabilities(bk_json_text_t *text, const bk_request_t *request)
{
    const bk_caller_t *caller = &request->caller;
    int may_audit = caller->is_admin || caller->role == BK_ROLE_AUDITOR;

    bk_json_text_object(text, "capabilities");
    bk_json_text_array(text, "mayManage");
    if (caller->is_admin) {
        bk_json_text_string(text, NULL, "*");
    }
    bk_json_text_array_end(text);
    bk_json_text_bool(text, "mayAdminister", caller->is_admin);
    bk_json_text_bool(text, "mayAudit", may_audit);
    bk_json_text_bool(text, "mayListPeople", may_audit || user_managers_has(request));
    user_session_write_scopes(text, caller->scopes);
    bk_json_text_object_end(text);
}

/* Who is calling: the statement that found the token has said it. A password has no session. */
static apr_status_t find_caller(bk_request_t *request, const user_session_t *session,
                                user_v1_t *user)
{
    if (!session) {
        return user_v1_verbs(request)->find(request->handle, request->caller.id, user,
                                            request->r->pool);
    }
    *user = (user_v1_t){.id = session->id,
                        .name = session->name,
                        .login = session->login,
                        .display_name = session->display_name,
                        .is_admin = session->is_admin,
                        .is_auditor = session->is_auditor,
                        .groups = session->groups};
    return APR_SUCCESS;
}

static void write_session(bk_json_text_t *text, const user_session_t *session)
{
    bk_json_text_string(text, "id",
                        session && session->token_id != BK_FIELD_NONE
                            ? apr_psprintf(text->p, "%" APR_INT64_T_FMT, session->token_id)
                            : NULL);
    user_session_write_time(text, "expiresAt", session ? session->expires : 0);
    user_session_write_time(text, "endsAt",
                            !session        ? 0
                            : session->ends ? session->ends
                                            : session->expires);
}

/* Answers of a session change with its expiry, so no ETag would ever match. */
int user_v1_session_get(bk_request_t *request)
{
    const user_session_t *session = user_login_session(request);
    bk_json_text_t text;
    const char *body;
    apr_size_t len;
    user_v1_t user;
    apr_status_t rv = find_caller(request, session, &user);

    if (rv != APR_SUCCESS) {
        return rv == APR_NOTFOUND ? bk_answer_problem(request, &bk_problem_not_signed_in, NULL)
                                  : bk_store_failed(request, rv);
    }
    bk_json_text_begin(&text, request->r->pool);
    bk_json_text_object(&text, "user");
    user_session_write_user(&text, &user);
    bk_json_text_object_end(&text);
    write_session(&text, session);
    write_capabilities(&text, request);
    body = bk_json_text_end(&text, &len);
    return bk_answer_json_text(request, HTTP_OK, body, len);
}

static apr_status_t find_ended(bk_request_t *request, void *digest)
{
    user_session_t session;
    apr_status_t rv = user_v1_verbs(request)->find_token(request->handle, digest, apr_time_now(),
                                                         &session, request->r->pool);

    return rv == APR_SUCCESS ? APR_NOTFOUND : rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

int user_v1_session_end(bk_request_t *request)
{
    const user_session_t *session = user_login_session(request);
    const unsigned char *digest = user_login_token(request);
    apr_status_t rv;

    if (!digest) {
        return bk_answer_problem(request, &bk_problem_not_found,
                                 "The request came with a password: there is no session to end");
    }
    rv = user_v1_verbs(request)->end_digest(request->handle, digest);
    rv = bk_settle(request, rv, find_ended, (void *)digest);
    bk_cache_forget_owned(request, request->caller.id);
    if (rv != APR_SUCCESS && rv != APR_NOTFOUND) {
        return bk_store_failed(request, rv);
    }
    bk_audit(request, "BK0382: event=log-out", request->caller.id, request->caller.id, NULL);
    if (request->caller.by_cookie) {
        bk_cookie_clear(request->r);
    }
    return user_v1_sso_leave(request, session);
}

/* ---- all of one's sessions ----------------------------------------------------------------------
 */

typedef struct listing_t {
    bk_list_t list;
    apr_int64_t own; /* id of the session that asks */
} listing_t;

void user_v1_session_write(bk_json_text_t *text, const user_token_t *token, apr_int64_t own)
{
    bk_json_text_id(text, "id", token->id);
    bk_json_text_bool(text, "current", token->id == own);
    user_session_write_time(text, "createdAt", token->opened);
    user_session_write_time(text, "lastUsedAt", token->seen);
    user_session_write_time(text, "expiresAt", token->expires);
    user_session_write_time(text, "endsAt", token->ends);
    bk_json_text_string(text, "userAgent", token->agent);
}

static apr_status_t list_session(void *baton, const user_token_t *token)
{
    listing_t *listing = baton;
    apr_pool_t *p = listing->list.request->r->pool;
    const char *at[] = {apr_psprintf(p, "%" APR_INT64_T_FMT, token->id)};
    bk_json_text_t *text = bk_list_item(&listing->list, at);

    if (!text) {
        return APR_EOF;
    }
    user_v1_session_write(text, token, listing->own);
    bk_list_item_end(&listing->list);
    return APR_SUCCESS;
}

int user_v1_session_list(bk_request_t *request)
{
    const user_session_t *session = user_login_session(request);
    listing_t listing = {.own = session ? session->token_id : BK_FIELD_NONE};
    apr_int64_t after = 0;
    apr_status_t rv;
    int result = bk_list_begin(&listing.list, request, 1);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (listing.list.after) {
        (void)bk_text_id(listing.list.after[0], &after);
    }
    rv = user_v1_verbs(request)->each_token(request->handle, request->caller.id, USER_TOKEN_SESSION,
                                            apr_time_now(), after, listing.list.limit + 1,
                                            list_session, &listing, request->r->pool);
    return rv == APR_SUCCESS || rv == APR_EOF ? bk_list_answer(&listing.list)
                                              : bk_store_failed(request, rv);
}

int user_v1_session_end_one(bk_request_t *request)
{
    const user_session_t *session = user_login_session(request);
    apr_int64_t id;
    apr_status_t rv = APR_NOTFOUND;

    if (bk_text_id(request->params[0], &id)) {
        rv = user_v1_verbs(request)->end_token(request->handle, request->caller.id,
                                               USER_TOKEN_SESSION, id);
        bk_cache_forget_owned(request, request->caller.id);
    }
    if (rv == APR_NOTFOUND) {
        return bk_answer_problem(request, &bk_problem_not_found, NULL);
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    bk_audit(request, "BK0389: event=session-ended", request->caller.id, request->caller.id,
             "session", request->params[0], NULL);
    if (request->caller.by_cookie && session && session->token_id == id) {
        bk_cookie_clear(request->r);
    }
    return bk_answer_empty(request, HTTP_NO_CONTENT);
}

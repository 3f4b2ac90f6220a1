#include "bk_caller.h"

#include <apr_strings.h>

#include "bk_answer.h"
#include "bk_call.h"
#include "bk_conf.h"
#include "bk_conf_dependency.h"
#include "bk_consistency.h"
#include "bk_error.h"
#include "bk_json.h"
#include "bk_request.h"
#include "bk_text.h"

/* More than the longest name and password in base64, and than any token; but less than httpd's
 * limit for a header (LimitRequestFieldSize), so that no other host finds it too long. */
#define AUTHORIZATION_MOST 4096

/* The error in the user service's answer, if it concerns the caller's credentials; else NULL. */
static const bk_error_t *error_of(const bk_reply_t *reply)
{
    const char *code;

    return bk_json_string(reply->body, "ErrCode", &code, NULL) == BK_JSON_OK
               ? bk_error_of_caller(code)
               : NULL;
}

/* Read a member that is a list of texts.
 * @param texts  set to them, ending in NULL; NULL: there is no such member
 * @param count  set to how many there are
 * @return 0: the member is something else */
static int read_texts(const bk_json_t *body, const char *name, const char *const **texts,
                      int *count, apr_pool_t *p)
{
    const bk_json_value_t *member = bk_json_member(body, name);

    *texts = NULL;
    *count = 0;
    return !member || member->kind == BK_JSON_NULL || bk_json_texts(member, texts, count, p);
}

/* Set what the caller may do: all that the user may if no scopes are named. An unknown scope, of a
 * newer version, grants nothing. */
static int read_rights(const bk_json_t *body, bk_caller_t *caller, apr_pool_t *p)
{
    const char *const *scopes;
    int i, count, space_count;

    if (!read_texts(body, "groups", &caller->groups, &caller->group_count, p) ||
        !read_texts(body, "spaces", &caller->spaces, &space_count, p) ||
        !read_texts(body, "scopes", &scopes, &count, p)) {
        return 0;
    }
    caller->scopes = scopes ? 0 : BK_SCOPE_ALL;
    for (i = 0; i < count; i++) {
        caller->scopes |= bk_scope_of_name(scopes[i]);
    }
    return 1;
}

static bk_role_t role_of(const char *name)
{
    if (strcmp(name, "admin") == 0) {
        return BK_ROLE_ADMIN;
    }
    return strcmp(name, "auditor") == 0 ? BK_ROLE_AUDITOR : BK_ROLE_MEMBER;
}

/* An answer is valid if it has a user, or an error about the credentials. */
static const char *validate(const bk_reply_t *reply, void *baton)
{
    bk_request_t *request = baton;
    bk_caller_t *caller = &request->caller;
    const char *role;

    if (error_of(reply)) {
        return NULL;
    }
    if (reply->status != HTTP_OK || bk_json_id(reply->body, "userID", &caller->id) != BK_JSON_OK ||
        bk_json_string(reply->body, "username", &caller->name, NULL) != BK_JSON_OK ||
        bk_json_string(reply->body, "role", &role, NULL) != BK_JSON_OK) {
        return "its answer names nobody";
    }
    if (bk_json_string(reply->body, "displayName", &caller->display, NULL) != BK_JSON_OK) {
        caller->display = NULL;
    }
    if (!read_rights(reply->body, caller, request->r->pool)) {
        return "its answer does not say what the caller may do";
    }
    caller->role = role_of(role);
    caller->is_admin = caller->role == BK_ROLE_ADMIN;
    return NULL;
}

/* Answer with the user service's error and details. */
static int pass_on(bk_request_t *request, const bk_error_t *error, const bk_reply_t *reply)
{
    const char *details = NULL;

    (void)bk_json_string(reply->body, "Details", &details, NULL);
    return reply->retry_after ? bk_answer_error_retry(request, error, details, reply->retry_after)
                              : bk_answer_error(request, error, details);
}

/* Whether a second call may succeed, from a standby: the user service reads the standby once it
 * knows that the primary is away, which it learns from the first request that fails. */
static int standby_may_answer(const bk_request_t *request, const bk_reply_t *reply)
{
    const char *consistency = bk_call_consistency(request);

    return reply->problem && reply->status == HTTP_SERVICE_UNAVAILABLE && consistency &&
           strcmp(consistency, "eventual") == 0;
}

static void ask(bk_request_t *request, int dependency, const char *authorization, bk_reply_t *reply)
{
    bk_call(request, dependency, "/caller", authorization, validate, request, reply);
    if (standby_may_answer(request, reply)) {
        bk_call(request, dependency, "/caller", authorization, validate, request, reply);
    }
}

const char *bk_caller_authorization(const bk_request_t *request)
{
    return request->cookie ? apr_pstrcat(request->r->pool, "Bearer ", request->cookie, NULL)
                           : apr_table_get(request->r->headers_in, "Authorization");
}

/* What the same user service said of the same credentials to the service that makes this call.
 * @return NULL: that is not known */
static const char *find_told(const request_rec *r, const char *path)
{
    const char *known = r->main ? apr_table_get(r->notes, BK_CALL_KNOWN) : NULL;
    apr_size_t len = strlen(path);

    return known && strncmp(known, path, len) == 0 && known[len] == '\n' ? known + len + 1 : NULL;
}

int bk_caller_is_told(const request_rec *sub, const char *path)
{
    return find_told(sub, path) != NULL;
}

/* @return whether the caller is known by that */
static int was_asked(bk_request_t *request, const char *path)
{
    request_rec *r = request->r;
    const char *known = find_told(r, path), *why;
    bk_reply_t reply = {.status = HTTP_OK};

    return known &&
           bk_json_parse(&reply.body, known, strlen(known), &why, r->pool) == BK_JSON_PARSED &&
           !validate(&reply, request);
}

int bk_caller(bk_request_t *request, int dependency)
{
    const bk_credentials_t *credentials = bk_request_credentials(request);
    const char *authorization = bk_caller_authorization(request);
    const char *path = request->conf->dependencies[dependency].path;
    const bk_error_t *error;
    bk_reply_t reply;

    if (credentials->scheme == BK_CREDENTIALS_NONE) {
        return bk_answer_error(request, &bk_error_malformed, NULL);
    }
    if (strlen(authorization) > AUTHORIZATION_MOST) {
        return bk_answer_error(request, &bk_error_session_expired,
                               "The credentials are longer than any that are issued");
    }
    if (was_asked(request, path)) {
        request->caller.by_cookie = request->cookie != NULL;
        return BK_CONTINUE;
    }
    ask(request, dependency, authorization, &reply);
    if (reply.problem) {
        return bk_call_failed(request, &bk_error_user_service, &bk_error_malformed, &reply);
    }
    error = error_of(&reply);
    if (error) {
        return pass_on(request, error, &reply);
    }
    request->caller.by_cookie = request->cookie != NULL;
    request->known = apr_pstrcat(request->r->pool, path, "\n",
                                 apr_pstrmemdup(request->r->pool, reply.text, reply.len), NULL);
    bk_caller_known(request);
    return BK_CONTINUE;
}

void bk_caller_known(const bk_request_t *request)
{
    request_rec *r = request->r;

    if (r->main) {
        return; /* a subrequest is not logged: the calling service notes the user in the client's
                   own request */
    }
    r->user = apr_pstrdup(r->pool, request->caller.name);
    apr_table_setn(r->subprocess_env, "BOOKABLE_USER_ID",
                   bk_text_of_int(request->caller.id, apr_palloc(r->pool, BK_TEXT_INT)));
}

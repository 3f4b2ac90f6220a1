#include "bk_caller.h"

#include <apr_strings.h>

#include "bk_answer.h"
#include "bk_call.h"
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

/* An answer is valid if it has a user, or an error about the credentials. */
static const char *validate(const bk_reply_t *reply, void *baton)
{
    bk_caller_t *caller = baton;
    const char *role;

    if (error_of(reply)) {
        return NULL;
    }
    if (reply->status != HTTP_OK || bk_json_id(reply->body, "userID", &caller->id) != BK_JSON_OK ||
        bk_json_string(reply->body, "username", &caller->name, NULL) != BK_JSON_OK ||
        bk_json_string(reply->body, "role", &role, NULL) != BK_JSON_OK) {
        return "its answer names nobody";
    }
    caller->is_admin = strcmp(role, "admin") == 0;
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
    bk_call(request, dependency, "/caller", authorization, validate, &request->caller, reply);
    if (standby_may_answer(request, reply)) {
        bk_call(request, dependency, "/caller", authorization, validate, &request->caller, reply);
    }
}

int bk_caller(bk_request_t *request, int dependency)
{
    request_rec *r = request->r;
    const char *authorization = apr_table_get(r->headers_in, "Authorization");
    const bk_error_t *error;
    bk_reply_t reply;

    if (bk_request_credentials(request)->scheme == BK_CREDENTIALS_NONE) {
        return bk_answer_error(request, &bk_error_malformed, NULL);
    }
    if (strlen(authorization) > AUTHORIZATION_MOST) {
        return bk_answer_error(request, &bk_error_session_expired,
                               "The credentials are longer than any that are given");
    }
    ask(request, dependency, authorization, &reply);
    if (reply.problem) {
        return bk_call_failed(request, &bk_error_user_service, &bk_error_malformed, &reply);
    }
    error = error_of(&reply);
    if (error) {
        return pass_on(request, error, &reply);
    }
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

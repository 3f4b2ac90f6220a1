#include "bk_httpd_caller.h"

#include <apr_strings.h>

#include "bk_credentials.h"
#include "bk_httpd_answer.h"
#include "bk_httpd_call.h"
#include "bk_json.h"

static int unavailable(bk_request_t *request, const char *problem)
{
    ap_log_rerror(BK_HTTPD_MARK, APLOG_WARNING, 0, request->r,
                  "BK0131: the user service did not say who is calling: %s", problem);
    return bk_answer_error(
        request, &bk_error_user_service,
        apr_psprintf(request->r->pool, "The user service did not answer: %s", problem));
}

/* The error that the user service answered with, if it is one about the caller. */
static const bk_error_t *error_of(const bk_reply_t *reply)
{
    const char *code;

    return reply->body && bk_json_string(reply->body, "ErrCode", &code, NULL) == BK_JSON_OK
               ? bk_error_of_caller(code)
               : NULL;
}

/* What the user service refuses is refused here in the same words. */
static int pass_on(bk_request_t *request, const bk_error_t *error, const bk_reply_t *reply)
{
    const char *details = NULL;

    (void)bk_json_string(reply->body, "Details", &details, NULL);
    return bk_answer_error_retry(request, error, details,
                                 reply->retry_after ? reply->retry_after
                                                    : bk_httpd_conf_retry_after(request->conf));
}

static int read_caller(bk_request_t *request, const json_t *body)
{
    bk_caller_t *caller = &request->caller;
    const char *role;

    if (bk_json_id(body, "userID", &caller->id) != BK_JSON_OK ||
        bk_json_string(body, "username", &caller->name, NULL) != BK_JSON_OK ||
        bk_json_string(body, "role", &role, NULL) != BK_JSON_OK) {
        return unavailable(request, "its answer names nobody");
    }
    caller->is_admin = strcmp(role, "admin") == 0;
    return BK_CONTINUE;
}

int bk_httpd_caller(bk_request_t *request, const char *user_path)
{
    request_rec *r = request->r;
    const char *authorization = apr_table_get(r->headers_in, "Authorization");
    bk_credentials_t credentials;
    const bk_error_t *error;
    bk_reply_t reply;

    bk_credentials_read(authorization, &credentials, r->pool);
    if (credentials.scheme == BK_CREDENTIALS_NONE) {
        return bk_answer_error(request, &bk_error_malformed, NULL);
    }
    bk_httpd_call(r, apr_pstrcat(r->pool, user_path, "/caller", NULL), authorization, &reply);
    error = error_of(&reply);
    if (error) {
        return pass_on(request, error, &reply);
    }
    if (reply.problem) {
        return unavailable(request, reply.problem);
    }
    if (reply.status != HTTP_OK) {
        return unavailable(request,
                           apr_psprintf(r->pool, "it answered with status %d", reply.status));
    }
    return read_caller(request, reply.body);
}

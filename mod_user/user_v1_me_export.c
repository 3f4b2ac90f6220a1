#include "user_v1_me_export.h"

#include "bk_answer_v1.h"
#include "user_login.h"
#include "user_session.h"
#include "user_v1_account.h"
#include "user_v1_session.h"
#include "user_v1_tokens.h"

/* Rows of a page of tokens. */
#define PAGE 200

typedef struct exporting_t {
    bk_request_t *request;
    bk_json_text_t text;
    user_token_kind_t kind; /* of the tokens that are written */
    apr_int64_t last;       /* id of the last token that was written */
    int count;              /* of the page */
} exporting_t;

static apr_status_t export_token(void *baton, const user_token_t *token)
{
    exporting_t *exporting = baton;
    const user_session_t *session = user_login_session(exporting->request);
    bk_json_text_t *text = &exporting->text;

    bk_json_text_object(text, NULL);
    if (exporting->kind == USER_TOKEN_SESSION) {
        user_v1_session_write(text, token, session ? session->token_id : BK_FIELD_NONE);
        bk_json_text_string(text, "prefix", token->prefix);
    }
    else {
        user_v1_tokens_write(text, token);
    }
    bk_json_text_object_end(text);
    exporting->last = token->id;
    exporting->count++;
    return APR_SUCCESS;
}

static apr_status_t export_tokens(exporting_t *exporting, const char *name, user_token_kind_t kind)
{
    bk_request_t *request = exporting->request;
    apr_status_t rv;

    exporting->kind = kind;
    exporting->last = 0;
    bk_json_text_array(&exporting->text, name);
    do {
        exporting->count = 0;
        rv = user_v1_verbs(request)->each_token(request->handle, request->caller.id, kind,
                                                apr_time_now(), exporting->last, PAGE, export_token,
                                                exporting, request->r->pool);
    } while (rv == APR_SUCCESS && exporting->count == PAGE);
    bk_json_text_array_end(&exporting->text);
    return rv;
}

static apr_status_t export_group(void *baton, const char *name, const char *source)
{
    bk_json_text_t *text = baton;

    bk_json_text_object(text, NULL);
    bk_json_text_string(text, "name", name);
    bk_json_text_string(text, "source", source);
    bk_json_text_object_end(text);
    return APR_SUCCESS;
}

static apr_status_t export_groups(exporting_t *exporting)
{
    bk_request_t *request = exporting->request;
    apr_status_t rv;

    bk_json_text_array(&exporting->text, "groups");
    rv = user_v1_verbs(request)->each_group(request->handle, request->caller.id, export_group,
                                            &exporting->text, request->r->pool);
    bk_json_text_array_end(&exporting->text);
    return rv;
}

int user_v1_me_export(bk_request_t *request)
{
    exporting_t exporting = {.request = request};
    const char *body;
    apr_size_t len;
    user_v1_t user;
    apr_status_t rv;
    int result = user_v1_account_find(request, &user);

    if (result != BK_CONTINUE) {
        return result;
    }
    bk_json_text_begin(&exporting.text, request->r->pool);
    bk_json_text_object(&exporting.text, "account");
    user_v1_account_write(&exporting.text, &user);
    bk_json_text_string(&exporting.text, "identity", user.identity);
    user_session_write_time(&exporting.text, "signedOnAt", user.signed_on);
    bk_json_text_object_end(&exporting.text);
    rv = export_groups(&exporting);
    if (rv == APR_SUCCESS) {
        rv = export_tokens(&exporting, "sessions", USER_TOKEN_SESSION);
    }
    if (rv == APR_SUCCESS) {
        rv = export_tokens(&exporting, "tokens", USER_TOKEN_API);
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    body = bk_json_text_end(&exporting.text, &len);
    apr_table_setn(request->r->headers_out, "Content-Disposition",
                   "attachment; filename=\"bookable-account.json\"");
    return bk_answer_json_text(request, HTTP_OK, body, len);
}

#include "user_v1_tokens.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_again.h"
#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_cache.h"
#include "bk_idempotency.h"
#include "bk_json_alone.h"
#include "bk_representation.h"
#include "bk_text.h"
#include "user_login.h"
#include "user_scopes.h"

#define LABEL_MOST 100
#define SPACES_MOST 100

const bk_input_row_t user_v1_tokens_members[] = {
    {.name = "label", BK_INPUT_TEXT_OF(BK_INPUT_REQUIRED, LABEL_MOST)},
    {.name = "scopes",
     .kind = BK_INPUT_TEXT,
     .flags = BK_INPUT_REQUIRED | BK_INPUT_LIST,
     .min = 1,
     .max = USER_SCOPES_LENGTH,
     .least = 1,
     .most = USER_SCOPES_MOST},
    {.name = "spaces",
     .kind = BK_INPUT_ID,
     .flags = BK_INPUT_LIST | BK_INPUT_NULLABLE,
     .least = 1,
     .most = SPACES_MOST},
    {.name = "expiresAt", .kind = BK_INPUT_INSTANT, .flags = BK_INPUT_NULLABLE},
    {NULL}};

const bk_input_row_t user_v1_tokens_list_query[] = {BK_LIST_PARAMETERS, {NULL}};

/* ---- answers ------------------------------------------------------------------------------------
 */

void user_v1_tokens_write(bk_json_text_t *text, const user_token_t *token)
{
    bk_json_text_id(text, "id", token->id);
    bk_json_text_string(text, "label", token->label);
    bk_json_text_string(text, "prefix", token->prefix);
    user_session_write_names(text, "scopes", token->scopes, " ");
    bk_json_text_raw(text, "spaces", token->spaces ? token->spaces : "null",
                     token->spaces ? strlen(token->spaces) : 4);
    user_session_write_time(text, "createdAt", token->opened);
    user_session_write_time(text, "lastUsedAt", token->seen == token->opened ? 0 : token->seen);
    user_session_write_time(text, "expiresAt", token->expires);
}

/* ---- making -------------------------------------------------------------------------------------
 */

/* The scopes that were given; NULL: one is none that a token can have. */
static const char *given_scopes(const bk_request_t *request)
{
    const bk_input_field_t *field = bk_input_field(request->input, "scopes");
    const char *scopes = "";
    apr_size_t i;

    for (i = 0; i < field->count; i++) {
        if (!user_scopes_add(&scopes, field->values[i].text, request->r->pool)) {
            return NULL;
        }
    }
    return scopes;
}

/* The spaces that were given, as a JSON array; NULL: all. */
static const char *given_spaces(const bk_request_t *request)
{
    const bk_input_field_t *field = bk_input_field(request->input, "spaces");
    bk_json_text_t text;
    apr_size_t i;

    if (field->state != BK_INPUT_GIVEN) {
        return NULL;
    }
    bk_json_alone_begin(&text, request->r->pool);
    bk_json_text_array(&text, NULL);
    for (i = 0; i < field->count; i++) {
        bk_json_text_string(&text, NULL, field->values[i].text);
    }
    bk_json_text_array_end(&text);
    return bk_json_alone_end(&text);
}

/* Has the type bk_idempotency_make_t. */
static apr_status_t make(bk_request_t *request, void *baton, bk_idempotency_made_t *made)
{
    user_session_opened_t *opened = baton;
    const char *was;
    bk_json_text_t text;
    apr_status_t rv = user_login_still(request, &was);

    if (rv == APR_SUCCESS) {
        rv = user_session_insert(request, opened, was);
    }
    if (rv != APR_SUCCESS && rv != BK_DB_UNKNOWN) {
        return rv;
    }
    *made = (bk_idempotency_made_t){.location = apr_psprintf(request->r->pool,
                                                             "%s/tokens/%" APR_INT64_T_FMT,
                                                             request->path, opened->row.id),
                                    .is_secret = 1};
    bk_json_text_begin(&text, request->r->pool);
    user_v1_tokens_write(&text, &opened->row);
    bk_json_text_string(&text, "token", opened->token);
    made->text = bk_json_text_end(&text, &made->len);
    return rv;
}

/* @return the request's result; BK_CONTINUE: the password was changed meanwhile, perhaps by this
 * very session, which then goes on */
static int try_make(bk_request_t *request, void *baton)
{
    user_session_opened_t *opened = baton;
    bk_idempotency_made_t made;
    apr_status_t rv;
    int result = bk_idempotency_make(request, make, opened, &made, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    rv = user_session_settle(request, rv, opened);
    if (rv == APR_EMISMATCH) {
        return BK_CONTINUE;
    }
    if (rv == APR_NOTFOUND) {
        return bk_answer_problem(request, &bk_problem_not_signed_in, NULL);
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    bk_audit(request, "BK0383: event=token", request->caller.id, request->caller.id, "token",
             apr_psprintf(request->r->pool, "%" APR_INT64_T_FMT, opened->row.id), "scopes",
             opened->row.scopes, NULL);
    return bk_answer_created_v1(request, made.location, 0, made.text, made.len);
}

int user_v1_tokens_make(bk_request_t *request)
{
    apr_time_t now = apr_time_now();
    apr_int64_t given = bk_input_number(request->input, "expiresAt", USER_SESSION_NEVER);
    apr_time_t expires = given == USER_SESSION_NEVER ? given : given / 1000;
    user_session_opened_t opened = {.row = {.user_id = request->caller.id,
                                            .kind = USER_TOKEN_API,
                                            .expires = expires,
                                            .ends = expires,
                                            .label = bk_input_text(request->input, "label", ""),
                                            .scopes = given_scopes(request),
                                            .spaces = given_spaces(request),
                                            .opened = now,
                                            .seen = now}};

    if (!opened.row.scopes) {
        return bk_answer_wrong_member(request, "scopes",
                                      "must be of " USER_SCOPES_NAMES ", with at most one display");
    }
    if (expires <= now) {
        return bk_answer_wrong_member(request, "expiresAt", "A token must expire in the future");
    }
    return bk_again(request, BK_AGAIN_MOST, try_make, &opened);
}

/* ---- listing and revoking -----------------------------------------------------------------------
 */

static apr_status_t list_token(void *baton, const user_token_t *token)
{
    bk_list_t *list = baton;
    const char *at[] = {apr_psprintf(list->request->r->pool, "%" APR_INT64_T_FMT, token->id)};
    bk_json_text_t *text = bk_list_item(list, at);

    if (!text) {
        return APR_EOF;
    }
    user_v1_tokens_write(text, token);
    bk_list_item_end(list);
    return APR_SUCCESS;
}

int user_v1_tokens_list(bk_request_t *request)
{
    bk_list_t list;
    apr_int64_t after = 0;
    apr_status_t rv;
    int result = bk_list_begin(&list, request, 1);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (list.after) {
        (void)bk_text_id(list.after[0], &after);
    }
    rv = user_v1_verbs(request)->each_token(request->handle, request->caller.id, USER_TOKEN_API,
                                            apr_time_now(), after, list.limit + 1, list_token,
                                            &list, request->r->pool);
    return rv == APR_SUCCESS || rv == APR_EOF ? bk_list_answer(&list)
                                              : bk_store_failed(request, rv);
}

static int answer_failure(bk_request_t *request, apr_status_t rv)
{
    return rv == APR_NOTFOUND ? bk_answer_problem(request, &bk_problem_not_found, NULL)
                              : bk_store_failed(request, rv);
}

int user_v1_tokens_get(bk_request_t *request)
{
    bk_json_text_t text;
    user_token_t token;
    const char *body;
    apr_size_t len;
    apr_int64_t id;
    apr_status_t rv = APR_NOTFOUND;

    if (bk_text_id(request->params[0], &id)) {
        rv = user_v1_verbs(request)->find_own_token(request->handle, request->caller.id,
                                                    USER_TOKEN_API, id, apr_time_now(), &token,
                                                    request->r->pool);
    }
    if (rv != APR_SUCCESS) {
        return answer_failure(request, rv);
    }
    bk_json_text_begin(&text, request->r->pool);
    user_v1_tokens_write(&text, &token);
    body = bk_json_text_end(&text, &len);
    return bk_representation_answer_weak(request, body, len);
}

int user_v1_tokens_revoke(bk_request_t *request)
{
    apr_int64_t id;
    apr_status_t rv = APR_NOTFOUND;

    if (bk_text_id(request->params[0], &id)) {
        rv = user_v1_verbs(request)->end_token(request->handle, request->caller.id, USER_TOKEN_API,
                                               id);
        bk_cache_forget_owned(request, request->caller.id);
    }
    if (rv != APR_SUCCESS) {
        return answer_failure(request, rv);
    }
    bk_audit(request, "BK0384: event=token-revoked", request->caller.id, request->caller.id,
             "token", request->params[0], NULL);
    return bk_answer_empty(request, HTTP_NO_CONTENT);
}

#include "user_v1_sso.h"

#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_cookie.h"
#include "user_login.h"
#include "user_session.h"
#include "user_sso_account.h"
#include "user_sso_return.h"

const bk_input_row_t user_v1_sso_query[] = {
    {.name = "return", .kind = BK_INPUT_TEXT, .min = 1, .max = USER_SSO_RETURN_MOST}, {NULL}};

const bk_input_row_t user_v1_sso_members[] = {{.name = "cookie", .kind = BK_INPUT_BOOL}, {NULL}};

static int check_cookie(bk_request_t *request)
{
    return user_config_of(request->conf)->schemes & USER_SCHEME_COOKIE
               ? BK_CONTINUE
               : bk_answer_problem(request, &bk_problem_forbidden,
                                   "This server keeps no session in a cookie (UserAuthSchemes)");
}

/* Find the account of the person whom httpd has authenticated. Acquires the store. */
static int find_account(bk_request_t *request, user_v1_t *account)
{
    user_sso_person_t person;
    int result = user_sso_person_read(request, &person);

    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    return result == BK_CONTINUE ? user_sso_account_find(request, &person, account) : result;
}

static int open_session(bk_request_t *request, const user_v1_t *account,
                        user_session_opened_t *opened)
{
    const user_session_wish_t wish = {.user_id = account->id,
                                      .idle = user_config_of(request->conf)->sso.session};
    apr_status_t rv = user_session_open(request, &wish, opened);

    if (rv == APR_EMISMATCH) { /* disabled, or deleted, this very moment */
        return user_sso_person_refuse(request, NULL);
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    user_login_known(request, account->id, account->name);
    bk_audit(request, "BK0441: event=log-in", account->id, account->id, "way", "sso", NULL);
    return BK_CONTINUE;
}

static int sign_on(bk_request_t *request, int as_cookie, user_v1_t *account,
                   user_session_opened_t *opened)
{
    int result = BK_CONTINUE;

    if (!user_config_of(request->conf)->sso.on) {
        return bk_answer_problem(request, &bk_problem_not_found, "UserSSO is Off here");
    }
    if (as_cookie) {
        result = check_cookie(request);
    }
    if (result == BK_CONTINUE) {
        result = find_account(request, account);
    }
    return result == BK_CONTINUE ? open_session(request, account, opened) : result;
}

int user_v1_sso_arrive(bk_request_t *request)
{
    const char *location =
        user_sso_return_location(bk_input_text(request->query, "return", "/"), request->r->pool);
    user_session_opened_t opened;
    user_v1_t account;
    int result;

    if (!location) {
        return bk_answer_problem(request, &bk_problem_bad_parameter,
                                 "return: must be a path of this site, which begins with one '/' "
                                 "and holds no backslash");
    }
    result = sign_on(request, 1, &account, &opened);
    if (result != BK_CONTINUE) {
        return result;
    }
    bk_cookie_set(request->r, opened.token, 0);
    apr_table_setn(request->r->headers_out, "Location", location);
    return bk_answer_empty(request, HTTP_SEE_OTHER);
}

int user_v1_sso_renew(bk_request_t *request)
{
    int as_cookie = (int)bk_input_number(request->input, "cookie", 0);
    user_session_opened_t opened;
    user_v1_t account;
    int result = sign_on(request, as_cookie, &account, &opened);

    return result == BK_CONTINUE ? user_session_answer(request, &account, &opened, as_cookie, 0)
                                 : result;
}

/* ---- later --------------------------------------------------------------------------------------
 */

int user_v1_sso_leave(bk_request_t *request, const user_session_t *session)
{
    const user_sso_conf_t *conf = &user_config_of(request->conf)->sso;
    bk_json_text_t text;
    const char *body;
    apr_size_t len;

    if (!session || !session->identity || !conf->on || !conf->logout) {
        return bk_answer_empty(request, HTTP_NO_CONTENT);
    }
    bk_json_text_begin(&text, request->r->pool);
    bk_json_text_string(&text, "next", conf->logout);
    body = bk_json_text_end(&text, &len);
    return bk_answer_json_text(request, HTTP_OK, body, len);
}

#include "user_v1_account.h"

#include "bk_answer_v1.h"
#include "user_session.h"
#include "user_v1_settings.h"

void user_v1_account_write(bk_json_text_t *text, const user_v1_t *user)
{
    const user_v1_settings_t settings = user_v1_settings_read(user, text->p);

    user_session_write_user(text, user);
    bk_json_text_string(text, "email", user->email);
    bk_json_text_string(text, "language", user->language);
    bk_json_text_string(text, "timeZone", user->time_zone);
    user_v1_settings_write(text, &settings);
    user_session_write_time(text, "createdAt", user->created);
    user_session_write_time(text, "changedAt", user->changed);
    bk_json_text_int(text, "version", user->version);
}

const char *user_v1_account_text(const user_v1_t *user, apr_size_t *len, apr_pool_t *p)
{
    bk_json_text_t text;

    bk_json_text_begin(&text, p);
    user_v1_account_write(&text, user);
    return bk_json_text_end(&text, len);
}

int user_v1_account_find(bk_request_t *request, user_v1_t *user)
{
    apr_status_t rv =
        user_v1_verbs(request)->find(request->handle, request->caller.id, user, request->r->pool);

    if (rv == APR_SUCCESS) {
        return BK_CONTINUE;
    }
    return rv == APR_NOTFOUND ? bk_answer_problem(request, &bk_problem_not_signed_in, NULL)
                              : bk_store_failed(request, rv);
}

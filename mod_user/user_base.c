#include "user_base.h"

#include <string.h>

#include "bk_json.h"
#include "bk_password.h"
#include "user_rules.h"

/* ---- users --------------------------------------------------------------------------------------
 */

apr_status_t user_base_find(bk_request_t *request, void *user)
{
    return user_verbs(request)->find(request->handle, request->id, user, request->r->pool);
}

int user_base_not_found(bk_request_t *request, apr_status_t rv)
{
    return rv == APR_NOTFOUND ? bk_answer_error(request, &user_error_not_found, NULL)
                              : bk_store_failed(request, rv);
}

int user_base_find_user(bk_request_t *request, user_t *user)
{
    apr_status_t rv = user_base_find(request, user);

    return rv == APR_SUCCESS ? BK_CONTINUE : user_base_not_found(request, rv);
}

int user_base_check_own(bk_request_t *request)
{
    return request->caller.id == request->id || request->caller.is_admin
               ? BK_CONTINUE
               : bk_answer_error(request, &bk_error_unauthorized,
                                 "Only the user or an admin can use this operation");
}

apr_status_t user_base_find_hash(bk_request_t *request, apr_int64_t id, const char *hash)
{
    user_t found;
    apr_status_t rv = user_verbs(request)->find(request->handle, id, &found, request->r->pool);

    return rv == APR_SUCCESS && strcmp(found.password_hash, hash) != 0 ? APR_NOTFOUND : rv;
}

void user_base_open_session(bk_request_t *request, user_t *user)
{
    const user_conf_t *conf = user_config_of(request->conf);

    user->session_start = apr_time_now();
    user->session_end = user->session_start + conf->session_lifetime;
}

/* ---- bodies -------------------------------------------------------------------------------------
 */

int user_base_read_name(bk_request_t *request, const char **name)
{
    apr_size_t len;
    const char *wrong;

    if (bk_json_string(request->body, "username", name, &len) != BK_JSON_OK || len == 0) {
        return bk_answer_error(request, &user_error_schema, NULL);
    }
    wrong = user_rules_name(*name, len);
    return wrong ? bk_answer_error(request, &user_error_schema, wrong) : BK_CONTINUE;
}

int user_base_read_password(bk_request_t *request, const bk_error_t *schema, const char **password)
{
    apr_size_t len;

    if (bk_json_string(request->body, "userPassword", password, &len) != BK_JSON_OK || len == 0) {
        return bk_answer_error(request, schema, NULL);
    }
    if (len > BK_PASSWORD_BYTES) {
        return bk_answer_error(request, schema, "A password must have at most 72 bytes in UTF-8");
    }
    return BK_CONTINUE;
}

int user_base_read_new_password(bk_request_t *request, const bk_error_t *schema,
                                const char **password)
{
    const user_conf_t *conf = user_config_of(request->conf);
    const char *wrong;
    int result = user_base_read_password(request, schema, password);

    if (result != BK_CONTINUE) {
        return result;
    }
    wrong = user_rules_password(*password, conf->password_minimum, conf->password_list,
                                request->r->pool);
    return wrong ? bk_answer_error(request, schema, wrong) : BK_CONTINUE;
}

#include "user_accounts.h"

#include "bk_audit.h"
#include "bk_cache.h"
#include "bk_json.h"
#include "bk_settle.h"
#include "user_base.h"
#include "user_rules.h"

static int answer(bk_request_t *request, apr_status_t rv, const char *done)
{
    switch (rv) {
    case APR_SUCCESS:
        return bk_answer_json(request, HTTP_OK, json_string(done));
    case APR_NOTFOUND:
        return bk_answer_error(request, &user_error_not_found, NULL);
    case USER_LAST_ADMIN:
        return bk_answer_error(request, &user_error_last_admin, NULL);
    case USER_NAME_TAKEN:
        return bk_answer_error(request, &user_error_name_taken, NULL);
    default:
        return bk_store_failed(request, rv);
    }
}

/* ---- settling unknown results -------------------------------------------------------------------
 *
 * If the store does not know whether a change was done (BK_DB_UNKNOWN), bk_settle() reads the user
 * by one of these. Each returns APR_SUCCESS if the change was done, APR_NOTFOUND if not, or the
 * store's error.
 */

static apr_status_t find_role(bk_request_t *request, void *role)
{
    user_t user;
    apr_status_t rv = user_base_find(request, &user);

    return rv == APR_SUCCESS && user.is_admin != (strcmp(role, "admin") == 0) ? APR_NOTFOUND : rv;
}

static apr_status_t find_state(bk_request_t *request, void *state)
{
    user_t user;
    apr_status_t rv = user_base_find(request, &user);

    return rv == APR_SUCCESS && user.is_disabled != (strcmp(state, "disabled") == 0) ? APR_NOTFOUND
                                                                                     : rv;
}

static apr_status_t find_name(bk_request_t *request, void *name)
{
    user_t user;
    apr_status_t rv = user_base_find(request, &user);

    return rv == APR_SUCCESS && strcmp(user.name, name) != 0 ? APR_NOTFOUND : rv;
}

static apr_status_t find_nobody(bk_request_t *request, void *unused)
{
    user_t user;
    apr_status_t rv = user_base_find(request, &user);

    return rv == APR_SUCCESS ? APR_NOTFOUND : rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

/* Settle the result of a change, and remove the user's entries from the cache, whatever the result
 * is. */
static apr_status_t settle(bk_request_t *request, apr_status_t rv, bk_read_t *look,
                           const char *wanted)
{
    rv = bk_settle(request, rv, look, (void *)wanted);
    bk_cache_forget_owned(request, request->id);
    return rv;
}

/* ---- the routes ---------------------------------------------------------------------------------
 */

/* Read a member of the body that has to be one of two words. @return 0 if it is not */
static int read_word(bk_request_t *request, const char *member, const char *one, const char *other,
                     const char **word)
{
    return bk_json_string(request->body, member, word, NULL) == BK_JSON_OK &&
           (strcmp(*word, one) == 0 || strcmp(*word, other) == 0);
}

int user_accounts_set_role(bk_request_t *request)
{
    const char *role;
    apr_status_t rv;

    if (!read_word(request, "role", "admin", "member", &role)) {
        return bk_answer_error(request, &user_error_role_schema, NULL);
    }
    rv =
        user_verbs(request)->set_admin(request->handle, request->id, strcmp(role, "admin") == 0, 1);
    rv = settle(request, rv, find_role, role);
    if (rv == APR_SUCCESS) {
        bk_audit(request, "BK0234: event=role", request->id, request->caller.id, "role", role,
                 NULL);
    }
    return answer(request, rv, role);
}

int user_accounts_set_state(bk_request_t *request)
{
    const char *state;
    apr_status_t rv;

    if (!read_word(request, "state", "active", "disabled", &state)) {
        return bk_answer_error(request, &user_error_state_schema, NULL);
    }
    rv = user_verbs(request)->set_disabled(request->handle, request->id,
                                           strcmp(state, "disabled") == 0, 1);
    rv = settle(request, rv, find_state, state);
    if (rv == APR_SUCCESS) {
        bk_audit(request, "BK0236: event=state", request->id, request->caller.id, "state", state,
                 NULL);
    }
    return answer(request, rv, state);
}

/* Check a new name. Only an administrator may have a reserved name, so the user's role is read
 * first. */
static int check_name(bk_request_t *request, const char **name, user_t *user)
{
    const user_conf_t *conf = user_config_of(request->conf);
    const char *wrong;
    apr_status_t rv = user_base_find(request, user);

    if (rv != APR_SUCCESS) {
        return answer(request, rv, NULL);
    }
    wrong = user_rules_new_name(name, conf->reserved_names, user->is_admin, request->r->pool);
    return wrong ? bk_answer_error(request, &user_error_name_schema, wrong) : BK_CONTINUE;
}

int user_accounts_rename(bk_request_t *request)
{
    const user_conf_t *conf = user_config_of(request->conf);
    const char *name;
    user_t user;
    apr_status_t rv;
    int result;

    if (bk_json_string(request->body, "username", &name, NULL) != BK_JSON_OK) {
        return bk_answer_error(request, &user_error_name_schema, NULL);
    }
    result = check_name(request, &name, &user);
    if (result != BK_CONTINUE) {
        return result;
    }
    rv = user_verbs(request)->rename(request->handle, request->id, name, conf->unique_names);
    rv = settle(request, rv, find_name, name);
    if (rv == APR_SUCCESS) {
        bk_audit(request, "BK0237: event=rename", request->id, request->caller.id, "name", name,
                 "was", user.name, NULL);
    }
    return answer(request, rv, name);
}

int user_accounts_delete(bk_request_t *request)
{
    apr_status_t rv = user_verbs(request)->remove(request->handle, request->id, 1);

    rv = settle(request, rv, find_nobody, NULL);
    if (rv == APR_SUCCESS) {
        bk_audit(request, "BK0238: event=delete-user", request->id, request->caller.id, NULL);
    }
    return answer(request, rv, "Deleted");
}

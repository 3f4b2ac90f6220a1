#include "user_base_password.h"

#include "bk_again.h"
#include "bk_audit.h"
#include "bk_cache.h"
#include "bk_json.h"
#include "bk_settle.h"
#include "user_base.h"
#include "user_login.h"

/* Check the current password, which a user has to give, because the token could be stolen. */
static int check_current(bk_request_t *request, user_t *user)
{
    const char *current;
    int right, result;

    if (bk_json_string(request->body, "currentPassword", &current, NULL) != BK_JSON_OK) {
        return bk_answer_error(request, &user_error_password_schema, NULL);
    }
    result = user_login_check(request, user, NULL, current, &right);
    if (result == BK_CONTINUE && !right) {
        user_login_failed(request, user->id, "wrong-password");
        return bk_answer_error(request, &user_error_wrong_password, NULL);
    }
    return result == BK_CONTINUE && user->is_disabled
               ? bk_answer_error(request, &user_error_disabled, NULL)
               : result;
}

static apr_status_t find_password(bk_request_t *request, void *hash)
{
    return user_base_find_hash(request, request->id, hash);
}

/* Store a new hash.
 * @return the request's result; BK_CONTINUE: the current password changed meanwhile */
static int store_password(bk_request_t *request, const char *was, const char *hash)
{
    apr_status_t rv = user_verbs(request)->set_password(request->handle, request->id, was, hash);

    rv = bk_settle(request, rv, find_password, (void *)hash);
    if (rv == APR_EMISMATCH) {
        return BK_CONTINUE;
    }
    bk_cache_forget_owned(request, request->id);
    if (rv != APR_SUCCESS) {
        return user_base_not_found(request, rv);
    }
    bk_audit(request, "BK0233: event=password", request->id, request->caller.id, NULL);
    return bk_answer_json(request, HTTP_OK, json_string("Changed"));
}

/* The password that is to be set. */
typedef struct new_password_t {
    const char *text;
    const char *hash; /* NULL: it was not needed yet */
} new_password_t;

/* Change the caller's own password. If another request does so meanwhile, this one is refused. */
static int try_own_password(bk_request_t *request, void *baton)
{
    new_password_t *password = baton;
    user_t user;
    int result = user_base_find_user(request, &user);

    if (result == BK_CONTINUE) {
        result = check_current(request, &user);
    }
    if (result == BK_CONTINUE && !password->hash) {
        result = user_login_hash_change(request, password->text, &password->hash);
    }
    return result == BK_CONTINUE ? store_password(request, user.password_hash, password->hash)
                                 : result;
}

/* Set another user's password, without the current one. The caller is identified again after
 * hashing, because the role may have been revoked, or the session ended, meanwhile. */
static int set_other_password(bk_request_t *request, const char *password)
{
    const char *hash;
    user_t user;
    int result = user_base_find_user(request, &user);

    if (result == BK_CONTINUE) {
        result = user_login_hash_change(request, password, &hash);
    }
    if (result == BK_CONTINUE) {
        result = user_login_identify(request);
    }
    if (result == BK_CONTINUE) {
        result = user_base_check_own(request);
    }
    return result == BK_CONTINUE ? store_password(request, NULL, hash) : result;
}

int user_base_password_set(bk_request_t *request)
{
    new_password_t password = {NULL, NULL};
    int result = user_base_check_own(request);

    if (result == BK_CONTINUE) {
        result = user_base_read_new_password(request, &user_error_password_schema, &password.text);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    return request->caller.id == request->id
               ? bk_again(request, USER_LOGIN_ATTEMPTS, try_own_password, &password)
               : set_other_password(request, password.text);
}

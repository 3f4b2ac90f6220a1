#include "user_handlers.h"

#include <strings.h>

#include <apr_escape.h>
#include <apr_strings.h>

#include "bk_again.h"
#include "bk_audit.h"
#include "bk_cache.h"
#include "bk_caller.h"
#include "bk_health.h"
#include "bk_json.h"
#include "bk_json_text.h"
#include "bk_password.h"
#include "bk_settle.h"
#include "bk_text.h"
#include "bk_time.h"
#include "user_accounts.h"
#include "user_login.h"
#include "user_rules.h"

/* ---- reading requests ---------------------------------------------------------------------------
 */

/* Read the user id in the path. */
static int read_id(bk_request_t *request)
{
    return bk_text_id(request->params[0], &request->id)
               ? BK_CONTINUE
               : bk_answer_error(request, &user_error_no_id, NULL);
}

static int read_password(bk_request_t *request, const bk_error_t *schema, const char **password)
{
    apr_size_t len;

    if (bk_json_string(request->body, "userPassword", password, &len) != BK_JSON_OK || len == 0) {
        return bk_answer_error(request, schema, NULL);
    }
    if (len > BK_PASSWORD_BYTES) {
        return bk_answer_error(request, schema, "A password has at most 72 bytes in UTF-8");
    }
    return BK_CONTINUE;
}

/* Read a password that is to be set, and check it by the rules for new passwords. */
static int read_new_password(bk_request_t *request, const bk_error_t *schema, const char **password)
{
    const user_conf_t *conf = user_config_of(request->conf);
    const char *wrong;
    int result = read_password(request, schema, password);

    if (result != BK_CONTINUE) {
        return result;
    }
    wrong = user_rules_password(*password, conf->password_minimum, conf->password_list,
                                request->r->pool);
    return wrong ? bk_answer_error(request, schema, wrong) : BK_CONTINUE;
}

static int read_name(bk_request_t *request, const char **name)
{
    apr_size_t len;
    const char *wrong;

    if (bk_json_string(request->body, "username", name, &len) != BK_JSON_OK || len == 0) {
        return bk_answer_error(request, &user_error_schema, NULL);
    }
    wrong = user_rules_name(*name, len);
    return wrong ? bk_answer_error(request, &user_error_schema, wrong) : BK_CONTINUE;
}

static int read_email(bk_request_t *request, const char **email)
{
    apr_size_t len;
    const char *wrong = "userEmail is a string";

    *email = NULL;
    switch (bk_json_string(request->body, "userEmail", email, &len)) {
    case BK_JSON_ABSENT:
        return BK_CONTINUE;
    case BK_JSON_OK:
        wrong = user_rules_email(*email, len);
        break;
    default:
        break;
    }
    return wrong ? bk_answer_error(request, &user_error_schema, wrong) : BK_CONTINUE;
}

static apr_status_t find(bk_request_t *request, void *user)
{
    return user_verbs(request)->find(request->handle, request->id, user, request->r->pool);
}

static int answer_not_found(bk_request_t *request, apr_status_t rv)
{
    return rv == APR_NOTFOUND ? bk_answer_error(request, &user_error_not_found, NULL)
                              : bk_store_failed(request, rv);
}

/* Find the user whose id is in the path. */
static int find_user(bk_request_t *request, user_t *user)
{
    apr_status_t rv = find(request, user);

    return rv == APR_SUCCESS ? BK_CONTINUE : answer_not_found(request, rv);
}

/* Check that the caller is the user in the path, or an administrator. */
static int check_own(bk_request_t *request)
{
    return request->caller.id == request->id || request->caller.is_admin
               ? BK_CONTINUE
               : bk_answer_error(request, &bk_error_unauthorized,
                                 "Only the user or an admin can use this operation");
}

/* ---- sign up ------------------------------------------------------------------------------------
 */

/* Check a new name. "admin" gives the role with UserAdminSignup, and is refused without. */
static int check_new_name(bk_request_t *request, user_t *user)
{
    const user_conf_t *conf = user_config_of(request->conf);
    const char *wrong;

    user->is_admin = conf->admin_signup && strcasecmp(user->name, "admin") == 0;
    wrong =
        user_rules_new_name(&user->name, conf->reserved_names, user->is_admin, request->r->pool);
    return wrong ? bk_answer_error(request, &user_error_schema, wrong) : BK_CONTINUE;
}

static void open_session(bk_request_t *request, user_t *user)
{
    const user_conf_t *conf = user_config_of(request->conf);

    user->session_start = apr_time_now();
    user->session_end = user->session_start + conf->session_lifetime;
}

static int read_new_user(bk_request_t *request, user_t *user, const char **password)
{
    int result = read_name(request, &user->name);

    if (result == BK_CONTINUE) {
        result = read_new_password(request, &user_error_schema, password);
    }
    if (result == BK_CONTINUE) {
        result = read_email(request, &user->email);
    }
    return result == BK_CONTINUE ? check_new_name(request, user) : result;
}

/* Whether the user has this hash, which only this request can have written: its salt is random. */
static apr_status_t find_hash(bk_request_t *request, apr_int64_t id, const char *hash)
{
    user_t found;
    apr_status_t rv = user_verbs(request)->find(request->handle, id, &found, request->r->pool);

    return rv == APR_SUCCESS && strcmp(found.password_hash, hash) != 0 ? APR_NOTFOUND : rv;
}

static apr_status_t find_signed_up(bk_request_t *request, void *signed_up)
{
    const user_t *user = signed_up;

    return find_hash(request, user->id, user->password_hash);
}

static int add_user(bk_request_t *request, user_t *user)
{
    const user_conf_t *conf = user_config_of(request->conf);
    const char *where;
    apr_status_t rv;

    open_session(request, user);
    rv = user_rules_insert(user_verbs(request), request->handle, user, conf->unique_names);
    if (rv == USER_NAME_TAKEN) {
        return bk_answer_error(request, &user_error_name_taken, NULL);
    }
    where = apr_psprintf(request->r->pool, "%s/%" APR_INT64_T_FMT, request->path, user->id);
    rv = bk_settle(request, rv, find_signed_up, user);
    if (rv == BK_DB_UNKNOWN) {
        return bk_answer_unknown(request, where);
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    bk_audit(request, "BK0235: event=sign-up", user->id, 0, "name", user->name, "role",
             user->is_admin ? "admin" : "member", NULL);
    return bk_answer_created(request, where, json_integer(user->id));
}

static int hash_new_user(bk_request_t *request, const char *password, user_t *user)
{
    const user_conf_t *conf = user_config_of(request->conf);
    int result;

    result = user_limits_begin_sign_up(request, conf);
    if (result == BK_CONTINUE) {
        result = user_login_hash(request, conf, USER_HASH_SIGN_UP, password, &user->password_hash);
    }
    if (result == BK_CONTINUE) {
        user_limits_end_sign_up(request, conf);
        result = bk_store_acquire(request);
    }
    return result;
}

static int sign_up(bk_request_t *request)
{
    user_t user = {0};
    const char *password;
    int result;

    if (!user_config_of(request->conf)->signup) {
        return bk_answer_error(request, &user_error_signup_off, NULL);
    }
    result = read_new_user(request, &user, &password);
    if (result == BK_CONTINUE) {
        result = hash_new_user(request, password, &user);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    return add_user(request, &user);
}

/* ---- sessions -----------------------------------------------------------------------------------
 */

static char *describe_session(const user_t *user, const char *state, apr_pool_t *p)
{
    return apr_psprintf(p, "Session of user %" APR_INT64_T_FMT " %s: start %s, end %s", user->id,
                        state, bk_time_format_utc(user->session_start * 1000, p),
                        bk_time_format_utc(user->session_end * 1000, p));
}

static apr_status_t find_logged_in(bk_request_t *request, void *digest)
{
    user_t found;

    return user_verbs(request)->find_token(request->handle, digest, apr_time_now(), &found,
                                           request->r->pool);
}

/* Log in and answer with a token.
 * @return the request's result; BK_CONTINUE if the password was changed after it was checked */
static int give_token(bk_request_t *request, user_t *user)
{
    request_rec *r = request->r;
    unsigned char digest[BK_TOKEN_DIGEST];
    const char *token;
    apr_status_t rv = bk_token_make(&token, r->pool);

    if (rv == APR_SUCCESS) {
        rv = bk_token_digest(token, digest);
    }
    if (rv != APR_SUCCESS) {
        ap_log_rerror(BK_MARK, APLOG_ERR, rv, r, "BK0205: no token could be made");
        return bk_answer_error(request, &bk_error_internal, NULL);
    }
    open_session(request, user);
    rv = user_verbs(request)->log_in(request->handle, user->id, user->password_hash,
                                     user->session_start, user->session_end, digest);
    rv = bk_settle(request, rv, find_logged_in, digest);
    if (rv == APR_EMISMATCH) {
        return BK_CONTINUE;
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    user_login_known(request, user->id, user->name);
    bk_audit(request, "BK0230: event=log-in", user->id, user->id, NULL);
    apr_table_setn(r->headers_out, "X-Session-Token", token);
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    return bk_answer_json(request, HTTP_OK, json_string(describe_session(user, "opened", r->pool)));
}

/* Find the user in the path, and check the name in the body.
 * @param wrong  set to the reason if there is no such user or the name is another one */
static int find_login(bk_request_t *request, const char *name, user_t *user, const char **wrong)
{
    apr_status_t rv = find(request, user);

    *wrong = NULL;
    if (rv == APR_NOTFOUND) {
        *wrong = user_error_not_found.details;
    }
    else if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    else if (!user_rules_is_name(user, name, request->r->pool)) {
        *wrong = "The provided user name is not that of the user id";
    }
    return BK_CONTINUE;
}

static int check_login(bk_request_t *request, const char *name, const char *password, user_t *user)
{
    const char *asked = apr_psprintf(request->r->pool, "%" APR_INT64_T_FMT, request->id);
    const char *wrong;
    int right;
    int result = find_login(request, name, user, &wrong);

    if (result == BK_CONTINUE) {
        result = user_login_check(request, wrong ? NULL : user, asked, password, &right);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    if (wrong) {
        user_login_failed(request, request->id, "wrong-user");
        return bk_answer_error(request, &user_error_not_found, wrong);
    }
    if (!right) {
        user_login_failed(request, user->id, "wrong-password");
        return bk_answer_error(request, &user_error_wrong_password, NULL);
    }
    if (user->is_disabled) {
        user_login_failed(request, user->id, "disabled");
        return bk_answer_error(request, &user_error_disabled, NULL);
    }
    return BK_CONTINUE;
}

/* The name and the password that a client sent. */
typedef struct login_t {
    const char *name, *password;
} login_t;

static int try_log_in(bk_request_t *request, void *baton)
{
    const login_t *login = baton;
    user_t user;
    int result = check_login(request, login->name, login->password, &user);

    return result == BK_CONTINUE ? give_token(request, &user) : result;
}

static int log_in(bk_request_t *request)
{
    login_t login;
    int result = read_name(request, &login.name);

    if (result == BK_CONTINUE) {
        result = read_password(request, &user_error_schema, &login.password);
    }
    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    return result == BK_CONTINUE ? bk_again(request, USER_LOGIN_ATTEMPTS, try_log_in, &login)
                                 : result;
}

static int get_session(bk_request_t *request)
{
    user_t user;
    apr_status_t rv;
    int result = bk_read(request, find, &user, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv != APR_SUCCESS) {
        return answer_not_found(request, rv);
    }
    return user.session_end > apr_time_now()
               ? bk_answer_json(request, HTTP_OK,
                                json_string(describe_session(&user, "alive", request->r->pool)))
               : bk_answer_error(request, &user_error_expired, NULL);
}

static apr_status_t find_logged_out(bk_request_t *request, void *unused)
{
    user_t found;
    apr_status_t rv = find(request, &found);

    return rv == APR_SUCCESS && found.session_end != 0 ? APR_NOTFOUND : rv;
}

static int log_out(bk_request_t *request)
{
    apr_status_t rv;
    int result = check_own(request);

    if (result != BK_CONTINUE) {
        return result;
    }
    rv = user_verbs(request)->log_out(request->handle, request->id);
    rv = bk_settle(request, rv, find_logged_out, NULL);
    bk_cache_forget_owned(request, request->id);
    if (rv != APR_SUCCESS) {
        return answer_not_found(request, rv);
    }
    bk_audit(request, "BK0232: event=log-out", request->id, request->caller.id, NULL);
    return bk_answer_json(request, HTTP_OK, json_string("Ended"));
}

/* ---- identifying callers ------------------------------------------------------------------------
 */

/* Whether the caller may be cached: the token still belongs to the same user, who is no
 * administrator, and does not expire before the cache entry. */
static int may_be_cached(bk_request_t *request, const unsigned char *digest)
{
    apr_time_t end = apr_time_now() + request->conf->cache.ttl;
    const user_store_v1_verbs_t *verbs = user_v1_verbs(request);
    user_session_t session;
    user_t user;

    if (verbs) {
        return verbs->find_token(request->handle, digest, end, &session, request->r->pool) ==
                   APR_SUCCESS &&
               session.id == request->caller.id && !session.is_admin && !session.is_auditor &&
               !session.groups && !session.scopes && !session.spaces;
    }
    return user_verbs(request)->find_token(request->handle, digest, end, &user, request->r->pool) ==
               APR_SUCCESS &&
           user.id == request->caller.id && !user.is_admin;
}

/* The scopes of a token that does not have all. */
static void write_scopes(bk_json_text_t *text, unsigned int scopes)
{
    unsigned int bit;

    bk_json_text_array(text, "scopes");
    for (bit = 1; bit < BK_SCOPE_ALL; bit <<= 1) {
        if (scopes & bit && bk_scope_name(bit)) {
            bk_json_text_string(text, NULL, bk_scope_name(bit));
        }
    }
    bk_json_text_array_end(text);
}

static void write_rights(bk_json_text_t *text, const bk_caller_t *caller)
{
    int i;

    if (caller->group_count) {
        bk_json_text_array(text, "groups");
        for (i = 0; i < caller->group_count; i++) {
            bk_json_text_string(text, NULL, caller->groups[i]);
        }
        bk_json_text_array_end(text);
    }
    if (caller->scopes != BK_SCOPE_ALL) {
        write_scopes(text, caller->scopes);
    }
    if (caller->spaces) {
        bk_json_text_array(text, "spaces");
        for (i = 0; caller->spaces[i]; i++) {
            bk_json_text_string(text, NULL, caller->spaces[i]);
        }
        bk_json_text_array_end(text);
    }
}

static const char *role_name(const bk_caller_t *caller)
{
    return caller->is_admin ? "admin" : caller->role == BK_ROLE_AUDITOR ? "auditor" : "member";
}

static const char *text_of(const bk_caller_t *caller, apr_size_t *len, apr_pool_t *p)
{
    bk_json_text_t text;

    bk_json_text_begin(&text, p);
    bk_json_text_id(&text, "userID", caller->id);
    bk_json_text_string(&text, "username", caller->name);
    bk_json_text_string(&text, "role", role_name(caller));
    write_rights(&text, caller);
    return bk_json_text_end(&text, len);
}

/* Answer from a cache entry: the token owner's id and name, and always the role of a member. */
static const char *show_caller(bk_request_t *request, const bk_cache_entry_t *entry,
                               const char *kept, apr_size_t kept_len, apr_size_t *text_len)
{
    apr_pool_t *p = request->r->pool;
    const bk_caller_t caller = {
        .id = entry->owner, .name = apr_pstrmemdup(p, kept, kept_len), .scopes = BK_SCOPE_ALL};

    if (caller.id <= 0 || user_rules_name(caller.name, kept_len)) {
        return NULL;
    }
    request->caller = caller;
    bk_caller_known(request);
    return text_of(&caller, text_len, p);
}

/* Whether a caller is more, or less, than a member who may do all that members may: the cache holds
 * nothing but a name, so it must not hold such a caller. */
static int is_plain_member(const bk_caller_t *caller)
{
    return caller->role == BK_ROLE_MEMBER && !caller->is_admin && caller->group_count == 0 &&
           caller->scopes == BK_SCOPE_ALL && !caller->spaces;
}

/* Answer from the store. Whoever has a role or groups is not cached, and has none if a standby
 * answers: so neither a cache nor a standby grants a right. What a token may not do holds in any
 * case. */
static int find_caller(bk_request_t *request, bk_cache_reading_t *reading)
{
    bk_caller_t *caller = &request->caller;
    const unsigned char *digest = user_login_token(request);
    int result = user_login_identify(request);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (request->is_behind) {
        caller->is_admin = caller->group_count = 0;
        caller->role = BK_ROLE_MEMBER;
    }
    reading->keep = reading->keep && is_plain_member(caller) && !request->is_behind && digest;
    if (reading->keep) {
        bk_cache_own(request, reading, caller->id);
        reading->keep = reading->keep && may_be_cached(request, digest);
    }
    reading->text = text_of(caller, &reading->len, request->r->pool);
    reading->kept = caller->name;
    reading->kept_len = strlen(caller->name);
    return BK_CONTINUE;
}

/* Other services call this route for each of their requests, so its answers are cached by the
 * digest of the token. All other routes identify the caller from the store.
 */
static int get_caller(bk_request_t *request)
{
    const unsigned char *digest = user_login_token(request);
    char id[2 * BK_TOKEN_DIGEST + 1];

    if (!digest) {
        return bk_cache_answer(request, NULL, find_caller, show_caller);
    }
    apr_escape_hex(id, digest, BK_TOKEN_DIGEST, 0, NULL);
    return bk_cache_answer(request, id, find_caller, show_caller);
}

/* ---- passwords ----------------------------------------------------------------------------------
 */

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
    return find_hash(request, request->id, hash);
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
        return answer_not_found(request, rv);
    }
    bk_audit(request, "BK0233: event=password", request->id, request->caller.id, NULL);
    return bk_answer_json(request, HTTP_OK, json_string("Changed"));
}

static int hash_password(bk_request_t *request, const char *password, const char **hash)
{
    const user_conf_t *conf = user_config_of(request->conf);
    int result;

    result = user_login_hash(request, conf, USER_HASH_LOG_IN, password, hash);
    return result == BK_CONTINUE ? bk_store_acquire(request) : result;
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
    int result = find_user(request, &user);

    if (result == BK_CONTINUE) {
        result = check_current(request, &user);
    }
    if (result == BK_CONTINUE && !password->hash) {
        result = hash_password(request, password->text, &password->hash);
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
    int result = find_user(request, &user);

    if (result == BK_CONTINUE) {
        result = hash_password(request, password, &hash);
    }
    if (result == BK_CONTINUE) {
        result = user_login_identify(request);
    }
    if (result == BK_CONTINUE) {
        result = check_own(request);
    }
    return result == BK_CONTINUE ? store_password(request, NULL, hash) : result;
}

static int set_password(bk_request_t *request)
{
    new_password_t password = {NULL, NULL};
    int result = check_own(request);

    if (result == BK_CONTINUE) {
        result = read_new_password(request, &user_error_password_schema, &password.text);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    return request->caller.id == request->id
               ? bk_again(request, USER_LOGIN_ATTEMPTS, try_own_password, &password)
               : set_other_password(request, password.text);
}

/* For BK_ROUTE_USER and BK_ROUTE_ADMIN, user_login_identify() has acquired the store. */
const bk_route_t user_handlers_routes[] = {
    {"GET", "/health", BK_ROUTE_ANYONE, NULL, NULL, bk_health},
    {"GET", "/caller", BK_ROUTE_ANYONE, NULL, NULL, get_caller},
    {"POST", "", BK_ROUTE_ANYONE, NULL, &user_error_schema, sign_up},
    {"POST", "/{userId}", BK_ROUTE_ANYONE, read_id, &user_error_schema, log_in},
    {"GET", "/{userId}", BK_ROUTE_ANYONE, read_id, NULL, get_session},
    {"DELETE", "/{userId}/session", BK_ROUTE_USER, read_id, NULL, log_out},
    {"PUT", "/{userId}/password", BK_ROUTE_USER, read_id, &user_error_password_schema,
     set_password},
    {"PUT", "/{userId}/role", BK_ROUTE_ADMIN, read_id, &user_error_role_schema,
     user_accounts_set_role},
    {"PUT", "/{userId}/name", BK_ROUTE_ADMIN, read_id, &user_error_name_schema,
     user_accounts_rename},
    {"PUT", "/{userId}/state", BK_ROUTE_ADMIN, read_id, &user_error_state_schema,
     user_accounts_set_state},
    {"DELETE", "/{userId}/account", BK_ROUTE_ADMIN, read_id, NULL, user_accounts_delete},
    {NULL}};

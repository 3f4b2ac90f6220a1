#include "user_login.h"

#include <apr_strings.h>

#include "bk_credentials.h"
#include "bk_gate.h"
#include "bk_httpd_audit.h"
#include "bk_httpd_caller.h"
#include "bk_httpd_shm.h"
#include "bk_password.h"
#include "bk_text.h"
#include "bk_throttle.h"
#include "bk_time.h"
#include "user_rules.h"

typedef struct shared_t {
    bk_gate_t gate;
    bk_throttle_t throttle;
} shared_t;

static const bk_layout_member_t members[] = {
    BK_LAYOUT_NESTED(shared_t, gate, &bk_gate_layout),
    BK_LAYOUT_NESTED(shared_t, throttle, &bk_throttle_layout),
};

static const bk_layout_t layout = BK_LAYOUT(shared_t, 1, members);

static shared_t *shared;

int user_login_init(server_rec *s)
{
    void *base;
    apr_status_t rv = bk_httpd_shm(&base, "bookable-user", &layout, s);

    if (rv != APR_SUCCESS) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    shared = base;
    return OK;
}

/* ---- how many at once ---------------------------------------------------------------------------
 */

/* The place in the gate, or -1: too many hashes at once. */
static int enter_gate(const user_conf_t *conf)
{
    return bk_gate_enter(&shared->gate, conf->hash_limit, conf->hash_queue, conf->hash_wait);
}

static int answer_busy(bk_request_t *request)
{
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, request->r,
                  "BK0202: too many passwords are being hashed at once");
    return bk_answer_error(request, &bk_error_busy, NULL);
}

int user_login_hash(bk_request_t *request, const char *password, const char **hash)
{
    user_conf_t conf;
    apr_status_t rv;
    int place;

    user_config_resolve(request->conf, &conf);
    bk_httpd_release(request); /* @see user_login_check */
    place = enter_gate(&conf);
    if (place < 0) {
        return answer_busy(request);
    }
    rv = bk_password_hash(hash, password, conf.bcrypt_cost, request->r->pool);
    bk_gate_leave(&shared->gate, place);
    if (rv != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, rv, request->r, "BK0203: no password hash");
        return bk_answer_error(request, &bk_error_internal, NULL);
    }
    return BK_CONTINUE;
}

/* ---- how often ----------------------------------------------------------------------------------
 */

/* Whose failures count together. */
typedef struct attempt_t {
    const char *account; /* NULL: there is no such user */
    const char *address;
    bk_throttle_window_t window;
} attempt_t;

static void make_attempt(attempt_t *attempt, request_rec *r, const user_t *user,
                         const user_conf_t *conf)
{
    attempt->account = user ? apr_psprintf(r->pool, "account %" APR_INT64_T_FMT, user->id) : NULL;
    attempt->address = apr_pstrcat(r->pool, "address ", r->useragent_ip, NULL);
    attempt->window =
        bk_throttle_window(bk_time_monotonic_ms() / 1000, apr_time_sec(conf->login_window));
}

static int is_spent(const char *key, int limit, bk_throttle_window_t window)
{
    return key && limit && bk_throttle_count(&shared->throttle, key, window) >= limit;
}

static int check_throttle(bk_request_t *request, const attempt_t *attempt, const user_conf_t *conf)
{
    if (!is_spent(attempt->account, conf->account_failures, attempt->window) &&
        !is_spent(attempt->address, conf->address_failures, attempt->window)) {
        return BK_CONTINUE;
    }
    ap_log_rerror(APLOG_MARK, APLOG_NOTICE, 0, request->r,
                  "BK0204: too many failed log-ins, of this account or from this address");
    return bk_answer_error_retry(request, &bk_error_throttled, NULL, attempt->window.left);
}

static void count_attempt(const attempt_t *attempt, int right)
{
    if (right) {
        bk_throttle_clear(&shared->throttle, attempt->account, attempt->window);
        return;
    }
    if (attempt->account) {
        bk_throttle_add(&shared->throttle, attempt->account, attempt->window);
    }
    bk_throttle_add(&shared->throttle, attempt->address, attempt->window);
}

/* ---- passwords ----------------------------------------------------------------------------------
 */

/* A failure here costs nothing but that the old hash stays: so it does where others wait to hash.
 */
static void renew_hash(bk_request_t *request, user_t *user, const char *password,
                       const user_conf_t *conf)
{
    int place = bk_gate_enter(&shared->gate, conf->hash_limit, 0, 0);
    const char *hash;

    if (place < 0) {
        return;
    }
    if (bk_password_hash(&hash, password, conf->bcrypt_cost, request->r->pool) == APR_SUCCESS &&
        user_verbs(request)->rehash(request->handle, user->id, user->password_hash, hash) ==
            APR_SUCCESS) {
        user->password_hash = hash;
    }
    bk_gate_leave(&shared->gate, place);
}

/* @return whether the password is the user's; a hash is computed whoever there is */
static int match(const user_t *user, const char *password, int cost)
{
    if (user) {
        return bk_password_matches(password, user->password_hash);
    }
    bk_password_waste(password, cost);
    return 0;
}

/* A hash takes a core's time, and its turn may take longer: nobody keeps a connection to the
 * database meanwhile, or a storm of logins would have them all. */
int user_login_check(bk_request_t *request, user_t *user, const char *password, int *right)
{
    user_conf_t conf;
    attempt_t attempt;
    int result, place;

    user_config_resolve(request->conf, &conf);
    make_attempt(&attempt, request->r, user, &conf);
    result = check_throttle(request, &attempt, &conf);
    if (result != BK_CONTINUE) {
        return result;
    }
    bk_httpd_release(request);
    place = enter_gate(&conf);
    if (place < 0) {
        return answer_busy(request);
    }
    *right = match(user, password, conf.bcrypt_cost);
    bk_gate_leave(&shared->gate, place);
    count_attempt(&attempt, *right);
    result = bk_httpd_acquire(request);
    if (result == BK_CONTINUE && *right &&
        bk_password_cost(user->password_hash) < conf.bcrypt_cost) {
        renew_hash(request, user, password, &conf);
    }
    return result;
}

/* ---- credentials --------------------------------------------------------------------------------
 */

static int accept_caller(bk_request_t *request, const user_t *user)
{
    request->caller.id = user->id;
    request->caller.name = user->name;
    request->caller.is_admin = user->is_admin;
    bk_httpd_caller_known(request);
    return BK_CONTINUE;
}

/* Whoever it is, only a live session counts. */
static int accept_session(bk_request_t *request, const user_t *user)
{
    return user->session_end > apr_time_now() && !user->is_disabled
               ? accept_caller(request, user)
               : bk_answer_error(request, &bk_error_session_expired, NULL);
}

static int refuse(bk_request_t *request, apr_status_t rv, const char *details)
{
    return rv == APR_NOTFOUND || rv == APR_EEXIST
               ? bk_answer_error(request, &bk_error_session_expired, details)
               : bk_answer_store_error(request, rv);
}

/* A digest costs more than looking it up: one serves all who ask for it within a request.
 * @return NULL if there is none to be had */
static const unsigned char *digest_of(request_rec *r, const char *token)
{
    unsigned char *digest = ap_get_module_config(r->request_config, &user_module);

    if (!digest) {
        digest = apr_palloc(r->pool, BK_TOKEN_DIGEST);
        if (bk_token_digest(token, digest) != APR_SUCCESS) {
            return NULL;
        }
        ap_set_module_config(r->request_config, &user_module, digest);
    }
    return digest;
}

static int identify_bearer(bk_request_t *request, const char *token)
{
    const unsigned char *digest = digest_of(request->r, token);
    user_t user;
    apr_status_t rv = APR_EGENERAL;

    if (digest) {
        rv = user_verbs(request)->find_token(request->handle, digest, apr_time_now(), &user,
                                             request->r->pool);
    }
    return rv == APR_SUCCESS ? accept_caller(request, &user)
                             : refuse(request, rv, "The token is not, or no longer, valid");
}

/* By id where the name is a number that is one, else by name. */
static apr_status_t find_named(bk_request_t *request, const char *name, user_t *user)
{
    const user_store_verbs_t *verbs = user_verbs(request);
    apr_status_t rv = APR_NOTFOUND;
    apr_int64_t id;

    if (bk_text_int(name, &id)) {
        rv = verbs->find(request->handle, id, user, request->r->pool);
    }
    if (rv == APR_NOTFOUND) {
        rv = verbs->find_name(request->handle, name, user, request->r->pool);
    }
    if (rv == APR_NOTFOUND) {
        const char *normal = user_rules_normal(name, request->r->pool);

        rv =
            normal == name ? rv : verbs->find_name(request->handle, normal, user, request->r->pool);
    }
    return rv;
}

void user_login_failed(const bk_request_t *request, apr_int64_t id, const char *reason)
{
    bk_httpd_audit(request, "BK0231: event=log-in-failed", id, request->caller.id, "reason", reason,
                   NULL);
}

/* @return BK_CONTINUE: the password is that of the user, as they were before it was hashed */
static int check_password(bk_request_t *request, const bk_credentials_t *credentials, user_t *user)
{
    apr_status_t rv = find_named(request, credentials->name, user);
    int result, right;

    if (rv == APR_EEXIST) {
        user_login_failed(request, 0, "shared-name");
        return refuse(request, rv, "Several users have this name: use the user id in its place");
    }
    if (rv != APR_SUCCESS && rv != APR_NOTFOUND) {
        return bk_answer_store_error(request, rv);
    }
    if (strlen(credentials->secret) > BK_PASSWORD_BYTES) {
        return refuse(request, APR_NOTFOUND, NULL); /* no user can have such a password */
    }
    result =
        user_login_check(request, rv == APR_SUCCESS ? user : NULL, credentials->secret, &right);
    if (result != BK_CONTINUE || right) {
        return result;
    }
    user_login_failed(request, rv == APR_SUCCESS ? user->id : 0,
                      rv == APR_SUCCESS ? "wrong-password" : "no-such-user");
    return refuse(request, APR_NOTFOUND, "The user name or the password is wrong");
}

/* While a password was hashed it may have been changed, the session ended, the role taken.
 * @return APR_EMISMATCH: the user has another password now */
static apr_status_t find_again(bk_request_t *request, user_t *user)
{
    const char *was = user->password_hash;
    apr_status_t rv = user_verbs(request)->find(request->handle, user->id, user, request->r->pool);

    if (rv == APR_NOTFOUND || (rv == APR_SUCCESS && strcmp(user->password_hash, was) != 0)) {
        return APR_EMISMATCH;
    }
    return rv;
}

static int identify_password(bk_request_t *request, const bk_credentials_t *credentials)
{
    user_t user;
    int attempts, result;
    apr_status_t rv;

    for (attempts = 0; attempts < USER_LOGIN_ATTEMPTS; attempts++) {
        result = check_password(request, credentials, &user);
        if (result != BK_CONTINUE) {
            return result;
        }
        rv = find_again(request, &user);
        if (rv != APR_EMISMATCH) {
            return rv == APR_SUCCESS ? accept_session(request, &user)
                                     : bk_answer_store_error(request, rv);
        }
    }
    return bk_answer_error(request, &bk_error_busy, NULL);
}

/* Name and id of a user, both public, in place of name and password. */
static apr_status_t find_session_id(bk_request_t *request, const bk_credentials_t *credentials,
                                    user_t *user)
{
    apr_int64_t id;
    apr_status_t rv;

    if (!bk_text_int(credentials->secret, &id)) {
        return APR_NOTFOUND;
    }
    rv = user_verbs(request)->find(request->handle, id, user, request->r->pool);
    if (rv == APR_SUCCESS && !user_rules_is_name(user, credentials->name, request->r->pool)) {
        return APR_NOTFOUND;
    }
    return rv;
}

static int identify_basic(bk_request_t *request, const bk_credentials_t *credentials, int schemes)
{
    user_t user;
    apr_status_t rv = APR_NOTFOUND;

    if (schemes & USER_SCHEME_SESSION_ID) {
        rv = find_session_id(request, credentials, &user);
    }
    if (rv == APR_SUCCESS) {
        return accept_session(request, &user);
    }
    if (rv == APR_NOTFOUND && (schemes & USER_SCHEME_PASSWORD)) {
        return identify_password(request, credentials);
    }
    return refuse(request, rv, NULL);
}

const unsigned char *user_login_token(bk_request_t *request)
{
    request_rec *r = request->r;
    bk_credentials_t credentials;
    user_conf_t conf;

    user_config_resolve(request->conf, &conf);
    if (!(conf.schemes & USER_SCHEME_BEARER)) {
        return NULL;
    }
    bk_credentials_read(apr_table_get(r->headers_in, "Authorization"), &credentials, r->pool);
    return credentials.scheme == BK_CREDENTIALS_BEARER ? digest_of(r, credentials.secret) : NULL;
}

int user_login_identify(bk_request_t *request)
{
    request_rec *r = request->r;
    bk_credentials_t credentials;
    user_conf_t conf;
    int result, is_bearer;

    user_config_resolve(request->conf, &conf);
    bk_credentials_read(apr_table_get(r->headers_in, "Authorization"), &credentials, r->pool);
    is_bearer = credentials.scheme == BK_CREDENTIALS_BEARER;
    if (credentials.scheme == BK_CREDENTIALS_NONE) {
        return bk_answer_error(request, &bk_error_malformed, NULL);
    }
    if (!(conf.schemes &
          (is_bearer ? USER_SCHEME_BEARER : USER_SCHEME_PASSWORD | USER_SCHEME_SESSION_ID))) {
        return bk_answer_error(request, &bk_error_malformed,
                               "This server does not take credentials of this scheme");
    }
    result = bk_httpd_acquire(request);
    if (result != BK_CONTINUE) {
        return result;
    }
    return is_bearer ? identify_bearer(request, credentials.secret)
                     : identify_basic(request, &credentials, conf.schemes);
}

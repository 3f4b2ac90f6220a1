#include "user_login.h"

#include <apr_strings.h>

#include "bk_audit.h"
#include "bk_caller.h"
#include "bk_credentials.h"
#include "bk_password.h"
#include "bk_read.h"
#include "bk_text.h"
#include "user_rules.h"
#include "user_session.h"
#include "user_sso_recheck.h"

/* ---- passwords ----------------------------------------------------------------------------------
 */

int user_login_hash(bk_request_t *request, const user_conf_t *conf, user_hash_for_t what,
                    const char *password, const char **hash)
{
    bk_gate_pass_t pass;
    apr_status_t rv;
    int result;

    bk_store_release(request); /* @see user_login_check */
    result = user_limits_enter(request, conf, what, &pass);
    if (result != BK_CONTINUE) {
        return result;
    }
    rv = bk_password_hash(hash, password, conf->bcrypt_cost, request->r->pool);
    user_limits_leave(&pass);
    if (rv != APR_SUCCESS) {
        ap_log_rerror(BK_MARK, APLOG_ERR, rv, request->r, "BK0203: no password hash");
        return bk_answer_error(request, &bk_error_internal, NULL);
    }
    return BK_CONTINUE;
}

int user_login_hash_change(bk_request_t *request, const char *password, const char **hash)
{
    int result =
        user_login_hash(request, user_config_of(request->conf), USER_HASH_LOG_IN, password, hash);

    return result == BK_CONTINUE ? bk_store_acquire(request) : result;
}

/* Hash a password again at the configured cost. If this fails, or other requests wait to hash, the
 * old hash stays.
 */
static void renew_hash(bk_request_t *request, user_t *user, const char *password,
                       const user_conf_t *conf)
{
    bk_gate_pass_t pass;
    const char *hash;

    if (!user_limits_enter_idle(request, conf, &pass)) {
        return;
    }
    if (bk_password_hash(&hash, password, conf->bcrypt_cost, request->r->pool) == APR_SUCCESS &&
        user_verbs(request)->rehash(request->handle, user->id, user->password_hash, hash) ==
            APR_SUCCESS) {
        user->password_hash = hash;
    }
    user_limits_leave(&pass);
}

/* The cost of checking a wrong password: the highest cost of all stored hashes, so that the time
 * does not reveal which user exists. */
static apr_status_t wrong_cost(bk_request_t *request, const user_conf_t *conf, int *cost)
{
    apr_status_t rv = user_verbs(request)->highest_cost(request->handle, cost, request->r->pool);

    if (*cost < conf->bcrypt_cost) {
        *cost = conf->bcrypt_cost;
    }
    if (*cost > BK_PASSWORD_COST_MAX) {
        *cost = BK_PASSWORD_COST_MAX;
    }
    return rv;
}

/* The key for counting failures: the user's id; if there is no such user, the normalized name, so
 * that other spellings of it are counted together, as those of an existing name. */
static const char *failure_key(bk_request_t *request, const user_t *user, const char *asked)
{
    return user ? apr_psprintf(request->r->pool, "%" APR_INT64_T_FMT, user->id)
                : user_rules_normal(asked, request->r->pool);
}

/* Compare a password. Hashing is slow, and waiting for it may be slower, so the store is released
 * first: otherwise many log-ins at once would hold all database connections.
 * @return BK_CONTINUE; else the request's result. The pass for hashing is returned in both cases */
static int compare(bk_request_t *request, const user_conf_t *conf, const user_t *user,
                   const char *password, int *right)
{
    bk_gate_pass_t pass;
    int result, cost;
    apr_status_t rv = wrong_cost(request, conf, &cost);

    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    bk_store_release(request);
    result = user_limits_enter(request, conf, USER_HASH_LOG_IN, &pass);
    if (result == BK_CONTINUE) {
        *right = bk_password_check(password, user ? user->password_hash : NULL, cost);
        user_limits_leave(&pass);
    }
    return result;
}

int user_login_check(bk_request_t *request, user_t *user, const char *asked, const char *password,
                     int *right)
{
    const user_conf_t *conf = user_config_of(request->conf);
    user_attempt_t attempt;
    int result;

    result = user_limits_begin(request, conf, failure_key(request, user, asked), &attempt);
    if (result == BK_CONTINUE) {
        result = compare(request, conf, user, password, right);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    user_limits_end(conf, &attempt, *right);
    result = bk_store_acquire(request);
    if (result == BK_CONTINUE && *right && !request->is_behind &&
        bk_password_cost(user->password_hash) < conf->bcrypt_cost) {
        renew_hash(request, user, password, conf);
    }
    return result;
}

void user_login_known(bk_request_t *request, apr_int64_t id, const char *name)
{
    request->caller.id = id;
    request->caller.name = name;
    bk_caller_known(request);
}

/* ---- credentials --------------------------------------------------------------------------------
 */

/* Accept a user whose password was right. The rights that API v1 adds are read with the groups. */
static int accept_caller(bk_request_t *request, const user_t *user)
{
    const user_store_v1_verbs_t *verbs = user_v1_verbs(request);
    user_v1_t account = {.is_admin = user->is_admin};
    apr_status_t rv = APR_SUCCESS;

    if (verbs) {
        rv = verbs->find(request->handle, user->id, &account, request->r->pool);
    }
    if (rv != APR_SUCCESS) {
        return rv == APR_NOTFOUND ? bk_answer_error(request, &bk_error_session_expired, NULL)
                                  : bk_store_failed(request, rv);
    }
    user_login_known(request, user->id, user->name);
    request->caller.display = account.display_name;
    user_session_rights(request, account.is_admin, account.is_auditor, account.groups);
    return BK_CONTINUE;
}

/* Accept a caller whose session has not ended and who is not disabled. */
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
               : bk_store_failed(request, rv);
}

/* What is known of a request's credentials. */
typedef struct known_t {
    unsigned char digest[BK_TOKEN_DIGEST]; /* of a token */
    user_session_t session;
    int has_session;
    const char *hash; /* with which a password was compared; NULL: none was */
} known_t;

/* The digest of the request's token. It is computed once for each request, because that takes
 * longer than looking up the token.
 * @return NULL if OpenSSL fails */
static known_t *known_of(request_rec *r, const char *token)
{
    known_t *known = ap_get_module_config(r->request_config, bk_service()->module);

    if (!known) {
        known = apr_pcalloc(r->pool, sizeof(*known));
        if (bk_token_digest(token, known->digest) != APR_SUCCESS) {
            return NULL;
        }
        ap_set_module_config(r->request_config, bk_service()->module, known);
    }
    return known;
}

const user_session_t *user_login_session(const bk_request_t *request)
{
    const known_t *known = ap_get_module_config(request->r->request_config, bk_service()->module);

    return known && known->has_session ? &known->session : NULL;
}

/* Find a token in a store that has the base's verbs alone. */
static apr_status_t accept_base_token(bk_request_t *request, const unsigned char *digest)
{
    user_t user;
    apr_status_t rv = user_verbs(request)->find_token(request->handle, digest, apr_time_now(),
                                                      &user, request->r->pool);

    if (rv == APR_SUCCESS) {
        request->caller.id = user.id;
        request->caller.name = user.name;
        user_session_rights(request, user.is_admin, 0, NULL);
    }
    return rv;
}

/* Find a session or token of any API. */
static apr_status_t accept_token(bk_request_t *request, known_t *known)
{
    const user_store_v1_verbs_t *verbs = user_v1_verbs(request);
    apr_status_t rv;

    if (!verbs) {
        return accept_base_token(request, known->digest);
    }
    rv = verbs->find_token(request->handle, known->digest, apr_time_now(), &known->session,
                           request->r->pool);
    if (rv == APR_SUCCESS && user_sso_recheck_is_due(request, &known->session)) {
        rv = APR_NOTFOUND;
    }
    if (rv == APR_SUCCESS) {
        known->has_session = 1;
        user_session_accept(request, &known->session, known->digest);
    }
    return rv;
}

static int identify_bearer(bk_request_t *request, const char *token)
{
    known_t *known = known_of(request->r, token);
    apr_status_t rv = known ? accept_token(request, known) : APR_EGENERAL;

    if (rv != APR_SUCCESS) {
        return refuse(request, rv, "The token is not valid, or not any more");
    }
    bk_caller_known(request);
    return BK_CONTINUE;
}

/* Find a user by id if the name is a number and there is such an id, else by name. */
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
    bk_audit(request, "BK0231: event=log-in-failed", id, request->caller.id, "reason", reason,
             NULL);
}

/* Find a user by name and check the password. A name that several users share is answered like an
 * unknown name, in the same time.
 * @return BK_CONTINUE if the password was right for *user, which was read before hashing; else the
 *         request's result */
static int check_password(bk_request_t *request, const bk_credentials_t *credentials, user_t *user)
{
    apr_status_t rv = find_named(request, credentials->name, user);
    int result, right;

    if (rv != APR_SUCCESS && rv != APR_NOTFOUND && rv != APR_EEXIST) {
        return bk_store_failed(request, rv);
    }
    if (strlen(credentials->secret) > BK_PASSWORD_BYTES) {
        return refuse(request, APR_NOTFOUND, NULL); /* no user can have such a password */
    }
    result = user_login_check(request, rv == APR_SUCCESS ? user : NULL, credentials->name,
                              credentials->secret, &right);
    if (result != BK_CONTINUE || right) {
        return result;
    }
    user_login_failed(request, rv == APR_SUCCESS ? user->id : 0,
                      rv == APR_SUCCESS  ? "wrong-password"
                      : rv == APR_EEXIST ? "shared-name"
                                         : "no-such-user");
    return refuse(request, APR_NOTFOUND,
                  "The user name or the password is wrong, or several users have the name: then "
                  "use the user id instead");
}

/* Read a user again after hashing, because the password, the session or the role may have changed
 * meanwhile.
 * @return APR_EMISMATCH if the user has another password now */
static apr_status_t find_again(bk_request_t *request, user_t *user)
{
    const char *was = user->password_hash;
    apr_status_t rv = user_verbs(request)->find(request->handle, user->id, user, request->r->pool);

    if (rv == APR_NOTFOUND || (rv == APR_SUCCESS && strcmp(user->password_hash, was) != 0)) {
        return APR_EMISMATCH;
    }
    return rv;
}

static void note_hash(request_rec *r, const char *hash)
{
    known_t *known = apr_pcalloc(r->pool, sizeof(*known));

    known->hash = hash;
    ap_set_module_config(r->request_config, bk_service()->module, known);
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
        if (rv == APR_SUCCESS) {
            note_hash(request->r, user.password_hash);
            return accept_session(request, &user);
        }
        if (rv != APR_EMISMATCH) {
            return bk_store_failed(request, rv);
        }
    }
    return bk_answer_error(request, &bk_error_busy, NULL);
}

/* Find the user of the scheme session-id, whose credentials are the name and the id, both public.
 */
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

/* Whether the server takes the scheme of a token: it came as a cookie, or in Authorization. */
static int takes_bearer(const bk_request_t *request)
{
    return user_config_of(request->conf)->schemes &
           (request->cookie ? USER_SCHEME_COOKIE : USER_SCHEME_BEARER);
}

const unsigned char *user_login_token(bk_request_t *request)
{
    const bk_credentials_t *credentials = bk_request_credentials(request);
    known_t *known;

    if (credentials->scheme != BK_CREDENTIALS_BEARER || !takes_bearer(request)) {
        return NULL;
    }
    known = known_of(request->r, credentials->secret);
    return known ? known->digest : NULL;
}

int user_login_identify(bk_request_t *request)
{
    const bk_credentials_t *credentials = bk_request_credentials(request);
    int schemes = user_config_of(request->conf)->schemes;
    int result, is_bearer;

    is_bearer = credentials->scheme == BK_CREDENTIALS_BEARER;
    if (credentials->scheme == BK_CREDENTIALS_NONE) {
        return bk_answer_error(request, &bk_error_malformed, NULL);
    }
    if (is_bearer ? !takes_bearer(request)
                  : !(schemes & (USER_SCHEME_PASSWORD | USER_SCHEME_SESSION_ID))) {
        return bk_answer_error(request, &bk_error_malformed,
                               "This server does not take credentials of this scheme");
    }
    result = user_config_of(request->conf)->standby_callers ? bk_read_acquire(request)
                                                            : bk_store_acquire(request);
    if (result != BK_CONTINUE) {
        return result;
    }
    return is_bearer ? identify_bearer(request, credentials->secret)
                     : identify_basic(request, credentials, schemes);
}

/* Whether what the caller was identified by is good still, with the account as it is now. */
static apr_status_t find_still(bk_request_t *request, const user_v1_t *user)
{
    const known_t *known = ap_get_module_config(request->r->request_config, bk_service()->module);
    const unsigned char *digest = user_login_token(request);
    user_session_t session;

    if (digest) {
        return user_v1_verbs(request)->find_token(request->handle, digest, apr_time_now(), &session,
                                                  request->r->pool);
    }
    return !known || !known->hash || strcmp(known->hash, user->password_hash) == 0 ? APR_SUCCESS
                                                                                   : APR_NOTFOUND;
}

apr_status_t user_login_still(bk_request_t *request, const char **hash)
{
    user_v1_t user;
    apr_status_t rv =
        user_v1_verbs(request)->find(request->handle, request->caller.id, &user, request->r->pool);

    if (rv == APR_SUCCESS) {
        *hash = user.password_hash;
        rv = find_still(request, &user);
    }
    return rv;
}

#include "user_limits.h"

#include <apr_strings.h>

#include "bk_address.h"
#include "bk_shared.h"
#include "bk_time.h"

/* How long an address counts as known after a log-in to an account: between one and two of these
 * windows, in seconds. */
#define KNOWN_WINDOW (30 * 86400)

typedef struct shared_t {
    bk_gate_t gate;
    bk_throttle_t attempts;
    bk_throttle_t known; /* addresses of accounts */
} shared_t;

static const bk_layout_member_t members[] = {
    BK_LAYOUT_NESTED(shared_t, gate, &bk_gate_layout),
    BK_LAYOUT_NESTED(shared_t, attempts, &bk_throttle_layout),
    BK_LAYOUT_NESTED(shared_t, known, &bk_throttle_layout),
};

static const bk_layout_t layout = BK_LAYOUT(shared_t, 2, members);

static shared_t *shared;

int user_limits_init(server_rec *s)
{
    void *base;
    apr_status_t rv = bk_shared(&base, "bookable-user", &layout, s);

    if (rv != APR_SUCCESS) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    shared = base;
    rv = bk_gate_init(&shared->gate);
    if (rv == APR_SUCCESS) {
        rv = bk_throttle_init(&shared->attempts);
    }
    if (rv == APR_SUCCESS) {
        rv = bk_throttle_init(&shared->known);
    }
    if (rv != APR_SUCCESS) {
        ap_log_error(BK_MARK, APLOG_EMERG, rv, s, "BK0210: the limits of log-ins cannot be kept");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return OK;
}

static const char *block_of(const bk_request_t *request)
{
    return bk_address_block(request->r->useragent_ip, request->r->pool);
}

/* ---- concurrent hashes --------------------------------------------------------------------------
 */

static int enter(bk_request_t *request, bk_gate_visit_t *visit, bk_gate_pass_t *pass)
{
    const char *block = block_of(request);

    visit->client = bk_hash(&shared->attempts.key, block, strlen(block));
    return bk_gate_enter(&shared->gate, visit, pass);
}

int user_limits_enter(bk_request_t *request, const user_conf_t *conf, user_hash_for_t what,
                      bk_gate_pass_t *pass)
{
    bk_gate_visit_t visit = {.limit = conf->hash_limit,
                             .queue =
                                 what == USER_HASH_SIGN_UP ? conf->sign_up_queue : conf->hash_queue,
                             .rank = what == USER_HASH_SIGN_UP,
                             .wait = conf->hash_wait};

    if (enter(request, &visit, pass)) {
        return BK_CONTINUE;
    }
    ap_log_rerror(BK_MARK, APLOG_INFO, 0, request->r,
                  "BK0202: too many passwords are being hashed at once");
    return bk_answer_error(request, &bk_error_busy, NULL);
}

int user_limits_enter_idle(bk_request_t *request, const user_conf_t *conf, bk_gate_pass_t *pass)
{
    bk_gate_visit_t visit = {.limit = conf->hash_limit, .rank = 1};

    return enter(request, &visit, pass);
}

void user_limits_leave(const bk_gate_pass_t *pass)
{
    bk_gate_leave(&shared->gate, pass);
}

/* ---- attempts -----------------------------------------------------------------------------------
 */

static bk_throttle_window_t window_of(apr_int64_t seconds)
{
    return bk_throttle_window(bk_time_monotonic_ms() / 1000, seconds);
}

static int is_spent(const char *key, int limit, bk_throttle_window_t window)
{
    return limit && bk_throttle_is_spent(&shared->attempts, key, limit, window);
}

static void add(const char *key, int limit, bk_throttle_window_t window)
{
    if (limit) {
        bk_throttle_add(&shared->attempts, key, limit, window);
    }
}

static int is_known(const char *account_here)
{
    bk_throttle_window_t window = window_of(KNOWN_WINDOW), before = window;

    before.number--;
    return bk_throttle_count(&shared->known, account_here, window) ||
           bk_throttle_count(&shared->known, account_here, before);
}

static void remember_address(const char *account_here)
{
    bk_throttle_window_t window = window_of(KNOWN_WINDOW);

    if (!bk_throttle_count(&shared->known, account_here, window)) {
        bk_throttle_add(&shared->known, account_here, BK_THROTTLE_MOST, window);
    }
}

int user_limits_begin(bk_request_t *request, const user_conf_t *conf, const char *whose,
                      user_attempt_t *attempt)
{
    const char *block = block_of(request);
    apr_pool_t *p = request->r->pool;

    attempt->address = apr_pstrcat(p, "address ", block, NULL);
    attempt->account = apr_pstrcat(p, "account ", whose, NULL);
    attempt->account_here = apr_pstrcat(p, "account from ", block, " ", whose, NULL);
    attempt->window = window_of(apr_time_sec(conf->login_window));
    if (!is_spent(attempt->account_here, conf->account_failures_here, attempt->window) &&
        !is_spent(attempt->address, conf->address_failures, attempt->window) &&
        (!is_spent(attempt->account, conf->account_failures, attempt->window) ||
         is_known(attempt->account_here))) {
        return BK_CONTINUE;
    }
    ap_log_rerror(BK_MARK, APLOG_NOTICE, 0, request->r,
                  "BK0204: too many failed log-ins, of this account or from this address");
    return bk_answer_error_retry(request, &bk_error_throttled, NULL, attempt->window.left);
}

void user_limits_end(const user_conf_t *conf, const user_attempt_t *attempt, int right)
{
    if (right) {
        bk_throttle_clear(&shared->attempts, attempt->account_here, attempt->window);
        remember_address(attempt->account_here);
        return;
    }
    add(attempt->account_here, conf->account_failures_here, attempt->window);
    add(attempt->address, conf->address_failures, attempt->window);
    add(attempt->account, conf->account_failures, attempt->window);
}

static const char *sign_up_key(const bk_request_t *request)
{
    return apr_pstrcat(request->r->pool, "sign-up from ", block_of(request), NULL);
}

int user_limits_begin_sign_up(bk_request_t *request, const user_conf_t *conf)
{
    bk_throttle_window_t window = window_of(apr_time_sec(conf->login_window));

    if (!is_spent(sign_up_key(request), conf->sign_up_limit, window)) {
        return BK_CONTINUE;
    }
    ap_log_rerror(BK_MARK, APLOG_NOTICE, 0, request->r,
                  "BK0211: too many sign-ups from this address");
    return bk_answer_error_retry(request, &user_error_sign_ups, NULL, window.left);
}

void user_limits_end_sign_up(bk_request_t *request, const user_conf_t *conf)
{
    add(sign_up_key(request), conf->sign_up_limit, window_of(apr_time_sec(conf->login_window)));
}

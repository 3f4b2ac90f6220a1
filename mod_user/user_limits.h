/* user_limits: how many passwords are hashed at once, and how often somebody may try.
 *
 * Hashing is slow on purpose. How many hashes run at once is limited for the whole host (bk_gate):
 * log-ins go before sign-ups, and addresses take turns. How often a log-in fails, and how often
 * somebody signs up, is counted in windows (bk_throttle). Both lie in shared memory.
 *
 * A failed log-in counts three times: for the account from this address, for this address, and for
 * the account from everywhere. The first two have limits that a guesser meets soon and that nobody
 * elsewhere notices. The third is far higher, and does not hold for an address from which the
 * account has been logged in to lately: whoever guesses from many addresses does not lock its owner
 * out of where they usually are.
 *
 * What is counted is what was asked for, whether or not there is such an account: an answer tells
 * nothing of that.
 */
#ifndef USER_LIMITS_H
#define USER_LIMITS_H

#include "bk_gate.h"
#include "bk_throttle.h"
#include "user_private.h"

/** Get the shared memory. Called in post_config. @return OK, or HTTP_INTERNAL_SERVER_ERROR */
int user_limits_init(server_rec *s);

/** What a request waits to hash a password for. */
typedef enum user_hash_for_t { USER_HASH_LOG_IN, USER_HASH_SIGN_UP } user_hash_for_t;

/**
 * Wait in line to hash.
 * @param pass  set; to be given to user_limits_leave()
 * @return BK_CONTINUE; else the request's result: too many wait, or it took too long
 */
int user_limits_enter(bk_request_t *request, const user_conf_t *conf, user_hash_for_t what,
                      bk_gate_pass_t *pass);

/** As above, where nobody else is hashing or waits to. @return 1: inside */
int user_limits_enter_idle(bk_request_t *request, const user_conf_t *conf, bk_gate_pass_t *pass);

void user_limits_leave(const bk_gate_pass_t *pass);

/** A log-in, by whatever route, and whose attempts count together with it. */
typedef struct user_attempt_t {
    const char *address;
    const char *account;
    const char *account_here; /* the account, from the address */
    bk_throttle_window_t window;
} user_attempt_t;

/**
 * Look whether a password may be tried.
 * @param attempt  set; lives in the request's pool
 * @param whose    the id of the account, or what was given where there is none
 * @return BK_CONTINUE; else the request's result: 429
 */
int user_limits_begin(bk_request_t *request, const user_conf_t *conf, const char *whose,
                      user_attempt_t *attempt);

/** Count how it went. */
void user_limits_end(const user_conf_t *conf, const user_attempt_t *attempt, int right);

/** Look whether this address may sign up. @return BK_CONTINUE; else the request's result: 429 */
int user_limits_begin_sign_up(bk_request_t *request, const user_conf_t *conf);

/** Count a sign-up from this address. */
void user_limits_end_sign_up(bk_request_t *request, const user_conf_t *conf);

#endif

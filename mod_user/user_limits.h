/* user_limits: limits how many passwords are hashed at once, and how often a client may try.
 *
 * Hashing is slow on purpose, so the number of hashes at once is limited for the whole host by a
 * semaphore with a queue (bk_gate): log-ins have priority over sign-ups, and addresses are served
 * in turn. Failed log-ins and sign-ups are counted in time windows (bk_throttle). Both are in
 * shared memory.
 *
 * A failed log-in is counted three times: for the account from this address, for this address, and
 * for the account from all addresses. The first two limits are low, and stop an attacker without
 * affecting other addresses. The third is far higher, and does not apply to an address from which
 * the account was logged in to recently: an attacker with many addresses cannot lock the owner out
 * of the usual address.
 *
 * Attempts are counted in the same way whether or not the account exists, so that the answers do
 * not reveal which accounts exist. Any thread may call.
 */
#ifndef USER_LIMITS_H
#define USER_LIMITS_H

#include "bk_gate.h"
#include "bk_throttle.h"
#include "user_private.h"

/** Attach the shared memory. Call in post_config. @return OK, or HTTP_INTERNAL_SERVER_ERROR */
int user_limits_init(server_rec *s);

/** The purpose of a hash. */
typedef enum user_hash_for_t { USER_HASH_LOG_IN, USER_HASH_SIGN_UP } user_hash_for_t;

/**
 * Wait until this request may hash a password.
 * @param pass  set; the caller has to pass it to user_limits_leave() after hashing
 * @return BK_CONTINUE; else the request's result: the queue is full, or waiting took too long
 */
int user_limits_enter(bk_request_t *request, const user_conf_t *conf, user_hash_for_t what,
                      bk_gate_pass_t *pass);

/**
 * Enter without waiting, for a hash that can be skipped.
 * @return 1 if entered, as user_limits_enter(); 0 if all slots are taken or another request waits
 */
int user_limits_enter_idle(bk_request_t *request, const user_conf_t *conf, bk_gate_pass_t *pass);

void user_limits_leave(const bk_gate_pass_t *pass);

/** An attempt to log in, by any route, and the keys under which it is counted. */
typedef struct user_attempt_t {
    const char *address;
    const char *account;
    const char *account_here; /* the account from this address */
    bk_throttle_window_t window;
} user_attempt_t;

/**
 * Check whether a log-in may be attempted.
 * @param attempt  set, for user_limits_end(); lives in the request's pool
 * @param whose    the id of the account; if it does not exist, the name that the client gave
 * @return BK_CONTINUE; else the request's result: 429
 */
int user_limits_begin(bk_request_t *request, const user_conf_t *conf, const char *whose,
                      user_attempt_t *attempt);

/** Count the result of an attempt. @param right  whether the password was right */
void user_limits_end(const user_conf_t *conf, const user_attempt_t *attempt, int right);

/** Check whether this address may sign up. @return BK_CONTINUE; else the request's result: 429 */
int user_limits_begin_sign_up(bk_request_t *request, const user_conf_t *conf);

/** Count a sign-up from this address. */
void user_limits_end_sign_up(bk_request_t *request, const user_conf_t *conf);

#endif

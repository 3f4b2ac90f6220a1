/* user_session: sessions and tokens of API v1, as rows of the store: what is made, and by what a
 * caller is known.
 */
#ifndef USER_SESSION_H
#define USER_SESSION_H

#include "bk_json_text.h"
#include "user_private.h"

/** A session that was opened, or a token that was made. */
typedef struct user_session_opened_t {
    const char *token; /* the secret, which is not kept */
    user_token_t row;
} user_session_opened_t;

/** What to open. */
typedef struct user_session_wish_t {
    apr_int64_t user_id;
    const char *was;              /* the hash that the password was compared with; NULL: none was */
    apr_interval_time_t idle;     /* 0: UserSessionIdle */
    apr_interval_time_t lifetime; /* 0: UserSessionMax */
} user_session_wish_t;

/**
 * Open a session.
 * @param opened  set to it; in the request's pool
 * @return APR_SUCCESS; APR_EMISMATCH: the user has another password now, is disabled or gone; any
 *         other is an error of the store, after bk_settle()
 */
apr_status_t user_session_open(bk_request_t *request, const user_session_wish_t *wish,
                               user_session_opened_t *opened);

/**
 * Add a token of any kind, with a new secret and a new id.
 * @param opened  its row is filled in but for digest, id and prefix
 * @param was     as above
 * @return as above
 */
apr_status_t user_session_add(bk_request_t *request, user_session_opened_t *opened,
                              const char *was);

/** The same in two steps, of which the first may be a part of a transaction: the outcome of what
 * was written is found out in the second. @param rv  of the first, or of the transaction */
apr_status_t user_session_insert(bk_request_t *request, user_session_opened_t *opened,
                                 const char *was);
apr_status_t user_session_settle(bk_request_t *request, apr_status_t rv,
                                 user_session_opened_t *opened);

/**
 * Answer with a session that was opened: with a cookie, if the member of that name asks for it, or
 * with the token.
 * @param user       whose it is
 * @param as_cookie  whether to set the cookie
 * @param persistent whether the browser keeps it when it is closed
 */
int user_session_answer(bk_request_t *request, const user_v1_t *user,
                        const user_session_opened_t *opened, int as_cookie, int persistent);

/** Set the caller of a request from a session or token of the store, and note its use. */
void user_session_accept(bk_request_t *request, const user_session_t *session,
                         const unsigned char *digest);

/** Set the caller's role and groups. @param groups  as in user_v1_t */
void user_session_rights(bk_request_t *request, int is_admin, int is_auditor, const char *groups);

/** Write who a user is: id, name, login, displayName, role, groups. */
void user_session_write_user(bk_json_text_t *text, const user_v1_t *user);

/** Write microseconds since the epoch as an instant in UTC; null for 0 and for the end of time. */
void user_session_write_time(bk_json_text_t *text, const char *name, apr_time_t time);

/** Write a JSON array of the names in a text. @param separator  one character */
void user_session_write_names(bk_json_text_t *text, const char *name, const char *names,
                              const char *separator);

/** Write the member "scopes": the names of a set of scopes. */
void user_session_write_scopes(bk_json_text_t *text, unsigned int scopes);

/** The end of a token that has none. */
#define USER_SESSION_NEVER INT64_MAX

#endif

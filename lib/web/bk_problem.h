/* bk_problem: the errors of API v1, as problem details (RFC 9457, application/problem+json).
 *
 * A problem is constant: code, status, title and meaning. All problems are in one table,
 * BK_PROBLEMS, which also defines a variable for each: bk_problem_slot_taken has the code
 * "slot-taken". A request adds its own details: a sentence, its id, the faults of its input, and
 * members that only some problems have (lib/web/bk_problem_members.h).
 *
 *     bk_problem_begin(&text, &bk_problem_slot_taken, &about, p);
 *     bk_problem_members_conflicts(&text, conflicts, count);
 *     body = bk_json_text_end(&text, &len);
 *
 * Clients translate messages by the code; titles, details and meanings are in English. Any thread
 * may call.
 */
#ifndef BK_PROBLEM_H
#define BK_PROBLEM_H

#include "bk_fault.h"
#include "bk_json_text.h"

/** The media type of a problem. */
#define BK_PROBLEM_MEDIA_TYPE "application/problem+json"

/** The URI of a problem's type is this and its code; GET of that URI answers bk_problem_document().
 */
#define BK_PROBLEM_BASE "/v1/problems/"

typedef struct bk_problem_t {
    const char *code;
    int status; /* of HTTP; does not depend on BookableStatusCodes */
    const char *title;
    const char *meaning; /* a sentence that says what to change, without its full stop */
} bk_problem_t;

/* X(name, code, status, title, meaning), in the order of the statuses. */
#define BK_PROBLEMS(X)                                                                             \
    X(bad_request, "bad-request", 400, "Bad request", "The request cannot be read as HTTP")        \
    X(bad_header, "bad-header", 400, "Bad header", "A header field has a value that is not valid") \
    X(bad_parameter, "bad-parameter", 400, "Bad parameter",                                        \
      "A parameter of the query string is unknown, repeated, missing or wrong")                    \
    X(bad_body, "bad-body", 400, "Bad body",                                                       \
      "The body is not a JSON object, is nested too deeply, or repeats a member's name")           \
    X(unknown_member, "unknown-member", 400, "Unknown member",                                     \
      "The body has a member that this route does not know")                                       \
    X(missing_member, "missing-member", 400, "Missing member",                                     \
      "A required member of the body is missing")                                                  \
    X(bad_member, "bad-member", 400, "Bad member", "A member of the body has the wrong type")      \
    X(bad_time, "bad-time", 400, "Bad time",                                                       \
      "An instant, a date or a time of day is not valid, or not in the form that is wanted")       \
    X(idempotency_key_missing, "idempotency-key-missing", 400, "Idempotency-Key missing",          \
      "This server requires an Idempotency-Key with every request that creates something")         \
    X(bad_credentials, "bad-credentials", 401, "Bad credentials",                                  \
      "Nobody has this name and password")                                                         \
    X(not_signed_in, "not-signed-in", 401, "Not signed in",                                        \
      "The request has no session or token, or one that has ended")                                \
    X(forbidden, "forbidden", 403, "Forbidden", "The caller may not do this")                      \
    X(cross_site, "cross-site", 403, "Cross-site request",                                         \
      "A page of another origin may not change anything here")                                     \
    X(not_found, "not-found", 404, "Not found", "It does not exist, or the caller may not see it") \
    X(method_not_allowed, "method-not-allowed", 405, "Method not allowed",                         \
      "The Allow header names the methods of this path")                                           \
    X(not_acceptable, "not-acceptable", 406, "Not acceptable",                                     \
      "There is no answer in a media type that Accept allows")                                     \
    X(timeout, "timeout", 408, "Timeout", "The request did not arrive in time")                    \
    X(slot_taken, "slot-taken", 409, "Taken", "The space is taken at that time, or part of it")    \
    X(series_clash, "series-clash", 409, "Series clashes",                                         \
      "Some times of the series are taken; all of them are listed")                                \
    X(has_bookings, "has-bookings", 409, "Has bookings",                                           \
      "There are bookings ahead: say whether to keep or to cancel them")                           \
    X(space_exists, "space-exists", 409, "Space exists", "There is a space with this id")          \
    X(login_taken, "login-taken", 409, "Login taken", "Another user has this login")               \
    X(last_admin, "last-admin", 409, "Last administrator",                                         \
      "There must always be an administrator: appoint another one first")                          \
    X(not_pending, "not-pending", 409, "Not pending", "The request has been decided already")      \
    X(in_use, "in-use", 409, "In use", "Something else still refers to this")                      \
    X(idempotency_in_progress, "idempotency-in-progress", 409, "In progress",                      \
      "A request with this Idempotency-Key is still being answered: try again")                    \
    X(hold_expired, "hold-expired", 410, "Hold expired",                                           \
      "The hold has expired, and somebody else has taken the time")                                \
    X(cursor_gone, "cursor-gone", 410, "Cursor gone",                                              \
      "What the cursor points to is no longer kept: start again without one")                      \
    X(released, "released", 410, "Released", "Nobody checked in, and the time was released")       \
    X(version_mismatch, "version-mismatch", 412, "Changed meanwhile",                              \
      "If-Match names a version that is not the current one: read it again, then decide")          \
    X(too_large, "too-large", 413, "Too large", "The body is larger than this route accepts")      \
    X(unsupported_media_type, "unsupported-media-type", 415, "Unsupported media type",             \
      "This route does not accept the media type or the encoding of the body")                     \
    X(bad_value, "bad-value", 422, "Bad value",                                                    \
      "A member of the body has a value that is out of range")                                     \
    X(rules_broken, "rules-broken", 422, "Rules broken",                                           \
      "The policy of the space does not allow it: every rule that is broken is listed")            \
    X(quota_used, "quota-used", 422, "Quota used", "A quota of the policy is used up")             \
    X(too_many_holds, "too-many-holds", 422, "Too many holds",                                     \
      "The caller has as many holds as a person may have")                                         \
    X(too_early, "too-early", 422, "Too early", "Check-in is not open yet")                        \
    X(too_late_to_cancel, "too-late-to-cancel", 422, "Too late to cancel",                         \
      "The policy of the space does not allow it to be cancelled any more")                        \
    X(time_does_not_exist, "time-does-not-exist", 422, "Time does not exist",                      \
      "The clocks go forward on that day, and skip this local time")                               \
    X(window_too_large, "window-too-large", 422, "Window too large",                               \
      "That is more spaces for a longer time than one answer can hold")                            \
    X(idempotency_key_reused, "idempotency-key-reused", 422, "Idempotency-Key reused",             \
      "This Idempotency-Key was used for a different request before")                              \
    X(bad_rule, "bad-rule", 422, "Bad rule",                                                       \
      "The recurrence rule of the series is not valid, or not supported")                          \
    X(version_required, "version-required", 428, "Version required",                               \
      "A change needs If-Match with the ETag of what is changed")                                  \
    X(throttled, "throttled", 429, "Throttled", "Too many attempts: wait before the next one")     \
    X(header_too_large, "header-too-large", 431, "Header too large",                               \
      "The request's header is larger than this server accepts")                                   \
    X(internal, "internal", 500, "Internal error", "The server's error log has the cause")         \
    X(not_supported, "not-supported", 501, "Not supported",                                        \
      "The store that this server is configured with cannot do this")                              \
    X(unavailable, "unavailable", 503, "Unavailable", "The store is out of reach")                 \
    X(outcome_unknown, "outcome-unknown", 503, "Outcome unknown",                                  \
      "It is not known whether it was done: look before you try again")                            \
    X(capacity, "capacity", 503, "Store is full", "The store has no more room")                    \
    X(busy, "busy", 503, "Busy", "The server is busy with other requests: try again shortly")      \
    X(dependency_unavailable, "dependency-unavailable", 503, "Dependency unavailable",             \
      "Another service that this one needs did not answer")

#define BK_PROBLEM_DECLARE(name, code, status, title, meaning) \
    extern const bk_problem_t bk_problem_##name;
BK_PROBLEMS(BK_PROBLEM_DECLARE)
#undef BK_PROBLEM_DECLARE

/** What one request adds to a problem. A member that is NULL or 0 is not written. */
typedef struct bk_problem_about_t {
    const char *detail;        /* English; NULL: the only fault's, or the problem's meaning */
    const char *instance;      /* the request's id */
    const bk_faults_t *faults; /* written as errors[] */
    int retry_after;           /* seconds, as in Retry-After */
} bk_problem_about_t;

/** Find a problem by its code. @return NULL if there is none */
const bk_problem_t *bk_problem_find(const char *code);

/**
 * Find the problem for a status with which httpd itself refused a request.
 * @return NULL if there is none for this status
 */
const bk_problem_t *bk_problem_of_status(int status);

/**
 * Find the problem with which to answer a request that has faults: the one of the fault with the
 * lowest status, the first of several. So input that cannot be parsed (400) comes before values
 * that are out of range (422).
 * @param faults  at least one
 */
const bk_problem_t *bk_problem_of_faults(const bk_faults_t *faults);

/**
 * Begin a problem, and write type, title, status, code, detail, instance, retryAfter and errors.
 * The caller may write more members, and then calls bk_json_text_end().
 * @param about  what the request adds; its texts are valid UTF-8
 * @param p      pool that the text lives in
 */
void bk_problem_begin(bk_json_text_t *text, const bk_problem_t *problem,
                      const bk_problem_about_t *about, apr_pool_t *p);

/** Write a whole problem that has no more members. @return as bk_json_text_end() */
const char *bk_problem_body(const bk_problem_t *problem, const bk_problem_about_t *about,
                            apr_size_t *len, apr_pool_t *p);

/**
 * Describe a problem, for GET of its type's URI, as application/json.
 * @return as bk_json_text_end()
 */
const char *bk_problem_document(const bk_problem_t *problem, apr_size_t *len, apr_pool_t *p);

#endif

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
    X(bad_header, "bad-header", 400, "Bad header", "A header field has no value that it can have") \
    X(bad_parameter, "bad-parameter", 400, "Bad parameter",                                        \
      "A parameter of the query string is unknown, repeated, missing or wrong")                    \
    X(bad_body, "bad-body", 400, "Bad body",                                                       \
      "The body is no JSON object, nests too deep, or repeats a name")                             \
    X(unknown_member, "unknown-member", 400, "Unknown member",                                     \
      "The body has a member that does not exist here")                                            \
    X(missing_member, "missing-member", 400, "Missing member",                                     \
      "The body lacks a member that is required")                                                  \
    X(bad_member, "bad-member", 400, "Bad member", "A member of the body is of another type")      \
    X(bad_time, "bad-time", 400, "Bad time",                                                       \
      "An instant, a date or a time of day is none, or is not written as it is wanted here")       \
    X(idempotency_key_missing, "idempotency-key-missing", 400, "Idempotency-Key missing",          \
      "This server wants an Idempotency-Key with every request that creates something")            \
    X(bad_credentials, "bad-credentials", 401, "Bad credentials",                                  \
      "There is nobody with this name and password")                                               \
    X(not_signed_in, "not-signed-in", 401, "Not signed in",                                        \
      "The request has no session or token, or one that has ended")                                \
    X(forbidden, "forbidden", 403, "Forbidden", "The caller may not do this")                      \
    X(cross_site, "cross-site", 403, "Cross-site request",                                         \
      "A page of another origin may change nothing here")                                          \
    X(not_found, "not-found", 404, "Not found",                                                    \
      "There is no such thing, or none that the caller may see")                                   \
    X(method_not_allowed, "method-not-allowed", 405, "Method not allowed",                         \
      "The Allow header names the methods of this path")                                           \
    X(not_acceptable, "not-acceptable", 406, "Not acceptable",                                     \
      "The answer does not exist in a type that Accept allows")                                    \
    X(timeout, "timeout", 408, "Timeout", "The request did not arrive in time")                    \
    X(slot_taken, "slot-taken", 409, "Taken", "The space is taken at that time, or part of it")    \
    X(series_clash, "series-clash", 409, "Series clashes",                                         \
      "Some of the series' times are taken: all of them are named")                                \
    X(has_bookings, "has-bookings", 409, "Has bookings",                                           \
      "Bookings lie ahead: say whether they are kept or cancelled")                                \
    X(space_exists, "space-exists", 409, "Space exists", "There is a space with this id")          \
    X(login_taken, "login-taken", 409, "Login taken", "Another user has this login")               \
    X(last_admin, "last-admin", 409, "Last administrator",                                         \
      "There has to be an administrator: make another one first")                                  \
    X(not_pending, "not-pending", 409, "Not pending", "The request was decided before")            \
    X(in_use, "in-use", 409, "In use", "Something else still names this")                          \
    X(idempotency_in_progress, "idempotency-in-progress", 409, "In progress",                      \
      "A request with this Idempotency-Key is still being answered: ask again")                    \
    X(hold_expired, "hold-expired", 410, "Hold expired",                                           \
      "The hold ended, and somebody else has the time by now")                                     \
    X(cursor_gone, "cursor-gone", 410, "Cursor gone",                                              \
      "What the cursor points to is no longer kept: begin anew")                                   \
    X(released, "released", 410, "Released", "Nobody checked in, and the time was released")       \
    X(version_mismatch, "version-mismatch", 412, "Changed meanwhile",                              \
      "If-Match names another version than the present one: read it and decide again")             \
    X(too_large, "too-large", 413, "Too large", "The body is larger than this route takes")        \
    X(unsupported_media_type, "unsupported-media-type", 415, "Unsupported media type",             \
      "The body's media type or encoding is none that this route takes")                           \
    X(bad_value, "bad-value", 422, "Bad value",                                                    \
      "A member of the body has a value out of its bounds")                                        \
    X(rules_broken, "rules-broken", 422, "Rules broken",                                           \
      "The policy of the space does not allow it: all the rules that are broken are named")        \
    X(quota_used, "quota-used", 422, "Quota used", "A quota of the policy is used up")             \
    X(too_many_holds, "too-many-holds", 422, "Too many holds",                                     \
      "The caller has as many holds as a person may have")                                         \
    X(too_early, "too-early", 422, "Too early", "Checking in is not open yet")                     \
    X(too_late_to_cancel, "too-late-to-cancel", 422, "Too late to cancel",                         \
      "The policy of the space no longer lets it be cancelled")                                    \
    X(time_does_not_exist, "time-does-not-exist", 422, "Time does not exist",                      \
      "On that day the clocks are put forward over this local time")                               \
    X(window_too_large, "window-too-large", 422, "Window too large",                               \
      "So many spaces for so long are more than one answer holds")                                 \
    X(idempotency_key_reused, "idempotency-key-reused", 422, "Idempotency-Key reused",             \
      "This Idempotency-Key came with another request before")                                     \
    X(bad_rule, "bad-rule", 422, "Bad rule", "The rule of a series cannot be followed")            \
    X(version_required, "version-required", 428, "Version required",                               \
      "A change needs If-Match with the ETag of what is changed")                                  \
    X(throttled, "throttled", 429, "Throttled", "Too many attempts: wait before the next one")     \
    X(header_too_large, "header-too-large", 431, "Header too large",                               \
      "The request's header is larger than this server takes")                                     \
    X(internal, "internal", 500, "Internal error", "The server's error log has the cause")         \
    X(not_supported, "not-supported", 501, "Not supported",                                        \
      "The store that this server is configured with cannot do this")                              \
    X(unavailable, "unavailable", 503, "Unavailable", "The store is out of reach")                 \
    X(outcome_unknown, "outcome-unknown", 503, "Outcome unknown",                                  \
      "The store did not say whether it was done: look before you try again")                      \
    X(capacity, "capacity", 503, "Store is full", "The store has no room for more")                \
    X(busy, "busy", 503, "Busy", "Too many others ask for the same: try again shortly")            \
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

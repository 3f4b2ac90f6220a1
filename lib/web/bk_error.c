#include "bk_error.h"

#include <string.h>

int bk_error_status(const bk_error_t *error, bk_error_statuses_t statuses)
{
    return statuses == BK_ERROR_STANDARD ? error->standard : error->reference;
}

const bk_error_t bk_error_malformed = {400, 401, "MALFORMED", "basic auth is missing or malformed",
                                       "ensure that a username and/or password are provided"};
const bk_error_t bk_error_session_expired = {
    400, 401, "SESSION EXPIRED", "user session has expired", "Log in again to open a session"};
const bk_error_t bk_error_unauthorized = {400, 403, "UNAUTHORIZED", "Not an admin",
                                          "Only admin users can use this operation"};
const bk_error_t bk_error_forbidden = {403, 403, "FORBIDDEN", "Forbidden",
                                       "The server refused the request"};
const bk_error_t bk_error_unauthenticated = {401, 401, "UNAUTHENTICATED", "Unauthorized",
                                             "The server asks for credentials of its own"};
const bk_error_t bk_error_throttled = {429, 429, "THROTTLED", "Too many failed logins",
                                       "Wait before the next attempt"};
const bk_error_t bk_error_busy = {503, 503, "BUSY", "Too many logins at once",
                                  "Passwords are being checked for others; try again shortly"};
const bk_error_t bk_error_user_service = {400, 503, "DEPENDENCY_UNAVAILABLE",
                                          "User service unavailable",
                                          "The user service did not answer"};

const bk_error_t bk_error_no_route = {404, 404, "NOT_FOUND", "Route Not Found",
                                      "There is nothing at this path"};
const bk_error_t bk_error_method = {405, 405, "METHOD_NOT_ALLOWED", "Method Not Allowed",
                                    "The Allow header names the methods of this path"};
const bk_error_t bk_error_too_large = {413, 413, "TOO_LARGE", "Request body too large",
                                       "The request body is larger than this server accepts"};
const bk_error_t bk_error_media_type = {415, 415, "UNSUPPORTED_MEDIA_TYPE",
                                        "Media type not supported",
                                        "Send the body as application/json, without an encoding"};
const bk_error_t bk_error_cross_site = {403, 403, "CROSS_SITE", "Cross-site request refused",
                                        "A page of another origin may not change anything here"};
const bk_error_t bk_error_misnamed = {403, 403, "FORBIDDEN", "Forbidden",
                                      "The Host header does not name this server"};
const bk_error_t bk_error_timeout = {408, 408, "TIMEOUT", "Request timed out",
                                     "The request body did not arrive in time"};
const bk_error_t bk_error_body = {400, 400, "BAD_REQUEST", "Bad request",
                                  "The request body could not be read"};
const bk_error_t bk_error_json = {400, 400, "BAD_REQUEST", "Bad request", NULL};
const bk_error_t bk_error_consistency = {400, 400, "BAD_REQUEST", "Bad request",
                                         "X-Consistency must be strong or eventual"};
const bk_error_t bk_error_precondition = {
    412, 412, "PRECONDITION_FAILED", "Precondition failed",
    "The current ETag is not what If-Match or If-None-Match asks for"};
const bk_error_t bk_error_health = {400, 400, "BAD_REQUEST", "Bad request",
                                    "for must be read or write"};

const bk_error_t bk_error_key = {400, 400, "bad-header", "Bad Idempotency-Key",
                                 "Idempotency-Key must have 1 to 128 visible ASCII characters"};
const bk_error_t bk_error_key_reused = {422, 422, "idempotency-key-reused",
                                        "Idempotency-Key reused",
                                        "A different request was carried out under this key"};
const bk_error_t bk_error_key_in_progress = {
    409, 409, "idempotency-in-progress", "Request in progress",
    "A request with this key is still being carried out: try again"};

const bk_error_t bk_error_not_supported = {501, 501, "NOT_SUPPORTED", "Not supported",
                                           "The store that this server keeps its data in cannot do "
                                           "this"};
const bk_error_t bk_error_unavailable = {503, 503, "UNAVAILABLE", "Service unavailable",
                                         "The store is out of reach"};
const bk_error_t bk_error_unknown = {
    503, 503, "OUTCOME_UNKNOWN", "Outcome unknown",
    "It is not known whether it was done: look before you try again"};
const bk_error_t bk_error_capacity = {503, 503, "CAPACITY", "Store is full",
                                      "The store has no more room"};
const bk_error_t bk_error_internal = {500, 500, "INTERNAL", "Internal error",
                                      "The error log has the cause"};

const bk_error_t *bk_error_of_caller(const char *code)
{
    static const bk_error_t *const errors[] = {&bk_error_malformed, &bk_error_session_expired,
                                               &bk_error_throttled, &bk_error_busy};
    unsigned int i;

    for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        if (strcmp(errors[i]->code, code) == 0) {
            return errors[i];
        }
    }
    return NULL;
}

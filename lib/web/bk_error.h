/* bk_error: the errors in answers to clients.
 *
 * An error is constant: code, message and the two statuses; a request may add details. The errors
 * of one module are in its X_errors.c; those of several modules are here.
 */
#ifndef BK_ERROR_H
#define BK_ERROR_H

/** Which of its two status codes an error is answered with (BookableStatusCodes). */
typedef enum bk_error_statuses_t {
    BK_ERROR_REFERENCE, /* the status codes of the reference system, which its clients expect */
    BK_ERROR_STANDARD   /* the status codes of HTTP's definition (RFC 9110, section 15) */
} bk_error_statuses_t;

typedef struct bk_error_t {
    int reference; /* status under BK_ERROR_REFERENCE */
    int standard;  /* status under BK_ERROR_STANDARD */
    const char *code;
    const char *message;
    const char *details; /* default, when a request has no details of its own; may be NULL */
} bk_error_t;

/** The status code of an error. */
int bk_error_status(const bk_error_t *error, bk_error_statuses_t statuses);

/* Errors about the caller */
extern const bk_error_t bk_error_malformed;
extern const bk_error_t bk_error_session_expired;
extern const bk_error_t bk_error_unauthorized;
extern const bk_error_t bk_error_unauthenticated; /* refused by another module of httpd */
extern const bk_error_t bk_error_forbidden;
extern const bk_error_t bk_error_throttled;
extern const bk_error_t bk_error_busy;
extern const bk_error_t bk_error_user_service;

/* Errors of the request */
extern const bk_error_t bk_error_no_route;
extern const bk_error_t bk_error_method;
extern const bk_error_t bk_error_too_large;
extern const bk_error_t bk_error_media_type;
extern const bk_error_t bk_error_cross_site;
extern const bk_error_t bk_error_misnamed;
extern const bk_error_t bk_error_timeout;
extern const bk_error_t bk_error_body;
extern const bk_error_t bk_error_json; /* of API v1: the body is no JSON object */
extern const bk_error_t bk_error_consistency;
extern const bk_error_t bk_error_precondition;
extern const bk_error_t bk_error_health;

/* Errors about an Idempotency-Key, whose codes are those of API v1's problems */
extern const bk_error_t bk_error_key;
extern const bk_error_t bk_error_key_reused;
extern const bk_error_t bk_error_key_in_progress;

/* Errors of the server */
extern const bk_error_t bk_error_not_supported; /* by the configured store */
extern const bk_error_t bk_error_unavailable;
extern const bk_error_t bk_error_unknown; /* whether a write was done is unknown */
extern const bk_error_t bk_error_capacity;
extern const bk_error_t bk_error_internal;

/**
 * Find one of the errors about the caller by its code, to pass on the error that the user service
 * answered with.
 * @return the error, or NULL
 */
const bk_error_t *bk_error_of_caller(const char *code);

#endif

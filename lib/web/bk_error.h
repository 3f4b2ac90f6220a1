/* bk_error: the errors that clients see, as values.
 *
 * An error is constant: its code, its message and its two statuses never change, only the details
 * belong to one request. Modules declare theirs in X_errors.c; those that several modules answer
 * with are here.
 */
#ifndef BK_ERROR_H
#define BK_ERROR_H

/** Which status codes a server answers with. */
typedef enum bk_error_statuses_t {
    BK_ERROR_REFERENCE, /* those of the reference system, which its clients expect */
    BK_ERROR_STANDARD   /* those that HTTP means (RFC 9110, section 15) */
} bk_error_statuses_t;

typedef struct bk_error_t {
    int reference; /* status under BK_ERROR_REFERENCE */
    int standard;  /* status under BK_ERROR_STANDARD */
    const char *code;
    const char *message;
    const char *details; /* said where a request gives nothing more exact to say */
} bk_error_t;

/** The status an error is answered with. */
int bk_error_status(const bk_error_t *error, bk_error_statuses_t statuses);

/* Who is calling */
extern const bk_error_t bk_error_malformed;
extern const bk_error_t bk_error_session_expired;
extern const bk_error_t bk_error_unauthorized;
extern const bk_error_t bk_error_unauthenticated; /* refused by another module of the server */
extern const bk_error_t bk_error_forbidden;
extern const bk_error_t bk_error_throttled;
extern const bk_error_t bk_error_busy;
extern const bk_error_t bk_error_user_service;

/* What is asked */
extern const bk_error_t bk_error_no_route;
extern const bk_error_t bk_error_method;
extern const bk_error_t bk_error_too_large;
extern const bk_error_t bk_error_media_type;
extern const bk_error_t bk_error_cross_site;
extern const bk_error_t bk_error_misnamed;
extern const bk_error_t bk_error_timeout;
extern const bk_error_t bk_error_body;
extern const bk_error_t bk_error_consistency;
extern const bk_error_t bk_error_precondition;
extern const bk_error_t bk_error_health;

/* What we cannot do */
extern const bk_error_t bk_error_not_supported; /* by the store that is configured */
extern const bk_error_t bk_error_unavailable;
extern const bk_error_t bk_error_unknown; /* whether a write was done */
extern const bk_error_t bk_error_capacity;
extern const bk_error_t bk_error_internal;

/**
 * Find, among the errors of "who is calling", the one with a given code: what the user service
 * answers is passed on as the same error.
 * @return the error, or NULL
 */
const bk_error_t *bk_error_of_caller(const char *code);

#endif

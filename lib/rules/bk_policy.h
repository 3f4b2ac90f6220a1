/* bk_policy: the rules that a house gives to its spaces, and whether a booking keeps them.
 *
 * A policy is shared: many spaces name one. The evaluation is a pure function of the policy, the
 * booking, the person and the moment; it finds all that is broken at once, so that a person mends
 * it in one go. What needs other bookings is not here: overlaps are the database's, and how much
 * of a quota is used, the store's (bk_quota.h has its periods).
 *
 * Lengths are minutes that pass; hours and steps are of the wall clock in the space's zone, so that
 * a day on which clocks are put back has an hour more to book. All is constant while it is used.
 * Nothing here keeps state: any thread may call.
 */
#ifndef BK_POLICY_H
#define BK_POLICY_H

#include <apr_pools.h>
#include <apr_tables.h>

#include "bk_opening.h"

/** A list of whom something is for: "everyone", "group:NAME", "user:ID". */
typedef struct bk_principals_t {
    const char *const *names;
    int count;
} bk_principals_t;

/** Who asks. */
typedef struct bk_person_t {
    const char *id;
    const char *const *groups; /* their names, without "group:" */
    int group_count;
    int manages; /* the space, or all of them */
} bk_person_t;

/** A question that who books has to answer. */
typedef struct bk_policy_field_t {
    const char *key;
    int required;
    const char *const *choices; /* NULL: any text */
    int choice_count;
} bk_policy_field_t;

/** An answer to it. */
typedef struct bk_policy_answer_t {
    const char *key;
    const char *value;
} bk_policy_answer_t;

/** How much others see of a booking. */
typedef enum bk_detail_t {
    BK_DETAIL_BUSY,  /* that there is one */
    BK_DETAIL_OWNER, /* and whose it is */
    BK_DETAIL_TITLE, /* and what it is called */
    BK_DETAIL_FULL   /* all of it */
} bk_detail_t;

typedef struct bk_privacy_t {
    const char *who; /* "others", or a name as in bk_principals_t */
    bk_detail_t detail;
} bk_privacy_t;

/* Zero stands for no rule, unless the member says otherwise. */
typedef struct bk_policy_t {
    bk_opening_t opening;
    struct {
        int min, max, step; /* minutes */
    } length;
    struct {
        int step;   /* minutes */
        int anchor; /* minutes after midnight from which steps count */
    } start;
    int setup, teardown; /* minutes; not part of the booking, kept free around it */
    int lead;            /* minutes between now and the start, at least */
    struct {
        int days;     /* how many days after today can be booked; below 0: no rule */
        int opens_at; /* minutes after midnight at which the last of them opens */
    } horizon;
    int cancel_until, change_until; /* minutes before the start */
    int past;                       /* 1: what has begun can be booked */
    struct {
        int min;
        int enforce_capacity;
    } people;
    bk_principals_t see, book, request, override;
    int managers_obey; /* 1: who manages the space keeps the rules as others do */
    struct {
        bk_principals_t by;
        int max;   /* occurrences */
        int weeks; /* from the first to the last */
    } series;
    const bk_privacy_t *privacy;
    int privacy_count;
    const bk_policy_field_t *fields;
    int field_count;
    const char *terms; /* the version that who books has to accept; NULL: none */
} bk_policy_t;

/** The rules, by name in bk_policy_rule_name(). */
typedef enum bk_rule_t {
    BK_RULE_NOT_BOOKABLE_BY_YOU,
    BK_RULE_PAST,
    BK_RULE_LEAD,
    BK_RULE_HORIZON,
    BK_RULE_CLOSED,
    BK_RULE_HOURS,
    BK_RULE_LENGTH_MIN,
    BK_RULE_LENGTH_MAX,
    BK_RULE_LENGTH_STEP,
    BK_RULE_START_STEP,
    BK_RULE_PEOPLE_MIN,
    BK_RULE_CAPACITY,
    BK_RULE_SERIES_NOT_ALLOWED,
    BK_RULE_FIELD_REQUIRED,
    BK_RULE_TERMS_NOT_ACCEPTED
} bk_rule_t;

/** What is broken. */
typedef struct bk_violation_t {
    bk_rule_t rule;
    apr_int64_t limit; /* what the rule allows, in its unit; 0 where it has no number */
    apr_int64_t got;   /* what was asked for */
    const char *field; /* of BK_RULE_FIELD_REQUIRED, its key; else NULL */
} bk_violation_t;

/** A booking that somebody wants. */
typedef struct bk_wish_t {
    const bk_zone_t *zone;        /* the space's */
    apr_int64_t start_ns, end_ns; /* nanoseconds since the epoch; the end after the start */
    apr_int64_t now_ns;           /* the present */
    int people;                   /* who come */
    int capacity;                 /* of the space; 0: not stated */
    int occurrences;              /* of the series that it is part of; 0: of none */
    int weeks;                    /* from its first occurrence to its last */
    const bk_policy_answer_t *answers;
    int answer_count;
    const char *terms; /* the version that was accepted, or NULL */
} bk_wish_t;

/** What becomes of it. */
typedef enum bk_verdict_t {
    BK_VERDICT_BOOK,    /* it can be booked at once */
    BK_VERDICT_REQUEST, /* it keeps the rules, and somebody has to approve of it */
    BK_VERDICT_REFUSE
} bk_verdict_t;

/** Whether a person is one of a list: 1 or 0. */
int bk_policy_names(const bk_principals_t *principals, const bk_person_t *person);

/** Whether the rules do not hold for a person, but for capacity: 1 or 0. */
int bk_policy_overrides(const bk_policy_t *policy, const bk_person_t *person);

/**
 * Decide on a booking.
 * @param broken  set to what is broken, of bk_violation_t, in the order of bk_rule_t; lives in @a
 * p. Of a person for whom the rules do not hold it may be booked all the same: then the list says
 * what was overridden.
 */
bk_verdict_t bk_policy_decide(const bk_policy_t *policy, const bk_wish_t *wish,
                              const bk_person_t *person, apr_array_header_t **broken,
                              apr_pool_t *p);

/** A rule's name for programs, such as "length.max". Constant. */
const char *bk_policy_rule_name(bk_rule_t rule);

/** What is broken in a sentence for people, in English; lives in @a p. */
const char *bk_policy_explain(const bk_violation_t *violation, apr_pool_t *p);

/** How much a person sees of another's booking. Whoever manages the space sees all of it. */
bk_detail_t bk_policy_detail(const bk_policy_t *policy, const bk_person_t *person);

#endif

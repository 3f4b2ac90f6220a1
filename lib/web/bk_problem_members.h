/* bk_problem_members: members of some problems only: conflicting bookings, alternatives, and
 * violated rules.
 *
 * Call these between bk_problem_begin() and bk_json_text_end(). Each writes an array, which may be
 * empty. Texts have to be valid UTF-8. Any thread may call.
 */
#ifndef BK_PROBLEM_MEMBERS_H
#define BK_PROBLEM_MEMBERS_H

#include "bk_json_text.h"
#include "bk_time.h"

/** The highest number of conflicts, and of alternatives, in one problem. */
#define BK_PROBLEM_CONFLICTS 10
#define BK_PROBLEM_ALTERNATIVES 6

/** Something that occupies the requested time. */
typedef struct bk_problem_conflict_t {
    bk_time_t start, end; /* in the space's zone */
    const char *kind;     /* "booking", "hold", "closure", "pending" */
    const char *title;    /* NULL if there is none, or the caller may not see it */
    const char *owner;    /* the owner's id; NULL if the caller may not see it */
    const char *owner_name;
} bk_problem_conflict_t;

/** A space and time that the caller could book instead. */
typedef struct bk_problem_alternative_t {
    const char *space;
    bk_time_t start, end; /* in the space's zone */
    int is_shorter;       /* whether it is shorter than the requested time */
} bk_problem_alternative_t;

/** A rule that the request violates. */
typedef struct bk_problem_violation_t {
    const char *rule;       /* "length.max" */
    int has_limit;          /* whether limit and got are set */
    apr_int64_t limit, got; /* in the rule's unit, such as minutes */
    const char *detail;
} bk_problem_violation_t;

/** Write conflicts[]: the first BK_PROBLEM_CONFLICTS of them. */
void bk_problem_members_conflicts(bk_json_text_t *text, const bk_problem_conflict_t *conflicts,
                                  apr_size_t count);

/** Write alternatives[]: the first BK_PROBLEM_ALTERNATIVES of them. */
void bk_problem_members_alternatives(bk_json_text_t *text,
                                     const bk_problem_alternative_t *alternatives,
                                     apr_size_t count);

/** Write violations[], without a limit. */
void bk_problem_members_violations(bk_json_text_t *text, const bk_problem_violation_t *violations,
                                   apr_size_t count);

#endif

/* bk_problem_members: what some problems say besides: what is in the way, what would do instead,
 * which rules are broken.
 *
 * Each is written between bk_problem_begin() and bk_json_text_end(), as an array that may be empty.
 * Texts are valid UTF-8.
 */
#ifndef BK_PROBLEM_MEMBERS_H
#define BK_PROBLEM_MEMBERS_H

#include "bk_json_text.h"
#include "bk_time.h"

/** As many conflicts, and alternatives, as one problem shows. */
#define BK_PROBLEM_CONFLICTS 10
#define BK_PROBLEM_ALTERNATIVES 6

/** What takes the time that was asked for. */
typedef struct bk_problem_conflict_t {
    bk_time_t start, end; /* in the space's zone */
    const char *kind;     /* "booking", "hold", "closure", "pending" */
    const char *title;    /* NULL: there is none, or the caller may not see it */
    const char *owner;    /* the owner's id; NULL as well */
    const char *owner_name;
} bk_problem_conflict_t;

/** What the caller could book instead. */
typedef struct bk_problem_alternative_t {
    const char *space;
    bk_time_t start, end; /* in the space's zone */
    int is_shorter;       /* than what was asked for */
} bk_problem_alternative_t;

/** A rule that is broken. */
typedef struct bk_problem_violation_t {
    const char *rule;       /* "length.max" */
    int has_limit;          /* whether limit and got mean anything */
    apr_int64_t limit, got; /* in the rule's unit, such as minutes */
    const char *detail;
} bk_problem_violation_t;

/** Write conflicts[], of which the first BK_PROBLEM_CONFLICTS are shown. */
void bk_problem_members_conflicts(bk_json_text_t *text, const bk_problem_conflict_t *conflicts,
                                  apr_size_t count);

/** Write alternatives[], of which the first BK_PROBLEM_ALTERNATIVES are shown. */
void bk_problem_members_alternatives(bk_json_text_t *text,
                                     const bk_problem_alternative_t *alternatives,
                                     apr_size_t count);

/** Write violations[], all of them. */
void bk_problem_members_violations(bk_json_text_t *text, const bk_problem_violation_t *violations,
                                   apr_size_t count);

#endif

/* booking_spaces: what the space service knows of spaces, for API v1: by their ids, or by what is
 * looked for.
 *
 * One call asks for up to 200 spaces and for their policies, each policy once, on behalf of the
 * caller: a space that the caller may not see is not there. It goes through the same circuit
 * breaker as every other call of the space service.
 *
 * What a GET asks for may be that of five seconds ago, unless the client asks for X-Consistency:
 * strong: it is kept in the memory of the child. What this httpd's own space service writes is seen
 * at once.
 *
 * Another host may have sent the answer, of another version: nothing of it is believed. A space
 * whose policy or time zone cannot be read has a policy that lets nobody book, and its cause is
 * logged. All of it is constant, and lives as long as the request.
 */
#ifndef BOOKING_SPACES_H
#define BOOKING_SPACES_H

#include "bk_input.h"
#include "bk_policy_input.h"
#include "bk_request.h"
#include "bk_time.h"
#include "bk_zone.h"

/** Spaces of one call, and of a page of what was found. */
#define BOOKING_SPACES_MOST 200

/** A space. */
typedef struct booking_space_t {
    const char *id, *name;
    const char *building, *floor; /* NULL: not given */
    const char *const *features;
    int feature_count;
    apr_int64_t capacity;        /* 0: no limit */
    const bk_zone_t *zone;       /* its own clock, by which its times are shown */
    const bk_zone_t *rules_zone; /* the policy's, if that has one: by it hours and days are meant */
    const bk_time_t *open, *close; /* the hours of a space without a policy; NULL: none */
    bk_principals_t managers;
    const char *policy;             /* its id; NULL: there is none */
    const bk_policy_input_t *rules; /* the policy; NULL: there is none */
    int is_archived;
} booking_space_t;

/** Spaces, in the order in which they were asked for, or found. */
typedef struct booking_spaces_t {
    const booking_space_t *const *list;
    int count;
    int is_more; /* more were found */
} booking_spaces_t;

/** The parameters, or members, by which spaces are found: those of GET /v1/spaces. */
#define BOOKING_SPACES_FILTER                                                        \
    {.name = "q", .kind = BK_INPUT_TEXT, .min = 0, .max = 200},                      \
        {.name = "building", .kind = BK_INPUT_TEXT, .min = 1, .max = 100},           \
        {.name = "floor", .kind = BK_INPUT_TEXT, .min = 1, .max = 50},               \
        {.name = "capacityMin", .kind = BK_INPUT_INT, .min = 0, .max = 1000000},     \
        {.name = "capacityMax", .kind = BK_INPUT_INT, .min = 0, .max = 1000000},     \
        {.name = "feature",                                                          \
         .kind = BK_INPUT_TEXT,                                                      \
         .flags = BK_INPUT_LIST,                                                     \
         .min = 1,                                                                   \
         .max = 64,                                                                  \
         .most = 8},                                                                 \
        {.name = "policy", .kind = BK_INPUT_ID},                                     \
        {.name = "manages", .kind = BK_INPUT_WORD, .words = booking_spaces_manages}, \
    {                                                                                \
        .name = "state", .kind = BK_INPUT_WORD, .flags = BK_INPUT_LIST,              \
        .words = booking_spaces_states                                               \
    }
extern const char *const booking_spaces_manages[];
extern const char *const booking_spaces_states[];

/**
 * Get spaces by their ids, archived ones, too.
 * @param ids     any texts; one that is not the id of a space, or of none that the caller may see,
 * is left out. The same one may be there twice
 * @param count   any number
 * @param spaces  set
 * @return BK_CONTINUE; else the request's result: the space service gave no answer
 */
int booking_spaces_by_id(bk_request_t *request, const char *const *ids, int count,
                         const booking_spaces_t **spaces);

/**
 * Get one space.
 * @param space  set
 * @return as above; also where there is no such space, which was answered 404 not-found
 */
int booking_spaces_one(bk_request_t *request, const char *id, const booking_space_t **space);

/**
 * Find spaces, in the order in which they are listed.
 * @param filter  has the fields of BOOKING_SPACES_FILTER, and others
 * @param sort    "name" or "capacity"; NULL: by the house's order
 * @param most    how many at the most
 * @return as booking_spaces_by_id(); also where the space service refused the filter: the caller
 *         was answered that
 */
int booking_spaces_find(bk_request_t *request, const bk_input_t *filter, const char *sort, int most,
                        const booking_spaces_t **spaces);

/**
 * Find spaces like one: in the same building, with all its features, large enough, the smallest
 * first.
 * @param people  who come
 * @param most    how many at the most
 * @return those of them that are not this space; NULL: the space service gave no answer, or the
 *         space is in no building. Nothing was answered
 */
const booking_spaces_t *booking_spaces_like(bk_request_t *request, const booking_space_t *space,
                                            apr_int64_t people, int most);

/** The space of an id among those that were got. @return NULL: it is not among them */
const booking_space_t *booking_spaces_get(const booking_spaces_t *spaces, const char *id);

#endif

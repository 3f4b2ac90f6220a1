/* booking_v1_series_json: series as JSON, and what is said of dates that were not booked. Needs no
 * store. */
#ifndef BOOKING_V1_SERIES_JSON_H
#define BOOKING_V1_SERIES_JSON_H

#include "bk_json_text.h"
#include "booking_private.h"
#include "booking_series_store.h"
#include "booking_spaces.h"
#include "booking_v1_judge.h"

/** A date of a series that somebody wants. */
typedef struct booking_v1_series_date_t {
    booking_series_item_t *item; /* NULL: the rules do not let it be booked */
    booking_v1_t row;            /* if it may be, as in item */
    booking_v1_ruling_t ruling;
    const char *const *elsewhere; /* ids of spaces that could take it, ending in NULL; or NULL */
} booking_v1_series_date_t;

/** What becomes of a series that somebody wants. */
typedef struct booking_v1_series_outcome_t {
    const booking_space_t *space;
    const booking_v1_series_date_t *dates;
    int count;
    const booking_series_plan_t *plan;
} booking_v1_series_outcome_t;

/** Write the members that a series has however it came about. @param space  NULL: the caller may
 * not see it */
void booking_v1_series_json_write(bk_json_text_t *text, const bk_request_t *request,
                                  const booking_series_t *series, const booking_space_t *space);

/** Write counts[] by state, and the next booking. */
void booking_v1_series_json_counts(bk_json_text_t *text, const booking_series_counts_t *counts,
                                   const booking_space_t *space);

/** Write created[] and skipped[]. */
void booking_v1_series_json_outcome(bk_json_text_t *text, const bk_request_t *request,
                                    const booking_v1_series_outcome_t *outcome);

/** Answer 422 rules-broken, with each rule and date that breaks it. */
int booking_v1_series_json_rules(bk_request_t *request, const booking_v1_series_outcome_t *outcome);

/** Answer 409 series-clash with each date that is taken, by what, and who else could take it; or
 * 422 quota-used, if quotas alone are in the way. */
int booking_v1_series_json_clash(bk_request_t *request, const booking_v1_series_outcome_t *outcome);

#endif

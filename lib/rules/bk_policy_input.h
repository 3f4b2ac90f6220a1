/* bk_policy_input: a policy as clients send it and as it is stored, in JSON.
 *
 * The table describes every member; what a table cannot say, as that an exception ends no earlier
 * than it begins, is looked at behind it. All faults are collected, with their places.
 *
 * Any thread may call.
 */
#ifndef BK_POLICY_INPUT_H
#define BK_POLICY_INPUT_H

#include "bk_fault.h"
#include "bk_input.h"
#include "bk_json_plain.h"
#include "bk_policy.h"
#include "bk_quota.h"

/** A policy with all that belongs to it. */
typedef struct bk_policy_input_t {
    const char *name;
    const char
        *time_zone; /* NULL: that of each space. Whether there is such a zone was not asked */
    bk_policy_t rules;
    const bk_quota_t *quotas;
    int quota_count;
    bk_principals_t approvers; /* none: who manages the space */
    bk_principals_t on_behalf; /* who may book for others, besides who manages the space */
    int pending_expires;       /* hours after which a request that nobody decided ends */
    int hold_minutes;          /* how long a hold lasts */
} bk_policy_input_t;

/** The table. Constant. */
extern const bk_input_row_t bk_policy_input_rows[];

/**
 * Read a policy.
 * @param object  as bk_json_parse() made it; what is read borrows its texts
 * @param faults  what is wrong is added to it
 * @param p       the result lives here
 * @return NULL if a fault was added
 */
const bk_policy_input_t *bk_policy_input_read(const bk_json_t *object, bk_faults_t *faults,
                                              apr_pool_t *p);

#endif

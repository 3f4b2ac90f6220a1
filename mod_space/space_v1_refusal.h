/* space_v1_refusal: what the store's results mean for clients of API v1. */
#ifndef SPACE_V1_REFUSAL_H
#define SPACE_V1_REFUSAL_H

#include "bk_fault.h"
#include "bk_problem.h"
#include "bk_request.h"

/**
 * The problem of a result.
 * @param faults  receives the place, if it is that of a member
 * @return NULL: the store failed
 */
const bk_problem_t *space_v1_refusal(apr_status_t rv, bk_faults_t *faults);

/** Answer a result other than APR_SUCCESS. @return the request's result */
int space_v1_refusal_answer(bk_request_t *request, apr_status_t rv);

#endif

#include "space_v1_refusal.h"

#include "bk_answer_v1.h"
#include "space_private.h"
#include "space_v1_store.h"

const bk_problem_t *space_v1_refusal(apr_status_t rv, bk_faults_t *faults)
{
    static const struct {
        apr_status_t rv;
        const bk_problem_t *problem;
        const char *member, *detail; /* NULL: it is of no member */
    } rows[] = {
        {APR_NOTFOUND, &bk_problem_not_found, NULL, NULL},
        {APR_EEXIST, &bk_problem_space_exists, NULL, NULL},
        {SPACE_V1_STORE_NO_POLICY, &bk_problem_bad_value, "policy", "there is no such policy"},
        {SPACE_V1_STORE_NO_PART, &bk_problem_bad_value, "parts", "one of them is not a space"},
        {SPACE_V1_STORE_CIRCULAR, &bk_problem_bad_value, "parts",
         "the space would be a part of itself"},
    };
    unsigned int i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bk_fault_pointer_t where = {NULL, rows[i].member, 0};

        if (rows[i].rv != rv) {
            continue;
        }
        if (rows[i].member) {
            bk_fault_add(faults, &where, BK_FAULT_BAD_VALUE, "%s", rows[i].detail);
        }
        return rows[i].problem;
    }
    return NULL;
}

int space_v1_refusal_answer(bk_request_t *request, apr_status_t rv)
{
    const bk_problem_t *problem;
    bk_faults_t faults;

    bk_fault_none(&faults, request->r->pool);
    problem = space_v1_refusal(rv, &faults);
    if (bk_fault_count(&faults)) {
        return bk_answer_faults(request, &faults);
    }
    return problem ? bk_answer_problem(request, problem, NULL) : bk_store_failed(request, rv);
}

/* Policies: what is read keeps what the rules count on; what is refused has its faults. */
#include "fuzz.h"

#include "bk_json.h"
#include "bk_policy_input.h"

static void check_stretch(const bk_stretch_t *stretch)
{
    fuzz_assert(stretch->from >= 0 && stretch->from <= BK_OPENING_DAY);
    fuzz_assert(stretch->to > stretch->from && stretch->to <= 2 * BK_OPENING_DAY);
}

static void check_opening(const bk_opening_t *opening)
{
    int i, j;

    for (i = 0; i < opening->weekly_count; i++) {
        fuzz_assert(opening->weekly[i].days && opening->weekly[i].days < 1u << 7);
        check_stretch(&opening->weekly[i].stretch);
    }
    for (i = 0; i < opening->exception_count; i++) {
        fuzz_assert(opening->exceptions[i].first <= opening->exceptions[i].last);
        for (j = 0; j < opening->exceptions[i].count; j++) {
            check_stretch(&opening->exceptions[i].stretches[j]);
        }
    }
}

static void check_policy(const bk_policy_input_t *policy)
{
    const bk_policy_t *rules = &policy->rules;
    int i;

    fuzz_assert(*policy->name);
    check_opening(&rules->opening);
    fuzz_assert(!rules->length.max || rules->length.min <= rules->length.max);
    for (i = 0; i < rules->field_count; i++) {
        fuzz_assert(*rules->fields[i].key);
        fuzz_assert(!rules->fields[i].choices == !rules->fields[i].choice_count);
    }
    for (i = 0; i < policy->quota_count; i++) {
        fuzz_assert(policy->quotas[i].count || policy->quotas[i].minutes);
    }
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    const bk_policy_input_t *policy;
    const bk_json_t *object;
    const char *why;
    bk_faults_t faults;
    char *copy = fuzz_text(data, size);

    if (bk_json_parse(&object, copy, size, &why, p) == BK_JSON_PARSED) {
        bk_fault_none(&faults, p);
        policy = bk_policy_input_read(object, &faults, p);
        fuzz_assert(!policy == (bk_fault_count(&faults) > 0));
        if (policy) {
            check_policy(policy);
        }
    }
    free(copy);
}

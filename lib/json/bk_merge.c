#include "bk_merge.h"

#include "bk_json.h"

const bk_json_t *bk_merge_object(const bk_json_t *target, const bk_json_t *patch, apr_pool_t *p)
{
    apr_size_t most = target->count + patch->count, i;
    bk_json_t *merged = apr_palloc(p, sizeof(*merged) + most * sizeof(merged->members[0]));

    merged->count = 0;
    for (i = 0; i < target->count; i++) {
        const bk_json_value_t *member = &target->members[i];
        const bk_json_value_t *change = bk_json_member(patch, member->name);

        if (!change) {
            merged->members[merged->count++] = *member;
        }
        else if (change->kind != BK_JSON_NULL) {
            merged->members[merged->count++] = bk_merge_value(member, change, p);
        }
    }
    for (i = 0; i < patch->count; i++) {
        const bk_json_value_t *change = &patch->members[i];

        if (change->kind != BK_JSON_NULL && !bk_json_member(target, change->name)) {
            merged->members[merged->count++] = bk_merge_value(NULL, change, p);
        }
    }
    return merged;
}

/* A patch that is an object, and whose target is none, is merged into an empty object: so its null
 * members are dropped too. */
bk_json_value_t bk_merge_value(const bk_json_value_t *target, const bk_json_value_t *patch,
                               apr_pool_t *p)
{
    static const bk_json_t empty;
    bk_json_value_t merged = *patch;

    if (patch->kind == BK_JSON_OBJECT) {
        int is_object = target && target->kind == BK_JSON_OBJECT;

        merged.nested = bk_merge_object(is_object ? target->nested : &empty, patch->nested, p);
    }
    return merged;
}

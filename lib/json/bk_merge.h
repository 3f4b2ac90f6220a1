/* bk_merge: JSON merge patches (RFC 7396).
 *
 * A patch is an object of the same shape as its target. A member of the patch replaces the member
 * of that name; null removes it, and an object is merged with it in the same way. All other values,
 * arrays too, replace the old value.
 *
 * A route that changes a resource reads the patch by its table first (BK_JSON_INPUT_PATCH), so that
 * faults point into the body that the client sent. Then it merges the patch into the resource's
 * JSON and reads the result by the same table as BK_JSON_INPUT_WHOLE, to check the rules about the
 * whole resource.
 *
 * Any thread may call. The result shares values with target and patch, and is valid as long as
 * both.
 */
#ifndef BK_MERGE_H
#define BK_MERGE_H

#include "bk_json_plain.h"

/**
 * Merge a patch into an object.
 * @param target  the object, which is not changed
 * @param patch   the patch; a member that is null removes the target's member
 * @param p       pool that the result lives in
 * @return the members of the target, in their order, then the new ones of the patch
 */
const bk_json_t *bk_merge_object(const bk_json_t *target, const bk_json_t *patch, apr_pool_t *p);

/**
 * Merge a patch into a value, each of any kind.
 * @param target  the value, or NULL if there is none
 * @return the merged value, which has the name of the patch; BK_JSON_NULL if the patch is null
 */
bk_json_value_t bk_merge_value(const bk_json_value_t *target, const bk_json_value_t *patch,
                               apr_pool_t *p);

#endif

/* bk_merge: JSON merge patches (RFC 7396).
 *
 * A patch is an object that looks like what it changes: a member replaces the one of its name, null
 * removes it, an object changes what is in it, and whatever else, an array too, is taken as it is.
 *
 * A route that changes a thing reads the patch by its table first, so that faults are told with
 * their places in what was sent (BK_JSON_INPUT_PATCH says which members are given, and which are
 * null). What has to hold of the whole is then looked at in the whole: the thing as its JSON is
 * merged with the patch, and read by the same table as BK_JSON_INPUT_WHOLE.
 *
 * Any thread may call. What is returned shares values with target and patch, and lives as long as
 * both.
 */
#ifndef BK_MERGE_H
#define BK_MERGE_H

#include "bk_json_plain.h"

/**
 * Merge a patch into an object.
 * @param target  is not changed
 * @param patch   its members, of which null removes
 * @param p       the result lives here
 * @return an object: the members of the target, in their order, then those that are new
 */
const bk_json_t *bk_merge_object(const bk_json_t *target, const bk_json_t *patch, apr_pool_t *p);

/**
 * The same with any values.
 * @param target  NULL: there is none
 * @return the result, which keeps the patch's name. Null where the patch is null
 */
bk_json_value_t bk_merge_value(const bk_json_value_t *target, const bk_json_value_t *patch,
                               apr_pool_t *p);

#endif

/* space_v1_who: who is asking, and what of a space they may see and change.
 *
 * Administrators see and change every space; auditors see every space. Everybody else sees a space
 * without a policy, one whose policy lets them (its member see), and one that they manage; and
 * changes what they manage. A person manages a space whose managers name them, or a group of
 * theirs.
 */
#ifndef SPACE_V1_WHO_H
#define SPACE_V1_WHO_H

#include "bk_request.h"
#include "space_v1_store.h"

/** Who asks, for the statements that find spaces. @return NULL: somebody who sees all */
space_v1_who_t space_v1_who(const bk_request_t *request);

/** Who asks, by their own names, also where they see all. */
space_v1_who_t space_v1_who_named(const bk_request_t *request);

/** Whether the caller's token is for a space: one for certain spaces is for no other. 1 or 0 */
int space_v1_who_has_token_for(const bk_request_t *request, const char *id);

/** Whether the caller may change a space, which they see, in those members that managers may
 * change. 1 or 0 */
int space_v1_who_may_change(const bk_request_t *request, const space_v1_t *space);

#endif

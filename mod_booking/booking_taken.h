/* booking_taken: what takes the time of spaces: the group BOOKING_STORE_TAKEN of the verbs of a
 * store, which only the store in a database has.
 *
 * Verbs are called as those of booking_store.h.
 */
#ifndef BOOKING_TAKEN_H
#define BOOKING_TAKEN_H

#include "booking_v1_store.h"

/** The number of the group of verbs: bk_store_t.verbs. */
#define BOOKING_STORE_TAKEN 2

/** Called with each row: id, space_id, user_id, start_ns, end_ns, kind, state, setup_ns,
 * teardown_ns, is_private, title, participants, group_name, created_by, series_id, reason and
 * occupies are set. Its texts are valid during the call; the space's id is the caller's own.
 * @param space  the place of its space in the list
 * @return other than APR_SUCCESS ends the list */
typedef apr_status_t booking_taken_each_t(void *baton, int space, const booking_v1_t *row);

typedef struct booking_taken_verbs_t {
    /**
     * Read what occupies spaces between two instants, the times that are kept free around it
     * included: by one statement, so in one snapshot, whatever the number of spaces. What has
     * expired occupies none.
     * @param spaces   their ids, no two equal
     * @param from_ns  nanoseconds since the epoch
     * @param to_ns    the same, after the former
     * @param now_ns   the present
     * @param each     is called in any order: whoever needs one sorts what is left of it
     */
    apr_status_t (*each)(void *handle, const char *const *spaces, int count, apr_int64_t from_ns,
                         apr_int64_t to_ns, apr_int64_t now_ns, booking_taken_each_t *each,
                         void *baton, apr_pool_t *p);
} booking_taken_verbs_t;

/** The store in a database: handles are those of booking_store_dbd. */
extern const booking_taken_verbs_t booking_taken_dbd;

#endif

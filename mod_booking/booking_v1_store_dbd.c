/* The store of bookings in a database: what API v1 needs of it. */
#include "booking_v1_store.h"

#include "bk_db_fields.h"
#include "booking_rows.h"
#include "booking_store_dbd_private.h"

static apr_status_t insert_limited(bk_db_t *db, const booking_v1_t *row, booking_limits_t *limits,
                                   apr_pool_t *p)
{
    apr_status_t rv = bk_db_begin(db);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = booking_rows_check_limits(db, row, limits, p);
    if (rv == APR_SUCCESS) {
        rv = booking_rows_add(db, row, p);
    }
    return bk_db_end(db, rv);
}

/* Without quotas it is one statement, and nothing is locked. */
static apr_status_t insert(void *handle, const booking_v1_t *row, booking_limits_t *limits,
                           apr_pool_t *p)
{
    return limits && limits->count ? insert_limited(handle, row, limits, p)
                                   : booking_rows_add(handle, row, p);
}

static apr_status_t find(void *handle, apr_int64_t id, booking_v1_t *row, apr_pool_t *p)
{
    const bk_db_value_t key = bk_db_int(id);

    return bk_db_fields_find(handle, BOOKING_FIND, &key, 1, &booking_v1_fields, row, p);
}

/* ---- changing -----------------------------------------------------------------------------------
 */

/* Two that move into each other's place would wait for each other, if neither locked both places
 * first. */
static apr_status_t lock_and_write(bk_db_t *db, const booking_v1_t *before,
                                   const booking_v1_t *after, booking_limits_t *limits,
                                   apr_pool_t *p)
{
    const char *spaces[] = {before->space_id, after->space_id};
    apr_status_t rv = booking_rows_check_limits(db, after, limits, p);

    if (rv == APR_SUCCESS) {
        rv = booking_rows_lock_spaces(db, spaces, 2, p);
    }
    return rv == APR_SUCCESS ? booking_rows_write(db, after, p) : rv;
}

static apr_status_t update(void *handle, const booking_v1_t *before, const booking_v1_t *after,
                           booking_limits_t *limits, apr_pool_t *p)
{
    apr_status_t rv = bk_db_begin(handle);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    return bk_db_end(handle, lock_and_write(handle, before, after, limits, p));
}

static apr_status_t used(void *handle, apr_int64_t user_id, const booking_limit_t *limit,
                         booking_used_t *result, apr_pool_t *p)
{
    return booking_rows_count_used(handle, user_id, limit, 0, result, p);
}

const booking_v1_store_verbs_t booking_v1_store_dbd = {
    .insert = insert, .find = find, .update = update, .used = used};

/* The steps that changes of bookings consist of. */
#include "booking_rows.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_db_fields.h"
#include "bk_time.h"
#include "booking_limits.h"
#include "booking_store_dbd_private.h"

/* ---- locks --------------------------------------------------------------------------------------
 */

static int compare_texts(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

apr_status_t booking_rows_lock_spaces(bk_db_t *db, const char **ids, int count, apr_pool_t *p)
{
    apr_status_t rv = APR_SUCCESS;
    bk_db_value_t id, one;
    int i;

    qsort(ids, (size_t)count, sizeof(*ids), compare_texts);
    for (i = 0; i < count && rv == APR_SUCCESS; i++) {
        if (i == 0 || strcmp(ids[i], ids[i - 1]) != 0) {
            id = bk_db_text(ids[i]);
            rv = bk_db_read(db, BOOKING_LOCK_SPACE, &id, 1, &one, 1, p);
        }
    }
    return rv;
}

apr_status_t booking_rows_lock_holder(bk_db_t *db, apr_int64_t user_id, apr_pool_t *p)
{
    bk_db_value_t id = bk_db_int(user_id), one;

    return bk_db_has(db, BOOKING_LOCK_HOLDER)
               ? bk_db_read(db, BOOKING_LOCK_HOLDER, &id, 1, &one, 1, p)
               : APR_SUCCESS;
}

/* ---- the order of the log -----------------------------------------------------------------------
 */

/* How often a transaction is begun anew. */
#define TRIES 5

apr_status_t booking_rows_check_order(bk_db_t *db, apr_pool_t *p)
{
    bk_db_value_t one;
    apr_status_t rv;

    if (!bk_db_has(db, BOOKING_EVENTS_EARLY)) {
        return APR_SUCCESS;
    }
    rv = bk_db_read(db, BOOKING_EVENTS_EARLY, NULL, 0, &one, 1, p);
    if (rv == APR_NOTFOUND) {
        return APR_SUCCESS;
    }
    return rv == APR_SUCCESS ? BOOKING_ROWS_EARLY : rv;
}

static apr_status_t transact_once(bk_db_t *db,
                                  apr_status_t (*work)(bk_db_t *db, void *baton, apr_pool_t *p),
                                  void *baton, apr_pool_t *p)
{
    apr_status_t rv = bk_db_begin(db);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = work(db, baton, p);
    if (rv == APR_SUCCESS) {
        rv = booking_rows_check_order(db, p);
    }
    return bk_db_end(db, rv);
}

apr_status_t booking_rows_transact(bk_db_t *db,
                                   apr_status_t (*work)(bk_db_t *db, void *baton, apr_pool_t *p),
                                   void *baton, apr_pool_t *p)
{
    apr_status_t rv = BOOKING_ROWS_EARLY;
    int i;

    for (i = 0; i < TRIES && rv == BOOKING_ROWS_EARLY; i++) {
        rv = transact_once(db, work, baton, p);
    }
    return rv == BOOKING_ROWS_EARLY ? APR_TIMEUP : rv;
}

/* ---- quotas -------------------------------------------------------------------------------------
 */

apr_status_t booking_rows_count_limits(bk_db_t *db, const booking_v1_t *row,
                                       booking_limits_t *limits, apr_pool_t *p)
{
    booking_used_t *used = apr_palloc(p, ((apr_size_t)limits->count + 1) * sizeof(*used));
    apr_status_t rv =
        booking_limits_count(db, row->user_id, row->id, limits->list, limits->count, used, p);

    return rv == APR_SUCCESS ? booking_limits_check(limits, used, booking_limits_minutes(row)) : rv;
}

apr_status_t booking_rows_check_limits(bk_db_t *db, const booking_v1_t *row,
                                       booking_limits_t *limits, apr_pool_t *p)
{
    apr_status_t rv;

    if (!limits || !limits->count) {
        return APR_SUCCESS;
    }
    rv = booking_rows_lock_holder(db, row->user_id, p);
    return rv == APR_SUCCESS ? booking_rows_count_limits(db, row, limits, p) : rv;
}

/* ---- what was read ------------------------------------------------------------------------------
 */

void booking_rows_keep(booking_v1_t *row, apr_pool_t *p)
{
    int i;

    for (i = 0; i < booking_v1_fields.count; i++) {
        const bk_field_t *field = &booking_v1_fields.list[i];

        if (field->kind == BK_FIELD_TEXT) {
            const char **text = &BK_FIELD_MEMBER(row, field, const char *);

            *text = *text ? apr_pstrdup(p, *text) : NULL;
        }
    }
}

/* ---- what has expired ---------------------------------------------------------------------------
 */

static void (*count_swept)(apr_uint64_t rows);

void booking_rows_count_swept(void (*count)(apr_uint64_t rows))
{
    count_swept = count;
}

/* It is looked for first, because a statement that writes makes other writers wait. */
apr_status_t booking_rows_sweep(bk_db_t *db, const char *space_id, apr_int64_t from_ns,
                                apr_int64_t to_ns, int *ended, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(space_id), bk_db_int(from_ns), bk_db_int(to_ns),
                                  bk_db_int(bk_time_now())};
    bk_db_value_t one;
    apr_int64_t rows = 0;
    apr_status_t rv = bk_db_read(db, BOOKING_EXPIRED, args, 4, &one, 1, p);

    if (rv == APR_SUCCESS) {
        rv = bk_db_write(db, BOOKING_SWEEP, args, 4, &rows);
    }
    *ended = rows > 0;
    if (*ended && count_swept) {
        count_swept((apr_uint64_t)rows);
    }
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

static apr_status_t sweep_for(bk_db_t *db, const booking_v1_t *row, int *ended, apr_pool_t *p)
{
    return booking_rows_sweep(db, row->space_id, row->start_ns - row->setup_ns,
                              row->end_ns + row->teardown_ns, ended, p);
}

/* ---- adding -------------------------------------------------------------------------------------
 */

static apr_status_t try_to_add(bk_db_t *db, const booking_v1_t *row)
{
    apr_int64_t added = 0;
    apr_status_t rv = bk_db_fields_write(db, BOOKING_INSERT, &booking_v1_fields, row, &added);

    return rv == APR_SUCCESS && !added ? BOOKING_V1_STORE_TAKEN : rv;
}

apr_status_t booking_rows_add(bk_db_t *db, const booking_v1_t *row, apr_pool_t *p)
{
    apr_status_t rv = try_to_add(db, row);
    int ended = 0;

    if (rv != BOOKING_V1_STORE_TAKEN) {
        return rv;
    }
    rv = sweep_for(db, row, &ended, p);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    return ended ? try_to_add(db, row) : BOOKING_V1_STORE_TAKEN;
}

apr_status_t booking_rows_add_limited(bk_db_t *db, const booking_v1_t *row,
                                      const booking_limits_t *limits, apr_pool_t *p)
{
    bk_db_value_t args[BK_FIELDS_MOST + BOOKING_LIMITS_VALUES];
    apr_int64_t added = 0;
    apr_status_t rv;

    bk_db_fields_bind(args, &booking_v1_fields, row);
    booking_limits_bind(args + booking_v1_fields.count, limits, booking_limits_minutes(row), p);
    rv = bk_db_write(db, BOOKING_INSERT_LIMITED, args,
                     booking_v1_fields.count + BOOKING_LIMITS_VALUES, &added);
    return rv == APR_SUCCESS && !added ? APR_NOTFOUND : rv;
}

/* ---- changing -----------------------------------------------------------------------------------
 */

/* Why SQLite wrote nothing. */
static apr_status_t explain(bk_db_t *db, const booking_v1_t *row, apr_pool_t *p)
{
    const bk_db_value_t key = bk_db_int(row->id);
    bk_db_value_t version;
    apr_status_t rv = bk_db_read(db, BOOKING_VERSION, &key, 1, &version, 1, p);

    if (rv == APR_NOTFOUND) {
        return BOOKING_V1_STORE_CHANGED;
    }
    if (rv != APR_SUCCESS) {
        return rv;
    }
    return version.number == row->version - 1 ? BOOKING_V1_STORE_TAKEN : BOOKING_V1_STORE_CHANGED;
}

/* In PostgreSQL an overlap is an error, after which the transaction could only be rolled back:
 * hence the inner one. */
static apr_status_t try_to_write(bk_db_t *db, const booking_v1_t *row, apr_pool_t *p)
{
    apr_int64_t changed = 0;
    apr_status_t rv = bk_db_begin(db);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = bk_db_fields_write(db, BOOKING_UPDATE, &booking_v1_fields, row, &changed);
    if (rv == APR_SUCCESS && !changed) {
        rv = explain(db, row, p);
    }
    rv = bk_db_end(db, rv);
    return rv == APR_EBUSY ? BOOKING_V1_STORE_TAKEN : rv;
}

apr_status_t booking_rows_write(bk_db_t *db, const booking_v1_t *row, apr_pool_t *p)
{
    apr_status_t rv = try_to_write(db, row, p);
    int ended = 0;

    if (rv != BOOKING_V1_STORE_TAKEN) {
        return rv;
    }
    rv = sweep_for(db, row, &ended, p);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    return ended ? try_to_write(db, row, p) : BOOKING_V1_STORE_TAKEN;
}

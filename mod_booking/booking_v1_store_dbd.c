/* The store of bookings in a database: what API v1 needs of it. */
#include "booking_v1_store.h"

#include "bk_db_fields.h"
#include "bk_time.h"
#include "booking_limits.h"
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

/* Without quotas nothing is locked. With quotas it is one statement, too; what that does not add is
 * looked at step by step: a quota may be used up, or the time be taken by what has expired. */
static apr_status_t insert(void *handle, const booking_v1_t *row, booking_limits_t *limits,
                           apr_pool_t *p)
{
    apr_status_t rv;

    if (!limits || !limits->count) {
        return booking_rows_add(handle, row, p);
    }
    rv = row->occupies ? booking_rows_add_limited(handle, row, limits, p) : APR_NOTFOUND;
    return rv == APR_NOTFOUND ? insert_limited(handle, row, limits, p) : rv;
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

/* ---- lists --------------------------------------------------------------------------------------
 */

typedef struct each_t {
    apr_status_t (*row)(void *baton, const booking_v1_t *row);
    void *baton;
    int count; /* of the rows that there were */
} each_t;

static apr_status_t each_row(void *baton, const bk_db_value_t *values)
{
    each_t *calls = baton;
    booking_v1_t row;

    bk_db_fields_of_row(&row, &booking_v1_fields, values);
    calls->count++;
    return calls->row(calls->baton, &row);
}

/* A day before an instant, or the earliest one. */
static apr_int64_t day_before(apr_int64_t ns)
{
    return ns < APR_INT64_MIN + BK_TIME_DAY ? APR_INT64_MIN : ns - BK_TIME_DAY;
}

/* The place behind which the page begins; of bookings that are found by their starts, within the
 * span of those. */
static void bind_places(bk_db_value_t *args, const booking_v1_filter_t *filter)
{
    apr_int64_t edge = day_before(filter->from_ns);
    apr_int64_t none = filter->is_descending ? APR_INT64_MAX : APR_INT64_MIN;
    apr_int64_t ns = filter->is_after ? filter->after_ns : none;
    apr_int64_t id = filter->is_after ? filter->after_id : none;
    int is_outside = filter->is_descending ? ns > filter->to_ns : ns < edge;

    args[4] = bk_db_int(ns);
    args[5] = bk_db_int(id);
    if (filter->by == BOOKING_V1_BY_SPACE) {
        args[12] = bk_db_text(filter->space_id);
        return;
    }
    args[12] = bk_db_int(edge);
    args[13] = args[4];
    args[14] = args[5];
    if (is_outside) {
        args[4] = bk_db_int(filter->is_descending ? filter->to_ns : edge);
        args[5] = bk_db_int(none);
    }
}

static apr_status_t list(bk_db_t *db, int statement, const booking_v1_filter_t *filter,
                         each_t *calls, apr_pool_t *p)
{
    bk_db_value_t args[15] = {
        bk_db_int(filter->from_ns),     bk_db_int(filter->to_ns),
        bk_db_int(filter->states),      bk_db_int(filter->now_ns),
        [6] = bk_db_int(filter->limit), bk_db_int(filter->user_id),
        bk_db_text(filter->spaces),     bk_db_text(filter->group ? filter->group : ""),
        bk_db_int(filter->series_id),   bk_db_text(filter->like ? filter->like : "")};

    bind_places(args, filter);
    return bk_db_each(db, statement, args, filter->by == BOOKING_V1_BY_SPACE ? 13 : 15,
                      booking_v1_fields.count, each_row, calls, p);
}

/* PostgreSQL finds the bookings of a space by an index of ranges, which has no order: for the first
 * ones it reads all. Most pages are full of what begins within some weeks; of a space with less, a
 * time twice as long is looked at, and so on, up to some years. SQLite would read a space's
 * bookings to find out that too few begin so soon, and need not: it has them in order. */
#define FIRST_PART (42 * BK_TIME_DAY)
#define LAST_PART (32 * FIRST_PART)

/* The first so many nanoseconds of a list of a space that goes upwards. @return 0: there is no such
 * part of it */
static int find_part(const booking_v1_filter_t *filter, apr_int64_t length,
                     booking_v1_filter_t *part)
{
    apr_int64_t begin =
        filter->is_after && filter->after_ns > filter->from_ns ? filter->after_ns : filter->from_ns;

    *part = *filter;
    if (filter->by != BOOKING_V1_BY_SPACE || filter->is_descending || length > LAST_PART ||
        begin > APR_INT64_MAX - length || begin + length >= filter->to_ns) {
        return 0;
    }
    part->to_ns = begin + length;
    return 1;
}

static apr_status_t keep_row(void *baton, const booking_v1_t *row)
{
    apr_array_header_t *kept = baton;
    booking_v1_t *copy = apr_array_push(kept);

    *copy = *row;
    booking_rows_keep(copy, kept->pool);
    return APR_SUCCESS;
}

/* A page is what one statement finds, and so of one moment: what was moved between two of them
 * could be in both, or in neither. If too few begin soon, what was found is not used. */
static apr_status_t find_soon(bk_db_t *db, const booking_v1_filter_t *filter,
                              apr_array_header_t **found, apr_pool_t *p)
{
    apr_array_header_t *kept;
    booking_v1_filter_t part;
    apr_int64_t length;

    *found = NULL;
    if (!bk_db_has(db, BOOKING_LIST_SOON) || !find_part(filter, FIRST_PART, &part)) {
        return APR_SUCCESS;
    }
    kept = apr_array_make(p, filter->limit, sizeof(booking_v1_t));
    for (length = FIRST_PART; !*found && find_part(filter, length, &part); length *= 2) {
        each_t calls = {.row = keep_row, .baton = kept};
        apr_status_t rv;

        apr_array_clear(kept);
        rv = list(db, BOOKING_LIST_SOON, &part, &calls, p);
        if (rv != APR_SUCCESS) {
            return rv;
        }
        *found = calls.count == filter->limit ? kept : NULL;
    }
    return APR_SUCCESS;
}

static apr_status_t each(void *handle, const booking_v1_filter_t *filter,
                         apr_status_t (*row)(void *baton, const booking_v1_t *row), void *baton,
                         apr_pool_t *p)
{
    each_t calls = {.row = row, .baton = baton};
    apr_array_header_t *found;
    apr_status_t rv = find_soon(handle, filter, &found, p);
    int i;

    if (rv == APR_SUCCESS && !found) {
        return list(handle, BOOKING_LIST + 2 * (int)filter->by + filter->is_descending, filter,
                    &calls, p);
    }
    for (i = 0; rv == APR_SUCCESS && i < found->nelts; i++) {
        rv = row(baton, &APR_ARRAY_IDX(found, i, booking_v1_t));
    }
    return rv;
}

static apr_status_t overlaps(void *handle, const char *space_id, const bk_span_t *span,
                             apr_int64_t but, int limit,
                             apr_status_t (*row)(void *baton, const booking_v1_t *row), void *baton,
                             apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(space_id),    bk_db_int(span->start_ns),
                                  bk_db_int(span->end_ns), bk_db_int(bk_time_now()),
                                  bk_db_int(but),          bk_db_int(limit)};
    each_t calls = {.row = row, .baton = baton};

    return bk_db_each(handle, BOOKING_OVERLAPS, args, 6, booking_v1_fields.count, each_row, &calls,
                      p);
}

static apr_status_t note(void *is_taken, const booking_v1_t *row)
{
    *(int *)is_taken = 1;
    return APR_SUCCESS;
}

static apr_status_t check(void *handle, const booking_v1_t *row, booking_limits_t *limits,
                          apr_pool_t *p)
{
    const bk_span_t span = {row->start_ns - row->setup_ns, row->end_ns + row->teardown_ns};
    int is_taken = 0;
    apr_status_t rv = booking_rows_count_limits(handle, row, limits, p);

    if (rv == APR_SUCCESS && row->occupies) {
        rv = overlaps(handle, row->space_id, &span, row->id, 1, note, &is_taken, p);
    }
    return rv == APR_SUCCESS && is_taken ? BOOKING_V1_STORE_TAKEN : rv;
}

static apr_status_t find_external(void *handle, const char *source, const char *key,
                                  booking_v1_t *row, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(source), bk_db_text(key)};

    return bk_db_fields_find(handle, BOOKING_FIND_EXTERNAL, args, 2, &booking_v1_fields, row, p);
}

static apr_status_t used(void *handle, apr_int64_t user_id, const booking_limit_t *limit,
                         booking_used_t *result, apr_pool_t *p)
{
    return booking_limits_count(handle, user_id, 0, limit, 1, result, p);
}

const booking_v1_store_verbs_t booking_v1_store_dbd = {.insert = insert,
                                                       .find = find,
                                                       .update = update,
                                                       .check = check,
                                                       .each = each,
                                                       .overlaps = overlaps,
                                                       .find_external = find_external,
                                                       .used = used};

/* The store of series in a database. */
#include "booking_series_store.h"

#include <apr_strings.h>

#include "bk_db_fields.h"
#include "booking_rows.h"
#include "booking_series_book.h"
#include "booking_store_dbd_private.h"

/* ---- what is in the way -------------------------------------------------------------------------
 */

static int is_in_the_way(const booking_series_plan_t *plan, const booking_v1_t *row)
{
    int i;

    for (i = 0; i < plan->count; i++) {
        const booking_v1_t *own = &plan->items[i].row;

        if (plan->items[i].result == BOOKING_V1_STORE_TAKEN &&
            row->start_ns - row->setup_ns < own->end_ns + own->teardown_ns &&
            row->end_ns + row->teardown_ns > own->start_ns - own->setup_ns) {
            return 1;
        }
    }
    return 0;
}

typedef struct clashes_t {
    booking_series_plan_t *plan;
    apr_pool_t *p;
} clashes_t;

static apr_status_t add_clash(void *baton, const bk_db_value_t *values)
{
    const clashes_t *clashes = baton;
    booking_v1_t row;

    bk_db_fields_of_row(&row, &booking_v1_fields, values);
    if (is_in_the_way(clashes->plan, &row)) {
        booking_rows_keep(&row, clashes->p);
        APR_ARRAY_PUSH(clashes->plan->clashes, booking_v1_t) = row;
    }
    return APR_SUCCESS;
}

/* One query for all of them: what occupies the space from the first that is taken to the last, but
 * for the series itself. */
static apr_status_t find_clashes(bk_db_t *db, booking_series_plan_t *plan, apr_pool_t *p)
{
    const booking_v1_t *first = NULL, *last = NULL;
    clashes_t clashes = {plan, p};
    int i;

    for (i = 0; i < plan->count; i++) {
        if (plan->items[i].result == BOOKING_V1_STORE_TAKEN) {
            first = first ? first : &plan->items[i].row;
            last = &plan->items[i].row;
        }
    }
    if (!first) {
        return APR_SUCCESS;
    }
    return bk_db_each(db, BOOKING_OTHERS,
                      (bk_db_value_t[]){bk_db_text(plan->series.space_id),
                                        bk_db_int(first->start_ns - first->setup_ns),
                                        bk_db_int(last->end_ns + last->teardown_ns),
                                        bk_db_int(plan->series.id)},
                      4, booking_v1_fields.count, add_clash, &clashes, p);
}

/* ---- the transaction ----------------------------------------------------------------------------
 */

static int count_results(const booking_series_plan_t *plan, apr_status_t result)
{
    int count = 0, i;

    for (i = 0; i < plan->count; i++) {
        count += plan->items[i].result == result;
    }
    return count;
}

/* The person is locked before the space, as by who books one date. */
static apr_status_t lock_all(bk_db_t *db, booking_series_plan_t *plan, apr_pool_t *p)
{
    const char *space = plan->series.space_id;
    apr_status_t rv = APR_SUCCESS;
    int i, has_limits = 0;

    for (i = 0; i < plan->count; i++) {
        has_limits |= plan->items[i].limits.count > 0;
    }
    if (has_limits) {
        rv = booking_rows_lock_holder(db, plan->series.user_id, p);
    }
    return rv == APR_SUCCESS ? booking_rows_lock_spaces(db, &space, 1, p) : rv;
}

static apr_status_t book_all(bk_db_t *db, booking_series_plan_t *plan, apr_pool_t *p)
{
    apr_status_t rv = lock_all(db, plan, p);

    if (rv == APR_SUCCESS) {
        rv = bk_db_fields_write(db, BOOKING_SERIES_INSERT, &booking_series_fields, &plan->series,
                                NULL);
    }
    if (rv == APR_SUCCESS) {
        rv = booking_series_book(db, plan, p);
    }
    if (rv == APR_SUCCESS) {
        rv = find_clashes(db, plan, p);
    }
    if (rv == APR_SUCCESS && count_results(plan, APR_SUCCESS) < plan->enough) {
        rv = BOOKING_SERIES_STORE_REFUSED;
    }
    return rv == APR_SUCCESS && plan->is_dry ? BOOKING_SERIES_STORE_DRY : rv;
}

static apr_status_t create(void *handle, booking_series_plan_t *plan, apr_pool_t *p)
{
    apr_status_t rv = bk_db_begin(handle);

    plan->clashes = apr_array_make(p, 8, sizeof(booking_v1_t));
    return rv == APR_SUCCESS ? bk_db_end(handle, book_all(handle, plan, p)) : rv;
}

/* ---- reading ------------------------------------------------------------------------------------
 */

static apr_status_t find(void *handle, apr_int64_t id, booking_series_t *series, apr_pool_t *p)
{
    const bk_db_value_t key = bk_db_int(id);

    return bk_db_fields_find(handle, BOOKING_SERIES_FIND, &key, 1, &booking_series_fields, series,
                             p);
}

static apr_status_t add_count(void *baton, const bk_db_value_t *row)
{
    booking_series_counts_t *counts = baton;

    if (row[0].number >= 0 && row[0].number < BOOKING_STATES) {
        counts->by_state[row[0].number] = row[1].number;
    }
    return APR_SUCCESS;
}

static apr_status_t count(void *handle, apr_int64_t id, apr_int64_t now_ns,
                          booking_series_counts_t *counts, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_int(now_ns)};
    bk_db_value_t next[3];
    apr_status_t rv;

    *counts = (booking_series_counts_t){.next_id = BK_FIELD_NONE};
    rv = bk_db_each(handle, BOOKING_SERIES_COUNT, args, 2, 2, add_count, counts, p);
    if (rv == APR_SUCCESS) {
        rv = bk_db_find(handle, BOOKING_SERIES_NEXT, args, 2, next, 3, p);
    }
    if (rv == APR_SUCCESS) {
        counts->next_id = next[0].number;
        counts->next_start_ns = next[1].number;
        counts->next_end_ns = next[2].number;
    }
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

/* ---- changing -----------------------------------------------------------------------------------
 */

/* The row of the series comes first: two who change the same one wait for each other here, and so
 * never for each other's bookings. */
static apr_status_t touch(bk_db_t *db, const booking_series_part_t *part,
                          const booking_series_act_t *act, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(part->series_id), bk_db_int(part->version),
                                  bk_db_int(act->by), bk_db_int(act->now_ns)};
    booking_series_t series;
    apr_int64_t changed = 0;
    apr_status_t rv = bk_db_write(db, BOOKING_SERIES_TOUCH, args, 4, &changed);

    if (rv != APR_SUCCESS || changed) {
        return rv;
    }
    rv = find(db, part->series_id, &series, p);
    return rv == APR_SUCCESS ? BOOKING_V1_STORE_CHANGED : rv;
}

static apr_status_t add_space(void *baton, const bk_db_value_t *row)
{
    apr_array_header_t *spaces = baton;

    APR_ARRAY_PUSH(spaces, const char *) = apr_pstrdup(spaces->pool, row[0].text);
    return APR_SUCCESS;
}

/* Each date may have been moved to another space. */
static apr_status_t lock_spaces(bk_db_t *db, const booking_series_part_t *part, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(part->series_id), bk_db_int(part->from_ns),
                                  bk_db_int(part->to_ns)};
    apr_array_header_t *spaces = apr_array_make(p, 4, sizeof(const char *));
    apr_status_t rv = bk_db_each(db, BOOKING_SERIES_SPACES, args, 3, 1, add_space, spaces, p);

    return rv == APR_SUCCESS
               ? booking_rows_lock_spaces(db, (const char **)spaces->elts, spaces->nelts, p)
               : rv;
}

/* What is done to a part of a series. */
typedef struct changing_t {
    int statement; /* with the arguments series, from, to, by, now, reason */
    const booking_series_part_t *part;
    const booking_series_act_t *act;
    apr_int64_t *changed;
} changing_t;

static apr_status_t change_part(bk_db_t *db, void *baton, apr_pool_t *p)
{
    const changing_t *changing = baton;
    const booking_series_part_t *part = changing->part;
    const booking_series_act_t *act = changing->act;
    const bk_db_value_t args[] = {bk_db_int(part->series_id), bk_db_int(part->from_ns),
                                  bk_db_int(part->to_ns),     bk_db_int(act->by),
                                  bk_db_int(act->now_ns),     bk_db_text(act->reason)};
    apr_status_t rv = touch(db, part, act, p);

    *changing->changed = 0;
    if (rv == APR_SUCCESS) {
        rv = lock_spaces(db, part, p);
    }
    return rv == APR_SUCCESS ? bk_db_write(db, changing->statement, args, 6, changing->changed)
                             : rv;
}

static apr_status_t cancel(void *handle, const booking_series_part_t *part,
                           const booking_series_act_t *act, apr_int64_t *changed, apr_pool_t *p)
{
    changing_t changing = {BOOKING_SERIES_CANCEL, part, act, changed};

    return booking_rows_transact(handle, change_part, &changing, p);
}

static apr_status_t decide_part(bk_db_t *db, void *baton, apr_pool_t *p)
{
    const changing_t *changing = baton;
    apr_status_t rv = change_part(db, baton, p);

    return rv == APR_SUCCESS && *changing->changed == 0 ? BOOKING_SERIES_STORE_NONE : rv;
}

static apr_status_t decide(void *handle, const booking_series_part_t *part, booking_state_t state,
                           const booking_series_act_t *act, apr_int64_t *changed, apr_pool_t *p)
{
    changing_t changing = {state == BOOKING_STATE_CONFIRMED ? BOOKING_SERIES_APPROVE
                                                            : BOOKING_SERIES_REJECT,
                           part, act, changed};

    return booking_rows_transact(handle, decide_part, &changing, p);
}

const booking_series_store_verbs_t booking_series_store_dbd = {
    .create = create, .find = find, .count = count, .cancel = cancel, .decide = decide};

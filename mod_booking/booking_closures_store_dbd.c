/* The store of closures in a database. */
#include "booking_closures_store.h"

#include "bk_db_fields.h"
#include "bk_random.h"
#include "bk_time.h"
#include "booking_rows.h"
#include "booking_store_dbd_private.h"

/* How often a space is looked at anew because somebody booked it meanwhile: who books one date
 * locks no space. */
#define TRIES 20

/* One space while it is being closed. */
typedef struct closing_t {
    bk_db_t *db;
    booking_closures_plan_t *plan;
    const char *space;
    apr_array_header_t *found; /* of booking_v1_t: what is in the space, by start */
    int is_refused;            /* something is in the way, of this space or of another */
    apr_pool_t *p;
} closing_t;

/* ---- what is in the way -------------------------------------------------------------------------
 */

static apr_status_t add_found(void *baton, const bk_db_value_t *values)
{
    closing_t *closing = baton;
    booking_v1_t row;

    bk_db_fields_of_row(&row, &booking_v1_fields, values);
    booking_rows_keep(&row, closing->p);
    APR_ARRAY_PUSH(closing->found, booking_v1_t) = row;
    return APR_SUCCESS;
}

static apr_status_t find_others(closing_t *closing)
{
    const booking_closure_t *closure = &closing->plan->closure;
    int ended;
    apr_status_t rv = booking_rows_sweep(closing->db, closing->space, closure->start_ns,
                                         closure->end_ns, &ended, closing->p);

    apr_array_clear(closing->found);
    return rv == APR_SUCCESS
               ? bk_db_each(closing->db, BOOKING_OTHERS,
                            (bk_db_value_t[]){bk_db_text(closing->space),
                                              bk_db_int(closure->start_ns),
                                              bk_db_int(closure->end_ns), bk_db_int(BK_FIELD_NONE)},
                            4, booking_v1_fields.count, add_found, closing, closing->p)
               : rv;
}

/* ---- closing ------------------------------------------------------------------------------------
 */

static apr_status_t close_span(closing_t *closing, apr_int64_t start_ns, apr_int64_t end_ns)
{
    const booking_closure_t *closure = &closing->plan->closure;
    booking_v1_t row = {.space_id = closing->space,
                        .date = bk_time_date(&(bk_time_t){start_ns, 0}, closing->p),
                        .user_id = closure->created_by,
                        .occupants = 1,
                        .start_ns = start_ns,
                        .end_ns = end_ns,
                        .kind = BOOKING_KIND_CLOSURE,
                        .occupies = 1,
                        .expires_ns = BK_FIELD_NONE,
                        .version = 1,
                        .series_id = closure->id,
                        .parent_id = BK_FIELD_NONE,
                        .title = closure->reason,
                        .is_private = !closure->is_public,
                        .checked_in_ns = BK_FIELD_NONE,
                        .created_by = closure->changed_by,
                        .created_ns = closure->changed_ns,
                        .changed_by = BK_FIELD_NONE,
                        .changed_ns = BK_FIELD_NONE,
                        .via = BOOKING_VIA_V1,
                        .reason = closure->reason};
    apr_status_t rv = bk_random_id(&row.id);

    return rv == APR_SUCCESS ? booking_rows_add(closing->db, &row, closing->p) : rv;
}

/* Close what is left between what was found. Nothing of a row is left out of the closure: what is
 * kept free around bookings stays so. */
static apr_status_t close_gaps(closing_t *closing)
{
    const booking_closure_t *closure = &closing->plan->closure;
    apr_int64_t from = closure->start_ns;
    apr_status_t rv = APR_SUCCESS;
    int i;

    for (i = 0; i < closing->found->nelts && rv == APR_SUCCESS; i++) {
        const booking_v1_t *row = &APR_ARRAY_IDX(closing->found, i, booking_v1_t);

        if (row->start_ns - row->setup_ns > from) {
            rv = close_span(closing, from, row->start_ns - row->setup_ns);
        }
        from = row->end_ns + row->teardown_ns > from ? row->end_ns + row->teardown_ns : from;
    }
    return rv == APR_SUCCESS && from < closure->end_ns ? close_span(closing, from, closure->end_ns)
                                                       : rv;
}

static int has_closure(const closing_t *closing)
{
    int i;

    for (i = 0; i < closing->found->nelts; i++) {
        if (APR_ARRAY_IDX(closing->found, i, booking_v1_t).kind == BOOKING_KIND_CLOSURE) {
            return 1;
        }
    }
    return 0;
}

static void note_found(closing_t *closing)
{
    apr_array_cat(closing->plan->in_the_way, closing->found);
}

static apr_status_t cancel(closing_t *closing, int statement)
{
    const booking_closure_t *closure = &closing->plan->closure;
    const bk_db_value_t args[] = {bk_db_text(closing->space),     bk_db_int(closure->start_ns),
                                  bk_db_int(closure->end_ns),     bk_db_int(closure->changed_by),
                                  bk_db_int(closure->changed_ns), bk_db_text(closure->reason)};

    return bk_db_write(closing->db, statement, args, 6, NULL);
}

static apr_status_t cancel_found(closing_t *closing)
{
    note_found(closing);
    apr_array_clear(closing->found);
    return cancel(closing, BOOKING_CLOSURE_CANCEL);
}

/* Look at the space, and close it. @return BOOKING_V1_STORE_TAKEN: somebody booked meanwhile */
static apr_status_t try_to_close(closing_t *closing)
{
    booking_closures_way_t way = closing->plan->way;
    apr_status_t rv = find_others(closing);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (closing->found->nelts && (way == BOOKING_CLOSURES_REFUSE ||
                                  (way == BOOKING_CLOSURES_CANCEL && has_closure(closing)))) {
        note_found(closing);
        closing->is_refused = 1;
        return APR_SUCCESS;
    }
    if (closing->found->nelts && way == BOOKING_CLOSURES_CANCEL) {
        rv = cancel_found(closing);
    }
    return rv == APR_SUCCESS ? close_gaps(closing) : rv;
}

/* ---- archiving ----------------------------------------------------------------------------------
 */

/* What begins after the space is closed is in the way; the rest of what was found stays. */
static void split_found(closing_t *closing)
{
    apr_array_header_t *found = closing->found;
    int i, kept = 0;

    for (i = 0; i < found->nelts; i++) {
        booking_v1_t row = APR_ARRAY_IDX(found, i, booking_v1_t);

        if (row.kind != BOOKING_KIND_CLOSURE && row.start_ns >= closing->plan->closure.start_ns) {
            APR_ARRAY_PUSH(closing->plan->in_the_way, booking_v1_t) = row;
        }
        else {
            APR_ARRAY_IDX(found, kept++, booking_v1_t) = row;
        }
    }
    found->nelts = kept;
}

/* @return as try_to_close() */
static apr_status_t try_to_archive(closing_t *closing)
{
    apr_status_t rv = find_others(closing);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    split_found(closing);
    if (closing->plan->in_the_way->nelts && closing->plan->way == BOOKING_CLOSURES_REFUSE) {
        closing->is_refused = 1;
        return APR_SUCCESS;
    }
    if (closing->plan->in_the_way->nelts) {
        rv = cancel(closing, BOOKING_ARCHIVE_CANCEL);
    }
    return rv == APR_SUCCESS ? close_gaps(closing) : rv;
}

/* ---- spaces -------------------------------------------------------------------------------------
 */

/* Each space is looked at, for all that is in the way is to be named. */
static apr_status_t close_spaces(bk_db_t *db, booking_closures_plan_t *plan,
                                 apr_status_t (*try)(closing_t *closing), apr_pool_t *p)
{
    closing_t closing = {
        .db = db, .plan = plan, .found = apr_array_make(p, 8, sizeof(booking_v1_t)), .p = p};
    apr_status_t rv = APR_SUCCESS;
    int i, tries;

    for (i = 0; i < plan->space_count && rv == APR_SUCCESS; i++) {
        closing.space = plan->spaces[i];
        rv = BOOKING_V1_STORE_TAKEN;
        for (tries = 0; tries < TRIES && rv == BOOKING_V1_STORE_TAKEN; tries++) {
            rv = try(&closing);
        }
    }
    if (rv == BOOKING_V1_STORE_TAKEN) {
        return APR_TIMEUP;
    }
    if (rv == APR_SUCCESS && closing.is_refused) {
        return BOOKING_CLOSURES_STORE_IN_THE_WAY;
    }
    return rv == APR_SUCCESS && plan->is_dry ? BOOKING_CLOSURES_STORE_DRY : rv;
}

/* ---- the transactions ---------------------------------------------------------------------------
 */

static void begin_plan(booking_closures_plan_t *plan, apr_pool_t *p)
{
    plan->in_the_way = apr_array_make(p, 8, sizeof(booking_v1_t));
}

static apr_status_t create_all(bk_db_t *db, void *baton, apr_pool_t *p)
{
    booking_closures_plan_t *plan = baton;
    apr_status_t rv = booking_rows_lock_spaces(db, plan->spaces, plan->space_count, p);

    begin_plan(plan, p);
    if (rv == APR_SUCCESS) {
        rv = bk_db_fields_write(db, BOOKING_CLOSURE_INSERT, &booking_closures_fields,
                                &plan->closure, NULL);
    }
    return rv == APR_SUCCESS ? close_spaces(db, plan, try_to_close, p) : rv;
}

static apr_status_t create(void *handle, booking_closures_plan_t *plan, apr_pool_t *p)
{
    return booking_rows_transact(handle, create_all, plan, p);
}

static apr_status_t write_closure(bk_db_t *db, const booking_closure_t *closure)
{
    apr_int64_t changed = 0;
    apr_status_t rv =
        bk_db_fields_write(db, BOOKING_CLOSURE_UPDATE, &booking_closures_fields, closure, &changed);

    return rv == APR_SUCCESS && !changed ? BOOKING_V1_STORE_CHANGED : rv;
}

/* Its rows end; those of the new time are added. */
static apr_status_t open_spaces(bk_db_t *db, const booking_closure_t *closure)
{
    const bk_db_value_t args[] = {bk_db_int(closure->id), bk_db_int(closure->changed_by),
                                  bk_db_int(closure->changed_ns), bk_db_text(closure->reason)};

    return bk_db_write(db, BOOKING_CLOSURE_OPEN, args, 4, NULL);
}

static apr_status_t rename_rows(bk_db_t *db, const booking_closure_t *closure)
{
    const bk_db_value_t args[] = {bk_db_int(closure->id), bk_db_int(closure->changed_by),
                                  bk_db_int(closure->changed_ns), bk_db_text(closure->reason),
                                  bk_db_int(!closure->is_public)};

    return bk_db_write(db, BOOKING_CLOSURE_RENAME, args, 5, NULL);
}

/* What a change begins with. */
typedef struct changing_t {
    const booking_closure_t *before;
    booking_closures_plan_t *plan;
} changing_t;

static apr_status_t change_all(bk_db_t *db, void *baton, apr_pool_t *p)
{
    const changing_t *changing = baton;
    const booking_closure_t *before = changing->before;
    booking_closures_plan_t *plan = changing->plan;
    const booking_closure_t *after = &plan->closure;
    apr_status_t rv = booking_rows_lock_spaces(db, plan->spaces, plan->space_count, p);

    begin_plan(plan, p);
    if (rv == APR_SUCCESS) {
        rv = write_closure(db, after);
    }
    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (before->start_ns == after->start_ns && before->end_ns == after->end_ns) {
        rv = rename_rows(db, after);
        return rv == APR_SUCCESS && plan->is_dry ? BOOKING_CLOSURES_STORE_DRY : rv;
    }
    rv = open_spaces(db, after);
    return rv == APR_SUCCESS ? close_spaces(db, plan, try_to_close, p) : rv;
}

static apr_status_t change(void *handle, const booking_closure_t *before,
                           booking_closures_plan_t *plan, apr_pool_t *p)
{
    changing_t changing = {before, plan};

    return booking_rows_transact(handle, change_all, &changing, p);
}

static apr_status_t end_all(bk_db_t *db, booking_closures_plan_t *plan, apr_pool_t *p)
{
    apr_status_t rv = booking_rows_lock_spaces(db, plan->spaces, plan->space_count, p);

    if (rv == APR_SUCCESS) {
        rv = write_closure(db, &plan->closure);
    }
    return rv == APR_SUCCESS ? open_spaces(db, &plan->closure) : rv;
}

static apr_status_t end(void *handle, booking_closures_plan_t *plan, apr_pool_t *p)
{
    apr_status_t rv = bk_db_begin(handle);

    return rv == APR_SUCCESS ? bk_db_end(handle, end_all(handle, plan, p)) : rv;
}

static apr_status_t archive_all(bk_db_t *db, void *baton, apr_pool_t *p)
{
    booking_closures_plan_t *plan = baton;
    apr_status_t rv = booking_rows_lock_spaces(db, plan->spaces, plan->space_count, p);

    begin_plan(plan, p);
    return rv == APR_SUCCESS ? close_spaces(db, plan, try_to_archive, p) : rv;
}

static apr_status_t archive(void *handle, booking_closures_plan_t *plan, apr_pool_t *p)
{
    return booking_rows_transact(handle, archive_all, plan, p);
}

static apr_status_t restore_all(bk_db_t *db, void *baton, apr_pool_t *p)
{
    booking_closures_plan_t *plan = baton;
    const bk_db_value_t args[] = {bk_db_text(plan->spaces[0]), bk_db_int(plan->closure.changed_by),
                                  bk_db_int(plan->closure.changed_ns)};
    apr_status_t rv = booking_rows_lock_spaces(db, plan->spaces, plan->space_count, p);

    return rv == APR_SUCCESS ? bk_db_write(db, BOOKING_ARCHIVE_OPEN, args, 3, NULL) : rv;
}

static apr_status_t restore(void *handle, booking_closures_plan_t *plan, apr_pool_t *p)
{
    return booking_rows_transact(handle, restore_all, plan, p);
}

/* ---- reading ------------------------------------------------------------------------------------
 */

static apr_status_t find(void *handle, apr_int64_t id, booking_closure_t *closure, apr_pool_t *p)
{
    const bk_db_value_t key = bk_db_int(id);

    return bk_db_fields_find(handle, BOOKING_CLOSURE_FIND, &key, 1, &booking_closures_fields,
                             closure, p);
}

typedef struct each_t {
    apr_status_t (*row)(void *baton, const booking_closure_t *closure);
    void *baton;
} each_t;

static apr_status_t each_row(void *baton, const bk_db_value_t *values)
{
    const each_t *calls = baton;
    booking_closure_t closure;

    bk_db_fields_of_row(&closure, &booking_closures_fields, values);
    return calls->row(calls->baton, &closure);
}

static apr_status_t each(void *handle, const booking_closures_filter_t *filter,
                         apr_status_t (*row)(void *baton, const booking_closure_t *closure),
                         void *baton, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(filter->from_ns),
                                  bk_db_int(filter->to_ns),
                                  bk_db_text(filter->space_id),
                                  bk_db_int(filter->is_after ? filter->after_ns : INT64_MIN),
                                  bk_db_int(filter->is_after ? filter->after_id : 0),
                                  bk_db_int(filter->limit)};
    each_t calls = {row, baton};

    return bk_db_each(handle, BOOKING_CLOSURE_EACH, args, 6, booking_closures_fields.count,
                      each_row, &calls, p);
}

const booking_closures_store_verbs_t booking_closures_store_dbd = {.create = create,
                                                                   .archive = archive,
                                                                   .restore = restore,
                                                                   .find = find,
                                                                   .change = change,
                                                                   .end = end,
                                                                   .each = each};

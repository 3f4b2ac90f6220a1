#include "booking_prune.h"

#include "booking_events_store.h"
#include "booking_store_dbd_private.h"

/* Rows of a transaction. */
enum { PAGE = 500 };

typedef struct pruning_t {
    bk_db_t *db;
    apr_int64_t before_ns;
    int statement; /* for the bookings of a page */
    booking_prune_done_t *done;
    apr_int64_t start_ns, id; /* the last booking of the page before */
    int is_last;              /* there are no more bookings */
    apr_pool_t *pool;
} pruning_t;

/* ---- bookings -----------------------------------------------------------------------------------
 */

/* Find the last booking of the page. @return APR_NOTFOUND: it is not full */
static apr_status_t find_end(pruning_t *pruning, apr_int64_t *start_ns, apr_int64_t *id)
{
    const bk_db_value_t args[] = {bk_db_int(pruning->start_ns), bk_db_int(pruning->id),
                                  bk_db_int(pruning->before_ns), bk_db_int(PAGE - 1)};
    bk_db_value_t row[2];
    apr_status_t rv = bk_db_read(pruning->db, BOOKING_PRUNE_PAGE, args, 4, row, 2, pruning->pool);

    if (rv == APR_SUCCESS) {
        *start_ns = row[0].number;
        *id = row[1].number;
    }
    return rv;
}

/* What the triggers write of it into the log is taken back: the log is about persons, too. */
static apr_status_t prune_bookings(pruning_t *pruning)
{
    apr_int64_t start_ns = pruning->before_ns, id = 0, changed = 0;
    bk_db_value_t last;
    apr_status_t rv =
        bk_db_read(pruning->db, BOOKING_EVENTS_LAST, NULL, 0, &last, 1, pruning->pool);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = find_end(pruning, &start_ns, &id);
    pruning->is_last = rv == APR_NOTFOUND;
    if (rv == APR_SUCCESS || rv == APR_NOTFOUND) {
        const bk_db_value_t args[] = {bk_db_int(pruning->start_ns), bk_db_int(pruning->id),
                                      bk_db_int(start_ns), bk_db_int(id),
                                      bk_db_int(pruning->before_ns)};

        rv = bk_db_write(pruning->db, pruning->statement, args, 5, &changed);
    }
    if (rv == APR_SUCCESS && changed) {
        rv = bk_db_write(pruning->db, BOOKING_EVENTS_TAKE_BACK, &last, 1, NULL);
    }
    pruning->done->bookings += changed;
    pruning->start_ns = start_ns;
    pruning->id = id;
    return rv;
}

static apr_status_t prune_all_bookings(pruning_t *pruning)
{
    apr_status_t rv = APR_SUCCESS;

    pruning->start_ns = APR_INT64_MIN;
    while (rv == APR_SUCCESS && !pruning->is_last) {
        apr_int64_t before = pruning->done->bookings;

        rv = bk_db_begin(pruning->db);
        if (rv == APR_SUCCESS) {
            rv = bk_db_end(pruning->db, prune_bookings(pruning));
        }
        if (rv != APR_SUCCESS) {
            pruning->done->bookings = before;
        }
        apr_pool_clear(pruning->pool);
    }
    return rv;
}

/* ---- events -------------------------------------------------------------------------------------
 */

static apr_status_t anonymise_events(pruning_t *pruning)
{
    bk_db_value_t last;
    apr_int64_t seq = 0, changed;
    apr_status_t rv =
        bk_db_read(pruning->db, BOOKING_EVENTS_LAST, NULL, 0, &last, 1, pruning->pool);

    for (; rv == APR_SUCCESS && seq < last.number; seq += PAGE) {
        const bk_db_value_t args[] = {bk_db_int(seq), bk_db_int(seq + PAGE),
                                      bk_db_int(pruning->before_ns)};

        rv = bk_db_write(pruning->db, BOOKING_EVENTS_ANONYMISE, args, 3, &changed);
        pruning->done->anonymised += rv == APR_SUCCESS ? changed : 0;
    }
    return rv;
}

/* Series whose bookings are all over, and closures: there are few of them. */
static apr_status_t anonymise_rest(pruning_t *pruning)
{
    const bk_db_value_t before = bk_db_int(pruning->before_ns);
    apr_status_t rv = bk_db_write(pruning->db, BOOKING_PRUNE_SERIES, &before, 1, NULL);

    return rv == APR_SUCCESS ? bk_db_write(pruning->db, BOOKING_PRUNE_CLOSURES, &before, 1, NULL)
                             : rv;
}

static apr_status_t delete_events(pruning_t *pruning)
{
    apr_status_t rv;
    int deleted;

    do {
        rv = booking_events_store_dbd.trim(pruning->db, pruning->before_ns, PAGE, &deleted,
                                           pruning->pool);
        if (rv == BOOKING_EVENTS_MOVED) {
            rv = booking_events_store_dbd.mend(pruning->db, pruning->pool);
            deleted = 1;
        }
        else {
            pruning->done->deleted += deleted;
        }
        apr_pool_clear(pruning->pool);
    } while (rv == APR_SUCCESS && deleted);
    return rv;
}

/* ---- both ---------------------------------------------------------------------------------------
 */

/* @param statement  BOOKING_PRUNE_DELETE or BOOKING_PRUNE_ANONYMISE */
static apr_status_t prune(void *handle, apr_int64_t before_ns, int statement,
                          booking_prune_done_t *done, apr_pool_t *p)
{
    pruning_t pruning = {handle, before_ns, statement, done};
    apr_status_t rv;

    *done = (booking_prune_done_t){0, 0, 0};
    apr_pool_create(&pruning.pool, p);
    rv = prune_all_bookings(&pruning);
    if (rv == APR_SUCCESS && statement == BOOKING_PRUNE_DELETE) {
        rv = delete_events(&pruning);
    }
    if (rv == APR_SUCCESS) {
        rv = anonymise_events(&pruning);
    }
    if (rv == APR_SUCCESS) {
        rv = anonymise_rest(&pruning);
    }
    apr_pool_destroy(pruning.pool);
    return rv;
}

apr_status_t booking_prune(void *handle, apr_int64_t before_ns, booking_prune_done_t *done,
                           apr_pool_t *p)
{
    return prune(handle, before_ns, BOOKING_PRUNE_DELETE, done, p);
}

apr_status_t booking_prune_anonymise(void *handle, apr_int64_t before_ns,
                                     booking_prune_done_t *done, apr_pool_t *p)
{
    return prune(handle, before_ns, BOOKING_PRUNE_ANONYMISE, done, p);
}

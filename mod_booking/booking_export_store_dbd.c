/* All bookings that are looked for, in a database. */
#include "booking_export_store.h"

/* Rows that are in memory at a time: PostgreSQL sends a whole page. */
enum { PAGE = 500 };

typedef struct reading_t {
    booking_v1_filter_t filter; /* with the place of the last row */
    apr_status_t (*row)(void *baton, const booking_v1_t *row);
    void *baton;
    int count; /* of the present page */
} reading_t;

static apr_status_t read_row(void *baton, const booking_v1_t *row)
{
    reading_t *reading = baton;

    reading->count++;
    reading->filter.is_after = 1;
    reading->filter.after_ns = row->start_ns;
    reading->filter.after_id = row->id;
    return reading->row(reading->baton, row);
}

/* While a page is read, the filter must not change. */
static apr_status_t read_pages(bk_db_t *db, reading_t *reading, apr_pool_t *page)
{
    apr_status_t rv;

    do {
        const booking_v1_filter_t filter = reading->filter;

        reading->count = 0;
        rv = booking_v1_store_dbd.each(db, &filter, read_row, reading, page);
        apr_pool_clear(page);
    } while (rv == APR_SUCCESS && reading->count == PAGE);
    return rv;
}

static apr_status_t all(void *handle, const booking_v1_filter_t *filter,
                        apr_status_t (*row)(void *baton, const booking_v1_t *row), void *baton,
                        apr_pool_t *p)
{
    reading_t reading = {*filter, row, baton, 0};
    apr_pool_t *page;
    apr_status_t rv = bk_db_begin_read(handle);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    reading.filter.limit = PAGE;
    apr_pool_create(&page, p);
    rv = bk_db_end(handle, read_pages(handle, &reading, page));
    apr_pool_destroy(page);
    return rv;
}

const booking_export_store_verbs_t booking_export_store_dbd = {.all = all};

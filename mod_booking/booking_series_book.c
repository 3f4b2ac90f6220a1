/* How the dates of a series are booked. */
#include "booking_series_book.h"

#include "bk_db_fields.h"
#include "bk_json_text.h"
#include "bk_time.h"
#include "booking_limits.h"
#include "booking_rows.h"
#include "booking_store_dbd_private.h"

/* All dates cannot be written by one statement. */
#define ONE_BY_ONE APR_EAGAIN

/* A series that is being booked. */
typedef struct booking_it_t {
    bk_db_t *db;
    booking_series_plan_t *plan;
    booking_limit_t *limits; /* of all dates, each once */
    booking_used_t *used;    /* of each of them, before the series */
    int count;
    booking_used_t *of_one; /* room for those of one date */
    apr_pool_t *p;
} booking_it_t;

/* ---- quotas -------------------------------------------------------------------------------------
 */

/* The number of a limit; that of a new one if it is none of those that are known. */
static int find_limit(const booking_it_t *it, const booking_limit_t *limit)
{
    int i = 0;

    while (i < it->count && !booking_limits_equal(&it->limits[i], limit)) {
        i++;
    }
    return i;
}

static apr_status_t count_limits(booking_it_t *it)
{
    const booking_series_plan_t *plan = it->plan;
    int i, k, number, all = 0, most = 0;

    for (i = 0; i < plan->count; i++) {
        all += plan->items[i].limits.count;
        most = plan->items[i].limits.count > most ? plan->items[i].limits.count : most;
    }
    it->limits = apr_palloc(it->p, ((apr_size_t)all + 1) * sizeof(*it->limits));
    it->of_one = apr_palloc(it->p, ((apr_size_t)most + 1) * sizeof(*it->of_one));
    for (i = 0; i < plan->count; i++) {
        for (k = 0; k < plan->items[i].limits.count; k++) {
            number = find_limit(it, &plan->items[i].limits.list[k]);
            it->limits[number] = plan->items[i].limits.list[k];
            it->count += number == it->count;
        }
    }
    it->used = apr_palloc(it->p, ((apr_size_t)it->count + 1) * sizeof(*it->used));
    return booking_limits_count(it->db, plan->series.user_id, 0, it->limits, it->count, it->used,
                                it->p);
}

/* How much of a limit is used before a date: by bookings of before, and by the dates before it. */
static booking_used_t used_before(const booking_it_t *it, int date, const booking_limit_t *limit)
{
    booking_used_t used = it->used[find_limit(it, limit)];
    int i;

    for (i = 0; i < date; i++) {
        const booking_series_item_t *item = &it->plan->items[i];

        if (item->result == APR_SUCCESS && booking_limits_has(limit, &item->row)) {
            used.count++;
            used.minutes += booking_limits_minutes(&item->row);
        }
    }
    return used;
}

static apr_status_t check_limits(const booking_it_t *it, int date)
{
    booking_series_item_t *item = &it->plan->items[date];
    int i;

    for (i = 0; i < item->limits.count; i++) {
        it->of_one[i] = used_before(it, date, &item->limits.list[i]);
    }
    return booking_limits_check(&item->limits, it->of_one, booking_limits_minutes(&item->row));
}

/* ---- one by one ---------------------------------------------------------------------------------
 */

static apr_status_t add_one_by_one(const booking_it_t *it)
{
    apr_status_t rv = APR_SUCCESS;
    int i;

    for (i = 0; i < it->plan->count && rv == APR_SUCCESS; i++) {
        booking_series_item_t *item = &it->plan->items[i];

        item->result = check_limits(it, i);
        if (item->result == APR_SUCCESS) {
            item->result = rv = booking_rows_add(it->db, &item->row, it->p);
        }
        rv = rv == BOOKING_V1_STORE_TAKEN ? APR_SUCCESS : rv;
    }
    return rv;
}

/* ---- all at once --------------------------------------------------------------------------------
 */

/* What is not given is NULL. */
static void write_row(bk_json_text_t *text, const booking_v1_t *row)
{
    bk_db_value_t values[BK_FIELDS_MOST];
    int i;

    bk_db_fields_bind(values, &booking_v1_fields, row);
    bk_json_text_object(text, NULL);
    for (i = 0; i < booking_v1_fields.count; i++) {
        if (values[i].type == BK_DB_INT) {
            bk_json_text_int(text, booking_v1_fields.list[i].column, values[i].number);
        }
        else if (values[i].type == BK_DB_TEXT) {
            bk_json_text_string(text, booking_v1_fields.list[i].column, values[i].text);
        }
    }
    bk_json_text_object_end(text);
}

static const char *text_of(const booking_it_t *it)
{
    bk_json_text_t text;
    apr_size_t len;
    int i;

    bk_json_text_begin(&text, it->p);
    bk_json_text_array(&text, "rows");
    for (i = 0; i < it->plan->count; i++) {
        write_row(&text, &it->plan->items[i].row);
    }
    bk_json_text_array_end(&text);
    return bk_json_text_end(&text, &len);
}

/* Has been added. */
static apr_status_t note(void *baton, const bk_db_value_t *row)
{
    const booking_series_plan_t *plan = baton;
    int i = 0;

    while (i < plan->count && plan->items[i].row.id != row[0].number) {
        i++;
    }
    if (i < plan->count) {
        plan->items[i].result = APR_SUCCESS;
    }
    return APR_SUCCESS;
}

static int has_taken(const booking_series_plan_t *plan)
{
    int i = 0;

    while (i < plan->count && plan->items[i].result != BOOKING_V1_STORE_TAKEN) {
        i++;
    }
    return i < plan->count;
}

/* What is in the way of a date may have expired.
 * @return ONE_BY_ONE: something has, between the first date and the last */
static apr_status_t check_expired(const booking_it_t *it)
{
    const booking_v1_t *first = &it->plan->items[0].row;
    const booking_v1_t *last = &it->plan->items[it->plan->count - 1].row;
    const bk_db_value_t args[] = {
        bk_db_text(first->space_id), bk_db_int(first->start_ns - first->setup_ns),
        bk_db_int(last->end_ns + last->teardown_ns), bk_db_int(bk_time_now())};
    bk_db_value_t one;
    apr_status_t rv;

    if (!has_taken(it->plan)) {
        return APR_SUCCESS;
    }
    rv = bk_db_read(it->db, BOOKING_EXPIRED, args, 4, &one, 1, it->p);
    if (rv == APR_NOTFOUND) {
        return APR_SUCCESS;
    }
    return rv == APR_SUCCESS ? ONE_BY_ONE : rv;
}

static apr_status_t write_all(const booking_it_t *it)
{
    const bk_db_value_t rows = bk_db_text(text_of(it));
    apr_status_t rv;
    int i;

    for (i = 0; i < it->plan->count; i++) {
        it->plan->items[i].result = BOOKING_V1_STORE_TAKEN;
    }
    rv = bk_db_each(it->db, BOOKING_INSERT_ALL, &rows, 1, 1, note, it->plan, it->p);
    if (rv == APR_SUCCESS) {
        rv = check_expired(it);
    }
    for (i = 0; i < it->plan->count && rv == APR_SUCCESS; i++) {
        rv = check_limits(it, i) == APR_SUCCESS ? APR_SUCCESS : ONE_BY_ONE;
    }
    return rv;
}

static apr_status_t add_all_at_once(const booking_it_t *it)
{
    apr_status_t rv;

    if (it->plan->count < 2 || !bk_db_has(it->db, BOOKING_INSERT_ALL)) {
        return ONE_BY_ONE;
    }
    rv = bk_db_begin(it->db);
    return rv == APR_SUCCESS ? bk_db_end(it->db, write_all(it)) : rv;
}

apr_status_t booking_series_book(bk_db_t *db, booking_series_plan_t *plan, apr_pool_t *p)
{
    booking_it_t it = {.db = db, .plan = plan, .p = p};
    apr_status_t rv = count_limits(&it);

    if (rv == APR_SUCCESS) {
        rv = add_all_at_once(&it);
    }
    return rv == ONE_BY_ONE ? add_one_by_one(&it) : rv;
}

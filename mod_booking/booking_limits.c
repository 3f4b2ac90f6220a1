/* What a person has used of quotas. */
#include "booking_limits.h"

#include <string.h>

#include "bk_json_text.h"
#include "bk_time.h"
#include "booking_store_dbd_private.h"

/* Whole minutes are subtracted, as the database does it: two instants can be further apart than 64
 * bits of nanoseconds tell. */
apr_int64_t booking_limits_minutes(const booking_v1_t *row)
{
    return row->end_ns / BK_TIME_MINUTE - row->start_ns / BK_TIME_MINUTE;
}

/* Whether what began before the period counts as well, if it has not ended by then. */
static int has_begun(const booking_limit_t *limit)
{
    return limit->quota->per == BK_QUOTA_FUTURE || limit->quota->per == BK_QUOTA_CONCURRENT;
}

/* ---- in the database ----------------------------------------------------------------------------
 */

/* From when on bookings may have begun that have not ended when the period begins, unless they are
 * longer than a day: a nanosecond earlier, for halves are compared to tell that. */
static apr_int64_t edge_of(const booking_limit_t *limit)
{
    apr_int64_t start = limit->period.start_ns;

    if (!has_begun(limit)) {
        return start;
    }
    return start < APR_INT64_MIN + BK_TIME_DAY + 1 ? APR_INT64_MIN : start - BK_TIME_DAY - 1;
}

/* The elements are those of LIMITS in booking_store_dbd_sql.h. */
static void write_limit(bk_json_text_t *text, const booking_limit_t *limit, apr_int64_t minutes)
{
    bk_json_text_array(text, NULL);
    bk_json_text_int(text, NULL, limit->period.start_ns);
    bk_json_text_int(text, NULL, limit->period.end_ns);
    bk_json_text_int(text, NULL, edge_of(limit));
    bk_json_text_string(text, NULL, limit->policy ? limit->policy : "");
    bk_json_text_string(text, NULL, limit->building ? limit->building : "");
    bk_json_text_int(text, NULL, limit->quota->count);
    if (limit->quota->minutes) {
        bk_json_text_int(text, NULL, limit->quota->minutes - minutes);
    }
    else {
        bk_json_text_string(text, NULL, NULL);
    }
    bk_json_text_array_end(text);
}

/* How many bookings each limit allows, wherever it counts them. */
typedef struct least_t {
    apr_int64_t count;    /* 0: a limit is of minutes, too */
    apr_int64_t edge_ns;  /* the earliest */
    apr_int64_t since_ns; /* the earliest beginning of those in which long ones count that began
                             before their edges */
} least_t;

static apr_int64_t smaller(apr_int64_t one, apr_int64_t other)
{
    return one < other ? one : other;
}

static least_t least_of(const booking_limit_t *list, int count)
{
    least_t least = {APR_INT64_MAX, APR_INT64_MAX, APR_INT64_MAX};
    int i;

    for (i = 0; i < count; i++) {
        const bk_quota_t *quota = list[i].quota;

        if (quota->minutes || quota->count) {
            least.count = smaller(least.count, quota->minutes ? 0 : quota->count);
        }
        least.edge_ns = smaller(least.edge_ns, edge_of(&list[i]));
        if (has_begun(&list[i])) {
            least.since_ns = smaller(least.since_ns, list[i].period.start_ns);
        }
    }
    return least;
}

static const char *text_of(const booking_limit_t *list, int count, apr_int64_t minutes,
                           apr_pool_t *p)
{
    bk_json_text_t text;
    apr_size_t len;
    int i;

    bk_json_text_begin(&text, p);
    bk_json_text_array(&text, "l");
    for (i = 0; i < count; i++) {
        write_limit(&text, &list[i], minutes);
    }
    bk_json_text_array_end(&text);
    return bk_json_text_end(&text, &len);
}

void booking_limits_bind(bk_db_value_t args[BOOKING_LIMITS_VALUES], const booking_limits_t *limits,
                         apr_int64_t minutes, apr_pool_t *p)
{
    least_t least = least_of(limits->list, limits->count);

    args[0] = bk_db_text(text_of(limits->list, limits->count, minutes, p));
    args[1] = bk_db_int(least.count);
    args[2] = bk_db_int(least.edge_ns);
    args[3] = bk_db_int(least.since_ns);
}

static apr_status_t add_used(void *baton, const bk_db_value_t *row)
{
    booking_used_t **next = baton;

    *(*next)++ = (booking_used_t){row[0].number, row[1].number};
    return APR_SUCCESS;
}

apr_status_t booking_limits_count(bk_db_t *db, apr_int64_t user_id, apr_int64_t but,
                                  const booking_limit_t *list, int count, booking_used_t *used,
                                  apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(user_id), bk_db_int(but),
                                  bk_db_text(text_of(list, count, 0, p))};
    booking_used_t *next = used;

    return count ? bk_db_each(db, BOOKING_USED, args, 3, 2, add_used, &next, p) : APR_SUCCESS;
}

/* ---- here ---------------------------------------------------------------------------------------
 */

static int is_equal(const char *one, const char *other)
{
    return one == other || (one && other && strcmp(one, other) == 0);
}

static int is_of(const char *limited, const char *name)
{
    return !limited || is_equal(limited, name);
}

int booking_limits_has(const booking_limit_t *limit, const booking_v1_t *row)
{
    const bk_span_t *period = &limit->period;

    return row->start_ns < period->end_ns &&
           (row->start_ns >= period->start_ns ||
            (has_begun(limit) && row->end_ns > period->start_ns)) &&
           is_of(limit->policy, row->policy) && is_of(limit->building, row->building);
}

int booking_limits_equal(const booking_limit_t *one, const booking_limit_t *other)
{
    return one->period.start_ns == other->period.start_ns &&
           one->period.end_ns == other->period.end_ns && has_begun(one) == has_begun(other) &&
           is_equal(one->policy, other->policy) && is_equal(one->building, other->building);
}

apr_status_t booking_limits_check(booking_limits_t *limits, const booking_used_t *used,
                                  apr_int64_t minutes)
{
    int i;

    for (i = 0; i < limits->count; i++) {
        if (!bk_quota_allows(limits->list[i].quota, used[i].count, used[i].minutes, minutes)) {
            limits->full = i;
            return BOOKING_V1_STORE_QUOTA;
        }
    }
    return APR_SUCCESS;
}

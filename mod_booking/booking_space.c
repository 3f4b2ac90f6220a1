#include "booking_space.h"

#include <apr_strings.h>

#include "bk_hours.h"
#include "bk_call.h"
#include "bk_json.h"
#include "bk_space_id.h"

/* The space's limits that a booking is checked against. */
typedef struct limits_t {
    const char *space_id; /* the space that was requested */
    apr_int64_t capacity; /* 0: no limit */
    bk_time_t open_time, close_time;
    const bk_time_t *open, *close; /* those two; NULL: no limit */
    const bk_json_t *space;        /* the whole answer */
} limits_t;

static int says(const bk_reply_t *reply, const char *member, const char *what)
{
    const char *said;

    return bk_json_string(reply->body, member, &said, NULL) == BK_JSON_OK &&
           strcmp(said, what) == 0;
}

/* Whether a reply says that the space does not exist. A path that no route has is answered with the
 * same status and code; only the message differs. */
static int is_no_space(const bk_reply_t *reply)
{
    return reply->status == HTTP_NOT_FOUND && says(reply, "ErrCode", "NOT_FOUND") &&
           !says(reply, "Message", bk_error_no_route.message);
}

/* Read an opening or closing time. @return 0 if the member is present but no time, else 1 */
static int read_time(const bk_json_t *space, const char *name, bk_time_t *time,
                     const bk_time_t **stated)
{
    const char *text;

    *stated = NULL;
    switch (bk_json_string(space, name, &text, NULL)) {
    case BK_JSON_ABSENT:
        return 1;
    case BK_JSON_OK:
        *stated = time;
        return bk_time_parse(text, time);
    default:
        return 0;
    }
}

/* Read the limits of a space. They are checked like any other input, because another host may have
 * sent them. */
static int read_limits(const bk_json_t *space, limits_t *limits)
{
    limits->capacity = 0;
    return bk_json_int(space, "capacity", &limits->capacity) != BK_JSON_WRONG &&
           limits->capacity >= 0 &&
           read_time(space, "openTime", &limits->open_time, &limits->open) &&
           read_time(space, "closeTime", &limits->close_time, &limits->close);
}

/* Check that a reply describes the requested space, or says that it does not exist.
 * @return NULL, or what is wrong */
static const char *validate(const bk_reply_t *reply, void *baton)
{
    limits_t *limits = baton;

    if (is_no_space(reply) ||
        (reply->status == HTTP_OK && says(reply, "spaceID", limits->space_id) &&
         read_limits(reply->body, limits))) {
        return NULL;
    }
    return "its answer describes no space, or another one";
}

static int ask(bk_request_t *request, limits_t *limits)
{
    apr_pool_t *p = request->r->pool;
    bk_reply_t reply;

    bk_call(request, BOOKING_SPACE, apr_pstrcat(p, "/", bk_call_segment(limits->space_id, p), NULL),
            NULL, validate, limits, &reply);
    if (reply.problem) {
        return bk_call_failed(request, &booking_error_space_service, &booking_error_space, &reply);
    }
    limits->space = reply.body;
    return is_no_space(&reply) ? bk_answer_error(request, &booking_error_space, NULL) : BK_CONTINUE;
}

/* Format a length of time in the largest unit in which it is a whole number: "31 d". */
static const char *show_length(apr_interval_time_t length, apr_pool_t *p)
{
    static const struct {
        apr_int64_t seconds;
        const char *symbol;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    apr_int64_t seconds = apr_time_sec(length);
    int i = 0;

    while (seconds % units[i].seconds) {
        i++;
    }
    return apr_psprintf(p, "%" APR_INT64_T_FMT " %s", seconds / units[i].seconds, units[i].symbol);
}

static int check_length(bk_request_t *request, const booking_t *booking)
{
    apr_interval_time_t most = ((const booking_conf_t *)request->conf)->max_length;
    apr_uint64_t length = bk_time_between(booking->start_ns, booking->end_ns);

    if (!most || length <= (apr_uint64_t)most * 1000) {
        return BK_CONTINUE;
    }
    return bk_answer_error(request, &booking_error_hours,
                           apr_pstrcat(request->r->pool, "A booking is at most ",
                                       show_length(most, request->r->pool), " long here", NULL));
}

static int check_hours(bk_request_t *request, const booking_t *booking, const limits_t *limits)
{
    return bk_hours_fit(limits->open, limits->close, booking->start_ns, booking->end_ns)
               ? BK_CONTINUE
               : bk_answer_error(request, &booking_error_hours, NULL);
}

/* The limits that a space has without a policy; the maximum length holds with one, too. */
static int check_limits(bk_request_t *request, const booking_t *booking, const limits_t *limits)
{
    int result;

    if (limits->capacity > 0 && booking->occupants > limits->capacity) {
        return bk_answer_error(request, &booking_error_occupants, NULL);
    }
    result = check_length(request, booking);
    return result == BK_CONTINUE ? check_hours(request, booking, limits) : result;
}

int booking_space_check(bk_request_t *request, booking_t *booking, booking_v1_ruling_t *ruling)
{
    limits_t limits = {.space_id = booking->space_id};
    int result;

    if (!bk_space_id_ok(booking->space_id, strlen(booking->space_id))) {
        return bk_answer_error(request, &booking_error_space, NULL);
    }
    result = ask(request, &limits);
    if (result == BK_CONTINUE) {
        result = booking_policy_check(request, booking, limits.space, limits.capacity, ruling);
    }
    return result == BK_CONTINUE ? check_limits(request, booking, &limits) : result;
}

#include "space_v1_bookings.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_call.h"
#include "bk_caller.h"
#include "space_private.h"

/* Bytes of an answer that names 500 bookings. */
#define ANSWER_MOST (512 * 1024)

static int says(const bk_reply_t *reply, const char *member, const char *what)
{
    const char *said;

    return bk_json_string(reply->body, member, &said, NULL) == BK_JSON_OK &&
           strcmp(said, what) == 0;
}

static int has_bookings(const bk_reply_t *reply)
{
    const bk_json_value_t *conflicts = bk_json_member(reply->body, "conflicts");

    return reply->status == HTTP_CONFLICT && says(reply, "code", bk_problem_has_bookings.code) &&
           conflicts && conflicts->kind == BK_JSON_ARRAY;
}

/* Of a PUT. @param baton  the id of the space */
static const char *validate_closed(const bk_reply_t *reply, void *baton)
{
    return (reply->status == HTTP_OK && says(reply, "space", baton)) || has_bookings(reply)
               ? NULL
               : "its answer does not say that the space is closed";
}

static const char *validate_opened(const bk_reply_t *reply, void *baton)
{
    return reply->status == HTTP_OK && says(reply, "space", baton)
               ? NULL
               : "its answer does not say that the space is open";
}

static void call(bk_request_t *request, const char *id, bk_call_t *what, bk_reply_t *reply)
{
    apr_pool_t *p = request->r->pool;

    bk_request_release(request);
    what->url = apr_pstrcat(p, request->conf->dependencies[SPACE_BOOKING].path, "/archived/",
                            bk_call_segment(id, p), NULL);
    what->authorization = bk_caller_authorization(request);
    what->most = ANSWER_MOST;
    what->baton = (void *)id;
    bk_call_url(request, SPACE_BOOKING, what, reply);
}

static const char *write_wish(const char *reason, int cancels, apr_size_t *len, apr_pool_t *p)
{
    bk_json_text_t text;

    bk_json_text_begin(&text, p);
    bk_json_text_string(&text, "reason", reason);
    bk_json_text_string(&text, "bookings", cancels ? "cancel" : "refuse");
    return bk_json_text_end(&text, len);
}

static void write_conflicts(bk_json_text_t *text, const void *reply)
{
    bk_json_text_value(text, "conflicts",
                       bk_json_member(((const bk_reply_t *)reply)->body, "conflicts"));
}

int space_v1_bookings_close(bk_request_t *request, const char *id, const char *reason, int cancels)
{
    apr_pool_t *p = request->r->pool;
    bk_call_t what = {.method = "PUT", .validate = validate_closed, .is_optional = 1};
    const char *detail = NULL;
    bk_reply_t reply;

    what.body = write_wish(reason, cancels, &what.len, p);
    call(request, id, &what, &reply);
    if (reply.problem) {
        return bk_call_failed(request, &space_error_booking_service, &space_error_booking_service,
                              &reply);
    }
    if (reply.status == HTTP_OK) {
        return BK_CONTINUE;
    }
    (void)bk_json_string(reply.body, "detail", &detail, NULL);
    return bk_answer_problem_with(request, &bk_problem_has_bookings, detail, write_conflicts,
                                  &reply);
}

static void ask_to_open(bk_request_t *request, const char *id, bk_reply_t *reply)
{
    bk_call_t what = {.method = "DELETE", .validate = validate_opened, .is_optional = 1};

    call(request, id, &what, reply);
}

/* Where there is no booking service at all, nothing was closed by it. */
int space_v1_bookings_open(bk_request_t *request, const char *id)
{
    bk_reply_t reply;

    ask_to_open(request, id, &reply);
    return reply.problem && !reply.absent ? bk_call_failed(request, &space_error_booking_service,
                                                           &space_error_booking_service, &reply)
                                          : BK_CONTINUE;
}

void space_v1_bookings_take_back(bk_request_t *request, const char *id)
{
    bk_reply_t reply;

    ask_to_open(request, id, &reply);
    if (reply.problem) {
        ap_log_rerror(BK_MARK, APLOG_WARNING, 0, request->r,
                      "BK0672: %s is not archived, and nothing can be booked there until it is, or "
                      "is restored: %s",
                      id, reply.problem);
    }
}

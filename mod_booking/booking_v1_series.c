#include "booking_v1_series.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_read.h"
#include "bk_representation.h"
#include "bk_settle.h"
#include "bk_text.h"
#include "bk_time.h"
#include "booking_people.h"
#include "booking_v1_judge.h"
#include "booking_v1_series_json.h"
#include "booking_v1_view.h"

const bk_input_row_t booking_v1_series_cancellation[] = {
    {.name = "from", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_NULLABLE, .min = 1, .max = 40},
    {.name = "to", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_NULLABLE, .min = 1, .max = 40},
    {.name = "reason",
     .kind = BK_INPUT_TEXT,
     .flags = BK_INPUT_NULLABLE | BK_INPUT_LINES,
     .min = 0,
     .max = 500},
    {.name = "notify", .kind = BK_INPUT_BOOL},
    {NULL}};

/* ---- finding ------------------------------------------------------------------------------------
 */

/* A series that a request is about. */
typedef struct about_t {
    booking_series_t series;
    booking_series_counts_t counts;
    const booking_space_t *space; /* NULL: the caller may not see it */
    booking_v1_view_t view;       /* of its bookings */
} about_t;

static int answer_none(bk_request_t *request)
{
    return bk_answer_problem(request, &bk_problem_not_found,
                             "There is no such series, or the caller may not see it");
}

int booking_v1_series_read_id(bk_request_t *request)
{
    return bk_text_id(request->params[0], &request->id) ? BK_CONTINUE : answer_none(request);
}

static apr_status_t find(bk_request_t *request, void *baton)
{
    about_t *about = baton;
    const booking_series_store_verbs_t *verbs = booking_v1_series_make_verbs(request);
    apr_status_t rv = verbs->find(request->handle, request->id, &about->series, request->r->pool);

    return rv == APR_SUCCESS ? verbs->count(request->handle, request->id, bk_time_now(),
                                            &about->counts, request->r->pool)
                             : rv;
}

/* Who sees all of its bookings sees the series. */
static booking_v1_view_t view_of(const bk_request_t *request, const about_t *about)
{
    const booking_series_t *series = &about->series;
    const booking_v1_t row = {.space_id = series->space_id,
                              .user_id = series->user_id,
                              .created_by = series->created_by,
                              .changed_by = BK_FIELD_NONE,
                              .expires_ns = BK_FIELD_NONE,
                              .end_ns = INT64_MAX};

    return booking_v1_view(request, about->space, &row);
}

/* The store is not held while the space service is asked. */
static int find_with_space(bk_request_t *request, about_t *about)
{
    const booking_spaces_t *spaces;
    apr_status_t rv;
    int result = bk_read(request, find, about, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv != APR_SUCCESS) {
        return rv == APR_NOTFOUND ? answer_none(request) : bk_store_failed(request, rv);
    }
    bk_request_release(request);
    result = booking_spaces_by_id(request, &about->series.space_id, 1, &spaces);
    if (result != BK_CONTINUE) {
        return result;
    }
    about->space = booking_spaces_get(spaces, about->series.space_id);
    about->view = view_of(request, about);
    return about->view.is_seen && about->view.detail == BK_DETAIL_FULL ? BK_CONTINUE
                                                                       : answer_none(request);
}

int booking_v1_series_get(bk_request_t *request)
{
    about_t about = {.space = NULL};
    bk_json_text_t text;
    apr_size_t len;
    const char *whole;
    int result = find_with_space(request, &about);

    if (result != BK_CONTINUE) {
        return result;
    }
    (void)booking_people_learn(
        request, (const apr_int64_t[]){about.series.user_id, about.series.created_by}, 2);
    bk_json_text_begin(&text, request->r->pool);
    booking_v1_series_json_write(&text, request, &about.series, about.space);
    booking_v1_series_json_counts(&text, &about.counts, about.space);
    whole = bk_json_text_end(&text, &len);
    return bk_representation_answer_version(request, about.series.version, whole, len);
}

/* ---- changing -----------------------------------------------------------------------------------
 */

/* The version that the request names; 0: any. */
static apr_int64_t version_of(const bk_request_t *request, const about_t *about)
{
    const char *if_match = apr_table_get(request->r->headers_in, "If-Match");

    return if_match && strcmp(if_match, "*") != 0 ? about->series.version : 0;
}

/* For bk_settle(): whether the series was changed at that moment. */
static apr_status_t find_changed(bk_request_t *request, void *act)
{
    booking_series_t found;
    apr_status_t rv = booking_v1_series_make_verbs(request)->find(request->handle, request->id,
                                                                  &found, request->r->pool);

    return rv == APR_SUCCESS && found.changed_ns != ((booking_series_act_t *)act)->now_ns
               ? APR_NOTFOUND
               : rv;
}

/* If somebody else's change came between, the version that was named is no longer the one. */
static int answer_failure(bk_request_t *request, apr_status_t rv, const about_t *about)
{
    switch (rv) {
    case APR_NOTFOUND:
        return answer_none(request);
    case BOOKING_V1_STORE_CHANGED:
        return bk_representation_check_version(request, about->series.version + 1);
    case BOOKING_SERIES_STORE_NONE:
        return bk_answer_problem(request, &bk_problem_not_pending,
                                 "No booking of the series is pending");
    default:
        return bk_store_failed(request, rv);
    }
}

static void audit(const bk_request_t *request, const about_t *about, const char *event,
                  apr_int64_t count)
{
    apr_pool_t *p = request->r->pool;

    bk_audit(request, event, about->series.user_id, request->caller.id, "series",
             apr_psprintf(p, "%" APR_INT64_T_FMT, about->series.id), "space",
             about->series.space_id, "bookings", apr_psprintf(p, "%" APR_INT64_T_FMT, count), NULL);
}

/* Answer how many there were: {"cancelled":17}. */
static int answer_count(bk_request_t *request, const about_t *about, const char *member,
                        apr_int64_t count)
{
    bk_json_text_t text;
    apr_size_t len;
    const char *whole;

    bk_json_text_begin(&text, request->r->pool);
    bk_json_text_id(&text, "id", about->series.id);
    bk_json_text_int(&text, member, count);
    whole = bk_json_text_end(&text, &len);
    return bk_answer_json_text(request, HTTP_OK, whole, len);
}

/* ---- cancelling ---------------------------------------------------------------------------------
 */

/* A date is its midnight; a time without an offset is of the clock of the space.
 * @param zone  NULL: the caller sees no space, and so no clock of it */
static void read_when(const bk_input_t *input, const char *name, const bk_zone_t *zone,
                      apr_int64_t *ns, bk_faults_t *faults)
{
    const char *text = bk_input_text(input, name, NULL);
    bk_fault_pointer_t where = {NULL, name, 0};
    apr_int64_t wall, end;
    bk_time_t time;

    if (!text) {
        return;
    }
    if (bk_time_parse(text, &time)) {
        *ns = time.ns;
    }
    else if (!zone) {
        bk_fault_add(faults, &where, BK_FAULT_BAD_TIME,
                     "must be an instant with its offset: there is no clock of the space");
    }
    else if (bk_time_parse_date(text, &wall)) {
        bk_zone_day(zone, wall, ns, &end);
    }
    else if (bk_time_parse_wall(text, &wall)) {
        if (bk_zone_instant(zone, wall, ns) == BK_ZONE_NEVER) {
            bk_fault_add(faults, &where, bk_problem_time_does_not_exist.code, BK_ZONE_NEVER_TEXT);
        }
    }
    else {
        bk_fault_add(faults, &where, BK_FAULT_BAD_TIME,
                     "must be a date, or a time such as 2030-05-14T10:00");
    }
}

/* What has begun is not cancelled; nor, by who does not manage the space, what begins sooner than
 * its policy has it. */
static apr_int64_t earliest(const bk_request_t *request, const about_t *about, apr_int64_t now)
{
    int minutes = about->space && about->space->rules ? about->space->rules->rules.cancel_until : 0;
    booking_v1_rules_t rules;
    bk_person_t person;

    if (!minutes || about->view.manages) {
        return now + 1;
    }
    rules = booking_v1_judge_rules(request, about->space);
    person = booking_v1_judge_person(request, &about->space->managers);
    return bk_policy_overrides(booking_v1_judge_policy(&rules), &person)
               ? now + 1
               : now + minutes * BK_TIME_MINUTE;
}

static int read_part(bk_request_t *request, const about_t *about, booking_series_part_t *part,
                     apr_int64_t now)
{
    const bk_zone_t *zone = about->space ? about->space->zone : NULL;
    apr_int64_t first = earliest(request, about, now);
    bk_faults_t faults;

    bk_fault_none(&faults, request->r->pool);
    *part = (booking_series_part_t){.series_id = about->series.id,
                                    .from_ns = INT64_MIN,
                                    .to_ns = INT64_MAX,
                                    .version = version_of(request, about)};
    read_when(request->input, "from", zone, &part->from_ns, &faults);
    read_when(request->input, "to", zone, &part->to_ns, &faults);
    part->from_ns = part->from_ns > first ? part->from_ns : first;
    return bk_fault_count(&faults) ? bk_answer_faults(request, &faults) : BK_CONTINUE;
}

int booking_v1_series_cancel(bk_request_t *request)
{
    booking_series_act_t act = {.by = request->caller.id,
                                .now_ns = bk_time_now(),
                                .reason = bk_input_text(request->input, "reason", NULL)};
    about_t about = {.space = NULL};
    booking_series_part_t part;
    apr_int64_t count;
    apr_status_t rv;
    int result = find_with_space(request, &about);

    if (result == BK_CONTINUE && !about.view.may_cancel) {
        result =
            bk_answer_problem(request, &bk_problem_forbidden,
                              "Only its owner, and managers of the space, may cancel a series");
    }
    if (result == BK_CONTINUE) {
        result = bk_representation_check_version(request, about.series.version);
    }
    if (result == BK_CONTINUE) {
        result = read_part(request, &about, &part, act.now_ns);
    }
    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    rv = booking_v1_series_make_verbs(request)->cancel(request->handle, &part, &act, &count,
                                                       request->r->pool);
    rv = bk_settle(request, rv, find_changed, &act);
    if (rv != APR_SUCCESS) {
        return answer_failure(request, rv, &about);
    }
    audit(request, &about, "BK0575: event=cancel-series", count);
    return answer_count(request, &about, "cancelled", count);
}

/* ---- deciding -----------------------------------------------------------------------------------
 */

static int decide(bk_request_t *request, booking_state_t state, const char *reason,
                  const char *event)
{
    int is_approval = state == BOOKING_STATE_CONFIRMED;
    booking_series_act_t act = {
        .by = request->caller.id, .now_ns = bk_time_now(), .reason = reason};
    about_t about = {.space = NULL};
    booking_series_part_t part = {.from_ns = INT64_MIN, .to_ns = INT64_MAX};
    apr_int64_t count;
    apr_status_t rv;
    int result = find_with_space(request, &about);

    if (result == BK_CONTINUE && !about.view.approves) {
        result = bk_answer_problem(request, &bk_problem_forbidden,
                                   "Only people who approve requests for the space may decide");
    }
    if (result == BK_CONTINUE) {
        result = bk_representation_check_version(request, about.series.version);
    }
    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    part.series_id = about.series.id;
    part.version = version_of(request, &about);
    rv = booking_v1_series_make_verbs(request)->decide(request->handle, &part, state, &act, &count,
                                                       request->r->pool);
    rv = bk_settle(request, rv, find_changed, &act);
    if (rv != APR_SUCCESS) {
        return answer_failure(request, rv, &about);
    }
    audit(request, &about, event, count);
    return answer_count(request, &about, is_approval ? "approved" : "rejected", count);
}

int booking_v1_series_approve(bk_request_t *request)
{
    return decide(request, BOOKING_STATE_CONFIRMED, bk_input_text(request->input, "note", NULL),
                  "BK0576: event=approve-series");
}

int booking_v1_series_reject(bk_request_t *request)
{
    return decide(request, BOOKING_STATE_REJECTED, bk_input_text(request->input, "reason", NULL),
                  "BK0577: event=reject-series");
}

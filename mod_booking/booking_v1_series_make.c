#include "booking_v1_series_make.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_idempotency.h"
#include "bk_json_alone.h"
#include "bk_random.h"
#include "bk_recurrence_input.h"
#include "bk_settle.h"
#include "bk_time.h"
#include "booking_v1_dry_run.h"
#include "booking_people.h"
#include "booking_v1_form.h"
#include "booking_v1_input.h"
#include "booking_v1_series_elsewhere.h"
#include "booking_v1_series_json.h"
#include "booking_v1_wish.h"

#define MODE_FREE 1 /* of the words of "mode" */

/* A series while it is made. */
typedef struct making_t {
    bk_request_t *request;
    const booking_space_t *space;
    booking_v1_t row; /* what all dates have in common */
    bk_recurrence_t rule;
    apr_int64_t start;         /* wall time of the first date */
    apr_array_header_t *found; /* of bk_occurrence_t */
    booking_v1_series_date_t *dates;
    int count;
    booking_series_plan_t plan;
    bk_faults_t faults;
} making_t;

/* ---- what is asked for --------------------------------------------------------------------------
 */

static void read_members(making_t *making)
{
    const bk_input_t *input = making->request->input;
    const bk_input_value_t *start = bk_input_value(input, "start");
    const bk_fault_pointer_t where = {NULL, "rule", 0};
    booking_v1_t *row = &making->row;
    apr_pool_t *p = making->request->r->pool;

    row->space_id = making->space->id;
    row->user_id = making->request->caller.id;
    row->group_name = bk_input_text(input, "group", NULL);
    booking_v1_input_user(bk_input_text(input, "for", NULL), "for", &row->user_id, &making->faults);
    booking_v1_input_rest(row, input, &making->faults, p);
    row->created_by =
        row->user_id == making->request->caller.id ? BK_FIELD_NONE : making->request->caller.id;
    making->start =
        start->is_wall ? start->number : bk_zone_wall(making->space->zone, start->number);
    bk_recurrence_input_read(&making->rule, bk_input_value(input, "rule"), &where, &making->faults,
                             p);
}

/* The dates. Each ends so many minutes after its start, whatever clocks do meanwhile. */
static void find_dates(making_t *making)
{
    const bk_input_field_t *except = bk_input_field(making->request->input, "except");
    apr_pool_t *p = making->request->r->pool;
    apr_int64_t *midnights = apr_palloc(p, (except->count + 1) * sizeof(*midnights));
    const bk_fault_pointer_t where = {NULL, "rule", 0};
    const char *code, *wrong;
    apr_size_t i;

    for (i = 0; i < except->count; i++) {
        midnights[i] = except->values[i].number;
    }
    wrong = bk_recurrence_expand(&making->found, &making->rule, making->space->zone, making->start,
                                 midnights, (int)except->count, &code, p);
    if (wrong) {
        bk_fault_add(&making->faults, &where, code, "%s", wrong);
    }
}

static int read_form(making_t *making)
{
    bk_request_t *request = making->request;
    const char *id = bk_input_text(request->input, "space", "");
    int result = booking_v1_form_begin(request, id);

    bk_fault_none(&making->faults, request->r->pool);
    if (result == BK_CONTINUE) {
        result = booking_spaces_one(request, id, &making->space);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    read_members(making);
    if (!bk_fault_count(&making->faults)) {
        find_dates(making);
    }
    if (bk_fault_count(&making->faults)) {
        return bk_answer_faults(request, &making->faults);
    }
    result = booking_v1_form_check_owner(request, making->space, making->row.user_id);
    if (result == BK_CONTINUE) {
        result = booking_v1_form_check_group(request, making->space, making->row.group_name);
    }
    return result == BK_CONTINUE ? booking_people_check(request, "for", making->row.user_id)
                                 : result;
}

/* ---- its dates ----------------------------------------------------------------------------------
 */

/* The local time that a date stands for: 2030-09-02T09:00. */
static const char *text_of_wall(apr_int64_t wall, apr_pool_t *p)
{
    return apr_pstrndup(p, bk_time_format_utc(wall, p), strlen("YYYY-MM-DDTHH:MM"));
}

static void set_date(making_t *making, booking_v1_series_date_t *date,
                     const bk_occurrence_t *occurrence)
{
    apr_pool_t *p = making->request->r->pool;

    date->row = making->row;
    date->row.start_ns = occurrence->start_ns;
    date->row.end_ns = occurrence->start_ns +
                       bk_input_number(making->request->input, "minutes", 0) * BK_TIME_MINUTE;
    date->row.occurrence = text_of_wall(occurrence->wall, p);
    date->row.date = apr_pstrndup(p, date->row.occurrence, strlen("YYYY-MM-DD"));
}

static booking_v1_wish_series_t series_of(const making_t *making)
{
    return (booking_v1_wish_series_t){making->found->nelts, bk_recurrence_weeks(making->found)};
}

/* Judge each date. Those that the rules let be booked are to be booked. */
static void judge(making_t *making)
{
    apr_pool_t *p = making->request->r->pool;
    const char *terms = bk_input_text(making->request->input, "acceptTerms", NULL);
    const booking_v1_wish_series_t series = series_of(making);
    int i;

    making->count = making->found->nelts;
    making->dates = apr_pcalloc(p, (apr_size_t)making->count * sizeof(*making->dates));
    making->plan.items = apr_pcalloc(p, (apr_size_t)making->count * sizeof(*making->plan.items));
    for (i = 0; i < making->count; i++) {
        booking_v1_series_date_t *date = &making->dates[i];

        set_date(making, date, &APR_ARRAY_IDX(making->found, i, bk_occurrence_t));
        if (booking_v1_wish_judge_one(making->request, making->space, &date->row, terms, &series,
                                      &date->ruling)) {
            date->item = &making->plan.items[making->plan.count++];
            date->item->row = date->row;
            date->item->limits = date->ruling.limits;
        }
    }
}

/* Dates that overlap would be in each other's way, what is kept free around them included. */
static int check_apart(making_t *making)
{
    const bk_fault_pointer_t where = {NULL, "minutes", 0};
    int i;

    for (i = 1; i < making->plan.count; i++) {
        const booking_v1_t *one = &making->plan.items[i - 1].row;
        const booking_v1_t *next = &making->plan.items[i].row;

        if (one->end_ns + one->teardown_ns > next->start_ns - next->setup_ns) {
            bk_fault_add(&making->faults, &where, BK_RECURRENCE_BAD_RULE,
                         "the booking of %s would not have ended before the next begins",
                         one->date);
            return bk_answer_faults(making->request, &making->faults);
        }
    }
    return BK_CONTINUE;
}

/* How many of the dates are enough: with "all" each of them. */
static int find_enough(const making_t *making)
{
    const bk_input_t *input = making->request->input;
    int share = (int)bk_input_number(input, "minShare", 0), enough;

    if (bk_input_number(input, "mode", 0) != MODE_FREE) {
        return making->count;
    }
    enough = (making->count * share + 99) / 100;
    return enough > 1 ? enough : 1;
}

static booking_v1_series_outcome_t outcome_of(const making_t *making)
{
    return (booking_v1_series_outcome_t){.space = making->space,
                                         .dates = making->dates,
                                         .count = making->count,
                                         .plan = &making->plan};
}

static int check_rules(making_t *making)
{
    const booking_v1_series_outcome_t outcome = outcome_of(making);

    making->plan.enough = find_enough(making);
    return making->plan.count < making->plan.enough
               ? booking_v1_series_json_rules(making->request, &outcome)
               : BK_CONTINUE;
}

/* ---- the series ---------------------------------------------------------------------------------
 */

static const char *text_of_rule(const bk_recurrence_t *rule, apr_pool_t *p)
{
    bk_json_text_t text;

    bk_json_alone_begin(&text, p);
    bk_recurrence_input_write(&text, NULL, rule);
    return bk_json_alone_end(&text);
}

/* Dates need no escapes. */
static const char *text_of_except(const bk_input_field_t *except, apr_pool_t *p)
{
    const char *list = "";
    apr_size_t i;

    for (i = 0; i < except->count; i++) {
        list = apr_pstrcat(p, list, i ? ",\"" : "\"", except->values[i].text, "\"", NULL);
    }
    return apr_pstrcat(p, "[", list, "]", NULL);
}

static void set_series(making_t *making)
{
    const bk_request_t *request = making->request;
    apr_pool_t *p = request->r->pool;
    apr_int64_t now = making->row.created_ns;

    making->plan.is_dry = booking_v1_dry_run_is_wanted(request);
    making->plan.series =
        (booking_series_t){.space_id = making->space->id,
                           .user_id = making->row.user_id,
                           .start = text_of_wall(making->start, p),
                           .minutes = bk_input_number(request->input, "minutes", 0),
                           .time_zone = bk_zone_name(making->space->zone),
                           .rule = text_of_rule(&making->rule, p),
                           .except = text_of_except(bk_input_field(request->input, "except"), p),
                           .title = making->row.title,
                           .created_by = request->caller.id,
                           .created_ns = now,
                           .changed_by = request->caller.id,
                           .changed_ns = now,
                           .version = 1};
}

static const char *text_of(const making_t *making, apr_size_t *len)
{
    const booking_v1_series_outcome_t outcome = outcome_of(making);
    booking_series_t series = making->plan.series;
    bk_json_text_t text;

    if (making->plan.is_dry) {
        series.id = BK_FIELD_NONE; /* it was drawn, and nothing has it */
    }
    bk_json_text_begin(&text, making->request->r->pool);
    booking_v1_series_json_write(&text, making->request, &series, making->space);
    booking_v1_series_json_outcome(&text, making->request, &outcome);
    if (making->plan.is_dry) {
        bk_json_text_bool(&text, "dryRun", 1);
    }
    return bk_json_text_end(&text, len);
}

/* ---- writing ------------------------------------------------------------------------------------
 */

static apr_status_t draw_ids(booking_series_plan_t *plan)
{
    apr_status_t rv = APR_SUCCESS;
    int i;

    for (i = 0; i < plan->count && rv == APR_SUCCESS; i++) {
        rv = bk_random_id(&plan->items[i].row.id);
        plan->items[i].row.series_id = plan->series.id;
    }
    return rv;
}

/* Has the type of bk_random_insert()'s: with another id of the series, its bookings get others. */
static apr_status_t insert(void *baton)
{
    making_t *making = baton;
    bk_request_t *request = making->request;
    apr_status_t rv = draw_ids(&making->plan);

    return rv == APR_SUCCESS ? booking_v1_series_make_verbs(request)->create(
                                   request->handle, &making->plan, request->r->pool)
                             : rv;
}

static apr_status_t make(bk_request_t *request, void *baton, bk_idempotency_made_t *made)
{
    making_t *making = baton;
    apr_status_t rv = bk_random_insert(&making->plan.series.id, insert, making);

    if (rv == APR_SUCCESS || rv == BK_DB_UNKNOWN) {
        made->location = apr_psprintf(request->r->pool, "%s/series/%" APR_INT64_T_FMT,
                                      request->path, making->plan.series.id);
        made->version = making->plan.series.version;
        made->text = text_of(making, &made->len);
    }
    return rv;
}

/* For bk_settle(): whether the series was made: its id was drawn for this request. */
static apr_status_t find_made(bk_request_t *request, void *baton)
{
    const making_t *making = baton;
    booking_series_t found;
    apr_status_t rv = booking_v1_series_make_verbs(request)->find(
        request->handle, making->plan.series.id, &found, request->r->pool);

    return rv == APR_SUCCESS && found.created_ns != making->plan.series.created_ns ? APR_NOTFOUND
                                                                                   : rv;
}

static void find_elsewhere(making_t *making)
{
    const booking_v1_wish_series_t series = series_of(making);
    booking_v1_series_elsewhere_t wanted = {
        .space = making->space,
        .dates = making->dates,
        .count = making->count,
        .terms = bk_input_text(making->request->input, "acceptTerms", NULL),
        .series = &series};

    booking_v1_series_elsewhere(making->request, &wanted);
}

static int answer_failure(making_t *making, apr_status_t rv)
{
    const booking_v1_series_outcome_t outcome = outcome_of(making);
    const char *text;
    apr_size_t len;

    switch (rv) {
    case BOOKING_SERIES_STORE_REFUSED:
        find_elsewhere(making);
        return booking_v1_series_json_clash(making->request, &outcome);
    case BOOKING_SERIES_STORE_DRY:
        text = text_of(making, &len);
        return bk_answer_json_text(making->request, HTTP_OK, text, len);
    default:
        return bk_store_failed(making->request, rv);
    }
}

static int make_once(making_t *making)
{
    bk_request_t *request = making->request;
    bk_idempotency_made_t made;
    apr_status_t rv;
    int result = bk_idempotency_make(request, make, making, &made, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    rv = bk_settle(request, rv, find_made, making);
    if (rv != APR_SUCCESS) {
        return answer_failure(making, rv);
    }
    return bk_answer_created_v1(request, made.location, made.version, made.text, made.len);
}

int booking_v1_series_make(bk_request_t *request)
{
    making_t making = {.request = request, .row = booking_v1_input_begin()};
    int result = read_form(&making);

    if (result != BK_CONTINUE) {
        return result;
    }
    judge(&making);
    result = check_rules(&making);
    if (result == BK_CONTINUE) {
        result = check_apart(&making);
    }
    if (result == BK_CONTINUE) {
        set_series(&making);
        result = bk_store_acquire(request);
    }
    return result == BK_CONTINUE ? make_once(&making) : result;
}

#include "booking_v1_closures.h"

#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "bk_again.h"
#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_idempotency.h"
#include "bk_random.h"
#include "bk_representation.h"
#include "bk_settle.h"
#include "bk_time.h"
#include "booking_v1_closures_json.h"
#include "booking_v1_view.h"

#define SPACES_MOST 500

/* ---- the tables ---------------------------------------------------------------------------------
 */

static const char *const ways[] = {"refuse", "cancel", "keep", NULL};
static const bk_input_row_t filter_rows[] = {BOOKING_SPACES_FILTER, {NULL}};

#define REASON .kind = BK_INPUT_TEXT, .flags = BK_INPUT_REQUIRED, .min = 1, .max = 500

const bk_input_row_t booking_v1_closures_new[] = {
    {.name = "spaces",
     .kind = BK_INPUT_ID,
     .flags = BK_INPUT_LIST,
     .least = 1,
     .most = SPACES_MOST},
    {.name = "filter", .kind = BK_INPUT_OBJECT, .rows = filter_rows},
    {.name = "start", .kind = BK_INPUT_MOMENT, .flags = BK_INPUT_REQUIRED},
    {.name = "end", .kind = BK_INPUT_MOMENT, .flags = BK_INPUT_REQUIRED},
    {.name = "reason", REASON},
    {.name = "public", .kind = BK_INPUT_BOOL},
    {.name = "bookings", .kind = BK_INPUT_WORD, .words = ways},
    {NULL}};

const bk_input_row_t booking_v1_closures_patch[] = {
    {.name = "start", .kind = BK_INPUT_MOMENT, .flags = BK_INPUT_REQUIRED},
    {.name = "end", .kind = BK_INPUT_MOMENT, .flags = BK_INPUT_REQUIRED},
    {.name = "reason", REASON},
    {.name = "public", .kind = BK_INPUT_BOOL},
    {.name = "bookings", .kind = BK_INPUT_WORD, .words = ways},
    BK_INPUT_GIVEN_BACK("id"),
    BK_INPUT_GIVEN_BACK("timeZone"),
    {.name = "spaces",
     .kind = BK_INPUT_INT,
     .max = SPACES_MOST}, /* how many: a list is no change */
    BK_INPUT_GIVEN_BACK("spaceIds"),
    BK_INPUT_GIVEN_BACK("createdAt"),
    BK_INPUT_GIVEN_BACK("changedAt"),
    BK_INPUT_GIVEN_BACK("version"),
    {NULL}};

const bk_input_row_t booking_v1_closures_dry_run[] = {{.name = "dryRun", .kind = BK_INPUT_BOOL},
                                                      {NULL}};

/* ---- what is asked for --------------------------------------------------------------------------
 */

/* A closure that is made, changed or taken back. */
typedef struct closing_t {
    bk_request_t *request;
    const booking_spaces_t *spaces;
    booking_closure_t before; /* of one that is there */
    booking_closures_plan_t plan;
    bk_faults_t faults;
} closing_t;

static void begin(closing_t *closing, bk_request_t *request)
{
    *closing = (closing_t){.request = request};
    bk_fault_none(&closing->faults, request->r->pool);
}

static void add_fault(closing_t *closing, const char *name, const char *code, const char *what)
{
    bk_fault_pointer_t where = {NULL, name, 0};

    bk_fault_add(&closing->faults, &where, code, "%s", what);
}

/* Each that was named has to be there. */
static void check_all_are_there(closing_t *closing, const bk_input_field_t *field)
{
    bk_fault_pointer_t list = {NULL, "spaces", 0};
    apr_hash_t *there = apr_hash_make(closing->request->r->pool);
    apr_size_t i;
    int k;

    for (k = 0; k < closing->spaces->count; k++) {
        apr_hash_set(there, closing->spaces->list[k]->id, APR_HASH_KEY_STRING, "");
    }
    for (i = 0; i < field->count; i++) {
        bk_fault_pointer_t where = {&list, NULL, i};

        if (!apr_hash_get(there, field->values[i].text, APR_HASH_KEY_STRING)) {
            bk_fault_add(&closing->faults, &where, BK_FAULT_BAD_VALUE, "there is no such space");
        }
    }
}

static int get_named(closing_t *closing, const bk_input_field_t *field)
{
    const char **ids = apr_palloc(closing->request->r->pool, field->count * sizeof(*ids));
    apr_size_t i;
    int result;

    for (i = 0; i < field->count; i++) {
        ids[i] = field->values[i].text;
    }
    result = booking_spaces_by_id(closing->request, ids, (int)field->count, &closing->spaces);
    if (result == BK_CONTINUE) {
        check_all_are_there(closing, field);
    }
    return result;
}

static int get_found(closing_t *closing, const bk_input_t *filter)
{
    int result = booking_spaces_find(closing->request, filter, NULL, SPACES_MOST, &closing->spaces);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (closing->spaces->is_more) {
        add_fault(closing, "filter", BK_FAULT_BAD_VALUE, "finds more than 500 spaces");
    }
    else if (!closing->spaces->count) {
        add_fault(closing, "filter", BK_FAULT_BAD_VALUE, "finds no space");
    }
    return BK_CONTINUE;
}

/* @return BK_CONTINUE, perhaps with faults */
static int get_spaces(closing_t *closing)
{
    const bk_input_t *input = closing->request->input, *filter = bk_input_object(input, "filter");
    const bk_input_field_t *named = bk_input_field(input, "spaces");
    int is_named = named->state == BK_INPUT_GIVEN;

    if (is_named == (filter != NULL)) {
        add_fault(closing, "spaces", is_named ? BK_FAULT_BAD_VALUE : BK_FAULT_MISSING_MEMBER,
                  "either spaces or filter is required");
        return bk_answer_faults(closing->request, &closing->faults);
    }
    return is_named ? get_named(closing, named) : get_found(closing, filter);
}

/* Only who manages all of the spaces closes them. */
static int check_rights(closing_t *closing)
{
    bk_request_t *request = closing->request;
    int i;

    for (i = 0; i < closing->spaces->count; i++) {
        const booking_space_t *space = closing->spaces->list[i];

        if (!booking_v1_view_has_token_for(request, space->id) ||
            !booking_v1_view_manages(request, space)) {
            return bk_answer_problem(request, &bk_problem_forbidden,
                                     apr_pstrcat(request->r->pool, "Only managers of ", space->id,
                                                 " may close it", NULL));
        }
    }
    return BK_CONTINUE;
}

/* A time without an offset is of the spaces' clock, if they have one. */
static void read_moment(closing_t *closing, const char *name, apr_int64_t *ns)
{
    const bk_input_value_t *value = bk_input_value(closing->request->input, name);
    const bk_zone_t *zone = booking_v1_closures_json_zone(closing->spaces);

    if (!value) {
        return;
    }
    *ns = value->number;
    if (value->is_wall && !zone) {
        add_fault(closing, name, BK_FAULT_BAD_TIME,
                  "the spaces are in several time zones: it needs its offset");
    }
    else if (value->is_wall && bk_zone_instant(zone, value->number, ns) == BK_ZONE_NEVER) {
        add_fault(closing, name, bk_problem_time_does_not_exist.code, BK_ZONE_NEVER_TEXT);
    }
}

/* What has passed is closed no more: a closure begins no earlier than at the present minute. */
static void read_times(closing_t *closing)
{
    booking_closure_t *closure = &closing->plan.closure;
    apr_int64_t now = bk_time_now(), start = closure->start_ns;
    int had = bk_fault_count(&closing->faults);

    now -= now % BK_TIME_MINUTE;
    read_moment(closing, "start", &closure->start_ns);
    read_moment(closing, "end", &closure->end_ns);
    if (closure->start_ns < now && closure->start_ns != start) {
        closure->start_ns = now;
    }
    if (bk_fault_count(&closing->faults) == had && closure->end_ns <= closure->start_ns) {
        add_fault(closing, "end", BK_FAULT_BAD_VALUE,
                  "a closure must end after its start, and in the future");
    }
}

static void read_rest(closing_t *closing)
{
    const bk_input_t *input = closing->request->input;
    booking_closure_t *closure = &closing->plan.closure;

    closure->reason = bk_input_text(input, "reason", closure->reason);
    closure->is_public = (int)bk_input_number(input, "public", closure->is_public);
    closing->plan.is_dry = bk_input_number(closing->request->query, "dryRun", 0) != 0;
    closing->plan.way =
        (booking_closures_way_t)bk_input_number(input, "bookings", BOOKING_CLOSURES_REFUSE);
}

static void set_spaces(closing_t *closing)
{
    booking_closures_plan_t *plan = &closing->plan;
    apr_pool_t *p = closing->request->r->pool;
    int i;

    plan->closure.spaces = booking_v1_closures_json_list(closing->spaces, p);
    plan->space_count = closing->spaces->count;
    plan->spaces = apr_palloc(p, ((apr_size_t)plan->space_count + 1) * sizeof(*plan->spaces));
    for (i = 0; i < plan->space_count; i++) {
        plan->spaces[i] = closing->spaces->list[i]->id;
    }
}

/* ---- answers ------------------------------------------------------------------------------------
 */

static const char *text_of(const closing_t *closing, apr_size_t *len)
{
    const booking_closures_plan_t *plan = &closing->plan;
    booking_closure_t closure = plan->closure;
    bk_json_text_t text;

    if (plan->is_dry && !closing->before.id) {
        closure.id = BK_FIELD_NONE; /* it was drawn, and nothing has it */
    }
    bk_json_text_begin(&text, closing->request->r->pool);
    booking_v1_closures_json_write(&text, closing->request, &closure, closing->spaces);
    if (plan->in_the_way && plan->way == BOOKING_CLOSURES_CANCEL) {
        booking_v1_closures_json_rows(&text, "cancelled", plan->in_the_way, closing->spaces);
    }
    else {
        bk_json_text_array(&text, "cancelled");
        bk_json_text_array_end(&text);
    }
    if (plan->is_dry) {
        bk_json_text_bool(&text, "dryRun", 1);
    }
    return bk_json_text_end(&text, len);
}

static int answer_refusal(closing_t *closing, apr_status_t rv)
{
    bk_request_t *request = closing->request;
    const char *text;
    apr_size_t len;

    switch (rv) {
    case BOOKING_CLOSURES_STORE_IN_THE_WAY:
        return booking_v1_closures_json_in_the_way(request, closing->plan.in_the_way,
                                                   closing->spaces);
    case BOOKING_CLOSURES_STORE_DRY:
        text = text_of(closing, &len);
        return bk_answer_json_text(request, HTTP_OK, text, len);
    case APR_NOTFOUND:
        return booking_v1_closures_list_none(request);
    default:
        return bk_store_failed(request, rv);
    }
}

static void audit(const closing_t *closing, const char *event)
{
    const booking_closure_t *closure = &closing->plan.closure;
    apr_pool_t *p = closing->request->r->pool;

    bk_audit(closing->request, event, 0, closing->request->caller.id, "closure",
             apr_psprintf(p, "%" APR_INT64_T_FMT, closure->id), "spaces",
             apr_itoa(p, closing->spaces->count), NULL);
}

/* For bk_settle(): whether the closure is as it was written. */
static apr_status_t find_written(bk_request_t *request, void *written)
{
    const booking_closure_t *closure = written;
    booking_closure_t found;
    apr_status_t rv = booking_v1_closures_list_verbs(request)->find(request->handle, closure->id,
                                                                    &found, request->r->pool);

    return rv == APR_SUCCESS &&
                   (found.version != closure->version || found.changed_ns != closure->changed_ns)
               ? APR_NOTFOUND
               : rv;
}

/* ---- making one ---------------------------------------------------------------------------------
 */

static apr_status_t insert(void *baton)
{
    closing_t *closing = baton;
    bk_request_t *request = closing->request;

    return booking_v1_closures_list_verbs(request)->create(request->handle, &closing->plan,
                                                           request->r->pool);
}

static apr_status_t make(bk_request_t *request, void *baton, bk_idempotency_made_t *made)
{
    closing_t *closing = baton;
    apr_status_t rv = bk_random_insert(&closing->plan.closure.id, insert, closing);

    if (rv == APR_SUCCESS || rv == BK_DB_UNKNOWN) {
        made->location = apr_psprintf(request->r->pool, "%s/closures/%" APR_INT64_T_FMT,
                                      request->path, closing->plan.closure.id);
        made->version = closing->plan.closure.version;
        made->text = text_of(closing, &made->len);
    }
    return rv;
}

static int make_once(closing_t *closing)
{
    bk_request_t *request = closing->request;
    bk_idempotency_made_t made;
    apr_status_t rv;
    int result = bk_idempotency_make(request, make, closing, &made, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    rv = bk_settle(request, rv, find_written, &closing->plan.closure);
    if (rv != APR_SUCCESS) {
        return answer_refusal(closing, rv);
    }
    audit(closing, "BK0570: event=close-spaces");
    return bk_answer_created_v1(request, made.location, made.version, made.text, made.len);
}

int booking_v1_closures_create(bk_request_t *request)
{
    closing_t closing;
    booking_closure_t *closure = &closing.plan.closure;
    int result;

    begin(&closing, request);
    closure->created_by = closure->changed_by = request->caller.id;
    closure->created_ns = closure->changed_ns = bk_time_now();
    closure->version = 1;
    result = bk_idempotency_replay(request);
    if (result == BK_CONTINUE) {
        result = get_spaces(&closing);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    if (closing.spaces->count) {
        read_times(&closing);
    }
    read_rest(&closing);
    if (bk_fault_count(&closing.faults)) {
        return bk_answer_faults(request, &closing.faults);
    }
    set_spaces(&closing);
    result = check_rights(&closing);
    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    return result == BK_CONTINUE ? make_once(&closing) : result;
}

/* ---- changing one -------------------------------------------------------------------------------
 */

/* Find the closure, with all of its spaces: one that was deleted has nobody who manages it. */
static int find(closing_t *closing)
{
    bk_request_t *request = closing->request;
    int result = booking_v1_closures_list_find(request, &closing->before, &closing->spaces);

    if (result == BK_CONTINUE) {
        result = check_rights(closing);
    }
    if (result == BK_CONTINUE) {
        result = bk_representation_check_version(request, closing->before.version);
    }
    if (result == BK_CONTINUE) {
        const char *spaces = closing->before.spaces;

        closing->plan.closure = closing->before;
        set_spaces(closing);
        closing->plan.closure.spaces = spaces;
        closing->plan.closure.version++;
        closing->plan.closure.changed_by = request->caller.id;
        closing->plan.closure.changed_ns = bk_time_now();
    }
    return result;
}

static int answer_changed(closing_t *closing, apr_status_t rv)
{
    apr_size_t len;
    const char *text;

    if (rv != APR_SUCCESS) {
        return answer_refusal(closing, rv);
    }
    audit(closing, "BK0571: event=change-closure");
    text = text_of(closing, &len);
    return bk_representation_changed(closing->request, closing->plan.closure.version, text, len);
}

static int try_to_change(bk_request_t *request, void *baton)
{
    closing_t closing;
    apr_status_t rv;
    int result;

    begin(&closing, request);
    result = find(&closing);
    if (result != BK_CONTINUE) {
        return result;
    }
    read_times(&closing);
    read_rest(&closing);
    if (bk_fault_count(&closing.faults)) {
        return bk_answer_faults(request, &closing.faults);
    }
    result = bk_store_acquire(request);
    if (result != BK_CONTINUE) {
        return result;
    }
    rv = booking_v1_closures_list_verbs(request)->change(request->handle, &closing.before,
                                                         &closing.plan, request->r->pool);
    rv = bk_settle(request, rv, find_written, &closing.plan.closure);
    return rv == BOOKING_V1_STORE_CHANGED ? BK_CONTINUE : answer_changed(&closing, rv);
}

int booking_v1_closures_change(bk_request_t *request)
{
    return bk_again(request, BK_AGAIN_MOST, try_to_change, NULL);
}

/* ---- taking one back ----------------------------------------------------------------------------
 */

/* For bk_settle(): whether it is there no more. */
static apr_status_t find_ended(bk_request_t *request, void *ended)
{
    const booking_closure_t *closure = ended;
    booking_closure_t found;
    apr_status_t rv = booking_v1_closures_list_verbs(request)->find(request->handle, closure->id,
                                                                    &found, request->r->pool);

    if (rv == APR_NOTFOUND) {
        return APR_SUCCESS;
    }
    return rv == APR_SUCCESS ? APR_NOTFOUND : rv;
}

static int try_to_end(bk_request_t *request, void *baton)
{
    closing_t closing;
    apr_status_t rv;
    int result;

    begin(&closing, request);
    result = find(&closing);
    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    closing.plan.closure.is_ended = 1;
    rv = booking_v1_closures_list_verbs(request)->end(request->handle, &closing.plan,
                                                      request->r->pool);
    rv = bk_settle(request, rv, find_ended, &closing.plan.closure);
    if (rv == BOOKING_V1_STORE_CHANGED) {
        return BK_CONTINUE;
    }
    if (rv != APR_SUCCESS) {
        return answer_refusal(&closing, rv);
    }
    audit(&closing, "BK0572: event=end-closure");
    return bk_answer_empty(request, HTTP_NO_CONTENT);
}

int booking_v1_closures_end(bk_request_t *request)
{
    return bk_again(request, BK_AGAIN_MOST, try_to_end, NULL);
}

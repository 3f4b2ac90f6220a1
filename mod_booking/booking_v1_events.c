#include "booking_v1_events.h"

#include <stdatomic.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_policy.h"
#include "bk_representation.h"
#include "bk_text.h"
#include "bk_time.h"
#include "booking_private.h"
#include "booking_spaces.h"
#include "booking_v1_event.h"

enum {
    MOST = 500,
    USUAL = 100,      /* events of an answer */
    SCAN = 2000,      /* events that are looked at for one: few of them may be wanted */
    TRIMMED = 500,    /* events that are deleted at a time */
    TRIM_SECONDS = 60 /* a child looks for old events this often */
};

const bk_input_row_t booking_v1_events_rows[] = {
    {.name = "after", .kind = BK_INPUT_TEXT, .min = 1, .max = 200},
    {.name = "type",
     .kind = BK_INPUT_WORD,
     .flags = BK_INPUT_LIST,
     .words = booking_v1_event_names},
    {.name = "space", .kind = BK_INPUT_ID, .flags = BK_INPUT_REPEATED, .most = 50},
    {.name = "limit", .kind = BK_INPUT_INT, .min = 1, .max = MOST},
    {NULL}};

typedef struct reading_t {
    bk_request_t *request;
    booking_place_t place;
    int limit, scanned;
    int is_more;               /* there is more to be read at once */
    apr_array_header_t *items; /* of booking_event_t * */
    const booking_spaces_t *spaces;
} reading_t;

static const booking_events_verbs_t *verbs(const bk_request_t *request)
{
    return request->store->verbs[BOOKING_STORE_EVENTS];
}

/* ---- cursors ------------------------------------------------------------------------------------
 */

static const char *cursor_of(const booking_place_t *place, apr_pool_t *p)
{
    return apr_psprintf(p, "%s.%" APR_INT64_T_FMT ".%" APR_INT64_T_FMT ".%" APR_INT64_T_FMT,
                        place->incarnation, place->xact, place->seq, place->mark);
}

/* @return 1, or 0 if it is no cursor */
static int read_cursor(booking_place_t *place, const char *text, apr_pool_t *p)
{
    char *rest = apr_pstrdup(p, text);
    const char *parts[4] = {NULL};
    int count = 0;

    while (rest && count < 4) {
        parts[count++] = strsep(&rest, ".");
    }
    place->incarnation = parts[0];
    return count == 4 && !rest && *parts[0] && bk_text_int(parts[1], &place->xact) &&
           bk_text_int(parts[2], &place->seq) && bk_text_int(parts[3], &place->mark) &&
           place->xact >= 0 && place->seq >= 0;
}

static int read_place(reading_t *reading)
{
    bk_request_t *request = reading->request;
    const char *after = bk_input_text(request->query, "after", NULL);

    if (!after || read_cursor(&reading->place, after, request->r->pool)) {
        return BK_CONTINUE;
    }
    return bk_answer_wrong_parameter(request, "after", "is not a cursor that this server issued");
}

/* ---- who may read -------------------------------------------------------------------------------
 */

static int reads_all(const bk_request_t *request)
{
    return request->caller.is_admin || request->caller.role == BK_ROLE_AUDITOR;
}

static int is_of_token(const bk_request_t *request, const char *id)
{
    const char *const *space = request->caller.spaces;

    while (space && *space && strcmp(*space, id) != 0) {
        space++;
    }
    return !space || *space;
}

/* Who manages no space has no log to read. */
static int check_reader(bk_request_t *request)
{
    static const bk_input_row_t rows[] = {BOOKING_SPACES_FILTER, {NULL}};
    bk_input_t *filter;
    bk_input_value_t me = {.text = "me", .len = 2};
    const booking_spaces_t *spaces;
    int result;

    if (reads_all(request)) {
        return BK_CONTINUE;
    }
    filter = bk_input_make(rows, request->r->pool);
    filter->fields[bk_input_row(rows, "manages")] =
        (bk_input_field_t){BK_INPUT_GIVEN, 1, apr_pmemdup(request->r->pool, &me, sizeof(me))};
    result = booking_spaces_find(request, filter, NULL, 1, &spaces);
    if (result != BK_CONTINUE) {
        return result;
    }
    return spaces->count ? BK_CONTINUE
                         : bk_answer_problem(request, &bk_problem_forbidden,
                                             "The log is for administrators, auditors, and those "
                                             "who manage a space");
}

/* Whether the caller may read of a space. */
static int may_read(const reading_t *reading, const char *id)
{
    const bk_request_t *request = reading->request;
    const bk_caller_t *caller = &request->caller;
    const booking_space_t *space;
    bk_person_t person = {.groups = caller->groups, .group_count = caller->group_count};

    if (!id || !is_of_token(request, id)) {
        return 0;
    }
    if (reads_all(request)) {
        return 1;
    }
    space = booking_spaces_get(reading->spaces, id);
    person.id = apr_psprintf(request->r->pool, "%" APR_INT64_T_FMT, caller->id);
    return space && bk_policy_names(&space->managers, &person);
}

/* ---- reading ------------------------------------------------------------------------------------
 */

static int has_number(const bk_input_field_t *field, int number)
{
    apr_size_t i;

    for (i = 0; i < field->count; i++) {
        if (field->values[i].number == number) {
            return 1;
        }
    }
    return !field->count;
}

static int has_space(const bk_input_field_t *field, const booking_event_t *event)
{
    apr_size_t i;

    for (i = 0; i < field->count; i++) {
        const char *id = field->values[i].text;

        if (strcmp(id, event->space_id) == 0 ||
            (event->old_space_id && strcmp(id, event->old_space_id) == 0)) {
            return 1;
        }
    }
    return !field->count;
}

static int is_wanted(const reading_t *reading, const booking_event_t *event)
{
    const bk_input_t *query = reading->request->query;
    int type = booking_v1_event_type(event);

    return type >= 0 && has_number(bk_input_field(query, "type"), type) &&
           has_space(bk_input_field(query, "space"), event);
}

static apr_status_t take(void *baton, const booking_event_t *event, const booking_place_t *place)
{
    reading_t *reading = baton;

    if (is_wanted(reading, event)) {
        if (reading->items->nelts == reading->limit) {
            reading->is_more = 1;
            return APR_EOF;
        }
        APR_ARRAY_PUSH(reading->items, booking_event_t *) =
            booking_v1_event_copy(event, reading->request->r->pool);
    }
    reading->is_more = ++reading->scanned == SCAN;
    return APR_SUCCESS;
}

static apr_status_t read_log(reading_t *reading)
{
    bk_request_t *request = reading->request;
    apr_pool_t *p = request->r->pool;
    apr_status_t rv =
        verbs(request)->read(request->handle, &reading->place, SCAN, take, reading, p);

    if (rv == BOOKING_EVENTS_MOVED) {
        ap_log_rerror(BK_MARK, APLOG_NOTICE, 0, request->r,
                      "BK0600: the log of bookings is of another PostgreSQL cluster or database: "
                      "places that its readers have kept are gone");
        rv = verbs(request)->mend(request->handle, p);
        if (rv == APR_SUCCESS) {
            rv = verbs(request)->read(request->handle, &reading->place, SCAN, take, reading, p);
        }
    }
    return rv == APR_EOF ? APR_SUCCESS : rv;
}

/* ---- old events ---------------------------------------------------------------------------------
 */

/* Who reads the log deletes what is too old for it, a few at a time. Another child may be doing the
 * same; an error is the next reader's. */
static void trim(bk_request_t *request)
{
    static _Atomic apr_int64_t next; /* milliseconds of bk_time_monotonic_ms() */
    const booking_conf_t *conf = (const booking_conf_t *)request->conf;
    apr_int64_t now = bk_time_monotonic_ms(), due = atomic_load(&next);
    int deleted;

    if (!conf->event_retention || now < due ||
        !atomic_compare_exchange_strong(&next, &due, now + TRIM_SECONDS * 1000)) {
        return;
    }
    (void)verbs(request)->trim(request->handle, bk_time_now() - conf->event_retention * 1000,
                               TRIMMED, &deleted, request->r->pool);
    if (deleted == TRIMMED - 1) {
        atomic_store(&next, 0);
    }
}

/* ---- answering ----------------------------------------------------------------------------------
 */

/* A token that reads the log and nothing else does not read spaces: their clocks are not known
 * then. */
static int find_spaces(reading_t *reading)
{
    apr_pool_t *p = reading->request->r->pool;
    const char **ids = apr_palloc(p, sizeof(*ids) * (apr_size_t)(reading->items->nelts * 2 + 1));
    int i, count = 0;

    if (reads_all(reading->request) && !(reading->request->caller.scopes & BK_SCOPE_READ)) {
        return BK_CONTINUE;
    }
    for (i = 0; i < reading->items->nelts; i++) {
        const booking_event_t *event = APR_ARRAY_IDX(reading->items, i, booking_event_t *);

        ids[count++] = event->space_id;
        if (event->old_space_id && strcmp(event->old_space_id, event->space_id) != 0) {
            ids[count++] = event->old_space_id;
        }
    }
    return booking_spaces_by_id(reading->request, ids, count, &reading->spaces);
}

static const bk_zone_t *zone_of(const reading_t *reading, const char *id)
{
    const booking_space_t *space =
        id && reading->spaces ? booking_spaces_get(reading->spaces, id) : NULL;

    return space ? space->zone : NULL;
}

static int answer(reading_t *reading)
{
    bk_request_t *request = reading->request;
    bk_json_text_t text;
    const char *body;
    apr_size_t len;
    int i;

    bk_json_text_begin(&text, request->r->pool);
    bk_json_text_array(&text, "items");
    for (i = 0; i < reading->items->nelts; i++) {
        const booking_event_t *event = APR_ARRAY_IDX(reading->items, i, booking_event_t *);

        if (may_read(reading, event->space_id) || may_read(reading, event->old_space_id)) {
            bk_json_text_object(&text, NULL);
            booking_v1_event_write(&text, event, (int)event->via, zone_of(reading, event->space_id),
                                   zone_of(reading, event->old_space_id));
            bk_json_text_object_end(&text);
        }
    }
    bk_json_text_array_end(&text);
    bk_json_text_string(&text, "next", cursor_of(&reading->place, request->r->pool));
    bk_json_text_bool(&text, "more", reading->is_more);
    body = bk_json_text_end(&text, &len);
    request->cache_control = BK_ANSWER_V1_LIST;
    return bk_representation_answer_weak(request, body, len);
}

int booking_v1_events(bk_request_t *request)
{
    reading_t reading = {.request = request,
                         .limit = (int)bk_input_number(request->query, "limit", USUAL),
                         .items = apr_array_make(request->r->pool, 50, sizeof(booking_event_t *))};
    apr_status_t rv;
    int result = read_place(&reading);

    if (result == BK_CONTINUE) {
        result = check_reader(request);
    }
    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    rv = read_log(&reading);
    if (rv == BOOKING_EVENTS_GONE) {
        return bk_answer_problem(request, &bk_problem_cursor_gone, NULL);
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    trim(request);
    /* The space service needs a connection, too. */
    bk_request_release(request);
    result = find_spaces(&reading);
    return result == BK_CONTINUE ? answer(&reading) : result;
}

#include "booking_v1_availability.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_json_text.h"
#include "bk_representation.h"
#include "bk_text.h"
#include "bk_time.h"
#include "booking_v1_json.h"
#include "booking_v1_question.h"
#include "booking_v1_view.h"

/* A start that can be booked: of questions who and when. */
typedef struct start_t {
    const booking_v1_time_t *time;
    apr_int64_t start_ns;
    apr_int64_t capacity; /* those without a limit come last */
    int is_favourite;
    int place; /* of its space in the list */
} start_t;

/* The answer while it is made. */
typedef struct answer_t {
    bk_request_t *request;
    booking_v1_question_t question;
    booking_v1_times_t times;
    apr_array_header_t *starts; /* of start_t */
    bk_json_text_t text;
    int is_cut; /* there are more items */
} answer_t;

/* ---- what every item has ------------------------------------------------------------------------
 */

/* In whole seconds of the space's own clock. */
static void write_instant(bk_json_text_t *text, const char *name, const booking_space_t *space,
                          apr_int64_t ns)
{
    bk_time_t time =
        bk_zone_time(space->zone, ns - (ns % BK_TIME_SECOND + BK_TIME_SECOND) % BK_TIME_SECOND);

    bk_json_text_instant(text, name, &time);
}

static void write_span(bk_json_text_t *text, const booking_space_t *space, apr_int64_t start_ns,
                       apr_int64_t end_ns)
{
    write_instant(text, "start", space, start_ns);
    write_instant(text, "end", space, end_ns);
}

/* All that a page shows of it, or its id alone. */
static void write_space(answer_t *answer, const booking_space_t *space)
{
    bk_json_text_t *text = &answer->text;
    int i;

    if (!bk_input_value(answer->request->query, "include")) {
        bk_json_text_string(text, "space", space->id);
        return;
    }
    bk_json_text_object(text, "space");
    bk_json_text_string(text, "id", space->id);
    bk_json_text_string(text, "name", space->name);
    bk_json_text_string(text, "building", space->building);
    bk_json_text_string(text, "floor", space->floor);
    if (space->capacity) {
        bk_json_text_int(text, "capacity", space->capacity);
    }
    else {
        bk_json_text_string(text, "capacity", NULL);
    }
    bk_json_text_array(text, "features");
    for (i = 0; i < space->feature_count; i++) {
        bk_json_text_string(text, NULL, space->features[i]);
    }
    bk_json_text_array_end(text);
    bk_json_text_string(text, "policy", space->policy);
    bk_json_text_string(text, "timeZone", bk_zone_name(space->zone));
    bk_json_text_object_end(text);
}

static void write_rights(bk_json_text_t *text, const booking_v1_time_t *time)
{
    bk_json_text_bool(text, "bookable", !time->why);
    bk_json_text_string(text, "why", time->why);
    bk_json_text_bool(text, "approval", time->is_request);
}

/* ---- what is taken, and could each be booked? ---------------------------------------------------
 */

static void write_spans(bk_json_text_t *text, const char *name, const booking_space_t *space,
                        const apr_array_header_t *spans)
{
    int i;

    bk_json_text_array(text, name);
    for (i = 0; i < spans->nelts; i++) {
        const bk_span_t *span = &APR_ARRAY_IDX(spans, i, bk_span_t);

        bk_json_text_object(text, NULL);
        write_span(text, space, span->start_ns, span->end_ns);
        bk_json_text_object_end(text);
    }
    bk_json_text_array_end(text);
}

/* Why a space is closed is said to who may see all of it, or to everybody. */
static const char *title_of(const booking_v1_t *row, bk_detail_t detail)
{
    if (row->kind == BOOKING_KIND_CLOSURE) {
        return detail == BK_DETAIL_FULL || !row->is_private ? row->reason : NULL;
    }
    return detail >= BK_DETAIL_TITLE ? row->title : NULL;
}

/* What is kept free around it is taken, too, for who has to keep the rules. */
static void write_row(answer_t *answer, const booking_v1_time_t *time, const booking_v1_t *row)
{
    bk_detail_t detail = booking_v1_view_detail(answer->request, time->space, row);
    bk_json_text_t *text = &answer->text;
    apr_int64_t setup = time->overrides ? 0 : row->setup_ns;
    apr_int64_t teardown = time->overrides ? 0 : row->teardown_ns;

    bk_json_text_object(text, NULL);
    write_span(text, time->space, row->start_ns - setup, row->end_ns + teardown);
    bk_json_text_string(text, "kind", booking_v1_json_kind(row));
    if (detail == BK_DETAIL_BUSY || row->kind != BOOKING_KIND_BOOKING) {
        bk_json_text_string(text, "booking", NULL);
        booking_v1_json_key(text, answer->request, row);
    }
    else {
        bk_json_text_id(text, "booking", row->id);
    }
    bk_json_text_string(text, "title", title_of(row, detail));
    bk_json_text_object_end(text);
}

/* The window was widened by what is kept free around a new booking. */
static int is_in_window(const booking_v1_time_t *time, const booking_v1_t *row)
{
    return row->start_ns - row->setup_ns < time->window.end_ns &&
           row->end_ns + row->teardown_ns > time->window.start_ns;
}

/* The first start is enough. */
static int take_first(void *baton, apr_int64_t start_ns)
{
    *(apr_int64_t *)baton = start_ns;
    return 0;
}

/* Whether it can be had at the beginning of the time in question; if not, why, and when next. */
static void write_wish(answer_t *answer, const booking_v1_time_t *time, apr_pool_t *scratch)
{
    apr_int64_t length = answer->question.minutes * BK_TIME_MINUTE, start = time->window.start_ns;
    apr_int64_t next = APR_INT64_MAX;
    int people = answer->question.people;
    const char *why =
        booking_v1_time_why_not(&answer->times, time, start, start + length, people, scratch);
    bk_json_text_t *text = &answer->text;

    bk_json_text_object(text, "wish");
    write_span(text, time->space, start, start + length);
    bk_json_text_string(text, "why", why);
    if (why) {
        booking_v1_time_starts(&answer->times, time, length, people, take_first, &next, scratch);
    }
    if (next != APR_INT64_MAX) {
        bk_json_text_object(text, "next");
        write_span(text, time->space, next, next + length);
        bk_json_text_object_end(text);
    }
    else {
        bk_json_text_string(text, "next", NULL);
    }
    bk_json_text_object_end(text);
}

static void write_time(answer_t *answer, const booking_v1_time_t *time, apr_pool_t *scratch)
{
    bk_json_text_t *text = &answer->text;
    int i;

    bk_json_text_object(text, NULL);
    write_space(answer, time->space);
    bk_json_text_string(text, "timeZone", bk_zone_name(time->space->zone));
    write_spans(text, "open", time->space, time->open);
    bk_json_text_array(text, "busy");
    for (i = 0; i < time->rows->nelts; i++) {
        const booking_v1_t *row = &APR_ARRAY_IDX(time->rows, i, booking_v1_t);

        if (is_in_window(time, row)) {
            write_row(answer, time, row);
        }
    }
    bk_json_text_array_end(text);
    write_spans(text, "free", time->space, time->free);
    write_rights(text, time);
    if (answer->question.kind == BOOKING_V1_QUESTION_EACH) {
        write_wish(answer, time, scratch);
    }
    bk_json_text_object_end(text);
}

static void write_times(answer_t *answer, apr_pool_t *scratch)
{
    int i;

    for (i = 0; i < answer->times.count; i++) {
        write_time(answer, &answer->times.list[i], scratch);
        apr_pool_clear(scratch);
    }
}

/* ---- who is free, and when next? ----------------------------------------------------------------
 */

static void write_starts(answer_t *answer)
{
    bk_json_text_t *text = &answer->text;
    int i;

    for (i = 0; i < answer->starts->nelts && i < answer->question.limit; i++) {
        const start_t *start = &APR_ARRAY_IDX(answer->starts, i, start_t);
        const booking_space_t *space = start->time->space;

        bk_json_text_object(text, NULL);
        write_space(answer, space);
        bk_json_text_string(text, "timeZone", bk_zone_name(space->zone));
        write_span(text, space, start->start_ns,
                   start->start_ns + answer->question.minutes * BK_TIME_MINUTE);
        write_rights(text, start->time);
        bk_json_text_object_end(text);
    }
    answer->is_cut = i < answer->starts->nelts;
}

static int is_favourite(const booking_v1_question_t *question, const char *id)
{
    apr_size_t i;

    for (i = 0; i < question->favourites->count; i++) {
        if (strcmp(question->favourites->values[i].text, id) == 0) {
            return 1;
        }
    }
    return 0;
}

static void add_start(answer_t *answer, const booking_v1_time_t *time, apr_int64_t start_ns)
{
    APR_ARRAY_PUSH(answer->starts, start_t) =
        (start_t){.time = time,
                  .start_ns = start_ns,
                  .capacity = time->space->capacity ? time->space->capacity : APR_INT64_MAX,
                  .is_favourite = is_favourite(&answer->question, time->space->id),
                  .place = (int)(time - answer->times.list)};
}

static int compare(apr_int64_t one, apr_int64_t other)
{
    return one < other ? -1 : one > other;
}

static int by_capacity(const start_t *one, const start_t *other)
{
    int order = compare(one->capacity, other->capacity);

    return order ? order : compare(one->place, other->place);
}

/* Favourites first, then the smallest that is large enough. */
static int by_fitness(const void *a, const void *b)
{
    const start_t *one = a, *other = b;
    int order = other->is_favourite - one->is_favourite;

    return order ? order : by_capacity(one, other);
}

static int by_time(const void *a, const void *b)
{
    const start_t *one = a, *other = b;
    int order = compare(one->start_ns, other->start_ns);

    return order ? order : by_capacity(one, other);
}

static void find_who(answer_t *answer, apr_pool_t *scratch)
{
    int i;

    for (i = 0; i < answer->times.count; i++) {
        const booking_v1_time_t *time = &answer->times.list[i];
        const bk_span_t *wanted = &time->window;

        if (booking_v1_time_is_free(time, wanted->start_ns, wanted->end_ns) &&
            booking_v1_time_allows(&answer->times, time, wanted->start_ns, wanted->end_ns,
                                   answer->question.people, scratch) == BOOKING_V1_TIME_YES) {
            add_start(answer, time, wanted->start_ns);
        }
        apr_pool_clear(scratch);
    }
    qsort(answer->starts->elts, (size_t)answer->starts->nelts, sizeof(start_t), by_fitness);
}

/* The starts of one space. */
typedef struct space_starts_t {
    answer_t *answer;
    const booking_v1_time_t *time;
    int left;
} space_starts_t;

static int take_start(void *baton, apr_int64_t start_ns)
{
    space_starts_t *starts = baton;

    add_start(starts->answer, starts->time, start_ns);
    return --starts->left > 0;
}

static void find_when(answer_t *answer, apr_pool_t *scratch)
{
    int i;

    for (i = 0; i < answer->times.count; i++) {
        space_starts_t starts = {answer, &answer->times.list[i], answer->question.per_space};

        booking_v1_time_starts(&answer->times, starts.time,
                               answer->question.minutes * BK_TIME_MINUTE, answer->question.people,
                               take_start, &starts, scratch);
    }
    qsort(answer->starts->elts, (size_t)answer->starts->nelts, sizeof(start_t), by_time);
}

/* ---- the answer ---------------------------------------------------------------------------------
 */

/* As it came: with its offset, or by the clocks of the spaces. */
static void write_asked(bk_json_text_t *text, const char *name, const bk_input_value_t *value)
{
    bk_json_text_string(text, name, value ? value->text : NULL);
}

static apr_status_t write_items(answer_t *answer)
{
    apr_pool_t *p = answer->request->r->pool, *scratch;
    apr_status_t rv = apr_pool_create(&scratch, p);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    answer->starts = apr_array_make(p, answer->times.count + 1, sizeof(start_t));
    switch (answer->question.kind) {
    case BOOKING_V1_QUESTION_WHO:
        find_who(answer, scratch);
        break;
    case BOOKING_V1_QUESTION_WHEN:
        find_when(answer, scratch);
        break;
    default:
        write_times(answer, scratch);
    }
    write_starts(answer);
    apr_pool_destroy(scratch);
    return APR_SUCCESS;
}

/* What differs each time comes first: the entity tag is of the rest. */
static int send_answer(answer_t *answer)
{
    bk_request_t *request = answer->request;
    apr_int64_t now = answer->times.now_ns - answer->times.now_ns % BK_TIME_SECOND;
    bk_json_text_t *text = &answer->text;
    const char *body;
    apr_size_t len, skip;

    bk_json_text_begin(text, request->r->pool);
    bk_json_text_string(text, "asOf", bk_time_format_utc(now, text->p));
    skip = text->len;
    write_asked(text, "from", answer->question.from);
    write_asked(text, "to", answer->question.to);
    if (answer->question.minutes) {
        bk_json_text_int(text, "minutes", answer->question.minutes);
    }
    bk_json_text_array(text, "items");
    if (write_items(answer) != APR_SUCCESS) {
        return bk_answer_problem(request, &bk_problem_internal, NULL);
    }
    bk_json_text_array_end(text);
    bk_json_text_bool(text, "truncated", answer->question.is_more || answer->is_cut);
    body = bk_json_text_end(text, &len);
    request->cache_control = BK_ANSWER_V1_LIST;
    return bk_representation_answer_weak_behind(request, body, len, skip);
}

int booking_v1_availability(bk_request_t *request)
{
    answer_t answer = {.request = request};
    int result = booking_v1_question_read(request, &answer.question);

    if (result == BK_CONTINUE) {
        result = booking_v1_question_spaces(request, &answer.question, &answer.times);
    }
    if (result == BK_CONTINUE) {
        result = booking_v1_time_read(request, &answer.times);
    }
    return result == BK_CONTINUE ? send_answer(&answer) : result;
}

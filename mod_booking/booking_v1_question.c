#include "booking_v1_question.h"

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_time.h"

/* A day on which clocks are put back has some hours more. */
#define EXTRA (2 * BK_TIME_HOUR)

/* Years in which days can be added to an instant. */
#define FIRST_YEAR (APR_INT64_C(-8520336000) * BK_TIME_SECOND) /* 1700 */
#define LAST_YEAR (APR_INT64_C(7258118400) * BK_TIME_SECOND)   /* 2200 */

static const char *const sorts[] = {"name", "capacity", NULL};
static const char *const includes[] = {"space", NULL};

/* clang-format off */
const bk_input_row_t booking_v1_question_rows[] = {
    {.name = "space", .kind = BK_INPUT_ID, .flags = BK_INPUT_REPEATED, .most = BOOKING_SPACES_MOST},
    BOOKING_SPACES_FILTER,
    {.name = "sort", .kind = BK_INPUT_WORD, .words = sorts},
    {.name = "include", .kind = BK_INPUT_WORD, .words = includes},
    {.name = "from", .kind = BK_INPUT_MOMENT, .flags = BK_INPUT_REQUIRED},
    {.name = "to", .kind = BK_INPUT_MOMENT},
    {.name = "minutes", .kind = BK_INPUT_INT, .min = 1, .max = BOOKING_V1_QUESTION_DAYS * 1440},
    {.name = "all", .kind = BK_INPUT_BOOL},
    {.name = "perSpace", .kind = BK_INPUT_INT, .min = 1, .max = 50},
    {.name = "limit", .kind = BK_INPUT_INT, .min = 1, .max = BOOKING_SPACES_MOST},
    {.name = "favourite", .kind = BK_INPUT_ID, .flags = BK_INPUT_REPEATED, .most = 100},
    {NULL}};
/* clang-format on */

/* ---- parameters ---------------------------------------------------------------------------------
 */

/* @return NULL, or the parameter that is wrong, and what is wrong with it */
static const char *find_wrong_time(const booking_v1_question_t *question, const char **parameter)
{
    const bk_input_value_t *from = question->from, *to = question->to;

    *parameter = "from";
    if (from->number < FIRST_YEAR || from->number > LAST_YEAR) {
        return "must lie between the years 1700 and 2200";
    }
    *parameter = "to";
    if (!to) {
        return question->minutes ? NULL : "is required, or \"minutes\" is";
    }
    if (to->is_wall != from->is_wall) {
        return "must have an offset if \"from\" has one, and none otherwise";
    }
    if (to->number < FIRST_YEAR || to->number > LAST_YEAR) {
        return "must lie between the years 1700 and 2200";
    }
    return to->number > from->number ? NULL : "must be after \"from\"";
}

static int is_given(const bk_request_t *request, const char *name)
{
    return bk_input_field(request->query, name)->state == BK_INPUT_GIVEN;
}

/* Whether the question has no list of starts, which could be cut. */
static int is_of_spaces(const booking_v1_question_t *question)
{
    return question->kind == BOOKING_V1_QUESTION_TAKEN ||
           question->kind == BOOKING_V1_QUESTION_EACH;
}

/* Parameters that say nothing together with the others. */
static const char *find_idle(const bk_request_t *request, const booking_v1_question_t *question)
{
    static const bk_input_row_t filter[] = {BOOKING_SPACES_FILTER, {NULL}};
    const bk_input_row_t *row;

    for (row = filter; row->name && is_given(request, "space"); row++) {
        if (is_given(request, row->name)) {
            return row->name;
        }
    }
    if (question->kind != BOOKING_V1_QUESTION_WHEN && is_given(request, "perSpace")) {
        return "perSpace";
    }
    if (question->kind != BOOKING_V1_QUESTION_WHO && is_given(request, "favourite")) {
        return "favourite";
    }
    if (question->kind != BOOKING_V1_QUESTION_EACH && bk_input_number(request->query, "all", 0)) {
        return "all";
    }
    return is_of_spaces(question) && is_given(request, "limit") ? "limit" : NULL;
}

static booking_v1_question_kind_t kind_of(const bk_input_t *query,
                                          const booking_v1_question_t *question)
{
    if (!question->minutes) {
        return BOOKING_V1_QUESTION_TAKEN;
    }
    if (!question->to) {
        return BOOKING_V1_QUESTION_WHO;
    }
    return bk_input_number(query, "all", 0) ? BOOKING_V1_QUESTION_EACH : BOOKING_V1_QUESTION_WHEN;
}

int booking_v1_question_read(bk_request_t *request, booking_v1_question_t *question)
{
    const bk_input_t *query = request->query;
    const char *wrong, *parameter;

    *question = (booking_v1_question_t){.from = bk_input_value(query, "from"),
                                        .to = bk_input_value(query, "to"),
                                        .minutes = (int)bk_input_number(query, "minutes", 0),
                                        .per_space = (int)bk_input_number(query, "perSpace", 3),
                                        .limit = (int)bk_input_number(query, "limit", 50),
                                        .people = (int)bk_input_number(query, "capacityMin", 0),
                                        .favourites = bk_input_field(query, "favourite")};
    question->kind = kind_of(query, question);
    wrong = find_wrong_time(question, &parameter);
    if (!wrong && (parameter = find_idle(request, question))) {
        wrong = "has no meaning beside the other parameters";
    }
    return wrong ? bk_answer_wrong_parameter(request, parameter, wrong) : BK_CONTINUE;
}

/* ---- bounds -------------------------------------------------------------------------------------
 */

static apr_int64_t length_of(const booking_v1_question_t *question)
{
    apr_int64_t length = question->to ? question->to->number - question->from->number : 0;

    return length > question->minutes * BK_TIME_MINUTE ? length
                                                       : question->minutes * BK_TIME_MINUTE;
}

static apr_int64_t spaces_for(apr_int64_t length)
{
    apr_int64_t counted = length > EXTRA + BK_TIME_HOUR ? length - EXTRA : BK_TIME_HOUR;
    apr_int64_t most = BOOKING_V1_QUESTION_SPACE_DAYS * BK_TIME_DAY / counted;

    return most < BOOKING_SPACES_MOST ? most : BOOKING_SPACES_MOST;
}

static int check_bounds(bk_request_t *request, const booking_v1_question_t *question, int count)
{
    apr_int64_t length = length_of(question), most = spaces_for(length);
    apr_pool_t *p = request->r->pool;

    if (length > BOOKING_V1_QUESTION_DAYS * BK_TIME_DAY + EXTRA) {
        return bk_answer_problem(
            request, &bk_problem_window_too_large,
            apr_psprintf(p, "It can be asked for at most %d days", BOOKING_V1_QUESTION_DAYS));
    }
    if (count > most) {
        return bk_answer_problem(
            request, &bk_problem_window_too_large,
            apr_psprintf(p,
                         "For that long it can be asked for at most %" APR_INT64_T_FMT
                         " spaces, not %d: spaces times days must be at most %d",
                         most, count, BOOKING_V1_QUESTION_SPACE_DAYS));
    }
    return BK_CONTINUE;
}

/* ---- spaces -------------------------------------------------------------------------------------
 */

static int get_named(bk_request_t *request, const booking_v1_question_t *question,
                     const booking_spaces_t **spaces)
{
    const bk_input_field_t *field = bk_input_field(request->query, "space");
    const char **ids = apr_palloc(request->r->pool, field->count * sizeof(*ids));
    apr_size_t i;
    int result = check_bounds(request, question, (int)field->count);

    if (result != BK_CONTINUE) {
        return result;
    }
    for (i = 0; i < field->count; i++) {
        ids[i] = field->values[i].text;
    }
    result = booking_spaces_by_id(request, ids, (int)field->count, spaces);
    if (result == BK_CONTINUE && (*spaces)->count == 0) {
        return bk_answer_problem(request, &bk_problem_not_found,
                                 field->count == 1 ? "There is no space with this id"
                                                   : "None of these spaces exists");
    }
    return result;
}

static int get_found(bk_request_t *request, const booking_v1_question_t *question,
                     const booking_spaces_t **spaces)
{
    const char *sort = bk_input_text(request->query, "sort", NULL);
    int result = check_bounds(request, question, 0);

    if (result == BK_CONTINUE) {
        result = booking_spaces_find(request, request->query, sort, BOOKING_SPACES_MOST, spaces);
    }
    return result == BK_CONTINUE ? check_bounds(request, question, (*spaces)->count) : result;
}

/* By the space's own clock, if it came without an offset. @return 0: it never shows this time */
static int instant_of(const booking_space_t *space, const bk_input_value_t *value, apr_int64_t *ns)
{
    *ns = value->number;
    return !value->is_wall || bk_zone_instant(space->zone, value->number, ns) != BK_ZONE_NEVER;
}

/* A booking has to begin at a time that there is; a window may begin in a gap. */
static int set_window(const booking_v1_question_t *question, booking_v1_time_t *time)
{
    int is_shown = instant_of(time->space, question->from, &time->window.start_ns);

    if (!question->to) {
        time->window.end_ns = time->window.start_ns + question->minutes * BK_TIME_MINUTE;
        return is_shown;
    }
    instant_of(time->space, question->to, &time->window.end_ns);
    if (question->kind == BOOKING_V1_QUESTION_EACH &&
        time->window.end_ns < time->window.start_ns + question->minutes * BK_TIME_MINUTE) {
        time->window.end_ns = time->window.start_ns + question->minutes * BK_TIME_MINUTE;
    }
    if (time->window.end_ns <= time->window.start_ns) { /* all of it is in a gap */
        time->window.end_ns = time->window.start_ns + 1;
    }
    return is_shown || question->kind != BOOKING_V1_QUESTION_EACH;
}

static int answer_never(bk_request_t *request)
{
    const bk_fault_pointer_t where = {NULL, "from", 0};
    bk_faults_t faults;

    bk_fault_none(&faults, request->r->pool);
    faults.source = BK_FAULT_QUERY;
    bk_fault_add(&faults, &where, bk_problem_time_does_not_exist.code, BK_ZONE_NEVER_TEXT);
    return bk_answer_faults(request, &faults);
}

int booking_v1_question_spaces(bk_request_t *request, booking_v1_question_t *question,
                               booking_v1_times_t *times)
{
    const booking_spaces_t *spaces;
    int i, result = is_given(request, "space") ? get_named(request, question, &spaces)
                                               : get_found(request, question, &spaces);

    if (result != BK_CONTINUE) {
        return result;
    }
    question->is_more = spaces->is_more;
    booking_v1_time_begin(request, spaces, times);
    for (i = 0; i < times->count; i++) {
        if (!set_window(question, &times->list[i])) {
            return answer_never(request);
        }
    }
    return BK_CONTINUE;
}

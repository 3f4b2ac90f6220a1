#include "booking_v1_query.h"

#include <ctype.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_json_alone.h"
#include "bk_text.h"
#include "bk_time.h"
#include "booking_v1_json.h"

#define SPACES_MOST 1000

const char *const booking_v1_query_manages[] = {"me", NULL};
const char *const booking_v1_query_sorts[] = {"start", "-start", NULL};

static int sees_all(const bk_request_t *request)
{
    return request->caller.is_admin || request->caller.role == BK_ROLE_AUDITOR;
}

/* ---- people, groups, states ---------------------------------------------------------------------
 */

static int read_number(bk_request_t *request, const char *name, apr_int64_t *id)
{
    const char *text = bk_input_text(request->query, name, NULL);

    return !text || bk_text_id(text, id) ? BK_CONTINUE
                                         : bk_answer_wrong_parameter(request, name, "is not an id");
}

static int read_user(bk_request_t *request, booking_v1_query_t *query)
{
    if (strcmp(bk_input_text(request->query, "user", ""), "me") == 0) {
        query->filter.user_id = request->caller.id;
        return BK_CONTINUE;
    }
    return read_number(request, "user", &query->filter.user_id);
}

/* Those that are ahead, unless the client says otherwise. */
static unsigned int read_states(const bk_request_t *request)
{
    const bk_input_field_t *field = bk_input_field(request->query, "state");
    unsigned int states = 0;
    apr_size_t i;

    for (i = 0; i < field->count; i++) {
        states |= 1u << field->values[i].number;
    }
    return states ? states : 1u << BOOKING_STATE_CONFIRMED | 1u << BOOKING_STATE_PENDING;
}

static int is_own_group(const bk_request_t *request, const char *group)
{
    int i;

    for (i = 0; i < request->caller.group_count; i++) {
        if (strcmp(request->caller.groups[i], group) == 0) {
            return 1;
        }
    }
    return 0;
}

/* That a masked booking is somebody's, or of a group or a series, is not told. */
static bk_detail_t least_detail(const bk_request_t *request, const booking_v1_filter_t *filter)
{
    if ((filter->group && !is_own_group(request, filter->group)) || filter->series_id ||
        filter->like) {
        return BK_DETAIL_FULL;
    }
    return filter->user_id && filter->user_id != request->caller.id ? BK_DETAIL_OWNER
                                                                    : BK_DETAIL_BUSY;
}

/* ---- words --------------------------------------------------------------------------------------
 */

/* As lower() of SQLite has it: of letters of ASCII. What LIKE means otherwise is escaped. */
static const char *make_like(const char *text, apr_pool_t *p)
{
    char *like = apr_palloc(p, 2 * strlen(text) + 3), *to = like;

    *to++ = '%';
    for (; *text; text++) {
        if (*text == '%' || *text == '_' || *text == '!') {
            *to++ = '!';
        }
        *to++ = (char)(*text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text);
    }
    *to++ = '%';
    *to = '\0';
    return like;
}

/* ---- spaces -------------------------------------------------------------------------------------
 */

/* One space has an index of its own. */
static void set_spaces(booking_v1_query_t *query, const char *const *ids, int count, apr_pool_t *p)
{
    query->is_empty = count == 0;
    query->filter.space_id = count == 1 ? ids[0] : NULL;
    query->filter.spaces = bk_json_alone_texts(ids, count, p);
}

/* Parameters of the space service. Archived spaces have bookings, too. */
static const bk_input_t *space_filter(const bk_request_t *request, int manages)
{
    static const bk_input_row_t rows[] = {BOOKING_SPACES_FILTER, {NULL}};
    static const bk_input_value_t both[] = {{.text = "active", .len = 6, .number = 0},
                                            {.text = "archived", .len = 8, .number = 1}};
    static const bk_input_value_t me[] = {{.text = "me", .len = 2}};
    bk_input_t *input = bk_input_make(rows, request->r->pool);

    input->fields[bk_input_row(rows, "building")] = *bk_input_field(request->query, "building");
    input->fields[bk_input_row(rows, "state")] = (bk_input_field_t){BK_INPUT_GIVEN, 2, both};
    if (manages) {
        input->fields[bk_input_row(rows, "manages")] = (bk_input_field_t){BK_INPUT_GIVEN, 1, me};
    }
    return input;
}

/* Those that were named and are among those that were found. */
static int keep_named(const bk_request_t *request, const booking_spaces_t *found, const char **ids)
{
    const bk_input_field_t *field = bk_input_field(request->query, "space");
    apr_size_t i;
    int count = 0;

    for (i = 0; i < field->count; i++) {
        if (booking_spaces_get(found, field->values[i].text)) {
            ids[count++] = field->values[i].text;
        }
    }
    for (i = 0; !field->count && i < (apr_size_t)found->count; i++) {
        ids[count++] = found->list[i]->id;
    }
    return count;
}

static int find_spaces(bk_request_t *request, booking_v1_query_t *query, int manages)
{
    const booking_spaces_t *found;
    apr_size_t named = bk_input_field(request->query, "space")->count;
    const char **ids;
    int result =
        booking_spaces_find(request, space_filter(request, manages), NULL, SPACES_MOST, &found);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (found->is_more) {
        return bk_answer_problem(request, &bk_problem_window_too_large,
                                 "That is more than 1000 spaces: name fewer");
    }
    ids = apr_palloc(request->r->pool, (named + (apr_size_t)found->count + 1) * sizeof(*ids));
    set_spaces(query, ids, keep_named(request, found, ids), request->r->pool);
    return BK_CONTINUE;
}

static void take_named(bk_request_t *request, booking_v1_query_t *query)
{
    const bk_input_field_t *field = bk_input_field(request->query, "space");
    const char **ids = apr_palloc(request->r->pool, (field->count + 1) * sizeof(*ids));
    apr_size_t i;

    for (i = 0; i < field->count; i++) {
        ids[i] = field->values[i].text;
    }
    if (field->count) {
        set_spaces(query, ids, (int)field->count, request->r->pool);
    }
}

/* Who manages no space may not look for words. */
static int read_spaces(bk_request_t *request, booking_v1_query_t *query)
{
    int by_words = query->filter.like && !sees_all(request);
    int manages = bk_input_value(request->query, "manages") || by_words;
    int result = BK_CONTINUE;

    if (manages || bk_input_value(request->query, "building")) {
        result = find_spaces(request, query, manages);
    }
    else {
        take_named(request, query);
    }
    return result == BK_CONTINUE && by_words && query->is_empty
               ? bk_answer_problem(request, &bk_problem_forbidden,
                                   "Only managers of spaces may search for words")
               : result;
}

/* ---- all of it ----------------------------------------------------------------------------------
 */

static booking_v1_by_t choose_index(const booking_v1_filter_t *filter)
{
    if (filter->series_id) {
        return BOOKING_V1_BY_SERIES;
    }
    if (filter->user_id) {
        return BOOKING_V1_BY_USER;
    }
    if (filter->space_id) {
        return BOOKING_V1_BY_SPACE;
    }
    if (filter->group) {
        return BOOKING_V1_BY_GROUP;
    }
    return filter->states == 1u << BOOKING_STATE_PENDING ? BOOKING_V1_BY_PENDING
                                                         : BOOKING_V1_BY_START;
}

int booking_v1_query_read(bk_request_t *request, booking_v1_query_t *query)
{
    booking_v1_filter_t *filter = &query->filter;
    const char *words = bk_input_text(request->query, "q", NULL);
    int result;

    *query = (booking_v1_query_t){.filter.now_ns = bk_time_now()};
    filter->from_ns = bk_input_number(request->query, "from", filter->now_ns);
    filter->to_ns = bk_input_number(request->query, "to", APR_INT64_MAX);
    filter->states = read_states(request);
    filter->group = bk_input_text(request->query, "group", NULL);
    filter->is_descending = bk_input_number(request->query, "sort", 0) != 0;
    filter->like = words ? make_like(words, request->r->pool) : NULL;
    result = read_user(request, query);
    if (result == BK_CONTINUE) {
        result = read_number(request, "series", &filter->series_id);
    }
    if (result == BK_CONTINUE) {
        result = read_spaces(request, query);
    }
    query->least = least_detail(request, filter);
    filter->by = choose_index(filter);
    return result;
}

int booking_v1_query_shows(const booking_v1_query_t *query, const booking_v1_view_t *view)
{
    return view->is_seen && view->detail >= query->least;
}

#include "booking_export.h"

#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_read.h"
#include "booking_export_csv.h"
#include "booking_export_ics.h"
#include "booking_export_json.h"
#include "booking_export_store.h"

/* ---- formats ------------------------------------------------------------------------------------
 */

/* In the order of booking_export_words. */
static const booking_export_format_t *const formats[] = {&booking_export_csv, &booking_export_ics,
                                                         &booking_export_json, NULL};
const char *const booking_export_words[] = {"csv", "ics", "json", NULL};

/* Whether a media type is in an Accept field; weights are not looked at. */
static int is_accepted(const char *accept, const char *type)
{
    const char *found = accept ? ap_strcasestr(accept, type) : NULL;

    return found && (found == accept || strchr(", ", found[-1])) &&
           (!found[strlen(type)] || strchr(",; ", found[strlen(type)]));
}

/* JSON by Accept is a page of the list. */
const booking_export_format_t *booking_export_format(const bk_request_t *request)
{
    const bk_input_value_t *value = bk_input_value(request->query, "format");
    const char *accept = apr_table_get(request->r->headers_in, "Accept");

    if (value) {
        return formats[value->number];
    }
    if (is_accepted(accept, "text/csv")) {
        return &booking_export_csv;
    }
    return is_accepted(accept, "text/calendar") ? &booking_export_ics : NULL;
}

/* ---- what it is about ---------------------------------------------------------------------------
 */

typedef struct survey_t {
    const booking_v1_query_t *query;
    apr_hash_t *ids; /* of spaces */
    apr_pool_t *p;
    apr_int64_t from_ns, to_ns;
    int count;
} survey_t;

static const booking_export_store_verbs_t *verbs(const bk_request_t *request)
{
    return request->store->verbs[BOOKING_STORE_EXPORT];
}

static apr_status_t look_at_row(void *baton, const booking_v1_t *row)
{
    survey_t *survey = baton;

    if (++survey->count > BOOKING_EXPORT_MOST) {
        return APR_EOF;
    }
    if (!apr_hash_get(survey->ids, row->space_id, APR_HASH_KEY_STRING)) {
        const char *id = apr_pstrdup(survey->p, row->space_id);

        apr_hash_set(survey->ids, id, APR_HASH_KEY_STRING, id);
    }
    survey->from_ns = row->start_ns < survey->from_ns ? row->start_ns : survey->from_ns;
    survey->to_ns = row->end_ns > survey->to_ns ? row->end_ns : survey->to_ns;
    return APR_SUCCESS;
}

static apr_status_t read_survey(bk_request_t *request, void *baton)
{
    survey_t *survey = baton;

    survey->ids = apr_hash_make(survey->p);
    survey->count = 0;
    survey->from_ns = APR_INT64_MAX;
    survey->to_ns = APR_INT64_MIN;
    return survey->query->is_empty ? APR_SUCCESS
                                   : verbs(request)->all(request->handle, &survey->query->filter,
                                                         look_at_row, survey, survey->p);
}

static int find_spaces(bk_request_t *request, const survey_t *survey, booking_export_t *to)
{
    const char **ids =
        apr_palloc(survey->p, sizeof(*ids) * (apr_size_t)(apr_hash_count(survey->ids) + 1));
    apr_hash_index_t *at;
    int count = 0;

    for (at = apr_hash_first(survey->p, survey->ids); at; at = apr_hash_next(at)) {
        ids[count++] = apr_hash_this_val(at);
    }
    /* The space service needs a connection, too. */
    bk_request_release(request);
    return booking_spaces_by_id(request, ids, count, &to->spaces);
}

static int survey(bk_request_t *request, const booking_v1_query_t *query, booking_export_t *to)
{
    survey_t survey = {.query = query, .p = request->r->pool};
    apr_status_t rv;
    int result = bk_read(request, read_survey, &survey, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv == APR_EOF) {
        return bk_answer_problem(request, &bk_problem_window_too_large,
                                 "That is more than 100000 bookings: ask for a shorter time");
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    to->from_ns = survey.count ? survey.from_ns : 0;
    to->to_ns = survey.count ? survey.to_ns : 0;
    return find_spaces(request, &survey, to);
}

/* ---- writing ------------------------------------------------------------------------------------
 */

typedef struct writing_t {
    booking_export_t to;
    const booking_export_format_t *format;
    const booking_v1_query_t *query;
    apr_pool_t *row; /* of the present booking */
    /* The request, but for its pool. */
    bk_request_t request;
    request_rec r;
    apr_status_t spooled; /* other than APR_SUCCESS: an error of the file */
} writing_t;

static apr_status_t write_row(void *baton, const booking_v1_t *found)
{
    writing_t *writing = baton;
    booking_export_t *to = &writing->to;
    booking_v1_t row = *found;
    const booking_space_t *space = booking_spaces_get(to->spaces, row.space_id);
    booking_v1_view_t view;

    apr_pool_clear(writing->row);
    if (to->count == BOOKING_EXPORT_MOST) {
        return APR_EOF;
    }
    booking_v1_view_settle(&row, writing->query->filter.now_ns);
    view = booking_v1_view(to->request, space, &row);
    if (booking_v1_query_shows(writing->query, &view)) {
        writing->format->row(to, &row, space, &view);
        to->count++;
    }
    return APR_SUCCESS;
}

/* For bk_read(), which may read twice: each time begins with an empty file. */
static apr_status_t write_all(bk_request_t *request, void *baton)
{
    writing_t *writing = baton;
    apr_status_t rv = APR_SUCCESS;

    writing->to.count = 0;
    writing->spooled = bk_spool_make(&writing->to.spool, request);
    if (writing->spooled != APR_SUCCESS) {
        return APR_SUCCESS;
    }
    writing->format->begin(&writing->to, request->r->pool);
    if (!writing->query->is_empty) {
        rv = verbs(request)->all(request->handle, &writing->query->filter, write_row, writing,
                                 request->r->pool);
    }
    writing->spooled = writing->format->end(&writing->to);
    return rv == APR_EOF ? APR_SUCCESS : rv;
}

static int answer(bk_request_t *request, writing_t *writing, apr_status_t rv)
{
    if (writing->spooled != APR_SUCCESS) {
        ap_log_rerror(BK_MARK, APLOG_ERR, writing->spooled, request->r,
                      "BK0601: bookings cannot be exported: no temporary file could be written");
        return bk_answer_problem(request, &bk_problem_unavailable, NULL);
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    apr_table_setn(request->r->headers_out, "Content-Disposition",
                   apr_pstrcat(request->r->pool, "attachment; filename=\"", writing->format->file,
                               "\"", NULL));
    return bk_spool_answer(writing->to.spool, writing->format->type);
}

int booking_export(bk_request_t *request, const booking_export_format_t *format,
                   const booking_v1_query_t *query)
{
    writing_t *writing = apr_pcalloc(request->r->pool, sizeof(*writing));
    apr_status_t rv;
    int result = survey(request, query, &writing->to);

    if (result != BK_CONTINUE) {
        return result;
    }
    apr_pool_create(&writing->row, request->r->pool);
    writing->format = format;
    writing->query = query;
    writing->r = *request->r;
    writing->r.pool = writing->row;
    writing->request = *request;
    writing->request.r = &writing->r;
    writing->to.request = &writing->request;
    result = bk_read(request, write_all, writing, &rv);
    return result == BK_CONTINUE ? answer(request, writing, rv) : result;
}

#include "booking_export.h"

#include <stdlib.h>
#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_read.h"
#include "booking_export_csv.h"
#include "booking_export_ics.h"
#include "booking_export_json.h"
#include "booking_export_rows.h"
#include "booking_export_store.h"
#include "booking_people.h"
#include "booking_v1_people.h"

/* ---- formats ------------------------------------------------------------------------------------
 */

/* In the order of booking_export_words. */
static const booking_export_format_t *const formats[] = {&booking_export_csv, &booking_export_ics,
                                                         &booking_export_json, NULL};
const char *const booking_export_words[] = {"csv", "ics", "json", NULL};

/* The weight of a range of Accept, in thousandths, by its parameters (RFC 9110, section 12.4.2). */
static int weight_of(const char *parameters)
{
    const char *weight = ap_strcasestr(parameters, "q=");

    return weight ? (int)(strtod(weight + 2, NULL) * 1000 + 0.5) : 1000;
}

/* The weight of a media type that an Accept field names as such; 0: it does not, or does not want
 * it. */
static int named_weight(const char *accept, const char *type, apr_pool_t *p)
{
    char *rest = NULL, *range;

    for (range = apr_strtok(apr_pstrdup(p, accept), ",", &rest); range;
         range = apr_strtok(NULL, ",", &rest)) {
        apr_size_t len;

        range += strspn(range, " \t");
        len = strcspn(range, "; \t");
        if (len == strlen(type) && strncasecmp(range, type, len) == 0) {
            return weight_of(range + len);
        }
    }
    return 0;
}

/* A file has to be named: a range of several types means the list. JSON is a page of it, by Accept.
 */
static const booking_export_format_t *wanted_by(const char *accept, apr_pool_t *p)
{
    int csv = named_weight(accept, "text/csv", p);
    int ics = named_weight(accept, "text/calendar", p);
    int json = named_weight(accept, "application/json", p);

    if (csv && csv >= ics && csv >= json) {
        return &booking_export_csv;
    }
    return ics && ics >= json ? &booking_export_ics : NULL;
}

const booking_export_format_t *booking_export_format(const bk_request_t *request)
{
    const bk_input_value_t *value = bk_input_value(request->query, "format");
    const char *accept = apr_table_get(request->r->headers_in, "Accept");

    if (value) {
        return formats[value->number];
    }
    return accept ? wanted_by(accept, request->r->pool) : NULL;
}

/* ---- reading ------------------------------------------------------------------------------------
 */

/* All rows of one moment, and what they are about. */
typedef struct reading_t {
    const booking_v1_query_t *query;
    booking_export_rows_t rows;
    apr_status_t spooled; /* other than APR_SUCCESS: an error of the file */
    apr_hash_t *spaces;   /* ids */
    apr_pool_t *p;
    apr_int64_t from_ns, to_ns;
    int count;
} reading_t;

static const booking_export_store_verbs_t *verbs(const bk_request_t *request)
{
    return request->store->verbs[BOOKING_STORE_EXPORT];
}

static apr_status_t read_row(void *baton, const booking_v1_t *row)
{
    reading_t *reading = baton;

    if (++reading->count > BOOKING_EXPORT_MOST) {
        return APR_EOF;
    }
    if (!apr_hash_get(reading->spaces, row->space_id, APR_HASH_KEY_STRING)) {
        const char *id = apr_pstrdup(reading->p, row->space_id);

        apr_hash_set(reading->spaces, id, APR_HASH_KEY_STRING, id);
    }
    reading->from_ns = row->start_ns < reading->from_ns ? row->start_ns : reading->from_ns;
    reading->to_ns = row->end_ns > reading->to_ns ? row->end_ns : reading->to_ns;
    booking_export_rows_add(&reading->rows, row);
    return APR_SUCCESS;
}

/* For bk_read(), which may read twice: each time begins with an empty file. */
static apr_status_t read_all(bk_request_t *request, void *baton)
{
    reading_t *reading = baton;
    apr_status_t rv = APR_SUCCESS;

    reading->spaces = apr_hash_make(reading->p);
    reading->count = 0;
    reading->from_ns = APR_INT64_MAX;
    reading->to_ns = APR_INT64_MIN;
    reading->spooled = booking_export_rows_begin(&reading->rows, request);
    if (reading->spooled != APR_SUCCESS) {
        return APR_SUCCESS;
    }
    if (!reading->query->is_empty) {
        rv = verbs(request)->all(request->handle, &reading->query->filter, read_row, reading,
                                 reading->p);
    }
    reading->spooled = booking_export_rows_end(&reading->rows);
    return rv;
}

static int answer_no_file(bk_request_t *request, apr_status_t rv)
{
    ap_log_rerror(BK_MARK, APLOG_ERR, rv, request->r,
                  "BK0601: bookings cannot be exported: no temporary file could be written");
    return bk_answer_problem(request, &bk_problem_unavailable, NULL);
}

/* Other services need connections to their stores: this one's is given back. */
static int read_rows(bk_request_t *request, reading_t *reading)
{
    apr_status_t rv;
    int result = bk_read(request, read_all, reading, &rv);

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
    if (reading->spooled != APR_SUCCESS) {
        return answer_no_file(request, reading->spooled);
    }
    bk_request_release(request);
    return BK_CONTINUE;
}

static int find_spaces(bk_request_t *request, const reading_t *reading, booking_export_t *to)
{
    const char **ids =
        apr_palloc(reading->p, sizeof(*ids) * (apr_size_t)(apr_hash_count(reading->spaces) + 1));
    apr_hash_index_t *at;
    int count = 0;

    for (at = apr_hash_first(reading->p, reading->spaces); at; at = apr_hash_next(at)) {
        ids[count++] = apr_hash_this_val(at);
    }
    to->from_ns = reading->count ? reading->from_ns : 0;
    to->to_ns = reading->count ? reading->to_ns : 0;
    return booking_spaces_by_id(request, ids, count, &to->spaces);
}

/* ---- writing ------------------------------------------------------------------------------------
 */

/* Rows that are written at a time: of their people those who are not known yet are asked for. */
enum { PAGE = 200 };

/* Names that are kept at the most, about. */
enum { NAMES = 5000 };

typedef struct writing_t {
    booking_export_t to;
    const booking_export_format_t *format;
    const booking_v1_query_t *query;
    booking_v1_t rows[PAGE];
    booking_v1_view_t views[PAGE];
    int count; /* of this page */
    /* The request, but for its pool, which is that of the page. */
    bk_request_t request;
    request_rec r;
    apr_hash_t *names;  /* of people, in a pool of their own */
    int is_unavailable; /* the user service gave no answer, and is not asked again */
} writing_t;

static apr_status_t read_page(writing_t *writing, booking_export_rows_t *rows)
{
    apr_status_t rv = APR_SUCCESS;

    writing->count = 0;
    while (writing->count < PAGE && rv == APR_SUCCESS) {
        booking_v1_t *row = &writing->rows[writing->count];

        rv = booking_export_rows_next(rows, row, writing->r.pool);
        if (rv == APR_SUCCESS) {
            booking_v1_view_settle(row, writing->query->filter.now_ns);
            writing->views[writing->count++] = booking_v1_view(
                &writing->request, booking_spaces_get(writing->to.spaces, row->space_id), row);
        }
    }
    return rv;
}

static void learn_people(writing_t *writing)
{
    apr_pool_t *p = writing->r.pool;
    apr_array_header_t *ids = apr_array_make(p, 2 * PAGE, sizeof(apr_int64_t));
    int i;

    if (apr_hash_count(writing->names) > NAMES) {
        apr_pool_t *of_names = apr_hash_pool_get(writing->names);

        apr_pool_clear(of_names);
        writing->names = apr_hash_make(of_names);
    }
    booking_people_keep_in(&writing->request, writing->names);
    for (i = 0; i < writing->count; i++) {
        if (booking_v1_query_shows(writing->query, &writing->views[i])) {
            booking_v1_people_add(ids, &writing->rows[i], &writing->views[i], p);
        }
    }
    if (!writing->is_unavailable) {
        writing->is_unavailable =
            !booking_people_learn(&writing->request, (const apr_int64_t *)ids->elts, ids->nelts);
    }
}

static void write_page(writing_t *writing)
{
    booking_export_t *to = &writing->to;
    int i;

    learn_people(writing);
    for (i = 0; i < writing->count; i++) {
        const booking_v1_t *row = &writing->rows[i];

        if (booking_v1_query_shows(writing->query, &writing->views[i])) {
            writing->format->row(to, row, booking_spaces_get(to->spaces, row->space_id),
                                 &writing->views[i]);
            to->count++;
        }
    }
}

static apr_status_t write_all(bk_request_t *request, writing_t *writing,
                              booking_export_rows_t *rows)
{
    apr_status_t rv = bk_spool_make(&writing->to.spool, request), ended;

    if (rv != APR_SUCCESS) {
        return rv;
    }
    writing->format->begin(&writing->to, request->r->pool);
    while (rv == APR_SUCCESS) {
        apr_pool_clear(writing->r.pool);
        rv = read_page(writing, rows);
        write_page(writing);
    }
    ended = writing->format->end(&writing->to);
    return rv == APR_EOF ? ended : rv;
}

static int answer(bk_request_t *request, const writing_t *writing)
{
    apr_table_setn(request->r->headers_out, "Content-Disposition",
                   apr_pstrcat(request->r->pool, "attachment; filename=\"", writing->format->file,
                               "\"", NULL));
    return bk_spool_answer(writing->to.spool, writing->format->type);
}

/* @param request  has given its store back */
static writing_t *begin_writing(const bk_request_t *request, const booking_export_format_t *format,
                                const booking_v1_query_t *query)
{
    writing_t *writing = apr_pcalloc(request->r->pool, sizeof(*writing));
    apr_pool_t *of_names;

    writing->format = format;
    writing->query = query;
    writing->request = *request;
    writing->r = *request->r;
    writing->request.r = &writing->r;
    writing->to.request = &writing->request;
    apr_pool_create(&writing->r.pool, request->r->pool);
    apr_pool_create(&of_names, request->r->pool);
    writing->names = apr_hash_make(of_names);
    return writing;
}

int booking_export(bk_request_t *request, const booking_export_format_t *format,
                   const booking_v1_query_t *query)
{
    reading_t *reading = apr_pcalloc(request->r->pool, sizeof(*reading));
    writing_t *writing;
    apr_status_t rv;
    int result;

    reading->query = query;
    reading->p = request->r->pool;
    result = read_rows(request, reading);
    if (result != BK_CONTINUE) {
        return result;
    }
    writing = begin_writing(request, format, query);
    result = find_spaces(request, reading, &writing->to);
    if (result != BK_CONTINUE) {
        return result;
    }
    rv = write_all(request, writing, &reading->rows);
    return rv == APR_SUCCESS ? answer(request, writing) : answer_no_file(request, rv);
}

#include "booking_v1_list.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_read.h"
#include "bk_text.h"
#include "booking_export.h"
#include "booking_people.h"
#include "booking_rows.h"
#include "booking_v1_people.h"
#include "booking_v1_place.h"

static const char *const includes[] = {"space", NULL};

const bk_input_row_t booking_v1_list_rows[] = {
    BOOKING_V1_QUERY_PARAMETERS,
    {.name = "include", .kind = BK_INPUT_WORD, .words = includes},
    BOOKING_EXPORT_PARAMETERS,
    BK_LIST_PARAMETERS,
    {NULL}};

typedef struct page_t {
    booking_v1_query_t query;
    bk_list_t list;
    booking_v1_t *rows; /* one more than the page has, if there are more */
    int count;
    apr_pool_t *p;
} page_t;

/* ---- reading ------------------------------------------------------------------------------------
 */

/* Rows are kept, because the space service is asked about their spaces before they are written. */
static apr_status_t keep_row(void *baton, const booking_v1_t *row)
{
    page_t *page = baton;
    booking_v1_t *kept = &page->rows[page->count++];

    *kept = *row;
    booking_rows_keep(kept, page->p);
    return APR_SUCCESS;
}

/* For bk_read(), which may read twice: the standby, and the primary if that failed. */
static apr_status_t read_rows(bk_request_t *request, void *baton)
{
    page_t *page = baton;

    page->count = 0;
    return booking_v1_verbs(request)->each(request->handle, &page->query.filter, keep_row, page,
                                           request->r->pool);
}

static int read_page(bk_request_t *request, page_t *page)
{
    booking_v1_filter_t *filter = &page->query.filter;
    apr_status_t rv;
    int result;

    filter->limit = page->list.limit + 1;
    if (page->list.after) {
        filter->is_after = 1;
        if (!booking_v1_place_read(request, page->list.after, &filter->after_ns,
                                   &filter->after_id)) {
            return bk_answer_wrong_parameter(request, "cursor",
                                             "is not one that this server issued");
        }
    }
    page->rows = apr_palloc(page->p, (apr_size_t)filter->limit * sizeof(*page->rows));
    if (page->query.is_empty) {
        return BK_CONTINUE;
    }
    result = bk_read(request, read_rows, page, &rv);
    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    bk_request_release(request);
    return BK_CONTINUE;
}

/* ---- writing ------------------------------------------------------------------------------------
 */

static int find_spaces(bk_request_t *request, const page_t *page, const booking_spaces_t **spaces)
{
    const char **ids = apr_palloc(page->p, (apr_size_t)(page->count + 1) * sizeof(*ids));
    int i;

    for (i = 0; i < page->count; i++) {
        ids[i] = page->rows[i].space_id;
    }
    return booking_spaces_by_id(request, ids, page->count, spaces);
}

/* Those whose names the page shows, by one call. */
static void learn_people(bk_request_t *request, const page_t *page, const booking_spaces_t *spaces)
{
    apr_array_header_t *ids = apr_array_make(page->p, 2 * page->count, sizeof(apr_int64_t));
    int i;

    for (i = 0; i < page->count && i < page->list.limit; i++) {
        booking_v1_t row = page->rows[i];
        booking_v1_view_t view;

        booking_v1_view_settle(&row, page->query.filter.now_ns);
        view = booking_v1_view(request, booking_spaces_get(spaces, row.space_id), &row);
        if (booking_v1_query_shows(&page->query, &view)) {
            booking_v1_people_add(ids, &row, &view, page->p);
        }
    }
    (void)booking_people_learn(request, (const apr_int64_t *)ids->elts, ids->nelts);
}

static void write_row(bk_request_t *request, page_t *page, booking_v1_t *row,
                      const booking_spaces_t *spaces)
{
    const booking_space_t *space = booking_spaces_get(spaces, row->space_id);
    unsigned int what = bk_input_value(request->query, "include") ? BOOKING_V1_JSON_SPACE : 0;
    const char *at[BOOKING_V1_PLACE_VALUES];
    booking_v1_view_t view;
    bk_json_text_t *text;

    booking_v1_place_write(request, row, at);
    booking_v1_view_settle(row, page->query.filter.now_ns);
    view = booking_v1_view(request, space, row);
    if (!booking_v1_query_shows(&page->query, &view)) {
        memcpy(page->list.last, at, sizeof(at)); /* the next page begins behind it all the same */
        return;
    }
    text = bk_list_item(&page->list, at);
    booking_v1_json_write(text, request, row, space, &view, what);
    bk_list_item_end(&page->list);
}

static int write_page(bk_request_t *request, page_t *page)
{
    const booking_spaces_t *spaces;
    int i, result = page->count ? find_spaces(request, page, &spaces) : BK_CONTINUE;

    if (result != BK_CONTINUE) {
        return result;
    }
    if (page->count) {
        learn_people(request, page, spaces);
    }
    for (i = 0; i < page->count && i < page->list.limit; i++) {
        write_row(request, page, &page->rows[i], spaces);
    }
    page->list.has_more = page->count > page->list.limit;
    return bk_list_answer(&page->list);
}

/* A whole list has no pages. */
static int export_all(bk_request_t *request, const booking_export_format_t *format,
                      const booking_v1_query_t *query)
{
    static const char *const of_pages[] = {"limit", "cursor"};
    int i;

    for (i = 0; i < 2; i++) {
        if (bk_input_value(request->query, of_pages[i])) {
            return bk_answer_wrong_parameter(request, of_pages[i],
                                             "is only for lists that have pages");
        }
    }
    return booking_export(request, format, query);
}

int booking_v1_list(bk_request_t *request)
{
    const booking_export_format_t *format = booking_export_format(request);
    page_t page = {.p = request->r->pool};
    int result = bk_list_begin(&page.list, request, BOOKING_V1_PLACE_VALUES);

    if (result == BK_CONTINUE) {
        result = booking_v1_query_read(request, &page.query);
    }
    if (result == BK_CONTINUE && format) {
        return export_all(request, format, &page.query);
    }
    if (result == BK_CONTINUE) {
        result = read_page(request, &page);
    }
    return result == BK_CONTINUE ? write_page(request, &page) : result;
}

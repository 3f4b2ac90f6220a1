#include "booking_v1_closures_list.h"

#include <apr_hash.h>
#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_list.h"
#include "bk_read.h"
#include "bk_representation.h"
#include "bk_text.h"
#include "bk_time.h"
#include "booking_v1_closures_json.h"

const bk_input_row_t booking_v1_closures_list_rows[] = {{.name = "from", .kind = BK_INPUT_INSTANT},
                                                        {.name = "to", .kind = BK_INPUT_INSTANT},
                                                        {.name = "space", .kind = BK_INPUT_ID},
                                                        BK_LIST_PARAMETERS,
                                                        {NULL}};

int booking_v1_closures_list_none(bk_request_t *request)
{
    return bk_answer_problem(request, &bk_problem_not_found,
                             "There is no such closure, or the caller may not see it");
}

int booking_v1_closures_list_read_id(bk_request_t *request)
{
    return bk_text_id(request->params[0], &request->id) ? BK_CONTINUE
                                                        : booking_v1_closures_list_none(request);
}

static void keep(booking_closure_t *closure, apr_pool_t *p)
{
    closure->spaces = apr_pstrdup(p, closure->spaces);
    closure->reason = apr_pstrdup(p, closure->reason);
}

/* ---- one ----------------------------------------------------------------------------------------
 */

static apr_status_t find(bk_request_t *request, void *closure)
{
    return booking_v1_closures_list_verbs(request)->find(request->handle, request->id, closure,
                                                         request->r->pool);
}

static int get_spaces(bk_request_t *request, const booking_closure_t *closure,
                      const booking_spaces_t **spaces)
{
    int count;
    const char **ids = booking_v1_closures_json_spaces(closure, &count, request->r->pool);

    return booking_spaces_by_id(request, ids, count, spaces);
}

int booking_v1_closures_list_find(bk_request_t *request, booking_closure_t *closure,
                                  const booking_spaces_t **spaces)
{
    apr_status_t rv;
    int result = bk_read(request, find, closure, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv != APR_SUCCESS) {
        return rv == APR_NOTFOUND ? booking_v1_closures_list_none(request)
                                  : bk_store_failed(request, rv);
    }
    bk_request_release(request);
    result = get_spaces(request, closure, spaces);
    if (result != BK_CONTINUE) {
        return result;
    }
    return (*spaces)->count ? BK_CONTINUE : booking_v1_closures_list_none(request);
}

int booking_v1_closures_list_get(bk_request_t *request)
{
    booking_closure_t closure;
    const booking_spaces_t *spaces;
    bk_json_text_t text;
    apr_size_t len;
    const char *whole;
    int result = booking_v1_closures_list_find(request, &closure, &spaces);

    if (result != BK_CONTINUE) {
        return result;
    }
    bk_json_text_begin(&text, request->r->pool);
    booking_v1_closures_json_write(&text, request, &closure, spaces);
    whole = bk_json_text_end(&text, &len);
    return bk_representation_answer_version(request, closure.version, whole, len);
}

/* ---- a list -------------------------------------------------------------------------------------
 */

/* The sort values of the list's cursor. */
enum { START, ID, VALUES };

typedef struct page_t {
    bk_list_t list;
    booking_closures_filter_t filter;
    apr_array_header_t *closures; /* of booking_closure_t */
    apr_array_header_t *ids;      /* of their spaces, each once */
    apr_hash_t *there;            /* the same */
    int result;                   /* of bk_list_begin() */
} page_t;

static void add_spaces(page_t *page, const booking_closure_t *closure)
{
    apr_pool_t *p = page->closures->pool;
    int count, i;
    const char **ids = booking_v1_closures_json_spaces(closure, &count, p);

    for (i = 0; i < count; i++) {
        if (!apr_hash_get(page->there, ids[i], APR_HASH_KEY_STRING)) {
            apr_hash_set(page->there, ids[i], APR_HASH_KEY_STRING, ids[i]);
            APR_ARRAY_PUSH(page->ids, const char *) = ids[i];
        }
    }
}

static apr_status_t add_closure(void *baton, const booking_closure_t *row)
{
    page_t *page = baton;
    booking_closure_t closure = *row;

    keep(&closure, page->closures->pool);
    APR_ARRAY_PUSH(page->closures, booking_closure_t) = closure;
    add_spaces(page, &closure);
    return APR_SUCCESS;
}

/* For bk_read(), which may read twice: the standby, and the primary if that failed. */
static apr_status_t read_page(bk_request_t *request, void *baton)
{
    page_t *page = baton;
    booking_closures_filter_t *filter = &page->filter;

    apr_array_clear(page->closures);
    apr_array_clear(page->ids);
    apr_hash_clear(page->there);
    page->result = bk_list_begin(&page->list, request, VALUES);
    if (page->result != BK_CONTINUE) {
        return APR_SUCCESS;
    }
    filter->is_after = page->list.after &&
                       bk_text_int(page->list.after[START], &filter->after_ns) &&
                       bk_text_int(page->list.after[ID], &filter->after_id);
    filter->limit = page->list.limit + 1;
    return booking_v1_closures_list_verbs(request)->each(request->handle, filter, add_closure, page,
                                                         request->r->pool);
}

/* Those of a closure's spaces that the caller may see. */
static booking_spaces_t pick_spaces(const booking_closure_t *closure, const apr_hash_t *visible,
                                    apr_pool_t *p)
{
    int count, i, picked = 0;
    const char **ids = booking_v1_closures_json_spaces(closure, &count, p);
    const booking_space_t **list = apr_palloc(p, ((apr_size_t)count + 1) * sizeof(*list));

    for (i = 0; i < count; i++) {
        const booking_space_t *space =
            apr_hash_get((apr_hash_t *)visible, ids[i], APR_HASH_KEY_STRING);

        if (space) {
            list[picked++] = space;
        }
    }
    return (booking_spaces_t){.list = list, .count = picked};
}

/* A closure of which the caller may see no space is left out of the page, which is shorter then. */
static void write_items(bk_request_t *request, page_t *page, const apr_hash_t *visible)
{
    apr_pool_t *p = request->r->pool;
    int i;

    for (i = 0; i < page->closures->nelts; i++) {
        const booking_closure_t *closure = &APR_ARRAY_IDX(page->closures, i, booking_closure_t);
        booking_spaces_t spaces = pick_spaces(closure, visible, p);
        const char *at[VALUES];
        bk_json_text_t *text;

        at[START] = apr_psprintf(p, "%" APR_INT64_T_FMT, closure->start_ns);
        at[ID] = apr_psprintf(p, "%" APR_INT64_T_FMT, closure->id);
        if (!spaces.count) {
            (void)bk_list_skip(&page->list, at);
            continue;
        }
        text = bk_list_item(&page->list, at);
        if (!text) {
            break;
        }
        booking_v1_closures_json_write(text, request, closure, &spaces);
        bk_list_item_end(&page->list);
    }
}

int booking_v1_closures_list(bk_request_t *request)
{
    apr_pool_t *p = request->r->pool;
    const bk_input_t *query = request->query;
    page_t page = {.filter = {.from_ns = bk_input_number(query, "from", bk_time_now()),
                              .to_ns = bk_input_number(query, "to", INT64_MAX),
                              .space_id = bk_input_text(query, "space", NULL)},
                   .closures = apr_array_make(p, 16, sizeof(booking_closure_t)),
                   .ids = apr_array_make(p, 16, sizeof(const char *)),
                   .there = apr_hash_make(p)};
    const booking_spaces_t *spaces;
    apr_status_t rv;
    int result = bk_read(request, read_page, &page, &rv), i;

    if (result != BK_CONTINUE || page.result != BK_CONTINUE) {
        return result != BK_CONTINUE ? result : page.result;
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    bk_request_release(request);
    result = booking_spaces_by_id(request, (const char *const *)page.ids->elts, page.ids->nelts,
                                  &spaces);
    if (result != BK_CONTINUE) {
        return result;
    }
    apr_hash_clear(page.there);
    for (i = 0; i < spaces->count; i++) {
        apr_hash_set(page.there, spaces->list[i]->id, APR_HASH_KEY_STRING, spaces->list[i]);
    }
    write_items(request, &page, page.there);
    return bk_list_answer(&page.list);
}

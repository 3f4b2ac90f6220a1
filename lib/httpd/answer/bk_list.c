#include "bk_list.h"

#include <string.h>

#include <apr_escape.h>
#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_conf.h"
#include "bk_representation.h"

static int is_of_page(const char *name)
{
    return strcmp(name, "limit") == 0 || strcmp(name, "cursor") == 0;
}

/* All that selects and orders the items, the same for every spelling of the query string. Each
 * value has its length before it, so that no value can look like two. */
static const char *make_filter(const bk_request_t *request)
{
    apr_pool_t *p = request->r->pool;
    const bk_input_row_t *rows = request->query->rows;
    const char *filter = request->r->uri;
    apr_size_t i, n;

    for (i = 0; rows[i].name; i++) {
        const bk_input_field_t *field = &request->query->fields[i];

        if (is_of_page(rows[i].name) || field->state != BK_INPUT_GIVEN) {
            continue;
        }
        filter = apr_pstrcat(p, filter, "&", rows[i].name, NULL);
        for (n = 0; n < field->count; n++) {
            filter = apr_psprintf(p, "%s=%" APR_SIZE_T_FMT ":%s", filter, field->values[n].len,
                                  field->values[n].text);
        }
    }
    return filter;
}

int bk_list_begin(bk_list_t *list, bk_request_t *request, int value_count)
{
    const char *cursor = bk_input_text(request->query, "cursor", NULL);

    *list = (bk_list_t){
        .request = request,
        .limit = (int)bk_input_number(request->query, "limit", BK_LIST_USUAL),
        .value_count = value_count,
        .filter = make_filter(request),
    };
    if (cursor) {
        switch (bk_cursor_read(request->conf->key, list->filter, cursor, list->values, value_count,
                               request->r->pool)) {
        case BK_CURSOR_OK:
            list->after = list->values;
            break;
        case BK_CURSOR_OTHER_LIST:
            return bk_answer_wrong_parameter(request, "cursor",
                                             "is of a list with another filter or order");
        default:
            return bk_answer_wrong_parameter(request, "cursor",
                                             "is not one that this server issued");
        }
    }
    bk_json_text_begin(&list->text, request->r->pool);
    bk_json_text_array(&list->text, "items");
    return BK_CONTINUE;
}

int bk_list_skip(bk_list_t *list, const char *const *at)
{
    if (list->count == list->limit) {
        list->has_more = 1;
        return 0;
    }
    list->count++;
    memcpy(list->last, at, (size_t)list->value_count * sizeof(*at));
    return 1;
}

bk_json_text_t *bk_list_item(bk_list_t *list, const char *const *at)
{
    if (!bk_list_skip(list, at)) {
        return NULL;
    }
    bk_json_text_object(&list->text, NULL);
    return &list->text;
}

void bk_list_item_end(bk_list_t *list)
{
    bk_json_text_object_end(&list->text);
}

void bk_list_fill(bk_list_t *list)
{
    list->limit = list->count;
}

bk_json_text_t *bk_list_members(bk_list_t *list)
{
    if (!list->has_members) {
        bk_json_text_array_end(&list->text);
        list->has_members = 1;
    }
    return &list->text;
}

/* The query string without its cursor, followed by '&' if anything is left of it. */
static const char *without_cursor(const char *args, apr_pool_t *p)
{
    char *rest = apr_pstrdup(p, args ? args : ""), *state;
    const char *pair, *kept = "";

    for (pair = apr_strtok(rest, "&", &state); pair; pair = apr_strtok(NULL, "&", &state)) {
        if (strncmp(pair, "cursor=", strlen("cursor=")) != 0) {
            kept = apr_pstrcat(p, kept, pair, "&", NULL);
        }
    }
    return kept;
}

/* A Link to the next page, relative to this host, with '<' and '>' escaped, as the client's own
 * query string may have them unescaped. */
static void link_next(bk_request_t *request, const char *cursor)
{
    request_rec *r = request->r;
    const char *query = without_cursor(r->args, r->pool);
    const char *path = apr_pescape_path(r->pool, r->uri, 0);

    while (strpbrk(query, "<>")) {
        apr_size_t len = strcspn(query, "<>");

        query = apr_pstrcat(r->pool, apr_pstrmemdup(r->pool, query, len),
                            query[len] == '<' ? "%3C" : "%3E", query + len + 1, NULL);
    }
    apr_table_setn(
        r->headers_out, "Link",
        apr_pstrcat(r->pool, "<", path, "?", query, "cursor=", cursor, ">; rel=\"next\"", NULL));
}

int bk_list_answer(bk_list_t *list)
{
    bk_request_t *request = list->request;
    const char *next = NULL, *text;
    apr_size_t len;

    (void)bk_list_members(list);
    if (list->has_more) {
        next = bk_cursor_make(request->conf->key, list->filter, list->last, list->value_count,
                              request->r->pool);
        if (!next) {
            return bk_answer_problem(request, &bk_problem_internal,
                                     "No cursor could be made of the last item");
        }
        link_next(request, next);
    }
    bk_json_text_string(&list->text, "next", next);
    text = bk_json_text_end(&list->text, &len);
    if (!request->cache_control || strcmp(request->cache_control, BK_ANSWER_V1_PERSONAL) == 0) {
        request->cache_control = BK_ANSWER_V1_LIST;
    }
    return bk_representation_answer_weak(request, text, len);
}

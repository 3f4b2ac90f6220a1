#include "booking_spaces.h"

#include <string.h>

#include <apr_escape.h>
#include <apr_hash.h>
#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_cache.h"
#include "bk_call.h"
#include "bk_caller.h"
#include "bk_consistency.h"
#include "bk_space_id.h"
#include "booking_private.h"
#include "booking_spaces_kept.h"

const char *const booking_spaces_manages[] = {"me", NULL};
const char *const booking_spaces_states[] = {"active", "archived", NULL};

#define SPACE_SERVICE "space"
#define ANSWER_MOST (512 * 1024)
#define FEATURES_MOST 8 /* that are looked for at once */
#define IDS_MOST 6000   /* bytes of ids in a URL: httpd takes lines of up to 8190 */

/* ---- one call -----------------------------------------------------------------------------------
 */

/* What is being got. */
typedef struct getting_t {
    bk_request_t *request;
    apr_array_header_t *spaces; /* of const booking_space_t * */
    booking_spaces_page_t page; /* the last one */
    const char *only; /* the id of the only space that is asked for; NULL: there are more */
    int is_quiet;     /* the caller has another answer if there is none */
} getting_t;

static const char *validate(const bk_reply_t *reply, void *baton)
{
    getting_t *getting = baton;

    return reply->status == HTTP_OK
               ? booking_spaces_read(reply->body, &getting->page, getting->request->r,
                                     getting->request->r->pool)
               : "it answered with an error";
}

/* Has the type bk_call_recall_t. */
static int recall(const char *text, apr_size_t len, void *baton)
{
    getting_t *getting = baton;
    const booking_spaces_page_t *page =
        booking_spaces_kept_recall(text, len, getting->request->r->pool);

    if (page) {
        getting->page = *page;
    }
    return page != NULL;
}

/* What the caller can mend, the space service says better. @return NULL: it is not the caller's */
static const bk_problem_t *find_refusal(const bk_reply_t *reply)
{
    const char *code;

    if (!reply->refused || !reply->body ||
        bk_json_string(reply->body, "code", &code, NULL) != BK_JSON_OK) {
        return NULL;
    }
    return bk_problem_find(code);
}

static int answer_failed(bk_request_t *request, const bk_reply_t *reply)
{
    const bk_problem_t *refusal = find_refusal(reply);
    const char *detail = NULL;

    if (refusal) {
        (void)bk_json_string(reply->body, "detail", &detail, NULL);
        return bk_answer_problem(request, refusal, detail);
    }
    return bk_call_failed(request, &booking_error_space_service, &booking_error_space, reply);
}

static int call(getting_t *getting, const char *url, const char *key)
{
    bk_request_t *request = getting->request;
    const bk_call_t what = {.url = url,
                            .authorization = bk_caller_authorization(request),
                            .most = ANSWER_MOST,
                            .validate = validate,
                            .recall = recall,
                            .offered = getting->only,
                            .baton = getting};
    apr_uint64_t writes = bk_cache_writes(SPACE_SERVICE);
    bk_reply_t reply;

    bk_call_url(request, BOOKING_SPACE, &what, &reply);
    if (reply.problem) {
        return getting->is_quiet ? HTTP_SERVICE_UNAVAILABLE : answer_failed(request, &reply);
    }
    if (key) {
        booking_spaces_kept_put(key, writes, reply.text, reply.len);
    }
    else if (reply.body) {
        booking_spaces_kept_learn(reply.text, reply.len);
    }
    return BK_CONTINUE;
}

/* What the answer depends on; only reads are answered with what was so some seconds ago.
 * @return NULL: it is asked each time */
static const char *make_key(const bk_request_t *request, const char *url)
{
    const bk_caller_t *caller = &request->caller;
    apr_pool_t *p = request->r->pool;
    const char *key;
    int i;

    if (request->r->method_number != M_GET || bk_consistency_is_strong(request->r)) {
        return NULL;
    }
    key = apr_psprintf(p, "%pp %" APR_INT64_T_FMT " %d %s", (const void *)request->conf, caller->id,
                       (int)caller->role, url);
    for (i = 0; i < caller->group_count; i++) {
        key = apr_pstrcat(p, key, "\n", caller->groups[i], NULL);
    }
    return key;
}

/* @param query  of GET /v1/spaces, escaped, without expand and limit */
static int get_page(getting_t *getting, const char *query, int limit)
{
    bk_request_t *request = getting->request;
    const booking_conf_t *conf = (const booking_conf_t *)request->conf;
    const char *url = apr_psprintf(
        request->r->pool, "%s?expand=policies&limit=%d%s%s%s", conf->spaces_path, limit, query,
        getting->page.next ? "&cursor=" : "", getting->page.next ? getting->page.next : "");
    const char *key = make_key(request, url);
    const booking_spaces_page_t *kept =
        key ? booking_spaces_kept_get(key, bk_cache_writes(SPACE_SERVICE), request->r->pool) : NULL;
    int result = BK_CONTINUE;

    if (kept) {
        getting->page = *kept;
    }
    else {
        result = call(getting, url, key);
    }
    if (result == BK_CONTINUE) {
        apr_array_cat(getting->spaces, getting->page.spaces);
    }
    return result;
}

/* The space service ends a page early where its spaces are large. */
static int call_for(getting_t *getting, const char *query, int most)
{
    int from = getting->spaces->nelts, result;

    getting->page.next = NULL;
    do {
        int left = most - (getting->spaces->nelts - from);

        result = get_page(getting, query, left < BOOKING_SPACES_MOST ? left : BOOKING_SPACES_MOST);
    } while (result == BK_CONTINUE && getting->page.next && getting->page.spaces->nelts > 0 &&
             getting->spaces->nelts - from < most);
    return result;
}

static void begin(getting_t *getting, bk_request_t *request)
{
    *getting =
        (getting_t){.request = request,
                    .spaces = apr_array_make(request->r->pool, 8, sizeof(const booking_space_t *))};
}

static const char *escape(const char *text, apr_pool_t *p)
{
    return apr_pescape_urlencoded(p, text);
}

/* ---- by id --------------------------------------------------------------------------------------
 */

static const booking_spaces_t *make(const apr_array_header_t *list, int is_more, apr_pool_t *p)
{
    booking_spaces_t *spaces = apr_palloc(p, sizeof(*spaces));

    *spaces = (booking_spaces_t){.list = (const booking_space_t *const *)list->elts,
                                 .count = list->nelts,
                                 .is_more = is_more};
    return spaces;
}

/* In the order in which they were asked for. */
static const booking_spaces_t *in_order(const getting_t *getting, const char *const *ids, int count)
{
    apr_pool_t *p = getting->request->r->pool;
    apr_hash_t *by_id = apr_hash_make(p);
    apr_array_header_t *list = apr_array_make(p, count + 1, sizeof(const booking_space_t *));
    int i;

    for (i = 0; i < getting->spaces->nelts; i++) {
        const booking_space_t *space = APR_ARRAY_IDX(getting->spaces, i, const booking_space_t *);

        apr_hash_set(by_id, space->id, APR_HASH_KEY_STRING, space);
    }
    for (i = 0; i < count; i++) {
        const booking_space_t *space = apr_hash_get(by_id, ids[i], APR_HASH_KEY_STRING);

        if (space) {
            APR_ARRAY_PUSH(list, const booking_space_t *) = space;
            apr_hash_set(by_id, ids[i], APR_HASH_KEY_STRING, NULL);
        }
    }
    return make(list, 0, p);
}

/* As many of the ids as one call takes. @param query  set @return how many they are */
static int make_query(const char *const *ids, int count, const char **query, apr_pool_t *p)
{
    int most = count < BOOKING_SPACES_MOST ? count : BOOKING_SPACES_MOST;
    apr_array_header_t *parts = apr_array_make(p, 2 * most + 1, sizeof(char *));
    apr_size_t bytes = 0;
    int i;

    APR_ARRAY_PUSH(parts, const char *) = "&state=active,archived";
    for (i = 0; i < most && bytes < IDS_MOST; i++) {
        const char *id = escape(ids[i], p);

        bytes += strlen(id) + strlen("&id=");
        if (bk_space_id_ok(ids[i], strlen(ids[i]))) {
            APR_ARRAY_PUSH(parts, const char *) = "&id=";
            APR_ARRAY_PUSH(parts, const char *) = id;
        }
    }
    *query = parts->nelts > 1 ? apr_array_pstrcat(p, parts, 0) : NULL;
    return i;
}

int booking_spaces_by_id(bk_request_t *request, const char *const *ids, int count,
                         const booking_spaces_t **spaces)
{
    getting_t getting;
    int done = 0;

    begin(&getting, request);
    getting.only = count == 1 ? ids[0] : NULL;
    while (done < count) {
        const char *query;
        int result;

        done += make_query(ids + done, count - done, &query, request->r->pool);
        result = query ? call_for(&getting, query, BOOKING_SPACES_MOST) : BK_CONTINUE;
        if (result != BK_CONTINUE) {
            return result;
        }
    }
    *spaces = in_order(&getting, ids, count);
    return BK_CONTINUE;
}

int booking_spaces_one(bk_request_t *request, const char *id, const booking_space_t **space)
{
    const booking_spaces_t *spaces;
    int result = booking_spaces_by_id(request, &id, 1, &spaces);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (spaces->count == 0) {
        return bk_answer_problem(request, &bk_problem_not_found, "There is no space with this id");
    }
    *space = spaces->list[0];
    return BK_CONTINUE;
}

/* ---- by what is looked for ----------------------------------------------------------------------
 */

static const bk_input_row_t filter_rows[] = {BOOKING_SPACES_FILTER, {NULL}};

/* A parameter as it was given: a list has its commas back. */
static const char *make_parameter(const char *name, const bk_input_field_t *field, apr_pool_t *p)
{
    const char *text = "";
    apr_size_t i;

    for (i = 0; i < field->count; i++) {
        const bk_input_value_t *value = &field->values[i];
        const char *one = value->text ? escape(value->text, p)
                                      : apr_psprintf(p, "%" APR_INT64_T_FMT, value->number);

        text = apr_pstrcat(p, text, i ? "," : "", one, NULL);
    }
    return apr_pstrcat(p, "&", name, "=", text, NULL);
}

int booking_spaces_find(bk_request_t *request, const bk_input_t *filter, const char *sort, int most,
                        const booking_spaces_t **spaces)
{
    apr_pool_t *p = request->r->pool;
    const char *query = sort ? apr_pstrcat(p, "&sort=", sort, NULL) : "";
    const bk_input_row_t *row;
    getting_t getting;
    int result;

    for (row = filter_rows; row->name; row++) {
        const bk_input_field_t *field = bk_input_field(filter, row->name);

        if (field->state == BK_INPUT_GIVEN) {
            query = apr_pstrcat(p, query, make_parameter(row->name, field, p), NULL);
        }
    }
    begin(&getting, request);
    result = call_for(&getting, query, most);
    if (result == BK_CONTINUE) {
        *spaces = make(getting.spaces, getting.page.next != NULL, p);
    }
    return result;
}

static int has_feature(const booking_space_t *space, const char *feature)
{
    int i;

    for (i = 0; i < space->feature_count; i++) {
        if (strcmp(space->features[i], feature) == 0) {
            return 1;
        }
    }
    return 0;
}

static int is_like(const booking_space_t *one, const booking_space_t *space)
{
    int i;

    for (i = 0; i < space->feature_count; i++) {
        if (!has_feature(one, space->features[i])) {
            return 0;
        }
    }
    return strcmp(one->id, space->id) != 0;
}

/* The space service looks for some features; what it finds is looked at for all of them. */
static const char *features_of(const booking_space_t *space, apr_pool_t *p)
{
    const char *text = "";
    int i;

    for (i = 0; i < space->feature_count && i < FEATURES_MOST; i++) {
        text = apr_pstrcat(p, text, i ? "," : "&feature=", escape(space->features[i], p), NULL);
    }
    return text;
}

const booking_spaces_t *booking_spaces_like(bk_request_t *request, const booking_space_t *space,
                                            apr_int64_t people, int most)
{
    apr_pool_t *p = request->r->pool;
    apr_array_header_t *list = apr_array_make(p, most, sizeof(const booking_space_t *));
    getting_t getting;
    const char *query;
    int i;

    if (!space->building) {
        return NULL;
    }
    begin(&getting, request);
    getting.is_quiet = 1;
    query = apr_psprintf(p, "&sort=capacity&building=%s&capacityMin=%" APR_INT64_T_FMT "%s",
                         escape(space->building, p), people, features_of(space, p));
    if (call_for(&getting, query, most + 1) != BK_CONTINUE) {
        return NULL;
    }
    for (i = 0; i < getting.spaces->nelts && list->nelts < most; i++) {
        const booking_space_t *one = APR_ARRAY_IDX(getting.spaces, i, const booking_space_t *);

        if (is_like(one, space)) {
            APR_ARRAY_PUSH(list, const booking_space_t *) = one;
        }
    }
    return make(list, 0, p);
}

const booking_space_t *booking_spaces_get(const booking_spaces_t *spaces, const char *id)
{
    int i;

    for (i = 0; i < spaces->count; i++) {
        if (strcmp(spaces->list[i]->id, id) == 0) {
            return spaces->list[i];
        }
    }
    return NULL;
}

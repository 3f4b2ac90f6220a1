#include "space_v1_list.h"

#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>
#include <http_config.h>

#include "bk_answer_v1.h"
#include "bk_list.h"
#include "bk_memo.h"
#include "bk_read.h"
#include "bk_representation.h"
#include "bk_search.h"
#include "bk_text.h"
#include "bk_time.h"
#include "space_private.h"
#include "space_v1_facets.h"
#include "space_v1_input.h"
#include "space_v1_json.h"
#include "space_v1_one.h"
#include "space_v1_who.h"
#include "space_v1_words.h"

/* ---- parameters ---------------------------------------------------------------------------------
 */

static const char *const me[] = {"me", NULL};
static const char *const states[] = {"active", "archived", NULL};
static const char *const sorts[] = {"name", "capacity", NULL};
static const char *const expansions[] = {"policy", "policies", NULL};

#define CAPACITY .kind = BK_INPUT_INT, .min = 0, .max = 1000000
#define WORD(words_) .kind = BK_INPUT_WORD, .words = words_

/* clang-format off */
#define FILTER                                                                                     \
    {.name = "q", .kind = BK_INPUT_TEXT, .min = 0, .max = 200},                                    \
    {.name = "building", .kind = BK_INPUT_TEXT, .min = 1, .max = 100},                             \
    {.name = "floor", .kind = BK_INPUT_TEXT, .min = 1, .max = 50},                                 \
    {.name = "capacityMin", CAPACITY},                                                             \
    {.name = "capacityMax", CAPACITY},                                                             \
    {.name = "feature", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_LIST, .min = 1,                   \
     .max = SPACE_V1_INPUT_FEATURE, .most = SPACE_V1_STORE_FEATURES},                              \
    {.name = "policy", .kind = BK_INPUT_ID},                                                       \
    {.name = "manages", WORD(me)},                                                                 \
    {.name = "state", .flags = BK_INPUT_LIST, WORD(states)}
const bk_input_row_t space_v1_list_rows[] = {
    FILTER, {.name = "id", .kind = BK_INPUT_ID, .flags = BK_INPUT_REPEATED, .most = BK_LIST_MOST},
    {.name = "sort", WORD(sorts)}, {.name = "expand", WORD(expansions)},
    BK_LIST_PARAMETERS, {NULL}};
const bk_input_row_t space_v1_list_facets_rows[] = {FILTER, {NULL}};
/* clang-format on */

static void add_fault(bk_faults_t *faults, const char *name, const char *what)
{
    bk_fault_pointer_t where = {NULL, name, 0};

    bk_fault_add(faults, &where, BK_FAULT_BAD_PARAMETER, "%s", what);
}

static void read_words(const bk_request_t *request, space_v1_filter_t *filter, bk_faults_t *faults)
{
    const char *text = bk_input_text(request->query, "q", "");
    int count;

    if (!*text) {
        return;
    }
    if (bk_search_words(filter->words, SPACE_V1_STORE_WORDS, &count, text, request->r->pool) !=
        APR_SUCCESS) {
        add_fault(faults, "q", "cannot be read as words");
    }
    else if (count > SPACE_V1_STORE_WORDS) {
        add_fault(
            faults, "q",
            apr_psprintf(request->r->pool, "must have at most %d words", SPACE_V1_STORE_WORDS));
    }
}

/* In quotes, as they stand in the JSON that is searched. */
static void read_features(const bk_request_t *request, space_v1_filter_t *filter,
                          bk_faults_t *faults)
{
    const bk_input_field_t *field = bk_input_field(request->query, "feature");
    apr_size_t i;

    for (i = 0; i < field->count; i++) {
        const char *feature = field->values[i].text;

        if (!space_v1_input_is_feature(feature)) {
            add_fault(faults, "feature", "a feature has lower-case letters, digits, - _ and .");
            return;
        }
        filter->features[i] = apr_pstrcat(request->r->pool, "\"", feature, "\"", NULL);
    }
}

/* @return NULL: the client named none */
static const char *read_ids(const bk_request_t *request)
{
    const bk_input_field_t *field = bk_input_field(request->query, "id");

    return field->count ? space_v1_json_list(field->values, field->count, request->r->pool) : NULL;
}

/* Those that are in use, unless the client says otherwise; both together: all. */
static int read_state(const bk_request_t *request)
{
    const bk_input_field_t *field = bk_input_field(request->query, "state");
    apr_size_t i;

    for (i = 1; i < field->count; i++) {
        if (field->values[i].number != field->values[0].number) {
            return -1;
        }
    }
    return field->count ? (int)field->values[0].number : 0;
}

/* @return BK_CONTINUE; else the request's result */
static int read_filter(bk_request_t *request, space_v1_filter_t *filter)
{
    const bk_input_t *query = request->query;
    bk_faults_t faults;

    bk_fault_none(&faults, request->r->pool);
    faults.source = BK_FAULT_QUERY;
    *filter = (space_v1_filter_t){.who = space_v1_who(request),
                                  .building = bk_input_text(query, "building", NULL),
                                  .floor = bk_input_text(query, "floor", NULL),
                                  .capacity_min = bk_input_number(query, "capacityMin", -1),
                                  .capacity_max = bk_input_number(query, "capacityMax", -1),
                                  .policy = bk_input_text(query, "policy", NULL),
                                  .is_archived = read_state(request),
                                  .database = request->r->server};
    read_words(request, filter, &faults);
    read_features(request, filter, &faults);
    if (bk_fault_count(&faults)) {
        return bk_answer_faults(request, &faults);
    }
    if (bk_input_value(query, "manages")) {
        filter->manager = space_v1_who_named(request);
        if (request->caller.id == 0) {
            return bk_answer_problem(request, &bk_problem_not_signed_in,
                                     "Sign in to ask for the spaces that you manage");
        }
    }
    return BK_CONTINUE;
}

/* ---- the list -----------------------------------------------------------------------------------
 */

enum { FIRST, SORT_KEY, ID, VALUES };

typedef enum expansion_t { EXPAND_NOTHING, EXPAND_POLICY, EXPAND_POLICIES } expansion_t;

/* The policies of the spaces of a page, each once. */
typedef struct policies_t {
    apr_hash_t *seen; /* by id */
    bk_json_text_t text;
} policies_t;

/* Bytes of spaces and policies from which on a page that has both is full. With the largest of each
 * it stays below what a service takes for an answer, 512 KiB. */
#define FULL 300000

typedef struct page_t {
    bk_request_t *request;
    bk_list_t list;
    space_v1_filter_t filter;
    space_v1_sort_t sort;
    expansion_t expansion;
    policies_t policies; /* of EXPAND_POLICIES */
    int result;          /* of bk_list_begin() */
} page_t;

static space_v1_sort_t read_sort(const bk_request_t *request)
{
    const bk_input_value_t *value = bk_input_value(request->query, "sort");

    if (!value) {
        return SPACE_V1_SORT_ORDER;
    }
    return value->number == 0 ? SPACE_V1_SORT_NAME : SPACE_V1_SORT_CAPACITY;
}

static expansion_t read_expansion(const bk_request_t *request)
{
    const bk_input_value_t *value = bk_input_value(request->query, "expand");

    if (!value) {
        return EXPAND_NOTHING;
    }
    return value->number == 0 ? EXPAND_POLICY : EXPAND_POLICIES;
}

static apr_int64_t first_value(space_v1_sort_t sort, const space_v1_t *space)
{
    switch (sort) {
    case SPACE_V1_SORT_ORDER:
        return space->sort_order;
    case SPACE_V1_SORT_CAPACITY:
        return space->capacity == SPACE_NO_CAPACITY ? SPACE_V1_NO_CAPACITY_PLACE : space->capacity;
    default:
        return 0;
    }
}

static void begin_policies(policies_t *policies, apr_pool_t *p)
{
    policies->seen = apr_hash_make(p);
    bk_json_text_begin(&policies->text, p);
    bk_json_text_array(&policies->text, "policies");
}

static void add_policy(policies_t *policies, const space_v1_found_t *found, apr_pool_t *p)
{
    const char *id = found->space.policy;

    if (id && found->policy_body && !apr_hash_get(policies->seen, id, APR_HASH_KEY_STRING)) {
        apr_hash_set(policies->seen, apr_pstrdup(p, id), APR_HASH_KEY_STRING, policies);
        space_v1_json_write_policy(&policies->text, NULL, found);
    }
}

static void write_judged(page_t *page, bk_json_text_t *text, const space_v1_found_t *found)
{
    space_v1_json_write_judged(text, found);
    add_policy(&page->policies, found, page->request->r->pool);
}

/* The array of them, as it was written: an object of one member, without its braces. */
static void write_policies(page_t *page)
{
    const char *object;
    apr_size_t len;

    bk_json_text_array_end(&page->policies.text);
    object = bk_json_text_end(&page->policies.text, &len);
    bk_json_text_raw(bk_list_members(&page->list), NULL, object + 1, len - 2);
}

static apr_status_t write_item(void *baton, const space_v1_found_t *found)
{
    page_t *page = baton;
    apr_pool_t *p = page->request->r->pool;
    const char *at[VALUES];
    bk_json_text_t *text;

    at[FIRST] = apr_psprintf(p, "%" APR_INT64_T_FMT, first_value(page->sort, &found->space));
    at[SORT_KEY] = apr_pstrdup(p, found->space.sort_key);
    at[ID] = apr_pstrdup(p, found->space.id);
    text = bk_list_item(&page->list, at);
    if (text) {
        if (page->expansion == EXPAND_POLICIES) {
            write_judged(page, text, found);
        }
        else {
            space_v1_json_write(text, found, page->expansion == EXPAND_POLICY);
        }
        bk_list_item_end(&page->list);
        if (page->expansion == EXPAND_POLICIES && text->len + page->policies.text.len > FULL) {
            bk_list_fill(&page->list);
        }
    }
    return APR_SUCCESS;
}

/* For bk_read(), which may read twice: the standby, and the primary if that failed. */
static apr_status_t read_page(bk_request_t *request, void *baton)
{
    page_t *page = baton;
    space_v1_place_t place = {0, NULL, NULL};

    page->result = bk_list_begin(&page->list, request, VALUES);
    if (page->result != BK_CONTINUE) {
        return APR_SUCCESS;
    }
    begin_policies(&page->policies, request->r->pool);
    if (page->list.after && bk_text_int(page->list.after[FIRST], &place.first)) {
        place.sort_key = page->list.after[SORT_KEY];
        place.id = page->list.after[ID];
    }
    return space_v1_verbs(request)->each(request->handle, &page->filter, page->sort, &place,
                                         page->list.limit + 1, page->expansion != EXPAND_NOTHING,
                                         write_item, page, request->r->pool);
}

/* The id, if one space is asked for with its policy, whatever its state, and nothing else is: what
 * every booking asks for. */
static const char *only_id(const page_t *page)
{
    static const char *const known[] = {"id", "state", "expand", "limit", NULL};
    const bk_input_t *query = page->request->query;
    const bk_input_field_t *ids = bk_input_field(query, "id");
    apr_size_t i, n;

    if (page->expansion != EXPAND_POLICIES || ids->count != 1 || page->filter.is_archived >= 0) {
        return NULL;
    }
    for (i = 0; query->rows[i].name; i++) {
        if (query->fields[i].state != BK_INPUT_GIVEN) {
            continue;
        }
        for (n = 0; known[n] && strcmp(known[n], query->rows[i].name) != 0; n++) {
        }
        if (!known[n]) {
            return NULL;
        }
    }
    return ids->values[0].text;
}

int space_v1_list(bk_request_t *request)
{
    page_t page = {.request = request, .sort = read_sort(request), .result = BK_CONTINUE};
    const char *id;
    apr_status_t rv;
    int result = read_filter(request, &page.filter);

    if (result != BK_CONTINUE) {
        return result;
    }
    page.filter.ids = read_ids(request);
    page.expansion = read_expansion(request);
    if (page.expansion != EXPAND_NOTHING && request->caller.id == 0) {
        return bk_answer_problem(request, &bk_problem_not_signed_in, "Sign in to see policies");
    }
    id = only_id(&page);
    if (id) {
        return space_v1_one(request, id);
    }
    result = bk_read(request, read_page, &page, &rv);
    if (result != BK_CONTINUE || page.result != BK_CONTINUE) {
        return result != BK_CONTINUE ? result : page.result;
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    if (page.expansion == EXPAND_POLICIES) {
        write_policies(&page);
    }
    return bk_list_answer(&page.list);
}

/* ---- facets -------------------------------------------------------------------------------------
 */

/* To count all spaces takes ten times as long as to ask whether any has changed: the counts are
 * kept. For seconds only: who restores a backup, or writes SQL by hand, may bring back a stamp. */
#define KEPT_MS 10000
static bk_memo_t *kept; /* NULL: there is no memory for it, and all are counted each time */

static void make_kept(apr_pool_t *p, server_rec *s)
{
    space_v1_words_keep(KEPT_MS, p);
    if (bk_memo_make(&kept, KEPT_MS, p) != APR_SUCCESS) {
        kept = NULL;
    }
}

void space_v1_list_register(apr_pool_t *p)
{
    ap_hook_child_init(make_kept, NULL, NULL, APR_HOOK_MIDDLE);
}

typedef struct facets_t {
    space_v1_filter_t filter;
    space_v1_facets_t *counts;
    const char *text; /* of JSON */
    apr_size_t len;
} facets_t;

static const char *join(const char *const *parts, int most, apr_pool_t *p)
{
    const char *joined = "";
    int i;

    for (i = 0; i < most && parts[i]; i++) {
        joined = apr_pstrcat(p, joined, parts[i], "\n", NULL);
    }
    return joined;
}

/* All that counts depend on. No text of a filter has a control character; what is not given is
 * another than what is empty. */
static const char *facets_key(const bk_request_t *request, const space_v1_filter_t *filter,
                              const char *stamp)
{
    apr_pool_t *p = request->r->pool;
    const char *const texts[] = {filter->who, filter->building, filter->floor, filter->policy,
                                 filter->manager};
    const char *key = apr_psprintf(p, "%pp\n%s\n%" APR_INT64_T_FMT " %" APR_INT64_T_FMT " %d",
                                   (void *)request->r->server, stamp, filter->capacity_min,
                                   filter->capacity_max, filter->is_archived);
    int i;

    for (i = 0; i < (int)(sizeof(texts) / sizeof(texts[0])); i++) {
        key = apr_pstrcat(p, key, texts[i] ? "\n=" : "\n", texts[i] ? texts[i] : "", NULL);
    }
    return apr_pstrcat(p, key, "\n\n", join(filter->words, SPACE_V1_STORE_WORDS, p), "\n",
                       join(filter->features, SPACE_V1_STORE_FEATURES, p), NULL);
}

static apr_status_t add_facet(void *baton, const space_v1_facet_t *facet)
{
    space_v1_facets_add(((facets_t *)baton)->counts, facet);
    return APR_SUCCESS;
}

static apr_status_t count_facets(bk_request_t *request, facets_t *facets)
{
    apr_status_t rv;

    facets->counts = space_v1_facets(request->r->pool);
    rv = space_v1_verbs(request)->facets(request->handle, &facets->filter, add_facet, facets,
                                         request->r->pool);
    if (rv == APR_SUCCESS) {
        facets->text = space_v1_facets_json(facets->counts, &facets->len);
    }
    return rv;
}

/* What was counted is kept only if the stamp after it is the one before it. */
static apr_status_t read_facets(bk_request_t *request, void *baton)
{
    facets_t *facets = baton;
    apr_pool_t *p = request->r->pool;
    const char *before, *after, *key;
    apr_int64_t now = bk_time_monotonic_ms();
    apr_status_t rv = space_v1_verbs(request)->stamp(request->handle, &before, p);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    key = facets_key(request, &facets->filter, before);
    facets->text = kept ? bk_memo_get(kept, key, now, &facets->len, p) : NULL;
    if (facets->text) {
        return APR_SUCCESS;
    }
    rv = count_facets(request, facets);
    if (rv == APR_SUCCESS && kept) {
        rv = space_v1_verbs(request)->stamp(request->handle, &after, p);
        if (rv == APR_SUCCESS && strcmp(before, after) == 0) {
            bk_memo_keep(kept, key, now, facets->text, facets->len);
        }
    }
    return rv;
}

int space_v1_list_facets(bk_request_t *request)
{
    facets_t facets;
    apr_status_t rv;
    int result = read_filter(request, &facets.filter);

    if (result == BK_CONTINUE) {
        result = bk_read(request, read_facets, &facets, &rv);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    request->cache_control = BK_ANSWER_V1_LIST;
    return bk_representation_answer_weak(request, facets.text, facets.len);
}

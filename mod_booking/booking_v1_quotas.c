#include "booking_v1_quotas.h"

#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_read.h"
#include "bk_representation.h"
#include "bk_time.h"
#include "booking_private.h"
#include "booking_spaces.h"
#include "booking_v1_judge.h"
#include "booking_v1_view.h"

#define SPACES_MOST 1000 /* whose policies are looked at */

static const char *const me[] = {"me", NULL};

/* clang-format off */
const bk_input_row_t booking_v1_quotas_rows[] = {
    {.name = "user", .kind = BK_INPUT_WORD, .words = me},
    {.name = "space", .kind = BK_INPUT_ID, .flags = BK_INPUT_REPEATED, .most = BOOKING_SPACES_MOST},
    BOOKING_SPACES_FILTER, {NULL}};
/* clang-format on */

static const char *const per_names[] = {[BK_QUOTA_DAY] = "day",
                                        [BK_QUOTA_WEEK] = "week",
                                        [BK_QUOTA_MONTH] = "month",
                                        [BK_QUOTA_FUTURE] = "future",
                                        [BK_QUOTA_CONCURRENT] = "concurrent"};

/* A quota that holds for the caller. */
typedef struct quota_t {
    booking_limit_t limit;
    const char *policy; /* whose it is; NULL: the house's */
    const bk_zone_t *zone;
    booking_used_t used;
} quota_t;

typedef struct quotas_t {
    bk_request_t *request;
    apr_array_header_t *list; /* of quota_t */
    apr_hash_t *seen;         /* those that are in the list, by what they count */
    apr_int64_t now_ns;
    int is_more; /* there are spaces that were not looked at */
} quotas_t;

/* ---- which there are ----------------------------------------------------------------------------
 */

/* Those of two spaces are the same if they count the same bookings. */
static void add(quotas_t *quotas, const booking_v1_rules_t *rules, const booking_limit_t *limit)
{
    apr_pool_t *p = quotas->request->r->pool;
    int is_house =
        limit->quota->over == BK_QUOTA_OVER_ALL && strcmp(limit->quota->id, "house") == 0;
    const char *policy = is_house ? NULL : rules->policy_id;
    const char *key = apr_pstrcat(p, policy ? policy : "", "\n", limit->quota->id, "\n",
                                  limit->building ? limit->building : "", NULL);

    if (!apr_hash_get(quotas->seen, key, APR_HASH_KEY_STRING)) {
        apr_hash_set(quotas->seen, key, APR_HASH_KEY_STRING, quotas);
        APR_ARRAY_PUSH(quotas->list, quota_t) =
            (quota_t){.limit = *limit, .policy = policy, .zone = rules->zone};
    }
}

/* Quotas hold for whom the rules hold, and say nothing to who cannot book at all. */
static int holds(const booking_v1_rules_t *rules, const bk_person_t *person)
{
    const bk_policy_t *policy = booking_v1_judge_policy(rules);

    return !bk_policy_overrides(policy, person) &&
           (bk_policy_names(&policy->book, person) || bk_policy_names(&policy->request, person));
}

static void add_of_space(quotas_t *quotas, const booking_space_t *space)
{
    booking_v1_rules_t rules = booking_v1_judge_rules(quotas->request, space);
    bk_person_t person = booking_v1_judge_person(quotas->request, &space->managers);
    bk_wish_t wish = {.start_ns = quotas->now_ns,
                      .end_ns = quotas->now_ns + BK_TIME_SECOND,
                      .now_ns = quotas->now_ns};
    booking_limits_t limits;
    int i;

    if (!booking_v1_view_has_token_for(quotas->request, space->id) || !holds(&rules, &person)) {
        return;
    }
    limits = booking_v1_judge_limits(&rules, &wish, quotas->request->r->pool);
    for (i = 0; i < limits.count; i++) {
        add(quotas, &rules, &limits.list[i]);
    }
}

static int get_spaces(bk_request_t *request, const booking_spaces_t **spaces)
{
    const bk_input_field_t *field = bk_input_field(request->query, "space");
    const char **ids = apr_palloc(request->r->pool, (field->count + 1) * sizeof(*ids));
    apr_size_t i;

    if (!field->count) {
        return booking_spaces_find(request, request->query, NULL, SPACES_MOST, spaces);
    }
    for (i = 0; i < field->count; i++) {
        ids[i] = field->values[i].text;
    }
    return booking_spaces_by_id(request, ids, (int)field->count, spaces);
}

static int find_quotas(quotas_t *quotas)
{
    const booking_spaces_t *spaces;
    int i, result = get_spaces(quotas->request, &spaces);

    if (result != BK_CONTINUE) {
        return result;
    }
    for (i = 0; i < spaces->count; i++) {
        if (!spaces->list[i]->is_archived) {
            add_of_space(quotas, spaces->list[i]);
        }
    }
    quotas->is_more = spaces->is_more;
    return BK_CONTINUE;
}

/* ---- what is used -------------------------------------------------------------------------------
 */

/* For bk_read(), which may read twice. */
static apr_status_t count_used(bk_request_t *request, void *baton)
{
    quotas_t *quotas = baton;
    apr_status_t rv = APR_SUCCESS;
    int i;

    for (i = 0; i < quotas->list->nelts && rv == APR_SUCCESS; i++) {
        quota_t *quota = &APR_ARRAY_IDX(quotas->list, i, quota_t);

        rv = booking_v1_verbs(request)->used(request->handle, request->caller.id, &quota->limit,
                                             &quota->used, request->r->pool);
    }
    return rv;
}

/* ---- the answer ---------------------------------------------------------------------------------
 */

/* Bookings of a day, week or month count by their starts: the next one begins anew. */
static void write_reset(bk_json_text_t *text, const quota_t *quota)
{
    bk_quota_per_t per = quota->limit.quota->per;

    bk_json_text_string(text, "resetsAt",
                        per == BK_QUOTA_FUTURE || per == BK_QUOTA_CONCURRENT
                            ? NULL
                            : bk_zone_format(quota->zone, quota->limit.period.end_ns, text->p));
}

static void write_quota(bk_json_text_t *text, const quota_t *quota, const char *unit,
                        apr_int64_t limit, apr_int64_t used)
{
    if (!limit) {
        return;
    }
    bk_json_text_object(text, NULL);
    bk_json_text_string(text, "policy", quota->policy);
    bk_json_text_string(text, "id", quota->limit.quota->id);
    bk_json_text_string(text, "per", per_names[quota->limit.quota->per]);
    bk_json_text_string(text, "building", quota->limit.building);
    bk_json_text_string(text, "unit", unit);
    bk_json_text_int(text, "limit", limit);
    bk_json_text_int(text, "used", used);
    bk_json_text_int(text, "left", used < limit ? limit - used : 0);
    write_reset(text, quota);
    bk_json_text_object_end(text);
}

static int answer(const quotas_t *quotas)
{
    bk_request_t *request = quotas->request;
    bk_json_text_t text;
    const char *body;
    apr_size_t len;
    int i;

    bk_json_text_begin(&text, request->r->pool);
    bk_json_text_array(&text, "items");
    for (i = 0; i < quotas->list->nelts; i++) {
        const quota_t *quota = &APR_ARRAY_IDX(quotas->list, i, quota_t);

        write_quota(&text, quota, "bookings", quota->limit.quota->count, quota->used.count);
        write_quota(&text, quota, "minutes", quota->limit.quota->minutes, quota->used.minutes);
    }
    bk_json_text_array_end(&text);
    bk_json_text_bool(&text, "truncated", quotas->is_more);
    body = bk_json_text_end(&text, &len);
    return bk_representation_answer_weak(request, body, len);
}

int booking_v1_quotas(bk_request_t *request)
{
    apr_pool_t *p = request->r->pool;
    quotas_t quotas = {.request = request,
                       .list = apr_array_make(p, 8, sizeof(quota_t)),
                       .seen = apr_hash_make(p),
                       .now_ns = bk_time_now()};
    apr_status_t rv;
    int result = find_quotas(&quotas);

    if (result == BK_CONTINUE) {
        result = bk_read(request, count_used, &quotas, &rv);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    return rv == APR_SUCCESS ? answer(&quotas) : bk_store_failed(request, rv);
}

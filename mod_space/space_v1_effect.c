#include "space_v1_effect.h"

#include "bk_answer_v1.h"
#include "bk_opening.h"
#include "bk_read.h"
#include "bk_representation.h"
#include "bk_time.h"
#include "bk_zones.h"
#include "space_policy.h"
#include "space_private.h"

#define DAYS_MOST 42
/* A day on which clocks are put back has some hours more. */
#define EXTRA (2 * BK_TIME_HOUR)

const bk_input_row_t space_v1_effect_rows[] = {
    {.name = "space", .kind = BK_INPUT_ID},
    {.name = "from", .kind = BK_INPUT_INSTANT, .flags = BK_INPUT_REQUIRED},
    {.name = "to", .kind = BK_INPUT_INSTANT, .flags = BK_INPUT_REQUIRED},
    {NULL}};

/* What is asked, and what the store says of it. */
typedef struct effect_t {
    const char *space_id; /* NULL: of no space */
    apr_int64_t from_ns, to_ns;
    space_policy_t policy;
    space_t space;
    const bk_policy_input_t *rules;
    const bk_zone_t *zone;
} effect_t;

static int read_query(bk_request_t *request, effect_t *effect)
{
    effect->space_id = bk_input_text(request->query, "space", NULL);
    effect->from_ns = bk_input_number(request->query, "from", 0);
    effect->to_ns = bk_input_number(request->query, "to", 0);
    if (effect->to_ns <= effect->from_ns) {
        return bk_answer_wrong_parameter(request, "to", "must be after \"from\"");
    }
    return bk_time_between(effect->from_ns, effect->to_ns) <= DAYS_MOST * BK_TIME_DAY + EXTRA
               ? BK_CONTINUE
               : bk_answer_problem(request, &bk_problem_window_too_large,
                                   "It can be asked for at most 42 days");
}

static apr_status_t find_both(bk_request_t *request, void *baton)
{
    effect_t *effect = baton;
    apr_pool_t *p = request->r->pool;
    apr_status_t rv =
        space_policy_verbs(request)->find(request->handle, request->params[0], &effect->policy, p);

    return rv == APR_SUCCESS && effect->space_id
               ? space_verbs(request)->find(request->handle, effect->space_id, &effect->space, p)
               : rv;
}

/* The policy's own zone, or else the space's. */
static int read_rules(bk_request_t *request, effect_t *effect)
{
    const char *name;

    effect->rules = space_policy_rules(&effect->policy, request->r->pool);
    if (!effect->rules) {
        return bk_answer_problem(request, &bk_problem_internal, "The policy cannot be read");
    }
    name = effect->rules->time_zone;
    if (!name && !effect->space_id) {
        return bk_answer_wrong_parameter(
            request, "space", "is required, because the policy has no time zone of its own");
    }
    return bk_zones_open(&effect->zone, name ? name : effect->space.time_zone) == APR_SUCCESS
               ? BK_CONTINUE
               : bk_answer_problem(request, &bk_problem_internal,
                                   "The time zone is not known here");
}

static void write_instant(bk_json_text_t *text, const char *name, const effect_t *effect,
                          apr_int64_t ns, apr_pool_t *p)
{
    bk_json_text_string(text, name, bk_zone_format(effect->zone, ns, p));
}

static int answer(bk_request_t *request, const effect_t *effect)
{
    apr_pool_t *p = request->r->pool;
    apr_array_header_t *spans = bk_opening_spans(&effect->rules->rules.opening, effect->zone,
                                                 effect->from_ns, effect->to_ns, p);
    bk_json_text_t text;
    const char *body;
    apr_size_t len;
    int i;

    bk_json_text_begin(&text, p);
    bk_json_text_string(&text, "policy", effect->policy.id);
    bk_json_text_int(&text, "version", effect->policy.version);
    bk_json_text_string(&text, "space", effect->space_id);
    bk_json_text_string(&text, "timeZone", bk_zone_name(effect->zone));
    write_instant(&text, "from", effect, effect->from_ns, p);
    write_instant(&text, "to", effect, effect->to_ns, p);
    bk_json_text_array(&text, "open");
    for (i = 0; i < spans->nelts; i++) {
        const bk_span_t *span = &APR_ARRAY_IDX(spans, i, bk_span_t);

        bk_json_text_object(&text, NULL);
        write_instant(&text, "start", effect, span->start_ns, p);
        write_instant(&text, "end", effect, span->end_ns, p);
        bk_json_text_object_end(&text);
    }
    bk_json_text_array_end(&text);
    body = bk_json_text_end(&text, &len);
    request->cache_control = BK_ANSWER_V1_LIST;
    return bk_representation_answer_weak(request, body, len);
}

int space_v1_effect(bk_request_t *request)
{
    effect_t effect;
    apr_status_t rv = APR_SUCCESS;
    int result = read_query(request, &effect);

    if (result == BK_CONTINUE) {
        result = bk_read(request, find_both, &effect, &rv);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv == APR_NOTFOUND) {
        return bk_answer_problem(request, &bk_problem_not_found,
                                 "There is no such policy, or no such space");
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    result = read_rules(request, &effect);
    return result == BK_CONTINUE ? answer(request, &effect) : result;
}

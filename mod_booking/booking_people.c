#include "booking_people.h"

#include <apr_hash.h>
#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_call.h"
#include "bk_caller.h"
#include "bk_consistency.h"
#include "bk_text.h"
#include "booking_people_kept.h"
#include "booking_private.h"

#define OF_REQUEST "bookable: people" /* userdata of the request's pool */
#define MOST 200                      /* people of one call */

/* ---- what was learned ---------------------------------------------------------------------------
 */

/* By id: a name; "": nobody has the id. @return NULL: nothing was learned */
static apr_hash_t *find_known(const bk_request_t *request)
{
    void *known = NULL;

    return apr_pool_userdata_get(&known, OF_REQUEST, request->r->pool) == APR_SUCCESS ? known
                                                                                      : NULL;
}

static apr_hash_t *make_known(const bk_request_t *request)
{
    apr_hash_t *known = find_known(request);

    if (!known) {
        known = apr_hash_make(request->r->pool);
        booking_people_keep_in(request, known);
    }
    return known;
}

void booking_people_keep_in(const bk_request_t *request, apr_hash_t *names)
{
    (void)apr_pool_userdata_setn(names, OF_REQUEST, NULL, request->r->pool);
}

static void note(const bk_request_t *request, apr_int64_t id, const char *name)
{
    apr_hash_t *known = make_known(request);
    apr_pool_t *p = apr_hash_pool_get(known);
    const apr_int64_t *key = apr_pmemdup(p, &id, sizeof(id));

    apr_hash_set(known, key, sizeof(*key), apr_pstrdup(p, name));
}

static const char *find_name(const bk_request_t *request, apr_int64_t id)
{
    apr_hash_t *known = find_known(request);

    return known ? apr_hash_get(known, &id, sizeof(id)) : NULL;
}

const char *booking_people_name(const bk_request_t *request, apr_int64_t id)
{
    const bk_caller_t *caller = &request->caller;
    const char *name = id != caller->id  ? find_name(request, id)
                       : caller->display ? caller->display
                                         : caller->name;

    return name && *name ? name : NULL;
}

void booking_people_write(bk_json_text_t *text, const char *name, const bk_request_t *request,
                          apr_int64_t id)
{
    bk_json_text_object(text, name);
    bk_json_text_id(text, "id", id);
    bk_json_text_string(text, "name", booking_people_name(request, id));
    bk_json_text_object_end(text);
}

/* ---- one call -----------------------------------------------------------------------------------
 */

/* Who is asked for. */
typedef struct asking_t {
    bk_request_t *request;
    apr_array_header_t *ids; /* of apr_int64_t */
    apr_hash_t *among;       /* the same ids */
} asking_t;

static const char *validate(const bk_reply_t *reply, void *baton)
{
    const asking_t *asking = baton;
    const bk_json_value_t *list = bk_json_member(reply->body, "items");
    apr_size_t i;

    if (reply->status != HTTP_OK || !list || list->kind != BK_JSON_ARRAY) {
        return "its answer has no list of people";
    }
    for (i = 0; i < list->nested->count; i++) {
        const bk_json_value_t *one = &list->nested->members[i];
        const char *name;
        apr_int64_t id;

        if (one->kind != BK_JSON_OBJECT || bk_json_id(one->nested, "id", &id) != BK_JSON_OK ||
            bk_json_string(one->nested, "name", &name, NULL) != BK_JSON_OK) {
            return "somebody in its answer has no name";
        }
        note(asking->request, id, name);
    }
    return NULL;
}

static const char *make_url(const asking_t *asking, int from, int count)
{
    const booking_conf_t *conf = (const booking_conf_t *)asking->request->conf;
    apr_pool_t *p = asking->request->r->pool;
    apr_array_header_t *parts = apr_array_make(p, 2 * count + 1, sizeof(const char *));
    int i;

    APR_ARRAY_PUSH(parts, const char *) = apr_pstrcat(p, conf->users_path, "/names", NULL);
    for (i = 0; i < count; i++) {
        APR_ARRAY_PUSH(parts, const char *) = i ? "&id=" : "?id=";
        APR_ARRAY_PUSH(parts, const char *) = bk_text_of_int(
            APR_ARRAY_IDX(asking->ids, from + i, apr_int64_t), apr_palloc(p, BK_TEXT_INT));
    }
    return apr_array_pstrcat(p, parts, 0);
}

/* Who is not in an answer is not there. */
static void keep(const asking_t *asking, int from, int count)
{
    int i;

    for (i = from; i < from + count; i++) {
        apr_int64_t id = APR_ARRAY_IDX(asking->ids, i, apr_int64_t);

        if (!find_name(asking->request, id)) {
            note(asking->request, id, "");
        }
        booking_people_kept_put(asking->request->conf, id, find_name(asking->request, id));
    }
}

/* @return whether there was an answer */
static int ask(asking_t *asking, bk_reply_t *reply)
{
    int from;

    for (from = 0; from < asking->ids->nelts; from += MOST) {
        int left = asking->ids->nelts - from, count = left < MOST ? left : MOST;
        const bk_call_t call = {.url = make_url(asking, from, count),
                                .authorization = bk_caller_authorization(asking->request),
                                .most = BK_CALL_ANSWER * 2,
                                .validate = validate,
                                .baton = asking};

        bk_call_url(asking->request, BOOKING_USER, &call, reply);
        if (reply->problem) {
            return 0;
        }
        keep(asking, from, count);
    }
    return 1;
}

/* ---- who is asked for ---------------------------------------------------------------------------
 */

static void begin(asking_t *asking, bk_request_t *request)
{
    *asking = (asking_t){.request = request,
                         .ids = apr_array_make(request->r->pool, 8, sizeof(apr_int64_t)),
                         .among = apr_hash_make(request->r->pool)};
}

static int is_among(const asking_t *asking, apr_int64_t id)
{
    return apr_hash_get(asking->among, &id, sizeof(id)) != NULL;
}

static void add_unknown(asking_t *asking, apr_int64_t id)
{
    const apr_int64_t *key = apr_pmemdup(asking->request->r->pool, &id, sizeof(id));

    apr_hash_set(asking->among, key, sizeof(*key), key);
    APR_ARRAY_PUSH(asking->ids, apr_int64_t) = id;
}

/* Add somebody who is not known yet. @param may_be_old  what is kept may answer */
static void add(asking_t *asking, apr_int64_t id, int may_be_old)
{
    bk_request_t *request = asking->request;
    const char *kept;

    if (id <= 0 || id == request->caller.id || find_name(request, id) || is_among(asking, id)) {
        return;
    }
    kept = may_be_old ? booking_people_kept_get(request->conf, id, request->r->pool) : NULL;
    if (kept) {
        note(request, id, kept);
    }
    else {
        add_unknown(asking, id);
    }
}

int booking_people_learn(bk_request_t *request, const apr_int64_t *ids, int count)
{
    int i, may_be_old = !bk_consistency_is_strong(request->r);
    asking_t asking;
    bk_reply_t reply;

    begin(&asking, request);
    for (i = 0; i < count; i++) {
        add(&asking, ids[i], may_be_old);
    }
    return ask(&asking, &reply);
}

/* ---- who has to be there ------------------------------------------------------------------------
 */

static int is_nobody(const bk_request_t *request, apr_int64_t id)
{
    const char *name = id == request->caller.id ? request->caller.name : find_name(request, id);

    return !name || !*name;
}

static const char *user_of(const bk_input_value_t *participant)
{
    return bk_input_text(participant->object, "user", NULL);
}

static void find_nobodies(const bk_request_t *request, const char *member, apr_int64_t owner,
                          bk_faults_t *faults)
{
    const bk_input_field_t *field = bk_input_field(request->input, "participants");
    const bk_fault_pointer_t list = {NULL, "participants", 0};
    apr_size_t i;
    apr_int64_t id;

    if (owner && is_nobody(request, owner)) {
        bk_fault_add_value(faults, member, "nobody has this id");
    }
    for (i = 0; i < field->count; i++) {
        const bk_fault_pointer_t one = {&list, NULL, i}, where = {&one, "user", 0};
        const char *user = user_of(&field->values[i]);

        if (user && bk_text_id(user, &id) && is_nobody(request, id)) {
            bk_fault_add(faults, &where, BK_FAULT_BAD_VALUE, "nobody has this id");
        }
    }
}

int booking_people_check(bk_request_t *request, const char *member, apr_int64_t owner)
{
    const bk_input_field_t *field = bk_input_field(request->input, "participants");
    bk_faults_t faults;
    asking_t asking;
    bk_reply_t reply;
    apr_size_t i;
    apr_int64_t id;

    begin(&asking, request);
    add(&asking, owner, 0);
    for (i = 0; i < field->count; i++) {
        const char *user = user_of(&field->values[i]);

        if (user && bk_text_id(user, &id)) {
            add(&asking, id, 0);
        }
    }
    if (!ask(&asking, &reply)) {
        return bk_call_failed(request, &bk_error_user_service, &bk_error_malformed, &reply);
    }
    bk_fault_none(&faults, request->r->pool);
    find_nobodies(request, member, owner, &faults);
    return bk_fault_count(&faults) ? bk_answer_faults(request, &faults) : BK_CONTINUE;
}

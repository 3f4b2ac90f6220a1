#include "space_private.h"
#include "space_handlers.h"

#include <apr_strings.h>

#include "bk_cache.h"
#include "bk_call.h"
#include "bk_caller.h"
#include "bk_health.h"
#include "bk_json_fields.h"
#include "bk_settle.h"
#include "bk_space_id.h"
#include "bk_time.h"
#include "space_policy.h"
#include "space_policy_store.h"
#include "space_v1_one.h"

#define READS 5 /* of a space whose policy is replaced and deleted again and again */

int space_handlers_identify(bk_request_t *request)
{
    return bk_caller(request, SPACE_USER);
}

/* ---- reading requests ---------------------------------------------------------------------------
 */

static int read_room(bk_request_t *request, space_t *space)
{
    apr_size_t len;

    if (bk_json_string(request->body, "buildingCode", &space->building_code, &len) != BK_JSON_OK ||
        len == 0 || bk_json_int(request->body, "roomCode", &space->room_code) != BK_JSON_OK) {
        return bk_answer_error(request, &space_error_schema, NULL);
    }
    if (!bk_space_id_building_ok(space->building_code, len)) {
        return bk_answer_error(
            request, &space_error_schema,
            "A buildingCode must have 1 to 100 characters, no control character and "
            "none of / ? # % \\");
    }
    if (space->room_code < 0) {
        return bk_answer_error(request, &space_error_schema, "A roomCode must be 0 or more");
    }
    space->id = bk_space_id_make(space->building_code, space->room_code, request->r->pool);
    return BK_CONTINUE;
}

static int read_capacity(bk_request_t *request, space_t *space)
{
    space->capacity = SPACE_NO_CAPACITY;
    switch (bk_json_int(request->body, "capacity", &space->capacity)) {
    case BK_JSON_ABSENT:
        return BK_CONTINUE;
    case BK_JSON_OK:
        if (space->capacity >= 0) {
            return BK_CONTINUE;
        }
        break;
    default:
        break;
    }
    return bk_answer_error(request, &space_error_schema,
                           "capacity must be an integer of 0 or more");
}

/* Read a time. It is stored with the offset that the client sent, in one spelling. */
static int read_time(bk_request_t *request, const char *name, const char **text)
{
    bk_time_t time;
    const char *given;

    *text = NULL;
    switch (bk_json_string(request->body, name, &given, NULL)) {
    case BK_JSON_ABSENT:
        return BK_CONTINUE;
    case BK_JSON_OK:
        if (bk_time_parse(given, &time)) {
            *text = bk_time_format(&time, request->r->pool);
            return BK_CONTINUE;
        }
        break;
    default:
        break;
    }
    return bk_answer_error(
        request, &space_error_schema,
        apr_psprintf(request->r->pool,
                     "%s must be an RFC 3339 time with an offset, such as 2025-12-11T08:00:00Z",
                     name));
}

static int read_space(bk_request_t *request, space_t *space)
{
    int result = read_room(request, space);

    if (result == BK_CONTINUE) {
        result = read_capacity(request, space);
    }
    if (result == BK_CONTINUE) {
        result = read_time(request, "openTime", &space->open_time);
    }
    return result == BK_CONTINUE ? read_time(request, "closeTime", &space->close_time) : result;
}

/* ---- handlers -----------------------------------------------------------------------------------
 */

/* For bk_settle(): whether the space exists, with the values that it was to be created with. */
static apr_status_t find_created(bk_request_t *request, void *created)
{
    const space_t *space = created;
    space_t found = {0};
    apr_status_t rv =
        space_verbs(request)->find(request->handle, space->id, &found, request->r->pool);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    return bk_fields_equal(&space_fields, &found, space) ? APR_SUCCESS : APR_NOTFOUND;
}

static int create_space(bk_request_t *request)
{
    apr_pool_t *p = request->r->pool;
    const char *where;
    space_t space;
    apr_status_t rv;
    int result = read_space(request, &space);

    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    rv = space_verbs(request)->insert(request->handle, &space);
    rv = bk_settle(request, rv, find_created, &space);
    space_v1_one_forget(request, space.id);
    where = apr_pstrcat(p, request->path, "/", bk_call_segment(space.id, p), NULL);
    if (rv == APR_EEXIST) {
        return bk_answer_error(request, &space_error_duplicate, NULL);
    }
    if (rv == BK_DB_UNKNOWN) {
        return bk_answer_unknown(request, where);
    }
    return rv == APR_SUCCESS ? bk_answer_created(request, where, json_string(space.id))
                             : bk_store_failed(request, rv);
}

/* A space, with its policy if it has one. */
typedef struct shown_t {
    space_t space;
    space_policy_t policy;
} shown_t;

/* Of a space with a policy, the rules as well: mod_booking asks for them here. */
static const char *text_of(const shown_t *shown, apr_size_t *len, apr_pool_t *p)
{
    bk_json_text_t text;

    bk_json_text_begin(&text, p);
    bk_json_fields_write(&text, &space_fields, &shown->space);
    if (shown->space.policy) {
        bk_json_text_string(&text, "timeZone", shown->space.time_zone);
        bk_json_text_raw(&text, "managers", shown->space.managers, strlen(shown->space.managers));
        bk_json_text_object(&text, "policy");
        space_policy_write(&text, &shown->policy);
        bk_json_text_object_end(&text);
    }
    return bk_json_text_end(&text, len);
}

/* The two are read one after the other. A policy that is gone by then was no longer the space's. */
static apr_status_t find_space(bk_request_t *request, void *baton)
{
    shown_t *shown = baton;
    apr_pool_t *p = request->r->pool;
    apr_status_t rv = APR_NOTFOUND;
    int i;

    for (i = 0; i < READS && rv == APR_NOTFOUND; i++) {
        rv = space_verbs(request)->find(request->handle, request->params[0], &shown->space, p);
        if (rv != APR_SUCCESS || !shown->space.policy) {
            return rv;
        }
        rv = space_policy_verbs(request)->find(request->handle, shown->space.policy, &shown->policy,
                                               p);
    }
    return rv == APR_NOTFOUND ? APR_TIMEUP : rv;
}

static int read_space_answer(bk_request_t *request, bk_cache_reading_t *reading)
{
    shown_t shown;
    apr_status_t rv;
    int result = bk_read(request, find_space, &shown, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv == APR_NOTFOUND) {
        return bk_answer_error(request, &space_error_not_found, NULL);
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    reading->text = text_of(&shown, &reading->len, request->r->pool);
    return BK_CONTINUE;
}

static int get_space(bk_request_t *request)
{
    return bk_cache_answer(request, request->params[0], read_space_answer, NULL);
}

/* A route that answers late on purpose, to test how callers behave when this service is slow. */
static int get_space_slowly(bk_request_t *request)
{
    apr_interval_time_t delay = ((const space_conf_t *)request->conf)->slow_delay;

    if (delay == 0) {
        return bk_answer_error(request, &bk_error_no_route, NULL);
    }
    apr_sleep(delay);
    return get_space(request);
}

const bk_route_t space_handlers_routes[] = {
    {"GET", "/health", BK_ROUTE_ANYONE, NULL, NULL, bk_health},
    {"POST", "", BK_ROUTE_ADMIN, NULL, &space_error_schema, create_space, .scope = BK_SCOPE_ADMIN,
     .flags = BK_ROUTE_ALL_SPACES},
    {"GET", "/{spaceId}", BK_ROUTE_ANYONE, NULL, NULL, get_space},
    {"GET", "/slow/{spaceId}", BK_ROUTE_ANYONE, NULL, NULL, get_space_slowly},
    {NULL}};

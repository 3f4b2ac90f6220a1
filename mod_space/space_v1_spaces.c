#include "space_v1_spaces.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_idempotency.h"
#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_call.h"
#include "bk_read.h"
#include "bk_representation.h"
#include "bk_settle.h"
#include "bk_time.h"
#include "space_private.h"
#include "space_v1_bookings.h"
#include "space_v1_json.h"
#include "space_v1_one.h"
#include "space_v1_refusal.h"
#include "space_v1_who.h"

/* ---- reading one --------------------------------------------------------------------------------
 */

static const char *const expansions[] = {"policy", NULL};

const bk_input_row_t space_v1_spaces_get_rows[] = {
    {.name = "expand", .kind = BK_INPUT_WORD, .words = expansions}, {NULL}};

typedef struct reading_t {
    int with_policy;
    space_v1_found_t found;
} reading_t;

static apr_status_t find_space(bk_request_t *request, void *baton)
{
    reading_t *reading = baton;

    return space_v1_verbs(request)->find(request->handle, request->params[0], space_v1_who(request),
                                         reading->with_policy, &reading->found, request->r->pool);
}

/* The version is that of the space: with the policy the representation changes beside it. */
static int answer_found(bk_request_t *request, const reading_t *reading)
{
    apr_size_t len;
    const char *text = space_v1_json(&reading->found, reading->with_policy, &len, request->r->pool);

    request->cache_control = BK_ANSWER_V1_LIST;
    if (reading->with_policy) {
        return bk_representation_answer_weak(request, text, len);
    }
    if (reading->found.is_public) {
        request->cache_control = BK_ANSWER_V1_PUBLIC;
    }
    return bk_representation_answer_version(request, reading->found.space.version, text, len);
}

int space_v1_spaces_get(bk_request_t *request)
{
    reading_t reading = {.with_policy = bk_input_value(request->query, "expand") != NULL};
    apr_status_t rv;
    int result;

    if (reading.with_policy && request->caller.id == 0) {
        return bk_answer_problem(request, &bk_problem_not_signed_in, "Sign in to see policies");
    }
    result = bk_read(request, find_space, &reading, &rv);
    if (result != BK_CONTINUE) {
        return result;
    }
    return rv == APR_SUCCESS ? answer_found(request, &reading)
                             : space_v1_refusal_answer(request, rv);
}

/* ---- making one ---------------------------------------------------------------------------------
 */

/* For bk_settle(): whether the space is there, as it was to be created. */
static apr_status_t find_created(bk_request_t *request, void *created)
{
    const space_v1_t *space = created;
    space_v1_found_t found;
    apr_status_t rv = space_v1_verbs(request)->find(request->handle, space->id, NULL, 0, &found,
                                                    request->r->pool);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    return bk_fields_equal(&space_v1_fields, &found.space, space) ? APR_SUCCESS : APR_NOTFOUND;
}

static const char *path_of(const bk_request_t *request, const char *id)
{
    return apr_pstrcat(request->r->pool, request->path, "/spaces/",
                       bk_call_segment(id, request->r->pool), NULL);
}

static apr_status_t make(bk_request_t *request, void *new_space, bk_idempotency_made_t *made)
{
    const space_v1_t *space = new_space;
    space_v1_found_t found = {.space = *space};

    made->location = path_of(request, space->id);
    made->version = space->version;
    made->text = space_v1_json(&found, 0, &made->len, request->r->pool);
    return space_v1_verbs(request)->insert(request->handle, space);
}

int space_v1_spaces_create(bk_request_t *request)
{
    bk_faults_t faults;
    space_v1_t space;
    bk_idempotency_made_t made;
    apr_status_t rv;
    int result;

    bk_fault_none(&faults, request->r->pool);
    space_v1_input_make(&space, request->input, bk_time_now(), &faults, request->r->pool);
    if (bk_fault_count(&faults)) {
        return bk_answer_faults(request, &faults);
    }
    if (!space_v1_who_has_token_for(request, space.id)) {
        return bk_answer_problem(request, &bk_problem_forbidden, "The token is for other spaces");
    }
    result = bk_store_acquire(request);
    if (result != BK_CONTINUE) {
        return result;
    }
    result = bk_idempotency_make(request, make, &space, &made, &rv);
    if (result != BK_CONTINUE) {
        return result;
    }
    rv = bk_settle(request, rv, find_created, &space);
    space_v1_one_forget(request, space.id);
    if (rv != APR_SUCCESS) {
        return space_v1_refusal_answer(request, rv);
    }
    bk_audit(request, "BK0410: event=make-space", 0, request->caller.id, "space", space.id, NULL);
    return bk_answer_created_v1(request, made.location, made.version, made.text, made.len);
}

/* ---- changing one -------------------------------------------------------------------------------
 */

/* Results of an edit, besides those of the store. */
#define UNCHANGED (APR_OS_START_USERERR + 11) /* there is nothing to write */
#define FAULTY (APR_OS_START_USERERR + 12)    /* the faults say why */
#define LATE (APR_OS_START_USERERR + 13)      /* it is no longer the version that was checked */

/* What is to become of a space. */
typedef struct change_t {
    bk_request_t *request;
    void (*apply)(struct change_t *change, space_v1_t *space);
    const char *event;   /* log id and event */
    apr_int64_t version; /* the only one to be changed; 0: any */
    bk_faults_t faults;
    int is_archived; /* of archiving: what it becomes */
    const char *reason;
    int was_archived; /* when it was read last */
    int is_restored;  /* by the change: it was archived */
} change_t;

static apr_status_t edit(void *baton, const space_v1_t *before, space_v1_t *after, apr_pool_t *p)
{
    change_t *change = baton;
    space_v1_t unchanged;

    if (change->version && change->version != before->version) {
        return LATE;
    }
    change->apply(change, after);
    if (bk_fault_count(&change->faults)) {
        return FAULTY;
    }
    change->is_restored = before->is_archived && !after->is_archived;
    unchanged = *after;
    unchanged.version = before->version;
    unchanged.changed_ns = before->changed_ns;
    return bk_fields_equal(&space_v1_fields, before, &unchanged) ? UNCHANGED : APR_SUCCESS;
}

static void apply_patch(change_t *change, space_v1_t *space)
{
    bk_request_t *request = change->request;

    space_v1_input_apply(space, request->input, &change->faults, request->r->pool);
}

/* Whether the caller may change the space in these members. @return BK_CONTINUE, or the result */
static int check_rights(bk_request_t *request, const space_v1_t *space)
{
    int is_patch = (request->route->flags & BK_ROUTE_PATCH) != 0;
    const char *name = is_patch ? space_v1_input_of_admin(request->input) : NULL;

    if (!space_v1_who_may_change(request, space)) {
        return bk_answer_problem(request, &bk_problem_forbidden,
                                 "Only administrators, and managers of the space, may change it");
    }
    return !name || request->caller.is_admin
               ? BK_CONTINUE
               : bk_answer_problem(
                     request, &bk_problem_forbidden,
                     apr_pstrcat(request->r->pool, "Only administrators may change ", name, NULL));
}

/* Read the space, and check the caller's rights and conditions on it. If-Match: * is for any
 * version, and so is a request without it. */
static int check_space(bk_request_t *request, change_t *change)
{
    const char *if_match = apr_table_get(request->r->headers_in, "If-Match");
    reading_t reading = {0};
    apr_status_t rv;
    int result = bk_store_acquire(request);

    if (result != BK_CONTINUE) {
        return result;
    }
    rv = find_space(request, &reading);
    if (rv != APR_SUCCESS) {
        return space_v1_refusal_answer(request, rv);
    }
    result = check_rights(request, &reading.found.space);
    if (result == BK_CONTINUE) {
        result = bk_representation_check_version(request, reading.found.space.version);
    }
    change->version = if_match && strcmp(if_match, "*") != 0 ? reading.found.space.version : 0;
    change->was_archived = reading.found.space.is_archived;
    return result;
}

static int answer_changed(bk_request_t *request, const space_v1_t *space)
{
    space_v1_found_t found = {.space = *space};
    apr_size_t len;
    const char *text = space_v1_json(&found, 0, &len, request->r->pool);

    return bk_representation_changed(request, space->version, text, len);
}

/* Change the space of the path. If somebody else changed it after the version was checked, it is
 * checked again, and then no longer the version that If-Match names.
 * @param space  set to what it is by then
 * @return BK_CONTINUE; else the result */
static int change_space(bk_request_t *request, change_t *change, space_v1_t *space)
{
    apr_status_t rv;
    int result;

    bk_fault_none(&change->faults, request->r->pool);
    do {
        result = check_space(request, change);
        if (result != BK_CONTINUE) {
            return result;
        }
        rv = space_v1_verbs(request)->change(request->handle, request->params[0],
                                             space_v1_who(request), edit, change, space,
                                             request->r->pool);
    } while (rv == LATE);
    if (rv == FAULTY) {
        return bk_answer_faults(request, &change->faults);
    }
    if (rv == UNCHANGED) {
        return BK_CONTINUE;
    }
    space_v1_one_forget(request, request->params[0]);
    if (rv != APR_SUCCESS) {
        return space_v1_refusal_answer(request, rv);
    }
    bk_audit(request, change->event, 0, request->caller.id, "space", space->id, NULL);
    return BK_CONTINUE;
}

/* The space is in use again before its time is free: else somebody who archives it meanwhile could
 * leave one that is in use, and closed. */
static int restore(bk_request_t *request, const space_v1_t *space, int result)
{
    if (result == BK_CONTINUE) {
        result = space_v1_bookings_open(request, request->params[0]);
    }
    return result == BK_CONTINUE ? answer_changed(request, space) : result;
}

int space_v1_spaces_change(bk_request_t *request)
{
    change_t change = {
        .request = request, .apply = apply_patch, .event = "BK0411: event=change-space"};
    space_v1_t space;
    int result = change_space(request, &change, &space);

    if (change.is_restored) {
        return restore(request, &space, result);
    }
    return result == BK_CONTINUE ? answer_changed(request, &space) : result;
}

/* ---- archiving ----------------------------------------------------------------------------------
 */

/* What becomes of bookings that lie ahead. */
enum { KEEP, CANCEL };
static const char *const bookings[] = {[KEEP] = "keep", [CANCEL] = "cancel", NULL};

const bk_input_row_t space_v1_spaces_archive_rows[] = {
    {.name = "reason", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_NULLABLE, .min = 0, .max = 500},
    {.name = "bookings", .kind = BK_INPUT_WORD, .words = bookings},
    {NULL}};

static void apply_archive(change_t *change, space_v1_t *space)
{
    space->is_archived = change->is_archived;
    space->reason = change->is_archived && !change->reason ? space->reason : change->reason;
}

/* Bookings are closed out before the space is archived: where that cannot be done, nothing is. */
static int archive_without(bk_request_t *request, change_t *change, int cancels)
{
    space_v1_t space;
    int result = check_space(request, change);

    /* What is archived stays so, whatever lies ahead there. */
    if (result == BK_CONTINUE && (cancels || !change->was_archived)) {
        result = space_v1_bookings_close(request, request->params[0], change->reason, cancels);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    result = change_space(request, change, &space);
    if (result == BK_CONTINUE) {
        return answer_changed(request, &space);
    }
    /* Not if somebody else archived it meanwhile, for whom it was closed, too. */
    if (!change->was_archived) {
        space_v1_bookings_take_back(request, request->params[0]);
    }
    return result;
}

int space_v1_spaces_archive(bk_request_t *request)
{
    change_t change = {.request = request,
                       .apply = apply_archive,
                       .event = "BK0412: event=archive-space",
                       .is_archived = 1,
                       .reason = bk_input_text(request->input, "reason", NULL)};
    const bk_input_value_t *way = bk_input_value(request->input, "bookings");
    space_v1_t space;
    int result;

    if (!way || way->number == CANCEL) {
        return archive_without(request, &change, way != NULL);
    }
    result = change_space(request, &change, &space);
    return result == BK_CONTINUE ? answer_changed(request, &space) : result;
}

int space_v1_spaces_unarchive(bk_request_t *request)
{
    change_t change = {
        .request = request, .apply = apply_archive, .event = "BK0413: event=restore-space"};
    space_v1_t space;
    int result = change_space(request, &change, &space);

    return restore(request, &space, result);
}

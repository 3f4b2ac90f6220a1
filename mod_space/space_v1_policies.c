#include "space_v1_policies.h"

#include <apr_strings.h>

#include "bk_again.h"
#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_call.h"
#include "bk_list.h"
#include "bk_read.h"
#include "bk_representation.h"
#include "bk_settle.h"
#include "bk_time.h"
#include "bk_zones.h"
#include "space_policy.h"
#include "space_policy_store.h"
#include "space_private.h"
#include "space_v1_one.h"

#define ATTEMPTS 100 /* of a change with "If-Match: *", while others change the same policy */

static const char *text_of(const space_policy_t *policy, apr_size_t *len, apr_pool_t *p)
{
    bk_json_text_t text;

    bk_json_text_begin(&text, p);
    space_policy_write(&text, policy);
    return bk_json_text_end(&text, len);
}

/* ---- list ---------------------------------------------------------------------------------------
 */

const bk_input_row_t space_v1_policies_list_rows[] = {BK_LIST_PARAMETERS, {NULL}};

static apr_status_t add_policy(void *baton, const space_policy_t *policy)
{
    bk_list_t *list = baton;
    apr_pool_t *p = list->request->r->pool;
    const char *const at[] = {apr_pstrdup(p, policy->id)};
    bk_json_text_t *text = bk_list_item(list, at);

    if (text) {
        space_policy_write(text, policy);
        bk_list_item_end(list);
    }
    return APR_SUCCESS;
}

static apr_status_t read_page(bk_request_t *request, void *baton)
{
    bk_list_t *list = baton;

    return space_policy_verbs(request)->list(request->handle, list->after ? list->after[0] : "",
                                             list->limit + 1, add_policy, list, request->r->pool);
}

int space_v1_policies_list(bk_request_t *request)
{
    bk_list_t list;
    apr_status_t rv;
    int result = bk_list_begin(&list, request, 1);

    if (result == BK_CONTINUE) {
        result = bk_read(request, read_page, &list, &rv);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    return rv == APR_SUCCESS ? bk_list_answer(&list) : bk_store_failed(request, rv);
}

/* ---- one ----------------------------------------------------------------------------------------
 */

static apr_status_t find_policy(bk_request_t *request, void *policy)
{
    return space_policy_verbs(request)->find(request->handle, request->params[0], policy,
                                             request->r->pool);
}

static int answer_none(bk_request_t *request)
{
    return bk_answer_problem(request, &bk_problem_not_found, "There is no policy with this id");
}

int space_v1_policies_get(bk_request_t *request)
{
    space_policy_t policy;
    apr_size_t len;
    const char *text;
    apr_status_t rv;
    int result = bk_read(request, find_policy, &policy, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv != APR_SUCCESS) {
        return rv == APR_NOTFOUND ? answer_none(request) : bk_store_failed(request, rv);
    }
    request->cache_control = BK_ANSWER_V1_LIST;
    text = text_of(&policy, &len, request->r->pool);
    return bk_representation_answer_version(request, policy.version, text, len);
}

/* ---- put ----------------------------------------------------------------------------------------
 */

static apr_status_t forget_space(void *request, const char *space)
{
    space_v1_one_forget(request, space);
    return APR_SUCCESS;
}

/* What the base API says of a space holds its policy. If the list of spaces cannot be read, the
 * entries are used until they expire, as on other hosts. */
static void forget_spaces(bk_request_t *request, const char *id)
{
    if (bk_store_try_acquire(request) == APR_SUCCESS) {
        (void)space_policy_verbs(request)->spaces(request->handle, id, INT64_MAX, forget_space,
                                                  request, request->r->pool);
    }
}

/* For bk_settle(): whether the policy is the one that was written. */
static apr_status_t find_written(bk_request_t *request, void *written)
{
    const space_policy_t *policy = written;
    space_policy_t found;
    apr_status_t rv = find_policy(request, &found);

    return rv == APR_SUCCESS &&
                   (found.version != policy->version || strcmp(found.body, policy->body) != 0)
               ? APR_NOTFOUND
               : rv;
}

/* Write what follows on a version, the first one if there is none yet. @return APR_EEXIST or
 * APR_NOTFOUND: somebody else was faster */
static apr_status_t write_policy(bk_request_t *request, space_policy_t *policy,
                                 const space_policy_t *before)
{
    apr_status_t rv;

    policy->changed_ns = bk_time_now();
    policy->created_ns = before ? before->created_ns : policy->changed_ns;
    policy->version = before ? before->version + 1 : 1;
    rv = before ? space_policy_verbs(request)->update(request->handle, policy)
                : space_policy_verbs(request)->insert(request->handle, policy);
    return bk_settle(request, rv, find_written, policy);
}

static int answer_written(bk_request_t *request, const space_policy_t *policy)
{
    apr_pool_t *p = request->r->pool;
    apr_size_t len;
    const char *text = text_of(policy, &len, p);

    return policy->version == 1
               ? bk_answer_created_v1(request,
                                      apr_pstrcat(p, request->path, "/policies/",
                                                  bk_call_segment(policy->id, p), NULL),
                                      policy->version, text, len)
               : bk_representation_changed(request, policy->version, text, len);
}

static int answer_put(bk_request_t *request, const space_policy_t *policy)
{
    forget_spaces(request, policy->id);
    bk_audit(request, "BK0422: event=put-policy", 0, request->caller.id, "policy", policy->id,
             "version", apr_psprintf(request->r->pool, "%" APR_INT64_T_FMT, policy->version), NULL);
    return answer_written(request, policy);
}

/* Create the policy, or change it. What was decided on a version is only written to that version:
 * if another one is there by now, it is decided anew. */
static int try_put(bk_request_t *request, void *policy)
{
    space_policy_t found;
    apr_status_t rv = find_policy(request, &found);
    int is_there = rv == APR_SUCCESS, result;

    if (rv != APR_SUCCESS && rv != APR_NOTFOUND) {
        return bk_store_failed(request, rv);
    }
    result =
        bk_representation_check_version(request, is_there ? found.version : BK_REPRESENTATION_NONE);
    if (result != BK_CONTINUE) {
        return result;
    }
    rv = write_policy(request, policy, is_there ? &found : NULL);
    if (rv == APR_EEXIST || rv == APR_NOTFOUND) {
        return BK_CONTINUE;
    }
    return rv == APR_SUCCESS ? answer_put(request, policy) : bk_store_failed(request, rv);
}

static int read_policy(bk_request_t *request, space_policy_t *policy)
{
    apr_pool_t *p = request->r->pool;
    const char *wrong;
    bk_faults_t faults;

    policy->id = request->params[0];
    wrong = space_policy_id_wrong(policy->id, p);
    if (wrong) {
        return bk_answer_problem(request, &bk_problem_bad_value,
                                 apr_pstrcat(p, "The id of the policy ", wrong, NULL));
    }
    bk_fault_none(&faults, p);
    return space_policy_read(policy, request->body, bk_zones_open, &faults, p)
               ? BK_CONTINUE
               : bk_answer_faults(request, &faults);
}

int space_v1_policies_put(bk_request_t *request)
{
    space_policy_t policy;
    int result = read_policy(request, &policy);

    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    return result == BK_CONTINUE ? bk_again(request, ATTEMPTS, try_put, &policy) : result;
}

/* ---- delete -------------------------------------------------------------------------------------
 */

typedef struct users_t {
    int count;
    const char *first;
    apr_pool_t *p;
} users_t;

static apr_status_t count_space(void *baton, const char *space)
{
    users_t *users = baton;

    users->first = users->count++ ? users->first : apr_pstrdup(users->p, space);
    return APR_SUCCESS;
}

/* Say which spaces name the policy; those that do so now, for they may be others by now. */
static int answer_in_use(bk_request_t *request)
{
    apr_pool_t *p = request->r->pool;
    users_t users = {.p = p};

    (void)space_policy_verbs(request)->spaces(request->handle, request->params[0], INT64_MAX,
                                              count_space, &users, p);
    return bk_answer_problem(request, &bk_problem_in_use,
                             users.count
                                 ? apr_psprintf(p, "%d space%s the policy, such as %s", users.count,
                                                users.count == 1 ? " has" : "s have", users.first)
                                 : NULL);
}

static apr_status_t find_deleted(bk_request_t *request, void *policy)
{
    apr_status_t rv = find_policy(request, policy);

    if (rv == APR_NOTFOUND) {
        return APR_SUCCESS;
    }
    return rv == APR_SUCCESS ? APR_NOTFOUND : rv;
}

static int answer_deleted(bk_request_t *request)
{
    bk_audit(request, "BK0423: event=delete-policy", 0, request->caller.id, "policy",
             request->params[0], NULL);
    return bk_answer_empty(request, HTTP_NO_CONTENT);
}

/* Delete it as it was found, unless somebody else changes it meanwhile. */
static int try_delete(bk_request_t *request, void *unused)
{
    space_policy_t found;
    apr_status_t rv = find_policy(request, &found);
    int result;

    if (rv != APR_SUCCESS) {
        return rv == APR_NOTFOUND ? answer_none(request) : bk_store_failed(request, rv);
    }
    result = bk_representation_check_version(request, found.version);
    if (result != BK_CONTINUE) {
        return result;
    }
    rv = space_policy_verbs(request)->remove(request->handle, found.id, found.version);
    rv = bk_settle(request, rv, find_deleted, &found);
    switch (rv) {
    case APR_SUCCESS:
        return answer_deleted(request);
    case APR_NOTFOUND:
        return BK_CONTINUE;
    case APR_ENOTEMPTY:
        return answer_in_use(request);
    default:
        return bk_store_failed(request, rv);
    }
}

int space_v1_policies_delete(bk_request_t *request)
{
    int result = bk_store_acquire(request);

    return result == BK_CONTINUE ? bk_again(request, ATTEMPTS, try_delete, NULL) : result;
}

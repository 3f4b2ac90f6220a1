#include "user_v1_groups.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_again.h"
#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_cache.h"
#include "bk_fault.h"
#include "bk_list.h"
#include "bk_representation.h"
#include "bk_text.h"
#include "user_people_rules.h"
#include "user_rules.h"
#include "user_session.h"

/* What an answer has beside is taken back, and not looked at. */
const bk_input_row_t user_v1_groups_members[] = {
    {.name = "description", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE | BK_INPUT_LINES, 500)},
    {.name = "members",
     .kind = BK_INPUT_ID,
     .flags = BK_INPUT_REQUIRED | BK_INPUT_LIST,
     .most = USER_V1_GROUPS_MEMBERS},
    BK_INPUT_GIVEN_BACK("name"),
    BK_INPUT_GIVEN_BACK("source"),
    BK_INPUT_GIVEN_BACK("people"),
    BK_INPUT_GIVEN_BACK("createdAt"),
    BK_INPUT_GIVEN_BACK("changedAt"),
    BK_INPUT_GIVEN_BACK("version"),
    {NULL}};

const bk_input_row_t user_v1_groups_list_query[] = {BK_LIST_PARAMETERS, {NULL}};

/* ---- answers ------------------------------------------------------------------------------------
 */

static void write_group(bk_json_text_t *text, const user_group_t *group)
{
    bk_json_text_string(text, "name", group->name);
    bk_json_text_string(text, "description", group->description);
    bk_json_text_string(text, "source", group->version ? "local" : "sso");
    user_session_write_time(text, "createdAt", group->created);
    user_session_write_time(text, "changedAt", group->changed);
    bk_json_text_int(text, "version", group->version);
}

static apr_status_t write_member(void *baton, apr_int64_t id)
{
    bk_json_text_id(baton, NULL, id);
    return APR_SUCCESS;
}

/* Find the group of the path. @return BK_CONTINUE, with version 0 where there is none */
static int find(bk_request_t *request, user_group_t *group)
{
    apr_status_t rv = user_groups_verbs(request)->find(request->handle, request->params[0], group,
                                                       request->r->pool);

    if (rv == APR_NOTFOUND) {
        *group = (user_group_t){.name = request->params[0]};
        return BK_CONTINUE;
    }
    return rv == APR_SUCCESS ? BK_CONTINUE : bk_store_failed(request, rv);
}

/* A group and its local members. The tag is that of the version, so all that is shown has to be
 * written with one: who is in it by sign-on is not. */
static apr_status_t make_text(bk_request_t *request, const user_group_t *group, const char **body,
                              apr_size_t *len)
{
    bk_json_text_t text;
    apr_status_t rv;

    bk_json_text_begin(&text, request->r->pool);
    write_group(&text, group);
    bk_json_text_array(&text, "members");
    rv = user_groups_verbs(request)->each_member(request->handle, group->name, write_member, &text,
                                                 request->r->pool);
    bk_json_text_array_end(&text);
    *body = bk_json_text_end(&text, len);
    return rv;
}

/* ---- reading ------------------------------------------------------------------------------------
 */

int user_v1_groups_path(bk_request_t *request)
{
    const char *name = request->params[0];

    return user_rules_group(name, strlen(name)) == NULL
               ? BK_CONTINUE
               : bk_answer_problem(request, &bk_problem_not_found,
                                   user_rules_group(name, strlen(name)));
}

int user_v1_groups_get(bk_request_t *request)
{
    user_group_t group = {0};
    const char *text;
    apr_size_t len;
    apr_status_t rv;
    int result = find(request, &group);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (!group.version && !group.members) {
        return bk_answer_problem(request, &bk_problem_not_found, NULL);
    }
    rv = make_text(request, &group, &text, &len);
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    return group.version ? bk_representation_answer_version(request, group.version, text, len)
                         : bk_representation_answer_weak(request, text, len);
}

static apr_status_t add_item(void *baton, const user_group_t *group)
{
    bk_list_t *list = baton;
    const char *at[] = {apr_pstrdup(list->request->r->pool, group->name)};
    bk_json_text_t *text = bk_list_item(list, at);

    if (text) {
        write_group(text, group);
        bk_json_text_int(text, "people", group->members);
        bk_list_item_end(list);
    }
    return APR_SUCCESS;
}

int user_v1_groups_list(bk_request_t *request)
{
    bk_list_t list;
    apr_status_t rv;
    int result = bk_list_begin(&list, request, 1);

    if (result != BK_CONTINUE) {
        return result;
    }
    rv = user_groups_verbs(request)->list(request->handle, list.after ? list.after[0] : "",
                                          list.limit + 1, add_item, &list, request->r->pool);
    return rv == APR_SUCCESS ? bk_list_answer(&list) : bk_store_failed(request, rv);
}

/* ---- writing ------------------------------------------------------------------------------------
 */

/* A fault of a member of the group; all of them: -1. */
static void add_fault(bk_faults_t *faults, int index, const char *wrong)
{
    const bk_fault_pointer_t outer = {NULL, "members", 0},
                             where = {&outer, NULL, (apr_size_t)index};

    bk_fault_add(faults, index < 0 ? &outer : &where, BK_FAULT_BAD_VALUE, "%s", wrong);
}

static int compare(const void *one, const void *other)
{
    apr_int64_t a = *(const apr_int64_t *)one, b = *(const apr_int64_t *)other;

    return a < b ? -1 : a > b;
}

/* Who is to be in a group: ids, each once. */
typedef struct members_t {
    apr_int64_t *ids;
    int count;
} members_t;

static int read_members(bk_request_t *request, members_t *members)
{
    const bk_input_field_t *field = bk_input_field(request->input, "members");
    bk_faults_t faults;
    apr_int64_t *ids = apr_palloc(request->r->pool, (field->count + 1) * sizeof(*ids));
    apr_size_t i;
    int kept = 0;

    bk_fault_none(&faults, request->r->pool);
    for (i = 0; i < field->count; i++) {
        if (!bk_text_id(field->values[i].text, &ids[i])) {
            add_fault(&faults, (int)i, "is not the id of a user");
        }
    }
    if (bk_fault_count(&faults)) {
        return bk_answer_faults(request, &faults);
    }
    qsort(ids, field->count, sizeof(*ids), compare);
    for (i = 0; i < field->count; i++) {
        if (kept == 0 || ids[kept - 1] != ids[i]) {
            ids[kept++] = ids[i];
        }
    }
    *members = (members_t){ids, kept};
    return BK_CONTINUE;
}

/* The place of an id in what was sent. */
static int place_of(bk_request_t *request, apr_int64_t id)
{
    const bk_input_field_t *field = bk_input_field(request->input, "members");
    apr_int64_t value;
    apr_size_t i;

    for (i = 0; i < field->count; i++) {
        if (bk_text_id(field->values[i].text, &value) && value == id) {
            return (int)i;
        }
    }
    return -1;
}

static int answer_failure(bk_request_t *request, apr_status_t rv, apr_int64_t missing)
{
    bk_faults_t faults;

    bk_fault_none(&faults, request->r->pool);
    if (rv == USER_NO_MEMBER) {
        add_fault(&faults, place_of(request, missing), "is not the id of a user");
    }
    else if (rv == USER_TOO_MANY_GROUPS) {
        add_fault(&faults, place_of(request, missing),
                  "is in 64 groups already, and nobody can be in more");
    }
    return bk_fault_count(&faults) ? bk_answer_faults(request, &faults)
                                   : bk_store_failed(request, rv);
}

static int answer_written(bk_request_t *request, int is_new)
{
    user_group_t group;
    const char *text, *where;
    apr_size_t len;
    apr_status_t rv;
    int result = find(request, &group);

    if (result != BK_CONTINUE) {
        return result;
    }
    rv = make_text(request, &group, &text, &len);
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    bk_audit(request, "BK0393: event=group", 0, request->caller.id, "name", group.name, "done",
             is_new ? "made" : "changed", "people",
             apr_psprintf(request->r->pool, "%" APR_INT64_T_FMT, group.members), NULL);
    where = apr_pstrcat(request->r->pool, request->path, "/groups/", group.name, NULL);
    return is_new ? bk_answer_created_v1(request, where, group.version, text, len)
                  : bk_representation_changed(request, group.version, text, len);
}

/* Who joins a group, of those who are to be in it. */
typedef struct joining_t {
    const members_t *members;
    int next;                /* the first one that was not looked at yet */
    apr_array_header_t *ids; /* of apr_int64_t */
} joining_t;

/* Those before a member join. */
static apr_status_t pass_member(void *baton, apr_int64_t id)
{
    joining_t *joining = baton;
    const members_t *members = joining->members;

    for (; joining->next < members->count && members->ids[joining->next] < id; joining->next++) {
        APR_ARRAY_PUSH(joining->ids, apr_int64_t) = members->ids[joining->next];
    }
    joining->next += joining->next < members->count && members->ids[joining->next] == id;
    return APR_SUCCESS;
}

/* The group is read before these: if it still has the same version when it is written, they are
 * those who join it. */
static apr_status_t find_joining(bk_request_t *request, const user_group_t *group,
                                 joining_t *joining)
{
    apr_status_t rv = APR_SUCCESS;

    joining->ids = apr_array_make(request->r->pool, 8, sizeof(apr_int64_t));
    if (group->version) {
        rv = user_groups_verbs(request)->each_member(request->handle, group->name, pass_member,
                                                     joining, request->r->pool);
    }
    while (rv == APR_SUCCESS && joining->next < joining->members->count) {
        APR_ARRAY_PUSH(joining->ids, apr_int64_t) = joining->members->ids[joining->next++];
    }
    return rv;
}

/* Who joins may be cached as one who is in no group; who leaves was in one, and is not cached. */
static void forget_joining(bk_request_t *request, const joining_t *joining)
{
    int i;

    for (i = 0; i < joining->ids->nelts; i++) {
        bk_cache_forget_owned(request, APR_ARRAY_IDX(joining->ids, i, apr_int64_t));
    }
}

/* Read, compare, write.
 * @return the request's result; BK_CONTINUE: somebody else's change came between */
static int try_put(bk_request_t *request, void *baton)
{
    const members_t *members = baton;
    joining_t joining = {members};
    apr_int64_t missing = 0;
    user_group_t group;
    apr_status_t rv;
    int result = find(request, &group);

    if (result == BK_CONTINUE) {
        result = bk_representation_check_version(request, group.version ? group.version
                                                                        : BK_REPRESENTATION_NONE);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    rv = find_joining(request, &group, &joining);
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    group.description = bk_input_text(request->input, "description", NULL);
    group.changed = apr_time_now();
    rv = user_groups_verbs(request)->put(request->handle, &group, members->ids, members->count,
                                         &missing);
    if (rv == USER_VERSION_MISMATCH) {
        return BK_CONTINUE;
    }
    forget_joining(request, &joining);
    return rv == APR_SUCCESS ? answer_written(request, group.version == 0)
                             : answer_failure(request, rv, missing);
}

int user_v1_groups_put(bk_request_t *request)
{
    members_t members;
    int result = read_members(request, &members);

    return result == BK_CONTINUE ? bk_again(request, BK_AGAIN_MOST, try_put, &members) : result;
}

static int try_delete(bk_request_t *request, void *unused)
{
    user_group_t group;
    apr_status_t rv;
    int result = find(request, &group);

    if (result == BK_CONTINUE && !group.version) {
        result = bk_answer_problem(request, &bk_problem_not_found, NULL);
    }
    if (result == BK_CONTINUE) {
        result = bk_representation_check_version(request, group.version);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    rv = user_groups_verbs(request)->remove(request->handle, group.name, group.version);
    if (rv == USER_VERSION_MISMATCH) {
        return BK_CONTINUE;
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    bk_audit(request, "BK0394: event=delete-group", 0, request->caller.id, "name", group.name,
             NULL);
    return bk_answer_empty(request, HTTP_NO_CONTENT);
}

int user_v1_groups_delete(bk_request_t *request)
{
    return bk_again(request, BK_AGAIN_MOST, try_delete, NULL);
}

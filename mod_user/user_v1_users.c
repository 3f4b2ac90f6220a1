#include "user_v1_users.h"

#include <apr_strings.h>

#include "bk_again.h"
#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_cache.h"
#include "bk_list.h"
#include "bk_representation.h"
#include "bk_text.h"
#include "user_managers.h"
#include "user_people_rules.h"
#include "user_rules.h"
#include "user_v1_person.h"

const bk_input_row_t user_v1_users_list_query[] = {
    BK_LIST_PARAMETERS,
    {.name = "q", .kind = BK_INPUT_TEXT, .min = 1, .max = 200},
    {.name = "role", .kind = BK_INPUT_WORD, .words = user_people_rules_roles},
    {.name = "disabled", .kind = BK_INPUT_BOOL},
    {.name = "group", .kind = BK_INPUT_TEXT, .min = 1, .max = USER_RULES_GROUP_MOST},
    {NULL}};

/* ---- reading ------------------------------------------------------------------------------------
 */

int user_v1_users_path(bk_request_t *request)
{
    return bk_text_id(request->params[0], &request->id)
               ? BK_CONTINUE
               : bk_answer_problem(request, &bk_problem_not_found, NULL);
}

int user_v1_users_get(bk_request_t *request)
{
    user_person_t person = {{0}};
    const char *text;
    apr_size_t len = 0;
    int result = user_v1_person_find(request, &person);

    if (result != BK_CONTINUE) {
        return result;
    }
    text = user_v1_person_text(&person, &len, request->r->pool);
    return bk_representation_answer_version(request, person.account.version, text, len);
}

/* A page of people, as administrators see them, or only their cards. */
typedef struct people_t {
    bk_list_t list;
    int are_cards;
} people_t;

static apr_status_t add_item(void *baton, const user_person_t *person)
{
    people_t *people = baton;
    bk_list_t *list = &people->list;
    apr_pool_t *p = list->request->r->pool;
    const char *at[] = {apr_pstrdup(p, person->account.sort_key),
                        apr_psprintf(p, "%" APR_INT64_T_FMT, person->account.id)};
    bk_json_text_t *text = bk_list_item(list, at);

    if (text) {
        if (people->are_cards) {
            user_v1_person_write_card(text, person);
        }
        else {
            user_v1_person_write(text, person);
        }
        bk_list_item_end(list);
    }
    return APR_SUCCESS;
}

/* Whether the caller sees cards of people alone, and finds only those who can log in.
 * @return BK_CONTINUE; else the request's result: the caller may not look people up, or not by
 *         what only administrators see */
static int check_looker(bk_request_t *request, int *are_cards)
{
    const bk_caller_t *caller = &request->caller;

    *are_cards = !caller->is_admin && caller->role != BK_ROLE_AUDITOR;
    if (!*are_cards) {
        return BK_CONTINUE;
    }
    if (!user_managers_has(request)) {
        return bk_answer_problem(request, &bk_problem_forbidden, NULL);
    }
    return bk_input_value(request->query, "role") || bk_input_value(request->query, "disabled")
               ? bk_answer_problem(
                     request, &bk_problem_forbidden,
                     "Only administrators and auditors may search by role, and for who is "
                     "disabled")
               : BK_CONTINUE;
}

static int read_words(bk_request_t *request, user_people_filter_t *filter)
{
    return user_search_patterns(filter->patterns, bk_input_text(request->query, "q", ""),
                                request->r->pool) == APR_SUCCESS
               ? BK_CONTINUE
               : bk_answer_wrong_parameter(
                     request, "q",
                     apr_psprintf(request->r->pool, "has more than %d words", USER_SEARCH_WORDS));
}

int user_v1_users_list(bk_request_t *request)
{
    user_people_filter_t filter = {
        .role = bk_input_text(request->query, "role", NULL),
        .is_disabled = (int)bk_input_number(request->query, "disabled", -1),
        .group = bk_input_text(request->query, "group", NULL),
        .after_key = "",
    };
    people_t people;
    apr_status_t rv;
    int result = check_looker(request, &people.are_cards);

    if (result == BK_CONTINUE) {
        result = read_words(request, &filter);
    }
    if (result == BK_CONTINUE) {
        result = bk_list_begin(&people.list, request, 2);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    if (people.are_cards) {
        filter.is_disabled = 0;
    }
    if (people.list.after) {
        filter.after_key = people.list.after[0];
        (void)bk_text_int(people.list.after[1], &filter.after_id);
    }
    rv = user_people_verbs(request)->list(request->handle, &filter, people.list.limit + 1, add_item,
                                          &people, request->r->pool);
    return rv == APR_SUCCESS ? bk_list_answer(&people.list) : bk_store_failed(request, rv);
}

/* ---- changing -----------------------------------------------------------------------------------
 */

static const char *state_of(const user_v1_t *account)
{
    return account->is_disabled ? "disabled" : "active";
}

static int answer_changed(bk_request_t *request, const user_v1_t *was)
{
    user_person_t person = {{0}};
    const char *text;
    apr_size_t len = 0;
    int result = user_v1_person_find(request, &person);

    if (result != BK_CONTINUE) {
        return result;
    }
    bk_audit(request, "BK0391: event=change-user", request->id, request->caller.id, "role",
             user_people_rules_role(&person.account), "was", user_people_rules_role(was), "state",
             state_of(&person.account), "login", person.account.login, "groups",
             person.local_groups, NULL);
    text = user_v1_person_text(&person, &len, request->r->pool);
    return bk_representation_changed(request, person.account.version, text, len);
}

/* Read, compare, change.
 * @return the request's result; BK_CONTINUE: somebody else's change came between */
static int try_change(bk_request_t *request, void *unused)
{
    user_person_t person = {{0}};
    const char *const *groups;
    user_v1_t was;
    apr_status_t rv;
    int result = user_v1_person_find(request, &person);

    if (result == BK_CONTINUE) {
        result = bk_representation_check_version(request, person.account.version);
    }
    was = person.account;
    if (result == BK_CONTINUE) {
        result = user_v1_person_input_apply(request, &person.account);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    groups = user_v1_person_input_groups(request, &person);
    person.account.changed = apr_time_now();
    rv = user_people_verbs(request)->change(request->handle, &person.account, groups, 1);
    if (rv == USER_VERSION_MISMATCH) {
        return BK_CONTINUE;
    }
    bk_cache_forget_owned(request, request->id);
    return rv == APR_SUCCESS ? answer_changed(request, &was) : user_v1_person_failed(request, rv);
}

int user_v1_users_change(bk_request_t *request)
{
    int result = user_v1_person_input_check_groups(request);

    return result == BK_CONTINUE ? bk_again(request, BK_AGAIN_MOST, try_change, NULL) : result;
}

static int try_delete(bk_request_t *request, void *unused)
{
    user_person_t person = {{0}};
    apr_status_t rv;
    int result = user_v1_person_find(request, &person);

    if (result == BK_CONTINUE) {
        result = bk_representation_check_version(request, person.account.version);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    rv =
        user_people_verbs(request)->remove(request->handle, request->id, person.account.version, 1);
    if (rv == USER_VERSION_MISMATCH) {
        return BK_CONTINUE;
    }
    bk_cache_forget_owned(request, request->id);
    if (rv != APR_SUCCESS) {
        return user_v1_person_failed(request, rv);
    }
    bk_audit(request, "BK0392: event=delete-user", request->id, request->caller.id, NULL);
    return bk_answer_empty(request, HTTP_NO_CONTENT);
}

int user_v1_users_delete(bk_request_t *request)
{
    return bk_again(request, BK_AGAIN_MOST, try_delete, NULL);
}

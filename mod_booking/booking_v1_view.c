#include "booking_v1_view.h"

#include <string.h>

#include "bk_json_alone.h"
#include "bk_text.h"
#include "bk_time.h"
#include "booking_v1_judge.h"

/* ---- who asks -----------------------------------------------------------------------------------
 */

int booking_v1_view_has_token_for(const bk_request_t *request, const char *space_id)
{
    const char *const *space = request->caller.spaces;

    while (space && *space && strcmp(*space, space_id) != 0) {
        space++;
    }
    return !space || *space;
}

int booking_v1_view_manages(const bk_request_t *request, const booking_space_t *space)
{
    static const bk_principals_t nobody;

    return booking_v1_judge_person(request, space ? &space->managers : &nobody).manages;
}

static int sees_all(const bk_caller_t *caller)
{
    return caller->is_admin || caller->role == BK_ROLE_AUDITOR;
}

static int is_in_group(const bk_caller_t *caller, const char *group)
{
    int i;

    for (i = 0; group && i < caller->group_count; i++) {
        if (strcmp(caller->groups[i], group) == 0) {
            return 1;
        }
    }
    return 0;
}

static int is_participant(const bk_request_t *request, const booking_v1_t *row)
{
    const bk_json_t *list = bk_json_alone_read(row->participants, request->r->pool);
    apr_size_t i;

    for (i = 0; list && i < list->count; i++) {
        const bk_json_value_t *one = &list->members[i];
        apr_int64_t id;

        if (one->kind == BK_JSON_OBJECT && bk_json_id(one->nested, "user", &id) == BK_JSON_OK &&
            id == request->caller.id) {
            return 1;
        }
    }
    return 0;
}

int booking_v1_view_is_own(const bk_request_t *request, const booking_v1_t *row)
{
    return row->user_id == request->caller.id || row->created_by == request->caller.id;
}

/* ---- what they see ------------------------------------------------------------------------------
 */

/* Who approves of requests is who manages the space, and whom its policy names. */
static int is_approver(const bk_request_t *request, const booking_space_t *space)
{
    bk_person_t person = booking_v1_judge_person(request, &space->managers);

    return request->caller.role != BK_ROLE_AUDITOR &&
           (person.manages || (space->rules && (request->caller.scopes & BK_SCOPE_MANAGE) &&
                               bk_policy_names(&space->rules->approvers, &person)));
}

bk_detail_t booking_v1_view_detail(const bk_request_t *request, const booking_space_t *space,
                                   const booking_v1_t *row)
{
    const bk_caller_t *caller = &request->caller;
    bk_person_t person;

    if (booking_v1_view_is_own(request, row) || sees_all(caller) ||
        is_in_group(caller, row->group_name) || is_participant(request, row)) {
        return BK_DETAIL_FULL;
    }
    if (!space) {
        return BK_DETAIL_BUSY;
    }
    person = booking_v1_judge_person(request, &space->managers);
    if (bk_policy_names(&space->managers, &person) || is_approver(request, space)) {
        return BK_DETAIL_FULL;
    }
    return row->is_private || !space->rules ? BK_DETAIL_BUSY
                                            : bk_policy_detail(&space->rules->rules, &person);
}

static void set_rights(booking_v1_view_t *view, const bk_request_t *request,
                       const booking_space_t *space, const booking_v1_t *row)
{
    const bk_caller_t *caller = &request->caller;
    int is_ahead = row->state == BOOKING_STATE_CONFIRMED || row->state == BOOKING_STATE_PENDING;
    int writes = (caller->scopes & BK_SCOPE_BOOK) && caller->role != BK_ROLE_AUDITOR &&
                 (booking_v1_view_is_own(request, row) || view->manages);

    view->may_change = writes && is_ahead;
    view->may_cancel = writes && is_ahead && (view->manages || row->end_ns > bk_time_now());
    view->may_undo = writes && row->state == BOOKING_STATE_CANCELLED &&
                     (view->manages || row->changed_by == caller->id) &&
                     bk_time_now() - row->changed_ns <= BOOKING_V1_VIEW_UNDO;
    view->approves = space && is_approver(request, space);
    view->may_decide = view->approves && row->state == BOOKING_STATE_PENDING;
}

booking_v1_view_t booking_v1_view(const bk_request_t *request, const booking_space_t *space,
                                  const booking_v1_t *row)
{
    booking_v1_view_t view = {.detail = booking_v1_view_detail(request, space, row)};

    view.is_seen = booking_v1_view_has_token_for(request, row->space_id) &&
                   (space || view.detail == BK_DETAIL_FULL);
    view.manages = booking_v1_view_manages(request, space);
    set_rights(&view, request, space, row);
    return view;
}

/* As the statement that ends expired rows does it. */
void booking_v1_view_settle(booking_v1_t *row, apr_int64_t now_ns)
{
    if (!row->occupies || row->expires_ns == BK_FIELD_NONE || row->expires_ns > now_ns) {
        return;
    }
    row->occupies = 0;
    row->state = row->kind == BOOKING_KIND_BOOKING && row->state == BOOKING_STATE_CONFIRMED
                     ? BOOKING_STATE_RELEASED
                     : BOOKING_STATE_EXPIRED;
}

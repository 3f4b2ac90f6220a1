#include "booking_v1_form.h"

#include <string.h>

#include "bk_answer_v1.h"
#include "bk_idempotency.h"
#include "booking_people.h"
#include "booking_v1_input.h"
#include "booking_v1_judge.h"
#include "booking_v1_view.h"

int booking_v1_form_check_token(bk_request_t *request, const char *space_id)
{
    return booking_v1_view_has_token_for(request, space_id)
               ? BK_CONTINUE
               : bk_answer_problem(request, &bk_problem_forbidden, "The token is for other spaces");
}

/* What was carried out is answered as it was then: the rules may be others by now, and the time is
 * taken by the booking itself. */
int booking_v1_form_begin(bk_request_t *request, const char *space_id)
{
    int result = booking_v1_form_check_token(request, space_id);

    return result == BK_CONTINUE ? bk_idempotency_replay(request) : result;
}

static int may_book_for_others(const bk_request_t *request, const booking_space_t *space)
{
    bk_person_t person = booking_v1_judge_person(request, &space->managers);

    return person.manages || (space->rules && bk_policy_names(&space->rules->on_behalf, &person));
}

int booking_v1_form_check_owner(bk_request_t *request, const booking_space_t *space,
                                apr_int64_t owner)
{
    return owner == request->caller.id || may_book_for_others(request, space)
               ? BK_CONTINUE
               : bk_answer_problem(
                     request, &bk_problem_forbidden,
                     "Only managers of the space, and those whom its policy names, may book "
                     "for others");
}

int booking_v1_form_check_group(bk_request_t *request, const booking_space_t *space,
                                const char *group)
{
    const bk_caller_t *caller = &request->caller;
    int i = 0;

    while (group && i < caller->group_count && strcmp(caller->groups[i], group) != 0) {
        i++;
    }
    return !group || i < caller->group_count || may_book_for_others(request, space)
               ? BK_CONTINUE
               : bk_answer_problem(request, &bk_problem_forbidden,
                                   "The caller is not a member of the group");
}

static int read_members(bk_request_t *request, booking_v1_t *row, const booking_space_t *space)
{
    const bk_input_t *input = request->input;
    apr_pool_t *p = request->r->pool;
    bk_faults_t faults;

    bk_fault_none(&faults, p);
    row->space_id = space->id;
    row->user_id = request->caller.id;
    row->group_name = bk_input_text(input, "group", NULL);
    booking_v1_input_user(bk_input_text(input, "for", NULL), "for", &row->user_id, &faults);
    booking_v1_input_times(row, input, 1, space->zone, &faults, p);
    booking_v1_input_rest(row, input, &faults, p);
    return bk_fault_count(&faults) ? bk_answer_faults(request, &faults) : BK_CONTINUE;
}

int booking_v1_form_read(bk_request_t *request, booking_v1_t *row, const booking_space_t **space)
{
    const char *id = bk_input_text(request->input, "space", "");
    int result = booking_v1_form_begin(request, id);

    if (result == BK_CONTINUE) {
        result = booking_spaces_one(request, id, space);
    }
    if (result == BK_CONTINUE) {
        result = read_members(request, row, *space);
    }
    if (result == BK_CONTINUE) {
        result = booking_v1_form_check_owner(request, *space, row->user_id);
    }
    if (result == BK_CONTINUE) {
        result = booking_v1_form_check_group(request, *space, row->group_name);
    }
    return result == BK_CONTINUE ? booking_people_check(request, "for", row->user_id) : result;
}

/* user_v1_person_input: what administrators send of a person, who is new or there already. */
#ifndef USER_V1_PERSON_INPUT_H
#define USER_V1_PERSON_INPUT_H

#include "bk_input.h"
#include "user_private.h"

/** The members of a body; a patch may name as well what only answers have. */
extern const bk_input_row_t user_v1_person_input_new[], user_v1_person_input_patch[];

/** Apply what a body says to an account, but its groups.
 *  @return BK_CONTINUE; else the request's result: something breaks the rules */
int user_v1_person_input_apply(bk_request_t *request, user_v1_t *account);

/** The local groups that a body gives.
 *  @param person  as it was read; NULL: a new one
 *  @return names, ending in NULL; NULL: the body says nothing of them */
const char *const *user_v1_person_input_groups(bk_request_t *request, const user_person_t *person);

/** Check the names of groups, before they are looked for: they are written into SQL's parameters as
 *  JSON. @return BK_CONTINUE; else the request's result */
int user_v1_person_input_check_groups(bk_request_t *request);

#endif

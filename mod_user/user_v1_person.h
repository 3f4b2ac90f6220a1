/* user_v1_person: one person of /v1/users, as the store and as clients have it. */
#ifndef USER_V1_PERSON_H
#define USER_V1_PERSON_H

#include "bk_json_text.h"
#include "user_private.h"

/** Write the members of a person that administrators see. */
void user_v1_person_write(bk_json_text_t *text, const user_person_t *person);

/** Write the members of a person that those see who look people up to book for them, or to name
 * them: id, name and groups. */
void user_v1_person_write_card(bk_json_text_t *text, const user_person_t *person);

/** Make the whole text. @param len  set to its length in bytes @return in @a p; NULL: no memory */
const char *user_v1_person_text(const user_person_t *person, apr_size_t *len, apr_pool_t *p);

/** Answer why the store did not find or write an account. @param rv  not APR_SUCCESS */
int user_v1_person_failed(bk_request_t *request, apr_status_t rv);

/** Find the person in the path. @return BK_CONTINUE; else the request's result */
int user_v1_person_find(bk_request_t *request, user_person_t *person);

#endif

/* user_v1_account: the caller's own account, as the store and as clients have it. */
#ifndef USER_V1_ACCOUNT_H
#define USER_V1_ACCOUNT_H

#include "bk_json_text.h"
#include "user_private.h"

/** Write the members of an account that its owner sees. */
void user_v1_account_write(bk_json_text_t *text, const user_v1_t *user);

/** Make the whole text. @param len  set to its length in bytes @return in @a p; NULL: no memory */
const char *user_v1_account_text(const user_v1_t *user, apr_size_t *len, apr_pool_t *p);

/** Find the caller's account. @return BK_CONTINUE; else the request's result */
int user_v1_account_find(bk_request_t *request, user_v1_t *user);

#endif

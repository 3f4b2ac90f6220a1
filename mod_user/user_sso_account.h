/* user_sso_account: the account of a person who has signed on.
 *
 * A person is known by the identity alone. Another account that has the same login, name or mail
 * address is somebody else's: who can choose one of them elsewhere would take it over otherwise.
 */
#ifndef USER_SSO_ACCOUNT_H
#define USER_SSO_ACCOUNT_H

#include "user_sso_person.h"

/**
 * Find the account of a person, or make it, if UserSSOProvision says so; and write what is said of
 * the person: name, mail address, groups, and the role, which is taken as well as given. The last
 * administrator stays one, which is logged.
 * @param account  set to the account with all of that
 * @return BK_CONTINUE; else the request's result: 403, if the person is not known, or disabled
 */
int user_sso_account_find(bk_request_t *request, const user_sso_person_t *person,
                          user_v1_t *account);

#endif

/* user_sso_check: warns, when httpd starts and at configtest, of a UserSSO by which nobody signs
 * on. */
#ifndef USER_SSO_CHECK_H
#define USER_SSO_CHECK_H

#include <httpd.h>

/**
 * Look for a section that authenticates users for the path of the sign-on, in every server where
 * UserSSO is On. Whether the section does what it should is seen at the first request only. A
 * check_config hook, after that which completes the settings.
 * @return OK
 */
int user_sso_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s);

#endif

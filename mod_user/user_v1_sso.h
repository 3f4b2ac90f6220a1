/* user_v1_sso: /v1/session/sso, the bridge from httpd's own authentication to a session here.
 *
 * An administrator puts this one path under a module of httpd that authenticates (OpenID Connect,
 * SAML, Kerberos, LDAP). Whoever comes through has a session from then on, as after a log-in with a
 * password, and no other path ever asks httpd who it is.
 */
#ifndef USER_V1_SSO_H
#define USER_V1_SSO_H

#include "user_private.h"

/** GET: a browser comes here, perhaps by way of the provider, and is sent on with a cookie. */
int user_v1_sso_arrive(bk_request_t *request);

/** POST: a script, or a page's script, gets a token or a cookie. */
int user_v1_sso_renew(bk_request_t *request);

/**
 * Answer that a session has ended; with where the browser ends the provider's, too, if the user
 * signs on (UserSSOLogout).
 * @param session  that ended; NULL: none is known
 */
int user_v1_sso_leave(bk_request_t *request, const user_session_t *session);

extern const bk_input_row_t user_v1_sso_query[];
extern const bk_input_row_t user_v1_sso_members[];

/** Rows of the service's table of routes. */
#define USER_V1_SSO_ROUTES                                                      \
    {.method = "GET",                                                           \
     .pattern = "/session/sso",                                                 \
     .caller = BK_ROUTE_ANYONE,                                                 \
     .query = user_v1_sso_query,                                                \
     .handler = user_v1_sso_arrive,                                             \
     .group = USER_STORE_V1},                                                   \
    {                                                                           \
        .method = "POST", .pattern = "/session/sso", .caller = BK_ROUTE_ANYONE, \
        .members = user_v1_sso_members, .flags = BK_ROUTE_OPTIONAL_BODY,        \
        .handler = user_v1_sso_renew, .group = USER_STORE_V1                    \
    }

#endif

/* user_sso_conf: the directives UserSSO..., by which people sign on with httpd's own
 * authentication.
 *
 * What httpd knows of a person is read by expressions of httpd (ap_expr), because each of its
 * modules says it in other variables. They are evaluated when the person signs on, in any thread;
 * the settings are constant once httpd has started.
 */
#ifndef USER_SSO_CONF_H
#define USER_SSO_CONF_H

#include <ap_expr.h>
#include <apr_tables.h>
#include <http_config.h>

typedef struct user_sso_conf_t {
    int on;
    int provision;               /* whether people are made who were not known before */
    apr_interval_time_t session; /* how long a session lasts without a request */
    apr_interval_time_t recheck; /* how long API tokens work after their owner signed on; 0: no
                                    limit */

    /* Expressions; NULL: not set */
    const ap_expr_info_t *identity; /* NULL: %{REMOTE_USER} */
    const ap_expr_info_t *login;    /* NULL: %{REMOTE_USER} */
    const ap_expr_info_t *display_name;
    const ap_expr_info_t *mail;
    const ap_expr_info_t *groups;
    const ap_expr_info_t *admin; /* true or false; NULL: signing on changes no role */

    const char *separator;         /* of groups */
    const apr_array_header_t *map; /* of groups (user_sso_groups_line_t); NULL: each is taken */
    const char *logout;            /* where a browser ends the other session; NULL: nowhere */
    int has_logout;
} user_sso_conf_t;

/** Set all settings to BK_VALUE_UNSET or NULL. */
void user_sso_conf_init(user_sso_conf_t *conf);

/** Merge the settings of a virtual host with those of the main server. @param conf  the result */
void user_sso_conf_merge(user_sso_conf_t *conf, const user_sso_conf_t *base,
                         const user_sso_conf_t *own);

/** Put the defaults in the place of what was not set. */
void user_sso_conf_complete(user_sso_conf_t *conf);

const char *user_sso_conf_set_flag(cmd_parms *cmd, void *dir, int on);
const char *user_sso_conf_set_time(cmd_parms *cmd, void *dir, const char *text);
const char *user_sso_conf_set_text(cmd_parms *cmd, void *dir, const char *text);
const char *user_sso_conf_set_admin(cmd_parms *cmd, void *dir, const char *text);
const char *user_sso_conf_set_groups(cmd_parms *cmd, void *dir, const char *text,
                                     const char *separator);
const char *user_sso_conf_add_map(cmd_parms *cmd, void *dir, const char *pattern, const char *name);
const char *user_sso_conf_set_logout(cmd_parms *cmd, void *dir, const char *text);

#define USER_SSO_CONF_AT(member) ((void *)APR_OFFSETOF(user_sso_conf_t, member))

/** Rows of the module's table of directives. */
#define USER_SSO_CONF_DIRECTIVES                                                                  \
    AP_INIT_FLAG("UserSSO", user_sso_conf_set_flag, USER_SSO_CONF_AT(on), RSRC_CONF,              \
                 "Whether people sign on by httpd's own authentication"),                         \
        AP_INIT_FLAG("UserSSOProvision", user_sso_conf_set_flag, USER_SSO_CONF_AT(provision),     \
                     RSRC_CONF, "Whether those who sign on for the first time become users"),     \
        AP_INIT_TAKE1("UserSSOIdentity", user_sso_conf_set_text, USER_SSO_CONF_AT(identity),      \
                      RSRC_CONF, "Who somebody is: an expression, never another person's"),       \
        AP_INIT_TAKE1("UserSSOLogin", user_sso_conf_set_text, USER_SSO_CONF_AT(login), RSRC_CONF, \
                      "The login name of a new user: an expression"),                             \
        AP_INIT_TAKE1("UserSSODisplayName", user_sso_conf_set_text,                               \
                      USER_SSO_CONF_AT(display_name), RSRC_CONF,                                  \
                      "What somebody is called: an expression"),                                  \
        AP_INIT_TAKE1("UserSSOMail", user_sso_conf_set_text, USER_SSO_CONF_AT(mail), RSRC_CONF,   \
                      "The mail address: an expression"),                                         \
        AP_INIT_TAKE12("UserSSOGroups", user_sso_conf_set_groups, NULL, RSRC_CONF,                \
                       "The groups of somebody: an expression, and what separates them"),         \
        AP_INIT_TAKE2("UserSSOGroupMap", user_sso_conf_add_map, NULL, RSRC_CONF,                  \
                      "A pattern of groups' names, and what they are called here"),               \
        AP_INIT_TAKE1("UserSSOAdmin", user_sso_conf_set_admin, NULL, RSRC_CONF,                   \
                      "Whether somebody is an administrator: an expression, true or false"),      \
        AP_INIT_TAKE1("UserSSOLogout", user_sso_conf_set_logout, NULL, RSRC_CONF,                 \
                      "Where a browser logs out of the other session; or 'None'"),                \
        AP_INIT_TAKE1("UserSSOSession", user_sso_conf_set_time, USER_SSO_CONF_AT(session),        \
                      RSRC_CONF, "How long the session of who signed on lasts unused"),           \
        AP_INIT_TAKE1("UserSSORecheck", user_sso_conf_set_time, USER_SSO_CONF_AT(recheck),        \
                      RSRC_CONF, "How long API tokens work after their owner has signed on")

#endif

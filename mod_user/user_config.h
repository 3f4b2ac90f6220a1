/* user_config: mod_user's directives and settings. Settings of the whole host are those of the main
 * server, in every virtual host. */
#ifndef USER_CONFIG_H
#define USER_CONFIG_H

#include "bk_conf.h"
#include "bk_password_list.h"
#include "user_site_conf.h"
#include "user_sso_conf.h"

/** Authentication schemes, as bits. */
typedef enum user_scheme_t {
    USER_SCHEME_BEARER = 1,
    USER_SCHEME_PASSWORD = 2,
    USER_SCHEME_SESSION_ID = 4,
    USER_SCHEME_COOKIE = 8 /* a session of API v1 in a cookie; never without bearer */
} user_scheme_t;

typedef struct user_conf_t {
    bk_conf_t common;                     /* must be the first member: bk_conf() casts to it */
    apr_interval_time_t session_lifetime; /* of the base API's sessions */
    apr_interval_time_t session_idle;     /* how long a session of API v1 lasts unused */
    apr_interval_time_t session_max;      /* how long it lasts, however it is used */
    int schemes;                          /* allowed schemes: user_scheme_t bits */
    int bcrypt_cost;
    int admin_signup;
    int signup;                        /* whether people make themselves users */
    const char *const *reserved_names; /* the last element is NULL */
    const char *const *managers;       /* who may look people up; the last element is NULL */
    int unique_names;
    int password_minimum; /* shortest password, in characters */
    int has_password_list;
    const bk_password_list_t *password_list; /* common passwords, which are refused; NULL: none */
    user_sso_conf_t sso;
    user_site_conf_t site;
    /* settings of the whole host: */
    int hash_limit;
    int hash_queue;
    int sign_up_queue;
    apr_interval_time_t hash_wait;
    int account_failures_here; /* highest number of failed log-ins to an account from one address */
    int address_failures;
    int account_failures; /* the same from all addresses together */
    int sign_up_limit;    /* highest number of sign-ups from one address */
    int standby_callers;  /* whether a standby database may identify callers while the primary is
                             down */
    apr_interval_time_t login_window;
} user_conf_t;

void *user_config_create(apr_pool_t *p, server_rec *s);
void *user_config_merge(apr_pool_t *p, void *base, void *own);
extern const command_rec user_config_commands[];

/** @see bk_service_t.complete */
void user_config_complete(bk_conf_t *common);

/** Get the module's settings from the common settings of a server, which are their first member. */
static inline const user_conf_t *user_config_of(const bk_conf_t *common)
{
    return (const user_conf_t *)common;
}

#endif

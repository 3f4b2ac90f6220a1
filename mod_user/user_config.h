/* mod_user's settings. Those that concern the whole host are the main server's in every server. */
#ifndef USER_CONFIG_H
#define USER_CONFIG_H

#include "bk_conf.h"
#include "bk_password_list.h"

/** Ways to say who is calling, as bits. */
typedef enum user_scheme_t {
    USER_SCHEME_BEARER = 1,
    USER_SCHEME_PASSWORD = 2,
    USER_SCHEME_SESSION_ID = 4
} user_scheme_t;

typedef struct user_conf_t {
    bk_conf_t common; /* first: bk_conf() finds it there */
    apr_interval_time_t session_lifetime;
    int schemes; /* user_scheme_t bits */
    int bcrypt_cost;
    int admin_signup;
    const char *const *reserved_names; /* ending in NULL */
    int unique_names;
    int password_minimum; /* characters */
    int has_password_list;
    const bk_password_list_t *password_list; /* NULL: none */
    /* of the host */
    int hash_limit;
    int hash_queue;
    int sign_up_queue;
    apr_interval_time_t hash_wait;
    int account_failures_here; /* of an account, from one address */
    int address_failures;
    int account_failures; /* from everywhere */
    int sign_up_limit;    /* of an address */
    int standby_callers;  /* whether a standby may say who is calling while the primary is away */
    apr_interval_time_t login_window;
} user_conf_t;

void *user_config_create(apr_pool_t *p, server_rec *s);
void *user_config_merge(apr_pool_t *p, void *base, void *own);
extern const command_rec user_config_commands[];

/** @see bk_service_t.complete */
void user_config_complete(bk_conf_t *common);

/** The module's settings of a server, of which the common ones are the first. */
static inline const user_conf_t *user_config_of(const bk_conf_t *common)
{
    return (const user_conf_t *)common;
}

#endif

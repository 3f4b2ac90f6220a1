/* mod_user: users, their passwords, sessions and tokens, and who may do what. */
#include "user_private.h"

#include <ap_listen.h>
#include <ap_provider.h>
#include <http_core.h>

#include "bk_httpd_challenge.h"
#include "bk_httpd_db.h"
#include "bk_httpd_shm_store.h"
#include "user_handlers.h"
#include "user_limits.h"
#include "user_login.h"

static const bk_service_t service = {
    .name = "user",
    .module = &user_module,
    .routes = user_routes,
    .store_group = USER_STORE_GROUP,
    .store_version = USER_STORE_VERSION,
    .cache_ttl = APR_TIME_C(2) * APR_USEC_PER_SEC,
    .error_body = bk_answer_error_body,
    .is_personal = 1,
    .identify = user_login_identify,
};

static const user_store_t dbd_store = {BK_HTTPD_DB_STORE(&user_store_dbd_schema), &user_store_dbd};
static const user_store_t shm_store = {BK_HTTPD_SHM_STORE(&user_store_shm_schema), &user_store_shm};

static int is_loopback(const apr_sockaddr_t *address)
{
    if (address->family == APR_INET) {
        return (ntohl(address->sa.sin.sin_addr.s_addr) >> 24) == 127;
    }
#if APR_HAVE_IPV6
    if (address->family == APR_INET6) {
        return IN6_IS_ADDR_LOOPBACK(&address->sa.sin6.sin6_addr);
    }
#endif
    return 0;
}

/* Whether httpd listens only where other hosts cannot reach it. */
static int listens_on_loopback(void)
{
    ap_listen_rec *listener;

    for (listener = ap_listeners; listener; listener = listener->next) {
        if (!is_loopback(listener->bind_addr)) {
            return 0;
        }
    }
    return 1;
}

/* A user id stands in every booking: as a password it is one that anyone can read. */
static void warn_of_session_ids(server_rec *s)
{
    for (; s; s = s->next) {
        const bk_httpd_conf_t *common = bk_httpd_conf(s);
        user_conf_t conf;

        user_config_resolve(common, &conf);
        if (bk_httpd_conf_is_on(common) && (conf.schemes & USER_SCHEME_SESSION_ID)) {
            ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s,
                         "BK0206: UserAuthSchemes has session-id, with which anyone can act as "
                         "anyone, and httpd listens on addresses other than loopback");
        }
    }
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) {
        return OK; /* httpd reads its configuration twice as it starts; this is the rehearsal */
    }
    if (!listens_on_loopback()) {
        warn_of_session_ids(s);
    }
    return user_limits_init(s);
}

/* For the challenges of all services. */
static int bk_user_takes_basic(const server_rec *s)
{
    const bk_httpd_conf_t *common = bk_httpd_conf(s);
    user_conf_t conf;

    if (!bk_httpd_conf_is_on(common)) {
        return -1;
    }
    user_config_resolve(common, &conf);
    return (conf.schemes & (USER_SCHEME_PASSWORD | USER_SCHEME_SESSION_ID)) != 0;
}

static void register_hooks(apr_pool_t *p)
{
    APR_REGISTER_OPTIONAL_FN(bk_user_takes_basic);
    ap_register_provider(p, USER_STORE_GROUP, "dbd", USER_STORE_VERSION, &dbd_store);
    ap_register_provider(p, USER_STORE_GROUP, "shm", USER_STORE_VERSION, &shm_store);
    bk_httpd_register(&service, p);
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA user_module = {
    STANDARD20_MODULE_STUFF, NULL,          NULL, user_config_create, user_config_merge,
    user_config_commands,    register_hooks};

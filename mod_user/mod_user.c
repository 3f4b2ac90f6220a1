/* mod_user: the user service: users with their passwords, sessions, tokens and roles. */
#include "user_private.h"

#include <ap_provider.h>
#include <http_core.h>
#include <http_request.h>

#include "bk_answer_v1.h"
#include "bk_challenge.h"
#include "bk_server.h"
#include "bk_store_db.h"
#include "bk_store_shm.h"
#include "user_exposure.h"
#include "user_handlers.h"
#include "user_limits.h"
#include "user_login.h"
#include "user_sso_check.h"
#include "user_sso_person.h"
#include "user_v1.h"

extern module AP_MODULE_DECLARE_DATA user_module;

static const bk_api_t apis[BK_SERVICE_APIS + 1] = {
    {.routes = user_handlers_routes, .answer_error = bk_answer_error_plain},
    BK_ANSWER_V1_API(user_v1_routes, user_v1_collections, USER_STORE_V1),
    {NULL}};

static const bk_service_t service = {
    .name = "user",
    .module = &user_module,
    .apis = apis,
    .store_group = USER_STORE_GROUP,
    .store_version = USER_STORE_VERSION,
    .cache_ttl = APR_TIME_C(2) * APR_USEC_PER_SEC,
    .is_personal = 1,
    .complete = user_config_complete,
    .identify = user_login_identify,
};

static const bk_store_t dbd_store =
    BK_STORE_DB(&user_store_dbd_schema, &user_store_dbd, &user_store_v1_dbd, &user_people_dbd,
                &user_groups_dbd);
static const bk_store_t shm_store = BK_STORE_SHM(&user_store_shm_schema, &user_store_shm);

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) {
        return OK; /* httpd reads its configuration twice when it starts; this is the first time */
    }
    user_exposure_check(s);
    return user_limits_init(s);
}

/* An optional function by which all services ask which schemes to name in WWW-Authenticate. */
static int bk_user_takes(const server_rec *s)
{
    const bk_conf_t *common = bk_conf(s);
    int schemes, basic, bearer;

    if (!bk_conf_is_on(common)) {
        return BK_CHALLENGE_ALL;
    }
    schemes = user_config_of(common)->schemes;
    basic = schemes & (USER_SCHEME_PASSWORD | USER_SCHEME_SESSION_ID);
    bearer = schemes & USER_SCHEME_BEARER;
    return (basic ? BK_CHALLENGE_BASIC : 0) | (bearer ? BK_CHALLENGE_BEARER : 0);
}

static void register_hooks(apr_pool_t *p)
{
    APR_REGISTER_OPTIONAL_FN(bk_user_takes);
    ap_register_provider(p, USER_STORE_GROUP, "dbd", USER_STORE_VERSION, &dbd_store);
    ap_register_provider(p, USER_STORE_GROUP, "shm", USER_STORE_VERSION, &shm_store);
    bk_server_register(&service, p);
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(user_sso_check, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_check_authz(user_sso_person_note, NULL, NULL, APR_HOOK_REALLY_FIRST,
                        AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_handler(user_exposure_watch, NULL, NULL, APR_HOOK_FIRST);
}

module AP_MODULE_DECLARE_DATA user_module = {
    STANDARD20_MODULE_STUFF, NULL,          NULL, user_config_create, user_config_merge,
    user_config_commands,    register_hooks};

#include "user_private.h"

#include <strings.h>
#include <unistd.h>

#include <apr_strings.h>
#include <http_core.h>

#include "bk_conf.h"
#include "bk_directives.h"
#include "bk_gate.h"
#include "bk_name.h"
#include "bk_password.h"
#include "bk_throttle.h"
#include "bk_value.h"
#include "user_managers.h"
#include "user_rules.h"

#define DAY apr_time_from_sec(86400)

/* Computed once, because it takes system calls. */
static int default_hash_limit;

/* Half the number of cores, and at least 1: hashing must leave CPU time for bookings. */
static int half_the_cores(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    return cores < 4 ? 1 : cores / 2 > BK_GATE_PLACES ? BK_GATE_PLACES : (int)(cores / 2);
}

static const user_conf_t defaults = {
    .session_lifetime = APR_TIME_C(3600) * APR_USEC_PER_SEC,
    .session_idle = APR_TIME_C(8) * 3600 * APR_USEC_PER_SEC,
    .session_max = 30 * DAY,
    .schemes = USER_SCHEME_BEARER | USER_SCHEME_PASSWORD,
    .bcrypt_cost = 12, /* about 240 ms on a core of 2020 */
    .admin_signup = 0,
    .signup = 1,
    .unique_names = 0,
    .password_minimum = USER_PASSWORD_MINIMUM,
    .has_password_list = 0,
    .hash_queue = 64,
    .hash_wait = APR_TIME_C(10) * APR_USEC_PER_SEC,
    .sign_up_queue = BK_VALUE_UNSET, /* default: hash_queue */
    .account_failures_here = 20,
    .address_failures = 1000,
    .account_failures = BK_VALUE_UNSET, /* default: ten times account_failures_here */
    .sign_up_limit = BK_VALUE_UNSET,    /* default: address_failures */
    .login_window = APR_TIME_C(300) * APR_USEC_PER_SEC,
    .standby_callers = 1,
};

/* All settings of mod_user itself, for the functions that create, merge and complete them. */
#define EACH_SETTING(X)      \
    X(session_lifetime)      \
    X(session_idle)          \
    X(session_max)           \
    X(schemes)               \
    X(bcrypt_cost)           \
    X(admin_signup)          \
    X(signup)                \
    X(unique_names)          \
    X(password_minimum)      \
    X(has_password_list)     \
    X(hash_limit)            \
    X(hash_queue)            \
    X(sign_up_queue)         \
    X(hash_wait)             \
    X(account_failures_here) \
    X(address_failures)      \
    X(account_failures)      \
    X(sign_up_limit)         \
    X(login_window)          \
    X(standby_callers)

void *user_config_create(apr_pool_t *p, server_rec *s)
{
    user_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    default_hash_limit = half_the_cores();
    bk_conf_init(&conf->common);
    EACH_SETTING(BK_VALUE_INIT)
    user_sso_conf_init(&conf->sso);
    return conf;
}

void *user_config_merge(apr_pool_t *p, void *base_conf, void *own_conf)
{
    const user_conf_t *base = base_conf, *own = own_conf;
    user_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    bk_conf_merge(&conf->common, &base->common, &own->common);
    EACH_SETTING(BK_VALUE_MERGE)
    user_sso_conf_merge(&conf->sso, &base->sso, &own->sso);
    user_site_conf_merge(&conf->site, &base->site, &own->site);
    conf->reserved_names = own->reserved_names ? own->reserved_names : base->reserved_names;
    conf->managers = own->managers ? own->managers : base->managers;
    conf->password_list =
        own->has_password_list == BK_VALUE_UNSET ? base->password_list : own->password_list;
    return conf;
}

/* The default limit for all addresses together: ten times that of one address. */
static int failures_elsewhere(int here)
{
    return here < BK_THROTTLE_MOST / 10 ? here * 10 : BK_THROTTLE_MOST;
}

void user_config_complete(bk_conf_t *common)
{
    user_conf_t *conf = (user_conf_t *)common;

    EACH_SETTING(BK_VALUE_COMPLETE)
    user_sso_conf_complete(&conf->sso);
    user_site_conf_complete(&conf->site);
    if (!conf->reserved_names) {
        conf->reserved_names = user_rules_reserved;
    }
    if (conf->hash_limit == 0) {
        conf->hash_limit = default_hash_limit;
    }
    conf->sign_up_queue = bk_value_default(conf->sign_up_queue, conf->hash_queue);
    conf->sign_up_limit = bk_value_default(conf->sign_up_limit, conf->address_failures);
    conf->account_failures =
        bk_value_default(conf->account_failures, failures_elsewhere(conf->account_failures_here));
}

/* ---- directives -------------------------------------------------------------------------------
 */

static user_conf_t *conf_of(cmd_parms *cmd)
{
    return (user_conf_t *)bk_conf_writable(cmd->server);
}

static const char *set_session_lifetime(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_value_duration(cmd, text, "s", apr_time_from_sec(1), 30 * DAY,
                             &conf_of(cmd)->session_lifetime);
}

static const char *set_session_idle(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_value_duration(cmd, text, "s", apr_time_from_sec(1), 365 * DAY,
                             &conf_of(cmd)->session_idle);
}

static const char *set_session_max(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_value_duration(cmd, text, "s", apr_time_from_sec(1), 365 * DAY,
                             &conf_of(cmd)->session_max);
}

static int scheme_of(const char *word)
{
    static const struct {
        const char *word;
        int bits;
    } schemes[] = {{"bearer", USER_SCHEME_BEARER},
                   {"password", USER_SCHEME_PASSWORD},
                   {"session-id", USER_SCHEME_SESSION_ID},
                   {"cookie", USER_SCHEME_COOKIE},
                   {"none", 0}};
    unsigned int i;

    for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (strcasecmp(schemes[i].word, word) == 0) {
            return schemes[i].bits;
        }
    }
    return BK_VALUE_UNSET;
}

/* Other services pass the session of a cookie on as a bearer token, so that scheme has to be on. */
#define SCHEMES                                                                                  \
    "one or more of 'bearer', 'password', 'session-id' and, beside bearer, 'cookie', or 'None' " \
    "alone"

/* UserAuthSchemes takes all schemes on one line, so that the line shows everything that is allowed.
 */
static const char *set_auth_schemes(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    int i, bits = 0;

    for (i = 0; i < argc; i++) {
        int scheme = scheme_of(argv[i]);
        if (scheme == BK_VALUE_UNSET || (scheme == 0 && argc > 1)) {
            return bk_value_wrong(cmd, SCHEMES, argv[i]);
        }
        bits |= scheme;
    }
    if (argc == 0) {
        return bk_value_wrong(cmd, SCHEMES, "");
    }
    if ((bits & USER_SCHEME_COOKIE) && !(bits & USER_SCHEME_BEARER)) {
        return bk_value_wrong(cmd, SCHEMES, "cookie without bearer");
    }
    conf_of(cmd)->schemes = bits;
    return NULL;
}

static const char *set_bcrypt_cost(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_value_integer(cmd, text, BK_PASSWORD_COST_MIN, BK_PASSWORD_COST_MAX,
                            &conf_of(cmd)->bcrypt_cost);
}

static const char *set_admin_signup(cmd_parms *cmd, void *dir, int on)
{
    conf_of(cmd)->admin_signup = on;
    return NULL;
}

static const char *set_signup(cmd_parms *cmd, void *dir, int on)
{
    conf_of(cmd)->signup = on;
    return NULL;
}

/* UserReservedNames. "admin" is always added: signing up with this name gives the role, or is
 * refused. */
static const char *set_managers(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    apr_array_header_t *names = apr_array_make(cmd->pool, argc + 1, sizeof(const char *));
    int i, is_none = argc == 1 && strcasecmp(argv[0], "None") == 0;

    for (i = 0; i < argc && !is_none && user_managers_is_name(argv[i]); i++) {
        APR_ARRAY_PUSH(names, const char *) = apr_pstrdup(cmd->pool, argv[i]);
    }
    if (argc == 0 || (i < argc && !is_none)) {
        return bk_value_wrong(cmd, USER_MANAGERS_WANTED, argc ? argv[i] : "");
    }
    APR_ARRAY_PUSH(names, const char *) = NULL;
    conf_of(cmd)->managers = (const char *const *)names->elts;
    return NULL;
}

static const char *set_reserved_names(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    apr_array_header_t *names = apr_array_make(cmd->pool, argc + 2, sizeof(const char *));
    static const char *const nobody[] = {NULL};
    int i, is_none = argc == 1 && strcasecmp(argv[0], "None") == 0;

    APR_ARRAY_PUSH(names, const char *) = user_rules_reserved[0];
    for (i = 0; i < argc && !is_none; i++) {
        const char *name = argv[i];

        if (user_rules_new_name(&name, nobody, 0, cmd->pool) || strcasecmp(name, "None") == 0) {
            return bk_value_wrong(cmd, "one or more names that a user could have, or 'None' alone",
                                  argv[i]);
        }
        APR_ARRAY_PUSH(names, const char *) = name;
    }
    if (argc == 0) {
        return bk_value_wrong(cmd, "one or more names that a user could have, or 'None' alone", "");
    }
    APR_ARRAY_PUSH(names, const char *) = NULL;
    conf_of(cmd)->reserved_names = (const char *const *)names->elts;
    return NULL;
}

static const char *set_unique_names(cmd_parms *cmd, void *dir, int on)
{
    conf_of(cmd)->unique_names = on;
    return NULL;
}

static const char *set_password_minimum(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_value_integer(cmd, text, 1, BK_PASSWORD_BYTES, &conf_of(cmd)->password_minimum);
}

static const char *set_password_list(cmd_parms *cmd, void *dir, const char *text)
{
    user_conf_t *conf = conf_of(cmd);
    const char *path = ap_server_root_relative(cmd->pool, text);
    char why[120] = "no path";
    apr_status_t rv = path ? APR_SUCCESS : APR_EGENERAL;

    conf->has_password_list = strcasecmp(text, "None") != 0;
    conf->password_list = NULL;
    if (conf->has_password_list && path) {
        rv = bk_password_list_read(&conf->password_list, path, bk_name_fold, cmd->pool);
    }
    if (rv == APR_SUCCESS) {
        return NULL;
    }
    return bk_value_wrong(
        cmd,
        apr_psprintf(
            cmd->pool, "'None', or a file with a password a line, which can be read (%s: %s)",
            path ? path : text,
            rv == APR_EGENERAL ? "there is none in it" : apr_strerror(rv, why, sizeof(why))),
        text);
}

static const char *set_hash_limit(cmd_parms *cmd, void *dir, const char *text)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    return error ? error
                 : bk_value_integer(cmd, text, 1, BK_GATE_PLACES, &conf_of(cmd)->hash_limit);
}

static const char *set_hash_queue(cmd_parms *cmd, void *dir, const char *log_ins,
                                  const char *sign_ups)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    if (!error) {
        error = bk_value_integer(cmd, log_ins, 0, BK_GATE_QUEUE, &conf_of(cmd)->hash_queue);
    }
    return error || !sign_ups
               ? error
               : bk_value_integer(cmd, sign_ups, 0, BK_GATE_QUEUE, &conf_of(cmd)->sign_up_queue);
}

static const char *set_hash_wait(cmd_parms *cmd, void *dir, const char *text)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    return error ? error
                 : bk_value_duration(cmd, text, "s", 0, apr_time_from_sec(60),
                                     &conf_of(cmd)->hash_wait);
}

static const char *set_login_failures(cmd_parms *cmd, void *dir, const char *here,
                                      const char *address, const char *account)
{
    user_conf_t *conf = conf_of(cmd);
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    if (!error) {
        error = bk_value_integer(cmd, here, 0, BK_THROTTLE_MOST, &conf->account_failures_here);
    }
    if (!error) {
        error = bk_value_integer(cmd, address, 0, BK_THROTTLE_MOST, &conf->address_failures);
    }
    return error || !account
               ? error
               : bk_value_integer(cmd, account, 0, BK_THROTTLE_MOST, &conf->account_failures);
}

static const char *set_sign_up_limit(cmd_parms *cmd, void *dir, const char *text)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    return error ? error
                 : bk_value_integer(cmd, text, 0, BK_THROTTLE_MOST, &conf_of(cmd)->sign_up_limit);
}

static const char *set_standby_callers(cmd_parms *cmd, void *dir, int on)
{
    conf_of(cmd)->standby_callers = on;
    return NULL;
}

static const char *set_login_window(cmd_parms *cmd, void *dir, const char *text)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    return error ? error
                 : bk_value_duration(cmd, text, "s", apr_time_from_sec(1), DAY,
                                     &conf_of(cmd)->login_window);
}

const command_rec user_config_commands[] = {
    BK_DIRECTIVES("User"),
    BK_DIRECTIVES_CACHE,
    BK_DIRECTIVES_CACHE_TTL("User"),
    AP_INIT_TAKE1("UserSessionLifetime", set_session_lifetime, NULL, RSRC_CONF,
                  "How long a session lasts after a log-in or a sign-up"),
    AP_INIT_TAKE1("UserSessionIdle", set_session_idle, NULL, RSRC_CONF,
                  "How long a session of API v1 lasts after it was used last"),
    AP_INIT_TAKE1("UserSessionMax", set_session_max, NULL, RSRC_CONF,
                  "How long a session of API v1 lasts at the most"),
    AP_INIT_TAKE_ARGV(
        "UserAuthSchemes", set_auth_schemes, NULL, RSRC_CONF,
        "Ways to say who is calling: 'bearer', 'password', 'session-id', 'cookie', or "
        "'None'"),
    AP_INIT_TAKE1("UserBcryptCost", set_bcrypt_cost, NULL, RSRC_CONF,
                  "Cost of new password hashes: each step doubles the time"),
    AP_INIT_FLAG("UserAdminSignup", set_admin_signup, NULL, RSRC_CONF,
                 "Whether signing up under the name 'admin' makes an administrator"),
    AP_INIT_FLAG("UserSignup", set_signup, NULL, RSRC_CONF, "Whether people may sign up"),
    AP_INIT_TAKE_ARGV("UserManagers", set_managers, NULL, RSRC_CONF,
                      "Groups and users who may look people up, or 'None'"),
    AP_INIT_TAKE_ARGV("UserReservedNames", set_reserved_names, NULL, RSRC_CONF,
                      "User names, besides 'admin', that only administrators have; or 'None'"),
    AP_INIT_FLAG("UserUniqueNames", set_unique_names, NULL, RSRC_CONF,
                 "Whether a name that a user has is refused to others"),
    AP_INIT_TAKE1("UserPasswordMinimum", set_password_minimum, NULL, RSRC_CONF,
                  "How many characters a new password has at least"),
    AP_INIT_TAKE1("UserPasswordList", set_password_list, NULL, RSRC_CONF,
                  "File of passwords, one a line, that nobody may have; or 'None'"),
    AP_INIT_TAKE1("UserHashLimit", set_hash_limit, NULL, RSRC_CONF,
                  "How many passwords are hashed at once on the host"),
    AP_INIT_TAKE12("UserHashQueue", set_hash_queue, NULL, RSRC_CONF,
                   "How many requests may wait to hash a password: log-ins, and sign-ups"),
    AP_INIT_TAKE1("UserHashWait", set_hash_wait, NULL, RSRC_CONF,
                  "How long a request waits to hash a password"),
    AP_INIT_TAKE23("UserLoginFailures", set_login_failures, NULL, RSRC_CONF,
                   "Failed log-ins in a window: of an account from one address, of an address, of "
                   "an account from everywhere; 0: no limit"),
    AP_INIT_TAKE1("UserSignupLimit", set_sign_up_limit, NULL, RSRC_CONF,
                  "Sign-ups from an address in a window; 0: no limit"),
    AP_INIT_FLAG("UserStandbyCallers", set_standby_callers, NULL, RSRC_CONF,
                 "Whether a standby may say who is calling while the primary is out of reach"),
    AP_INIT_TAKE1("UserLoginWindow", set_login_window, NULL, RSRC_CONF,
                  "Length of the window in which failed log-ins are counted"),
    USER_SSO_CONF_DIRECTIVES,
    USER_SITE_CONF_DIRECTIVES,
    {NULL}};

#include "user_handlers.h"

#include "bk_health.h"
#include "bk_text.h"
#include "user_accounts.h"
#include "user_base_password.h"
#include "user_base_session.h"
#include "user_caller.h"
#include "user_sign_up.h"

/* Read the user id in the path. */
static int read_id(bk_request_t *request)
{
    return bk_text_id(request->params[0], &request->id)
               ? BK_CONTINUE
               : bk_answer_error(request, &user_error_no_id, NULL);
}

/* For BK_ROUTE_USER and BK_ROUTE_ADMIN, user_login_identify() has acquired the store. */
const bk_route_t user_handlers_routes[] = {
    {"GET", "/health", BK_ROUTE_ANYONE, NULL, NULL, bk_health},
    {"GET", "/caller", BK_ROUTE_ANYONE, NULL, NULL, user_caller_get},
    {"POST", "", BK_ROUTE_ANYONE, NULL, &user_error_schema, user_sign_up,
     .flags = BK_ROUTE_IDEMPOTENT},
    {"POST", "/{userId}", BK_ROUTE_ANYONE, read_id, &user_error_schema, user_base_session_log_in},
    {"GET", "/{userId}", BK_ROUTE_ANYONE, read_id, NULL, user_base_session_get},
    {"DELETE", "/{userId}/session", BK_ROUTE_USER, read_id, NULL, user_base_session_log_out},
    {"PUT", "/{userId}/password", BK_ROUTE_USER, read_id, &user_error_password_schema,
     user_base_password_set},
    {"PUT", "/{userId}/role", BK_ROUTE_ADMIN, read_id, &user_error_role_schema,
     user_accounts_set_role},
    {"PUT", "/{userId}/name", BK_ROUTE_ADMIN, read_id, &user_error_name_schema,
     user_accounts_rename},
    {"PUT", "/{userId}/state", BK_ROUTE_ADMIN, read_id, &user_error_state_schema,
     user_accounts_set_state},
    {"DELETE", "/{userId}/account", BK_ROUTE_ADMIN, read_id, NULL, user_accounts_delete},
    {NULL}};

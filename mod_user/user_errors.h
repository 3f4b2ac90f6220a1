/* user_errors: the errors that only the user service answers with. */
#ifndef USER_ERRORS_H
#define USER_ERRORS_H

#include "bk_error.h"

extern const bk_error_t user_error_schema;
extern const bk_error_t user_error_role_schema;
extern const bk_error_t user_error_password_schema;
extern const bk_error_t user_error_no_id;
extern const bk_error_t user_error_not_found;
extern const bk_error_t user_error_wrong_password;
extern const bk_error_t user_error_expired;
extern const bk_error_t user_error_name_schema;
extern const bk_error_t user_error_state_schema;
extern const bk_error_t user_error_name_taken;
extern const bk_error_t user_error_last_admin;
extern const bk_error_t user_error_disabled;
extern const bk_error_t user_error_sign_ups;
extern const bk_error_t user_error_signup_off;

#endif

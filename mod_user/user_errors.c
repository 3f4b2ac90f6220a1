#include "user_errors.h"

const bk_error_t user_error_schema = {400, 400, "INPUT_ERR", "incorrect schema for a new user",
                                      "A new user requires a user name and password"};
const bk_error_t user_error_role_schema = {400, 400, "INPUT_ERR", "incorrect schema for a role",
                                           "A role must be either \"admin\" or \"member\""};
const bk_error_t user_error_password_schema = {
    400, 400, "INPUT_ERR", "incorrect schema for a new password",
    "A new password requires userPassword, and currentPassword unless an admin sets it"};
const bk_error_t user_error_no_id = {400, 400, "INPUT_ERROR", "Unable to detect a user id",
                                     "The user id in the path must be a positive integer"};
const bk_error_t user_error_not_found = {404, 404, "NOT_FOUND", "User Not Found",
                                         "The provided user id does not exist"};
const bk_error_t user_error_wrong_password = {404, 401, "INVALID", "Password Does Not Match",
                                              "The provided password is not that of the user"};
const bk_error_t user_error_expired = {400, 400, "EXPIRED", "Session Expired",
                                       "The user's session has ended; log in to renew it"};
const bk_error_t user_error_name_schema = {
    400, 400, "INPUT_ERR", "incorrect schema for a user name", "A new name is given as username"};
const bk_error_t user_error_state_schema = {400, 400, "INPUT_ERR", "incorrect schema for a state",
                                            "A state must be either \"active\" or \"disabled\""};
const bk_error_t user_error_name_taken = {400, 409, "DUPLICATE", "User name is taken",
                                          "Another user has this name"};
const bk_error_t user_error_last_admin = {400, 409, "LAST_ADMIN", "The last administrator",
                                          "Make another user an administrator first"};
const bk_error_t user_error_disabled = {400, 403, "DISABLED", "User is disabled",
                                        "An administrator has disabled this account"};
const bk_error_t user_error_sign_ups = {429, 429, "THROTTLED", "Too many sign-ups",
                                        "Too many users were made from this address recently"};
const bk_error_t user_error_signup_off = {400, 403, "UNAUTHORIZED", "Sign-up is off",
                                          "Only administrators add users to this server"};

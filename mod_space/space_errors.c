#include "space_errors.h"

const bk_error_t space_error_schema = {400, 400, "INPUT_ERR", "incorrect schema for a new space",
                                       "A new space requires a building and room"};
const bk_error_t space_error_duplicate = {400, 409, "DUPLICATE", "Space already exists",
                                          "This space already exists"};
const bk_error_t space_error_booking_service = {400, 503, "DEPENDENCY_UNAVAILABLE",
                                                "Booking service unavailable",
                                                "The booking service did not answer"};
const bk_error_t space_error_not_found = {404, 404, "NOT_FOUND", "Space Not Found",
                                          "The provided space id does not exist"};

/* space_errors: the errors that only the space service answers with. */
#ifndef SPACE_ERRORS_H
#define SPACE_ERRORS_H

#include "bk_error.h"

extern const bk_error_t space_error_schema;
extern const bk_error_t space_error_duplicate;
extern const bk_error_t space_error_booking_service;
extern const bk_error_t space_error_not_found;

#endif

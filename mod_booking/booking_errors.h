/* booking_errors: the errors that only the booking service answers with. */
#ifndef BOOKING_ERRORS_H
#define BOOKING_ERRORS_H

#include "bk_error.h"

extern const bk_error_t booking_error_schema;
extern const bk_error_t booking_error_user;
extern const bk_error_t booking_error_date;
extern const bk_error_t booking_error_end;
extern const bk_error_t booking_error_start_date;
extern const bk_error_t booking_error_space;
extern const bk_error_t booking_error_occupants;
extern const bk_error_t booking_error_hours;
extern const bk_error_t booking_error_conflict;
extern const bk_error_t booking_error_space_service;
extern const bk_error_t booking_error_no_id;
extern const bk_error_t booking_error_not_found;
extern const bk_error_t booking_error_date_not_found;
extern const bk_error_t booking_error_id_not_found;

#endif

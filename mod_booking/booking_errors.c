#include "booking_errors.h"

const bk_error_t booking_error_schema = {
    400, 400, "INPUT_ERR", "incorrect schema for a new booking",
    "A new space requires a space, date, user, occupants, start, and end time"};
const bk_error_t booking_error_user = {400, 400, "INPUT_ERR", "User ID does not match",
                                       "Can only create a reservation for yourself"};
const bk_error_t booking_error_date = {400, 400, "INPUT_ERR",
                                       "Date must be formatted as YYYY-MM-DD",
                                       "There is no such date, or it is not written as YYYY-MM-DD"};
const bk_error_t booking_error_end = {400, 400, "INPUT_ERR", "End time must be after start time",
                                      "endTime is not later than startTime"};
const bk_error_t booking_error_start_date = {
    400, 400, "INPUT_ERR", "Date must be that of the start time",
    "The date is not the calendar date of startTime in its own offset"};
const bk_error_t booking_error_space = {400, 404, "INVALID SPACE", "Space ID is invalid",
                                        "Please provide a valid space id"};
const bk_error_t booking_error_occupants = {400, 400, "INVALID", "Too many occupants",
                                            "Space capacity exceeded"};
const bk_error_t booking_error_hours = {400, 400, "INVALID", "Building not open",
                                        "Time constraints not met"};
const bk_error_t booking_error_conflict = {400, 409, "CONFLICT", "Scheduling conflict",
                                           "Your booking overlaps with another"};
const bk_error_t booking_error_space_service = {400, 503, "DEPENDENCY_UNAVAILABLE",
                                                "Availability service unavailable",
                                                "The space service did not answer"};

const bk_error_t booking_error_no_id = {400, 400, "INPUT_ERROR", "Unable to detect a booking id",
                                        "The booking id in the path must be a positive integer"};
const bk_error_t booking_error_not_found = {404, 404, "NOT_FOUND", "Booking Not Found",
                                            "There is no booking with this id on this date"};
const bk_error_t booking_error_date_not_found = {404, 404, "NOT_FOUND", "Booking Date Not Found",
                                                 "There are no bookings on this date"};
const bk_error_t booking_error_id_not_found = {404, 404, "NOT_FOUND", "Booking ID Not Found",
                                               "There is no booking with this id on this date"};

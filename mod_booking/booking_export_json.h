/* booking_export_json: bookings as JSON: the list as one page. Constant. */
#ifndef BOOKING_EXPORT_JSON_H
#define BOOKING_EXPORT_JSON_H

#include "booking_export.h"

extern const booking_export_format_t booking_export_json;

#endif

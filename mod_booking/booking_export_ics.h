/* booking_export_ics: bookings as a calendar (RFC 5545), an event for each. Constant. */
#ifndef BOOKING_EXPORT_ICS_H
#define BOOKING_EXPORT_ICS_H

#include "booking_export.h"

extern const booking_export_format_t booking_export_ics;

#endif

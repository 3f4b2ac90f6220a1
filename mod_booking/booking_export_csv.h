/* booking_export_csv: bookings as comma-separated values (lib/web/bk_csv_text.h), a row for each.
 * Constant. */
#ifndef BOOKING_EXPORT_CSV_H
#define BOOKING_EXPORT_CSV_H

#include "booking_export.h"

extern const booking_export_format_t booking_export_csv;

#endif

/* booking_export_rows: bookings of an export between the store and the file: in a temporary file
 * (bk_spool.h), in the order in which they were read, all members of each.
 *
 * Other services may not be asked while a transaction reads the store: so rows are laid down until
 * it has ended. They take no memory however many there are. One thread uses them.
 */
#ifndef BOOKING_EXPORT_ROWS_H
#define BOOKING_EXPORT_ROWS_H

#include "bk_pieces.h"
#include "bk_spool.h"
#include "booking_v1_store.h"

typedef struct booking_export_rows_t {
    bk_spool_t *spool;
    bk_pieces_t pieces; /* while they are written */
} booking_export_rows_t;

/** Begin without any. @return APR_SUCCESS, or an error of the file system */
apr_status_t booking_export_rows_begin(booking_export_rows_t *rows, bk_request_t *request);

/** Add one. */
void booking_export_rows_add(booking_export_rows_t *rows, const booking_v1_t *row);

/** All were added: they can be read. @return APR_SUCCESS, or the first error of the file system */
apr_status_t booking_export_rows_end(booking_export_rows_t *rows);

/**
 * Read the next one.
 * @param p  of its texts
 * @return APR_SUCCESS; APR_EOF: there are no more; or an error of the file system
 */
apr_status_t booking_export_rows_next(booking_export_rows_t *rows, booking_v1_t *row,
                                      apr_pool_t *p);

#endif

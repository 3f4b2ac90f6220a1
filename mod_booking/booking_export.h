/* booking_export: GET /v1/bookings as a whole, in a file: CSV, a calendar, or JSON.
 *
 * Who asks by the parameter format, or by Accept, gets all bookings that are looked for, of one
 * moment, as far as they may see them; at most BOOKING_EXPORT_MOST. They are read in one
 * transaction, into a temporary file (booking_export_rows.h). Then, without the store, the space
 * service is asked about their spaces, and the user service, for some hundred bookings at a time,
 * about their people; and they are written into another temporary file (bk_spool.h), which is sent.
 * So it takes the memory of some hundred rows, of the spaces, and of some thousand names. If the
 * user service gives no answer, the names that are not known yet are left out.
 */
#ifndef BOOKING_EXPORT_H
#define BOOKING_EXPORT_H

#include "booking_private.h"
#include "bk_spool.h"
#include "booking_spaces.h"
#include "booking_v1_query.h"
#include "booking_v1_view.h"

#define BOOKING_EXPORT_MOST 100000

/** An export that is being written. */
typedef struct booking_export_t {
    bk_request_t *request; /* its pool is that of some bookings, this one among them */
    const booking_spaces_t *spaces;
    apr_int64_t from_ns, to_ns; /* bookings lie in between, unless they are new */
    bk_spool_t *spool;
    void *writer; /* the format's own */
    int count;    /* of bookings so far */
} booking_export_t;

/** A format. Constant. */
typedef struct booking_export_format_t {
    const char *type; /* media type of the answer */
    const char *file; /* the name under which a browser saves it */

    /** Begin the file, and set the writer. @param p  lives as long as the export */
    void (*begin)(booking_export_t *to, apr_pool_t *p);

    /** Write a booking. @param space  NULL: it is not known */
    void (*row)(booking_export_t *to, const booking_v1_t *row, const booking_space_t *space,
                const booking_v1_view_t *view);

    /** End it. @return APR_SUCCESS, or the first error of the spool */
    apr_status_t (*end)(booking_export_t *to);
} booking_export_format_t;

/** The parameters, for the table of the list. */
#define BOOKING_EXPORT_PARAMETERS                                             \
    {.name = "format", .kind = BK_INPUT_WORD, .words = booking_export_words}, \
    {                                                                         \
        .name = "bom", .kind = BK_INPUT_INT, .min = 0, .max = 1               \
    }
extern const char *const booking_export_words[];

/** The format that a request asks for. @return NULL: a page of the list */
const booking_export_format_t *booking_export_format(const bk_request_t *request);

/** Answer with the whole. @param query  has been read */
int booking_export(bk_request_t *request, const booking_export_format_t *format,
                   const booking_v1_query_t *query);

#endif

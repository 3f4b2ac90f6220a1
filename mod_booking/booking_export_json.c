#include "booking_export_json.h"

#include <string.h>

#include "bk_json_text.h"
#include "bk_pieces.h"
#include "booking_v1_json.h"

static void begin(booking_export_t *to, apr_pool_t *p)
{
    bk_pieces_t *pieces = to->writer = apr_palloc(p, sizeof(*pieces));

    bk_pieces_begin(pieces, bk_spool_write, to->spool);
    bk_pieces_text(pieces, "{\"items\":[");
}

/* A booking with a text that is no UTF-8, as only other programs can have written it, is left out.
 */
static void write_row(booking_export_t *to, const booking_v1_t *row, const booking_space_t *space,
                      const booking_v1_view_t *view)
{
    unsigned int what = bk_input_value(to->request->query, "include") ? BOOKING_V1_JSON_SPACE : 0;
    bk_json_text_t json;
    const char *text;
    apr_size_t len;

    bk_json_text_begin(&json, to->request->r->pool);
    booking_v1_json_write(&json, to->request, row, space, view, what);
    text = bk_json_text_end(&json, &len);
    if (text) {
        bk_pieces_text(to->writer, to->count ? ",\n" : "\n");
        bk_pieces_write(to->writer, text, len);
    }
}

static apr_status_t end(booking_export_t *to)
{
    bk_pieces_text(to->writer, "],\"next\":null}");
    return bk_pieces_end(to->writer);
}

const booking_export_format_t booking_export_json = {"application/json", "bookings.json", begin,
                                                     write_row, end};

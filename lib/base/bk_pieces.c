#include "bk_pieces.h"

#include <string.h>

void bk_pieces_begin(bk_pieces_t *pieces, bk_pieces_flush_t *flush, void *context)
{
    pieces->flush = flush;
    pieces->context = context;
    pieces->status = APR_SUCCESS;
    pieces->len = 0;
}

static void flush(bk_pieces_t *pieces)
{
    if (pieces->status == APR_SUCCESS && pieces->len) {
        pieces->status = pieces->flush(pieces->context, pieces->data, pieces->len);
    }
    pieces->len = 0;
}

void bk_pieces_write(bk_pieces_t *pieces, const char *data, apr_size_t len)
{
    while (len && pieces->status == APR_SUCCESS) {
        apr_size_t room = BK_PIECES_ROOM - pieces->len, part = len < room ? len : room;

        memcpy(pieces->data + pieces->len, data, part);
        pieces->len += part;
        data += part;
        len -= part;
        if (pieces->len == BK_PIECES_ROOM) {
            flush(pieces);
        }
    }
}

void bk_pieces_text(bk_pieces_t *pieces, const char *text)
{
    bk_pieces_write(pieces, text, strlen(text));
}

apr_status_t bk_pieces_end(bk_pieces_t *pieces)
{
    flush(pieces);
    return pieces->status;
}

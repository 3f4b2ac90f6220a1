#include "bk_csv_text.h"

#include <string.h>

void bk_csv_text_begin(bk_csv_text_t *csv, bk_pieces_flush_t *flush, void *context, int with_bom)
{
    bk_pieces_begin(&csv->pieces, flush, context);
    csv->is_in_row = 0;
    if (with_bom) {
        bk_pieces_text(&csv->pieces, "\xef\xbb\xbf");
    }
}

/* @param before  stands within the quotes, where a program looks for it */
static void write_quoted(bk_pieces_t *pieces, const char *before, const char *text)
{
    bk_pieces_text(pieces, "\"");
    bk_pieces_text(pieces, before);
    while (*text) {
        apr_size_t len = strcspn(text, "\"");

        bk_pieces_write(pieces, text, len);
        text += len;
        if (*text) {
            bk_pieces_text(pieces, "\"\"");
            text++;
        }
    }
    bk_pieces_text(pieces, "\"");
}

void bk_csv_text_cell(bk_csv_text_t *csv, const char *text)
{
    bk_pieces_t *pieces = &csv->pieces;

    if (csv->is_in_row) {
        bk_pieces_text(pieces, ",");
    }
    csv->is_in_row = 1;
    if (!text || !*text) {
        return;
    }
    if (strchr("=+-@\t\r", *text)) {
        write_quoted(pieces, "'", text);
    }
    else if (strpbrk(text, ",\"\r\n")) {
        write_quoted(pieces, "", text);
    }
    else {
        bk_pieces_text(pieces, text);
    }
}

void bk_csv_text_row(bk_csv_text_t *csv)
{
    bk_pieces_text(&csv->pieces, "\r\n");
    csv->is_in_row = 0;
}

apr_status_t bk_csv_text_end(bk_csv_text_t *csv)
{
    return bk_pieces_end(&csv->pieces);
}

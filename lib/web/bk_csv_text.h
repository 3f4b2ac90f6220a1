/* bk_csv_text: writes comma-separated values (RFC 4180) in UTF-8, in pieces.
 *
 * Rows end with CR LF. A cell that has a comma, a quotation mark or a line end is in quotes. A
 * program for spreadsheets takes a cell that begins with = + - @ or a tabulator for a formula,
 * which may run programs and send data away; people could book under such a title. So an apostrophe
 * is put before it (OWASP, CSV injection).
 *
 *     bk_csv_text_begin(&csv, bk_spool_write, spool, 0);
 *     for each row: bk_csv_text_cell(&csv, text); ... bk_csv_text_row(&csv);
 *     rv = bk_csv_text_end(&csv);
 *
 * A writer is used by one thread at a time.
 */
#ifndef BK_CSV_TEXT_H
#define BK_CSV_TEXT_H

#include "bk_pieces.h"

typedef struct bk_csv_text_t {
    bk_pieces_t pieces;
    int is_in_row; /* the row has a cell already */
} bk_csv_text_t;

/**
 * Begin a text.
 * @param flush     receives it in pieces
 * @param context   its first argument
 * @param with_bom  1: with a byte order mark, by which some programs know UTF-8
 */
void bk_csv_text_begin(bk_csv_text_t *csv, bk_pieces_flush_t *flush, void *context, int with_bom);

/** Write a cell. @param text  valid UTF-8; NULL: empty */
void bk_csv_text_cell(bk_csv_text_t *csv, const char *text);

/** End the row. */
void bk_csv_text_row(bk_csv_text_t *csv);

/** End the text. @return APR_SUCCESS, or the first error of flush */
apr_status_t bk_csv_text_end(bk_csv_text_t *csv);

#endif

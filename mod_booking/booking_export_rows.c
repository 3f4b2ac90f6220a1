#include "booking_export_rows.h"

#include <string.h>

/* A row is the bytes of its record, and then its texts: of each that is not NULL the length, and as
 * many bytes. The process that reads them has written them. */

apr_status_t booking_export_rows_begin(booking_export_rows_t *rows, bk_request_t *request)
{
    apr_status_t rv = bk_spool_make(&rows->spool, request);

    if (rv == APR_SUCCESS) {
        bk_pieces_begin(&rows->pieces, bk_spool_write, rows->spool);
    }
    return rv;
}

void booking_export_rows_add(booking_export_rows_t *rows, const booking_v1_t *row)
{
    const bk_field_t *field = booking_v1_fields.list, *end = field + booking_v1_fields.count;

    bk_pieces_write(&rows->pieces, (const char *)row, sizeof(*row));
    for (; field < end; field++) {
        const char *text = field->kind == BK_FIELD_TEXT ? BK_FIELD_VALUE(row, field, char *) : NULL;

        if (text) {
            apr_size_t len = strlen(text);

            bk_pieces_write(&rows->pieces, (const char *)&len, sizeof(len));
            bk_pieces_write(&rows->pieces, text, len);
        }
    }
}

apr_status_t booking_export_rows_end(booking_export_rows_t *rows)
{
    apr_status_t rv = bk_pieces_end(&rows->pieces);

    return rv == APR_SUCCESS ? bk_spool_rewind(rows->spool) : rv;
}

static apr_status_t read_text(bk_spool_t *spool, const char **text, apr_pool_t *p)
{
    apr_size_t len;
    apr_status_t rv = bk_spool_read(spool, &len, sizeof(len));
    char *bytes;

    if (rv != APR_SUCCESS) {
        return rv;
    }
    bytes = apr_palloc(p, len + 1);
    bytes[len] = '\0';
    *text = bytes;
    return len ? bk_spool_read(spool, bytes, len) : APR_SUCCESS;
}

apr_status_t booking_export_rows_next(booking_export_rows_t *rows, booking_v1_t *row, apr_pool_t *p)
{
    apr_status_t rv = bk_spool_read(rows->spool, row, sizeof(*row));
    int i;

    for (i = 0; rv == APR_SUCCESS && i < booking_v1_fields.count; i++) {
        const bk_field_t *field = &booking_v1_fields.list[i];

        if (field->kind == BK_FIELD_TEXT && BK_FIELD_VALUE(row, field, char *)) {
            rv = read_text(rows->spool, &BK_FIELD_MEMBER(row, field, const char *), p);
        }
    }
    return rv;
}

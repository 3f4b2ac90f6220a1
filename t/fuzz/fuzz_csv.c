/* Comma-separated values: what was read, written and read again, is the same; what is refused says
 * why. */
#include "fuzz.h"

#include <apr_strings.h>

#include "bk_csv.h"

#define MOST 20

/* All cells in quotes. */
static const char *write_rows(const apr_array_header_t *rows, apr_pool_t *p)
{
    const char *text = "", *c;
    int i, j;

    for (i = 0; i < rows->nelts; i++) {
        const apr_array_header_t *row = APR_ARRAY_IDX(rows, i, apr_array_header_t *);

        for (j = 0; j < row->nelts; j++) {
            text = apr_pstrcat(p, text, j ? ",\"" : "\"", NULL);
            for (c = APR_ARRAY_IDX(row, j, const char *); *c; c++) {
                text = apr_psprintf(p, "%s%c%s", text, *c, *c == '"' ? "\"" : "");
            }
            text = apr_pstrcat(p, text, "\"", NULL);
        }
        text = apr_pstrcat(p, text, "\r\n", NULL);
    }
    return text;
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    apr_array_header_t *rows, *again;
    const char *why = NULL, *text;

    if (size > 1000) {
        return;
    }
    if (bk_csv_read(&rows, (const char *)data, size, MOST, &why, p) != APR_SUCCESS) {
        fuzz_assert(why && *why);
        return;
    }
    fuzz_assert(rows->nelts <= MOST);
    text = write_rows(rows, p);
    fuzz_assert(bk_csv_read(&again, text, strlen(text), MOST, &why, p) == APR_SUCCESS);
    fuzz_assert(strcmp(write_rows(again, p), text) == 0);
}

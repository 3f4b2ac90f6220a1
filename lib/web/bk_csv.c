#include "bk_csv.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_text.h"

typedef struct reading_t {
    const char *at; /* the next character; the text ends in NUL */
    int line;       /* of it, from 1 */
    int most;
    const char **why;
    apr_pool_t *p;
} reading_t;

static apr_status_t refuse(const reading_t *reading, apr_status_t rv, const char *what)
{
    *reading->why = apr_psprintf(reading->p, "line %d: %s", reading->line, what);
    return rv;
}

/* Read what is in quotes; the cell ends behind them. */
static apr_status_t read_quoted(reading_t *reading, const char **cell)
{
    char *text = apr_pstrdup(reading->p, ++reading->at), *to = text;

    for (; *reading->at; reading->at++) {
        if (*reading->at == '"' && *++reading->at != '"') {
            *to = '\0';
            *cell = text;
            return strchr(",\r\n", *reading->at)
                       ? APR_SUCCESS /* or the end, which strchr() finds, too */
                       : refuse(reading, APR_EGENERAL,
                                "there is text after the closing quotes of a cell");
        }
        reading->line += *reading->at == '\n';
        *to++ = *reading->at;
    }
    return refuse(reading, APR_EGENERAL, "the quotes of a cell are not closed");
}

static apr_status_t read_cell(reading_t *reading, const char **cell)
{
    apr_size_t len;

    if (*reading->at == '"') {
        return read_quoted(reading, cell);
    }
    len = strcspn(reading->at, ",\r\n\"");
    if (reading->at[len] == '"') {
        return refuse(reading, APR_EGENERAL,
                      "there are quotes in a cell that does not begin with one");
    }
    *cell = apr_pstrmemdup(reading->p, reading->at, len);
    reading->at += len;
    return APR_SUCCESS;
}

/* Read the end of a row: "\r\n", "\n", or the end of the text. @return whether there is one */
static int read_end(reading_t *reading)
{
    if (reading->at[0] == '\r' && (reading->at[1] == '\n' || !reading->at[1])) {
        reading->at++;
    }
    if (*reading->at == '\n') {
        reading->at++;
        reading->line++;
        return 1;
    }
    return !*reading->at;
}

static apr_status_t read_row(reading_t *reading, apr_array_header_t *row)
{
    apr_status_t rv;

    for (;;) {
        if (row->nelts == reading->most) {
            return refuse(reading, APR_ENOSPC, "there are too many cells");
        }
        rv = read_cell(reading, &APR_ARRAY_PUSH(row, const char *));
        if (rv != APR_SUCCESS || read_end(reading)) {
            return rv;
        }
        if (*reading->at != ',') {
            return refuse(reading, APR_EGENERAL, "there is a carriage return within a row");
        }
        reading->at++;
    }
}

static int is_empty(const apr_array_header_t *row)
{
    return row->nelts == 1 && !*APR_ARRAY_IDX(row, 0, const char *);
}

static const char *copy_text(const char *data, apr_size_t len, apr_pool_t *p)
{
    static const char mark[] = "\xef\xbb\xbf";
    const char *text = apr_pstrmemdup(p, data, len);

    if (strlen(text) != len || !bk_text_is_utf8(text)) {
        return NULL;
    }
    return strncmp(text, mark, strlen(mark)) == 0 ? text + strlen(mark) : text;
}

apr_status_t bk_csv_read(apr_array_header_t **rows, const char *data, apr_size_t len, int most,
                         const char **why, apr_pool_t *p)
{
    reading_t reading = {copy_text(data, len, p), 1, most, why, p};

    *rows = apr_array_make(p, 16, sizeof(apr_array_header_t *));
    if (!reading.at) {
        *why = "is not UTF-8, or contains a NUL";
        return APR_EGENERAL;
    }
    while (*reading.at) {
        apr_array_header_t *row = apr_array_make(p, 16, sizeof(const char *));
        apr_status_t rv = read_row(&reading, row);

        if (rv != APR_SUCCESS) {
            return rv;
        }
        if (is_empty(row)) {
            continue;
        }
        if ((*rows)->nelts == most) {
            return refuse(&reading, APR_ENOSPC, "there are too many rows");
        }
        APR_ARRAY_PUSH(*rows, apr_array_header_t *) = row;
    }
    return APR_SUCCESS;
}

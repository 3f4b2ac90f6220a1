#include "bk_query.h"

#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "bk_json.h"

#define OFFSET 6 /* length of an offset such as +03:00 */
#define SHOWN 64 /* an invalid name is cut to this length in a fault */

/* The context of parsing one query string. */
typedef struct reading_t {
    bk_input_t *input;
    apr_array_header_t **values; /* by row: arrays of bk_input_value_t; NULL: no value */
    bk_faults_t *faults;
    apr_pool_t *p;
} reading_t;

static void add_fault(const reading_t *reading, const char *name, const char *code,
                      const char *what)
{
    bk_fault_pointer_t where = {NULL, name, 0};

    bk_fault_add(reading->faults, &where, code, "%s", what);
}

static void add_bad(const reading_t *reading, const char *name, const char *what)
{
    add_fault(reading, name, BK_FAULT_BAD_PARAMETER, what);
}

static int hex(char c)
{
    return apr_isdigit(c) ? c - '0' : apr_tolower(c) - 'a' + 10;
}

/* Decode in place. @return NULL, or what is wrong */
static const char *decode(char *text)
{
    char *from = text, *to = text;

    for (; *from; from++) {
        if (*from == '+') {
            *to++ = ' ';
        }
        else if (*from != '%') {
            *to++ = *from;
        }
        else if (!apr_isxdigit(from[1]) || !apr_isxdigit(from[2])) {
            return "has an escape that is not valid: a percent sign itself is %25";
        }
        else {
            *to = (char)(16 * hex(from[1]) + hex(from[2]));
            if (!*to++) {
                return "contains the character U+0000";
            }
            from += 2;
        }
    }
    *to = '\0';
    return bk_json_is_text(text, (apr_size_t)(to - text)) ? NULL : "is not UTF-8";
}

/* An invalid name in a form that can be shown: cut, with '?' for other characters than visible
 * ASCII. */
static const char *show(const char *name, apr_pool_t *p)
{
    char *shown = apr_pstrmemdup(p, name, strnlen(name, SHOWN)), *c;

    for (c = shown; *c; c++) {
        *c = *c > ' ' && *c <= '~' ? *c : '?';
    }
    return shown;
}

static int read_value(const reading_t *reading, const bk_input_row_t *row, char *text,
                      bk_input_value_t *value)
{
    const char *code, *what;

    memset(value, 0, sizeof(*value));
    value->text = text;
    value->len = strlen(text);
    if ((row->kind == BK_INPUT_INSTANT || row->kind == BK_INPUT_MOMENT) && value->len > OFFSET &&
        text[value->len - OFFSET] == ' ') {
        text[value->len - OFFSET] = '+';
    }
    what = bk_input_read(row, value, &code, reading->p);
    if (what) {
        add_fault(reading, row->name,
                  strcmp(code, BK_FAULT_BAD_TIME) == 0 ? code : BK_FAULT_BAD_PARAMETER, what);
    }
    return !what;
}

/* Read the values of one pair: one, or the elements of a list, which may be empty. */
static int read_values(const reading_t *reading, const bk_input_row_t *row, char *text,
                       apr_array_header_t *values)
{
    int is_list = (row->flags & BK_INPUT_LIST) != 0, ok = 1;

    if (is_list && !*text) {
        return 1;
    }
    while (text) {
        char *comma = is_list ? strchr(text, ',') : NULL;

        if (comma) {
            *comma++ = '\0';
        }
        ok &= read_value(reading, row, text, apr_array_push(values));
        text = comma;
    }
    return ok;
}

static void read_parameter(const reading_t *reading, int index, char *text)
{
    const bk_input_row_t *row = &reading->input->rows[index];
    bk_input_field_t *field = &reading->input->fields[index];

    if (!reading->values[index]) {
        reading->values[index] = apr_array_make(reading->p, 1, sizeof(bk_input_value_t));
        field->state = BK_INPUT_GIVEN;
    }
    else if (!(row->flags & BK_INPUT_REPEATED)) {
        if (field->state != BK_INPUT_WRONG) {
            add_bad(reading, row->name, "appears more than once");
        }
        field->state = BK_INPUT_WRONG;
        return;
    }
    if (!read_values(reading, row, text, reading->values[index])) {
        field->state = BK_INPUT_WRONG;
    }
}

static void read_pair(const reading_t *reading, char *pair)
{
    char *text = strchr(pair, '=');
    const char *raw = pair, *what;
    int row;

    if (text) {
        *text++ = '\0';
    }
    raw = apr_pstrdup(reading->p, pair);
    if ((what = decode(pair))) {
        add_bad(reading, show(raw, reading->p), apr_pstrcat(reading->p, "its name ", what, NULL));
        return;
    }
    if ((row = bk_input_row(reading->input->rows, pair)) < 0) {
        add_bad(reading, pair, "is not a known parameter");
    }
    else if (text && (what = decode(text))) {
        reading->input->fields[row].state = BK_INPUT_WRONG;
        add_bad(reading, pair, what);
    }
    else {
        read_parameter(reading, row, text ? text : apr_pstrdup(reading->p, ""));
    }
}

/* Read all pairs. Empty pairs, as between two '&', are ignored. */
static void read_pairs(const reading_t *reading, const char *query)
{
    char *next = apr_pstrdup(reading->p, query);
    int count = 0;

    while (next) {
        char *pair = next;

        next = strchr(pair, '&');
        if (next) {
            *next++ = '\0';
        }
        if (!*pair) {
            continue;
        }
        if (++count > BK_QUERY_MOST) {
            bk_fault_add(reading->faults, NULL, BK_FAULT_BAD_PARAMETER,
                         "there are more than %d parameters", BK_QUERY_MOST);
            return;
        }
        read_pair(reading, pair);
    }
}

/* Make the field of a row from the values that were collected for it. */
static void finish_row(const reading_t *reading, int index)
{
    const bk_input_row_t *row = &reading->input->rows[index];
    bk_input_field_t *field = &reading->input->fields[index];
    const char *what;

    if (field->state == BK_INPUT_ABSENT && (row->flags & BK_INPUT_REQUIRED)) {
        add_bad(reading, row->name, "is required");
    }
    if (field->state != BK_INPUT_GIVEN) {
        return;
    }
    field->count = (apr_size_t)reading->values[index]->nelts;
    field->values = (const bk_input_value_t *)reading->values[index]->elts;
    if (row->flags & (BK_INPUT_LIST | BK_INPUT_REPEATED) &&
        (what = bk_input_read_count(row, field->count, reading->p))) {
        field->state = BK_INPUT_WRONG;
        add_bad(reading, row->name, what);
    }
}

const bk_input_t *bk_query_read(const bk_input_row_t *rows, const char *query, bk_faults_t *faults,
                                apr_pool_t *p)
{
    reading_t reading = {bk_input_make(rows, p), NULL, faults, p};
    bk_fault_source_t before = faults->source;
    int i, count = 0;

    while (rows[count].name) {
        count++;
    }
    reading.values = apr_pcalloc(p, (apr_size_t)(count + 1) * sizeof(reading.values[0]));
    faults->source = BK_FAULT_QUERY;
    read_pairs(&reading, query ? query : "");
    for (i = 0; i < count; i++) {
        finish_row(&reading, i);
    }
    faults->source = before;
    return reading.input;
}

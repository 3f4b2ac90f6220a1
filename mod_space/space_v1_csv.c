#include "space_v1_csv.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_csv.h"
#include "bk_input.h"
#include "bk_text.h"
#include "space_v1_batch.h"
#include "space_v1_input.h"

#define ATTRIBUTE "attributes."
#define SEPARATORS " ,;"

/* A column: the member that it is, or the attribute. */
typedef struct column_t {
    const bk_input_row_t *row;
    const char *key; /* of an attribute; else NULL */
} column_t;

static bk_json_t *new_node(apr_size_t most, apr_pool_t *p)
{
    return apr_pcalloc(p, sizeof(bk_json_t) + most * sizeof(bk_json_value_t));
}

static void add_text(bk_json_t *node, const char *name, const char *text)
{
    node->members[node->count++] =
        (bk_json_value_t){.name = name, .kind = BK_JSON_TEXT, .text = text, .len = strlen(text)};
}

static void add_nested(bk_json_t *node, const char *name, bk_json_kind_t kind,
                       const bk_json_t *nested)
{
    node->members[node->count++] = (bk_json_value_t){.name = name, .kind = kind, .nested = nested};
}

/* ---- columns ------------------------------------------------------------------------------------
 */

static int is_bad_column(const column_t *columns, int index, const char *name)
{
    int i;

    if (!columns[index].row || (columns[index].row->flags & BK_INPUT_MAP && !columns[index].key)) {
        return 1;
    }
    for (i = 0; i < index; i++) {
        if (columns[i].row == columns[index].row &&
            (!columns[i].key || strcmp(columns[i].key, columns[index].key) == 0)) {
            return 1;
        }
    }
    return 0;
}

static column_t read_column(const char *name)
{
    column_t column = {NULL, NULL};
    int row;

    if (strncmp(name, ATTRIBUTE, strlen(ATTRIBUTE)) == 0 && name[strlen(ATTRIBUTE)]) {
        column.key = name + strlen(ATTRIBUTE);
        name = "attributes";
    }
    row = bk_input_row(space_v1_input_new, name);
    column.row = row >= 0 ? &space_v1_input_new[row] : NULL;
    return column;
}

static const column_t *read_columns(const apr_array_header_t *head, bk_faults_t *faults,
                                    apr_pool_t *p)
{
    column_t *columns = apr_pcalloc(p, (apr_size_t)head->nelts * sizeof(*columns));
    int i;

    for (i = 0; i < head->nelts; i++) {
        const char *name = APR_ARRAY_IDX(head, i, const char *);
        bk_fault_pointer_t where = {NULL, name, 0};

        columns[i] = read_column(name);
        if (is_bad_column(columns, i, name)) {
            bk_fault_add(faults, &where, BK_FAULT_UNKNOWN_MEMBER,
                         "is not a known column, or appears twice");
        }
    }
    return columns;
}

/* ---- rows ---------------------------------------------------------------------------------------
 */

static const bk_json_t *read_list(const char *cell, apr_pool_t *p)
{
    bk_json_t *list = new_node(strlen(cell) / 2 + 1, p);
    char *rest = apr_pstrdup(p, cell), *word;

    while ((word = strsep(&rest, SEPARATORS))) {
        if (*word) {
            add_text(list, NULL, word);
        }
    }
    return list;
}

/* A number that is none is left as a text, and refused as a member of another type. */
static void add_cell(bk_json_t *object, const bk_input_row_t *row, const char *cell, apr_pool_t *p)
{
    apr_int64_t number;

    if (row->flags & BK_INPUT_LIST) {
        add_nested(object, row->name, BK_JSON_ARRAY, read_list(cell, p));
    }
    else if (row->kind == BK_INPUT_INT && bk_text_int(cell, &number)) {
        object->members[object->count++] =
            (bk_json_value_t){.name = row->name, .kind = BK_JSON_INT, .number = number};
    }
    else {
        add_text(object, row->name, cell);
    }
}

/* Cells behind the last column are refused by their name, which no member has. */
static const bk_json_t *read_row(const apr_array_header_t *cells, const column_t *columns,
                                 int count, apr_pool_t *p)
{
    bk_json_t *object = new_node((apr_size_t)cells->nelts + 1, p);
    bk_json_t *attributes = new_node((apr_size_t)cells->nelts, p);
    int i;

    for (i = 0; i < cells->nelts; i++) {
        const char *cell = APR_ARRAY_IDX(cells, i, const char *);

        if (!*cell) {
            continue;
        }
        if (i >= count) {
            add_text(object, "", cell);
            break;
        }
        if (columns[i].key) {
            add_text(attributes, columns[i].key, cell);
        }
        else {
            add_cell(object, columns[i].row, cell, p);
        }
    }
    if (attributes->count) {
        add_nested(object, "attributes", BK_JSON_OBJECT, attributes);
    }
    return object;
}

int space_v1_csv_read(const bk_json_t **items, const char *data, apr_size_t len,
                      bk_faults_t *faults, apr_pool_t *p)
{
    apr_array_header_t *rows;
    const column_t *columns;
    const char *why;
    bk_json_t *list;
    int i;

    if (bk_csv_read(&rows, data, len, SPACE_V1_BATCH_MOST + 1, &why, p) != APR_SUCCESS) {
        bk_fault_add(faults, NULL, "bad-body", "%s", why);
        return 0;
    }
    if (rows->nelts < 2) {
        bk_fault_add(faults, NULL, "bad-body",
                     "a row with the names of columns, and one for each "
                     "space, are required");
        return 0;
    }
    columns = read_columns(APR_ARRAY_IDX(rows, 0, apr_array_header_t *), faults, p);
    list = new_node((apr_size_t)rows->nelts, p);
    for (i = 1; i < rows->nelts && bk_fault_count(faults) == 0; i++) {
        add_nested(list, NULL, BK_JSON_OBJECT,
                   read_row(APR_ARRAY_IDX(rows, i, apr_array_header_t *), columns,
                            APR_ARRAY_IDX(rows, 0, apr_array_header_t *)->nelts, p));
    }
    *items = list;
    return bk_fault_count(faults) == 0;
}

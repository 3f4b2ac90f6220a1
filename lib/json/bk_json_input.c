#include "bk_json_input.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_text.h"

/* The context of reading one object: the same for all of its members. */
typedef struct reading_t {
    bk_faults_t *faults;
    bk_json_input_mode_t mode;
    apr_pool_t *p;
} reading_t;

static const bk_input_t *read_object(const reading_t *reading, const bk_input_row_t *rows,
                                     const bk_json_t *object, const bk_fault_pointer_t *where);

static int wrong_type(const reading_t *reading, const bk_fault_pointer_t *where, const char *type)
{
    bk_fault_add(reading->faults, where, BK_FAULT_BAD_MEMBER, "must be %s", type);
    return 0;
}

static int is_right(const reading_t *reading, const bk_fault_pointer_t *where, const char *code,
                    const char *what)
{
    if (what) {
        bk_fault_add(reading->faults, where, code, "%s", what);
    }
    return !what;
}

static int read_text(const reading_t *reading, const bk_input_row_t *row,
                     const bk_json_value_t *json, const bk_fault_pointer_t *where,
                     bk_input_value_t *value)
{
    const char *code, *what;

    if (json->kind != BK_JSON_TEXT) {
        return wrong_type(reading, where, "a text");
    }
    value->text = json->text;
    value->len = json->len;
    what = bk_input_read(row, value, &code, reading->p);
    return is_right(reading, where, code, what);
}

static int read_nested(const reading_t *reading, const bk_input_row_t *row,
                       const bk_json_value_t *json, const bk_fault_pointer_t *where,
                       bk_input_value_t *value)
{
    int before = bk_fault_count(reading->faults);

    if ((row->flags & BK_INPUT_OR_TEXT) && json->kind == BK_JSON_TEXT) {
        bk_input_row_t text = {row->name, BK_INPUT_TEXT, 0, row->min, row->max, 0, 0, NULL, NULL};

        return read_text(reading, &text, json, where, value);
    }
    if (json->kind != BK_JSON_OBJECT) {
        return wrong_type(reading, where, "an object");
    }
    value->object = read_object(reading, row->rows, json->nested, where);
    return bk_fault_count(reading->faults) == before && !reading->faults->is_cut;
}

/* Read one value. @return 0 if it is wrong; the fault was added */
static int read_value(const reading_t *reading, const bk_input_row_t *row,
                      const bk_json_value_t *json, const bk_fault_pointer_t *where,
                      bk_input_value_t *value)
{
    switch (row->kind) {
    case BK_INPUT_OBJECT:
        return read_nested(reading, row, json, where, value);
    case BK_INPUT_INT:
        value->number = json->number;
        return json->kind == BK_JSON_INT
                   ? is_right(reading, where, BK_FAULT_BAD_VALUE,
                              bk_input_read_int(row, json->number, reading->p))
                   : wrong_type(reading, where, "an integer");
    case BK_INPUT_BOOL:
        value->number = json->number;
        return json->kind == BK_JSON_BOOL || wrong_type(reading, where, "true or false");
    default:
        return read_text(reading, row, json, where, value);
    }
}

/* Read a list. A patch replaces a list as a whole, so its elements are read as BK_JSON_INPUT_WHOLE.
 */
static int read_list(const reading_t *reading, const bk_input_row_t *row,
                     const bk_json_value_t *json, const bk_fault_pointer_t *where,
                     bk_input_value_t *values)
{
    reading_t whole = {reading->faults, BK_JSON_INPUT_WHOLE, reading->p};
    apr_size_t i;
    int ok = 1;

    for (i = 0; i < json->nested->count; i++) {
        bk_fault_pointer_t element = {where, NULL, i};

        ok &= read_value(&whole, row, &json->nested->members[i], &element, &values[i]);
    }
    return ok;
}

static int is_key(const reading_t *reading, const char *key, const bk_fault_pointer_t *where)
{
    apr_size_t len = strlen(key), chars = bk_text_chars(key, len);

    if (chars >= 1 && chars <= BK_INPUT_ID_MOST && !bk_text_has_control(key, len)) {
        return 1;
    }
    bk_fault_add(reading->faults, where, BK_FAULT_BAD_VALUE,
                 "its name must have from 1 to %d characters, none of them a control character",
                 BK_INPUT_ID_MOST);
    return 0;
}

static int read_map(const reading_t *reading, const bk_input_row_t *row,
                    const bk_json_value_t *json, const bk_fault_pointer_t *where,
                    bk_input_value_t *values)
{
    apr_size_t i;
    int ok = 1;

    for (i = 0; i < json->nested->count; i++) {
        const bk_json_value_t *entry = &json->nested->members[i];
        bk_fault_pointer_t place = {where, entry->name, 0};

        values[i].key = entry->name;
        ok &= is_key(reading, entry->name, &place);
        if (reading->mode == BK_JSON_INPUT_PATCH && entry->kind == BK_JSON_NULL) {
            values[i].is_null = 1;
        }
        else {
            ok &= read_value(reading, row, entry, &place, &values[i]);
        }
    }
    return ok;
}

/* Read a list or a map, which may be empty. */
static int read_several(const reading_t *reading, const bk_input_row_t *row,
                        const bk_json_value_t *json, const bk_fault_pointer_t *where,
                        bk_input_field_t *field)
{
    int is_list = (row->flags & BK_INPUT_LIST) != 0;
    bk_input_value_t *values;

    if (json->kind != (is_list ? BK_JSON_ARRAY : BK_JSON_OBJECT)) {
        return wrong_type(reading, where, is_list ? "an array" : "an object");
    }
    if (!is_right(reading, where, BK_FAULT_BAD_VALUE,
                  bk_input_read_count(row, json->nested->count, reading->p))) {
        return 0;
    }
    values = apr_pcalloc(reading->p, (json->nested->count + 1) * sizeof(*values));
    field->values = values;
    field->count = json->nested->count;
    return (is_list ? read_list : read_map)(reading, row, json, where, values);
}

static int read_one(const reading_t *reading, const bk_input_row_t *row,
                    const bk_json_value_t *json, const bk_fault_pointer_t *where,
                    bk_input_field_t *field)
{
    bk_input_value_t *value = apr_pcalloc(reading->p, sizeof(*value));

    field->values = value;
    field->count = 1;
    return read_value(reading, row, json, where, value);
}

/* Read null: allowed if the row is BK_INPUT_NULLABLE, and in a patch if the member is not required.
 */
static bk_input_state_t read_null(const reading_t *reading, const bk_input_row_t *row,
                                  const bk_fault_pointer_t *where)
{
    if (row->flags & BK_INPUT_NULLABLE) {
        return BK_INPUT_NULL;
    }
    if (reading->mode == BK_JSON_INPUT_PATCH && !(row->flags & BK_INPUT_REQUIRED)) {
        return BK_INPUT_NULL;
    }
    bk_fault_add(reading->faults, where, BK_FAULT_BAD_MEMBER, "must not be null");
    return BK_INPUT_WRONG;
}

static void read_field(const reading_t *reading, const bk_input_row_t *row,
                       const bk_json_value_t *json, const bk_fault_pointer_t *where,
                       bk_input_field_t *field)
{
    int ok;

    if (row->flags & BK_INPUT_READ_ONLY) {
        return;
    }
    if (json->kind == BK_JSON_NULL) {
        field->state = read_null(reading, row, where);
        return;
    }
    ok = (row->flags & (BK_INPUT_LIST | BK_INPUT_MAP) ? read_several : read_one)(reading, row, json,
                                                                                 where, field);
    field->state = ok ? BK_INPUT_GIVEN : BK_INPUT_WRONG;
    field->count = ok ? field->count : 0;
}

static void find_missing(const reading_t *reading, const bk_input_t *input,
                         const bk_fault_pointer_t *where)
{
    int i;

    for (i = 0; input->rows[i].name; i++) {
        bk_fault_pointer_t place = {where, input->rows[i].name, 0};

        if ((input->rows[i].flags & BK_INPUT_REQUIRED) &&
            input->fields[i].state == BK_INPUT_ABSENT) {
            bk_fault_add(reading->faults, &place, BK_FAULT_MISSING_MEMBER, "is required");
        }
    }
}

static const bk_input_t *read_object(const reading_t *reading, const bk_input_row_t *rows,
                                     const bk_json_t *object, const bk_fault_pointer_t *where)
{
    bk_input_t *input = bk_input_make(rows, reading->p);
    apr_size_t i;

    for (i = 0; i < object->count; i++) {
        bk_fault_pointer_t place = {where, object->members[i].name, 0};
        int row = bk_input_row(rows, object->members[i].name);

        if (row < 0) {
            bk_fault_add(reading->faults, &place, BK_FAULT_UNKNOWN_MEMBER, "is not a known member");
            continue;
        }
        read_field(reading, &rows[row], &object->members[i], &place, &input->fields[row]);
    }
    if (reading->mode == BK_JSON_INPUT_WHOLE) {
        find_missing(reading, input, where);
    }
    return input;
}

const bk_input_t *bk_json_input_read(const bk_input_row_t *rows, const bk_json_t *object,
                                     bk_json_input_mode_t mode, bk_faults_t *faults, apr_pool_t *p)
{
    reading_t reading = {faults, mode, p};

    return read_object(&reading, rows, object, NULL);
}

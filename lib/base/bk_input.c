#include "bk_input.h"

#include <stdlib.h>
#include <string.h>

bk_input_t *bk_input_make(const bk_input_row_t *rows, apr_pool_t *p)
{
    apr_size_t count = 0;
    bk_input_t *input;

    while (rows[count].name) {
        count++;
    }
    input = apr_pcalloc(p, sizeof(*input) + count * sizeof(input->fields[0]));
    input->rows = rows;
    return input;
}

int bk_input_row(const bk_input_row_t *rows, const char *name)
{
    int i;

    for (i = 0; rows[i].name; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

const bk_input_field_t *bk_input_field(const bk_input_t *input, const char *name)
{
    int row = bk_input_row(input->rows, name);

    if (row < 0) {
        abort();
    }
    return &input->fields[row];
}

const bk_input_value_t *bk_input_value(const bk_input_t *input, const char *name)
{
    const bk_input_field_t *field = bk_input_field(input, name);

    return field->state == BK_INPUT_GIVEN && field->count > 0 ? field->values : NULL;
}

const char *bk_input_text(const bk_input_t *input, const char *name, const char *otherwise)
{
    const bk_input_value_t *value = bk_input_value(input, name);

    return value && value->text ? value->text : otherwise;
}

int bk_input_patch_text(const bk_input_t *input, const char *name, const char **text,
                        const char *otherwise)
{
    if (bk_input_field(input, name)->state == BK_INPUT_ABSENT) {
        return 0;
    }
    *text = bk_input_text(input, name, otherwise);
    return 1;
}

apr_int64_t bk_input_number(const bk_input_t *input, const char *name, apr_int64_t otherwise)
{
    const bk_input_value_t *value = bk_input_value(input, name);

    return value ? value->number : otherwise;
}

const bk_input_t *bk_input_object(const bk_input_t *input, const char *name)
{
    const bk_input_value_t *value = bk_input_value(input, name);

    return value ? value->object : NULL;
}

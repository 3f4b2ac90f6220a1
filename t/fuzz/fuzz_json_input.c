/* Bodies that are read by a table: each fault is at a place that the body has, or lacks. */
#include "fuzz.h"

#include <apr_strings.h>

#include "bk_json.h"
#include "bk_json_input.h"

static const char *const words[] = {"mon", "tue", NULL};
static const bk_input_row_t inner_rows[] = {
    {.name = "d", .kind = BK_INPUT_WORD, .flags = BK_INPUT_LIST, .most = 3, .words = words},
    {.name = "c", .kind = BK_INPUT_CLOCK, .flags = BK_INPUT_REQUIRED},
    {NULL}};
static const bk_input_row_t rows[] = {
    {.name = "i", .kind = BK_INPUT_ID, .flags = BK_INPUT_REQUIRED},
    {.name = "t", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_NULLABLE, .min = 1, .max = 9},
    {.name = "n", .kind = BK_INPUT_INT, .min = 1, .max = 9},
    {.name = "b", .kind = BK_INPUT_BOOL},
    {.name = "m", .kind = BK_INPUT_MOMENT},
    {.name = "l", .kind = BK_INPUT_OBJECT, .flags = BK_INPUT_LIST, .most = 3, .rows = inner_rows},
    {.name = "o", .kind = BK_INPUT_OBJECT, .flags = BK_INPUT_OR_TEXT, .rows = inner_rows},
    {.name = "a", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_MAP | BK_INPUT_LINES, .most = 3},
    {NULL}};

/* The name that a pointer begins with, without its escapes; the pointer moves behind it. */
static const char *first_name(const char **pointer, apr_pool_t *p)
{
    char *name = apr_pstrdup(p, *pointer + 1), *from = name, *to = name;

    fuzz_assert(**pointer == '/');
    for (; *from && *from != '/'; from++) {
        if (*from == '~') {
            from++;
            fuzz_assert(*from == '0' || *from == '1');
            *to++ = *from == '0' ? '~' : '/';
        }
        else {
            *to++ = *from;
        }
    }
    *pointer += 1 + (from - name);
    *to = '\0';
    return name;
}

/* @return whether there is something at the place: in an object, or an array, of the document */
static int is_there(const bk_json_t *inside, int is_array, const char *pointer, apr_pool_t *p)
{
    const bk_json_value_t *value = NULL;

    while (*pointer) {
        const char *name = first_name(&pointer, p);

        if (is_array) {
            apr_size_t index = (apr_size_t)apr_atoi64(name);

            value = index < inside->count ? &inside->members[index] : NULL;
        }
        else {
            value = bk_json_member(inside, name);
        }
        if (!value) {
            return 0;
        }
        fuzz_assert(!*pointer || value->kind == BK_JSON_ARRAY || value->kind == BK_JSON_OBJECT);
        inside = value->nested;
        is_array = value->kind == BK_JSON_ARRAY;
    }
    return 1;
}

static int count_faults(const bk_json_t *object, bk_json_input_mode_t mode, apr_pool_t *p)
{
    bk_faults_t faults;
    const bk_input_t *input;
    int i;

    bk_fault_none(&faults, p);
    input = bk_json_input_read(rows, object, mode, &faults, p);
    for (i = 0; i < bk_fault_count(&faults); i++) {
        const bk_fault_t *fault = bk_fault_at(&faults, i);

        fuzz_assert(bk_json_is_text(fault->detail, strlen(fault->detail)) && *fault->detail);
        fuzz_assert(is_there(object, 0, fault->pointer, p) ==
                    (strcmp(fault->code, BK_FAULT_MISSING_MEMBER) != 0));
    }
    for (i = 0; rows[i].name; i++) {
        fuzz_assert(input->fields[i].state == BK_INPUT_GIVEN || input->fields[i].count == 0);
        fuzz_assert(input->fields[i].state != BK_INPUT_WRONG || bk_fault_count(&faults) > 0);
    }
    return bk_fault_count(&faults);
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    const bk_json_t *object;
    const char *why;
    char *copy = fuzz_text(data, size);

    if (bk_json_parse(&object, copy, size, &why, p) == BK_JSON_PARSED) {
        int whole = count_faults(object, BK_JSON_INPUT_WHOLE, p);

        /* What is right as a thing is right as a patch. */
        fuzz_assert(count_faults(object, BK_JSON_INPUT_PATCH, p) <= whole);
    }
    free(copy);
}

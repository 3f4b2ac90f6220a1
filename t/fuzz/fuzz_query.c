/* Query strings: what was read, escaped and read again, is the same; what is refused says why. */
#include "fuzz.h"

#include <apr_strings.h>

#include "bk_json.h"
#include "bk_query.h"

static const char *const words[] = {"all", "free", NULL};
static const bk_input_row_t rows[] = {
    {.name = "q", .kind = BK_INPUT_TEXT, .min = 0, .max = 20},
    {.name = "limit", .kind = BK_INPUT_INT, .min = 1, .max = 200},
    {.name = "dryRun", .kind = BK_INPUT_BOOL},
    {.name = "mode", .kind = BK_INPUT_WORD, .words = words},
    {.name = "from", .kind = BK_INPUT_MOMENT},
    {.name = "date", .kind = BK_INPUT_DATE},
    {.name = "at", .kind = BK_INPUT_CLOCK},
    {.name = "space", .kind = BK_INPUT_ID, .flags = BK_INPUT_REPEATED, .most = 3},
    {.name = "f", .kind = BK_INPUT_ID, .flags = BK_INPUT_LIST | BK_INPUT_REPEATED, .most = 4},
    {NULL}};

static void check_faults(const bk_faults_t *faults)
{
    int i;

    for (i = 0; i < bk_fault_count(faults); i++) {
        const bk_fault_t *fault = bk_fault_at(faults, i);

        fuzz_assert(bk_json_is_text(fault->pointer, strlen(fault->pointer)));
        fuzz_assert(bk_json_is_text(fault->detail, strlen(fault->detail)) && *fault->detail);
        fuzz_assert(strcmp(fault->code, BK_FAULT_BAD_PARAMETER) == 0 ||
                    strcmp(fault->code, BK_FAULT_BAD_TIME) == 0);
    }
}

static const char *escaped(const char *text, apr_pool_t *p)
{
    char *to = apr_palloc(p, 3 * strlen(text) + 1), *end = to;

    *end = '\0';
    for (; *text; text++) {
        end += sprintf(end, "%%%02x", (unsigned char)*text);
    }
    return to;
}

/* All values that were given, each in a parameter of its own, but for lists of one parameter. */
static const char *query_of(const bk_input_t *input, apr_pool_t *p)
{
    const char *query = "";
    apr_size_t i, j;

    for (i = 0; rows[i].name; i++) {
        for (j = 0; j < input->fields[i].count; j++) {
            const bk_input_value_t *value = &input->fields[i].values[j];

            fuzz_assert(strlen(value->text) == value->len);
            fuzz_assert(bk_json_is_text(value->text, value->len));
            query = apr_pstrcat(p, query, "&", rows[i].name, "=", escaped(value->text, p), NULL);
        }
    }
    return query;
}

static void compare(const bk_input_field_t *one, const bk_input_field_t *other)
{
    apr_size_t i;

    fuzz_assert(one->count == other->count);
    for (i = 0; i < one->count; i++) {
        fuzz_assert(strcmp(one->values[i].text, other->values[i].text) == 0);
        fuzz_assert(one->values[i].number == other->values[i].number);
        fuzz_assert(one->values[i].offset == other->values[i].offset);
    }
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    char *query = fuzz_text(data, size);
    const bk_input_t *input, *again;
    bk_faults_t faults;
    int i;

    bk_fault_none(&faults, p);
    input = bk_query_read(rows, query, &faults, p);
    free(query);
    check_faults(&faults);
    if (bk_fault_count(&faults) > 0) {
        return;
    }
    again = bk_query_read(rows, query_of(input, p), &faults, p);
    fuzz_assert(bk_fault_count(&faults) == 0);
    for (i = 0; rows[i].name; i++) {
        compare(&input->fields[i], &again->fields[i]);
    }
}

#include "bk_json_canonical.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_json_text.h"

static int by_name(const void *one, const void *other)
{
    return strcmp(((const bk_json_value_t *)one)->name, ((const bk_json_value_t *)other)->name);
}

/* A copy of an object or array in which the members of all objects are sorted. Elements of arrays
 * keep their order. */
static const bk_json_t *sorted(const bk_json_t *nested, int is_object, apr_pool_t *p)
{
    apr_size_t size = sizeof(*nested) + nested->count * sizeof(nested->members[0]), i;
    bk_json_t *copy = apr_pmemdup(p, nested, size);

    for (i = 0; i < copy->count; i++) {
        bk_json_value_t *value = &copy->members[i];

        if (value->kind == BK_JSON_OBJECT || value->kind == BK_JSON_ARRAY) {
            value->nested = sorted(value->nested, value->kind == BK_JSON_OBJECT, p);
        }
    }
    if (is_object) {
        qsort(copy->members, copy->count, sizeof(copy->members[0]), by_name);
    }
    return copy;
}

const char *bk_json_canonical(const bk_json_t *object, apr_size_t *len, apr_pool_t *p)
{
    const bk_json_t *copy = sorted(object, 1, p);
    bk_json_text_t text;
    apr_size_t i;

    bk_json_text_begin(&text, p);
    for (i = 0; i < copy->count; i++) {
        bk_json_text_key(&text, copy->members[i].name);
        bk_json_text_value(&text, NULL, &copy->members[i]);
    }
    return bk_json_text_end(&text, len);
}

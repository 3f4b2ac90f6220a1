/* json_read: JSON of a test's own, read, and written again. */
#ifndef JSON_READ_H
#define JSON_READ_H

#include "bk_json.h"
#include "bk_json_text.h"

static inline const bk_json_t *json_read(const char *text, apr_pool_t *p)
{
    const bk_json_t *object;
    const char *why;

    assert_that(bk_json_parse(&object, text, strlen(text), &why, p) == BK_JSON_PARSED, "%s: %s",
                text, why);
    return object;
}

static inline const char *json_written(const bk_json_t *object, apr_pool_t *p)
{
    bk_json_text_t text;
    apr_size_t i, len;

    bk_json_text_begin(&text, p);
    for (i = 0; i < object->count; i++) {
        bk_json_text_key(&text, object->members[i].name);
        bk_json_text_value(&text, NULL, &object->members[i]);
    }
    return bk_json_text_end(&text, &len);
}

#endif

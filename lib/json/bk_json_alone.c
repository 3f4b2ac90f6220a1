#include "bk_json_alone.h"

#include <string.h>

#include <apr_strings.h>

#define BEFORE "{\"v\":"
#define AFTER "}"

const bk_json_t *bk_json_alone_read(const char *json, apr_pool_t *p)
{
    const char *text, *why;
    const bk_json_t *object;
    const bk_json_value_t *value;

    if (!json) {
        return NULL;
    }
    text = apr_pstrcat(p, BEFORE, json, AFTER, NULL);
    if (bk_json_parse(&object, text, strlen(text), &why, p) != BK_JSON_PARSED ||
        object->count != 1) {
        return NULL;
    }
    value = &object->members[0];
    return value->kind == BK_JSON_ARRAY || value->kind == BK_JSON_OBJECT ? value->nested : NULL;
}

void bk_json_alone_begin(bk_json_text_t *text, apr_pool_t *p)
{
    bk_json_text_begin(text, p);
    bk_json_text_key(text, "v");
}

const char *bk_json_alone_end(bk_json_text_t *text)
{
    apr_size_t len;
    const char *whole = bk_json_text_end(text, &len);

    return whole ? apr_pstrmemdup(text->p, whole + strlen(BEFORE),
                                  len - strlen(BEFORE) - strlen(AFTER))
                 : NULL;
}

const char *bk_json_alone_texts(const char *const *texts, int count, apr_pool_t *p)
{
    bk_json_text_t text;
    int i;

    bk_json_alone_begin(&text, p);
    bk_json_text_array(&text, NULL);
    for (i = 0; i < count; i++) {
        bk_json_text_string(&text, NULL, texts[i]);
    }
    bk_json_text_array_end(&text);
    return bk_json_alone_end(&text);
}

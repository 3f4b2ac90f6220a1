/* json_fixture: bk_json's reading, under the eyes of the tools that watch memory. */
#ifndef JSON_FIXTURE_H
#define JSON_FIXTURE_H

#include "unit.h"

#include <stdlib.h>

#include <jansson.h>

#include "bk_json.h"

/* Parsing from a block of exactly that size, so that valgrind and the sanitizers see a byte too
 * many being read. What is refused must say why, in words that fit into JSON themselves, and must
 * set no object. */
static inline bk_json_result_t json_fixture_parse(const bk_json_t **object, const char *data,
                                                  apr_size_t len, apr_pool_t *p)
{
    static const bk_json_t untouched;
    const char *why = NULL;
    char *copy = malloc(len ? len : 1);
    bk_json_result_t result;

    assert_non_null(copy);
    memcpy(copy, data, len);
    *object = &untouched;
    result = bk_json_parse(object, copy, len, &why, p);
    free(copy);
    if (result == BK_JSON_PARSED) {
        assert_ptr_not_equal(*object, &untouched);
    }
    else {
        json_t *text;
        assert_ptr_equal(*object, &untouched);
        assert_non_null(why);
        assert_true(*why);
        text = json_string(why);
        assert_that(text != NULL, "the reason is no UTF-8");
        json_decref(text);
    }
    return result;
}

#endif

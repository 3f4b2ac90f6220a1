#include "space_v1_derive.h"

#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "bk_fold.h"
#include "bk_search.h"
#include "bk_text.h"
#include "space_v1_marks.h"

/* Bytes of a key: a cursor has room for it and for an id. Texts that differ only behind them are in
 * the order of their ids. */
#define SORT_KEY_MOST 400

#define DIGITS "0123456789"

/* The first number in a text; 0 if there is none, or none that fits into 64 bits. */
static apr_int64_t first_number(const char *text, apr_pool_t *p)
{
    apr_int64_t number = 0;
    const char *digits = text ? strpbrk(text, DIGITS) : NULL;

    if (!digits) {
        return 0;
    }
    digits += strspn(digits, "0");
    digits = apr_pstrmemdup(p, digits, strspn(digits, DIGITS));
    return bk_text_int(digits, &number) ? number : 0;
}

/* Cut a key behind whole characters. */
static const char *cut(const char *key, apr_pool_t *p)
{
    apr_size_t len = strlen(key);

    if (len <= SORT_KEY_MOST) {
        return key;
    }
    for (len = SORT_KEY_MOST; (key[len] & 0xC0) == 0x80; len--) {
    }
    return apr_pstrmemdup(p, key, len);
}

/* The slugs of a JSON array as words. */
static const char *words_of(const char *array, apr_pool_t *p)
{
    char *words = apr_pstrdup(p, array);
    char *at;

    for (at = words; (at = strpbrk(at, "[\",]")); at++) {
        *at = ' ';
    }
    return words;
}

apr_status_t space_v1_derive(space_v1_t *space, apr_pool_t *p)
{
    const char *const parts[] = {space->name, space->building_code, space->room, space->description,
                                 words_of(space->features, p)};
    apr_status_t rv = bk_fold_sort(&space->sort_key, space->name, p);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    space->sort_key = cut(space->sort_key, p);
    space->room_code = first_number(space->room, p);
    rv = bk_search_text(&space->search, parts, sizeof(parts) / sizeof(parts[0]), p);
    if (rv == APR_SUCCESS) {
        space->marks = space_v1_marks(space->search, space->features);
    }
    return rv;
}

apr_status_t space_v1_derive_base(space_v1_t *space, const space_t *base, apr_int64_t now,
                                  apr_pool_t *p)
{
    apr_status_t rv;

    memset(space, 0, sizeof(*space));
    space->id = base->id;
    space->building_code = base->building_code;
    space->capacity = base->capacity;
    space->open_time = base->open_time;
    space->close_time = base->close_time;
    space->room = apr_psprintf(p, "%" APR_INT64_T_FMT, base->room_code);
    space->name = apr_pstrcat(p, base->building_code, " ", space->room, NULL);
    space->time_zone = "UTC";
    space->features = space->managers = space->parts = "[]";
    space->attributes = "{}";
    space->version = 1;
    space->created_ns = space->changed_ns = now;
    rv = space_v1_derive(space, p);
    space->room_code = base->room_code;
    return rv;
}

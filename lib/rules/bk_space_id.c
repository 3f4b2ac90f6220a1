#include "bk_space_id.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_text.h"

#define BUILDING_CHARS 100

/* Whether a text has characters that would not stay within one segment of a URL's path. */
static int breaks_path(const char *text, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i < len; i++) {
        if (!text[i] || strchr("/?#%\\", text[i])) {
            return 1;
        }
    }
    return 0;
}

int bk_space_id_building_ok(const char *building, apr_size_t len)
{
    apr_size_t chars = bk_text_chars(building, len);

    return chars >= 1 && chars <= BUILDING_CHARS && !bk_text_has_control(building, len) &&
           !breaks_path(building, len);
}

char *bk_space_id_make(const char *building, apr_int64_t room, apr_pool_t *p)
{
    char *id = apr_psprintf(p, "%s-%" APR_INT64_T_FMT, building, room);
    char *c;

    for (c = id; *c; c++) {
        if (*c == ' ') {
            *c = '_';
        }
    }
    return id;
}

/* Segments that a path takes for its own, and routes beside those of spaces. */
static int is_reserved(const char *id, apr_size_t len)
{
    static const char *const reserved[] = {".", "..", "health", "facets", "batch"};
    apr_size_t i;

    for (i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
        if (strlen(reserved[i]) == len && memcmp(reserved[i], id, len) == 0) {
            return 1;
        }
    }
    return 0;
}

int bk_space_id_ok(const char *id, apr_size_t len)
{
    apr_size_t chars = bk_text_chars(id, len);

    return chars >= 1 && chars <= BK_SPACE_ID_MOST && !bk_text_has_control(id, len) &&
           !breaks_path(id, len) && !memchr(id, ' ', len) && !is_reserved(id, len);
}

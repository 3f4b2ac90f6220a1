#include "bk_space_id.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_text.h"

#define BUILDING_CHARS 100
#define ROOM_DIGITS 19 /* of the largest 64-bit integer */

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

int bk_space_id_ok(const char *id, apr_size_t len)
{
    char digits[ROOM_DIGITS + 1] = "";
    apr_size_t building = len;
    apr_int64_t room;

    while (building > 0 && id[building - 1] >= '0' && id[building - 1] <= '9') {
        building--;
    }
    if (len - building > ROOM_DIGITS) {
        return 0;
    }
    memcpy(digits, id + building, len - building);
    return bk_text_int(digits, &room) && building > 1 && id[building - 1] == '-' &&
           !memchr(id, ' ', len) && bk_space_id_building_ok(id, building - 1);
}

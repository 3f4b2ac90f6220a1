#include "user_sso_return.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_text.h"

/* Whether a character may stand in a URL (RFC 3986, section 2), or begins an escape that the client
 * has written. */
static int is_of_url(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~:/?#[]@!$&'()*+,;=%", c));
}

const char *user_sso_return_location(const char *path, apr_pool_t *p)
{
    static const char digits[] = "0123456789ABCDEF";
    apr_size_t len = strlen(path);
    char *escaped, *end;

    if (path[0] != '/' || path[1] == '/' || strchr(path, '\\') || !bk_text_is_utf8(path) ||
        bk_text_has_control(path, len) || bk_text_chars(path, len) > USER_SSO_RETURN_MOST) {
        return NULL;
    }
    escaped = end = apr_palloc(p, 3 * len + 1);
    for (; *path; path++) {
        if (is_of_url(*path)) {
            *end++ = *path;
            continue;
        }
        *end++ = '%';
        *end++ = digits[(unsigned char)*path >> 4];
        *end++ = digits[(unsigned char)*path & 15];
    }
    *end = '\0';
    return escaped;
}

#include "bk_credentials.h"

#include <string.h>
#include <strings.h>

#include <apr_encode.h>
#include <apr_strings.h>

/* The text after the name of the scheme and the blanks; NULL if the header has another scheme. */
static const char *after_scheme(const char *header, const char *scheme)
{
    apr_size_t len = strlen(scheme);

    if (strncasecmp(header, scheme, len) != 0 || header[len] != ' ') {
        return NULL;
    }
    return header + len + strspn(header + len, " ");
}

static void read_basic(const char *value, bk_credentials_t *credentials, apr_pool_t *p)
{
    apr_size_t len;
    char *decoded;
    char *colon;

    if (!*value) {
        return;
    }
    decoded = apr_pcalloc(p, strlen(value) + 1);
    if (apr_decode_base64(decoded, value, APR_ENCODE_STRING, APR_ENCODE_NONE, &len) !=
        APR_SUCCESS) {
        return;
    }
    colon = strchr(decoded, ':');
    if (!colon || colon == decoded || !colon[1] || strlen(decoded) != len) {
        return;
    }
    *colon = '\0';
    credentials->scheme = BK_CREDENTIALS_BASIC;
    credentials->name = decoded;
    credentials->secret = colon + 1;
}

void bk_credentials_read(const char *header, bk_credentials_t *credentials, apr_pool_t *p)
{
    const char *value;

    memset(credentials, 0, sizeof(*credentials));
    if (!header) {
        return;
    }
    if ((value = after_scheme(header, "Basic"))) {
        read_basic(value, credentials, p);
    }
    else if ((value = after_scheme(header, "Bearer")) && *value) {
        credentials->scheme = BK_CREDENTIALS_BEARER;
        credentials->secret = value;
    }
}

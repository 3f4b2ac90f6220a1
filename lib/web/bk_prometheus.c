#include "bk_prometheus.h"

#include <string.h>

const char *bk_prometheus_label(const char *text, apr_pool_t *p)
{
    char *label, *end;

    if (!strpbrk(text, "\\\"\n")) {
        return text;
    }
    label = end = apr_palloc(p, 2 * strlen(text) + 1);
    for (; *text; text++) {
        if (*text == '\\' || *text == '"' || *text == '\n') {
            *end++ = '\\';
        }
        *end++ = *text == '\n' ? 'n' : *text;
    }
    *end = '\0';
    return label;
}

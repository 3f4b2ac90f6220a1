#include "bk_prometheus.h"

#include <string.h>

#include <apr_strings.h>

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

const char *bk_prometheus_head(const char *name, const char *type, const char *help, apr_pool_t *p)
{
    return apr_psprintf(p, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

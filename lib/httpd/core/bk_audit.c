#include "bk_audit.h"

#include <stdarg.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "bk_request.h"
#include "bk_service.h"

static char *encode(const char *value, apr_pool_t *p)
{
    static const char digits[] = "0123456789ABCDEF";
    char *encoded = apr_palloc(p, strlen(value) * 3 + 1), *to = encoded;

    for (; *value; value++) {
        unsigned char c = (unsigned char)*value;

        if (c < 0x80 && (apr_isalnum(c) || strchr("-._~:@/", c))) {
            *to++ = (char)c;
        }
        else {
            *to++ = '%';
            *to++ = digits[c >> 4];
            *to++ = digits[c & 15];
        }
    }
    *to = '\0';
    return encoded;
}

static const char *id_of(apr_int64_t id, apr_pool_t *p)
{
    return id ? apr_psprintf(p, "%" APR_INT64_T_FMT, id) : "-";
}

void bk_audit(const bk_request_t *request, const char *event, apr_int64_t user, apr_int64_t by, ...)
{
    request_rec *r = request->r;
    const char *key, *value, *line;
    va_list pairs;

    if (!APLOG_R_MODULE_IS_LEVEL(r, bk_service()->module->module_index, APLOG_NOTICE)) {
        return;
    }
    line = apr_psprintf(r->pool, "%s user=%s by=%s client=%s", event, id_of(user, r->pool),
                        id_of(by, r->pool), encode(r->useragent_ip, r->pool));
    va_start(pairs, by);
    while ((key = va_arg(pairs, const char *)) != NULL) {
        value = va_arg(pairs, const char *);
        if (value) {
            line = apr_pstrcat(r->pool, line, " ", key, "=", encode(value, r->pool), NULL);
        }
    }
    va_end(pairs);
    ap_log_rerror(BK_MARK, APLOG_NOTICE, 0, r, "%s", line);
}

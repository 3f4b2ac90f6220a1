#include "bk_httpd_consistency.h"

#include <strings.h>

#include "bk_httpd_answer.h"

static int says(const request_rec *r, const char *word)
{
    const char *value = apr_table_get(r->headers_in, BK_HTTPD_CONSISTENCY);

    return value && strcasecmp(value, word) == 0;
}

int bk_httpd_wants_strong(const request_rec *r)
{
    return says(r, "strong");
}

int bk_httpd_wants_eventual(const request_rec *r)
{
    return says(r, "eventual");
}

const char *bk_httpd_consistency_of_call(const bk_request_t *request)
{
    const request_rec *r = request->r;

    if (bk_httpd_wants_strong(r)) {
        return "strong";
    }
    return r->method_number == M_GET &&
                   (bk_httpd_wants_eventual(r) ||
                    bk_httpd_conf_consistency(request->conf) == BK_HTTPD_EVENTUAL)
               ? "eventual"
               : NULL;
}

int bk_httpd_consistency_check(bk_request_t *request)
{
    const request_rec *r = request->r;

    return !apr_table_get(r->headers_in, BK_HTTPD_CONSISTENCY) || bk_httpd_wants_strong(r) ||
                   bk_httpd_wants_eventual(r)
               ? BK_CONTINUE
               : bk_answer_error(request, &bk_error_consistency, NULL);
}

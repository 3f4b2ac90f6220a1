#include "bk_request.h"

#include "bk_text.h"

apr_int64_t bk_request_length(const request_rec *r)
{
    const char *text = apr_table_get(r->headers_in, "Content-Length");
    apr_int64_t len;

    return text && bk_text_int(text, &len) ? len : -1;
}

void bk_request_let_go(bk_request_t *request)
{
    if (request->leave_cache) {
        request->leave_cache(request);
    }
    if (request->leave_store) {
        request->leave_store(request);
    }
}

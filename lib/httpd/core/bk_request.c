#include "bk_request.h"

#include "bk_text.h"

void bk_request_begin(bk_request_t *request, request_rec *r, const struct bk_conf_t *conf)
{
    *request = (bk_request_t){.r = r, .conf = conf, .api = bk_service()->apis, .path = ""};
}

apr_int64_t bk_request_length(const request_rec *r)
{
    const char *text = apr_table_get(r->headers_in, "Content-Length");
    apr_int64_t len;

    return text && bk_text_int(text, &len) ? len : -1;
}

const bk_credentials_t *bk_request_credentials(bk_request_t *request)
{
    request_rec *r = request->r;

    if (!request->credentials) {
        bk_credentials_t *credentials = apr_palloc(r->pool, sizeof(*credentials));

        bk_credentials_read(apr_table_get(r->headers_in, "Authorization"), credentials, r->pool);
        request->credentials = credentials;
    }
    return request->credentials;
}

void bk_request_release(bk_request_t *request)
{
    if (request->release_cache) {
        request->release_cache(request);
    }
    if (request->release_store) {
        request->release_store(request);
    }
}

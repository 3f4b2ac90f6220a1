#include "bk_request.h"

#include "bk_json.h"
#include "bk_text.h"

#define ID_MOST 200 /* bytes of X-Request-Id; a client may send any */

void bk_request_begin(bk_request_t *request, request_rec *r, const struct bk_conf_t *conf)
{
    *request = (bk_request_t){.r = r,
                              .conf = conf,
                              .api = bk_service()->apis,
                              .path = "",
                              .caller = {.scopes = BK_SCOPE_ALL}};
}

apr_int64_t bk_request_length(const request_rec *r)
{
    const char *text = apr_table_get(r->headers_in, "Content-Length");
    apr_int64_t len;

    return text && bk_text_int(text, &len) ? len : -1;
}

const char *bk_request_id(const request_rec *r)
{
    const char *id = apr_table_get(r->headers_in, "X-Request-Id");

    if (!id || strlen(id) > ID_MOST) {
        id = apr_table_get(r->subprocess_env, "UNIQUE_ID"); /* mod_unique_id's */
    }
    return id && bk_json_is_text(id, strlen(id)) ? id : NULL;
}

const bk_credentials_t *bk_request_credentials(bk_request_t *request)
{
    request_rec *r = request->r;

    if (!request->credentials) {
        bk_credentials_t *credentials = apr_palloc(r->pool, sizeof(*credentials));

        bk_credentials_read(apr_table_get(r->headers_in, "Authorization"), credentials, r->pool);
        if (request->cookie) {
            credentials->scheme = BK_CREDENTIALS_BEARER;
            credentials->secret = request->cookie;
        }
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

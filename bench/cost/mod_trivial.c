/* mod_trivial: the cheapest answer that an httpd can give, for bench/compare to measure the others
 * by. Never installed.
 *
 *     GET /trivial    121 bytes of JSON from memory; like the services', it skips the file system
 */
#include <httpd.h>

#include <string.h>

#include <apr_buckets.h>
#include <http_config.h>
#include <http_protocol.h>
#include <http_request.h>
#include <util_filter.h>

module AP_MODULE_DECLARE_DATA trivial_module;

static const char text[] =
    "{\"product_id\":1,\"sku\":\"SKU-000001\",\"manufacturer\":\"Acme Corporation\","
    "\"category_id\":456,\"weight\":1250,\"some_other_id\":78}";

static int is_ours(const request_rec *r)
{
    return strcmp(r->uri, "/trivial") == 0;
}

static int translate_name(request_rec *r)
{
    return is_ours(r) ? OK : DECLINED;
}

static int handle(request_rec *r)
{
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;
    apr_bucket_brigade *brigade;

    if (!is_ours(r)) {
        return DECLINED;
    }
    brigade = apr_brigade_create(r->pool, alloc);
    ap_set_content_type(r, "application/json");
    ap_set_content_length(r, sizeof(text) - 1);
    APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_immortal_create(text, sizeof(text) - 1, alloc));
    APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(alloc));
    return ap_pass_brigade(r->output_filters, brigade) == APR_SUCCESS ? OK : AP_FILTER_ERROR;
}

static void register_hooks(apr_pool_t *p)
{
    ap_hook_translate_name(translate_name, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_map_to_storage(translate_name, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_handler(handle, NULL, NULL, APR_HOOK_FIRST);
}

AP_DECLARE_MODULE(trivial) = {
    STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, register_hooks,
};

#include "product_private.h"
#include "product_handlers.h"

#include <apr_strings.h>

#include "bk_cache.h"
#include "bk_health.h"
#include "bk_json_fields.h"
#include "bk_settle.h"
#include "bk_text.h"

#define SKU_CHARS 100
#define MANUFACTURER_CHARS 200

static int answer_invalid(bk_request_t *request, const char *message)
{
    return bk_answer_error(request, &product_error_invalid, message);
}

/* ---- reading requests ---------------------------------------------------------------------------
 */

/* Read the product id in the path. */
static int read_id(bk_request_t *request)
{
    if (!bk_text_int(request->params[0], &request->id)) {
        return answer_invalid(request, "productId must be an integer");
    }
    return request->id >= 1 ? BK_CONTINUE : answer_invalid(request, "productId must be >= 1");
}

/* The first rule that a product violates, in the order that clients expect; NULL if there is none.
 */
static const char *wrong_product(const product_t *product, apr_int64_t id)
{
    if (!*product->sku) {
        return "sku is required";
    }
    if (bk_text_chars(product->sku, strlen(product->sku)) > SKU_CHARS) {
        return "sku must be at most 100 characters";
    }
    if (!*product->manufacturer) {
        return "manufacturer is required";
    }
    if (bk_text_chars(product->manufacturer, strlen(product->manufacturer)) > MANUFACTURER_CHARS) {
        return "manufacturer must be at most 200 characters";
    }
    if (product->category_id < 1) {
        return "category_id must be >= 1";
    }
    if (product->weight < 0) {
        return "weight must be >= 0";
    }
    if (product->some_other_id < 1) {
        return "some_other_id must be >= 1";
    }
    if (product->id != id) {
        return "product_id must be that of the path";
    }
    return NULL;
}

/* Read a product. An absent member is empty or zero, which wrong_product() may refuse; an absent id
 * is that of the path. */
static int read_product(bk_request_t *request, product_t *product)
{
    const bk_field_t *mistyped;
    const char *wrong;

    *product = (product_t){.id = request->id, .sku = "", .manufacturer = ""};
    mistyped = bk_json_fields_read(request->body, &product_fields, product);
    if (mistyped) {
        return answer_invalid(request, apr_psprintf(request->r->pool,
                                                    "Invalid JSON: %s is of the wrong type",
                                                    mistyped->name));
    }
    wrong = wrong_product(product, request->id);
    return wrong ? answer_invalid(request, wrong) : BK_CONTINUE;
}

/* The canonical spelling of the id, as the cache's key: a path may spell an id in several ways. */
static const char *cached_id(const bk_request_t *request)
{
    return apr_psprintf(request->r->pool, "%" APR_INT64_T_FMT, request->id);
}

/* ---- handlers -----------------------------------------------------------------------------------
 */

static apr_status_t find_product(bk_request_t *request, void *product)
{
    return product_verbs(request)->find(request->handle, request->id, product, request->r->pool);
}

/* For bk_settle(): whether the product has the values that were put. The product is not put again,
 * because another client may have changed it meanwhile. */
static apr_status_t find_put(bk_request_t *request, void *put)
{
    const product_t *product = put;
    product_t found;
    apr_status_t rv = find_product(request, &found);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    return bk_fields_equal(&product_fields, &found, product) ? APR_SUCCESS : APR_NOTFOUND;
}

static int put_product(bk_request_t *request)
{
    product_t product;
    apr_status_t rv;
    int result = read_product(request, &product);

    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    rv = product_verbs(request)->put(request->handle, &product);
    rv = bk_settle(request, rv, find_put, &product);
    bk_cache_forget(request, cached_id(request));
    return rv == APR_SUCCESS ? bk_answer_empty(request, HTTP_NO_CONTENT)
                             : bk_store_failed(request, rv);
}

static const char *text_of(const product_t *product, apr_size_t *len, apr_pool_t *p)
{
    bk_json_text_t text;

    bk_json_text_begin(&text, p);
    bk_json_fields_write(&text, &product_fields, product);
    return bk_json_text_end(&text, len);
}

static int read_product_answer(bk_request_t *request, bk_cache_reading_t *reading)
{
    product_t product;
    apr_status_t rv;
    int result = bk_read(request, find_product, &product, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv == APR_NOTFOUND) {
        return bk_answer_error(request, &product_error_not_found,
                               apr_psprintf(request->r->pool,
                                            "product with ID %" APR_INT64_T_FMT " not found",
                                            request->id));
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    reading->text = text_of(&product, &reading->len, request->r->pool);
    return BK_CONTINUE;
}

static int get_product(bk_request_t *request)
{
    return bk_cache_answer(request, cached_id(request), read_product_answer, NULL);
}

const bk_route_t product_handlers_routes[] = {
    {"GET", "/health", BK_ROUTE_ANYONE, NULL, NULL, bk_health},
    {"POST", "/{productId}/details", BK_ROUTE_ANYONE, read_id, &product_error_invalid, put_product},
    {"GET", "/{productId}", BK_ROUTE_ANYONE, read_id, NULL, get_product},
    {NULL}};

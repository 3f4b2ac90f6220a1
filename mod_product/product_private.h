/* product_private: what every file of mod_product that answers requests needs: whose settings and
 * log lines they are, its errors, and how it finds its store. product_store.h has the store itself,
 * without httpd: bookable-admin includes that. */
#ifndef PRODUCT_PRIVATE_H
#define PRODUCT_PRIVATE_H

#include "bk_answer.h"
#include "bk_request.h"
#include "bk_service.h"
#include "bk_store.h"
#include "product_config.h"
#include "product_errors.h"
#include "product_store.h"

/** The provider group of product stores: a third party's module may register another. */
#define PRODUCT_STORE_GROUP "bookable-product-store"
#define PRODUCT_STORE_VERSION "2"

/** The verbs of the store that bk_store_acquire() got. */
static inline const product_store_verbs_t *product_verbs(const bk_request_t *request)
{
    return request->store->verbs[BK_STORE_CORE];
}

#endif

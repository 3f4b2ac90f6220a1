/* product_private: what every file of mod_product that answers requests includes: settings, the
 * module for log lines, errors, and access to the store's verbs. product_store.h, which
 * bookable-admin includes too, needs no httpd. */
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

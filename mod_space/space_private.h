/* space_private: what every file of mod_space that answers requests needs: whose settings and log
 * lines they are, its errors, and how it finds its store. space_store.h has the store itself,
 * without httpd: bookable-admin includes that. */
#ifndef SPACE_PRIVATE_H
#define SPACE_PRIVATE_H

#include "bk_answer.h"
#include "bk_request.h"
#include "bk_service.h"
#include "bk_store.h"
#include "space_config.h"
#include "space_errors.h"
#include "space_store.h"

/** The provider group of space stores: a third party's module may register another. */
#define SPACE_STORE_GROUP "bookable-space-store"
#define SPACE_STORE_VERSION "2"

/** The verbs of the store that bk_store_acquire() got. */
static inline const space_store_verbs_t *space_verbs(const bk_request_t *request)
{
    return request->store->verbs[BK_STORE_CORE];
}

#endif

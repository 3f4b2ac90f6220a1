/* user_private: what every file of mod_user that answers requests needs: whose settings and log
 * lines they are, its errors, and how it finds its store. user_store.h has the store itself,
 * without httpd: bookable-admin includes that. */
#ifndef USER_PRIVATE_H
#define USER_PRIVATE_H

#include "bk_answer.h"
#include "bk_request.h"
#include "bk_service.h"
#include "bk_store.h"
#include "user_config.h"
#include "user_errors.h"
#include "user_store.h"

/** The provider group of user stores: a third party's module may register another. */
#define USER_STORE_GROUP "bookable-user-store"
#define USER_STORE_VERSION "3"

/** The verbs of the store that bk_store_acquire() got. */
static inline const user_store_verbs_t *user_verbs(const bk_request_t *request)
{
    return request->store->verbs[BK_STORE_CORE];
}

#endif

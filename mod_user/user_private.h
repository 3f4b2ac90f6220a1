/* user_private: what every file of mod_user that answers requests includes: settings, the module
 * for log lines, errors, and access to the store's verbs. user_store.h, which bookable-admin
 * includes too, needs no httpd. */
#ifndef USER_PRIVATE_H
#define USER_PRIVATE_H

#include "bk_answer.h"
#include "bk_request.h"
#include "bk_service.h"
#include "bk_store.h"
#include "user_config.h"
#include "user_errors.h"
#include "user_groups.h"

/** The provider group of user stores: a third party's module may register another. */
#define USER_STORE_GROUP "bookable-user-store"
#define USER_STORE_VERSION "3"

/** The verbs of the store that bk_store_acquire() got. */
static inline const user_store_verbs_t *user_verbs(const bk_request_t *request)
{
    return request->store->verbs[BK_STORE_CORE];
}

/** Those of API v1; NULL: the store does not have them. */
static inline const user_store_v1_verbs_t *user_v1_verbs(const bk_request_t *request)
{
    return request->store->verbs[USER_STORE_V1];
}

static inline const user_people_verbs_t *user_people_verbs(const bk_request_t *request)
{
    return request->store->verbs[USER_STORE_PEOPLE];
}

static inline const user_groups_verbs_t *user_groups_verbs(const bk_request_t *request)
{
    return request->store->verbs[USER_STORE_GROUPS];
}

#endif

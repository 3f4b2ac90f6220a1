/* space_private: what every file of mod_space that answers requests includes: settings, the module
 * for log lines, errors, and access to the store's verbs. space_store.h, which bookable-admin
 * includes too, needs no httpd. */
#ifndef SPACE_PRIVATE_H
#define SPACE_PRIVATE_H

#include "bk_answer.h"
#include "bk_request.h"
#include "bk_service.h"
#include "bk_store.h"
#include "space_config.h"
#include "space_errors.h"
#include "space_policy_store.h"
#include "space_store.h"
#include "space_v1_store.h"

/** The provider group of space stores: a third party's module may register another. */
#define SPACE_STORE_GROUP "bookable-space-store"
#define SPACE_STORE_VERSION "2"

/** The verbs of the store that bk_store_acquire() got. */
static inline const space_store_verbs_t *space_verbs(const bk_request_t *request)
{
    return request->store->verbs[BK_STORE_CORE];
}

/** The same, of API v1. */
static inline const space_v1_store_verbs_t *space_v1_verbs(const bk_request_t *request)
{
    return request->store->verbs[SPACE_STORE_V1];
}

/** Its verbs on policies: of routes of that group, and where a space has a policy. */
static inline const space_policy_verbs_t *space_policy_verbs(const bk_request_t *request)
{
    return request->store->verbs[SPACE_STORE_POLICIES];
}

#endif

/* user_v1_me_export: the route by which people get all that is kept of them. */
#ifndef USER_V1_ME_EXPORT_H
#define USER_V1_ME_EXPORT_H

#include "user_private.h"

/** GET /me/export: all that the service keeps of the caller. */
int user_v1_me_export(bk_request_t *request);

#endif

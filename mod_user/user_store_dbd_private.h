/* user_store_dbd_private: the statements of the store of users in a database, by number, for its
 * files alone. Their texts are in user_store_dbd_schema.c. */
#ifndef USER_STORE_DBD_PRIVATE_H
#define USER_STORE_DBD_PRIVATE_H

#include "user_store_v1.h"

/* Values of the column state. A deleted user stays as a row in which all but the id is empty. */
#define USER_STORE_ACTIVE "0"
#define USER_STORE_DISABLED "1"
#define USER_STORE_DELETED "2"

enum {
    INSERT,
    INSERT_UNIQUE,
    FIND,
    FIND_NAME,
    COUNT_NAME,
    FIND_TOKEN,
    OPEN_SESSION,
    END_SESSION,
    DROP_EXPIRED_TOKENS,
    ADD_TOKEN,
    DROP_SESSIONS,
    DROP_TOKENS,
    DROP_OTHER_TOKENS,
    DROP_GROUPS,
    SET_HASH,
    RENEW_HASH,
    HIGHEST_COST,
    SET_ADMIN,
    RENAME,
    RENAME_UNIQUE,
    DISABLE,
    ENABLE,
    REMOVE,
    LOCK_NAME,
    LOCK_ADMINS,
    IS_LAST_ADMIN,
    EACH,
    /* user_store_v1_dbd.c */
    V1_FIND,
    V1_FIND_LOGIN,
    V1_FIND_IDENTITY,
    V1_INSERT,
    V1_UPDATE,
    V1_HAS_LOGIN,
    V1_FIND_TOKEN,
    V1_ADD_TOKEN,
    V1_TOUCH,
    V1_EACH_TOKEN,
    V1_FIND_OWN_TOKEN,
    V1_END_TOKEN,
    V1_END_DIGEST,
    V1_EACH_GROUP,
    /* user_store_v1_sign_on.c */
    V1_SIGN_ON,
    V1_SIGN_ON_CHANGE,
    V1_ADD_SSO_GROUP,
    V1_DROP_SSO_GROUP,
    STATEMENTS
};

#endif

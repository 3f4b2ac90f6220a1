/* user_store_dbd_private: the migrations and statements of the store in a database, for its files
 * alone. A statement is called by its number. */
#ifndef USER_STORE_DBD_PRIVATE_H
#define USER_STORE_DBD_PRIVATE_H

#include "bk_db_keys.h"
#include "user_store_v1.h"

/* Values of the column state. A deleted user stays as a row in which all but the id is empty. */
#define USER_STORE_ACTIVE "0"
#define USER_STORE_DISABLED "1"
#define USER_STORE_DELETED "2"

/* The cost of a bcrypt hash: the two digits between its second and third "$". A migration makes an
 * index of it, and a statement has to name it in the same words, or the index does not serve it. */
#define USER_STORE_COST "substr(password_hash, 5, 2)"

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
    SET_SEARCH,
    /* user_people_dbd.c, user_dbd_groups.c */
    PEOPLE_FIND,
    PEOPLE_NAMES, /* ids as a JSON array: id, name */
    PEOPLE_LIST,
    PEOPLE_EACH,
    PEOPLE_CHANGE,
    MEMBER_LOCK,
    MEMBER_MISSING,
    MEMBER_VERSIONS,
    MEMBER_LEAVE,
    MEMBER_JOIN,
    MEMBER_COUNT,
    /* user_groups_dbd.c */
    GROUP_FIND,
    GROUP_LIST,
    GROUP_EACH_MEMBER,
    GROUP_INSERT,
    GROUP_CHANGE,
    GROUP_REMOVE,
    GROUP_LOCK_PEOPLE,
    GROUP_MISSING,
    GROUP_VERSIONS,
    GROUP_LEAVE,
    GROUP_JOIN,
    GROUP_CROWDED,
    KEYS, /* those of bk_db_keys.h */
    STATEMENTS = KEYS + BK_DB_KEYS_COUNT
};

/** The texts, by those numbers. */
extern const bk_db_sql_t user_store_dbd_statements[STATEMENTS];

/** The steps that make the tables; the last has no text. */
extern const bk_db_sql_t user_store_dbd_migrations[];

/** Check that another administrator is not disabled. Call within a transaction: a lock makes those
 *  who revoke each other's role do so one after the other. @return USER_LAST_ADMIN */
apr_status_t user_store_dbd_check_others(bk_db_t *db, apr_int64_t id);

/** Write anew what a user is found and sorted by. Call within the transaction that changed a name
 * or the address: nobody else can do so until it ends. */
apr_status_t user_store_dbd_renew_search(bk_db_t *db, apr_int64_t id);

/** Add an account. @return as user_store_v1_verbs_t.insert, but APR_EEXIST for a login that is
 * taken */
apr_status_t user_store_v1_dbd_insert(bk_db_t *db, const user_v1_t *user);

/** Delete a user. @param version  that it has to have; 0: any. @see user_people_verbs_t.remove */
apr_status_t user_store_dbd_remove(bk_db_t *db, apr_int64_t id, apr_int64_t version, int keep_one);

#endif
